"""Folders in VOC's layout by other tools: which masks, which lists, which classes."""

import numpy as np
import pytest
from PIL import Image

from fcn_course.data.importing.folder import import_folder
from fcn_course.data.labels import VOC_CLASSES, VOC_COLORMAP
from tests.data.importing.test_import_folder import indices_of
from tests.support.exports import COLOURS, cvat_masks, save_list, save_picture_of_each, voc_augmented, voc_colours
from tests.support.helpers import save_mask
from tests.support.scenes import CLASSES, painted, save_grey, save_picture, scenes


def run(folder, **options):
    return import_folder(folder, folder.parent / "out", progress=False, **options)


def test_augmented_masks_go_with_their_own_list(tmp_path):
    voc_augmented(tmp_path / "source", scenes(6))
    made = run(tmp_path / "source")
    assert made.splits == {"train": [f"pic_0{i}" for i in range(4)], "val": ["pic_04", "pic_05"]}
    assert "masks of SegmentationClassAug" in made.said and "the list to train is trainaug.txt" in made.said


def test_lists_of_a_tool_are_the_split_and_test_may_go_without_masks(tmp_path):
    cvat_masks(tmp_path / "source", scenes(5))
    lists = tmp_path / "source" / "ImageSets" / "Segmentation"
    (lists / "default.txt").unlink()
    for split, names in (("Train", ["pic_00", "pic_01"]), ("Validation", ["pic_02"]), ("Test", ["pic_03"])):
        save_list(lists / f"{split}.txt", names)
    (tmp_path / "source" / "SegmentationClass" / "pic_03.png").unlink()
    made = run(tmp_path / "source")
    assert made.splits == {"train": ["pic_00", "pic_01"], "val": ["pic_02"]}
    assert "pictures to test without a mask, left out: pic_03" in made.said
    assert "masks on no list, left out: pic_04" in made.said


def test_without_lists_all_masks_are_taken(tmp_path):
    cvat_masks(tmp_path / "source", scenes(5))
    (tmp_path / "source" / "ImageSets" / "Segmentation" / "default.txt").unlink()
    assert len(run(tmp_path / "source").pictures) == 5


def test_pictures_may_lie_elsewhere_in_the_source(tmp_path):
    """CVAT's export without pictures, laid beside them."""
    cvat_masks(tmp_path / "source" / "export", scenes(3))
    (tmp_path / "source" / "export" / "JPEGImages").rename(tmp_path / "source" / "photos")
    assert len(run(tmp_path / "source").pictures) == 3


def test_grey_masks_count_the_lines_of_the_label_map(tmp_path):
    cvat_masks(tmp_path / "source", scenes(3))
    order = np.array([CLASSES.index(name) for name in sorted(CLASSES)])
    for name, scene in scenes(3).items():
        save_grey(
            tmp_path / "source" / "SegmentationClass" / f"{name}.png", np.argsort(order).astype(np.uint8)[scene.truth]
        )
    made = run(tmp_path / "source")
    for name, scene in scenes(3).items():
        table = np.array([made.classes.index(label) for label in CLASSES])
        assert np.array_equal(indices_of(made.folder, name), table[scene.truth])


def test_masks_in_vocs_colours_need_no_list(tmp_path):
    save_picture_of_each(tmp_path / "source" / "JPEGImages", scenes(3))
    colours = [VOC_COLORMAP[index] for index in (0, 3, 12, 15)]
    for name, scene in scenes(3).items():
        save_picture(tmp_path / "source" / "SegmentationClass" / f"{name}.png", painted(scene.truth, colours))
    made = run(tmp_path / "source")
    assert made.classes == VOC_CLASSES
    assert set(np.unique(indices_of(made.folder, "pic_00"))) == {0, 3, 12, 15}


