"""Mask files: the class index of every pixel, as it is stored (lecture 04; D2L 14.9.1)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from zlib_ng import zlib_ng

from fcn_course.data.images import PHOTOMETRIC, WHITE_IS_ZERO, open_image, validate_png
from fcn_course.data.labels import VOC_CLASSES, VOID

FORMATS = ("PNG", "TIFF")
WIDE = ("I", "I;16", "I;16B", "I;16L", "I;16N")  # more than 8 bits a pixel
COLOURS = ("RGB", "RGBA", "RGBX")
LOSSY = ("jpeg", "tiff_jpeg", "webp")  # as Pillow calls them in a TIFF
WHITE_16 = 65535


def read_mask(path: str | Path, num_classes: int = len(VOC_CLASSES)) -> Tensor:
    """A mask file's stored indices as int64 ``(H, W)``; its colours are never looked at.

    Raises:
        FileNotFoundError: no such file.
        ValueError: if the file is no whole PNG or TIFF of indices (:func:`wrong_kind`), or an index is neither a class
            nor 255.
    """
    return decode_mask(path, num_classes).long()


def decode_mask(path: str | Path, num_classes: int) -> Tensor:
    """What :func:`read_mask` reads as uint8, an eighth of its bytes."""
    with open_image(path, "mask", "PNG") as file:
        wrong = wrong_kind(file)
        indices = None if wrong else stored_indices(file)
    if wrong:
        raise ValueError(f"{path} is {wrong}")
    return torch.from_numpy(validate_indices(path, indices, num_classes).astype(np.uint8, copy=False))


def stored_indices(file: Image.Image) -> np.ndarray:
    """The indices ``(H, W)`` of a mask that :func:`~fcn_course.data.images.open_image` opened.

    Returns:
        uint8; for a file of more than 8 bits a pixel integers as wide as they are stored. One of 1 bit holds 0 and 1.

    Raises:
        ValueError: a PNG that was cut or damaged.
    """
    indices = _inflated(file, validate_png(file))
    if indices is None:
        indices = np.array(file)
    return indices.astype(np.uint8) if file.mode == "1" else indices


def _inflated(file, packed):
    """``(H, W)`` of a PNG of 8 bits without filters, as masks are written, in a quarter of Pillow's time.

    Pillow unpacks one row after another, and takes rows that are missing for background. None for any other file.
    """
    if not packed or file.mode not in ("P", "L") or _raw_mode(file) != file.mode:
        return None
    if "interlace" in file.info or getattr(file, "is_animated", False):
        return None
    width, height = file.size
    wanted = height * (width + 1)  # each row begins with its filter
    try:  # a byte more than wanted, for the checksum at the end to be compared; all of it might burst the memory
        rows = zlib_ng.decompressobj().decompress(packed, wanted + 1)
    except zlib_ng.error as error:
        raise ValueError(f"its pixels cannot be unpacked ({error}): it was damaged") from error
    if len(rows) < wanted:
        raise ValueError(f"it holds {len(rows) // (width + 1)} of its {height} rows: it was cut")
    rows = np.frombuffer(rows, np.uint8, wanted).reshape(height, width + 1)
    return None if rows[:, 0].any() else rows[:, 1:].copy()


def wrong_kind(file: Image.Image) -> str | None:
    """What an opened file is if it holds no class indices, and the remedy; None if it does.

    Indices are a PNG or TIFF with a palette (mode P), grey of 8 bits (L), of 1 bit (1), or of 16 and more (I;16, I).
    """
    if file.format not in FORMATS or file.mode not in ("P", "L", "1", *WIDE):
        importable = file.format in FORMATS and file.mode in COLOURS
        colours = ", or let `fcn-course data import FOLDER --out NEW` turn its colours into indices"
        return (
            f"a {file.format} of mode {file.mode}; a mask must be a palette (P) or grey (L) PNG of class indices; "
            f"save it with Pillow's mode P and VOC's palette, not as a colour picture{colours if importable else ''}"
        )
    if file.format == "TIFF":
        if (how := file.info.get("compression")) in LOSSY:
            return f"a TIFF that {how} has compressed, which changes indices; save it as a PNG, or from where it came"
        if file.tag_v2.get(PHOTOMETRIC) == WHITE_IS_ZERO:
            return "a TIFF in which 0 is white, so that its numbers are shades and no class indices; save it as a PNG"
    bits = {"L;2": 2, "L;4": 4}.get(_raw_mode(file))
    if bits:  # Pillow would give 17 for the index 1 of 4 bits
        return (
            f"a grey {file.format} of {bits} bits, whose numbers are read as shares of white and not as class indices; "
            "save it with 8 bits (Pillow's mode L), or with a palette (mode P)"
        )
    return None


def _raw_mode(file):
    """How the pixels lie in the file, in Pillow's words."""
    how = file.tile[0][3] if file.tile else ""
    return how[0] if isinstance(how, tuple) else how


def validate_indices(path: str | Path, indices: np.ndarray, num_classes: int) -> np.ndarray:
    """The same indices, if each is a class or void.

    Raises:
        ValueError: tells the first that is neither, the file and both remedies.
    """
    if indices.dtype == np.uint8 and (indices + np.uint8(1)).max() <= num_classes:  # void is 0 then
        return indices
    wrong = indices[(indices < 0) | (indices >= num_classes) & (indices != VOID)]
    if wrong.size:
        white = " (the white of 16 bits: write void as 255, a class as its index)" if wrong[0] == WHITE_16 else ""
        raise ValueError(
            f"{path} holds the index {wrong[0]}{white}, neither one of {num_classes} classes (0 to {num_classes - 1}) "
            f"nor void ({VOID}); renumber it, or name all classes: hand over classes (--classes), or put a labels.txt "
            "into the data set's folder"
        )
    return indices
