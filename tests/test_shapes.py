"""Size arithmetic against torch's own layers, and the receptive field against where gradients arrive."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from fcn_course.shapes import (
    Enlargement,
    Field,
    centred_scale,
    conv_output_size,
    conv_transpose_output_size,
    crop_offset,
    enlarged_field,
    receptive_field,
    same_scale,
)

SIZES = st.integers(1, 40)
# a little beyond what is allowed on both sides, so that refusals are compared too
KERNELS, STRIDES, PADDINGS, DILATIONS = st.integers(0, 9), st.integers(0, 6), st.integers(-1, 6), st.integers(0, 4)


def length_or_refusal(run):
    try:
        return (
            run().shape[-1] or "refused"
        )  # with output_padding torch may hand back an empty picture, elsewhere it refuses
    except (RuntimeError, ValueError):
        return "refused"


def number_or_refusal(run):
    try:
        return run()
    except ValueError:
        return "refused"


@settings(max_examples=300)
@given(SIZES, KERNELS, STRIDES, PADDINGS, DILATIONS)
def test_conv_output_size_is_what_torch_gives_and_refuses_what_torch_refuses(size, kernel, stride, padding, dilation):
    x, weight = torch.zeros(1, 1, size, size), torch.zeros(1, 1, kernel, kernel)
    truth = length_or_refusal(lambda: F.conv2d(x, weight, None, stride, padding, dilation))
    assert number_or_refusal(lambda: conv_output_size(size, kernel, stride, padding, dilation)) == truth


@given(SIZES, st.integers(1, 7), st.integers(1, 5), st.integers(1, 3), st.data())
def test_conv_output_size_holds_for_pooling(size, kernel, stride, dilation, data):
    padding = data.draw(st.integers(0, kernel // 2))  # torch pools with no more
    pool = nn.MaxPool2d(kernel, stride, padding, dilation)
    truth = length_or_refusal(lambda: pool(torch.zeros(1, 1, size, size)))
    assert number_or_refusal(lambda: conv_output_size(size, kernel, stride, padding, dilation)) == truth


@settings(max_examples=300)
# dilation from 1: torch lets a transposed convolution of dilation 0 pass, which lays the whole kernel on one pixel
@given(st.integers(1, 20), KERNELS, STRIDES, PADDINGS, st.integers(-1, 5), st.integers(1, 4))
def test_conv_transpose_output_size_is_what_torch_gives_and_refuses_what_torch_refuses(
    size, kernel, stride, padding, output_padding, dilation
):
    x, weight = torch.zeros(1, 1, size, size), torch.zeros(1, 1, kernel, kernel)
    truth = length_or_refusal(lambda: F.conv_transpose2d(x, weight, None, stride, padding, output_padding, 1, dilation))
    ours = number_or_refusal(
        lambda: conv_transpose_output_size(size, kernel, stride, padding, output_padding, dilation)
    )
    assert ours == truth


def test_layers_of_the_book_by_their_modules():
    x = torch.zeros(1, 3, 320, 480)
    assert nn.Conv2d(3, 1, 7, 2, 3)(x).shape[2:] == (conv_output_size(320, 7, 2, 3), conv_output_size(480, 7, 2, 3))
    y = torch.zeros(1, 1, 10, 15)
    assert nn.ConvTranspose2d(1, 1, 64, 32, 16)(y).shape[2:] == (320, 480)
    assert [conv_transpose_output_size(cells, 64, 32, 16) for cells in (10, 15)] == [320, 480]


@given(SIZES, st.integers(1, 7), st.integers(1, 5), st.integers(0, 3))
def test_a_transposed_convolution_undoes_a_convolutions_size_up_to_output_padding(size, kernel, stride, padding):
    if kernel > size + 2 * padding:
        return
    cells = conv_output_size(size, kernel, stride, padding)
    lost = (size + 2 * padding - kernel) % stride
    assert conv_transpose_output_size(cells, kernel, stride, padding, lost) == size


@pytest.mark.parametrize("stride", range(1, 65))
def test_same_scale_enlarges_by_exactly_its_stride(stride):
    rule = same_scale(stride)
    for cells in (1, 2, 7, 15):
        assert conv_transpose_output_size(cells, *rule) == cells * stride
    assert nn.ConvTranspose2d(1, 1, *rule)(torch.zeros(1, 1, 3, 5)).shape[2:] == (3 * stride, 5 * stride)


def test_same_scale_is_the_books_rule_at_32():
    assert same_scale(32) == (64, 32, 16, 0)
    assert same_scale(32)._asdict() == {"kernel_size": 64, "stride": 32, "padding": 16, "output_padding": 0}


def test_vgg16s_cells_lie_half_a_stride_off_the_corner():
    vgg, pools = [], []
    for convolutions in (2, 2, 3, 3, 3):
        vgg += [(3, 1, 1)] * convolutions + [(2, 2, 0)]
        pools.append(receptive_field(vgg))
    field = pools[-1]
    assert (field.jump, field.start, field.size) == (32, 15.5, 212)
    assert [field.centre(cell) for cell in (0, 1, 9)] == [15.5, 47.5, 32 * 9 + 15.5]
    assert [pool.jump for pool in pools] == [2, 4, 8, 16, 32]


def test_resnet18s_cells_lie_on_multiples_of_32():
    resnet = [(7, 2, 3), (3, 2, 1)] + [(3, 1, 1)] * 4
    for _ in range(3):
        resnet += [(3, 2, 1)] + [(3, 1, 1)] * 3
    field = receptive_field(resnet)
    assert (field.jump, field.start, field.size) == (32, 0.0, 435)
    assert field.centre(7) == 224


def test_resnet18s_field_is_where_its_gradient_arrives():
    # the arithmetic above again, by a net of the same layers whose weights cannot cancel
    layers = [(7, 2, 3), (3, 2, 1)] + [(3, 1, 1)] * 4 + ([(3, 2, 1)] + [(3, 1, 1)] * 3) * 3
    low, high = gradient_support(layers, length=1024, cell=16)
    field = receptive_field(layers)
    assert (low + high) / 2 == field.centre(16) == 512
    assert high - low + 1 == field.size


def gradient_support(layers, length, cell):
    """First and last pixel that ``cell`` of a net of all-ones convolutions depends on."""
    x = torch.ones(1, 1, length, dtype=torch.float64, requires_grad=True)
    y = x
    for kernel, stride, padding in layers:
        y = F.conv1d(y, torch.ones(1, 1, kernel, dtype=torch.float64) / kernel, None, stride, padding)
    y[0, 0, cell].backward()
    seen = x.grad[0, 0].nonzero().flatten()
    return seen[0].item(), seen[-1].item()


LAYERS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(0, 2)), min_size=1, max_size=5)


@given(LAYERS)
def test_any_field_is_where_the_gradient_arrives(layers):
    field = receptive_field(layers)
    # a cell whose field lies wholly inside, so that the border cuts nothing off
    cell = int((field.size / 2 - field.start) // field.jump) + 1
    cell = max(cell, 0)
    length = int(field.centre(cell) + field.size / 2) + field.jump * 4 + 20
    low, high = gradient_support(layers, length, cell)
    assert (low, high) == (field.centre(cell) - (field.size - 1) / 2, field.centre(cell) + (field.size - 1) / 2)


@given(LAYERS, LAYERS)
def test_fields_can_be_continued(first, second):
    assert receptive_field(second, receptive_field(first)) == receptive_field(first + second)


def test_no_layers_see_one_pixel():
    assert receptive_field([]) == Field(1, 1, 0.0)
    assert Field(1, 1, 0.0).centre(5) == 5


@pytest.mark.parametrize(
    "call, value, remedy",
    [
        (lambda: conv_output_size(0, 3), "got 0", "at least 1"),
        (lambda: conv_output_size(5, 3, stride=-2), "stride must be at least 1, got -2", "at least 1"),
        (lambda: conv_output_size(5, 3, padding=-1), "got -1", "padding must be at least 0"),
        (lambda: conv_output_size(2.5, 3), "got 2.5", "whole number"),
        (lambda: conv_output_size(5, True), "got True", "whole number"),
        (lambda: conv_output_size(5, 4, dilation=3), "spans 10 pixels", "enlarge input or padding"),
        (lambda: conv_transpose_output_size(4, 3, dilation=0), "got 0", "dilation must be at least 1"),
        (lambda: conv_transpose_output_size(1, 2, padding=1), "cuts off 2", "smaller padding"),
        (lambda: conv_transpose_output_size(4, 3, stride=2, output_padding=2), "output_padding 2", "smaller than the"),
        (lambda: same_scale(0), "got 0", "stride must be at least 1"),
        (lambda: receptive_field([(3, 1, 1), (3, 0, 1)]), "got 0", "stride must be at least 1"),
    ],
)
def test_errors_show_the_value_and_the_remedy(call, value, remedy):
    with pytest.raises(ValueError) as error:
        call()
    assert value in str(error.value) and remedy in str(error.value)


@settings(max_examples=200)
@given(st.integers(1, 40), st.integers(1, 7), st.integers(1, 5), st.integers(1, 3), st.data())
def test_pooling_in_ceil_mode_is_what_torch_gives(size, kernel, stride, dilation, data):
    padding = data.draw(st.integers(0, kernel // 2))
    pool = nn.MaxPool2d(kernel, stride, padding, dilation, ceil_mode=True)
    truth = length_or_refusal(lambda: pool(torch.zeros(1, 1, size, size)))
    assert number_or_refusal(lambda: conv_output_size(size, kernel, stride, padding, dilation, True)) == truth


def transposed(enlargement, x):
    """A transposed convolution with a tent as its kernel, by torch's own function, along one side."""
    middle = (enlargement.kernel_size - 1) / 2
    tent = 1 - (torch.arange(enlargement.kernel_size) - middle).abs() / ((enlargement.kernel_size + 1) // 2)
    _, stride, padding, output_padding = enlargement
    return F.conv_transpose1d(x[None, None], tent[None, None], None, stride, padding, output_padding)[0, 0]


@given(st.integers(1, 33), st.data())
def test_centred_scale_enlarges_by_the_stride_and_centres_cell_0(stride, data):
    first = data.draw(st.integers(0, stride - 1)) / 2
    enlargement = centred_scale(stride, first)
    assert enlargement.first == first
    cells = torch.zeros(7)
    cells[3] = 1
    spread = transposed(enlargement, cells)
    assert len(spread) == 7 * stride
    centre = (spread * torch.arange(7 * stride)).sum() / spread.sum()
    assert centre.item() == pytest.approx(3 * stride + first, abs=1e-3)


def test_centred_scale_gives_the_books_rule_for_vgg_and_63_31_31_for_a_resnet():
    for stride in (2, 8, 16, 32):
        assert centred_scale(stride, (stride - 1) / 2) == same_scale(stride)
    assert centred_scale(32, 0) == (63, 32, 31, 31)
    assert centred_scale(2, 0) == (3, 2, 1, 1)


@pytest.mark.parametrize("stride, first", [(32, 16), (32, -0.5), (2, 6.5), (8, 0.25), (1, 1)])
def test_a_centre_that_cannot_be_had_is_told(stride, first):
    with pytest.raises(ValueError, match=rf"stride {stride} .*pixel {first}; .*from 0 to {(stride - 1) / 2}"):
        centred_scale(stride, first)


@given(st.integers(0, 3), st.integers(0, 40), st.integers(0, 8))
def test_an_enlarged_field_is_where_the_picture_says(power, start, padding):
    # cells that hold their own place in the picture, enlarged linearly, hold their pixels' places
    field, stride = Field(5, 16, start / 2), 2**power
    enlargement = Enlargement(2 * stride, stride, min(padding, stride))
    found = enlarged_field(field, enlargement)
    places = torch.tensor([field.centre(cell) for cell in range(12)])
    larger = transposed(enlargement, places)
    middle = len(larger) // 2  # at the ends the transposed convolution fades
    assert larger[middle].item() == pytest.approx(found.centre(middle), abs=1e-3)
    assert found.jump == 16 // stride
    assert found.size == 5 + 16  # each cell of the result is reached by two


VGG16 = [layer for convs in (2, 2, 3, 3, 3) for layer in [(3, 1, 1)] * convs + [(2, 2, 0)]]


def papers_field(pools, fc=False):
    """Of VGG-16 with 100 pixels of padding, after so many pools."""
    ends = [index + 1 for index, layer in enumerate(VGG16) if layer == (2, 2, 0)]
    layers = [(3, 1, 100), *VGG16[1 : ends[pools - 1]]]
    return receptive_field([*layers, (7, 1, 0), (1, 1, 0)] if fc else layers)


def test_the_papers_crops_come_out_of_the_arithmetic():
    fc7, pool4, pool3 = papers_field(5, fc=True), papers_field(4), papers_field(3)
    up2, up8, up16, up32 = (Enlargement(2 * s, s, 0) for s in (2, 8, 16, 32))
    assert fc7.start == 12.5
    assert crop_offset(enlarged_field(fc7, up32), Field()) == -19  # FCN-32s: 19 off the enlarged scores
    twice = enlarged_field(fc7, up2)
    assert crop_offset(twice, pool4) == 5  # FCN-16s: 5 off pool4's scores, then 27
    assert crop_offset(enlarged_field(twice, up16), Field()) == -27
    four_times = enlarged_field(twice, up2)
    assert crop_offset(four_times, pool3) == 9  # FCN-8s: 5, 9 off pool3's scores, then 31
    assert crop_offset(enlarged_field(four_times, up8), Field()) == -31


def test_what_cannot_be_laid_on_each_other_is_told():
    resnet = Field(435, 32, 0.0)
    with pytest.raises(ValueError, match=r"-31\.5 cells apart, and no crop mends a fraction"):
        crop_offset(enlarged_field(resnet, Enlargement(64, 32, 0)), Field())
    with pytest.raises(ValueError, match="cells 32 and 16 pixels apart cannot be laid on each other"):
        crop_offset(resnet, Field(211, 16, 0.0))
    with pytest.raises(ValueError, match="cells 32 pixels apart cannot be enlarged 3 times on whole pixels"):
        enlarged_field(resnet, same_scale(3))
