"""A folder with every fault at once, each fault alone, sound folders, and folders that nobody expects."""

import os
import shutil
from unicodedata import normalize

import numpy as np
import pytest
from PIL import ExifTags, Image

from fcn_course.data.checking.check import check_voc
from fcn_course.data.checking.findings import KINDS, SEVERITIES, collect
from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import PALETTE, VOC_CLASSES, voc_colour
from fcn_course.data.minivoc import draw_minivoc
from tests.support.helpers import make_voc, save_mask

OWN = ("background", "leaf", "stem")


def picture(seed):
    """A picture and its mask, 30 x 20, in which each of three classes and void occurs."""
    rng = np.random.default_rng(seed)
    mask = rng.integers(0, 3, (20, 30), dtype=np.uint8)
    mask[0] = 255
    return rng.integers(0, 256, (20, 30, 3), dtype=np.uint8), mask


@pytest.fixture
def folder(tmp_path):
    """Three pictures to train and two to validate, three named classes, nothing wrong."""
    made = make_voc(
        tmp_path / "set",
        train={"a": picture(1), "b": picture(2), "c": picture(3)},
        val={"d": picture(4), "e": picture(5)},
    )
    (made / "labels.txt").write_text("\n".join(OWN))
    return made


def found(folder, **options):
    """``{kind: {name: note}}``."""
    findings = check_voc(folder, progress=False, **options)
    return {finding.kind: dict(zip(finding.names, finding.notes, strict=True)) for finding in findings.found}


def listing(folder, split="train"):
    return folder / "ImageSets/Segmentation" / f"{split}.txt"


def test_nothing_is_found_where_nothing_is_wrong(folder):
    findings = check_voc(folder, progress=False)
    assert findings.found == () and findings.pictures == 5 and findings.classes == OWN and findings.folder == folder
    assert findings.table() == f"{folder}: 5 pictures on its lists, 3 classes\n0 errors, 0 warnings, 0 remarks"


def test_the_drawn_world_has_no_errors(tmp_path):
    findings = check_voc(draw_minivoc(tmp_path / "drawn", 12, 6, progress=False), progress=False)
    assert findings.pictures == 18 and not findings.of("error")


def test_real_photographs_have_no_errors(real):
    findings = check_voc(real, progress=False)
    assert findings.pictures == 3 and not findings.of("error")


def test_the_layout_is_found_from_above(folder, tmp_path):
    (tmp_path / "VOCdevkit").mkdir()
    folder.rename(tmp_path / "VOCdevkit/VOC2012")
    assert check_voc(tmp_path, progress=False).folder == tmp_path / "VOCdevkit/VOC2012"


# each fault alone: (what is done to the folder, the kind, the names that have it, words of the note of the first)


def cut(path, kept=0.6):
    path.write_bytes(path.read_bytes()[: int(kept * path.stat().st_size)])


def save_palette(path, indices, colours):
    file = Image.fromarray(np.asarray(indices, np.uint8))
    file.putpalette([value for colour in colours for value in colour])
    file.save(path)


def no_folder(folder):
    shutil.rmtree(folder / "SegmentationClass")


def no_list(folder):
    listing(folder, "val").unlink()


def list_in_utf_16(folder):
    listing(folder).write_bytes("a\nb\nc\n".encode("utf-16"))


def empty_list(folder):
    listing(folder, "trainval").write_text("\n \n")


def broken_labels(folder):
    (folder / "labels.txt").write_text("background\nleaf\nleaf\n")


def name_twice(folder):
    listing(folder).write_text("a\nb\nc\nb\n")


def name_in_both(folder):
    listing(folder, "val").write_text("d\ne\nb\n")


def no_picture_and_no_mask(folder):
    listing(folder).write_text("a\nb\nc\nnowhere\n")


def no_picture(folder):
    (folder / "JPEGImages/b.jpg").unlink()


def no_mask(folder):
    (folder / "SegmentationClass/b.png").unlink()


def other_ending(folder):
    (folder / "JPEGImages/b.jpg").rename(folder / "JPEGImages/B.JPEG")


def two_of_one_name(folder):
    Image.fromarray(picture(2)[0]).save(folder / "JPEGImages/b.png")


def list_that_misleads(folder):
    listing(folder).write_text("".join(f"/JPEGImages/{name}.jpg /SegmentationClassAug/{name}.png\n" for name in "abc"))


def cut_picture(folder):
    cut(folder / "JPEGImages/b.jpg")


