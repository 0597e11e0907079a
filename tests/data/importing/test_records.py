"""Class names with the background first, and faults told all at once."""

import pytest

from fcn_course.data.importing.records import Notes, named, with_background


@pytest.mark.parametrize(
    "names, classes, own",
    [
        (["b", "a"], ("background", "b", "a"), False),
        (["b", "background", "a"], ("background", "b", "a"), True),
        (["_background_", "a"], ("background", "a"), True),
        (["Background", "a", "a"], ("background", "a"), True),
        ([], ("background",), False),
    ],
)
def test_the_background_is_index_0(names, classes, own):
    assert with_background(names, "here") == (classes, own)


@pytest.mark.fault("a class name that a labels file cannot hold", "refused with the name")
@pytest.mark.parametrize("name", ["#1", "a\nb", " a", "__ignore__", ""])
def test_names_that_cannot_be_written_are_refused(name):
    with pytest.raises(ValueError, match=r"^here (names a class .*, which cannot stand in a labels file|holds '')"):
        with_background(["ok", name], "here")


@pytest.mark.fault("more classes than a mask can tell apart", "refused with their number")
def test_too_many_classes_are_refused():
    with pytest.raises(ValueError, match="names 256 classes, but a mask's byte tells 255 apart"):
        with_background(map(str, range(255)), "here")


def test_five_are_named_and_the_rest_counted():
    assert named("abcde") == "a, b, c, d, e" and named("abcdefg") == "a, b, c, d, e and 2 more"


def test_nothing_wrong_is_no_error():
    notes = Notes()
    notes.remark("left out", "a")
    notes.stop("source")
    assert notes.told() == ["left out: a"]
