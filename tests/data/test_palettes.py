"""Palettes whose colours contradict the indices, as GIMP and ImageMagick write them, and masks read by colours."""

import shutil
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fcn_course.data.checking.check import check_voc
from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import VOC_CLASSES, VOID, voc_colour
from fcn_course.data.palettes import class_colours, other_order, used_palette
from fcn_course.data.voc import VOCSegmentation
from fcn_course.training.manifest import describe_data
from tests.support import pngs
from tests.support.helpers import make_voc

OWN = ("background", "leaf", "stem")


def truth(seed=1):
    mask = np.random.default_rng(seed).integers(0, 3, (20, 30), dtype=np.uint8)
    mask[0] = 255
    return mask


@pytest.fixture
def folder(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    made = make_voc(tmp_path / "set", train={"a": (pixels, truth()), "b": (pixels, truth())})
    (made / "labels.txt").write_text("\n".join(OWN))
    return made


def repainted(path, order):
    """The same picture to the eye, with the palette in this order: what GIMP's export does to a mask."""
    with Image.open(path) as file:
        indices = np.array(file)
    file = Image.fromarray(np.vectorize(order.index)(indices).astype(np.uint8))
    file.putpalette([value for index in order for value in voc_colour(index)])
    before = Image.open(path).convert("RGB").tobytes()
    assert file.convert("RGB").tobytes() == before
    file.save(path)


def message(call):
    with pytest.raises(ValueError) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.fault("GIMP wrote a mask's palette in another order", "refused when opened, with both ways to read it")
@pytest.mark.parametrize(
    "order, index, other",
    [([1, 0, 2, 255], 0, 1), ([2, 1, 0, 255], 0, 2), ([255, 0, 1, 2], 0, 255), ([0, 1, 255, 2], 2, 255)],
)
@pytest.mark.parametrize("classes", [OWN, VOC_CLASSES])
def test_a_palette_in_another_order_is_refused_when_opened(folder, order, index, other, classes):
    path = folder / "SegmentationClass/a.png"
    repainted(path, order)
    told = message(lambda: open_voc(folder, classes=classes))
    assert told.startswith(f"{path} has VOC's colours in another order: its index {index} has the colour of {other}.")
    assert '(--palette colours; in Python palette="colours")' in told and "(--palette indices)" in told
    errors = check_voc(folder, classes, progress=False).of("error")
    assert [finding.names for finding in errors if finding.kind == "palette in another order"] == [("a",)]


def test_read_by_its_colours_it_is_the_mask_it_was(folder):
    repainted(folder / "SegmentationClass/a.png", [255, 2, 1, 0])
    for index in range(2):
        data = open_voc(folder, palette="colours")
        assert np.array_equal(data[index][1].numpy(), truth()) and np.array_equal(data.mask(index).numpy(), truth())


def test_read_by_its_indices_it_is_as_stored(folder):
    repainted(folder / "SegmentationClass/a.png", [1, 0, 2, 255])
    with Image.open(folder / "SegmentationClass/a.png") as file:
        stored = np.array(file)
    names = [str(index) for index in range(4)]
    assert np.array_equal(open_voc(folder, classes=names, palette="indices")[0][1].numpy(), stored)


@pytest.mark.fault("one mask of many has its palette in another order", "refused when it is read, by its name")
def test_a_mask_that_opening_did_not_look_at_is_refused_when_read(folder, tmp_path):
    names = [f"n{number:02}" for number in range(40)]
    for name in names:
        shutil.copy(folder / "JPEGImages/a.jpg", folder / f"JPEGImages/{name}.jpg")
        shutil.copy(folder / "SegmentationClass/a.png", folder / f"SegmentationClass/{name}.png")
    repainted(folder / "SegmentationClass/n01.png", [1, 0, 2, 255])
    data = open_voc(folder, names=names)
    told = message(lambda: data[1])
    assert f"{folder / 'SegmentationClass/n01.png'} has VOC's colours in another order" in told
    assert data[2][1].shape == (20, 30)


@pytest.mark.parametrize("kind", ["palette", "RGB", "RGBA"])
def test_colours_are_read_from_colour_pictures_too(folder, kind):
    path = folder / "SegmentationClass/a.png"
    if kind != "palette":
        Image.open(path).convert(kind).save(path)
    assert np.array_equal(open_voc(folder, palette="colours")[0][1].numpy(), truth())


@pytest.mark.fault("read by its colours, a mask holds a colour that is no class's", "refused with the colour")
def test_a_colour_that_is_no_class(folder):
    path = folder / "SegmentationClass/a.png"
    file = Image.open(path).convert("RGB")
    file.putpixel((4, 5), (129, 0, 0))
    file.save(path)
    told = message(lambda: open_voc(folder, palette="colours")[0])
    assert f"{path} holds the colour (129, 0, 0), and none of VOC's colours is that; paint it in one of these" in told
    Image.new("RGB", (30, 20), voc_colour(7)).save(path)
    assert "holds the index 7, neither one of 3 classes" in message(lambda: open_voc(folder, palette="colours")[0])
    Image.new("L", (30, 20)).save(path)
    told = message(lambda: open_voc(folder, palette="colours")[0])
    assert "a PNG of mode L, which has no colours to read classes by; save it as a palette (P) or RGB PNG" in told
    Image.new("RGB", (30, 20)).save(path, format="JPEG")
    assert "is a JPEG of mode RGB, which has no colours" in message(lambda: open_voc(folder, palette="colours")[0])


def cvat(folder):
    """Label map and colours as CVAT's "Segmentation mask 1.1" has them; the classes' order is the label map's."""
    (folder / "labels.txt").unlink()
    colours = {"background": (0, 0, 0), "leaf": (51, 221, 255), "stem": (0, 128, 0)}
    lines = [f"{name}:{','.join(map(str, colour))}::\n" for name, colour in colours.items()]
    (folder / "labelmap.txt").write_text("# label:color_rgb:parts:actions\n" + "".join(lines))
    table = np.array([*colours.values(), *[voc_colour(VOID)] * 253], np.uint8)
    for name in "ab":
        Image.fromarray(table[truth()]).save(folder / f"SegmentationClass/{name}.png")
    return table


@pytest.mark.fault("a folder of CVAT's, with colour masks and a labelmap.txt", "refused, and data import is named")
def test_cvats_colour_masks_are_refused_or_read_by_its_own_label_map(folder):
    cvat(folder)
    told = message(lambda: open_voc(folder)[0])
    assert "a.png is a PNG of mode RGB" in told and "`fcn-course data import FOLDER --out NEW`" in told
    data = open_voc(folder, palette="colours")
    assert data.classes == OWN and np.array_equal(data[0][1].numpy(), truth())


@pytest.mark.fault("a palette contradicts the labelmap.txt beside it", "refused by name")
def test_a_palette_that_contradicts_the_label_map(folder):
    table = cvat(folder)
    for name, order in (("a", [0, 2, 1]), ("b", [0, 1, 2])):
        file = Image.fromarray(truth() % 255)
        file.putpalette(table[order].ravel().tolist())
        file.save(folder / f"SegmentationClass/{name}.png")
    told = message(lambda: open_voc(folder))
    assert f"{folder / 'SegmentationClass/a.png'} has labelmap.txt's colours in another order: its index 1" in told
    assert open_voc(folder, names=["b"])[0][1].shape == (20, 30)


@pytest.mark.parametrize("labels", ["leaf:1,2,3::\nstem:999,0,0::\n", "leaf:::\nstem:::\n", "leaf:1,2,3::\nno map\n"])
def test_a_label_map_without_usable_colours_leaves_vocs(folder, labels):
    (folder / "labelmap.txt").write_text("background:0,0,0::\n" + labels)
    assert class_colours(folder, OWN).whose == "VOC's"


def test_ones_own_colours_say_nothing_unless_they_are_voids():
    vocs = class_colours(Path("nowhere"), OWN)
    assert other_order({0: (0, 0, 0), 1: voc_colour(2)}, vocs) is None
    assert other_order({0: (0, 0, 0), 1: voc_colour(255)}, vocs) == (1, 255)
    assert other_order({0: (0, 0, 0), 1: voc_colour(2), 2: voc_colour(1)}, vocs) == (1, 2)


@pytest.mark.fault("palette is neither colours nor indices", "refused with what it may be")
def test_another_way_to_read_a_palette(folder):
    for make in (open_voc, VOCSegmentation):
        told = message(lambda made=make: made(folder, palette="rgb"))
        assert told == 'palette must be "colours", "indices" or None, got \'rgb\''


def test_a_run_knows_by_what_its_masks_were_read(folder):
    digests = [describe_data(open_voc(folder, palette=way))["digest"] for way in (None, "indices", "colours")]
    assert digests[0] == digests[1] != digests[2]


def test_grey_masks_have_no_palette_to_contradict(folder):
    for name in "ab":
        Image.fromarray(truth()).save(folder / f"SegmentationClass/{name}.png")
    assert np.array_equal(open_voc(folder)[0][1].numpy(), truth())


@pytest.mark.parametrize("number", [1, 3, 21, 256])
@pytest.mark.parametrize("kind, options", [("PNG", {}), ("PNG", {"transparency": bytes([0, 255])}), ("TIFF", {})])
def test_the_colours_of_a_palette_are_those_that_pillow_gives_once_decoded(number, kind, options):
    rng, file = np.random.default_rng(number), BytesIO()
    mask = Image.frombytes("P", (7, 9), rng.integers(0, number, 63, dtype=np.uint8).tobytes())
    mask.putpalette(rng.bytes(3 * number))
    mask.save(file, kind, **options)
    with Image.open(file) as saved:
        found = used_palette(saved, range(256))
        colours = np.reshape(saved.getpalette(), (-1, 3)).tolist()
    assert found == {index: tuple(colour) for index, colour in enumerate(colours)}


def test_a_palette_of_ones_own_is_looked_at_without_decoding_the_mask_twice(folder, monkeypatch):
    """Colours that are not VOC's, so that they are compared with the indices at each reading."""
    for path in (folder / "SegmentationClass").iterdir():
        with Image.open(path) as file:
            file.putpalette([value ^ 1 for value in file.getpalette()])
            file.save(path)
    masks = [open_voc(folder)[index][1] for index in range(2)]
    pngs.forbid_decoding(monkeypatch)
    again = open_voc(folder)
    assert all(again.mask(index).equal(mask.byte()) for index, mask in enumerate(masks))
