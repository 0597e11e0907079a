"""Mask files of every mode that can hold indices, and those that cannot."""

import struct
import tracemalloc
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fcn_course.data.labels import PALETTE
from fcn_course.data.masks import read_mask, validate_indices
from tests.support import pngs
from tests.support.helpers import save_mask

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


def rows_of(indices, filters):
    """Rows stored as they are, under filters that they may not have been made with."""
    return b"".join(bytes([kind]) + row.tobytes() for kind, row in zip(filters, indices, strict=True))


def grey_png(*chunks, shape=INDICES.shape, interlaced=False):
    return pngs.png_of(pngs.head(*shape[::-1], 8, pngs.GREY, interlaced), *chunks)


ROWS = rows_of(INDICES, [0] * 20)


def by_pillow(file):
    with Image.open(BytesIO(file)) as image:
        return np.array(image)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 4), st.booleans(), st.randoms(use_true_random=False))
def test_a_png_of_any_filter_is_read_as_pillow_reads_it(tmp_path_factory, height, width, kind, same, random):
    indices = np.frombuffer(random.randbytes(height * width), np.uint8).reshape(height, width)
    rows = rows_of(indices, [kind if same else random.randrange(5) for _ in range(height)])
    file = grey_png(pngs.pixels(rows), shape=indices.shape)
    path = tmp_path_factory.mktemp("png") / "a.png"
    path.write_bytes(file)
    assert np.array_equal(read_mask(path, 255).numpy(), by_pillow(file))


@pytest.mark.parametrize("mode", ["P", "L"])
def test_a_mask_as_it_is_usually_written_is_inflated_at_once(tmp_path, monkeypatch, mode):
    save_mask(tmp_path / "P.png", INDICES)
    (tmp_path / "L.png").write_bytes(grey_png(pngs.pixels(ROWS)))
    pngs.forbid_decoding(monkeypatch)
    assert np.array_equal(read_mask(tmp_path / f"{mode}.png").numpy(), INDICES)


def interlaced():
    """2 × 2 pixels: one of the first pass, one of the sixth, and a row of the seventh."""
    rows = pngs.pixels(bytes([0, 1, 0, 2, 0, 3, 4]))
    return grey_png(rows, shape=(2, 2), interlaced=True), [[1, 2], [3, 4]]


def animated():
    file, frames = BytesIO(), [Image.fromarray(INDICES), Image.fromarray(INDICES[::-1].copy())]
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    return file.getvalue(), INDICES


def in_many_parts():
    packed = zlib.compress(ROWS)
    parts = [pngs.chunk(b"IDAT", packed[place : place + 7]) for place in range(0, len(packed), 7)]
    return grey_png(*parts, pngs.chunk(b"tEXt", b"Author\0me")), INDICES


def with_a_row_too_many():
    return grey_png(pngs.pixels(ROWS + bytes(31))), INDICES


def with_a_byte_too_many():
    return grey_png(pngs.pixels(ROWS + bytes(1))), INDICES


@pytest.mark.parametrize("make", [interlaced, animated, in_many_parts, with_a_row_too_many, with_a_byte_too_many])
def test_other_pngs_of_indices(tmp_path, make):
    file, indices = make()
    (tmp_path / "a.png").write_bytes(file)
    assert read_mask(tmp_path / "a.png").tolist() == np.asarray(indices).tolist() == by_pillow(file).tolist()


@pytest.mark.fault("a mask's pixels carry a wrong checksum of their own", "refused as damaged")
def test_a_wrong_checksum_within_the_pixels(tmp_path):
    packed = zlib.compress(ROWS)[:-4] + bytes(4)
    (tmp_path / "a.png").write_bytes(grey_png(pngs.chunk(b"IDAT", packed)))
    assert "a.png cannot be read as a mask (its pixels cannot be unpacked" in message(tmp_path / "a.png")


@pytest.mark.fault("a mask of 20 rows that unpacks to 200 MB", "no more is unpacked than its head speaks of")
def test_a_mask_that_was_made_to_burst(tmp_path):
    packer = zlib.compressobj()
    packed = b"".join(packer.compress(bytes(10**6)) for _ in range(200)) + packer.flush()
    (tmp_path / "a.png").write_bytes(grey_png(pngs.chunk(b"IDAT", packed)))
    tracemalloc.start()
    try:
        mask = read_mask(tmp_path / "a.png")
        assert tracemalloc.get_traced_memory()[1] < 5e6
    finally:
        tracemalloc.stop()
    assert mask.shape == (20, 30) and not mask.any()


@pytest.mark.fault("a mask has fewer rows than its head says", "refused as cut")
def test_a_mask_of_too_few_rows(tmp_path):
    file = grey_png(pngs.pixels(ROWS[31:]))
    (tmp_path / "a.png").write_bytes(file)
    assert not by_pillow(file)[19].any()  # background, without a word
    assert "a.png cannot be read as a mask (it holds 19 of its 20 rows: it was cut)" in message(tmp_path / "a.png")


@given(st.integers(1, 256), st.lists(st.integers(0, 255), min_size=1, max_size=6))
def test_an_index_of_8_bits_is_a_class_or_void_and_else_refused(number, indices):
    """By Python's own integers, which never overflow."""
    wrong = [index for index in indices if index >= number and index != 255]
    array = np.array([indices], np.uint8)
    if wrong:
        with pytest.raises(ValueError, match=f"holds the index {wrong[0]},"):
            validate_indices("a.png", array, number)
    else:
        assert validate_indices("a.png", array, number) is array
