"""A score layer by itself: 1 × 1, zero at the start, and yet able to learn."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from fcn_course.teaching.checks.advice import Advice, as_text
from fcn_course.teaching.checks.functions import all_close, check_tensor, try_function, try_in_place


def score_layer(function: Any, channels: int = 6, classes: int = 4) -> Advice:
    """A function of planes and classes that gives a 1 × 1 score layer which starts at zero."""
    hint = "Make an `nn.Conv2d` with `kernel_size=1`, set its weights and biases to zero, and return it."
    layer, advice = try_function(function, channels, classes, hint=hint)
    if advice is not None:
        return advice
    if not isinstance(layer, nn.Module):
        return Advice(False, f"Give back the layer, an `nn.Module`; yours gives {as_text(layer)}. {hint}")
    x = random_tensor(2, channels, 5, 7)
    out, advice = try_function(layer, x, hint=hint)
    if advice is None:
        advice = check_tensor(out, (2, classes, 5, 7), "A kernel of 1 × 1 keeps rows and columns.")
    if advice is not None:
        return advice
    parameters = list(layer.parameters())
    if not parameters or not all(p.requires_grad for p in parameters):
        return Advice(False, "Nothing in it can learn, or not all: its weights must be parameters that need gradients.")
    if out.abs().max() > 0:
        zero = try_function(layer, torch.zeros_like(x), hint=hint).value
        if isinstance(zero, torch.Tensor) and zero.abs().max() == 0:
            return Advice(False, "Its weights are not zero at the start: torch draws them at random. `nn.init.zeros_`.")
        if all_close(out, out[:1, :, :1, :1].expand_as(out)):
            return Advice(False, "The weights start at zero, the biases do not: torch draws them at random, too.")
        return Advice(False, "It does not start at zero: torch draws weights and biases at random. `nn.init.zeros_`.")
    gradients, advice = try_in_place(lambda: _gradients(layer, x), hint=hint, name="backward")
    if advice is not None:
        return advice
    if not all(gradients):
        return Advice(False, "It says zero for good: a gradient is missing. Zero the weights, not the output.")
    return _scores_each_cell(layer, x, classes, channels, hint)


def _gradients(layer, x):
    """Whether each parameter gets a gradient that is not zero."""
    out = layer(x)
    if out.requires_grad:
        (out * random_tensor(*out.shape, seed=1)).sum().backward()
    return [bool(p.grad is not None and p.grad.abs().max() > 0) for p in layer.parameters()]


def _scores_each_cell(layer, x, classes, channels, hint):
    """A layer that was filled with random weights must be one linear map with a bias, the same at each cell."""
    found, advice = try_in_place(lambda: _outputs(layer, x), hint=hint, name="the layer")
    if advice is not None:
        return advice
    filled, zero, turned, other = found
    if zero.abs().max() == 0:
        return Advice(False, f"It has no bias. Each of the {classes} classes gets one, beside its {channels} weights.")
    if not all_close(filled + turned, 2 * zero):
        return Advice(False, "After the weighted sum comes something else (ReLU, dropout?). Scores may be negative.")
    if ((filled - other)[0].abs().amax(0) > 0).sum() > 1:  # the features of one cell were changed
        return Advice(False, "A cell's scores depend on its neighbours. A kernel of 1 × 1 looks at one cell alone.")
    numbers = f"{channels} × {classes} weights and {classes} biases, {channels * classes + classes} numbers"
    return Advice(True, f"Right. {numbers}, all zero at the start, and every one of them gets a gradient.")


def _outputs(layer, x):
    fill_randomly(layer)
    changed = x.clone()
    changed[0, :, 2, 3] += 1
    with torch.no_grad():
        return layer(x), layer(torch.zeros_like(x)), layer(-x), layer(changed)


def random_tensor(*shape: int, seed: int = 0) -> torch.Tensor:
    """Normal numbers of this shape, the same for the same seed."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def fill_randomly(module: nn.Module, seed: int = 0) -> None:
    """Give a module other weights and biases, the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
