"""Guesses about the numbers in a mask: colours read as grey, void in the book's table, indices out of a labels file."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fcn_course.data.labels import VOC_CLASSES, VOC_COLORMAP, VOID, read_classes, voc_colour
from fcn_course.teaching.checks.advice import Advice, judge

GREY = (0.299, 0.587, 0.114)  # of red, green and blue, as Pillow and OpenCV mix grey (ITU-R BT.601)


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
        (put_at(guess, place, wrong), words) for place, wrongs in enumerate((numbers, names)) for wrong, words in wrongs
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


def put_at(guess: Any, place: int, wrong: Any) -> list | None:
    """The guess with ``wrong`` at a place: the same as the guess if, and only if, it has this wrong answer there."""
    if not isinstance(guess, list | tuple) or len(guess) <= place:
        return None
    return [*guess[:place], wrong, *guess[place + 1 :]]
