"""Classes and colours, masks by their stored index, and every way in which a folder can be wrong."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import ExifTags, Image, ImageFile
from torchvision.transforms import v2

from fcn_course.data.datasets import open_voc
from fcn_course.data.folders import find_voc
from fcn_course.data.images import read_image
from fcn_course.data.labels import PALETTE, VOC_CLASSES, VOC_COLORMAP, VOID, voc_colour
from fcn_course.data.masks import read_mask
from fcn_course.data.normalisation import MEAN, STD, normalise
from fcn_course.data.voc import VOCSegmentation, read_uint8
from tests.support.helpers import coordinates, make_voc, save_mask


def picture(seed=0, size=(20, 30)):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (*size, 3), dtype=np.uint8), rng.integers(0, 21, size, dtype=np.uint8)


@pytest.fixture
def folder(tmp_path):
    """Two pictures, a and b, in the split "train", and b alone in "val"."""
    return make_voc(tmp_path / "VOC2012", train={"a": picture(1), "b": picture(2)}, val={"b": picture(2)})


def test_classes_and_colours_are_the_books():
    d2l = pytest.importorskip("d2l.torch", reason="d2l is not installed")
    # the book writes "potted plant" and "tv/monitor", VOC's own files "pottedplant" and "tvmonitor"
    assert list(VOC_CLASSES) == [name.replace(" ", "").replace("/", "") for name in d2l.VOC_CLASSES]
    assert [list(colour) for colour in VOC_COLORMAP] == d2l.VOC_COLORMAP


def test_void_is_cream_and_the_palette_holds_every_colour():
    assert VOID == 255 and voc_colour(255) == (224, 224, 192)
    assert len(VOC_CLASSES) == len(VOC_COLORMAP) == 21
    assert len(PALETTE) == 768 and tuple(PALETTE[-3:]) == (224, 224, 192)
    assert len({voc_colour(index) for index in range(256)}) == 256


def test_the_palette_is_the_one_in_vocs_own_files(real):
    for path in sorted((real / "VOCdevkit/VOC2012/SegmentationClass").glob("*.png")):
        with Image.open(path) as file:
            theirs = bytes(file.getpalette())
        assert theirs == PALETTE[: len(theirs)]


@pytest.mark.parametrize(
    "name, indices",
    # the third one's file holds no void at all
    [("2011_000003", {0, 5, 15, 255}), ("2011_000006", {0, 9, 15, 18, 255}), ("2011_000025", {0, 6, 7})],
)
def test_real_masks_are_read_by_their_stored_index(real, name, indices):
    path = real / "VOCdevkit/VOC2012/SegmentationClass" / f"{name}.png"
    with Image.open(path) as file:
        raw = np.array(file)
    mask = read_mask(path)
    assert mask.dtype == torch.int64 and mask.shape == raw.shape
    assert np.array_equal(mask.numpy(), raw)
    assert set(mask.unique().tolist()) == indices


def test_real_pictures_come_with_their_masks(real):
    for split, length in (("train", 2), ("val", 1)):
        data = open_voc(real, split)
        assert len(data) == length
        for index in range(length):
            image, mask = data[index]
            with Image.open(data.paths(index)[0]) as file:
                assert np.array_equal(image.permute(1, 2, 0).numpy(), np.array(file.convert("RGB")))
            assert image.dtype == torch.uint8 and image.shape[1:] == mask.shape


def test_normalise_is_torchvisions():
    images = torch.randint(0, 256, (2, 3, 9, 11), dtype=torch.uint8)
    theirs = v2.Compose([v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)])
    torch.testing.assert_close(normalise(images), theirs(images), rtol=0, atol=1e-6)
    torch.testing.assert_close(normalise(images[0]), theirs(images[0]), rtol=0, atol=1e-6)


def test_normalise_leaves_pictures_as_they_are_however_they_lie_in_memory():
    stored = torch.randint(0, 256, (9, 11, 3), dtype=torch.uint8)
    image, before = stored.permute(2, 0, 1), stored.clone()
    assert torch.equal(normalise(image), normalise(image.contiguous()))
    assert torch.equal(stored, before)
    grey = torch.full((3, 2, 2), 255, dtype=torch.uint8)
    truth = (1 - torch.tensor(MEAN)) / torch.tensor(STD)
    torch.testing.assert_close(normalise(grey)[:, 1, 1], truth)


def test_normalise_takes_what_torchvisions_weights_ask_for():
    from torchvision.models import ResNet18_Weights

    asked = ResNet18_Weights.IMAGENET1K_V1.transforms()
    assert list(MEAN) == list(asked.mean) and list(STD) == list(asked.std)


def test_a_folder_is_found_from_above_too(folder):
    (folder.parent / "VOCdevkit").mkdir()
    folder.rename(folder.parent / "VOCdevkit" / "VOC2012")
    inside = folder.parent / "VOCdevkit" / "VOC2012"
    assert {find_voc(place) for place in (inside, inside.parent, folder.parent)} == {inside}


def test_a_data_set_gives_pictures_and_masks_in_the_lists_order(folder):
    data = open_voc(str(folder), "train")
    assert len(data) == 2 and data.names == ["a", "b"] and data.classes == VOC_CLASSES
    image, mask = data[1]
    assert image.dtype == torch.uint8 and image.shape == (3, 20, 30)
    assert mask.dtype == torch.int64 and np.array_equal(mask.numpy(), picture(2)[1])
    assert torch.equal(open_voc(folder, "val")[0][1], mask)
    assert len(list(data)) == 2  # iteration ends by itself


def test_what_is_stored_is_what_is_given_in_fewer_bytes(folder):
    data = open_voc(folder)
    for index in range(2):
        (image, mask), (stored, indices) = data[index], data.read(index)
        assert stored.dtype == indices.dtype == torch.uint8
        assert torch.equal(stored, image) and torch.equal(indices.long(), mask)
        assert image.is_contiguous() and mask.is_contiguous() and mask.dtype == torch.int64
        for one, other in zip(read_uint8(data, index), (stored, indices), strict=True):
            assert torch.equal(one, other) and one.dtype == torch.uint8


def test_a_plain_list_of_pairs_is_read_as_it_is():
    pairs = [coordinates(4, 5), coordinates(6, 7)]
    for index, (image, mask) in enumerate(pairs):
        found = read_uint8(pairs, index)
        assert found[0] is image and found[1] is mask


def test_the_size_comes_without_decoding(folder):
    save_mask(folder / "SegmentationClass/b.png", np.zeros((31, 47)))
    path = folder / "SegmentationClass/b.png"
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"IDAT") + 8])  # the header, the palette and no pixels
    data = open_voc(folder)
    assert data.size(0) == tuple(data[0][1].shape) == (20, 30)
    assert data.size(1) == (31, 47)
    with pytest.raises(ValueError, match=r"b\.png cannot be read as a mask"):
        data.read(1)


def test_opening_opens_no_picture_and_decodes_no_sound_mask(tmp_path, monkeypatch):
    many = make_voc(tmp_path / "many", train={f"p{number:02}": picture(number) for number in range(40)})
    opened, real = [], Image.open
    monkeypatch.setattr(Image, "open", lambda stream, *rest: opened.append(stream.name) or real(stream, *rest))
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda *_: pytest.fail("a file was decoded"))
    assert len(open_voc(many)) == 40
    assert 0 < len(opened) <= 8 and {Path(name).parent.name for name in opened} == {"SegmentationClass"}


def test_a_picture_is_exact_where_its_file_is(tmp_path):
    pixels, _ = picture(3)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    image = read_image(tmp_path / "a.png")
    assert np.array_equal(image.permute(1, 2, 0).numpy(), pixels) and image.is_contiguous()


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1"])
def test_pictures_of_every_mode_become_rgb(tmp_path, mode):
    name = "a.tif" if mode == "CMYK" else "a.png"
    Image.new(mode, (5, 4)).save(tmp_path / name)
    assert read_image(tmp_path / name).shape == (3, 4, 5)


def test_a_grey_mask_is_read_like_a_palette_one(tmp_path):
    indices = picture(4)[1]
    Image.fromarray(indices).save(tmp_path / "grey.png")
    save_mask(tmp_path / "palette.png", indices)
    with Image.open(tmp_path / "grey.png") as grey, Image.open(tmp_path / "palette.png") as palette:
        assert (grey.mode, palette.mode) == ("L", "P")
    assert torch.equal(read_mask(tmp_path / "grey.png"), read_mask(tmp_path / "palette.png"))


@pytest.mark.parametrize("index", [0, 1, 20, 255])
def test_classes_and_void_pass(tmp_path, index):
    save_mask(tmp_path / "a.png", np.full((3, 4), index))
    assert torch.equal(read_mask(tmp_path / "a.png"), torch.full((3, 4), index))


def message(error, call):
    with pytest.raises(error) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_folder(tmp_path):
    told = message(FileNotFoundError, lambda: open_voc(tmp_path / "nowhere"))
    assert f"no folder {tmp_path / 'nowhere'}" in told and "laid out like VOC" in told


def test_a_folder_that_is_not_laid_out_like_voc(folder):
    (folder / "JPEGImages").rename(folder / "Pictures")
    told = message(FileNotFoundError, lambda: open_voc(folder))
    assert f"{folder} is not laid out like VOC: JPEGImages missing" in told


def test_voc2012_that_is_not_there_names_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("FCN_COURSE_DATA", str(tmp_path))
    told = message(FileNotFoundError, lambda: open_voc("voc2012"))
    assert str(tmp_path / "VOCdevkit" / "VOC2012") in told and "fcn-course data voc2012" in told


def test_voc2012_is_taken_from_the_data_folder(tmp_path, monkeypatch):
    make_voc(tmp_path / "VOCdevkit" / "VOC2012", train={"a": picture(1)})
    monkeypatch.setenv("FCN_COURSE_DATA", str(tmp_path))
    assert open_voc("voc2012").names == ["a"]


@pytest.mark.fault("a list is asked for that is not there", "refused, with the lists there are")
def test_a_missing_list_names_those_there_are(folder):
    told = message(FileNotFoundError, lambda: open_voc(folder, "test"))
    assert "no split 'test'" in told and "test.txt is missing" in told and "train, val" in told


@pytest.mark.fault("a list is empty", "refused by name when it is opened")
def test_an_empty_list(folder):
    (folder / "ImageSets/Segmentation/none.txt").write_text(" \n")
    told = message(ValueError, lambda: open_voc(folder, "none"))
    assert "none.txt names no picture" in told and "one name a line" in told


@pytest.mark.fault("a listed picture or mask is not there", "refused when opening, by name, with their number")
@pytest.mark.parametrize("part", ["JPEGImages/b.jpg", "SegmentationClass/b.png"])
def test_a_listed_file_that_is_missing_is_noticed_when_opening(folder, part):
    (folder / part).unlink()
    told = message(FileNotFoundError, lambda: open_voc(folder))
    assert f"{folder / part} is missing" in told and "restore the file or take the name off the list" in told


@pytest.mark.fault("picture and mask are of different sizes", "refused with both sizes")
def test_sizes_that_differ(folder):
    save_mask(folder / "SegmentationClass/b.png", np.zeros((30, 20)))
    told = message(ValueError, lambda: open_voc(folder)[1])
    assert "b: the picture is 30 x 20 but its mask 20 x 30" in told and "picture's own pixels" in told


def test_a_mask_of_a_picture_that_its_exif_orientation_turns(folder):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    Image.fromarray(picture(2)[0]).save(folder / "JPEGImages/b.jpg", exif=exif)
    told = message(ValueError, lambda: open_voc(folder)[1])
    assert "b: the picture is 20 x 30 but its mask 30 x 20" in told and "Image.Transpose.ROTATE_270" in told
    with Image.open(folder / "SegmentationClass/b.png") as file:
        file.transpose(Image.Transpose.ROTATE_270).save(folder / "SegmentationClass/b.png")
    assert open_voc(folder)[1][1].shape == (30, 20)


@pytest.mark.fault("a mask is a colour picture, or has a second plane", "refused with its mode and how to save it")
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA"])
def test_a_mask_saved_as_a_colour_picture(folder, mode):
    Image.new(mode, (30, 20)).save(folder / "SegmentationClass/b.png")
    told = message(ValueError, lambda: open_voc(folder)[1])
    assert f"b.png is a PNG of mode {mode}" in told and "mode P" in told


@pytest.mark.fault("a JPEG is called .png", "refused with its format and how to save it")
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_mask_saved_as_jpeg(folder, mode):
    Image.new(mode, (30, 20)).save(folder / "SegmentationClass/b.png", format="JPEG")
    told = message(ValueError, lambda: open_voc(folder)[1])
    assert f"b.png is a JPEG of mode {mode}" in told and "palette (P) or grey (L) PNG" in told


@pytest.mark.fault("a mask holds an index that is neither a class nor void", "refused with the index and two ways out")
@pytest.mark.parametrize("index", [21, 128, 254])
def test_an_index_that_is_neither_a_class_nor_void(folder, index):
    indices = np.zeros((20, 30))
    indices[7, 9] = index
    save_mask(folder / "SegmentationClass/b.png", indices)
    told = message(ValueError, lambda: open_voc(folder)[1])
    assert f"b.png holds the index {index}" in told and "0 to 20" in told and "renumber" in told


def test_fewer_classes_refuse_the_others(folder):
    save_mask(folder / "SegmentationClass/b.png", np.full((20, 30), 2))
    data = VOCSegmentation(folder, "val", classes=("background", "thing"))
    told = message(ValueError, lambda: data[0])
    assert f"{folder / 'SegmentationClass/b.png'} holds the index 2" in told and "one of 2 classes (0 to 1)" in told
    assert "renumber it, or name all classes: hand over classes (--classes), or put a labels.txt into" in told


def test_more_classes_let_higher_indices_pass(folder):
    mask = np.zeros((20, 30), np.uint8)
    mask[3] = 253
    save_mask(folder / "SegmentationClass/b.png", mask)
    names = [f"class {index}" for index in range(254)]
    assert np.array_equal(open_voc(folder, "val", names)[0][1].numpy(), mask)
    told = message(ValueError, lambda: open_voc(folder, "val", names[:253])[0])
    assert "b.png holds the index 253" in told and "253 classes (0 to 252)" in told


def test_classes_are_given_as_names_or_as_a_file_or_found_in_the_folder(folder, tmp_path):
    own = ("background", "leaf", "stem")
    (tmp_path / "mine.txt").write_text("\n".join(own))
    for classes in (own, list(own), tmp_path / "mine.txt", str(tmp_path / "mine.txt")):
        assert open_voc(folder, "train", classes).classes == VOCSegmentation(folder, "val", classes).classes == own
    assert open_voc(folder).classes == VOCSegmentation(folder).classes == VOC_CLASSES
    (folder / "labelmap.txt").write_text("leaf:1,2,3::\nbackground:0,0,0::\nstem:4,5,6::\n")
    assert open_voc(folder).classes == open_voc(folder, "val").classes == own
    assert open_voc(folder, classes=("background", "thing")).classes == ("background", "thing")


def test_a_labels_file_is_looked_for_in_the_folder_with_the_layout(folder):
    (folder / "labels.txt").write_text("background\nleaf\n")
    (folder.parent / "labels.txt").write_text("of\nanother\n")
    assert open_voc(folder.parent).classes == ("background", "leaf")


def test_a_broken_labels_file_is_told_when_opening(folder):
    (folder / "labels.txt").write_text("background\nleaf\nleaf\n")
    assert "names 'leaf' twice" in message(ValueError, lambda: open_voc(folder))
    assert "no labels file at" in message(FileNotFoundError, lambda: open_voc(folder, classes="labels"))


def test_names_take_the_lists_place(folder, tmp_path):
    (tmp_path / "some.txt").write_bytes(b"\xef\xbb\xbfb\r\n\r\n")
    for names in (["b"], ("b",), np.array(["b"]), tmp_path / "some.txt", str(tmp_path / "some.txt")):
        data = open_voc(folder, "train", names=names)
        assert data.names == ["b"] and torch.equal(data[0][1], open_voc(folder)[1][1])
    assert VOCSegmentation(folder, "nowhere", None, ["b", "a"]).names == ["b", "a"]


def test_names_may_hold_blanks(folder):
    for part, suffix in (("JPEGImages", ".jpg"), ("SegmentationClass", ".png")):
        (folder / part / f"b{suffix}").rename(folder / part / f"my photo 1{suffix}")
    (folder / "ImageSets/Segmentation/val.txt").write_text("my photo 1\n")
    assert open_voc(folder, "val")[0][0].shape == (3, 20, 30)


def test_a_name_without_its_files(folder):
    told = message(FileNotFoundError, lambda: open_voc(folder, names=["a", "c", "d"]))
    assert f"{folder / 'JPEGImages/c.jpg'} is missing, though the list of names lists it (2 such)" in told
    for name in "cd":
        (folder / "JPEGImages" / f"{name}.jpg").touch()
    told = message(FileNotFoundError, lambda: open_voc(folder, names=["a", "c", "d"]))
    assert f"{folder / 'SegmentationClass/c.png'} is missing" in told and "(2 such)" in told


def test_no_names_at_all(folder, tmp_path):
    (tmp_path / "some.txt").write_text("\n \n")
    assert "the list of names names no picture" in message(ValueError, lambda: open_voc(folder, names=[]))
    told = message(ValueError, lambda: open_voc(folder, names=tmp_path / "some.txt"))
    assert f"{tmp_path / 'some.txt'} names no picture; give at least one" in told
    told = message(FileNotFoundError, lambda: open_voc(folder, names=tmp_path / "no.txt"))
    assert f"no list of names at {tmp_path / 'no.txt'}" in told


@pytest.mark.fault("a web page is called .jpg or .png", "refused by name")
@pytest.mark.parametrize("part, is_a", [("JPEGImages/b.jpg", "picture"), ("SegmentationClass/b.png", "mask")])
def test_a_file_that_is_no_image(folder, part, is_a):
    (folder / part).write_bytes(b"<html>please log in</html>")
    told = message(ValueError, lambda: open_voc(folder)[1])
    assert f"{folder / part} cannot be read as a {is_a}" in told and "must be a whole" in told


@pytest.mark.fault("a JPEG or PNG was cut", "refused by name, wherever it was cut")
@pytest.mark.parametrize("part", ["JPEGImages/b.jpg", "SegmentationClass/b.png"])
@pytest.mark.parametrize("kept", [0.0, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_file_that_was_cut_short(folder, part, kept):
    whole = (folder / part).read_bytes()
    (folder / part).write_bytes(whole[: int(kept * len(whole))])
    told = message(ValueError, lambda: open_voc(folder)[1])
    assert f"{folder / part} cannot be read" in told and "must be a whole" in told


def test_a_damaged_mask_is_told_and_never_another_error(folder):
    path = folder / "SegmentationClass/b.png"
    whole, data = path.read_bytes(), open_voc(folder)
    noticed = 0
    for place in range(0, len(whole), 5):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            data[1]
        except ValueError as error:
            assert "b.png" in str(error) or str(error).startswith("b: ")
            noticed += 1
    assert noticed > 10


@pytest.mark.fault("a file vanishes after opening", "told by name, and that it was there")
def test_a_file_that_vanishes_after_opening(folder):
    data = open_voc(folder)
    for part, word in (("SegmentationClass/b.png", "mask"), ("JPEGImages/b.jpg", "picture")):
        (folder / part).unlink()
        told = message(FileNotFoundError, lambda: data[1])
        assert told == f"no {word} at {folder / part}, though it was there when the data set was opened; put it back"


def test_a_bad_picture_is_noticed_only_when_it_is_asked_for(folder):
    (folder / "JPEGImages/b.jpg").write_bytes(b"no picture")
    data = open_voc(folder)
    assert data[0][0].shape == (3, 20, 30)
    with pytest.raises(ValueError, match=r"b\.jpg"):
        data[1]


def test_normalise_leaves_what_it_is_given():
    pixels = torch.rand(3, 4, 5) * 255
    before = pixels.clone()
    normalise(pixels)
    assert torch.equal(pixels, before)


@pytest.mark.fault("the data folder is moved while in use", "told by name, and that it was there when it was opened")
@pytest.mark.parametrize("moved", ["", "JPEGImages", "SegmentationClass"])
def test_a_folder_that_is_moved_after_opening(folder, tmp_path, moved):
    data = open_voc(folder)
    (folder / moved).rename(tmp_path / "elsewhere")
    told = message(FileNotFoundError, lambda: data[1])
    assert told.startswith(f"{folder / moved} is gone, though it was there when the data set was opened (")
    assert "was to be read); put it back, or open the data set anew where it lies now" in told
    if moved != "JPEGImages":
        assert f"{folder / moved} is gone" in message(FileNotFoundError, lambda: data.size(1))
    (tmp_path / "elsewhere").rename(folder / moved)
    assert data[1][0].shape == (3, 20, 30)


@pytest.mark.fault("a PNG is called .jpg", "read by its content")
def test_a_png_that_is_called_jpg(folder):
    pixels = picture(2)[0]
    Image.fromarray(pixels).save(folder / "JPEGImages/b.jpg", format="PNG")
    assert np.array_equal(open_voc(folder)[1][0].permute(1, 2, 0).numpy(), pixels)


@pytest.mark.fault("a name stands twice in a list of names", "refused: it would count twice")
def test_a_name_that_stands_twice(folder, tmp_path):
    path = folder / "ImageSets/Segmentation/train.txt"
    path.write_text("a\nb\na\n")
    told = message(ValueError, lambda: open_voc(folder))
    assert told == f"a is listed twice in {path} (1 such): it would count twice; leave one out"
    (tmp_path / "some.txt").write_text("caf\u00e9\ncafe\u0301\n", encoding="utf-8")
    told = message(ValueError, lambda: open_voc(folder, names=tmp_path / "some.txt"))
    assert "cafe\u0301 is listed twice in " in told and "some.txt (1 such)" in told
    assert open_voc(folder, names=["a", "a"]).names == ["a", "a"]  # who writes it in code means it


@pytest.mark.fault("a file is called A.jpg, or the list has a.jpg", "refused, and told which file is there")
@pytest.mark.parametrize("there, listed", [("B.jpg", "b"), ("b.jpg", "b.jpg"), ("b.heic", "b")])
def test_a_name_that_is_nearly_right(folder, there, listed):
    (folder / "JPEGImages/b.jpg").rename(folder / "JPEGImages" / there)
    (folder / "ImageSets/Segmentation/train.txt").write_text(f"a\n{listed}\n")
    told = message(FileNotFoundError, lambda: open_voc(folder))
    assert f"{listed}.jpg is missing, though train.txt lists it (1 such); {there} is there: rename it" in told


@pytest.mark.fault("a folder without lists, or without val.txt", "refused, with the command that makes a split")
def test_a_folder_that_nobody_has_split(folder):
    lists = folder / "ImageSets/Segmentation"
    (lists / "val.txt").unlink()
    told = message(FileNotFoundError, lambda: open_voc(folder, "val"))
    assert f"no split 'val': {lists / 'val.txt'} is missing; lists here: train; name one of these (--split" in told
    assert f"`fcn-course data import {folder} --out NEW` splits the pictures into train and val" in told
    (lists / "train.txt").unlink()
    lists.rmdir()
    told = message(FileNotFoundError, lambda: open_voc(folder))
    assert f"{folder} is not laid out like VOC: ImageSets/Segmentation missing in it" in told
    assert f"`fcn-course data import {folder} --out NEW` splits the pictures and writes the lists" in told


def test_a_folder_of_another_tool_names_the_command_that_takes_it(tmp_path):
    told = message(FileNotFoundError, lambda: open_voc(tmp_path))
    assert "JPEGImages, SegmentationClass, ImageSets/Segmentation missing in it; `fcn-course data import" in told


def augmented(folder):
    """The folder as those have it who add SBD's masks by hand."""
    (folder / "SegmentationClass").rename(folder / "SegmentationClassAug")
    (folder / "ImageSets/Segmentation/train.txt").rename(folder / "ImageSets/Segmentation/trainaug.txt")


