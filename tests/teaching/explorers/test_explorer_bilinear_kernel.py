"""The explorer of lecture 03: its numbers against torch's layers, its words and bounds at every control."""

import io
import re
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torch import nn
from torch.nn import functional as F

from fcn_course.shapes import same_scale
from fcn_course.teaching.explorers import bilinear_kernel_numbers as numbers
from fcn_course.teaching.explorers.bilinear_kernel import VIEWS, KernelExplorer, small_picture
from fcn_course.teaching.figures import png

GEOMETRIES = [(stride, size) for stride in range(2, 9) for size in range(1, 4 * stride + 1)]


@pytest.fixture(scope="module")
def panel():
    return KernelExplorer()


@pytest.fixture(autouse=True)
def at_home(request):
    """Every test finds the panel's controls as they were at first."""
    yield
    if "panel" in request.fixturenames:
        panel = request.getfixturevalue("panel")
        with panel.together():
            for name, value in HOME.items():
                panel.controls[name].value = value


HOME = {"show": "kernel", "start": "bilinear", "stride": 4, "kernel": 8, "row": 26, "column": 53}


def layer_of(start, stride, size):
    how = numbers.fitted(size, stride)
    layer = nn.ConvTranspose2d(1, 1, *how, bias=False).requires_grad_(False)
    layer.weight.copy_(torch.from_numpy(numbers.start_weights(start, size, stride)))
    return layer


def said(panel, **values):
    return re.sub(r"<[^>]+>", "", panel.draw(**(HOME | values)).caption)


@pytest.mark.parametrize(("stride", "size"), GEOMETRIES)
def test_the_result_is_torchs_and_keeps_the_scale(stride, size):
    planes = torch.rand(3, 1, 5, 7, generator=torch.Generator().manual_seed(size))
    for start in numbers.STARTS.values():
        layer = layer_of(start, stride, size)
        ours = numbers.enlarge(planes[:, 0].numpy(), layer.weight[0, 0].numpy(), numbers.fitted(size, stride))
        assert ours.shape == (3, 5 * stride, 7 * stride)
        np.testing.assert_allclose(ours, layer(planes)[:, 0].numpy(), atol=1e-5)


@pytest.mark.parametrize("stride", range(2, 9))
def test_the_rules_parameters_come_by_themselves(stride):
    rule = same_scale(stride)
    assert numbers.fitted(rule.kernel_size, stride) == rule


@given(
    st.sampled_from(GEOMETRIES), st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(["bilinear", "xavier"])
)
def test_the_cells_that_give_are_those_that_torch_finds(geometry, row, column, start):
    stride, size = geometry
    pixel = row % (6 * stride), column % (6 * stride)
    planes = np.ones((3, 6, 6), np.float32)
    setting = numbers.Setting(start, numbers.fitted(size, stride), pixel, planes, planes)
    cells = torch.ones(1, 1, 6, 6, requires_grad=True)
    layer_of(start, stride, size)(cells)[0, 0][pixel].backward()
    gives = np.zeros((6, 6))
    for r, c in setting.giving:
        gives[r.cell, c.cell] = setting.weights[r.weight, c.weight]
    np.testing.assert_allclose(gives, cells.grad[0, 0].numpy(), atol=1e-6)


@pytest.mark.parametrize(("stride", "size"), GEOMETRIES)
def test_the_sums_of_one_period_are_those_of_a_large_map_of_ones(stride, size):
    planes = np.ones((3, 12, 12), np.float32)
    setting = numbers.Setting("xavier", numbers.fitted(size, stride), (0, 0), planes, planes)
    large = layer_of("xavier", stride, size)(torch.ones(1, 1, 12, 12))[0, 0].numpy()
    np.testing.assert_allclose(np.tile(setting.sums, (12, 12))[setting.inside], large[setting.inside], atol=1e-5)
    # one pixel further out at least one stamp is missing
    rows = setting.inside[0]
    if rows.start:
        assert any(share.cell < 0 for share in numbers.shares(rows.start - 1, setting.how))


def test_the_caption_of_the_kernel_adds_up(panel):
    text = said(panel)
    assert "nn.ConvTranspose2d(1, 1, 8, stride=4, padding=2)" in text
    terms = [float(term) for term in re.search(r"direction: ([\d. +]+) = 1\.", text)[1].split(" + ")]
    # by hand: row 26 lies 0.125 cells below cell 6, column 53 lies 0.125 cells before cell 13
    assert sorted(terms) == sorted(round(a * b, 4) for a in (0.875, 0.125) for b in (0.875, 0.125))
    assert "The tent falls from 1 to 0 in 4 steps, the stride" in text
    assert "the stride is 4" in said(panel, kernel=6)
    assert "No weights of 4 (outlined) can meet on pixel (26, 53): it stays 0." in said(panel, kernel=2)
    assert "together 4." in said(panel, kernel=16)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "sum to 1 everywhere: a constant map stays constant"),
        ({"kernel": 7}, "sum to 1 everywhere: a constant map stays constant"),
        ({"kernel": 16}, "sum to 4 everywhere: no pattern, but all is 4 times as bright"),
        ({"stride": 2, "kernel": 3, "start": "equal", "column": 0}, "between 0.44 and 1.78: a pattern that repeats"),
        ({"stride": 2, "kernel": 3, "column": 0}, "sum to 1 everywhere"),
        ({"stride": 2, "kernel": 4, "start": "equal", "column": 0}, "sum to 1 everywhere"),
        ({"stride": 2, "kernel": 4, "start": "xavier", "column": 0}, "that repeats every 2 pixels, a checkerboard"),
    ],
)
def test_the_caption_of_the_overlap_says_whether_it_is_flat(panel, values, words):
    assert words in said(panel, show="overlap", **values)


