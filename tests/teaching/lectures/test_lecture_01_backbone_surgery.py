"""What lecture 01 defines, against the package, torch and torchvision; and what it says where no cell computes it."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision.transforms.v2 import functional as transforms

from fcn_course.data.minivoc import draw_picture
from fcn_course.nets.backbone import load_backbone
from fcn_course.nets.classifiers import classifier_to_convs, linear_to_conv
from fcn_course.shapes import receptive_field
from fcn_course.teaching.checks.backbone_surgery.resnet18 import LAYERS, by_stage
from tests.support.helpers import narrow_vgg
from tests.support.lecture_files import functions_of

LECTURE = "01_backbone_surgery"


@pytest.fixture(scope="module")
def functions():
    return functions_of(LECTURE)


@pytest.fixture(scope="module")
def meta():
    with torch.device("meta"):
        return {name: load_backbone(name, None).eval() for name in ("resnet18", "resnet34", "vgg16", "vgg16_paper")}


def test_as_batch_is_what_torchvision_makes_of_a_picture(functions):
    drawn = draw_picture(0, "cat", (64, 48)).image
    truth = transforms.to_dtype(transforms.to_image(drawn), torch.float32, scale=True)
    truth = transforms.normalize(truth, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])[None]
    torch.testing.assert_close(functions["as_batch"](drawn), torch.Tensor(truth))
    assert torch.equal(functions["as_batch"](np.array(drawn)), functions["as_batch"](drawn))


@pytest.mark.parametrize(
    "net",
    [
        nn.Conv2d(4, 6, 3, stride=2, groups=2),
        nn.Sequential(nn.Conv2d(4, 3, 5, dilation=2), nn.Flatten(), nn.Linear(3 * 4 * 12, 7, bias=False)),
        nn.Sequential(nn.MaxPool2d(2), nn.BatchNorm2d(4), nn.ReLU()).eval(),
    ],
)
def test_multiply_adds_are_half_of_torchs_count(functions, net):
    x, counter = torch.zeros(1, 4, 12, 20), FlopCounterMode(display=False)
    with counter, torch.no_grad():
        net(x)
    assert 2 * functions["multiply_adds"](net, x) == counter.get_total_flops()
    assert not any(layer._forward_hooks for layer in net.modules())


def test_linear_to_conv1x1_is_the_packages(functions):
    linear = nn.Linear(12, 5)
    mine, package = functions["linear_to_conv1x1"](linear), linear_to_conv(linear)
    assert torch.equal(mine.weight, package.weight) and torch.equal(mine.bias, package.bias)


def test_to_convolutions_is_the_packages(functions):
    classifier = narrow_vgg().classifier.eval()
    mine, package = functions["to_convolutions"](classifier, 7), classifier_to_convs(classifier, 7)
    x = torch.randn(2, 8, 9, 12)
    assert [type(layer) for layer in mine] == [type(layer) for layer in package]
    with torch.no_grad():
        assert torch.equal(mine(x), package(x))


@pytest.mark.parametrize("side", [1, 3])
def test_convolved_is_the_packages_convolution(functions, side):
    linear, x = nn.Linear(6 * side * side, 19), torch.randn(2, 6, 5, 7)
    with torch.no_grad():
        torch.testing.assert_close(functions["convolved"](linear, x, side), linear_to_conv(linear, side)(x))


def test_the_checks_arithmetic_is_the_nets(functions, meta):
    x, found = torch.empty(1, 3, 320, 480, device="meta"), {}
    for stride, stage in zip((2, 4, 8, 16, 32), meta["resnet18"].stages.values(), strict=True):
        found[stride] = sum(p.numel() for p in stage.parameters()), functions["multiply_adds"](stage, x)
        x = stage(x)
    assert found == by_stage()
    assert receptive_field(LAYERS) == meta["resnet18"].fields[32] == (435, 32, 0)


def test_the_work_of_the_last_three_stages_is_the_same_at_every_multiple_of_32():
    for height, width in ((32, 32), (160, 224), (320, 480)):
        assert len({by_stage(height, width)[stride][1] for stride in (8, 16, 32)}) == 1


def test_a_window_is_not_quite_a_crop():
    vgg, X = narrow_vgg().eval(), torch.randn(1, 3, 288, 288)
    convs = classifier_to_convs(vgg.classifier, vgg.pooled)
    with torch.no_grad():
        dense, crop = convs(vgg(X)[32]), vgg.classify(X[:, :, 32:256, 32:256])
    assert dense.shape[2:] == (3, 3)
    assert not torch.allclose(dense[:, :, 1, 1], crop, rtol=0.01)


def test_what_was_to_be_seen_in_the_explorer(meta):
    assert [meta["resnet18"].fields[stride].size for stride in (2, 4, 8, 16)] == [7, 43, 99, 211]
    assert [meta[name].fields[32].size for name in ("resnet18", "resnet34", "vgg16")] == [435, 899, 212]
    assert 320 * 480 / 899**2 < 0.5  # most of what a cell of resnet34 sees is padding, wherever it stands
    for name, left in (("resnet18", 513_000), ("resnet34", 513_000), ("vgg16", 123_642_856)):
        assert sum(p.numel() for p in meta[name].classifier.parameters()) == left
    field, rows = meta["vgg16_paper"].fields[2], (336 + 200 - 2) // 2
    outside = sum(not 0 <= field.centre(row) <= 335 for row in range(rows))
    assert rows == 267 and 1 / 3 < outside / rows < 0.4
