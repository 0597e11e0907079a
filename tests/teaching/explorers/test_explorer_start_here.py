"""The explorer of lecture 00: five answers about one picture."""

import re
from itertools import product

import numpy as np
import pytest
import torch
from PIL import Image

from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import VOID, voc_colour
from fcn_course.prediction.inference import predict
from fcn_course.teaching.explorers import start_here
from fcn_course.teaching.explorers.start_here import OF_OBJECTS, QUESTIONS, FirstLook
from fcn_course.teaching.explorers.start_here_drawing import EMPTY, PAPER, draw_boxes, draw_list, draw_map
from fcn_course.teaching.explorers.start_here_truth import Truth, boxes_of, patches_of, read_truth, telling, titles_of
from tests.support.helpers import make_voc, narrow_fcn, save_mask, speak

NAMES = ("background", "cow", "<sheep>")


def two_cows():
    """Classes and object numbers of 20 x 30: two cows that touch, and a sheep with a line of void to its left."""
    classes, numbers = np.zeros((2, 20, 30), np.uint8)
    classes[5:15, 2:14], numbers[5:15, 2:8], numbers[5:15, 8:14] = 1, 1, 2
    classes[5:15, 19], numbers[5:15, 19] = VOID, VOID
    classes[5:15, 20:26], numbers[5:15, 20:26] = 2, 3
    return classes, numbers


def one_sheep():
    classes = np.zeros((20, 30), np.uint8)
    classes[3:9, 3:9] = 2
    return classes, (classes > 0).astype(np.uint8)


@pytest.fixture
def farm(tmp_path):
    """Two pictures in VOC's layout with both masks; the second tells more."""
    rng = np.random.default_rng(0)
    masks = {"a": one_sheep(), "b": two_cows()}
    pictures = {name: (rng.integers(0, 256, (20, 30, 3), np.uint8), classes) for name, (classes, _) in masks.items()}
    folder = make_voc(tmp_path / "VOC2012", val=pictures)
    (folder / "SegmentationObject").mkdir()
    for name, (_, numbers) in masks.items():
        save_mask(folder / "SegmentationObject" / f"{name}.png", numbers)
    return folder


def opened(folder):
    return open_voc(folder, "val", classes=NAMES)


@pytest.fixture(scope="module")
def drawn():
    """The drawn world's explorer; a test leaves its controls as it found them."""
    return FirstLook()


def saying(label):
    """A net that says one class everywhere."""
    net = narrow_fcn(num_classes=3)  # its scores start at zero
    with torch.no_grad():
        net.score["stride32"].bias[label] = 1
    return net


def seen(panel, **values):
    return panel.draw(**(panel.values | values))


def numbers_in(text):
    return [int(number) for number in re.findall(r"(\d+) %", text)]


def test_it_opens_with_the_pictures_that_tell_most(farm, drawn):
    panel = FirstLook(opened(farm))
    assert panel.indices == [1, 0]
    assert FirstLook(opened(farm), number=1).indices == [1]
    assert FirstLook(opened(farm), among=1).indices == [0]
    assert len(drawn.indices) == 6
    scores = [telling(read_truth(drawn.dataset, index)) for index in range(80)]
    assert scores[drawn.indices[0]] == max(scores)


def test_a_picture_tells_much_if_a_class_is_there_twice_and_another_besides():
    classes, numbers = two_cows()
    assert telling(Truth(classes, numbers, {1: 1, 2: 1, 3: 2})) == (60 / 600, 4)
    assert telling(Truth(classes, numbers, {1: 1, 2: 1})) == (0, 4)
    assert telling(Truth(classes, numbers, {1: 1, 3: 2})) == (0, 4)
    assert telling(Truth(classes, None, {})) == (0, 4)


def test_both_masks_of_a_picture_are_read(farm):
    truth = read_truth(opened(farm), 1)
    assert np.array_equal(truth.classes, two_cows()[0]) and np.array_equal(truth.numbers, two_cows()[1])
    assert truth.objects == {1: 1, 2: 1, 3: 2}
    assert titles_of(truth.objects, NAMES) == {1: "cow 1", 2: "cow 2", 3: "<sheep> 1"}
    assert boxes_of(truth) == {1: (2, 5, 6, 10), 2: (8, 5, 6, 10), 3: (20, 5, 6, 10)}


