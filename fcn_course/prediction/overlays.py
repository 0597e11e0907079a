"""A mask to look at: in VOC's colours, and laid over its picture with the names of what was found (D2L 14.11.6)."""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt, sqrt
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from torch import Tensor

from fcn_course.data.images import as_image
from fcn_course.data.labels import PALETTE, VOC_CLASSES, VOID
from fcn_course.prediction.fonts import font

BAND = 256  # rows that are coloured at a time, so that a large picture's float copies stay small
COLOURS = np.frombuffer(PALETTE, np.uint8).reshape(256, 3)


def label2image(mask: Tensor | np.ndarray) -> np.ndarray:
    """Class indices ``(H, W)``, 255 included, as VOC's colours: uint8 ``(H, W, 3)``."""
    return COLOURS[np.asarray(mask)]


def overlay(
    image: Tensor | str | Path,
    mask: Tensor,
    classes: Sequence[str] = VOC_CLASSES,
    strength: float = 0.5,
    letters: int | None = None,
) -> Image.Image:
    """The picture with its mask's colours blended in, outlines round every region and its class's name written there.

    An outline is a black line beside a white one, so that it is seen on every ground, and without telling hues apart.
    Classes with less than 0.2 % of the pixels are outlined, not named.

    Args:
        image: uint8 ``(3, H, W)`` or a path.
        mask: ``(H, W)`` of the same size; background is left as it is, void is drawn in VOC's cream.
        classes: names by index, as a net's ``classes``; an index without one is left unnamed.
        strength: 0 shows the picture alone, 1 the colours alone.
        letters: height of the names in pixels; by default a 26th of the shorter side, and 11 at least.
    """
    pixels, mask = as_image(image).permute(1, 2, 0).numpy(), np.asarray(mask)
    if pixels.shape[:2] != mask.shape:
        raise ValueError(
            f"the picture is {pixels.shape[:2]} and the mask {mask.shape} (height, width); they must agree"
        )
    blended = np.empty(pixels.shape, np.uint8)
    for top in range(0, len(mask), BAND):
        rows = slice(top, top + BAND)
        blended[rows] = _blend(pixels[rows], mask[rows], strength)
        before, after = _border(mask[max(top - 1, 0) : top + BAND + 1])
        inner = slice(min(top, 1), min(top, 1) + BAND)
        blended[rows][before[inner]] = 0
        blended[rows][after[inner]] = 255
    out = Image.fromarray(blended)
    _write_names(out, mask, classes, letters or max(11, min(mask.shape) // 26))
    return out


def _blend(pixels, mask, strength):
    blended, objects = pixels.copy(), mask > 0
    blended[objects] = (1 - strength) * pixels[objects] + strength * label2image(mask[objects])
    return blended


def _border(mask):
    """Two masks: pixels whose neighbour below or to the right has another class, and these neighbours."""
    before, after = np.zeros((2, *mask.shape), bool)
    across, down = mask[:, 1:] != mask[:, :-1], mask[1:] != mask[:-1]
    before[:, :-1] |= across
    before[:-1] |= down
    after[:, 1:] |= across
    after[1:] |= down
    return before, after


def _write_names(out, mask, classes, size):
    brush = ImageDraw.Draw(out)
    face, rim = font(size), max(2, size // 6)
    step = max(1, round(sqrt(mask.size / 1e6)))  # a place for a name is sought among about a million pixels
    for index, pixels in enumerate(np.bincount(mask.ravel())[: len(classes)]):
        # less would be hidden by its name
        if index in (0, VOID) or pixels == 0 or pixels < mask.size / 500:
            continue
        region = mask[::step, ::step] == index
        if not region.any():  # lines thinner than a step
            continue
        x, y = (step * place for place in _inner_point(region))
        style = {"font": face, "anchor": "mm", "stroke_width": rim, "stroke_fill": (0, 0, 0)}
        half = brush.textlength(classes[index], font=face) / 2 + rim + 2
        x, y = np.clip(x, half, max(half, out.width - half)), np.clip(y, size, max(size, out.height - size))
        brush.text((x, y), classes[index], (255, 255, 255), **style)


def _inner_point(region):
    """The middle (x, y) of the largest square that lies inside the region."""
    rows, columns = (np.flatnonzero(region.any(axis)) for axis in (1, 0))
    top, left = rows[0], columns[0]
    region = region[top : rows[-1] + 1, left : columns[-1] + 1]
    sums = np.pad(region, ((1, 0), (1, 0))).cumsum(0, np.int32).cumsum(1, np.int32)

    def full(k):
        """Where a window of k x k begins that holds the region alone."""
        return sums[k:, k:] - sums[:-k, k:] - sums[k:, :-k] + sums[:-k, :-k] == k * k

    side, limit = 1, min(*region.shape, isqrt(sums[-1, -1]))
    while side < limit:  # halve the interval in which the largest side lies
        middle = (side + limit + 1) // 2
        side, limit = (middle, limit) if full(middle).any() else (side, middle - 1)
    y, x = np.unravel_index(full(side).argmax(), full(side).shape)
    return int(left + x + side // 2), int(top + y + side // 2)
