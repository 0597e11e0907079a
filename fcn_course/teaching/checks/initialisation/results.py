"""What trained heads show: how many weights learned, whether two heads lie apart, what lies between equal classes."""

from __future__ import annotations

import math
from typing import Any

import torch

from fcn_course.teaching.checks.advice import Advice, judge
from fcn_course.teaching.checks.functions import try_function


def apart(answer: Any) -> Advice:
    """A function of the scores of two heads, one a seed: "first", "second", or "open" where their ranges overlap."""
    hint = "One head is above the other if its lowest seed lies above the other's highest."
    trials = [
        ([0.30, 0.32, 0.31], [0.20, 0.25, 0.22], "first"),
        ([0.20, 0.25, 0.22], [0.30, 0.32, 0.31], "second"),
        ([0.30, 0.40, 0.35], [0.29, 0.31, 0.28], "open"),
        ([0.29, 0.31, 0.28], [0.40, 0.30, 0.35], "open"),
    ]
    for first, second, truth in trials:
        value, advice = try_function(answer, first, second, hint=hint)
        if advice is not None:
            return advice
        ranges = f"{min(first):g} to {max(first):g} against {min(second):g} to {max(second):g}"
        advice = judge(
            value,
            truth,
            hint='Give one of the words "first", "second", "open".',
            why="",
            slips=[
                ("first" if truth == "second" else "second" if truth == "first" else None, "The wrong way round."),
                ("open", f"{ranges}: every seed of one lies above every seed of the other. That may be said."),
                ("first", f"{ranges}: the means differ, but the ranges overlap. Three seeds do not decide that."),
                ("second", f"{ranges}: the means differ, but the ranges overlap. Three seeds do not decide that."),
            ],
        )
        if not advice:
            return advice
    return Advice(True, "Right. Chance alone sets three seeds above three others, on one named side, 1 time in 20.")


def weights_that_learn(guess: Any, classes: int = 21, kernel_size: int = 64, planes: int = 512) -> Advice:
    """Weights and biases that learn in the head: with a frozen kernel, and with a learned one."""
    score, pairs, area = planes * classes + classes, classes**2, kernel_size**2
    return judge(
        guess,
        [score, score + pairs * area],
        hint=f"The 1×1 has {planes} · {classes} weights and a bias a class; the kernel k² for each pair of classes.",
        why=f"{planes} · {classes} + {classes} = {score:,}; {pairs} · {kernel_size}² = {pairs * area:,} come on top.",
        slips=[
            ([planes * classes, planes * classes + pairs * area], "The biases of the 1×1 learn too."),
            ([score, pairs * area], "With a learned kernel the 1×1 goes on learning: add the two."),
            ([score, score + classes * area], "The zeros between unequal classes learn too: one kernel for each pair."),
            ([score + pairs * area, score], "Wrong order: the frozen one first."),
            ([0, score + pairs * area], "Frozen is the kernel; the 1×1 learns in both."),
            ([score, score + pairs * area + classes], "This head's transposed convolution has no bias."),
            ([score, score + area], "That is one kernel for all. There is one for each pair of classes."),
        ],
    )


def diagonal_share(answer: Any, size: int = 4, seed: int = 0) -> Advice:
    """A function of weights ``(C, C, k, k)`` -> the share of their summed squares between equal classes."""
    hint = "`weight[c, c]` holds what class c gives to itself. Divide the sum of these squares by that of all."
    weight = torch.randn(3, 3, size, size, generator=torch.Generator().manual_seed(seed)) + 0.2
    weight[range(3), range(3)] *= 2
    value, advice = try_function(answer, weight, hint=hint)
    if advice is not None:
        return advice
    equal, all_ = weight[range(3), range(3)], weight.pow(2).sum()
    share = (equal.pow(2).sum() / all_).item()
    places = weight.diagonal(dim1=2, dim2=3)
    return judge(
        value,
        share,
        hint=hint,
        why=f"{share:.3f} here. If no pair were special it would be 1/C: 1 of C planes.",
        slips=[
            (
                math.sqrt(share),
                "That is a ratio of lengths. Square, so that the shares of all pairs sum to 1.",
            ),
            (1 - share, "That is what lies beside the diagonal."),
            ((equal.sum() / weight.sum()).item(), "Plain sums let positive and negative weights cancel: square them."),
            ((equal.abs().sum() / weight.abs().sum()).item(), "That sums absolute values. Squares are asked."),
            ((weight[0, 0].pow(2).sum() / all_).item(), "That is one class. Sum over all classes."),
            ((places.pow(2).sum() / all_).item(), "That is the diagonal of each kernel's picture, not of the classes."),
            ((equal.pow(2).mean() / weight.pow(2).mean()).item(), "Means, not sums: this is C times the share."),
            (1 / 3, "That is the share of planes. Weigh them by their squares."),
        ],
        otherwise=f"On the check's weights it is {share:.3f}. {hint}",
        atol=1e-4,
    )
