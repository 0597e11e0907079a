"""How long a run takes, told from its first steps: by a clock that is played, and by fit."""

import pytest

from fcn_course.data.datasets import open_voc
from fcn_course.training import pace
from fcn_course.training.loop import fit
from fcn_course.training.pace import Pace, format_duration
from fcn_course.training.recipes import Recipe
from tests.support.helpers import narrow_fcn


@pytest.fixture
def clock(monkeypatch):
    """Steps of 2 seconds; the first, which is not counted, ends at 100."""
    times = iter(range(100, 1000, 2))
    monkeypatch.setattr(pace.time, "perf_counter", lambda: next(times))


def test_the_fourth_step_tells_and_no_other(clock):
    told = Pace(60)
    found = [told.after_step(True) for _ in range(10)]
    assert found == [None, None, None, 60 * 2.0] + [None] * 6


def test_it_waits_until_the_device_was_waited_for(clock):
    told = Pace(500)
    assert [told.after_step(step % 50 == 0) for step in range(1, 101)] == [None] * 49 + [500 * 2.0] + [None] * 50


def lines(text):
    return [line for line in text.splitlines() if "of training" in line]


def test_fit_says_it_once_and_counts_what_is_left_to_do(tiny_voc, tmp_path, capsys, monkeypatch):
    train_set, recipe = open_voc(tiny_voc, "train"), Recipe(crop=(32, 32), epochs=2)
    left = []
    monkeypatch.setattr(
        Pace, "after_step", lambda self, waited: left.append(self.steps) or (70.0 if len(left) == 4 else None)
    )
    options = {"device": "cpu", "precision": "float32", "out": tmp_path}
    answers = iter([False] * 6 + [True])
    fit(narrow_fcn(), train_set, None, recipe, stop=lambda: next(answers), **options)
    assert lines(capsys.readouterr().out) == ["about 70 s of training, scoring not counted"]
    assert left == [12] * 6  # two epochs of six steps; after the first, where a stop is asked for too, it is stopped
    left.clear()
    fit(narrow_fcn(), train_set, None, recipe, **options)
    assert left == [6] * 6


def test_fit_says_nothing_where_nobody_listens_or_it_is_over_at_once(tiny_voc, capsys):
    train_set = open_voc(tiny_voc, "train")
    fit(narrow_fcn(), train_set, None, Recipe(crop=(32, 32), epochs=1), device="cpu", progress=False)
    fit(narrow_fcn(), train_set, None, Recipe(crop=(32, 32), epochs=1, batch_size=24), device="cpu")
    assert lines(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "1 s"), (8.4, "8 s"), (44, "40 s"), (94, "90 s"), (96, "2 min"), (1000, "17 min")]
)
def test_durations_are_as_rough_as_they_were_measured(seconds, text):
    assert format_duration(seconds) == text
