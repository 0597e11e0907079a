"""Exercise 1: how the enlarging layer starts, and what that does to scores and gradients (D2L 14.11, exercise 1)."""

from __future__ import annotations

import copy
import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from fcn_course.bilinear import bilinear_kernel
from fcn_course.data.labels import VOID
from fcn_course.teaching.checks.advice import Advice, as_text, judge
from fcn_course.teaching.checks.functions import all_close, check_tensor, try_function

STARTS = ("zero", "bilinear", "xavier")
LEARNERS = ["none", "1x1", "1x1", "kernel", "both", "both"]  # in the order of the exercise's table


def xavier_kernel(answer: Any, in_channels: int = 3, out_channels: int = 5, kernel_size: int = 8) -> Advice:
    """A function of in_channels, out_channels and kernel_size: Xavier's uniform weights ``(in, out, k, k)``."""
    hint = "Uniform in both directions, from minus the bound to the bound sqrt(6 / (fan in + fan out))."
    value, advice = try_function(answer, in_channels, out_channels, kernel_size, hint=hint)
    if advice is None:
        advice = check_tensor(value, (in_channels, out_channels, kernel_size, kernel_size), hint)
    if advice is not None:
        return advice
    if not value.is_floating_point():
        return Advice(False, f"The weights are real numbers; yours are {value.dtype}. {hint}")
    value, area, both = value.detach().double(), kernel_size**2, in_channels + out_channels
    bound = math.sqrt(6 / (both * area))
    seen = f"Yours lie between {value.min():.3g} and {value.max():.3g}; the bound is {bound:.3g}."
    if (value == 0).double().mean() > 0.3:
        return Advice(False, "Most weights are zero. Xavier fills the kernel of every pair of planes.")
    if value.max() - value.min() < 1e-9:
        return Advice(False, f"All weights are the same number. They are drawn anew for each place. {hint}")
    if abs(value.mean()) > 0.3 * value.abs().max():
        return Advice(False, f"They are not centred on 0. {seen} Draw to both sides of 0.")
    root, spread = math.sqrt(3), value.pow(2).mean().sqrt().item()
    slips = [
        (math.sqrt(6 / both), f"The fans count weights, not planes: each plane brings k² = {area} of them."),
        (math.sqrt(6 / (both * kernel_size)), f"A kernel has k² = {area} weights, you counted k = {kernel_size}."),
        (math.sqrt(6 / (in_channels * area)), "You took one fan alone. Xavier takes both, in and out."),
        (math.sqrt(6 / (out_channels * area)), "You took one fan alone. Xavier takes both, in and out."),
        (
            math.sqrt(2 / (both * area)),
            "Too small by √3: that is the spread. Uniform numbers go to √3 spreads.",
        ),
        (6 / (both * area), "You forgot the root: 2 / (fan in + fan out) is the square of the spread."),
        (bound / 2, "Too small by 2. `torch.rand` runs from 0 to 1, so the width to reach is twice the bound."),
    ]
    if abs(spread * root / bound - 1) > 0.08:
        near = min(slips, key=lambda slip: abs(math.log(slip[0] / max(spread * root, 1e-12))))
        fits = abs(spread * root / near[0] - 1) < 0.08
        return Advice(False, f"Not in bounds. {seen} {near[1] if fits else hint}")
    if value.abs().max() > bound * (1 + 1e-6):
        return Advice(False, f"The spread is right, the bound is not kept: a normal distribution? {seen}")
    fans = f"({in_channels} + {out_channels}) · {kernel_size}² = {both * area}"
    return Advice(True, f"Right. The fans are together {fans}, so the bound is sqrt(6 / {both * area}) = {bound:.4f}.")


def spread_factor(
    answer: Any, in_channels: int = 3, out_channels: int = 5, kernel_size: int = 8, stride: int = 4
) -> Advice:
    """A function of planes, kernel size and stride: spread of the enlarged scores over that of the coarse ones."""
    hint = "A sum of n independent products has n times the variance of one. How many products meet on one pixel?"
    value, advice = try_function(answer, in_channels, out_channels, kernel_size, stride, hint=hint)
    if advice is not None:
        return advice
    variance, stamps = 2 / ((in_channels + out_channels) * kernel_size**2), (kernel_size / stride) ** 2
    terms = in_channels * stamps
    truth = math.sqrt(terms * variance)
    return judge(
        value,
        truth,
        hint=hint,
        why=f"{in_channels} planes times ({kernel_size}/{stride})² = {stamps:g} stamps are {terms:g} products, each "
        f"with the variance 2/{round(2 / variance)}: the root of their product is {truth:.4f}.",
        slips=[
            (
                math.sqrt(in_channels * kernel_size**2 * variance),
                f"You let all k² = {kernel_size**2} weights of a kernel meet on one pixel, as in a convolution. Stamps "
                f"are {stride} pixels apart: on one pixel only ({kernel_size}/{stride})² of them overlap.",
            ),
            (math.sqrt(stamps * variance), f"Each of the {in_channels} planes adds its stamps; you counted one plane."),
            (terms * variance, "That is the ratio of the variances. The spread is its root."),
            (
                math.sqrt(in_channels * kernel_size / stride * variance),
                f"{kernel_size}/{stride} stamps overlap along one side. A picture has two: square it.",
            ),
            (math.sqrt(in_channels * variance), "You counted one stamp for each pixel; neighbours' stamps overlap."),
            (math.sqrt(terms * 3 * variance), "That takes the bound for the spread. A uniform number's is bound / √3."),
            (1 / stride, "That holds for as many planes out as in. Here their numbers differ: keep them apart."),
            (1 / truth, "Turned round: asked is the enlarged spread over the coarse one."),
            (
                math.sqrt(out_channels * stamps * variance),
                "One output pixel sums over the planes that come in; you counted those that go out.",
            ),
        ],
        otherwise=f"For ({in_channels}, {out_channels}, {kernel_size}, {stride}) it should be {truth:.4f}. {hint}",
        atol=2e-4,
    )


