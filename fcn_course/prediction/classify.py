"""One name for a whole picture, by a classifier that has not been cut open yet (lectures 00 and 01)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from fcn_course.data.images import as_image
from fcn_course.data.normalisation import normalise
from fcn_course.nets.backbone import Backbone
from fcn_course.nets.devices import choose_device

SHORTER, SQUARE = 256, 224  # pixels: the picture's shorter side once resized, and what is cut out of its middle


@cache
def imagenet_names() -> tuple[str, ...]:
    """ImageNet's thousand names in the order of a classifier's logits, as torchvision lists them; nothing is loaded."""
    from torchvision.models import ResNet18_Weights

    return tuple(ResNet18_Weights.IMAGENET1K_V1.meta["categories"])


@torch.no_grad()
def name_picture(
    backbone: Backbone,
    image: Tensor | str | Path,
    number: int = 5,
    *,
    device: str | torch.device | None = None,
) -> list[tuple[str, float]]:
    """The best names for a picture as a whole, each with its probability, the best first.

    The picture is resized and its middle cut out, as ImageNet's classifiers are trained and scored: what stands at the
    rim is not seen.

    Args:
        backbone: with a classifier of ImageNet's thousand names: ``load_backbone("efficientnet_lite0", "imagenet")``.
        image: uint8 ``(3, H, W)``, or a file's path.
        number: of names, from 1 to 1000.

    Raises:
        ValueError: for a classifier of other names, or a number that is out of bounds.
    """
    from torchvision.transforms.v2 import functional as transforms

    names = imagenet_names()
    if not 1 <= number <= len(names):
        raise ValueError(f"there are {len(names)} names to choose from, number must be from 1 to that, got {number}")
    device = choose_device(device)
    image = transforms.resize(as_image(image), [SHORTER], antialias=True)
    image = transforms.center_crop(image, [SQUARE]).to(device)  # (3, 224, 224)
    logits = backbone.to(device).eval().classify(normalise(image, backbone)[None])[0]
    if len(logits) != len(names):
        raise ValueError(
            f"the classifier of this {backbone.name} has {len(logits)} names, not ImageNet's {len(names)}; load it "
            'with weights="imagenet"'
        )
    best = logits.softmax(0).topk(number)
    return [(names[index], chance) for index, chance in zip(best.indices.tolist(), best.values.tolist(), strict=True)]
