"""The benchmark of decoders: all that are compared give the same pixels, and the tables say so."""

import io

import numpy as np
import pytest
from PIL import Image
from zlib_ng import zlib_ng

from tests.benchmarks import decoding
from tests.support.helpers import make_voc, save_mask, shapes_picture

# torchvision means to drop its own decoders
pytestmark = pytest.mark.filterwarnings("ignore:The image decoding:DeprecationWarning")


def test_each_way_is_timed_and_held_to_pillow():
    files = []
    for seed in range(3):
        file = io.BytesIO()
        Image.fromarray(np.random.default_rng(seed).integers(0, 256, (30, 40, 3), dtype=np.uint8)).save(file, "JPEG")
        files.append(file.getvalue())
    found = decoding.compare(decoding.PICTURES, files, rounds=1)
    assert [row[0] for row in found] == ["Pillow", "torchvision.io", "simplejpeg"]
    assert found[0][2:] == (1.0, 0) and found[2][3] == 0 and all(row[1] > 0 for row in found)
    wrong = decoding.PICTURES | {"simplejpeg": lambda data: decoding.by_pillow(data) // 2}
    assert decoding.compare(wrong, files, rounds=1)[2][3] > 9000  # nearly all of 3 x 3600


def test_masks_by_pythons_own_zlib_and_by_the_courses(monkeypatch, tmp_path):
    save_mask(tmp_path / "a.png", np.arange(1200).reshape(30, 40) % 21)
    found = decoding.compare(decoding.MASKS, [(tmp_path / "a.png").read_bytes()], rounds=1)
    assert [row[0] for row in found] == ["Pillow", "zlib", "zlib-ng"] and {row[3] for row in found} == {0}
    called = []
    monkeypatch.setattr(decoding.zlib, "decompressobj", lambda: called.append(1) or zlib_ng.decompressobj())
    for way in (decoding.by_zlib_ng, decoding.by_zlib, decoding.by_zlib_ng):
        way((tmp_path / "a.png").read_bytes())
    assert called == [1]


def test_the_command_prints_a_row_for_each(tmp_path, capsys):
    folder = make_voc(tmp_path, train={name: shapes_picture(np.random.default_rng(0)) for name in "ab"})
    decoding.main(["--data", str(folder), "--rounds", "1"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("; 2 pictures")
    tables = [lines[2:7], lines[8:]]
    assert [table[0].split(" | ")[1] for table in tables] == ["ms a picture", "ms a mask"]
    assert all(len(table) == 5 and row.endswith("| 0 |") for table in tables for row in table[2:])
