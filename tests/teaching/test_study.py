"""The study of choices: what it measures on cases that are known, and its table. Its trainings take an hour."""

import importlib.util

import pytest
import torch

from fcn_course.data.datasets import open_voc
from fcn_course.data.paths import CHECKOUT
from fcn_course.evaluation.scoring import evaluate
from tests.support.helpers import narrow_fcn, speak

FILE = CHECKOUT / "data" / "study_choices.py"


@pytest.fixture(scope="module")
def study():
    spec = importlib.util.spec_from_file_location("study_choices", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("shift", [-14, -2, 0, 6, 20])
def test_masks_that_were_moved_are_found_to_be(study, shift):
    truth = torch.zeros(120, 160, dtype=torch.int64)
    truth[40:70, 50:100], truth[72:80, 60:80] = 3, 255
    assert study.displaced([(torch.roll(truth, (shift, shift), (0, 1)), truth)]) == shift


def test_scores_are_those_of_the_set_and_of_its_band(study, few_voc):
    data = open_voc(few_voc, classes=("background", "a", "b", "c"))
    net = speak(narrow_fcn(stride=16), spread=1.0)
    scores = study.score(net, data)
    assert scores["mean IoU"] == pytest.approx(evaluate(net, data, precision="float32", progress=False).mean_iou)
    assert set(scores) == {*study.SCORES, study.DISPLACED}


def test_every_row_has_the_whole_budget_and_every_difference_its_rows(study):
    assert {sum(stages.values()) for stages, _, _ in study.ROWS.values()} == {study.EPOCHS}
    assert {name for pair in study.AGAINST for name in pair} <= set(study.ROWS)


def test_the_table_gives_mean_spread_and_differences_seed_by_seed(study):
    def runs(*values):
        return [dict.fromkeys(study.SCORES, value) | {study.DISPLACED: 2} for value in values]

    lines = study.table({"32s": runs(0.5, 0.6), "16s": runs(0.55, 0.63)}).splitlines()
    assert lines[2] == "| 32s |" + " 0.550 (0.500 to 0.600) |" * 3 + " 2, 2 |  |"
    assert lines[-1] == "| 16s − 32s |" + " **+0.040** (+0.050, +0.030) |" * 3
