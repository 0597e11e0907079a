"""Lecture 02's own functions against the package's and torch's, and what it says without computing it."""

import re

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from fcn_course import shapes
from tests.support.lecture_files import NOTEBOOKS, cells_of, functions_of, text_of

LECTURE = "02_shape_arithmetic"
HALVING = [(7, 2, 3), (3, 2, 1), (3, 2, 1), (3, 2, 1), (3, 2, 1)]
own = functions_of(LECTURE, halving=HALVING)

LAYERS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(0, 2)), min_size=1, max_size=5)
KERNELS, STRIDES, PADDINGS = st.integers(1, 9), st.integers(1, 6), st.integers(0, 4)


@given(st.integers(1, 60), KERNELS, STRIDES, PADDINGS, st.integers(1, 3))
def test_conv_output_size_is_the_packages(size, kernel_size, stride, padding, dilation):
    numbers = (size, kernel_size, stride, padding, dilation)
    if dilation * (kernel_size - 1) < size + 2 * padding:  # the lecture's refuses nothing
        assert own["conv_output_size"](*numbers) == shapes.conv_output_size(*numbers)


@given(st.integers(1, 60), KERNELS, STRIDES, PADDINGS, st.integers(0, 5), st.integers(1, 3))
def test_conv_transpose_output_size_is_the_packages(size, kernel_size, stride, padding, extra, dilation):
    numbers = (size, kernel_size, stride, padding, extra, dilation)
    ours = own["conv_transpose_output_size"](*numbers)
    if ours > 0 and extra < max(stride, dilation):
        assert ours == shapes.conv_transpose_output_size(*numbers)


def test_down_is_resnets_five_halvings():
    chain = nn.Sequential(*(nn.Conv1d(1, 1, *layer) for layer in HALVING))
    for size in (32, 289, 319, 320, 333, 375, 500):
        assert own["down"](size) == chain(torch.zeros(1, 1, size)).shape[-1]


KERNEL = st.lists(st.integers(-5, 5), min_size=1, max_size=6).map(lambda values: torch.tensor(values).float())


@given(KERNEL, KERNEL, STRIDES)
def test_stamps_add_up_to_the_transposed_convolution(x, kernel, stride):
    stamps = own["stamps_1d"](x, kernel, stride)
    assert torch.equal(stamps.sum(0), F.conv_transpose1d(x[None, None], kernel[None, None], stride=stride)[0, 0])
    for i, value in enumerate(x):
        assert torch.equal(stamps[i, i * stride : i * stride + len(kernel)], value * kernel)


@given(KERNEL, KERNEL, STRIDES, st.data())
def test_zeros_between_is_the_transposed_convolution(x, kernel, stride, data):
    leaves = ((len(x) - 1) * stride + len(kernel) - 1) // 2
    padding = data.draw(st.integers(0, min(len(kernel) - 1, leaves)))
    spread, gathered = own["zeros_between"](x, kernel, stride, padding)
    border = len(kernel) - 1 - padding
    assert len(spread) == (len(x) - 1) * stride + 1 + 2 * border
    assert torch.equal(spread[border::stride][: len(x)], x) and spread.count_nonzero() == x.count_nonzero()
    assert torch.equal(gathered, F.conv_transpose1d(x[None, None], kernel[None, None], None, stride, padding)[0, 0])


@given(st.integers(1, 12), st.integers(1, 5), st.integers(1, 9))
def test_solve_up_finds_every_layer_that_torch_would_take(cells, stride, longest):
    found = own["solve_up"](cells, cells * stride, stride, longest)
    for kernel_size, padding, extra in found[:20]:
        layer = nn.ConvTranspose1d(1, 1, kernel_size, stride, padding, extra)
        assert layer(torch.zeros(1, 1, cells)).shape[-1] == cells * stride
    every = [(k, p, o) for k in range(1, longest + 1) for p in range(k) for o in range(stride)]
    # the size and the place that the lecture derives
    assert found == [(k, p, o) for k, p, o in every if k - 2 * p + o == stride]
    assert all((k - 1) / 2 - p == (stride - 1 - o) / 2 for k, p, o in found)
    rule = shapes.same_scale(stride)
    assert longest < rule.kernel_size or (rule.kernel_size, rule.padding, rule.output_padding) in found


@given(st.integers(1, 15), st.integers(1, 12), st.integers(1, 30), st.data())
def test_the_way_down_forgives_what_the_way_up_does_not(cells, stride, kernel_size, data):
    padding = data.draw(st.integers(0, kernel_size - 1))
    size = cells * stride
    if kernel_size <= size + 2 * padding:
        comes_out = shapes.conv_output_size(size, kernel_size, stride, padding) == cells
        assert comes_out == (1 <= kernel_size - 2 * padding <= stride)


