"""The band along outlines against a slow loop and scipy's filters."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from fcn_course.data.labels import VOID
from fcn_course.data.masks import read_mask
from fcn_course.evaluation.outlines import near_outlines


def slowly(mask, width):
    """By the definition: look at every pixel of the square round every pixel."""
    band = np.zeros(mask.shape, bool)
    for y, x in np.ndindex(*mask.shape):
        square = mask[max(y - width, 0) : y + width + 1, max(x - width, 0) : x + width + 1]
        band[y, x] = mask[y, x] != VOID and (square != mask[y, x]).any()
    return band


def by_scipy(mask, width):
    size = 2 * width + 1
    differs = ndimage.maximum_filter(mask, size, mode="nearest") != ndimage.minimum_filter(mask, size, mode="nearest")
    return differs & (mask != VOID)


def blobs(seed, size):
    """A few rectangles of classes and void over background."""
    rng = np.random.default_rng(seed)
    mask = np.zeros(size, np.int64)
    for _ in range(rng.integers(0, 4)):
        y, x = rng.integers(0, size[0]), rng.integers(0, size[1])
        mask[y : y + rng.integers(1, 9), x : x + rng.integers(1, 9)] = rng.choice([1, 2, 20, VOID])
    return mask


@given(st.integers(0, 10_000), st.integers(1, 24), st.integers(1, 24), st.integers(1, 9))
def test_the_band_is_what_a_loop_and_scipy_find(seed, height, width, reach):
    mask = blobs(seed, (height, width))
    band = near_outlines(torch.from_numpy(mask), reach)
    assert band.dtype == torch.bool
    assert np.array_equal(band, slowly(mask, reach)) and np.array_equal(band, by_scipy(mask, reach))


def test_by_hand():
    mask = torch.tensor([[0, 0, 0, 0, 1, 1, 1, 255, 2]])
    assert near_outlines(mask, 1).int().tolist() == [[0, 0, 0, 1, 1, 0, 1, 0, 1]]
    assert near_outlines(mask, 2).int().tolist() == [[0, 0, 1, 1, 1, 1, 1, 0, 1]]


def test_the_corner_of_the_square_counts():
    mask = torch.zeros(19, 19, dtype=torch.long)
    mask[9, 9] = 5
    band = near_outlines(mask, 8)
    assert band[1:18, 1:18].all() and band.sum() == 17 * 17


@pytest.mark.parametrize("label", [0, 7, VOID])
def test_one_label_alone_has_no_outline_not_even_at_the_border(label):
    assert not near_outlines(torch.full((20, 30), label), 8).any()


def test_a_batch_is_its_pictures_one_by_one():
    masks = torch.stack([torch.from_numpy(blobs(seed, (30, 20))) for seed in range(6)])
    batch = near_outlines(masks, 3)
    assert batch.shape == masks.shape and batch.any()
    assert torch.equal(batch, torch.stack([near_outlines(mask, 3) for mask in masks]))
    assert torch.equal(batch.view(2, 3, 30, 20), near_outlines(masks.view(2, 3, 30, 20), 3))


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int16, torch.int32])
def test_masks_of_every_number_format(dtype):
    mask = torch.from_numpy(blobs(5, (30, 20)))
    stored = mask.to(dtype)
    assert near_outlines(mask, 2).any() and torch.equal(near_outlines(stored, 2), near_outlines(mask, 2))
    assert torch.equal(stored.long(), mask)
    assert torch.equal(near_outlines(stored.mT, 2), near_outlines(mask, 2).mT)


def test_nothing_has_no_outlines():
    assert near_outlines(torch.zeros(0, 4, 5, dtype=torch.long)).shape == (0, 4, 5)


def test_another_void():
    assert near_outlines(torch.tensor([[0, 9, 0]]), 1, ignore_index=9).tolist() == [[True, False, True]]


def test_real_masks(real):
    for path in sorted((real / "VOCdevkit" / "VOC2012" / "SegmentationClass").glob("*.png")):
        mask = read_mask(path)
        band = near_outlines(mask)
        assert np.array_equal(band, by_scipy(mask.numpy(), 8))
        assert 0 < band.sum() < (mask != VOID).sum() / 2


@pytest.mark.gpu
def test_on_a_gpu(gpu):
    mask = torch.from_numpy(blobs(5, (30, 20)))
    band = near_outlines(mask.to(gpu), 3)
    assert band.device.type == gpu.type and torch.equal(band.cpu(), near_outlines(mask, 3))


@pytest.mark.parametrize("width", [0, -3])
def test_a_band_without_width_is_told(width):
    with pytest.raises(ValueError, match=f"a band of {width} pixels is empty; width must be at least 1"):
        near_outlines(torch.zeros(4, 4, dtype=torch.long), width)


@pytest.mark.parametrize("mask", [torch.zeros(4, 4), torch.zeros(4, dtype=torch.long)])
def test_what_is_no_mask_is_told(mask):
    with pytest.raises(ValueError, match=r"a mask must be an integer tensor \(H, W\) or \(N, H, W\).*got \(4,"):
        near_outlines(mask)
