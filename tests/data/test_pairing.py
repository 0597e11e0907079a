"""From names to files: every ending that is taken, two files of one name, and how often a folder is read."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fcn_course.data.datasets import open_voc
from fcn_course.data.pairing import MASKS, PICTURES, files_by_name, files_of, find_files
from tests.support.helpers import make_voc

PIXELS = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
INDICES = np.random.default_rng(1).integers(0, 21, (20, 30), dtype=np.uint8)


@pytest.fixture
def folder(tmp_path):
    return make_voc(tmp_path / "set", train={"a.b": (PIXELS, INDICES)})


@pytest.mark.parametrize("ending", [*PICTURES, ".JPG", ".PNG", ".TIF", ".Jpeg"])
def test_a_picture_of_any_ending_is_found_and_read(folder, ending):
    (folder / "JPEGImages/a.b.jpg").unlink()
    path = folder / f"JPEGImages/a.b{ending}"
    Image.fromarray(PIXELS).save(path, **({"lossless": True} if ending == ".webp" else {}))
    data = open_voc(folder)
    assert data.paths(0)[0] == path
    found = data[0][0].permute(1, 2, 0).numpy()
    if ending.lower() in (".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".avif"):  # which are lossy
        with Image.open(path) as file:
            assert np.array_equal(found, np.array(file.convert("RGB")))
    else:
        assert np.array_equal(found, PIXELS)


@pytest.mark.parametrize("ending", [".png", ".PNG", ".tif", ".tiff"])
def test_a_mask_of_any_ending_is_found_and_read(folder, ending):
    (folder / "SegmentationClass/a.b.png").unlink()
    Image.fromarray(INDICES).save(folder / f"SegmentationClass/a.b{ending}")
    data = open_voc(folder)
    assert np.array_equal(data[0][1].numpy(), INDICES) and data.size(0) == INDICES.shape


@pytest.mark.fault("two pictures of one name, a.png beside a.jpg or a.JPG", "refused, both are named")
@pytest.mark.parametrize(
    "part, second", [("JPEGImages", "a.b.JPG"), ("JPEGImages", "a.b.png"), ("SegmentationClass", "a.b.tif")]
)
def test_two_files_of_one_name(folder, part, second):
    first = next((folder / part).iterdir()).name
    Image.fromarray(INDICES).save(folder / part / second)
    if len(list((folder / part).iterdir())) < 2:
        pytest.skip("this file system takes capitals for small letters")
    with pytest.raises(ValueError) as caught:
        open_voc(folder)
    one, other = sorted((first, second))
    told = f"{folder / part} holds {one} and {other}, two files of one name; take one of them away, or rename it"
    assert str(caught.value) == told


def test_a_spare_file_that_no_list_names_may_lie_there_twice(folder):
    for ending in (".jpg", ".png"):
        Image.fromarray(PIXELS).save(folder / f"JPEGImages/spare{ending}")
    assert len(open_voc(folder)) == 1


def test_a_folder_is_read_once_and_no_name_is_looked_for_on_its_own(tmp_path, monkeypatch):
    places = [(tmp_path / part, endings) for part, endings in (("p", PICTURES), ("m", MASKS))]
    names = [f"n{number:04}" for number in range(3000)]
    for place, endings in places:
        place.mkdir()
        for number, name in enumerate(names):
            (place / (name + endings[number % len(endings)])).touch()
    calls = {"listed": 0, "asked": 0}
    real_list, real_stat = os.scandir, os.stat

    def counted(kind, real):
        def call(*args, **options):
            calls[kind] += 1
            return real(*args, **options)

        return call

    monkeypatch.setattr(os, "scandir", counted("listed", real_list))
    monkeypatch.setattr(os, "listdir", counted("listed", os.listdir))
    monkeypatch.setattr(os, "stat", counted("asked", real_stat))
    for place, endings in places:
        assert [path.stem for path in find_files(names, "a list", (place, endings))] == names
    assert calls["listed"] == 2 and calls["asked"] < 10


def test_the_first_place_goes_before_the_second(tmp_path):
    for place in "xy":
        (tmp_path / place).mkdir()
        (tmp_path / place / "both.jpg").touch()
    (tmp_path / "y/one.PNG").touch()
    found = find_files(["both", "one"], "a list", *((tmp_path / place, PICTURES) for place in "xy"))
    assert found == [tmp_path / "x/both.jpg", tmp_path / "y/one.PNG"]


def test_other_files_are_passed_over(tmp_path):
    for name in ("a.jpg", "b.txt", "Thumbs.db", ".hidden", "c.jpg.part"):
        (tmp_path / name).touch()
    assert files_by_name(tmp_path, PICTURES) == {"a": ["a.jpg"]}
    assert files_of("b", files_by_name(Path(tmp_path), PICTURES)) == []
