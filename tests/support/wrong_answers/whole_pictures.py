"""Answers to exercise 3's questions of where tiles lie."""

import numpy as np
import torch

from fcn_course.prediction.tiles import tile_windows
from fcn_course.teaching.checks import whole_pictures as check
from tests.support.wrong_answers import Case


def starts(length, tile, overlap):
    if length <= tile:
        return [0]
    return [*range(0, length - tile, tile - overlap), length - tile]


def starts_by_while(length, tile, overlap):
    places = [0]
    while places[-1] + tile < length:
        places.append(min(places[-1] + tile - overlap, length - tile))
    return tuple(places)


def starts_as_array(length, tile, overlap):
    steps = np.arange(0, max(length - overlap, 1), tile - overlap)
    return np.unique(np.clip(steps, 0, max(0, length - tile)))


def starts_spread(length, tile, overlap):
    number = len(starts(length, tile, overlap))
    return [round(k * (length - tile) / max(1, number - 1)) for k in range(number)]


def cover(height, width, tile, overlap):
    count = torch.zeros(height, width)
    for top in starts(height, tile[0], overlap):
        for left in starts(width, tile[1], overlap):
            count[top : top + tile[0], left : left + tile[1]] += 1
    return count


def cover_as_product(height, width, tile, overlap):
    sides = []
    for length, side in ((height, tile[0]), (width, tile[1])):
        places = np.array(starts(length, side, overlap))[:, None]
        pixels = np.arange(length)
        sides.append(((places <= pixels) & (pixels < places + side)).sum(0))
    return np.outer(*sides)


def cover_within(height, width, tile, overlap, tops=None, lefts=None):
    count = torch.zeros(height, width)
    for top in tops or starts(height, tile[0], overlap):
        for left in lefts or starts(width, tile[1], overlap):
            count[top : top + tile[0], left : left + tile[1]] += 1
    return count


def cover_hanging(height, width, tile, overlap):
    tops, lefts = (list(range(0, n, t - overlap)) for n, t in zip((height, width), tile, strict=True))
    return cover_within(height, width, tile, overlap, tops, lefts)


def cover_without_last_row(height, width, tile, overlap):
    return cover_within(height, width, tile, overlap, starts(height, tile[0], overlap)[:-1] or [0])


def cover_by_windows(height, width, tile, overlap):
    count = torch.zeros(height, width, dtype=torch.int64)
    for rows, columns in tile_windows((height, width), tile, overlap):
        count[rows, columns] += 1
    return count


def cover_of_diagonal(height, width, tile, overlap):
    count = torch.zeros(height, width)
    for top, left in zip(starts(height, tile[0], overlap), starts(width, tile[1], overlap), strict=False):
        count[top : top + tile[0], left : left + tile[1]] += 1
    return count