def test_an_object_that_is_mostly_background_is_passed_over(farm):
    numbers = two_cows()[1]
    numbers[numbers == 0] = 4
    save_mask(farm / "SegmentationObject" / "b.png", numbers)
    assert read_truth(opened(farm), 1).objects == {1: 1, 2: 1, 3: 2}


def test_patches_touch_at_corners_and_specks_do_not_count():
    mask = np.zeros((100, 100), np.uint8)
    mask[0:10, 0:10] = mask[10:20, 10:20] = mask[50:54, 50:55] = 3  # one over a corner; the last has 20 of 10,000
    assert patches_of(mask, 3) == 2
    mask[53, 54] = 0
    assert patches_of(mask, 3) == 1
    assert patches_of(mask, 4) == 0


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("classification", ["each of 2 classes", "yes to cow and &lt;sheep&gt;", "2 × cow get a single yes"]),
        ("detection", ["2 × cow and 1 × &lt;sheep&gt;", "0 % of the pixels in the boxes"]),
        (
            "semantic",
            ["each of 600 pixels", "background 68 %, cow 20 %, &lt;sheep&gt; 10 %", "2 % are void", "2 × cow"],
        ),
        ("instance", ["3 objects", "cow 1 (10 %), cow 2 (10 %), &lt;sheep&gt; 1 (10 %)", "The 68 % of"]),
        ("panoptic", ["3 objects", "68 % of the picture as background"]),
    ],
)
def test_captions_tell_the_numbers_of_a_picture_made_by_hand(farm, question, told):
    caption = seen(FirstLook(opened(farm)), question=question).caption
    for words in told:
        assert words in caption, caption


