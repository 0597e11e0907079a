"""What lecture 03 defines and says, against torch and the package."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from fcn_course.bilinear import bilinear_kernel
from fcn_course.shapes import Enlargement, centred_scale, same_scale
from tests.support.lecture_files import functions_of

LECTURE = "03_bilinear_kernel"


@pytest.fixture(scope="module")
def lecture():
    return functions_of(LECTURE)


def random_map(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


@given(y=st.floats(-1, 5), x=st.floats(-1, 7))
def test_value_at_is_torchs_sample(lecture, y, x):
    picture = random_map(5, 7)
    # grid_sample counts from -1 to 1 between the outermost middles, columns first
    place = torch.tensor([[[[2 * x / 6 - 1, 2 * y / 4 - 1]]]])
    truth = F.grid_sample(picture[None, None], place, mode="bilinear", padding_mode="border", align_corners=True)
    assert lecture["value_at"](picture, y, x) == pytest.approx(truth.item(), abs=1e-5)


@pytest.mark.parametrize("s", [1, 2, 3, 4, 8])
def test_enlarge_and_look_back_are_interpolate(lecture, s):
    picture = random_map(3, 4, seed=s)
    truth = F.interpolate(picture[None, None], scale_factor=s, mode="bilinear", align_corners=False)[0, 0]
    torch.testing.assert_close(lecture["enlarge"](picture, s), truth, atol=1e-5, rtol=0)


@pytest.mark.parametrize("s", [2, 3, 8])
def test_look_back_lays_edges_on_edges(lecture, s):
    assert lecture["look_back"](-0.5, s) == -0.5
    assert lecture["look_back"](10 * s - 0.5, s) == 9.5


@pytest.mark.parametrize("k", range(1, 65))
def test_bilinear_kernel_is_the_packages(lecture, k):
    assert torch.equal(lecture["bilinear_kernel"](2, 2, k), bilinear_kernel(2, 2, k))


def test_bilinear_kernel_of_unequal_planes_fails_as_the_lecture_shows(lecture):
    with pytest.raises(IndexError, match=r"could not be broadcast together with shapes \[21\], \[3\]"):
        lecture["bilinear_kernel"](21, 3, 4)


def enlarged_ones(how, cells=12):
    return F.conv_transpose2d(torch.ones(1, 1, cells, cells), bilinear_kernel(1, 1, how.kernel_size), None, *how[1:])[
        0, 0
    ]


@pytest.mark.parametrize("s", [2, 4, 8, 16, 32])
def test_the_band_is_half_a_stride_wide_and_fades_as_said(s):
    values = enlarged_ones(same_scale(s))
    along = values[len(values) // 2]
    assert (along < 1 - 1e-6).nonzero().flatten().tolist() == [*range(s // 2), *range(12 * s - s // 2, 12 * s)]
    edge = 1 - (s / 2 - 0.5) / s
    assert along[0].item() == pytest.approx(edge, abs=1e-6)
    assert values[0, 0].item() == pytest.approx(edge**2, abs=1e-6)


def test_the_fade_is_one_factor_for_all_classes():
    scores = random_map(1, 5, 3, 4).double() + 0.5
    how = same_scale(8)
    faded = F.conv_transpose2d(scores, bilinear_kernel(5, 5, how.kernel_size).double(), None, *how[1:])
    full = F.interpolate(scores, scale_factor=8, mode="bilinear", align_corners=False)
    factor = faded / full  # (1, 5, 24, 32)
    torch.testing.assert_close(factor, factor[:, :1].expand_as(factor), atol=1e-9, rtol=0)


@pytest.mark.parametrize("s", range(2, 9))
def test_which_bilinear_kernels_are_flat_and_how_bright(s):
    flat = {}
    for k in range(s, 4 * s + 1):
        ones = F.conv_transpose2d(torch.ones(1, 1, 12, 12), bilinear_kernel(1, 1, k), stride=s)[0, 0]
        inside = ones[4 * s : -4 * s, 4 * s : -4 * s]
        if inside.max() - inside.min() < 1e-5:
            flat[k] = round(inside.mean().item(), 2)
    # among the sizes that the lecture names: one stride down from the top sums to 1, two strides to 4
    assert {k: flat.get(k) for k in (2 * s - 1, 2 * s, 4 * s)} == {2 * s - 1: 1, 2 * s: 1, 4 * s: 4}
    assert s != 4 or set(flat) == {7, 8, 15, 16}


@pytest.mark.parametrize("s", [2, 3, 4])
def test_equal_weights_are_flat_where_the_stride_divides_the_kernel(s):
    for k in range(s, 4 * s + 1):
        ones = F.conv_transpose2d(torch.ones(1, 1, 12, 12), torch.ones(1, 1, k, k), stride=s)[0, 0]
        inside = ones[4 * s : -4 * s, 4 * s : -4 * s]
        assert (inside.max() == inside.min()).item() == (k % s == 0)


def test_an_odd_kernel_at_an_even_stride_sets_cells_on_multiples_of_it():
    assert centred_scale(2, 0) == Enlargement(3, 2, 1, 1)
    assert same_scale(2).first == 0.5


@pytest.mark.parametrize("rows", [(0, 1), (1, 2)])
def test_near_the_border_of_the_panels_picture_two_of_four_neighbours_are_missing(rows):
    from fcn_course.teaching.explorers.bilinear_kernel import KernelExplorer

    panel = KernelExplorer()
    values = panel.values | {"show": "neighbours"}
    missing = ["2 neighbours would lie outside" in panel.draw(**values | {"row": row}).caption for row in rows]
    assert missing == [row < 2 for row in rows]


def test_random_groups_of_the_last_question_have_unequal_sums():
    layer = nn.ConvTranspose2d(1, 1, 5, stride=2, padding=2, output_padding=1, bias=False).requires_grad_(False)
    layer.weight.copy_(random_map(1, 1, 5, 5))
    ones = layer(torch.ones(1, 1, 8, 8))[0, 0]
    assert ones.shape == (16, 16)
    inside = ones[4:12, 4:12]
    assert np.allclose(inside[::2, ::2], inside[0, 0]) and inside.max() - inside.min() > 0.1


def test_a_kernel_of_two_with_stride_one_averages():
    picture = random_map(1, 1, 4, 4)
    out = F.conv_transpose2d(picture, bilinear_kernel(1, 1, 2))
    torch.testing.assert_close(out[..., 1:-1, 1:-1], F.avg_pool2d(picture, 2, stride=1))
