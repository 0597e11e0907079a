"""Guesses and readings of exercise 4: sizes of maps, first gradients, where skip layers gain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fcn_course.teaching.checks.advice import Advice, judge

_PLANES = {32: 512, 16: 256, 8: 128}  # of a ResNet-18
# of a run of the solution, for a check without a run: mean IoU by seed; 8s less 32s, by seed
# by seed, of the run that is saved in the solution
_MEASURED = {"32s": (0.334, 0.320, 0.322), "16s": (0.350, 0.350, 0.349), "8s": (0.363, 0.353, 0.361)}
_GAINS = {"thin parts": (0.137, 0.145, 0.144), "thick parts": (0.066, 0.060, 0.088)}


def maps(guess: Any, size: tuple[int, int] = (333, 500)) -> Advice:
    """Planes, rows and columns of a ResNet-18's maps of stride 32, 16 and 8 of a picture of ``size``."""
    height, width = size
    truth = [(planes, -(-height // s), -(-width // s)) for s, planes in _PLANES.items()]
    swapped = [(planes, columns, rows) for planes, rows, columns in truth]
    floored = [(planes, height // s, width // s) for s, planes in _PLANES.items()]
    doubled = [(planes, truth[0][1] * 32 // s, truth[0][2] * 32 // s) for s, planes in _PLANES.items()]
    same = [(512, rows, columns) for _, rows, columns in truth]
    grown = [(512 * 32 // s, rows, columns) for s, (_, rows, columns) in zip(_PLANES, truth, strict=True)]
    return judge(
        guess,
        truth,
        hint="Three triples (planes, rows, columns), stride 32 first. A stage halves a side and rounds up.",
        why=f"{height}/32 = {height / 32:.2f} becomes {truth[0][1]}, {height}/16 = {height / 16:.2f} becomes "
        f"{truth[1][1]}: each halving rounds up. A stage that halves the sides doubles the planes.",
        slips=[
            (floored, "You rounded down. The padding gives a last cell to what is left over: sides are rounded up."),
            (swapped, "Height first: rows stand before columns."),
            (truth[::-1], "Right numbers, wrong order: the coarsest map, stride 32, comes first."),
            (doubled, "You doubled the coarsest map. Its sides were rounded up; divide the picture's own sides."),
            (same, "The sides are right. But only the last stage has 512 planes; go down by halves."),
            (grown, "The sides are right. The planes go the other way: the finer the map, the fewer."),
            ([(21, rows, columns) for _, rows, columns in truth], "21 planes come after scoring. Asked is before."),
        ],
    )


def surplus(guess: Any, size: tuple[int, int] = (333, 500)) -> Advice:
    """By how many rows and columns a map that was enlarged twice exceeds the finer one: at 16, then at 8."""
    sides = {s: [-(-length // s) for length in size] for s in (32, 16, 8)}
    truth = [tuple(2 * a - b for a, b in zip(sides[2 * s], sides[s], strict=True)) for s in (16, 8)]
    uncropped = [truth[0], tuple(4 * a - b for a, b in zip(sides[32], sides[8], strict=True))]
    return judge(
        guess,
        truth,
        hint="Two pairs (rows, columns): twice the map of stride 32 less that of 16; twice that of 16 less that of 8.",
        why=f"2 × {sides[32][0]} = {2 * sides[32][0]} rows for {sides[16][0]}, and 2 × {sides[16][1]} = "
        f"{2 * sides[16][1]} columns for {sides[8][1]}. Rounding up costs at most one cell in each direction.",
        slips=[
            ([pair[::-1] for pair in truth], "Rows before columns."),
            (truth[::-1], "The other order: first at stride 16, then at stride 8."),
            ([(0, 0), (0, 0)], "That holds where 32 divides both sides. Double the numbers of the step before."),
            (uncropped, "The first is right. At stride 8 you enlarge the sum, which was cropped to stride 16's size."),
            ([tuple(-n for n in pair) for pair in truth], "The enlarged map is the larger one: count from its side."),
        ],
        otherwise="Take your sizes of step 1. Twice a side that was rounded up is the next side, or one more.",
    )


def first_gradients(guess: Any) -> Advice:
    """What is exactly zero before the first step: the layer's output; the gradients of weights, biases, features."""
    return judge(
        guess,
        [True, False, False, True],
        hint="Four times True or False. For a score s = w·x + b and a loss L: dL/dw = g·x, dL/db = g, dL/dx = g·w.",
        why="With g = dL/ds: g·x is not zero, for the features are not; g·w is, for w is. So the layer learns at once, "
        "and the trunk hears of it after one step.",
        slips=[
            ([True] * 4, "Then it could never learn. g·x has x in it, not w: is x zero?"),
            ([True, True, False, True], "The gradient of a weight is g·x. It holds no weight: is x zero?"),
            ([True, True, False, False], "Two are mixed up: g·x is the weights' gradient, g·w the features'."),
            (
                [True, False, False, False],
                "What goes down to the features is g·w, and w is zero before the first step.",
            ),
            ([True, False, True, True], "The bias is simply added: its gradient is g summed over cells. Is g zero?"),
            ([False, False, False, True], "Weights zero, biases zero: what is w·x + b?"),
            ([False] * 4, "Something is zero: put w = 0 and b = 0 into w·x + b and g·w."),
        ],
        otherwise="g is not zero: the loss is ln 21 and wants the true class's score to rise. Put w = 0, b = 0 in.",
    )


def reading(guess: Any, scores: Mapping[str, Sequence[float]] = _MEASURED) -> Advice:
    """16s above 32s with every seed; 8s above 32s with every seed; 8s − 16s larger than 16s − 32s on the mean."""
    coarse, middle, fine = (list(scores[name]) for name in ("32s", "16s", "8s"))
    first, second = _mean(middle) - _mean(coarse), _mean(fine) - _mean(middle)
    every = [all(b > a for a, b in zip(coarse, finer, strict=True)) for finer in (middle, fine)]
    truth = [*every, second > first]
    slips = [
        ([True, True, True], "The last: take the means of the three nets, and subtract twice."),
        ([False, False, truth[2]], "Pair the scores by seed. A low dot of the one may lie left of another seed's dot."),
        ([not value for value in truth], "Each of them the other way round. Is a higher IoU better or worse?"),
    ]
    return judge(
        guess,
        truth,
        hint="Three times True or False. `iou['16s'][0]` and `iou['32s'][0]` belong to the same seed.",
        why=f"The {'second' if second > first else 'first'} step, {'16s to 8s' if second > first else '32s to 16s'}, "
        "gains more.",
        slips=[(wrong, text) for wrong, text in slips if wrong != truth],
        otherwise="Compare seed by seed for the first two, means for the third.",
    )


def where(guess: Any, gains: Mapping[str, Sequence[float]] = _GAINS) -> Advice:
    """Whether 8s newly finds a larger share of the thin parts or of the thick ones, seed by seed."""
    thin, thick = (list(gains[part]) for part in ("thin parts", "thick parts"))
    with_thin = sum(a > b for a, b in zip(thin, thick, strict=True))
    truth = {len(thin): "thin", 0: "thick"}.get(with_thin, "open")
    told = f"Of thin parts {_mean(thin):+.3f} more is found, of thick ones {_mean(thick):+.3f}"
    return judge(
        guess,
        truth,
        hint='One word: "thin", "thick", or "open" if the seeds disagree. A coarse cell is 32 pixels wide.',
        why=f"{told}, and the seeds agree." if truth != "open" else f"{told}, but not with every seed.",
        slips=[
            (word, text)
            for word, text in (
                ("thick", f"{told}. What is narrower than a cell of 32 pixels had no cell of its own."),
                ("thin", f"{told}: the seeds do not bear it out."),
                ("open", f'"Open" is for seeds that disagree. {told}, with every seed on the same side.'),
            )
            if word != truth
        ]
        + [
            ("near", "That is about outlines. Asked is the second pair of rows: thin against thick parts."),
            ("away", "That is about outlines. Asked is the second pair of rows: thin against thick parts."),
            ("small", "That is about whole objects. A large cow has thin legs: thin against thick *parts* is asked."),
            ("large", "That is about whole objects. A large cow has thin legs: thin against thick *parts* is asked."),
        ],
        otherwise='Choose among "thin", "thick" and "open".',
    )


def _mean(values):
    return sum(values) / len(values)
