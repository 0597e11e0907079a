"""Imported folders: equal to the drawn truth pixel by pixel, whole or not at all."""

import filecmp

import numpy as np
import pytest

from fcn_course.data.datasets import open_voc
from fcn_course.data.importing.folder import import_folder
from fcn_course.data.labels import read_classes, read_lines
from fcn_course.data.masks import read_mask
from tests.support.exports import EXPORTS
from tests.support.scenes import CLASSES, scenes

NUMBER = 5
ROWS = [
    pytest.param(name, marks=pytest.mark.source(name, export.tool, export.address, NUMBER))
    for name, export in EXPORTS.items()
]


def files_below(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def indices_of(out, name):
    return read_mask(out / "SegmentationClass" / f"{name}.png", 255).numpy()


@pytest.mark.parametrize("name", ROWS)
def test_a_source_comes_out_as_it_was_drawn(tmp_path, name):
    export, drawn = EXPORTS[name], scenes(NUMBER)
    (tmp_path / "source").mkdir()
    export.write(tmp_path / "source", drawn)
    made = import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    assert len(made.pictures) == NUMBER
    classes = read_classes(made.folder / "labels.txt")
    assert classes == made.classes and classes[0] == "background"
    by_name = {listed.removeprefix("0a1b2c3d-"): listed for listed in made.pictures}
    for wanted, scene in drawn.items():
        truth = scene.truth > 0 if export.one else scene.truth
        if export.format == "cityscapes" and "own classes" not in name:
            table = [255, *(classes.index(label) for label in ("road", "sidewalk", "car"))]
        else:
            table = list(range(len(classes))) if export.one else [classes.index(label) for label in CLASSES]
        assert np.array_equal(indices_of(made.folder, by_name[wanted]), np.array(table)[truth.astype(int)]), wanted
        (place,) = (made.folder / "JPEGImages").glob(f"{by_name[wanted]}.*")
        (first,) = [path for path in files_below(tmp_path / "source") if _is_picture_of(path, wanted)]
        assert filecmp.cmp(place, tmp_path / "source" / first, shallow=False)
        assert place.suffix == place.suffix.lower()
    listed = [read_lines(made.folder / f"ImageSets/Segmentation/{split}.txt") for split in ("train", "val", "trainval")]
    assert sorted(listed[2]) == sorted(listed[0] + listed[1]) == sorted(made.pictures)
    assert listed[0] and listed[1]


def _is_picture_of(path, name):
    folders = ("images/", "JPEGImages/", "leftImg8bit/", "701_StillsRaw_full/", "train/", "val/")
    stem, _, ending = path.rpartition("/")[2].rpartition(".")
    place = path.startswith(folders) or "/" not in path
    return (
        place and ending not in ("json", "txt") and stem.removeprefix("0a1b2c3d-").removesuffix("_leftImg8bit") == name
    )


@pytest.mark.parametrize("name", ["COCO, polygons", "CVAT segmentation mask", "labelme", "VOC, SegmentationClassAug"])
def test_the_loader_reads_what_was_imported(tmp_path, name):
    drawn = scenes(NUMBER)
    EXPORTS[name].write(tmp_path / "source", drawn)
    out = import_folder(tmp_path / "source", tmp_path / "out", progress=False).folder
    for split in ("train", "val"):
        dataset = open_voc(out, split)
        assert dataset.classes[0] == "background" and len(dataset.classes) == 4
        for index, listed in enumerate(dataset.names):
            table = np.array([dataset.classes.index(label) for label in CLASSES])
            assert np.array_equal(dataset[index][1].numpy(), table[drawn[listed].truth])


@pytest.mark.parametrize("name", EXPORTS)
def test_a_source_is_what_its_format_says(tmp_path, name):
    export = EXPORTS[name]
    export.write(tmp_path / "source", scenes(3))
    told = import_folder(tmp_path / "source", tmp_path / "told", export.format, progress=False)
    found = import_folder(tmp_path / "source", tmp_path / "found", progress=False)
    assert told.format == found.format and told.pictures == found.pictures
