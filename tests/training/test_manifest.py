"""What a run is, and what tells it from another."""

import json
import shutil

import pytest
import torch
from torch.utils.data import Subset, TensorDataset

from fcn_course.data.voc import VOCSegmentation
from fcn_course.training.manifest import (
    changes,
    describe_data,
    describe_run,
    differences,
    read_manifest,
    write_manifest,
)
from fcn_course.training.recipes import Recipe
from tests.support.helpers import narrow_fcn

TINY = ("background", "square", "disc", "bar")


@pytest.fixture
def train(few_voc):
    return VOCSegmentation(few_voc, "train", TINY)


def described(train_set, val_set=None, recipe=None, seed=0, net=None, **options):
    recipe = recipe or Recipe(lr=0.01)
    return describe_run(net or narrow_fcn(), train_set, val_set, recipe, seed=seed, **({"epochs": 2} | options))


def test_a_data_set_is_told_by_place_list_and_digest(train, few_voc):
    about = describe_data(train)
    assert about["path"] == str(few_voc.resolve()) and about["split"] == "train" and about["pictures"] == 3
    assert about["names"] == train.names
    assert about["digest"] == describe_data(VOCSegmentation(few_voc, "train", TINY))["digest"]


def test_the_digest_knows_a_moved_folder_again_and_another_picture(train, few_voc, tmp_path):
    moved = shutil.copytree(few_voc, tmp_path / "elsewhere")
    assert describe_data(VOCSegmentation(moved, "train", TINY))["digest"] == describe_data(train)["digest"]
    with open(moved / "JPEGImages" / f"{train.names[0]}.jpg", "ab") as file:
        file.write(b"more")
    assert describe_data(VOCSegmentation(moved, "train", TINY))["digest"] != describe_data(train)["digest"]


def test_parts_of_a_set_differ_and_sets_without_names_are_told_by_length(train):
    first, second = (describe_data(Subset(train, some)) for some in ([0, 1], [0, 2]))
    assert first["names"] == train.names[:2] and first["pictures"] == 2
    assert first["digest"] != second["digest"]
    assert describe_data(TensorDataset(torch.zeros(5)))["pictures"] == 5
    assert describe_data(None) is None


def test_a_run_that_freezes_nothing_is_described_as_before_recipes_could(train):
    assert "frozen" not in described(train)["recipe"]
    assert described(train, recipe=Recipe(frozen=(2,)))["recipe"]["frozen"] == [2]


def test_the_same_run_differs_in_nothing(train):
    assert differences(described(train), described(train)) == []
    assert changes(described(train), described(train)) == []


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"seed": 1}, "seed: 0 there, 1 here"),
        ({"recipe": Recipe(lr=0.5)}, "lr: 0.01 there, 0.5 here"),
        ({"recipe": Recipe(lr=0.01, frozen=(2, 4))}, "frozen: None there, [2, 4] here"),
        ({"net": narrow_fcn(stride=8)}, "stride: 32 there, 8 here"),
    ],
)
def test_what_differs_is_told_with_both_values(train, other, told):
    assert told in differences(described(train), described(train, **other))


def test_other_pictures_and_other_classes_are_told(train, few_voc):
    val = VOCSegmentation(few_voc, "val", TINY)
    (told,) = differences(described(train), described(val))
    assert told.startswith("train set: ") and "(3 pictures, train, digest " in told and "(2 pictures, val" in told
    (told,) = differences(described(train, val), described(train))
    assert told.startswith("validation set: ") and told.endswith("none here")
    net = narrow_fcn()
    net.classes = ("background", "cat", "dog", "cow")
    assert any(line.startswith("classes: ") for line in differences(described(train), described(train, net=net)))


def test_what_may_change_is_told_and_is_no_difference(train):
    found, now = described(train), described(train, recipe=Recipe(lr=0.01, epochs=9), epochs=9)
    assert differences(found, now) == []
    assert changes(found, now) == ["epochs 2 -> 9"]
    now["versions"]["torch"] = "99"
    assert changes(found, now)[1].endswith("-> 99")


def test_it_is_written_whole_and_read_back(train, tmp_path):
    about = described(train)
    write_manifest(tmp_path, about)
    assert read_manifest(tmp_path) == about
    assert {"versions", "machine", "command", "begun"} <= about.keys()


@pytest.mark.parametrize("content", ["", "no json", "[]", json.dumps({"kind": "something else"}), "\0\0"])
def test_what_another_wrote_is_no_run(tmp_path, content):
    (tmp_path / "run.json").write_text(content)
    assert read_manifest(tmp_path) is None
