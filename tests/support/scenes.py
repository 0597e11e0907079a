"""Drawn truth for imports: pictures of plain objects whose pixels, outlines and order are known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

CLASSES = ("background", "leaf", "stone", "water")


@dataclass(frozen=True)
class Thing:
    """One object.

    Attributes:
        index: of its class.
        pixels: bool (H, W).
        outline: its corners x, y along the pixels' borders.
        corners: its corner pixels (x, y), which belong to it.
        box: left, top, right, bottom along the pixels' borders; None for one that is no rectangle.
    """

    index: int
    pixels: np.ndarray
    outline: list[int]
    corners: list[tuple[int, int]]
    box: tuple[int, int, int, int] | None


@dataclass(frozen=True)
class Scene:
    """A picture, uint8 (H, W, 3), and its objects, the later over the earlier."""

    image: np.ndarray
    things: list[Thing]

    @property
    def truth(self) -> np.ndarray:
        """Class indices, uint8 (H, W)."""
        mask = np.zeros(self.image.shape[:2], np.uint8)
        for thing in self.things:
            mask[thing.pixels] = thing.index
        return mask


def scene(seed: int, size: tuple[int, int] = (40, 56)) -> Scene:
    """Rectangles and hooks of three classes, which overlap and touch the picture's edge."""
    rng = np.random.default_rng([seed, *size])
    height, width = size
    image = rng.integers(40, 210, (height // 4, width // 4, 3), np.uint8).repeat(4, 0).repeat(4, 1)
    things = []
    for number in range(5):
        w, h = int(rng.integers(10, width // 2)), int(rng.integers(10, height // 2))
        x, y = int(rng.integers(0, width - w + 1)), int(rng.integers(0, height - h + 1))
        maker = hook if number % 2 else rectangle
        things.append(maker(1 + number % 3, (x, y, x + w, y + h), size))
    return Scene(image, things)


def rectangle(index: int, box: tuple[int, int, int, int], size: tuple[int, int]) -> Thing:
    """A full box."""
    left, top, right, bottom = box
    pixels = np.zeros(size, bool)
    pixels[top:bottom, left:right] = True
    outline = [left, top, right, top, right, bottom, left, bottom]
    corners = [(left, top), (right - 1, top), (right - 1, bottom - 1), (left, bottom - 1)]
    return Thing(index, pixels, outline, corners, box)


def hook(index: int, box: tuple[int, int, int, int], size: tuple[int, int]) -> Thing:
    """An L upside down: the upper and the left part of a box, each 4 pixels thick."""
    left, top, right, bottom = box
    pixels = np.zeros(size, bool)
    pixels[top : top + 4, left:right] = True
    pixels[top:bottom, left : left + 4] = True
    outline = [left, top, right, top, right, top + 4, left + 4, top + 4, left + 4, bottom, left, bottom]
    inner = (left + 3, top + 3)
    corners = [(left, top), (right - 1, top), (right - 1, top + 3), inner, (left + 3, bottom - 1), (left, bottom - 1)]
    return Thing(index, pixels, outline, corners, None)


def scenes(number: int = 5, names: str = "pic_{:02d}") -> dict[str, Scene]:
    """So many scenes by name."""
    return {names.format(index): scene(index) for index in range(number)}


def save_picture(path: Path, image: np.ndarray) -> None:
    """Write a picture in the format of its ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path)


def save_grey(path: Path, indices: np.ndarray) -> None:
    """Write indices as they are: 8 bits, or 16 for uint16."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.ascontiguousarray(indices)).save(path)


def painted(indices: np.ndarray, colours: list[tuple[int, int, int]]) -> np.ndarray:
    """Indices in these colours, uint8 (H, W, 3)."""
    return np.array(colours, np.uint8)[indices]
