"""How lecture 06's explorer looks: a picture with mask, tiles and a cross, and bars of one pixel's probabilities.

Places are given in pixels as shown; what is drawn has 1.5 for each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image, ImageDraw

from fcn_course.data.labels import voc_colour
from fcn_course.prediction.fonts import font
from fcn_course.prediction.overlays import overlay
from fcn_course.teaching.figures import SCALE

WIDTH, HEIGHT = 880, 412  # of the card
BOX = (540, 404)  # what the picture must fit into
BARS = 8  # classes that get a bar of their own
INK, PALE = "#1f2933", "#52606d"


def frame(size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Left, top, width and height of a picture of ``size`` (height, width) on the card, in drawn pixels."""
    height, width = size
    grown = min(BOX[0] / width, BOX[1] / height) * SCALE
    width, height = max(1, round(width * grown)), max(1, round(height * grown))
    return _drawn(4) + (_drawn(BOX[0]) - width) // 2, _drawn(4), width, height


def area(size: tuple[int, int]) -> tuple[float, float, float, float]:
    """:func:`frame` in shares of the card's own width and height."""
    left, top, width, height = frame(size)
    across, down = _drawn(WIDTH), _drawn(HEIGHT)
    return left / across, top / down, width / across, height / down


def share(part: float) -> str:
    """A probability in words: "61 %", "below 1 %"."""
    return "below 1 %" if 0 < part < 0.005 else f"{100 * part:.0f} %"


def scene(image, mask: np.ndarray, classes: Sequence[str], blend: float, windows) -> Image.Image:
    """The picture ``(3, H, W)`` on its card with mask, outlines and names, and the borders of its tiles dashed."""
    left, top, width, height = frame(mask.shape)
    pixels = Image.fromarray(image.permute(1, 2, 0).numpy()).resize((width, height), Image.Resampling.BILINEAR)
    indices = Image.fromarray(mask).resize((width, height), Image.Resampling.NEAREST)
    pixels = torch.from_numpy(np.array(pixels)).permute(2, 0, 1)
    card = Image.new("RGB", (_drawn(WIDTH), _drawn(HEIGHT)), "white")
    card.paste(overlay(pixels, np.asarray(indices), classes, blend), (left, top))
    brush = ImageDraw.Draw(card)
    down, across = ({edge for window in windows for edge in (window[k].start, window[k].stop)} for k in (0, 1))
    for y in sorted(down - {0, mask.shape[0]}):
        _dashed(brush, (left, top + y * height / mask.shape[0]), (1, 0), width)
    for x in sorted(across - {0, mask.shape[1]}):
        _dashed(brush, (left + x * width / mask.shape[1], top), (0, 1), height)
    return card


def with_pixel(card: Image.Image, size, row: int, column: int, ranked: Sequence[tuple[int, str, float]]) -> Image.Image:
    """A copy of the card with a cross at a pixel and bars of its probabilities: (index, name, probability), best first.

    In a palette of 256 colours, a third of the bytes.
    """
    card = card.copy()
    brush = ImageDraw.Draw(card)
    left, top, width, height = frame(size)
    _cross(brush, left + (column + 0.5) * width / size[1], top + (row + 0.5) * height / size[0])
    x, y, step = _drawn(BOX[0] + 24), _drawn(8), _drawn(39)
    brush.text((x, y), "What the softmax says at the cross", INK, font(_drawn(16)))
    rest = ranked[BARS:]
    for place, (index, name, part) in enumerate(ranked[:BARS]):
        _bar(brush, x, y + _drawn(34) + place * step, voc_colour(index), name, part)
    if rest:
        others = f"{len(rest)} other classes together: {share(sum(part for _, _, part in rest))}"
        brush.text((x, y + _drawn(38) + BARS * step), others, PALE, font(_drawn(15)))
    return card.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def _drawn(shown: float) -> int:
    return round(SCALE * shown)


def _bar(brush, x, y, colour, name, part):
    face, names, full, high = font(_drawn(15)), _drawn(118), _drawn(104), _drawn(20)
    brush.rectangle((x, y, x + high, y + high), colour, INK)
    while brush.textlength(name, font=face) > names:
        name = name.rstrip("…")[:-1] + "…"
    middle, start = y + high / 2, x + high + _drawn(8) + names
    brush.text((x + high + _drawn(7), middle), name, INK, face, anchor="lm")
    brush.rectangle((start, y, start + full, y + high), "#eef1f4")
    brush.rectangle((start, y, start + max(1, round(part * full)), y + high), INK)
    brush.text((start + full + _drawn(7), middle), share(part).replace("below ", "<"), INK, face, anchor="lm")


def _cross(brush, x, y):
    near, far = _drawn(4), _drawn(15)
    for colour, wide in (("black", _drawn(5)), ("white", _drawn(2))):
        rim = (wide - _drawn(2)) // 2
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            ends = [(x + dx * reach, y + dy * reach) for reach in (near - rim, far + rim)]
            brush.line(ends, colour, wide)


def _dashed(brush, start, direction, length):
    """A black line with white dashes: seen on dark and on light."""
    x, y = start
    dx, dy = direction
    brush.line((x, y, x + dx * length, y + dy * length), "black", 2)
    for along in range(0, length, _drawn(12)):
        end = min(along + _drawn(6), length)
        brush.line((x + dx * along, y + dy * along, x + dx * end, y + dy * end), "white", 2)