def folder_for_a_picture(folder):
    no_picture(folder)
    (folder / "JPEGImages/b.jpg").mkdir()


def damaged_mask(folder):
    path = folder / "SegmentationClass/b.png"
    whole = path.read_bytes()
    place = whole.index(b"IDAT") + 40
    path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])


def colour_mask(folder):
    Image.new("RGB", (30, 20)).save(folder / "SegmentationClass/b.png")


def jpeg_mask(folder):
    Image.new("L", (30, 20)).save(folder / "SegmentationClass/b.png", format="JPEG")


def other_size(folder):
    save_mask(folder / "SegmentationClass/b.png", picture(2)[1][:, :29])


def turned_picture(folder):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    Image.fromarray(picture(2)[0]).save(folder / "JPEGImages/b.jpg", exif=exif)


def wrong_index(folder):
    mask = picture(2)[1]
    mask[3, 4:6] = 3, 40
    save_mask(folder / "SegmentationClass/b.png", mask)


def swapped_palette(folder):
    colours = [voc_colour(index) for index in (0, 2, 1)]
    save_palette(folder / "SegmentationClass/b.png", picture(2)[1] % 255, colours)


def same_in_both(folder):
    whole = (folder / "JPEGImages/d.jpg").read_bytes()
    (folder / "JPEGImages/b.jpg").write_bytes(whole[:2] + b"\xff\xfe\x00\x07words" + whole[2:])  # a comment


def same_twice(folder):
    shutil.copy(folder / "JPEGImages/a.jpg", folder / "JPEGImages/b.jpg")


def void_alone(folder):
    save_mask(folder / "SegmentationClass/b.png", np.full((20, 30), 255))


def black_and_white(folder):
    save_mask(folder / "SegmentationClass/b.png", np.where(picture(2)[1] == 1, 255, 0))


def every_mask(folder, change):
    for name in "abc":
        save_mask(folder / f"SegmentationClass/{name}.png", change(picture(ord(name))[1]))


def nothing_judged(folder):
    every_mask(folder, lambda mask: np.full_like(mask, 255))


def painted_white(folder):
    every_mask(folder, lambda mask: np.where(mask == 1, 255, 0))


def mostly_void(folder):
    every_mask(folder, lambda mask: np.where(np.arange(600).reshape(20, 30) < 400, 255, mask))


def class_in_val_alone(folder):
    for name in "abc":
        save_mask(folder / f"SegmentationClass/{name}.png", picture(1)[1] % 2)


def no_names(folder):
    (folder / "labels.txt").unlink()


def class_never(folder):
    (folder / "labels.txt").write_text("\n".join((*OWN, "root")))


def nearly_empty(folder):
    mask = np.zeros((20, 30), np.uint8)
    save_mask(folder / "SegmentationClass/b.png", mask)


def png_called_jpg(folder):
    Image.fromarray(picture(2)[0]).save(folder / "JPEGImages/b.jpg", format="PNG")


def picture_on_no_list(folder):
    shutil.copy(folder / "JPEGImages/a.jpg", folder / "JPEGImages/z.jpg")


def mask_on_no_list(folder):
    shutil.copy(folder / "SegmentationClass/a.png", folder / "SegmentationClass/z.png")


