"""Masks in a tool's own colours, as CVAT exports them: its legend says which colour is which class."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from fcn_course.data.labels import VOID
from fcn_course.teaching.checks.advice import Advice, as_text
from fcn_course.teaching.checks.functions import one_line, try_function

# among the things three share their blue, three have one sum, and two are each other's mirror image
_LEGENDS = (
    {
        "apple": (250, 50, 83),
        "background": (0, 0, 0),
        "leaf": (83, 50, 250),
        "mushroom": (36, 179, 83),
        "pear": (200, 100, 83),
    },
    {"banana": (83, 50, 250), "leaf": (36, 179, 83), "background": (10, 20, 30), "pear": (250, 50, 83)},
)
_OVER = "Three uint8 that are combined into one number run over at 255: make them int32 first, or compare all three."


class _Stopped(NamedTuple):
    """What a student's function stopped with; on a strange colour it is asked to."""

    error: Exception


def colours(function: Any, seed: int = 0) -> Advice:
    """``by_colour(mask_rgb, legend)``: indices ``(H, W)``, background 0, the others in the legend's order.

    A colour that the legend lacks stops it with a ValueError that names the colour.
    """
    legend = _LEGENDS[seed % len(_LEGENDS)]
    names = _ordered(legend)
    right = _drawn(len(names), seed)  # (H, W)
    pixels = np.array([legend[name] for name in names], np.uint8)[right]  # (H, W, 3)
    hint = (
        "For each class, `(mask_rgb == legend[name]).all(-1)` says which pixels have all three numbers of its colour."
    )
    trial = try_function(_told_stops(function), pixels, legend, hint=hint)
    if trial.advice is not None:
        return trial.advice
    if isinstance(trial.value, _Stopped):
        return _stopped(trial.value.error, legend, hint)
    try:
        found = np.asarray(trial.value)
        shape, kind = found.shape, found.dtype.kind
    except Exception:
        return Advice(False, f"Give an array of class indices; yours gives {as_text(trial.value)}. {hint}")
    if shape != right.shape or kind not in "iu":
        return Advice(False, f"{_misfit(shape, right.shape)} Asked are whole numbers {right.shape}. {hint}")
    if not np.array_equal(found, right):
        return _wrong_indices(found, right, pixels, legend)
    place, near, strange = (2, 3), (250, 50, 83), (250, 50, 84)  # one beside a class's colour, as a JPEG makes it
    pixels[place] = strange
    trial = try_function(_told_stops(function), pixels, legend, hint=hint)
    return trial.advice or _on_strange(trial.value, place, strange, [legend[name] for name in names].index(near))


def _ordered(legend):
    return ["background", *(name for name in legend if name != "background")]


def _drawn(number, seed):
    """Indices of a small mask: all classes but the last but one, in blocks; the first in it is the last class."""
    rng = np.random.default_rng(seed)
    there = [index for index in range(number) if index != number - 2]
    blocks = np.array([number - 1, *there, *rng.choice(there, 12 - 1 - len(there))]).reshape(3, 4)
    return blocks.repeat(3, 0).repeat(4, 1)  # (9, 16)


def _told_stops(function):
    """The function, made to give what it stopped with."""
    if not callable(function):
        return function

    def tries(*inputs):
        try:
            return function(*inputs)
        except Exception as error:
            return _Stopped(error)

    tries.__name__ = getattr(function, "__name__", "by_colour")
    return tries


def _stopped(error, legend, hint):
    what = f"{type(error).__name__}: {one_line(error)}"
    if isinstance(error, OverflowError):
        return Advice(False, f"It stopped with {what}. {_OVER}")
    if isinstance(error, ValueError | KeyError) and tuple(_numbers(error)) == legend["background"]:
        return Advice(False, f"It stopped with {what}: background's colour. Background is a class too, with index 0.")
    if isinstance(error, ValueError | KeyError):
        return Advice(
            False,
            f"It refuses a mask that holds the legend's own colours alone ({what}). Red stands first in both, though "
            f"not in what OpenCV reads. {_OVER}",
        )
    return Advice(False, f"It stopped with {what}. {hint}")


def _numbers(error):
    """The whole numbers that an error's message tells."""
    return [int(digits) for digits in re.findall(r"(?<![A-Za-z0-9])\d{1,3}(?!\d)", str(error))]


def _misfit(shape, wanted):
    if shape == (*wanted, 3):
        return "Three numbers for each pixel are a colour still; an index is one."
    if shape == wanted[::-1]:
        return "Rows and columns have changed places."
    return f"Yours gives something of the shape {shape}." if shape != wanted else "Indices are whole numbers."


