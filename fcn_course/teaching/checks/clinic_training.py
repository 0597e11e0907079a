"""The answers of exercise 6 that concern training: the cut, the recipe and the loss, tried on tiny inputs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from fcn_course.data.labels import VOID
from fcn_course.teaching.checks.advice import Advice, as_text
from fcn_course.teaching.checks.clinic.patients import SAME
from fcn_course.teaching.checks.functions import all_close, check_tensor, try_function, try_in_place

STEP = (0.1, 5.0)  # effective rates, as of a mean over pixels, that mend the patient within its budget
ADAM = (5e-4, 0.05)  # the same for AdamW, whose steps do not depend on the gradient's length
PIXELS = 160 * 240


def crop(answer: Any, sides: tuple[int, int] = (7, 9), size: tuple[int, int] = (4, 6)) -> Advice:
    """A function of picture, mask, size and random generator, tried with 80 draws and on a picture of the size."""
    hint = "Give (picture, mask): the same window of both, (3, h, w) and (h, w), drawn with `rng` alone."
    (H, W), (h, w) = sides, size
    y, x = torch.meshgrid(torch.arange(H), torch.arange(W), indexing="ij")
    image, mask = torch.stack([y, x, 7 * y + x]).to(torch.uint8), 100 * y + x

    def draws(function):
        rng = np.random.default_rng(5)
        found = [function(image.clone(), mask.clone(), size, rng) for _ in range(80)]
        whole = function(image[:, :h, :w].clone(), mask[:h, :w].clone(), size, rng)
        again = [function(image.clone(), mask.clone(), size, np.random.default_rng(seed)) for seed in (1, 1, 2, 2)]
        return None if all(pair is None for pair in found) else [*found, whole, *again]

    if not callable(answer):
        return try_function(answer, hint=hint).advice
    found, advice = try_in_place(draws, answer, hint=hint, name=getattr(answer, "__name__", "your function"))
    if advice is not None:
        return advice
    places = []
    for pair in found:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            return Advice(False, f"Two things are asked, picture and mask; yours gives {as_text(pair)}. {hint}")
        for part, shape in zip(pair, [(3, h, w), (h, w)], strict=True):
            if (advice := check_tensor(part, shape, hint)) is not None:
                return advice
        part, labels = (tensor.long() for tensor in pair)
        top, left, up, before = (int(n) for n in (*part[:2, 0, 0], labels[0, 0] // 100, labels[0, 0] % 100))
        fits = torch.equal(part[:2], image[:2, top : top + h, left : left + w].long())
        if not fits or not torch.equal(labels, mask[up : up + h, before : before + w]):
            return Advice(
                False, f"What comes out is no window of what went in: rows or columns are missing or mixed. {hint}"
            )
        places.append((top, left, up, before))
    many, whole, again = places[:80], places[80], places[81:]
    apart = [p for p in many if p[:2] != p[2:]]
    tops, lefts = {p[0] for p in many}, {p[1] for p in many}
    if apart:
        top, left, up, before = apart[0]
        if all(p[0] == p[2] for p in many) or all(p[1] == p[3] for p in many):
            return Advice(
                False, "In one direction picture and mask go together now, in the other each has a die of its own."
            )
        if (tops, lefts) == (set(range(H - h + 1)), set(range(W - w + 1))):
            return Advice(
                None,
                f"Not answered yet. {SAME} A picture's window began at row {top}, column {left}, its "
                f"mask's at row {up}, column {before}.",
            )
        return Advice(False, f"A picture's window began at {(top, left)}, its mask's at {(up, before)}. {hint}")
    if len(set(many)) == 1:
        where = "at the corner" if many[0][:2] == (0, 0) else "in the middle or wherever the seed fell"
        return Advice(
            False,
            f"Picture and mask go together, but the window is the same each time, {where}: no longer a "
            "random one. Draw with the `rng` that is handed in, and make no new one.",
        )
    if again[0] != again[1] or again[2] != again[3]:
        return Advice(
            False,
            "Picture and mask go together. But equal generators give different windows: you draw from "
            "another source than `rng`, and no run can be repeated.",
        )
    if h < H and w < W and all(p[0] == p[1] for p in many):
        return Advice(
            False, "Row and column are always the same number. Throw one die for the rows, one for the columns."
        )
    if max(tops) < H - h or max(lefts) < W - w or whole != (0, 0, 0, 0):
        return Advice(
            False,
            f"The last window is never drawn: rows can begin at 0 to {H - h}, and `rng.integers(n)` gives 0 to n − 1.",
        )
    return Advice(True, f"Right. One pair of offsets, used twice; all {(H - h + 1)} × {(W - w + 1)} windows can come.")


def recipe(answer: Any) -> Advice:
    """A function without arguments that gives a Recipe within the budget; the length of its steps is worked out."""
    from fcn_course.training.recipes import Recipe

    hint = "Give a Recipe; batch size and epochs are the budget, and stay 4 and 4."
    value, advice = try_function(answer, hint=hint)
    if advice is not None:
        return advice
    if not isinstance(value, Recipe):
        return Advice(False, f"That is no Recipe but {as_text(value)}. {hint}")
    try:
        return _judged_recipe(value, hint)
    except Exception:  # a field holds something that is no number
        return Advice(False, f"Some field of this recipe cannot be reckoned with. {hint}")


def _judged_recipe(value, hint):
    if (value.batch_size, value.epochs) != (4, 4):
        return Advice(
            False,
            f"More of the same would help in the end, but it is not affordable: batch size 4 and 4 "
            f"epochs are given, yours are {value.batch_size} and {value.epochs}.",
        )
    if value.loss not in ("sum", "mean", "total") or value.optimiser not in ("sgd", "adamw"):
        return Advice(False, f"No such loss or optimiser: {as_text(value.loss)}, {as_text(value.optimiser)}. {hint}")
    if value.schedule not in ("constant", "one_cycle", "poly"):
        return Advice(False, f"No such schedule: {as_text(value.schedule)}. {hint}")
    if not 0 <= value.momentum < 1:
        return Advice(False, f"A momentum of {as_text(value.momentum)}: each gradient must fade, so it lies below 1.")
    if value.weight_decay > 0.05 or value.weight_decay < 0:
        return Advice(
            False, f"A weight decay of {as_text(value.weight_decay)} draws the scores to 0 as fast as they learn."
        )
    rate = value.lr * value.head_factor
    if not math.isfinite(rate):
        raise ValueError("a rate is no number")
    if value.optimiser == "adamw":
        low, high = ADAM
        if not low <= rate <= high:
            return Advice(
                False,
                f"AdamW moves each weight by about its rate in each step, whatever the gradient: "
                f"{rate:.2g} for the head is too {'small' if rate < low else 'large'}.",
            )
        return Advice(
            True, f"Right. AdamW moves each weight by about its rate, here {rate:.2g}, whatever the loss sums."
        )
    summed = {"mean": 1, "sum": value.batch_size, "total": value.batch_size * PIXELS}[value.loss]
    step, sick = rate * summed / (1 - value.momentum), 0.0001 * 4
    told_step = f"{value.lr:g} × {value.head_factor:g} for the head × {summed} for the loss / (1 − {value.momentum:g})"
    if abs(step / sick - 1) < 1e-6:
        return Advice(
            None,
            f"Not answered yet. Its steps are as long as the patient's: {told_step} = {step:.3g}, as of "
            "a mean over pixels. The course's own recipe makes 0.5 of it.",
        )
    if not step < STEP[0]:
        if step <= STEP[1]:
            return Advice(
                True, f"Right. {told_step} = {step:.3g}, as of a mean over pixels; the patient's was {sick:g}."
            )
        return Advice(
            False,
            f"{told_step} = {step:.3g}: steps as long as that leap over the goal, and what comes out "
            "depends on the last batches, or is no number at all.",
        )
    if step < sick:
        return Advice(
            False,
            f"{told_step} = {step:.3g}: shorter steps than the patient's {sick:g}. Was the loss divided by "
            "more than before? A mean needs a larger rate than a sum.",
        )
    return Advice(
        False,
        f"{told_step} = {step:.3g}. Longer than the patient's {sick:g}, the right way, but not far enough "
        f"for {value.epochs} epochs: rate, the head's factor and momentum all lengthen it.",
    )


def pixel_loss(answer: Any, seed: int = 0) -> Advice:
    """A function of scores and masks; its value and its gradient are looked at."""
    hint = "Give one number, the mean loss of the pixels that count, from which `backward` can go."
    rng = torch.Generator().manual_seed(seed)
    scores = torch.randn(2, 5, 4, 6, generator=rng)
    masks = torch.randint(5, (2, 4, 6), generator=rng)
    masks[0, 1:3], masks[1, 0, :3] = VOID, VOID  # the two pictures have different shares of void
    each = F.cross_entropy(scores, masks, reduction="none", ignore_index=VOID)
    counted = masks != VOID
    leaf, before = scores.clone().requires_grad_(), masks.clone()
    value, advice = try_in_place(answer, leaf, before, hint=hint)
    if advice is not None:
        return advice
    if isinstance(value, torch.Tensor) and value.numel() > 1:
        return Advice(False, f"{tuple(value.shape)} numbers; one is asked, their mean over the pixels that count.")
    number = value.detach().reshape(()) if isinstance(value, torch.Tensor) and value.numel() == 1 else value
    if isinstance(value, float):
        return Advice(False, "That is a number of Python's, from which no gradient goes back. Leave out `.item()`.")
    if (advice := check_tensor(number, (), hint)) is not None:
        return advice

    def loss_of(labels, **options):
        return F.cross_entropy(scores, labels, **options)

    if not all_close(number, each.sum() / counted.sum()):
        if all_close(number, loss_of(masks.where(counted, 0))):
            return Advice(
                None,
                f"Not answered yet. {SAME} {(~counted).sum().item()} of {masks.numel()} pixels are 255 "
                "here. What does it teach at them?",
            )
        objects = counted & (masks > 0)
        slips = [
            (
                each.mean(),
                "Void costs nothing now, but it is still divided by: a picture with much void teaches less. "
                "Divide by the pixels that count.",
            ),
            (
                each.sum(),
                "That is the sum. It grows with the window's size, and the learning rate would have to shrink.",
            ),
            (
                each[objects].sum() / objects.sum(),
                "Background was left out as well, or weighs nothing. It is a class like the others, and a "
                "net that never sees it answers objects everywhere.",
            ),
            (
                (each.sum((1, 2)) / counted.sum((1, 2))).mean(),
                "Each picture got a mean of its own, and these were averaged. "
                "Then a pixel beside much void counts more than another. Asked is the mean over all pixels that count.",
            ),
            (loss_of(masks.clamp(max=4)), "255 was cut down to the last class. So the outlines are taught to be that."),
            (
                loss_of(masks, ignore_index=VOID, reduction="sum") / len(masks),
                "That is the sum over a picture's pixels. Asked is the mean over the pixels that count.",
            ),
        ]
        for wrong, text in slips:
            if all_close(number, wrong):
                return Advice(False, text)
        return Advice(
            False,
            f"It gives {number.item():.3f}; the mean over the {counted.sum().item()} pixels that count "
            f"is {(each.sum() / counted.sum()).item():.3f}. {hint}",
        )
    if not torch.equal(before, masks):
        return Advice(
            False, "The number is right. But the masks are others afterwards: they are the caller's. Clone them."
        )
    if not value.requires_grad:
        return Advice(False, "The number is right, but no gradient can go back from it: it was detached on the way.")
    return Advice(
        True,
        f"Right. Of {masks.numel()} pixels {counted.sum().item()} count, and by so many is divided. At the "
        "others there is neither loss nor gradient. (Where all is void: `mean_loss`, lecture 05.)",
    )
