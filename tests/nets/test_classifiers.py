"""Fully connected layers as convolutions, on real ResNet-18 and VGG-16 (random weights: the arithmetic is the same)."""

import pytest
import torch
import torchvision
from torch import nn

from fcn_course.nets.backbone import load_backbone
from fcn_course.nets.classifiers import classifier_to_convs, linear_to_conv
from tests.support.helpers import narrow_vgg


def test_resnet18s_logits_are_the_mean_of_the_convolutions():
    torch.manual_seed(0)
    backbone, x = load_backbone("resnet18").eval(), torch.randn(2, 3, 96, 160)
    with torch.no_grad():
        places = classifier_to_convs(backbone.classifier)(backbone(x)[32])
        assert places.shape == (2, 20, 3, 5) and places.abs().max() > 1
        torch.testing.assert_close(places.mean((2, 3)), backbone.classify(x), rtol=0, atol=1e-4)


def test_vgg16s_logits_are_those_of_its_convolutions_at_the_trained_size():
    torch.manual_seed(0)
    vgg = torchvision.models.vgg16(weights=None).eval()
    convs, x = classifier_to_convs(vgg.classifier, 7).eval(), torch.randn(1, 3, 224, 224)
    kernels = [tuple(layer.weight.shape) for layer in convs if isinstance(layer, nn.Conv2d)]
    assert kernels == [(4096, 512, 7, 7), (4096, 4096, 1, 1), (1000, 4096, 1, 1)]
    with torch.no_grad():
        truth = vgg(x)
        torch.testing.assert_close(convs(vgg.features(x))[..., 0, 0], truth, rtol=0, atol=1e-4)
    assert truth.std() > 0.01


def test_on_a_larger_map_each_place_is_the_classifier_of_its_window():
    backbone = narrow_vgg().eval()
    convs, maps = classifier_to_convs(backbone.classifier, 7).eval(), torch.randn(1, 8, 9, 10)
    with torch.no_grad():
        places = convs(maps)
        assert places.shape == (1, 5, 3, 4)
        for row, column in ((0, 0), (2, 3), (1, 2)):
            window = maps[..., row : row + 7, column : column + 7].flatten(1)
            torch.testing.assert_close(places[..., row, column], backbone.classifier(window), rtol=0, atol=1e-4)


def test_dropout_and_relu_stay_where_they_are():
    kinds = [type(layer) for layer in classifier_to_convs(narrow_vgg().classifier, 7)]
    assert kinds == [nn.Conv2d, nn.ReLU, nn.Dropout, nn.Conv2d, nn.ReLU, nn.Dropout, nn.Conv2d]


@pytest.mark.parametrize("kernel_size, bias", [(1, True), (7, True), (7, False), (2, True)])
def test_a_linear_layer_as_a_convolution_gives_its_numbers(kernel_size, bias):
    torch.manual_seed(0)
    linear = nn.Linear(8 * kernel_size**2, 5, bias=bias)
    x = torch.randn(3, 8, kernel_size, kernel_size)
    conv = linear_to_conv(linear, kernel_size)
    with torch.no_grad():
        torch.testing.assert_close(conv(x)[..., 0, 0], linear(x.flatten(1)), rtol=0, atol=1e-4)
        assert conv(torch.randn(1, 8, kernel_size + 3, kernel_size + 5)).shape == (1, 5, 4, 6)


def test_on_a_larger_map_each_place_has_the_linear_layers_numbers():
    torch.manual_seed(1)
    linear, x = nn.Linear(4 * 9, 6), torch.randn(1, 4, 5, 6)
    with torch.no_grad():
        found = linear_to_conv(linear, 3)(x)
        for row in range(3):
            for column in range(4):
                window = x[:, :, row : row + 3, column : column + 3]
                torch.testing.assert_close(found[:, :, row, column], linear(window.flatten(1)), rtol=0, atol=1e-5)


def test_the_convolution_does_not_share_its_weights_with_the_linear_layer():
    linear = nn.Linear(4, 2)
    conv = linear_to_conv(linear)
    with torch.no_grad():
        conv.weight.zero_()
    assert linear.weight.abs().sum() > 0


@pytest.mark.parametrize("inputs, kernel_size", [(10, 3), (8, 0), (8, -2)])
def test_a_layer_that_is_no_map_of_that_size_is_refused(inputs, kernel_size):
    with pytest.raises(ValueError, match=rf"{inputs} inputs .* {kernel_size} x {kernel_size} planes; give the size"):
        linear_to_conv(nn.Linear(inputs, 2), kernel_size)