def test_masks_of_another_folder_and_lists_of_any_name(folder):
    truth = open_voc(folder)[1][1]
    augmented(folder)
    data = open_voc(folder, "trainaug", masks="SegmentationClassAug")
    assert data.names == ["a", "b"] and torch.equal(data[1][1], truth)
    (folder / "ImageSets/SegmentationAug").mkdir()
    (folder / "ImageSets/Segmentation/trainaug.txt").rename(folder / "ImageSets/SegmentationAug/trainaug.txt")
    assert open_voc(folder, "trainaug", masks="SegmentationClassAug").names == ["a", "b"]


@pytest.mark.fault("masks lie in SegmentationClassAug", "refused, and --masks is named")
def test_masks_in_a_folder_of_another_name_are_named(folder):
    augmented(folder)
    told = message(FileNotFoundError, lambda: open_voc(folder, "trainaug"))
    assert (
        "SegmentationClass missing in it; SegmentationClassAug is there: name it (--masks SegmentationClassAug;" in told
    )


def test_a_list_of_names_from_a_file_is_named_where_it_is_wrong(folder, tmp_path):
    (tmp_path / "some.txt").write_text("c\n")
    told = message(FileNotFoundError, lambda: open_voc(folder, names=tmp_path / "some.txt"))
    assert f"{folder / 'JPEGImages/c.jpg'} is missing, though {tmp_path / 'some.txt'} lists it (1 such)" in told
