"""Pictures of every kind that people have, against arrays worked out by hand."""

import struct
import warnings
import zlib
from collections import Counter

import numpy as np
import pytest
import torch
from PIL import Image, ImageCms, features
from PIL.PngImagePlugin import PngInfo

from fcn_course.data import images
from fcn_course.data.datasets import open_voc
from fcn_course.data.images import as_image, decode_image, exif_transpose, read_image
from tests.support import pngs
from tests.support.helpers import make_voc, save_mask

RNG = np.random.default_rng(0)
RGB = RNG.integers(0, 256, (13, 21, 3), dtype=np.uint8)
DEEP = RNG.integers(0, 65536, (7, 9), dtype=np.uint16)

# what the EXIF standard says of each value: on which visual side the stored rows and columns begin; and by hand
ORIENTATIONS = {
    1: ("top", "left", lambda a: a),
    2: ("top", "right", lambda a: a[:, ::-1]),
    3: ("bottom", "right", lambda a: a[::-1, ::-1]),
    4: ("bottom", "left", lambda a: a[::-1]),
    5: ("left", "top", lambda a: a.swapaxes(0, 1)),
    6: ("right", "top", lambda a: np.rot90(a, -1)),
    7: ("right", "bottom", lambda a: np.rot90(a, 2).swapaxes(0, 1)),
    8: ("left", "bottom", lambda a: np.rot90(a)),
}
SIDES = {"top": np.s_[0], "bottom": np.s_[-1], "left": np.s_[:, 0], "right": np.s_[:, -1]}


def read(path):
    """As (H, W, 3), the order in which pictures are written down here."""
    image = read_image(path)
    assert image.dtype == torch.uint8 and image.shape[0] == 3 and image.is_contiguous()
    return image.permute(1, 2, 0).numpy()


def exif(orientation):
    block = Image.Exif()
    block[274] = orientation
    return block


def grey(values):
    return np.repeat(np.asarray(values, np.uint8)[..., None], 3, -1)


def png(values, kind, bits=16):
    """A PNG file: Pillow writes no 16-bit colours."""
    height, width = values.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2" if bits == 16 else "u1").tobytes() for row in values)
    return pngs.png_of(pngs.head(width, height, bits, kind), pngs.pixels(rows))


def tiff(data, width, height, bits=16, white=1):
    """A grey TIFF file made by hand: unsigned numbers of ``bits`` bits, in which 0 is black or, with white=0, white."""
    tags = {256: width, 257: height, 258: bits, 259: 1, 262: white, 273: 8, 277: 1, 278: height, 279: len(data)}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return b"II*\0" + struct.pack("<I", 8 + len(data)) + data + struct.pack("<H", len(tags)) + entries + bytes(4)


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "webp"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_picture_is_turned_as_its_exif_orientation_asks(tmp_path, orientation, suffix):
    stored = np.stack([*np.indices((13, 21)), np.full((13, 21), 99)], -1).astype(np.uint8)  # a pixel names its place
    options = {"lossless": True} if suffix == "webp" else {}
    Image.fromarray(stored).save(tmp_path / f"a.{suffix}", **options)
    Image.fromarray(stored).save(tmp_path / f"b.{suffix}", exif=exif(orientation), **options)
    row_side, column_side, by_hand = ORIENTATIONS[orientation]
    plain, shown = read(tmp_path / f"a.{suffix}"), read(tmp_path / f"b.{suffix}")
    assert np.array_equal(shown, by_hand(plain))
    if suffix != "jpg":
        assert np.array_equal(plain, stored)
        assert (shown[SIDES[row_side]][:, 0] == 0).all() and (shown[SIDES[column_side]][:, 1] == 0).all()


