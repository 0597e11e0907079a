"""Checks of what exercise 4 has programmed: score layers that start at zero, fusing, FCN-16s and FCN-8s by hand."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from fcn_course.bilinear import bilinear_kernel
from fcn_course.teaching.checks.advice import Advice, as_text
from fcn_course.teaching.checks.functions import all_close, check_tensor, try_function, try_in_place

_SMALL = {32: 6, 16: 5, 8: 4}  # of the checks' own features
_CLASSES = 3


def score_layer(function: Any, channels: int = 6, classes: int = 4) -> Advice:
    """A function of planes and classes that gives a 1 × 1 score layer which starts at zero."""
    hint = "Make an `nn.Conv2d` with `kernel_size=1`, set its weights and biases to zero, and return it."
    layer, advice = try_function(function, channels, classes, hint=hint)
    if advice is not None:
        return advice
    if not isinstance(layer, nn.Module):
        return Advice(False, f"Give back the layer, an `nn.Module`; yours gives {as_text(layer)}. {hint}")
    x = _random(2, channels, 5, 7)
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
        (out * _random(*out.shape, seed=1)).sum().backward()
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
    _fill(layer)
    changed = x.clone()
    changed[0, :, 2, 3] += 1
    with torch.no_grad():
        return layer(x), layer(torch.zeros_like(x)), layer(-x), layer(changed)


def fuse(function: Any, size: tuple[int, int] = (5, 7)) -> Advice:
    """Coarse scores enlarged twice, cropped and added to fine ones of ``size``."""
    hint = "Enlarge `coarse` twice, keep as many rows and columns of it as `fine` has, from the top left, and add."
    coarse = _random(1, _CLASSES, *(-(-length // 2) for length in size)).requires_grad_()
    fine = _random(1, _CLASSES, *size, seed=1).requires_grad_()
    out, advice = try_function(function, coarse, fine, hint=hint)
    if advice is not None:
        return advice
    if isinstance(out, torch.Tensor) and out.ndim == 4 and out.shape[1] == 2 * _CLASSES:
        return Advice(False, "That lays the planes behind each other. Scores of one class are added: 21 planes stay.")
    advice = check_tensor(out, tuple(fine.shape), hint)
    if advice is None and not out.requires_grad:
        advice = Advice(False, "The result has no gradient: leave out `detach`, `no_grad` and the way through NumPy.")
    if advice is not None:
        return advice
    coarse, fine = coarse.detach(), fine.detach()
    if any(all_close(out, way(coarse, fine) + fine) for way in _RIGHT):
        rows, columns = coarse.shape[-2:]
        text = f"{rows} × {columns} became {2 * rows} × {2 * columns}, was cut to {size[0]} × {size[1]} and added."
        return Advice(True, f"Right. {text}")
    enlarged = _RIGHT[0](coarse, fine)
    for wrong, text in [
        *((way(coarse, fine) + fine, text) for way, text in _WRONG),
        (enlarged * fine, "Multiplied. Scores are logits, so evidence is added; and a skip that starts at zero would "
         "wipe out what the coarse map says."),
        ((enlarged + fine) / 2, "That is their mean. A skip of zero would then halve the coarse scores; add them."),
        (enlarged, "That is `coarse` enlarged and cropped. `fine` must be added to it."),
        (fine, "That is `fine` alone: the coarse scores are lost."),
    ]:  # fmt: skip
        if all_close(out, wrong):
            return Advice(False, text)
    return Advice(False, f"The shape is right, the numbers are not. {hint}")


def head_16(kind: Any, size: tuple[int, int] = (75, 100)) -> Advice:
    """FCN-16s's head, a class with layers ``score32`` and ``score16``, on features of a picture of ``size``."""
    hint = "Score stride 32 and stride 16, each with its own layer, and give back `fuse(coarse, fine)`."

    def wrong(s32, s16, up):
        yield up(s32, s16), "The skip is missing: what `score16` says of stride 16 must be added."
        yield s16, "What `score32` says is missing: enlarge it twice and add."
        yield up(s32, s16) * s16, "Multiplied. Scores are logits, so evidence is added."
        yield 2 * up(s32, s16) + s16, "The coarse scores are in it twice."
        yield up(s32, s16) + 2 * s16, "The skip is in it twice."

    return _head(kind, (32, 16), size, hint, lambda s, up: up(s[0], s[1]) + s[1], wrong)


