"""The panel of lecture 02 against torch's own layers, for every setting of its controls."""

import re
from functools import cache
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from fcn_course.teaching.explorers.linked_grids import CROSSED, HATCHED, HEIGHT, PLAIN, WIDTH
from fcn_course.teaching.explorers.shape_arithmetic import (
    CONVOLUTION,
    KERNELS,
    LARGEST,
    SCATTER,
    STRIDES,
    ZEROS,
    ShapeExplorer,
    highest_values,
    linked_grids,
    torch_line,
)
from fcn_course.teaching.figures import png

NAMES = ("layer", "size", "kernel_size", "stride", "padding", "output_padding")
layers = pytest.mark.parametrize("layer", [CONVOLUTION, SCATTER, ZEROS])


@cache
def all_numbers(layer):
    """Every layer that the sliders allow: size, kernel_size, stride, padding, output_padding."""
    extras = range(1 if layer == CONVOLUTION else STRIDES)
    every = product(range(1, LARGEST[layer] + 1), range(1, KERNELS + 1), range(1, STRIDES + 1), range(KERNELS), extras)
    return [numbers for numbers in every if is_legal(layer, numbers)]


def is_legal(layer, numbers):
    highest = highest_values(layer, *numbers, row=0, column=0)
    return all(value <= highest.get(name, value) for name, value in zip(NAMES[1:], numbers, strict=True))


@st.composite
def settings_of(draw, layer):
    """A setting of all controls, cell included."""
    numbers = draw(st.sampled_from(all_numbers(layer)))
    highest = highest_values(layer, *numbers, row=0, column=0)
    return (*numbers, draw(st.integers(0, highest["row"])), draw(st.integers(0, highest["column"])))


def of_ones(layer, numbers):
    """Torch's own output for a picture and a kernel of ones."""
    size, kernel_size, stride, padding, extra = numbers
    x, kernel = (torch.ones(1, 1, side, side) for side in (size, kernel_size))
    if layer == CONVOLUTION:
        return F.conv2d(x, kernel, None, stride, padding)[0, 0].int().numpy()
    return F.conv_transpose2d(x, kernel, None, stride, padding, extra)[0, 0].int().numpy()


def framed(grid):
    row, column, side = grid.frame
    return grid.values[row : row + side, column : column + side]


@layers
def test_the_output_is_that_of_torchs_layer_for_every_setting(layer):
    assert len(all_numbers(layer)) > 1000
    for numbers in all_numbers(layer):
        left, right = linked_grids(layer, *numbers, 0, 0)
        truth = of_ones(layer, numbers)
        assert np.array_equal(framed(right), truth), numbers
        assert right.title == f"output {len(truth)} × {len(truth)}"
        assert framed(left).sum() == numbers[0] ** 2


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([CONVOLUTION, SCATTER, ZEROS]), st.data())
def test_the_line_of_torch_makes_that_layer(layer, data):
    numbers = data.draw(st.sampled_from(all_numbers(layer)))
    module = eval(torch_line(layer, *numbers), {"nn": nn})
    nn.init.ones_(module.weight)
    nn.init.zeros_(module.bias)
    with torch.no_grad():
        output = module(torch.ones(1, 1, numbers[0], numbers[0]))[0, 0]
    assert np.array_equal(output.int().numpy(), of_ones(layer, numbers))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(all_numbers(ZEROS)))
def test_zeros_between_is_a_convolution_of_stride_1_over_what_is_shown(numbers):
    spread, output = linked_grids(ZEROS, *numbers, 0, 0)
    x = torch.from_numpy(spread.values).float()[None, None]
    truth = F.conv2d(x, torch.ones(1, 1, numbers[1], numbers[1]))[0, 0]
    assert np.array_equal(output.values, truth.int().numpy())


def cells_of(mask):
    """First and last row and column where a mask is set."""
    rows, columns = np.nonzero(np.asarray(mask))
    return rows.min(), rows.max(), columns.min(), columns.max()


def inside(grid, box):
    """First and last row and column of a box within the grid's frame, counted from the frame."""
    top, left = box.row - grid.frame.row, box.column - grid.frame.column
    last = grid.frame.side - 1
    return max(top, 0), min(top + box.side - 1, last), max(left, 0), min(left + box.side - 1, last)


@settings(max_examples=80, deadline=None)
@given(settings_of(CONVOLUTION))
def test_the_window_of_a_convolution_is_where_the_gradient_arrives(setting):
    size, kernel_size, stride, padding, _, row, column = setting
    left, right = linked_grids(CONVOLUTION, *setting)
    for kernel, box in (
        (torch.ones(kernel_size, kernel_size), left.window),
        (first_weight(kernel_size), left.window._replace(side=1)),
    ):
        x = torch.ones(1, 1, size, size, requires_grad=True)
        F.conv2d(x, kernel[None, None], None, stride, padding)[0, 0, row, column].backward()
        if x.grad.any():  # the first weight may lie on padding
            assert cells_of(x.grad[0, 0]) == inside(left, box)
    assert left.first_weight == "top left"
    assert right.window == (row, column, 1)


