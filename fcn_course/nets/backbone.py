"""A classifier as the trunk of an FCN: loaded, cut into stages named by their stride, its classifier kept beside.

Lecture 01; D2L 14.11; Long et al., CVPR 2015, sections 3.1 and 4.1. The nets are torchvision's own classes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fcn_course.data.normalisation import normalisation_of
from fcn_course.data.paths import weights_file
from fcn_course.nets.classifiers import classifier_to_convs, linear_to_conv
from fcn_course.nets.efficientnet_lite import efficientnet_lite0, imagenet_file, torchvisions_names
from fcn_course.nets.pretrained import from_torchvision, misfits, read_state, read_weights
from fcn_course.shapes import Field, receptive_field

__all__ = ["BACKBONES", "STRIDES", "Backbone", "linear_to_conv", "load_backbone", "read_weights", "run_stages"]

BACKBONES = ("resnet18", "resnet34", "resnet50", "vgg16", "vgg16_paper", "efficientnet_lite0")
STRIDES = (2, 4, 8, 16, 32)
PAPERS_PADDING = 100  # a picture of one pixel needs 97, so that pool5 has the 7 cells that fc6 spans


class Backbone(nn.Module):
    """The convolutional part of a torchvision ResNet, VGG or EfficientNet in five stages, and the classifier cut off.

    VGG pools in ceil mode, as the paper's own nets do (Caffe's pooling): so a side of H pixels gives ceil(H / s) cells
    after every stage, as in a ResNet, and no pixel at the right or bottom is lost. At multiples of 32 this is
    torchvision's net.

    Args:
        net: a ResNet, VGG or EfficientNet of torchvision; its layers are taken over.
        name: which net this is, for messages and checkpoints.
        paper: the paper's VGG (see :func:`load_backbone`).

    Attributes:
        stages: ``ModuleDict`` with the keys ``stride2`` ... ``stride32``; each halves the size that it is given.
        channels: planes that come out of each stage, by stride.
        fields: where the cells of each stage look, by stride (:class:`fcn_course.shapes.Field`).
        classifier: the layers that named the whole picture; an FCN does not use them, lecture 01 does.
        head: what stands between the last stage and the classifier's pooling: nothing, but for an EfficientNet, which
            makes 1280 planes of each cell's 320 before it names anything.
        normalisation: of the pictures that it expects, see :func:`fcn_course.data.normalisation.normalise`.
        scale: what an FCN multiplies its maps by before it scores them, so that one learning rate serves all trunks.
    """

    def __init__(self, net: nn.Module, name: str = "resnet18", paper: bool = False):
        super().__init__()
        self.name, self.normalisation, self.scale = name, normalisation_of(net), getattr(net, "scale", 1.0)
        resnet = hasattr(net, "fc")
        vgg = not resnet and isinstance(net.features[-1], nn.MaxPool2d)
        stages = _resnet_stages(net) if resnet else _vgg_stages(net) if vgg else _block_stages(net)
        self.stages = nn.ModuleDict(zip(_names(), stages, strict=True))
        self.classifier = net.fc if resnet else net.classifier
        self.head = nn.Identity() if resnet or vgg else net.features[-1]
        self.pooled = 7 if vgg else 1  # side of the map that the classifier is fed
        if paper:
            self.stages["stride2"][0] = _padded(self.stages["stride2"][0], PAPERS_PADDING)
            self.stages["stride32"].extend(classifier_to_convs(self.classifier, self.pooled)[:-1])
        self.channels, self.fields, field = {}, {}, Field()
        for stride, stage in zip(STRIDES, self.stages.values(), strict=True):
            layers = list(_windows(stage))
            field = receptive_field(
                ((_one(layer.kernel_size), _one(layer.stride), _one(layer.padding)) for layer in layers), field
            )
            self.fields[stride] = field
            self.channels[stride] = [layer for layer in layers if isinstance(layer, nn.Conv2d)][-1].out_channels
        # as a CPU's convolutions want them: others are reordered at every call, and what comes out pools more slowly
        self.to(memory_format=torch.channels_last)

    def forward(self, x: Tensor, strides: Iterable[int] = (32,)) -> dict[int, Tensor]:
        """Pictures ``(N, 3, H, W)``, normalised -> ``{s: (N, channels[s], ceil(H / s), ceil(W / s))}``."""
        return run_stages(self.stages, x, strides)

    def classify(self, x: Tensor) -> Tensor:
        """Name whole pictures as the classifier did: ``(N, 3, H, W)`` -> logits ``(N, classes)``."""
        return self.classifier(F.adaptive_avg_pool2d(self.head(self(x)[32]), self.pooled).flatten(1))


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
        name: one of ``BACKBONES``. ``"vgg16"`` ends with its last pooling; ``"vgg16_paper"`` is the paper's: 100
            pixels of padding round the picture, and fc6 and fc7 as convolutions, with dropout, in the last stage.
        weights: ``"minivoc"`` (ships with the course, resnet18 only), ``"imagenet"`` (torchvision's, from its own
            cache or the net; efficientnet_lite0's, from the extra ``photographs``), ``None`` (random), or the path of
            a state dict (.safetensors, .pt or .pth), also as training scripts write it
            (:func:`~fcn_course.nets.pretrained.read_state`). A checkpoint of this course gives its trunk; its
            classifier, which no FCN uses, stays random.

    Raises:
        ValueError: for a name that is not known, or weights that do not fit this net.
        FileNotFoundError: if the weights cannot be had; the message says where they belong.
    """
    import torchvision  # seven seconds on a slow disk: paid by those who load a net

    if name not in BACKBONES:
        raise ValueError(f"no backbone is called {name!r}; choose one of {', '.join(BACKBONES)}")
    paper = name == "vgg16_paper"
    lite = name == "efficientnet_lite0"
    build = efficientnet_lite0 if lite else getattr(torchvision.models, name.removesuffix("_paper"))
    if weights is None:
        return Backbone(build(), name, paper)
    if weights == "imagenet" and lite:
        weights = imagenet_file()
    if weights == "imagenet":
        chosen = torchvision.models.get_model_weights(build).IMAGENET1K_V1
        instead = (
            'or use weights="minivoc", which ships.' if name == "resnet18" else "or use resnet18, whose weights ship."
        )
        return Backbone(from_torchvision(build, chosen, f"ImageNet weights of {name}", instead), name, paper)
    if weights == "minivoc":
        if name != "resnet18":
            raise ValueError(
                f'the shipped weights "minivoc" are a resnet18\'s, not a {name}\'s; take "imagenet" or None'
            )
        weights = weights_file("resnet18_minivoc.safetensors")
    state, theirs = read_state(weights)
    if any(key.startswith("stages.") for key in state):
        return _trunk_of_fcn(Backbone(build(), name, paper), state, theirs, weights)
    state = torchvisions_names(state)
    last = [key for key in ("fc.weight", "classifier.6.weight", "classifier.1.weight") if key in state]
    net = unwritten(build, num_classes=state[last[0]].shape[0] if last else 1000)
    try:
        net.load_state_dict(state)
    except RuntimeError as error:
        raise ValueError(
            f"the weights in {weights} are not those of a torchvision {build.__name__}: {misfits(net, state)}; give "
            "--backbone the net that they are of, or other weights"
        ) from error
    return Backbone(net, name, paper)


