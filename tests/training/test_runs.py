"""A run that was cut, wherever and however, ends with the numbers of one that was not."""

import random
import signal
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from fcn_course.data.voc import VOCSegmentation
from fcn_course.nets.checkpoints import read_checkpoint
from fcn_course.training import epochs
from fcn_course.training.history import COLUMNS
from fcn_course.training.loop import fit
from fcn_course.training.recipes import Recipe
from fcn_course.training.runs import random_states, set_random_states
from tests.support.fit_alone import start
from tests.support.helpers import narrow_fcn

TINY = ("background", "square", "disc", "bar")
QUIET = {"device": "cpu", "precision": "float32", "progress": False}


class PowerCutError(Exception):
    """The power went, or the lesson was over."""


@pytest.fixture
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def sets(folder):
    return VOCSegmentation(folder, "train", TINY), VOCSegmentation(folder, "val", TINY)


def same_run(one, other):
    """Both folders hold the same weights, momenta and scores, to the last bit."""
    one, other = (read_checkpoint(Path(folder) / "last.pt") for folder in (one, other))
    measured = [[[row[key] for key in COLUMNS[:4]] for row in state["history"]] for state in (one, other)]
    assert measured[0] == measured[1]
    assert all(torch.equal(value, other["model"][key]) for key, value in one["model"].items())
    assert one["best"] == other["best"] and one["schedule"] == other["schedule"]
    for index, state in one["optimiser"]["state"].items():
        for key, value in state.items():
            assert torch.equal(value, other["optimiser"]["state"][index][key])


@pytest.mark.parametrize("cut", [1, 3, 4, 5, 7])
@pytest.mark.parametrize(("optimiser", "accumulate"), [("sgd", 1), ("adamw", 2)])
def test_a_run_cut_after_any_step_goes_on_there(few_voc, tmp_path, monkeypatch, cut, optimiser, accumulate):
    # three epochs of two steps on three pictures; dropout makes every step depend on the random numbers before it
    recipe = Recipe(optimiser=optimiser, lr=0.005, batch_size=2, crop=(32, 48))
    options = {"epochs": 4, "save_every": 1, "accumulate": accumulate, "seed": 3, **QUIET}
    fit(narrow_fcn(dropout=0.5), *sets(few_voc), recipe, out=tmp_path / "whole", **options)

    step, taken = epochs.training_step, []

    def until_the_cut(*args, **kwargs):
        if len(taken) == cut:
            raise PowerCutError
        taken.append(1)
        return step(*args, **kwargs)

    monkeypatch.setattr(epochs, "training_step", until_the_cut)
    with pytest.raises(PowerCutError):
        fit(narrow_fcn(dropout=0.5), *sets(few_voc), recipe, out=tmp_path / "cut", **options)
    monkeypatch.undo()
    state = read_checkpoint(tmp_path / "cut" / "last.pt")
    assert (len(state["history"]), state["step"]) == divmod(cut, 2)

    torch.manual_seed(77), np.random.seed(77), random.seed(77)  # another process would stand anywhere
    fit(narrow_fcn(seed=5, dropout=0.5), *sets(few_voc), recipe, out=tmp_path / "cut", **options)
    same_run(tmp_path / "whole", tmp_path / "cut")


def test_dropout_depends_on_the_random_numbers(few_voc):
    # else the test above would prove nothing about them
    def draw_one(*_):
        torch.rand(1)

    recipe, losses = Recipe(lr=0.005, batch_size=2, crop=(32, 48)), []
    for draws_more in (False, False, True):
        net = narrow_fcn(dropout=0.5)
        if draws_more:
            net.register_forward_pre_hook(draw_one)
        losses.append(fit(net, *sets(few_voc), recipe, epochs=1, **QUIET)[0]["train_loss"])
    assert losses[0] == losses[1] != losses[2]


