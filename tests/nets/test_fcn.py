"""FCN-32s, 16s and 8s: sizes, what they say at the start, the book's net, and what a skip adds.

What holds on every backbone is asked in test_every_backbone.
"""

import math

import pytest
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from fcn_course.bilinear import FrozenBilinear, bilinear_kernel
from fcn_course.nets.backbone import Backbone, load_backbone
from fcn_course.nets.fcn import FCN, fcn8s, fcn16s, fcn32s
from fcn_course.nets.staging import start_from
from tests.support.helpers import narrow_lite, narrow_resnet, narrow_vgg, speak

STRIDES = (32, 16, 8)
# sides of 33 to 200 pixels without the multiples of 32, where a size could be right by luck
SIDES = st.integers(33, 200).filter(lambda side: side % 32)


@pytest.fixture(scope="module")
def trunk():
    torch.manual_seed(0)
    return load_backbone("resnet18", None).eval()


@pytest.mark.parametrize("learned", [False, True])
@pytest.mark.parametrize("stride", STRIDES)
@settings(max_examples=8)
@given(SIDES, SIDES)
def test_the_result_has_the_pictures_size(trunk, stride, learned, height, width):
    net = speak(FCN(trunk, 4, stride, learned))
    with torch.no_grad():
        logits = net(torch.randn(1, 3, height, width))
    assert logits.shape == (1, 4, height, width)
    assert logits.isfinite().all()


@pytest.mark.parametrize("stride", STRIDES)
@pytest.mark.parametrize("size", [(1, 1), (7, 300), (32, 64), (31, 33)])
def test_very_small_and_very_long_pictures_too(trunk, stride, size):
    with torch.no_grad():
        assert speak(FCN(trunk, 21, stride))(torch.randn(2, 3, *size)).shape == (2, 21, *size)


@pytest.mark.parametrize("stride", STRIDES)
@pytest.mark.parametrize("learned", [False, True])
def test_at_the_start_it_says_nothing(trunk, stride, learned):
    net = FCN(trunk, 21, stride, learned).eval()
    logits = net(torch.randn(2, 3, 40, 50))
    assert logits.abs().max() == 0
    loss = F.cross_entropy(logits, torch.randint(0, 21, (2, 40, 50)))
    assert loss.item() == pytest.approx(math.log(21), abs=1e-6)


@pytest.mark.parametrize("stride", STRIDES)
def test_learned_and_frozen_start_alike_inside(trunk, stride):
    frozen, learned = speak(FCN(trunk, 21, stride, False)), speak(FCN(trunk, 21, stride, True))
    x = torch.randn(1, 3, 256, 320)
    with torch.no_grad():
        a, b = frozen(x), learned(x)
    # 16 pixels fade at the last step; each 2x step before it fades one cell further in
    band = 16 if stride == 32 else 48
    inside = slice(band, -band)
    torch.testing.assert_close(a[..., inside, inside], b[..., inside, inside], rtol=1e-4, atol=1e-5)
    assert a[..., inside, inside].abs().max() > 0.1
    assert (a - b).abs().max() > 1e-3