def unwritten(build: Callable[..., nn.Module], **options) -> nn.Module:
    """What ``build`` makes, with room for its weights and none in it: they are read next. To draw some takes longer."""
    import torchvision  # noqa: F401  before anything is made that has no place: its own tensors need one

    with torch.device("meta"):
        net = build(**options)
    return net.to_empty(device="cpu")


def _trunk_of_fcn(backbone, state, theirs, path):
    """The backbone with the stages of a net of this course."""
    if theirs and theirs != backbone.name:
        raise ValueError(
            f"{path} is a net on {theirs}, not on {backbone.name}; take --backbone {theirs} (in Python "
            f'load_backbone("{theirs}", ...)), or other weights'
        )
    state = {key.removeprefix("stages."): value for key, value in state.items() if key.startswith("stages.")}
    try:
        backbone.stages.load_state_dict(state)
    except RuntimeError as error:
        raise ValueError(
            f"the trunk in {path} is not that of a {backbone.name}: {misfits(backbone.stages, state)}; take --backbone "
            "of the net that wrote it, or other weights"
        ) from error
    return backbone


def _names():
    return [f"stride{stride}" for stride in STRIDES]


def _resnet_stages(resnet):
    first = nn.Sequential(resnet.conv1, resnet.bn1, resnet.relu)
    return first, nn.Sequential(resnet.maxpool, resnet.layer1), resnet.layer2, resnet.layer3, resnet.layer4


def _vgg_stages(vgg):
    """Each stage ends with its pooling, so the map that a skip scores is the paper's pool3 or pool4."""
    stages = [nn.Sequential()]
    for layer in vgg.features:
        if isinstance(layer, nn.MaxPool2d):
            stages[-1].append(nn.MaxPool2d(layer.kernel_size, layer.stride, ceil_mode=True))
            stages.append(nn.Sequential())
        else:
            stages[-1].append(layer)
    return stages[:-1]


def _block_stages(net):
    """A stage begins with the layers that halve the size; the last convolution is left to the classifier."""
    stages = []
    for layers in net.features[:-1]:
        if any(layer.stride == (2, 2) for layer in layers.modules() if isinstance(layer, nn.Conv2d)):
            stages.append(nn.Sequential())
        stages[-1].append(layers)
    return stages


def _padded(conv, padding):
    conv = copy.deepcopy(conv)
    conv.padding = (padding, padding)
    return conv


def _windows(stage) -> Iterator[nn.Module]:
    """The layers with a window that a picture runs through one after the other; not those of a block's short cut."""
    for name, layer in stage.named_modules():
        if isinstance(layer, (nn.Conv2d, nn.MaxPool2d)) and "downsample" not in name:
            yield layer


def _one(value):
    return value[0] if isinstance(value, tuple) else value  # windows are square
