"""The steps of an epoch, against the same steps taken one by one."""

import copy
import multiprocessing

import pytest
import torch

from fcn_course.data.crops import RandomCrops
from fcn_course.data.datasets import open_voc
from fcn_course.data.loading import EpochBatches, training_loader
from fcn_course.data.normalisation import normalise
from fcn_course.training.epochs import Epochs
from fcn_course.training.recipes import Recipe, make_optimiser, make_schedule, training_step
from fcn_course.training.runs import Run
from tests.support.helpers import narrow_fcn

CPU, RECIPE = torch.device("cpu"), Recipe(crop=(32, 48), batch_size=5, epochs=2)


@pytest.fixture
def made(tiny_voc):
    """A net, and what makes epochs of it: 24 pictures, so five steps, the last of four."""
    crops = RandomCrops(open_voc(tiny_voc, "train"), RECIPE.crop, uint8_masks=True)
    net = narrow_fcn()
    optimiser = make_optimiser(net, RECIPE)
    run = Run(net, optimiser, make_schedule(optimiser, RECIPE, 10), None, torch.zeros(()))

    def epochs(workers=0, **options):
        loader = training_loader(crops, EpochBatches(len(crops), RECIPE.batch_size), workers, CPU)
        return Epochs(run, net, loader, RECIPE, CPU, "float32", RECIPE.epochs, progress=False, **options)

    return crops, run, epochs


def test_an_epoch_is_its_steps_one_after_the_other(made):
    crops, run, epochs = made
    twin = copy.deepcopy(run.net)
    optimiser = make_optimiser(twin, RECIPE)
    schedule, total = make_schedule(optimiser, RECIPE, 10), 0.0
    order = EpochBatches(len(crops), RECIPE.batch_size)
    order.epoch = 1
    for keys in order:
        images, masks = (torch.stack(part) for part in zip(*(crops[key] for key in keys), strict=True))
        total += len(images) * training_step(twin, normalise(images), masks.long(), optimiser, RECIPE).item()
        schedule.step()
    loss, rate = epochs().train()
    assert loss == pytest.approx(total / 24, rel=1e-5) and rate > 0 and run.step == 5
    for ours, theirs in zip(run.net.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-6)


def test_one_that_was_stopped_gives_nothing_and_another_does_the_rest(made):
    _, run, epochs = made
    answers = iter([False, True])
    first = epochs(stop=lambda: next(answers))
    assert first.train() is None and first.stopped and run.step == 2 and run.seconds > 0
    rest = epochs()
    assert rest.pace.steps == 8 and rest.train() is not None and run.step == 5


def test_workers_live_from_epoch_to_epoch_and_end_with_a_failure(made):
    _, _, epochs = made
    before, stops = set(multiprocessing.active_children()), []

    def stop():
        stops.append(set(multiprocessing.active_children()) - before)
        if len(stops) == 7:  # the second step of the second epoch
            raise ValueError("no more")
        return False

    kept = epochs(workers=1, stop=stop)
    assert kept.train() is not None
    kept.run.history.append({})
    kept.run.step = 0
    with pytest.raises(ValueError, match="no more") as failure:
        kept.train()
    assert len(stops[0]) == 1 and all(those == stops[0] for those in stops)
    assert failure.tb and set(multiprocessing.active_children()) <= before  # though the traceback is kept
    assert kept.train() is not None and kept.run.step == 5  # with a new one
    assert len(stops[-1]) == 1 and stops[-1].isdisjoint(stops[0])
