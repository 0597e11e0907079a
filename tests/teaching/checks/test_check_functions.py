"""Trying out what a student programmed, whatever it does."""

import threading
import time
import warnings

import pytest
import torch

from fcn_course.teaching.checks import functions
from fcn_course.teaching.checks.advice import Advice, points
from fcn_course.teaching.checks.functions import all_close, check_tensor, try_function

RIGHT, WRONG = Advice(True, "Right."), Advice(False, "Not 1.")


def stub(x):
    """What a notebook holds at first."""


def test_a_value_comes_back_without_advice():
    assert try_function(lambda x, y=1: x + y, 2, y=3, hint="") == (5, None)


@pytest.mark.parametrize("nothing", [None, ..., "?", "", stub, lambda x: ...])
def test_what_gives_nothing_is_not_answered(nothing):
    value, advice = try_function(nothing, 1, hint="Add one.")
    assert value is None and advice == Advice(None, "Not answered yet. Add one.")


def test_a_result_handed_over_in_place_of_the_function_is_told():
    advice = try_function(5, 1, hint="Add one.").advice
    assert advice == Advice(False, "Hand over the function itself; you gave 5. Add one.")


def test_an_error_is_told_with_its_first_words():
    def broken(x):
        raise RuntimeError("shape '[2]'\n is invalid" + "!" * 500)

    advice = try_function(broken, 1, hint="Add one.").advice
    assert advice.right is False
    assert advice.text.startswith("`broken` stopped with RuntimeError: shape '[2]' is invalid!!!")
    assert advice.text.endswith("…. Add one.") and len(advice.text) < 300


def test_a_loop_without_an_end_is_left_alone(monkeypatch):
    monkeypatch.setattr(functions, "SECONDS", 0.2)
    ended = threading.Event()

    def endless(x):
        ended.wait(30)

    start = time.perf_counter()
    advice = try_function(endless, 1, hint="").advice
    ended.set()
    assert time.perf_counter() - start < 2
    assert advice == Advice(False, "`endless` did not end within 0.2 s. Is there an endless loop?")


def test_a_function_that_changes_what_it_is_given_does_no_harm():
    x = torch.zeros(2)
    assert try_function(lambda t: t.add_(1).sum().item(), x, hint="").value == 2
    assert not x.any()


def test_random_numbers_are_the_same_each_time_and_those_outside_go_on():
    torch.manual_seed(5)
    first, again = (try_function(lambda: torch.rand(3), hint="").value for _ in range(2))
    outside = torch.rand(1)
    torch.manual_seed(5)
    assert torch.equal(first, again) and torch.equal(outside, torch.rand(1))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([1, 2], "Give a tensor of shape (2, 3); yours gives [1, 2]. Rows first."),
        (torch.zeros(3, 2), "Asked is the shape (2, 3); yours is (3, 2). Rows first."),
        (torch.full((2, 3), torch.nan), "There are numbers in it that are none (nan or inf). Rows first."),
    ],
)
def test_what_is_no_such_tensor_is_told(value, words):
    assert check_tensor(value, (2, 3), "Rows first.") == Advice(False, words)


def test_such_tensors_pass():
    assert check_tensor(torch.zeros(2, 3), (2, 3), "") is None
    assert check_tensor(torch.zeros(2, 3, dtype=torch.long), (2, 3), "") is None


def test_alike_looks_at_shape_and_numbers():
    x = torch.rand(2, 3, requires_grad=True)
    assert all_close(x, x.detach() + 1e-6) and all_close(torch.tensor([1]), torch.tensor([1.0]))
    assert not all_close(x, x.detach() + 1e-2) and not all_close(x, x.detach()[:1])


def test_points_are_the_share_of_what_is_right():
    assert points(3, RIGHT, RIGHT) == 3.0
    assert points(3, RIGHT, WRONG, Advice(None, "Not answered yet.")) == 1.0
    assert points(2, WRONG) == 0.0
    assert points(1, RIGHT, WRONG, WRONG) == 0.33


def test_a_function_that_warns_is_heard_all_the_same():
    def old(x):
        warnings.warn("old", UserWarning, stacklevel=1)
        return x

    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert try_function(old, 3, hint="").value == 3
        assert not seen
        warnings.warn("heard again", UserWarning, stacklevel=1)
    assert len(seen) == 1
