"""Answers to the guesses and readings of exercise 4."""

import numpy as np

from fcn_course.teaching.checks import skip_layers as check
from tests.support.wrong_answers import Case

MAPS = [(512, 11, 16), (256, 21, 32), (128, 42, 63)]
CATALOGUE = [
    Case(
        check.maps,
        right=[MAPS, [list(row) for row in MAPS], np.array(MAPS)],
        wrong=[
            ([(512, 10, 15), (256, 20, 31), (128, 41, 62)], "rounded down"),
            ([(512, 16, 11), (256, 32, 21), (128, 63, 42)], "Height first"),
            (MAPS[::-1], "the coarsest map, stride 32, comes first"),
            ([(512, 11, 16), (256, 22, 32), (128, 44, 64)], "doubled the coarsest map"),
            ([(512, 11, 16), (512, 21, 32), (512, 42, 63)], "only the last stage has 512"),
            ([(512, 11, 16), (1024, 21, 32), (2048, 42, 63)], "The planes go the other way"),
            ([(21, 11, 16), (21, 21, 32), (21, 42, 63)], "21 planes come after"),
            ([(512, 11), (256, 21), (128, 42)], "yours has 2"),
            ([512, 256, 128], "Answer with a list of 3"),
        ],
    ),
    Case(
        check.surplus,
        right=[[(1, 0), (0, 1)], [[1, 0], [0, 1]], np.eye(2)],
        wrong=[
            ([(0, 0), (0, 0)], "where 32 divides both sides"),
            ([(0, 1), (1, 0)], "Rows before columns"),
            ([(1, 0), (2, 1)], "which was cropped"),
            ([(-1, 0), (0, -1)], "count from its side"),
            ([(1, 1), (1, 1)], "or one more"),
            ([1, 0], "Answer with a list of 2"),
            (1, "Answer with a list of 2"),
        ],
    ),
    Case(
        check.first_gradients,
        right=[[True, False, False, True], (True, False, False, True), np.array([True, False, False, True])],
        wrong=[
            ([True, True, True, True], "could never learn"),
            ([True, True, False, True], "It holds no weight"),
            ([True, True, False, False], "mixed up"),
            ([True, False, False, False], "w is zero before"),
            ([True, False, True, True], "simply added"),
            ([False, False, False, True], "what is w·x + b"),
            ([False, False, False, False], "Something is zero"),
            ([False, True, False, True], "wants the true class's score to rise"),
            ([1, 0, 0, 1], "True or False"),
            (True, "a list of 4"),
        ],
    ),
    Case(
        check.reading,
        right=[[True, True, False], (True, True, False)],
        wrong=[
            ([True, True, True], "subtract twice"),
            ([False, False, False], "Pair the scores by seed"),
            ([False, False, True], "the other way round"),
            ([True, False, False], "seed by seed"),
            ([False, True, False], "seed by seed"),
            ([1, 1, 0], "True or False"),
            ([True, True], "yours has 2"),
            (["yes", "yes", "no"], "True or False"),
        ],
    ),
    Case(
        check.where,
        right=["thin", " Thin "],
        wrong=[
            ("thick", "had no cell of its own"),
            ("open", "seeds that disagree"),
            ("near", "about outlines"),
            ("away", "about outlines"),
            ("small", "about whole objects"),
            ("large", "about whole objects"),
            ("legs", "Choose among"),
            (["near", "thin"], "a word in quotes"),
        ],
    ),
]
