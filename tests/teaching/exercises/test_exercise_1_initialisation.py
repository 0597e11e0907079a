"""What the solution of exercise 1 defines and says, against torch and the package."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from fcn_course.bilinear import bilinear_kernel
from fcn_course.data.labels import VOID
from tests.support.lecture_files import functions_of


@pytest.fixture(scope="module")
def exercise():
    return functions_of("solutions/1_initialisation", EPOCHS=1)  # a default in its text


@pytest.mark.parametrize("sizes", [(21, 21, 8), (6, 2, 10), (2, 9, 5)])
def test_xavier_kernel_has_torchs_bound(exercise, sizes):
    torch.manual_seed(0)
    ours, torchs = exercise["xavier_kernel"](*sizes), nn.init.xavier_uniform_(torch.empty(*sizes, sizes[2]))
    bound = math.sqrt(6 / ((sizes[0] + sizes[1]) * sizes[2] ** 2))
    for weight in (ours, torchs):
        assert weight.shape == (*sizes, sizes[2])
        assert 0.95 * bound < weight.abs().max() <= bound
        assert weight.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.1)


def test_torch_takes_the_planes_that_go_out_for_the_fan_in(exercise):
    weight = nn.ConvTranspose2d(3, 5, 4).weight
    assert nn.init._calculate_fan_in_and_fan_out(weight) == (5 * 16, 3 * 16)


@pytest.mark.parametrize("planes_in, planes_out, s", [(21, 21, 8), (12, 6, 4), (6, 12, 16)])
def test_spread_factor_is_what_enlarging_does(exercise, planes_in, planes_out, s):
    torch.manual_seed(0)
    noise = torch.randn(4, planes_in, 24, 24)
    large = F.conv_transpose2d(noise, exercise["xavier_kernel"](planes_in, planes_out, 2 * s), stride=s, padding=s // 2)
    ratio = (large[..., s:-s, s:-s].std() / noise.std()).item()
    assert ratio == pytest.approx(exercise["spread_factor"](planes_in, planes_out, 2 * s, s), rel=0.05)


def test_with_as_many_planes_out_the_scores_shrink_by_the_stride(exercise):
    for planes, s in ((1, 2), (21, 8), (21, 32)):
        assert exercise["spread_factor"](planes, planes, 2 * s, s) == pytest.approx(1 / s)


def test_start(exercise):
    start = exercise["start"]
    layer = nn.ConvTranspose2d(4, 4, 8, 4, 2)
    assert torch.equal(start(layer, "bilinear").weight, bilinear_kernel(4, 4, 8)) and not layer.bias.any()
    assert not start(nn.Conv2d(7, 4, 1, bias=False), "zero").weight.any()
    weight = start(layer, "xavier").weight
    assert weight.requires_grad and 0 < weight.abs().max() <= math.sqrt(6 / (8 * 64))


def test_a_bias_of_the_enlarging_layer_still_learns_in_the_dead_head(exercise):
    score, enlarge = (
        exercise["start"](layer, "zero") for layer in (nn.Conv2d(5, 3, 1), nn.ConvTranspose2d(3, 3, 4, 2, 1))
    )
    features, mask = torch.rand(2, 5, 3, 3), torch.randint(0, 2, (2, 6, 6))
    assert exercise["first_gradients"](score, enlarge, features, mask) == (0, 0)
    assert enlarge.bias.grad.abs().max() > 0 and not score.bias.grad.any()


def test_after_one_step_from_zero_the_kernel_learns_too(exercise):
    torch.manual_seed(0)
    start, gradients = exercise["start"], exercise["first_gradients"]
    score, enlarge = start(nn.Conv2d(5, 3, 1), "zero"), start(nn.ConvTranspose2d(3, 3, 4, 2, 1, bias=False), "xavier")
    features, mask = torch.rand(2, 5, 3, 3), torch.randint(0, 3, (2, 6, 6))
    mask[0, 0] = VOID
    assert gradients(score, enlarge, features, mask)[1] == 0
    torch.optim.SGD([*score.parameters(), *enlarge.parameters()], lr=0.1).step()
    assert min(gradients(score, enlarge, features, mask)) > 0


def test_with_equal_weights_in_every_kernel_the_classes_never_part(exercise):
    torch.manual_seed(0)
    score, enlarge = exercise["start"](nn.Conv2d(5, 3, 1), "xavier"), nn.ConvTranspose2d(3, 3, 4, 2, 1, bias=False)
    nn.init.constant_(enlarge.weight, 0.1)
    exercise["first_gradients"](score, enlarge, torch.rand(2, 5, 3, 3), torch.randint(0, 3, (2, 6, 6)))
    torch.testing.assert_close(score.weight.grad, score.weight.grad[:1].expand_as(score.weight), atol=1e-7, rtol=1e-4)


@pytest.mark.parametrize("s", [2, 4, 32])
def test_four_stamps_is_the_transposed_convolution_and_its_gradients(exercise, s):
    torch.manual_seed(0)
    scores, weight = torch.randn(2, 3, 3, 4, requires_grad=True), torch.randn(3, 3, 2 * s, 2 * s, requires_grad=True)
    ours = exercise["four_stamps"](scores, weight, s)
    truth = F.conv_transpose2d(scores, weight, stride=s, padding=s // 2)
    torch.testing.assert_close(ours, truth, atol=1e-4, rtol=1e-4)
    upstream = torch.randn_like(truth)
    for mine, torchs in zip(
        *(torch.autograd.grad(large, (scores, weight), upstream) for large in (ours, truth)), strict=True
    ):
        torch.testing.assert_close(mine, torchs, atol=1e-3, rtol=1e-3)


def test_apart(exercise):
    apart = exercise["apart"]
    assert apart([3, 4, 5], [1, 2]) == "first" and apart([1, 2], [3, 4]) == "second"
    assert apart([1, 3], [2, 4]) == apart([1, 2], [2, 3]) == "open"


def test_diagonal_share(exercise):
    share = exercise["diagonal_share"]
    assert share(bilinear_kernel(5, 5, 4)) == 1
    assert share(torch.ones(5, 5, 4, 4)) == pytest.approx(1 / 5)
