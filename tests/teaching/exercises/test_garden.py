"""The garden: the same files from the same seed, and annotations that lie on what was drawn."""

import json

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fcn_course.data.labels import VOC_CLASSES, read_classes
from fcn_course.teaching.exercises.garden import LABELS, SIZES, THINGS, _fewer, draw_garden, write_garden


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    return write_garden(tmp_path_factory.mktemp("garden"), count=3, seed=2)


def test_none_of_the_things_is_vocs():
    assert not {*THINGS} & {*VOC_CLASSES} and len(THINGS) == 5


def test_the_same_seed_gives_the_same_and_another_another():
    (first, note), (again, same), (other, _) = (draw_garden(seed) for seed in (4, 4, 5))
    assert first.tobytes() == again.tobytes() and note == same
    assert first.tobytes() != other.tobytes()


def test_the_folder_is_labelmes(garden):
    assert sorted(path.name for path in garden.iterdir()) == [
        *(f"garden_00{index}.{end}" for index in range(3) for end in ("jpg", "json")),
        "labels.txt",
    ]
    assert (garden / "labels.txt").read_text().split() == list(LABELS)
    assert read_classes(garden / "labels.txt") == ("background", *THINGS)
    for path in garden.glob("*.json"):
        note = json.loads(path.read_text())
        assert {"version", "flags", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth"} == {*note}
        with Image.open(garden / note["imagePath"]) as picture:
            assert picture.format == "JPEG" and picture.mode == "RGB"
            assert picture.size == (note["imageWidth"], note["imageHeight"])


def test_every_corner_lies_in_its_picture():
    for seed in range(12):
        picture, note = draw_garden(seed)
        assert picture.size in SIZES and note["shapes"]
        for shape in note["shapes"]:
            x, y = np.array(shape["points"]).T
            assert shape["label"] in (*THINGS, "__ignore__") and shape["shape_type"] == "polygon"
            assert (
                len(x) >= 4 and x.min() >= 0 and y.min() >= 0 and x.max() <= picture.width and y.max() <= picture.height
            )


def test_the_size_may_be_chosen():
    picture, note = draw_garden(1, (410, 300))
    assert picture.size == (410, 300) == (note["imageWidth"], note["imageHeight"])


def test_every_thing_and_a_heap_occur_often_enough():
    labels = [shape["label"] for seed in range(60) for shape in draw_garden(seed)[1]["shapes"]]
    assert all(labels.count(name) >= 20 for name in THINGS) and labels.count("__ignore__") >= 8


def test_polygons_lie_on_what_was_drawn():
    """Yellow as a banana's is rare elsewhere."""
    inside, outside = [], []
    for seed in range(20):
        picture, note = draw_garden(seed)
        sheet = Image.new("1", picture.size)
        for shape in note["shapes"]:
            yellowish = shape["label"] in ("banana", "__ignore__")
            ImageDraw.Draw(sheet).polygon([tuple(p) for p in shape["points"]], fill=yellowish)
        red, green, blue = np.asarray(picture, int).transpose(2, 0, 1)
        yellow = (red > 200) & (green > 170) & (blue < 110) & (red - green < 50)
        inside.append(yellow[np.array(sheet)])
        outside.append(yellow[~np.array(sheet)])
    assert np.concatenate(inside).mean() > 30 * np.concatenate(outside).mean()


def test_a_line_keeps_its_ends_and_its_corners():
    line = np.array([(0, 0), (1, 0.2), (2, 0), (2, 5), (2.3, 7), (2, 9)], float)
    assert np.array(_fewer(line)).tolist() == [[0, 0], [2, 0], [2, 9]]


def test_an_empty_garden_is_refused(tmp_path):
    with pytest.raises(ValueError, match="count must be at least 1"):
        write_garden(tmp_path, count=0)