def free_overlap(length, tile):
    number = -(-length // tile)
    return (number * tile - length) // (number - 1)


def free_overlap_by_trial(length, tile):
    return max(shared for shared in range(tile) if len(starts(length, tile, shared)) == len(starts(length, tile, 0)))


def surplus(length, tile):
    return -(-length // tile) * tile - length


def stub(*arguments):
    """What the notebook holds at first."""


CATALOGUE = [
    Case(
        check.starts,
        right=[starts, starts_by_while, starts_as_array, lambda *sides: torch.tensor(starts(*sides))],
        wrong=[
            (lambda n, t, o: list(range(0, n, t - o)), "hangs over the border"),
            (lambda n, t, o: list(range(0, n - t + 1, t - o)), "leave the strip at the end"),
            (lambda n, t, o: [*range(0, n - t + 1, t - o), n - t], "stands there twice"),
            (lambda n, t, o: [*range(0, n - t, t - o), n - t], "begins at 0"),
            (lambda n, t, o: starts(n, t, 0), "the overlap is left out"),
            (lambda n, t, o: starts(n, t, t - o), "The step is the overlap"),
            (lambda n, t, o: [start + t for start in starts(n, t, o)], "These are the ends"),
            (lambda n, t, o: list(range(0, n - o, t - o)), "push it back"),
            (lambda n, t, o: starts(n, t, o)[::-1], "another order"),
            (lambda n, t, o: [n - t, 0], "lies in no tile"),
            (lambda n, t, o: [*range(0, n - t, t - o), n - 1], "begins at the last pixel"),
            (lambda n, t, o: [-5, *starts(n, t, o)], "below 0"),
            (starts_spread, "only the last is pushed back"),
            (lambda n, t, o: [float(start) for start in starts(n, t, o)], "whole numbers"),
            (lambda n, t, o: len(starts(n, t, o)), "list of whole numbers"),
            (lambda n, t, o: 1 / 0, "ZeroDivisionError"),
            ([0, 96, 192], "the function itself"),
        ],
        unanswered=[stub, lambda n, t, o: ...],
    ),
    Case(
        check.cover,
        right=[cover, cover_as_product, cover_by_windows],
        wrong=[
            (lambda h, w, t, o: cover(w, h, t, o), "height and width are swapped"),
            (lambda h, w, t, o: cover(h, w, t[::-1], o), "The tile is turned"),
            (lambda h, w, t, o: cover(h, w, t, o).clamp(max=1), "You set 1"),
            (lambda h, w, t, o: cover(h, w, t, 0), "without overlap"),
            (lambda h, w, t, o: cover(h, w, t, o) - 1, "begin at 0"),
            (lambda h, w, t, o: torch.zeros(h, w), "no tile lies on row 0"),
            (lambda h, w, t, o: cover(h, w, t, o).sum(), "Asked is the shape"),
            (lambda h, w, t, o: cover(h, w, t, o).tolist(), "Give a tensor"),
            (lambda h, w, t, o: cover(h, w, t, o) + torch.eye(h, w), "Each top goes with each left"),
            (cover_hanging, "are cut there"),
            (cover_without_last_row, "are left out"),
            (cover_of_diagonal, "no tile lies on row 0"),
            (lambda h, w: cover(h, w, (3, 5), 1), "TypeError"),
            (torch.zeros(8, 12), "the function itself"),
        ],
        unanswered=[stub],
    ),
    Case(
        check.free_overlap,
        right=[free_overlap, free_overlap_by_trial],
        wrong=[
            (surplus, "gaps to share"),
            (lambda n, t: surplus(n, t) // -(-n // t), "overlap in 2 places"),
            (lambda n, t: -(-surplus(n, t) // (-(-n // t) - 1)), "Rounded up"),
            (lambda n, t: surplus(n, t) / (-(-n // t) - 1), "whole pixels"),
            (lambda n, t: ((n // t + 1) * t - n) // (n // t), "takes 4 tiles"),
            (lambda n, t: t - free_overlap(n, t), "the step from tile to tile"),
            (lambda n, t: 0, "`free_overlap(375, 160)`"),
            (lambda n, t: t - 1, "reach beyond the end"),
            (lambda n, t: str(free_overlap(n, t)), "without quotes"),
            (52, "the function itself"),
        ],
        unanswered=[stub],
    ),
    Case(
        check.price,
        right=[[24, 3.28], (24, 24 * 160**2 / (375 * 500)), np.array([24, 3.3])],
        wrong=[
            ([12, 1.64], "So many without overlap"),
            ([15, 2.05], "pushed back tiles"),
            ([10, 1.37], "multiply them"),
            ([24, 328], "not per cent"),
            ([24, 0.31], "not turned"),
            ([24, 1], "computed several times"),
            ([24, 4], "endless pictures"),
            ([3.28, 24], "wrong order"),
            (24, "a list of 2"),
            ([20, 2.73], "First the number"),
        ],
    ),
    Case(
        check.reading,
        right=[[1, 2], {2, 1}, np.array([2, 1])],
        wrong=[
            ([1], "hold the steps"),
            ([2], "Which lies lower?"),
            ([1, 2, 3], "does not go to 0"),
            ([4], "See the bars"),
            ([1, 4], "See the bars"),
            ([1, 2, 3, 4], "however it lies"),
            ([5], "from 1 to 4"),
            (1, "Answer with a list"),
        ],
    ),
]