def test_boxes_hold_much_that_is_not_their_object(drawn):
    for place, index in enumerate(drawn.indices, 1):
        path = drawn.dataset.paths(index)[1]
        numbers = np.array(Image.open(path.parents[1] / "SegmentationObject" / path.name))
        foreign = total = 0
        for n in set(np.unique(numbers)) - {0, 255}:
            rows, columns = np.where(numbers == n)
            inside = numbers[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
            foreign, total = foreign + (inside != n).sum(), total + inside.size
        caption = seen(drawn, picture=place, question="detection").caption
        assert numbers_in(caption) == [round(100 * foreign / total)]


def test_the_net_is_scored_on_the_judged_pixels(drawn):
    for place, index in enumerate(drawn.indices, 1):
        image, mask = drawn.dataset[index]
        predicted, judged = predict(drawn.net, image, device="cpu"), mask != VOID
        right = (predicted == mask)[judged].double().mean().item()
        lazy = (mask == 0)[judged].double().mean().item()
        caption = seen(drawn, picture=place, question="net").caption
        assert numbers_in(caption) == [round(100 * right), round(100 * lazy)]


def test_the_net_melts_the_three_cows_of_the_first_picture(drawn):
    caption = seen(drawn, picture=1, question="net").caption
    assert "1 patch of cow" in caption and "3 × cow" in caption and "miscount" in caption


def test_as_many_patches_as_objects_are_called_luck(farm):
    told = {label: FirstLook(opened(farm), saying(label)) for label in range(3)}
    assert "0 patches of cow" in seen(told[0], question="net").caption
    caption = seen(told[1], question="net").caption
    assert "1 patch of cow" in caption and "miscount" in caption
    caption = seen(told[2], picture=2, question="net").caption
    assert "1 patch of &lt;sheep&gt;" in caption and "right only by luck" in caption


def test_a_net_looks_once_at_each_picture(farm, monkeypatch):
    looked = []
    monkeypatch.setattr(start_here, "predict", lambda net, image, device: looked.append(1) or predict(net, image))
    panel = FirstLook(opened(farm), speak(narrow_fcn(num_classes=3)))
    assert not looked
    for picture, question, strength in product((1, 2), ("net", "semantic", "instance", "net"), (0.1, 0.2)):
        seen(panel, picture=picture, question=question, strength=strength)
    for _ in range(2):  # more than are kept of drawings
        for question in QUESTIONS:
            seen(panel, picture=1, question=question)
            seen(panel, picture=2, question=question)
    assert len(looked) == 2


def test_every_control_changes_what_is_seen(drawn):
    for name, others in {
        "picture": range(2, 7),
        "question": sorted(set(QUESTIONS) - {"semantic"}),
        "strength": [0.0, 0.2, 0.4, 0.6, 0.8, 1.0],
    }.items():
        home, shown = drawn.controls[name].value, {drawn.picture.value}
        for number, value in enumerate(others, 2):
            drawn.controls[name].value = value
            shown.add(drawn.picture.value)
            assert len(shown) == number
            assert drawn.alt in drawn.picture.value.replace("&#x27;", "'")
        drawn.controls[name].value = home


def test_each_question_has_its_own_picture_and_words_at_every_strength(drawn):
    for picture, strength in product((1, 6), (0.0, 1.0)):
        views = [seen(drawn, picture=picture, question=name, strength=strength) for name in QUESTIONS]
        assert len({view.picture.tobytes() for view in views}) == len(QUESTIONS)
        assert len({view.caption for view in views}) == len({view.alt for view in views}) == len(QUESTIONS)


def test_all_settings_are_drawn_in_one_size_no_wider_than_a_notebook(drawn):
    for picture, question, strength in product(range(1, 7), QUESTIONS, (0.0, 1.0)):
        view = seen(drawn, picture=picture, question=question, strength=strength)
        assert view.picture.size == PAPER and PAPER[0] / 1.5 <= 700
        assert drawn.dataset.names[drawn.indices[picture - 1]] in view.alt
        assert len(view.alt.split()) >= 8
        assert 1 <= len(re.findall(r"[.!?](?: |$)", re.sub("<.*?>", "", view.caption))) <= 3


def test_the_same_setting_gives_the_same_view(drawn):
    again = FirstLook(number=2)
    for question in QUESTIONS:
        one, two = (seen(panel, picture=2, question=question, strength=0.3) for panel in (drawn, again))
        assert one.picture.tobytes() == two.picture.tobytes() and one[1:] == two[1:]


def pixel(picture, x, y):
    return np.array(picture.convert("RGB"))[y, x].astype(int)


def test_a_map_alone_has_the_colours_of_its_classes_on_grey_and_over_a_picture_none():
    image, indices = torch.full((3, 72, 96), 200, dtype=torch.uint8), np.zeros((72, 96), np.uint8)
    indices[20:60, 20:60] = 5
    drawing = draw_map(image, indices, ())
    inside, outside = (400, 400), (900, 100)
    assert abs(pixel(drawing.blended(1), *inside) - voc_colour(5)).max() <= 3
    assert abs(pixel(drawing.blended(1), *outside) - EMPTY).max() <= 3
    assert abs(pixel(drawing.blended(0), *inside) - 200).max() <= 3
    assert abs(pixel(drawing.blended(0), *outside) - 200).max() <= 3
    assert abs(pixel(drawing.blended(0.25), *outside) - (0.75 * 200 + 0.25 * EMPTY)).max() <= 3


def test_outlines_names_boxes_and_lists_are_seen_at_every_strength():
    image, indices = torch.full((3, 72, 96), EMPTY, dtype=torch.uint8), np.zeros((72, 96), np.uint8)
    indices[20:60, 20:60] = 5
    drawings = [
        draw_map(image, indices, [""] * 5 + ["bottle"]),
        draw_boxes(image, {1: (20, 20, 40, 40)}, {1: "bottle 1"}),
        draw_list(image, ["bottle: yes"]),
    ]
    for drawing, strength in product(drawings, (0, 0.5, 1)):
        shown = np.array(drawing.blended(strength).convert("RGB")).astype(int)
        assert (abs(shown - 255).max(-1) < 12).sum() > 200
        assert (shown.max(-1) < 12).sum() > 200


def test_a_box_frames_its_object_and_titles_stay_on_the_picture():
    image = torch.full((3, 72, 96), EMPTY, dtype=torch.uint8)
    alone = np.array(draw_boxes(image, {1: (20, 30, 40, 20)}, {1: ""}).alone)
    rows, columns = np.nonzero((alone != EMPTY).any(-1))
    assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == (200, 300, 600, 500)
    corner = draw_boxes(image, {1: (94, 70, 2, 2)}, {1: "a long title"}).alone
    middle = draw_boxes(image, {1: (40, 30, 2, 2)}, {1: "a long title"}).alone
    white = [(np.array(drawn) == 255).all(-1).sum() for drawn in (corner, middle)]
    assert white[0] > 0.75 * white[1]


@pytest.mark.parametrize("shape", [(3, 1, 1), (3, 2, 900), (3, 900, 2), (3, 1600, 1200)])
def test_pictures_of_any_shape_fit(shape):
    image, indices = torch.zeros(shape, dtype=torch.uint8), np.ones(shape[1:], np.uint8)
    for drawing in (
        draw_map(image, indices, NAMES),
        draw_boxes(image, {1: (0, 0, *shape[:0:-1])}, {1: "cow 1"}),
        draw_list(image, ["cow: yes"]),
    ):
        assert drawing.blended(0.5).size == PAPER


def test_without_object_masks_their_questions_are_left_out_and_it_says_so(farm):
    for file in (farm / "SegmentationObject").iterdir():
        file.unlink()
    panel = FirstLook(opened(farm), narrow_fcn(num_classes=3))
    assert panel.indices == [1, 0]  # more classes first
    offered = [name for _, name in panel.controls["question"].options]
    assert offered == [name for name in QUESTIONS if name not in OF_OBJECTS]
    for question in offered:
        caption = seen(panel, question=question).caption
        assert "no object masks (<code>SegmentationObject</code>)" in caption
        assert "2 × cow" not in caption


def test_a_net_is_not_asked_about_classes_that_it_does_not_know(farm):
    panel = FirstLook(opened(farm))
    assert "net" not in [name for _, name in panel.controls["question"].options]
    assert "so it is not asked" in panel.caption.value
    with pytest.raises(ValueError, match="the net names 4 classes and the data set 3; hand over a net"):
        FirstLook(opened(farm), narrow_fcn())


def test_own_nets_answer(farm):
    panel = FirstLook(opened(farm), speak(narrow_fcn(num_classes=3)))
    assert "The net's answer" in seen(panel, question="net").caption
    assert "shipped" not in panel.caption.value


@pytest.mark.parametrize("bad", [{"number": 0}, {"among": 0}])
def test_no_picture_to_look_at(farm, bad):
    with pytest.raises(ValueError, match=rf"no picture to look at: .*{next(iter(bad))}.* 0"):
        FirstLook(opened(farm), **bad)


def test_object_masks_of_another_size_are_refused(farm):
    save_mask(farm / "SegmentationObject" / "b.png", np.zeros((10, 30), np.uint8))
    with pytest.raises(ValueError, match=r"b\.png is 30 x 10 but the mask of its classes 30 x 20; mend it"):
        FirstLook(opened(farm))


def test_a_picture_without_any_object_can_be_asked_about(tmp_path):
    nothing = {"a": (np.zeros((20, 30, 3), np.uint8), np.zeros((20, 30), np.uint8))}
    folder = make_voc(tmp_path / "VOC2012", val=nothing)
    (folder / "SegmentationObject").mkdir()
    save_mask(folder / "SegmentationObject" / "a.png", nothing["a"][1])
    panel = FirstLook(opened(folder), narrow_fcn(num_classes=3))
    for question in QUESTIONS:
        assert seen(panel, question=question).caption


def test_real_photographs_are_asked_about(real):
    panel = FirstLook(open_voc(real / "VOCdevkit" / "VOC2012", "val"), number=3)
    for picture, question in product(
        range(1, len(panel.indices) + 1), [n for _, n in panel.controls["question"].options]
    ):
        assert seen(panel, picture=picture, question=question).caption
