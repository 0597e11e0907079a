"""Exercise 3: its solution held to the package's tiles, and the numbers that it states."""

import ast

import pytest
import torch
import torch.nn.functional as F

from fcn_course.prediction.inference import predict_logits, predict_tiled
from fcn_course.prediction.tiles import tile_windows
from tests.support.helpers import speak
from tests.support.lecture_files import cells_of, functions_of, text_of

EXERCISE = "solutions/3_whole_pictures"


@pytest.fixture
def net(small_net):
    return speak(small_net(num_classes=21, stride=8), spread=1.0)


@pytest.fixture
def solution(net):
    return functions_of(EXERCISE, net=net, device=torch.device("cpu"), SIZE=(75, 100))


def picture(height, width):
    return torch.randint(0, 256, (3, height, width), dtype=torch.uint8, generator=torch.Generator().manual_seed(3))


def value_of(cell, name):
    """What an answer cell gives to a name last."""
    source = next(c.source for c in cells_of(EXERCISE) if c.id == cell)
    found = [
        node.value for node in ast.parse(source).body if isinstance(node, ast.Assign) and node.targets[0].id == name
    ]
    return ast.literal_eval(found[-1])


def starts_of(length, tile, overlap):
    return sorted({rows.start for rows, _ in tile_windows((length, 1), (tile, 1), (overlap, 0))})


@pytest.mark.parametrize("tile", [1, 7, 32, 160])
def test_starts_are_the_packages(solution, tile):
    for overlap in {0, tile // 3, tile - 1}:
        for length in (1, 31, 32, 33, 100, 375):
            assert solution["starts"](length, tile, overlap) == starts_of(length, tile, overlap)


def test_starts_by_hand(solution):
    assert solution["starts"](375, 160, 64) == [0, 96, 192, 215]
    assert solution["starts"](352, 160, 64) == [0, 96, 192]
    assert solution["starts"](160, 160, 64) == solution["starts"](20, 160, 64) == [0]


def test_cover_by_hand(solution):
    # tiles of 4 begin at 0 and, pushed back, at 5 - 4 = 1
    assert solution["cover"](1, 5, (3, 4), 1).tolist() == [[1, 2, 2, 2, 1]]
    assert solution["cover"](2, 6, (3, 4), 2).tolist() == [[1, 1, 2, 2, 1, 1]] * 2


@pytest.mark.parametrize(("size", "tile", "overlap"), [((75, 100), (32, 40), 12), ((20, 90), (32, 40), 0)])
def test_cover_counts_the_packages_windows(solution, size, tile, overlap):
    count = torch.zeros(size)
    for rows, columns in tile_windows(size, tile, overlap):
        count[rows, columns] += 1
    assert torch.equal(solution["cover"](*size, tile, overlap), count)


@pytest.mark.parametrize(("tile", "overlap"), [((40, 60), 0), ((40, 60), 16), ((200, 300), 0)])
def test_tiled_scores_give_the_packages_mask(solution, net, tile, overlap):
    image = picture(90, 130)
    scores = solution["tiled_scores"](solution["scores_of"], image, tile, overlap)
    assert torch.equal(scores.argmax(0), predict_tiled(net, image, tile, overlap, device="cpu"))
    assert not scores.requires_grad


def test_tiled_scores_are_means(solution):
    scores = solution["tiled_scores"](lambda part: part.float() + part.shape[2], picture(9, 11), (4, 6), 2)
    assert torch.allclose(scores, picture(9, 11).float() + 6)


@pytest.mark.parametrize("size", [(45, 70), (64, 32), (1, 1)])
def test_padded_scores(solution, net, size):
    image = picture(*size)
    grown = torch.zeros(3, *(-(-side // 32) * 32 for side in size), dtype=torch.uint8)
    grown[:, : size[0], : size[1]] = image
    scores = solution["padded_scores"](solution["scores_of"], image)
    assert torch.equal(scores, predict_logits(net, grown, device="cpu")[:, : size[0], : size[1]])


@pytest.mark.parametrize("tile", [50, 96, 160])
def test_free_overlap_is_the_largest_that_takes_no_tile(solution, tile):
    for length in range(tile + 1, 600, 7):
        free = solution["free_overlap"](length, tile)
        bare = len(starts_of(length, tile, 0))
        assert len(starts_of(length, tile, free)) == bare
        assert free == tile - 1 or len(starts_of(length, tile, free + 1)) > bare


def test_seams_lie_inside_the_picture(solution):
    near = solution["near_seams"](40, 60, (20, 60), 0, within=2)
    assert near.sum() == 4 * 60 and near[18:22].all()
    assert not solution["near_seams"](40, 60, (40, 60), 0).any()


def test_mean_colour_padding_touches_the_padding_alone(solution, net):
    grown = torch.zeros(3, 96, 128, dtype=torch.uint8)
    grown[:, :75, :100] = picture(75, 100)
    grey = grown.clone()
    grey[:, 75:], grey[:, :, 100:] = (torch.tensor([124, 116, 104], dtype=torch.uint8)[:, None, None],) * 2
    assert torch.equal(solution["mean_colour_padding"](grown), predict_logits(net, grey, device="cpu"))
    assert grown[:, 75:].max() == 0


def test_three_winners_by_hand():
    scores = torch.tensor(value_of("step-5-answer", "nine_scores"), dtype=torch.float64)
    votes = F.one_hot(scores.argmax(1), 3).sum(0)
    assert votes.tolist() == [2, 1, 0]
    assert scores.softmax(1).mean(0).tolist() == pytest.approx([0.44, 0.45, 0.11], abs=0.005)
    assert scores.mean(0).tolist() == pytest.approx([-4.3, -2.7, 3.7], abs=0.05)


def test_numbers_that_it_states():
    assert len(starts_of(375, 160, 80)) * len(starts_of(500, 160, 80)) == value_of("step-6b-answer", "price")[0] == 24
    assert pytest.approx(value_of("step-6b-answer", "price")[1], abs=0.005) == 24 * 160**2 / (375 * 500)
    for overlap, tiles in ((0, 12), (16, 12), (46, 12), (47, 15)):
        assert len(starts_of(375, 160, overlap)) * len(starts_of(500, 160, overlap)) == tiles
    assert pytest.approx(1.40, abs=0.005) == 4 * 256**2 / (375 * 500)
    assert [f"{torch.tensor(s).softmax(0)[1]:.0%}" for s in ([1.0, 2.0], [4.0, 8.0])] == ["73%", "98%"]
    assert pytest.approx(9, abs=0.1) == 21 * 9000 * 12000 * 4 / 1e9


def test_its_marks_are_taken_out_by_machine():
    for cell in cells_of(EXERCISE):
        for mark in ("SOLUTION", "HIDDEN TESTS"):
            assert cell.source.count(f"### BEGIN {mark}") == cell.source.count(f"### END {mark}")
    assert "*Difficulty: " in text_of(EXERCISE)
