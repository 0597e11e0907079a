"""Guesses about the kernel: weights between pixels, a stamp, how many weights there are, and what they do at first."""

from __future__ import annotations

from functools import cache
from typing import Any

from fcn_course.teaching.checks.advice import Advice, judge


def between(guess: Any, row: float = 0.25, column: float = 0.75) -> Advice:
    """The bilinear value at (row, column) between the pixels 10, 20 (upper) and 30, 40 (lower)."""
    return judge(
        guess,
        _between(row, column),
        hint="For each pixel: 1 minus the distance down, times 1 minus the distance across, times its value; then add.",
        why=f"The weights are {1 - row:g} and {row:g} for the rows, {1 - column:g} and {column:g} for the columns.",
        slips=[
            (
                _between(column, row),
                f"Distances taken for weights, or row for column? Row 0 is nearer and weighs {1 - row:g}.",
            ),
            (_between(0.5, 0.5), "That is the mean of the four: it holds in the very middle, and the place is not."),
            (_between(round(row), round(column)), "That is the nearest pixel alone. The others count too, but less."),
            (_between(row, 0), "That goes down but not across: the column counts as well."),
            (_between(0, column), "That goes across but not down: the row counts as well."),
        ],
        otherwise="The result lies between 10 and 40, nearest to the nearest. Do your four weights sum to 1?",
    )


def _between(row: float, column: float) -> float:
    upper, lower = (left * (1 - column) + right * column for left, right in ((10, 20), (30, 40)))
    return upper * (1 - row) + lower * row


