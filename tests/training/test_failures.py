"""A step that fails says what to change, and a loss that runs away ends the training."""

import math

import pytest
import torch

from fcn_course.data.voc import VOCSegmentation
from fcn_course.nets.checkpoints import restore
from fcn_course.training import epochs
from fcn_course.training.failures import DivergedError, check_loss_is_sane, explained, time_to_look, weights_are_finite
from fcn_course.training.folder import list_runs
from fcn_course.training.loop import fit
from fcn_course.training.recipes import Recipe
from tests.support.helpers import narrow_fcn

TINY = ("background", "square", "disc", "bar")
QUIET = {"device": "cpu", "precision": "float32", "progress": False}
IMAGES = torch.zeros(16, 3, 320, 480)


def sets(folder):
    return VOCSegmentation(folder, "train", TINY), VOCSegmentation(folder, "val", TINY)


@pytest.mark.fault("a learning rate of 1e6", "training stops at once, with the rate to take instead")
def test_a_rate_that_throws_the_net_ends_the_training(few_voc, tmp_path):
    recipe = Recipe(lr=1e6, batch_size=2, crop=(32, 48))
    told = r"training has diverged: the loss is .* epoch \d, with a learning rate of 1e\+06"
    with pytest.raises(DivergedError, match=told) as found:
        fit(narrow_fcn(), *sets(few_voc), recipe, epochs=9, out=tmp_path, **QUIET)
    assert "a tenth of the rate (--lr 100000)" in str(found.value) and "--fresh" in str(found.value)
    assert [row["state"] for row in list_runs(tmp_path)] == ["diverged"]


@pytest.mark.fault(
    "the loss turns NaN in the third epoch", "training stops; last.pt and best.pt stay those of the second"
)
def test_the_last_good_checkpoint_is_kept(few_voc, tmp_path, monkeypatch):
    step, taken = epochs.training_step, []

    def spoiled(net, *args, **kwargs):
        taken.append(1)
        loss = step(net, *args, **kwargs)
        if len(taken) == 5:  # two steps make an epoch
            with torch.no_grad():
                next(net.parameters()).fill_(math.nan)
        return loss

    monkeypatch.setattr(epochs, "training_step", spoiled)
    recipe = Recipe(lr=0.005, batch_size=2, crop=(32, 48))
    with pytest.raises(DivergedError, match=r"last\.pt and best\.pt .* are from before it \(epoch 2 was the last good"):
        fit(narrow_fcn(), *sets(few_voc), recipe, epochs=9, out=tmp_path, **QUIET)
    for name in ("last.pt", "best.pt"):
        net = narrow_fcn()
        restore(net, tmp_path / name)
        assert weights_are_finite(net)
    assert len((tmp_path / "history.csv").read_text().splitlines()) == 3


def test_a_loss_in_bounds_passes():
    for loss in (0.0, 3.04, 300):
        check_loss_is_sane(loss, 21, Recipe(), "in epoch 1", None, 0)
    for loss in (math.nan, math.inf, 305):
        with pytest.raises(DivergedError, match="Nothing is kept, for no epoch was finished"):
            check_loss_is_sane(loss, 21, Recipe(), "in epoch 1", None, 0)


def test_a_gpu_is_not_waited_for_after_every_step():
    looks = {kind: sum(time_to_look(step, torch.device(kind)) for step in range(1, 101)) for kind in ("cpu", "cuda")}
    assert looks == {"cpu": 100, "cuda": 2}


@pytest.mark.fault("a batch of one with a window of 32 x 32", "told which windows or batches do")
def test_one_cell_that_a_batch_normalisation_cannot_learn_from(few_voc):
    with pytest.raises(ValueError, match=r"1 windows of 32 x 32: one cell of stride 32 .*--crop 64 64.*--batch-size 2"):
        fit(narrow_fcn(), *sets(few_voc), Recipe(batch_size=1, crop=(32, 32)), epochs=1, **QUIET)


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(
            torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
            marks=pytest.mark.fault(
                "a GPU's memory is too small for a step", "told by what the step gets half as large"
            ),
        ),
        pytest.param(
            RuntimeError("[enforce fail at alloc_cpu.cpp:121] . DefaultCPUAllocator: can't allocate memory: you tried"),
            marks=pytest.mark.fault("the memory is too small for a step", "told by what the step gets half as large"),
        ),
        RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)"),
        MemoryError(),
    ],
)
def test_a_step_without_memory_says_what_to_lower_and_by_how_much(failure):
    told = (
        "no memory left for a step of 16 windows of 320 x 480 in 2 parts: --accumulate 4 takes about half as much, "
        "--batch-size 8 too, --crop 160 224 a quarter; a smaller backbone or --freeze-trunk helps as well"
    )
    with pytest.raises(MemoryError) as found, explained(IMAGES, 2):
        raise failure
    assert str(found.value) == told


def test_memory_that_is_really_asked_for_is_told():
    with pytest.raises(MemoryError, match="no memory left for a step of 1 windows"), explained(IMAGES[:1], 1):
        torch.empty(1 << 60, dtype=torch.uint8)


@pytest.mark.parametrize("failure", [RuntimeError("shapes differ"), ValueError("no such loss"), KeyError("x")])
def test_all_else_goes_through_as_it_is(failure):
    with pytest.raises(type(failure)) as found, explained(IMAGES, 1):
        raise failure
    assert found.value is failure
