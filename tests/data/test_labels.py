"""Class names from files of several tools, colours for any number of classes, and every way a list can be wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fcn_course.data.labels import (
    PALETTE,
    VOC_CLASSES,
    VOC_COLORMAP,
    choose_classes,
    colormap,
    read_classes,
    read_lines,
    validate_classes,
)

OWN = ("background", "leaf", "stem", "potted plant", "tv/monitor")
LABELME = "__ignore__\n_background_\naeroplane\nbicycle\n"
CVAT = "# label:color_rgb:parts:actions\nCat:48,112,32::\nbackground:0,0,0::\nDog:176,112,32:head,foot:jumping\n"


def written(tmp_path, content, name="labels.txt"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def message(error, call):
    with pytest.raises(error) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "end"])
def test_one_name_a_line_index_0_first(tmp_path, mark, end, last):
    text = end.join(["# the greenhouse", "", *OWN, "  ", *([""] if last else [])])
    path = written(tmp_path, mark + text.encode())
    assert read_classes(path) == read_classes(str(path)) == OWN


def test_white_space_round_a_name_is_dropped_and_letters_of_all_kinds_are_kept(tmp_path):
    assert read_classes(written(tmp_path, " background \n\tBäume\n#note\n草\n")) == ("background", "Bäume", "草")


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="#:_"), min_size=1),
        min_size=1,
        max_size=255,
        unique=True,
    )
)
def test_what_is_written_is_read(tmp_path_factory, names):
    path = written(tmp_path_factory.getbasetemp(), "\n".join(names), "any.txt")
    assert read_classes(path) == tuple(names)


def test_labelmes_file_loses_what_stands_for_void(tmp_path):
    assert read_classes(written(tmp_path, LABELME)) == ("background", "aeroplane", "bicycle")
    assert read_classes(written(tmp_path, LABELME.removeprefix("__ignore__\n"))) == (
        "background",
        "aeroplane",
        "bicycle",
    )


def test_cvats_label_map_gives_its_names_background_first(tmp_path):
    assert read_classes(written(tmp_path, CVAT, "labelmap.txt")) == ("background", "Cat", "Dog")
    first = "# label:color_rgb:parts:actions\nbackground:0,0,0::\nhandle:61,245,61::\nhuman:140,120,240::\n"
    assert read_classes(written(tmp_path, first)) == ("background", "handle", "human")
    # a background of another colour is still the background, and black is nothing but a colour then
    assert read_classes(written(tmp_path, "coal:0,0,0::\nbackground:0,128,0::\n")) == ("background", "coal")


def test_without_a_background_what_is_black_comes_first(tmp_path):
    assert read_classes(written(tmp_path, "sky:128,0,0::\nground: 0, 0, 0 ::\nlion:255,128,0::\n")) == (
        "ground",
        "sky",
        "lion",
    )
    assert read_classes(written(tmp_path, "sky:128,0,0::\nlion:255,128,0::\n")) == ("sky", "lion")
    assert read_classes(written(tmp_path, "sky:128,0,0::\nlion:::\n")) == ("sky", "lion")


def test_a_name_with_a_colon_is_a_name(tmp_path):
    assert read_classes(written(tmp_path, "background\nanimal: cat\n")) == ("background", "animal: cat")


@pytest.mark.fault("a label map with a line of another form", "refused with the line")
def test_a_line_that_is_none_of_a_label_map(tmp_path):
    path = written(tmp_path, "background:0,0,0::\ncat\n", "labelmap.txt")
    told = message(ValueError, lambda: read_classes(path))
    assert f"{path} is a label map, but its line 'cat'" in told and "write it so" in told


def test_void_that_is_not_in_the_first_line(tmp_path):
    told = message(ValueError, lambda: read_classes(written(tmp_path, "_background_\n__ignore__\ncat\n")))
    assert "holds __ignore__ behind other names; make it the first line" in told


def test_a_missing_file(tmp_path):
    told = message(FileNotFoundError, lambda: read_classes(tmp_path / "lables.txt"))
    assert f"no labels file at {tmp_path / 'lables.txt'}" in told and "one name a line" in told


def test_a_folder_instead_of_a_file(tmp_path):
    told = message(ValueError, lambda: read_classes(tmp_path))
    assert f"{tmp_path} is a folder, no labels file" in told and "the text file itself" in told


@pytest.mark.fault("a labels file names nothing", "refused by name")
@pytest.mark.parametrize("content", ["", "\n \n", "# nothing but words\n", "__ignore__\n"])
def test_a_file_without_a_name(tmp_path, content):
    path = written(tmp_path, content)
    assert f"{path} names no class; write one name a line" in message(ValueError, lambda: read_classes(path))


@pytest.mark.fault("a labels file names a class twice", "refused with the name")
@pytest.mark.parametrize("content", ["background\ncat\ndog\ncat\n", "cat:1,2,3::\ncat:4,5,6::\n"])
def test_a_name_that_stands_twice(tmp_path, content):
    path = written(tmp_path, content)
    told = message(ValueError, lambda: read_classes(path))
    assert f"{path} names 'cat' twice" in told and "leave one out" in told


def test_both_spellings_of_the_background_are_one_name(tmp_path):
    assert "'background' twice" in message(
        ValueError, lambda: read_classes(written(tmp_path, "_background_\nbackground\n"))
    )


@pytest.mark.fault("a labels file names more classes than a byte tells apart", "refused with their number")
def test_255_names_fit_and_256_do_not(tmp_path):
    names = [f"class {index}" for index in range(256)]
    assert read_classes(written(tmp_path, "\n".join(names[:255]))) == tuple(names[:255])
    told = message(ValueError, lambda: read_classes(written(tmp_path, "\n".join(names))))
    assert "names 256 classes" in told and "join some of them" in told


@pytest.mark.fault(
    "a labels file or list in Latin-1 or UTF-16, with or without its mark",
    "refused with the byte and what to save it as",
)
@pytest.mark.parametrize(
    "content",
    [
        b"background\nB\xe4r\n",
        "background\ncat\n".encode("utf-16"),
        "background\ncat\n".encode("utf-16-le"),
        "background\ncat\n".encode("utf-16-be"),
        "背景\n".encode("utf-16"),
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_no_utf_8(tmp_path, content):
    path = written(tmp_path, content)
    told = message(ValueError, lambda: read_classes(path))
    assert f"{path} is no text in UTF-8 (byte " in told and "save it as UTF-8" in told


@pytest.mark.parametrize(
    "names, words",
    [
        ((), "classes names no class"),
        (("background", "cat", "cat"), "classes names 'cat' twice"),
        (("background", 1), "classes holds 1, which is no name"),
        (("background", " "), "classes holds ' ', which is no name"),
        ([str(index) for index in range(256)], "classes names 256 classes"),
    ],
)
def test_a_list_of_names_is_checked_like_a_file(names, words):
    assert words in message(ValueError, lambda: validate_classes(names))
    assert words in message(ValueError, lambda: choose_classes(names, "."))


def test_names_files_and_folders_are_told_apart(tmp_path):
    assert choose_classes(None, tmp_path) is VOC_CLASSES
    path = written(tmp_path, "a\nb\n", "other.txt")
    assert choose_classes(None, tmp_path) is VOC_CLASSES
    assert choose_classes(path, tmp_path) == choose_classes(str(path), tmp_path) == ("a", "b")
    assert choose_classes(["x", "y"], tmp_path) == ("x", "y")
    for name in ("class_names.txt", "labelmap.txt", "labels.txt"):  # a later one goes before
        written(tmp_path, f"of {name}\n", name)
        assert choose_classes(None, tmp_path) == (f"of {name}",)
    assert choose_classes(["x", "y"], tmp_path) == ("x", "y")


def test_lines_are_read_without_what_is_empty(tmp_path):
    path = written(tmp_path, b"\xef\xbb\xbf2007_000032\r\n\r\n  my photo 1 \r\n")
    assert read_lines(path) == ["2007_000032", "my photo 1"]
    assert f"no list at {tmp_path / 'no.txt'}" in message(FileNotFoundError, lambda: read_lines(tmp_path / "no.txt"))


def test_colours_are_vocs_for_any_number_of_classes():
    assert colormap(21) == VOC_COLORMAP and colormap(1) == ((0, 0, 0),)
    assert colormap(256) == tuple(zip(PALETTE[::3], PALETTE[1::3], PALETTE[2::3], strict=True))
    # by hand: 21 is 010 101 in bits, so red and blue 128, green 64; 22 is 010 110, so green and blue 128, green 64
    assert colormap(23)[21:] == ((128, 64, 128), (0, 192, 128))


def test_marks_between_joined_files_are_dropped_and_old_macs_line_ends_are_line_ends(tmp_path):
    path = written(tmp_path, "\ufeffa\r\n\ufeffb\rc\n \ufeff d\ufeffd \n\ufeff\n")
    assert read_lines(path) == ["a", "b", "c", "d\ufeffd"]
