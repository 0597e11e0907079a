"""What the explorer of lecture 03 shows, as numbers: a kernel, and which of its weights meet on a pixel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from fcn_course.bilinear import bilinear_kernel
from fcn_course.shapes import Enlargement

STARTS = {"bilinear": "bilinear", "equal weights": "equal", "Xavier (random)": "xavier"}
ONES = 6  # cells on a side of the map of 1s


def fitted(kernel_size: int, stride: int) -> Enlargement:
    """The transposed convolution with this kernel that enlarges by exactly ``stride``, its padding as even as can be.

    Where kernel and stride differ by an odd number the padding cuts one pixel too many off, and ``output_padding``
    gives it back.
    """
    padding = max(0, -(-(kernel_size - stride) // 2))
    return Enlargement(kernel_size, stride, padding, stride + 2 * padding - kernel_size)


def one_direction(start: str, kernel_size: int, stride: int) -> np.ndarray | None:
    """The row ``(k,)`` whose product with itself is the kernel; None for Xavier's, which is no product."""
    if start == "bilinear":
        return bilinear_kernel(1, 1, kernel_size)[0, 0].diagonal().sqrt().numpy()
    if start == "equal":
        return np.full(kernel_size, stride / kernel_size, np.float32)
    return None


def start_weights(start: str, kernel_size: int, stride: int) -> np.ndarray:
    """The kernel ``(k, k)`` of a layer with one plane in and one out; equal weights keep the mean of a picture."""
    row = one_direction(start, kernel_size, stride)
    if row is not None:
        return np.outer(row, row)
    seeded = torch.Generator().manual_seed(kernel_size)
    return nn.init.xavier_uniform_(torch.empty(1, 1, kernel_size, kernel_size), generator=seeded)[0, 0].numpy()


class Share(NamedTuple):
    """What one cell gives to a pixel, along one side: its index, and the index of the kernel's weight it gives by."""

    cell: int
    weight: int


def shares(pixel: int, how: Enlargement) -> list[Share]:
    """The cells whose stamps fall on ``pixel``, along one side; a cell below 0 or past the end does not exist."""
    place = pixel + how.padding
    first = -(-(place - how.kernel_size + 1) // how.stride)
    return [Share(cell, place - cell * how.stride) for cell in range(first, place // how.stride + 1)]


def enlarge(planes: np.ndarray, weights: np.ndarray, how: Enlargement) -> np.ndarray:
    """The transposed convolution of each plane for itself: ``(C, H, W)`` -> ``(C, s H, s W)``.

    All stamps at once, cut into tiles of s x s, are quicker than torch's layer on pictures as small as these.
    """
    channels, height, width = planes.shape
    size, stride, padding = how[:3]
    reach = -(-size // stride)  # tiles that a stamp covers, along one side
    tiles = np.zeros((reach * stride, reach * stride), np.float32)
    tiles[:size, :size] = weights
    tiles = tiles.reshape(reach, stride, reach, stride)
    out = np.zeros((channels, height + reach - 1, stride, width + reach - 1, stride), np.float32)
    for row, column in product(range(reach), repeat=2):
        stamped = planes[:, :, None, :, None] * tiles[row, :, column][:, None]  # (C, H, s, W, s)
        out[:, row : row + height, :, column : column + width] += stamped
    out = out.reshape(channels, stride * (height + reach - 1), -1)
    return out[:, padding : padding + stride * height, padding : padding + stride * width]


def interpolate(planes: np.ndarray, stride: int) -> np.ndarray:
    """``F.interpolate``, bilinear: ``(C, H, W)`` -> ``(C, s H, s W)``."""
    out = F.interpolate(torch.from_numpy(planes)[None], scale_factor=stride, mode="bilinear", align_corners=False)
    return out[0].numpy()


@dataclass(frozen=True)
class Setting:
    """One setting of the controls, and what follows from it.

    Attributes:
        pixel: row and column of the chosen pixel of the result.
        planes: the picture ``(3, H, W)``, from 0 to 255.
        truth: the same, enlarged by ``F.interpolate``.
    """

    start: str
    how: Enlargement
    pixel: tuple[int, int]
    planes: np.ndarray
    truth: np.ndarray

    @cached_property
    def weights(self) -> np.ndarray:
        """The kernel ``(k, k)``."""
        return start_weights(self.start, *self.how[:2])

    @cached_property
    def row(self) -> np.ndarray | None:
        """The kernel in one direction ``(k,)``, None where it has none."""
        return one_direction(self.start, *self.how[:2])

    @cached_property
    def result(self) -> np.ndarray:
        """The picture enlarged by the transposed convolution ``(3, s H, s W)``."""
        return enlarge(self.planes, self.weights, self.how)

    @cached_property
    def ones(self) -> np.ndarray:
        """A small map of 1s, enlarged."""
        return enlarge(np.ones((1, ONES, ONES), np.float32), self.weights, self.how)[0]

    @cached_property
    def sums(self) -> np.ndarray:
        """The sums ``(s, s)`` of the weights that meet on each pixel of one period, away from the border."""
        groups = [[share.weight for share in shares(pixel, self.how)] for pixel in range(self.how.stride)]
        return np.array([[self.weights[np.ix_(rows, columns)].sum() for columns in groups] for rows in groups])

    @property
    def places(self) -> tuple[float, float]:
        """Row and column, in cells, where the chosen pixel lies."""
        return tuple((at - self.how.first) / self.how.stride for at in self.pixel)

    @property
    def meeting(self) -> list[tuple[Share, Share]]:
        """Row and column of each stamp on the chosen pixel, whether its cell exists or not."""
        return list(product(*(shares(at, self.how) for at in self.pixel)))

    @property
    def giving(self) -> list[tuple[Share, Share]]:
        """Those of them whose cell exists."""
        height, width = self.planes.shape[1:]
        return [(row, column) for row, column in self.meeting if 0 <= row.cell < height and 0 <= column.cell < width]

    @property
    def inside(self) -> tuple[slice, slice]:
        """The pixels that get from existing cells only."""
        size, stride, padding = self.how[:3]
        return tuple(slice(max(0, size - stride - padding), stride * side - padding) for side in self.planes.shape[1:])

    @property
    def limits(self) -> tuple[float, float]:
        """What is shown as black and as white: 0 and 255, or wider where the values of the result go far beyond."""
        low, high = float(self.result.min()), float(self.result.max())
        return (0.0, 255.0) if low > -1 and high < 300 else (min(low, 0.0), high)


def plain(value: float, decimals: int = 2) -> str:
    """A number without zeros at its end."""
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if decimals else text
    return "0" if text == "-0" else text.replace("-", "−")
