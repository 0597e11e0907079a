"""What one picture and its mask are: each file is opened once, and decoded whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from fcn_course.data.images import open_image, pixels_of, turn_of
from fcn_course.data.masks import stored_indices, wrong_kind


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
        wrong: what it is in place of a PNG or TIFF of indices, else empty; after either nothing else is told.
        size: (height, width) in pixels.
        pixels: how many there are of each index that occurs.
        palette: the colour of each index that occurs and has one, RGB; None for a grey mask.
    """

    fault: str = ""
    wrong: str = ""
    size: tuple[int, int] = (0, 0)
    pixels: dict[int, int] = field(default_factory=dict)
    palette: dict[int, tuple[int, int, int]] | None = None

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


def look_at_mask(path: Path) -> Mask:
    """Decode a mask; whatever is wrong with it is told in ``fault`` or ``wrong`` and never raised."""
    try:
        with open_image(path, "mask", "PNG") as file:
            if wrong := wrong_kind(file):
                return Mask(wrong=wrong.partition(";")[0])
            indices = stored_indices(file)
            pixels = _counts(indices)
            colours = file.getpalette() if file.mode == "P" else None
            return Mask("", "", indices.shape, pixels, _palette(colours, pixels))
    except (OSError, ValueError) as error:
        return Mask(_reason(error, path))


def _palette(colours, pixels):
    if colours is None:
        return None
    return {index: tuple(colours[3 * index : 3 * index + 3]) for index in pixels if 3 * index < len(colours)}


def _counts(indices):
    if indices.dtype == np.uint8:
        counts = np.bincount(indices.ravel(), minlength=256)
        return {int(index): int(counts[index]) for index in counts.nonzero()[0]}
    return dict(zip(*(part.tolist() for part in np.unique(indices, return_counts=True)), strict=True))


def _reason(error, path):
    return str(error).removeprefix(f"{path} ").partition("; it must be")[0]