def head_8(kind: Any, size: tuple[int, int] = (75, 100)) -> Advice:
    """FCN-8s's head, a class with ``score32``, ``score16`` and ``score8``, on features of a picture of ``size``."""
    hint = "Fuse 32 and 16 as before; fuse their sum with the scores of stride 8."

    def right(s, up):
        return up(up(s[0], s[1]) + s[1], s[2]) + s[2]

    def wrong(s32, s16, s8, up):
        four = F.interpolate(s32, scale_factor=4, mode="bilinear", align_corners=False)
        four = four[..., : s8.shape[-2], : s8.shape[-1]]
        yield four + s8, "Stride 16 is left out, and 32 enlarged four times at once. Fuse it with 16 first."
        text = "Each is enlarged by itself and then added. Close, but enlarging 4 times is not 2 times and 2 times: "
        yield four + up(s16, s8) + s8, text + "fuse 32 and 16, and enlarge their sum."
        yield up(s16, s8) + s8, "What `score32` says is missing."
        yield up(up(s32, s16), s8) + s8, "What `score16` says is missing: the first sum has its skip too."
        yield up(up(s32, s16) + s16, s8), "What `score8` says is missing: that is an FCN-16s, enlarged twice."
        yield right((s32, 2 * s16, s8), up), "Stride 16 is scored once too often: each skip is added once."
        yield right((s32, s16, 2 * s8), up), "Stride 8 is in it twice."

    return _head(kind, (32, 16, 8), size, hint, right, wrong)