@settings(max_examples=80, deadline=None)
@given(settings_of(SCATTER))
def test_the_stamp_is_where_an_impulse_comes_out(setting):
    size, kernel_size, stride, padding, extra, row, column = setting
    left, right = linked_grids(SCATTER, *setting)
    x = torch.zeros(1, 1, size, size)
    x[0, 0, row, column] = 1
    for kernel, box in (
        (torch.ones(kernel_size, kernel_size), right.window),
        (first_weight(kernel_size), right.window._replace(side=1)),
    ):
        y = F.conv_transpose2d(x, kernel[None, None], None, stride, padding, extra)[0, 0]
        if y.any():  # a stamp may be cut off wholly
            assert cells_of(y) == inside(right, box)
    assert left.window == (row, column, 1) and right.first_weight == "top left"


@settings(max_examples=80, deadline=None)
@given(settings_of(ZEROS))
def test_the_window_over_zeros_holds_the_cells_that_the_gradient_reaches(setting):
    size, kernel_size, stride, padding, extra, row, column = setting
    left, right = linked_grids(ZEROS, *setting)
    top, side = left.frame.row, left.frame.side
    window = np.zeros_like(left.values)
    window[left.window.row : left.window.row + kernel_size, left.window.column : left.window.column + kernel_size] = 1
    last = np.zeros_like(window)  # the cell under the window's bottom right corner
    last[left.window.row + kernel_size - 1, left.window.column + kernel_size - 1] = 1
    for kernel, mask in ((torch.ones(kernel_size, kernel_size), window), (first_weight(kernel_size), last)):
        x = torch.ones(1, 1, size, size, requires_grad=True)
        F.conv_transpose2d(x, kernel[None, None], None, stride, padding, extra)[0, 0, row, column].backward()
        reached = (mask * left.values)[top : top + side : stride, top : top + side : stride]
        assert np.array_equal(x.grad[0, 0].numpy(), reached)
    assert left.first_weight == "bottom right" and right.window == (row, column, 1)


def first_weight(kernel_size):
    kernel = torch.zeros(kernel_size, kernel_size)
    kernel[0, 0] = 1
    return kernel


def test_crossed_cells_are_those_that_no_gradient_reaches():
    for size, kernel_size, stride, padding in ((8, 3, 2, 1), (12, 2, 4, 1), (7, 3, 3, 0), (5, 5, 1, 2)):
        left, _ = linked_grids(CONVOLUTION, size, kernel_size, stride, padding, 0, 0, 0)
        x = torch.ones(1, 1, size + 2 * padding, size + 2 * padding, requires_grad=True)
        F.conv2d(x, torch.ones(1, 1, kernel_size, kernel_size), None, stride).sum().backward()
        assert np.array_equal(left.looks == CROSSED, (x.grad[0, 0] == 0).numpy())
        hatched = np.pad(np.zeros((size, size), bool), padding, constant_values=True) & (left.looks != CROSSED)
        assert np.array_equal(left.looks == HATCHED, hatched)


def test_hatched_cells_of_what_is_stamped_are_those_that_padding_cuts():
    _, right = linked_grids(SCATTER, 4, 4, 2, 1, 0, 0, 0)
    assert (right.looks[1:-1, 1:-1] == PLAIN).all() and (right.looks == HATCHED).sum() == 10 * 10 - 8 * 8
    _, right = linked_grids(SCATTER, 4, 4, 2, 1, 1, 0, 0)
    assert (right.looks[1:, 1:] == PLAIN).all() and (right.looks == HATCHED).sum() == 10 * 10 - 9 * 9


def refused(layer, numbers):
    try:
        return of_ones(layer, numbers).size == 0
    except (RuntimeError, ValueError):
        return True


@layers
def test_bounds_are_no_narrower_than_sense_asks(layer):
    for numbers in all_numbers(layer):
        size, kernel_size, stride, padding, extra = numbers
        highest = highest_values(layer, *numbers, row=0, column=0)
        wider = highest["kernel_size"] + 1
        assert wider > KERNELS or refused(layer, (size, wider, stride, padding, extra))
        more = highest["padding"] + 1
        assert more >= kernel_size or refused(layer, (size, kernel_size, stride, more, 0))
        assert layer == CONVOLUTION or refused(
            layer, (size, kernel_size, stride, padding, highest["output_padding"] + 1)
        )


@pytest.fixture(scope="module")
def panel():
    return ShapeExplorer()


CHANGES = st.tuples(st.sampled_from([*NAMES[1:], "row", "column"]), st.floats(0, 1))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(CHANGES, st.sampled_from([CONVOLUTION, SCATTER, ZEROS])), min_size=3, max_size=8))
def test_whatever_is_moved_the_numbers_stay_legal(panel, changes):
    for change in changes:
        if isinstance(change, str):
            panel.controls["layer"].value = change
        else:
            name, place = change
            control = panel.controls[name]
            if not control.disabled:
                control.value = control.min + round(place * (control.max - control.min))
        values = panel.values
        for name, highest in highest_values(**values).items():
            control = panel.controls[name]
            assert values[name] <= highest
            assert control.max == highest if not control.disabled else control.value == control.min == highest
        truth = of_ones(values["layer"], tuple(values[name] for name in NAMES[1:]))
        results = set(re.findall(r"<b>(\d+)</b>", panel.caption.value))
        assert results == {str(len(truth))}


