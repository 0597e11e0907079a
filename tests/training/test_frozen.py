"""Heads on a frozen trunk, held to the same net trained and scored in one piece."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from fcn_course.data.labels import VOID
from fcn_course.data.normalisation import normalise
from fcn_course.data.voc import VOCSegmentation
from fcn_course.evaluation.metrics import ConfusionMatrix
from fcn_course.evaluation.scoring import evaluate
from fcn_course.nets.backbone import run_stages
from fcn_course.training import frozen
from fcn_course.training.frozen import FCNHead, TrunkFeatures, fit_head, predict_head, score_head, trunk_features
from fcn_course.training.recipes import Recipe, make_optimiser, make_schedule, training_step
from tests.support.helpers import narrow_fcn

TINY = ("background", "square", "disc", "bar")
QUIET = {"device": "cpu", "progress": False}
STRIDES = (8, 16, 32)


@pytest.fixture
def tiny(tiny_voc):
    return VOCSegmentation(tiny_voc, "train", TINY)


@pytest.fixture(autouse=True)
def float32(monkeypatch):
    """Elsewhere bfloat16 may be quicker; here numbers are compared."""
    monkeypatch.setattr(frozen, "autocast", lambda device, precision: torch.autocast(device.type, enabled=False))


def kept(net, dataset, **options):
    return trunk_features(net, dataset, STRIDES, **QUIET, **options)  # of a backbone it needs the stages alone


def spoken(net, seed=3):
    """The net with score layers that say something."""
    torch.manual_seed(seed)
    for layer in net.score.values():
        nn.init.normal_(layer.weight, std=0.3)
    return net.eval()


def test_what_is_kept_is_what_the_stages_give(tiny):
    net = narrow_fcn().eval()
    outputs = kept(net, tiny)
    image, mask = tiny[5]
    with torch.no_grad():
        truth = run_stages(net.stages, normalise(image[None]), STRIDES)
    features, masks = outputs.batch([5])
    assert len(outputs) == len(tiny) and outputs.num_classes == 4
    assert torch.equal(masks[0], mask) and masks.dtype == torch.int64
    for stride in STRIDES:
        assert features[stride].dtype == torch.float32
        torch.testing.assert_close(features[stride], truth[stride], rtol=2e-3, atol=2e-3)  # half precision is stored


def test_windows_come_in_one_size_and_the_same_ones_each_time(tiny):
    first, again, other = (kept(narrow_fcn(), tiny, window=(32, 48), seed=seed) for seed in (0, 0, 1))
    assert {tuple(mask.shape) for mask in first.masks} == {(32, 48)}
    assert all(torch.equal(a, b) for a, b in zip(first.masks, again.masks, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first.masks, other.masks, strict=True))
    assert first.batch(range(3))[0][8].shape[2:] == (4, 6)


def test_some_of_the_outputs(tiny):
    outputs = kept(narrow_fcn(), tiny)
    some = outputs.some([5, 2])
    assert len(some) == 2 and some.num_classes == 4
    for got, truth in zip(some.batch([0, 1]), outputs.batch([5, 2]), strict=True):
        torch.testing.assert_close(got, truth, rtol=0, atol=0)


def test_a_loss_on_thinned_masks_is_that_of_every_fourth_pixel(tiny):
    whole = kept(narrow_fcn(), tiny, window=(64, 96))
    thin = whole.thinned(4)
    head = spoken(narrow_fcn(stride=8))
    first, *_ = fit_head(FCNHead(head), thin, Recipe(loss="mean", lr=0.0, batch_size=len(thin), epochs=1), device="cpu")
    features, masks = whole.batch(range(len(whole)))
    with torch.no_grad():
        scores = F.interpolate(head.fuse(features), scale_factor=2, mode="bilinear", align_corners=False)
        truth = F.cross_entropy(scores, masks[:, 2::4, 2::4], ignore_index=VOID).item()
    assert thin.features is whole.features and thin.masks[0].shape == (16, 24)
    assert first == pytest.approx(truth, rel=1e-4)
    assert whole.masks[0].shape == (64, 96)


def test_thinning_says_which_windows_it_can_thin(tiny):
    windows = kept(narrow_fcn(), tiny, window=(64, 92))
    assert windows.thinned(4).masks[0].shape == (16, 23)
    with pytest.raises(ValueError, match=r"8 does not divide a mask of \(64, 92\); take windows that it divides"):
        windows.thinned(8)


def test_the_trunk_stays_as_it_was(tiny):
    net = narrow_fcn().train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    kept(net, tiny, window=(32, 48))
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert net.stages["stride2"].training


@pytest.mark.parametrize("stride", STRIDES)
def test_a_head_predicts_and_scores_as_its_net(tiny_voc, stride):
    val = VOCSegmentation(tiny_voc, "val", TINY)
    net = spoken(narrow_fcn(stride=stride))
    outputs = kept(net, val)
    for index in range(len(outputs)):  # the net on the same maps: as they are stored, in half precision
        features, _ = outputs.batch([index])
        with torch.no_grad():
            truth = net.enlarge(net.fuse(features))[..., :48, :64].argmax(1)
        assert (predict_head(FCNHead(net), features, (48, 64)) == truth).float().mean() > 0.999
    scored, whole = score_head(FCNHead(net), outputs, device="cpu"), evaluate(net, val, **QUIET, precision="float32")
    assert scored.counts.sum() == whole.counts.sum()
    assert scored.mean_iou == pytest.approx(whole.mean_iou, abs=0.01)


@pytest.mark.parametrize("stride", [32, 8])
@pytest.mark.parametrize("loss", ["mean", "sum", "total"])
def test_a_head_learns_as_the_net_with_a_frozen_trunk_does(tiny, stride, loss):
    outputs = kept(narrow_fcn(), tiny, window=(32, 48))
    lr = {"mean": 0.02, "sum": 0.005, "total": 2e-6}[loss]
    recipe = Recipe(loss, lr=lr, batch_size=5, epochs=2, crop=(32, 48))
    head = FCNHead(narrow_fcn(stride=stride))
    losses = fit_head(head, outputs, recipe, seed=4, device="cpu")

    net = narrow_fcn(stride=stride).freeze_trunk()
    net.stages = Passed()
    optimiser, order = make_optimiser(net, recipe), torch.Generator().manual_seed(4)
    schedule, truth = make_schedule(optimiser, recipe, 10), []
    for _epoch in range(2):
        for indices in torch.randperm(24, generator=order).split(5):
            features, masks = outputs.batch(indices.tolist())
            net.stages.features = features
            step = training_step(net, torch.zeros(len(indices), 3, 32, 48), masks, optimiser, recipe)
            schedule.step()
            counted = (masks != VOID).sum().item()
            per_pixel = {"mean": 1, "sum": masks.numel() / counted, "total": len(indices) / counted}[loss]
            truth.append(step.item() * per_pixel)
    assert losses == pytest.approx(truth, rel=1e-4)
    for name, value in head.net.state_dict().items():
        torch.testing.assert_close(value, net.state_dict()[name], rtol=1e-3, atol=1e-5)


class Passed(nn.ModuleDict):
    """Stages that give out maps that were kept, whatever picture they are shown."""

    def __init__(self):
        super().__init__({f"stride{stride}": nn.Identity() for stride in (2, 4, 8, 16, 32)})

    def values(self):
        return [lambda x, stride=stride: self.features.get(stride, x) for stride in (2, 4, 8, 16, 32)]


def test_scores_of_the_masks_size_are_taken_as_they_are(tiny):
    outputs = kept(narrow_fcn(), tiny, window=(32, 64))

    class Large(nn.Module):
        def __init__(self):
            super().__init__()
            self.score = nn.Conv2d(128, 4, 1)

        def forward(self, features):
            return F.interpolate(self.score(features[32]), scale_factor=32, mode="bilinear")

    torch.manual_seed(0)
    large = Large()
    with torch.no_grad():
        features, masks = outputs.batch(range(24))
        first = F.cross_entropy(large(features), masks, ignore_index=VOID).item()
    losses = fit_head(large, outputs, Recipe(lr=0.005, batch_size=24, epochs=8), device="cpu")
    assert losses[0] == pytest.approx(first, rel=1e-4)
    assert losses[-1] < losses[0]
    assert isinstance(score_head(large, outputs, device="cpu"), ConfusionMatrix)


def test_a_head_learns_shapes_and_says_when_an_epoch_ends(tiny):
    seen = []
    outputs = kept(narrow_fcn(), tiny)
    head = FCNHead(narrow_fcn(stride=8))
    losses = fit_head(head, outputs, Recipe(lr=0.02, batch_size=4, epochs=6), on_epoch=seen.append, device="cpu")
    assert seen == [1, 2, 3, 4, 5, 6] and len(losses) == 36
    assert losses[0] == pytest.approx(torch.tensor(4.0).log().item(), abs=1e-3)
    assert sum(losses[-6:]) / 6 < 0.8 * losses[0]


def test_the_same_seed_gives_the_same_head(tiny):
    outputs = kept(narrow_fcn(), tiny, window=(32, 48))
    recipe = Recipe(lr=0.02, batch_size=4, epochs=1)
    first, again, other = (
        fit_head(FCNHead(narrow_fcn()), outputs, recipe, seed=seed, device="cpu") for seed in (0, 0, 1)
    )
    assert first == again and first != other


def test_the_net_stays_as_it_was_while_its_head_learns(tiny):
    net = narrow_fcn()
    fit_head(FCNHead(net), kept(net, tiny), Recipe(batch_size=8, epochs=1), device="cpu")
    assert not net.score["stride32"].weight.any() and len(net.stages) == 5


def test_scores_of_an_odd_size_are_told_with_the_remedy():
    outputs = TrunkFeatures({32: [torch.zeros(2, 2, 3)]}, [torch.zeros(64, 96, dtype=torch.uint8)], 2)

    class Odd(nn.Module):
        def forward(self, features):
            return features[32][..., :1]

    with pytest.raises(ValueError, match=r"scores of \(2, 1\) for pictures of \(64, 96\); give them at the picture's"):
        score_head(Odd(), outputs, device="cpu")


def test_a_loss_that_is_not_offered_is_told(tiny):
    outputs = kept(narrow_fcn(), tiny, window=(32, 48))
    with pytest.raises(ValueError, match='loss must be "sum", "mean" or "total", got \'dice\''):
        fit_head(FCNHead(narrow_fcn()), outputs, Recipe("dice"), device="cpu")