def test_the_corner_of_the_map_fades_as_the_lecture_computes(panel):
    assert f"The corner of the map has {round((1 - 1.5 / 4) ** 2, 2)}." in said(panel, show="overlap")


def test_the_caption_of_a_pixel_is_the_formula_of_four_neighbours(panel):
    text = said(panel, show="neighbours")
    assert "lies at row 6.125, column 12.875 of the input" in text
    sum_of, value = re.search(r"\(cross\)\. (.+) = (\d+)\.", text).groups()
    terms = [tuple(map(float, term.split(" · "))) for term in sum_of.split(" + ")]
    assert len(terms) == 4 and sum(weight for weight, _ in terms) == pytest.approx(1, abs=2e-4)
    assert sum(weight * bright for weight, bright in terms) == pytest.approx(float(value), abs=1.1)
    assert f"F.interpolate says {value}." in text
    corner = said(panel, show="neighbours", row=0, column=0)
    assert "3 neighbours would lie outside the picture" in corner
    assert "No stamp reaches it, so it stays 0." in said(panel, show="neighbours", kernel=2)
    assert "16 cells give, with weights that sum to 4" in said(panel, show="neighbours", kernel=16)


@pytest.mark.parametrize("stride", range(2, 9))
def test_by_the_rule_only_the_border_differs(panel, stride):
    rule = same_scale(stride)
    text = said(panel, show="pictures", stride=stride, kernel=rule.kernel_size, row=9, column=9)
    planes = torch.from_numpy(panel.planes)[:, None]
    layer = layer_of("bilinear", stride, rule.kernel_size)
    truth = F.interpolate(planes, scale_factor=stride, mode="bilinear", align_corners=False)
    apart = (layer(planes) - truth).mean(0).abs().max().item()
    assert f"of 255: 0 inside, {apart:.0f} with the border. Inside it is bilinear enlargement." in text
    assert apart > 20


def test_other_kernels_differ_inside_too(panel):
    assert "Each stamp lies 0.5 pixel off the middle of its cell." in said(panel, show="pictures", kernel=7)
    text = said(panel, show="pictures", start="xavier")
    assert re.search(r"Values from −\d+ to \d+ are shown from black to white", text)
    assert not re.search(r"of 255: 0 inside", text)


@pytest.mark.parametrize("show", VIEWS.values())
def test_every_control_changes_the_picture(panel, show):
    panel.controls["show"].value = show
    for name, value in (("start", "equal"), ("stride", 5), ("kernel", 10), ("row", 24), ("column", 54)):
        before, caption = panel.png, panel.caption.value
        panel.controls[name].value = value
        assert panel.png != before, name
        assert panel.caption.value != caption, name


def test_a_new_stride_moves_the_bounds_and_draws_once(panel, monkeypatch):
    panel.controls["kernel"].value = 16
    panel.controls["row"].value = 95
    drawn = []
    draw = panel.draw
    monkeypatch.setattr(panel, "draw", lambda **values: drawn.append(values) or draw(**values))
    panel.controls["stride"].value = 2
    assert drawn == [HOME | {"stride": 2, "kernel": 8, "row": 47, "column": 47}]
    panel.controls["stride"].value = 8
    assert [panel.controls[name].max for name in ("kernel", "row", "column")] == [32, 191, 191]
    assert Image.open(io.BytesIO(panel.png)).size == (1350, 585)
    panel.controls["row"].value = 191
    with panel.together():
        panel.controls["stride"].value = 3
    assert panel.values["row"] == 71
    assert len(drawn) == 4


@settings(max_examples=30)
@given(
    st.sampled_from(GEOMETRIES), st.sampled_from(list(product(VIEWS.values(), numbers.STARTS.values()))), st.booleans()
)
def test_no_setting_fails(geometry, looks, last):
    stride, size = geometry
    show, start = looks
    edge = 24 * stride - 1 if last else 0
    view = PANEL.draw(show=show, start=start, stride=stride, kernel=size, row=edge, column=24 * stride - 1 - edge)
    assert view.caption and "nan" not in view.caption and len(view.alt.split()) >= 8
    assert len(png(view.picture)) > 1000


PANEL = KernelExplorer()


def test_the_same_setting_gives_the_same_picture():
    again = KernelExplorer()
    assert (again.png, again.alt, again.caption.value) == (PANEL.png, PANEL.alt, PANEL.caption.value)


def test_pictures_of_ones_own():
    red = KernelExplorer(np.full((30, 50, 3), (200, 0, 100), np.uint8))
    assert "· 100" in said(red, show="neighbours") and "= 100." in said(red, show="neighbours")
    assert small_picture(Image.new("L", (10, 40), 7)).shape == (3, 24, 24)
    assert (small_picture(np.full((48, 48), 9, np.uint8)) == 9).all()
    left_dark = np.zeros((24, 48), np.uint8)
    left_dark[:, 24:] = 255
    assert small_picture(left_dark)[0, 0].tolist() == [0] * 12 + [255] * 12  # the middle square


@pytest.mark.parametrize("wrong", [np.zeros((4, 4)), np.zeros((4, 4, 4), np.uint8), np.zeros(4, np.uint8)])
def test_what_is_no_picture_is_refused(wrong):
    with pytest.raises(ValueError, match=r"a picture is an array of bytes \(H, W\) or \(H, W, 3\), got"):
        KernelExplorer(wrong)
