"""Whole pictures, tiles, colours and overlays."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from torch import nn
from torchvision.transforms.v2 import functional as v2

from fcn_course.data.images import read_image
from fcn_course.data.labels import VOC_CLASSES
from fcn_course.data.normalisation import normalise
from fcn_course.prediction.inference import predict, predict_logits, predict_tiled
from fcn_course.prediction.overlays import label2image, overlay
from fcn_course.prediction.tiles import LARGE_OVERLAP, LARGE_TILE, tile_windows
from tests.support.helpers import save_mask, speak


class Same(nn.Module):
    """Says the same on every pixel."""

    def forward(self, x):
        return torch.tensor([0.5, 3.0, -1.0]).view(1, 3, 1, 1).expand(len(x), 3, *x.shape[2:])


class ByBrightness(nn.Module):
    """Two classes by each pixel's own brightness: it needs no surroundings, so tiles must not show."""

    def forward(self, x):
        return torch.cat([-x[:, :1], x[:, :1]], 1)


class Firm(nn.Module):
    """Each call says another class; the first call is far more certain than the two after it."""

    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, x):
        logits = torch.zeros(1, 2, *x.shape[2:])
        logits[:, 0 if self.calls == 0 else 1] = 10.0 if self.calls == 0 else 1.0
        self.calls += 1
        return logits


def picture(height, width, seed=0):
    return torch.randint(0, 256, (3, height, width), dtype=torch.uint8, generator=torch.Generator().manual_seed(seed))


SIDE = st.integers(1, 60)


