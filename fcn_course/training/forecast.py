"""How long a training will take on this computer: four steps are taken on a copy, and the quickest is multiplied.

The first steps of a process also choose algorithms and ask for memory, and any may meet other work.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import torch
from torch import nn
from torch.utils.data import Dataset, Subset

from fcn_course.nets.fcn import FCN
from fcn_course.training.frozen import TrunkFeatures, fit_head
from fcn_course.training.loop import check_val_set, fit
from fcn_course.training.recipes import Recipe, get_recipe

STEPS = 4


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

    One batch and one picture to validate are sent through ``STEPS`` times.
    """
    check_val_set(val_set)
    recipe = get_recipe(recipe)
    steps = -(-len(train_set) // recipe.batch_size)
    batch = Subset(train_set, range(min(recipe.batch_size, len(train_set))))
    one = None if val_set is None else Subset(val_set, range(1))
    twin = copy.deepcopy(net)
    history = fit(twin, batch, one, recipe, epochs=STEPS, device=device, precision=precision, progress=False)
    times = [(len(batch) / row["images_per_second"], row["seconds"]) for row in history]
    step, scoring = min(step for step, _ in times), min(whole - step for step, whole in times)
    pictures = 0 if val_set is None else len(val_set)
    return (recipe.epochs if epochs is None else epochs) * (steps * step + pictures * scoring)


def fit_head_seconds(
    head: nn.Module, outputs: TrunkFeatures, recipe: Recipe, *, device: str | torch.device | None = None
) -> float:
    """Seconds that :func:`~fcn_course.training.frozen.fit_head` will take; ``head`` stays as it is."""
    steps = recipe.epochs * -(-len(outputs) // recipe.batch_size)
    batch = outputs.some(range(min(recipe.batch_size, len(outputs))))
    ends = []
    fit_head(
        copy.deepcopy(head),
        batch,
        replace(recipe, epochs=STEPS),
        device=device,
        on_epoch=lambda epoch: ends.append(time.perf_counter()),
    )
    return steps * min(after - before for before, after in pairwise(ends))


def call_seconds(work: Callable[[], object]) -> float:
    """Seconds that one call of ``work`` takes: the quickest of ``STEPS``."""
    ends = [time.perf_counter()]
    for _ in range(STEPS):
        work()
        ends.append(time.perf_counter())
    return min(after - before for before, after in pairwise(ends))
