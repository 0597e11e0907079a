"""Answers to the guesses of lecture 04."""

from functools import partial

import numpy as np
import torch

from fcn_course.teaching.checks import voc_dataset as check
from tests.support.wrong_answers import Case

TRAIN, VAL = [f"t{i}" for i in range(240)], [f"v{i}" for i in range(80)]
# 181 flat and large pictures, 29 upright ones, 28 small ones, and 2 too small in both directions but upright
SIZES = [(375, 500)] * 181 + [(500, 375)] * 29 + [(300, 470)] * 20 + [(333, 450)] * 10
COUNTS = [80_000, *[1_000] * 20]  # 80 %
LABELS = ("__ignore__", "_background_", "hull", "sail")

CATALOGUE = [
    Case(
        partial(check.names_in_both, train=TRAIN, val=VAL),
        right=[0, 0.0, np.int64(0), torch.tensor(0)],
        wrong=[
            (80, "no picture be left to examine the net"),
            (240, "the whole of train would be examined"),
            (320, "that is trainval"),
            (40, "How many of these do you want?"),
            (1, "learned from and then used to examine"),
            ("none", "Answer with a number, without quotes"),
            ([0], "Answer with a number"),
        ],
    ),
    Case(
        check.boat_as_grey,
        right=[(15, "person"), [15.0, "Person"], np.array([15, "person"], object)],
        wrong=[
            ((14, "motorbike"), "rounded to the nearest whole number, not cut"),
            ((14, "person"), "14.59 is rounded"),
            ((14.592, "person"), "a whole number: round"),
            ((128, "none"), "the blue alone"),
            ((43, "none"), "the weights are not equal"),
            ((4, "boat"), "the index in the file"),
            ((15, "boat"), "The number is right. Which class stands at this place"),
            ((15, "motorbike"), "Count the classes from 0"),
            ((15, "pottedplant"), "Count the classes from 0"),
            ((15, "void"), "the second the class that has this number"),
            ((0, "background"), "The first is the number"),
            (15, "a list of 2"),
            (("person", 15), "Answer with a number, without quotes"),
        ],
    ),
    Case(
        check.book_void,
        right=[0, 0.0, torch.tensor(0)],
        wrong=[
            (255, "So says the file"),
            (20, "tvmonitor"),
            (21, "No line of the table adds a class"),
            (-1, "How did it begin?"),
            (220, "never set"),
            ("background", "Answer with a number, without quotes"),
        ],
    ),
    Case(
        partial(check.iou_by_book, boat=100_000, void=18_000),
        right=[0.847, 100 / 118, 0.86, np.float32(0.85)],
        wrong=[
            (84.7, "Give a share of 1, not per cent"),
            (1, "With the file's mask it is"),
            (0.18, "void for each pixel of boat"),
            (0.82, "add it below the line"),
            (0, "Boat is still boat in both"),
            (0.5, "these and the void"),
            (0.95, "share the boat's own pixels"),
        ],
    ),
    Case(
        partial(check.places, picture=(333, 500), window=(320, 480)),
        right=[294, 14 * 21, 294.0],
        wrong=[
            (13 * 20, "row 0, too, and on row 13"),
            (14 * 20, "The rows are right"),
            (13 * 21, "The columns are right"),
            (14 + 21, "multiply"),
            (13 + 20, "row 0 is a place as well"),
            (333 * 500, "lie inside it as a whole"),
            (1, "room to move"),
            (15 * 22, "Places for the top edge × places for the left edge"),
            ([14, 21], "Answer with a number"),
        ],
    ),
    Case(
        partial(check.dropped, sizes=SIZES),
        right=[59, 55, 64, 59.0],
        wrong=[
            (181, "So many stay"),
            (29, "upright"),
            (240, "Most photographs lie flat"),
            (0, "the upright ones too"),
            (100, "most lie flat and are large enough"),
            (45, "What is upright is not"),
            (1114, "most lie flat"),
        ],
    ),
    Case(
        partial(check.background_share, counts=COUNTS),
        right=[80, 78.5, 83, np.float64(80.1)],
        wrong=[
            (0.8, "Give per cent"),
            (20, "left for the 20 classes of things"),
            (4.8, "if all classes had equally many pixels"),
            (50, "More than that"),
            (65, "half as high and half as wide"),
            (99, "How much is left?"),
            ("80 %", "Answer with a number, without quotes"),
        ],
    ),
    Case(
        partial(check.floor, share=0.8),
        right=[[1 / 21, 0.8 / 21, 0.64], (0.048, 0.038, 0.64), np.array([0.0476, 0.0381, 0.64])],
        wrong=[
            ([4.76, 3.81, 64.0], "Give shares of 1"),
            ([0.8, 0.038, 0.64], "the pixels' share does not count here"),
            ([0.05, 0.038, 0.64], "background with them"),
            ([1, 0.038, 0.64], "of each other class nothing"),
            ([0.048, 0.8, 0.64], "then the mean over all 21 classes"),
            ([0.048, 0.048, 0.64], "not all are background"),
            ([0.048, 0.04, 0.64], "then the mean over all classes, background with them"),
            ([0.048, 0.038, 0.8], "Both are 0.8"),
            ([0.048, 0.038, 0.038], "no mean is taken"),
            ([0.048, 0.038, 1], "Neither is 1"),
            ([0.2, 0.3, 0.4], "Mean accuracy"),
            ([0.048, 0.038], "a list of 3"),
            (0.048, "a list of 3"),
        ],
    ),
    Case(
        check.batch_shapes,
        right=[((8, 3, 320, 480), (8, 320, 480)), [[8, 3, 320, 480], torch.Size([8, 320, 480])]],
        wrong=[
            (((8, 3, 320, 480), (8, 1, 320, 480)), "the 1 is too much"),
            (((8, 3, 320, 480), (8, 3, 320, 480)), "not three"),
            (((8, 3, 320, 480), (8, 21, 320, 480)), "the net's scores"),
            (((8, 3, 320, 480), (8,)), "one number for each picture"),
            (((8, 3, 320, 480), (320, 480)), "where is the batch?"),
            (((3, 320, 480), (8, 320, 480)), "where is the batch?"),
            (((3, 320, 480), (320, 480)), "one pair"),
            (((8, 320, 480, 3), (8, 320, 480)), "before the rows"),
            (((8, 3, 480, 320), (8, 480, 320)), "rows, then columns"),
            (((8, 320, 480), (8, 320, 480)), "red, green and blue"),
            (((8, 3, 375, 500), (8, 375, 500)), "(N, C, H, W)"),
            ((8, 3, 320, 480), "a list of 2"),
        ],
    ),
    Case(
        partial(check.index_of, name="sail", lines=LABELS),
        right=[2, 2.0, np.uint8(2)],
        wrong=[
            (3, "with `__ignore__`"),
            (4, "Count from 0, and leave out"),
            (1, "belongs to `_background_`"),
            (255, "what `__ignore__` becomes"),
            (-1, "labelme calls"),
            (0, "Count the names from 0"),
            ("sail", "Answer with a number"),
        ],
    ),
]
