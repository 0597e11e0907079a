"""The explorer of lecture 05: what it shows of a training, how it follows one, and that its Stop ends it."""

import io
import math
import threading

import numpy as np
import pytest
import torch
from PIL import Image

from fcn_course.data.labels import VOID
from fcn_course.data.voc import VOCSegmentation
from fcn_course.evaluation.metrics import ConfusionMatrix
from fcn_course.nets.checkpoints import read_checkpoint
from fcn_course.prediction.inference import predict
from fcn_course.teaching.explorers.training import ERRORS, MASK, Moment, TrainingExplorer
from fcn_course.teaching.explorers.training_drawing import CHARTS, TITLE, WIDTH, Scene, curves, with_cursor
from fcn_course.training.history import COLUMNS
from fcn_course.training.loop import fit
from fcn_course.training.recipes import Recipe
from tests.support.helpers import speak

TINY = ("background", "square", "disc", "bar")
QUIET = {"device": "cpu", "precision": "float32", "progress": False}
RECIPE = Recipe(lr=0.02, batch_size=2, crop=(32, 48))


@pytest.fixture
def few(few_voc):
    return VOCSegmentation(few_voc, "train", TINY), VOCSegmentation(few_voc, "val", TINY)


def matrix_of(right):
    """Background and three classes of 100 pixels each, ``right`` of them found, the others called background."""
    matrix = ConfusionMatrix(4)
    matrix.counts[0, 0] = 700
    for index in (1, 2, 3):
        matrix.counts[index, index], matrix.counts[index, 0] = right, 100 - right
    return matrix


def row_of(epoch, loss, matrix):
    return dict(zip(COLUMNS, (epoch, loss, matrix.pixel_accuracy, matrix.mean_iou, 1.0, 1.0), strict=True))


def panel_of(epochs=3, size=(40, 60)):
    """A panel that saw three epochs: a square of class 1, found a little more of in each."""
    image, truth = torch.full((3, *size), 90, dtype=torch.uint8), torch.zeros(size, dtype=torch.long)
    truth[10:30, 10:30] = 1
    truth[30, :] = VOID
    panel = TrainingExplorer(image, truth, 3, TINY)
    panel._add(0, Moment(torch.zeros_like(truth)))
    for epoch in range(1, epochs + 1):
        mask, matrix = torch.zeros_like(truth), matrix_of(20 * epoch)
        mask[10 : 10 + 5 * epoch, 10:30] = 1
        mask[0, 0] = 3
        panel._add(epoch, Moment(mask, row_of(epoch, 1.5 / epoch, matrix), matrix))
    return panel


def picture(panel):
    return np.asarray(Image.open(io.BytesIO(panel.png)).convert("RGB")).astype(int)


def test_its_numbers_are_those_of_the_training():
    panel = panel_of()
    matrix, floor = matrix_of(60), matrix_of(0)
    assert matrix.mean_iou == pytest.approx((700 / 820 + 3 * 0.6) / 4) and floor.mean_iou == 0.7 / 4
    said = panel.caption.value
    assert "After epoch 3 of 3: training loss 0.50 (ln 4 = 1.39 says nothing); mean IoU 0.663, 0.488 above its" in said
    assert "its floor of 0.175" in said
    # 5 rows of 20 are missing and one pixel is claimed: 101 of 39 * 60
    assert f"In this picture {101 / 2340:.1%} of the pixels are wrong" in said
    assert "IoU of background 0.95, square 0.75." in said and "Claimed, and not there: bar." in said
    assert "after epoch 3" in panel.alt and "training loss 0.50" in panel.alt


def test_before_a_net_and_before_the_training_it_says_so():
    panel = TrainingExplorer(torch.zeros(3, 20, 30, dtype=torch.uint8), torch.zeros(20, 30, dtype=torch.long))
    assert "No net is watched yet." in panel.caption.value and panel.button.disabled
    assert panel.values == {"epoch": 0, "show": MASK}
    panel = panel_of(0)
    assert "Before the training: no loss and no score yet." in panel.caption.value
    assert "0.0%" not in panel.caption.value  # the square is missed


def test_every_control_changes_the_picture():
    panel, seen = panel_of(), set()
    for epoch in range(4):
        for show in (MASK, ERRORS):
            panel.controls["epoch"].value, panel.controls["show"].value = epoch, show
            seen.add(panel.png)
    assert len(seen) == 8
    panel.controls["epoch"].value = 2
    first = panel.png
    panel.controls["epoch"].value = 1
    panel.controls["epoch"].value = 2
    assert panel.png == first


