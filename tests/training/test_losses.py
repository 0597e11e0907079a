"""Every loss against torch's cross-entropy, and the one that keeps no enlarged planes against the one that does."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from fcn_course.training.losses import book_loss, enlarged_picture_losses, mean_loss, picture_losses

SIDES = st.integers(1, 5)


def random_masks(shape, classes=4, void=0.0, seed=0):
    generator = torch.Generator().manual_seed(seed)
    masks = torch.randint(0, classes, shape, generator=generator)
    masks[torch.rand(shape, generator=generator) < void] = 255
    return masks


def random_scores(shape, seed=0):
    return 3 * torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def plainly(scores, masks, factor):
    """The same by torch's own means, every plane in full."""
    logits = F.interpolate(scores.float(), scale_factor=factor, mode="bilinear", align_corners=False)
    logits = logits[..., : masks.shape[1], : masks.shape[2]]
    return F.cross_entropy(logits, masks, reduction="none", ignore_index=255).sum((1, 2))


def value_and_gradient(loss, scores, masks, factor, weights=None):
    scores = scores.clone().requires_grad_()
    losses = loss(scores, masks, factor)
    (losses if weights is None else losses * weights).sum().backward()
    return losses.detach(), scores.grad


@given(st.integers(0, 999), st.integers(1, 4), st.floats(0, 1))
def test_each_pictures_loss_is_torchs_sum_over_its_pixels(seed, n, void):
    logits, masks = random_scores((n, 4, 5, 6), seed), random_masks((n, 5, 6), void=void, seed=seed)
    losses = picture_losses(logits, masks)
    assert losses.shape == (n,)
    for number in range(n):
        one = F.cross_entropy(logits[[number]], masks[[number]], ignore_index=255, reduction="sum")
        torch.testing.assert_close(losses[number], one)


def test_losses_of_half_precision_logits_are_summed_in_float32():
    logits, masks = random_scores((2, 4, 50, 60)).bfloat16(), random_masks((2, 50, 60))
    losses = picture_losses(logits, masks)
    assert losses.dtype == torch.float32
    assert torch.equal(losses, picture_losses(logits.float(), masks))


def test_the_books_loss_is_d2ls_without_void():
    logits, masks = torch.randn(3, 4, 5, 6), torch.randint(0, 4, (3, 5, 6))
    d2l = F.cross_entropy(logits, masks, reduction="none").mean(1).mean(1)
    torch.testing.assert_close(book_loss(logits, masks), d2l)


def test_in_the_books_loss_void_costs_nothing_and_still_counts_as_a_pixel():
    logits, masks = torch.randn(1, 4, 2, 2), torch.tensor([[[0, 1], [255, 255]]])
    kept = F.cross_entropy(logits[..., 0, :], masks[:, 0], reduction="sum")
    torch.testing.assert_close(book_loss(logits, masks), kept[None] / 4)


@given(st.integers(0, 999), st.integers(1, 4), st.floats(0, 0.9))
def test_mean_loss_is_torchs_mean_over_what_is_not_void(seed, n, void):
    logits, masks = random_scores((n, 4, 7, 9), seed), random_masks((n, 7, 9), void=void, seed=seed)
    truth = F.cross_entropy(logits, masks, ignore_index=255)
    torch.testing.assert_close(mean_loss(logits, masks), truth, rtol=1e-5, atol=1e-6)


def test_mean_loss_of_a_batch_that_is_all_void_is_0_and_so_is_its_gradient():
    logits, masks = torch.randn(2, 4, 3, 3, requires_grad=True), torch.full((2, 3, 3), 255)
    loss = mean_loss(logits, masks)
    loss.backward()
    assert loss.item() == 0 and logits.grad.abs().max() == 0
    assert math.isnan(F.cross_entropy(logits, masks, ignore_index=255).item())
    assert book_loss(logits, masks).tolist() == [0, 0]