def _head(kind, strides, size, hint, right, wrong):
    names = [f"score{s}" for s in strides]
    features = {s: _random(2, c, *(-(-length // s) for length in size), seed=s) for s, c in _SMALL.items()}
    head, advice = try_function(kind, dict(_SMALL), _CLASSES, hint=hint)
    if advice is not None:
        return advice
    if not isinstance(head, nn.Module):
        return Advice(False, f"Hand over the class, an `nn.Module`; what was made of it is {as_text(head)}. {hint}")
    out, advice = try_function(head, features, hint=hint)
    if advice is not None:
        return advice
    if missing := [name for name in names if not isinstance(getattr(head, name, None), nn.Module)]:
        return Advice(False, f"Name the layers {', '.join(names)}, as attributes; missing: {', '.join(missing)}.")
    shape = (2, _CLASSES, *features[strides[-1]].shape[-2:])
    if isinstance(out, torch.Tensor) and out.ndim == 4 and out.shape[-2] >= strides[-1] * (shape[2] - 1):
        return Advice(False, f"Stop at stride {strides[-1]}: the last enlargement belongs to the training, not here.")
    if (advice := check_tensor(out, shape, hint)) is not None:
        return advice
    if out.abs().max() > 0:
        return Advice(False, "A fresh head must say zero everywhere. Take your `score_layer` for each layer.")
    if not out.requires_grad:
        return Advice(False, "The result has no gradient: nothing could be learned. Leave out `detach` and `no_grad`.")
    scores, advice = try_in_place(lambda: _scored(head, features, names), hint=hint, name="forward")
    if advice is not None:
        return advice
    out, *scores = scores
    if [tuple(s.shape) for s in scores] != [(2, _CLASSES, *features[stride].shape[-2:]) for stride in strides]:
        return Advice(False, "A layer gives another size than its map has. Take your `score_layer` for each layer.")
    if any(all_close(out, right(scores, way)) for way in _RIGHT):
        shown = " + ".join(f"{planes} × {_CLASSES}" for planes in (_SMALL[s] for s in strides))
        return Advice(True, f"Right. Scores of {tuple(shape)} out of {shown} weights and {_CLASSES} biases a layer.")
    for found, text in wrong(*scores, _RIGHT[0]):
        if all_close(out, found):
            return Advice(False, text)
    for way, text in _WRONG:
        if all_close(out, right(scores, way)):
            return Advice(False, text)
    return Advice(False, f"With random weights the numbers are not those of an FCN. {hint}")


def _scored(head, features, names):
    for name in names:
        _fill(getattr(head, name), seed=int(name.removeprefix("score")))
    with torch.no_grad():
        return [head(features), *(getattr(head, name)(features[int(name.removeprefix("score"))]) for name in names)]


def start_from(function: Any, finest: int = 16) -> Advice:
    """A function of a finer and a coarser head that copies what both have and gives the finer one back."""
    hint = "Copy weights and biases of each layer that both have; leave the new layer at zero; return `finer`."
    strides = [s for s in (32, 16, 8) if s >= finest]
    coarser, finer = _Scores(strides[:-1]), _Scores(strides)
    for s in strides[:-1]:
        _fill(getattr(coarser, f"score{s}"), seed=s)
    before = copy.deepcopy(coarser.state_dict())
    if not callable(function):
        return try_function(function, hint=hint).advice
    name = getattr(function, "__name__", "start_from")
    found, advice = try_in_place(lambda: function(finer, coarser), hint=hint, name=name)
    if advice is not None:
        return advice
    wanted = [f"score{s}" for s in strides]
    if not all(isinstance(getattr(found, name, None), nn.Conv2d) for name in wanted):
        return Advice(
            False, f"Give back the finer head with its layers {', '.join(wanted)}; yours is {as_text(found)}."
        )
    if any(not torch.equal(value, before[key]) for key, value in coarser.state_dict().items()):
        return Advice(False, "The coarser head was changed. Copy from it into the finer one, not the other way.")
    theirs = {p.data_ptr() for p in coarser.parameters()}
    if any(p.data_ptr() in theirs for p in found.parameters()):
        return Advice(False, "Both now share one layer: training the one changes the other. Copy the numbers.")
    state = found.state_dict()
    for name in wanted[:-1]:
        if not torch.equal(state[f"{name}.weight"], before[f"{name}.weight"]):
            return Advice(False, f"The weights of `{name}` are not the coarser head's. {hint}")
        if not torch.equal(state[f"{name}.bias"], before[f"{name}.bias"]):
            return Advice(False, f"The weights of `{name}` are carried over, its biases are not.")
    if any(state[f"{wanted[-1]}.{part}"].abs().max() > 0 for part in ("weight", "bias")):
        return Advice(False, f"`{wanted[-1]}` is new and must stay at zero; else the finer net starts by disagreeing.")
    if not all(p.requires_grad for p in found.parameters()):
        return Advice(False, "Weights of the finer head can no longer learn. Copying must not freeze them.")
    return Advice(True, f"Right. {' and '.join(wanted[:-1])} carried over, `{wanted[-1]}` at zero: nothing is lost.")


class _Scores(nn.Module):
    """A head with equally wide maps, so that a layer copied to the wrong place fits."""

    def __init__(self, strides):
        super().__init__()
        for s in strides:
            layer = nn.Conv2d(4, _CLASSES, kernel_size=1)
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
            setattr(self, f"score{s}", layer)


def _random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def _fill(module, seed=0):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))


def _cut(enlarged, fine):
    return enlarged[..., : fine.shape[-2], : fine.shape[-1]]


def _double(x, mode="bilinear", **options):
    return F.interpolate(x, scale_factor=2, mode=mode, **options)


def _transposed(x, fine):
    return _cut(F.conv_transpose2d(x, bilinear_kernel(x.shape[1], x.shape[1], 4), stride=2, padding=1), fine)


_RIGHT = (lambda x, fine: _cut(_double(x, align_corners=False), fine), _transposed)
_WRONG = (
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
