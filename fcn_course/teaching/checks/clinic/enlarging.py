"""Mended code that enlarges scores: each must lie in the middle of its cell."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from fcn_course.teaching.checks.advice import Advice
from fcn_course.teaching.checks.clinic.patients import SAME
from fcn_course.teaching.checks.functions import all_close, check_tensor, try_in_place


def enlarge(answer: Any, stride: int = 8, size: tuple[int, int] = (28, 44)) -> Advice:
    """A function of scores, size and stride; every score must lie in the middle of its cell."""
    from fcn_course.bilinear import bilinear_kernel

    hint = "Give scores (N, C, H, W) of the size that is asked; every cell's score belongs on the middle of its cell."
    s, half, (H, W) = stride, stride // 2, size
    scores = torch.randn(1, 3, -(-H // s), -(-W // s), generator=torch.Generator().manual_seed(s))
    kernel = bilinear_kernel(3, 3, 2 * s)
    value, advice = try_in_place(answer, scores, size, s, hint=hint)
    if advice is not None:
        return advice
    if isinstance(value, torch.Tensor) and tuple(value.shape[:2]) == (1, 3) and value.dim() == 4:
        h, w = scores.shape[2:]
        short = F.conv_transpose2d(scores, kernel, stride=s, padding=s)
        if value.shape == short[..., :H, :W].shape != (1, 3, H, W):
            return Advice(
                False,
                f"Only {tuple(value.shape[2:])}, not {size}. With padding s the {h} rows of scores give "
                f"({h} − 1)·{s} − 2·{s} + 2·{s} = {(h - 1) * s}: a whole cell is "
                "missing. How much surplus has each side?",
            )
        if value.shape[2:] == (h * s, w * s) != size:
            return Advice(
                False,
                f"It gives all {h} × {w} cells, {h * s} × {w * s} pixels. Asked are {H} × {W}: "
                "cut off the rest at the bottom and the right.",
            )
    if (advice := check_tensor(value, (1, 3, H, W), hint)) is not None:
        return advice
    full = F.conv_transpose2d(scores, kernel, stride=s)  # ((h + 1) s, (w + 1) s): s/2 too many on each side
    inner = (..., slice(half, min(H, scores.shape[2] * s - half)), slice(half, min(W, scores.shape[3] * s - half)))
    value, truth = value[inner], F.interpolate(scores, scale_factor=s, mode="bilinear")[..., :H, :W][inner]
    if all_close(value, truth, 1e-3):
        shifted = "the fade at the border" if half else ""
        return Advice(
            True,
            f"Right. A kernel of {2 * s} with padding {half} begins {half} pixels before the picture, "
            f"and ({scores.shape[2]} − 1)·{s} − 2·{half} + {2 * s} = {scores.shape[2] * s} rows. "
            f"(Away from the border; {shifted} is lecture 03's.)",
        )
    if all_close(value, full[..., :H, :W][inner], 1e-3):
        return Advice(
            None,
            f"Not answered yet. {SAME} What comes out of its enlargement is {tuple(full.shape[2:])} for "
            f"{scores.shape[2]} × {scores.shape[3]} cells of {s}: where does the surplus lie?",
        )
    top, left = (full.shape[2] - H) // 2, (full.shape[3] - W) // 2
    slips = [
        (
            full[..., s : s + H, s : s + W],
            f"Now everything lies {half} pixels too far up and left: you cut off {s} "
            f"where {half} are too many. The surplus of {s} is shared by two sides.",
        ),
        (
            full[..., top : top + H, left : left + W],
            f"The middle was cut out. For sizes that are multiples of {s} this "
            f"is right. {H} × {W} is none: the cells reach beyond it below and to the right alone, so the cut at the "
            f"top is {half} whatever the size is.",
        ),
        (
            F.interpolate(scores, scale_factor=s)[..., :H, :W],
            "The place is right, but each cell is one flat square: nearest neighbour. Asked are bilinear weights.",
        ),
        (
            F.interpolate(scores, size=(scores.shape[2] * s, scores.shape[3] * s), mode="bilinear", align_corners=True)[
                ..., :H, :W
            ],
            "`align_corners=True` puts the outermost scores on the outermost pixels, not in the middle of "
            "their cells: the mask is stretched.",
        ),
        (
            F.interpolate(scores, size=size, mode="bilinear"),
            f"The cells were squeezed into {H} × {W}. They cover more than that: enlarge {s} times, then cut.",
        ),
    ]
    for wrong, text in slips:
        if wrong.shape[2:] == size and all_close(value, wrong[inner], 1e-3):
            return Advice(False, text)
    return Advice(False, f"The size fits, but the numbers are not the bilinear ones in their places. {hint}")
