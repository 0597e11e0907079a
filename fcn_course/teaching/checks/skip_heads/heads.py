"""Heads made of score layers: FCN-16s's and FCN-8s's, each started from the coarser one."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from fcn_course.teaching.checks.advice import Advice, as_text
from fcn_course.teaching.checks.functions import all_close, check_tensor, try_function, try_in_place
from fcn_course.teaching.checks.skip_heads.fusing import CLASSES, RIGHT, WRONG
from fcn_course.teaching.checks.skip_heads.layers import fill_randomly, random_tensor

_SMALL = {32: 6, 16: 5, 8: 4}  # of the checks' own features


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
    features = {s: random_tensor(2, c, *(-(-length // s) for length in size), seed=s) for s, c in _SMALL.items()}
    head, advice = try_function(kind, dict(_SMALL), CLASSES, hint=hint)
    if advice is not None:
        return advice
    if not isinstance(head, nn.Module):
        return Advice(False, f"Hand over the class, an `nn.Module`; what was made of it is {as_text(head)}. {hint}")
    out, advice = try_function(head, features, hint=hint)
    if advice is not None:
        return advice
    if missing := [name for name in names if not isinstance(getattr(head, name, None), nn.Module)]:
        return Advice(False, f"Name the layers {', '.join(names)}, as attributes; missing: {', '.join(missing)}.")
    shape = (2, CLASSES, *features[strides[-1]].shape[-2:])
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
    if [tuple(s.shape) for s in scores] != [(2, CLASSES, *features[stride].shape[-2:]) for stride in strides]:
        return Advice(False, "A layer gives another size than its map has. Take your `score_layer` for each layer.")
    if any(all_close(out, right(scores, way)) for way in RIGHT):
        shown = " + ".join(f"{planes} × {CLASSES}" for planes in (_SMALL[s] for s in strides))
        return Advice(True, f"Right. Scores of {tuple(shape)} out of {shown} weights and {CLASSES} biases a layer.")
    for found, text in wrong(*scores, RIGHT[0]):
        if all_close(out, found):
            return Advice(False, text)
    for way, text in WRONG:
        if all_close(out, right(scores, way)):
            return Advice(False, text)
    return Advice(False, f"With random weights the numbers are not those of an FCN. {hint}")


def _scored(head, features, names):
    for name in names:
        fill_randomly(getattr(head, name), seed=int(name.removeprefix("score")))
    with torch.no_grad():
        return [head(features), *(getattr(head, name)(features[int(name.removeprefix("score"))]) for name in names)]


def start_from(function: Any, finest: int = 16) -> Advice:
    """A function of a finer and a coarser head that copies what both have and gives the finer one back."""
    hint = "Copy weights and biases of each layer that both have; leave the new layer at zero; return `finer`."
    strides = [s for s in (32, 16, 8) if s >= finest]
    coarser, finer = _Scores(strides[:-1]), _Scores(strides)
    for s in strides[:-1]:
        fill_randomly(getattr(coarser, f"score{s}"), seed=s)
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
            layer = nn.Conv2d(4, CLASSES, kernel_size=1)
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
            setattr(self, f"score{s}", layer)
