"""Lecture 04: guesses about a data set in VOC's form (D2L 14.9)."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fcn_course.data.labels import VOC_CLASSES, VOC_COLORMAP, VOID, read_classes, voc_colour
from fcn_course.teaching.checks.advice import Advice, as_text, judge

GREY = (0.299, 0.587, 0.114)  # of red, green and blue, as Pillow and OpenCV mix grey (ITU-R BT.601)


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


def boat_as_grey(guess: Any) -> Advice:
    """The number that a boat becomes in a mask opened as grey, and the class that has this number."""
    red, green, blue = voc_colour(VOC_CLASSES.index("boat"))
    mixed = GREY[0] * red + GREY[1] * green + GREY[2] * blue
    value = round(mixed)
    numbers = [
        (int(mixed), f"{mixed:.2f} is rounded to the nearest whole number, not cut."),
        (mixed, "A pixel holds a whole number: round."),
        (blue, f"{blue} is the blue alone. Grey mixes the three, and blue counts least: weigh it with {GREY[2]}."),
        (round((red + green + blue) / 3), "That is the plain mean of the three; the weights are not equal."),
        (VOC_CLASSES.index("boat"), "That is the index in the file. As grey, its colour counts."),
    ]
    names = [
        ("boat", "The number is right. Which class stands at this place in the table of classes?"),
        (VOC_CLASSES[value - 1], "The number is right. Count the classes from 0, background."),
        (VOC_CLASSES[value + 1], "The number is right. Count the classes from 0, background."),
    ]
    slips = [
        (_at(guess, place, wrong), words) for place, wrongs in enumerate((numbers, names)) for wrong, words in wrongs
    ]
    return judge(
        guess,
        [value, VOC_CLASSES[value]],
        hint=f"Weigh {blue} with {GREY[2]} and round, then look the number up in the table of classes above.",
        why=f"{GREY[2]} × {blue} = {mixed:.1f}, rounded {value}, and {value} is {VOC_CLASSES[value]}.",
        slips=slips,
        otherwise="The first is the number, mixed from the colour; the second the class that has this number as its "
        "index in the table above.",
    )


def book_void(guess: Any) -> Advice:
    """The index that the book's table gives to void's colour."""
    table = dict(zip(VOC_COLORMAP, range(len(VOC_COLORMAP)), strict=True))
    return judge(
        guess,
        table.get(voc_colour(VOID), 0),  # the book's table begins as zeros
        hint="Which number is in an entry of the table that nobody has set?",
        why="The table began as zeros, and no line of it sets void's entry.",
        slips=[
            (VOID, "So says the file. But the table is asked for the colour, and no line of it puts 255 anywhere."),
            (20, "20 is the last entry that is set, for tvmonitor's colour. Void has another colour."),
            (21, "No line of the table adds a class: the entries that are set hold 0 to 20."),
            (-1, "Nobody has written -1 into the table. How did it begin?"),
        ],
        otherwise="The entry of this colour is never set. So it holds what the whole table began with.",
    )


def iou_by_book(guess: Any, boat: int, void: int) -> Advice:
    """IoU of an answer that calls void "boat", where the book's mask has background there; to 0.02.

    Args:
        boat, void: pixels of the picture.
    """
    return judge(
        guess,
        boat / (boat + void),
        hint="The answer says boat on the boat and on the void. What do answer and truth share, and what do they cover "
        "together?",
        why=f"Shared: {boat:,} pixels. Covered together: {boat:,} + {void:,}.",
        slips=[
            (guess if _beyond_one(guess) else None, "Give a share of 1, not per cent."),
            (1, "With the file's mask it is. But here the void is background in the truth, and boat in the answer."),
            (void / boat, "That is void for each pixel of boat. Divide what is shared by what both cover together."),
            (
                (boat - void) / boat,
                "Void comes to the answer on top: add it below the line, take nothing off above it.",
            ),
            (0, "Boat is still boat in both."),
        ],
        otherwise="Answer and truth share the boat's own pixels. Together they cover these and the void.",
        atol=0.02,
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


def background_share(guess: Any, counts: Sequence[int]) -> Advice:
    """Per cent of background in ``counts``, the pixels of each class, background first, without void; to 4."""
    counts = np.asarray(counts, np.float64)
    truth = 100 * counts[0] / counts.sum()
    share_of_one = isinstance(guess, float) and 0 < guess < 1
    return judge(
        guess,
        truth,
        hint="Sky, sea, grass, street, walls: all of it is background.",
        why=f"It is {truth:.1f} %.",
        slips=[
            (guess if share_of_one else None, "Give per cent, not a share of 1."),
            (100 - truth, f"So much is left for the {len(counts) - 1} classes of things."),
            (100 / len(counts), "So it would be if all classes had equally many pixels. Look at a few pictures."),
            (50, "More than that. A picture of a thing is a picture of its surroundings, too."),
        ],
        otherwise="Think of a picture with one thing in its middle, half as high and half as wide. How much is left?",
        atol=4,
    )


def floor(guess: Any, share: float, num_classes: int = len(VOC_CLASSES)) -> Advice:
    """Mean accuracy, mean IoU and frequency-weighted IoU of "background everywhere"; each to 0.0015.

    Args:
        share: of the pixels that are background; the other classes have the rest, all of them some.
        num_classes: background included.
    """
    from fcn_course.evaluation.metrics import ConfusionMatrix

    matrix = ConfusionMatrix(num_classes)
    matrix.counts[:, 0] = 1_000_000
    matrix.counts[0, 0] = round(share / (1 - share) * 1_000_000 * (num_classes - 1))
    truth = [matrix.mean_accuracy, matrix.mean_iou, matrix.frequency_weighted_iou]
    found = "Mean accuracy: of background all is found, of each other class nothing. Take the mean over all classes"
    claimed = "Mean IoU: background's IoU is not 1, for every pixel is claimed and not all are background"
    weighed = "Frequency-weighted IoU: background's IoU, weighed with its share of the pixels"
    slips = [
        (0, share, f"{found}; the pixels' share does not count here."),
        (0, 1 / (num_classes - 1), f"{found}, background with them."),
        (0, 1, f"{found}."),
        (1, share, f"{claimed}; then the mean over all {num_classes} classes."),
        (1, 1 / num_classes, f"{claimed}."),
        (1, share / (num_classes - 1), f"{claimed}; then the mean over all classes, background with them."),
        (2, share, f"{weighed}. Both are {share:g}."),
        (2, share / num_classes, f"{weighed}; no mean is taken."),
        (2, 1, f"{weighed}. Neither is 1."),
    ]
    return judge(
        guess,
        truth,
        hint="Score class by class. How much of each is found? What do answer and truth share, and cover together?",
        why=f"1 / {num_classes}; {share:g} / {num_classes}; {share:g} × {share:g}.",
        slips=[
            (guess if _beyond_one(guess) else None, "Give shares of 1, not per cent."),
            *((_at(guess, place, wrong), words) for place, wrong, words in slips),
        ],
        otherwise=f"{found}. {claimed}. {weighed}.",
        atol=0.0015,
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


def index_of(guess: Any, name: str, lines: Sequence[str]) -> Advice:
    """The index of a class in a labels file of labelme's with these lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "labels.txt")
        path.write_text("\n".join(lines), encoding="utf-8")
        truth = read_classes(path).index(name)
    line = list(lines).index(name)
    return judge(
        guess,
        truth,
        hint="Index 0 is the background. And `__ignore__` is no class.",
        why="`__ignore__` is void and has no index of its own; `_background_` is 0.",
        slips=[
            (line, "Counted from 0 it is, but with `__ignore__`, which is void and no class."),
            (line + 1, "Count from 0, and leave out `__ignore__`, which is void."),
            (truth - 1, "Index 0 belongs to `_background_`."),
            (VOID, "255 is void: that is what `__ignore__` becomes."),
            (-1, "-1 is what labelme calls `__ignore__` inside."),
        ],
        otherwise="Count the names from 0 at `_background_`.",
    )


def _at(guess, place, wrong):
    """The guess with ``wrong`` at a place: the same as the guess if, and only if, it has this wrong answer there."""
    if not isinstance(guess, list | tuple) or len(guess) <= place:
        return None
    return [*guess[:place], wrong, *guess[place + 1 :]]


def _beyond_one(guess):
    """Whether it is a number, or holds one, that no share can be."""
    try:
        return bool(np.max(np.asarray(guess, np.float64)) > 1.05)
    except (TypeError, ValueError, RuntimeError):
        return False
