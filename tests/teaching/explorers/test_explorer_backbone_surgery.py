"""Lecture 01's panel: its numbers against torchvision's nets and torch's counter, its cells against hand-made cases."""

from itertools import product

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from fcn_course.nets.backbone import BACKBONES, STRIDES, load_backbone
from fcn_course.nets.efficientnet_lite import efficientnet_lite0
from fcn_course.shapes import Field
from fcn_course.teaching.explorers.backbone_surgery import NO_CUT, BackboneExplorer
from fcn_course.teaching.explorers.backbone_surgery_anatomy import Part, Sight, shared
from fcn_course.teaching.explorers.backbone_surgery_drawing import EDGE, PANES, SECOND, draw_panel, short
from fcn_course.teaching.figures import SCALE
from tests.support.helpers import narrow_vgg

START = {"backbone": "resnet18", "cut": 16, "height": 320, "width": 480, "row": 10, "column": 15}
CUTS = [*STRIDES, NO_CUT]


@pytest.fixture(scope="module")
def panel():
    return BackboneExplorer()


@pytest.fixture
def fresh():
    return BackboneExplorer(Image.new("RGB", (90, 60), "red"))


def pixels(view):
    return np.asarray(view.picture.convert("RGB"))


@pytest.mark.parametrize("name", [name for name in BACKBONES if name != "vgg16_paper"])
def test_weights_work_and_maps_are_torchvisions(panel, name):
    with torch.device("meta"):
        build = efficientnet_lite0 if name == "efficientnet_lite0" else getattr(torchvision.models, name)
        net, x = build().eval(), torch.empty(1, 3, 96, 160)
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        net(x)
    picture, *parts = panel.parts(name, 96, 160)
    assert sum(part.weights for part in parts) == sum(p.numel() for p in net.parameters())
    assert 2 * sum(part.cost for part in parts) == counter.get_total_flops()
    assert picture == Part("picture", 3, 96, 160, 0, 0, None)
    assert [(p.height, p.width) for p in parts] == [(48, 80), (24, 40), (12, 20), (6, 10), (3, 5), (1, 1)]
    assert parts[-1].planes == 1000 and parts[-1].field is None


def test_the_papers_net_has_fc6_and_fc7_in_its_last_stage(panel):
    *_, last, classifier = panel.parts("vgg16_paper", 320, 480)
    assert (last.planes, last.height, last.width) == (4096, 11, 16)
    assert last.weights == 512 * 512 * 9 * 3 + 512 * 3 + 512 * 49 * 4096 + 4096 + 4096 * 4096 + 4096
    assert classifier == Part("classifier", 1000, 11, 16, 4_097_000, 4_096_000 * 11 * 16, last.field)
    with torch.device("meta"):
        net, x = load_backbone("vgg16_paper", None).eval(), torch.empty(1, 3, 320, 480)
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        net(x)
    assert 2 * sum(part.cost for part in panel.parts("vgg16_paper", 320, 480)[:-1]) == counter.get_total_flops()


def test_the_caption_has_the_numbers_of_a_resnet18(panel):
    caption = panel.draw(**START).caption
    assert "<b>resnet18, cut after stride 16:</b> the picture of 320 × 480 becomes 256 planes of 20 × 30" in caption
    assert "(320/16 × 480/16)." in caption
    assert "cells are 16 pixels apart, and each sees 211 × 211" in caption
    assert "row 10, column 15, looks round pixel (160, 240)." in caption  # all that it sees is picture
    assert f"{9536 + 147_968 + 525_568 + 2_099_712:,} of 11,689,512 weights (23.8 %)" in caption
    assert "4.29 G of 5.55 G multiply-adds (77.3 %)" in caption


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"height": 336, "cut": 32}, "planes of 11 × 15 (336/32 × 480/32, rounded up)"),
        ({"row": 0, "column": 0}, "looks round pixel (0, 0), 75 % of it padding"),
        ({"cut": NO_CUT}, "<b>resnet18, not cut:</b> 1000 numbers for the picture of 320 × 480, each from all of it"),
        ({"cut": NO_CUT}, "Kept: all 11,689,512 weights and 5.55 G multiply-adds."),
        ({"backbone": "vgg16_paper", "cut": 2}, "(320/2 × 480/2 would be 160 × 240; padding changed it)"),
        (
            {"backbone": "vgg16_paper", "cut": 32},
            "would be 10 × 15; padding, and the last stage's windows, changed it)",
        ),
        ({"backbone": "vgg16_paper", "cut": NO_CUT}, "not cut:</b> the picture of 320 × 480 becomes 1000 planes of 11"),
        ({"backbone": "vgg16", "cut": 32}, "Kept: 14,714,688 of 138,357,544 weights (10.6 %)"),
    ],
)
def test_the_caption_says_what_is_special(panel, values, words):
    assert words in panel.draw(**START | values).caption


