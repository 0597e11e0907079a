"""What of a set is judged: void alone, one class alone, mostly void, and classes that nobody named."""

import numpy as np
import pytest
import torch
from torch.utils.data import Subset

from fcn_course.data.datasets import open_voc
from fcn_course.data.judged import Judged, in_words, is_named, look_at_masks, what_is_odd
from fcn_course.data.loading import Cached
from tests.support.helpers import make_voc

NAMES = ("background", "leaf", "stem")


def pair(mask):
    return torch.zeros(3, *mask.shape, dtype=torch.uint8), torch.as_tensor(mask)


def a_set(*rows):
    """A set of masks of one row."""
    return [pair(np.array([row], np.uint8)) for row in rows]


def test_pixels_are_counted_by_class_and_void_apart():
    judged = look_at_masks(a_set([0, 1, 255], [1, 1, 2], [255, 255, 0]))
    assert judged == Judged({0: 2, 1: 3, 2: 1}, 3, 3, True)


def test_masks_of_any_kind_are_counted_alike(tmp_path):
    rng = np.random.default_rng(0)
    pictures = {
        f"p{n}": (rng.integers(0, 256, (9, 8, 3), dtype=np.uint8), rng.integers(0, 3, (9, 8))) for n in range(5)
    }
    data = open_voc(make_voc(tmp_path / "set", train=pictures), classes=NAMES)
    truth = look_at_masks(data)
    pairs = [data[index] for index in range(5)]  # int64
    assert truth.pixels == {i: int(sum((mask == i).sum() for _, mask in pictures.values())) for i in range(3)}
    for other in (Cached(data, progress=False), Subset(data, range(5)), pairs):
        assert look_at_masks(other) == truth
    assert look_at_masks(Subset(data, [3])).masks == 1


def test_of_a_large_set_a_part_is_looked_at_and_its_order_does_not_matter():
    many = a_set(*([0, number % 20 + 1] for number in range(240)))
    judged = look_at_masks(many, most=40)
    assert judged.masks == 40 and not judged.whole and len(judged.pixels) > 15
    assert look_at_masks(many, most=40) == judged


@pytest.mark.parametrize("place", [0, 100, 239])
def test_while_one_class_alone_was_seen_the_search_goes_on(place):
    rows = [[0, 255]] * 240
    rows[place] = [0, 1]
    judged = look_at_masks(a_set(*rows))
    assert judged.pixels.keys() == {0, 1} and judged.masks >= 32
    rows[place] = [0, 255]
    assert look_at_masks(a_set(*rows)) == Judged({0: 240}, 240, 240, True)


def test_the_search_draws_no_random_number_of_others():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    look_at_masks(a_set([0, 1], [1, 0]))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.fault("no pixel of a set is judged", "refused, with the way to draw a class")
def test_void_alone_is_refused():
    with pytest.raises(ValueError) as caught:
        what_is_odd(look_at_masks(a_set([255, 255], [255, 255])), "the training set", NAMES)
    assert "no pixel of the training set is judged: its 2 masks hold nothing but void (255)" in str(caught.value)


@pytest.mark.fault("one class is all that is judged in a set", "told, with what 255 is most often")
@pytest.mark.parametrize(
    "row, words",
    [
        ([0, 255], ["all that is judged in the set is background (index 0)", "write 1 in its place"]),
        ([0, 0], ["background (index 0)", "draw more than one class"]),
        ([2, 2, 255], ["stem (index 2), so a net that says nothing else gets a perfect score", "draw more than one"]),
    ],
)
def test_one_class_alone_is_told(row, words):
    told = what_is_odd(look_at_masks(a_set(row)), "the set", NAMES)
    assert all(word in told[0] for word in words)


@pytest.mark.fault("half of a set is void", "told, with the share")
@pytest.mark.parametrize("void, told", [(4, True), (3, True), (2, False)])
def test_half_void_is_told(void, told):
    sentences = what_is_odd(look_at_masks(a_set([0, 1, 2] + [255] * void)), "the set", NAMES)
    assert len(sentences) == told
    assert not told or sentences[0].startswith(f"{void / (3 + void):.0%} of the set is void (255), which is neither")


def test_half_void_of_a_part_says_that_it_is_a_part():
    (told,) = what_is_odd(look_at_masks(a_set(*[[0, 1, 255, 255, 255]] * 100)), "the set", NAMES)
    assert told.startswith("60% of the set, as 32 of its masks show, is void (255)")


@pytest.mark.fault("four classes that nobody named", "told that they are taken for VOC's, with the two ways out")
def test_few_indices_that_nobody_named(tmp_path):
    masks = {"a": (np.zeros((4, 4, 3), np.uint8), np.arange(16).reshape(4, 4) % 4)}
    folder = make_voc(tmp_path / "set", train=masks)
    data = open_voc(folder)
    assert not is_named(data)
    (told,) = what_is_odd(look_at_masks(data), in_words(data), data.classes, is_named(data))
    assert told.startswith(f"the set (train of {folder}) names no classes and holds few indices (0, 1, 2, 3)")
    assert "VOC's 21 classes" in told and "a labels.txt in the folder" in told and "--classes" in told
    assert is_named(open_voc(folder, classes=[*"abcd"]))
    (folder / "labels.txt").write_text("a\nb\nc\nd\n")
    assert is_named(open_voc(folder))
    (folder / "labels.txt").unlink()
    (folder / "Annotations").mkdir()  # VOC's own folder
    assert is_named(open_voc(folder))


def test_nothing_is_told_of_a_sound_set():
    assert what_is_odd(look_at_masks(a_set([0, 1, 2, 255])), "the set", NAMES) == []
