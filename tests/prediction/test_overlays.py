"""Can a mask be read by those who do not tell its colours apart?"""

from itertools import combinations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from fcn_course.data.labels import VOC_CLASSES, VOC_COLORMAP, VOID
from fcn_course.prediction.overlays import _inner_point, label2image, overlay

# How colours look to people who lack one kind of cone: matrices on linear RGB, severity 1, from Machado, Oliveira and
# Fernandes, "A physiologically-based model for simulation of color vision deficiency" (2009).
SEEN = {
    "all three cones": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "no colours at all": [[0.2126, 0.7152, 0.0722]] * 3,
}
GROUNDS = {"black": 0, "grey": 118, "white": 255}
every_eye = pytest.mark.parametrize("eye", SEEN)


def linear(colours):
    """Linear light of sRGB bytes."""
    x = np.asarray(colours, float) / 255
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def seen(colours, eye):
    """Linear RGB as that eye has it."""
    return np.clip(linear(colours) @ np.transpose(SEEN[eye]), 0, 1)


def contrast(a, b):
    """WCAG's contrast of two colours in linear RGB: 1 is none, 21 is black on white."""
    light, dark = (np.tensordot(c, [0.2126, 0.7152, 0.0722], 1) + 0.05 for c in (a, b))
    return np.maximum(light, dark) / np.minimum(light, dark)


def lightness_and_hue(rgb):
    """CIELAB (D65) of linear RGB; a distance of 2 is hardly seen, one of 10 at a glance."""
    xyz = rgb @ np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
    f = np.cbrt(xyz / np.array([0.9505, 1, 1.089]) + 1e-9)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


@every_eye
@pytest.mark.parametrize("ground", GROUNDS)
def test_neighbouring_classes_stay_apart_by_their_outline(ground, eye):
    image = torch.full((3, 20, 40), GROUNDS[ground], dtype=torch.uint8)
    for first, second in combinations([*range(21), VOID], 2):
        mask = torch.full((20, 40), first)
        mask[:, 20:] = second
        row = seen(np.array(overlay(image, mask, classes=()))[10], eye)  # (40, 3)
        edge = contrast(row[18:21], row[19:22])  # region, black line, white line, region
        assert edge.max() >= 4.5, f"{first} beside {second}"


@pytest.mark.parametrize("eye", [eye for eye in SEEN if eye != "all three cones"])
def test_colours_alone_would_not_do(eye):
    def closest(eye):
        return min(np.linalg.norm(a - b) for a, b in combinations(lightness_and_hue(seen(VOC_COLORMAP, eye)), 2))

    assert closest(eye) < 4 < 8 < closest("all three cones")


@every_eye
@pytest.mark.parametrize("index", range(1, 21))
def test_a_name_is_read_on_every_class(index, eye):
    image = torch.full((3, 120, 160), 118, dtype=torch.uint8)
    mask = torch.full((120, 160), index)
    bare = np.array(overlay(image, mask, classes=[""] * 21))
    named = np.array(overlay(image, mask, VOC_CLASSES))
    touched = (bare != named).any(2)
    letters = touched & (named > 170).all(2)
    assert letters.sum() > 15
    rim = touched & (named == 0).all(2)
    assert rim.sum() > 40  # white letters in a black rim
    assert contrast(seen(named[letters][0], eye), seen(named[rim][0], eye)) >= 4.5


def test_the_colours_are_vocs():
    mask = np.array([[0, 1, 15], [20, 255, 7]])
    assert np.array_equal(label2image(mask)[0], [VOC_COLORMAP[0], VOC_COLORMAP[1], VOC_COLORMAP[15]])
    assert label2image(mask)[1, 1].tolist() == [224, 224, 192]


@given(st.integers(0, 1000))
def test_a_name_stands_inside_its_region(seed):
    rng = np.random.default_rng(seed)
    region = np.zeros((40, 50), bool)
    for _ in range(rng.integers(1, 4)):
        y, x = rng.integers(0, 40), rng.integers(0, 50)
        region[y : y + rng.integers(1, 15), x : x + rng.integers(1, 15)] = True
    x, y = _inner_point(region)
    assert region[y, x]
    side = max(k for k in range(1, 41) if sliding_window_view(region, (k, k)).all((2, 3)).any())
    top, left = y - side // 2, x - side // 2
    assert region[top : top + side, left : left + side].sum() == side * side  # the largest square there is


def test_the_middle_of_a_square():
    region = np.zeros((60, 60), bool)
    region[8:49, 12:53] = True
    x, y = _inner_point(region)
    assert (x, y) == (32, 28)


def test_names_are_as_high_as_asked():
    image, mask = torch.zeros(3, 300, 400, dtype=torch.uint8), torch.full((300, 400), 15)
    bare = np.array(overlay(image, mask, classes=[""] * 21))
    rows = [np.nonzero((np.array(overlay(image, mask, letters=size)) != bare).any(2))[0] for size in (12, 24, 48)]
    low, middle, high = (np.ptp(found) for found in rows)
    assert 1.7 < middle / low < 2.3 and 1.7 < high / middle < 2.3
    assert np.array_equal(np.array(overlay(image, mask)), np.array(overlay(image, mask, letters=11)))
