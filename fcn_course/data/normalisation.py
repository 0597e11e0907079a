"""From a file's bytes to what a net is fed: the mean and spread taken out that its weights expect (D2L 14.11.4)."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor, nn

MEAN = (0.485, 0.456, 0.406)  # of ImageNet's pictures, as every torchvision backbone expects
STD = (0.229, 0.224, 0.225)


class Normalisation(NamedTuple):
    """What is taken out of a picture: ``(bytes / 255 - mean) / std``, for red, green and blue."""

    mean: tuple[float, float, float] = MEAN
    std: tuple[float, float, float] = STD


IMAGENET = Normalisation()


def normalise(images: Tensor, net: nn.Module | None = None) -> Tensor:
    """uint8 ``(..., 3, H, W)`` -> float32 with mean and spread taken out, on the images' own device.

    Args:
        net: who is fed: its ``normalisation`` holds. ImageNet's does if it has none, or is left out.
    """
    mean, std = _on_device(normalisation_of(net), images.device)
    return images.to(torch.float32, copy=True).div_(255).sub_(mean).div_(std)


def normalisation_of(net: nn.Module | None) -> Normalisation:
    """What a net expects; ImageNet's, if it does not say."""
    return getattr(net, "normalisation", IMAGENET)


@cache  # sent to a GPU once: sending makes the GPU wait
def _on_device(normalisation, device):
    return tuple(torch.tensor(values, device=device).view(3, 1, 1) for values in normalisation)