@given(SIDE, SIDE, st.integers(1, 30), st.integers(1, 30), st.data())
def test_windows_cover_every_pixel_and_have_the_tiles_size_or_the_pictures(height, width, down, across, data):
    overlap = data.draw(st.integers(0, down - 1)), data.draw(st.integers(0, across - 1))
    seen = np.zeros((height, width), int)
    windows = list(tile_windows((height, width), (down, across), overlap))
    for rows, columns in windows:
        assert rows.start >= 0 and columns.start >= 0
        assert (rows.stop - rows.start, columns.stop - columns.start) == (min(down, height), min(across, width))
        assert rows.stop <= height and columns.stop <= width
        seen[rows, columns] += 1
    assert seen.min() >= 1
    assert len({(r.start, c.start) for r, c in windows}) == len(windows)
    # neighbours share at least the overlap, and no more tiles are used than that takes
    for starts, side, shared, length in (
        (sorted({r.start for r, _ in windows}), down, overlap[0], height),
        (sorted({c.start for _, c in windows}), across, overlap[1], width),
    ):
        assert all(a + side - b >= shared for a, b in pairwise(starts))
        assert len(starts) == max(1, -(-(length - shared) // (side - shared)))


def test_one_number_is_the_overlap_in_both_directions():
    assert list(tile_windows((50, 70), (20, 30), 5)) == list(tile_windows((50, 70), (20, 30), (5, 5)))
    assert list(tile_windows((320, 480), (320, 480), 64)) == [(slice(0, 320), slice(0, 480))]


@pytest.mark.parametrize("size", [(33, 47), (64, 96), (1, 1), (200, 35)])
def test_a_mask_has_the_pictures_size(small_net, size):
    net = speak(small_net(stride=8), spread=1.0)
    for mask in (predict(net, picture(*size)), predict_tiled(net, picture(*size), (64, 64), 32)):
        assert mask.shape == size and mask.dtype == torch.int64 and mask.device.type == "cpu"
        assert mask.min() >= 0 and mask.max() < 4


def test_a_prediction_is_the_arg_max_of_a_plain_call(small_net):
    net, image = speak(small_net(stride=8), spread=1.0), picture(70, 90)
    with torch.no_grad():
        truth = net.eval()(normalise(image)[None])[0]
    net.train()  # as after fit; predicting must switch batch norm over by itself
    assert torch.equal(predict_logits(net, image), truth)
    assert torch.equal(predict(net, image), truth.argmax(0))
    assert truth.argmax(0).unique().numel() > 1
    assert not predict_logits(net, image).requires_grad and not net.training


def test_a_file_is_read(small_net, tmp_path):
    net, image = speak(small_net(), spread=1.0), picture(40, 50)
    Image.fromarray(image.permute(1, 2, 0).numpy()).save(tmp_path / "a.png")
    for path in (tmp_path / "a.png", str(tmp_path / "a.png")):
        assert torch.equal(predict(net, path), predict(net, image))
        assert torch.equal(predict_tiled(net, path), predict(net, image))


@pytest.mark.parametrize("tile", [(40, 50), (320, 480)])
def test_one_tile_is_a_plain_call(small_net, tile):
    net, image = speak(small_net(stride=8), spread=1.0), picture(40, 50)
    assert torch.equal(predict_tiled(net, image, tile, 0), predict(net, image))


@given(SIDE, SIDE, st.integers(1, 30), st.data())
def test_tiles_of_a_net_that_needs_no_surroundings_do_not_show(height, width, side, data):
    overlap, image = data.draw(st.integers(0, side - 1)), picture(height, width, height)
    options = {"device": "cpu"}
    truth = predict(ByBrightness(), image, **options)
    assert torch.equal(predict_tiled(ByBrightness(), image, (side, side), overlap, **options), truth)
    assert predict_tiled(Same(), image, (side, side), overlap, **options).eq(1).all()


def test_logits_are_averaged_before_the_arg_max():
    # three tiles over one row; where the first two overlap, one says class 0 with 10 and the other class 1 with 1:
    # the mean says 0, a vote of arg maxes or the later tile alone would say 1
    mask = predict_tiled(Firm(), picture(4, 16), (4, 8), (0, 4), device="cpu")
    assert mask.tolist() == [[0] * 8 + [1] * 8] * 4


def test_where_tiles_overlap_their_mean_counts_and_not_their_sum():
    class Known(nn.Module):
        def forward(self, x):
            # class 0 is right by its mean of 3 against a constant 2.5; by the sum over some tiles 2.5 alone would win
            return torch.stack([torch.full(x.shape[2:], 3.0), torch.full(x.shape[2:], 2.5)])[None]

    assert predict_tiled(Known(), picture(9, 9), (5, 5), 3, device="cpu").eq(0).all()


def surroundings():
    """A net of five classes whose say depends on a pixel's surroundings, so that every tile says something else."""
    torch.manual_seed(0)
    return nn.Conv2d(3, 5, 7, padding=3)


def from_all_logits(net, image, tile, overlap):
    """The mask by the plain way: the sums of all logits at once."""
    total, count = torch.zeros(5, *image.shape[1:]), torch.zeros(image.shape[1:])
    for rows, columns in tile_windows(image.shape[1:], tile, overlap):
        with torch.no_grad():
            total[:, rows, columns] += net(normalise(image[:, rows, columns])[None])[0]
        count[rows, columns] += 1
    return (total / count).argmax(0)


@given(
    st.one_of(st.sampled_from([(1, 1), (1, 500), (700, 1), (60, 60)]), st.tuples(SIDE, SIDE)),
    st.integers(1, 70),
    st.integers(1, 70),
    st.data(),
)
def test_a_band_of_logits_gives_what_all_of_them_give(size, down, across, data):
    overlap = data.draw(st.integers(0, min(down - 1, 25))), data.draw(st.integers(0, min(across - 1, 25)))
    net, image = surroundings(), picture(*size)
    mask = predict_tiled(net, image, (down, across), overlap, device="cpu")
    assert mask.shape == size and mask.dtype == torch.int64
    assert torch.equal(mask, from_all_logits(net, image, (down, across), overlap))


@pytest.mark.parametrize("tile, overlap", [((20, 300), 19), ((64, 64), (50, 3)), ((33, 40), 0), ((100, 30), (99, 29))])
def test_bands_that_overlap_much_or_not_at_all_give_what_all_logits_give(tile, overlap):
    net, image = surroundings(), picture(130, 90)
    mask = predict_tiled(net, image, tile, overlap, device="cpu")
    assert torch.equal(mask, from_all_logits(net, image, tile, overlap))
    assert mask.unique().numel() == 5 and not torch.equal(mask, predict(net, image, device="cpu"))


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (700, 1), (31, 33)])
@pytest.mark.parametrize("stride", [8, 32])
def test_thin_pictures_have_masks_too(small_net, size, stride):
    net, image = speak(small_net(stride=stride), spread=1.0), picture(*size)
    for mask in (
        predict(net, image, flip=True, scales=(0.3, 1, 1.6)),
        predict_tiled(net, image, (40, 40), 8),
        predict_tiled(net, image, (40, 40), 8, flip=True, scales=(0.01, 2)),
    ):
        assert mask.shape == size and mask.min() >= 0 and mask.max() < 4


