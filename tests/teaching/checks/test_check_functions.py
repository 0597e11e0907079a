"""Trying out what a student programmed, whatever it does."""

import threading
import time
import warnings

import pytest
import torch

from fcn_course.teaching.checks import functions
from fcn_course.teaching.checks.advice import Advice, points
from fcn_course.teaching.checks.functions import (
    all_close,
    check_tensor,
    compare_calls,
    numbers_close,
    one_line,
    try_function,
    try_in_place,
)

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


def test_what_a_function_does_to_its_inputs_can_be_looked_at():
    x = torch.zeros(2)
    assert try_in_place(lambda t: t.add_(1).sum().item(), x, hint="").value == 2
    assert x.tolist() == [1, 1]
    assert try_in_place(5, x, hint="Add one.") == try_function(5, x, hint="Add one.")


def test_what_is_tried_in_place_stops_under_its_own_name_or_under_another():
    def broken(x):
        raise RuntimeError("no")

    assert try_in_place(broken, 1, hint="").advice.text.startswith("`broken` stopped with RuntimeError: no.")
    assert try_in_place(broken, 1, hint="", name="loss").advice.text.startswith("`loss` stopped with RuntimeError: no.")


def doubled(function):
    """The advice on a function that should give twice its input."""
    models = [(lambda x, *_: x**2, "That is its square.")]
    return compare_calls(
        function, [(2,), (3,)], lambda x: 2 * x, hint="Add it to itself.", why="Two of them.", models=models
    )


def plain(x):
    return x


@pytest.mark.parametrize(
    ("function", "advice"),
    [
        (lambda x: x + x + 1e-8, Advice(True, "Right. Two of them.")),
        (stub, Advice(None, "Not answered yet. Add it to itself.")),
        # right for 2, so the advice speaks of 3
        (lambda x: x**2, Advice(False, "`<lambda>(3)` should give 6; yours gives 9. That is its square.")),
        (plain, Advice(False, "`plain(2)` should give 4; yours gives 2. Add it to itself.")),
        (str, Advice(False, "Give one number; `str(2)` gave 2. Add it to itself.")),
        (float, Advice(False, "`float(2)` should give 4; yours gives 2. Add it to itself.")),
    ],
)
def test_a_function_of_numbers_is_held_against_the_right_one(function, advice):
    assert doubled(function) == advice


def test_words_among_the_inputs_are_shown_in_quotes():
    advice = compare_calls(lambda x, how: 0, [(0.5, "sum")], lambda x, how: 1, hint="", why="", models=[])
    assert advice.text.startswith('`<lambda>(0.5, "sum")` should give 1; yours gives 0.')


def test_numbers_are_close_to_float32():
    assert numbers_close([1e4, 0.0], [1e4 + 0.5, 1e-7]) and not numbers_close([1e4, 0.0], [1e4 + 2, 0.0])


def test_an_error_of_many_lines_is_one_line():
    assert one_line(ValueError("a\n  b")) == "a b"
    assert one_line("x" * 400, 400) == "x" * 400 and one_line("x" * 401, 400) == "x" * 399 + "…"


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