@pytest.mark.parametrize("orientation", [3, 6])
@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F"])
def test_an_orientation_holds_for_every_mode(tmp_path, mode, orientation):
    deep = {"I;16": np.uint16, "I": np.int32, "F": np.float32}
    picture = Image.fromarray(DEEP.astype(deep[mode])) if mode in deep else Image.fromarray(RGB).convert(mode)
    kinds = ["tif"] + ["png"] * (mode in ("1", "L", "LA", "P", "RGBA", "I;16")) + ["jpg"] * (mode in ("L", "CMYK"))
    for kind in kinds:  # by its name Pillow opens an uncompressed TIFF wrongly that is to be turned by a quarter
        picture.save(tmp_path / f"a.{kind}")
        picture.save(tmp_path / f"b.{kind}", exif=exif(orientation))
        truth = ORIENTATIONS[orientation][2](read(tmp_path / f"a.{kind}"))
        assert np.array_equal(read(tmp_path / f"b.{kind}"), truth), kind


@pytest.mark.parametrize("orientation", [0, 9, 300])
def test_an_orientation_that_is_none_turns_nothing(tmp_path, orientation):
    Image.fromarray(RGB).save(tmp_path / "a.png", exif=exif(orientation))
    assert np.array_equal(read(tmp_path / "a.png"), RGB)


@pytest.mark.fault("a picture's EXIF block is damaged", "the picture is read as it is stored")
@pytest.mark.parametrize("block", [b"Exif\0\0nothing", b"Exif\0\0II*\0\xff\xff\xff\x7f", b"Exif\0\0MM\0*", b"Exif\0\0"])
def test_a_damaged_exif_block_turns_nothing(tmp_path, block):
    Image.fromarray(RGB).save(tmp_path / "a.jpg", exif=block)
    Image.fromarray(RGB).save(tmp_path / "b.jpg")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow names what is corrupt in it
        assert np.array_equal(read(tmp_path / "a.jpg"), read(tmp_path / "b.jpg"))


def test_an_exif_block_that_cannot_be_parsed_turns_nothing(tmp_path):
    text = PngInfo()
    text.add_text("Raw profile type exif", "\nexif\n      4\nno hexadecimal number\n")  # ImageMagick's way
    Image.fromarray(RGB).save(tmp_path / "a.png", pnginfo=text)
    assert np.array_equal(read(tmp_path / "a.png"), RGB) and exif_transpose(tmp_path / "a.png") is None


def test_grey_black_and_white_and_palette(tmp_path):
    values, bits = RGB[..., 0], RGB[..., 0] > 127
    Image.fromarray(values).save(tmp_path / "grey.png")
    assert np.array_equal(read(tmp_path / "grey.png"), grey(values))
    for name in ("bits.png", "bits.tif"):
        Image.fromarray(bits).save(tmp_path / name)
        assert np.array_equal(read(tmp_path / name), grey(255 * bits))
    palette = RNG.integers(0, 256, (256, 3), dtype=np.uint8)
    for name in ("palette.png", "palette.bmp", "palette.tif"):
        picture = Image.fromarray(values)
        picture.putpalette(palette.tobytes())
        picture.save(tmp_path / name)
        assert np.array_equal(read(tmp_path / name), palette[values]), name


def over_white(colours, alpha):
    share = alpha[..., None].astype(float) / 255
    return share * colours + (1 - share) * 255


@pytest.mark.parametrize("suffix", ["png", "tif", "webp"])
def test_what_is_transparent_lies_over_white(tmp_path, suffix):
    alpha = RNG.integers(0, 256, RGB.shape[:2], dtype=np.uint8)
    alpha[:2], alpha[2:4] = 0, 255
    options = {"lossless": True, "exact": True} if suffix == "webp" else {}
    Image.fromarray(np.dstack([RGB, alpha])).save(tmp_path / f"a.{suffix}", **options)
    shown = read(tmp_path / f"a.{suffix}")
    assert abs(shown - over_white(RGB, alpha)).max() <= 1
    assert (shown[:2] == 255).all() and np.array_equal(shown[2:4], RGB[2:4])
    if suffix != "webp":  # which has no grey
        Image.fromarray(np.dstack([RGB[..., 0], alpha]), "LA").save(tmp_path / f"b.{suffix}")
        assert abs(read(tmp_path / f"b.{suffix}") - over_white(grey(RGB[..., 0]), alpha)).max() <= 1


