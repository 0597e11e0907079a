"""From a picture to its mask: whole or in tiles, from one look or the mean of several (lecture 06; D2L 14.11.6)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import isfinite
from operator import itemgetter
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fcn_course.data.images import as_image
from fcn_course.data.normalisation import normalise
from fcn_course.nets.devices import autocast, choose_device, class_indices, enough_memory, memory_format
from fcn_course.prediction.overlays import label2image, overlay
from fcn_course.prediction.tiles import tile_windows

__all__ = ["label2image", "overlay", "predict", "predict_logits", "predict_tiled", "tile_windows"]


def predict(
    net: nn.Module,
    image: Tensor | str | Path,
    *,
    device=None,
    precision: str = "float32",
    flip: bool = False,
    scales: Sequence[float] | float = (1,),
) -> Tensor:
    """The class index of every pixel of a picture, in one pass over the whole of it.

    Args:
        image: uint8 ``(3, H, W)``, or an image file's path.
        flip, scales: see :func:`predict_logits`.

    Returns:
        int64 ``(H, W)`` on the CPU.
    """
    return class_indices(_logits(net, image, device, precision, flip, scales), 0)


@torch.no_grad()
def predict_logits(
    net: nn.Module,
    image: Tensor | str | Path,
    *,
    device=None,
    precision: str = "float32",
    flip: bool = False,
    scales: Sequence[float] | float = (1,),
) -> Tensor:
    """Logits ``(C, H, W)`` in float32 on the CPU; the net is left in ``eval`` mode.

    With ``flip`` or several ``scales`` the net looks several times, and the mean of the logits counts (not of the
    probabilities).

    Args:
        flip: look at the mirrored picture too, at each scale, and mirror its logits back.
        scales: sizes at which the picture is looked at, 1 its own. It is resized bilinearly, smoothed where it shrinks
            (torch's ``antialias``); the logits are resized back to the picture's size bilinearly
            (``align_corners=False``).

    Raises:
        ValueError: for what is no picture, or a scale that is not above 0.
    """
    return _logits(net, image, device, precision, flip, scales).contiguous()


@torch.no_grad()
def _logits(net, image, device, precision, flip, scales):
    """The same, in memory as the net lays them: to put pixels into planes can take as long as the net itself."""
    image, scales, device = as_image(image), _checked_scales(scales), choose_device(device)
    net.to(device, memory_format=memory_format(device)).eval()
    return _mean_logits(net, image, device, precision, flip, scales)


@torch.no_grad()
def predict_tiled(
    net: nn.Module,
    image: Tensor | str | Path,
    tile: tuple[int, int] = (320, 480),
    overlap: tuple[int, int] | int = 64,
    *,
    device=None,
    precision: str = "float32",
    flip: bool = False,
    scales: Sequence[float] | float = (1,),
) -> Tensor:
    """The class index of every pixel, from overlapping tiles whose logits are averaged before the arg max.

    A picture that is smaller than a tile is one tile of its own size, and then this equals :func:`predict`. Logits are
    kept for the rows alone that later tiles still touch: memory grows with the picture's width and the tile's height.

    Args:
        tile: (height, width) in pixels.
        overlap: pixels that neighbouring tiles share at least, (down, across) or one number for both.
        flip, scales: see :func:`predict_logits`; here each tile is mirrored and resized by itself.

    Returns:
        int64 ``(H, W)`` on the CPU.

    Raises:
        ValueError: for a tile without pixels, an overlap that leaves no step forward, or a scale that is not above 0.
    """
    image, scales, device = as_image(image), _checked_scales(scales), choose_device(device)
    net.to(device, memory_format=memory_format(device)).eval()
    mask, band, top = torch.empty(image.shape[1:], dtype=torch.int64), None, 0
    for rows, windows in groupby(tile_windows(image.shape[1:], tile, overlap), itemgetter(0)):
        if rows.start > top:  # no later tile touches the rows above this one
            mask[top : rows.start] = _take_finished(band, rows.start - top)
            top = rows.start
        for _, columns in windows:
            logits = _mean_logits(net, image[:, rows, columns], device, precision, flip, scales)
            if band is None:
                band = _empty_band(logits, image.shape[2])
            band[:-1, :, columns] += logits
            band[-1, :, columns] += 1
    mask[top:] = _take_finished(band, len(mask) - top)
    return mask


def _empty_band(logits, width):
    """``(C + 1, height of a tile, width)``, for sums of logits, in the last plane how many; laid as the logits are."""
    size = len(logits) + 1, logits.shape[1], width
    return torch.zeros(*size[1:], size[0]).permute(2, 0, 1) if logits.stride(0) == 1 else torch.zeros(size)


def _take_finished(band, number):
    """The arg max of a band's first rows; the others move up, with zeros behind them."""
    finished, kept = band[:, :number], band[:, number:].clone()
    mask = class_indices(finished[:-1].div_(finished[-1]), 0)
    band[:, : kept.shape[1]] = kept
    band[:, kept.shape[1] :] = 0
    return mask


def _mean_logits(net, image, device, precision, flip, scales):
    """Logits ``(C, H, W)`` in float32 on the CPU, averaged over scales and mirrored pictures."""
    height, width = image.shape[1:]
    tile = [max(64, side // 64 * 32) for side in (height, width)]
    with enough_memory(
        f"{height} x {width} pixels at once; predict in tiles half as high and wide, which take about a quarter "
        f"(predict_tiled(net, image, {tuple(tile)}), or --tile {tile[0]} {tile[1]})"
    ):
        return _looked_at(net, image, device, precision, flip, scales)


def _looked_at(net, image, device, precision, flip, scales):
    size, looks, total = image.shape[1:], len(scales) * (2 if flip else 1), None
    for scale in scales:
        pixels = _scaled(net, image, scale, device)
        with autocast(device, precision):
            if torch.is_autocast_enabled(device.type):  # plane by plane, bfloat16 takes seven times as long on a CPU
                pixels = pixels.contiguous(memory_format=memory_format(device))
            logits = net(pixels).float()  # (1, C, scale * H, scale * W)
            if flip:
                logits = logits + net(pixels.flip(-1)).float().flip(-1)
        if scale != 1:
            logits = F.interpolate(logits, size, mode="bilinear", align_corners=False)
        total = logits if total is None else total + logits
    return (total if looks == 1 else total / looks)[0].cpu()


def _scaled(net, image, scale, device):
    """The normalised picture ``(1, 3, H, W)`` at a scale, at least one pixel high and wide."""
    if scale == 1:
        return normalise(image.to(device), net)[None]
    size = [max(1, round(scale * side)) for side in image.shape[1:]]
    # on the CPU: not every device can smooth
    pixels = F.interpolate(normalise(image, net)[None], size, mode="bilinear", align_corners=False, antialias=scale < 1)
    return pixels.to(device)


def _checked_scales(scales):
    scales = (scales,) if isinstance(scales, (int, float)) else tuple(scales)
    if not scales:
        raise ValueError("scales is empty; give at least one, 1 for the picture's own size")
    for scale in scales:
        if not (isfinite(scale) and scale > 0):
            raise ValueError(f"a scale must be above 0, got {scale}; 1 is the picture's own size, 0.5 half its sides")
    return scales
