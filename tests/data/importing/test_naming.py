"""What pictures are called: their own names, and others where two would be one file."""

from pathlib import Path

import pytest

from fcn_course.data.importing.naming import file_names
from fcn_course.data.importing.records import Annotated


def names(*paths):
    return file_names([Annotated(str(Path(path).with_suffix("")), Path(path), None) for path in paths])


def test_a_name_of_its_own_is_kept_in_any_script():
    given = ["a/café.jpg", "b/ネコ 1.png", "c/صورة.jpg", "x.y.jpg"]
    assert names(*given) == ["café", "ネコ 1", "صورة", "x.y"]


@pytest.mark.fault("two pictures would have one name", "each gets its folders before it, or its ending behind")
@pytest.mark.parametrize(
    "paths, wanted",
    [
        (("cam1/a.jpg", "cam2/a.jpg", "cam2/b.jpg"), ["cam1_a", "cam2_a", "b"]),
        (("a.jpg", "a.png"), ["a_jpg", "a_png"]),
        (("x/A.jpg", "y/a.jpg"), ["x_A", "y_a"]),
        (("x/e\u0301.jpg", "y/\u00e9.jpg"), ["x_e\u0301", "y_\u00e9"]),
        (("a_b.jpg", "a/b.jpg", "c/b.jpg"), None),
        (("a/b_c.jpg", "a_b/c.jpg", "d/c.jpg", "d/b_c.jpg"), None),
    ],
)
def test_two_of_one_name_are_told_apart(paths, wanted):
    found = names(*paths)
    assert len({name.casefold() for name in found}) == len(paths)
    assert wanted is None or found == wanted


def test_letters_that_no_file_or_list_can_have_are_replaced():
    assert names("a:b.jpg", " c?.jpg", "d\ne.jpg", "f..jpg") == ["a_b", "c_", "d_e", "f"]