def _wrong_indices(found, right, pixels, legend):
    for wrong, advice in _colour_slips(right, pixels, legend):
        if np.array_equal(found, wrong):
            return Advice(False, advice)
    names = _ordered(legend)
    strange = found[(found < 0) | (found >= len(names))]
    if strange.size:
        return Advice(
            False,
            f"Your mask holds {strange[0]}, and {len(names)} classes count from 0 to {len(names) - 1}. Numbers that a "
            "program or another palette gives to colours are not your classes' indices: only the legend says those.",
        )
    row, column = map(int, np.argwhere(found != right)[0])
    name = names[right[row, column]]
    return Advice(
        False,
        f"The colour {as_text(legend[name])} is {name}'s, index {right[row, column]}; your mask says "
        f"{found[row, column]}. Take each class's colour from the legend, and count background first.",
    )


def _colour_slips(right, pixels, legend):
    """(mask, advice) of each way to go wrong."""
    names, flat = _ordered(legend), pixels.reshape(-1, 3)
    lines = np.array([[*legend].index(name) for name in names])
    yield (
        lines[right],
        "You count the legend's lines as they come, A to Z. Background is index 0 in whatever line it stands; the "
        "others count on from 1.",
    )
    _, first, sorted_ = np.unique(flat, axis=0, return_index=True, return_inverse=True)
    by_value = sorted_.reshape(right.shape)
    own = "Your numbers are an order of the colours in this mask. {} The legend's order is the same for all masks."
    yield by_value, own.format("Sorted by value, and without the class that this mask lacks.")
    yield first.argsort().argsort()[by_value], own.format("Whatever comes first in the picture gets the lowest.")
    for there in (0, VOID):
        table = {legend[name][::-1]: index for index, name in enumerate(names)}
        swapped = np.array([table.get(tuple(pixel), there) for pixel in flat.tolist()]).reshape(right.shape)
        yield (
            swapped,
            "Red and blue have changed places, so that two classes have too. Pillow gives RGB, as the legend has it; "
            "OpenCV gives BGR.",
        )
        yield (
            np.full_like(right, there),
            f"Not one colour was found: all is {there}. {_OVER} And red stands first in both.",
        )
    yield (
        np.maximum(right - 1, 0),
        "Background was forgotten in counting: it is a class like the others, and the things count from 1.",
    )
    for there in (-1, VOID):
        yield (
            np.where(right == 0, there, right - 1),
            "Every index is one too low. Background is 0, and the things count from 1.",
        )
    yield np.where(right == 0, VOID, right), "Background has become void. It is a class, 0: the net must learn it too."
    for one_number, which in (
        (lambda colour: colour[2], "blue alone is compared"),
        (sum, "the sum of the three is compared"),
    ):
        for order in (1, -1):
            table = {one_number(legend[name]): index for index, name in [*enumerate(names)][::order]}
            merged = np.array([table[one_number(pixel)] for pixel in flat.tolist()]).reshape(right.shape)
            yield merged, f"Two classes have become one: {which}, and there they are equal. {_OVER}"
    for mode, which in (("P", "made a palette of its own"), ("L", "mixed the three into one grey")):
        yield (
            np.asarray(Image.fromarray(pixels).convert(mode)),
            f"Pillow's convert has {which}: its numbers know nothing of your classes. Only the legend does.",
        )


def _on_strange(value, place, strange, near):
    """What is to be said of a function that is right, when it meets a colour of no class."""
    if isinstance(value, _Stopped):
        if not isinstance(value.error, ValueError):
            kind = type(value.error).__name__
            return Advice(
                False,
                f"Right on the legend's colours. On {strange} it stops, but with a {kind}, which is what a slip in the "
                "code gives too. Raise a ValueError that names the colour.",
            )
        if not {*strange} <= {*_numbers(value.error)}:
            said = one_line(value.error, 100)
            return Advice(False, f'It refuses {strange}, and rightly. But "{said}" does not say which colour: name it.')
        return Advice(
            True, f"Right. Background is 0, the others follow the legend, and {strange}, no class's, is refused."
        )
    try:
        given = np.asarray(value)[place].item()
    except Exception:
        given = as_text(value)
    became = {
        0: "It has become background, silently, as would a whole class whose colour is misspelt. The net is then "
        "taught that nothing is there.",
        VOID: "It has become void, silently: a whole class whose colour is misspelt would be left out unnoticed.",
        near: "It has become the class of a colour near by. A JPEG or a smoothed edge mixes colours of things that are "
        "not there.",
    }
    told = became.get(given, f"Yours gives {as_text(given)} there.")
    return Advice(
        False, f"Right on the legend's colours. {strange} is none of them. {told} Raise a ValueError that names it."
    )
