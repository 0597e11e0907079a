"""labelme's JSON: its own rule of filling, its own labels, and its faults."""

import json
import math

import numpy as np
import pytest

from fcn_course.data.importing.folder import import_folder
from tests.data.importing.test_import_folder import indices_of
from tests.support.exports import labelme, save_json
from tests.support.scenes import save_picture, scene, scenes


def one_picture(folder, *shapes, name="a", **fields):
    """A picture with these shapes, and one with a single shape, as two are needed for a split."""
    for stem, found in ((name, shapes), ("z", [shape("cat", [[1, 1], [9, 1], [9, 9]])])):
        save_picture(folder / f"{stem}.jpg", scene(1).image)
        content = {
            "version": "5.5.0",
            "flags": {},
            "shapes": list(found),
            "imagePath": f"{stem}.jpg",
            "imageData": None,
        }
        save_json(
            folder / f"{stem}.json", content | {"imageHeight": 40, "imageWidth": 56} | (fields if stem == name else {})
        )
    return folder


def shape(label, points, kind="polygon", **fields):
    return {"label": label, "points": points, "shape_type": kind, "group_id": None, "flags": {}} | fields


def run(folder, **options):
    return import_folder(folder, folder.parent / "out", progress=False, **options)


def test_the_corners_pixels_belong_to_a_shape(tmp_path):
    made = run(one_picture(tmp_path / "source", shape("cat", [[2, 3], [8, 3], [8, 10], [2, 10]])))
    wanted = np.zeros((40, 56), int)
    wanted[3:11, 2:9] = 1
    assert np.array_equal(indices_of(made.folder, "a"), wanted)


def test_circles_and_rectangles_by_any_two_corners(tmp_path):
    shapes = shape("cat", [[20, 20], [20, 28]], "circle"), shape("dog", [[50, 30], [40, 5]], "rectangle")
    made = run(one_picture(tmp_path / "source", *shapes))
    found = indices_of(made.folder, "a")
    y, x = np.mgrid[:40, :56]
    away = np.hypot(y - 20, x - 20)
    assert (found[away < 7.4] == 1).all() and (found[(away > 8.6) & (x < 35)] == 0).all()
    assert (found == 2).sum() == 26 * 11 and (found[5:31, 40:51] == 2).all()
    assert math.isclose((found == 1).sum(), math.pi * 64, rel_tol=0.15)


def test_the_later_shape_lies_above_and_ignore_is_void(tmp_path):
    square = [[0, 0], [9, 0], [9, 9], [0, 9]]
    shapes = [shape("cat", square), shape("__ignore__", [[0, 0], [4, 0], [4, 4], [0, 4]])]
    found = indices_of(run(one_picture(tmp_path / "source", *shapes)).folder, "a")
    assert (found[:5, :5] == 255).all() and (found == 1).sum() == 75


def test_classes_stand_as_in_labels_txt(tmp_path):
    source = one_picture(tmp_path / "source", shape("ant", [[0, 0], [9, 0], [9, 9]]))
    assert run(source).classes == ("background", "ant", "cat")
    (source / "labels.txt").write_text("__ignore__\n_background_\ncat\nant\n")
    assert run(source).classes == ("background", "cat", "ant")


def test_pictures_may_lie_beside_under_another_path(tmp_path):
    source = one_picture(
        tmp_path / "source", shape("cat", [[0, 0], [9, 0], [9, 9]]), imagePath="..\\..\\photos\\other.png"
    )
    assert set(run(source).pictures) == {"a", "z"}


def test_what_has_no_area_is_passed_over_and_told(tmp_path):
    source = one_picture(tmp_path / "source", shape("cat", [[1, 1], [5, 5]], "line"), shape("cat", [[1, 1]], "point"))
    said = run(source).said
    assert "shapes without an area (line), passed over: a.json, shape 1" in said
    assert "pictures without an object, kept: a.json" in said


@pytest.mark.fault("labelme: somebody drew the background", "asked what pixels without a label are")
def test_a_drawn_background_is_asked_about(tmp_path):
    source = one_picture(tmp_path / "source", shape("_background_", [[0, 0], [9, 0], [9, 9]]))
    with pytest.raises(ValueError, match="labels some pixels background itself"):
        run(source)
    found = indices_of(run(source, unlabelled="void").folder, "a")
    assert set(np.unique(found)) == {0, 255}


SQUARE = [[0, 0], [9, 0], [9, 9], [0, 9]]
FAULTS = [
    ("two corners", [shape("cat", [[0, 0], [9, 9]])], {}, r"without an area: a\.json, shape 1 \(2 corners\)"),
    ("corners that are none", [shape("cat", [[0, 0], [1], [2, 2]])], {}, "its corners are no pairs of numbers"),
    ("no points", [{"label": "cat"}], {}, "a shape without points"),
    ("outside", [shape("cat", [[70, 0], [90, 0], [90, 9]])], {}, "x 70 to 90, y 0 to 9 in a picture of 56 x 40"),
    (
        "another kind",
        [shape("cat", SQUARE, "cloud")],
        {},
        r"unknown kind: a\.json, shape 1 \(cloud\); draw it as a polygon",
    ),
    (
        "a mask that is none",
        [shape("cat", SQUARE[::2], "mask", mask="AAAA")],
        {},
        r"unreadable mask: a \(a shape's own mask",
    ),
    ("another size", [shape("cat", SQUARE)], {"imageWidth": 100}, "picture 56 x 40, annotations 100 x 40"),
    ("a missing picture", [], {"imagePath": "no.jpg", "name": "b"}, r"picture missing: b\.json \(no\.jpg\)"),
]


@pytest.mark.parametrize(
    "shapes, fields, told",
    [
        pytest.param(*rest, marks=pytest.mark.fault(f"labelme: {name}", "told; nothing is written"))
        for name, *rest in FAULTS
    ],
)
def test_faults_are_told(tmp_path, shapes, fields, told):
    source = one_picture(tmp_path / "source", *shapes, **fields)
    if "name" in fields:
        (source / "b.jpg").unlink()
    with pytest.raises(ValueError, match=told):
        run(source)
    assert not (tmp_path / "out").exists()


@pytest.mark.fault("labelme: a label that labels.txt lacks", "told with the file and the shape")
def test_a_label_that_the_list_lacks_is_told(tmp_path):
    source = one_picture(tmp_path / "source", shape("cow", SQUARE))
    (source / "labels.txt").write_text("background\ncat\n")
    with pytest.raises(ValueError, match=r"unknown class: a\.json, shape 1 \('cow'\); add it to the list of classes"):
        run(source)


@pytest.mark.fault("labelme: two files of one picture", "told with both files")
def test_two_files_of_one_picture_are_told(tmp_path):
    source = one_picture(tmp_path / "source", shape("cat", SQUARE))
    content = json.loads((source / "a.json").read_text())
    save_json(source / "b.json", content)
    with pytest.raises(ValueError, match=r"picture annotated twice: b\.json \(a\.jpg; a\.jpg also in a\.json\)"):
        run(source)


def test_a_picture_without_a_file_of_its_own_is_left_out(tmp_path):
    labelme(tmp_path / "source", scenes(3))
    save_picture(tmp_path / "source" / "new.jpg", scene(9).image)
    assert set(run(tmp_path / "source").pictures) == set(scenes(3))
