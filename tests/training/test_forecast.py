"""How long a training will take: steps multiplied, and asked without a trace."""

import pytest
import torch

from fcn_course.data.voc import VOCSegmentation
from fcn_course.training import forecast
from fcn_course.training.forecast import call_seconds, fit_head_seconds, fit_seconds
from fcn_course.training.frozen import FCNHead, TrunkFeatures, trunk_features
from fcn_course.training.recipes import Recipe
from tests.support.helpers import narrow_fcn

TINY = ("background", "square", "disc", "bar")
SMALL = Recipe(batch_size=4, crop=(48, 64), epochs=3)


@pytest.fixture
def sets(tiny_voc):
    return VOCSegmentation(tiny_voc, "train", TINY), VOCSegmentation(tiny_voc, "val", TINY)


def pretend(monkeypatch, step, scoring):
    """A ``fit`` of which one epoch takes ``step`` and ``scoring`` seconds, and all others longer."""
    asked = []

    def told(net, train, val, recipe, **options):
        asked.append((len(train), None if val is None else len(val), options["epochs"]))
        rows = ((90.0, 9.0), (2 * step, scoring + 1), (step, scoring if val is not None else 0.0), (step + 1, 5.0))
        return [{"images_per_second": len(train) / first, "seconds": first + second} for first, second in rows]

    monkeypatch.setattr(forecast, "fit", told)
    return asked


def test_steps_and_scored_pictures_are_multiplied(sets, monkeypatch):
    asked = pretend(monkeypatch, step=0.5, scoring=0.25)
    # 24 pictures make 6 steps of 4; 8 are scored
    assert fit_seconds(narrow_fcn(), *sets, SMALL) == pytest.approx(3 * (6 * 0.5 + 8 * 0.25))
    assert fit_seconds(narrow_fcn(), sets[0], None, SMALL, epochs=2) == pytest.approx(2 * 6 * 0.5)
    assert asked == [(4, 1, 4), (4, None, 4)]


def test_a_set_smaller_than_a_batch_is_one_step(sets, monkeypatch):
    asked = pretend(monkeypatch, step=0.5, scoring=0.0)
    few = torch.utils.data.Subset(sets[0], range(3))
    assert fit_seconds(narrow_fcn(), few, None, SMALL, epochs=1) == pytest.approx(0.5)
    assert asked == [(3, None, 4)]


def test_the_net_is_left_alone(sets):
    net = narrow_fcn()
    before = {key: value.clone() for key, value in net.state_dict().items()}
    assert fit_seconds(net, *sets, SMALL, device="cpu", precision="float32") > 0
    assert all(torch.equal(value, before[key]) for key, value in net.state_dict().items())


def test_a_head_is_left_alone(sets):
    net = narrow_fcn()
    outputs = trunk_features(net, sets[0], window=(48, 64), device="cpu", progress=False)
    head = FCNHead(net)
    before = {key: value.clone() for key, value in head.state_dict().items()}
    assert fit_head_seconds(head, outputs, SMALL, device="cpu") > 0
    assert all(torch.equal(value, before[key]) for key, value in head.state_dict().items())


def test_of_some_calls_the_quickest_counts(monkeypatch):
    clock, calls = iter([10.0, 14.0, 16.5, 19.5, 29.5]), []
    monkeypatch.setattr(forecast.time, "perf_counter", lambda: next(clock))
    assert call_seconds(lambda: calls.append(1)) == 2.5
    assert len(calls) == 4


def test_a_heads_steps_are_multiplied(sets, monkeypatch):
    clock = iter([10.0, 14.0, 16.5, 19.5])
    monkeypatch.setattr(forecast.time, "perf_counter", lambda: next(clock))
    asked = []

    def told(head, outputs, recipe, device, on_epoch):
        asked.append((len(outputs), recipe.epochs))
        for epoch in range(1, recipe.epochs + 1):
            on_epoch(epoch)

    monkeypatch.setattr(forecast, "fit_head", told)
    outputs = TrunkFeatures({32: [torch.zeros(1)] * 10}, [torch.zeros(1)] * 10, 4)
    assert fit_head_seconds(torch.nn.Identity(), outputs, SMALL) == 3 * 3 * 2.5  # 10 pictures make 3 steps of 4
    assert asked == [(4, 4)]