FAULTS = [
    (no_folder, "missing folder", ["SegmentationClass"], "in ", "a data set lacks a folder"),
    (no_list, "missing list", ["val.txt"], "", "a data set lacks a list"),
    (list_in_utf_16, "unreadable list", ["train.txt"], "UTF-16", "a list in UTF-16"),
    (empty_list, "empty list", ["trainval.txt"], "", "a list that names nothing"),
    (broken_labels, "unusable labels file", [...], "names 'leaf' twice", "a labels file that names a class twice"),
    (name_twice, "name twice in a list", ["b"], "train.txt", "a name stands twice in a list"),
    (name_in_both, "name in train and in val", ["b"], "", "a picture is trained on and scored"),
    (no_picture_and_no_mask, "picture and mask missing", ["nowhere"], "", "a listed name without any file"),
    (no_picture, "mask without its picture", ["b"], "", "a mask without its picture"),
    (no_mask, "picture without its mask", ["b"], "", "a picture without its mask"),
    (
        other_ending,
        "file under another name",
        ["b"],
        "there is JPEGImages/B.JPEG",
        "a picture is called B.JPEG, not b.jpg",
    ),
    (cut_picture, "unreadable picture", ["b"], "cannot be read as a picture (", "a JPEG was cut"),
    (folder_for_a_picture, "unreadable picture", ["b"], "it is a folder", "a folder is called b.jpg"),
    (
        damaged_mask,
        "unreadable mask",
        ["b"],
        "the checksum of its chunk 'IDAT' is wrong",
        "a mask's pixels are damaged",
    ),
    (colour_mask, "mask of a wrong kind", ["b"], "a PNG of mode RGB", "a mask is a colour picture"),
    (jpeg_mask, "mask of a wrong kind", ["b"], "a JPEG of mode L", "a JPEG is called b.png"),
    (other_size, "sizes that differ", ["b"], "picture 30 x 20, mask 29 x 20", "a mask of another size"),
    (
        turned_picture,
        "mask of the unturned picture",
        ["b"],
        "picture 20 x 30, mask 30 x 20: transpose(Image.Transpose.ROTATE_270)",
        "a picture is turned by EXIF, its mask is not",
    ),
    (wrong_index, "index that is no class", ["b"], "3, 40", "masks hold indices that are no class"),
    (
        swapped_palette,
        "palette in another order",
        ["b"],
        "index 1 has VOC's colour of 2",
        "a palette holds VOC's colours in another order",
    ),
    (same_in_both, "same picture in train and in val", ["b"], "= d", "one picture in train and val, under two names"),
    (same_twice, "same picture twice in a list", ["a"], "= b", "one picture twice in a list, under two names"),
    (void_alone, "mask of void alone", ["b"], "", "a mask of void alone"),
    (black_and_white, "mask of 0 and 255 alone", ["b"], "", "a mask drawn with 255 for the thing"),
    (
        nothing_judged,
        "list without a pixel that is judged",
        ["train.txt"],
        "",
        "a list whose masks are void all over",
    ),
    (
        painted_white,
        "list of masks of 0 and 255 alone",
        ["train.txt"],
        "",
        "a list whose masks are all drawn with 255 for the thing",
    ),
    (mostly_void, "list that is half void", ["train.txt"], "67%", "a list that is void for the most part"),
    (class_in_val_alone, "class in val alone", ["stem"], "2", "a class that train lacks"),
    (no_names, "few indices, and no names", ["0", "1", "2"], "", "own classes that nobody named"),
    (class_never, "class that never occurs", ["root"], "3", "a class that no mask holds"),
    (nearly_empty, "nearly empty mask", ["b"], "0 of 600 pixels", "a mask of nothing but background"),
    (
        png_called_jpg,
        "picture of another kind than its ending says",
        ["b"],
        "PNG, called .jpg",
        "a PNG is called b.jpg",
    ),
    (two_of_one_name, "two files of one name", ["b"], "JPEGImages/b.jpg and b.png", "b.jpg and b.png lie side by side"),
    (
        list_that_misleads,
        "list that leads elsewhere",
        ["train.txt"],
        "leads to /SegmentationClassAug/a.png, but masks are read from",
        "a list of paths leads to another folder",
    ),
    (picture_on_no_list, "picture on no list", ["z.jpg"], "", "a picture on no list"),
    (mask_on_no_list, "mask on no list", ["z.png"], "", "a mask on no list"),
]


@pytest.mark.parametrize(
    "harm, kind, names, note",
    [
        pytest.param(
            *fault,
            id=fault[0].__name__,
            marks=pytest.mark.fault(what, f"data check names it ({KINDS[fault[1]][0]}), with the remedy"),
        )
        for *fault, what in FAULTS
    ],
)
def test_each_fault_is_found_by_name_and_by_its_kind(folder, harm, kind, names, note):
    harm(folder)
    seen = found(folder)
    assert list(seen[kind]) == ([str(folder)] if names == [...] else names)
    assert note in next(iter(seen[kind].values()))
    allowed = {kind, "class that never occurs"}  # which follows where no mask is left, or where VOC's names hold
    if harm in (nothing_judged, painted_white):  # each mask is told of too, and what val alone has now
        allowed |= {"mask of void alone", "mask of 0 and 255 alone", "class in val alone"}
    if harm in (no_list, list_in_utf_16, list_that_misleads):
        allowed |= {"picture on no list", "mask on no list"}
    assert set(seen) <= allowed, seen


BY_COLOURS = "colour that is no class's"  # which nobody sees who does not read masks by their colours


def test_each_kind_of_fault_has_its_test():
    assert {kind for _, kind, *_ in FAULTS} == set(KINDS) - {BY_COLOURS}


