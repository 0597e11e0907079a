"""Lists of names, and of two paths as DeepLab's."""

import pytest

from fcn_course.data.datasets import open_voc
from fcn_course.data.lists import chosen_names, read_names
from tests.data.test_pairing import INDICES, PIXELS
from tests.support.helpers import make_voc


@pytest.fixture
def folder(tmp_path):
    return make_voc(tmp_path / "VOC2012", train={"a": (PIXELS, INDICES), "b c": (PIXELS, INDICES)})


def read(folder, text, masks="SegmentationClass"):
    path = folder / "ImageSets/Segmentation/two.txt"
    path.write_text(text)
    return read_names(path, folder, masks)


@pytest.mark.fault("DeepLab's lists of two paths a line", "the names in them are taken")
@pytest.mark.parametrize(
    "line",
    [
        "/JPEGImages/{0}.jpg /SegmentationClass/{0}.png",
        "JPEGImages/{0}.jpg\tSegmentationClass/{0}.png",
        "VOC2012/JPEGImages/{0}.JPG   VOC2012/SegmentationClass/{0}.png",
        "{1}/JPEGImages/{0}.jpg {1}/SegmentationClass/{0}.png",
        "/JPEGImages/{0}.jpg",
    ],
)
def test_paths_stand_for_their_names(folder, line):
    text = "".join(line.format(name, folder) + "\n" for name in ("a", "b c"))
    assert read(folder, text) == ["a", "b c"]
    assert open_voc(folder, "two").names == ["a", "b c"]
    listing = folder / "ImageSets/Segmentation/two.txt"
    assert open_voc(folder, names=listing).names == chosen_names(listing, folder, "SegmentationClass") == ["a", "b c"]


@pytest.mark.parametrize("name", ["a", "b c", "a.jpg", "a.jpg b.png", "x/y", "草", "1/2 apple"])
def test_a_name_is_a_name(folder, name):
    assert read(folder, f"{name}\n") == [name]


def refused(folder, line, **options):
    with pytest.raises(ValueError) as caught:
        read(folder, f"a\n{line}\n", **options)
    assert "\n" not in str(caught.value) and str(folder / "ImageSets/Segmentation/two.txt") in str(caught.value)
    return str(caught.value)


@pytest.mark.fault("a list of two paths leads elsewhere", "refused with the path, and how to name that folder")
def test_paths_that_lead_elsewhere(folder):
    told = refused(folder, "/JPEGImages/a.jpg /SegmentationClassAug/a.png")
    assert f"leads to /SegmentationClassAug/a.png, but masks are read from {folder / 'SegmentationClass'}" in told
    assert told.endswith("correct the list")
    (folder / "SegmentationClassAug").mkdir()
    told = refused(folder, "/JPEGImages/a.jpg /SegmentationClassAug/a.png")
    assert told.endswith("name that folder (--masks SegmentationClassAug)")
    told = refused(folder, "/Pictures/a.jpg /SegmentationClass/a.png")
    assert f"leads to /Pictures/a.jpg, but pictures are read from {folder / 'JPEGImages'}" in told
    refused(folder, "/elsewhere/JPEGImages/a.jpg /SegmentationClass/a.png")
    assert read(folder, "/JPEGImages/a.jpg /Aug/a.png", "Aug") == ["a"]


@pytest.mark.fault("a list pairs a picture with another one's mask", "refused with both")
def test_a_mask_of_another_name(folder):
    told = refused(folder, "/JPEGImages/a.jpg /SegmentationClass/b.png")
    assert "pairs a.jpg with b.png; picture and mask must share their name" in told


@pytest.mark.fault("a list names a picture by two paths twice", "refused: it would count twice")
def test_a_name_that_stands_twice_behind_paths(folder):
    line = "/JPEGImages/a.jpg /SegmentationClass/a.png\n"
    (folder / "ImageSets/Segmentation/two.txt").write_text(2 * line)
    with pytest.raises(ValueError, match="a is listed twice in "):
        open_voc(folder, "two")
