"""Where tiles lie: their starts on one side, and how many of them cover each pixel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch

from fcn_course.prediction.tiles import tile_windows
from fcn_course.teaching.checks.advice import Advice, as_text
from fcn_course.teaching.checks.functions import all_close, check_tensor, try_function
from fcn_course.teaching.checks.parsing import as_integers


def starts(answer: Any, tile: int = 160, overlap: int = 64) -> Advice:
    """A function ``starts(length, tile, overlap)``: where the tiles of one side begin."""
    hint = "Step by tile - overlap while a tile still ends before the picture does; one more ends where it ends."
    step = tile - overlap
    for length in (tile + 2 * step + step // 3, tile + 2 * step, tile, tile - 7, tile + 1):
        truth = tile_starts(length, tile, overlap)
        call = f"`starts({length}, {tile}, {overlap})`"
        value, advice = try_function(answer, length, tile, overlap, hint=hint)
        if advice is not None:
            return advice if advice.right is None else Advice(False, f"{advice.text} The call was {call}.")
        found = as_integers(value)
        if found is None:
            return Advice(False, f"{call} gave {as_text(value)}. Asked is a list of whole numbers. {hint}")
        if found != truth:
            return Advice(False, f"{call} gave {as_text(found)}. {_start_slip(found, length, tile, overlap)}")
    length = tile + 2 * step + step // 3
    found = tile_starts(length, tile, overlap)
    return Advice(
        True,
        f"Right. In {length} pixels tiles of {tile} begin at {as_text(found)}: steps of {tile} − {overlap} = {step}, "
        f"and the last at {length} − {tile} = {length - tile}, so that it ends with the picture and shares "
        f"{found[-2] + tile - found[-1]} pixels with the one before. A picture no larger than a tile has one tile.",
    )


def tile_starts(length: int, tile: int, overlap: int) -> list[int]:
    """Where the tiles of a side of ``length`` pixels begin."""
    return sorted({rows.start for rows, _ in tile_windows((length, 1), (tile, 1), (overlap, 0))})


def _start_slip(found, length, tile, overlap):
    step = tile - overlap
    steps = [*range(0, length - tile, step)]
    beyond = "The last one hangs over the border: push it back to length − tile. Where the steps fit, none is needed."
    last = "Whole steps alone leave the strip at the end uncovered. One more tile ends where the picture ends."
    slips = [
        (steps, last),
        ([*range(0, length - tile + 1, step)], last),
        ([*range(0, length, step)], beyond),
        ([*range(0, length - overlap, step)], beyond),
        (
            [*range(0, length - tile + 1, step), max(0, length - tile)],
            "The last tile stands there twice where the steps fit exactly.",
        ),
        (
            [start + tile for start in tile_starts(length, tile, overlap)],
            "These are the ends. Asked is where tiles begin.",
        ),
        (tile_starts(length, tile, 0), "The step is a whole tile: the overlap is left out."),
        (sorted({*steps, length - 1}), "The last tile begins at the last pixel. It should end there."),
    ]
    if 0 < overlap < tile:
        slips.append((tile_starts(length, tile, tile - overlap), "The step is the overlap. It is tile − overlap."))
    for wrong, words in slips:
        if found == wrong:
            return words
    if length <= tile:
        return f"A picture of {length} pixels is no larger than a tile of {tile}: one tile, and it begins at 0."
    if found and min(found) < 0:
        return "A tile cannot begin before the picture: no start is below 0."
    if found and max(found) + tile > length:
        return f"The tile at {max(found)} ends at {max(found) + tile}, beyond the picture's {length} pixels."
    if sorted(found) == tile_starts(length, tile, overlap):
        return "The right places in another order. Go from 0 upwards."
    covered = {pixel for start in found for pixel in range(start, start + tile)}
    if bare := [pixel for pixel in range(length) if pixel not in covered]:
        return f"Pixel {bare[0]} lies in no tile, {len(bare)} pixels in all."
    if len(set(found)) == len(tile_starts(length, tile, overlap)):
        return f"They cover all, but not by steps of {step}: step on from 0, and only the last is pushed back."
    return f"They cover all, but the steps are not tile − overlap = {step}."


def cover(answer: Any, tile: tuple[int, int] = (3, 5), overlap: int = 1) -> Advice:
    """A function ``cover(height, width, tile, overlap)``: how many tiles lie on each pixel."""
    hint = "Begin with zeros of (height, width), and add 1 to the rows and columns of each tile."
    for size in ((3 * tile[0] - 1, 2 * tile[1] + 2), (tile[0] - 1, tile[1] + 2)):
        call = f"`cover({size[0]}, {size[1]}, {tile}, {overlap})`"
        value, advice = try_function(answer, *size, tile, overlap, hint=hint)
        if advice is not None:
            return advice if advice.right is None else Advice(False, f"{advice.text} The call was {call}.")
        value = _as_tensor(value)
        if isinstance(value, torch.Tensor) and tuple(value.shape) == size[::-1]:
            return Advice(False, f"{call} has the shape {tuple(value.shape)}: height and width are swapped.")
        if (advice := check_tensor(value, size, hint)) is not None:
            return advice
        truth = counts(tile_windows(size, tile, overlap), size)
        if not all_close(value, truth):
            return Advice(False, f"{call}: {_cover_slip(value, truth, size, tile, overlap)}")
    size = (3 * tile[0] - 1, 2 * tile[1] + 2)
    truth = counts(tile_windows(size, tile, overlap), size)
    number = len(list(tile_windows(size, tile, overlap)))
    return Advice(
        True,
        f"Right. {number} tiles of {tile[0]} × {tile[1]} lie on {size[0]} × {size[1]}: each pixel in 1 to "
        f"{int(truth.max())} of them. The counts sum to {number} · {tile[0]} · {tile[1]} = {int(truth.sum())}, "
        f"{truth.mean():.2f} times the picture: so many pixels must be computed.",
    )


def _cover_slip(value, truth, size, tile, overlap):
    down, across = tile_starts(size[0], tile[0], overlap), tile_starts(size[1], tile[1], overlap)
    last = [(down[:-1] or down, across), (down, across[:-1] or across), (down[:-1] or down, across[:-1] or across)]
    hanging = [range(0, length, side - overlap) for length, side in zip(size, tile, strict=True)]
    slips = [
        (truth.clamp(max=1), "You set 1 where a tile lies. Add 1, so that tiles which overlap are counted."),
        (_laid(size, tile[::-1], overlap), "The tile is turned: it is (height, width), as the picture is."),
        (_laid(size, tile, 0), "These are tiles without overlap."),
        (_boxes(*hanging, tile, size), "The last tiles hang over the border and are cut there. Push them back."),
        *[
            (_boxes(*some, tile, size), "The last tiles, those that are pushed back to the border, are left out.")
            for some in last
        ],
        (truth - 1, "One too few everywhere: begin at 0 and add 1 for each tile."),
    ]
    for wrong, words in slips:
        if not all_close(wrong, truth) and all_close(value, wrong):
            return words
    if (value == 0).any():
        row, column = (value == 0).nonzero()[0].tolist()
        return f"no tile lies on row {row}, column {column}. Use your `starts` for the rows and for the columns."
    row, column = (value != truth).nonzero()[0].tolist()
    return (
        f"row {row}, column {column} is {as_text(value[row, column].item())}, and {int(truth[row, column])} tiles lie "
        "there. Each top goes with each left."
    )


def _laid(size, tile, overlap):
    return counts(tile_windows(size, tile, min(overlap, *(side - 1 for side in tile))), size)


def _boxes(tops, lefts, tile, size):
    windows = [(slice(top, top + tile[0]), slice(left, left + tile[1])) for top in tops for left in lefts]
    return counts(windows, size)


def counts(windows: Iterable[tuple[slice, slice]], size: tuple[int, int]) -> torch.Tensor:
    """How many of the windows lie on each pixel: (H, W)."""
    found = torch.zeros(size)
    for rows, columns in windows:
        found[rows, columns] += 1
    return found


def _as_tensor(value):
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        return torch.from_numpy(np.ascontiguousarray(value))
    return value
