"""Losses, optimisers and schedules as named settings: the book's, and a better one for the drawn world.

Lecture 05; D2L 14.11.4 and 14.11.5; Long et al., CVPR 2015, section 4.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fcn_course.voc import VOID


def book_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """Cross-entropy averaged over each picture's pixels: ``(N, C, H, W)``, ``(N, H, W)`` -> ``(N,)``.

    The book sums this over the batch, so its step grows with the batch size. Void pixels cost nothing here; the book
    counts them as background.
    """
    return F.cross_entropy(logits, masks, reduction="none", ignore_index=VOID).mean((1, 2))


def mean_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """Cross-entropy averaged over all pixels of the batch that are not void, a scalar; 0 where all are void."""
    total = F.cross_entropy(logits, masks, reduction="sum", ignore_index=VOID)
    return total / (masks != VOID).sum().clamp(min=1)


@dataclass(frozen=True)
class Recipe:
    """How a net is trained.

    Attributes:
        loss: ``"sum"`` (the book: mean over a picture, summed over the batch) or ``"mean"`` (over all pixels).
        lr: learning rate of the backbone.
        head_factor: the score layers start at zero and learn this many times as fast.
        schedule: ``"constant"``, or ``"one_cycle"``: up in the first tenth, then down to 0 along a cosine.
        crop: (height, width) of the training windows in pixels.
        flip: mirror half of the windows.
    """

    loss: str = "mean"
    optimiser: str = "sgd"
    lr: float = 0.01
    momentum: float = 0.9
    weight_decay: float = 1e-4
    head_factor: float = 5.0
    schedule: str = "one_cycle"
    batch_size: int = 4
    epochs: int = 5
    crop: tuple[int, int] = (320, 480)
    flip: bool = True


RECIPES = {
    "book": Recipe("sum", "sgd", 1e-3, 0.0, 1e-3, 1.0, "constant", batch_size=32, flip=False),
    "minivoc": Recipe(),
}


def get_recipe(recipe: str | Recipe) -> Recipe:
    """A recipe by name, or the one that is handed over."""
    if isinstance(recipe, Recipe):
        return recipe
    if recipe not in RECIPES:
        raise ValueError(f"no recipe is called {recipe!r}; choose {' or '.join(RECIPES)}, or hand over a Recipe")
    return RECIPES[recipe]


def make_optimiser(net: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """The recipe's optimiser; everything that is not a stage of the backbone belongs to the head."""
    if recipe.lr < 0:  # torch checks a default rate only, not those of groups
        raise ValueError(f"lr must not be negative, got {recipe.lr}")
    trunk = [p for name, p in net.named_parameters() if name.startswith("stages.") and p.requires_grad]
    head = [p for name, p in net.named_parameters() if not name.startswith("stages.") and p.requires_grad]
    groups = [{"params": trunk, "lr": recipe.lr}, {"params": head, "lr": recipe.lr * recipe.head_factor}]
    groups = [group for group in groups if group["params"]]
    if recipe.optimiser == "sgd":
        return torch.optim.SGD(groups, momentum=recipe.momentum, weight_decay=recipe.weight_decay)
    if recipe.optimiser == "adamw":
        return torch.optim.AdamW(groups, betas=(recipe.momentum, 0.999), weight_decay=recipe.weight_decay)
    raise ValueError(f'optimiser must be "sgd" or "adamw", got {recipe.optimiser!r}')


def make_schedule(optimiser: torch.optim.Optimizer, recipe: Recipe, steps: int) -> torch.optim.lr_scheduler.LRScheduler:
    """The recipe's learning rates over ``steps`` steps, as factors of where they begin."""

    def one_cycle(step):
        warm = max(1, steps // 10)
        if step < warm:
            return (step + 1) / warm
        return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))

    shapes = {"constant": lambda step: 1.0, "one_cycle": one_cycle}
    if recipe.schedule not in shapes:
        raise ValueError(f"schedule must be {' or '.join(shapes)}, got {recipe.schedule!r}")
    return torch.optim.lr_scheduler.LambdaLR(optimiser, shapes[recipe.schedule])


def training_step(
    net: nn.Module, images: Tensor, masks: Tensor, optimiser: torch.optim.Optimizer, recipe: Recipe
) -> Tensor:
    """One step on normalised pictures; returns the mean loss of a picture, still on its device.

    With the book's loss this is D2L's ``train_batch_ch13``.
    """
    net.train()
    optimiser.zero_grad()
    logits = net(images).float()  # (N, C, H, W); the loss is always taken in float32
    if recipe.loss == "sum":
        losses = book_loss(logits, masks)
        losses.sum().backward()
        loss = losses.detach().mean()
    elif recipe.loss == "mean":
        loss = mean_loss(logits, masks)
        loss.backward()
        loss = loss.detach()
    else:
        raise ValueError(f'loss must be "sum" or "mean", got {recipe.loss!r}')
    optimiser.step()
    return loss
