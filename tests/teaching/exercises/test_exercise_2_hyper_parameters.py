"""Exercise 2's functions against torch and the package, and the arithmetic that its text states."""

import statistics
from dataclasses import replace

import pytest
import torch
from torch import nn

from fcn_course.evaluation.metrics import ConfusionMatrix
from fcn_course.training.recipes import RECIPES, make_schedule
from tests.support.lecture_files import code_of, functions_of, text_of

EXERCISE = "solutions/2_hyper_parameters"


@pytest.fixture(scope="module")
def its():
    return functions_of(EXERCISE, book=RECIPES["book"])


def printed(cell_id):
    """What a cell printed when the solution was saved."""
    cell = next(cell for cell in code_of(EXERCISE) if cell.id == cell_id)
    return "".join(output.get("text", "") for output in cell.outputs)


@pytest.mark.parametrize(("rate", "momentum", "steps"), [(0.1, 0.9, 15), (0.03, 0.0, 4), (0.5, 0.5, 1)])
def test_travelled_is_the_way_of_torch(its, rate, momentum, steps):
    weight = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([weight], lr=rate, momentum=momentum)
    for _ in range(steps):
        weight.grad = torch.ones_like(weight)
        optimiser.step()
    assert its["travelled"](rate, momentum, steps) == pytest.approx(-weight.item())


@pytest.mark.parametrize("steps", [5, 15, 60, 137])
def test_one_cycle_is_the_packages(its, steps):
    optimiser = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1)
    factor = make_schedule(optimiser, replace(RECIPES["book"], schedule="one_cycle"), steps).lr_lambdas[0]
    assert [its["one_cycle"](step, steps) for step in range(steps)] == pytest.approx(list(map(factor, range(steps))))


@pytest.mark.parametrize("schedule", ["constant", "one_cycle", "poly"])
def test_the_share_that_a_schedule_leaves_of_fifteen_steps(its, schedule):
    recipe = replace(RECIPES["book"], loss="mean", lr=1.0, schedule=schedule)
    factor = make_schedule(torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1), recipe, 15).lr_lambdas[0]
    assert its["way_per_step"](recipe) == pytest.approx(statistics.fmean(map(factor, range(15))), abs=0.005)


@pytest.mark.parametrize(
    ("loss", "batch", "new_loss", "new_batch"), [("sum", 32, "mean", 8), ("mean", 4, "sum", 2), ("sum", 3, "sum", 6)]
)
def test_same_step_keeps_the_step(its, loss, batch, new_loss, new_batch):
    def step(rate, loss, batch):
        weight = torch.ones(1, requires_grad=True)
        losses = 3 * weight.expand(batch)
        losses.sum().backward() if loss == "sum" else losses.mean().backward()
        return rate * weight.grad.item()

    rate = its["same_step"](0.1, loss, batch, new_loss, new_batch)
    assert step(rate, new_loss, new_batch) == pytest.approx(step(0.1, loss, batch))


def test_draws_stay_in_their_bounds_and_fill_the_decades(its):
    recipes = its["drawn_settings"](3000, 0)
    rates = [recipe.lr for recipe in recipes]
    assert min(rates) >= 0.0001 and max(rates) <= 0.1
    assert sum(rate < 0.001 for rate in rates) == pytest.approx(1000, abs=100)
    assert sum(rate < 0.01 for rate in rates) == pytest.approx(2000, abs=100)
    assert {recipe.loss for recipe in recipes} == {"sum", "mean"} and {recipe.batch_size for recipe in recipes} == {32}


def test_summary_is_that_of_the_standard_library(its):
    scores = [0.3, 0.34, 0.41, 0.2]
    spread = statistics.stdev(scores)
    assert its["summary"](scores) == pytest.approx((statistics.fmean(scores), spread, spread / 2))


def test_mean_iou_of_pictures_is_that_of_their_set(its):
    generator = torch.Generator().manual_seed(0)
    pairs = [torch.randint(0, 4, (2, 5, 6), generator=generator) for _ in range(3)]
    whole = ConfusionMatrix(4)
    for pred, truth in pairs:
        whole.update(pred, truth)
    assert its["mean_iou"]([ConfusionMatrix(4).update(pred, truth) for pred, truth in pairs]) == whole.mean_iou


def test_the_saved_solution_says_what_its_text_says():
    assert "You predicted" in printed("experiment-4") and "False" not in printed("experiment-4")
    assert "True" in printed("experiment-7") and "False" not in printed("experiment-7")
    eight, four = (line for line in printed("luck").splitlines() if "looks better than it is by 0.0075" in line)
    assert eight.startswith("eight settings:") and eight.endswith("or more: False") and four.endswith("or more: True")
    assert all(code.outputs[-1]["data"] for code in code_of(EXERCISE) if code.id.endswith("-figure"))


def test_the_budget_in_the_text_is_the_checks():
    from fcn_course.teaching.checks.hyper_parameters import trials

    assert "**7,000 pictures**" in text_of(EXERCISE) and "96 windows, 5 times" in text_of(EXERCISE)
    assert trials((7000 - 6 * 96 * 5) // (96 * 5))
