"""Image files of any kind as uint8 RGB, turned and coloured as a viewer shows them (lecture 06)."""

from __future__ import annotations

import os
import stat
import struct
import textwrap
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import torch
from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError
from torch import Tensor
from zlib_ng import zlib_ng

# what undoes each EXIF orientation; 1 needs nothing
EXIF_TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")  # how such a file calls itself
BITS, PHOTOMETRIC, WHITE_IS_ZERO = 258, 262, 0  # of TIFF


def read_image(path: str | Path) -> Tensor:
    """An image file of any kind that Pillow opens, as uint8 ``(3, H, W)``; of several frames the first.

    The picture is turned as its EXIF orientation asks, and what is transparent lies over white. CMYK goes through the
    file's colour profile if it has one; RGB is taken as sRGB.

    Grey of 16 bits keeps its upper eight, as Pillow does with 16-bit RGB. Floats count from black at 0 to white at the
    smallest of 1, 255 and 65535 that holds them all. Where none does, and in integers beyond 16 bits, the lowest number
    is black and the highest white.

    Raises:
        FileNotFoundError: no such file.
        ValueError: no picture, a cut or damaged one, a HEIC file, or more pixels than Pillow opens (179 million).
    """
    return decode_image(path).contiguous()


def as_image(image: Tensor | str | Path) -> Tensor:
    """A picture uint8 ``(3, H, W)`` as it is, or read from the file of this path; a ValueError for anything else."""
    if isinstance(image, (str, Path)):
        return read_image(image)
    if not isinstance(image, Tensor) or image.dtype != torch.uint8 or image.ndim != 3 or image.shape[0] != 3:
        found = f"{tuple(image.shape)} of {image.dtype}" if isinstance(image, Tensor) else type(image).__name__
        raise ValueError(f"a picture must be a uint8 tensor (3, H, W) or a file's path, got {found}")
    return image


def decode_image(path: str | Path) -> Tensor:
    """``(3, H, W)`` over memory in the order (H, W, 3) of files: a window is cut before anything is reordered."""
    with open_image(path, "picture", "JPEG or PNG") as file:
        return torch.from_numpy(pixels_of(file)).permute(2, 0, 1)


def pixels_of(file: Image.Image) -> np.ndarray:
    """The pixels of a file that :func:`open_image` opened, uint8 ``(H, W, 3)``, turned as its orientation asks."""
    validate_png(file)
    pixels = _pixels_of_jpeg(file)
    if pixels is None:
        file.load()
        pixels = np.array(_rgb(file))
    turn = turn_of(file)  # asked when loaded: Pillow turns a TIFF by itself
    return pixels if turn is None else np.array(Image.fromarray(pixels).transpose(turn))


def _pixels_of_jpeg(file):
    """``(H, W, 3)`` of a colour JPEG, in two thirds of Pillow's time: the same library, decoded into the array at once.

    None for any other file, and for a JPEG with any fault: what is passed over and what is refused, Pillow decides.
    """
    if file.format != "JPEG" or file.mode != "RGB":
        return None
    from simplejpeg import decode_jpeg

    before = file.fp.tell()
    file.fp.seek(0)
    try:
        return decode_jpeg(file.fp.read(), strict=True)
    except ValueError:
        return None
    finally:
        file.fp.seek(before)


def exif_transpose(path: str | Path) -> Image.Transpose | None:
    """How :func:`read_image` turns this file because of its EXIF orientation, None if it does not."""
    with open_image(path, "picture", "JPEG or PNG") as file:
        return turn_of(file)


@contextmanager
def open_image(path: str | Path, what: str, kinds: str):
    """A file that Pillow has opened; whatever goes wrong with it is a FileNotFoundError or ValueError in our words."""
    remedy = f"it must be a whole {kinds} file"
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise OSError("it is a folder or a device, no file")  # a pipe would never end
        # not by its name: Pillow then maps an uncompressed TIFF into memory with the sides that it has when turned
        with open(path, "rb") as stream, Image.open(stream) as file:
            if file.format == "EPS":
                raise ValueError("PostScript is a program, which Pillow would run")
            yield file
    except FileNotFoundError as error:
        raise FileNotFoundError(f"no {what} at {path}") from error
    except Image.DecompressionBombError as error:
        limit = round(2 * Image.MAX_IMAGE_PIXELS / 1e6)
        raise ValueError(f"{path} has more pixels than can be opened ({limit} million); cut it into parts") from error
    except UnidentifiedImageError as error:
        if _is_heic(path):
            raise ValueError(f"{path} is a HEIC file, which cannot be read here; convert it to JPEG") from error
        raise ValueError(f"{path} cannot be read as a {what} (no image format fits it); {remedy}") from error
    except Exception as error:  # each format fails in its own way
        found = textwrap.shorten(str(error) or type(error).__name__, 200)
        raise ValueError(f"{path} cannot be read as a {what} ({found}); {remedy}") from error