def test_few_indices_without_names_are_not_called_after_voc(tmp_path):
    save_picture_of_each(tmp_path / "source" / "JPEGImages", scenes(3))
    (tmp_path / "source" / "SegmentationClass").mkdir()
    for name, scene in scenes(3).items():
        save_mask(tmp_path / "source" / "SegmentationClass" / f"{name}.png", scene.truth)
    made = run(tmp_path / "source")
    assert made.classes == ("background", "class 1", "class 2", "class 3")
    assert any("a labels.txt names them" in sentence for sentence in made.said)


def test_real_photographs_stay_as_they_are(tmp_path, real):
    """VOC's own masks, as published: the same indices come out."""
    (tmp_path / "source").mkdir()
    for part in ("JPEGImages", "SegmentationClass"):
        (tmp_path / "source" / part).mkdir()
        for path in (real / "VOCdevkit" / "VOC2012" / part).iterdir():
            (tmp_path / "source" / part / path.name).write_bytes(path.read_bytes())
    (tmp_path / "source" / "labels.txt").write_text("\n".join(VOC_CLASSES))
    made = run(tmp_path / "source")
    for name in made.pictures:
        with Image.open(tmp_path / "source" / "SegmentationClass" / f"{name}.png") as file:
            assert np.array_equal(indices_of(made.folder, name), np.array(file))


@pytest.mark.fault("a palette is a permutation of VOC's colours", "refused, with what a label map would mend")
def test_a_palette_against_its_indices_is_refused(tmp_path):
    voc_colours(tmp_path / "source", scenes(3))
    (tmp_path / "source" / "labelmap.txt").unlink()
    (tmp_path / "source" / "labels.txt").write_text("\n".join(CLASSES))
    order = [2, 0, 3, 1]
    for path in (tmp_path / "source" / "SegmentationClass").iterdir():
        with Image.open(path) as file:
            file.putpalette([value for index in order for value in VOC_COLORMAP[index]])
            file.save(path)
    told = r"palette against its indices: pic_00 \(index 0 has the colour that VOC gives to 2\), .*labelmap\.txt"
    with pytest.raises(ValueError, match=told):
        run(tmp_path / "source")


@pytest.mark.fault("masks in VOC's layout: a mask, a picture or a class is missing", "told; nothing is written")
def test_faults_are_told(tmp_path):
    cvat_masks(tmp_path / "source", scenes(4))
    (tmp_path / "source" / "SegmentationClass" / "pic_00.png").unlink()
    (tmp_path / "source" / "JPEGImages" / "pic_01.jpg").unlink()
    strange = painted(scenes(4)["pic_02"].truth, [*COLOURS[:3], (1, 2, 3)])
    save_picture(tmp_path / "source" / "SegmentationClass" / "pic_02.png", strange)
    with pytest.raises(ValueError) as told:
        run(tmp_path / "source")
    assert "mask missing: pic_00 (no SegmentationClass/pic_00.png); export it too" in str(told.value)
    assert "picture missing: pic_01; put it into the source folder" in str(told.value)
    pixels = int((scenes(4)["pic_02"].truth == 3).sum())
    assert f"colour without a class: pic_02 (1,2,3 at {pixels} pixels); add the line name:red,green" in str(told.value)


@pytest.mark.fault("a picture is on the lists of train and val", "told; nothing is written")
def test_a_name_on_two_lists_is_told(tmp_path):
    cvat_masks(tmp_path / "source", scenes(3))
    lists = tmp_path / "source" / "ImageSets" / "Segmentation"
    save_list(lists / "train.txt", ["pic_00", "pic_01"])
    save_list(lists / "val.txt", ["pic_01"])
    with pytest.raises(ValueError, match=r"picture twice: pic_01 \(on the lists of train and val\)"):
        run(tmp_path / "source")


def test_names_with_folders_are_found(tmp_path):
    drawn = {"one/a": scenes(1)["pic_00"], "two/a": scenes(2)["pic_01"]}
    cvat_masks(tmp_path / "source", drawn)
    made = run(tmp_path / "source")
    assert set(made.pictures) == {"one_a", "two_a"}
