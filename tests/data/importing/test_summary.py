"""The table of an import: shares of void, sizes, and what was decided."""

from pathlib import Path

from fcn_course.data.importing.painting import Painted
from fcn_course.data.importing.summary import Imported


def test_void_is_a_share_of_all_and_classes_of_what_is_judged():
    pictures = {
        "a": Painted((10, 10), {0: 40, 1: 10, 255: 50}, 0, "linked"),
        "b": Painted((10, 20), {0: 200}, 0, "copied"),
    }
    made = Imported(
        Path("out"), "a tool", ("background", "ネコ", "never"), {"train": ["a"], "val": ["b"]}, pictures, ["so"]
    )
    assert made.table().splitlines() == [
        "out: 2 pictures from a tool, 3 classes",
        "",
        "split  pictures  void %",
        "train         1   50.00",
        "val           1    0.00",
        "",
        "class       index  pixels  pixels %  pictures in train  pictures in val",
        "background      0     240     96.00                  1                1",
        "ネコ              1      10      4.00                  1                0",
        "never           2       0      0.00                  0                0",
        "",
        "sizes: 10 x 10 (1), 20 x 10 (1)",
        "pictures: 1 copied, 1 linked",
        "- so",
    ]
