"""What one picture and its mask are: each file is opened once, and decoded whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from fcn_course.data.images import open_image, pixels_of, turn_of
from fcn_course.data.masks import stored_indices, wrong_kind
from fcn_course.data.palettes import (
    Colours,
    colour_indices,
    other_order,
    strange_colour,
    used_palette,
    without_colours,
)


@dataclass(frozen=True)
class Picture:
    """What became of a picture's file.

    Attributes:
        fault: why it cannot be read, else empty; then nothing else is told.
        format: ``"JPEG"``, ``"PNG"``, ...
        ending: of its file's name, in small letters.
        size: (height, width) as displayed, in pixels.
        turn: how its EXIF orientation turned it, or None.
        digest: a hash of its pixels: equal for equal pictures, whatever their files are called.
    """

    fault: str = ""
    format: str = ""
    ending: str = ""
    size: tuple[int, int] = (0, 0)
    turn: Image.Transpose | None = None
    digest: bytes = b""


@dataclass(frozen=True)
class Mask:
    """What became of a mask's file.

    Attributes:
        fault: why it cannot be read, else empty.
        wrong: what it is in place of a PNG or TIFF of indices, else empty.
        strange: read by its colours, one that is no class's, else empty; after any of these nothing else is told.
        size: (height, width) in pixels.
        pixels: how many there are of each index that occurs.
        order: how its palette contradicts its indices, else empty.
    """

    fault: str = ""
    wrong: str = ""
    strange: str = ""
    size: tuple[int, int] = (0, 0)
    pixels: dict[int, int] = field(default_factory=dict)
    order: str = ""

    @property
    def indices(self) -> list[int]:
        """Those that occur, rising."""
        return sorted(self.pixels)


def look_at_picture(path: Path) -> Picture:
    """Decode a picture; whatever is wrong with it is told in ``fault`` and never raised."""
    try:
        with open_image(path, "picture", "JPEG or PNG") as file:
            kind, pixels = file.format, pixels_of(file)
            digest = hashlib.blake2b(repr(pixels.shape).encode(), digest_size=16)
            digest.update(np.ascontiguousarray(pixels))
            return Picture("", kind, path.suffix.lower(), pixels.shape[:2], turn_of(file), digest.digest())
    except (OSError, ValueError) as error:
        return Picture(_reason(error, path))


def look_at_mask(path: Path, colours: Colours, way: str | None = None) -> Mask:
    """Decode a mask, see :func:`~fcn_course.data.palettes.decode_as`; what is wrong is told and never raised."""
    try:
        with open_image(path, "mask", "PNG") as file:
            if wrong := without_colours(file) if way == "colours" else wrong_kind(file):
                return Mask(wrong=wrong.partition(";")[0])
            indices = colour_indices(file, colours) if way == "colours" else stored_indices(file)
            pixels = _counts(indices)
            other = None if way else other_order(used_palette(file, list(pixels)) or {}, colours)
    except (OSError, ValueError) as error:
        return Mask(_reason(error, path))
    if way == "colours" and (strange := strange_colour(indices)):
        return Mask(strange=str(strange))
    order = f"index {other[0]} has {colours.whose} colour of {other[1]}" if other else ""
    return Mask(size=indices.shape, pixels=pixels, order=order)


def _counts(indices):
    if indices.dtype == np.uint8:
        counts = np.bincount(indices.ravel(), minlength=256)
        return {int(index): int(counts[index]) for index in counts.nonzero()[0]}
    return dict(zip(*(part.tolist() for part in np.unique(indices, return_counts=True)), strict=True))


def _reason(error, path):
    return str(error).removeprefix(f"{path} ").partition("; it must be")[0]