def test_the_words_name_every_block(panel):
    alt = panel.draw(**START).alt
    assert "under 20 x 30 cells" in alt and "a dashed line after stride 16" in alt
    assert alt.endswith("stride 16 256 x 20 x 30, stride 32 512 x 10 x 15, classifier 1000 x 1 x 1.")
    assert "all of it bright" in panel.draw(**START | {"cut": NO_CUT}).alt


def test_what_a_cell_sees_is_counted_from_edges():
    part = Part("stride 2", 64, 160, 240, 0, 0, Field(7, 2, 0.0))
    assert Sight.of(part, 0, 0, 320, 480) == ((-3, -3, 4, 4), (-0.5, -0.5, 1.5, 1.5), 16 / 49)
    assert Sight.of(part, 5, 10, 320, 480) == ((17, 7, 24, 14), (19.5, 9.5, 21.5, 11.5), 1)
    assert Sight.of(part._replace(field=None), 0, 0, 320, 480) == ((0, 0, 480, 320), (0, 0, 480, 320), 1)
    far = Sight.of(part._replace(field=Field(6, 2, -98.5)), 0, 0, 320, 480)
    assert far.seen == (-101, -101, -95, -95) and far.inside == 0


def test_boxes_share_what_both_cover():
    assert shared((0, 0, 4, 4), (2, 1, 9, 3)) == (2, 1, 4, 3)
    left, top, right, bottom = shared((-9, -9, -5, -5), (0, 0, 4, 4))
    assert (right - left) * (bottom - top) == 0


@pytest.mark.parametrize(
    ("count", "label"),
    [(10_260, "0.01 M"), (8_393_728, "8.39 M"), (11_689_512, "11.7 M"), (361_267_200, "361 M"), (5.55e9, "5.55 G")],
)
def test_counts_are_short(count, label):
    assert short(count) == label


def test_what_the_cell_sees_stands_enlarged_beside_the_picture(panel):
    picture = Image.new("RGB", (480, 320), "white")
    picture.putpixel((20, 10), (200, 0, 0))
    part = panel.parts("resnet18", 320, 480)[1]
    sight = Sight.of(part, 5, 9, 320, 480)  # centred on row 10, column 18: the red pixel is the sixth of seven
    sheet = np.asarray(draw_panel(picture, panel.parts("resnet18", 320, 480), 1, sight).convert("RGB")).astype(int)
    left, top, side = round(SECOND * SCALE), round(PANES[0] * SCALE), 342 * SCALE
    red = (sheet[..., 0] - sheet[..., 1] > 100)[top : top + round(side), left : left + round(side)]
    rows, columns = red.nonzero()
    assert abs(columns.min() - side * 5 / 7) <= 2 and abs(columns.max() - side * 6 / 7) <= 3
    assert abs(rows.min() - side * 3 / 7) <= 2 and abs(rows.max() - side * 4 / 7) <= 3


def test_a_line_stands_between_neighbouring_cells(panel):
    parts = panel.parts("resnet18", 320, 480)
    sight = Sight.of(parts[5], 5, 8, 320, 480)
    sheet = draw_panel(Image.new("RGB", (480, 320), "white"), parts, 5, sight).convert("L")
    zoom = (PANES[1] - PANES[0]) * SCALE / (320 + 2 * 48)
    top = round(PANES[0] * SCALE + (48 + 55) * zoom)  # between the lines at 48 and 80 pixels
    strip = np.asarray(sheet)[top : top + round(20 * zoom), : round(530 * SCALE)]
    dark = ((strip > 100) & (strip < 150)).all(0).nonzero()[0]
    left = EDGE * SCALE + (530 * SCALE - 480 * zoom) / 2  # of the picture
    # cells are centred in the middle of pixels 32 i; the marked cell sees from 39 to 474 and is bright there
    borders = [left + (32 * cell + 16.5) * zoom for cell in range(1, 15)]
    assert all(np.abs(dark - border).min() <= 1 for border in borders)
    inside = dark[(dark > borders[0] - 5) & (dark < borders[-1] + 5)]
    assert len(inside) == len(borders)