@given(st.integers(1, 3), st.integers(1, 4), SIDES, SIDES, st.integers(1, 9), st.floats(0, 1), st.data())
def test_enlarged_losses_are_those_of_enlarged_scores_in_value_and_gradient(n, classes, h, w, factor, void, data):
    height, width = data.draw(st.integers(1, factor * h)), data.draw(st.integers(1, factor * w))
    scores = random_scores((n, classes, h, w), height)
    masks = random_masks((n, height, width), classes, void, seed=width)
    weights = torch.tensor(data.draw(st.lists(st.floats(-2, 2, width=32), min_size=n, max_size=n)))
    ours, gradient = value_and_gradient(enlarged_picture_losses, scores, masks, factor, weights)
    truth, true_gradient = value_and_gradient(plainly, scores, masks, factor, weights)
    assert ours.shape == (n,) and ours.dtype == torch.float32
    torch.testing.assert_close(ours, truth, rtol=1e-5, atol=1e-4)
    torch.testing.assert_close(gradient, true_gradient, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("factor", [8, 16, 32])
def test_at_the_size_of_a_lesson(factor):
    scores = random_scores((2, 21, 160 // factor, 256 // factor))
    masks = random_masks((2, 150, 245), 21, 0.1)
    ours, gradient = value_and_gradient(enlarged_picture_losses, scores, masks, factor)
    truth, true_gradient = value_and_gradient(plainly, scores, masks, factor)
    torch.testing.assert_close(ours, truth, rtol=1e-5, atol=0)
    torch.testing.assert_close(gradient, true_gradient, rtol=1e-4, atol=1e-3)


def test_one_score_by_hand():
    # one cell, so that each of its 2 x 2 pixels has the same two logits; one of them is void
    scores = torch.tensor([[[[1.0]], [[3.0]]]], requires_grad=True)
    (loss,) = enlarged_picture_losses(scores, torch.tensor([[[0, 1], [1, 255]]]), 2)
    p = math.exp(1) / (math.exp(1) + math.exp(3))
    assert loss.item() == pytest.approx(-math.log(p) - 2 * math.log(1 - p), rel=1e-6)
    loss.backward()
    assert scores.grad.flatten().tolist() == pytest.approx([3 * p - 1, 3 * (1 - p) - 2], rel=1e-5)


def test_its_gradient_is_that_of_its_own_finite_differences():
    scores, masks = random_scores((2, 3, 2, 3)).double().requires_grad_(), random_masks((2, 7, 11), 3, 0.2)
    # it computes in float32: steps must be wide and agreement cannot be close
    assert torch.autograd.gradcheck(lambda s: enlarged_picture_losses(s, masks, 4), scores, eps=1e-2, atol=2e-2)


def test_pictures_that_are_all_void_cost_nothing_and_ask_for_nothing():
    masks = random_masks((3, 8, 8))
    masks[1] = 255
    losses, gradient = value_and_gradient(enlarged_picture_losses, random_scores((3, 4, 2, 2)), masks, 4)
    assert losses[1] == 0 and gradient[1].abs().max() == 0
    assert losses[[0, 2]].min() > 0 and gradient[[0, 2]].abs().amax((1, 2, 3)).min() > 0


def test_hopeless_scores_stay_finite():
    scores = torch.tensor([-1e4, 1e4, 0.0]).view(1, 3, 1, 1).repeat(1, 1, 2, 2)
    losses, gradient = value_and_gradient(enlarged_picture_losses, scores, torch.zeros(1, 8, 8, dtype=torch.long), 4)
    assert losses.item() == pytest.approx(64 * 2e4) and gradient.isfinite().all()


def test_many_pictures_are_as_many_single_ones():
    scores, masks = random_scores((35, 3, 2, 3)), random_masks((35, 7, 9), 3, 0.2)
    together, gradient = value_and_gradient(enlarged_picture_losses, scores, masks, 4)
    assert together.shape == (35,) and gradient.shape == scores.shape
    for number in (0, 15, 16, 17, 31, 32, 34):
        alone, its_gradient = value_and_gradient(enlarged_picture_losses, scores[[number]], masks[[number]], 4)
        torch.testing.assert_close(together[[number]], alone)
        torch.testing.assert_close(gradient[[number]], its_gradient)


def test_scores_in_bfloat16_get_a_gradient_in_bfloat16():
    scores, masks = random_scores((2, 5, 3, 4)).bfloat16(), random_masks((2, 23, 32), 5, 0.1)
    losses, gradient = value_and_gradient(enlarged_picture_losses, scores, masks, 8)
    truth, true_gradient = value_and_gradient(plainly, scores.float(), masks, 8)
    assert losses.dtype == torch.float32 and gradient.dtype == torch.bfloat16
    torch.testing.assert_close(losses, truth)  # computed in float32 all the same
    torch.testing.assert_close(gradient.float(), true_gradient, rtol=2**-7, atol=1e-4)


def test_under_autocast_the_numbers_are_the_same():
    scores, masks = random_scores((2, 5, 3, 4)), random_masks((2, 23, 32), 5, 0.1)
    plain = value_and_gradient(enlarged_picture_losses, scores, masks, 8)
    with torch.autocast("cpu", torch.bfloat16):
        assert (scores.flatten(1) @ scores.flatten(1).T).dtype == torch.bfloat16
        cast = value_and_gradient(enlarged_picture_losses, scores, masks, 8)
    assert all(torch.equal(a, b) for a, b in zip(plain, cast, strict=True))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_scores_and_masks_are_left_as_they_are(dtype):
    scores, masks = random_scores((2, 4, 3, 3)).to(dtype).requires_grad_(), random_masks((2, 11, 12), void=0.3)
    before, versions = (scores.detach().clone(), masks.clone()), (scores._version, masks._version)
    enlarged_picture_losses(scores, masks, 4).sum().backward()
    assert torch.equal(scores.detach(), before[0]) and torch.equal(masks, before[1])
    assert (scores._version, masks._version) == versions


def test_nothing_of_the_enlarged_size_is_kept_for_the_backward_pass():
    layer, x, masks = nn.Conv2d(8, 4, 1), torch.randn(2, 8, 5, 6), random_masks((2, 40, 48), void=0.1)
    largest = {}
    for loss in (enlarged_picture_losses, plainly):
        kept = []
        with torch.autograd.graph.saved_tensors_hooks(lambda t, kept=kept: kept.append(t.numel()) or t, lambda t: t):
            loss(layer(x), masks, 8).sum().backward()
        largest[loss] = max(kept)
    planes = 2 * 4 * 40 * 48
    assert largest[plainly] >= planes  # else the next line would prove nothing
    assert largest[enlarged_picture_losses] == x.numel() < planes


def test_without_gradients_wanted_the_value_is_the_same():
    scores, masks = random_scores((2, 4, 3, 3)), random_masks((2, 12, 12))
    truth, _ = value_and_gradient(enlarged_picture_losses, scores, masks, 4)
    with torch.no_grad():
        assert torch.equal(enlarged_picture_losses(scores, masks, 4), truth)


def test_masks_that_are_no_match_are_refused():
    scores = random_scores((2, 4, 3, 3))
    for masks in (random_masks((2, 13, 12)), random_masks((3, 12, 12)), random_masks((2, 12, 12), classes=9)):
        with pytest.raises((RuntimeError, ValueError)):
            enlarged_picture_losses(scores, masks, 4)


def test_a_second_derivative_is_refused_rather_than_wrong():
    scores = torch.randn(1, 3, 2, 2, requires_grad=True)
    loss = enlarged_picture_losses(scores, torch.zeros(1, 4, 4, dtype=torch.long), 2).square().sum()
    (gradient,) = torch.autograd.grad(loss, scores, create_graph=True)
    with pytest.raises(RuntimeError, match="differentiate twice"):
        gradient.sum().backward()
