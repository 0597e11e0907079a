"""Label Studio's brush: which PNG belongs to which picture, and in which order they lie."""

import json

import numpy as np
import pytest

from fcn_course.data.importing.folder import import_folder
from tests.data.importing.test_import_folder import indices_of
from tests.support.exports import label_studio_brush, save_json
from tests.support.scenes import save_grey, scene, scenes


@pytest.fixture
def source(tmp_path):
    label_studio_brush(tmp_path / "source", scenes(3))
    return tmp_path / "source"


def run(source):
    return import_folder(source, source.parent / "out", progress=False)


def test_the_full_json_says_the_same(source):
    """JSON in place of JSON-MIN: regions in a list of results, pictures below data."""
    tasks = json.loads((source / "project.json").read_text())
    full = [
        {
            "id": task["id"],
            "data": {"image": "/data/local-files/?d=some/where/" + task["image"].rpartition("/")[2]},
            "annotations": [
                {
                    "id": task["annotation_id"],
                    "result": [{"from_name": "tag", "value": region} for region in task["tag"]],
                }
            ],
        }
        for task in tasks
    ]
    save_json(source / "project.json", full)
    made = run(source)
    for name, drawn in scenes(3).items():
        table = np.array([made.classes.index(label) for label in ("background", "leaf", "stone", "water")])
        assert np.array_equal(indices_of(made.folder, f"0a1b2c3d-{name}"), table[drawn.truth])


def test_labels_and_tags_may_hold_dashes(source):
    tasks = json.loads((source / "project.json").read_text())
    for task in tasks:
        task["my-tag"] = task.pop("tag")
        for region in task["my-tag"]:
            region["brushlabels"] = ["semi-" + region["brushlabels"][0]]
    save_json(source / "project.json", tasks)
    for path in source.glob("task-*.png"):
        path.rename(path.with_name(path.name.replace("-tag-", "-my-tag-semi-")))
    assert run(source).classes == ("background", "semi-leaf", "semi-stone", "semi-water")


@pytest.mark.fault("Label Studio: the tasks' JSON is missing", "told which export is needed too")
def test_without_the_tasks_nobody_knows_the_pictures(source):
    (source / "project.json").unlink()
    with pytest.raises(ValueError, match=r"not the tasks they belong to: export the same project as JSON-MIN too"):
        run(source)


@pytest.mark.fault("Label Studio: its JSON alone", "told which exports are read")
def test_the_json_alone_is_not_enough(source):
    for path in source.glob("*.png"):
        path.unlink()
    with pytest.raises(
        ValueError, match=r"holds Label Studio's JSON, .*; export the same project as COCO, or for the brush"
    ):
        run(source)


def edit(source, change):
    tasks = json.loads((source / "project.json").read_text())
    change(tasks)
    save_json(source / "project.json", tasks)


FAULTS = {
    "a task that the JSON lacks": (
        lambda source: edit(source, lambda tasks: tasks.pop(0)),
        r"picture missing: task 7 \(no JSON file has this task\)",
    ),
    "a task without a picture": (
        lambda source: edit(source, lambda tasks: tasks[0].update(image="text")),
        r"task 7 \(its JSON names no picture\)",
    ),
    "a picture that is missing": (
        lambda source: (source / "0a1b2c3d-pic_00.jpg").unlink(),
        r"picture missing: task 7; put it into the source folder|picture outside the source: task 7",
    ),
    "two tasks of one picture": (
        lambda source: edit(source, lambda tasks: tasks[0].update(image=tasks[1]["image"])),
        r"picture twice: task 8 \(0a1b2c3d-pic_01\.jpg is also of task 7\)",
    ),
    "two annotators": (
        lambda source: save_grey(source / "task-7-annotation-99-by-me-tag-leaf-0.png", np.ones((40, 56), np.uint8)),
        r"picture annotated twice: task 7 \(annotation 27 by 1 and annotation 99 by me\); export one annotation",
    ),
    "masks of two sizes": (
        lambda source: save_grey(source / "task-7-annotation-27-by-1-tag-leaf-9.png", np.ones((4, 5), np.uint8)),
        r"sizes that differ: 0a1b2c3d-pic_00 \(task-7-annotation-27-by-1-tag-leaf-9\.png and the other masks",
    ),
}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.fault(f"Label Studio: {name}", "told; nothing is written"))
        for name in FAULTS
    ],
)
def test_faults_are_told(source, name):
    damage, told = FAULTS[name]
    damage(source)
    with pytest.raises(ValueError, match=told):
        run(source)
    assert not (source.parent / "out").exists()


def test_tasks_without_a_brush_are_left_out(source):
    for path in source.glob("task-8-*.png"):
        path.unlink()
    made = run(source)
    assert "tasks without a brush, left out: task 8" in made.said and len(made.pictures) == 2


def test_a_region_that_the_json_lacks_lies_above(source):
    whole = np.full(scene(0).truth.shape, 3, np.uint8)
    save_grey(source / "task-7-annotation-27-by-1-tag-all-0.png", whole)
    made = run(source)
    assert (indices_of(made.folder, "0a1b2c3d-pic_00") == made.classes.index("all")).all()