@pytest.mark.fault("training is killed at five moments", "the last start ends with the numbers of an undisturbed run")
def test_killed_at_five_moments_it_ends_as_if_nothing_had_been(tiny_voc, tmp_path, one_thread):
    recipe, options = {"lr": 0.01, "batch_size": 6, "crop": (48, 64)}, {"epochs": 30, "save_every": 1}
    fit(narrow_fcn(), *sets(tiny_voc), Recipe(**recipe), out=tmp_path / "whole", **options, **QUIET)
    job = {"data": tiny_voc, "out": tmp_path / "cut", "recipe": recipe, **options}
    last = tmp_path / "cut" / "last.pt"

    dice, places = random.Random(0), []
    for _ in range(5):
        before = last.stat().st_mtime_ns if places else 0
        process = start(job)
        while process.is_alive() and (not last.is_file() or before == last.stat().st_mtime_ns):
            time.sleep(0.002)
        time.sleep(dice.uniform(0, 0.3))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL, "it ended before it was killed; give it more to do"
        state = read_checkpoint(last)
        places.append((len(state["history"]), state["step"]))
    assert places == sorted(places) and len(set(places)) == 5 and places[-1] < (30, 0)
    process = start(job)
    process.join()
    assert process.exitcode == 0
    same_run(tmp_path / "whole", tmp_path / "cut")
    assert len((tmp_path / "cut" / "history.csv").read_text().splitlines()) == 31


@pytest.mark.fault("a run is cut between last.pt and history.csv", "the history is completed")
def test_a_history_that_the_cut_left_short_is_completed(few_voc, tmp_path):
    recipe = Recipe(lr=0.005, batch_size=2, crop=(32, 48))
    fit(narrow_fcn(), *sets(few_voc), recipe, epochs=2, out=tmp_path, **QUIET)
    file = tmp_path / "history.csv"
    whole = file.read_text()
    file.write_text("".join(whole.splitlines(keepends=True)[:-1]))
    fit(narrow_fcn(), *sets(few_voc), recipe, epochs=2, out=tmp_path, **QUIET)
    assert file.read_text() == whole


@pytest.mark.fault("the power goes while a checkpoint is written", "the last whole one stays")
def test_a_checkpoint_half_written_is_never_taken(few_voc, tmp_path, monkeypatch):
    recipe = Recipe(lr=0.005, batch_size=2, crop=(32, 48))
    fit(narrow_fcn(), *sets(few_voc), recipe, epochs=1, out=tmp_path, **QUIET)
    good = (tmp_path / "last.pt").read_bytes()

    def half(value, file):
        file.write(good[: len(good) // 2])
        raise PowerCutError

    monkeypatch.setattr(torch, "save", half)
    with pytest.raises(PowerCutError):
        fit(narrow_fcn(), *sets(few_voc), recipe, epochs=2, out=tmp_path, **QUIET)
    assert (tmp_path / "last.pt").read_bytes() == good


def test_random_states_are_taken_up_everywhere():
    def draw():
        return random.random(), np.random.rand(), torch.rand(1).item()

    random.seed(1), np.random.seed(2), torch.manual_seed(3)
    draw()
    states = random_states()
    first = draw()
    assert draw() != first
    set_random_states(states)
    assert draw() == first


def test_the_whole_state_can_be_read_without_running_anything(few_voc, tmp_path):
    fit(narrow_fcn(), *sets(few_voc), Recipe(batch_size=2, crop=(32, 48)), epochs=1, out=tmp_path, **QUIET)
    state = torch.load(tmp_path / "last.pt", weights_only=True)
    assert {"model", "optimiser", "schedule", "history", "best", "step", "loss", "seconds", "random"} <= state.keys()


def test_of_two_equal_epochs_the_first_is_the_best_file(few_voc, tmp_path):
    recipe = Recipe(lr=0.0, batch_size=2, crop=(32, 48))
    fit(narrow_fcn(), *sets(few_voc), recipe, epochs=3, out=tmp_path, **QUIET)
    assert len(read_checkpoint(tmp_path / "best.pt")["history"]) == 1
