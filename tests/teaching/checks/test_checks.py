"""Every check against its catalogue in ``wrong_answers``, and what all checks share."""

import importlib
import inspect
import time

import numpy as np
import pytest
import torch

from fcn_course.teaching.checks.advice import Advice, as_text, is_answered, judge
from tests.support.wrong_answers.table import checks_in, modules, written

CATALOGUE = [
    pytest.param(case, id=f"{name}.{case.name}")
    for name in modules()
    for case in importlib.import_module(f"tests.support.wrong_answers.{name}").CATALOGUE
]
every_check = pytest.mark.parametrize("case", CATALOGUE)
ODD = [
    "words",
    float("nan"),
    float("inf"),
    -1,
    10**30,
    -(10**400),
    10**4000,  # of a longer one Python refuses to make a text, for this test too
    True,
    [],
    {},
    {"a": 1},
    [[1], [2, 3]],
    object(),
    len,
    b"x",
    1j,
    np.array([]),
    np.array(["a", None], object),
    torch.zeros(2, 0),
    torch.full((3, 3), float("nan")),
    torch.zeros(2, requires_grad=True),
]


@every_check
def test_right_answers_pass(case):
    assert len({repr(answer) for answer in case.right}) >= 2
    for answer in case.right:
        advice = case.check(answer)
        assert advice.right is True, f"{answer!r}: {advice}"


@every_check
def test_wrong_answers_get_the_advice_that_fits(case, request, record_property):
    check = f"{request.node.callspec.id.partition('.')[0]}.{case.name}"
    assert len({repr(answer) for answer, _ in case.wrong}) >= 6
    for answer, words in case.wrong:
        advice = case.check(answer)
        record_property("wrong answer", (check, written(answer), advice.text))  # for the table at the end
        assert advice.right is False, f"{answer!r}: {advice}"
        assert words and words in advice.text, f"{answer!r}: {advice}"


@every_check
def test_the_catalogue_knows_at_least_three_slips(case):
    assert len({case.check(answer).text.partition(". ")[2] for answer, _ in case.wrong}) >= 3


@every_check
@pytest.mark.parametrize("nothing", [None, ..., "?", "", [...], [1, ...], (None, 2)], ids=repr)
def test_no_answer_gets_a_friendly_word(case, nothing):
    advice = case.check(nothing)
    assert advice.right is None
    assert advice.text.startswith("Not answered yet. ")


@every_check
def test_what_a_notebook_holds_at_first_gets_a_friendly_word(case):
    for nothing in case.unanswered:
        advice = case.check(nothing)
        assert advice.right is None, f"{nothing!r}: {advice}"
        assert advice.text.startswith("Not answered yet. ")


@every_check
def test_no_answer_of_any_kind_breaks_it(case):
    for odd in ODD:
        if any(type(odd) is type(answer) and repr(odd) == repr(answer) for answer in case.right):
            continue
        start = time.process_time()
        advice = case.check(odd)
        assert isinstance(advice, Advice) and not advice, f"{odd!r}: {advice}"
        assert len(advice.text) < 1000
        assert time.process_time() - start < 20, "a check must not look as if it hung"


@pytest.mark.parametrize("name", modules())
def test_every_check_has_a_catalogue(name):
    module = importlib.import_module(f"fcn_course.teaching.checks.{name}")
    checks = checks_in(name)
    catalogue = importlib.import_module(f"tests.support.wrong_answers.{name}").CATALOGUE
    assert checks and {case.name for case in catalogue} == checks
    assert checks <= set(dir(module)), "a check is called by its package's name, so the package hands it on"
    assert all(inspect.getdoc(getattr(module, key)) for key in checks)


@pytest.mark.parametrize("nothing", [None, ..., "", " ? ", "...", [], [1, None], {"a": ...}, {}, ([1, "?"], 2), set()])
def test_what_is_no_answer(nothing):
    assert not is_answered(nothing)


@pytest.mark.parametrize("something", [0, False, "a", [0], {"a": 0}, np.zeros(1), torch.zeros(1)])
def test_what_is_an_answer(something):
    assert is_answered(something)


@pytest.mark.parametrize(
    ("guess", "truth"),
    [
        (10, 10.0),
        ((10, 15), [10, 15]),
        (torch.tensor([10, 15]), (10, 15)),
        (np.float32(0.5), 0.5),
        (torch.Size([1, 512, 10, 15]), (1, 512, 10, 15)),
        (" Linear ", "linear"),
        (["b", "A", "b"], {"a", "b"}),
        ({2, 1}, {1, 2}),
        (None, None),
        ([[1, 2], [3]], [[1, 2], [3]]),
    ],
)
def test_the_same_answer_in_another_form(guess, truth):
    advice = judge(guess, truth, hint="Hint.", why="So it is.")
    if guess is None:
        assert advice.right is None
    else:
        assert advice == Advice(True, "Right. So it is.")


@pytest.mark.parametrize(
    ("guess", "truth", "words"),
    [
        ("10", 10, "Answer with a number, without quotes; you gave 10. Hint."),
        (True, 1, "Answer with a number, without quotes; you gave True. Hint."),
        (float("nan"), 1, "nan is no number that a size or a share can have. Hint."),
        (3, "a", "Answer with a word in quotes; you gave 3. Hint."),
        (1, True, "Answer with True or False; you gave 1. Hint."),
        ([1], 1, "Answer with a number, without quotes; you gave [1]. Hint."),
        (1, [1, 2], "Answer with a list of 2; you gave 1. Hint."),
        ([1, 2, 3], [1, 2], "Answer with a list of 2; yours has 3. Hint."),
        ([1, "b"], [1, 2], "Answer with a number, without quotes; you gave b. Hint."),
        ("ab", {"a", "b"}, "Answer with a list; you gave ab. Hint."),
        ([2, 1], [1, 2], "Not [2, 1]. Height first."),
        (3.5, 4, "Not 3.5. Hint."),
    ],
)
def test_a_wrong_answer_is_told_what_is_wrong_with_it(guess, truth, words):
    advice = judge(guess, truth, hint="Hint.", why="", slips=[([2, 1], "Height first.")])
    assert advice == Advice(False, words)


def test_a_tolerance_is_kept_to_both_sides():
    for guess, right in ((0.449, False), (0.4501, True), (0.55, True), (0.5501, False)):
        assert judge(guess, 0.5, hint="Hint.", why="", atol=0.05).right is right


def test_a_long_answer_is_cut():
    assert len(as_text(list(range(1000)))) <= 60


def test_advice_is_read_without_colour_and_without_html():
    advice = judge("<b>", "linear", hint="Take `nn.Linear` & look.", why="")
    assert repr(advice) == "✗ Not <b>. Take `nn.Linear` & look."
    assert "Not &lt;b&gt;. Take <code>nn.Linear</code> &amp; look." in advice._repr_html_()
    assert not advice
    assert repr(Advice(True, "Yes.")) == "✓ Yes." and Advice(True, "Yes.")
    assert repr(Advice(None, "Later.")) == "… Later."
