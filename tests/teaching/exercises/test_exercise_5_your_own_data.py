"""Exercise 5: its functions, from an annotation to a folder that opens, also beside real photographs."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from fcn_course.cli import _parser
from fcn_course.data.datasets import open_voc
from fcn_course.data.importing.colours import read_colours
from fcn_course.data.importing.folder import import_folder
from fcn_course.data.labels import VOID, read_classes
from fcn_course.data.masks import read_mask
from fcn_course.teaching.checks import own_data
from fcn_course.teaching.exercises.exports import write_exports
from fcn_course.teaching.exercises.garden import THINGS, draw_garden, write_garden
from tests.support.lecture_files import cells_of, functions_of, text_of

EXERCISE = "solutions/5_your_own_data"


@pytest.fixture(scope="module")
def functions():
    return functions_of(EXERCISE)


@pytest.fixture(scope="module")
def folder(functions, tmp_path_factory):
    place = tmp_path_factory.mktemp("own")
    raw, folder = write_garden(place / "annotated", 12), place / "garden"
    for part in ("JPEGImages", "SegmentationClass", "ImageSets/Segmentation"):
        (folder / part).mkdir(parents=True)
    classes, names = read_classes(raw / "labels.txt"), sorted(path.stem for path in raw.glob("*.json"))
    for name in names:
        note = json.loads((raw / f"{name}.json").read_text())
        functions["save_pair"](folder, name, Image.open(raw / f"{name}.jpg"), functions["mask_of"](note, classes))
    functions["write_lists"](folder, *functions["split"](names))
    (folder / "labels.txt").write_text((raw / "labels.txt").read_text())
    return folder


def test_the_folder_opens_and_is_right(folder):
    assert own_data.folder(folder, ("background", *THINGS))
    train, val = open_voc(folder, "train"), open_voc(folder, "val")
    assert (len(train), len(val)) == (8, 4) and train.classes == ("background", *THINGS)


def test_a_heap_is_void_and_a_later_shape_covers(functions):
    square = [[10, 10], [50, 10], [50, 50], [10, 50]]
    beside = [[30, 10], [70, 10], [70, 50], [30, 50]]
    shapes = [{"label": "__ignore__", "points": square}, {"label": "leaf", "points": beside}]
    note = {"imageWidth": 80, "imageHeight": 60, "shapes": shapes}
    mask = functions["mask_of"](note, ("background", "leaf"))
    assert mask.shape == (60, 80) and mask.dtype == np.uint8
    assert mask[30, 20] == VOID and mask[30, 40] == mask[30, 60] == 1 and mask[5, 5] == 0 and mask[30, 30] == VOID


def test_a_mask_agrees_with_its_picture(functions):
    _, note = draw_garden(3)
    mask = functions["mask_of"](note, ("background", *THINGS))
    assert mask.shape == (note["imageHeight"], note["imageWidth"])
    assert {*np.unique(mask)} <= {0, 1, 2, 3, 4, 5, VOID}


def test_counts_are_of_things(functions):
    notes = [draw_garden(seed)[1] for seed in range(8)]
    counts = functions["things_in"](notes)
    assert {*counts} <= {*THINGS}
    assert sum(counts.values()) == sum(s["label"] != "__ignore__" for note in notes for s in note["shapes"])


def test_colours_are_read_as_the_import_reads_them(functions, tmp_path):
    source = write_exports(tmp_path / "tools", [500, 507])["CVAT"]
    legend = dict(read_colours(source / "labelmap.txt"))
    made = import_folder(source, tmp_path / "out", progress=False)
    for name in made.pictures:
        with Image.open(source / "SegmentationClass" / f"{name}.png") as file:
            ours = functions["by_colour"](np.array(file), legend)
        theirs = read_mask(made.folder / "SegmentationClass" / f"{name}.png", len(made.classes))
        assert np.array_equal(ours, theirs) and len(np.unique(ours)) >= 4


def test_a_colour_without_a_class_is_told(functions):
    with pytest.raises(ValueError, match=r"no class has the colour \[9, 9, 8\]"):
        functions["by_colour"](np.full((2, 3, 3), (9, 9, 8), np.uint8), {"background": (9, 9, 9)})


def test_what_is_confused(functions):
    counts = torch.tensor([[90, 8, 9], [9, 50, 3], [9, 4, 50]])
    assert functions["most_confused"](counts, ("background", "apple", "pear")) == ("pear", "apple")


def test_real_photographs_open_as_the_exercise_opens_them(real):
    for image, mask in open_voc(real, "val"):
        assert image.shape[1:] == mask.shape


def test_the_commands_in_the_text_are_those_there_are():
    lines = [line.split() for line in text_of(EXERCISE).split("\n") if line.startswith("fcn-course ")]
    assert [line[1] for line in lines] == ["data", "data", "train", "evaluate", "predict"]
    commands = [part.split() for line in lines for part in " ".join(line).split(" && ")]
    assert sum(command[1:3] == ["data", "import"] for command in commands) == 2
    for command in commands:
        assert _parser().parse_args(command[1:]).command == command[1]  # what is no option stops Python here


def test_every_step_is_right_in_the_saved_notebook():
    said = [
        output["data"]["text/plain"]
        for cell in cells_of(EXERCISE)
        if cell.id.endswith("check")
        for output in cell.outputs
        if "text/html" in output.get("data", ())
    ]
    assert len(said) == 10 and all(line.startswith("✓ ") for line in said)
