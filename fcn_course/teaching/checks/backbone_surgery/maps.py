"""Guesses about maps: their shapes on the way down, and what becomes of the last one.

A map keeps rows and columns; the mean takes them away, and flattening ties a net to one size of picture.
"""

from __future__ import annotations

from typing import Any

from fcn_course.teaching.checks.advice import Advice, judge
from fcn_course.teaching.checks.backbone_surgery.resnet18 import HEIGHT, LAYERS, PLANES, THINGS, WIDTH, cells

PORTRAIT = (600, 512)  # pixels, height and width of matplotlib's grace_hopper.jpg


def output(guess: Any) -> Advice:
    """The shape of what a ResNet-18 of twenty names gives for a picture of 320 x 480."""
    hint = 'A list of two numbers, how many pictures and how many scores; or the word "error".'
    if isinstance(guess, str) and guess.strip().casefold() == "error":
        return Advice(False, "No error. Which of the layers would notice how large its map is? Not a convolution.")
    slips = [
        ([1, PLANES[32]], f"So many planes reach `fc`; how many numbers does it make of {PLANES[32]}?"),
        ([1, THINGS + 1], f"This classifier has no background: VOC's {THINGS} things and nothing else."),
        ([1, 1000], "ImageNet has 1000 names; this net was trained on VOC's."),
        ([THINGS, 1], "The batch comes first, then the scores."),
        (cells(LAYERS), "Such a map there is inside the net, but the last two layers are still to come."),
        ([HEIGHT, WIDTH], "That would be a mask. What does a classifier say of a picture?"),
    ]
    return judge(
        guess,
        [1, THINGS],
        hint=hint,
        why="Larger maps go through, and `avgpool` makes one cell of any of them.",
        slips=slips,
        otherwise="One picture went in. The last child, `fc`, gives one score for each name: how many names are there?",
    )


def last_map(guess: Any) -> Advice:
    """The shape behind ``layer4``."""
    return _map(
        guess,
        32,
        hint="`layer4` gives 512 planes. Halve 320 five times, and 480 as often.",
        others=[
            ([1, PLANES[32], 1, 1], "That is what `avgpool` makes of it. What did `avgpool` get?"),
            ([1, PLANES[32], *cells(LAYERS, 224, 224)], "That is the map of a picture of 224 × 224; ours is larger."),
        ],
    )


def stride8(guess: Any) -> Advice:
    """The shape of the map of stride 8."""
    return _map(
        guess,
        8,
        hint="One step on this map is 8 pixels: how many such steps are 320, and how many 480?",
        others=[
            ([1, PLANES[8], 8, 8], "8 is the step from cell to cell, in pixels. How many cells is that?"),
            ([1, PLANES[8], HEIGHT - 8, WIDTH - 8], "A stride divides the size; it subtracts nothing."),
        ],
    )


def changed(guess: Any) -> Advice:
    """How many scores change when the cells of the last map are shuffled."""
    slips = [
        (THINGS, "`fc` never sees the map, only what `avgpool` makes of it. Does a mean ask for the order?"),
        (150, f"150 cells were moved, but there are {THINGS} scores."),
        (PLANES[32], f"So many planes were shuffled, but there are {THINGS} scores."),
    ]
    return judge(
        guess,
        0,
        hint=f"A whole number from 0 to {THINGS}. What does a mean know of the order?",
        why="The mean of the shuffled cells is the mean of the cells.",
        slips=slips,
        otherwise=f"There are {THINGS} scores, all made of means. What is the mean of 1, 2, 6, and what of 6, 1, 2?",
    )


def photograph(guess: Any) -> Advice:
    """Rows and columns of the last map for matplotlib's portrait, 600 pixels high and 512 wide."""
    high, wide = PORTRAIT
    rows, columns = -(-high // 32), -(-wide // 32)
    return judge(
        guess,
        [rows, columns],
        hint=f"A list of two numbers: {high} and {wide} in steps of 32. A rest counts as a cell.",
        why=f"{high}/32 = {high / 32:g}, and the rest still gets a cell: {rows} rows; {wide}/32 = {columns} columns.",
        slips=[
            ([high // 32, columns], f"{high}/32 is {high / 32:g}. What becomes of the last {high % 32} pixels?"),
            ([columns, rows], f"Height comes first in torch, then width: {high} down, {wide} across."),
            ([7, 7], "That is the map of 224 × 224, the size in training. A convolution asks for no size."),
            ([1, 1], "Pooling to one cell comes after the map, and here it is left out."),
            ([high, wide], "That would be a cell for each pixel; the last stage steps by 32 of them."),
            (cells(LAYERS), f"That was the drawn picture of {HEIGHT} × {WIDTH}. This one is {high} × {wide}."),
        ],
        otherwise="Each of the five stages halves, in this net as in a ResNet: one step of the map is 32 pixels.",
    )


def row(guess: Any) -> Advice:
    """How many numbers the last map has when it is flattened whole."""
    rows, columns = cells(LAYERS)
    truth = PLANES[32] * rows * columns
    return judge(
        guess,
        truth,
        hint=f"{PLANES[32]} planes of {rows} × {columns} cells, all in one row.",
        why=f"{PLANES[32]} · {rows} · {columns}. And `fc` wants {PLANES[32]}.",
        slips=[
            (PLANES[32], "So many does `fc` want: one for each plane. But nothing took the mean of the planes."),
            (rows * columns, "That is one plane. There are 512 of them."),
            (HEIGHT * WIDTH, "So many pixels has the picture; the map has fewer cells and more planes."),
            (PLANES[32] + rows + columns, "Flattened, a map keeps all its numbers: multiply, do not add."),
            (THINGS, "So many come out of `fc`. How many would go in?"),
            (3 * HEIGHT * WIDTH, "So many numbers has the picture. Flattened is the last map."),
        ],
    )


def _map(guess, stride, hint, others):
    """The shape of ResNet-18's map of this stride; ``others`` are slips of this question alone."""
    rows, columns = -(-HEIGHT // stride), -(-WIDTH // stride)
    planes = PLANES[stride]
    slips = [
        ([1, planes, columns, rows], "Height comes first in torch, then width: 320 down, 480 across."),
        ([1, planes, 2 * rows, 2 * columns], "One halving is missing: the pooling at the start counts too."),
        ([1, planes, -(-rows // 2), -(-columns // 2)], "That is one halving too many."),
        ([1, planes, rows // 2, columns // 2], "That is one halving too many."),
        ([1, planes, rows, rows], "The picture is no square: 320 down, 480 across."),
        ([1, planes, HEIGHT, WIDTH], "That is the picture's size: nothing was halved."),
    ]
    return judge(
        guess,
        [1, planes, rows, columns],
        hint=hint,
        why=f"{HEIGHT}/{stride} = {rows} and {WIDTH}/{stride} = {columns}.",
        slips=[*others, *slips],
        otherwise=f"The batch is 1 and the planes are {planes}; then height and width, each divided by {stride}.",
    )