@pytest.mark.parametrize("transparency", [7, bytes([255, 0, 128, *[255] * 253])])
def test_a_palette_with_transparent_entries_lies_over_white(tmp_path, transparency):
    indices = np.arange(256, dtype=np.uint8).reshape(16, 16)
    palette = RNG.integers(0, 255, (256, 3), dtype=np.uint8)
    alpha = np.full(256, 255, np.uint8)
    alpha[[7] if transparency == 7 else [1, 2]] = [0] if transparency == 7 else [0, 128]
    picture = Image.fromarray(indices)
    picture.putpalette(palette.tobytes())
    for name in ("a.png", "a.gif") if transparency == 7 else ("a.png",):
        picture.save(tmp_path / name, transparency=transparency)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert abs(read(tmp_path / name) - over_white(palette, alpha)[indices]).max() <= 1, name


def test_one_transparent_colour_lies_over_white(tmp_path):
    truth = RGB.copy()
    truth[3, 5] = 255
    Image.fromarray(RGB).save(tmp_path / "a.png", transparency=tuple(int(value) for value in RGB[3, 5]))
    assert np.array_equal(read(tmp_path / "a.png"), truth)
    values = np.arange(200, dtype=np.uint8).reshape(10, 20)
    Image.fromarray(values).save(tmp_path / "b.png", transparency=9)
    assert np.array_equal(read(tmp_path / "b.png"), grey(np.where(values == 9, 255, values)))


