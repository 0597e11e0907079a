"""What numbers mean where no list says so."""

import numpy as np
import pytest

from fcn_course.data.importing.files import Files
from fcn_course.data.importing.legend import Legend, legend_from_files, legend_from_masks
from fcn_course.data.importing.records import AnnotationError
from fcn_course.data.labels import VOC_CLASSES
from tests.support.scenes import save_grey


def masks(folder, *values):
    for number, held in enumerate(values):
        save_grey(folder / f"{number}.png", np.resize(np.array(held, np.uint8), (8, 8)))
    return sorted(folder.glob("*.png"))


def test_a_list_of_colours_goes_before_a_list_of_names(tmp_path):
    (tmp_path / "labels.txt").write_text("background\na\n")
    assert legend_from_files(Files(tmp_path)).colours is None
    (tmp_path / "label_colors.txt").write_text("0 0 0 background\n9 9 9 b\n")
    assert legend_from_files(Files(tmp_path)).classes == ("background", "b")
    assert legend_from_files(Files(tmp_path / "labels.txt")).classes == ("background", "b")
    assert legend_from_files(Files(masks(tmp_path / "empty", [0])[0].parent)) is None


@pytest.mark.parametrize(
    "values, vocs, classes",
    [
        ([[0, 1], [2, 255]], True, ("background", "class 1", "class 2")),
        ([[0, 255], [255]], True, ("background", "foreground")),
        ([[0, 255], [1, 255]], True, ("background", "class 1")),
        ([[0]], False, ("background",)),
        ([list(range(21))], False, ("background", *(f"class {index}" for index in range(1, 21)))),
        ([[0, 1, 2, 4, 6, 8, 9, 12, 15, 19]], True, VOC_CLASSES),
        ([[0, 255, 255, 3]], True, None),
    ],
)
def test_masks_say_what_they_can(tmp_path, values, vocs, classes):
    found = legend_from_masks(masks(tmp_path, *values), None, vocs)
    assert found.classes == (classes or ("background", "class 1", "class 2", "class 3"))
    assert found.said


@pytest.mark.fault("one mask holds more than black and white, where all others do not", "told with the mask")
def test_an_odd_one_out_is_told(tmp_path):
    paths = masks(tmp_path, [0, 255], [0, 7])
    with pytest.raises(AnnotationError, match="other masks are black and white alone"):
        Legend(("background", "foreground"), binary=True).paint(paths[1], (8, 8))


@pytest.mark.fault("a grey mask counts beyond the list of colours", "told with the number and the list's length")
def test_a_number_beyond_the_lines_is_told(tmp_path):
    legend = Legend(("background", "a"), {(0, 0, 0): 0, (9, 9, 9): 1}, (1, 0))
    (path,) = masks(tmp_path, [0, 1, 255])
    assert set(np.unique(legend.paint(path, (8, 8)))) == {0, 1, 255} and legend.paint(path, (8, 8))[0, 0] == 1
    (path,) = masks(tmp_path, [0, 2])
    with pytest.raises(AnnotationError, match="2; grey masks count the list's 2 lines"):
        legend.paint(path, (8, 8))
