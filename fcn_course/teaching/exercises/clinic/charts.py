"""The clinic's figures. Their titles tell what is drawn, never what it means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from torch import Tensor

from fcn_course.prediction.overlays import overlay

STYLES = [("black", "-", "o"), ("0.45", "--", "^"), ("0.65", ":", "s")]
FILLS = [("0.3", ""), ("0.92", "///"), ("0.7", "..")]


def grid(pictures: Sequence[Tensor], rows: Mapping[str, Sequence[Tensor]], across: int | None = None) -> Figure:
    """Pictures (each ``(3, H, W)``) across, and down the masks that each row's name stands for, laid over them.

    ``across`` takes only the first so many of the pictures.
    """
    pictures = pictures[:across]
    width = 1.6 * len(pictures)
    high = width / len(pictures) * len(rows) * 0.98 * max(p.shape[1] / p.shape[2] for p in pictures)
    figure, axes = plt.subplots(len(rows), len(pictures), figsize=(width, high), squeeze=False, layout="constrained")
    for line, (name, masks) in zip(axes, rows.items(), strict=True):
        for axis, picture, mask in zip(line, pictures, masks[:across], strict=True):
            axis.imshow(overlay(picture[:, ::2, ::2], mask[::2, ::2]))  # small, so that the names are large
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set_visible(False)
        line[0].set_ylabel(name)
    return figure


def losses(curves: Mapping[str, Sequence[float]], levels: Mapping[str, float] | None = None, mean: int = 10) -> Figure:
    """Loss against step, each point the mean of the ``mean`` steps before; ``levels`` are lines with a name."""
    figure, axis = plt.subplots(figsize=(6.5, 2.8), layout="constrained")
    steps, highest = 0, 0
    for (name, values), (colour, line, mark) in zip(curves.items(), STYLES, strict=False):
        smooth = np.convolve(values, np.full(mean, 1 / mean), "valid")
        x = np.arange(mean, len(values) + 1)
        axis.plot(x, smooth, line, color=colour, marker=mark, markevery=12, markersize=5, label=name)
        steps, highest = max(steps, len(values)), max(highest, smooth.max())
    for name, level in (levels or {}).items():
        axis.axhline(level, color="0.5", linewidth=0.8)
        above = level > 2.5  # where no curve ends
        axis.text(steps, level, name, ha="right", va="bottom" if above else "top", color="0.3")
    axis.set(xlabel="step", ylabel="loss of a pixel", ylim=(0, max(3.5, 1.05 * highest)))
    axis.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False)
    return figure


def shifts(found: Mapping[str, Sequence[tuple[int, int]]], reach: int = 32) -> Figure:
    """For each name a plane, and where masks lie against the truth (rows, columns): how many pictures."""
    figure, axes = plt.subplots(1, len(found), figsize=(4 * len(found), 3.9), squeeze=False, layout="constrained")
    for axis, (name, places) in zip(axes[0], found.items(), strict=True):
        axis.axhline(0, color="0.7", linewidth=0.8)
        axis.axvline(0, color="0.7", linewidth=0.8)
        for (down, right), pictures in Counter(places).items():
            axis.plot(right, down, "o", markersize=10, color="0.88", markeredgecolor="black")
            axis.text(right, down, pictures, ha="center", va="center_baseline", fontsize=7)
        axis.set(xlim=(-reach - 5, reach + 5), ylim=(reach + 5, -reach - 5), aspect="equal", title=name)
        axis.set(
            xlabel="pixels to the right", ylabel="pixels down", xticks=range(-32, 33, 16), yticks=range(-32, 33, 16)
        )
    return figure


def table(counts: Tensor, rows: Sequence[int], columns: Sequence[int], names: Sequence[str]) -> Figure:
    """Part of a confusion matrix: of each true class's pixels (a row), percent that are called each class."""
    share = 100 * counts.double() / counts.sum(1, keepdim=True)
    part = share[list(rows)][:, list(columns)].nan_to_num(0)
    figure, axis = plt.subplots(figsize=(1.9 + 0.85 * len(columns), 0.9 + 0.34 * len(rows)), layout="constrained")
    axis.imshow(part.numpy(), cmap="Greys", vmin=0, vmax=140, aspect="auto")
    for y, line in enumerate(part.tolist()):
        for x, value in enumerate(line):
            axis.text(x, y, f"{value:.0f}", ha="center", va="center")
    axis.set(xticks=range(len(columns)), xticklabels=[names[i] for i in columns], xlabel="called, percent of the row")
    axis.set(yticks=range(len(rows)), yticklabels=[names[i] for i in rows], ylabel="true class")
    axis.spines[:].set_visible(False)
    return figure


def bars(groups: Mapping[str, Sequence[float]], labels: Sequence[str], unit: str, digits: int = 1) -> Figure:
    """Horizontal bars: for each label one bar of each group, with its value."""
    figure, axis = plt.subplots(figsize=(8, 0.8 + 0.3 * len(groups) * len(labels)), layout="constrained")
    high = 0.8 / len(groups)
    for number, ((name, values), (colour, hatch)) in enumerate(zip(groups.items(), FILLS, strict=False)):
        places = [y + high * (number - (len(groups) - 1) / 2) for y in range(len(labels))]
        drawn = axis.barh(places, values, 0.9 * high, color=colour, hatch=hatch, edgecolor="black", label=name)
        axis.bar_label(drawn, fmt=f"%.{digits}f", padding=3)
    axis.set(yticks=range(len(labels)), yticklabels=labels, xlabel=unit)
    axis.set_xlim(right=1.15 * max(max(values) for values in groups.values()))
    axis.invert_yaxis()
    axis.legend(loc="best")
    return figure


def spread(found: Mapping[str, Sequence[Mapping[str, float]]], labels: Mapping[str, str], unit: str) -> Figure:
    """For each label a line on which every seed of every group is a mark: how far seeds agree is seen at once."""
    figure, axis = plt.subplots(figsize=(8, 0.9 + 0.5 * len(labels)), layout="constrained")
    for number, (name, runs) in enumerate(found.items()):
        colour, _, mark = STYLES[number]
        for y, key in enumerate(labels):
            values = [run[key] for run in runs]
            where = y + 0.24 * (number - (len(found) - 1) / 2)
            axis.plot(values, [where] * len(values), mark, color=colour, label=name if y == 0 else None)
            axis.text(max(values) + 1.5, where, f"{np.mean(values):.0f}", va="center")
    axis.set(yticks=range(len(labels)), yticklabels=labels.values(), xlabel=unit)
    axis.set_ylim(len(labels) - 0.5, -0.5)
    axis.set_xlim(right=1.08 * axis.get_xlim()[1])
    axis.grid(axis="x", color="0.9")
    axis.legend(loc="best")
    return figure
