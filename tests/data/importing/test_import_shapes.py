"""Outlines and run lengths: exact where they are exact, and nothing is made up where they are broken."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.path import Path as Outline
from pycocotools import mask as coco_mask

from fcn_course.data.importing.records import AnnotationError
from fcn_course.data.importing.shapes import check_outline, ellipse_outline, polygons_to_pixels, runs_to_pixels, turned
from tests.support.exports import letters, run_lengths, runs
from tests.support.scenes import scene

SIZE = (40, 56)


def corners_of(outline):
    return np.array(outline, float).reshape(-1, 2)


@pytest.mark.parametrize("seed", range(6))
def test_outlines_along_the_pixels_borders_take_exactly_the_pixels_inside(seed):
    for thing in scene(seed).things:
        assert np.array_equal(polygons_to_pixels([thing.outline], SIZE), thing.pixels)


@given(st.lists(st.tuples(st.floats(-5, 60), st.floats(-5, 45)), min_size=3, max_size=8))
def test_other_outlines_differ_from_the_pixels_middles_inside_by_the_outlines_band_alone(corners):
    """Against the rule of even and odd crossings for a pixel's middle: they part within a pixel of the outline."""
    outline = [value for corner in corners for value in corner]
    found = polygons_to_pixels([outline], SIZE)
    y, x = np.mgrid[:40, :56] + 0.5
    middles = np.column_stack([x.ravel(), y.ravel()])
    closed = Outline(np.vstack([corners, corners[:1]]), closed=True)
    winding = np.zeros(middles.shape[0], int)
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):  # even and odd, by hand
        across = (ay > middles[:, 1]) != (by > middles[:, 1])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            place = ax + (middles[:, 1] - ay) * (bx - ax) / (by - ay)
        winding += across & (middles[:, 0] < place)
    inside = (winding % 2 == 1).reshape(SIZE)
    differ = np.argwhere(found != inside)
    for row, column in differ:
        assert closed.intersects_bbox(_box(column, row), filled=False), (row, column)


def _box(column, row):
    from matplotlib.transforms import Bbox

    return Bbox([[column - 0.7, row - 0.7], [column + 1.7, row + 1.7]])


def test_several_outlines_of_an_object_are_joined():
    first, second = scene(1).things[:2]
    found = polygons_to_pixels([first.outline, second.outline], SIZE)
    assert np.array_equal(found, first.pixels | second.pixels)
    assert not polygons_to_pixels([], SIZE).any()


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32))
def test_run_lengths_of_every_kind_are_read(height, width, seed):
    pixels = np.random.default_rng(seed).random((height, width)) < 0.4
    assert np.array_equal(runs_to_pixels(runs(pixels)["counts"], pixels.shape), pixels)
    assert np.array_equal(runs_to_pixels(letters(pixels)["counts"], pixels.shape), pixels)
    assert np.array_equal(runs_to_pixels(run_lengths(pixels), pixels.shape, by_columns=False), pixels)


@pytest.mark.fault("COCO's run lengths were cut", "refused: pycocotools would give what lay in memory")
@pytest.mark.parametrize("cut", [1, 3, 20])
def test_run_lengths_that_were_cut_are_refused(cut):
    pixels = np.random.default_rng(0).random((30, 30)) < 0.5
    packed = letters(pixels)
    with pytest.raises(AnnotationError, match=r"broken run lengths: (they make|they end)"):
        runs_to_pixels(packed["counts"][:-cut], (30, 30))
    assert np.array_equal(coco_mask.decode([packed])[..., 0], pixels)


@pytest.mark.fault("run lengths make up another number of pixels, or none", "refused, with both numbers")
@pytest.mark.parametrize(
    "counts, told",
    [
        ([3, 4], "make 7 pixels of 4 x 4 = 16"),
        ([0, 10**18], "of 4 x 4 = 16"),
        ([10**30], "something else than whole numbers"),
        ([20, -4], "make 16 pixels of 4 x 4"),
        (["x"], "something else than whole numbers"),
        ([[8, 8]], "something else than whole numbers"),
        ("~~~", "no letter of COCO's: '~'"),
        ("o" * 40, "one of them has no end"),
        ("é", "no letter of COCO's"),
        ("", "make 0 pixels"),
    ],
)
def test_broken_run_lengths_are_refused(counts, told):
    with pytest.raises(AnnotationError, match=told):
        runs_to_pixels(counts, (4, 4))


@pytest.mark.fault("an outline is none", "refused, with what it has")
@pytest.mark.parametrize(
    "points, told",
    [
        ([1, 1, 5, 5], "shape without an area: 2 corners"),
        ([], "0 corners"),
        ([1, 1, 5, 5, 3], "no pairs of numbers"),
        ([1, 1, 5, 5, 3, float("nan")], "no pairs of numbers"),
        ([1, 1, 5, 5, 3, "x"], "no numbers"),
        ([[1, 1], [5, 5], [3, 2]], "no pairs of numbers"),
        (None, "no pairs"),
        ([60, 1, 80, 1, 70, 9], "outside its picture: x 60 to 80, y 1 to 9 in a picture of 56 x 40"),
        ([1, -9, 80, -5, 70, -1], "outside its picture"),
        ([1, 1, 1e9, 1, 70, 9], "outside its picture"),
    ],
)
def test_outlines_that_are_none_are_refused(points, told):
    with pytest.raises(AnnotationError, match=told):
        check_outline(points, SIZE)


def test_outlines_may_reach_beyond_the_edge_and_are_cut_there():
    outline = [50, 30, 60, 30, 60, 45, 50, 45]
    assert check_outline(outline, SIZE) and not check_outline([0, 0, 56, 0, 56, 40], SIZE)
    wanted = np.zeros(SIZE, bool)
    wanted[30:, 50:] = True
    assert np.array_equal(polygons_to_pixels([outline], SIZE), wanted)


def test_ellipses_and_turned_boxes_cover_their_area():
    ellipse = corners_of(ellipse_outline(20, 15, 8, 4, 90))
    assert np.ptp(ellipse, 0) == pytest.approx([8, 16], abs=0.01) and ellipse.mean(0) == pytest.approx([20, 15])
    box = turned([0, 0, 10, 0, 10, 4, 0, 4], (5, 2), 90)
    assert corners_of(box) == pytest.approx(np.array([[7, -3], [7, 7], [3, 7], [3, -3]]))
    assert turned([0, 0, 1, 0, 1, 1], (0, 0), 0) == [0, 0, 1, 0, 1, 1]


@pytest.mark.fault("pycocotools is missing", "told with the command that installs it")
def test_without_pycocotools_the_command_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pycocotools", None)
    with pytest.raises(
        ValueError, match=r"by pycocotools, which is not installed; `pip install 'fcn-course\[annotations\]'`"
    ):
        polygons_to_pixels([[0, 0, 4, 0, 4, 4]], SIZE)
