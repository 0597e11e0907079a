"""Mask files of every mode that can hold indices, and those that cannot."""

import struct

import numpy as np
import pytest
from PIL import Image

from fcn_course.data.labels import PALETTE
from fcn_course.data.masks import read_mask

INDICES = np.random.default_rng(0).integers(0, 21, (20, 30), dtype=np.uint8)
INDICES[0] = 255


def message(path, num_classes=21):
    with pytest.raises(ValueError) as caught:
        read_mask(path, num_classes)
    assert "\n" not in str(caught.value) and str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("kind", [np.uint8, "<u2", ">u2", np.int32, np.uint16])
@pytest.mark.parametrize("ending", ["png", "tif"])
@pytest.mark.parametrize("options", [{}, {"compression": "tiff_lzw"}])
def test_indices_of_any_width_are_read_as_they_are_stored(tmp_path, kind, ending, options):
    path, file = tmp_path / f"a.{ending}", Image.fromarray(INDICES.astype(kind))
    try:
        file.save(path, **(options if ending == "tif" else {}))
    except OSError:
        pytest.skip(f"Pillow writes no {ending} of mode {file.mode}")
    mask = read_mask(path)
    assert np.array_equal(mask.numpy(), INDICES) and str(mask.dtype) == "torch.int64"


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_a_mask_of_one_bit_holds_0_and_1(tmp_path, ending):
    thing = INDICES % 2 == 1
    Image.fromarray(thing).save(tmp_path / f"a.{ending}")
    with Image.open(tmp_path / f"a.{ending}") as file:
        assert file.mode == "1"
    assert np.array_equal(read_mask(tmp_path / f"a.{ending}", 2).numpy(), thing.astype(int))


def test_a_tiff_with_a_palette_is_read_by_its_indices(tmp_path):
    file = Image.fromarray(INDICES)
    file.putpalette(PALETTE)
    file.save(tmp_path / "a.tif")
    assert np.array_equal(read_mask(tmp_path / "a.tif").numpy(), INDICES)


@pytest.mark.fault("a 16-bit mask holds more than indices", "refused with the number, never taken for another class")
@pytest.mark.parametrize("index", [21, 254, 256, 257, 511, 65535])
def test_a_wide_index_is_never_cut_to_another_class(tmp_path, index):
    wide = INDICES.astype(np.uint16)
    wide[3, 4] = index
    Image.fromarray(wide).save(tmp_path / "a.png")
    told = message(tmp_path / "a.png")
    assert f"holds the index {index}" in told and "0 to 20" in told and "nor void (255)" in told
    assert ("the white of 16 bits: write void as 255" in told) == (index == 65535)


@pytest.mark.fault("a mask of 32 bits holds a negative number", "refused with the number")
def test_a_negative_index(tmp_path):
    wide = INDICES.astype(np.int32)
    wide[3, 4] = -1
    Image.fromarray(wide).save(tmp_path / "a.tif")
    assert "holds the index -1, neither one of 21 classes" in message(tmp_path / "a.tif")


@pytest.mark.fault("a colour mask, as CVAT writes them", "refused, and the command is named that takes it")
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_colour_mask_names_the_command_that_takes_it(tmp_path, mode):
    Image.new(mode, (30, 20)).save(tmp_path / "a.png")
    told = message(tmp_path / "a.png")
    assert f"is a PNG of mode {mode}; a mask must be" in told
    assert told.endswith("or let `fcn-course data import FOLDER --out NEW` turn its colours into indices")


@pytest.mark.fault("a TIFF mask that JPEG compressed, or in which 0 is white", "refused, never read as other indices")
def test_a_tiff_whose_numbers_are_no_indices(tmp_path):
    Image.fromarray(INDICES).save(tmp_path / "lossy.tif", compression="jpeg")
    assert "a TIFF that jpeg has compressed, which changes indices; save it as a PNG" in message(tmp_path / "lossy.tif")
    Image.fromarray(INDICES).save(tmp_path / "white.tif")
    whole, entry = (tmp_path / "white.tif").read_bytes(), struct.pack("<HHI", 262, 3, 1)  # photometric interpretation
    assert whole.count(entry) == 1
    place = whole.index(entry) + len(entry)
    (tmp_path / "white.tif").write_bytes(whole[:place] + b"\0" + whole[place + 1 :])
    assert not np.array_equal(np.array(Image.open(tmp_path / "white.tif")), INDICES)  # as Pillow reads it
    assert "a TIFF in which 0 is white" in message(tmp_path / "white.tif")


@pytest.mark.fault("a mask of floats, of two planes, or a GIF", "refused with its mode and how to save it")
def test_other_modes(tmp_path):
    for name, mode, kind in (("f.tif", "F", "TIFF"), ("la.png", "LA", "PNG"), ("a.gif", "P", "GIF")):
        Image.new(mode, (4, 3)).save(tmp_path / name)
        assert f"is a {kind} of mode {mode}; a mask must be a palette (P) or grey (L) PNG" in message(tmp_path / name)
