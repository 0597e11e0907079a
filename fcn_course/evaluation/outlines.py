"""The band along objects' outlines: the trimap of Kohli et al. (2009) and Krähenbühl & Koltun (2011)."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from fcn_course.data.labels import VOID


def near_outlines(mask: Tensor, width: int = 8, ignore_index: int = VOID) -> Tensor:
    """The pixels that have a pixel of another label within ``width`` pixels, up, down, sideways or askew.

    Void counts as another label, for VOC draws it along the outlines; void pixels themselves are never in the band. The
    picture's border is no outline.

    Args:
        mask: class indices and ``ignore_index``, an integer tensor ``(..., H, W)`` on any device.
        width: how far the band reaches, in pixels: the square looked at has sides of ``2 * width + 1`` (Chebyshev
            distance).

    Returns:
        bool ``(..., H, W)`` on the mask's device.

    Raises:
        ValueError: if ``width`` is below 1 or ``mask`` holds no indices.
    """
    if width < 1:
        raise ValueError(f"a band of {width} pixels is empty; width must be at least 1")
    if mask.ndim < 2 or mask.is_floating_point():
        raise ValueError(
            f"a mask must be an integer tensor (H, W) or (N, H, W) of class indices, got {tuple(mask.shape)} of "
            f"{mask.dtype}"
        )
    if not mask.numel():
        return mask.bool()
    labels = mask.reshape(-1, 1, *mask.shape[-2:]).float()  # (N, 1, H, W); pooling knows no integers on a GPU
    highest, lowest = _highest(labels, width), -_highest(-labels, width)
    return (highest != lowest).view(mask.shape) & (mask != ignore_index)


def _highest(labels, width):
    """The highest label in the square round each pixel, first along rows, then along columns: 2 k steps, not k * k."""
    size = 2 * width + 1
    along_rows = F.max_pool2d(labels, (1, size), 1, (0, width))  # padded with minus infinity: no outline
    return F.max_pool2d(along_rows, (size, 1), 1, (width, 0))
