"""What a backbone is made of, for pictures of any size: the numbers behind lecture 01's panel."""

from __future__ import annotations

import copy
from typing import NamedTuple

import torch
from torch import Tensor, nn

from fcn_course.nets.backbone import STRIDES, Backbone
from fcn_course.nets.classifiers import linear_to_conv
from fcn_course.shapes import Field


class Part(NamedTuple):
    """The picture, a stage or the classifier: the map that comes out of it, its weights and its multiply-adds.

    ``field`` is None where there is no map of cells: for the picture, and where a number comes from all of it.
    """

    name: str
    planes: int
    height: int
    width: int
    weights: int
    cost: int
    field: Field | None


class Sight(NamedTuple):
    """What a cell sees and the square that it stands for, as (left, top, right, bottom) in pixels of the picture.

    ``inside`` is the share of what it sees that is picture, not padding.
    """

    seen: tuple[float, float, float, float]
    cell: tuple[float, float, float, float]
    inside: float

    @classmethod
    def of(cls, part: Part, row: int, column: int, height: int, width: int) -> Sight:
        """The sight of one cell of ``part`` on a picture of ``height`` x ``width``."""
        if part.field is None:
            return cls((0, 0, width, height), (0, 0, width, height), 1.0)
        x, y = part.field.centre(column) + 0.5, part.field.centre(row) + 0.5  # pixel 0 reaches from edge 0 to edge 1
        seen, cell = ((x - r, y - r, x + r, y + r) for r in (part.field.size / 2, part.field.jump / 2))
        left, top, right, bottom = shared(seen, (0, 0, width, height))
        return cls(seen, cell, (right - left) * (bottom - top) / part.field.size**2)


def shared(one: tuple, other: tuple) -> tuple:
    """The box that two boxes (left, top, right, bottom) share; one without area where they share nothing."""
    left, top = (min(max(a, low), high) for a, low, high in zip(one[:2], other[:2], other[2:], strict=True))
    right, bottom = (max(min(a, high), low) for a, high, low in zip(one[2:], other[2:], (left, top), strict=True))
    return left, top, right, bottom


class Anatomy:
    """A backbone's parts: weights counted once, maps measured for each size, on torch's device without memory."""

    def __init__(self, backbone: Backbone):
        net = copy.deepcopy(backbone).to("meta").eval()
        self.fields, self._known = net.fields, {}
        last = net.classifier[-1] if isinstance(net.classifier, nn.Sequential) else net.classifier
        # the paper's net has fc6 and fc7 in its last stage; fc8 alone is left to name each cell
        self.names_cells = last is not net.classifier and last.in_features == net.channels[STRIDES[-1]]
        of_all = nn.Sequential(net.head, nn.AdaptiveAvgPool2d(net.pooled), nn.Flatten(), net.classifier)
        self.stages = [*net.stages.values(), linear_to_conv(last) if self.names_cells else of_all]
        self.weights = [sum(p.numel() for p in stage.parameters()) for stage in self.stages]
        for stage in self.stages:
            _without_norms(stage)

    def parts(self, height: int, width: int) -> list[Part]:
        """The picture of ``height`` x ``width``, the five stages, and the classifier."""
        if (height, width) not in self._known:
            self._known[height, width] = self._measured(height, width)
        return self._known[height, width]

    def _measured(self, height, width):
        x, parts = torch.empty(1, 3, height, width, device="meta"), [Part("picture", 3, height, width, 0, 0, None)]
        for stride, stage, weights in zip([*STRIDES, None], self.stages, self.weights, strict=True):
            x, cost = _run(stage, x)
            field = self.fields[stride or STRIDES[-1]] if x.dim() == 4 else None
            name = f"stride {stride}" if stride else "classifier"
            parts.append(Part(name, *(*x.shape[1:], 1, 1)[:3], weights, cost, field))
        return parts


def _without_norms(stage):
    """Batch norm changes no shape and costs most of the time here."""
    for module in list(stage.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.BatchNorm2d):
                setattr(module, name, nn.Identity())


def _run(stage: nn.Module, x: Tensor) -> tuple[Tensor, int]:
    """What comes out, and the multiply-adds of the convolutions and fully connected layers on the way."""
    costs = []
    hooks = [
        # a number that comes out is a sum of as many products as one output has weights
        layer.register_forward_hook(lambda layer, _, out: costs.append(out.numel() * layer.weight[0].numel()))
        for layer in stage.modules()
        if isinstance(layer, (nn.Conv2d, nn.Linear))
    ]
    with torch.no_grad():
        x = stage(x)
    for hook in hooks:
        hook.remove()
    return x, sum(costs)