@layers
def test_every_slider_that_can_be_moved_changes_the_picture_or_the_words(layer):
    panel = ShapeExplorer()
    panel.controls["layer"].value = layer
    for name, control in panel.controls.items():
        if name == "layer" or control.layout.visibility == "hidden":
            continue
        before = panel.png, panel.caption.value
        control.value += 1 if control.value < control.max else -1
        assert (panel.png, panel.caption.value) != before, name


def test_every_layer_has_its_own_picture_and_formula():
    panel, shown = ShapeExplorer(), set()
    for layer in (CONVOLUTION, SCATTER, ZEROS):
        panel.controls["layer"].value = layer
        shown.add((panel.png, panel.caption.value))
    assert len(shown) == 3


def test_a_smaller_input_takes_kernel_padding_and_cell_along():
    panel = ShapeExplorer()
    panel.controls["layer"].value = CONVOLUTION
    for name, value in {"size": 3, "padding": 2, "kernel_size": 7}.items():
        panel.controls[name].value = value
    panel.controls["padding"].value = 0
    assert panel.values["kernel_size"] == 3 and panel.values["row"] == panel.values["column"] == 0
    panel.controls["kernel_size"].value = 1
    assert panel.controls["padding"].disabled
    panel.controls["size"].value = 1
    assert panel.controls["kernel_size"].disabled


def test_output_padding_is_offered_where_it_means_something():
    panel = ShapeExplorer()
    extra = panel.controls["output_padding"]
    extra.value = 1
    panel.controls["stride"].value = 1
    assert extra.value == 0 and extra.disabled
    assert extra.layout.visibility == "visible"
    panel.controls["layer"].value = CONVOLUTION
    assert extra.layout.visibility == "hidden"


def test_it_is_said_whose_cell_is_outlined():
    panel = ShapeExplorer()
    assert panel.controls["row"].description == "input row"
    panel.controls["layer"].value = ZEROS
    assert panel.controls["column"].description == "output column"


def test_the_captions_of_known_layers():
    said = ShapeExplorer().draw
    scatter = said(SCATTER, 4, 4, 2, 1, 0, 1, 2)
    assert "(4 − 1)·2 − 2·1 + 4 + 0 = <b>8</b>" in scatter.caption
    assert "rows 2·1 − 1 = 1 to 4 and columns 2·2 − 1 = 3 to 6" in scatter.caption
    assert scatter.caption.endswith("<code>nn.ConvTranspose2d(1, 1, kernel_size=4, stride=2, padding=1)</code>")
    assert "input 4 × 4" in scatter.alt and "output 8 × 8" in scatter.alt and "Row 1, column 2" in scatter.alt
    zeros = said(ZEROS, 4, 4, 2, 1, 1, 3, 5)
    assert "12 − 4 + 1 = <b>9</b>" in zeros.caption and "on 4 of the input's cells and on 12 zeros" in zeros.caption
    down = said(CONVOLUTION, 8, 3, 2, 1, 0, 0, 1)
    assert "⌊(8 + 2·1 − 3) / 2⌋ + 1 = ⌊7 / 2⌋ + 1 = 3 + 1 = <b>4</b>" in down.caption
    assert "rows 2·0 − 1 = −1 to 1" in down.caption and "a rest of 1" in down.caption
    assert "keeps 1 of what padding cuts off behind and adds 2" in said(SCATTER, 5, 8, 4, 1, 3, 0, 0).caption


@pytest.mark.parametrize(
    "values",
    [
        (SCATTER, 5, 8, 4, 0, 3, 4, 4),
        (SCATTER, 1, 1, 1, 0, 0, 0, 0),
        (ZEROS, 5, 8, 4, 0, 3, 26, 26),
        (CONVOLUTION, 12, 8, 1, 7, 0, 18, 18),
        (CONVOLUTION, 12, 1, 1, 0, 0, 11, 11),
        (CONVOLUTION, 1, 1, 4, 0, 0, 0, 0),
    ],
)
def test_the_picture_keeps_its_size_and_its_margins(values):
    image = np.asarray(ShapeExplorer().draw(*values).picture)
    assert image.shape == (1.5 * HEIGHT, 1.5 * WIDTH, 3)
    for edge in (image[:5], image[-5:], image[:, :5], image[:, -5:]):
        assert (edge == 255).all()


def test_the_same_setting_gives_the_same_picture():
    values = (ZEROS, 4, 4, 2, 1, 1, 3, 5)
    assert png(ShapeExplorer().draw(*values).picture) == png(ShapeExplorer().draw(*values).picture)
