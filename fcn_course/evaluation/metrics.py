"""The paper's four scores from one confusion matrix over the whole set (Long et al., CVPR 2015, section 5)."""

from __future__ import annotations

import torch
from torch import Tensor


class ConfusionMatrix:
    """Counts pixels by true class (row) and predicted class (column).

    The scores are taken once, from the counts of the whole set; averaging scores of single pictures gives other
    numbers. A class that is neither in the truth nor in the prediction has no score and is left out of the means.
    Without any counted pixel every score is NaN. Counts are integers and scores float64, so that no digit is lost.

    Args:
        num_classes: number of classes, background included.
        ignore_index: pixels whose truth has this value are not counted (VOC's void, 255).
    """

    def __init__(self, num_classes: int, ignore_index: int = 255):
        if num_classes < 1:
            raise ValueError(f"num_classes must be at least 1, got {num_classes}")
        self.num_classes, self.ignore_index = num_classes, ignore_index
        self.counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)

    def update(self, pred: Tensor, truth: Tensor) -> ConfusionMatrix:
        """Count one picture or batch; both are class indices of the same shape, on any device.

        Raises:
            ValueError: if the shapes differ or an index is neither a class nor ``ignore_index``.
        """
        pred, truth = _wide(pred), _wide(truth)
        if pred.shape != truth.shape:
            raise ValueError(
                f"the prediction is {tuple(pred.shape)} and the truth {tuple(truth.shape)}; both must hold one class "
                "index for each pixel (take logits.argmax(1) first)"
            )
        n = self.num_classes
        # cell n * n counts void and the one behind it what is no pair of classes, so that a GPU is waited for only once
        void, fits = truth == self.ignore_index, _is_class(truth, n) & _is_class(pred, n)
        cell = (n * truth + pred).long().where(fits, n * n + 1).masked_fill_(void, n * n)
        counts = torch.bincount(cell.flatten(), minlength=n * n + 2).cpu()
        if counts[n * n + 1]:
            self._tell_wrong_index(pred[~void], truth[~void])
        self.counts += counts[: n * n].view(n, n)
        return self

    def _tell_wrong_index(self, pred, truth):
        n = self.num_classes
        name, values = ("truth", truth) if _is_class(pred, n).all() else ("prediction", pred)
        raise ValueError(
            f"the {name} holds {values[~_is_class(values, n)][0].item()}, which is no class: {n} classes run from 0 to "
            f"{n - 1}, and void is {self.ignore_index} in the truth only"
        )

    @property
    def pixel_accuracy(self) -> float:
        """Share of pixels that are right."""
        counts = self.counts.double()
        return (counts.diag().sum() / counts.sum()).item()

    @property
    def mean_accuracy(self) -> float:
        """Share of each true class that is found, averaged over the classes present in the truth."""
        counts = self.counts.double()
        return (counts.diag() / counts.sum(1)).nanmean().item()

    @property
    def iou_per_class(self) -> Tensor:
        """Intersection over union of each class, ``(num_classes,)`` float64; NaN where a class never occurs."""
        counts = self.counts.double()
        right = counts.diag()
        return right / (counts.sum(0) + counts.sum(1) - right)

    @property
    def mean_iou(self) -> float:
        """Intersection over union, averaged over the classes that occur in truth or prediction."""
        return self.iou_per_class.nanmean().item()

    @property
    def frequency_weighted_iou(self) -> float:
        """Intersection over union, weighted by how many pixels each class has in the truth."""
        counts = self.counts.double()
        share = counts.sum(1) / counts.sum()
        return (share * self.iou_per_class).nansum().item() if counts.sum() else float("nan")

    def scores(self) -> dict[str, float]:
        """The four scores by name."""
        names = ("pixel_accuracy", "mean_accuracy", "mean_iou", "frequency_weighted_iou")
        return {name: getattr(self, name) for name in names}

    def __add__(self, other: ConfusionMatrix) -> ConfusionMatrix:
        """The matrix of both sets of pixels together.

        Raises:
            ValueError: if they count other classes.
        """
        if self.num_classes != other.num_classes:
            raise ValueError(
                f"a matrix of {self.num_classes} classes and one of {other.num_classes} cannot be added; count both "
                "with the same classes"
            )
        both = ConfusionMatrix(self.num_classes, self.ignore_index)
        both.counts = self.counts + other.counts
        return both

    def background_floor(self) -> ConfusionMatrix:
        """The matrix that a net gets which says "background" (index 0) everywhere: the score of doing nothing."""
        floor = ConfusionMatrix(self.num_classes, self.ignore_index)
        floor.counts[:, 0] = self.counts.sum(1)
        return floor


def _wide(indices):
    """In a format that holds every class and void; not rounded, so that what is no index can be told."""
    indices = torch.as_tensor(indices)
    return indices if indices.is_floating_point() else indices.long()


def _is_class(indices, num_classes):
    return (indices >= 0) & (indices < num_classes)
