"""All that is counted in one evaluation."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from fcn_course.data.labels import VOID
from fcn_course.evaluation.metrics import ConfusionMatrix
from fcn_course.evaluation.outlines import near_outlines
from fcn_course.evaluation.report.objects import FoundObject, found_objects

CROP = (320, 480)  # (height, width) of the book's windows


@dataclass(frozen=True)
class Picture:
    """One picture's own scores; NaN where it is all void."""

    name: str
    size: tuple[int, int]  # (height, width)
    pixels: int  # that count, void left out
    mean_iou: float  # over the classes in its truth or prediction
    pixel_accuracy: float
    packed: bytes

    @property
    def prediction(self) -> np.ndarray:
        """Class indices, uint8 ``(H, W)``."""
        return np.frombuffer(zlib.decompress(self.packed), np.uint8).reshape(self.size)


@dataclass
class BookAccuracy:
    """The book's pixel accuracy (D2L 14.11): void is background, and only windows of 320 x 480 count.

    The book draws its windows at random and shows them to the net alone; here it is the central one, cut from the
    prediction of the whole picture, so that the number is the same every time. Pictures smaller than the window are
    dropped, as in the book.
    """

    right: int = 0
    background: int = 0
    pixels: int = 0
    pictures: int = 0

    def add(self, pred: Tensor, truth: Tensor) -> None:
        """Count one picture, ``(H, W)`` both."""
        height, width = truth.shape
        if height < CROP[0] or width < CROP[1]:
            return
        top, left = (height - CROP[0]) // 2, (width - CROP[1]) // 2
        window = slice(top, top + CROP[0]), slice(left, left + CROP[1])
        book = truth[window].where(truth[window] != VOID, 0)
        self.right += int((pred[window] == book).sum())
        self.background += int((book == 0).sum())
        self.pixels += book.numel()
        self.pictures += 1

    @property
    def accuracy(self) -> float:
        """Share of right pixels; NaN if every picture was dropped."""
        return self.right / self.pixels if self.pixels else float("nan")

    @property
    def floor(self) -> float:
        """What "background everywhere" gets."""
        return self.background / self.pixels if self.pixels else float("nan")


class Report:
    """All counts of one evaluation.

    Attributes:
        near, away: confusion matrices of the pixels within ``band`` pixels of an outline and of the others.
        book: the book's accuracy.
        objects: every object with its pixels and how many of them are found.
        numbered: how many pictures had their objects from a file rather than from connected regions.
        pictures: each picture's own scores, in the order of the set.
        notes: what a reader of the numbers must know.

    Args:
        classes: class names, index 0 first.
        band: width of the band along outlines in pixels, see :func:`fcn_course.evaluation.outlines.near_outlines`.
    """

    def __init__(self, classes: Sequence[str], band: int = 8):
        self.classes, self.band = tuple(classes), band
        self.near, self.away = ConfusionMatrix(len(self.classes)), ConfusionMatrix(len(self.classes))
        self.book = BookAccuracy()
        self.objects: list[FoundObject] = []
        self.numbered = 0
        self.pictures: list[Picture] = []
        self.notes: list[str] = []

    @property
    def matrix(self) -> ConfusionMatrix:
        """The confusion matrix of all pixels."""
        return self.near + self.away

    @property
    def void_pictures(self) -> list[str]:
        """Names of the pictures that are void all over and count nothing."""
        return [picture.name for picture in self.pictures if not picture.pixels]

    def add(self, name: str, pred: Tensor, truth: Tensor, instances: np.ndarray | None = None) -> None:
        """Count one picture: class indices ``(H, W)`` both, on the CPU; ``instances`` as in :func:`found_objects`."""
        n, band = len(self.classes), near_outlines(truth, self.band)
        near = ConfusionMatrix(n).update(pred, truth.where(band, VOID))
        away = ConfusionMatrix(n).update(pred, truth.where(~band, VOID))
        self.near, self.away, whole = self.near + near, self.away + away, near + away
        self.book.add(pred, truth)
        self.objects += found_objects(pred.numpy(), truth.numpy(), instances)
        self.numbered += instances is not None
        packed = zlib.compress(pred.byte().numpy().tobytes(), 1)
        scores = int(whole.counts.sum()), whole.mean_iou, whole.pixel_accuracy
        self.pictures.append(Picture(name, tuple(truth.shape), *scores, packed))


def few(names: Sequence[str]) -> str:
    """The first three names of a list, for a line of text."""
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
