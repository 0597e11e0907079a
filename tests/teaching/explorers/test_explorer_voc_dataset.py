"""The explorer of lecture 04: its windows are those of training, its numbers those of the files."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fcn_course.data.crops import RandomCrops
from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import VOID
from fcn_course.teaching.explorers.voc_dataset import EPOCHS, DatasetExplorer, window_of
from fcn_course.teaching.explorers.voc_dataset_drawing import BARS, MARGIN, TEXT, font, percent, shortened
from tests.support.helpers import make_voc, shapes_picture

SIZES = {
    "wide": (40, 300),
    "tall": (300, 40),
    "small": (20, 30),
    "large": (260, 340),
    "fits": (200, 300),
    "dot": (1, 1),
}
WINDOWS = (200, 300), (64, 64), (320, 480)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Pictures that lie in every way to the windows: fitting, larger, smaller in one direction or in both."""
    rng = np.random.default_rng(3)
    train = {name: _picture(rng, size) for name, size in SIZES.items()}
    return make_voc(tmp_path_factory.mktemp("sizes") / "VOC2012", train=train)


def _picture(rng, size):
    image = rng.integers(0, 255, (*size, 3)).astype(np.uint8)
    mask = rng.choice([0, 0, 0, 1, 2, VOID], size).astype(np.uint8)
    return image, mask


@pytest.fixture(scope="module")
def panel(folder):
    return DatasetExplorer(open_voc(folder, "train"), windows=WINDOWS)


@pytest.fixture(scope="module")
def view(panel):
    def draw(**values):
        return panel.draw(**({name: control.value for name, control in panel.controls.items()} | values))

    return draw


@pytest.mark.parametrize("size", WINDOWS)
@pytest.mark.parametrize("epoch", [0, 1, EPOCHS - 1])
def test_the_window_is_the_one_that_training_gets(folder, size, epoch):
    dataset = open_voc(folder, "train")
    for seed in (0, 5):
        crops = RandomCrops(dataset, size, seed=seed)
        for number in range(len(dataset)):
            image, mask = crops[number, epoch]
            window = window_of(number, *dataset.read(number), size, epoch, seed)
            assert torch.equal(window.image, image) and torch.equal(window.mask.long(), mask)


@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 30), st.integers(1, 30), st.integers(0, 99))
def test_the_frame_is_where_the_window_was_cut(height, width, down, across, epoch):
    rng = np.random.default_rng(epoch)
    image = torch.from_numpy(rng.integers(0, 256, (3, height, width), np.uint8))
    mask = torch.from_numpy(rng.integers(0, 3, (height, width), np.uint8))
    window = window_of(4, image, mask, (down, across), epoch)
    (top, left), labels, inside = window.at, window.mask, window.inside
    if window.mirrored:
        labels, inside = labels.flip(-1), inside.flip(-1)
    # cut by hand out of the picture with a rim of void so broad that no window leaves it
    wide = torch.full((height + 2 * down, width + 2 * across), VOID, dtype=torch.uint8)
    wide[down : down + height, across : across + width] = mask
    by_hand = wide[down + top : 2 * down + top, across + left : 2 * across + left]
    assert torch.equal(labels, by_hand) and torch.equal(inside, by_hand != VOID)


def test_windows_are_mirrored_about_half_of_the_time():
    image, mask = torch.zeros(3, 20, 30, dtype=torch.uint8), torch.zeros(20, 30, dtype=torch.uint8)
    mirrored = sum(window_of(0, image, mask, (9, 9), epoch).mirrored for epoch in range(200))
    assert 70 < mirrored < 130


def test_the_numbers_are_those_of_the_files(folder, view):
    dataset = open_voc(folder, "train")
    number = dataset.names.index("large")
    mask = dataset[number][1].numpy()
    _, cut = RandomCrops(dataset, (200, 300))[number, 7]
    shown = view(picture=number, epoch=7)
    for name, index in (("background", 0), ("aeroplane", 1), ("bicycle", 2), ("void", VOID)):
        of_picture, of_window = 100 * (mask == index).mean(), 100 * (cut.numpy() == index).mean()
        assert f"{name} {of_picture:.1f} %" in shown.caption
        assert f"{name} {of_picture:.1f} % of the picture, {of_window:.1f} % of the window" in shown.alt
    kept = 100 * 200 * 300 / mask.size
    objects = 100 * np.isin(cut, (1, 2)).sum() / np.isin(mask, (1, 2)).sum()
    assert f"keeps {kept:.1f} % of the picture, and {objects:.1f} % of the pixels of its objects" in shown.caption
    assert "drop" not in shown.caption


def test_a_place_in_the_caption_is_where_the_window_lies(folder, view):
    dataset = open_voc(folder, "train")
    number = dataset.names.index("large")
    words = re.search(r"rows (\d+) to (\d+) and columns (\d+) to (\d+)", view(picture=number, epoch=2).caption)
    top, bottom, left, right = map(int, words.groups())
    cut = RandomCrops(dataset, (200, 300))[number, 2][1]
    part = dataset[number][1][top : bottom + 1, left : right + 1]
    assert torch.equal(part, cut) or torch.equal(part.flip(-1), cut)