def start(answer: Any, channels: int = 3, kernel_size: int = 4) -> Advice:
    """A function of a layer and "zero", "bilinear" or "xavier" that starts it so, in place or as what it gives back."""
    hint = "Fill `layer.weight` under `torch.no_grad()` by a method that ends in `_`, and set the bias to zero."
    layers = {
        how: nn.ConvTranspose2d(channels, channels, kernel_size, stride=2, bias=how != "xavier") for how in STARTS
    } | {f"{how}, 1×1": nn.Conv2d(60, channels, 1) for how in ("zero", "xavier")}
    changed = {}
    for name, layer in layers.items():
        call = _in_place(answer, name.partition(",")[0]) if callable(answer) else answer
        value, advice = try_function(call, layer, hint=hint)
        if advice is not None:
            return advice
        if not isinstance(value, type(layer)):
            return Advice(False, f"Give back the layer itself; yours gives {as_text(value)}. {hint}")
        changed[name] = value
    if all(torch.equal(changed[name].weight, layer.weight) for name, layer in layers.items()):
        return Advice(None, f"Not answered yet. {hint}")
    for name, value in changed.items():
        if said := _badly_started(value, name, layers[name], hint):
            return Advice(False, said)
    filled = channels * kernel_size**2
    return Advice(
        True,
        f"Right. Bilinear fills {filled} of {channels * filled} weights, Xavier fills all of them, zero none; "
        "no start adds a bias, and every weight can still learn.",
    )


def _in_place(function, how):
    """The function as one that gives back the layer which it was handed, if it gives back nothing."""

    def call(layer):
        value = function(layer, how)
        return layer if value is None else value

    call.__name__ = getattr(function, "__name__", type(function).__name__)
    return call


def _badly_started(value, name, layer, hint):
    """What is wrong with a layer that was to be started so; "" where nothing is."""
    how, weight = name.partition(",")[0], value.weight.detach()
    what = f'"{how}" on the {"1×1 convolution" if "1×1" in name else "transposed convolution"}: '
    if weight.shape != layer.weight.shape or not weight.isfinite().all():
        return f"{what}the weights must be numbers of shape {tuple(layer.weight.shape)}. {hint}"
    if not value.weight.requires_grad:
        return f"{what}the weights cannot learn any more. Copy into them; do not freeze them."
    if torch.equal(weight, layer.weight):
        return f"{what}the weights are as torch made them. Has every word its branch?"
    if how == "zero" and weight.any():
        return f"{what}there are weights that are not zero. {hint}"
    if how == "bilinear":
        truth = bilinear_kernel(*weight.shape[:3])
        if not all_close(weight, truth):
            if all_close(weight[0, 1], truth[0, 0]):
                return f"{what}the tent stands between unequal planes too, so every class gets the sum of all of them."
            if all_close(weight, truth / truth.sum((2, 3), keepdim=True).clamp(min=1)):
                return f"{what}a stamp does not sum to 1. It feeds s² pixels, and its top is near 1."
            return f"{what}that is not the book's kernel. `fcn_course.bilinear.bilinear_kernel` gives it."
    if how == "xavier":
        fans = (weight.shape[0] + weight.shape[1]) * weight[0, 0].numel()
        bound = math.sqrt(6 / fans)
        if not weight.any():
            return f"{what}all weights are zero. {hint}"
        if weight.abs().max() > bound * (1 + 1e-6) or weight.abs().max() < 0.75 * bound or (weight == 0).any():
            return f"{what}uniform weights up to {bound:.3f} are expected; yours go up to {weight.abs().max():.3f}."
    if value.bias is not None and value.bias.any():
        return f"{what}the bias still holds torch's random numbers. Set it to zero, so that the weights alone differ."
    return ""


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
