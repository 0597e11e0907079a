"""Answers to the guesses of lecture 05."""

import math
from functools import partial

import numpy as np
import torch

from fcn_course.evaluation.metrics import ConfusionMatrix
from fcn_course.teaching.checks import training as check
from tests.support.wrong_answers import Case

# eighty in a hundred pixels are background; each class has one in a hundred, and is found the better the later it comes
MATRIX = ConfusionMatrix(21)
MATRIX.counts[0, :] = 10
MATRIX.counts[0, 0] = 7800
for index in range(1, 21):
    MATRIX.counts[index, index] = 20 + 3 * index
    MATRIX.counts[index, 0] = 80 - 3 * index
MASKS = torch.zeros(4, 10, 10, dtype=torch.long)
MASKS[:, :2] = 255  # a fifth is void

CATALOGUE = [
    Case(
        check.undecided,
        right=[1.1, math.log(3), torch.tensor(3.0).log()],
        wrong=[
            (1 / 3, "probability of the true class"),
            (0.33, "probability of the true class"),
            (0.5, "softmax of three equal scores"),
            (0, "That is the score"),
            (-1.0986, "minus that"),
            (0.477, "base 10"),
            (1.585, "base 2"),
            (0.69, "two classes"),
            (1, "0.37"),
            ("ln 3", "without quotes"),
        ],
    ),
    Case(
        check.untrained,
        right=[3.04, 3.05, math.log(21), np.float32(3.0445)],
        wrong=[
            (1.1, "three classes"),
            (2.996, "Background is a class too"),
            (0.0476, "minus its logarithm"),
            (-3.04, "minus that"),
            (1.32, "base 10"),
            (4.39, "base 2"),
            (0, "says nothing"),
            (1, "no ceiling"),
            (21, "number of classes"),
            ("ln 21", "without quotes"),
        ],
    ),
    Case(
        check.all_void,
        right=["nan", " NaN ", float("nan"), np.float64("nan")],
        wrong=[
            (0, "By how many pixels"),
            ("zero", "By how many pixels"),
            (0.0, "By how many pixels"),
            ("ln 21", "pixels that count, and none does"),
            (3.04, "pixels that count, and none does"),
            ("error", "No error"),
            ("Inf", "infinite"),
            (1, "divides"),
            (255, "word in quotes"),
            ("nothing", "sum / number"),
        ],
    ),
    Case(
        check.growth,
        right=[[8, 1], (8.0, 1.0), torch.tensor([8, 1])],
        wrong=[
            ([1, 8], "other way round"),
            ([8, 8], "mean over eight equal things"),
            ([1, 1], "*adds*"),
            ([1, 1 / 8], "the book adds"),
            ([8, 0.125], "no less"),
            ([64, 8], "counts once"),
            ([64, 1], "counts once"),
            ([4, 1], "the same one"),
            (8, "list of 2"),
        ],
    ),
    Case(
        check.same_step,
        right=[0.004, 4e-3, 0.001 * 32 / 8, np.float64(0.004)],
        wrong=[
            (0.001, "under a mean"),
            (0.00025, "make up for it"),
            (0.008, "what factor"),
            (0.032, "*mean*"),
            (4, "the factor"),
            (0.002, "shorter still"),
            (0.01, "how long"),
            ("0.004", "without quotes"),
        ],
    ),
    Case(
        partial(check.first_loss, masks=MASKS),
        right=[2.44, 0.8 * math.log(21), torch.tensor(2.43)],
        wrong=[
            (3.04, "is divided by"),
            (3.81, "Less is added up"),
            (0.61, "What is left"),
            (0.2, "share of void"),
            (0.8, "each of them cost"),
            (9.74, "sum over the pictures"),
            (2.6, "printed above"),
            ("below", "without quotes"),
        ],
    ),
    Case(
        partial(check.floor, matrix=MATRIX),
        right=[[0.8, 0.038], (0.75, 0.04), [0.9, 0.03], np.array([0.8, 0.8 / 21])],
        wrong=[
            ([80, 4], "between 0 and 1"),
            ([0.04, 0.8], "Pixel accuracy first"),
            ([0.8, 0], "one class does have an IoU"),
            ([0.8, 0.8], "is over 21 classes"),
            ([0.8, 0.1], "mean of 21 such numbers"),
            ([1 / 21, 1 / 21], "equally many pixels"),
            ([0.5, 0.04], "The second is near"),
            ([0.5, 0.25], "How much of a picture"),
            (0.8, "list of 2"),
        ],
    ),
    Case(
        partial(check.blind, matrix=MATRIX),
        right=[1.1, 1, 1.3, torch.tensor(0.9)],
        wrong=[
            (-1, "never below 0"),
            (3.04, "below ln 21"),
            (20, "below ln 21"),
            (0, "sure, and right"),
            (0.223, "a background pixel cost"),
            (0.5, "Higher."),
            (2.5, "Lower."),
            ("low", "without quotes"),
        ],
    ),
    Case(
        partial(check.score, matrix=MATRIX),
        right=[MATRIX.mean_iou, round(MATRIX.mean_iou, 1), torch.tensor(MATRIX.mean_iou + 0.05)],
        wrong=[
            (50, "between 0 and 1"),
            (0.038, "no better than doing nothing"),
            (0, "no better than doing nothing"),
            (0.95, "thinner than its cells"),
            (0.2, "Too low"),
            (0.8, "Too high"),
            ("half", "without quotes"),
        ],
    ),
    Case(
        partial(check.smallest_step, matrix=MATRIX),
        right=["pixel accuracy", "Pixel Accuracy", "pixel_accuracy"],
        wrong=[
            ("mean accuracy", "treats all classes alike"),
            ("mean IoU", "treats all classes alike"),
            ("mean_iou", "treats all classes alike"),
            ("frequency weighted IoU", "another floor is higher"),
            ("frequency_weighted_iou", "another floor is higher"),
            ("accuracy", "One of the four"),
            (1, "word in quotes"),
        ],
    ),
    Case(
        partial(check.lowest, matrix=MATRIX),
        right=["aeroplane", "Bicycle", " bird "],
        wrong=[
            ("background", "largest and the easiest"),
            ("boat", "place 4 from below"),
            ("person", "place 15 from below"),
            ("potted plant", "place 16 from below"),
            ("tvmonitor", "place 20 from below"),
            ("giraffe", "none of VOC's classes"),
            (0.2, "word in quotes"),
        ],
    ),
    Case(
        check.minutes,
        right=[3.23, 3.2, 1464 * 30 / 226.7 / 60, np.float32(3.25)],
        wrong=[
            (193.7, "in seconds"),
            (0.0538, "in hours"),
            (0.11, "one epoch"),
            (6.46, "one epoch, and in seconds"),
            (2.46, "1114"),
            (0.53, "240"),
            (60, "in minutes"),
            ("3 minutes", "without quotes"),
        ],
    ),
]
