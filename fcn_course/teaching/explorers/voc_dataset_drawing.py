"""What the explorer of lecture 04 draws: a picture with the window cut out of it, the window, and class areas as bars.

All lengths are in drawn pixels, 1.5 for each pixel shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from PIL import Image, ImageDraw

from fcn_course.data.crops import random_crop
from fcn_course.prediction.fonts import font
from fcn_course.prediction.overlays import overlay

PANEL = (648, 486)  # (width, height) of the box for the picture, and of that for the window
MARGIN, GAP, HEADING, ROW, ROWS, TEXT = 12, 30, 54, 46, 6, 23
INK = (25, 25, 25)
BARS = MARGIN + 225, 530  # where bars begin, and how long 100 % is
DIM = 0.5  # of the brightness outside the window


def sheet(left: Image.Image, right: Image.Image, headings: tuple[str, str], rows: Sequence[tuple]) -> Image.Image:
    """Both panels under their headings, and beneath them the bars of ``rows``: (name, colour, share, share)."""
    second, top = MARGIN + PANEL[0] + GAP, HEADING + PANEL[1] + HEADING + 6
    paper = Image.new("RGB", (second + PANEL[0] + MARGIN, top + ROWS * ROW + MARGIN), "white")
    brush = ImageDraw.Draw(paper)
    for panel, heading, x in ((left, headings[0], MARGIN), (right, headings[1], second)):
        brush.text((x, HEADING // 2), shortened(heading, PANEL[0]), INK, font(TEXT), anchor="lm")
        paper.paste(panel, (x, HEADING))
    middle = top - HEADING // 2 - 4
    brush.text((MARGIN, middle), "share of all pixels:", INK, font(TEXT), anchor="lm")
    for x, words, kind in ((BARS[0], "the whole picture", _solid), (BARS[0] + 330, "the window", _hatched)):
        kind(paper, x, middle - 8, 40, 16)
        brush.text((x + 52, middle), words, INK, font(TEXT), anchor="lm")
    row = min(60, ROWS * ROW // len(rows))  # few rows are higher, so that the sheet keeps its size
    for number, entries in enumerate(rows):
        _bars(paper, top + number * row, row, *entries)
    return paper.quantize(256, Image.Quantize.FASTOCTREE)  # a quarter of the bytes, in less time than they would take


def _bars(paper, top, high, name, colour, of_picture, of_window):
    brush, middle, thick = ImageDraw.Draw(paper), top + high // 2, high // 2 - 4
    if colour is not None:
        brush.rectangle((MARGIN, middle - 10, MARGIN + 20, middle + 10), colour, INK, 2)
    brush.text((MARGIN + 30, middle), shortened(name, 185), INK, font(TEXT), anchor="lm")
    for y, share, kind in ((middle - thick - 1, of_picture, _solid), (middle + 1, of_window, _hatched)):
        if share > 0:
            kind(paper, BARS[0], y, max(2, round(share * BARS[1])), thick)
    words = f"{percent(of_picture)} of the picture, {percent(of_window)} of the window"
    behind = BARS[0] + round(max(of_picture, of_window) * BARS[1]) + 14
    brush.text((behind, middle), words, INK, font(TEXT), anchor="lm")


def _solid(paper, x, y, width, height):
    ImageDraw.Draw(paper).rectangle((x, y, x + width - 1, y + height - 1), (90, 90, 90))


def _hatched(paper, x, y, width, height):
    paper.paste(hatched(Image.new("RGB", (width, height), "white"), 7), (x, y))
    ImageDraw.Draw(paper).rectangle((x, y, x + width - 1, y + height - 1), None, INK)


def whole_panel(
    image: np.ndarray,
    mask: np.ndarray,
    blend: float,
    classes: Sequence[str],
    shape: tuple[int, int],
    at: tuple[int, int],
    size: tuple[int, int],
) -> Image.Image:
    """The picture with its mask, a frame round the window of ``size`` at ``at`` (top, left), dimmer outside.

    Where the window reaches out of the picture, at a negative ``at`` or behind the edge, it is filled as
    :func:`fcn_course.data.crops.random_crop` fills it, and hatched.

    Args:
        image, mask: uint8 ``(h, w, 3)`` and ``(h, w)``, perhaps shrunk.
        shape: (height, width) of the picture as it is stored, in whose pixels ``at`` and ``size`` count.
    """
    (height, width), (top, left) = shape, at
    above, before = max(0, -top), max(0, -left)
    high, wide = max(height, top + size[0]) + above, max(width, left + size[1]) + before
    scale = min(PANEL[0] / wide, PANEL[1] / high)

    def placed(y, x, down, across):
        """(left, top, right, bottom) in drawn pixels of what is counted in the picture's pixels."""
        corners = x + before, y + above, x + before + across, y + above + down
        return tuple(round(scale * corner) for corner in corners)

    frame, inner = placed(top, left, *size), placed(0, 0, height, width)
    ground = Image.new("RGB", (round(scale * wide), round(scale * high)), "white")
    ground.paste(hatched(_filling((frame[2] - frame[0], frame[3] - frame[1]))), frame[:2])
    picture = blended(image, mask, blend, classes, (inner[2] - inner[0], inner[3] - inner[1]))
    ground.paste(picture.point(lambda value: int(value * DIM)), inner[:2])
    lit = tuple(map(max, frame[:2], inner[:2])) + tuple(map(min, frame[2:], inner[2:]))
    ground.paste(picture.crop((lit[0] - inner[0], lit[1] - inner[1], lit[2] - inner[0], lit[3] - inner[1])), lit[:2])
    brush = ImageDraw.Draw(ground)
    for inset, colour, thick in ((0, INK, 7), (2, (255, 255, 255), 3)):  # white between two dark lines
        brush.rectangle(
            (frame[0] + inset, frame[1] + inset, frame[2] - 1 - inset, frame[3] - 1 - inset), None, colour, thick
        )
    return ground


