"""Which pictures the clinic takes, and in what form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import Dataset, Subset

from fcn_course.data.datasets import open_voc


class Chosen(Subset):
    """Some pictures of a data set, which keeps its class names and its files."""

    @property
    def classes(self) -> Sequence[str]:
        return self.dataset.classes

    def mask_path(self, index: int) -> Path:
        return self.dataset.paths(self.indices[index])[1]


class Pairs(Dataset):
    """Pictures and masks that lie in memory."""

    def __init__(self, pairs: Sequence[tuple[Tensor, Tensor]], classes: Sequence[str]):
        self.pairs, self.classes = pairs, classes

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.pairs[index]


def examination(
    data: str | Path = "minivoc", many: int = 16, size: tuple[int, int] = (256, 320)
) -> tuple[Tensor, Tensor]:
    """The middles of the first validation pictures, all of one size: uint8 ``(N, 3, H, W)`` and int64 ``(N, H, W)``."""
    dataset = open_voc(data, "val")
    large = [i for i in range(len(dataset)) if all(a >= b for a, b in zip(dataset.size(i), size, strict=True))]
    pairs = []
    for index in large[:many]:
        image, mask = dataset[index]
        top, left = ((whole - part) // 2 for whole, part in zip(mask.shape, size, strict=True))
        rows, columns = slice(top, top + size[0]), slice(left, left + size[1])
        pairs.append((image[:, rows, columns], mask[rows, columns]))
    images, masks = zip(*pairs, strict=True)
    return torch.stack(images), torch.stack(masks)


def first(dataset: Dataset, wanted: int, least: tuple[int, int]) -> Chosen:
    """The first ``wanted`` pictures of at least (height, width) ``least``; in minivoc twenty show all classes."""
    large = [i for i in range(len(dataset)) if all(a >= b for a, b in zip(dataset.size(i), least, strict=True))]
    return Chosen(dataset, large[:wanted])
