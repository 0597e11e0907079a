"""Masks as files: their indices or their colours, from any format that loses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fcn_course.data.images import open_image, validate_png
from fcn_course.data.importing.records import AnnotationError
from fcn_course.data.labels import VOID
from fcn_course.data.palettes import other_order, vocs_colours

LOSSY = ("JPEG", "MPO", "WEBP", "AVIF", "JPEG2000")
GREY_BITS = {"L;2": 85, "L;4": 17}  # Pillow gives so many times the index of grey PNGs with few bits
BLACK_AND_WHITE = ({0, 255}, {0, 65535})


@dataclass(frozen=True)
class Pixels:
    """A mask's file, decoded.

    Attributes:
        indices: int32 ``(H, W)``, where the file holds numbers; None for one in colours.
        palette: the colour of each index that occurs, where the file has a palette.
        colours: uint8 ``(H, W, 3)``, what a viewer shows; None for numbers beyond 255.
        grey: the file has one number a pixel, and no palette.
    """

    indices: np.ndarray | None
    palette: dict[int, tuple[int, int, int]] | None
    colours: np.ndarray | None
    grey: bool = False


def read_pixels(path: Path) -> Pixels:
    """Decode a mask: palette, grey of 1 to 32 bits, or RGB.

    Raises:
        AnnotationError: no file without loss, damaged, or with pixels that are half transparent.
    """
    try:
        with open_image(path, "mask", "PNG") as file:
            if file.format in LOSSY:
                raise AnnotationError("unreadable mask", f"a {file.format}, which blurs every outline")
            grey_bits = GREY_BITS.get(file.tile[0][3] if file.tile and isinstance(file.tile[0][3], str) else None)
            validate_png(file)
            file.load()
            return _decoded(file, grey_bits)
    except AnnotationError:
        raise
    except (OSError, ValueError) as error:
        if isinstance(error.__cause__, AnnotationError):  # open_image tells all errors in its own words
            raise error.__cause__ from None
        raise AnnotationError("unreadable mask", reason(error, path)) from error


def reason(error: Exception, path: Path) -> str:
    """What is wrong with a file, without its name and the remedy, which are told elsewhere."""
    return str(error).removeprefix(f"{path} ").partition("; it must be")[0]


def _decoded(file, grey_bits):
    if file.mode == "P":
        indices, table = np.array(file), file.getpalette("RGB") or []
        used = np.unique(indices).tolist()
        palette = {index: tuple(table[3 * index : 3 * index + 3]) for index in used if 3 * index + 2 < len(table)}
        return Pixels(indices.astype(np.int32), palette, np.array(file.convert("RGB")))
    if file.mode == "1":
        grey = np.array(file.convert("L"))
        return Pixels(grey.astype(np.int32), None, np.repeat(grey[..., None], 3, 2), True)
    if file.mode == "L":
        grey = np.array(file)
        indices = grey // grey_bits if grey_bits else grey
        return Pixels(indices.astype(np.int32), None, np.repeat(grey[..., None], 3, 2), True)
    if file.mode == "I" or file.mode.startswith("I;16"):
        return Pixels(np.array(file).astype(np.int32), None, None, True)
    if file.mode in ("LA", "RGBA", "PA"):
        if np.array(file.getchannel("A")).min() < 255:
            raise AnnotationError("unreadable mask", "some of its pixels are transparent, and have no certain colour")
        return _decoded(file.convert("L" if file.mode == "LA" else "RGB"), None)
    if file.mode == "RGB":
        colours = np.array(file)
        grey = (colours == colours[..., :1]).all()  # a grey mask that was saved in colours
        return Pixels(colours[..., 0].astype(np.int32) if grey else None, None, colours)
    raise AnnotationError("unreadable mask", f"of mode {file.mode}")


def pixels_to_indices(pixels: Pixels, classes: int) -> np.ndarray:
    """The stored numbers as int16 ``(H, W)``, if each is a class or 255.

    Raises:
        AnnotationError: colours where numbers should be, a number that is no class, a palette that says otherwise.
    """
    if pixels.indices is None:
        found = np.unique(pixels.colours.reshape(-1, 3), axis=0)
        told = " ".join(",".join(map(str, colour)) for colour in found[:5].tolist())
        raise AnnotationError("colour without a class", f"{len(found)} colours, no list says what they mean: {told}")
    if wrong := contradiction(pixels.palette, classes):
        raise AnnotationError("palette against its indices", wrong)
    strange = pixels.indices[((pixels.indices >= classes) & (pixels.indices != VOID)) | (pixels.indices < 0)]
    if strange.size:
        raise AnnotationError(
            "index without a class", f"{strange.min()} at {strange.size} pixels, of {classes} classes"
        )
    return pixels.indices.astype(np.int16)


def contradiction(palette: dict[int, tuple[int, int, int]] | None, classes: int) -> str:
    """Which index has another one's colour, where all colours are VOC's: the palette of a program that sorted them."""
    found = other_order(palette or {}, vocs_colours(classes))
    return f"index {found[0]} has the colour that VOC gives to {found[1]}" if found else ""


def black_and_white(pixels: Pixels) -> bool:
    """Whether a mask shows black and white alone, stored as 0 and 255, as colours, or by a palette of these two."""
    if pixels.palette is not None:
        return set(pixels.palette.values()) <= {(0, 0, 0), (255, 255, 255)} and len(pixels.palette) > 0
    values = set() if pixels.indices is None else set(np.unique(pixels.indices).tolist())
    return any(values <= pair for pair in BLACK_AND_WHITE) and pixels.indices is not None


def white_to_one(pixels: Pixels) -> np.ndarray:
    """Int16 ``(H, W)``: 1 where a mask in black and white is white."""
    shown = pixels.indices if pixels.colours is None else pixels.colours[..., 0]
    return (shown > 0).astype(np.int16)
