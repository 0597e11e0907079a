"""Lecture 06."""

from functools import partial

import numpy as np
import torch

from fcn_course.data.labels import VOC_CLASSES
from fcn_course.evaluation.metrics import ConfusionMatrix
from fcn_course.teaching.checks import prediction as check
from tests.support.wrong_answers import Case


def scored():
    """All right but for cats, half of them called dog; bottles all called background; birds absent."""
    matrix = ConfusionMatrix(21)
    matrix.counts = 100 * torch.eye(21, dtype=torch.int64)
    cat, dog, bottle, bird, sofa = (VOC_CLASSES.index(name) for name in ("cat", "dog", "bottle", "bird", "sofa"))
    matrix.counts[cat, cat], matrix.counts[cat, dog] = 50, 50
    matrix.counts[bottle, bottle], matrix.counts[bottle, 0] = 0, 100
    matrix.counts[bird, bird] = 0
    for index in range(1, 21):
        if index not in (cat, dog, bottle, bird, sofa):
            matrix.counts[index, 0] = index  # so that sofa alone is best
    return matrix


CATALOGUE = [
    Case(
        check.left_out,
        right=[18.08, 18, np.float32(18.1), 100 - 100 * 320 * 480 / (375 * 500)],
        wrong=[
            (0.18, "a share of 1; answer in per cent"),
            (82, "the rest is asked for"),
            (14.7, "55 of 375 rows"),
            (4, "20 of 500 columns"),
            (18.67, "the corner is counted twice"),
            (25, "see what is left to 100 %"),
            ("18", "without quotes"),
            ("18 %", "without quotes"),
        ],
    ),
    Case(
        check.rows_before_cut,
        right=[376, 376.0, 47 * 8.0, np.int64(376)],
        wrong=[
            (375, "when the surplus is cut off"),
            (47, "each becomes eight rows"),
            (368, "rounded down"),
            (384, "at stride 32"),
            (400, "round up each time"),
            ([376, 504], "Answer with a number"),
        ],
    ),
    Case(
        check.tiles,
        right=[12, 4 * 3.0, torch.tensor(12)],
        wrong=[
            (9, "if they shared nothing"),
            (6, "moved back to the edge"),
            (7, "multiply them"),
            (5, "quotient of the areas"),
            (16, "until a tile reaches row 375"),
            ([4, 3], "Answer with a number"),
        ],
    ),
    Case(
        check.mean_of_scores,
        right=[62, 62.2, np.float64(62.25), 100 / (1 + np.exp(-0.5))],
        wrong=[
            (0.62, "a share of 1; answer in per cent"),
            (53.6, "Average before it"),
            (95.3, "second tile says alone"),
            (12, "first tile says alone"),
            (37.8, "the cat's part"),
            (73.1, "softmax of the sums"),
            (60, "takes e to the power"),
            (50, "One vote each"),
            (80, "then the softmax of these two"),
            ("dog", "Answer with a number"),
        ],
    ),
    Case(
        partial(check.largest_step, overlaps=(0, 32, 64, 96), shares=[7.0, 5.5, 5.3, 5.4]),
        right=[[0, 32], (0, 32), np.array([0, 32])],
        wrong=[
            ([32, 0], "The smaller overlap first"),
            ([32, 64], "From 32 to 64 it changes by 0.2 points; one other step changes more"),
            ([64, 96], "From 64 to 96 it changes by 0.1 points"),
            ([0, 64], "two overlaps that stand side by side"),
            ([0, 96], "two overlaps that stand side by side"),
            (32, "Answer with a list of 2"),
            ([0, 32, 64], "yours has 3"),
        ],
    ),
    Case(
        check.normalised_range,
        right=[[-2.1, 2.6], (-2.118, 2.64), torch.tensor([-2.1179, 2.64])],
        wrong=[
            ([2.64, -2.12], "The lowest first"),
            ([0, 255], "as it is read"),
            ([0, 1], "Mean and spread come next"),
            ([-1, 1], "ImageNet's mean"),
            ([-0.485, 0.594], "now divide by the spread"),
            ([-2.12, 2.25], "Look at all three"),
            ([-1.8, 2.64], "Look at all three"),
            ([-3, 3], "for each of the three channels"),
            (2.64, "Answer with a list of 2"),
        ],
    ),
    Case(
        check.iou,
        right=[0.5, 30 / 60, np.float32(0.5)],
        wrong=[
            (50, "answer with a share of 1"),
            (0.6, "Look down the column too"),
            (0.75, "And the row?"),
            (1 / 3, "the union counts them once"),
            (2 / 3, "the Dice score"),
            (0.83, "the pixel accuracy"),
            (0.9, "that is the union"),
        ],
    ),
    Case(
        partial(check.best_and_worst, matrix=scored()),
        right=[["sofa", "bottle"], ("Sofa", " bottle"), np.array(["sofa", "bottle"])],
        wrong=[
            (["bottle", "sofa"], "the best first"),
            (["background", "bottle"], "Background is no object"),
            (["sofa", "cat"], "`cat` is number 18 of 19"),
            (["plant", "bottle"], "`plant` is no object here"),
            (["bird", "bottle"], "`bird` is no object here"),
            ("sofa", "Answer with a list of 2"),
            ([18, 5], "Answer with a word in quotes"),
        ],
    ),
    Case(
        partial(check.sure, seen=torch.tensor([0.0, 10, 2000]), correct=torch.tensor([0.0, 5, 1950])),
        right=[97.5, 98, np.float32(97)],
        wrong=[
            (0.975, "a share of 1; answer in per cent"),
            (90, "the least that it says"),
            (100, "no surest mistakes"),
            (2.5, "So many are wrong"),
            (80, "It is more"),
            (94, "It is more"),
            (120, "It is less"),
            ("all", "Answer with a number"),
        ],
    ),
]
