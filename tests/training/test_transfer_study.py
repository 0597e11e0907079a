"""The study of starts, small: what knows the classes says more after one epoch than the backbone after three."""

import numpy as np
import pytest

from fcn_course.data.labels import VOID
from fcn_course.training.recipes import Recipe
from tests.tools.transfer_study import CLASSES, EPOCHS, ThreeClasses, start, study, table


@pytest.fixture(scope="module")
def sets():
    return ThreeClasses("train", 8), ThreeClasses("val", 4)


def test_the_pictures_hold_the_three_classes_background_and_void_alone(sets):
    for data in sets:
        seen = set(np.unique(np.concatenate([mask.numpy().ravel() for _, mask in data.pairs])).tolist())
        assert seen <= {*range(len(CLASSES)), VOID} and len(seen) >= 4
        assert all(image.shape[1:] == mask.shape for image, mask in data)


def test_the_starts_differ_in_what_they_know():
    backbone, trunk, planes = (start(name) for name in EPOCHS)
    loud = [[bool(row.any()) for row in net.score["stride8"].weight.detach()] for net in (backbone, trunk, planes)]
    assert loud == [[False] * 4, [True, False, False, False], [True] * 4]


def test_the_table_gives_mean_and_spread():
    lines = table({"a": [[0.1, 0.2, 0.3], [0.3, 0.2, 0.5]], "b": [[0.5], [0.7]]}).splitlines()
    assert lines[2] == "| a | 0.200 (0.100 to 0.300) | 0.200 (0.200 to 0.200) | 0.400 (0.300 to 0.500) |"
    assert lines[3] == "| b | 0.600 (0.500 to 0.700) |  |  |"


def test_one_epoch_from_a_net_that_knows_the_classes_is_worth_three_from_the_backbone(sets):
    scores = study(*sets, [0], Recipe(crop=(160, 208)), device="cpu", precision="float32", progress=False)
    (backbone,), (planes,) = scores["backbone"], scores["FCN-8s, the same names"]
    assert (len(backbone), len(planes)) == (3, 1)
    assert 0.4 < planes[0] < 0.95 and 0.1 < backbone[-1] < 0.6  # where background alone gets a quarter of 0.8
    assert planes[0] > backbone[-1] + 0.05