def test_fcn32s_with_learned_upsampling_is_the_books_net():
    torch.manual_seed(3)
    resnet = torchvision.models.resnet18(weights=None)
    net = speak(FCN(Backbone(resnet), 21, 32, learned=True))
    # D2L 14.11.2 and 14.11.3 as printed, with the score layer's numbers copied over
    book = nn.Sequential(*list(resnet.children())[:-2])
    book.add_module("final_conv", nn.Conv2d(512, 21, kernel_size=1))
    book.add_module("transpose_conv", nn.ConvTranspose2d(21, 21, kernel_size=64, padding=16, stride=32))
    book.final_conv.load_state_dict(net.score["stride32"].state_dict())
    with torch.no_grad():
        book.transpose_conv.weight.copy_(bilinear_kernel(21, 21, 64))
        book.transpose_conv.bias.zero_()
        x = torch.randn(1, 3, 320, 480)
        truth = book.eval()(x)
        assert truth.shape == (1, 21, 320, 480) and truth.abs().max() > 0.1
        torch.testing.assert_close(net(x), truth, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("stride", [16, 8])
def test_skips_that_say_nothing_leave_the_coarser_net(trunk, stride):
    # two bilinear steps are close to one of 32x, not equal to it, so they are taken here too
    net = speak(FCN(trunk, 5, stride))
    for s in (16, 8)[: 1 if stride == 16 else 2]:
        nn.init.zeros_(net.score[f"stride{s}"].weight)
        nn.init.zeros_(net.score[f"stride{s}"].bias)
    x = torch.randn(1, 3, 96, 128)
    with torch.no_grad():
        total = net.score["stride32"](trunk(x)[32])
        while total.shape[2] * stride < 96:
            total = F.interpolate(total, scale_factor=2, mode="bilinear", align_corners=False)
        truth = F.interpolate(total, scale_factor=stride, mode="bilinear", align_corners=False)
        torch.testing.assert_close(net(x), truth, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("size", [(96, 128), (75, 101)])
def test_fcn8s_by_hand(trunk, size):
    net = speak(FCN(trunk, 5, 8))
    x = torch.randn(1, 3, *size)

    def up(score, factor, like):
        larger = F.interpolate(score, scale_factor=factor, mode="bilinear", align_corners=False)
        return larger[..., : like.shape[2], : like.shape[3]]

    with torch.no_grad():
        maps = trunk(x, STRIDES)
        s32, s16, s8 = (net.score[f"stride{s}"](maps[s]) for s in STRIDES)
        s16 = s16 + up(s32, 2, s16)
        s8 = s8 + up(s16, 2, s8)
        torch.testing.assert_close(net(x), up(s8, 8, x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("learned", [False, True])
@pytest.mark.parametrize("stride", STRIDES)
@pytest.mark.parametrize("size", [(64, 96), (75, 101), (1, 33)])
def test_the_coarse_result_enlarged_and_cropped_is_the_plain_one(trunk, stride, learned, size):
    net, x = speak(FCN(trunk, 5, stride, learned)), torch.randn(2, 3, *size)
    with torch.no_grad():
        coarse, plain = net(x, coarse=True), net(x)
        enlarge = net.enlarge if learned else nn.Upsample(scale_factor=stride, mode="bilinear", align_corners=False)
        larger = enlarge(coarse)
    assert coarse.shape == (2, 5, *(math.ceil(side / stride) for side in size))
    assert isinstance(net.enlarge, nn.ConvTranspose2d if learned else nn.Upsample)
    assert torch.equal(larger[..., : size[0], : size[1]], plain) and plain.abs().max() > 0.05


@pytest.mark.parametrize("stride", STRIDES)
def test_every_scored_stage_reaches_the_result_and_no_other(trunk, stride):
    x = torch.randn(1, 3, 64, 64)
    net = speak(FCN(trunk, 5, stride))
    assert list(net.score) == [f"stride{s}" for s in STRIDES if s >= stride]
    with torch.no_grad():
        before = net(x)
        for layer in net.score.values():
            layer.bias += 1
            after = net(x)
            # a constant on any of the scores is the same constant on every pixel: nothing fades when frozen
            torch.testing.assert_close(after - before, torch.ones_like(before), rtol=0, atol=1e-4)
            before = after


@pytest.mark.parametrize("stride", STRIDES)
def test_the_frozen_steps_are_the_fixed_tent(trunk, stride):
    net, x = FCN(trunk, 3, stride), torch.randn(2, 3, 4, 5)
    torch.testing.assert_close(net.enlarge(x), FrozenBilinear(stride)(x), rtol=0, atol=2e-6)
    for step in net.twice.values():
        torch.testing.assert_close(step(x), FrozenBilinear(2)(x), rtol=0, atol=2e-6)


def test_frozen_upsampling_has_no_parameters_and_learned_has_the_books():
    def head(learned):
        return {name: p.numel() for name, p in fcn8s(21, None, learned).named_parameters() if "stages." not in name}

    scores = {"score.stride32": 512, "score.stride16": 256, "score.stride8": 128}
    frozen = {f"{name}.weight": 21 * planes for name, planes in scores.items()} | {
        f"{name}.bias": 21 for name in scores
    }
    assert head(False) == frozen
    assert head(True) == frozen | {
        "twice.stride16.weight": 21 * 21 * 16,
        "twice.stride8.weight": 21 * 21 * 16,
        "enlarge.weight": 21 * 21 * 256,
    }


def test_the_classifier_stays_behind_and_the_stages_are_shared(trunk):
    net = FCN(trunk, 4)
    assert net.stages is trunk.stages
    assert not any("classifier" in name for name, _ in net.named_parameters())


@pytest.mark.parametrize("make, stride", [(fcn32s, 32), (fcn16s, 16), (fcn8s, 8)])
def test_the_three_by_name(make, stride):
    net = make(num_classes=3, weights=None)
    assert net.architecture == {
        "backbone": "resnet18",
        "num_classes": 3,
        "stride": stride,
        "learned": False,
        "alignment": "book",
        "skip_scales": [1.0, 1.0],
    }
    assert make(weights=None, learned=True).architecture["learned"] is True
    lite = make(weights="imagenet", backbone="efficientnet_lite0")
    assert lite.architecture["backbone"] == "efficientnet_lite0" and lite.architecture["stride"] == stride


@pytest.mark.parametrize("name", ["resnet34", "resnet50"])
def test_other_backbones_fit(name):
    with torch.no_grad():
        assert FCN(load_backbone(name, None), 21, 8).eval()(torch.zeros(1, 3, 50, 70)).shape == (1, 21, 50, 70)


@pytest.mark.parametrize("stride", [4, 64, 0, "8", None])
def test_a_stride_that_is_not_offered_is_told(trunk, stride):
    with pytest.raises(ValueError, match=f"stride must be 32, 16 or 8, got {stride!r}"):
        FCN(trunk, 21, stride)


def test_no_classes_are_told(trunk):
    with pytest.raises(ValueError, match="num_classes must be at least 1, got 0"):
        FCN(trunk, 0)


def paper_by_hand(net, backbone, x, crops):
    """The released nets' head, with numbers typed in: ``crops`` off pool4's and pool3's scores and off the result."""
    maps = backbone(x, STRIDES)
    tent2 = bilinear_kernel(5, 5, 4)
    total = net.score["stride32"](maps[32])
    for s, crop in zip((16, 8), crops[:-1], strict=False):
        twice = F.conv_transpose2d(total, tent2, stride=2)
        height, width = twice.shape[2:]
        skip = net.score[f"stride{s}"](maps[s])
        total = twice + skip[..., crop : crop + height, crop : crop + width]
    larger = F.conv_transpose2d(total, bilinear_kernel(5, 5, 2 * net.stride), stride=net.stride)
    return larger[..., crops[-1] : crops[-1] + x.shape[2], crops[-1] : crops[-1] + x.shape[3]]


CROPS = {32: (19,), 16: (5, 27), 8: (5, 9, 31)}


@pytest.mark.parametrize("learned", [False, True])
@pytest.mark.parametrize("stride", STRIDES)
@pytest.mark.parametrize("size", [(1, 1), (64, 96), (75, 101)])
def test_the_papers_net_has_the_papers_crops(stride, size, learned):
    backbone = narrow_vgg(paper=True).eval()
    net, x = speak(FCN(backbone, 5, stride, learned)), torch.randn(1, 3, *size)
    assert [abs(offset) for offset in net.offsets.values()] == list(CROPS[stride])
    with torch.no_grad():
        truth = paper_by_hand(net, backbone, x, CROPS[stride])
        assert truth.shape == (1, 5, *size)
        torch.testing.assert_close(net(x), truth, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("stride, which", [(32, 0), (16, 0), (16, 1), (8, 0), (8, 1), (8, 2)])
@pytest.mark.parametrize("by", [-1, 1])
def test_a_crop_that_is_one_off_is_found(stride, which, by):
    backbone = narrow_vgg(paper=True).eval()
    net, x = speak(FCN(backbone, 5, stride)), torch.randn(1, 3, 75, 101)
    crops = list(CROPS[stride])
    crops[which] += by
    with torch.no_grad():
        assert (net(x) - paper_by_hand(net, backbone, x, crops)).abs().max() > 1e-3


def test_skips_can_be_scaled_as_in_the_papers_training_at_once():
    backbone, x = narrow_vgg(paper=True).eval(), torch.randn(1, 3, 64, 64)
    scaled = speak(FCN(backbone, 5, 8, skip_scales=(0.01, 0.0001)))
    plain = speak(FCN(backbone, 5, 8))
    for layer, factor in ((plain.score["stride16"], 0.01), (plain.score["stride8"], 0.0001)):
        layer.weight.data *= factor
    with torch.no_grad():
        torch.testing.assert_close(scaled(x), plain(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("make", [narrow_resnet, narrow_lite])
def test_between_centres_two_bilinear_steps_are_one(make):
    coarser = speak(FCN(make(), 5, 32, alignment="centres"))
    finer, x = start_from(FCN(make(1), 5, 16, alignment="centres"), coarser).eval(), torch.randn(1, 3, 70, 90)
    with torch.no_grad():
        torch.testing.assert_close(finer(x), coarser(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "finer, coarser, told",
    [
        ({"stride": 16, "num_classes": 4}, {}, "its num_classes is 5, not 4"),
        ({"stride": 16, "learned": True}, {}, "its learned is False, not True"),
        ({"stride": 16, "alignment": "paper"}, {}, "its alignment is 'book', not 'paper'"),
        ({"stride": 32}, {"stride": 8}, "an FCN-32s cannot start from an FCN-8s; it takes a coarser one"),
    ],
)
def test_another_net_to_start_from_is_told(finer, coarser, told):
    with pytest.raises(ValueError, match=told):
        start_from(
            FCN(narrow_vgg(), **({"num_classes": 5} | finer)), FCN(narrow_vgg(), **({"num_classes": 5} | coarser))
        )


@pytest.mark.parametrize(
    "make, alignment, told",
    [
        (narrow_vgg, "middle", "alignment must be book, centres, paper, got 'middle'"),
        (lambda: narrow_vgg(paper=True), "book", 'vgg16_paper pads its pictures, .* take alignment="paper"'),
        (narrow_resnet, "paper", r"-31\.5 cells apart, and no crop mends a fraction"),
        (narrow_lite, "paper", r"-0\.5 cells apart, and no crop mends a fraction"),
    ],
)
def test_an_alignment_that_cannot_be_had_is_told(make, alignment, told):
    with pytest.raises(ValueError, match=told):
        FCN(make(), 5, 32, alignment=alignment)


def test_only_an_fcn_can_be_started_from():
    with pytest.raises(ValueError, match=r"an FCN starts from an FCN, got a Identity; give the best\.pt of a run"):
        start_from(FCN(narrow_resnet(), 5, 16), nn.Identity())
