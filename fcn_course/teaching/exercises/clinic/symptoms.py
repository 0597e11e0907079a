"""What can be measured of a patient without knowing what it suffers from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fcn_course.data.labels import VOID


def in_company(net: nn.Module, images: Tensor, predict: Callable, companies: int) -> list[Tensor]:
    """Masks ``(N, H, W)`` of the same pictures: first each alone, then by fours in ``companies`` different orders."""
    alone = torch.cat([predict(net, image[None]) for image in images])
    found = [alone]
    for seed in range(companies):
        order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))
        masks = torch.empty_like(alone)
        for four in order.split(4):
            masks[four] = predict(net, images[four])
        found.append(masks)
    return found


def best_shift(mask: Tensor, truth: Tensor, reach: int = 32, step: int = 4) -> tuple[int, int, float, float]:
    """How far the objects of ``mask`` lie below and to the right of those of ``truth`` (both ``(H, W)``).

    Returns:
        Rows, columns (multiples of ``step``, an even number, within ``reach``) where the objects fit best, their IoU as
        the mask lies, and their IoU once it is moved back. Names are not looked at.
    """
    mask, truth = mask[::2, ::2], truth[::2, ::2]  # half the rows and columns: as good, and four times as fast
    thing, counted = mask > 0, truth != VOID
    objects = (truth > 0) & counted
    scores = {}
    for down in range(-reach, reach + 1, step):
        for right in range(-reach, reach + 1, step):
            moved = moved_back(thing, down // 2, right // 2)
            both = (moved & objects).sum().item()
            either = ((moved | objects) & counted).sum().item()
            scores[down, right] = both / max(1, either)
    best = max(scores, key=lambda shift: (scores[shift], -abs(shift[0]) - abs(shift[1])))
    return *best, scores[0, 0], scores[best]


def moved_back(mask: Tensor, down: int, right: int) -> Tensor:
    """The mask moved up by ``down`` and left by ``right``; what comes in at the border is 0."""
    H, W = mask.shape
    moved = torch.zeros_like(mask)
    rows, columns = H - abs(down), W - abs(right)
    y, x, v, u = max(down, 0), max(right, 0), max(-down, 0), max(-right, 0)
    moved[v : v + rows, u : u + columns] = mask[y : y + rows, x : x + columns]
    return moved


def rims(masks: Sequence[Tensor], truths: Sequence[Tensor], width: int = 4) -> dict[str, float]:
    """Where masks go wrong about object or background, in percent, over all pictures.

    ``rim``: of the objects' pixels nearest to an outline (within ``width`` of where the truth is decided), those called
    background. ``line``: the same of the undecided pixels on the outline itself. ``middle``: the same deeper inside.
    ``outside``: of the background's pixels nearest to an outline, those called an object. ``area``: pixels called an
    object for 100 that are one.
    """
    counts = torch.zeros(5, 2)
    for mask, truth in zip(masks, truths, strict=True):
        objects, ground = (truth > 0) & (truth != VOID), truth == 0
        near = _grown(truth == VOID, width)
        counts[0] += _share(mask == 0, objects & near)
        counts[1] += _share(mask == 0, truth == VOID)
        counts[2] += _share(mask == 0, objects & ~near)
        counts[3] += _share(mask > 0, ground & near)
        counts[4] += torch.tensor([((mask > 0) & (truth != VOID)).sum(), objects.sum()])
    names = ("rim", "line", "middle", "outside", "area")
    return dict(zip(names, (100 * counts[:, 0] / counts[:, 1]).tolist(), strict=True))


def _share(said, where):
    return torch.tensor([(said & where).sum(), where.sum()])


def _grown(mask, pixels):
    return F.max_pool2d(mask[None].float(), 2 * pixels + 1, 1, pixels)[0] > 0


def shares(masks: Sequence[Tensor], num_classes: int = 21) -> Tensor:
    """Each class's share of the pixels that are not void, ``(num_classes,)``."""
    counts = sum(mask.flatten().long().bincount(minlength=256) for mask in masks)[:num_classes].double()
    return counts / counts.sum()
