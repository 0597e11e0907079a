"""Training, scoring and predicting on a GPU: what it must give again as the processor gives it.

Skipped without one. ``FCN_COURSE_GPU=cpu`` tries the tests themselves on a processor, and ``python -m tests.on_a_gpu``
runs them on a machine that is lent for minutes.
"""

from itertools import product

import pytest
import torch
from torch.utils.data import Subset

from fcn_course.data.datasets import open_voc
from fcn_course.evaluation.scoring import evaluate
from fcn_course.nets.checkpoints import load_net
from fcn_course.prediction.inference import predict
from fcn_course.training.loop import fit
from fcn_course.training.recipes import Recipe
from tests.support.helpers import narrow_fcn

pytestmark = pytest.mark.gpu
RECIPE = Recipe(crop=(32, 48), batch_size=4, epochs=2, lr=0.02)


@pytest.fixture
def train_set(tiny_voc):
    return open_voc(tiny_voc, "train")


@pytest.fixture(scope="module")
def pictures():
    """Eight pictures of the drawn world that no net was trained on."""
    return Subset(open_voc("minivoc", "val"), range(0, 80, 10))


def weights(net):
    return torch.cat([value.flatten().float().cpu() for value in net.state_dict().values()])


@pytest.mark.parametrize("cache", [None, "device"])
def test_a_run_that_was_cut_ends_as_one_that_was_not(gpu, train_set, tmp_path, cache):
    options = {"device": gpu, "cache": cache, "precision": "float32", "progress": False}
    through, cut, third = (narrow_fcn(norm=False) for _ in range(3))
    start = weights(through)
    fit(through, train_set, None, RECIPE, **options)
    answers = iter([False] * 7 + [True])  # in the middle of the second epoch
    fit(cut, train_set, None, RECIPE, out=tmp_path, stop=lambda: next(answers), **options)
    fit(third, train_set, None, RECIPE, out=tmp_path, **options)
    moved = (weights(through) - start).norm()
    # a GPU adds up in an order of its own, so not to the last bit
    assert (weights(third) - weights(through)).norm() < 0.02 * moved
    assert (weights(cut) - weights(through)).norm() > 0.02 * moved  # as the last steps do matter


def test_pictures_that_lie_on_it_give_the_same_training(gpu, train_set):
    nets = {}
    for cache in (None, "device"):
        nets[cache] = narrow_fcn(norm=False)
        fit(nets[cache], train_set, None, RECIPE, device=gpu, cache=cache, precision="float32", progress=False)
    start = weights(narrow_fcn(norm=False))
    moved = (weights(nets[None]) - start).norm()
    assert (weights(nets[None]) - weights(nets["device"])).norm() < 0.02 * moved


def test_bfloat16_learns_as_float32_does(gpu, train_set):
    """On the mean of five starts: from one alone, rounding leads two trainings up to a sixth apart."""
    last = {"float32": [], "bfloat16": []}
    for precision, seed in product(last, range(5)):
        options = {"device": gpu, "cache": "device", "precision": precision, "progress": False}
        history = fit(narrow_fcn(seed), train_set, None, RECIPE, epochs=6, **options)
        assert history[-1]["train_loss"] < 0.7 * history[0]["train_loss"]
        last[precision].append(history[-1]["train_loss"])
    assert sum(last["bfloat16"]) == pytest.approx(sum(last["float32"]), rel=0.15)


def test_bfloat16_names_the_pixels_as_float32_does(gpu, pictures):
    net = load_net()
    for image, _ in pictures:
        exact, brief = (predict(net, image, device=gpu, precision=kind) for kind in ("float32", "bfloat16"))
        assert (exact == brief).float().mean() > 0.98


def test_it_names_the_pixels_as_the_processor_does(gpu, pictures):
    net = load_net()
    for image, _ in pictures:
        there, here = (predict(net, image, device=where, precision="float32") for where in (gpu, "cpu"))
        assert there.device.type == "cpu" and (there == here).float().mean() > 0.999


def test_it_scores_as_the_processor_does(gpu, pictures):
    net, data = load_net(), open_voc("minivoc", "val")
    some = Subset(data, pictures.indices)
    there, here = (evaluate(net, some, device=where, precision="float32", progress=False) for where in (gpu, "cpu"))
    assert there.counts.sum() == here.counts.sum()
    assert there.mean_iou == pytest.approx(here.mean_iou, abs=0.003)
