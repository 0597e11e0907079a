"""Two grids of numbers side by side, a window of the one joined to a window of the other.

Cells that look alike are drawn once, as a tile, and a grid is put together by indexing: that is quick.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from fcn_course.prediction.fonts import font
from fcn_course.teaching.figures import SCALE

PLAIN, HATCHED, CROSSED = range(3)  # looks of a cell: shaded by its number; beside the matter; never looked at

WIDTH, HEIGHT = 900, 490  # pixels shown
_FINE = 2  # drawn so many times larger, then shrunk, so that slanting lines are smooth
_ZOOM = round(_FINE * SCALE)
# pixels shown: above the grids, around them, between them; the largest cell, the least room for a title
_TOP, _MARGIN, _GAP, _LARGEST, _TITLE = 58, 12, 76, 40, 300
_INK, _BLUE, _GREY = (20, 20, 20), (11, 87, 208), 165


class Box(NamedTuple):
    """A square of cells."""

    row: int
    column: int
    side: int


class Grid(NamedTuple):
    """What is drawn of one map.

    Attributes:
        title: its name and size.
        note: what its looks mean.
        values: ``(rows, columns)``, whole numbers from 0.
        looks: ``(rows, columns)``, PLAIN, HATCHED or CROSSED.
        frame: the cells that count, in a black line.
        window: the cells that are joined to the other grid's, in a thick blue line.
        first_weight: where the kernel's first weight lies: "top left" or "bottom right" in the window, "" if no kernel
            lies on this grid. The corner is marked.
    """

    title: str
    note: str
    values: np.ndarray
    looks: np.ndarray
    frame: Box
    window: Box
    first_weight: str = ""


def draw_linked(left: Grid, right: Grid) -> Image.Image:
    """The two grids. The picture always has the same size, so that a page does not jump."""
    rows = max(len(left.values), len(right.values))
    columns = left.values.shape[1] + right.values.shape[1]
    room, high = WIDTH - 2 * _MARGIN - _GAP, HEIGHT - _TOP - _MARGIN
    side = _ZOOM * min(room // columns, high // rows, _LARGEST)
    shares = [max(grid.values.shape[1] * side, _TITLE * _ZOOM) for grid in (left, right)]
    x = (WIDTH * _ZOOM - sum(shares) - _GAP * _ZOOM) // 2
    image = Image.new("RGB", (WIDTH * _ZOOM, HEIGHT * _ZOOM), "white")
    pen = ImageDraw.Draw(image)
    boxes = []
    for grid, share in zip((left, right), shares, strict=True):
        spare = (share - grid.values.shape[1] * side, high * _ZOOM - len(grid.values) * side)
        corner = (x + spare[0] // 2, _TOP * _ZOOM + spare[1] // 2)
        image.paste(Image.fromarray(_cells(grid, side)), corner)
        pen.rectangle(_pixels(grid.frame, corner, side), outline=_INK, width=2 * _ZOOM)
        pen.text((x + share / 2, 8 * _ZOOM), grid.title, _INK, font(15 * _ZOOM, bold=True), anchor="mt")
        pen.text((x + share / 2, 32 * _ZOOM), grid.note, _INK, font(13 * _ZOOM), anchor="mt")
        boxes.append(_pixels(grid.window, corner, side))
        x += share + _GAP * _ZOOM
    _join(pen, *boxes)
    for grid, box in zip((left, right), boxes, strict=True):
        _outline(pen, box, grid.first_weight, side)
    return image.reduce(_FINE)


def _pixels(box, corner, side):
    """The box's first and last column and row in the picture."""
    x, y = corner[0] + box.column * side, corner[1] + box.row * side
    return x, y, x + box.side * side, y + box.side * side


def _join(pen, here, there):
    for row in (1, 3):  # top to top, bottom to bottom
        pen.line((here[2], here[row], there[0], there[row]), _BLUE, width=round(1.5 * _ZOOM))


def _outline(pen, box, first_weight, side):
    pen.rectangle(box, outline=_BLUE, width=3 * _ZOOM)
    x, y, inward = (*box[:2], 1) if first_weight == "top left" else (*box[2:], -1)
    reach = inward * round(min(max(0.45 * side, 8 * _ZOOM), 14 * _ZOOM))
    if first_weight:
        pen.polygon([(x, y), (x + reach, y), (x, y + reach)], _BLUE)


def _cells(grid, side):
    """The grid as an image, ``(rows * side, columns * side)``, grey."""
    largest = max(int(grid.values.max()), 2)
    kinds, index = np.unique(np.stack([grid.looks, grid.values], -1).reshape(-1, 2), axis=0, return_inverse=True)
    tiles = np.stack([_tile(int(look), int(value), largest, side) for look, value in kinds])
    rows, columns = grid.values.shape
    picture = tiles[index.reshape(rows, columns)]  # (rows, columns, side, side)
    return picture.swapaxes(1, 2).reshape(rows * side, columns * side)


@lru_cache(maxsize=512)
def _tile(look, value, largest, side):
    """One cell: the larger its number, the darker. Where the largest number would not be legible, none is written."""
    shade = 255 if look != PLAIN else round(255 - 95 * value / largest)
    image = Image.new("L", (side, side), shade)
    pen = ImageDraw.Draw(image)
    if look == HATCHED:
        for offset in np.linspace(0, 2 * side, 7):
            pen.line((offset, 0, offset - side, side), 205, width=_ZOOM)
    if look == CROSSED:
        pen.line((0, 0, side, side), 150, width=_ZOOM)
        pen.line((0, side, side, 0), 150, width=_ZOOM)
    face = font(round(_ZOOM * max(12.5, min(16, 0.4 * side / _ZOOM))))
    if look != CROSSED and max(face.getlength(str(largest)), face.size) < 0.92 * side:
        pen.text((side / 2, side / 2), str(value), 40 if value else 130, face, anchor="mm")
    pen.rectangle((0, 0, side, side), outline=_GREY, width=_ZOOM // 2)
    return np.asarray(image)
