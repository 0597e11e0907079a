"""Masks as files: every way to store the same indices gives the same indices."""

import numpy as np
import pytest
from PIL import Image

from fcn_course.data.importing.pixels import (
    black_and_white,
    contradiction,
    pixels_to_indices,
    read_pixels,
    white_to_one,
)
from fcn_course.data.importing.records import AnnotationError
from fcn_course.data.labels import voc_colour
from tests.support import pngs
from tests.support.helpers import save_mask
from tests.support.scenes import scene

TRUTH = scene(3).truth


def as_grey(path, kind):
    Image.fromarray(TRUTH.astype(kind)).save(path)


def as_bits(path, bits):
    """A grey PNG of few bits, which Pillow does not write itself."""
    padded = np.pad(TRUTH, ((0, 0), (0, -TRUTH.shape[1] % (8 // bits)))).reshape(TRUTH.shape[0], -1, 8 // bits)
    packed = (padded.astype(int) << np.arange(8 - bits, -1, -bits)).sum(2).astype(np.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in packed)
    head = pngs.head(TRUTH.shape[1], TRUTH.shape[0], bits, pngs.GREY)
    path.write_bytes(pngs.png_of(head, pngs.pixels(rows)))


WAYS = {
    "palette.png": lambda path: save_mask(path, TRUTH),
    "grey.png": lambda path: as_grey(path, np.uint8),
    "grey.bmp": lambda path: as_grey(path, np.uint8),
    "grey.gif": lambda path: as_grey(path, np.uint8),
    "grey.tif": lambda path: as_grey(path, np.uint8),
    "sixteen.png": lambda path: as_grey(path, np.uint16),
    "sixteen.tif": lambda path: as_grey(path, np.uint16),
    "thirty-two.tif": lambda path: as_grey(path, np.int32),
    "two bits.png": lambda path: as_bits(path, 2),
    "four bits.png": lambda path: as_bits(path, 4),
    "grey in colours.png": lambda path: Image.fromarray(TRUTH).convert("RGB").save(path),
    "with alpha.png": lambda path: Image.fromarray(TRUTH).convert("LA").save(path),
    "colours with alpha.png": lambda path: Image.fromarray(TRUTH).convert("RGBA").save(path),
}


@pytest.mark.parametrize("name", WAYS)
def test_every_way_of_storing_gives_the_same_indices(tmp_path, name):
    WAYS[name](tmp_path / name)
    assert np.array_equal(pixels_to_indices(read_pixels(tmp_path / name), 4), TRUTH)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_black_and_white_is_known(tmp_path, kind):
    white = np.iinfo(kind).max
    Image.fromarray((TRUTH > 0).astype(kind) * white).save(tmp_path / "a.png")
    pixels = read_pixels(tmp_path / "a.png")
    assert black_and_white(pixels) and np.array_equal(white_to_one(pixels), TRUTH > 0)
    as_grey(tmp_path / "b.png", kind)
    assert not black_and_white(read_pixels(tmp_path / "b.png"))


@pytest.mark.fault("a mask's number is no class", "told with the lowest and how many pixels")
@pytest.mark.parametrize(
    "kind, value, told", [(np.uint8, 4, "4 at"), (np.uint16, 300, "300 at"), (np.int32, -1, "-1 at")]
)
def test_numbers_beyond_the_classes_are_told(tmp_path, kind, value, told):
    numbers = TRUTH.astype(kind)
    numbers[:2] = value
    Image.fromarray(numbers).save(tmp_path / "a.tif")
    with pytest.raises(AnnotationError, match=f"{told} 112 pixels, of 4 classes"):
        pixels_to_indices(read_pixels(tmp_path / "a.tif"), 4)


def test_a_palette_contradicts_its_indices_where_it_is_a_permutation_of_vocs():
    plain = {index: voc_colour(index) for index in (0, 1, 2)}
    assert contradiction(plain, 3) == ""
    assert contradiction({0: voc_colour(1), 1: voc_colour(0)}, 3) == "index 0 has the colour that VOC gives to 1"
    assert contradiction({0: (9, 9, 9), 1: voc_colour(0)}, 3) == ""  # one's own colours
    assert contradiction(None, 3) == ""


def test_void_stays_void(tmp_path):
    mask = TRUTH.copy()
    mask[:3] = 255
    save_mask(tmp_path / "a.png", mask)
    assert np.array_equal(pixels_to_indices(read_pixels(tmp_path / "a.png"), 4), mask)
