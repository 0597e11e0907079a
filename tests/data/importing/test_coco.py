"""COCO's JSON: crowds, order, ids, and every fault at once."""

import json

import numpy as np
import pytest

from fcn_course.data.importing.folder import import_folder
from tests.data.importing.test_import_folder import indices_of
from tests.support.exports import coco, letters, runs, save_json
from tests.support.scenes import CLASSES, Scene, rectangle, save_picture, scene, scenes

SIZE = (40, 56)


@pytest.fixture
def export(tmp_path):
    """A good export of three pictures, to be changed: its content and the function that writes it back and imports."""
    path = coco(tmp_path / "source", scenes(3))
    content = json.loads(path.read_text())

    def run(**options):
        save_json(path, content)
        return import_folder(tmp_path / "source", tmp_path / "out", progress=False, **options)

    return content, run


def test_crowds_are_void_below_all_objects(tmp_path):
    image = scene(1).image
    low, high = rectangle(1, (5, 5, 25, 25), SIZE), rectangle(2, (20, 10, 40, 30), SIZE)
    crowd = rectangle(1, (0, 0, 30, 40), SIZE)
    path = coco(tmp_path / "source", {"a": Scene(image, [low, high, crowd]), "b": scene(2)})
    content = json.loads(path.read_text())
    content["annotations"][2] |= {"iscrowd": 1, "segmentation": runs(crowd.pixels)}
    save_json(path, content)
    made = import_folder(tmp_path / "source", tmp_path / "out", crowds="void", progress=False)
    wanted = np.where(crowd.pixels, 255, 0)
    wanted[low.pixels] = made.classes.index(CLASSES[1])
    wanted[high.pixels] = made.classes.index(CLASSES[2])
    assert np.array_equal(indices_of(made.folder, "a"), wanted)
    assert "crowds, which are void: images/a.jpg, annotation 3" in made.said


def test_few_crowds_are_void_without_a_question(export):
    content, run = export
    content["annotations"][-1]["iscrowd"] = 1
    assert any(255 in look.pixels for look in run().pictures.values())


@pytest.mark.fault("COCO: crowds that may be what was painted with a brush", "asked whether they are void or objects")
@pytest.mark.parametrize("marked, more", [(15, {}), (1, {"attributes": {}})])
def test_brushes_that_are_marked_as_crowds_are_asked_about(export, marked, more):
    content, run = export
    for entry in content["annotations"][:marked]:
        entry |= {"iscrowd": 1} | more
    with pytest.raises(ValueError, match=r"of 15 objects are marked as crowds, as CVAT .* --crowds objects"):
        run()
    drawn, made = scenes(3), run(crowds="objects")
    assert all(np.array_equal(indices_of(made.folder, name), drawn[name].truth) for name in drawn)


def test_classes_stand_by_their_ids_behind_the_background(export):
    content, run = export
    content["categories"] = [{"id": 7, "name": "Background"}, *content["categories"], {"id": 2, "name": "first"}]
    made = run()
    assert made.classes == ("background", "first", *CLASSES[1:])


def test_splits_of_two_files_are_kept(tmp_path):
    parts = {"train2017": {"a": scene(1), "b": scene(2)}, "val2017": {"c": scene(3)}}
    for split, drawn in parts.items():
        path = coco(tmp_path / "source", drawn, place=f"{split}/{{}}.jpg")
        content = json.loads(path.read_text())
        for image in content["images"]:
            image["file_name"] = image["file_name"].rpartition("/")[2]
        path.unlink()
        save_json(path.with_name(f"instances_{split}.json"), content)
        save_json(path.with_name(f"captions_{split}.json"), content | {"annotations": [{"caption": "x"}]})
    made = import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    assert made.splits == {"train": ["a", "b"], "val": ["c"]} and "the split is the source's own" in made.said


def test_a_picture_without_an_object_is_background_and_told(export):
    content, run = export
    content["annotations"] = [entry for entry in content["annotations"] if entry["image_id"] != 1]
    made = run()
    assert made.pictures["pic_00"].pixels == {0: 40 * 56}
    assert "pictures without an object, kept: images/pic_00.jpg" in made.said


def test_unlabelled_may_be_void(export):
    content, run = export
    content["annotations"] = [entry for entry in content["annotations"] if entry["image_id"] != 1]
    made = run(unlabelled="void")
    assert all(0 not in look.pixels for look in made.pictures.values())
    assert "pictures that are void all over, of which nothing is learned: pic_00" in made.said


@pytest.mark.fault("pixels without a label, and a class that is called background", "asked which they are")
def test_a_background_that_is_drawn_makes_the_rest_doubtful(export):
    content, run = export
    content["categories"][0]["name"] = "background"
    with pytest.raises(
        ValueError, match=r"% of the pixels have no label, and it labels some pixels background itself.*--unl"
    ):
        run()
    assert run(unlabelled="background").classes[0] == "background"


@pytest.mark.fault("shapes that label nearly everything", "asked what the rest is")
def test_gaps_between_labels_are_doubtful(tmp_path):
    full = [rectangle(1, (0, 0, 30, 40), SIZE), rectangle(2, (31, 0, 56, 40), SIZE)]
    coco(tmp_path / "source", {name: Scene(scene(1).image, full) for name in "ab"})
    with pytest.raises(ValueError, match=r"1\.8 % of the pixels have no label, and nearly all is labelled"):
        import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    assert not (tmp_path / "out").exists()
    made = import_folder(tmp_path / "source", tmp_path / "out", unlabelled="void", progress=False)
    assert made.pictures["a"].pixels[255] == 40


def change(content, **fields):
    content["annotations"][0] |= fields


