"""From a picture to its mask: whole, in tiles, in colours, laid over the picture (lecture 06; D2L 14.11.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor, nn

from fcn_course.devices import autocast, choose_device
from fcn_course.voc import VOC_CLASSES, VOID, normalise, read_image, voc_colour


def predict(net: nn.Module, image: Tensor | str | Path, *, device=None, precision: str = "float32") -> Tensor:
    """The class index of every pixel of a picture, in one pass over the whole of it.

    Args:
        image: uint8 ``(3, H, W)``, or an image file's path.

    Returns:
        int64 ``(H, W)`` on the CPU.
    """
    return predict_logits(net, image, device=device, precision=precision).argmax(0)


@torch.no_grad()
def predict_logits(net: nn.Module, image: Tensor | str | Path, *, device=None, precision: str = "float32") -> Tensor:
    """Logits ``(C, H, W)`` in float32 on the CPU; the net is left in ``eval`` mode."""
    image, device = _as_picture(image), choose_device(device)
    net.to(device).eval()
    with autocast(device, precision):
        logits = net(normalise(image.to(device))[None])[0]
    return logits.float().cpu()


@torch.no_grad()
def predict_tiled(
    net: nn.Module,
    image: Tensor | str | Path,
    tile: tuple[int, int] = (320, 480),
    overlap: tuple[int, int] | int = 64,
    *,
    device=None,
    precision: str = "float32",
) -> Tensor:
    """The class index of every pixel, from overlapping tiles whose logits are averaged before the arg max.

    A picture that is smaller than a tile is one tile of its own size, and then this equals :func:`predict`.

    Args:
        tile: (height, width) in pixels.
        overlap: pixels that neighbouring tiles share at least, (down, across) or one number for both.

    Returns:
        int64 ``(H, W)`` on the CPU.

    Raises:
        ValueError: for a tile without pixels or an overlap that leaves no step forward.
    """
    image, device = _as_picture(image), choose_device(device)
    net.to(device).eval()
    total, count = None, torch.zeros(image.shape[1:])
    for rows, columns in tile_windows(image.shape[1:], tile, overlap):
        with autocast(device, precision):
            logits = net(normalise(image[:, rows, columns].to(device))[None])[0].float().cpu()
        total = torch.zeros(len(logits), *image.shape[1:]) if total is None else total
        total[:, rows, columns] += logits
        count[rows, columns] += 1
    return (total / count).argmax(0)


def tile_windows(
    size: Sequence[int], tile: tuple[int, int], overlap: tuple[int, int] | int
) -> Iterator[tuple[slice, slice]]:
    """Windows (rows, columns) of one size that cover a picture of ``size`` (height, width), the last at its edge."""
    overlap = (overlap, overlap) if isinstance(overlap, int) else tuple(overlap)
    if min(tile) < 1:
        raise ValueError(f"a tile of {tile[0]} x {tile[1]} has no pixels; both sides must be at least 1")
    for side, shared in zip(tile, overlap, strict=True):
        if not 0 <= shared < side:
            raise ValueError(f"an overlap of {shared} does not fit a tile side of {side}; it must be 0 to {side - 1}")
    down, across = (_starts(*sides) for sides in zip(size, tile, overlap, strict=True))
    for top in down:
        for left in across:
            yield slice(top, min(top + tile[0], size[0])), slice(left, min(left + tile[1], size[1]))


def _starts(length, side, shared):
    if length <= side:
        return [0]
    starts = list(range(0, length - side, side - shared))
    return [*starts, length - side]


def label2image(mask: Tensor | np.ndarray) -> np.ndarray:
    """Class indices ``(H, W)``, 255 included, as VOC's colours: uint8 ``(H, W, 3)``."""
    table = np.array([voc_colour(index) for index in range(256)], np.uint8)
    return table[np.asarray(mask)]


def overlay(
    image: Tensor | str | Path, mask: Tensor, classes: Sequence[str] = VOC_CLASSES, strength: float = 0.5
) -> Image.Image:
    """The picture with its mask's colours blended in, outlines round every region and its class's name written there.

    Classes with less than 0.2 % of the pixels are outlined, not named.

    Args:
        image: uint8 ``(3, H, W)`` or a path.
        mask: ``(H, W)`` of the same size; background is left as it is, void is drawn in VOC's cream.
        strength: 0 shows the picture alone, 1 the colours alone.
    """
    pixels, mask = _as_picture(image).permute(1, 2, 0).numpy(), np.asarray(mask)
    if pixels.shape[:2] != mask.shape:
        raise ValueError(
            f"the picture is {pixels.shape[:2]} and the mask {mask.shape} (height, width); they must agree"
        )
    blended = np.where((mask > 0)[..., None], (1 - strength) * pixels + strength * label2image(mask), pixels)
    border = np.zeros(mask.shape, bool)
    border[:, 1:] |= mask[:, 1:] != mask[:, :-1]
    border[1:] |= mask[1:] != mask[:-1]
    blended[border] = 255
    out = Image.fromarray(blended.astype(np.uint8))
    brush, size = ImageDraw.Draw(out), max(11, min(mask.shape) // 26)
    font, rim = ImageFont.load_default(size), max(2, size // 6)
    for index in np.unique(mask):
        if index in (0, VOID) or index >= len(classes):
            continue
        region = mask == index
        if region.sum() < mask.size / 500:  # a name would hide what it names
            continue
        x, y = _inner_point(region)
        style = {"font": font, "anchor": "mm", "stroke_width": rim, "stroke_fill": (0, 0, 0)}
        half = brush.textlength(classes[index], font=font) / 2 + rim + 1
        x, y = np.clip(x, half, max(half, out.width - half)), np.clip(y, size, max(size, out.height - size))
        brush.text((x, y), classes[index], (255, 255, 255), **style)
    return out


def _inner_point(region):
    """The middle (x, y) of the largest square that lies inside the region."""
    sums = np.pad(region.astype(np.int64), ((1, 0), (1, 0))).cumsum(0).cumsum(1)

    def full(k):
        """Where a window of k x k begins that holds the region alone."""
        return sums[k:, k:] - sums[:-k, k:] - sums[k:, :-k] + sums[:-k, :-k] == k * k

    side, limit = 1, min(region.shape)
    while side < limit:  # halve the interval in which the largest side lies
        middle = (side + limit + 1) // 2
        side, limit = (middle, limit) if full(middle).any() else (side, middle - 1)
    y, x = np.unravel_index(full(side).argmax(), full(side).shape)
    return int(x + side // 2), int(y + side // 2)


def _as_picture(image):
    if isinstance(image, (str, Path)):
        return read_image(image)
    if not isinstance(image, Tensor) or image.dtype != torch.uint8 or image.ndim != 3 or image.shape[0] != 3:
        found = f"{tuple(image.shape)} of {image.dtype}" if isinstance(image, Tensor) else type(image).__name__
        raise ValueError(f"a picture must be a uint8 tensor (3, H, W) or a file's path, got {found}")
    return image
