"""Lecture 04: its functions against the book's and the package's, and what its text claims."""

from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.path import Path as Outline
from PIL import Image

from fcn_course.data.crops import random_crop
from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import VOC_CLASSES, VOID, read_classes
from fcn_course.data.minivoc.compose import _Sheet
from fcn_course.data.minivoc.write import plan
from fcn_course.prediction.overlays import label2image
from fcn_course.teaching.explorers.voc_dataset import EPOCHS, DatasetExplorer, window_of
from tests.support.helpers import coordinates
from tests.support.lecture_files import functions_of, text_of

LECTURE = "04_voc_dataset"
SIDES = st.integers(1, 40)


@pytest.fixture(scope="module")
def functions():
    return functions_of(LECTURE)


@pytest.fixture(scope="module")
def train_set():
    return open_voc("minivoc", "train")


def test_the_books_look_up_is_the_books(functions):
    from d2l import torch as d2l

    table = functions["voc_colormap2label"]()
    assert torch.equal(table, d2l.voc_colormap2label())
    indices = torch.arange(256).remainder(21).view(16, 16)
    indices[3:5] = VOID
    colours = torch.from_numpy(label2image(indices)).permute(2, 0, 1)
    found = functions["voc_label_indices"](colours, table)
    assert torch.equal(found, d2l.voc_label_indices(colours, table))
    assert torch.equal(found, indices.where(indices != VOID, 0))


def test_crop_is_random_crop(functions):
    @given(SIDES, SIDES, st.integers(0, 20), st.integers(0, 20), st.integers(0, 99))
    def same(height, width, more_down, more_across, seed):
        image, mask = coordinates(height + more_down, width + more_across)
        ours = functions["crop"](image, mask, (height, width), np.random.default_rng(seed))
        package = random_crop(image, mask, (height, width), np.random.default_rng(seed))
        assert all(torch.equal(a, b) for a, b in zip(ours, package, strict=True))

    same()


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_gigabytes_are_those_of_an_array(functions, dtype):
    array = np.zeros((3, 320, 480), dtype)
    assert functions["gigabytes"](320 * 480, array.itemsize) == array.nbytes / 1e9


def test_a_polygon_is_filled_where_its_outline_says(functions):
    corners = [[5.5, 3], [40, 12], [30, 38.5], [12, 30]]
    mask = functions["polygons_to_mask"]([{"label": "roof", "points": corners}], (50, 60), ("background", "x", "roof"))
    assert mask.shape == (50, 60) and mask.dtype == np.uint8
    x, y = np.meshgrid(np.arange(60), np.arange(50))
    places = np.stack([x.ravel(), y.ravel()], 1)
    outline = Outline(corners)
    # a radius moves the outline in or out; its sign depends on the way round
    near = [outline.contains_points(places, radius=radius).reshape(50, 60) for radius in (-3, 3)]
    inner, outer = near[0] & near[1], near[0] | near[1]
    assert inner.sum() > 400 and (outer & ~inner).sum() < 700
    assert (mask[inner] == 2).all() and (mask[~outer] == 0).all()


def test_a_later_polygon_lies_on_top_and_ignore_is_void(functions):
    square = [[0, 0], [20, 0], [20, 20], [0, 20]]
    inner = [[5, 5], [15, 5], [15, 15], [5, 15]]
    shapes = [{"label": "__ignore__", "points": square}, {"label": "road", "points": inner}]
    mask = functions["polygons_to_mask"](shapes, (30, 30), ("background", "road"))
    assert (mask[10, 10], mask[2, 2], mask[25, 25]) == (1, VOID, 0)
    hidden = functions["polygons_to_mask"](shapes[::-1], (30, 30), ("background", "road"))
    assert (hidden[10, 10], hidden[2, 2]) == (VOID, VOID)
    with pytest.raises(ValueError):
        functions["polygons_to_mask"]([{"label": "raod", "points": inner}], (30, 30), ("background", "road"))


