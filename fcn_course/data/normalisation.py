"""From a file's bytes to what a net is fed: ImageNet's mean and spread taken out (D2L 14.11.4)."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

MEAN = (0.485, 0.456, 0.406)  # of ImageNet's pictures, as every torchvision backbone expects
STD = (0.229, 0.224, 0.225)


def normalise(images: Tensor) -> Tensor:
    """uint8 ``(..., 3, H, W)`` -> float32 with ImageNet's mean and spread taken out, on the images' own device."""
    mean, std = _mean_and_std(images.device)
    return images.to(torch.float32, copy=True).div_(255).sub_(mean).div_(std)


@cache  # sent to a GPU once: sending makes the GPU wait
def _mean_and_std(device):
    return tuple(torch.tensor(values, device=device).view(3, 1, 1) for values in (MEAN, STD))