@pytest.mark.parametrize("name", START)
def test_every_control_changes_picture_and_caption(fresh, name):
    before, control = (fresh.picture.value, fresh.caption.value), fresh.controls[name]
    control.value = {"backbone": "vgg16", "cut": 8}.get(name, getattr(control, "max", 0))
    assert fresh.picture.value != before[0] and fresh.caption.value != before[1]


def test_every_single_step_of_a_slider_shows(fresh):
    for cut in (2, 32):
        fresh.controls["cut"].value = cut
        for name in ("height", "width", "row", "column"):
            control, before = fresh.controls[name], fresh.caption.value
            control.value -= control.step
            assert fresh.caption.value != before


@pytest.mark.parametrize("backbone", BACKBONES)
def test_nothing_fails_at_any_extreme(panel, backbone):
    for cut, (height, width), place in product(CUTS, [(64, 640), (480, 64), (64, 64), (480, 640)], (0, 1)):
        part = panel.parts(backbone, height, width)[1 + CUTS.index(cut)]
        cell = {"row": place * (part.height - 1), "column": place * (part.width - 1)}
        view = panel.draw(backbone=backbone, cut=cut, height=height, width=width, **cell)
        assert view.picture.size == (1350, 1011)
        assert "nan" not in view.caption


def test_the_marked_cell_stays_over_its_place_within_its_bounds(fresh):
    fresh.controls["row"].value, fresh.controls["column"].value = 9, 6  # pixel (144, 96)
    for cut, row, column in ((2, 72, 48), (4, 36, 24), (32, 4, 3), (16, 9, 6)):
        fresh.controls["cut"].value = cut
        assert (fresh.values["row"], fresh.values["column"]) == (row, column)
        assert (fresh.controls["row"].max, fresh.controls["column"].max) == (320 // cut - 1, 480 // cut - 1)
    fresh.controls["height"].value = 64
    assert fresh.controls["row"].max == 3 and fresh.values["row"] == 2
    fresh.controls["height"].value = 320
    assert fresh.values["row"] == 9
    fresh.controls["backbone"].value = "vgg16_paper"
    assert fresh.controls["row"].max == 32  # 33 rows, the first far above the picture
    assert f"({-91.5 + 16 * fresh.values['row']:g}," in fresh.caption.value and fresh.values["row"] == 15


def test_where_there_is_one_answer_no_cell_is_chosen(fresh):
    fresh.controls["cut"].value = NO_CUT
    assert fresh.controls["row"].layout.visibility == "hidden"
    fresh.controls["backbone"].value = "vgg16_paper"  # fc8 still names every cell
    assert fresh.controls["row"].layout.visibility == "visible"
    fresh.controls["backbone"].value, fresh.controls["cut"].value = "resnet18", 16
    assert fresh.values == START


def test_the_same_values_give_the_same_view(panel):
    other = BackboneExplorer()
    other.controls["backbone"].value = "resnet50"
    one, two = panel.draw(**START), other.draw(**START)
    assert one[1:] == two[1:] and np.array_equal(pixels(one), pixels(two))


def test_pictures_and_nets_of_your_own():
    net = narrow_vgg()
    panel = BackboneExplorer(Image.new("L", (50, 200), 90), {"mine": net})
    assert panel.values["backbone"] == "mine"
    weights = sum(p.numel() for stage in net.stages.values() for p in stage.parameters())
    panel.controls["cut"].value = 32
    assert "<b>mine, cut after stride 32:</b>" in panel.caption.value
    assert f"Kept: {weights:,} of {sum(p.numel() for p in net.parameters()):,} weights" in panel.caption.value
    assert net(torch.zeros(1, 3, 32, 32))[32].shape == (1, 8, 1, 1)


def test_a_net_of_your_own_is_left_as_it_is():
    net = load_backbone("resnet18", None)
    norms = sum(isinstance(layer, nn.BatchNorm2d) for layer in net.modules())
    BackboneExplorer(nets={"mine": net})
    assert sum(isinstance(layer, nn.BatchNorm2d) for layer in net.modules()) == norms == 20
    assert not any(p.is_meta for p in net.parameters())
