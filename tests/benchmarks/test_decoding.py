"""The benchmark of JPEG decoders: all that are compared give the same pixels, and the table says so."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.benchmarks import decoding
from tests.support.helpers import make_voc, shapes_picture

# torchvision means to drop its own decoders
pytestmark = pytest.mark.filterwarnings("ignore:The image decoding:DeprecationWarning")


def test_each_way_is_timed_and_held_to_pillow(monkeypatch):
    files = []
    for seed in range(3):
        file = io.BytesIO()
        Image.fromarray(np.random.default_rng(seed).integers(0, 256, (30, 40, 3), dtype=np.uint8)).save(file, "JPEG")
        files.append(file.getvalue())
    found = decoding.compare(files, rounds=1)
    assert [row[0] for row in found] == ["Pillow", "torchvision.io", "simplejpeg"]
    assert found[0][2:] == (1.0, 0) and found[2][3] == 0 and all(row[1] > 0 for row in found)
    monkeypatch.setitem(decoding.WAYS, "simplejpeg", lambda data: decoding.by_pillow(data) // 2)
    assert decoding.compare(files, rounds=1)[2][3] > 3000  # nearly all of 3 x 1200


def test_the_command_prints_a_row_for_each(tmp_path, capsys):
    folder = make_voc(tmp_path, train={name: shapes_picture(np.random.default_rng(0)) for name in "ab"})
    decoding.main(["--data", str(folder), "--rounds", "1"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("; 2 pictures") and len(lines) == 6 and lines[-1].endswith("| 0 |")