def test_the_tiles_of_large_pictures_keep_the_grid_of_the_coarsest_cells():
    for side in LARGE_TILE:
        assert (side - LARGE_OVERLAP) % 32 == 0


def test_mirrored_logits_are_mirrored_back_and_averaged(small_net):
    net, image = speak(small_net(stride=8), spread=1.0), picture(40, 70)
    with torch.no_grad():
        x = normalise(image)[None]
        truth = (net(x) + net(x.flip(-1)).flip(-1))[0] / 2
    logits = predict_logits(net, image, flip=True)
    torch.testing.assert_close(logits, truth)
    assert torch.equal(predict(net, image, flip=True), logits.argmax(0))
    assert not torch.allclose(logits, predict_logits(net, image))


@given(SIDE, SIDE)
def test_a_mirrored_pictures_prediction_is_the_mirrored_prediction(height, width):
    net, image = surroundings(), picture(height, width)
    here, there = (predict_logits(net, x, device="cpu", flip=True) for x in (image, image.flip(-1)))
    assert torch.equal(there, here.flip(-1))
    options = {"device": "cpu", "flip": True, "scales": (0.75, 1, 1.25)}
    here, there = (predict_logits(net, x, **options) for x in (image, image.flip(-1)))
    torch.testing.assert_close(there, here.flip(-1), rtol=0, atol=1e-4)  # resizing sums from left to right


class SaysItsSize(nn.Module):
    """Says how high and how wide a picture it was given, and a constant."""

    def forward(self, x):
        height, width = x.shape[2:]
        return torch.tensor([height, width, 11.5]).view(1, 3, 1, 1).expand(1, 3, height, width)


def test_a_scale_is_the_share_of_a_side_that_the_net_is_shown():
    options = {"device": "cpu", "scales": (0.5, 1, 2)}
    logits = predict_logits(SaysItsSize(), picture(6, 10), **options)
    truth = torch.tensor([(3 + 6 + 12) / 3, (5 + 10 + 20) / 3, 11.5]).view(3, 1, 1).expand(3, 6, 10)
    torch.testing.assert_close(logits, truth)
    # of a tile its own size counts: 5 wide gives 17.5 / 3, and then the constant is the largest
    assert predict(SaysItsSize(), picture(6, 10), **options).eq(1).all()
    assert predict_tiled(SaysItsSize(), picture(6, 10), (6, 5), 0, **options).eq(2).all()
    assert predict_logits(SaysItsSize(), picture(3, 1), device="cpu", scales=0.1)[:2, 0, 0].tolist() == [1, 1]


@pytest.mark.parametrize("flip", [False, True])
def test_scaled_logits_are_resized_back_and_averaged(small_net, flip):
    net, image, scales = speak(small_net(stride=8), spread=1.0), picture(60, 90), (0.75, 1, 1.25)
    looks = []
    with torch.no_grad():
        for size in ((45, 68), (60, 90), (75, 112)):  # 67.5 and 112.5 are rounded to the even number
            x = v2.resize(normalise(image)[None], list(size))  # torchvision's: bilinear, smoothed
            for logits in (net(x), net(x.flip(-1)).flip(-1))[: 1 + flip]:
                looks.append(nn.functional.interpolate(logits, (60, 90), mode="bilinear", align_corners=False))
    truth = torch.stack(looks).mean(0)[0]
    logits = predict_logits(net, image, flip=flip, scales=scales)
    torch.testing.assert_close(logits, truth, rtol=0, atol=1e-4)
    # one tile is the whole picture, and of several each is resized by itself
    options = {"flip": flip, "scales": scales}
    assert torch.equal(predict_tiled(net, image, **options), predict(net, image, **options))
    halves = predict_tiled(net, image, (60, 45), 0, **options)
    assert torch.equal(
        halves, torch.cat([predict(net, image[..., :45], **options), predict(net, image[..., 45:], **options)], 1)
    )