def test_void_reaches_one_pixel_into_an_object_and_two_out_of_it():
    sheet = _Sheet(Image.new("RGB", (60, 60)))
    sheet.owner.paste(1, (20, 20, 40, 40))
    sheet.classes.append(7)
    mask = np.asarray(sheet.finished(np.random.default_rng(0)).classes)
    assert (mask[21:39, 21:39] == 7).all() and (mask == 7).sum() == 18 * 18
    assert (mask[18:42, 18:42] != 0).all() and (mask != 0).sum() == 24 * 24


def test_the_explorers_answers_in_the_text_are_true(train_set):
    text = text_of(LECTURE).split("## Leaf through the set")[1].split("## The most common class")[0]
    panel = DatasetExplorer(train_set, picture=63)
    kept, taught = (panel.draw(63, 0.5, (320, 480), 0, void).alt for void in ("left out", "background"))
    assert "from 37.4 % to 47.0 %" in text
    assert "background 37.4 % of the picture" in kept and "void 9.6 % of the picture" in kept
    assert "background 47.0 % of the picture" in taught and "void 0.0 % of the picture" in taught

    def windows(number, size):
        image, mask = train_set.read(number)
        return [window_of(number, image, mask, size, epoch).mask for epoch in range(EPOCHS)]

    bird = VOC_CLASSES.index("bird")
    birds = [(mask == bird).any().item() for mask in windows(42, (200, 300))]
    assert set(train_set[42][1].unique().tolist()) == {0, bird, VOID}
    assert f"In {birds.count(False)} of the {EPOCHS} epochs there is no pixel of a bird" in text
    sizes = [train_set.size(number) for number in range(len(train_set))]
    assert min(range(len(sizes)), key=lambda number: np.prod(sizes[number])) == 199
    for size in ((320, 480), (512, 512)):
        (share,) = {round(100 * (mask == VOID).float().mean().item(), 1) for mask in windows(199, size)}
        assert f"{share} %" in text


def test_every_upright_picture_is_dropped(train_set):
    sizes = [train_set.size(number) for number in range(len(train_set))]
    upright = [(height, width) for height, width in sizes if height > width]
    assert len(upright) > 25 and all(width < 480 for _, width in upright)


def test_each_class_is_the_main_thing_equally_often():
    mains = Counter(plan("train", index, seed=0)[1] for index in range(240))
    assert mains == dict.fromkeys(VOC_CLASSES[1:], 12)


def test_grey_values_that_fall_together():
    grey = {
        name: Image.fromarray(label2image(np.array([[index]]))).convert("L").getpixel((0, 0))
        for index, name in enumerate(VOC_CLASSES)
    }
    assert grey["aeroplane"] == grey["pottedplant"] and grey["bird"] == grey["sofa"]
    right = [name for index, name in enumerate(VOC_CLASSES) if grey[name] == index]
    assert right == ["background"]
    others = {name: VOC_CLASSES[value] for name, value in grey.items() if value < 21 and name not in right}
    assert others == {"boat": "person", "cat": "train"}


def test_cvats_colours_go_through_a_mended_table(functions, tmp_path):
    (tmp_path / "labelmap.txt").write_text("background:0,0,0::\nhull:10,20,30::\nsail:1,2,3::\n")
    names = read_classes(tmp_path / "labelmap.txt")
    table = torch.full((256**3,), VOID)
    for rgb, name in (((0, 0, 0), "background"), ((10, 20, 30), "hull"), ((1, 2, 3), "sail")):
        table[(rgb[0] * 256 + rgb[1]) * 256 + rgb[2]] = names.index(name)
    colours = torch.tensor([[[0, 10, 1, 9]], [[0, 20, 2, 9]], [[0, 30, 3, 9]]], dtype=torch.uint8)  # (3, 1, 4)
    assert functions["voc_label_indices"](colours, table).tolist() == [[0, 1, 2, VOID]]
