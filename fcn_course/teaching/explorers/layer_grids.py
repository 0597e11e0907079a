"""The two grids of a convolution, and of a transposed convolution seen in both ways.

The layer is square, with one channel; all its weights are 1 and its input is a picture of ones. So the number in a cell
of the output says how many cells of the input it is made of.
"""

from __future__ import annotations

import numpy as np

from fcn_course.shapes import conv_output_size, conv_transpose_output_size
from fcn_course.teaching.explorers.linked_grids import CROSSED, HATCHED, PLAIN, Box, Grid

_MADE_OF = "number: input cells that it is made of"


def gather(size: int, kernel_size: int, stride: int, padding: int, row: int, column: int) -> tuple[Grid, Grid]:
    """A convolution: the padded input with the window of output cell (``row``, ``column``), and the output."""
    cells = conv_output_size(size, kernel_size, stride, padding)
    inside = np.pad(np.ones(size, int), padding)
    starts = stride * np.arange(cells)
    windows = starts[:, None] + np.arange(kernel_size)  # (cells, kernel_size)
    seen = np.isin(np.arange(len(inside)), windows)
    notes = [f"hatched: padding {padding}"] * (padding > 0) + ["crossed: in no window"] * (not seen.all())
    input_ = _grid(
        f"input {size} × {size}",
        ", ".join(notes) or "no padding",
        inside,
        Box(padding, padding, size),
        Box(row * stride, column * stride, kernel_size),
        inside,
        seen,
        "top left",
    )
    output = inside[windows].sum(1)
    return input_, _grid(_output(cells), _MADE_OF, output, Box(0, 0, cells), Box(row, column, 1))


def scatter(
    size: int, kernel_size: int, stride: int, padding: int, output_padding: int, row: int, column: int
) -> tuple[Grid, Grid]:
    """A transposed convolution: the input, and all that is stamped; the stamp of input cell (``row``, ``column``)."""
    pixels = conv_transpose_output_size(size, kernel_size, stride, padding, output_padding)
    stamps = np.convolve(_spread(size, stride), np.ones(kernel_size, int))
    stamps = np.pad(stamps, (0, max(output_padding - padding, 0)))  # no stamp reaches what is added
    kept = np.zeros_like(stamps)
    kept[padding : padding + pixels] = 1
    input_ = _grid(
        f"input {size} × {size}",
        "all ones; one stamp for each cell",
        np.ones(size, int),
        Box(0, 0, size),
        Box(row, column, 1),
    )
    stamp = Box(row * stride, column * stride, kernel_size)
    note = "number: stamps on the cell" + "; hatched: cut off" * (not kept.all())
    return input_, _grid(
        _output(pixels), note, stamps, Box(padding, padding, pixels), stamp, kept, first_weight="top left"
    )


def zeros_between(
    size: int, kernel_size: int, stride: int, padding: int, output_padding: int, row: int, column: int
) -> tuple[Grid, Grid]:
    """The same layer as a convolution of stride 1: its input spread out with zeros between the cells and around them,
    the kernel turned by 180°; the window of output pixel (``row``, ``column``).
    """
    pixels = conv_transpose_output_size(size, kernel_size, stride, padding, output_padding)
    border = kernel_size - 1 - padding
    spread = _spread(size, stride)
    padded = np.pad(spread, (border, border + output_padding))
    inside = np.pad(np.ones_like(spread), (border, border + output_padding))
    notes = [f"hatched: border of {border}"] * (border > 0) + [f"and {output_padding} behind"] * (output_padding > 0)
    input_ = _grid(
        f"input {size} × {size}, zeros between",
        " ".join(notes) or "no border",
        padded,
        Box(border, border, len(spread)),
        Box(row, column, kernel_size),
        inside,
        first_weight="bottom right",
    )
    sums = np.convolve(padded, np.ones(kernel_size, int), "valid")
    return input_, _grid(_output(pixels), _MADE_OF, sums, Box(0, 0, pixels), Box(row, column, 1))


def _spread(size, stride):
    """``size`` ones with stride - 1 zeros between them."""
    spread = np.zeros((size - 1) * stride + 1, int)
    spread[::stride] = 1
    return spread


def _output(pixels):
    return f"output {pixels} × {pixels}"


def _grid(title, note, side, frame, window, inside=None, seen=None, first_weight=""):
    """The square grid whose numbers, and what is inside and seen, are the same along both sides."""
    looks = np.full((len(side), len(side)), PLAIN)
    if inside is not None:
        looks[np.outer(inside, inside) == 0] = HATCHED
    if seen is not None:
        looks[~np.outer(seen, seen)] = CROSSED
    return Grid(title, note, np.outer(side, side), looks, frame, window, first_weight)
