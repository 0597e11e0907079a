"""What the explorer of lecture 00 draws: an answer over its picture, and the answer alone.

Its lengths are drawn pixels, 1.5 for each pixel shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from fcn_course.prediction.fonts import font
from fcn_course.prediction.overlays import overlay

PAPER = (960, 720)  # width, height
EMPTY = 170  # grey of what an answer says nothing about; no class has nearly this colour
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


class Drawing(NamedTuple):
    """An answer drawn twice, at the same places: over the picture, without any tint, and alone."""

    over: Image.Image
    alone: Image.Image

    def blended(self, strength: float) -> Image.Image:
        """On paper of one size, so that the page keeps still; 0 shows the picture, 1 the answer alone."""
        paper, drawn = Image.new("RGB", PAPER, "white"), Image.blend(self.over, self.alone, strength)
        paper.paste(drawn, ((paper.width - drawn.width) // 2, (paper.height - drawn.height) // 2))
        return paper.quantize(256, Image.Quantize.FASTOCTREE)  # a quarter of the bytes, in less time than they take


def grounds(image: Tensor) -> tuple[Tensor, Tensor]:
    """A picture as large as the paper lets it be, uint8 ``(3, h, w)``, and an empty one of the same size."""
    pixels = _as_image(image)
    scale = min(PAPER[0] / pixels.width, PAPER[1] / pixels.height)
    size = max(1, round(scale * pixels.width)), max(1, round(scale * pixels.height))
    fitted = torch.from_numpy(np.array(pixels.resize(size, Image.Resampling.LANCZOS))).permute(2, 0, 1)
    return fitted, torch.full_like(fitted, EMPTY)


def draw_map(image: Tensor, indices: np.ndarray, names: Sequence[str]) -> Drawing:
    """A number for each pixel, ``(H, W)``: tinted, outlined and named."""
    picture, empty = grounds(image)
    indices = Image.fromarray(indices.astype(np.uint8)).resize(picture.shape[:0:-1], Image.Resampling.NEAREST)
    return Drawing(overlay(picture, indices, names, 0.0), overlay(empty, indices, names, 1.0))


def draw_boxes(image: Tensor, boxes: dict[int, tuple[int, int, int, int]], titles: dict[int, str]) -> Drawing:
    """A white box with black rims round each object, its title in the upper left corner."""
    drawn = []
    for ground in grounds(image):
        out = _as_image(ground)
        brush, scale = ImageDraw.Draw(out), out.width / image.shape[2]
        for left, top, width, height in boxes.values():
            frame = [scale * left, scale * top, scale * (left + width) - 1, scale * (top + height) - 1]
            for inset, colour, thickness in ((0, BLACK, 7), (2, WHITE, 3)):
                sides = frame[0] + inset, frame[1] + inset, frame[2] - inset, frame[3] - inset
                if sides[0] < sides[2] and sides[1] < sides[3]:
                    brush.rectangle(sides, outline=colour, width=thickness)
        for n, (left, top, *_) in boxes.items():  # last, so that no other box's line runs through them
            _write(brush, (scale * left + 12, scale * top + 8), titles[n])
        drawn.append(out)
    return Drawing(*drawn)


def draw_list(image: Tensor, lines: Sequence[str]) -> Drawing:
    """Lines of text in the upper left corner."""
    drawn = [_as_image(ground) for ground in grounds(image)]
    for out in drawn:
        _write(ImageDraw.Draw(out), (18, 12), "\n".join(lines))
    return Drawing(*drawn)


def _as_image(pixels):
    return Image.fromarray(pixels.permute(1, 2, 0).contiguous().numpy())


def _write(brush, place, words):
    style = {"font": font(28), "spacing": 10, "stroke_width": 4}
    _, _, right, bottom = brush.textbbox((0, 0), words, **style)
    x, y = (max(8, min(place[i], brush.im.size[i] - end)) for i, end in enumerate((right, bottom)))  # not cut off
    brush.text((x, y), words, WHITE, stroke_fill=BLACK, **style)
