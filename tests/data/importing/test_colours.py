"""Lists of colours: three forms, the background's place, and colours that are no class's."""

import numpy as np
import pytest

from fcn_course.data.importing.colours import colours_to_indices, has_colours, order, read_colours
from fcn_course.data.importing.records import UNLABELLED, AnnotationError


def write(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    "name, text",
    [
        ("labelmap.txt", "# label:color_rgb:parts:actions\nsky:1,2,3::\nnear road:4, 5 ,6:a,b:c\n"),
        ("label_colors.txt", "1 2 3\tsky\n4 5 6\t\tnear road\n"),
        ("label_colors.txt", "\ufeff1 2 3 sky\r\n\r\n4 5 6 near road\r\n"),
        ("class_dict.csv", "name,r,g,b\nsky,1,2,3\nnear road, 4, 5, 6\n"),
        ("class_dict.csv", '"sky",1,2,3\n"near road",4,5,6'),
    ],
)
def test_every_form_is_read(tmp_path, name, text):
    assert read_colours(write(tmp_path, name, text)) == [("sky", (1, 2, 3)), ("near road", (4, 5, 6))]


@pytest.mark.fault("a list of colours that is none", "told with the line")
@pytest.mark.parametrize(
    "text, told",
    [
        ("sky:1,2,3::\nroad:::", r"'road:::' is no colour and name; write name:red,green,blue::"),
        ("sky:1,2,300::", "'sky:1,2,300::' is no colour"),
        ("sky:1,2,3::\nsky:4,5,6::", "has the name sky twice"),
        ("sky:1,2,3::\nroad:1,2,3::", r"has the colour \(1, 2, 3\) twice"),
    ],
)
def test_what_is_no_list_of_colours_is_told(tmp_path, text, told):
    path = write(tmp_path, "labelmap.txt", text)
    with pytest.raises(ValueError, match=told):
        read_colours(path)
    assert not has_colours(path)


def test_the_background_comes_first_and_void_is_no_class():
    names, index = order([("a", (1, 0, 0)), ("Void", (0, 0, 0)), ("background", (9, 9, 9)), ("b", (2, 0, 0))])
    assert names == ["a", "b"]
    assert index == {(224, 224, 192): 255, (1, 0, 0): 1, (0, 0, 0): UNLABELLED, (9, 9, 9): 0, (2, 0, 0): 2}


def test_black_is_unlabelled_where_no_class_has_it():
    assert order([("a", (1, 0, 0))])[1][0, 0, 0] == UNLABELLED
    assert (0, 0, 0) not in order([("a", (1, 0, 0)), ("background", (5, 5, 5))])[1]
    assert order([("a", (0, 0, 0)), ("b", (1, 1, 1))])[1][0, 0, 0] == 1


def test_indices_are_those_of_a_plain_loop():
    rng = np.random.default_rng(0)
    index = {tuple(rng.integers(0, 256, 3).tolist()): number for number in range(40)}
    colours = np.array(list(index))[rng.integers(0, 40, (30, 20))].astype(np.uint8)
    found = colours_to_indices(colours, index)
    assert found.tolist() == [[index[tuple(pixel)] for pixel in row] for row in colours.tolist()]


@pytest.mark.fault("a mask has a colour that is no class's", "told with the colour, its pixels, and the others' number")
def test_a_colour_without_a_class_is_told():
    colours = np.zeros((4, 4, 3), np.uint8)
    colours[0, 0], colours[1:3] = (255, 255, 255), (255, 0, 7)
    with pytest.raises(AnnotationError, match="255,0,7 at 8 pixels; 1 other colours too"):
        colours_to_indices(colours, {(0, 0, 0): 0})
