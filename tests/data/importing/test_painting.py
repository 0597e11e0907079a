"""A picture and its mask in VOC's layout: linked or copied, never encoded anew, and turned alike."""

import errno
import os

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageOps

from fcn_course.data.datasets import open_voc
from fcn_course.data.images import read_image
from fcn_course.data.importing import painting
from fcn_course.data.importing.folder import import_folder
from fcn_course.data.importing.painting import QUARTER_TURNS, put
from tests.data.importing.test_import_folder import indices_of
from tests.support.exports import coco, labelme, parallel, save_list
from tests.support.scenes import scene, scenes


def turn_picture(path, orientation):
    """The same picture as a viewer shows it, stored as a camera held in this way stores it."""
    back = {2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}[orientation]
    with Image.open(path) as file:
        file.getexif()[ExifTags.Base.Orientation] = back
        stored = ImageOps.exif_transpose(file)
    exif = stored.getexif()
    exif[ExifTags.Base.Orientation] = orientation
    stored.save(path, exif=exif)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_mask_drawn_as_a_viewer_shows_fits_a_turned_picture(tmp_path, orientation):
    coco(tmp_path / "source", scenes(3))
    for name in scenes(3):
        turn_picture(tmp_path / "source" / "images" / f"{name}.jpg", orientation)
    made = import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    assert np.array_equal(indices_of(made.folder, "pic_00"), scene(0).truth)
    assert read_image(made.folder / "JPEGImages" / "pic_00.jpg").shape[1:] == scene(0).truth.shape
    assert any(
        sentence.startswith("pictures turned by their EXIF orientation, and their masks") for sentence in made.said
    )
    image, mask = open_voc(made.folder, "train")[0]
    assert image.shape[1:] == mask.shape


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
@pytest.mark.parametrize("writer", [coco, labelme, parallel])
def test_a_mask_drawn_on_the_unturned_pixels_is_turned_too(tmp_path, orientation, writer):
    drawn = {"pic_00": scene(0), "pic_06": scene(6)}  # of which parallel makes one a JPEG, the other a JPEG too
    writer(tmp_path / "source", drawn)
    for path in (tmp_path / "source").rglob("*"):
        if path.suffix.lower() in (".jpg", ".jpeg"):
            with Image.open(path) as file:
                exif = file.getexif()
                exif[ExifTags.Base.Orientation] = orientation
                file.save(path, exif=exif)
    made = import_folder(tmp_path / "source", tmp_path / "out", progress=False)
    stored = Image.fromarray(drawn["pic_00"].truth)
    stored.getexif()[ExifTags.Base.Orientation] = orientation
    assert np.array_equal(indices_of(made.folder, "pic_00"), np.array(ImageOps.exif_transpose(stored)))
    assert any("were drawn unturned and are turned too" in sentence for sentence in made.said)


@pytest.mark.parametrize("turn", QUARTER_TURNS)
def test_turns_are_pillows(turn):
    mask = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert np.array_equal(QUARTER_TURNS[turn](mask), np.array(Image.fromarray(mask).transpose(turn)))


def test_pictures_are_links_or_copies_and_the_same_bytes(tmp_path):
    coco(tmp_path / "source", scenes(2))
    original = tmp_path / "source" / "images" / "pic_00.jpg"
    linked = import_folder(tmp_path / "source", tmp_path / "linked", progress=False)
    copied = import_folder(tmp_path / "source", tmp_path / "copied", copy=True, progress=False)
    place, other = (made.folder / "JPEGImages" / "pic_00.jpg" for made in (linked, copied))
    assert os.path.samefile(place, original) and not os.path.samefile(other, original)
    assert other.read_bytes() == original.read_bytes() and not place.is_symlink()
    assert {look.how for look in linked.pictures.values()} == {"linked"}
    assert "pictures: 2 copied" in copied.table() and "pictures: 2 linked" in linked.table()


@pytest.mark.fault("no hard link can be made, as on another disk", "the picture is copied, and said so")
@pytest.mark.parametrize("number", [errno.EXDEV, errno.EPERM, errno.EMLINK])
def test_where_no_link_can_be_made_the_picture_is_copied(tmp_path, monkeypatch, number):
    def refuse(*_):
        raise OSError(number, "no")

    (tmp_path / "a.jpg").write_bytes(b"abc")
    monkeypatch.setattr(painting.os, "link", refuse)
    assert put(tmp_path / "a.jpg", tmp_path / "b.jpg", copy=False) == "copied"
    assert (tmp_path / "b.jpg").read_bytes() == b"abc"


def test_a_link_inside_the_source_is_resolved(tmp_path):
    coco(tmp_path / "source", scenes(2))
    picture = tmp_path / "source" / "images" / "pic_00.jpg"
    picture.rename(tmp_path / "source" / "elsewhere.bin")
    picture.symlink_to(tmp_path / "source" / "elsewhere.bin")
    save_list(tmp_path / "source" / "notes.txt", ["x"])
    place = import_folder(tmp_path / "source", tmp_path / "out", progress=False).folder / "JPEGImages" / "pic_00.jpg"
    assert not place.is_symlink() and place.read_bytes() == picture.read_bytes()
