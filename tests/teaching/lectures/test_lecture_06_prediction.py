"""Lecture 06: its functions held to the package's, and what it says of its pictures."""

import numpy as np
import pytest
import torch

from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import VOC_CLASSES
from fcn_course.nets.checkpoints import load_net
from fcn_course.prediction.inference import predict_logits, predict_tiled
from fcn_course.prediction.tiles import tile_windows
from fcn_course.teaching.explorers.prediction_pictures import asked
from tests.support.helpers import speak
from tests.support.lecture_files import functions_of

LECTURE = "06_prediction"


@pytest.fixture
def lecture(small_net):
    """Its functions, with a small net of 21 classes that says much."""
    net = speak(small_net(num_classes=21, stride=8), spread=1.0)
    return {"net": net, **functions_of(LECTURE, net=net, device=torch.device("cpu"))}


def picture(height, width):
    return torch.randint(0, 256, (3, height, width), dtype=torch.uint8, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize("size", [(96, 128), (75, 50), (1, 1)])
def test_scores_of(lecture, size):
    image = picture(*size)
    scores = lecture["scores_of"](image)
    assert torch.equal(scores, predict_logits(lecture["net"], image, device="cpu"))
    assert not scores.requires_grad


def test_tiled_scores(lecture):
    image = picture(90, 130)
    starts = [sorted({window[k].start for window in tile_windows((90, 130), (40, 60), 16)}) for k in (0, 1)]
    scores = lecture["tiled_scores"](image, *starts, 40, 60)
    mask = predict_tiled(lecture["net"], image, (40, 60), 16, device="cpu")
    assert torch.equal(scores.argmax(0), mask)
    one = lecture["tiled_scores"](image, [0], [0], 90, 130)
    assert torch.equal(one, lecture["scores_of"](image)) and not torch.equal(one.argmax(0), mask)


def test_tiles_are_laid_as_the_lecture_writes_them():
    windows = list(tile_windows((375, 500), (160, 240), 64))
    assert sorted({rows.start for rows, _ in windows}) == [0, 96, 192, 375 - 160]
    assert sorted({columns.start for _, columns in windows}) == [0, 176, 500 - 240]


@pytest.mark.parametrize(
    ("size", "tile", "overlap", "number"),
    [
        ((375, 500), (160, 240), 0, 9),
        ((375, 500), (160, 240), 96, 15),
        ((4000, 6000), (320, 480), 64, 240),
        ((4000, 6000), (640, 960), 64, 49),
    ],
)
def test_so_many_tiles_as_the_lecture_says(size, tile, overlap, number):
    assert len(list(tile_windows(size, tile, overlap))) == number


@pytest.fixture(scope="module")
def world():
    return load_net(), open_voc("minivoc", "val")


def changed(net, image, tile, overlap=0):
    """Per cent of the pixels that get another class than from the whole picture."""
    return 100 * (asked(net, image, tile, overlap).mask != asked(net, image, None, 0).mask).mean()


def test_an_outline_is_about_a_dozen_pixels_wide(world):
    net, val = world
    along = asked(net, val[69][0], None, 0).probabilities[:, 190, 60:101].float()
    background, sheep = along[0], along[VOC_CLASSES.index("sheep")]
    assert background[0] > 0.99 and sheep[-1] > 0.99
    last, first = np.flatnonzero(background > 0.9)[-1], np.flatnonzero(sheep > 0.9)[0]
    assert 10 <= first - last <= 15


def test_between_cells_of_8_pixels_scores_run_straight(world):
    net, val = world
    row = predict_logits(net, val[69][0], device="cpu")[:, 190, 4:492]  # a cell's middle lies between 3 and 4
    bend = (row[:, 2:] - 2 * row[:, 1:-1] + row[:, :-2]).abs().amax(0)  # at columns 5, 6, …
    at_a_cell = np.isin(np.arange(5, 5 + len(bend)) % 8, (3, 4))
    assert bend[~at_a_cell].max() < 1e-4 < 0.01 < bend[at_a_cell].max()


def test_smaller_tiles_change_more(world):
    net, val = world
    shares = [changed(net, val[69][0], tile) for tile in ((320, 480), (160, 240), (80, 120))]
    for share, told in zip(shares, (2, 9, 24), strict=True):
        assert abs(share - told) < 0.8


def test_an_overlap_of_tiles_that_are_too_small_can_make_it_worse(world):
    net, val = world
    image = val[58][0]
    assert abs(changed(net, image, (80, 120)) - 13) < 0.8 and abs(changed(net, image, (80, 120), 32) - 25) < 0.8
    train = val[58][1] == VOC_CLASSES.index("train")
    edge, shared = (asked(net, image, (80, 120), overlap).mask[train] for overlap in (0, 32))
    for name in ("bus", "car"):
        assert (shared == VOC_CLASSES.index(name)).sum() > (edge == VOC_CLASSES.index(name)).sum()
    middle = np.zeros((375, 500), bool)
    middle[160:240] = True  # the row of tiles with wheels and rails
    right = asked(net, image, (80, 120), 0).mask[middle & train.numpy()] == VOC_CLASSES.index("train")
    assert right.mean() > 0.8


def test_the_answers_behind_the_three_questions():
    votes = torch.tensor([[2.0, 0.0], [0.0, 3.0]])
    assert votes.mean(0).tolist() == [1.0, 1.5] and votes.argmax(1).tolist() == [0, 1]
    union = 85 / 0.4
    assert round(union) in (212, 213) and round(union - 100) in (112, 113)