def test_what_a_data_set_refuses_is_an_error_and_what_it_takes_is_none(folder, tmp_path):
    refused = set()
    for harm, kind, *_ in FAULTS:
        copy = shutil.copytree(folder, tmp_path / harm.__name__)
        harm(copy)
        try:
            for split in ("train", "val"):
                list(open_voc(copy, split))
        except (FileNotFoundError, ValueError):
            refused.add(kind)
    errors = {kind for kind, (severity, _) in KINDS.items() if severity == "error"}
    taken = {"empty list", "name in train and in val", "same picture in train and in val", BY_COLOURS}
    taken |= {"list without a pixel that is judged", "list of masks of 0 and 255 alone"}  # training looks at these
    assert refused == errors - taken  # these can be read, but give wrong numbers; the list is not train or val


def test_all_faults_come_at_once_with_counts_first_names_and_remedies(folder):
    for number in range(20):  # enough that one fault does not hide another
        names = [f"{letter}{number:02}" for letter in "xy"]
        for name, split in zip(names, ("train", "val"), strict=True):
            image, mask = picture(100 + 2 * number + (split == "val"))
            Image.fromarray(image).save(folder / f"JPEGImages/{name}.jpg")
            save_mask(folder / f"SegmentationClass/{name}.png", mask)
            with listing(folder, split).open("a") as file:
                file.write(f"{name}\n")
    path = folder / "SegmentationClass"
    for name in ("x00", "x01", "x02", "x03", "y00"):
        cut(path / f"{name}.png")
    cut(folder / "JPEGImages/x04.jpg")
    (path / "x05.png").unlink()
    save_mask(path / "x06.png", np.full((20, 30), 77))
    Image.new("RGBA", (30, 20)).save(path / "x07.png")
    save_mask(path / "x08.png", np.full((20, 30), 255))
    shutil.copy(folder / "JPEGImages/x09.jpg", folder / "JPEGImages/y09.jpg")
    shutil.copy(folder / "JPEGImages/x09.jpg", folder / "JPEGImages/unlisted.jpg")
    with listing(folder).open("a") as file:
        file.write("x10\ngone\n")
    findings = check_voc(folder, progress=False)
    counts = {finding.kind: finding.count for finding in findings.found}
    assert counts == {
        "name twice in a list": 1,
        "picture and mask missing": 1,
        "picture without its mask": 1,
        "unreadable picture": 1,
        "unreadable mask": 5,
        "mask of a wrong kind": 1,
        "index that is no class": 1,
        "same picture in train and in val": 1,
        "mask of void alone": 1,
        "picture on no list": 1,
    }
    assert [finding.severity for finding in findings.found] == ["error"] * 8 + ["warning", "remark"]
    lines = findings.table().splitlines()
    assert lines[0] == f"{folder}: 46 pictures on its lists, 3 classes"
    assert lines[-1] == "12 errors, 1 warnings, 1 remarks"
    (line,) = [number for number, text in enumerate(lines) if "unreadable mask" in text]
    assert lines[line].startswith("error        5  unreadable mask: x00 (cannot be read as a mask (")
    assert lines[line].endswith("), and 2 more") and "must be a whole PNG file" in lines[line + 1]
    assert "x03" not in lines[line] and "x03" in findings.table(first=4)
    assert all(finding.remedy in findings.table() for finding in findings.found)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_says_how_bad_it_is_and_what_to_do(kind):
    severity, remedy = KINDS[kind]
    (finding,) = collect({kind: {"a": "", "b": "note"}})
    assert (finding.kind, finding.severity, finding.count, finding.remedy) == (kind, severity, 2, remedy)
    assert severity in SEVERITIES and len(remedy) > 20 and not remedy.endswith(".")


# palettes


@pytest.mark.parametrize(
    "colours, wrong",
    [
        ([0, 15], "index 1 has VOC's colour of 15"),  # what a tool writes that numbers the colours that occur
        ([0, 255, 7], "index 1 has VOC's colour of 255"),
        ([0, 1, 2], ""),
    ],
)
def test_an_index_with_another_ones_colour(folder, colours, wrong):
    indices = picture(2)[1] % 255 % len(colours)
    save_palette(folder / "SegmentationClass/b.png", indices, [voc_colour(index) for index in colours])
    assert found(folder, classes=VOC_CLASSES).get("palette in another order", {"b": ""}) == {"b": wrong}


@pytest.mark.parametrize(
    "colours", [[(0, 0, 0), (0, 255, 0), (0, 128, 0)], [(i, i, i) for i in range(256)], [(0, 0, 0)] * 3]
)
def test_a_palette_of_ones_own_says_nothing(folder, colours):
    save_palette(folder / "SegmentationClass/b.png", picture(2)[1] % 255, colours)
    assert not found(folder)
    assert "palette in another order" not in found(folder, classes=VOC_CLASSES)


