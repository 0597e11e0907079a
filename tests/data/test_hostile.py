"""A short round of hostile files at each run, what a heavy one has found, and the round's own judgement."""

import time
import zlib

import numpy as np
import pytest
from PIL import Image

from fcn_course.data.labels import read_classes
from fcn_course.data.masks import read_mask
from tests.support import hostile, pngs
from tests.support.helpers import save_mask
from tests.support.hostile_files import hostile_bytes


def message(call):
    with pytest.raises(ValueError) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture(scope="module")
def short_round():
    return hostile.run_cases(seed=1, first=0, last=330)


@pytest.mark.fault("300 files flipped, cut, shuffled, with wrong headers", "read rightly or refused by name, each")
def test_hostile_files_are_read_rightly_or_refused_by_name(short_round):
    assert len(short_round) == 330
    assert not [result for result in short_round if result[2]]


def test_a_round_reads_and_refuses_of_each_kind(short_round):
    seen = {(hostile.KINDS[number % len(hostile.KINDS)], outcome) for number, outcome, _ in short_round}
    assert seen >= {(kind, "refused") for kind in hostile.KINDS}
    assert seen >= {(kind, "read") for kind in hostile.KINDS if not kind.startswith("noise")}


def test_a_case_is_made_from_its_seed_and_number_alone():
    one, other, third = (hostile_bytes("JPEG", np.random.default_rng([0, number])) for number in (3, 3, 4))
    assert one == other != third


def test_a_case_that_kills_its_process_is_told_and_the_next_goes_on(monkeypatch, tmp_path):
    """With a child that dies at case 1 of 3."""
    script = (
        "import os, sys\nfirst, last = map(int, sys.argv[-3:-1])\n"
        "for number in range(first, last):\n    print(number, flush=True)\n"
        "    number == 1 and os.abort()\n    print(number, 'read', '', sep='\\t', flush=True)\n"
    )
    (tmp_path / "child.py").write_text(script)
    real = hostile.subprocess.run
    monkeypatch.setattr(
        hostile.subprocess,
        "run",
        lambda command, **options: real([command[0], str(tmp_path / "child.py"), *command[-4:]], **options),
    )
    results = hostile.run_cases(0, 0, 3)
    assert [result[:2] for result in results] == [(0, "read"), (1, "died"), (2, "read")]
    assert "ended with status -" in results[1][2]
    assert hostile.table(results).splitlines()[-1].split() == ["all", "3", "2", "0", "1"]


@pytest.mark.fault("a bit of a mask's pixels has flipped", "the checksum tells; Pillow alone may give another class")
def test_a_flipped_bit_in_a_masks_pixels_is_noticed(tmp_path):
    path, indices = tmp_path / "a.png", np.arange(600, dtype=np.uint8).reshape(20, 30) % 21
    rows = b"".join(b"\0" + row.tobytes() for row in indices)
    stored, its_sum = zlib.compress(rows, 0)[:-4], zlib.compress(rows, 0)[-4:]
    whole = pngs.png_of(pngs.head(30, 20, 8, pngs.GREY), pngs.chunk(b"IDAT", stored), pngs.chunk(b"IDAT", its_sum))
    path.write_bytes(whole)
    assert np.array_equal(read_mask(path).numpy(), indices)
    place = whole.index(rows) + 31 * 4 + 8  # stored without being compressed: row 4, column 7
    path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    with Image.open(path) as file:
        assert (np.array(file) != indices).sum() == 1  # nobody would have noticed
    told = message(lambda: read_mask(path))
    assert f"{path} cannot be read as a mask (the checksum of its chunk 'IDAT' is wrong: it was damaged)" in told


@pytest.mark.fault("a mask without its last chunk", "refused as cut, though all its pixels are there")
@pytest.mark.parametrize("lost", [1, 4, 12, 13])
def test_a_mask_that_lost_its_end(tmp_path, lost):
    save_mask(tmp_path / "a.png", np.zeros((20, 30)))
    (tmp_path / "a.png").write_bytes((tmp_path / "a.png").read_bytes()[:-lost])
    told = message(lambda: read_mask(tmp_path / "a.png"))
    assert "a.png cannot be read as a mask (" in told and "it must be a whole PNG file" in told


@pytest.mark.fault("a grey mask of 2 or 4 bits", "refused: Pillow would read 1 as 85 or 17; 8 bits are the way out")
@pytest.mark.parametrize("bits, read_as", [(2, 85), (4, 17)])
def test_a_grey_mask_of_few_bits_is_refused_and_never_read_as_other_classes(tmp_path, bits, read_as):
    row = bytes([int("01" * 4 if bits == 2 else "0001" * 2, 2)]) * bits
    (tmp_path / "a.png").write_bytes(pngs.png_of(pngs.head(8, 1, bits, pngs.GREY), pngs.pixels(b"\0" + row)))
    with Image.open(tmp_path / "a.png") as file:
        assert file.mode == "L" and set(np.array(file).ravel()) == {read_as}
    assert f"a grey PNG of {bits} bits" in message(lambda: read_mask(tmp_path / "a.png", 255))


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_a_palette_mask_of_few_bits_is_read_by_its_stored_indices(tmp_path, bits):
    indices = (np.arange(48).reshape(6, 8) % 2**bits).astype(np.uint8)
    file = Image.fromarray(indices)
    file.putpalette(bytes(range(3 * 2**bits)))
    file.save(tmp_path / "a.png", bits=bits)
    assert (tmp_path / "a.png").read_bytes()[24] == bits
    assert np.array_equal(read_mask(tmp_path / "a.png").numpy(), indices)


@pytest.mark.fault("a labels file with 100,000 blanks in a line", "read at once, where the pattern took a minute")
def test_a_long_line_takes_no_time_that_grows_with_its_square(tmp_path):
    (tmp_path / "labels.txt").write_text("background\na:" + " " * 100_000 + "b\n")
    began = time.process_time()
    assert len(read_classes(tmp_path / "labels.txt")) == 2
    assert time.process_time() - began < 10  # the pattern of before took 50 s on a new machine
