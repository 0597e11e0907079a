"""The four pictures of lecture 03's explorer; each marks the same chosen pixel."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from fcn_course.teaching.explorers.bilinear_kernel_numbers import Setting, plain

SMALL, TITLE = 9, 10.5  # points
SIDE = 0.84 * 3.9 * 72  # points that a square panel measures
AROUND = 2  # cells shown on each side of the chosen pixel
ROUND = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}


def kernel_figure(setting: Setting) -> Figure:
    """The kernel as a map of greys, and its profile among the stamps of the neighbouring cells."""
    figure, (left, right) = _panels((0.02, 0.43), (0.53, 0.45))
    size = setting.how.kernel_size
    _greys(left, setting.weights, numbers=size <= 8)
    _outline(left, [(column.weight, row.weight) for row, column in setting.meeting])
    left.set_title(f"kernel {size} × {size}, darker is more", fontsize=TITLE)
    _profile(right, setting)
    return figure


def _profile(ax: Axes, setting: Setting) -> None:
    size, stride = setting.how.kernel_size, setting.how.stride
    row, title = setting.row, "in one direction"
    if row is None:
        row, title = setting.weights[size // 2], f"row {size // 2} of the kernel"
    at, total = np.arange(size), np.zeros(size)
    if setting.row is not None:
        for start in range(-(size // stride) * stride, size, stride):
            within = (at >= start) & (at < start + size)
            total[within] += row[at[within] - start]
            if start:
                ax.plot(at[within], row[at[within] - start], ".--", color="0.6", linewidth=1, markersize=4)
        ax.step(at, total, where="mid", color="0.8", linewidth=5, label="sum of all stamps", zorder=1)
        ax.plot([], [], ".--", color="0.6", linewidth=1, markersize=4, label="neighbours’ stamps")
    ax.vlines(at, 0, row, color="black", linewidth=1.2)
    ax.plot(at, row, "o", color="black", markerfacecolor="white", markersize=5, label="weights")
    used = sorted({column.weight for _, column in setting.meeting})
    ax.plot(used, row[used], "o", color="black", markersize=8, label=f"used by column {setting.pixel[1]}")
    low, high = min(0.0, row.min()), max(row.max(), total.max())
    ax.set(xlim=(-0.7, size - 0.3), ylim=(low - 0.06 * (high - low), high + 0.36 * (high - low)))
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set_xticks(at[:: -(-size // 16)])
    ax.tick_params(labelsize=SMALL)
    ax.legend(loc="upper center", ncols=2, fontsize=SMALL, frameon=False)
    ax.set_title(title, fontsize=TITLE)


def overlap_figure(setting: Setting) -> Figure:
    """The map of 1s enlarged, and one period of it with its numbers."""
    figure, (left, right) = _panels((0.02, 0.45), (0.52, 0.45))
    stride, side = setting.how.stride, len(setting.ones)
    _greys(left, setting.ones)
    middle = side // stride // 2 * stride
    _outline(left, [(middle, middle)], stride)
    left.set_title(f"a map of 1s, enlarged to {side} × {side} pixels", fontsize=TITLE)
    _greys(right, setting.sums, numbers=True, top=np.abs(setting.ones).max())
    row, column = setting.pixel
    _outline(right, [(column % stride, row % stride)])
    right.set_title(f"the box, {stride} × {stride}: what the weights sum to", fontsize=TITLE)
    return figure


def neighbours_figure(setting: Setting) -> Figure:
    """The cells around the chosen pixel's place with their weights, and the same part of the result."""
    figure, (left, right) = _panels((0.02, 0.45), (0.53, 0.45))
    down, across = setting.places
    _window(left, setting.planes, (down, across))
    _window(right, setting.result, (down, across), setting.how.stride, setting.how.first, setting.limits)
    bright, giving = setting.planes.mean(0), setting.giving
    for row, column in setting.meeting:
        value = f"{bright[row.cell, column.cell]:.0f}" if (row, column) in giving else "none"
        words = f"{plain(setting.weights[row.weight, column.weight])} × {value}"
        beside = row.cell + (0.28 if row.cell > down else -0.28)  # the cross stays free
        left.text(column.cell, beside, words, ha="center", va="center", fontsize=SMALL, bbox=ROUND, zorder=4)
    middles = [(column.cell, row.cell) for row, column in giving]
    _outline(left, middles)
    left.plot([across], [down], "P", color="white", markeredgecolor="black", markersize=11, zorder=5)
    for colour, width in (("white", 3.5), ("black", 1.2)):
        spokes = [[middle, (across, down)] for middle in middles]
        right.add_collection(LineCollection(spokes, colors=colour, linewidths=width))
    right.plot(*np.reshape(middles, (-1, 2)).T, "s", color="white", markeredgecolor="black")
    wide = 1 / setting.how.stride
    corner = across - wide / 2, down - wide / 2
    own = _shown(setting.result, setting.limits)[setting.pixel] / 255
    right.add_artist(Rectangle(corner, wide, wide, facecolor=own, zorder=2.5))
    _outline(right, [(corner[0] + 0.5, corner[1] + 0.5)], wide)
    left.set_title("input: the cells that give, weight × brightness", fontsize=TITLE)
    right.set_title("output: the pixel, joined to these cells’ middles", fontsize=TITLE)
    return figure