def test_what_is_wrong_is_black_and_void_is_grey():
    scene = Scene(torch.zeros(3, 40, 60, dtype=torch.uint8), panel_of().truth, TINY)
    mask = torch.zeros(40, 60, dtype=torch.long)  # the square of 20 x 20 is missed
    shown = np.asarray(scene.errors_shown(mask))[..., 0]
    assert set(np.unique(shown)) == {0, 170, 255}
    assert (shown == 0).mean() == pytest.approx(400 / 2400, rel=0.03)
    assert (shown == 170).mean() == pytest.approx(60 / 2400, rel=0.15)
    assert (np.asarray(scene.errors_shown(panel_of().truth)) > 0).all()


def test_the_rings_lie_on_the_curves():
    rows = [row_of(epoch, loss, matrix_of(50)) for epoch, loss in ((1, 1.2), (2, 0.6), (3, 0.3))]
    charts = curves(rows, 3, 4, matrix_of(0))
    assert charts.image.size == (WIDTH, CHARTS) and sorted(charts.points) == [1, 2, 3]
    losses = [charts.points[epoch][0] for epoch in (1, 2, 3)]
    bottom = charts.span[1]
    heights = [bottom - y for _, y in losses]
    assert heights[0] / heights[1] == pytest.approx(2, abs=0.1) and heights[1] / heights[2] == pytest.approx(2, abs=0.2)
    assert np.diff([x for x, _ in losses]).std() < 1
    dark = np.asarray(charts.image.convert("L")) < 90
    assert all(dark[round(y), round(x)] for places in charts.points.values() for x, y in places)
    before, after = np.asarray(charts.image), np.asarray(with_cursor(charts, 2))
    changed = (before != after).any((0, 2)).nonzero()[0]
    reach = [abs(changed - column) <= 14 for column in charts.columns[2]]
    assert (reach[0] | reach[1]).all() and reach[0].any() and reach[1].any()


def test_it_lives_through_a_training(few, small_net, tmp_path):
    net, (image, truth) = small_net(stride=8), few[1][0]
    panel = TrainingExplorer(image, truth, 3, TINY)
    watched = panel.watch(net)
    assert torch.equal(panel.moments[0].mask, torch.zeros_like(truth)) and not panel.button.disabled
    history = fit(net, *few, RECIPE, epochs=3, out=tmp_path, on_epoch=watched, stop=panel.stop, **QUIET)
    assert list(panel.moments) == [0, 1, 2, 3] and [panel.moments[n].row for n in (1, 2, 3)] == history
    assert torch.equal(panel.moments[3].mask, predict(net, image, device="cpu"))
    assert panel.values["epoch"] == panel.controls["epoch"].max == 3
    assert f"training loss {history[-1]['train_loss']:.2f}" in panel.caption.value
    assert panel.button.disabled and panel.button.description == "Stop"


def test_watching_changes_nothing_in_the_training(few, small_net):
    plain = fit(small_net(), *few, RECIPE, epochs=2, **QUIET)
    net = small_net()
    panel = TrainingExplorer(*few[1][0], 2, TINY)
    watched = fit(net, *few, RECIPE, epochs=2, on_epoch=panel.watch(net), stop=panel.stop, **QUIET)
    assert [row["train_loss"] for row in plain] == [row["train_loss"] for row in watched]
    assert [row["val_mean_iou"] for row in plain] == [row["val_mean_iou"] for row in watched]


def test_stop_ends_the_training_and_a_second_call_goes_on(few, small_net, tmp_path):
    whole, net = small_net(), small_net()
    truth = fit(whole, *few, RECIPE, epochs=3, **QUIET)
    panel = TrainingExplorer(*few[1][0], 3, TINY)
    watched = panel.watch(net)

    def pressed_in_the_second_epoch(row, matrix):
        watched(row, matrix)
        if row["epoch"] == 1:
            panel.button.click()

    options = {"epochs": 3, "out": tmp_path, "stop": panel.stop, **QUIET}
    first = fit(net, *few, RECIPE, on_epoch=pressed_in_the_second_epoch, **options)
    assert len(first) == 1 and panel.button.disabled and panel.button.description == "Stopped"
    assert len(read_checkpoint(tmp_path / "last.pt")["history"]) == 1
    history = fit(net, *few, RECIPE, on_epoch=panel.watch(net), **options)
    assert [row["train_loss"] for row in history] == [row["train_loss"] for row in truth]
    assert list(panel.moments) == [0, 1, 2, 3]