def test_one_look_is_the_plain_prediction(small_net):
    net, image = speak(small_net(stride=8), spread=1.0), picture(50, 60)
    for scales in ((1,), [1.0], 1):
        assert torch.equal(predict_logits(net, image, flip=False, scales=scales), predict_logits(net, image))


@pytest.mark.parametrize(
    "scales, told", [((1, 0), "got 0"), ((-0.5,), "got -0.5"), (float("nan"), "got nan"), ((float("inf"),), "got inf")]
)
def test_scales_that_do_not_work_are_told(scales, told):
    for call in (predict, predict_logits, predict_tiled):
        with pytest.raises(ValueError, match=f"a scale must be above 0, {told}"):
            call(Same(), picture(4, 4), device="cpu", scales=scales)
    with pytest.raises(ValueError, match="scales is empty"):
        predict(Same(), picture(4, 4), device="cpu", scales=())


def test_colours_are_those_of_the_palette_file(tmp_path):
    mask = torch.tensor([[*range(21), 255]])
    save_mask(tmp_path / "a.png", mask)
    with Image.open(tmp_path / "a.png") as file:
        truth = np.array(file.convert("RGB"))
    for given_mask in (mask, mask.numpy(), mask.byte()):
        colours = label2image(given_mask)
        assert colours.dtype == np.uint8 and np.array_equal(colours, truth)
    assert colours[0, 0].tolist() == [0, 0, 0] and colours[0, -1].tolist() == [224, 224, 192]
    assert colours[0, 15].tolist() == [192, 128, 128]


@pytest.mark.parametrize("name", ["2011_000003", "2011_000006", "2011_000025"])
def test_real_masks_have_their_own_colours(real, name):
    from fcn_course.data.masks import read_mask

    path = real / "VOCdevkit/VOC2012/SegmentationClass" / f"{name}.png"
    with Image.open(path) as file:
        truth = np.array(file.convert("RGB"))
    assert np.array_equal(label2image(read_mask(path)), truth)


def grey(height, width):
    return torch.full((3, height, width), 90, dtype=torch.uint8)


