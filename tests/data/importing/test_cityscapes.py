"""Cityscapes' ids: the table of cityscapesScripts, and what is told of others."""

import numpy as np
import pytest

from fcn_course.data.importing.cityscapes import CLASSES, LABEL_IDS
from fcn_course.data.importing.folder import import_folder
from tests.data.importing.test_import_folder import indices_of
from tests.support.exports import cityscapes
from tests.support.scenes import save_grey, save_picture, scene, scenes

# name and id of the classes with a trainId, in the order of their trainIds, as cityscapesScripts' labels.py has them
OFFICIAL = """road 7, sidewalk 8, building 11, wall 12, fence 13, pole 17, traffic light 19, traffic sign 20,
vegetation 21, terrain 22, sky 23, person 24, rider 25, car 26, truck 27, bus 28, train 31, motorcycle 32, bicycle 33"""


def run(folder, **options):
    return import_folder(folder, folder.parent / "out", progress=False, **options)


def test_the_table_is_the_official_one():
    pairs = [entry.strip().rpartition(" ") for entry in OFFICIAL.replace("\n", " ").split(",")]
    assert tuple(name for name, _, _ in pairs) == CLASSES
    assert tuple(int(number) for _, _, number in pairs) == LABEL_IDS


def test_every_id_becomes_its_class_or_void(tmp_path):
    ids = np.resize(np.arange(34, dtype=np.uint8), (40, 56))
    ids[0, :5] = 255  # the licence plate, -1 in eight bits
    for name in ("a_000000_000019", "b_000000_000019"):
        save_picture(tmp_path / "source" / "leftImg8bit" / f"{name}_leftImg8bit.png", scene(1).image)
        save_grey(tmp_path / "source" / "gtFine" / f"{name}_gtFine_labelIds.png", ids)
    found = indices_of(run(tmp_path / "source").folder, "a_000000_000019")
    wanted = [LABEL_IDS.index(number) + 1 if number in LABEL_IDS else 255 for number in ids.ravel().tolist()]
    assert found.ravel().tolist() == wanted
    kept = indices_of(run(tmp_path / "source", unlabelled="background").folder, "a_000000_000019")
    assert np.array_equal(kept, np.where(found == 255, 0, found))


def test_splits_and_ids_before_train_ids(tmp_path):
    cityscapes(tmp_path / "source", scenes(4), "labelTrainIds", (255, 3, 3, 3))
    cityscapes(tmp_path / "source", scenes(4))
    made = run(tmp_path / "source")
    assert made.splits == {"train": ["pic_00", "pic_01"], "val": ["pic_02", "pic_03"]}
    assert made.classes.index("wall") not in np.unique(indices_of(made.folder, "pic_00"))


@pytest.mark.fault("Cityscapes: an unknown id, a missing picture, a mask in colours", "told; nothing is written")
def test_faults_are_told(tmp_path):
    cityscapes(tmp_path / "source", scenes(4), table=(0, 7, 8, 77))
    masks = tmp_path / "source" / "gtFine" / "train" / "lindau"
    (tmp_path / "source" / "leftImg8bit" / "train" / "lindau" / "pic_00_leftImg8bit.png").unlink()
    save_picture(masks / "pic_01_gtFine_labelIds.png", scene(1).image)
    with pytest.raises(ValueError) as told:
        run(tmp_path / "source")
    where = "gtFine/train/lindau/pic_00_gtFine_labelIds.png"
    assert f"mask without its picture: {where} (no pic_00_leftImg8bit.png)" in str(told.value)
    assert "unreadable mask: pic_01 (no ids of 8 bits)" in str(told.value)
    assert "index without a class: pic_02 (the id 77), pic_03 (the id 77)" in str(told.value)


def test_pictures_without_masks_are_left_out(tmp_path):
    cityscapes(tmp_path / "source", scenes(4))
    save_picture(tmp_path / "source" / "leftImg8bit" / "test" / "x_leftImg8bit.png", scene(1).image)
    assert "pictures without a mask, left out: x" in run(tmp_path / "source").said
