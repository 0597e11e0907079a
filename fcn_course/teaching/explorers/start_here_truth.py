"""What is known of a picture: the class of each pixel, and the object that it belongs to (lecture 00; D2L 14.9)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from fcn_course.data.labels import VOID
from fcn_course.data.masks import read_mask
from fcn_course.data.voc import VOCSegmentation

SPECK = 0.002  # a patch with a smaller share of the picture is not counted


class Truth(NamedTuple):
    """Both masks of a picture.

    Attributes:
        classes: class indices and void, uint8 ``(H, W)``.
        numbers: object numbers, 0 for none and 255 for void, uint8 ``(H, W)``; None if the set has none.
        objects: the class index of each object by its number.
    """

    classes: np.ndarray
    numbers: np.ndarray | None
    objects: dict[int, int]


def read_truth(dataset: VOCSegmentation, index: int) -> Truth:
    """Both masks of a picture, the second if the set's folder has a ``SegmentationObject``.

    An object has the class of most of its pixels; one that is mostly background or void is passed over.

    Raises:
        ValueError: if the two masks differ in size.
    """
    file = dataset.paths(index)[1]
    classes = dataset.decode_mask(file).numpy()
    file = Path(dataset.folder) / "SegmentationObject" / file.name
    if not file.is_file():
        return Truth(classes, None, {})
    numbers = read_mask(file, VOID).numpy().astype(np.uint8)
    if numbers.shape != classes.shape:
        raise ValueError(
            f"{file} is {numbers.shape[1]} x {numbers.shape[0]} but the mask of its classes {classes.shape[1]} x "
            f"{classes.shape[0]}; mend it, or take the folder SegmentationObject away"
        )
    most = {n: int(np.bincount(classes[numbers == n]).argmax()) for n in np.unique(numbers).tolist()}
    objects = {n: label for n, label in most.items() if n not in (0, VOID) and label not in (0, VOID)}
    return Truth(classes, numbers, objects)


def telling(truth: Truth) -> tuple[float, int]:
    """How well a picture tells the five questions apart; the larger, the better.

    The share of its smallest object, if one class is there twice and another besides, else 0. Then its classes.
    """
    kinds, number = set(truth.objects.values()), len(np.unique(truth.classes))
    if len(kinds) < 2 or len(kinds) == len(truth.objects):
        return 0.0, number
    return min(float((truth.numbers == n).mean()) for n in truth.objects), number


def most_telling(dataset: VOCSegmentation, number: int, among: int) -> list[int]:
    """The indices of the pictures that tell most, the best first, out of the set's first ones."""
    scores = [telling(read_truth(dataset, index)) for index in range(min(among, len(dataset)))]
    return sorted(range(len(scores)), key=lambda index: scores[index], reverse=True)[:number]


def titles_of(objects: dict[int, int], classes: Sequence[str]) -> dict[int, str]:
    """A title for each object by its number: "cow 1", "cow 2", "sheep 1"."""
    counters = {label: count(1) for label in objects.values()}
    return {n: f"{classes[label]} {next(counters[label])}" for n, label in objects.items()}


def boxes_of(truth: Truth) -> dict[int, tuple[int, int, int, int]]:
    """The smallest box round each object by its number: left, top, width, height in pixels."""
    boxes = {}
    for n in truth.objects:
        rows, columns = np.nonzero(truth.numbers == n)
        left, top = int(columns.min()), int(rows.min())
        boxes[n] = left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1
    return boxes


def patches_of(mask: np.ndarray, label: int) -> int:
    """Connected patches of a class in ``(H, W)``, pixels that touch at a corner being one; specks are not counted."""
    numbered = ndimage.label(mask == label, np.ones((3, 3), int))[0]
    return int((np.bincount(numbered.ravel())[1:] >= SPECK * mask.size).sum())
