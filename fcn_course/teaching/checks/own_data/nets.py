"""A net for one's own classes, and which of them it takes for each other."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch
from torch import nn

from fcn_course.teaching.checks.advice import Advice, as_text, is_answered, judge
from fcn_course.teaching.checks.functions import one_line, try_function
from fcn_course.teaching.checks.own_masks import NAMES


def net(guess: Any, classes: tuple[str, ...] = NAMES) -> Advice:
    """An FCN with a plane for each of ``classes``, on a trunk that has learned and is frozen."""
    hint = "`fcn8s(num_classes=…, **TRUNK)` makes it. Then call its `freeze_trunk()`."
    if not is_answered(guess):
        return Advice(None, f"Not answered yet. {hint}")
    if not isinstance(guess, nn.Module):
        return Advice(False, f"Give the net itself; you gave {as_text(guess)}. {hint}")
    wanted, size = len(classes), (64, 96)
    try:
        with torch.no_grad():
            scores = copy.deepcopy(guess).cpu().eval()(torch.zeros(1, 3, *size))
        shape = tuple(scores.shape)
    except Exception as error:
        return Advice(False, f"The net stopped on a picture of 64 x 96: {one_line(error, 400)} {hint}")
    if len(shape) != 4 or shape[-2:] != size:
        return Advice(False, f"A picture (1, 3, 64, 96) must give (1, {wanted}, 64, 96); yours gives {shape}. {hint}")
    if shape[1] != wanted:
        return Advice(False, _wrong_planes(shape[1], classes))
    if not any(layer.running_mean.any() for layer in guess.modules() if isinstance(layer, nn.BatchNorm2d)):
        # a net that has seen no picture yet takes every mean for 0
        return Advice(False, "The trunk has learned nothing. Hand over `**TRUNK`, or leave `weights` at its default.")
    free, every = (sum(p.numel() for p in guess.parameters() if p.requires_grad or all_) for all_ in (False, True))
    if not free:
        return Advice(False, "Nothing can learn: the scores are frozen too. `freeze_trunk()` leaves them free.")
    if free > 0.05 * every:
        return Advice(False, f"{free:,} of {every:,} weights would learn: the trunk too. Call `net.freeze_trunk()`.")
    return Advice(
        True,
        f"Right. {wanted} planes: one for each of {wanted - 1} things and one for background; void is never answered. "
        f"{free:,} of {every:,} weights learn.",
    )


def _wrong_planes(planes, classes):
    wanted, things = len(classes), len(classes) - 1
    told_so = f"{wanted} planes are needed, yours has {planes}."
    if planes == things:
        return f"{told_so} You left out background: it is a class like the others, and the most frequent one."
    if planes == wanted + 1:
        return f"{told_so} Void needs no plane: it stands in masks alone, and no net should ever answer it."
    if planes in (21, 20):
        return f"{told_so} That is VOC's number, the default: hand over `num_classes`."
    return f"{told_so} Take `len(classes)`."


def confused(function: Any, seed: int = 0) -> Advice:
    """``most_confused(counts, classes)``: (true, said), the two things with most pixels in their wrong cell."""
    hint = (
        "Rows are the truth, columns what the net said. Clear the diagonal, row 0 and column 0, and find the largest."
    )
    rng = np.random.default_rng(seed)
    counts = torch.from_numpy(rng.permutation(np.arange(10, 10 + 16)).reshape(4, 4))
    counts[0, 1], counts[3, 0] = 700, 900  # things invented, and things overlooked
    counts.fill_diagonal_(5000)
    true, said = (1, 3) if seed == 0 else (3, 2)
    counts[true, said], counts[2, 1] = 300, 200
    trial = try_function(function, counts, NAMES, hint=hint)
    if trial.advice is not None:
        return trial.advice
    return judge(
        trial.value,
        [NAMES[true], NAMES[said]],
        hint=hint,
        why=f"{counts[true, said]} pixels of {NAMES[true]} were called {NAMES[said]}: row {true}, column {said}.",
        slips=[
            ([NAMES[said], NAMES[true]], "The other way round. A row is the truth, a column what the net said of it."),
            ([NAMES[3], NAMES[0]], "That is a thing overlooked. Asked are two things: leave background out."),
            ([NAMES[0], NAMES[1]], "That is a thing invented where nothing is. Asked are two things."),
            ([NAMES[0], NAMES[0]], "That is background called background: the diagonal holds what is right. Clear it."),
            ([NAMES[1], NAMES[1]], "The diagonal holds what is right. Clear it."),
            ([true, said], "The right cell. Give the two names."),
            ([true - 1, said - 1], "Names are asked, and your places are one too low: background was cut off."),
            (
                [NAMES[true - 1], NAMES[said - 1]],
                "Each is one too low: background was cut off before the names were read.",
            ),
        ],
    )
