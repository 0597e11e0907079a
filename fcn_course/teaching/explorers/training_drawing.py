"""What the explorer of lecture 05 draws: the curves of a training, and a picture's truth beside a net's mask."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from PIL import Image, ImageDraw
from torch import Tensor

from fcn_course.data.labels import VOID
from fcn_course.evaluation.metrics import ConfusionMatrix
from fcn_course.prediction.fonts import font
from fcn_course.prediction.overlays import overlay

WIDTH, GAP, TITLE = 1335, 15, 36  # pixels drawn, 1.5 for each pixel shown
CHARTS = 294  # their height
HIGHEST = 510  # of a picture
SCORES = (("val_pixel_accuracy", "pixel accuracy", "ks-", "--"), ("val_mean_iou", "mean IoU", "k^-", ":"))


class Charts(NamedTuple):
    """The curves as an image, and what a cursor needs to know of it.

    Attributes:
        image: RGB.
        span: rows where both charts begin and end.
        columns: for each epoch from 0 on, its column in each of the two charts.
        points: for each epoch, the places ``(x, y)`` of its points.
    """

    image: Image.Image
    span: tuple[int, int]
    columns: list[list[int]]
    points: dict[int, list[tuple[float, float]]]


def curves(rows: Sequence[dict], epochs: int, num_classes: int, floor: ConfusionMatrix | None = None) -> Charts:
    """Training loss and validation scores by epoch, each score with its floor.

    Args:
        rows: of the history, see ``fit``.
        epochs: how long the axis is.
        num_classes: a net that says nothing has the loss ln ``num_classes``, a dashed line.
        floor: the matrix of "background everywhere"; without it no floors are drawn.
    """
    figure, canvas = _sheet(WIDTH, CHARTS)
    left, right = (figure.add_axes((x, 0.2, 0.355, 0.66)) for x in (0.04, 0.455))
    at, nothing = [row["epoch"] for row in rows], math.log(num_classes)
    losses = [row["train_loss"] for row in rows]
    lines = [left.plot(at, losses, "ko-", markersize=4.5)[0]]
    left.axhline(nothing, color="0.35", linestyle="--", linewidth=1.2)
    left.set_title(f"training loss (dashed: ln {num_classes}, says nothing)", fontsize=9.5)
    left.set_ylim(0, 1.12 * max([nothing, *losses]))
    for key, name, marks, style in SCORES:
        lines += right.plot(at, [row[key] for row in rows], marks, markersize=5, label=name)
        if floor is not None:
            level = getattr(floor, key.removeprefix("val_"))
            right.axhline(level, color="0.35", linestyle=style, linewidth=1.4, label="its floor")
    right.set_title("scores on the validation pictures", fontsize=9.5)
    right.set_ylim(0, 1)
    right.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9, frameon=False)
    for axis in (left, right):
        axis.set_xlim(-0.2, epochs + 0.2)
        axis.xaxis.set_major_locator(MaxNLocator(12, integer=True))
        axis.tick_params(labelsize=9)
        axis.set_xlabel("epoch", fontsize=9, labelpad=1)
    canvas.draw()

    def place(axis, x, y):
        x, y = axis.transData.transform((x, y))
        return float(x), CHARTS - float(y)

    points = {}
    for line in lines:
        for epoch, value in zip(*line.get_data(), strict=True):
            if math.isfinite(value):
                points.setdefault(epoch, []).append(place(line.axes, epoch, value))
    columns = [[round(place(axis, epoch, 0)[0]) for axis in (left, right)] for epoch in range(epochs + 1)]
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
    return Charts(image, (round(place(right, 0, 1)[1]), round(place(right, 0, 0)[1])), columns, points)


def with_cursor(charts: Charts, epoch: int) -> Image.Image:
    """The curves with a line at one epoch and rings round its points."""
    image = charts.image.copy()
    brush, (top, bottom) = ImageDraw.Draw(image), charts.span
    for x in charts.columns[epoch] if epoch < len(charts.columns) else ():
        brush.line((x, top, x, bottom), (110, 110, 110), 2)
        brush.polygon([(x - 8, top - 1), (x + 8, top - 1), (x, top + 11)], (0, 0, 0))
    for x, y in charts.points.get(epoch, ()):
        brush.ellipse((x - 11, y - 11, x + 11, y + 11), outline=(0, 0, 0), width=3)
    return image


class Scene:
    """A picture and its truth at the size in which they are drawn.

    Args:
        image: uint8 ``(3, H, W)``.
        truth: int64 ``(H, W)``.
        classes: names by index.
    """

    def __init__(self, image: Tensor, truth: Tensor, classes: Sequence[str]):
        height, width = truth.shape
        factor = min((WIDTH - GAP - 4) / 2 / width, HIGHEST / height)  # 4 for the frames
        self.size, self.classes = (max(1, round(factor * width)), max(1, round(factor * height))), classes
        photo = Image.fromarray(image.permute(1, 2, 0).numpy())
        # finer grain than this would only make the file larger
        photo = photo.resize([max(1, side // 3) for side in self.size]).resize(self.size, Image.Resampling.BILINEAR)
        self.photo = torch.from_numpy(np.array(photo)).permute(2, 0, 1)  # (3, h, w)
        self.truth = self._resized(truth)
        self.truth_shown = overlay(self.photo, self.truth, classes)

    def photo_shown(self) -> Image.Image:
        """The picture alone."""
        return Image.fromarray(self.photo.permute(1, 2, 0).numpy())

    def mask_shown(self, mask: Tensor) -> Image.Image:
        """A mask ``(H, W)`` over the picture, with outlines and names."""
        return overlay(self.photo, self._resized(mask), self.classes)

    def errors_shown(self, mask: Tensor) -> Image.Image:
        """White where a mask ``(H, W)`` is right, black where it is wrong, grey where nobody decided."""
        wrong = self._resized(mask) != self.truth  # (h, w)
        grey = np.where(self.truth == VOID, 170, np.where(wrong, 0, 255)).astype(np.uint8)
        return Image.fromarray(grey).convert("RGB")

    def _resized(self, mask):
        image = Image.fromarray(mask.numpy().astype(np.uint8))
        return torch.from_numpy(np.array(image.resize(self.size, Image.Resampling.NEAREST))).long()


def sheet(charts: Image.Image, pictures: Sequence[tuple[str, Image.Image]]) -> Image.Image:
    """The charts above two pictures with their titles, in 256 colours: a third of the file, and seen by no eye."""
    width, height = pictures[0][1].size
    page = Image.new("RGB", (WIDTH, CHARTS + TITLE + height + 2), "white")
    page.paste(charts, (0, 0))
    brush, left = ImageDraw.Draw(page), (WIDTH - GAP - 2 * width) // 2
    for number, (title, picture) in enumerate(pictures):
        x, y = left + number * (width + GAP), CHARTS + TITLE
        brush.text((x, y - 10), title, (0, 0, 0), font(20), "ls")
        page.paste(picture, (x, y))
        brush.rectangle((x - 1, y - 1, x + width, y + height), outline=(90, 90, 90))
    return page.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def _sheet(width, height):
    figure = Figure(figsize=(width / 150, height / 150), dpi=150)
    return figure, FigureCanvasAgg(figure)
