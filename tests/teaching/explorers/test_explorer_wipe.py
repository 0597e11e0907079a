"""The panel of exercise 4: what stands on either side of the edge, and what the caption counts."""

import base64
import io
import re

import numpy as np
import pytest
import torch
from PIL import Image

from fcn_course.data.labels import VOID
from fcn_course.evaluation.outlines import near_outlines
from fcn_course.teaching.explorers.wipe import HEAD, HEIGHT, PICTURE, TRUTH, WIDTH, WipeExplorer, with_and_without_skips
from fcn_course.teaching.figures import SCALE

SIZE = 60, 90


def picture(colour):
    return torch.tensor(colour, dtype=torch.uint8)[:, None, None].expand(3, *SIZE).contiguous()


def square(top, left, side, label, void=False):
    mask = torch.zeros(SIZE, dtype=torch.int64)
    if void:
        mask[top - 2 : top + side + 2, left - 2 : left + side + 2] = VOID
    mask[top : top + side, left : left + side] = label
    return mask


@pytest.fixture
def masks():
    return {TRUTH: square(20, 30, 20, 3, void=True), "32s": square(20, 34, 20, 3), "8s": square(20, 31, 20, 3)}


@pytest.fixture
def panel(masks):
    other = picture((200, 30, 30)), {"32s": square(5, 5, 30, 7)}
    return WipeExplorer({"bird": (picture((30, 90, 200)), masks), "no <truth>": other})


def card(panel):
    return np.asarray(Image.open(io.BytesIO(panel.png)).convert("RGB")).astype(int)


def test_it_opens_on_the_first_and_the_last_net_with_the_edge_in_the_middle(panel):
    assert panel.values == {"picture": "bird", "left": "32s", "right": "8s", "edge": 50}
    assert list(panel.controls["left"].options) == [PICTURE, TRUTH, "32s", "8s"]


@pytest.mark.parametrize("edge", [0, 1, 37, 50, 99, 100])
def test_each_side_of_the_edge_shows_its_own_mask(panel, edge):
    views = {}
    for name in ("32s", "8s"):
        with panel.together():
            panel.controls["left"].value = panel.controls["right"].value = name
            panel.controls["edge"].value = edge
        views[name] = card(panel)
    with panel.together():
        panel.controls["left"].value, panel.controls["right"].value = "32s", "8s"
    seen, top = card(panel), round(HEAD * SCALE)
    width = round(90 * min(WIDTH / 90, HEIGHT / 60) * SCALE)
    begin = (seen.shape[1] - width) // 2
    cut = begin + round(width * edge / 100)
    assert np.array_equal(seen[top:, : max(cut - 20, 0)], views["32s"][top:, : max(cut - 20, 0)])
    assert np.array_equal(seen[top:, cut + 20 :], views["8s"][top:, cut + 20 :])
    assert not np.array_equal(views["32s"], views["8s"])


def test_the_caption_counts_the_right_pixels(panel, masks):
    truth = masks[TRUTH]
    for name in ("32s", "8s"):
        right, band = masks[name] == truth, near_outlines(truth)
        everywhere, near = (100 * right[kept].float().mean().item() for kept in (truth != VOID, band))
        assert f"<b>{name}</b>: {everywhere:.1f} % of the pixels are right, and {near:.1f} %" in panel.caption.value
        assert near < everywhere
    assert panel.share("bird", "8s").near > panel.share("bird", "32s").near
    assert panel.share("bird", TRUTH) is None and panel.share("bird", PICTURE) is None


def test_the_truth_and_the_bare_picture_have_no_score(panel):
    with panel.together():
        panel.controls["left"].value, panel.controls["right"].value = PICTURE, TRUTH
    assert "%" not in panel.caption.value
    assert 'the mask "truth" with bird' in panel.alt and "Left of it no mask" in panel.alt


def test_a_picture_may_lack_a_mask_and_its_truth(panel):
    panel.controls["picture"].value = "no <truth>"
    assert "<b>8s</b> (this picture has no such mask)." in panel.caption.value
    assert "right," in panel.caption.value and "%" not in panel.caption.value
    assert "&lt;truth&gt;" in panel.picture.value and "<truth>" not in panel.picture.value


def test_a_truth_of_one_class_has_no_outline(masks):
    plain = torch.zeros(SIZE, dtype=torch.int64)
    panel = WipeExplorer({"empty": (picture((9, 9, 9)), {TRUTH: plain, "8s": plain})})
    assert "100.0 % of the pixels are right." in panel.caption.value and "nan" not in panel.caption.value


def test_the_card_keeps_its_size_for_every_picture(masks):
    tall = torch.zeros(3, 300, 100, dtype=torch.uint8)
    panel = WipeExplorer(
        {"wide": (picture((1, 2, 3)), masks), "tall": (tall, {"32s": torch.zeros(300, 100, dtype=torch.uint8)})}
    )
    before = card(panel).shape
    panel.controls["picture"].value = "tall"
    assert card(panel).shape == before == (round((HEAD + HEIGHT) * SCALE), round(WIDTH * SCALE), 3)


def test_masks_are_laid_over_a_picture_once(panel, monkeypatch):
    from fcn_course.teaching.explorers import wipe

    panel.controls["edge"].value = 10
    monkeypatch.setattr(wipe, "overlay", None)
    panel.controls["edge"].value = 90


def test_what_is_shown_first_can_be_chosen(masks):
    panel = WipeExplorer({"bird": (picture((1, 2, 3)), masks)}, left=TRUTH, right="32s")
    assert (panel.values["left"], panel.values["right"]) == (TRUTH, "32s")


def test_a_picture_of_the_truth_alone(masks):
    panel = WipeExplorer({"bird": (picture((1, 2, 3)), {TRUTH: masks[TRUTH]})})
    assert (panel.values["left"], panel.values["right"]) == (PICTURE, TRUTH)


@pytest.mark.parametrize(
    ("pictures", "told"),
    [
        ({}, "pictures is empty"),
        ({"a": (picture((0, 0, 0)), {"8s": torch.zeros(64, 96)})}, r'"8s" of "a" is \(64, 96\) and its picture'),
    ],
)
def test_what_cannot_be_shown_is_told(pictures, told):
    with pytest.raises(ValueError, match=told):
        WipeExplorer(pictures)


def test_a_page_without_widgets_gets_a_small_still_picture_and_its_words(panel):
    data, about = panel._repr_mimebundle_()
    still = Image.open(io.BytesIO(base64.b64decode(data["image/jpeg"])))
    assert still.width == round(WIDTH * SCALE) and "image/png" not in data
    assert about["image/jpeg"]["alt"] == panel.alt
    assert data["text/plain"].endswith(panel.alt)


def test_without_arguments_it_opens_the_drawn_world():
    panel = WipeExplorer()
    assert len(panel.pictures) == 3
    assert list(panel.controls["left"].options) == [PICTURE, TRUTH, "no skip", "skip of 16", "both skips"]
    assert (panel.values["left"], panel.values["right"]) == ("no skip", "both skips")
    for name in panel.pictures:
        assert panel.share(name, "both skips").near > panel.share(name, "no skip").near
    assert re.search(r"<b>both skips</b>: \d\d\.\d % of the pixels are right", panel.caption.value)


def test_both_skips_are_the_net_that_ships():
    from fcn_course.nets.checkpoints import load_net
    from fcn_course.prediction.inference import predict

    image, masks = next(iter(with_and_without_skips().values()))
    assert (predict(load_net(), image) == masks["both skips"]).float().mean() > 0.999