def test_void_as_in_the_book_is_background(folder, view):
    dataset = open_voc(folder, "train")
    number = dataset.names.index("fits")
    mask = dataset[number][1].numpy()
    shown = view(picture=number, void="background")
    background, void = 100 * np.isin(mask, (0, VOID)).mean(), 100 * (mask == VOID).mean()
    assert f"background {background:.1f} %" in shown.caption and "void 0.0 %" in shown.caption
    assert f"taught and scored as background here: {void:.1f} % of the picture" in shown.caption


def test_what_does_not_fill_the_window_is_said(folder, view):
    names = open_voc(folder, "train").names
    for name, share in (("small", 1 - 20 * 30 / 60000), ("tall", 1 - 200 * 40 / 60000), ("wide", 1 - 40 * 300 / 60000)):
        caption = view(picture=names.index(name)).caption
        assert f"{100 * share:.1f} % of it, hatched, is padding" in caption and "The book would drop" in caption
    assert "padding" not in view(picture=names.index("fits")).caption


def test_every_control_changes_what_is_seen(panel, folder):
    panel.controls["picture"].value = open_voc(folder, "train").names.index("large")
    for name, value in dict(picture=0, mask=0.0, void="background", window=(64, 64), epoch=3).items():
        before = panel.picture.value
        old, panel.controls[name].value = panel.controls[name].value, value
        assert panel.picture.value != before, name
        panel.controls[name].value = old
        assert panel.picture.value == before, name


def test_every_extreme_can_be_drawn(view):
    for picture in range(len(SIZES)):
        for window in WINDOWS:
            for mask, void, epoch in ((0, "background", 0), (1, "left out", EPOCHS - 1), (0.3, "background", 4)):
                shown = view(picture=picture, mask=mask, void=void, window=window, epoch=epoch)
                assert shown.picture.size == (1350, 888)
                assert "nan" not in shown.caption + shown.alt


def test_a_picture_is_decoded_once(panel, folder, monkeypatch):
    read, asked = type(panel.dataset).read, []
    monkeypatch.setattr(type(panel.dataset), "read", lambda self, index: asked.append(index) or read(self, index))
    panel.controls["picture"].value = 4
    for epoch in (1, 2, 3):
        panel.controls["epoch"].value = epoch
    panel.controls["mask"].value = 0.9
    assert asked == [4]


def test_your_own_classes_and_more_than_fit(tmp_path):
    rng = np.random.default_rng(0)
    image, _ = shapes_picture(rng, (60, 80))
    mask = np.repeat(np.arange(8, dtype=np.uint8), 10)[None].repeat(60, 0)
    names = ["Boden", "Tür", "<b>", "a name that is much too long for its place", "v", "w", "x", "y"]
    folder = make_voc(tmp_path / "own", train={"p": (image, mask)})
    (folder / "labels.txt").write_text("\n".join(names), encoding="utf-8")
    shown = DatasetExplorer(open_voc(folder, "train"), windows=((30, 40),)).draw(0, 0.5, (30, 40), 0, "left out")
    assert "Boden 12.5 %, Tür 12.5 %, &lt;b&gt; 12.5 %" in shown.caption
    assert "4 more classes 50.0 %, void 0.0 %" in shown.caption


def test_a_picture_of_void_alone_has_no_objects_to_keep(tmp_path):
    nothing = np.full((30, 40, 3), 90, np.uint8), np.full((30, 40), VOID, np.uint8)
    panel = DatasetExplorer(open_voc(make_voc(tmp_path / "own", train={"p": nothing}), "train"))
    assert "background 0.0 %, void 100.0 %" in panel.caption.value
    assert "objects" not in panel.caption.value


def test_it_opens_the_drawn_world_by_itself():
    panel = DatasetExplorer()
    assert panel.controls["picture"].max == len(open_voc("minivoc", "val")) - 1
    assert repr(panel) == "DatasetExplorer(picture=0, mask=0.5, window=(320, 480), epoch=0, void='left out')"


def test_real_photographs(real):
    panel = DatasetExplorer(open_voc(real / "VOCdevkit" / "VOC2012", "train"), picture=1)
    assert panel.dataset.names[1] in panel.caption.value


def test_a_picture_that_is_not_there(folder):
    with pytest.raises(ValueError, match="there is no picture 6; this set's run from 0 to 5"):
        DatasetExplorer(open_voc(folder, "train"), picture=6)


def test_small_shares_are_not_rounded_away():
    assert [percent(share) for share in (0, 0.0001, 0.0006, 0.5, 1)] == [
        "0.0 %",
        "< 0.1 %",
        "0.1 %",
        "50.0 %",
        "100.0 %",
    ]


def test_words_fit():
    assert shortened("diningtable", 185) == "diningtable"
    assert shortened("a name that is much too long", 185).endswith("…")
    assert BARS[0] > MARGIN + 30 + 185
    longest = font(TEXT).getlength("100.0 % of the picture, 100.0 % of the window")
    assert sum(BARS) + 14 + longest < 1350 - MARGIN