@given(LAYERS)
def test_receptive_field_is_the_packages(layers):
    assert own["receptive_field"](layers) == shapes.receptive_field(layers)


@given(LAYERS)
def test_gradient_window_is_the_field(layers):
    field = shapes.receptive_field(layers)
    cell = max(int((field.size / 2 - field.start) // field.jump) + 1, 0)
    first, last = own["gradient_window"](layers, cell)
    assert (last - first + 1, (first + last) / 2) == (field.size, field.centre(cell))


@given(st.integers(2, 7), st.integers(1, 33), st.data())
def test_stamp_middle_is_where_the_enlargement_centres_the_cell(cell, stride, data):
    first = data.draw(st.integers(0, stride - 1)) / 2
    enlargement = shapes.centred_scale(stride, first)
    assert own["stamp_middle"](cell, *enlargement) == (stride * cell + first, 10 * stride)


@given(st.integers(-200, 200), st.sampled_from([2, 4, 8, 16]), st.sampled_from([1, 2, 4]))
def test_enlarged_is_the_packages_enlarged_field(half, s, times):
    field = shapes.Field(1, s * times, half / 2)
    _, jump, start = shapes.enlarged_field(field, shapes.Enlargement(2 * s, s, 0))
    assert own["enlarged"](field.start, field.jump, s) == (start, jump)


@pytest.mark.parametrize("ceil_mode", [True, False])
def test_released_size_is_that_of_torchs_layers(ceil_mode):
    one = [nn.Conv1d(1, 1, 3, padding=100), *5 * [nn.MaxPool1d(2, 2, ceil_mode=ceil_mode)], nn.Conv1d(1, 1, 7)]
    net = nn.Sequential(*one, nn.ConvTranspose1d(1, 1, 64, 32))
    for size in (32, 333, 375, 499, 500):
        assert own["released_size"](size, ceil_mode) == net(torch.zeros(1, 1, size)).shape[-1]


def test_in_ceil_mode_every_picture_is_covered():
    # 32 sides in a row stand for all: five halvings and one enlargement by 32 repeat after 32
    spare = [own["released_size"](size, True) - 19 - size for size in range(1, 2000)]
    assert min(spare) >= 0 and spare[:-32] == spare[32:]


def test_ceil_mode_moves_no_cell():
    for size in (37, 64, 75):
        x = torch.arange(float(size))[None, None]
        floor, ceil = (F.avg_pool1d(x, 2, 2, ceil_mode=mode)[0, 0] for mode in (False, True))
        assert torch.equal(floor, ceil[: len(floor)])


def test_of_a_kernel_of_twice_the_stride_two_neighbours_meet_on_every_pixel():
    for s in range(1, 9):
        for kernel_size, meeting in ((s, 1), (2 * s, 2)):
            stamps = own["stamps_1d"](torch.ones(6), torch.ones(kernel_size), s).sum(0)
            assert (stamps[s : 6 * s] == meeting).all()


def test_three_of_four_products_are_with_a_zero_at_stride_2():
    _, gathered = own["zeros_between"](torch.ones(20), torch.ones(4), 2)
    assert (gathered[4:-4] / 4 == 1 / 2).all()  # half of them along each side


def test_what_it_says_of_the_study_is_what_the_study_found():
    study = (NOTEBOOKS.parent / "data/README.md").read_text()
    rows = {cells[1]: cells for row in study.splitlines() if len(cells := [c.strip() for c in row.split("|")]) == 8}
    said = next(cell.source for cell in cells_of(LECTURE) if cell.id == "shapes-silent-matters")

    def offsets(column, *nets):
        return {abs(int(value)) for net in nets for value in rows[net][column].split(", ")}

    trained, frozen, other = "32s", "32s, frozen trunk", "32s, frozen trunk, centres"
    assert offsets(5, trained) == {0} and "lie 0 pixels off" in said
    assert offsets(5, frozen) == {2} and "they lie 2 pixels off, not 15" in said
    turned = offsets(6, trained, frozen, other)
    assert f"off by {min(turned)} to {max(turned)} pixels" in said
    scores = [rows[net][2][:5] for net in (frozen, other, "32s, centres", trained)]
    assert scores[0] == scores[1]
    assert f"{scores[0]} both ways" in said and f"{scores[2]} at the centres and {scores[3]} by the book" in said


def test_figure_1_shows_the_sum_that_its_caption_tells():
    x, kernel = torch.tensor([3.0, 1, 4, 2]), torch.tensor([1.0, 2, 2, 1])
    told = re.search(r"their sum, \((.*?)\)", text_of(LECTURE))[1]
    assert F.conv_transpose1d(x[None, None], kernel[None, None], stride=2).flatten().tolist() == eval(f"[{told}]")
