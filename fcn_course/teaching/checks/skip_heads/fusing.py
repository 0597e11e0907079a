"""Coarse scores enlarged twice, cropped and added to fine ones: two right ways, and the wrong ones that have a name."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F

from fcn_course.bilinear import bilinear_kernel
from fcn_course.teaching.checks.advice import Advice
from fcn_course.teaching.checks.functions import all_close, check_tensor, try_function
from fcn_course.teaching.checks.skip_heads.layers import random_tensor

CLASSES = 3  # planes of the checks' own scores


def fuse(function: Any, size: tuple[int, int] = (5, 7)) -> Advice:
    """Coarse scores enlarged twice, cropped and added to fine ones of ``size``."""
    hint = "Enlarge `coarse` twice, keep as many rows and columns of it as `fine` has, from the top left, and add."
    coarse = random_tensor(1, CLASSES, *(-(-length // 2) for length in size)).requires_grad_()
    fine = random_tensor(1, CLASSES, *size, seed=1).requires_grad_()
    out, advice = try_function(function, coarse, fine, hint=hint)
    if advice is not None:
        return advice
    if isinstance(out, torch.Tensor) and out.ndim == 4 and out.shape[1] == 2 * CLASSES:
        return Advice(False, "That lays the planes behind each other. Scores of one class are added: 21 planes stay.")
    advice = check_tensor(out, tuple(fine.shape), hint)
    if advice is None and not out.requires_grad:
        advice = Advice(False, "The result has no gradient: leave out `detach`, `no_grad` and the way through NumPy.")
    if advice is not None:
        return advice
    coarse, fine = coarse.detach(), fine.detach()
    if any(all_close(out, way(coarse, fine) + fine) for way in RIGHT):
        rows, columns = coarse.shape[-2:]
        text = f"{rows} × {columns} became {2 * rows} × {2 * columns}, was cut to {size[0]} × {size[1]} and added."
        return Advice(True, f"Right. {text}")
    enlarged = RIGHT[0](coarse, fine)
    for wrong, text in [
        *((way(coarse, fine) + fine, text) for way, text in WRONG),
        (enlarged * fine, "Multiplied. Scores are logits, so evidence is added; and a skip that starts at zero would "
         "wipe out what the coarse map says."),
        ((enlarged + fine) / 2, "That is their mean. A skip of zero would then halve the coarse scores; add them."),
        (enlarged, "That is `coarse` enlarged and cropped. `fine` must be added to it."),
        (fine, "That is `fine` alone: the coarse scores are lost."),
    ]:  # fmt: skip
        if all_close(out, wrong):
            return Advice(False, text)
    return Advice(False, f"The shape is right, the numbers are not. {hint}")


def _cut(enlarged, fine):
    return enlarged[..., : fine.shape[-2], : fine.shape[-1]]


def _double(x, mode="bilinear", **options):
    return F.interpolate(x, scale_factor=2, mode=mode, **options)


def _transposed(x, fine):
    return _cut(F.conv_transpose2d(x, bilinear_kernel(x.shape[1], x.shape[1], 4), stride=2, padding=1), fine)


RIGHT = (lambda x, fine: _cut(_double(x, align_corners=False), fine), _transposed)
WRONG = (
    (
        lambda x, fine: _double(x, align_corners=False)[..., -fine.shape[-2] :, -fine.shape[-1] :],
        "Cropped at the wrong end. Cells are counted from the top left; the surplus lies at the right and the bottom.",
    ),
    (
        lambda x, fine: F.interpolate(x, size=fine.shape[-2:], mode="bilinear", align_corners=False),
        "Stretched to the finer map's size, less than twice where a side is odd: cells no longer lie on cells. "
        "Enlarge exactly twice, then crop.",
    ),
    (
        lambda x, fine: F.interpolate(x, size=fine.shape[-2:], mode="bilinear", align_corners=True),
        "Enlarged with `align_corners=True`, to the finer map's size: middles on middles. Exactly twice, then crop.",
    ),
    (
        lambda x, fine: _cut(_double(x, align_corners=True), fine),
        "Enlarged with `align_corners=True`: it lays the outermost middles on each other. Lecture 03's rule is False.",
    ),
    (
        lambda x, fine: _cut(_double(x, "nearest"), fine),
        "Each cell was repeated. Enlarge bilinearly, as the paper does.",
    ),
    (
        lambda x, fine: _cut(_double(x, "bicubic"), fine),
        "Enlarged by cubic curves. The paper's enlargement is bilinear.",
    ),
)