def test_ones_own_only_class_may_have_any_of_vocs_colours(folder):
    save_palette(folder / "SegmentationClass/b.png", picture(2)[1] % 2, [(0, 0, 0), (0, 128, 0)])
    assert not found(folder)


def test_a_set_with_vocs_palette_for_more_classes_than_voc(folder):
    mask = picture(2)[1]
    mask[4] = np.arange(30)
    save_mask(folder / "SegmentationClass/b.png", mask)
    names = [f"class {index}" for index in range(30)]
    assert set(found(folder, classes=names)) <= {"class that never occurs"}
    assert bytes(Image.open(folder / "SegmentationClass/b.png").getpalette()) == PALETTE


@pytest.mark.fault("a mask that is read by its colours holds another one", "data check names the colour (error)")
def test_colours_that_are_no_class(folder):
    swapped_palette(folder)
    assert found(folder, palette="indices") == found(folder, palette="colours") == {}
    colours = [(0, 0, 0), (0, 128, 0), (1, 2, 3)]
    save_palette(folder / "SegmentationClass/b.png", picture(2)[1] % 255, colours)
    assert found(folder, palette="colours") == {BY_COLOURS: {"b": "(1, 2, 3)"}}
    Image.fromarray(picture(2)[1]).save(folder / "SegmentationClass/b.png")
    assert found(folder, palette="colours") == {
        "mask of a wrong kind": {"b": "a PNG of mode L, which has no colours to read classes by"}
    }


# names and lists


@pytest.mark.fault("accents composed in the list, not on the disk (NFC, NFD)", "the file is found all the same")
@pytest.mark.parametrize("on_disk, in_list", [("NFD", "NFC"), ("NFC", "NFD"), ("NFC", "NFC"), ("NFD", "NFD")])
@pytest.mark.parametrize("name", ["café", "Ångström über", "각"])
def test_accents_are_the_same_however_they_are_written(folder, name, on_disk, in_list):
    for part in ("JPEGImages/b.jpg", "SegmentationClass/b.png"):
        path = folder / part
        path.rename(path.with_stem(normalize(on_disk, name)))
    listing(folder).write_text(f"a\n{normalize(in_list, name)}\nc\n", encoding="utf-8")
    assert open_voc(folder)[1][0].shape == (3, 20, 30)
    assert not found(folder)


@pytest.mark.fault("names in Arabic, Chinese, Thai, with blanks, dots or dashes", "read rightly")
@pytest.mark.parametrize("name", ["صورة ب", "图片-二", "รูป", "📷 my photo", "a.b.c", "-rf", "%s{}"])
def test_names_in_any_script(folder, name):
    for part in ("JPEGImages/b.jpg", "SegmentationClass/b.png"):
        path = folder / part
        path.rename(path.with_name(f"{name}{path.suffix}"))
    listing(folder).write_text(f"a\n{name}\nc\n", encoding="utf-8")
    assert open_voc(folder)[1][0].shape == (3, 20, 30) and not found(folder)


@pytest.mark.fault("a list with Windows line ends, blank lines, byte-order marks, no last line end", "read rightly")
@pytest.mark.parametrize(
    "ends", ["a\r\nb\r\nc\r\n", "a\n\n  b\n\nc", "\ufeffa\nb\nc\n", "a\rb\rc", "a\n\ufeffb\n\ufeffc\n"]
)
def test_lists_of_every_editor(folder, ends):
    listing(folder).write_bytes(ends.encode("utf-8"))
    assert open_voc(folder).names == ["a", "b", "c"] and not found(folder)


def test_a_test_list_may_lack_its_masks(folder):
    listing(folder, "test").write_text("z\n")
    shutil.copy(folder / "JPEGImages/a.jpg", folder / "JPEGImages/z.jpg")
    assert not found(folder)
    listing(folder, "trainval").write_text("z\n")
    assert list(found(folder)) == ["picture without its mask"]


def test_pictures_of_any_kind_and_deeplabs_lists_are_nothing_to_tell(folder):
    for name, ending in (("a", ".PNG"), ("b", ".bmp"), ("c", ".webp"), ("d", ".tiff"), ("e", ".jpeg")):
        (folder / f"JPEGImages/{name}.jpg").unlink()
        Image.fromarray(picture(ord(name))[0]).save(folder / f"JPEGImages/{name}{ending}")
    for split, names in (("train", "abc"), ("val", "de")):
        lines = [f"/JPEGImages/{name}.jpg /SegmentationClass/{name}.png\n" for name in names]
        listing(folder, split).write_text("".join(lines))
    assert not found(folder) and len(list(open_voc(folder))) == 3


