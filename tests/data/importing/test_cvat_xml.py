"""CVAT for images: every shape, the order of z, and XML that is a bomb."""

import sys

import numpy as np
import pytest

from fcn_course.data.importing.folder import import_folder
from tests.data.importing.test_import_folder import indices_of
from tests.support.exports import cvat_xml
from tests.support.scenes import save_picture, scene, scenes

BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">{entities}]>
<annotations><image name="&h;"/></annotations>"""
ENTITIES = "".join(f'<!ENTITY {two} "{f"&{one};" * 10}">' for one, two in zip("abcdefg", "bcdefgh", strict=True))


def one_image(folder, shapes, labels="<label><name>cat</name></label><label><name>dog</name></label>"):
    for name in ("a.jpg", "b.jpg"):
        save_picture(folder / name, scene(1).image)
    images = "".join(
        f'<image id="{i}" name="{n}.jpg" width="56" height="40">{shapes}</image>' for i, n in enumerate("ab")
    )
    text = f"<annotations><version>1.1</version><meta><job><labels>{labels}</labels></job></meta>{images}</annotations>"
    (folder / "annotations.xml").write_text(text)
    return folder


def run(folder, **options):
    return import_folder(folder, folder.parent / "out", progress=False, **options)


def box(label, sides, more=""):
    return f'<box label="{label}" xtl="{sides[0]}" ytl="{sides[1]}" xbr="{sides[2]}" ybr="{sides[3]}" {more}/>'


def test_the_higher_z_lies_above_and_of_equals_the_later(tmp_path):
    shapes = box("dog", (0, 0, 20, 20), 'z_order="2"') + box("cat", (10, 10, 30, 30), 'z_order="-1"')
    shapes += box("cat", (0, 0, 5, 5), 'z_order="2"')
    made = run(one_image(tmp_path / "source", shapes))
    wanted = np.zeros((40, 56), int)
    wanted[10:30, 10:30], wanted[:20, :20] = 1, 2
    wanted[:5, :5] = 1
    assert made.classes == ("background", "cat", "dog")
    assert np.array_equal(indices_of(made.folder, "a"), wanted)


def test_ellipses_and_turned_boxes_are_filled(tmp_path):
    shapes = '<ellipse label="cat" cx="20" cy="20" rx="10" ry="6"/>' + box("dog", (35, 10, 55, 20), 'rotation="90"')
    found = indices_of(run(one_image(tmp_path / "source", shapes)).folder, "a")
    y, x = np.mgrid[:40, :56] + 0.5
    away = ((x - 20) / 10) ** 2 + ((y - 20) / 6) ** 2
    assert (found[away < 0.8] == 1).all() and (found[(away > 1.25) & (x < 34)] == 0).all()
    assert (found[6:24, 41:49] == 2).all() and (found == 2).sum() == pytest.approx(200, abs=30)


def test_what_has_no_area_is_passed_over_and_told(tmp_path):
    shapes = box("cat", (0, 0, 9, 9)) + '<polyline label="dog" points="1,1;5,5"/><points label="dog" points="1,1"/>'
    made = run(one_image(tmp_path / "source", shapes))
    assert "shapes without an area (polyline), passed over: a.jpg, polyline 2, b.jpg, polyline 2" in made.said


def test_subsets_are_the_split(tmp_path):
    path = cvat_xml(tmp_path / "source", scenes(4))
    text = path.read_text()
    for number, subset in enumerate(("Train", "Train", "Validation", "Test")):
        text = text.replace(f'<image id="{number}"', f'<image id="{number}" subset="{subset}"')
    path.write_text(text)
    made = run(tmp_path / "source")
    assert made.splits == {"train": ["pic_00", "pic_01"], "val": ["pic_02"], "test": ["pic_03"]}


@pytest.mark.fault("CVAT's XML is a bomb of entities", "refused before it unfolds")
@pytest.mark.parametrize("entities", [ENTITIES, '<!ENTITY h SYSTEM "file:///etc/passwd">'])
def test_entities_are_refused(tmp_path, entities):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "annotations.xml").write_text(BOMB.format(entities=entities))
    with pytest.raises(
        ValueError, match=r"annotations\.xml \(it defines entities of its own, which no tool's export does"
    ):
        run(tmp_path / "source")


@pytest.mark.parametrize(
    "shapes, told",
    [
        pytest.param(shapes, told, marks=pytest.mark.fault(f"CVAT: {name}", "told; nothing is written"))
        for name, shapes, told in [
            ("unknown class", box("cow", (0, 0, 9, 9)), r"unknown class: a\.jpg, box 1 \('cow'\), b\.jpg, box 1"),
            (
                "two corners",
                '<polygon label="cat" points="1,1;5,5"/>',
                r"without an area: a\.jpg, polygon 1 \(2 corners\)",
            ),
            (
                "corners that are none",
                '<polygon label="cat" points="1,x;5,5;3"/>',
                "could not convert string to float: 'x'",
            ),
            ("no corners", '<polygon label="cat"/>', "unreadable annotation file: a.jpg, polygon 1"),
            ("outside", box("cat", (60, 0, 70, 9)), "x 60 to 70, y 0 to 9 in a picture of 56 x 40"),
            (
                "a mask outside",
                '<mask label="cat" rle="0,4" left="55" top="0" width="2" height="2"/>',
                "shape outside its picture: a.jpg, mask 1",
            ),
            (
                "broken run lengths",
                '<mask label="cat" rle="1,4" left="5" top="0" width="2" height="2"/>',
                "they make 5 pixels of 2 x 2 = 4",
            ),
            ("another kind of shape", '<blob label="cat"/>', "shape of an unknown kind: a.jpg, blob 1"),
        ]
    ],
)
def test_faults_are_told(tmp_path, shapes, told):
    with pytest.raises(ValueError, match=told):
        run(one_image(tmp_path / "source", shapes))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "old, new, told",
    [
        pytest.param(old, new, told, marks=pytest.mark.fault(f"CVAT: {name}", "told; nothing is written"))
        for name, old, new, told in [
            ("a picture without a size", 'width="56"', 'width=""', "image 'a.jpg' has no width and height"),
            ("a picture of another size", 'width="56"', 'width="57"', "picture 56 x 40, annotations 57 x 40"),
            ("a picture twice", "b.jpg", "a.jpg", r"picture twice: a\.jpg"),
            ("a missing picture", "b.jpg", "c.jpg", r"picture missing: c\.jpg"),
            ("a cut file", "</annotations>", "", "no XML: no element found"),
            ("a video", "<image", '<track id="1"/><image', "it is CVAT's for video; export that for images"),
        ]
    ],
)
def test_faults_of_the_file_are_told(tmp_path, old, new, told):
    path = one_image(tmp_path / "source", box("cat", (0, 0, 9, 9))) / "annotations.xml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ValueError, match=told):
        run(tmp_path / "source")


@pytest.mark.fault("defusedxml is missing", "told with the command that installs it")
def test_without_defusedxml_the_command_is_told(tmp_path, monkeypatch):
    cvat_xml(tmp_path / "source", scenes(2))
    monkeypatch.setitem(sys.modules, "defusedxml", None)
    with pytest.raises(
        ValueError, match=r"by defusedxml, which is not installed; `pip install 'fcn-course\[annotations\]'`"
    ):
        run(tmp_path / "source")


def test_a_file_without_labels_takes_those_that_were_used(tmp_path):
    made = run(one_image(tmp_path / "source", box("zebra", (0, 0, 9, 9)) + box("ant", (9, 9, 20, 20)), labels=""))
    assert made.classes == ("background", "ant", "zebra")
