"""Answers to the guesses of lecture 02."""

import numpy as np
import torch

from fcn_course.teaching.checks import shape_arithmetic as check
from tests.support.wrong_answers import Case

CATALOGUE = [
    Case(
        check.sizes,
        right=[[320, 160, 80, 40, 20, 10], (320, 160.0, 80, 40, 20, 10), torch.tensor([320, 160, 80, 40, 20, 10])],
        wrong=[
            ([480, 240, 120, 60, 30, 15], "across"),
            ([320, 157, 78, 38, 18, 8], "padding"),
            ([320, 157, 78, 38, 18, 10], "padding"),
            ([320, 161, 81, 41, 21, 11], "kernel"),
            ([320, 318, 316, 314, 312, 310], "subtracts"),
            ([320, 160, 80, 40, 30, 10], "after 40"),
            ([320, 160, 160, 80, 40, 10], "after 160"),
            ([320, 80, 40, 20, 15, 10], "after 320"),
            ([160, 80, 40, 20], "yours has 4"),
        ],
    ),
    Case(
        check.heights,
        right=[32, 32.0, np.int64(32)],
        wrong=[
            (1, "319"),
            (2, "first"),
            (5, "multiply"),
            (10, "multiply"),
            (31, "both ends"),
            (320, "rows"),
            (64, "six"),
            ("32", "without quotes"),
        ],
    ),
    Case(
        check.length,
        right=[10, 10.0, torch.tensor(10)],
        wrong=[
            (16, "side by side"),
            (8, "last stamp"),
            (7, "last stamp"),
            (6, "last stamp"),
            (12, "steps"),
            (4, "grows"),
            ([10], "a number"),
        ],
    ),
    Case(
        check.up,
        right=[480, 480.0, torch.tensor(480)],
        wrong=[
            (320, "down"),
            (512, "cut"),
            (496, "both"),
            (544, "cuts"),
            (448, "kernel"),
            (960, "steps"),
            (15, "enlarges"),
        ],
    ),
    Case(
        check.odd,
        right=[[51, 49], (51, 49), np.array([51, 49])],
        wrong=[
            ([50, 50], "whole"),
            ([49, 51], "more padding"),
            ([55, 55], "cuts"),
            ([53, 52], "both sides"),
            ([59, 61], "reverse"),
            ([56, 54], "nine steps"),
            ([51, 50], "2 pixels"),
            (50, "list of 2"),
        ],
    ),
    Case(
        check.pairs,
        right=[[(4, 0), (6, 1), (8, 2)], {(8, 2), (6, 1), (4, 0)}, np.array([[8, 2], [4, 0], [6, 1]])],
        wrong=[
            ([(4, 0), (6, 1), (8, 4)], "kernel 8 with padding 4 makes 36"),
            ([(4, 0), (6, 1), (8, 0)], "kernel 8 with padding 0 makes 44"),
            ([(4, 0), (5, 0.5), (8, 2)], "whole"),
            ([(4, 0), (6, 1), (10, 3)], "beyond 8"),
            ([(4, 0), (1, 6), (2, 8)], "kernel first"),
            ([(4, 0), (8, 2)], "there are 3"),
            ([(4, 0), (4, 0), (8, 2)], "twice"),
            ([4, 6, 8], "pairs"),
            (8, "list"),
        ],
    ),
    Case(
        check.photograph,
        right=[[[12, 16], [384, 512]], ((12, 16), (384, 512)), torch.tensor([[12, 16], [384, 512]])],
        wrong=[
            ([[16, 12], [512, 384]], "height first"),
            ([[11, 15], [352, 480]], "round up"),
            ([[11.71875, 15.625], [375, 500]], "whole"),
            ([[12, 16], [375, 500]], "32 times"),
            ([[12, 15], [384, 480]], "after the other"),
            ([[12, 16], [416, 544]], "rule"),
            ([12, 16], "a list of 2"),
        ],
    ),
    Case(
        check.starts,
        right=[[0, 15.5], (0.0, 15.5), np.array([0, 15.5])],
        wrong=[
            ([15.5, 0], "other way"),
            ([15.5, 15.5], "padding pulls"),
            ([0, 0], "no padding"),
            ([0, 2.5], "jump"),
            ([0, 31], "half"),
            ([0, 16], "half a pixel"),
            ([16, 16], "half a pixel"),
            ([217, 105.5], "padding pulls it back"),
            ([0, 7.5], "half a jump"),
        ],
    ),
    Case(
        check.middles,
        right=[[128, 143.5], (128.0, 143.5), torch.tensor([128, 143.5])],
        wrong=[
            ([143.5, 128], "other way"),
            ([128, 128], "stamp"),
            ([143.5, 143.5], "start"),
            ([128, 144], "63 steps"),
            ([128, 112], "begins"),
            ([160, 175.5], "from 0"),
            ([4, 4.5], "jump"),
        ],
    ),
    Case(
        check.crops,
        right=[[9, 31], (9, 31.0), np.array([9, 31])],
        wrong=[
            ([31, 9], "order"),
            ([72, 31], "pixels"),
            ([-9, -31], "sign"),
            ([5, 27], "16s"),
            ([9, 27], "second step"),
            ([9, 23.5], "middle of the first stamp"),
            ([10, 31], "whole cells"),
        ],
    ),
]