def window_panel(
    image: np.ndarray, mask: np.ndarray, blend: float, classes: Sequence[str], inside: np.ndarray
) -> Image.Image:
    """The window as large as its box allows, hatched where ``inside``, bool ``(h, w)``, says there is no picture."""
    height, width = mask.shape
    scale = min(PANEL[0] / width, PANEL[1] / height)
    size = max(1, round(scale * width)), max(1, round(scale * height))
    picture = blended(image, mask, blend, classes, size)
    if inside.all():
        return picture
    there = Image.fromarray(inside).resize(size, Image.Resampling.NEAREST)
    return Image.composite(picture, hatched(picture), there)


def blended(image: np.ndarray, mask: np.ndarray, blend: float, classes: Sequence[str], size: tuple) -> Image.Image:
    """Picture and mask at ``size`` (width, height), the mask laid over; the bare picture at a ``blend`` of 0."""
    picture = Image.fromarray(image).resize(size, Image.Resampling.BILINEAR)
    if blend == 0:
        return picture
    labels = Image.fromarray(mask).resize(size, Image.Resampling.NEAREST)
    pixels, labels = torch.from_numpy(np.array(picture)).permute(2, 0, 1), np.array(labels)
    return overlay(pixels, torch.from_numpy(labels), classes, blend, TEXT)


def hatched(picture: Image.Image, step: int = 16) -> Image.Image:
    """The picture under slanted lines."""
    y, x = np.ogrid[: picture.height, : picture.width]
    pixels = np.array(picture)
    pixels[(x + y) % step < 2] = INK
    return Image.fromarray(pixels)


@cache
def _colour_of_padding():
    nothing = torch.zeros(3, 1, 1, dtype=torch.uint8), torch.zeros(1, 1, dtype=torch.uint8)
    window, labels = random_crop(*nothing, (1, 2), np.random.default_rng(0))
    return tuple(window[:, labels == 255].flatten().tolist())


def _filling(size):
    return Image.new("RGB", size, _colour_of_padding())


def percent(share: float) -> str:
    """A share of 1 in per cent; what is there but would be rounded away is told as "< 0.1"."""
    return "< 0.1 %" if 0 < share < 0.0005 else f"{100 * share:.1f} %"


def shortened(text: str, width: float) -> str:
    """The text, cut where it would be wider than ``width``."""
    while font(TEXT).getlength(text) > width:
        text = text.rstrip("…")[:-1] + "…"
    return text