def rows(guess: Any, stride: int = 2) -> Advice:
    """Where the rows 0, 1 and 2 of a picture enlarged ``stride`` times look in the input, edges on edges."""
    pixels = range(3)
    places = [(y + 0.5) / stride - 0.5 for y in pixels]
    return judge(
        guess,
        places,
        hint=f"Put y = 0, 1, 2 and s = {stride} into (y + 0.5)/s - 0.5.",
        why=f"The steps are 1/{stride}, and the first row lies outside, above the middle of the input's row 0.",
        slips=[
            ([y / stride for y in pixels], "That is y/s, the first answer: middle on middle. Asked is the second one."),
            ([place + 0.5 for place in places], "You left out the last - 0.5: count from the middle of row 0."),
            ([max(0, place) for place in places], "A place may lie outside the input; leave it there."),
            ([(y + 0.5) * stride - 0.5 for y in pixels], "That multiplies by s. Looking back means to divide."),
            ([y // stride for y in pixels], "Places are real numbers here; do not round them."),
        ],
    )


def stamp(guess: Any) -> Advice:
    """What a single 1 gives to its surroundings when a row is doubled."""
    return judge(
        guess,
        _tent(4),
        hint="Output pixels lie a quarter and three quarters of a cell from the cell's middle, on either side.",
        why="Each is 1 minus its distance. Together they give 2: one cell has to feed two pixels.",
        slips=[
            ([weight / 2 for weight in _tent(4)], "The shape is right, the sum is not: two pixels must get 1 each."),
            ([1 - weight for weight in _tent(4)], "Turned inside out: the pixels near the cell get more of it."),
            ([0.5] * 4, "Four equal parts would be a box. Bilinear weights fall off with the distance."),
            ([0, 1, 1, 0], "That repeats the cell twice (nearest neighbour). Its neighbours' pixels get a share too."),
            ([0, 0.5, 1, 0.5], "No output pixel lies on the middle of the cell, so none gets all of it."),
            ([0.5, 1, 1, 0.5], "Then the pixels beside the cell would get 1 from it and more from its neighbour."),
        ],
        otherwise="It is the same from both sides, and where two neighbours' stamps overlap the weights sum to 1.",
    )


def tent_of_three(guess: Any) -> Advice:
    """The bilinear kernel of size 3 in one direction."""
    return judge(
        guess,
        _tent(3),
        hint="The top, 1, lies on the middle weight, and the tent is 0 two steps away from it.",
        why="One step from the top is half the way down.",
        slips=[
            ([0.25, 0.5, 0.25], "That is half of it (or the outer row in two directions): the top of a tent is 1."),
            ([1 / 3, 2 / 3, 1 / 3], "The shape is a tent, but its top lies on the middle weight, so that one is 1."),
            ([0, 1, 0], "Then the tent would be 0 one step from its top. It is 0 two steps from it."),
            ([0.25, 1, 0.25], "A quarter would be 0.25 in a tent that falls three quarters in a step. It falls half."),
            ([0.25, 0.75, 0.25], "0.25 and 0.75 belong to k = 4, whose top lies between two weights."),
            ([1 / 3] * 3, "Equal weights make a box, not a tent."),
            ([1, 1, 1], "Equal weights make a box, not a tent."),
        ],
    )


def _tent(kernel_size: int) -> list[float]:
    from fcn_course.bilinear import bilinear_kernel

    return bilinear_kernel(1, 1, kernel_size)[0, 0].diagonal().sqrt().tolist()


def weights(guess: Any, classes: int = 21, stride: int = 32) -> Advice:
    """How many weights the book's enlarging layer has, and how many of them do not start at zero."""
    plane = (2 * stride) ** 2
    every, filled = classes * classes * plane, classes * plane
    return judge(
        guess,
        [every, filled],
        hint=f"One kernel of {2 * stride} x {2 * stride} for each pair of planes; only equal pairs start filled.",
        why=f"{classes} x {classes} kernels, of which {classes} are filled: one in {classes}.",
        slips=[
            ([filled, filled], "That is one kernel for each class. The layer has one for each pair of classes."),
            ([filled, plane], "That is one kernel for each class. The layer has one for each pair of classes."),
            ([plane, plane], f"That is a single kernel. There are {classes} planes in and {classes} out."),
            ([every, plane], f"The first is right. A kernel is filled for each of the {classes} classes, not for one."),
            ([every, every], "The first is right. But a class gives nothing to another class at the start."),
            ([every + classes, filled], "You counted the biases too. Asked are the weights of the kernels."),
            ([filled, every], "Right numbers, wrong order: all of them first, then those that are not zero."),
            ([every // 4, filled // 4], f"You took kernels of {stride} x {stride}. The rule's are 2s wide."),
        ],
    )


def starts(guess: Any) -> Advice:
    """Percent of right pixels after enlarging by the bilinear start and by Xavier's, within 5."""
    bilinear, xavier = _starts()
    return judge(
        guess,
        [bilinear, xavier],
        hint="Percent, as in [80, 20]. Random kernels mix 21 classes: what does a blind choice among them get?",
        why="The tent carries each class to its place; random kernels leave each pixel a blind choice among 21.",
        slips=[
            ([xavier, bilinear], "The order is bilinear, then Xavier."),
            ([bilinear, 50], "Half would be a coin with two sides. Here 21 classes take part in the draw."),
            ([bilinear, 76], "So much is background. But random kernels do not know background from bottle."),
            ([bilinear, bilinear], "Training may bring them together. At the start, random kernels mix all classes."),
            (
                [xavier, xavier],
                "Percent are asked, and the tent is no random kernel: it carries a class to its place.",
            ),
        ],
        otherwise="Bilinear loses only what is thinner than a cell. Xavier's kernels choose blindly among 21 classes.",
        atol=5,
    )


@cache  # it takes a second
def _starts() -> tuple[float, ...]:
    import numpy as np
    import torch
    from torch import nn
    from torch.nn import functional as F

    from fcn_course.bilinear import bilinear_kernel
    from fcn_course.data.labels import VOID
    from fcn_course.data.minivoc import draw_picture

    mask = torch.from_numpy(np.array(draw_picture(2, "horse", (480, 320), company=False).classes)).long()
    shares = F.one_hot(mask.where(mask != VOID, 0), 21).permute(2, 0, 1)[None].float()  # (1, 21, 320, 480)
    coarse = F.avg_pool2d(shares, 32)  # (1, 21, 10, 15)
    random = nn.init.xavier_uniform_(torch.empty(21, 21, 64, 64), generator=torch.Generator().manual_seed(0))
    said = [
        F.conv_transpose2d(coarse, w, stride=32, padding=16)[0].argmax(0) for w in (bilinear_kernel(21, 21, 64), random)
    ]
    return tuple(100 * (classes == mask)[mask != VOID].float().mean().item() for classes in said)
