"""Scores do not depend on how they are worked out: batches, workers, cache, number format, order in memory."""

import multiprocessing

import numpy as np
import pytest
import torch
from torch.utils.data import Subset
from torchmetrics.classification import MulticlassConfusionMatrix, MulticlassJaccardIndex
from torchvision.transforms.functional import center_crop

from fcn_course.data.datasets import open_voc
from fcn_course.data.loading import Cached
from fcn_course.data.normalisation import normalise
from fcn_course.data.voc import VOCSegmentation
from fcn_course.evaluation.metrics import ConfusionMatrix
from fcn_course.evaluation.scoring import evaluate
from fcn_course.nets.checkpoints import load_net
from fcn_course.nets.devices import autocast, memory_format
from tests.support.helpers import make_voc, narrow_fcn, shapes_picture, speak

QUIET = {"device": "cpu", "precision": "float32", "progress": False}
SIZES = ((48, 64), (64, 48), (45, 77), (48, 64), (64, 48), (45, 77), (48, 64), (50, 50), (48, 64))
PICTURES = 24  # of the drawn world
WINDOW = (192, 256)  # a processor without bfloat16 would take two seconds for a whole picture in it


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """Nine pictures of four sizes."""
    rng = np.random.default_rng(5)
    pictures = {f"m{number}": shapes_picture(rng, size) for number, size in enumerate(SIZES)}
    folder = make_voc(tmp_path_factory.mktemp("mixed"), val=pictures)
    return VOCSegmentation(folder, "val", ("background", "square", "disc", "bar"))


@pytest.fixture(scope="module")
def net():
    return speak(narrow_fcn(stride=8), spread=1.0)


@pytest.fixture(scope="module")
def one_by_one(net, mixed):
    return evaluate(net, mixed, batch_size=1, **QUIET).counts


def test_the_counts_are_torchmetrics(net, mixed, one_by_one):
    matrix, iou = MulticlassConfusionMatrix(4, ignore_index=255), MulticlassJaccardIndex(4, ignore_index=255)
    with torch.no_grad():
        for index in range(len(mixed)):
            image, mask = mixed[index]
            predicted = net(normalise(image)[None]).argmax(1)
            matrix.update(predicted, mask[None])
            iou.update(predicted, mask[None])
    # torch may add up in another order where planes lie in memory in another order
    assert (one_by_one - matrix.compute()).abs().sum() <= 8
    assert one_by_one.sum() == matrix.compute().sum() == sum((mixed[i][1] != 255).sum() for i in range(len(mixed)))
    assert (one_by_one.sum(0) > 0).sum() > 1  # a net that says one thing only would prove little
    assert evaluate(net, mixed, **QUIET).mean_iou == pytest.approx(iou.compute().item(), abs=1e-3)


@pytest.mark.parametrize("batch_size", [2, 3, 8, 100])
def test_pictures_are_scored_alike_in_batches_of_any_size(net, mixed, one_by_one, batch_size):
    counts = evaluate(net, mixed, batch_size=batch_size, **QUIET).counts
    assert (counts - one_by_one).abs().sum() <= 8


@pytest.mark.parametrize("options", [{"workers": 2}, {"workers": 1, "batch_size": 1}, {"batch_size": None}])
def test_workers_change_nothing(net, mixed, one_by_one, options):
    assert torch.equal(evaluate(net, mixed, **QUIET, **options).counts, one_by_one)


@pytest.mark.parametrize("batch_size", [1, 3])
def test_a_cache_changes_nothing(net, mixed, batch_size):
    counts = [
        evaluate(net, data, batch_size=batch_size, **QUIET).counts for data in (mixed, Cached(mixed, "cpu", False))
    ]
    assert torch.equal(*counts)


def test_data_sets_that_know_no_sizes_are_scored_too(net, mixed, one_by_one):
    for data in ([mixed[index] for index in range(len(mixed))], Subset(mixed, range(len(mixed)))):
        for batch_size in (1, 4):
            assert (evaluate(net, data, batch_size=batch_size, **QUIET).counts - one_by_one).abs().sum() <= 8


def test_the_net_is_left_ready_to_predict_and_as_it_was(net, mixed):
    before = {name: value.clone() for name, value in net.state_dict().items()}
    net.train()
    evaluate(net, mixed, batch_size=3, **QUIET)
    assert not any(module.training for module in net.modules())
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert all(parameter.grad is None and parameter.requires_grad for parameter in net.parameters())


def test_scoring_draws_no_random_number(net, mixed):
    before = torch.get_rng_state()
    for workers in (0, 2):
        evaluate(net, mixed, workers=workers, batch_size=3, **QUIET)
    assert torch.equal(torch.get_rng_state(), before)


def test_progress_is_shown_only_if_wanted(net, mixed, capfd):
    evaluate(net, mixed, **QUIET)
    assert capfd.readouterr() == ("", "")
    evaluate(net, mixed, **QUIET | {"progress": True})
    assert "validation" in capfd.readouterr().err


def test_a_broken_picture_is_told(net, tmp_path):
    rng = np.random.default_rng(6)
    folder = make_voc(tmp_path, val={"a": shapes_picture(rng), "b": shapes_picture(rng)})
    (folder / "JPEGImages/b.jpg").write_bytes(b"no picture")
    before = set(multiprocessing.active_children())
    for workers in (0, 1):
        with pytest.raises(ValueError, match=r"b\.jpg cannot be read as a picture") as kept:
            evaluate(net, VOCSegmentation(folder, "val"), workers=workers, **QUIET)
        # a notebook keeps the traceback, and with it no worker
        assert kept.tb and set(multiprocessing.active_children()) <= before