def test_masks_of_another_folder_are_checked_where_they_are_named(folder):
    (folder / "SegmentationClass").rename(folder / "SegmentationClassAug")
    assert set(found(folder)) == {"missing folder"}
    assert not found(folder, masks="SegmentationClassAug")


@pytest.mark.parametrize("listed", ["b.jpg", "B"])
def test_a_list_with_endings_or_other_capitals(folder, listed):
    listing(folder).write_text(f"a\n{listed}\nc\n")
    there = "there is JPEGImages/b.jpg and SegmentationClass/b.png"
    assert found(folder) == {"file under another name": {listed: there}}


def test_a_missing_mask_is_told_beside_a_picture_of_another_ending(folder):
    other_ending(folder)
    no_mask(folder)
    assert set(found(folder)) == {"file under another name", "picture without its mask"}


# folders that nobody expects


@pytest.mark.fault("check is given a folder that is not there", "told by its name")
def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=f"no folder {tmp_path / 'nowhere'}"):
        check_voc(tmp_path / "nowhere")


def test_a_folder_without_lists_is_gone_through_all_the_same(folder):
    shutil.rmtree(folder / "ImageSets")
    (folder / "SegmentationClass/a.png").unlink()
    other_size(folder)
    (folder / "JPEGImages/d.jpg").unlink()
    assert found(folder) == {
        "missing folder": {"ImageSets/Segmentation": f"in {folder}"},
        "picture without its mask": {"a": ""},
        "mask without its picture": {"d": ""},
        "sizes that differ": {"b": "picture 30 x 20, mask 29 x 20"},
    }


def test_an_empty_folder_lacks_all(tmp_path):
    assert found(tmp_path) == {
        "missing folder": dict.fromkeys(("JPEGImages", "SegmentationClass", "ImageSets/Segmentation"), f"in {tmp_path}")
    }


def test_classes_that_are_handed_over_wrongly_are_an_error_at_once(folder):
    with pytest.raises(ValueError, match="names 'leaf' twice"):
        check_voc(folder, ("background", "leaf", "leaf"), progress=False)
    with pytest.raises(FileNotFoundError, match="no labels file"):
        check_voc(folder, folder / "nowhere.txt", progress=False)


@pytest.mark.fault("a file's name is no text, or holds line ends", "the table shows it escaped")
def test_names_that_are_no_text_are_shown_escaped(folder):
    try:
        os.close(os.open(os.fsencode(folder) + b"/JPEGImages/\xff\n.jpg", os.O_CREAT))
    except OSError:
        pytest.skip("this file system takes no such names")
    findings = check_voc(folder, progress=False)
    assert [finding.kind for finding in findings.found] == ["picture on no list"]
    assert r"\udcff\n.jpg" in findings.table() and len(findings.table().encode().splitlines()) == 4


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such pipes")
@pytest.mark.fault("a pipe lies among the pictures", "refused by name, where it would be waited for without end")
def test_a_pipe_is_not_waited_for(folder):
    no_picture(folder)
    os.mkfifo(folder / "JPEGImages/b.jpg")
    assert "no file" in found(folder)["unreadable picture"]["b"]


def tree(folder):
    return {path: (path.stat().st_mtime_ns, path.stat().st_mode) for path in sorted(folder.rglob("*"))}


@pytest.mark.fault(
    "the data folder may not be written in", "nothing is written there: opening, reading, checking go on"
)
def test_a_folder_that_is_read_only_is_read_and_checked(folder):
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = tree(folder)
    try:
        assert len(list(open_voc(folder))) == 3 and not found(folder)
        assert tree(folder) == before
    finally:
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)


def test_pictures_of_one_pixel_and_masks_of_void_alone_are_no_errors(tmp_path):
    one = np.full((1, 1, 3), 9, np.uint8)
    made = make_voc(
        tmp_path / "set",
        train={"a": (one, np.full((1, 1), 255)), "b": (one + 90, np.ones((1, 1)))},
        val={"c": (one + 200, np.ones((1, 1)))},
    )
    assert {data[0][1].item() for data in (open_voc(made), open_voc(made, "val"))} == {1, 255}
    assert not check_voc(made, classes=OWN, progress=False).of("error")