def test_sixteen_bits_of_grey_are_scaled_and_not_clipped(tmp_path):
    Image.fromarray(DEEP).save(tmp_path / "a.png")
    Image.fromarray(DEEP).save(tmp_path / "a.tif")
    Image.fromarray(DEEP.astype(np.int32)).save(tmp_path / "i.tif")
    big_endian = Image.frombytes("I;16B", DEEP.shape[::-1], DEEP.astype(">u2").tobytes())
    big_endian.save(tmp_path / "b.tif")
    (tmp_path / "w.tif").write_bytes(tiff((65535 - DEEP).tobytes(), 9, 7, white=0))
    for name in ("a.png", "a.tif", "i.tif", "b.tif", "w.tif"):
        with Image.open(tmp_path / name) as file:
            assert file.mode in ("I", "I;16", "I;16B")
        assert np.array_equal(read(tmp_path / name), grey(DEEP // 256)), name
    dark = np.full((2, 2), 700, np.int32)  # of 65535, even where nothing brighter occurs
    Image.fromarray(dark).save(tmp_path / "dark.tif")
    assert (read(tmp_path / "dark.tif") == 2).all()


def test_twelve_bits_are_scaled_by_their_own_range(tmp_path):
    # two numbers of 12 bits in three bytes
    (tmp_path / "a.tif").write_bytes(tiff(bytes.fromhex("fff000 7ff08a"), 2, 2, bits=12))
    assert np.array_equal(read(tmp_path / "a.tif"), grey([[0xFF, 0], [0x7F, 0x08]]))


def test_sixteen_bit_colours_keep_their_upper_eight_bits(tmp_path):
    deep = RNG.integers(0, 65536, (5, 6, 4), dtype=np.uint16)
    (tmp_path / "rgb.png").write_bytes(png(deep[..., :3], 2))
    assert np.array_equal(read(tmp_path / "rgb.png"), deep[..., :3] // 256)
    (tmp_path / "rgba.png").write_bytes(png(deep, 6))
    truth = over_white(deep[..., :3] // 256, deep[..., 3] // 256)
    assert abs(read(tmp_path / "rgba.png") - truth).max() <= 1
    (tmp_path / "la.png").write_bytes(png(deep[..., [0, 3]], 4))
    truth = over_white(grey(deep[..., 0] // 256), deep[..., 3] // 256)
    assert abs(read(tmp_path / "la.png") - truth).max() <= 1


@pytest.mark.parametrize(
    "values, truth",
    [
        ([0.0, 0.5, 1.0, 0.25], [0, 128, 255, 64]),  # all within 0 to 1
        ([0.0, 0.5, 2.0, 200.4], [0, 0, 2, 200]),  # within 0 to 255
        ([0.0, 257.0, 65535.0, 2570.0], [0, 1, 255, 10]),  # within 0 to 65535
        ([-1.0, 0.0, 1.0, 0.5], [0, 128, 255, 191]),  # below 0: from the lowest to the highest
        ([1e6, 2e6, 3e6, 1e6], [0, 128, 255, 0]),
        ([np.nan, 1.0, np.inf, 0.2], [0, 255, 255, 51]),  # what is no number is black
        ([7e4, 7e4, 7e4, 7e4], [0, 0, 0, 0]),
        ([0.0, 0.0, 0.0, 0.0], [0, 0, 0, 0]),
        ([np.nan] * 4, [0, 0, 0, 0]),
    ],
)
def test_floats_count_up_to_the_smallest_usual_white(tmp_path, values, truth):
    Image.fromarray(np.array([values], np.float32)).save(tmp_path / "a.tif")
    with Image.open(tmp_path / "a.tif") as file:
        assert file.mode == "F"
    assert np.array_equal(read(tmp_path / "a.tif"), grey([truth]))


def test_integers_of_more_than_sixteen_bits_are_stretched(tmp_path):
    values = np.array([[0, 100_000, 200_000, 50_000], [-5, 0, 5, 0]], np.int32)
    for row, truth in zip(values, ([0, 128, 255, 64], [0, 128, 255, 128]), strict=True):
        Image.fromarray(row[None]).save(tmp_path / "a.tif")
        assert np.array_equal(read(tmp_path / "a.tif"), grey([truth]))


def patches(colours):
    """One square for each colour, large enough for JPEG to keep its middle."""
    return np.repeat(np.repeat(np.array([colours], np.uint8), 16, 0), 16, 1)


INKS = [(0, 0, 0, 0), (255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (0, 0, 0, 255), (128, 0, 64, 64)]


def test_inks_of_a_cmyk_jpeg_become_colours(tmp_path):
    Image.fromarray(patches(INKS), "CMYK").save(tmp_path / "a.jpg", quality=95)
    with Image.open(tmp_path / "a.jpg") as file:
        assert file.mode == "CMYK" and "adobe" in file.info  # the numbers in the file are inverted, as Photoshop's
    by_hand = [[(255 - ink) * (255 - k) / 255 for ink in inks] for *inks, k in INKS]
    shown = read(tmp_path / "a.jpg")
    assert abs(shown[8, 8::16] - by_hand).max() <= 3
    Image.fromarray(patches(INKS), "CMYK").save(tmp_path / "a.tif")
    assert abs(read(tmp_path / "a.tif")[8, 8::16] - by_hand).max() <= 1


def ink_profile(full_inks):
    """The smallest ICC profile of a printer: what each of the 16 mixtures of full inks looks like, L*, a*, b* in bytes.

    The order of the mixtures is C M Y K = 0000, 0001, 0010, ... (ICC.1, lut8Type).
    """
    unit = b"".join(struct.pack(">i", 65536 * (place % 4 == 0)) for place in range(9))
    curve = bytes(range(256))
    nodes = b"".join(bytes([round(L * 2.55), a + 128, b + 128]) for L, a, b in full_inks)
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + unit + 4 * curve + nodes + 3 * curve
    head = struct.pack(">4sI4s4s4s", b"lcms", 0x02400000, b"prtr", b"CMYK", b"Lab ") + bytes(12) + b"acsp"
    head = (bytes(4) + head + bytes(28) + struct.pack(">iii", 63190, 65536, 54061)).ljust(128, b"\0")
    whole = head + struct.pack(">I4sII", 1, b"A2B0", 144, len(table)) + table
    return struct.pack(">I", len(whole)) + whole[4:]


def srgb_of_lab(L, a, b):
    """By the formulas of CIELAB (white D50), Bradford's adaptation to D65, and sRGB."""
    y = (L + 16) / 116
    f = np.array([y + a / 500, y, y - b / 200])
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * [0.9642, 1, 0.8249]
    to_linear = [[3.1339, -1.6169, -0.4906], [-0.9788, 1.9161, 0.0335], [0.0719, -0.2290, 1.4052]]  # D50 to sRGB
    linear = np.clip(to_linear @ xyz, 0, 1)
    return 255 * np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)


needs_lcms = pytest.mark.skipif(not features.check("littlecms2"), reason="this Pillow knows no colour profiles")


@needs_lcms
def test_a_cmyk_jpeg_with_a_profile_has_the_profiles_colours(tmp_path):
    # odd inks, so that no formula gives these by chance: cyan prints a dull green, magenta an ochre
    paper, green, ochre = (100, 0, 0), (55, -40, 25), (60, 20, 50)
    nodes = [(0, 0, 0) if k else green if c else ochre if m else paper for c, m, y, k in np.ndindex(2, 2, 2, 2)]
    Image.fromarray(patches(INKS[:5]), "CMYK").save(tmp_path / "a.jpg", quality=95, icc_profile=ink_profile(nodes))
    truth = [srgb_of_lab(*colour) for colour in (paper, green, ochre, paper, (0, 0, 0))]
    assert abs(read(tmp_path / "a.jpg")[8, 8::16] - truth).max() <= 4


@pytest.mark.fault("a picture's colour profile is cut or another's", "the picture is read without it")
@needs_lcms
@pytest.mark.parametrize("kind", ["cut", "of RGB", "nonsense"])
def test_a_profile_that_cannot_be_used_is_left_out(tmp_path, kind):
    profile = {
        "cut": ink_profile([(50, 0, 0)] * 16)[:200],
        "of RGB": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        "nonsense": b"nonsense" * 40,
    }[kind]
    Image.fromarray(patches(INKS), "CMYK").save(tmp_path / "a.jpg")
    Image.fromarray(patches(INKS), "CMYK").save(tmp_path / "b.jpg", icc_profile=profile)
    assert np.array_equal(read(tmp_path / "a.jpg"), read(tmp_path / "b.jpg"))


@needs_lcms
def test_lab_becomes_rgb(tmp_path):
    colours = [(50, 0, 0), (60, 40, 30), (70, -30, 40), (40, 10, -30), (100, 0, 0), (0, 0, 0)]
    stored = np.array([[(round(L * 2.55), a % 256, b % 256) for L, a, b in colours]], np.uint8)
    Image.fromarray(stored, "LAB").save(tmp_path / "a.tif")
    with Image.open(tmp_path / "a.tif") as file:
        assert file.mode == "LAB"
    assert abs(read(tmp_path / "a.tif")[0] - [srgb_of_lab(*colour) for colour in colours]).max() <= 3


def test_luma_and_chroma_become_rgb(tmp_path):
    stored = np.array([[(76, 85, 255), (150, 44, 21), (29, 255, 107), (128, 128, 128)]], np.uint8)
    Image.fromarray(stored, "YCbCr").save(tmp_path / "a.tif")
    with Image.open(tmp_path / "a.tif") as file:
        assert file.mode == "YCbCr"
    truth = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128)]  # JFIF's formula, by hand
    assert abs(read(tmp_path / "a.tif")[0].astype(int) - truth).max() <= 2


@pytest.mark.parametrize("suffix", ["gif", "tif", "png", "webp"])
def test_of_several_frames_the_first_is_read(tmp_path, suffix):
    frames = [Image.new("RGB", (6, 4), colour) for colour in ("red", "blue", "lime")]
    options = {"lossless": True} if suffix == "webp" else {}
    frames[0].save(tmp_path / f"a.{suffix}", save_all=True, append_images=frames[1:], **options)
    with Image.open(tmp_path / f"a.{suffix}") as file:
        assert file.n_frames == 3
    assert (read(tmp_path / f"a.{suffix}") == [255, 0, 0]).all()


def test_a_picture_lies_in_memory_as_in_its_file_until_it_is_wanted_otherwise(tmp_path):
    for mode in ("RGB", "L", "RGBA"):
        Image.fromarray(RGB).convert(mode).save(tmp_path / "a.png", exif=exif(6))
        stored = decode_image(tmp_path / "a.png")
        assert stored.shape == (3, 21, 13) and stored.permute(1, 2, 0).is_contiguous()
        assert torch.equal(stored, read_image(tmp_path / "a.png"))


def test_real_photographs_are_what_pillow_decodes(real):
    for path in real.rglob("*.jpg"):
        with Image.open(path) as file:
            assert np.array_equal(read(path), np.array(file))


def test_a_photograph_of_24_megapixels_opens_without_a_warning(tmp_path):
    Image.linear_gradient("L").resize((6000, 4000)).convert("RGB").save(tmp_path / "a.jpg")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_image(tmp_path / "a.jpg").shape == (3, 4000, 6000)


def message(error, call):
    with pytest.raises(error) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.fault("a picture of 400 million pixels", "refused with the limit, before it is decoded")
def test_a_picture_of_more_pixels_than_pillow_opens_is_told(tmp_path):
    head = bytearray(png(np.zeros((1, 1)), 0, 8))
    head[16:24] = struct.pack(">II", 20_000, 20_000)
    head[29:33] = struct.pack(">I", zlib.crc32(bytes(head[12:29])))
    (tmp_path / "a.png").write_bytes(head)
    told = message(ValueError, lambda: read_image(tmp_path / "a.png"))
    assert told == f"{tmp_path / 'a.png'} has more pixels than can be opened (179 million); cut it into parts"


def test_a_missing_picture_and_a_folder(tmp_path):
    assert message(FileNotFoundError, lambda: read_image(tmp_path / "a.jpg")) == f"no picture at {tmp_path / 'a.jpg'}"
    assert f"{tmp_path} cannot be read as a picture" in message(ValueError, lambda: read_image(tmp_path))


@pytest.mark.fault("a phone's HEIC, whatever it is called", "refused by its name, to be converted")
@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"hevc"])
@pytest.mark.parametrize("name", ["IMG_0001.HEIC", "IMG_0001.jpg"])
def test_a_phones_heic_is_to_be_converted(tmp_path, name, brand):
    (tmp_path / name).write_bytes(b"\0\0\0\x24ftyp" + brand + bytes(200))
    told = message(ValueError, lambda: read_image(tmp_path / name))
    assert told == f"{tmp_path / name} is a HEIC file, which cannot be read here; convert it to JPEG"


def files_of_every_kind(folder):
    picture = Image.fromarray(RGB)
    for name, mode, options in (
        ("a.jpg", "RGB", {"exif": exif(6)}),
        ("b.jpg", "CMYK", {"icc_profile": ink_profile([(50, 0, 0)] * 16)}),
        ("a.png", "RGBA", {"exif": exif(3)}),
        ("b.png", "P", {"transparency": 3}),
        ("a.tif", "RGB", {"compression": "tiff_lzw", "exif": exif(6)}),
        ("b.tif", "L", {}),
        ("a.gif", "P", {}),
        ("a.bmp", "RGB", {}),
        ("a.webp", "RGB", {}),
    ):
        picture.convert(mode).save(folder / name, **options)
    Image.fromarray(DEEP).save(folder / "deep.png")
    return sorted(folder.iterdir())


@pytest.mark.fault("pictures of nine formats, cut or damaged anywhere", "read or refused by name")
def test_files_that_are_cut_or_damaged_are_told_and_never_another_error(tmp_path):
    rng, told = np.random.default_rng(1), 0
    for path in files_of_every_kind(tmp_path):
        whole = path.read_bytes()
        read_image(path)
        for turn in range(60):
            place = int(rng.integers(0, len(whole)))
            damaged = whole[:place] if turn % 2 else whole[:place] + rng.bytes(4) + whole[place + 4 :]
            path.write_bytes(damaged)
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    assert read_image(path).shape[0] == 3
            except ValueError as error:
                told += 1
                assert str(path) in str(error) and "\n" not in str(error)
    assert told > 200


def test_a_chunk_that_claims_another_length_is_told(tmp_path):
    Image.fromarray(RGB).save(tmp_path / "a.png")
    damaged = bytearray((tmp_path / "a.png").read_bytes())
    assert damaged[37:41] == b"IDAT"
    damaged[36] -= 40  # the pixels seem to end before they do, and what comes then is no chunk
    (tmp_path / "a.png").write_bytes(damaged)
    assert "(the checksum of its chunk 'IDAT' is wrong: it was damaged)" in message(
        ValueError, lambda: read_image(tmp_path / "a.png")
    )


@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_a_cut_picture_is_told(tmp_path, suffix, kept):
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(RGB).save(path)
    path.write_bytes(path.read_bytes()[: int(kept * path.stat().st_size)])
    told = message(ValueError, lambda: read_image(path))
    assert told.startswith(f"{path} cannot be read as a picture (") and told.endswith(
        "; it must be a whole JPEG or PNG file"
    )


def test_a_picture_or_its_path(tmp_path):
    Image.fromarray(RGB).save(tmp_path / "a.png")
    image = read_image(tmp_path / "a.png")
    assert as_image(image) is image
    assert torch.equal(as_image(tmp_path / "a.png"), image) and torch.equal(as_image(str(tmp_path / "a.png")), image)
    with pytest.raises(
        ValueError, match=r"uint8 tensor \(3, H, W\) or a file's path, got \(3, 2, 2\) of torch.float32"
    ):
        as_image(torch.zeros(3, 2, 2))


def turned_photograph(folder, orientation):
    """A data set whose picture carries an orientation and whose mask is drawn on what is displayed."""
    mask = RNG.integers(0, 21, (13, 21), dtype=np.uint8)
    make_voc(folder, train={"a": (RGB, mask)})
    Image.fromarray(RGB).save(folder / "JPEGImages/a.jpg", exif=exif(orientation))
    save_mask(folder / "SegmentationClass/a.png", ORIENTATIONS[orientation][2](mask))
    return mask


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_data_sets_photograph_is_turned_as_it_is_displayed(tmp_path, orientation):
    by_hand = ORIENTATIONS[orientation][2]
    mask = turned_photograph(tmp_path / "set", orientation)
    data = open_voc(tmp_path / "set")
    image, found = data[0]
    assert image.shape[1:] == found.shape == data.size(0) and np.array_equal(found.numpy(), by_hand(mask))
    assert np.array_equal(image.permute(1, 2, 0).numpy(), read(tmp_path / "set/JPEGImages/a.jpg"))


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_mask_drawn_on_the_unturned_photograph_is_told_and_how_to_mend_it(tmp_path, orientation):
    mask = turned_photograph(tmp_path / "set", orientation)
    save_mask(tmp_path / "set/SegmentationClass/a.png", mask)
    data = open_voc(tmp_path / "set")
    told = message(ValueError, lambda: data[0])
    assert told.startswith("a: the picture is 13 x 21 but its mask 21 x 13; ")
    assert "EXIF orientation" in told and "drawn on the unturned picture" in told
    # the advice holds: the turn that it names mends the mask
    turn = exif_transpose(tmp_path / "set/JPEGImages/a.jpg")
    assert f"mask.transpose(Image.Transpose.{turn.name})" in told
    with Image.open(tmp_path / "set/SegmentationClass/a.png") as file:
        file.transpose(turn).save(tmp_path / "set/SegmentationClass/a.png")
    assert np.array_equal(data[0][1].numpy(), ORIENTATIONS[orientation][2](mask))


def test_sides_that_are_swapped_without_an_orientation_have_another_cause(tmp_path):
    make_voc(tmp_path / "set", train={"a": (RGB, np.zeros((21, 13), np.uint8))})
    told = message(ValueError, lambda: open_voc(tmp_path / "set")[0])
    assert "EXIF" not in told and told.endswith("draw the mask on the picture's own pixels")


@pytest.mark.fault("a picture is PostScript, a program", "refused; nothing runs it")
def test_postscript_is_not_run(tmp_path):
    path = tmp_path / "a.eps"
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 40 30\n%%EndComments\nshowpage\n%%EOF\n")
    with pytest.raises(ValueError, match="PostScript is a program"):
        read_image(path)


JPEGS = [
    {"quality": quality, "subsampling": kind, "progressive": progressive}
    for quality in (30, 95)
    for kind in ("4:4:4", "4:2:2", "4:2:0")
    for progressive in (False, True)
]


def by_pillow(path):
    """The pixels as Pillow alone gives them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(images, "_pixels_of_jpeg", lambda file: None)
        return read(path)


@pytest.mark.parametrize("kind", JPEGS, ids=lambda kind: "-".join(map(str, kind.values())))
@pytest.mark.parametrize("size", [(37, 53), (16, 16), (1, 1)])
@pytest.mark.parametrize("turn", [1, 6])
def test_a_jpeg_has_the_pixels_that_pillow_gives(tmp_path, kind, size, turn):
    pixels = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.jpg", exif=exif(turn), **kind)
    with Image.open(tmp_path / "a.jpg") as file:
        assert images._pixels_of_jpeg(file) is not None
    assert np.array_equal(read(tmp_path / "a.jpg"), by_pillow(tmp_path / "a.jpg"))


def test_other_files_and_broken_ones_are_left_to_pillow(tmp_path):
    picture = Image.fromarray(RNG.integers(0, 256, (100, 100, 3), dtype=np.uint8))
    picture.save(tmp_path / "a.png")
    picture.convert("L").save(tmp_path / "grey.jpg")
    picture.convert("CMYK").save(tmp_path / "cmyk.jpg")
    picture.save(tmp_path / "whole.jpg")
    whole = (tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) * 2 // 3])
    for name in ("a.png", "grey.jpg", "cmyk.jpg", "cut.jpg"):
        with Image.open(tmp_path / name) as file:
            assert images._pixels_of_jpeg(file) is None, name


@pytest.mark.fault("a byte of a JPEG is another", "refused, or read as Pillow reads it")
def test_a_damaged_jpeg_is_read_or_refused_as_by_pillow(tmp_path):
    rng, path, outcomes = np.random.default_rng(3), tmp_path / "a.jpg", Counter()
    Image.fromarray(rng.integers(0, 256, (40, 56, 3), dtype=np.uint8)).save(path, quality=60)
    whole = np.frombuffer(path.read_bytes(), np.uint8)
    for _ in range(300):
        broken = whole.copy()
        broken[rng.integers(2, len(whole))] = rng.integers(256)
        path.write_bytes(broken.tobytes())
        found = []
        for way in (read, by_pillow):
            try:
                found.append(way(path).tolist())
            except ValueError as error:
                found.append(str(error))
        assert found[0] == found[1]
        outcomes[type(found[0])] += 1
    assert min(outcomes[list], outcomes[str]) > 10
