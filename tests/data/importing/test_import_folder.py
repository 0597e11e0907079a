"""Imported folders: equal to the drawn truth pixel by pixel, whole or not at all."""

import filecmp
import json
import os
import re

import numpy as np
import pytest
from PIL import Image

from fcn_course.data.checking.check import check_voc
from fcn_course.data.datasets import open_voc
from fcn_course.data.importing import painting
from fcn_course.data.importing.folder import MARK, import_folder
from fcn_course.data.labels import read_classes, read_lines
from fcn_course.data.masks import read_mask
from fcn_course.data.pairing import PICTURES
from tests.support.exports import EXPORTS, coco
from tests.support.scenes import CLASSES, scene, scenes

NUMBER = 5
ROWS = [
    pytest.param(name, marks=pytest.mark.source(name, export.tool, export.address, NUMBER))
    for name, export in EXPORTS.items()
]


def files_below(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def as_uploaded(name):
    """A picture's name without the eight letters that Label Studio puts before it."""
    return re.sub(r"^[0-9a-f]{8}-", "", name)


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
    by_name = {as_uploaded(listed): listed for listed in made.pictures}
    for wanted, made_of in drawn.items():
        truth = made_of.truth > 0 if export.one else made_of.truth
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
    return place and ending not in ("json", "txt") and as_uploaded(stem).removesuffix("_leftImg8bit") == name


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


def test_an_import_is_whole_and_may_be_made_anew(tmp_path):
    coco(tmp_path / "source", scenes(3))
    first = import_folder(tmp_path / "source", tmp_path / "deep" / "out", progress=False)
    before = files_below(first.folder)
    assert [name for name in before if "/" not in name] == [
        MARK,
        "ImageSets",
        "JPEGImages",
        "SegmentationClass",
        "labels.txt",
    ]
    coco(tmp_path / "source", scenes(2, "other_{}"))
    second = import_folder(tmp_path / "source", tmp_path / "deep" / "out", progress=False)
    assert set(second.pictures) == {"other_0", "other_1"}
    assert not [name for name in files_below(second.folder) if "pic_" in name]
    assert json.loads((second.folder / MARK).read_text())["format"] == "COCO"
    assert os.stat(second.folder).st_mode & 0o777 == 0o755


def test_the_same_source_gives_the_same_files(tmp_path):
    coco(tmp_path / "source", scenes(4))
    for name in ("one", "two"):
        import_folder(tmp_path / "source", tmp_path / name, progress=False)
    match, differ, odd = filecmp.cmpfiles(
        tmp_path / "one",
        tmp_path / "two",
        [name for name in files_below(tmp_path / "one") if "." in name],
        shallow=False,
    )
    assert len(match) == 4 + 4 + 3 + 2 and not differ and not odd


@pytest.mark.fault("the folder to import into holds other files, or is none", "refused; it stays as it is")
def test_a_folder_with_other_files_is_refused(tmp_path):
    coco(tmp_path / "source", scenes(2))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    with pytest.raises(FileExistsError, match=r"out holds other files; give a new folder"):
        import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    with pytest.raises(FileExistsError, match=r"thesis\.txt is a file; give the folder to make"):
        import_folder(tmp_path / "source", tmp_path / "out" / "thesis.txt", progress=False)
    assert files_below(tmp_path / "out") == ["thesis.txt"]


@pytest.mark.fault("source and folder lie one in the other", "refused before anything is read")
@pytest.mark.parametrize("out", ["source", "source/out", "."])
def test_source_and_folder_must_lie_apart(tmp_path, out):
    coco(tmp_path / "source", scenes(2))
    before = files_below(tmp_path)
    if out == ".":
        (tmp_path / MARK).write_text("{}")  # so that it is taken for one that was imported
    if out == "source":
        (tmp_path / "source" / MARK).write_text("{}")
    with pytest.raises(ValueError, match=r"lie one in the other; give a folder beside the source"):
        import_folder(tmp_path / "source", tmp_path / out, progress=False)
    assert [name for name in files_below(tmp_path) if MARK not in name] == before


@pytest.mark.fault(
    "the disk fills up in the middle of an import", "told with what is free; the folder before is unharmed"
)
def test_what_fails_leaves_the_old_folder(tmp_path, monkeypatch):
    coco(tmp_path / "source", scenes(3))
    out = import_folder(tmp_path / "source", tmp_path / "out", progress=False).folder
    before = {name: (out / name).read_bytes() for name in files_below(out) if (out / name).is_file()}
    monkeypatch.setattr(painting, "put", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match=r"no room to write .*out \(.* MB are free there\); make room"):
        import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    assert {name: (out / name).read_bytes() for name in files_below(out) if (out / name).is_file()} == before
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_what_a_killed_import_left_goes_at_the_next(tmp_path):
    coco(tmp_path / "source", scenes(3))
    (tmp_path / ".out.part-abc" / "JPEGImages").mkdir(parents=True)
    import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    assert not (tmp_path / ".out.part-abc").exists()


@pytest.mark.fault("an import is asked for what cannot be", "told with the value, before anything is read")
@pytest.mark.parametrize(
    "options, told",
    [
        ({"unlabelled": "sky"}, "--unlabelled takes background or void, not 'sky'"),
        ({"crowds": "people"}, "--crowds takes void or objects, not 'people'"),
        ({"val": 2}, "--val 2 is no share of the pictures"),
        ({"group": "["}, r"--group '\[' is neither one of"),
    ],
)
def test_options_that_cannot_be_are_told(tmp_path, options, told):
    coco(tmp_path / "source", scenes(2))
    with pytest.raises(ValueError, match=told):
        import_folder(tmp_path / "source", tmp_path / "out", progress=False, **options)


@pytest.mark.fault("a class name would be read back as another", "refused with the name")
def test_a_class_name_that_would_not_come_back_is_refused(tmp_path):
    path = coco(tmp_path / "source", scenes(2))
    path.write_text(path.read_text().replace('"leaf"', '"leaf:1,2,3::"'))
    with pytest.raises(ValueError, match=r"label map|cannot stand in a labels file"):
        import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    assert not (tmp_path / "out").exists()


def test_films_stay_whole(tmp_path):
    drawn = scenes(12, "walk/frame_{:06d}") | {f"ride/frame_{number:06d}": scene(20 + number) for number in range(3)}
    coco(tmp_path / "source", drawn)
    made = import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    assert len(made.splits["val"]) == 3 and len({name.split("_")[0] for name in made.splits["val"]}) == 1
    apart = import_folder(tmp_path / "source", tmp_path / "out", group="none", seed=1, progress=False)
    assert set(apart.splits["val"]) != set(made.splits["val"])


def test_the_table_counts_what_was_made(tmp_path):
    drawn = scenes(4)
    coco(tmp_path / "source", drawn)
    made = import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    lines = [line.split() for line in made.table().splitlines()]
    for index, name in enumerate(CLASSES):
        pixels = sum(int((scene.truth == index).sum()) for scene in drawn.values())
        row = next(line for line in lines if line[:2] == [name, str(index)])
        assert row[2] == f"{pixels:,}" and float(row[3]) == pytest.approx(100 * pixels / (4 * 40 * 56), abs=0.006)
        seen = [sum(bool((drawn[listed].truth == index).any()) for listed in names) for names in made.splits.values()]
        assert row[4:] == list(map(str, seen))
    assert "sizes: 56 x 40 (4)" in made.table()
    assert ["train", "3", "0.00"] in lines and ["val", "1", "0.00"] in lines


@pytest.mark.parametrize("ending", PICTURES)
def test_a_picture_that_can_be_imported_can_be_opened(tmp_path, ending):
    for part in ("images", "masks"):
        (tmp_path / "source" / part).mkdir(parents=True)
    for name, colour in (("a", "blue"), ("b", "red")):
        Image.new("RGB", (8, 6), colour).save(tmp_path / f"source/images/{name}{ending.upper()}")
        Image.fromarray(np.eye(6, 8, dtype=np.uint8)).save(tmp_path / f"source/masks/{name}.png")
    made = import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    for split in ("train", "val"):
        ((image, mask),) = open_voc(made.folder, split)
        assert image.shape == (3, 6, 8) and mask.tolist() == np.eye(6, 8).tolist()
    assert not check_voc(made.folder, progress=False).of("error")