FAULTS = {
    "unknown class": (
        lambda content: change(content, category_id=99),
        r"unknown class: images/pic_00\.jpg, annotation 1 \(category_id 99\); add it to the list",
    ),
    "polygon of two points": (
        lambda content: change(content, segmentation=[[1, 1, 5, 5]]),
        r"shape without an area: images/pic_00\.jpg, annotation 1 \(2 corners\); draw it anew",
    ),
    "polygon outside the picture": (
        lambda content: change(content, segmentation=[[60, 1, 80, 1, 80, 9]]),
        r"shape outside its picture: .*x 60 to 80, y 1 to 9 in a picture of 56 x 40",
    ),
    "object with a box alone": (
        lambda content: change(content, segmentation=[], bbox=[1, 1, 5, 5]),
        r"object with a box alone: images/pic_00\.jpg, annotation 1; draw its outline",
    ),
    "run lengths of another picture": (
        lambda content: change(content, segmentation=runs(np.ones((3, 4)))),
        r"broken run lengths: images/pic_00 \(of size \[3, 4\], the picture \[40, 56\]\)",
    ),
    "run lengths that were cut": (
        lambda content: change(content, segmentation=letters(scene(3).things[0].pixels) | {"counts": "0"}),
        r"broken run lengths: images/pic_00 \(they make 0 pixels of 56 x 40 = 2240\)",
    ),
    "a segmentation that is none": (
        lambda content: change(content, segmentation={"counts": 7}),
        r"broken run lengths: images/pic_00\.jpg, annotation 1",
    ),
    "picture missing": (
        lambda content: content["images"][1].update(file_name="images/gone.jpg"),
        r"picture missing: images/gone\.jpg; put it into the source folder",
    ),
    "picture of another size": (
        lambda content: content["images"][1].update(width=112, height=80),
        r"sizes that differ: images/pic_01 \(picture 56 x 40, annotations 112 x 80\)",
    ),
    "picture twice": (
        lambda content: content["images"].append(content["images"][0] | {"id": 9}),
        r"picture twice: images/pic_00\.jpg",
    ),
    "image id twice": (
        lambda content: content["images"].append(content["images"][0] | {"file_name": "b.jpg"}),
        "lacks a name or an id of its own",
    ),
    "annotation of no image": (
        lambda content: change(content, image_id=77),
        r"picture missing: image_id 77 \(annotations/instances_default\.json has annotations of it, and no image\)",
    ),
    "annotations of strange kinds": (
        lambda content: content["annotations"].append(["x"]),
        r"annotation 15 is no object",
    ),
    "ids that are lists": (
        lambda content: change(content, image_id=[1], category_id={}),
        r"picture missing: image_id '\[1\]'",
    ),
    "category twice": (
        lambda content: content["categories"].append({"id": 4, "name": "leaf"}),
        r"two categories are called 'leaf'",
    ),
    "category without a name": (
        lambda content: content["categories"].append({"id": 4}),
        r"category \{'id': 4\} lacks a name",
    ),
    "no outline at all": (
        lambda content: content.update(annotations=[{"image_id": 1, "category_id": 10, "segments_info": []}]),
        "it outlines no object; export COCO's instances, as polygons",
    ),
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.fault(f"COCO: {name}", "told; nothing is written")) for name in FAULTS],
)
def test_faults_are_told_and_nothing_is_written(export, tmp_path, name):
    content, run = export
    damage, told = FAULTS[name]
    damage(content)
    with pytest.raises(ValueError, match=told):
        run()
    assert not (tmp_path / "out").exists() and not list(tmp_path.glob(".out.part*"))


@pytest.mark.fault("COCO: many faults", "all told at once, with their number, five names each, and remedies")
def test_all_faults_are_told_at_once(export):
    content, run = export
    for entry in content["annotations"][:7]:
        entry["category_id"] = 99
    content["images"][2]["file_name"] = "gone.jpg"
    with pytest.raises(ValueError) as told:
        run()
    lines = str(told.value).splitlines()
    assert len(lines) == 3 and "nothing was written, 8 things must be mended first" in lines[0]
    assert "and 2 more; add it to the list of classes" in lines[2] and lines[1].startswith(
        "  picture missing: gone.jpg"
    )


def test_shapes_beyond_the_edge_are_cut_and_told(export):
    content, run = export
    change(content, segmentation=[[50, 30, 70, 30, 70, 50, 50, 50]])
    assert "shapes that reach beyond their picture, cut at its edge: images/pic_00.jpg, annotation 1" in run().said


def test_annotations_without_a_shape_are_passed_over_and_told(export):
    content, run = export
    change(content, segmentation=[], bbox=[])
    assert "annotations without a shape, passed over: images/pic_00.jpg, annotation 1" in run().said


def test_sizes_may_be_missing(export):
    content, run = export
    for image in content["images"]:
        del image["width"], image["height"]
    drawn = scenes(3)
    made = run()
    assert all(np.array_equal(indices_of(made.folder, name), drawn[name].truth) for name in drawn)


def test_names_in_any_script_come_through(tmp_path):
    drawn = {"ネコ": scene(1), "café 1": scene(2), "صورة": scene(3)}
    coco(tmp_path / "source", drawn)
    made = import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    assert set(made.pictures) == set(drawn)
    assert all(np.array_equal(indices_of(made.folder, name), drawn[name].truth) for name in drawn)


def test_the_same_name_in_two_folders(tmp_path):
    save_picture(tmp_path / "source" / "x" / "a.jpg", scene(1).image)
    coco(tmp_path / "source", {"x/a": scene(1), "y/a": scene(2)}, place="{}.jpg")
    made = import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    assert list(made.pictures) == ["x_a", "y_a"]
    assert np.array_equal(indices_of(made.folder, "y_a"), scene(2).truth)
