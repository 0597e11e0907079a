"""Lecture 06's explorer."""

import base64
import io
import re
from datetime import datetime
from itertools import product

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import VOC_CLASSES, VOID
from fcn_course.prediction.inference import predict, predict_tiled
from fcn_course.prediction.tiles import tile_windows
from fcn_course.teaching.explorers import prediction_pictures
from fcn_course.teaching.explorers.prediction import WHOLE, PredictionExplorer
from fcn_course.teaching.explorers.prediction_drawing import BARS, area, frame, share
from fcn_course.teaching.explorers.prediction_pictures import (
    TOGETHER,
    asked,
    by_contents,
    overlaps_that_matter,
    shown,
    uploaded,
)


class ByColour(nn.Module):
    """Four classes whose scores lean on a pixel's surroundings; counts how often it is asked."""

    classes = ("nothing", "red <thing>", "green", "blue")

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.layer, self.asked = nn.Conv2d(3, 4, 3, padding=15, dilation=15), 0  # nine pixels of 31 × 31
        nn.init.normal_(self.layer.weight)

    def forward(self, x):
        self.asked += 1
        return self.layer(x)


def noise(height, width, seed=0):
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randint(0, 256, (3, -(-height // 20), -(-width // 20)), generator=generator, dtype=torch.uint8)
    return coarse.repeat_interleave(20, 1).repeat_interleave(20, 2)[:, :height, :width].contiguous()


def truth(height, width):
    mask = torch.zeros(height, width, dtype=torch.int64)
    mask[:, width // 2 :] = 2
    mask[:10] = VOID
    return mask


@pytest.fixture
def panel():
    pictures = {"first": (noise(200, 300), truth(200, 300)), "wide & low": noise(90, 260, 1), "small": noise(30, 40, 2)}
    return PredictionExplorer(ByColour(), pictures)


def words(panel):
    return re.sub("<[^>]+>", "", panel.caption.value)


def said_at(panel):
    """The probabilities that the caption tells, by name."""
    return dict(re.findall(r"(nothing|red &lt;thing&gt;|green|blue) (below 1|\d+) %", panel.caption.value))


def test_the_caption_tells_the_nets_own_probabilities(panel):
    net, image = ByColour(), noise(200, 300)
    from fcn_course.data.normalisation import normalise

    with torch.no_grad():
        parts = net(normalise(image)[None]).softmax(1)[0]
    for row, column in ((0, 0), (199, 299), (57, 123), (120, 20)):
        panel.controls["row"].value, panel.controls["column"].value = row, column
        assert f"Row {row}, column {column}: " in words(panel)
        best = parts[:, row, column].argsort(descending=True)[:3].tolist()
        names = [net.classes[index].replace("<", "&lt;").replace(">", "&gt;") for index in best]
        assert list(said_at(panel)) == names
        for index, name in zip(best, names, strict=True):
            if (told := said_at(panel)[name]) != "below 1":
                assert abs(int(told) - 100 * parts[index, row, column]) <= 0.56  # rounded, and kept in float16


def test_the_truth_is_told_where_it_is_known(panel):
    for row, column, told in ((5, 5, "is void, an outline"), (50, 10, "Truth: nothing."), (50, 200, "Truth: green.")):
        panel.controls["row"].value, panel.controls["column"].value = row, column
        assert told in words(panel)
    panel.controls["picture"].value = "small"
    assert "ruth" not in words(panel)


@pytest.mark.parametrize(("tile", "overlap"), [(None, 0), ((80, 120), 0), ((80, 120), 32), ((64, 300), 16)])
def test_tiles_are_averaged_before_the_softmax(tile, overlap):
    net, image = ByColour(), noise(200, 300)
    said = asked(net, image, tile, overlap)
    whole = predict(net, image)
    mask = whole if tile is None else predict_tiled(net, image, tile, overlap)
    assert (said.mask == mask.numpy()).mean() > 0.999  # tiles that go through together are rounded otherwise
    assert torch.allclose(said.probabilities.float().sum(0), torch.ones(200, 300), atol=0.01)
    assert said.windows == list(tile_windows((200, 300), tile or (200, 300), overlap))
    if tile:
        assert not torch.equal(mask, whole)  # surroundings count here, so this could fail


def test_tiles_and_what_they_cost_stand_in_the_caption(panel):
    assert "saw the whole picture at once" in words(panel)
    panel.controls["tile"].value = "80 × 120"
    panel.controls["overlap"].value = 32
    panel.controls["row"].value, panel.controls["column"].value = 60, 100
    windows = list(tile_windows((200, 300), (80, 120), 32))
    seen = sum(r.start <= 60 < r.stop and c.start <= 100 < c.stop for r, c in windows)
    net, image = ByColour(), noise(200, 300)
    differs = (predict(net, image) != predict_tiled(net, image, (80, 120), 32)).double().mean().item()
    assert seen > 1
    told = f"{len(windows)} tiles of 80 × 120, neighbours share at least 32 pixels. {seen} of them see this pixel"
    assert told in words(panel)
    assert f"gave {100 * differs:.1f} % of the pixels another class" in words(panel)
    assert f"cut it into {len(windows)} tiles" in panel.alt


def test_every_control_changes_what_is_seen(panel):
    panel.controls["tile"].value = "80 × 120"
    for name, value in (
        ("blend", 0.9),
        ("row", 3),
        ("column", 7),
        ("overlap", 16),
        ("tile", WHOLE),
        ("picture", "wide & low"),
    ):
        before = panel.png
        panel.controls[name].value = value
        assert panel.png != before, name


@pytest.mark.parametrize("picture", ["first", "wide & low", "small"])
def test_nothing_fails_at_the_ends_of_any_control(panel, picture):
    controls = panel.controls
    controls["picture"].value = picture
    for tile in controls["tile"].options:
        controls["tile"].value = tile
        overlaps, rows, columns = controls["overlap"].options, controls["row"], controls["column"]
        ends = (overlaps[0], overlaps[-1]), (rows.min, rows.max), (columns.min, columns.max), (0, 1)
        for overlap, row, column, blend in product(*ends):
            view = panel.draw(picture, blend, tile, overlap, row, column)
            assert view.picture.size == (1320, 618) and "nan" not in view.caption and view.alt


def test_what_is_offered_fits_the_picture(panel):
    controls = panel.controls
    assert controls["tile"].options == (WHOLE, "160 × 240", "80 × 120")
    assert controls["overlap"].disabled
    controls["tile"].value = "80 × 120"
    assert controls["overlap"].options == (0, 16, 32) and not controls["overlap"].disabled
    controls["overlap"].value, controls["row"].value = 32, 199
    controls["picture"].value = "wide & low"  # 90 x 260
    assert (controls["row"].max, controls["column"].max) == (89, 259)
    assert controls["row"].value == 89
    controls["picture"].value = "small"
    assert controls["tile"].options == (WHOLE,) and controls["overlap"].value == 0
    assert (controls["row"].value, controls["row"].max) == (29, 29)


def test_only_overlaps_that_lay_other_tiles_are_offered():
    assert overlaps_that_matter((375, 500), (320, 480)) == [0]  # two down and two across, whatever they share
    for size, tile in (((375, 500), (160, 240)), ((640, 427), (80, 120)), ((90, 260), (80, 120))):
        offered = overlaps_that_matter(size, tile)
        laid = [tuple((r.start, c.start) for r, c in tile_windows(size, tile, overlap)) for overlap in offered]
        assert offered[0] == 0 and len(set(laid)) == len(laid) and max(offered) <= tile[0] // 2


def test_the_net_is_asked_once_for_each_setting(panel):
    net = panel.net
    assert net.asked == 1
    panel.controls["row"].value = 9
    panel.controls["blend"].value = 0.2
    assert net.asked == 1
    panel.controls["tile"].value = "80 × 120"
    passes = -(-len(list(tile_windows((200, 300), (80, 120), 0))) // TOGETHER)
    assert net.asked == 1 + passes
    panel.controls["tile"].value = WHOLE
    panel.controls["tile"].value = "80 × 120"
    assert net.asked == 1 + passes


def test_it_draws_the_same_twice(panel):
    again = PredictionExplorer(ByColour(), {"first": (noise(200, 300), truth(200, 300))})
    assert again.png == panel.png and again.alt == panel.alt
    assert repr(again) == (
        "PredictionExplorer(picture='first', blend=0.5, tile='whole picture', overlap=0, row=100, column=150)"
    )


def test_a_page_without_widgets_gets_a_photo_with_words(panel):
    data, about = panel._repr_mimebundle_()
    assert Image.open(io.BytesIO(base64.b64decode(data["image/jpeg"]))).size == (1320, 618)
    assert "image/png" not in data and about == {"image/jpeg": {"alt": panel.alt, "width": 880}}
    assert data["text/plain"] == f"{panel!r}: {panel.alt}"


def shown_colours(panel):
    picture = Image.open(io.BytesIO(panel.png)).convert("RGB")
    return np.asarray(picture).astype(int)


def test_the_cross_lies_on_its_pixel():
    panel = PredictionExplorer(nn.Conv2d(3, 1, 1), {"grey": torch.full((3, 200, 300), 90, dtype=torch.uint8)})
    left, top, width, height = frame((200, 300))
    for row, column in ((40, 60), (150, 250)):
        panel.controls["row"].value, panel.controls["column"].value = row, column
        y, x = top + (row + 0.5) * height / 200, left + (column + 0.5) * width / 300
        rows, columns = np.nonzero((shown_colours(panel)[top : top + height, left : left + width] > 250).all(2))
        for places, middle in ((top + rows, y), (left + columns, x)):  # its white arms
            assert abs((places.min() + places.max()) / 2 - middle) <= 1.5
            assert 40 <= places.max() - places.min() <= 50


def test_the_area_that_can_be_clicked_is_where_the_picture_lies():
    for size in ((200, 300), (500, 100), (8, 640)):
        left, top, width, height = frame(size)
        assert area(size) == pytest.approx((left / 1320, top / 618, width / 1320, height / 618))
        assert width <= 810 and height <= 606 and left >= 6 and left + width <= 816
        assert abs(width / height - size[1] / size[0]) < 0.02 * size[1] / size[0]


@pytest.mark.parametrize(
    ("part", "told"), [(0, "0 %"), (0.0049, "below 1 %"), (0.006, "1 %"), (0.614, "61 %"), (1, "100 %")]
)
def test_a_probability_in_words(part, told):
    assert share(part) == told


def test_bars_are_drawn_in_proportion(panel):
    pixels = shown_colours(panel)
    parts = sorted(asked(panel.net, noise(200, 300), None, 0).probabilities[:, 100, 150].tolist(), reverse=True)
    dark = (abs(pixels - (0x1F, 0x29, 0x33)).max(2) <= 24)[:, 1050:1235]
    longest = dark.sum(1).max()
    assert abs(longest / 156 - parts[0]) < 0.03
    assert BARS >= 4


def test_the_picture_stands_plain_until_a_front_end_can_be_clicked(panel):
    assert "<img" in panel.picture.value and panel.clickable.source == ""
    panel.clickable.ready = True
    assert panel.picture.value == ""
    assert base64.b64decode(panel.clickable.source.partition(",")[2]) == panel.png
    assert panel.clickable.alt == panel.alt and panel.clickable.size == (200, 300)
    assert panel.clickable.area == area((200, 300)) and panel.clickable.pixel == (100, 150)


def test_a_click_moves_the_sliders_and_sliders_move_the_cross(panel):
    panel.clickable.ready = True
    drawn = panel.png
    panel.clickable.pixel = (12, 34)
    assert (panel.values["row"], panel.values["column"]) == (12, 34)
    assert panel.png != drawn and "Row 12, column 34:" in words(panel)
    panel.controls["column"].value = 35
    assert panel.clickable.pixel == (12, 35)


def hand_over(panel, name, content):
    file = {"name": name, "type": "", "size": len(content), "last_modified": datetime(2026, 1, 1)}
    panel.upload.value = ({**file, "content": memoryview(content)},)


def file_of(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def test_an_upload_is_shown_with_its_own_bounds(panel):
    hand_over(panel, "mine <1>.png", file_of(Image.new("RGB", (120, 90), "red")))
    assert panel.values["picture"] == "yours: mine <1>.png"
    assert (panel.values["row"], panel.values["column"]) == (45, 60)
    assert (panel.controls["row"].max, panel.controls["column"].max) == (89, 119)
    assert panel.notice.value == "" and panel.upload.value == ()
    assert "The file has" not in words(panel)
    hand_over(panel, "mine <1>.png", file_of(Image.new("RGB", (60, 40), "blue")))  # another one of the same name
    assert panel.controls["row"].max == 39
    assert list(panel.controls["picture"].options).count("yours: mine <1>.png") == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"no picture", "x &lt;y.jpg cannot be read as a picture"),
        (file_of(Image.new("RGB", (90, 90)), "JPEG")[:300], "x &lt;y.jpg cannot be read as a picture"),
        (b"", "x &lt;y.jpg cannot be read as a picture"),
        (file_of(Image.new("RGB", (1, 1))), "has 1 × 1 pixels, too few"),
        (file_of(Image.new("RGB", (3000, 4))), "has 4 × 3000 pixels, too few"),
        (b"\0\0\0\x18ftypheic" + bytes(50), "x &lt;y.jpg is a HEIC file"),
    ],
)
def test_a_file_that_cannot_be_shown_is_told_kindly(panel, content, told):
    before = panel.values, panel.png
    hand_over(panel, "x <y.jpg", content)
    assert told in panel.notice.value and "/tmp" not in panel.notice.value
    assert (panel.values, panel.png) == before
    hand_over(panel, "good.png", file_of(Image.new("RGB", (40, 40))))
    assert panel.notice.value == ""


def test_a_file_of_too_many_pixels_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr(prediction_pictures, "MOST", 10_000)
    with pytest.raises(ValueError, match=r"big.png has 0 million pixels, the most is 0 million"):
        uploaded("big.png", file_of(Image.new("RGB", (101, 100))))


@pytest.mark.parametrize("mode", ["L", "RGBA", "I;16", "CMYK", "P", "1"])
def test_files_of_every_mode_are_read(mode):
    kind = "TIFF" if mode == "CMYK" else "PNG"
    picture = Image.new(mode, (50, 20)) if mode == "I;16" else Image.new("RGB", (50, 20), "orange").convert(mode)
    assert uploaded("a", file_of(picture, kind)).image.shape == (3, 20, 50)


def test_a_photograph_is_turned_as_its_camera_says():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert uploaded("a.jpg", file_of(Image.new("RGB", (50, 20)), "JPEG", exif=exif)).image.shape == (3, 50, 20)


def test_a_large_picture_is_made_smaller_and_the_caption_says_so(panel):
    hand_over(panel, "large.png", file_of(Image.new("RGB", (2000, 1000), "white")))
    assert "The file has 1000 × 2000 pixels; shown and predicted at 320 × 640." in words(panel)
    assert panel.controls["row"].max == 319


def test_a_smaller_picture_keeps_its_truth_in_place():
    image, mask = noise(1000, 2000), truth(1000, 2000)
    small = shown((image, mask))
    assert small.image.shape == (3, 320, 640) and small.original == (1000, 2000)
    assert set(small.truth.unique().tolist()) == {0, 2, VOID}
    assert small.truth[100, 319] == 0 and small.truth[100, 320] == 2
    assert shown(image[:, :640, :640]).image is not None and shown(image[:, :640, :640]).original == (640, 640)


def test_pictures_may_be_files(tmp_path):
    Image.new("RGB", (70, 50), "red").save(tmp_path / "a.png")
    panel = PredictionExplorer(ByColour(), {"mine": tmp_path / "a.png"})
    assert panel.controls["column"].max == 69


@pytest.mark.parametrize(
    ("pictures", "told"), [({}, "pictures is empty"), ({"a": 3}, "a picture must be a uint8 tensor")]
)
def test_what_is_no_picture_is_told(pictures, told):
    with pytest.raises(ValueError, match=told):
        PredictionExplorer(ByColour(), pictures)


def test_a_net_without_names_has_numbers():
    panel = PredictionExplorer(nn.Conv2d(3, 3, 1), {"a": noise(60, 80)})
    assert all(name in words(panel) for name in ("background", "class 1", "class 2"))


def test_without_arguments_it_opens_the_drawn_world():
    panel = PredictionExplorer()
    val = open_voc("minivoc", "val")
    assert len(panel.pictures) == 6
    first = next(iter(panel.pictures))
    assert re.fullmatch(r"[a-z, ]+ \(69\)", first)
    assert first in by_contents(val, [69])
    said = asked(panel.net, val[69][0], None, 0)
    right = (torch.from_numpy(said.mask.astype(np.int64)) == val[69][1])[val[69][1] != VOID].float().mean()
    assert right > 0.85
    assert all(name in VOC_CLASSES for name in re.search(r"named: ([a-z, ]+)\.", panel.alt)[1].split(", "))
