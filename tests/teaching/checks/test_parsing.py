"""Numbers out of whatever a student hands over."""

from fractions import Fraction

import numpy as np
import pytest
import torch

from fcn_course.teaching.checks.parsing import as_integers, as_number, as_numbers, as_numbers_or_pairs

NO_NUMBERS = [None, ..., "3", True, np.bool_(True), float("nan"), -float("inf"), 10**400, 1j, [], object(), len]


class Odd:
    """It has the names that are asked for, and each of them fails."""

    def item(self):
        raise KeyError("odd")

    tolist = item

    def __iter__(self):
        raise KeyError("odd")


@pytest.mark.parametrize(
    "answer",
    [
        3,
        3.0,
        Fraction(6, 2),
        np.int64(3),
        np.float32(3),
        np.array(3),
        np.array([[3]]),
        torch.tensor(3),
        torch.ones(1) * 3,
    ],
)
def test_a_number_of_any_kind_is_one(answer):
    found = as_number(answer)
    assert found == 3 and type(found) is float
    assert as_numbers([answer, 4]) == [3, 4]


@pytest.mark.parametrize("answer", [*NO_NUMBERS, torch.ones(2), np.ones(2), torch.tensor(float("nan")), Odd()])
def test_what_holds_no_finite_number_is_none(answer):
    assert as_number(answer) is None
    assert as_numbers([4, answer]) is None


def test_numbers_come_from_all_that_can_be_gone_through():
    for answers in ([1, 2], (1, 2), np.array([1, 2]), torch.tensor([1.0, 2.0]), range(1, 3)):
        assert as_numbers(answers) == [1, 2]
    assert as_numbers([]) == []
    assert as_numbers(3) is None and as_numbers(Odd()) is None and as_numbers(torch.tensor(3)) is None


def test_pairs_among_numbers_are_tuples():
    assert as_numbers_or_pairs([(6, 1), [4, 0]]) == [(6, 1), (4, 0)]
    assert as_numbers_or_pairs(torch.tensor([[6, 1], [4, 0]])) == [(6, 1), (4, 0)]
    assert as_numbers_or_pairs({3}) == as_numbers_or_pairs(np.array([3])) == [3]


@pytest.mark.parametrize("answer", [None, 3, "words", [None], [3, "a"], [(1, "a")], [10**400]])
def test_an_answer_with_anything_else_gives_an_empty_list(answer):
    assert as_numbers_or_pairs(answer) == []


def test_integers_come_from_lists_and_arrays():
    for answer in ([0, 96], (0, 96), range(0, 97, 96), np.array([0, 96]), torch.tensor([0, 96]), [np.int64(0), 96]):
        found = as_integers(answer)
        assert found == [0, 96] and all(type(number) is int for number in found)


@pytest.mark.parametrize("answer", [None, 3, "12", {0, 1}, [0.0], [True], np.array([0.5]), torch.tensor(3), [[0]]])
def test_what_is_no_list_of_integers_is_none(answer):
    assert as_integers(answer) is None


def test_endless_lists_are_not_gone_through():
    assert as_integers(range(5), most=5) == [0, 1, 2, 3, 4]
    assert as_integers(range(6), most=5) is None and as_integers(range(10**15)) is None
