"""Lecture 00's own functions against the explorer's, and what it says without computing it."""

import re
from collections import Counter

import numpy as np
import pytest
import torch

from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import VOC_CLASSES
from fcn_course.data.normalisation import normalise
from fcn_course.nets.checkpoints import load_net
from fcn_course.teaching.checks import start_here as check
from fcn_course.teaching.doctor import report
from fcn_course.teaching.explorers.start_here import FirstLook
from fcn_course.teaching.explorers.start_here_truth import patches_of, read_truth, telling
from tests.support.lecture_files import code_of, functions_of, text_of

LECTURE = "00_start_here"


@pytest.fixture(scope="module")
def val_set():
    return open_voc("minivoc", "val")


@pytest.fixture(scope="module")
def own(val_set):
    return functions_of(LECTURE, val_set=val_set)


@pytest.fixture(scope="module")
def panel(val_set):
    return FirstLook(val_set)


def output_of(name):
    (cell,) = (cell for cell in code_of(LECTURE) if cell.id == name)
    return "".join(output.get("text", "") for output in cell.outputs)


def test_read_both_reads_what_the_explorer_reads(own, val_set):
    for index in range(len(val_set)):
        objects, names = own["read_both"](index)
        truth = read_truth(val_set, index)
        assert np.array_equal(objects, truth.numbers)
        assert names == {n: VOC_CLASSES[label] for n, label in truth.objects.items()}


def test_smallest_object_finds_the_explorers_first_picture(own, val_set, panel):
    shares = [own["smallest_object"](index) for index in range(len(val_set))]
    assert shares == [telling(read_truth(val_set, index))[0] for index in range(len(val_set))]
    assert shares[panel.indices[0]] == max(shares)
    assert f"picture {val_set.names[panel.indices[0]]} with 4 objects" in output_of("start-find-picture")


def test_most_pictures_are_as_wide_as_it_says(val_set):
    sizes = [data.size(index) for data in (val_set, open_voc("minivoc", "train")) for index in range(len(data))]
    assert len(sizes) == 320
    usual = [height for height, width in sizes if width == 500]
    assert len(usual) > len(sizes) / 2
    assert Counter(height <= 400 for height in usual)[True] == len(usual)


def test_its_table_explains_each_line_that_the_machine_check_prints():
    printed = [line.rsplit(maxsplit=1)[0] for line in output_of("start-machine").splitlines() if line.endswith(" yes")]
    explained = re.findall(r"^\| ([\w -]+) \| [^-]", text_of(LECTURE).split("question behind it")[1], re.M)
    assert printed[:-1] == explained[: len(printed) - 1]
    assert set(printed[:-1]) <= {row.item for row in report()}


def test_what_the_checks_take_for_right_is_what_the_lecture_finds(val_set, panel):
    image, mask = val_set[panel.indices[0]]
    batch = normalise(image)[None]
    with torch.no_grad():
        scores = load_net("minivoc")(batch)
    predicted = scores.argmax(1)[0]
    cow = predicted == VOC_CLASSES.index("cow")
    assert check.names(mask.numel())
    assert check.mask_shape(mask.shape)
    assert check.scores_shape(scores.shape)
    assert check.patches(patches_of(predicted.numpy(), VOC_CLASSES.index("cow")), cow, 3)
    assert check.lazy_share(float(re.search(r"(\d+)% of the pixels", output_of("start-better-than-nothing"))[1]), mask)
    assert "cow: 3 objects, 1 patch(es)" in output_of("start-patches")


def test_the_shape_error_reads_as_it_says():
    batch = torch.zeros(1, 3, 375, 500)
    with pytest.raises(RuntimeError) as error:
        load_net("minivoc")(batch.permute(0, 2, 3, 1))
    told = re.fullmatch(
        r"Given groups=1, weight of size \[64, 3, 7, 7\], expected input\[1, 375, 500, 3\] to have 3 channels, "
        r"but got (\d+) channels instead",
        str(error.value),
    )
    assert told, error.value
    assert check.channels(int(told[1]), batch)
    assert check.order((0, 3, 1, 2), batch)
    assert torch.equal(batch.permute(0, 2, 3, 1).permute(0, 3, 1, 2), batch)


def test_what_the_explorer_lets_see(panel):
    see = panel.values
    assert "3 × cow share one name" in panel.draw(**(see | {"question": "semantic", "strength": 1.0})).caption
    assert "cow 1, cow 2, sheep 1, cow 3" in panel.draw(**(see | {"question": "panoptic"})).alt
    assert ": 65 % of the pixels in the boxes" in panel.draw(**(see | {"question": "detection"})).caption
    fourth = panel.draw(**(see | {"picture": 4, "question": "net"})).alt
    assert "motorbike" in fourth and "bicycle" in fourth
    assert "motorbike" not in panel.draw(**(see | {"picture": 4, "question": "semantic"})).alt


def test_the_net_paints_over_the_spokes_of_the_fourth_picture(panel, val_set):
    mask, predicted = val_set[panel.indices[3]][1].numpy(), panel._predicted(panel.indices[3])
    spoked = (VOC_CLASSES.index("bicycle"), VOC_CLASSES.index("motorbike"))
    cycle = predicted[mask == spoked[0]]
    assert np.isin(cycle, spoked).mean() > 0.7
    assert np.isin(predicted, spoked).sum() > 2 * (mask == spoked[0]).sum()