def test_it_follows_the_training_unless_a_reader_leafs_back():
    panel = panel_of(1)
    assert panel.values["epoch"] == 1
    panel.controls["epoch"].value = 0
    panel._add(2, panel.moments[1])
    assert panel.values["epoch"] == 0 and panel.controls["epoch"].max == 2
    panel.controls["epoch"].value = 2
    panel._add(3, panel.moments[1])
    assert panel.values["epoch"] == 3


@pytest.mark.parametrize(("epoch", "left"), [(1, [0, 1]), (2, [0, 1, 2]), (4, [0, 1, 2, 3, 4]), (6, [6])])
def test_what_belongs_to_another_run_goes(epoch, left):
    panel = panel_of(3)
    panel._add(epoch, panel.moments[1])
    at = panel.controls["epoch"]
    assert list(panel.moments) == left and (at.min, at.max) == (left[0], left[-1])
    assert at.min <= at.value <= at.max
    for value in range(at.min, at.max + 1):
        at.value = value
    at.value = at.min


def test_without_scores_the_loss_stands_alone():
    panel = panel_of(0)
    row = dict(zip(COLUMNS, (1, 0.7, math.nan, math.nan, 1.0, 1.0), strict=True))
    panel._add(1, Moment(panel.truth, row, ConfusionMatrix(4)))
    assert "training loss 0.70 (ln 4 = 1.39 says nothing). In this picture" in panel.caption.value


@pytest.mark.parametrize("size", [(375, 500), (500, 375), (33, 400), (400, 33), (5, 5)])
def test_pictures_of_any_shape_fit(size):
    rng = np.random.default_rng(0)
    image = torch.from_numpy(rng.integers(0, 255, (3, *size), dtype=np.uint8))
    truth = torch.from_numpy(rng.integers(0, 4, size))
    panel = TrainingExplorer(image, truth, 2, TINY)
    panel._add(0, Moment(truth))
    height, width, _ = picture(panel).shape
    assert width == WIDTH and CHARTS + TITLE < height <= 900 and panel.width == 890
    assert "0.0% of the pixels are wrong" in panel.caption.value


def test_names_are_written_as_text():
    truth = torch.zeros(20, 30, dtype=torch.long)
    truth[5:15, 5:15] = 1
    panel = TrainingExplorer(torch.zeros(3, 20, 30, dtype=torch.uint8), truth, 2, ("none", "<b>salt & pepper"))
    panel._add(0, Moment(truth))
    assert "&lt;b&gt;salt &amp; pepper 1.00" in panel.caption.value


def test_the_text_of_its_still_does_not_depend_on_the_numbers():
    texts = []
    for loss in (0.5, 0.6):
        panel = panel_of(2)
        panel._add(3, Moment(panel.truth, row_of(3, loss, matrix_of(50)), matrix_of(50)))
        data, about = panel._repr_mimebundle_()
        texts.append(data["text/plain"])
        assert f"training loss {loss:.2f}" in about["image/png"]["alt"]
    assert texts[0] == texts[1] and texts[0].startswith("TrainingExplorer(epoch=3, show='what the net says'): Above")


def test_a_slider_that_is_moved_meanwhile_does_no_harm():
    panel, failed = panel_of(1), []

    def leaf():
        try:
            for number in range(30):
                panel.controls["epoch"].value = number % 2
        except Exception as error:
            failed.append(error)

    reader = threading.Thread(target=leaf)
    reader.start()
    for epoch in (2, 3):
        panel._add(epoch, panel.moments[1])
    reader.join()
    panel.controls["epoch"].value = 2
    assert not failed and "After epoch 2 of 3" in panel.caption.value


def test_messages_go_where_the_page_sends_them():
    panel = panel_of()
    panel.button.comm._reply_subshell_id = None  # what ipykernel 7.4 remembers of the shell that wrote last
    assert panel.stop() is False
    assert not hasattr(panel.button.comm, "_reply_subshell_id")


def test_the_net_stays_on_its_device_and_is_looked_at_as_it_is(few, small_net):
    net = speak(small_net(), spread=1.0)
    panel = TrainingExplorer(*few[1][0], 2, TINY)
    panel.watch(net)
    assert torch.equal(panel.moments[0].mask, predict(net, few[1][0][0], device="cpu"))
    assert next(net.parameters()).device.type == "cpu"


def test_its_demo_is_made_without_a_training():
    panel = TrainingExplorer.demo()
    assert list(panel.moments) == [0, 1, 2, 3, 4, 5]
    losses = [panel.moments[n].row["train_loss"] for n in range(1, 6)]
    assert losses == sorted(losses, reverse=True)
    assert "made up" in TrainingExplorer.demo.__doc__
    assert TrainingExplorer.answers_within == 0.1