def _window(
    ax: Axes,
    planes: np.ndarray,
    middle: tuple[float, float],
    jump: int = 1,
    first: float = 0,
    limits: tuple[float, float] = (0, 255),
) -> None:
    """A part of a picture whose pixels are 1/jump cells wide, cell 0 on its pixel ``first``; hatched outside."""
    ends = [(edge - 0.5 - first) / jump for edge in (0, *planes.shape[1:])]
    ax.add_patch(Rectangle((0, 0), 1, 1, transform=ax.transAxes, hatch="///", edgecolor="0.7", fill=False, zorder=-2))
    ax.imshow(_shown(planes, limits), extent=(ends[0], ends[2], ends[1], ends[0]))
    down, across = (np.floor(place) + 0.5 for place in middle)
    ax.set(xlim=(across - AROUND, across + AROUND), ylim=(down + AROUND, down - AROUND), xticks=[], yticks=[])


def pictures_figure(setting: Setting) -> Figure:
    """The result, what ``F.interpolate`` gives, and how far they are apart in brightness."""
    figure, (first, second, third) = _panels((0.01, 0.32), (0.34, 0.32), (0.67, 0.32))
    low, high = (plain(end, 0) for end in setting.limits)
    first.imshow(_shown(setting.result, setting.limits))
    first.set_title("transposed convolution" + ("" if high == "255" else f", {low} to {high}"), fontsize=TITLE)
    second.imshow(_shown(setting.truth))
    second.set_title("F.interpolate", fontsize=TITLE)
    apart = np.abs((setting.result - setting.truth).mean(0))
    third.imshow(apart, cmap="Greys", vmin=0, vmax=max(apart.max(), 1))
    third.set_title(f"difference, black is {max(apart.max(), 1):.0f}", fontsize=TITLE)
    row, column = setting.pixel
    for ax in (first, second, third):
        for colour, width in (("white", 4), ("black", 1.5)):
            ax.plot([column], [row], "o", color="none", markeredgecolor=colour, markeredgewidth=width, markersize=12)
        ax.set(xticks=[], yticks=[])
    return figure


def _panels(*places: tuple[float, float]) -> tuple[Figure, list[Axes]]:
    """Panels of these left edges and widths, as shares of the figure's width."""
    # no layout engine, whatever the notebook has chosen for its own figures: the places are given
    figure = Figure(figsize=(9, 3.9 if len(places) == 2 else 3.2), layout="none")
    return figure, [figure.add_axes((left, 0.07, width, 0.84)) for left, width in places]


def _greys(ax: Axes, values: np.ndarray, numbers: bool = False, top: float | None = None) -> None:
    """Squares of grey, darker for more; where some values are below 0, 0 is a light grey."""
    top = max(np.abs(values).max() if top is None else top, 1e-6)
    low = -top if values.min() < -1e-6 else 0
    ax.imshow(values, cmap="Greys", vmin=low, vmax=1.4 * top)
    ax.set(xticks=[], yticks=[])
    dark = values - low > 0.6 * (1.4 * top - low)
    for which, ink in ((dark, "white"), (~dark, "black")) if numbers else ():
        if which.any():
            ax.add_artist(PathPatch(_written(values, which), facecolor=ink, edgecolor="none"))


def _written(values: np.ndarray, which: np.ndarray) -> Path:
    """The chosen values as one outline, each in the middle of its square; many texts would take too long to draw."""
    scale = len(values) / SIDE  # squares for each point
    paths = []
    for row, column in np.argwhere(which):
        letters = _letters(plain(values[row, column]))
        paths.append(Path(letters.vertices * (scale, -scale) + (column, row), letters.codes))
    return Path.make_compound_path(*paths)


@lru_cache(maxsize=512)
def _letters(text: str) -> Path:
    """The outline of a text around its middle, in points."""
    path = TextPath((0, 0), text, size=SMALL)
    box = path.get_extents()
    return Path(path.vertices - ((box.x0 + box.x1) / 2, SMALL * 0.36), path.codes)


def _outline(ax: Axes, cells: list[tuple[float, float]], size: float = 1) -> None:
    """Boxes whose upper left corner is that of these cells (x, y)."""
    boxes = [
        [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]
        for x, y in ((x - 0.5, y - 0.5) for x, y in cells)
    ]
    for colour, width in (("white", 5), ("black", 2.2)):
        ax.add_collection(LineCollection(boxes, colors=colour, linewidths=width, zorder=3, clip_on=False))


def _shown(planes: np.ndarray, limits: tuple[float, float] = (0, 255)) -> np.ndarray:
    """Bytes ``(H, W, 3)`` to look at: black below the lower limit, white above the upper one."""
    low, high = limits
    return (255 * (planes - low) / (high - low)).clip(0, 255).round().astype(np.uint8).transpose(1, 2, 0)
