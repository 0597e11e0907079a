"""How a layer starts: Xavier's bounds, what they do to the spread of scores, and a layer filled in place."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn

from fcn_course.bilinear import bilinear_kernel
from fcn_course.teaching.checks.advice import Advice, as_text, judge
from fcn_course.teaching.checks.functions import all_close, check_tensor, try_function

STARTS = ("zero", "bilinear", "xavier")


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
