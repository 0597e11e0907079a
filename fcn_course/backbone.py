"""A classifier as the trunk of an FCN: loaded, cut into stages named by their stride, its classifier kept beside.

Lecture 01; D2L 14.11; Long et al., CVPR 2015, section 3.1. The nets are torchvision's own classes.
"""

from __future__ import annotations

import pickle
import textwrap
from collections.abc import Iterable
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from fcn_course.places import weights_file

BACKBONES = ("resnet18", "resnet34", "resnet50")
STRIDES = (2, 4, 8, 16, 32)


class Backbone(nn.Module):
    """The convolutional part of a torchvision ResNet in five stages, and the classifier that was cut off.

    Attributes:
        stages: ``ModuleDict`` with the keys ``stride2`` ... ``stride32``; each halves the size that it is given.
        channels: planes that come out of each stage, by stride.
        classifier: the ``nn.Linear`` that named the whole picture; an FCN does not use it, lecture 01 does.
        name: which net this is, for messages and checkpoints.
    """

    def __init__(self, resnet: nn.Module, name: str = "resnet18"):
        super().__init__()
        self.name = name
        self.stages = nn.ModuleDict(
            {
                "stride2": nn.Sequential(resnet.conv1, resnet.bn1, resnet.relu),
                "stride4": nn.Sequential(resnet.maxpool, resnet.layer1),
                "stride8": resnet.layer2,
                "stride16": resnet.layer3,
                "stride32": resnet.layer4,
            }
        )
        self.channels = {4: _planes(resnet.layer1), 8: _planes(resnet.layer2)}
        self.channels |= {2: resnet.conv1.out_channels, 16: _planes(resnet.layer3), 32: _planes(resnet.layer4)}
        self.classifier = resnet.fc

    def forward(self, x: Tensor, strides: Iterable[int] = (32,)) -> dict[int, Tensor]:
        """Pictures ``(N, 3, H, W)``, normalised -> ``{s: (N, channels[s], ceil(H / s), ceil(W / s))}``."""
        return run_stages(self.stages, x, strides)

    def classify(self, x: Tensor) -> Tensor:
        """Name whole pictures as the classifier did: ``(N, 3, H, W)`` -> logits ``(N, classes)``."""
        return self.classifier(self(x)[32].mean((2, 3)))


def run_stages(stages: nn.ModuleDict, x: Tensor, strides: Iterable[int]) -> dict[int, Tensor]:
    """Send ``(N, 3, H, W)`` through the stages as far as needed; returns what comes out at each of ``strides``."""
    strides, found = set(strides), {}
    for stride, stage in zip(STRIDES, stages.values(), strict=True):
        x = stage(x)
        if stride in strides:
            found[stride] = x
        if stride == max(strides):
            break
    return found


def load_backbone(name: str = "resnet18", weights: str | Path | None = "minivoc") -> Backbone:
    """A backbone with weights.

    Args:
        name: one of ``BACKBONES``.
        weights: ``"minivoc"`` (ships with the course, resnet18 only), ``"imagenet"`` (torchvision's, from its own
            cache or the net), ``None`` (random), or the path of a state dict (.safetensors, .pt or .pth).

    Raises:
        ValueError: for a name that is not known, or weights that do not fit this net.
        FileNotFoundError: if the weights cannot be had; the message says where they belong.
    """
    import torchvision  # seven seconds on a slow disk: paid by those who load a net

    if name not in BACKBONES:
        raise ValueError(f"no backbone is called {name!r}; choose one of {', '.join(BACKBONES)}")
    build = getattr(torchvision.models, name)
    if weights is None:
        return Backbone(build(weights=None), name)
    if weights == "imagenet":
        return Backbone(_imagenet(name, build), name)
    if weights == "minivoc":
        if name != "resnet18":
            raise ValueError(
                f'the shipped weights "minivoc" are a resnet18\'s, not a {name}\'s; take "imagenet" or None'
            )
        weights = weights_file("resnet18_minivoc.safetensors")
    state = read_weights(weights)
    classes = state["fc.weight"].shape[0] if "fc.weight" in state else 1000
    net = build(weights=None, num_classes=classes)
    try:
        net.load_state_dict(state)
    except RuntimeError as error:
        found = textwrap.shorten(str(error), 200)  # torch names every one of the keys
        raise ValueError(f"the weights in {weights} are not those of a torchvision {name}: {found}") from error
    return Backbone(net, name)


def read_weights(path: str | Path) -> dict[str, Tensor]:
    """A state dict from a .safetensors, .pt or .pth file, in float32. Nothing in the file is executed."""
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f'no weights at {path}; give the path of a state dict, "minivoc", "imagenet" or None')
    try:
        if path.suffix == ".safetensors":
            state = load_file(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # each format fails in its own way; all mean the same to the reader
        raise ValueError(f"{path} is no readable file of weights ({type(error).__name__})") from error
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise ValueError(
            f"{path} holds no plain state dict of tensors; save one with torch.save(net.state_dict(), path)"
        )
    return {key: value.float() if value.is_floating_point() else value for key, value in state.items()}


def linear_to_conv(linear: nn.Linear, kernel_size: int = 1) -> nn.Conv2d:
    """The convolution that gives a fully connected layer's numbers at every place of a map.

    A layer that was fed a flattened ``(C, k, k)`` map becomes a ``k`` x ``k`` convolution over C planes: on a map of
    exactly k x k both give the same numbers, on a larger one the convolution gives a map of them (paper, section 3.1).

    Raises:
        ValueError: if the inputs cannot be laid out as planes of ``kernel_size`` x ``kernel_size``.
    """
    area = kernel_size * kernel_size
    if kernel_size < 1 or linear.in_features % area:
        raise ValueError(
            f"{linear.in_features} inputs are no whole number of {kernel_size} x {kernel_size} planes; give the size "
            "of the map that was flattened before this layer"
        )
    planes = linear.in_features // area
    conv = nn.Conv2d(planes, linear.out_features, kernel_size, bias=linear.bias is not None)
    with torch.no_grad():
        conv.weight.copy_(linear.weight.view(-1, planes, kernel_size, kernel_size))
        if linear.bias is not None:
            conv.bias.copy_(linear.bias)
    return conv


def _imagenet(name, build):
    from torchvision.models import get_model_weights

    weights = get_model_weights(name).DEFAULT if name != "resnet50" else get_model_weights(name).IMAGENET1K_V1
    place = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
    digest = place.stem.rsplit("-", 1)[-1]  # torchvision writes the first eight digits into the file's name
    try:
        return build(weights=weights, progress=False)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        # no network, a proxy's page instead of the file, a cut download, another file at its place
        found = textwrap.shorten(str(error), 200)
        raise FileNotFoundError(
            f"the ImageNet weights of {name} could not be had ({found}). Fetch {weights.url} on any machine, check "
            f'that its SHA-256 starts with {digest}, and put it at {place}; or use weights="minivoc", which ships.'
        ) from error


def _planes(layer):
    last = layer[-1]
    return (last.conv3 if hasattr(last, "conv3") else last.conv2).out_channels
