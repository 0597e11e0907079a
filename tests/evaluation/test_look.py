"""The page to look at: every class is shown, names are escaped, and nothing is fetched."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from fcn_course.data.labels import voc_colour
from fcn_course.evaluation.look import SIDE, choose, legend, write_look
from tests.support.helpers import make_voc, shapes_picture


def test_a_rare_class_is_among_the_chosen():
    pictures = {f"p{number:03d}": {0: 90, 1: 10} for number in range(300)} | {
        "p150": {0: 99, 2: 1},
        "p299": {0: 9, 3: 1},
    }
    chosen = choose(pictures)
    assert len(chosen) == 20 and {"p150", "p299"} <= set(chosen)
    assert chosen == sorted(chosen) and len(set(chosen)) == 20
    assert sum(name < "p150" for name in chosen) in range(8, 13)  # spread over the whole


def test_more_classes_than_pictures_to_show_are_shown_as_far_as_they_go():
    pictures = {f"p{number}": {number: 5, number + 1: 5} for number in range(60)}
    chosen = choose(pictures, 20)
    assert len(chosen) == 20 and len(set().union(*(pictures[name] for name in chosen))) == 40


@pytest.mark.parametrize("number", [0, 1, 3])
def test_few_pictures_are_all_shown(number):
    pictures = {str(index): {0: 1} for index in range(number)}
    assert choose(pictures) == list(pictures)


def folder_of(tmp_path, names, size=(48, 64), classes=("background", "square", "disc", "<b>bar</b>")):
    rng = np.random.default_rng(1)
    folder = make_voc(tmp_path / "set", train={name: shapes_picture(rng, size) for name in names})
    (folder / "labels.txt").write_text("\n".join(classes))
    pixels = {}
    for name in names:
        with Image.open(folder / "SegmentationClass" / f"{name}.png") as file:
            indices, counts = np.unique(np.array(file), return_counts=True)
        pixels[name] = dict(zip(indices.tolist(), counts.tolist(), strict=True))
    return folder, pixels


def test_the_page_is_one_file_with_escaped_names(tmp_path):
    folder, pixels = folder_of(tmp_path, ["a<i>", "b & c", "d"])
    page = write_look(folder, pixels).read_text(encoding="utf-8")
    assert "<b>bar" not in page and "&lt;b&gt;bar&lt;/b&gt;" in page
    assert "a<i>" not in page and "a&lt;i&gt;" in page and "b &amp; c" in page
    assert "<script" not in page and not re.search(r"(src|href)=\"(?!data:image/jpeg;base64,)", page)
    assert "://" not in page


def test_the_pictures_are_overlays_in_the_classes_colours(tmp_path):
    folder, pixels = folder_of(tmp_path, ["a"])
    page = write_look(folder, pixels).read_text(encoding="utf-8")
    drawn, plain = (
        np.array(Image.open(io.BytesIO(base64.b64decode(data)))).astype(int)
        for data in re.findall(r"base64,([^\"]+)", page)
    )
    assert drawn.shape == plain.shape == (240, 320, 3)  # made larger by five, so that names have room
    with Image.open(folder / "SegmentationClass" / "a.png") as file:
        mask = np.array(file).repeat(5, 0).repeat(5, 1)
    (index,) = set(np.unique(mask)) - {0, 255}
    blended = (plain[mask == index] + voc_colour(int(index))) / 2
    away = np.abs(drawn[mask == index] - blended).max(1)
    assert np.median(away) < 12  # JPEG; the outline and the name are others
    assert np.abs(drawn - plain)[mask == 0].mean() < 4


def test_large_pictures_are_made_smaller(tmp_path):
    folder, pixels = folder_of(tmp_path, ["a"], (900, 1200))
    page = write_look(folder, pixels).read_text(encoding="utf-8")
    assert f'width="{SIDE}" height="480"' in page and "1200 x 900" in page


def test_classes_that_no_picture_has_are_told(tmp_path):
    folder, pixels = folder_of(tmp_path, ["a", "b"], classes=("background", "square", "disc", "bar", "unicorn"))
    assert re.search(
        r'class="warn">In no picture: [^<]*unicorn\.', write_look(folder, pixels).read_text(encoding="utf-8")
    )


def test_the_legend_counts():
    rows = list(legend({"a": {0: 75, 1: 25}, "b": {0: 50, 255: 50}}, ("background", "x", "y")))
    assert [(row["name"], row["share"], row["pictures"]) for row in rows] == [
        ("background", 62.5, 2),
        ("x", 12.5, 1),
        ("y", 0, 0),
        ("void", 25, 1),
    ]
    assert rows[0]["colour"] == "" and rows[1]["colour"] == "#800000" and rows[3]["colour"] == "#e0e0c0"
