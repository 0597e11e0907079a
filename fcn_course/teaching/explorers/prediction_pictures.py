"""The pictures of lecture 06's explorer, drawn or a student's own, and what a net says of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from fcn_course.data.images import as_image, open_image
from fcn_course.data.labels import VOID
from fcn_course.data.normalisation import normalise
from fcn_course.nets.devices import choose_device
from fcn_course.prediction.tiles import tile_windows

LONGEST, SHORTEST, MOST = 640, 8, 60_000_000  # of a side, of a side, of all pixels
LARGEST = 10_000_000  # bytes of an upload
TOGETHER = 8  # tiles in one pass; small ones alone take three times as long


class Shown(NamedTuple):
    """A picture as it is predicted and shown.

    Attributes:
        image: uint8 ``(3, H, W)``, no side longer than 640.
        truth: class indices ``(H, W)``, or None where nobody knows.
        original: (height, width) before it was made smaller.
    """

    image: Tensor
    truth: Tensor | None
    original: tuple[int, int]


class Said(NamedTuple):
    """What a net says of a picture.

    Attributes:
        mask: class indices ``(H, W)``, uint8.
        probabilities: ``(C, H, W)``, float16 to save memory.
        windows: the tiles, (rows, columns) of each.
    """

    mask: np.ndarray
    probabilities: Tensor
    windows: list[tuple[slice, slice]]


def shown(picture) -> Shown:
    """A picture, a file's path, or a pair of picture and mask, made smaller where a side is longer than 640 pixels.

    Raises:
        FileNotFoundError: no such file.
        ValueError: no picture, or one that is left with fewer than 8 pixels across or down.
    """
    image, truth = picture if isinstance(picture, tuple | list) else (picture, None)
    image = as_image(image)
    height, width = image.shape[1:]
    scale = min(1, LONGEST / max(height, width))
    size = (round(scale * height), round(scale * width))
    if min(size) < SHORTEST:
        raise ValueError(f"the picture has {height} × {width} pixels, too few in one direction to show; take another")
    if scale < 1:
        smaller = Image.fromarray(image.permute(1, 2, 0).numpy()).resize(size[::-1], reducing_gap=2.0)
        image = torch.from_numpy(np.array(smaller)).permute(2, 0, 1).contiguous()
        if truth is not None:
            rows, columns = (torch.arange(new) * old // new for new, old in zip(size, (height, width), strict=True))
            truth = truth[rows][:, columns]  # no new indices between two classes
    return Shown(image, truth, (height, width))


def uploaded(name: str, content: bytes) -> Shown:
    """A picture file that was handed over by its bytes. What it is, its content says; the name says nothing.

    Raises:
        ValueError: says by ``name`` what is wrong with it.
    """
    if len(content) > LARGEST:
        raise ValueError(f"{name} has {len(content) / 1e6:.1f} MB, the most is {LARGEST / 1e6:.0f} MB; make it smaller")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture"
        path.write_bytes(content)
        try:
            with open_image(path, "picture", "JPEG or PNG") as file:
                pixels = file.width * file.height
                if file.format == "EPS":  # Pillow would run it
                    raise ValueError("PostScript is a program, no picture")
            if pixels > MOST:
                raise ValueError(f"{path} has {pixels / 1e6:.0f} million pixels, the most is {MOST / 1e6:.0f} million")
            return shown(path)
        except ValueError as error:
            raise ValueError(str(error).replace(str(path), name)) from None


def by_contents(dataset, indices: Iterable[int]) -> dict[str, tuple[Tensor, Tensor]]:
    """Pictures and masks of a data set under names such as "cow, sheep (69)"."""
    pictures = {}
    for index in indices:
        image, truth = dataset[index]
        names = [dataset.classes[label] for label in truth.unique().tolist() if label not in (0, VOID)]
        pictures[f"{', '.join(names) or 'nothing'} ({index})"] = image, truth
    return pictures


def all_shown(pictures: Mapping) -> dict[str, Shown]:
    """:func:`shown` of each, by name."""
    if not pictures:
        raise ValueError("pictures is empty; give at least one, as in {'mine': 'holiday.jpg'}")
    return {name: shown(picture) for name, picture in pictures.items()}


@torch.no_grad()
def asked(net: nn.Module, image: Tensor, tile: tuple[int, int] | None, overlap: int) -> Said:
    """What a net says of a picture as a whole (``tile`` None) or in tiles: the mean of their scores, then the softmax.

    As :func:`fcn_course.prediction.inference.predict_tiled`, with all scores at hand and several tiles at a time.
    """
    size, device = tuple(image.shape[1:]), choose_device()
    net.to(device).eval()
    windows = list(tile_windows(size, tile or size, overlap if tile else 0))
    total, seen = None, torch.zeros(size)
    for start in range(0, len(windows), TOGETHER):
        some = windows[start : start + TOGETHER]
        tiles = torch.stack([image[:, rows, columns] for rows, columns in some])  # (n, 3, height, width of a tile)
        for (rows, columns), scores in zip(some, net(normalise(tiles.to(device), net)).float().cpu(), strict=True):
            if total is None:
                total = torch.zeros(len(scores), *size)
            total[:, rows, columns] += scores
            seen[rows, columns] += 1
    mean = total.div_(seen)
    mask = mean.max(0).indices.to(torch.uint8).numpy()
    return Said(mask, mean.softmax(0).half(), windows)


def overlaps_that_matter(size: tuple[int, int], tile: tuple[int, int] | None) -> list[int]:
    """Overlaps in steps of 16, up to half a tile, that cover a picture of this size with other tiles than a smaller."""
    if tile is None:
        return [0]
    kept, last = [], None
    for overlap in range(0, min(tile) // 2 + 1, 16):
        windows = list(tile_windows(size, tile, overlap))
        if windows != last:
            kept.append(overlap)
        last = windows
    return kept
