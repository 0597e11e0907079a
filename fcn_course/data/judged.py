"""What of a set's masks is judged at all: what is void is neither learned nor scored.

Masks of 0 and 255, as many tools draw a thing and its ground, hold nothing but background and void: a net that always
says "background" is right everywhere, and every score is 1.0.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from fcn_course.data.labels import VOC_CLASSES, VOID
from fcn_course.data.voc import read_uint8

SAMPLE = 32  # masks that are looked at where nothing is odd
MOST_VOID = 0.5
FEW = 10  # fewer of VOC's 21 classes are likely another's


@dataclass(frozen=True)
class Judged:
    """The pixels of some masks.

    Attributes:
        pixels: how many there are of each index but void.
        void: how many are void.
        masks: how many masks were looked at.
        whole: whether these are all of the set.
    """

    pixels: dict[int, int]
    void: int
    masks: int
    whole: bool = True


def look_at_masks(dataset: Any, most: int = SAMPLE) -> Judged:
    """Count what ``most`` masks hold, drawn from all of the set; further ones while only one class was seen."""
    number, pixels, looked = len(dataset), {}, 0
    # drawn with a seed of its own, for the same words every time; not every n-th, as sets may be sorted by class
    for index in random.Random(0).sample(range(number), number):
        if looked >= most and len(pixels.keys() - {VOID}) > 1:
            break
        for value, count in _counts(_mask(dataset, index)):
            pixels[value] = pixels.get(value, 0) + count
        looked += 1
    void = pixels.pop(VOID, 0)
    return Judged(pixels, void, looked, looked == number)


def what_is_odd(judged: Judged, what: str, classes: Sequence[str], named: bool = True) -> list[str]:
    """What a person must know before believing a score, a sentence each.

    Args:
        what: the set in words.
        classes: its names.
        named: whether anyone named them.

    Raises:
        ValueError: if no pixel is judged.
    """
    seen = sorted(judged.pixels)
    if not seen:
        raise ValueError(
            f"no pixel of {what} is judged: its {judged.masks} masks hold nothing but void ({VOID}), so there is "
            "nothing to learn and nothing to score; draw what is there, and if 255 was to be a class, write its index "
            "(1, 2, ...) in its place"
        )
    odd = []
    if len(seen) == 1:
        name = classes[seen[0]] if 0 <= seen[0] < len(classes) else "no class"
        remedy = "draw more than one class"
        if seen == [0] and judged.void:
            remedy = (
                f"masks of 0 and {VOID} alone are most often a thing painted white, but {VOID} is void: write 1 in its "
                "place (`fcn-course data import` does)"
            )
        odd.append(
            f"all that is judged in {what} is {name} (index {seen[0]}), so a net that says nothing else gets a perfect "
            f"score; {remedy}"
        )
    share = judged.void / (judged.void + sum(judged.pixels.values()))
    if share >= MOST_VOID:
        looked = "" if judged.whole else f", as {judged.masks} of its masks show,"
        odd.append(
            f"{share:.0%} of {what}{looked} is void ({VOID}), which is neither learned nor scored; see whether that is "
            "meant: what nobody drew may have to be background (0)"
        )
    if not named and are_few(seen, len(classes)):
        odd.append(
            f"{what} names no classes and holds few indices ({', '.join(map(str, seen))}), which are taken for VOC's "
            f"{len(VOC_CLASSES)} classes; if they are yours, name them: a labels.txt in the folder, one name a line, "
            "or --classes (in Python classes=)"
        )
    return odd


def are_few(seen: Sequence[int], number: int) -> bool:
    """Whether these indices of a set that names no classes are likely not VOC's."""
    return max(seen) < number - 1 and (len(seen) < FEW or list(seen) == list(range(len(seen))))


def in_words(dataset: Any, kind: str = "the set") -> str:
    """A data set in words: its split and where it lies, if it knows."""
    split, folder = getattr(dataset, "split", None), getattr(dataset, "folder", None)
    where = f" ({split} of {folder})" if split and folder else ""
    return f"{kind}{where}"


def is_named(dataset: Any) -> bool:
    """Whether anyone named a data set's classes; one that is no folder needs no names."""
    return getattr(dataset, "named", True)


def _mask(dataset, index) -> Tensor:
    if hasattr(dataset, "mask"):
        return dataset.mask(index)
    if hasattr(dataset, "indices") and hasattr(dataset, "dataset"):  # torch's Subset
        return _mask(dataset.dataset, int(dataset.indices[index]))
    return torch.as_tensor(read_uint8(dataset, index)[1])


def _counts(mask):
    indices = mask.numpy(force=True)
    if indices.dtype != np.uint8:
        return list(zip(*(part.tolist() for part in np.unique(indices, return_counts=True)), strict=True))
    counts = np.bincount(indices.ravel(), minlength=256)
    return [(index, int(counts[index])) for index in counts.nonzero()[0].tolist()]