def two_halves(height, width, left, right):
    mask = torch.full((height, width), left)
    mask[:, width // 2 :] = right
    return mask


@pytest.mark.parametrize("size", [(71, 53), (120, 200), (1, 1), (3, 400)])
def test_an_overlay_has_the_pictures_size(size):
    out = overlay(grey(*size), torch.full(size, 15))
    assert out.mode == "RGB" and (out.height, out.width) == size


def test_background_is_left_as_it_is():
    image = picture(30, 40)
    assert np.array_equal(
        np.array(overlay(image, torch.zeros(30, 40, dtype=torch.long))), image.permute(1, 2, 0).numpy()
    )


def test_colours_are_blended_and_void_is_cream():
    mask = two_halves(100, 200, 0, 255)
    out = np.array(overlay(grey(100, 200), mask)).astype(int)
    assert out[50, 20].tolist() == [90, 90, 90]
    assert out[50, 180].tolist() == [(90 + c) // 2 for c in (224, 224, 192)]
    for strength, colour in ((0, [90, 90, 90]), (1, [224, 224, 192])):
        assert np.array(overlay(grey(100, 200), mask, strength=strength))[50, 180].tolist() == colour
    car = np.array(overlay(grey(100, 200), two_halves(100, 200, 0, 7))).astype(int)
    assert car[5, 105].tolist() == [(90 + 128) // 2] * 3


@pytest.mark.parametrize("height", [255, 256, 257, 600])
def test_an_overlay_that_is_made_in_bands_is_the_one_made_at_once(height):
    rng = np.random.default_rng(height)
    image = picture(height, 40)
    mask = np.repeat(rng.choice([0, 1, 15, 255], (height // 3 + 1, 40)), 3, 0)[:height]  # its rows change anywhere
    pixels = image.permute(1, 2, 0).numpy()
    truth = np.where((mask > 0)[..., None], 0.7 * pixels + 0.3 * label2image(mask), pixels).astype(np.uint8)
    down, across = mask[1:] != mask[:-1], mask[:, 1:] != mask[:, :-1]
    truth[np.pad(down, ((0, 1), (0, 0))) | np.pad(across, ((0, 0), (0, 1)))] = 0
    truth[np.pad(down, ((1, 0), (0, 0))) | np.pad(across, ((0, 0), (1, 0)))] = 255
    out = overlay(image, torch.from_numpy(mask), classes=(), strength=0.3)
    assert np.array_equal(np.array(out), truth)


def test_an_outline_runs_between_all_regions_and_nowhere_else():
    mask = torch.zeros(60, 80, dtype=torch.long)
    mask[20:40, 30:50] = 255  # void has no name written on it
    laid = np.array(overlay(grey(60, 80), mask))
    white, black = np.zeros((2, 60, 80), bool)
    white[20:40, [30, 50]] = True
    white[[20, 40], 30:50] = True
    black[20:40, [29, 49]] = True
    black[[19, 39], 30:50] = True
    assert np.array_equal((laid == 255).all(2), white)
    assert np.array_equal((laid == 0).all(2), black & ~white)


def written(size, mask, classes=VOC_CLASSES):
    """Pixels that a name or its black rim covers."""
    with_names = np.array(overlay(grey(*size), mask, classes, strength=0))
    without = np.array(overlay(grey(*size), mask, ("",) * len(classes), strength=0))
    return (with_names != without).any(2)


@pytest.mark.parametrize("index", [11, 16])  # the longest names
@pytest.mark.parametrize("size", [(100, 130), (375, 500), (1000, 1200)])
@pytest.mark.parametrize("corner", [(0, 0), (0, -1), (-1, 0), (-1, -1)])
def test_a_name_in_a_corner_is_written_whole(index, size, corner):
    mask = torch.zeros(size, dtype=torch.long)
    high, wide = size[0] // 12, size[1] // 12
    top, left = (0 if end == 0 else side - part for end, side, part in zip(corner, size, (high, wide), strict=True))
    mask[top : top + high, left : left + wide] = index
    rows, columns = np.nonzero(written(size, mask))
    # neither a letter nor its rim touches the picture's edge, so nothing is cut off
    assert rows.min() > 0 and rows.max() < size[0] - 1
    assert columns.min() > 0 and columns.max() < size[1] - 1


def test_a_speck_is_not_named():
    mask = torch.zeros(100, 100, dtype=torch.long)
    mask[50:54, 50:54] = 5
    assert not written((100, 100), mask).any()
    mask[50:55, 50:54] = 5
    assert written((100, 100), mask).any()


def test_every_class_is_named_once_where_it_lies():
    mask = two_halves(200, 400, 7, 12)
    marks = written((200, 400), mask)
    assert marks[:, :200].any() and marks[:, 200:].any()
    rows, columns = np.nonzero(marks[:, :200])
    assert abs(rows.mean() - 100) < 20 and abs(columns.mean() - 100) < 20
    assert not written((200, 400), torch.zeros(200, 400, dtype=torch.long)).any()


def test_a_name_lies_on_its_region_even_when_its_middle_does_not():
    mask = torch.full((200, 200), 8)
    mask[40:, 40:] = 0  # an angle: its centre of mass is outside it
    rows, columns = np.nonzero(written((200, 200), mask))
    assert mask[int(rows.mean()), int(columns.mean())] == 8


def test_a_name_lies_on_its_region_in_a_large_picture_too():
    size = (2000, 3000)
    mask = torch.zeros(size, dtype=torch.long)
    mask[1300:1900, 100:1400] = 7
    mask[1::14, 2000:] = 12  # lines that a search for a place does not meet: outlined, not named
    rows, columns = np.nonzero(written(size, mask))
    car = columns < 1700
    assert rows[car].min() > 1300 and rows[car].max() < 1900
    assert columns[car].min() > 100 and columns[car].max() < 1400


MEASURED = """
import resource, sys, torch
from fcn_course.prediction import overlay

image, mask = torch.zeros(3, 4000, 6000, dtype=torch.uint8), torch.zeros(4000, 6000, dtype=torch.int64)
mask[1000:3000, 2000:5000] = 7
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
overlay(image, mask)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * (1 if sys.platform == "darwin" else 1024))
"""


def test_an_overlay_of_24_megapixels_takes_little_more_than_the_pictures_it_makes():
    pytest.importorskip("resource", reason="this system does not tell a process's largest memory")
    done = subprocess.run([sys.executable, "-c", MEASURED], capture_output=True, text=True, check=True)
    # 72 MB as an array and 96 MB as Pillow's picture; one float64 copy would be 576 MB
    assert int(done.stdout) < 4e8


def test_classes_without_a_name_are_left_unnamed():
    assert overlay(grey(40, 60), torch.full((40, 60), 5), classes=("background", "thing")).size == (60, 40)


@pytest.mark.parametrize(
    "image, found",
    [
        (torch.zeros(3, 8, 8), "(3, 8, 8) of torch.float32"),
        (torch.zeros(1, 8, 8, dtype=torch.uint8), "(1, 8, 8)"),
        (torch.zeros(8, 8, 3, dtype=torch.uint8), "(8, 8, 3)"),
        (torch.zeros(1, 3, 8, 8, dtype=torch.uint8), "(1, 3, 8, 8)"),
        (np.zeros((3, 8, 8), np.uint8), "ndarray"),
    ],
)
def test_what_is_no_picture_is_told(image, found):
    for call in (
        lambda: predict(Same(), image),
        lambda: predict_tiled(Same(), image),
        lambda: overlay(image, torch.zeros(8, 8)),
    ):
        with pytest.raises(ValueError) as error:
            call()
        assert "uint8 tensor (3, H, W)" in str(error.value) and found in str(error.value)


@pytest.mark.parametrize(
    "tile, overlap, told",
    [
        ((0, 8), 0, "a tile of 0 x 8 has no pixels"),
        ((8, -1), 0, "a tile of 8 x -1 has no pixels"),
        ((8, 8), 8, "an overlap of 8 does not fit a tile side of 8; it must be 0 to 7"),
        ((8, 6), (3, 9), "an overlap of 9 does not fit a tile side of 6"),
        ((8, 8), -1, "an overlap of -1"),
    ],
)
def test_tiles_that_do_not_work_are_told(tile, overlap, told):
    with pytest.raises(ValueError, match=told):
        predict_tiled(Same(), picture(20, 20), tile, overlap, device="cpu")


def test_an_overlay_of_another_size_is_told():
    with pytest.raises(ValueError, match=r"\(20, 30\) and the mask \(30, 20\)"):
        overlay(grey(20, 30), torch.zeros(30, 20))


def test_a_file_that_is_no_picture_is_told(tmp_path):
    (tmp_path / "a.jpg").write_text("nothing")
    with pytest.raises(ValueError, match=r"a\.jpg cannot be read as a picture"):
        predict(Same(), tmp_path / "a.jpg")


def test_a_real_photograph_in_tiles(small_net, real):
    net, image = speak(small_net(num_classes=21, stride=8), spread=1.0), read_image(real / "street.jpg")
    mask = predict_tiled(net, image, (256, 320), 64, device="cpu")
    assert mask.shape == image.shape[1:]


@pytest.mark.fault("a picture is too large for the memory", "told which tiles take a quarter of it")
@pytest.mark.parametrize("failure", [torch.OutOfMemoryError("CUDA out of memory."), MemoryError()])
def test_a_picture_that_memory_does_not_hold_is_told_with_its_tiles(failure):
    def net(pixels):
        raise failure

    net.to = lambda device, **layout: net
    net.eval = lambda: net
    with pytest.raises(MemoryError, match=r"no memory left for 300 x 400 pixels at once.*--tile 128 192\)"):
        predict(net, torch.zeros(3, 300, 400, dtype=torch.uint8), device="cpu")


@pytest.mark.parametrize("flip", [False, True])
def test_bfloat16_gives_nearly_the_same_logits(small_net, flip):
    net, image = speak(small_net(stride=8), spread=1.0), picture(45, 70)
    exact, brief = (
        predict_logits(net, image, device="cpu", precision=kind, flip=flip) for kind in ("float32", "bfloat16")
    )
    assert brief.dtype == torch.float32 and brief.is_contiguous() and brief.shape == (4, 45, 70)
    assert 0 < (brief - exact).abs().max() < 0.03 * (exact.max() - exact.min())
