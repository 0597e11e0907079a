"""The band along objects' outlines: the trimap of Kohli et al. (2009) and Krähenbühl & Koltun (2011)."""

from __future__ import annotations

import torch
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
    labels = mask.int()
    highest, lowest = (
        _outermost(_outermost(labels, width, -1, choose), width, -2, choose)
        for choose in (torch.maximum, torch.minimum)
    )
    return (highest != lowest) & (mask != ignore_index)


def _outermost(labels, width, dim, choose):
    """The highest or lowest label within ``width`` steps along one axis: windows of 1, 2, 4, ... labels are joined."""
    length = labels.shape[dim]
    places = torch.arange(-width, length + width, device=labels.device).clamp(0, length - 1)
    found, reach = labels.index_select(dim, places), 1  # the border is repeated outwards: no outline
    while reach <= 2 * width:
        step = min(reach, 2 * width + 1 - reach)
        kept = found.shape[dim] - step
        found, reach = choose(found.narrow(dim, 0, kept), found.narrow(dim, step, kept)), reach + step
    return found
