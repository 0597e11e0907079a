"""Outlines and run lengths as pixels.

Polygons are filled by pycocotools, whose rule COCO, CVAT and Datumaro share: a pixel belongs to a polygon by where the
outline, drawn five times as fine, passes its columns' middles. A polygon along the pixels' borders takes exactly the
pixels inside. Run lengths are read here, for pycocotools takes those that were cut and gives what lay in memory.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from fcn_course.data.importing.records import AnnotationError, missing_package

FAR = 1.0  # of a picture's width or height beyond its edge: further out, the shape is of another picture


def polygons_to_pixels(polygons: Sequence[Sequence[float]], size: tuple[int, int]) -> np.ndarray:
    """The pixels of one object, bool ``(H, W)``, from outlines ``x, y, x, y, ...``; what is outside is cut off.

    Args:
        size: (height, width).

    Raises:
        ValueError: without pycocotools; tells the command that installs it.
    """
    coder = _pycocotools()
    if not polygons:
        return np.zeros(size, bool)
    packed = coder.merge(coder.frPyObjects([list(map(float, polygon)) for polygon in polygons], *size))
    return runs_to_pixels(packed["counts"], size)


def runs_to_pixels(counts: Sequence[int] | str | bytes, size: tuple[int, int], by_columns: bool = True) -> np.ndarray:
    """Bool ``(H, W)`` from run lengths, of zeros first: COCO's, as numbers or packed in letters, or CVAT's.

    Args:
        by_columns: COCO's go down the columns, CVAT's along the rows.

    Raises:
        AnnotationError: if they do not make up exactly ``size``.
    """
    counts = _unpacked(counts) if isinstance(counts, (str, bytes)) else counts
    try:
        runs, pixels = np.array(counts, np.int64), sum(map(int, counts))  # Python's numbers do not run over
    except (TypeError, ValueError, OverflowError) as error:
        raise AnnotationError("broken run lengths", "they hold something else than whole numbers") from error
    height, width = size
    if (runs < 0).any() or pixels != height * width:
        raise AnnotationError(
            "broken run lengths", f"they make {pixels} pixels of {width} x {height} = {width * height}"
        )
    flat = np.repeat(np.arange(runs.size) % 2 == 1, runs)
    return flat.reshape(width, height).T if by_columns else flat.reshape(height, width)


def _unpacked(text):
    """COCO's letters as run lengths: five bits each, and from the fourth run on the difference to the last but one."""
    letters = text.encode("utf-8", "replace") if isinstance(text, str) else text
    counts, value, shift = [], 0, 0
    for letter in letters:
        bits = letter - 48
        if shift > 60:
            raise AnnotationError("broken run lengths", "one of them has no end")
        if not 0 <= bits < 64:
            raise AnnotationError("broken run lengths", f"no letter of COCO's: {chr(letter)!r}")
        value |= (bits & 31) << shift
        shift += 5
        if not bits & 32:
            value -= (1 << shift) if bits & 16 else 0
            counts.append(value + (counts[-2] if len(counts) > 2 else 0))
            value = shift = 0
    if shift:
        raise AnnotationError("broken run lengths", "they end in the middle of a number")
    return counts


def check_outline(points: Sequence[float], size: tuple[int, int]) -> bool:
    """Whether an outline ``x, y, x, y, ...`` reaches beyond its picture, by more than a pixel.

    Raises:
        AnnotationError: it is none: no numbers, fewer than three corners, or wholly or far outside the picture.
    """
    try:
        corners = np.array(points, np.float64)
    except (TypeError, ValueError) as error:
        raise AnnotationError("shape without an area", "its corners are no numbers") from error
    if corners.ndim != 1 or corners.size % 2 or not np.isfinite(corners).all():
        raise AnnotationError("shape without an area", "its corners are no pairs of numbers")
    if corners.size < 6:
        raise AnnotationError("shape without an area", f"{corners.size // 2} corners")
    lowest, highest = corners.reshape(-1, 2).min(0), corners.reshape(-1, 2).max(0)
    sides = np.array(size[::-1], np.float64)  # (width, height)
    outside = (highest <= 0) | (lowest >= sides)
    if outside.any() or (lowest < -FAR * sides).any() or (highest > (1 + FAR) * sides).any():
        (left, top), (right, bottom) = lowest, highest
        place = f"x {left:g} to {right:g}, y {top:g} to {bottom:g}"
        raise AnnotationError("shape outside its picture", f"{place} in a picture of {size[1]} x {size[0]}")
    return bool((lowest < -1).any() or (highest > sides + 1).any())


def ellipse_outline(x: float, y: float, a: float, b: float, angle: float = 0, corners: int = 120) -> list[float]:
    """An ellipse of half axes ``a`` and ``b``, turned clockwise by ``angle`` degrees about its middle, as corners."""
    turns = [2 * math.pi * number / corners for number in range(corners)]
    outline = [value for turn in turns for value in (x + a * math.cos(turn), y + b * math.sin(turn))]
    return turned(outline, (x, y), angle)


def turned(outline: Sequence[float], middle: tuple[float, float], angle: float) -> list[float]:
    """An outline turned clockwise, as it is seen, by ``angle`` degrees about ``middle``; by 0 it stays as it is."""
    if not angle:
        return list(outline)
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    away = [(x - middle[0], y - middle[1]) for x, y in zip(outline[::2], outline[1::2], strict=True)]
    return [value for x, y in away for value in (middle[0] + x * cosine - y * sine, middle[1] + x * sine + y * cosine)]


def _pycocotools():
    try:
        from pycocotools import mask
    except ImportError as error:
        raise missing_package("pycocotools", "outlines are filled") from error
    return mask
