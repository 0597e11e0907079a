"""Exercise 6: its broken lines are the patients', its list is the package's, its mends do what they should."""

import ast
import inspect
import re

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from fcn_course.teaching.exercises.clinic import broken
from fcn_course.teaching.exercises.clinic.diseases import DISEASES, HAS
from fcn_course.training.losses import mean_loss
from fcn_course.training.recipes import Recipe
from tests.support.exercise_files import outside, solution_of, text_in
from tests.support.lecture_files import functions_of

BROKEN = ("predict_masks", "enlarge", "read_labels", "crop", "recipe", "pixel_loss")


@pytest.fixture(scope="module")
def exercise():
    return functions_of("solutions/6_clinic")


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_to_be_mended_is_what_made_the_patient_ill(name):
    cells = [outside(cell.source) for cell in solution_of("6_clinic").cells if cell.cell_type == "code"]
    (cell,) = [source for source in cells if f"def {name}(" in source]
    (shown,) = [node for node in ast.parse(cell).body if isinstance(node, ast.FunctionDef)]
    (ours,) = ast.parse(inspect.getsource(getattr(broken, name))).body
    assert ast.dump(shown) == ast.dump(ours)


def test_the_list_is_the_packages():
    rows = dict(re.findall(r'^\| `"(\w+)"` \| (.+) \|$', text_in(solution_of("6_clinic")), re.M))
    assert rows == DISEASES


def test_the_answers_are_the_diseases():
    code = "\n".join(cell.source for cell in solution_of("6_clinic").cells if cell.cell_type == "code")
    assert dict(re.findall(r'^diagnosis_(\w) = "(\w+)"', code, re.M)) == {k.lower(): v for k, v in HAS.items()}


def test_enlarged_scores_are_torchs_away_from_the_border(exercise):
    scores = torch.randn(2, 3, 5, 6, generator=torch.Generator().manual_seed(0))
    ours, torchs = exercise["enlarge"](scores, (75, 90), 16), F.interpolate(scores, scale_factor=16, mode="bilinear")
    assert ours.shape == (2, 3, 75, 90)
    torch.testing.assert_close(ours[..., 8:72, 8:88], torchs[..., 8:72, 8:88])


def test_labels_are_those_of_the_file(exercise, tmp_path):
    from tests.support.helpers import save_mask

    indices = np.array([[0, 4, 7, 15, 20, 255]])
    save_mask(tmp_path / "mask.png", indices)
    assert exercise["read_labels"](tmp_path / "mask.png").tolist() == indices.tolist()


def test_windows_of_picture_and_mask_are_one(exercise):
    image, mask = torch.arange(3 * 20 * 30).view(3, 20, 30), torch.arange(20 * 30).view(20, 30)
    for seed in range(20):
        part, labels = exercise["crop"](image, mask, (10, 12), np.random.default_rng(seed))
        assert part.shape == (3, 10, 12) and torch.equal(part[0], labels)


def test_the_loss_is_the_packages(exercise):
    scores, masks = torch.randn(2, 5, 4, 6), torch.randint(5, (2, 4, 6))
    masks[0, :2] = 255
    torch.testing.assert_close(exercise["pixel_loss"](scores, masks), mean_loss(scores, masks))


def test_the_recipe_keeps_the_budget(exercise):
    value, sick = exercise["recipe"](), broken.recipe()
    assert isinstance(value, Recipe) and (value.batch_size, value.epochs) == (sick.batch_size, sick.epochs)
