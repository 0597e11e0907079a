"""Answers to the guesses of lecture 03."""

import numpy as np
import torch

from fcn_course.teaching.checks import bilinear_kernel as check
from tests.support.wrong_answers import Case

CATALOGUE = [
    Case(
        check.between,
        right=[22.5, 45 / 2, torch.tensor(22.5), np.float32(22.5)],
        wrong=[
            (27.5, "Distances taken for weights"),
            (25, "mean of the four"),
            (20, "nearest pixel alone"),
            (15, "goes down but not across"),
            (17.5, "goes across but not down"),
            (10, "Do your four weights sum to 1?"),
            ("22.5", "without quotes"),
            ([22.5], "Answer with a number"),
        ],
    ),
    Case(
        check.rows,
        right=[[-0.25, 0.25, 0.75], (-1 / 4, 1 / 4, 3 / 4), torch.tensor([-0.25, 0.25, 0.75])],
        wrong=[
            ([0, 0.5, 1], "That is y/s"),
            ([0.25, 0.75, 1.25], "left out the last - 0.5"),
            ([0, 0.25, 0.75], "may lie outside the input"),
            ([0.5, 2.5, 4.5], "means to divide"),
            ([0, 0, 1], "do not round"),
            ([-0.5, 0, 0.5], "(y + 0.5)/s - 0.5"),
            (-0.25, "a list of 3"),
        ],
    ),
    Case(
        check.stamp,
        right=[[0.25, 0.75, 0.75, 0.25], np.array([1, 3, 3, 1]) / 4, (0.25, 0.75, 0.75, 0.25)],
        wrong=[
            ([0.125, 0.375, 0.375, 0.125], "two pixels must get 1 each"),
            ([0.75, 0.25, 0.25, 0.75], "inside out"),
            ([0.5, 0.5, 0.5, 0.5], "would be a box"),
            ([0, 1, 1, 0], "nearest neighbour"),
            ([0, 0.5, 1, 0.5], "No output pixel lies on the middle"),
            ([0.5, 1, 1, 0.5], "more from its neighbour"),
            ([0.2, 0.8, 0.8, 0.2], "same from both sides"),
            ([0.25, 0.75], "yours has 2"),
        ],
    ),
    Case(
        check.tent_of_three,
        right=[[0.5, 1, 0.5], (1 / 2, 1.0, 1 / 2), torch.tensor([0.5, 1, 0.5])],
        wrong=[
            ([0.25, 0.5, 0.25], "the top of a tent is 1"),
            ([1 / 3, 2 / 3, 1 / 3], "so that one is 1"),
            ([0, 1, 0], "It is 0 two steps from it"),
            ([0.25, 1, 0.25], "It falls half"),
            ([0.25, 0.75, 0.25], "belong to k = 4"),
            ([1, 1, 1], "not a tent"),
            ([0.25, 0.75, 0.75, 0.25], "a list of 3"),
        ],
    ),
    Case(
        check.band,
        right=[1, 1.0, np.int64(1)],
        wrong=[
            (0, "who gives it?"),
            (2, "That is s."),
            (3, "miss nothing"),
            (4, "kernel's size"),
            (16, "For which y is that below 0?"),
            ("one", "without quotes"),
        ],
    ),
    Case(
        check.border,
        right=[[0.516, 0.266], (1 - 15.5 / 32, (1 - 15.5 / 32) ** 2), [0.52, 0.27], torch.tensor([0.5156, 0.2659])],
        wrong=[
            ([0.266, 0.516], "wrong order"),
            ([0.5, 0.25], "lies 15.5 pixels"),
            ([0.484, 0.235], "the part that is missing"),
            ([0.516, 0.516], "in both directions"),
            ([0.516, 0.031], "multiplied"),
            ([0.75, 0.5625], "doubling"),
            ([1, 1], "no stamps from outside"),
            ([0, 0], "Something arrives"),
            ([0.9, 0.8], "1 minus 15.5/32"),
        ],
    ),
    Case(
        check.changed,
        right=[0, 0.0, np.int64(0)],
        wrong=[
            (153_600, "Most lie inside"),
            (24_576, "So many pixels lie in the band"),
            (4, "Even in the corners"),
            (1596, "on the very edge"),
            (1000, "Does the factor depend on the class?"),
            ("none", "without quotes"),
        ],
    ),
    Case(
        check.stamps,
        right=[[2, 1, 2, 1], (2, 1, 2, 1), np.array([2, 1, 2, 1])],
        wrong=[
            ([1, 2, 1, 2], "begins too late"),
            ([1, 1, 1, 1], "fit edge to edge"),
            ([2, 2, 2, 2], "kernel 4"),
            ([3, 3, 3, 3], "falls on another pixel"),
            ([1.5, 1.5, 1.5, 1.5], "the counts are whole"),
            ([2, 1, 1, 2], "count"),
            ([2, 1], "yours has 2"),
        ],
    ),
    Case(
        check.flat,
        right=[[2, 4], {4, 2}, np.array([2, 4])],
        wrong=[
            ([2], "0.5 + 0.5"),
            ([4], "count the stamps"),
            ([2, 3], "Divisible is not enough"),
            ([2, 3, 4], "four others to another"),
            ([1, 4], "you have just counted"),
            ([1, 2, 3, 4], "you have just counted"),
            ([3], "Take a kernel apart"),
            (2, "Answer with a list"),
        ],
    ),
    Case(
        check.weights,
        right=[[1_806_336, 86_016], (21 * 21 * 64 * 64, 21 * 64**2)],
        wrong=[
            ([86_016, 86_016], "each pair of classes"),
            ([86_016, 4096], "each pair of classes"),
            ([4096, 4096], "a single kernel"),
            ([1_806_336, 4096], "each of the 21 classes"),
            ([1_806_336, 1_806_336], "gives nothing to another class"),
            ([1_806_357, 86_016], "counted the biases"),
            ([86_016, 1_806_336], "wrong order"),
            ([451_584, 21_504], "kernels of 32 x 32"),
            ([1, 2], "only equal pairs start filled"),
        ],
    ),
    Case(
        check.starts,
        right=[[95, 4], (93.5, 4.8), np.array([97, 2])],
        wrong=[
            ([4, 95], "The order is bilinear"),
            ([0.95, 0.04], "Percent are asked"),
            ([95, 50], "coin with two sides"),
            ([95, 76], "bottle"),
            ([95, 95], "Training may bring them together"),
            ([5, 5], "no random kernel"),
            ([60, 30], "loses only what is thinner"),
        ],
    ),
]
