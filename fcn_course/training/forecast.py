"""How long a training will take on this computer: two steps are taken on a copy, and the second is multiplied.

The first step of a process also chooses algorithms and asks for memory, so it does not count.
"""

from __future__ import annotations

import copy
import time
from dataclasses import replace

import torch
from torch import nn
from torch.utils.data import Dataset, Subset

from fcn_course.nets.fcn import FCN
from fcn_course.training.frozen import TrunkFeatures, fit_head
from fcn_course.training.loop import fit
from fcn_course.training.recipes import Recipe, get_recipe


def fit_seconds(
    net: FCN,
    train_set: Dataset,
    val_set: Dataset | None = None,
    recipe: str | Recipe = "minivoc",
    *,
    epochs: int | None = None,
    device: str | torch.device | None = None,
    precision: str = "auto",
) -> float:
    """Seconds that :func:`~fcn_course.training.loop.fit` will take with these arguments; ``net`` stays as it is.

    One batch and one picture to validate are sent through twice, which takes as long as two steps.
    """
    recipe = get_recipe(recipe)
    steps = -(-len(train_set) // recipe.batch_size)
    batch = Subset(train_set, range(min(recipe.batch_size, len(train_set))))
    one = None if val_set is None else Subset(val_set, range(1))
    twin = copy.deepcopy(net)
    history = fit(twin, batch, one, recipe, epochs=2, device=device, precision=precision, progress=False)
    step = len(batch) / history[-1]["images_per_second"]
    scoring = (history[-1]["seconds"] - step) * (0 if val_set is None else len(val_set))
    return (recipe.epochs if epochs is None else epochs) * (steps * step + scoring)


def fit_head_seconds(
    head: nn.Module, outputs: TrunkFeatures, recipe: Recipe, *, device: str | torch.device | None = None
) -> float:
    """Seconds that :func:`~fcn_course.training.frozen.fit_head` will take; ``head`` stays as it is."""
    steps = recipe.epochs * -(-len(outputs) // recipe.batch_size)
    count = min(recipe.batch_size, len(outputs))
    features = {stride: maps[:count] for stride, maps in outputs.features.items()}
    batch = TrunkFeatures(features, outputs.masks[:count], outputs.num_classes)
    ends = []
    fit_head(
        copy.deepcopy(head),
        batch,
        replace(recipe, epochs=2),
        device=device,
        on_epoch=lambda epoch: ends.append(time.perf_counter()),
    )
    return steps * (ends[1] - ends[0])


def format_duration(seconds: float) -> str:
    """A duration as it is said: ``"8 s"``, ``"50 s"``, ``"4 min"``; rounded as roughly as it was measured."""
    if seconds < 9.5:
        return f"{max(1, round(seconds))} s"
    if seconds < 95:
        return f"{10 * round(seconds / 10)} s"
    return f"{round(seconds / 60)} min"
