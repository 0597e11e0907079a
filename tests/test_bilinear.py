"""The kernel against the book's formula, the layers against torch's own interpolation."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from fcn_course.bilinear import FrozenBilinear, bilinear_kernel, bilinear_upsampling, interpolation_matrix
from fcn_course.shapes import Enlargement, centred_scale


def kernel_of_the_book(in_channels, out_channels, kernel_size):
    # D2L 14.11.3 as printed; the d2l package does not hold it
    factor = (kernel_size + 1) // 2
    center = factor - 1 if kernel_size % 2 == 1 else factor - 0.5
    og = (torch.arange(kernel_size).reshape(-1, 1), torch.arange(kernel_size).reshape(1, -1))
    filt = (1 - torch.abs(og[0] - center) / factor) * (1 - torch.abs(og[1] - center) / factor)
    weight = torch.zeros((in_channels, out_channels, kernel_size, kernel_size))
    weight[range(in_channels), range(out_channels), :, :] = filt
    return weight


def interpolated(x, stride):
    return F.interpolate(x, scale_factor=stride, mode="bilinear", align_corners=False)


@pytest.mark.parametrize("kernel_size", range(1, 65))
def test_the_kernel_is_the_books(kernel_size):
    ours = bilinear_kernel(3, 3, kernel_size)
    assert ours.shape == (3, 3, kernel_size, kernel_size) and ours.dtype == torch.float32
    torch.testing.assert_close(ours, kernel_of_the_book(3, 3, kernel_size), rtol=0, atol=1e-7)


def test_the_kernel_by_hand():
    tent = torch.tensor([0.25, 0.75, 0.75, 0.25])
    assert torch.equal(bilinear_kernel(1, 1, 4)[0, 0], torch.outer(tent, tent))
    tent = torch.tensor([0.5, 1.0, 0.5])
    assert torch.equal(bilinear_kernel(1, 1, 3)[0, 0], torch.outer(tent, tent))


def test_planes_are_enlarged_each_for_itself_whatever_their_number():
    kernel = bilinear_kernel(2, 3, 4)
    assert kernel.shape == (2, 3, 4, 4)
    filled = kernel.flatten(2).abs().sum(2) > 0
    assert torch.equal(filled, torch.eye(2, 3, dtype=torch.bool))


def test_few_weights_of_the_books_layer_are_not_zero():
    weight = bilinear_upsampling(21, 32).weight
    assert weight.numel() == 1_806_336
    assert weight.count_nonzero() == 86_016


@pytest.mark.parametrize("stride", [2, 4, 8, 16, 32])
def test_the_layer_interpolates_bilinearly_inside(stride):
    x = torch.randn(2, 3, 4, 6, generator=torch.Generator().manual_seed(stride))
    ours, truth = bilinear_upsampling(3, stride)(x), interpolated(x, stride)
    assert ours.shape == truth.shape
    band = slice(stride // 2, -(stride // 2))
    torch.testing.assert_close(ours[..., band, band], truth[..., band, band], rtol=0, atol=2e-6)
    # and the band is as wide as told: one pixel further out they differ
    wider = slice(stride // 2 - 1, None)
    assert (ours - truth)[..., wider, wider].abs().max() > 1e-3


@pytest.mark.parametrize("make", [lambda s: bilinear_upsampling(1, s), lambda s: FrozenBilinear(s, replicate=False)])
def test_the_border_fades_at_stride_32(make):
    out = make(32)(torch.ones(1, 1, 5, 5))[0, 0]
    assert out[0, 80].item() == pytest.approx(0.516, abs=5e-4)
    assert out[80, -1].item() == pytest.approx(0.516, abs=5e-4)
    assert out[0, 0].item() == pytest.approx(0.266, abs=5e-4)
    assert out[-1, 0].item() == pytest.approx(0.266, abs=5e-4)
    torch.testing.assert_close(out[16:-16, 16:-16], torch.ones(128, 128))
    assert (out[:, 80].diff()[:16] > 0).all()


@given(st.integers(1, 33), st.integers(1, 2), st.integers(1, 3), st.integers(1, 6), st.integers(1, 6))
def test_frozen_and_replicated_is_interpolation_everywhere(stride, batch, channels, height, width):
    x = torch.randn(batch, channels, height, width, generator=torch.Generator().manual_seed(stride))
    torch.testing.assert_close(FrozenBilinear(stride)(x), interpolated(x, stride), rtol=0, atol=3e-6)


@pytest.mark.parametrize("stride", [1, 3, 5, 7, 2, 8])
def test_frozen_without_replication_is_the_books_start(stride):
    x = torch.randn(2, 4, 3, 5, generator=torch.Generator().manual_seed(1))
    book = bilinear_upsampling(4, stride)(x)
    assert book.shape == (2, 4, 3 * stride, 5 * stride)
    torch.testing.assert_close(FrozenBilinear(stride, replicate=False)(x), book, rtol=0, atol=2e-6)


def test_the_frozen_one_has_nothing_to_learn_or_to_save():
    layer = FrozenBilinear(8)
    assert list(layer.parameters()) == [] and layer.state_dict() == {}
    x = torch.randn(1, 2, 3, 3, requires_grad=True)
    layer(x).sum().backward()
    torch.testing.assert_close(x.grad, torch.full_like(x, 64.0))  # each cell is spread over 8 x 8 pixels
    assert "stride=8" in repr(layer) and "replicate=True" in repr(layer)


def test_the_frozen_one_follows_the_inputs_number_format():
    assert FrozenBilinear(4)(torch.zeros(1, 1, 2, 2, dtype=torch.float64)).dtype == torch.float64


def test_bias_starts_at_zero_and_is_left_out_by_default():
    assert bilinear_upsampling(2, 4).bias is None
    assert torch.equal(bilinear_upsampling(2, 4, bias=True).bias, torch.zeros(2))


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 33))
def test_the_matrices_enlarge_like_torch_and_their_transposes_are_its_gradient(height, width, factor):
    generator = torch.Generator().manual_seed(factor)
    plane = torch.randn(2, 3, height, width, generator=generator, requires_grad=True)
    rows, columns = interpolation_matrix(height, factor), interpolation_matrix(width, factor)
    truth = interpolated(plane, factor)
    torch.testing.assert_close(rows @ plane.detach() @ columns.T, truth.detach(), rtol=0, atol=1e-5)
    of_larger = torch.randn(truth.shape, generator=generator)
    truth.backward(of_larger)
    torch.testing.assert_close(rows.T @ of_larger @ columns, plane.grad, rtol=1e-4, atol=1e-3)


@given(st.integers(1, 40), st.integers(1, 33))
def test_each_row_of_the_matrix_shares_out_1_among_two_neighbours_at_most(length, factor):
    matrix = interpolation_matrix(length, factor)
    assert matrix.shape == (factor * length, length) and matrix.dtype == torch.float32
    assert matrix.min() >= 0
    torch.testing.assert_close(matrix.sum(1), torch.ones(factor * length), rtol=0, atol=1e-5)
    torch.testing.assert_close(matrix.sum(0), torch.full((length,), float(factor)), rtol=1e-5, atol=1e-5)
    assert (matrix > 0).sum(1).max() <= 2


def test_the_matrix_by_hand():
    assert torch.equal(interpolation_matrix(1, 5), torch.ones(5, 1))
    assert torch.equal(interpolation_matrix(4, 1), torch.eye(4))
    twice = [[1, 0], [0.75, 0.25], [0.25, 0.75], [0, 1]]
    assert interpolation_matrix(2, 2).tolist() == twice


@pytest.mark.parametrize("wrong", [(0, 1, 4), (1, -2, 4), (1, 1, 0)])
def test_a_size_below_one_is_told(wrong):
    with pytest.raises(ValueError, match=rf"must be at least 1, got {min(wrong)}"):
        bilinear_kernel(*wrong)


@pytest.mark.parametrize("make", [lambda s: bilinear_upsampling(1, s), FrozenBilinear])
def test_a_stride_below_one_is_told(make):
    with pytest.raises(ValueError, match="stride must be at least 1, got 0"):
        make(0)


RULES = [Enlargement(63, 32, 31, 31), Enlargement(3, 2, 1, 1), Enlargement(64, 32, 0), Enlargement(4, 2, 0)]


@pytest.mark.parametrize("rule", [*RULES, Enlargement(16, 8, 3, 1), Enlargement(5, 3, 2)], ids=str)
def test_frozen_by_any_rule_is_torchs_transposed_convolution(rule):
    x = torch.randn(2, 3, 4, 6, generator=torch.Generator().manual_seed(1))
    truth = F.conv_transpose2d(x, bilinear_kernel(3, 3, rule.kernel_size), None, *rule[1:])
    torch.testing.assert_close(FrozenBilinear(rule, replicate=False)(x), truth, rtol=0, atol=3e-6)
    torch.testing.assert_close(bilinear_upsampling(3, rule)(x), truth, rtol=0, atol=3e-6)


@pytest.mark.parametrize("stride", [2, 5, 32])
def test_centred_on_a_resnets_cells_it_is_torchs_corners_rule(stride):
    # cell i lies on pixel stride * i: between the first and the last cell that is align_corners=True
    x = torch.randn(1, 2, 4, 6, generator=torch.Generator().manual_seed(stride))
    found = FrozenBilinear(centred_scale(stride, 0))(x)
    between = F.interpolate(x, size=(3 * stride + 1, 5 * stride + 1), mode="bilinear", align_corners=True)
    assert found.shape == (1, 2, 4 * stride, 6 * stride)
    torch.testing.assert_close(found[..., : 3 * stride + 1, : 5 * stride + 1], between, rtol=0, atol=1e-5)
    # behind the last cell it is repeated
    torch.testing.assert_close(found[..., 3 * stride :, :], found[..., 3 * stride, None, :].expand(1, 2, stride, -1))


def test_two_steps_on_a_resnets_cells_are_one():
    x = torch.randn(1, 2, 3, 4)
    twice, sixteen, at_once = (FrozenBilinear(centred_scale(s, 0)) for s in (2, 16, 32))
    torch.testing.assert_close(sixteen(twice(x)), at_once(x), rtol=0, atol=1e-5)
