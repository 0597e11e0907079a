"""Training windows: the same random piece of picture and mask, mirrored half of the time.

Lectures 04 and 05; D2L 14.9.2.3.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from fcn_course.data.labels import VOID
from fcn_course.data.normalisation import MEAN
from fcn_course.data.voc import read_uint8


def random_crop(
    image: Tensor,
    mask: Tensor,
    size: tuple[int, int],
    rng: np.random.Generator,
    outside: tuple[float, float, float] = MEAN,
) -> tuple[Tensor, Tensor]:
    """The same random window of picture and mask; what lies outside a small picture is void.

    D2L drops pictures that are smaller than the crop; here they are placed at random in a window whose rest is a mean
    colour (0 once normalised) in the picture and 255 in the mask.

    Args:
        size: (height, width) of the window.
        outside: that colour, red, green and blue from 0 to 1: the mean of the net's normalisation, or ImageNet's.

    Raises:
        ValueError: for a window without pixels.
    """
    height, width = size
    if height < 1 or width < 1:
        raise ValueError(f"a crop of {height} x {width} has no pixels; both sides must be at least 1")
    top, bottom, up, down = _window(image.shape[1], height, rng)
    left, right, before, after = _window(image.shape[2], width, rng)
    image, mask = image[:, top:bottom, left:right], mask[top:bottom, left:right]
    if mask.shape == (height, width):
        return image.clone(), mask.clone()
    window = _colour(tuple(outside), image.device).repeat(1, height, width)
    labels = mask.new_full((height, width), VOID)
    window[:, up:down, before:after] = image
    labels[up:down, before:after] = mask
    return window, labels


def _window(length, wanted, rng):
    """Where to cut along one side (from, to) and where to put it in the window (from, to)."""
    start = int(rng.integers(abs(length - wanted) + 1))
    if length >= wanted:
        return start, start + wanted, 0, wanted
    return 0, length, start, start + length


class RandomCrops(Dataset):
    """Random windows of a data set, mirrored half of the time; index it with ``(picture, draw)``.

    With ``size`` None the pictures come whole, as in the paper's training.

    What comes out depends on seed, picture and draw alone, not on workers or on what was read before; an epoch uses
    its number as ``draw``. Masks are int64, or with ``uint8_masks`` uint8 if the data set has them so: less to move.
    ``outside`` is the colour round small pictures, see :func:`random_crop`.
    """

    def __init__(
        self,
        dataset: Dataset,
        size: tuple[int, int] | None = (320, 480),
        flip: bool = True,
        seed: int = 0,
        uint8_masks: bool = False,
        outside: tuple[float, float, float] = MEAN,
    ):
        if size is not None and min(size) < 1:
            raise ValueError(f"a crop of {size[0]} x {size[1]} has no pixels; both sides must be at least 1")
        self.dataset, self.size, self.flip, self.seed, self.uint8_masks = dataset, size, flip, seed, uint8_masks
        self.outside = outside

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, key: int | tuple[int, int]) -> tuple[Tensor, Tensor]:
        index, draw = key if isinstance(key, tuple) else (key, 0)
        rng = np.random.default_rng([self.seed, draw, index])
        image, mask = read_uint8(self.dataset, index)
        if self.size is not None:
            image, mask = random_crop(image, mask, self.size, rng, self.outside)
        if self.flip and rng.random() < 0.5:
            image, mask = image.flip(-1), mask.flip(-1)
        return image, mask if self.uint8_masks else mask.long()


@cache
def _colour(colour, device):
    return torch.tensor(colour).mul(255).round().to(device, torch.uint8).view(3, 1, 1)
