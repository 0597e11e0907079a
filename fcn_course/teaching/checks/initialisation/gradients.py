"""Which layers a start lets learn: a zero on one side of a product takes the gradient of the other side."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from fcn_course.bilinear import bilinear_kernel
from fcn_course.data.labels import VOID
from fcn_course.teaching.checks.advice import Advice, judge
from fcn_course.teaching.checks.functions import try_function

LEARNERS = ["none", "1x1", "1x1", "kernel", "both", "both"]  # in the order of the exercise's table


def who_learns(guess: Any) -> Advice:
    """Six words, a row of the table each: which layers get a gradient in the first step."""
    swapped = ["none", "kernel", "kernel", "1x1", "both", "both"]
    return judge(
        guess,
        LEARNERS,
        hint='Six words, each "1x1", "kernel", "both" or "none". What is each layer\'s gradient multiplied by?',
        why="The kernel's gradient is multiplied by the coarse scores, the 1×1's by the kernel. What is zero stops "
        "the other one's gradient, not its own; two zeros stop both for ever.",
        slips=[
            (swapped, "The other way round: a layer that is zero may learn; it is the other one that gets nothing."),
            (["both"] * 6, "In a product a zero on one side takes the other side's gradient away."),
            (
                ["none"] * 4 + ["both"] * 2,
                "One zero does not stop both: a zero layer gets a gradient if the other is not.",
            ),
            (
                ["none", "none", "1x1", "kernel", "both", "both"],
                "A bilinear kernel is no less able than Xavier's to carry the gradient down to the 1×1.",
            ),
            (
                ["none", "1x1", "1x1", "none", "both", "both"],
                "With coarse scores that are not zero, a zero kernel does get a gradient.",
            ),
            (["both", *LEARNERS[1:]], "Two zeros: each layer's gradient is multiplied by the other one, which is 0."),
            (
                [*LEARNERS[:4], "1x1", "both"],
                "Nothing freezes the bilinear kernel here. Its coarse scores are not zero, so it gets a gradient.",
            ),
            (
                ["none", "both", "both", "both", "both", "both"],
                "It will be both from the second step on. In the first one, the layer beside a zero gets nothing.",
            ),
        ],
        otherwise="Write y = kernel · (1×1 · x). What stands beside each of the two in that product?",
    )


def first_gradients(answer: Any, classes: int = 3, seed: int = 0) -> Advice:
    """A function (score, enlarge, features, mask) -> the largest |gradient| of the 1×1's weights and the kernel's."""
    hint = "Loss as in lecture 05, `backward()`, then `layer.weight.grad.abs().max()` of each layer."
    make = torch.Generator().manual_seed(seed)
    features = torch.rand(2, 4, 3, 3, generator=make)
    mask = torch.randint(0, classes, (2, 6, 6), generator=make)
    mask[0, 0, :4] = VOID
    for first, second in (("xavier", "bilinear"), ("zero", "bilinear"), ("xavier", "zero"), ("zero", "zero")):
        score, enlarge = nn.Conv2d(4, classes, 1), nn.ConvTranspose2d(classes, classes, 4, 2, 1, bias=False)
        with torch.no_grad():
            score.bias.zero_()
            score.weight.copy_(torch.rand(score.weight.shape, generator=make) - 0.5).mul_(first == "xavier")
            enlarge.weight.copy_(bilinear_kernel(classes, classes, 4)).mul_(second == "bilinear")
        value, advice = try_function(answer, score, enlarge, features, mask, hint=hint)
        if advice is not None:
            return advice
        truth, slips = _gradients(score, enlarge, features, mask)
        zeros = " and ".join(n for n, how in (("1×1", first), ("kernel", second)) if how == "zero") or "no layer"
        advice = judge(
            value, truth, hint=hint, why="", slips=slips, otherwise=f"Started at zero: {zeros}. {hint}", atol=1e-6
        )
        if not advice:
            return advice
    return Advice(
        True,
        "Right. With the 1×1 at zero the kernel's gradient is exactly 0, with the kernel at zero the 1×1's; "
        "with both at zero both are, and no later step can change that.",
    )


def _gradients(score, enlarge, features, mask):
    """The two largest gradients, and what slips would give in their place."""
    score, enlarge = copy.deepcopy(score), copy.deepcopy(enlarge)
    losses = F.cross_entropy(enlarge(score(features)), mask, ignore_index=VOID, reduction="none")
    counted = (mask != VOID).sum()
    grads = torch.autograd.grad(losses.sum() / counted, (score.weight, enlarge.weight))
    truth = [grad.abs().max().item() for grad in grads]
    slips = [
        (truth[::-1], "The order is the 1×1 first, then the kernel."),
        (
            [g * counted.item() for g in truth],
            "That is the summed loss's gradient. Take the mean over the pixels.",
        ),
        ([g * counted.item() / mask.numel() for g in truth], "You divide by all pixels; void ones do not count."),
        ([grad.max().item() for grad in grads], "Gradients may be negative: take absolute values before the maximum."),
        (
            [grad.abs().mean().item() for grad in grads],
            "That is the mean of the absolute values, not the largest.",
        ),
        ([grad.norm().item() for grad in grads], "That is the length of the gradient. Asked is its largest entry."),
    ]
    return truth, [slip for slip in slips if max(truth) > 0]
