"""Answers to the guesses of lecture 00."""

from functools import partial

import numpy as np
import torch

from fcn_course.teaching.checks import start_here as check
from tests.support.wrong_answers import Case

MASK = torch.zeros(10, 10, dtype=torch.int64)  # 70 background, 20 of class 5, 10 void
MASK[:2], MASK[2] = 5, 255
BLOBS = np.zeros((100, 100), bool)  # two patches, and a speck of 4 pixels
BLOBS[:30, :30] = BLOBS[60:80, 10:90] = BLOBS[40:42, 90:92] = True
BATCH = torch.zeros(1, 3, 40, 60)

CATALOGUE = [
    Case(
        check.names,
        right=[187_500, 500 * 375.0, np.int64(187_500)],
        wrong=[
            (875, "added"),
            (1750, "round"),
            (1, "classifier"),
            (21, "how many names there are to choose from"),
            (20, "how many names there are to choose from"),
            (562_500, "three colours"),
            (3_937_500, "scores"),
            ("many", "without quotes"),
            (200_000, "Multiply"),
        ],
    ),
    Case(
        check.mask_shape,
        right=[(375, 500), [375, 500], torch.Size([375, 500])],
        wrong=[
            ((3, 375, 500), "colours"),
            ((375, 500, 3), "colours"),
            ((500, 375), "rows come first"),
            ((1, 375, 500), "not even one"),
            ((21, 375, 500), "index"),
            (187_500, "one number"),
            ((375, 375), "sides"),
            ((1, 1, 375, 500), "no use"),
        ],
    ),
    Case(
        check.best_name,
        right=["academic gown", " Academic  Gown "],
        wrong=[
            ("woman", "none of the thousand"),
            ("officer", "none of the thousand"),
            ("face", "none of the thousand"),
            ("flag", "none of the thousand"),
            ("military uniform", "not the one that it puts first"),
            ("mortarboard", "not the one that it puts first"),
            (1, "in quotes"),
        ],
    ),
    Case(
        check.who_can_count,
        right=[
            ["detection", "instance", "panoptic"],
            ("Panoptic", " instance", "detection"),
            {"detection", "panoptic", "instance"},
        ],
        wrong=[
            (["detection", "semantic", "instance", "panoptic"], "one patch"),
            (["semantic"], "one patch"),
            (["classification"], "only once"),
            (["classification", "detection", "semantic", "instance", "panoptic"], "only once"),
            (["detection", "instance"], "Too few"),
            (["instance"], "Too few"),
            (["detektion", "instance", "panoptic"], "detektion is none of the five"),
            ("detection", "Answer with a list"),
        ],
    ),
    Case(
        check.scores_shape,
        right=[(1, 21, 375, 500), [1, 21, 375, 500], torch.Size([1, 21, 375, 500])],
        wrong=[
            ((1, 3, 375, 500), "goes in"),
            ((1, 21, 500, 375), "rows come first"),
            ((1, 20, 375, 500), "background"),
            ((1, 375, 500), "arg max"),
            ((1, 1, 375, 500), "arg max"),
            ((21, 375, 500), "batch"),
            ((1, 21), "whole picture"),
            ((1, 21, 12, 16), "enlarged"),
            ((1, 512, 12, 16), "enlarged"),
            ((375, 500), "Four numbers"),
            (21, "Four numbers"),
        ],
    ),
    Case(
        partial(check.patches, mask=BLOBS, objects=3),
        right=[2, 2.0, np.int64(2)],
        wrong=[
            (3, "objects, not patches"),
            (0, "at least once"),
            (1, "cross a gap"),
            (4, "Fewer"),
            (17, "Fewer"),
            (1.5, "whole number"),
            ("two", "without quotes"),
        ],
    ),
    Case(
        partial(check.lazy_share, mask=MASK),  # 70 of 90 judged pixels: 77.8 %
        right=[78, 70.0, 87, torch.tensor(80)],
        wrong=[
            (0.78, "per cent"),
            (22, "objects"),
            (1 / 21 * 100, "chance"),
            (0, "gets every pixel of the background right"),
            (100, "no object"),
            (60, "Too low"),
            (90, "Too high"),
            (120, "between 0 and 100"),
            (-3, "between 0 and 100"),
        ],
    ),
    Case(
        partial(check.channels, batch=BATCH),
        right=[40, 40.0, torch.tensor(40)],
        wrong=[
            (60, "third"),
            (3, "last"),
            (1, "batch"),
            (0, "(1, 40, 60, 3)"),
            (2400, "(1, 40, 60, 3)"),
            ((1, 40, 60, 3), "a number"),
        ],
    ),
    Case(
        partial(check.order, batch=BATCH),
        right=[(0, 3, 1, 2), [0, 3, 1, 2], np.array([0, 3, 1, 2])],
        wrong=[
            ((0, 2, 3, 1), "once more"),
            ((0, 1, 2, 3), "as it was"),
            ((0, 3, 2, 1), "on its side"),
            ((3, 0, 1, 2), "(3, 1, 40, 60)"),
            ((0, 1, 3, 2), "(1, 40, 3, 60)"),
            ((0, 1, 1, 2), "once each"),
            ((1, 3, 40, 60), "places"),
            ((0, 3), "four"),
        ],
    ),
]