@pytest.fixture(scope="module")
def shipped():
    pairs = (open_voc("minivoc", "val")[index] for index in range(PICTURES))
    return load_net("minivoc"), [tuple(center_crop(part, WINDOW) for part in pair) for pair in pairs]  # a data set, too


@pytest.fixture(scope="module")
def plain(shipped):
    """float32, picture by picture, plane by plane, nothing of evaluate's; the logits of the first four too."""
    (net, val), matrix, kept = shipped, ConfusionMatrix(21), []
    with torch.no_grad():
        for index in range(PICTURES):
            image, mask = val[index]
            logits = net(normalise(image)[None])
            matrix.update(logits.argmax(1)[0], mask)
            kept += [logits] if index < 4 else []
    return matrix, kept


@pytest.mark.parametrize("options", [{}, {"precision": "float32", "batch_size": 8}, {"precision": "bfloat16"}])
@pytest.mark.parametrize("cached", [False, True])
def test_every_way_gives_the_score_of_the_plain_one(shipped, plain, options, cached):
    net, val = shipped
    matrix = evaluate(net, Cached(val, "cpu", False) if cached else val, device="cpu", progress=False, **options)
    truth, _ = plain
    assert truth.mean_iou > 0.5
    assert matrix.counts.sum() == truth.counts.sum()
    assert matrix.mean_iou == pytest.approx(truth.mean_iou, abs=0.005)
    assert matrix.pixel_accuracy == pytest.approx(truth.pixel_accuracy, abs=0.005)


@pytest.mark.parametrize("precision, apart, alike", [("bfloat16", 0.03, 0.99), ("float32", 1e-5, 0.9999)])
def test_every_way_gives_the_logits_of_the_plain_one(shipped, plain, precision, apart, alike):
    net, val = shipped
    for index, truth in enumerate(plain[1]):
        images, device = normalise(val[index][0])[None], truth.device
        with torch.no_grad(), autocast(device, precision):
            logits = net(images.contiguous(memory_format=memory_format(device))).float()
        assert (logits - truth).abs().max() < apart * (truth.max() - truth.min())
        assert (logits.argmax(1) == truth.argmax(1)).float().mean() > alike


@pytest.mark.parametrize("batch_size", [0, -1])
def test_a_batch_without_pictures_is_told(small_net, batch_size):
    with pytest.raises(ValueError, match=f"batch_size must be at least 1, got {batch_size}"):
        evaluate(small_net(), [], batch_size=batch_size, device="cpu", progress=False)


@pytest.mark.fault("the memory is too small for scoring", "told how many pictures at a time, or where, it may do")
@pytest.mark.parametrize(("batch_size", "told"), [(2, r"2 pictures of 48 x 64 at once.*batch_size=1"), (1, "cpu")])
def test_scoring_without_memory_is_told(net, tiny_voc, monkeypatch, batch_size, told):
    def forward(images):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(net, "forward", forward)
    pictures = VOCSegmentation(tiny_voc, "val", ("background", "square", "disc", "bar"))
    with pytest.raises(MemoryError, match=told):
        evaluate(net, pictures, batch_size=batch_size, **QUIET)


def painted(tmp_path, paint):
    """Two pictures to validate, with masks that are painted over."""
    pictures = {name: shapes_picture(np.random.default_rng(number)) for number, name in enumerate("ab")}
    for _, mask in pictures.values():
        paint(mask)
    return VOCSegmentation(make_voc(tmp_path / "set", val=pictures), "val", ("background", "square", "disc", "bar"))


@pytest.mark.fault("a set is scored in which all is void", "refused: no pixel is judged, and what to draw")
def test_a_set_of_void_alone_is_refused(net, tmp_path):
    data = painted(tmp_path, lambda mask: mask.fill(255))
    with pytest.raises(ValueError) as caught:
        evaluate(net, data, **QUIET)
    told = f"no pixel of the set (val of {tmp_path / 'set'}) is judged: its 2 masks hold nothing but void (255)"
    assert told in str(caught.value) and "write its index (1, 2, ...) in its place" in str(caught.value)


@pytest.mark.fault("a set is scored whose masks hold 0 and 255 alone", "warned: one class is all that is judged")
def test_masks_of_0_and_255_are_warned_of(net, tmp_path, capsys):
    data = painted(tmp_path, lambda mask: np.copyto(mask, 255, where=mask > 0))
    assert evaluate(net, data, **QUIET).counts[1:].sum() == 0
    told = capsys.readouterr().err
    assert "warning: all that is judged in the set (val of " in told and "is background (index 0)" in told
    assert "write 1 in its place (`fcn-course data import` does)" in told


@pytest.mark.fault("half of a set that is scored is void", "warned, with the share")
def test_a_set_that_is_half_void_is_warned_of(net, tmp_path, capsys):
    def paint(mask):
        mask[: len(mask) * 3 // 4] = 255
        mask[-1, :2] = 0, 1

    matrix = evaluate(net, painted(tmp_path, paint), **QUIET)
    share = 1 - matrix.counts.sum().item() / (2 * 48 * 64)
    told = capsys.readouterr().err
    assert share >= 0.75 and f"warning: {share:.0%} of the set (val of " in told and "is void (255)" in told
