"""What a run tells of itself: ``history.csv``, and TensorBoard's files where TensorBoard is installed."""

from __future__ import annotations

import csv
import importlib.util
import math
import warnings
from pathlib import Path

from fcn_course.data.writing import replacing

COLUMNS = ("epoch", "train_loss", "val_pixel_accuracy", "val_mean_iou", "seconds", "images_per_second")
PLACES = {"train_loss": 4, "val_pixel_accuracy": 4, "val_mean_iou": 4, "seconds": 2, "images_per_second": 2}


def write_history(path: str | Path, history: list[dict]) -> None:
    """One row for each epoch, scores to four places, times to two; whole or not at all."""
    with replacing(path, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row in history:
            writer.writerow({key: round(value, PLACES[key]) if key in PLACES else value for key, value in row.items()})


class TensorBoard:
    """Writes epochs into TensorBoard's files in ``folder``; where TensorBoard is not installed, it does nothing."""

    def __init__(self, folder: str | Path):
        self.folder, self.writer = Path(folder), None
        self.there = importlib.util.find_spec("tensorboard") is not None

    def add(self, row: dict) -> None:
        """One epoch; scores that are NaN are left out. A training never ends because of these files."""
        if not self.there:
            return
        try:
            self._write(row)
        except Exception as error:  # a full disk, a path that its own writer cannot spell
            self.there = False
            warnings.warn(f"TensorBoard's files cannot be written ({error}); training goes on without", stacklevel=2)

    def _write(self, row):
        if self.writer is None:
            from torch.utils.tensorboard import SummaryWriter

            # what an interrupted run wrote for this epoch and later ones is no longer shown
            self.writer = SummaryWriter(str(self.folder), purge_step=row["epoch"])
        for key in COLUMNS[1:]:
            if not math.isnan(row[key]):
                self.writer.add_scalar(key, row[key], row["epoch"])
        self.writer.flush()

    def close(self) -> None:
        """No more epochs will come."""
        if self.writer is not None and self.there:
            self.writer.close()


def score_of(row: dict) -> float:
    """The number by which epochs are compared: validation mean IoU, 0 where nothing was scored."""
    return 0.0 if math.isnan(row["val_mean_iou"]) else row["val_mean_iou"]


def best_epoch(history: list[dict]) -> int:
    """Number of the epoch with the highest score, the earlier of two that are equal; 0 before the first."""
    return max(history, key=score_of)["epoch"] if history else 0