def _is_heic(path):
    with open(path, "rb") as file:
        start = file.read(12)
    return start[4:8] == b"ftyp" and start[8:] in HEIC


def validate_png(file: Image.Image) -> bytes:
    """Refuse a PNG file with a chunk that is cut or whose checksum is wrong; no other format has such.

    Pillow passes over the checksums of the chunks that hold pixels. Where the pixels' own, at their end, stands in a
    chunk apart, it passes over that too, and gives other pixels, or another class, without a word.

    Returns:
        The pixels as they are stored, compressed; nothing for another format.

    Raises:
        ValueError: names the chunk; :func:`open_image` adds the file and the remedy.
    """
    if file.format != "PNG":
        return b""
    stream, before = file.fp, file.fp.tell()
    left, name, pixels = stream.seek(0, 2) - 8, b"", []
    stream.seek(8)  # behind the signature
    while name != b"IEND":
        length, name = struct.unpack(">I4s", stream.read(8).ljust(8, b"\0"))
        left -= 12 + length
        if left < 0:
            raise ValueError("it ends before its last chunk does: it was cut")
        content = stream.read(length)
        checksum = zlib_ng.crc32(content, zlib_ng.crc32(name))
        if stream.read(4) != struct.pack(">I", checksum):
            raise ValueError(f"the checksum of its chunk {name.decode('ascii', 'replace')!r} is wrong: it was damaged")
        if name == b"IDAT":
            pixels.append(content)
    stream.seek(before)
    return b"".join(pixels)


def turn_of(file: Image.Image) -> Image.Transpose | None:
    """How an opened file is to be turned because of its EXIF orientation, None if not."""
    try:
        return EXIF_TRANSPOSES.get(file.getexif().get(ExifTags.Base.Orientation))
    except Exception:  # a damaged EXIF block, in as many ways; viewers pass over it too
        return None


def _rgb(file):
    if file.mode == "RGB" and "transparency" not in file.info:
        return file
    if file.mode in ("I", "F") or file.mode.startswith("I;16"):
        return _grey(file).convert("RGB")
    if file.mode == "CMYK":
        return _cmyk_to_rgb(file)
    if file.has_transparency_data:
        picture = file.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(white, picture).convert("RGB")
    return file.convert("RGB")


def _grey(file):
    """Mode L from grey of more than eight bits, which Pillow's own ``convert`` would clip at 255."""
    values, tags = np.array(file), getattr(file, "tag_v2", {})  # the tags of a TIFF
    if file.mode != "F" and values.min() >= 0 and values.max() <= 65535:
        grey = values >> (4 if tags.get(BITS) == (12,) else 8)
    else:
        grey = _scaled(values.astype(np.float64), (1, 255, 65535) if file.mode == "F" else ())
    grey = Image.fromarray(grey.astype(np.uint8))
    return ImageOps.invert(grey) if tags.get(PHOTOMETRIC) == WHITE_IS_ZERO else grey


def _scaled(values, ranges):
    """0 to 255 from floats; ``ranges`` are the values that may stand for white."""
    finite = values[np.isfinite(values)]
    low, high = (finite.min(), finite.max()) if finite.size else (0, 0)
    white = next((white for white in ranges if low >= 0 and high <= white), None)
    low, high = (low, high) if white is None else (0, white)
    values = np.nan_to_num(values, copy=False, nan=low, posinf=high, neginf=low)
    return ((values - low) * (255 / max(high - low, 1e-300))).round().clip(0, 255)


def _cmyk_to_rgb(file):
    if profile := file.info.get("icc_profile"):
        with suppress(ImageCms.PyCMSError, OSError, ImportError):  # damaged, another space's, or Pillow without lcms
            inks, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(file, inks, srgb, outputMode="RGB")
    return file.convert("RGB")
