"""Windows of picture and mask alike, anywhere, repeatable, and void where there is no picture."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fcn_course.data.crops import RandomCrops, random_crop
from fcn_course.data.datasets import open_voc
from fcn_course.data.normalisation import STD, normalise
from tests.support.helpers import coordinates

SIDES = st.integers(1, 40)
PAIRS = [coordinates(30, 40), coordinates(12, 50)]


@given(SIDES, SIDES, SIDES, SIDES, st.integers(0, 99))
def test_a_crop_is_the_same_window_of_both_and_the_rest_is_void(height, width, down, across, seed):
    image, mask = coordinates(height, width)
    window, labels = random_crop(image, mask, (down, across), np.random.default_rng(seed))
    assert window.shape == (3, down, across) and window.dtype == torch.uint8
    assert labels.shape == (down, across) and labels.dtype == torch.int64
    inside = labels != 255
    y, x = (labels[inside] - 300) // 1000, (labels[inside] - 300) % 1000
    assert torch.equal(window[0][inside].long(), y) and torch.equal(window[1][inside].long(), x)
    # one window: as many rows and columns as fit, each once, in order
    rows, columns = min(height, down), min(width, across)
    assert inside.sum() == rows * columns
    assert torch.equal(y.view(rows, columns), torch.arange(int(y[0]), int(y[0]) + rows)[:, None].expand(rows, columns))
    assert torch.equal(x.view(rows, columns), torch.arange(int(x[0]), int(x[0]) + columns).expand(rows, columns))
    # outside: ImageNet's mean, which is nothing once normalised
    outside = normalise(window)[:, ~inside]
    assert outside.numel() == 0 or outside.abs().max() < 0.5 / 255 / min(STD) + 1e-6


def test_outside_lies_the_mean_that_the_net_takes_out():
    image, mask = coordinates(5, 6)
    mean = (0.2, 127 / 255, 1.0)
    for window, labels in (
        random_crop(image, mask, (16, 16), np.random.default_rng(0), mean),
        RandomCrops([(image, mask)], (16, 16), outside=mean)[0],
    ):
        assert window[:, labels == 255].unique(dim=1).tolist() == [[51], [127], [255]]


def test_a_small_picture_is_kept_whole_in_every_window():
    image, mask = coordinates(10, 12)
    for seed in range(20):
        _, labels = random_crop(image, mask, (16, 16), np.random.default_rng(seed))
        assert torch.equal(labels[labels != 255].view(10, 12), mask)


def test_every_window_is_possible():
    image, mask = coordinates(5, 6)
    rng = np.random.default_rng(0)
    corners = {tuple(random_crop(image, mask, (4, 4), rng)[0][:2, 0, 0].tolist()) for _ in range(200)}
    assert corners == {(y, x) for y in range(2) for x in range(3)}


def test_every_place_in_a_larger_window_is_possible():
    image, mask = coordinates(1, 1)
    rng = np.random.default_rng(0)
    places = {tuple((random_crop(image, mask, (2, 3), rng)[1] != 255).nonzero()[0].tolist()) for _ in range(200)}
    assert places == {(y, x) for y in range(2) for x in range(3)}


def test_a_crop_depends_on_its_random_numbers_alone():
    image, mask = coordinates(40, 60)

    def crop(seed):
        return random_crop(image, mask, (8, 8), np.random.default_rng(seed))[1]

    assert torch.equal(crop(3), crop(3))
    assert len({tuple(crop(seed).flatten().tolist()) for seed in range(20)}) > 10


def test_a_crop_leaves_its_picture_as_it_is():
    image, mask = coordinates(9, 9)
    window, labels = random_crop(image, mask, (9, 9), np.random.default_rng(0))
    window.zero_()
    labels.zero_()
    assert torch.equal(image, coordinates(9, 9)[0]) and torch.equal(mask, coordinates(9, 9)[1])


def test_random_crops_give_the_same_window_for_the_same_key():
    first, again = RandomCrops(PAIRS, (8, 8), seed=4), RandomCrops(PAIRS, (8, 8), seed=4)
    again[0, 9]  # what was read before must not matter
    for key in ((0, 0), (1, 0), (0, 3), (1, 7)):
        assert torch.equal(first[key][1], again[key][1]) and torch.equal(first[key][0], again[key][0])
    assert torch.equal(first[1][1], first[1, 0][1])
    assert len(first) == 2


def test_random_crops_differ_by_picture_draw_and_seed():
    crops = RandomCrops(PAIRS, (8, 8), seed=4)
    draws = {tuple(crops[0, draw][1].flatten().tolist()) for draw in range(10)}
    seeds = {tuple(RandomCrops(PAIRS, (8, 8), seed=seed)[0, 0][1].flatten().tolist()) for seed in range(10)}
    assert len(draws) > 7 and len(seeds) > 7
    assert not torch.equal(crops[0, 1][1], crops[1, 1][1])


@pytest.mark.parametrize("flip", [True, False])
def test_half_of_the_windows_are_mirrored_both_alike(flip):
    crops, mirrored = RandomCrops(PAIRS, (8, 8), flip=flip), 0
    for draw in range(100):
        window, labels = crops[0, draw]
        assert torch.equal(window[1].long(), (labels - 300) % 1000)
        mirrored += int(labels[0, 0] > labels[0, 1])
    assert (30 < mirrored < 70) if flip else mirrored == 0


@pytest.mark.parametrize("size", [(8, 8), (60, 70)])
def test_stored_crops_are_the_same_in_fewer_bytes(few_voc, size):
    data = open_voc(few_voc)
    plain, stored = (RandomCrops(data, size, seed=5, uint8_masks=wanted) for wanted in (False, True))
    for key in ((0, 0), (0, 3), (1, 1), 1):
        (image, mask), (same, indices) = plain[key], stored[key]
        assert torch.equal(image, same) and image.dtype == same.dtype == torch.uint8
        assert torch.equal(mask, indices.long()) and mask.dtype == torch.int64 and indices.dtype == torch.uint8


def test_stored_crops_of_pairs_that_hold_int64_stay_int64():
    _, mask = RandomCrops(PAIRS, (40, 60), uint8_masks=True)[0, 2]
    assert mask.dtype == torch.int64 and (mask == 255).any() and mask.max() > 255
    assert torch.equal(mask, RandomCrops(PAIRS, (40, 60))[0, 2][1])


def test_without_a_size_pictures_come_whole_and_half_of_them_mirrored(few_voc):
    data = open_voc(few_voc)
    crops, (image, mask) = RandomCrops(data, None, flip=True, seed=1), data[0]
    mirrored = 0
    for draw in range(30):
        whole, labels = crops[0, draw]
        turned = not torch.equal(whole, image)
        assert torch.equal(whole, image.flip(-1) if turned else image)
        assert torch.equal(labels, mask.flip(-1) if turned else mask)
        mirrored += turned
    assert 6 < mirrored < 24
    assert torch.equal(RandomCrops(data, None, flip=False)[0, 4][0], image)


@pytest.mark.parametrize("size", [(0, 8), (8, 0), (-3, 8)])
def test_a_crop_without_pixels(size):
    for call in (
        lambda: random_crop(*PAIRS[0], size, np.random.default_rng(0)),
        lambda: RandomCrops(PAIRS, size),
    ):
        with pytest.raises(ValueError, match=f"^a crop of {size[0]} x {size[1]} has no pixels; .* at least 1$"):
            call()
