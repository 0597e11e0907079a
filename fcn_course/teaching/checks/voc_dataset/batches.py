"""Guesses on the way from lists to batches: names in both lists, places of a window, pictures dropped, shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from fcn_course.data.labels import VOC_CLASSES
from fcn_course.teaching.checks.advice import Advice, as_text, judge


def names_in_both(guess: Any, train: Sequence[str], val: Sequence[str]) -> Advice:
    """How many names two lists have in common."""
    truth = len(set(train) & set(val))
    return judge(
        guess,
        truth,
        hint="What would a score on val be worth if the net had learned from val?",
        why="A picture that the net has learned from cannot examine it.",
        slips=[
            (len(val), "Then the whole of val would be learned from, and no picture be left to examine the net."),
            (len(train), "Then the whole of train would be examined, too."),
            (len(set(train) | set(val)), "So many names are in one list or the other: that is trainval."),
        ],
        otherwise="Every name in both lists is a picture that is learned from and then used to examine what was "
        "learned. How many of these do you want?",
    )


def places(guess: Any, picture: tuple[int, int], window: tuple[int, int]) -> Advice:
    """In how many places a window can lie in a picture, both (height, width)."""
    room = [side - length for side, length in zip(picture, window, strict=True)]
    down, across = room[0] + 1, room[1] + 1
    return judge(
        guess,
        down * across,
        hint="The top edge can lie on row 0, 1, … and the left edge on column 0, 1, …; up to which?",
        why=f"{down} rows for the top edge, {across} columns for the left one, each with each.",
        slips=[
            (
                room[0] * room[1],
                f"With {room[0]} rows of room the top edge can lie on row 0, too, and on row {room[0]}.",
            ),
            (down * room[1], "The rows are right. Column 0 is a place as well."),
            (room[0] * across, "The columns are right. Row 0 is a place as well."),
            (down + across, "Each row can be had with each column: multiply."),
            (room[0] + room[1], "Each row can be had with each column: multiply. And row 0 is a place as well."),
            (picture[0] * picture[1], "So many pixels has the picture. The window must lie inside it as a whole."),
            (1, "It fits more than once: there is room to move down and to the right."),
        ],
        otherwise="Places for the top edge × places for the left edge.",
    )


def dropped(guess: Any, sizes: Sequence[tuple[int, int]], window: tuple[int, int] = (320, 480)) -> Advice:
    """How many pictures are smaller than the window in either direction; to a tenth of the truth, at least 1."""
    fits = np.array([[side >= length for side, length in zip(size, window, strict=True)] for size in sizes])
    truth, both = int((~fits.all(1)).sum()), int((~fits.any(1)).sum())
    tall = sum(width < window[1] <= height for height, width in sizes)
    return judge(
        guess,
        truth,
        hint=f"A picture stays if it has {window[0]} rows and {window[1]} columns. Count what fails in either.",
        why="Small pictures go, and with them every upright one.",
        slips=[
            (len(sizes) - truth, "So many stay, about."),
            (tall, "So many are upright and large, about. Small ones go as well."),
            (truth - tall, "So many are simply small, about. An upright picture has rows enough, but columns?"),
            (both, "So many fail in both directions, about. One is enough to be thrown away."),
            (0, "Then every picture would have 480 columns, the upright ones too."),
            (len(sizes), "Most photographs lie flat and are 500 wide."),
        ],
        otherwise=f"Of the {len(sizes)} pictures, most lie flat and are large enough. What is upright is not.",
        atol=max(1, truth / 10),
    )


def batch_shapes(guess: Any, size: int = 8, window: tuple[int, int] = (320, 480)) -> Advice:
    """The shapes of a batch's pictures and of its masks."""
    import torch

    from fcn_course.data.crops import RandomCrops

    height, width = window
    picture = torch.zeros(3, height, width, dtype=torch.uint8), torch.zeros(height, width, dtype=torch.int64)
    pairs = RandomCrops([picture] * size, window)
    pictures, masks = (tuple(torch.stack(parts).shape) for parts in zip(*(pairs[i] for i in range(size)), strict=True))
    plain, flat = "A mask has one number for each pixel", "Torch counts (N, C, H, W)"
    slips = [
        ([pictures, (size, 1, *window)], f"{plain}, and no plane of its own: the 1 is too much."),
        ([pictures, pictures], f"{plain}, not three."),
        ([pictures, (size, len(VOC_CLASSES), *window)], f"{plain}. The 21 planes are the net's scores."),
        ([pictures, (size,)], "So it is in classification: one number for each picture. Here each pixel has one."),
        ([pictures, window], "Each of the pictures has a mask: where is the batch?"),
        ([pictures[1:], masks], "Each mask has a picture: where is the batch?"),
        ([pictures[1:], window], f"That is one pair. A batch is {size} of them."),
        ([(size, *window, 3), masks], f"{flat}: the three planes stand before the rows."),
        ([(size, 3, width, height), (size, width, height)], f"{flat}: rows, then columns."),
        ([(size, *window), masks], "A picture has red, green and blue."),
    ]
    for wrong, advice in slips:  # before judge, which would tell of a shape's length alone
        if judge(guess, wrong, hint="", why=""):
            return Advice(False, f"Not {as_text(guess)}. {advice}")
    return judge(
        guess,
        [pictures, masks],
        hint=f"Pictures: (N, C, H, W) with N = {size}. And masks have one number for each pixel.",
        why="Each pixel of each picture has its own class.",
    )
