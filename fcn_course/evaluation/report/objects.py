"""How much of small, medium and large objects is found.

An IoU cannot be had for one object from a semantic mask: the mask says which class a pixel has, not which object it
belongs to. A pixel that is wrongly called "cow" belongs to no cow of the picture rather than to another, so nobody can
say in whose union it counts. What can be had is the share of an object's own pixels that got its class (its recall).
Claiming too much costs nothing there, so read it beside the IoU of the classes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from fcn_course.data.labels import VOID

SIZES = {"small": (0, 32**2), "medium": (32**2, 96**2), "large": (96**2, float("inf"))}  # pixels, COCO's limits
NEIGHBOURS = np.ones((3, 3), int)  # eight: what touches at a corner is one


class FoundObject(NamedTuple):
    """An object: its class, its pixels, and how many of them got that class."""

    label: int
    area: int
    found: int


class SizeScores(NamedTuple):
    """Objects of one size: how many, their pixels, the share of those pixels that is found, the mean over objects."""

    number: int
    pixels: int
    pooled: float
    mean: float


def found_objects(pred: np.ndarray, truth: np.ndarray, instances: np.ndarray | None = None) -> list[FoundObject]:
    """The objects of one picture.

    Args:
        pred: class indices ``(H, W)``.
        truth: class indices and void ``(H, W)``.
        instances: object numbers ``(H, W)``, 0 and 255 are none, as in VOC's ``SegmentationObject``. An object's class
            is that of most of its pixels, void left out; what is mostly background or void is passed over. Without
            it an object is a connected region of a class: two cows that touch are one, a cow behind a post is two.
    """
    parts = _regions(truth) if instances is None else _numbered(truth, instances)
    objects = []
    for label, numbers in parts:  # numbers (H, W), 0 where there is no object of this class
        areas, found = np.bincount(numbers.ravel()), np.bincount(numbers[pred == label], minlength=numbers.max() + 1)
        objects += [FoundObject(label, int(areas[n]), int(found[n])) for n in range(1, len(areas)) if areas[n]]
    return objects


def _regions(truth):
    for label in np.unique(truth[(truth != 0) & (truth != VOID)]).tolist():
        yield label, ndimage.label(truth == label, NEIGHBOURS)[0]


def _numbered(truth, instances):
    numbers = np.where((instances != VOID) & (truth != VOID), instances, 0).astype(np.int64)
    members = {}
    for number in np.unique(numbers[numbers > 0]).tolist():
        label = int(np.bincount(truth[numbers == number]).argmax())
        if label:
            members.setdefault(label, []).append(number)
    for label, own in members.items():
        yield label, np.where(np.isin(numbers, own) & (truth == label), numbers, 0)


def by_size(objects: Iterable[FoundObject]) -> dict[str, SizeScores]:
    """The scores of small, medium and large objects and of all; the shares are NaN where there is no object."""
    objects, scores = list(objects), {}
    for size, (low, high) in {**SIZES, "all": (0, float("inf"))}.items():
        these = [o for o in objects if low <= o.area < high]
        pixels, found = sum(o.area for o in these), sum(o.found for o in these)
        mean = sum(o.found / o.area for o in these) / len(these) if these else float("nan")
        scores[size] = SizeScores(len(these), pixels, found / pixels if pixels else float("nan"), mean)
    return scores
