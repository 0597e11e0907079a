"""Loss, optimiser and schedule as named settings, and the step that they make.

Lecture 05; D2L 14.11.4 and 14.11.5; Long et al., CVPR 2015, section 4.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from fcn_course.data.labels import VOID
from fcn_course.nets import distributed
from fcn_course.training.losses import enlarged_picture_losses, picture_losses


@dataclass(frozen=True)
class Recipe:
    """How a net is trained.

    Attributes:
        loss: ``"sum"`` (the book: mean over a picture, summed over the batch), ``"mean"`` (over all pixels) or
            ``"total"`` (the paper: summed over all pixels, hence its tiny learning rates).
        lr: learning rate of the backbone.
        head_factor: the score layers start at zero and learn this many times as fast.
        schedule: ``"constant"``; ``"one_cycle"``: up in the first tenth, then down to 0 along a cosine; ``"poly"``:
            down to 0 with the power 0.9, as many segmentation nets were trained on VOC.
        batch_size: pictures in a step, of all processes together.
        crop: (height, width) of the training windows in pixels; None takes whole pictures, one at a time.
        flip: mirror half of the windows.
        bias_factor: biases learn this many times as fast as the weights beside them.
        bias_decay: whether weight decay draws biases to 0 too.
        frozen: the strides of the stages that keep their weights, such as ``(2, 4, 8)``; a step without their gradient
            is quicker, most of all in the first ones, whose maps are the largest.
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
    crop: tuple[int, int] | None = (320, 480)
    flip: bool = True
    bias_factor: float = 1.0
    bias_decay: bool = True
    frozen: tuple[int, ...] = ()


# the released nets ran 100,000 steps of one picture for each stage: 12 times the 8,498 pictures of SBD's train list
_PAPER = Recipe("total", "sgd", 1e-10, 0.99, 5e-4, 1.0, "constant", 1, 12, None, False, 2.0, False)
RECIPES = {
    "book": Recipe("sum", "sgd", 1e-3, 0.0, 1e-3, 1.0, "constant", batch_size=32, flip=False),
    "minivoc": Recipe(),
    # for FCN-8s: FCN-32s's score by "minivoc" in a sixth of the time or less (tests/benchmarks/light.py)
    "light": Recipe(lr=0.02, crop=(192, 288), frozen=(2, 4, 8, 16, 32)),
    "paper32s": _PAPER,  # and FCN-8s at once
    "paper16s": replace(_PAPER, lr=1e-12),
    "paper8s": replace(_PAPER, lr=1e-14),
}


def get_recipe(recipe: str | Recipe) -> Recipe:
    """A recipe by name, or the one that is handed over."""
    if isinstance(recipe, Recipe):
        return recipe
    if recipe not in RECIPES:
        raise ValueError(f"no recipe is called {recipe!r}; choose one of {', '.join(RECIPES)}, or hand over a Recipe")
    return RECIPES[recipe]


def check_loss(recipe: Recipe) -> None:
    """Raise ValueError for a loss that is not offered."""
    if recipe.loss not in ("sum", "mean", "total"):
        raise ValueError(f'loss must be "sum", "mean" or "total", got {recipe.loss!r}')


def freeze_stages(net: nn.Module, recipe: Recipe) -> None:
    """Let the stages that the recipe names keep their weights; what is frozen already stays so.

    Raises:
        ValueError: for a stride that no stage of the net has.
    """
    for stride in recipe.frozen:
        if f"stride{stride}" not in net.stages:
            has = ", ".join(name.removeprefix("stride") for name in net.stages)
            raise ValueError(f"the recipe freezes the stage of stride {stride}; the net has stages of stride {has}")
        net.stages[f"stride{stride}"].requires_grad_(False)


def make_optimiser(net: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """The recipe's optimiser; everything that is not a stage of the backbone belongs to the head.

    Parameters that need no gradient are left out, so a frozen trunk costs no memory here.
    """
    if recipe.lr < 0:  # torch checks a default rate only, not those of groups
        raise ValueError(f"lr must not be negative, got {recipe.lr}")
    biases_apart = recipe.bias_factor != 1 or not recipe.bias_decay
    groups = {}  # (of the head, a bias) -> parameters
    for name, parameter in net.named_parameters():
        if parameter.requires_grad:
            kind = not name.startswith("stages."), biases_apart and name.endswith("bias")
            groups.setdefault(kind, []).append(parameter)
    groups = [
        {
            "params": parameters,
            "lr": recipe.lr * (recipe.head_factor if head else 1) * (recipe.bias_factor if bias else 1),
            "weight_decay": recipe.weight_decay if recipe.bias_decay or not bias else 0.0,
        }
        for (head, bias), parameters in groups.items()
    ]
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

    shapes = {
        "constant": lambda step: 1.0,
        "one_cycle": one_cycle,
        "poly": lambda step: max(0.0, 1 - step / steps) ** 0.9,
    }
    if recipe.schedule not in shapes:
        raise ValueError(f"schedule must be {' or '.join(shapes)}, got {recipe.schedule!r}")
    return torch.optim.lr_scheduler.LambdaLR(optimiser, shapes[recipe.schedule])


def training_step(
    net: nn.Module,
    images: Tensor,
    masks: Tensor,
    optimiser: torch.optim.Optimizer,
    recipe: Recipe,
    *,
    parts: int = 1,
    pictures: int | None = None,
) -> Tensor:
    """One step on normalised pictures; returns the mean loss of a picture, still on its device.

    With the book's loss this is D2L's ``train_batch_ch13``.

    Args:
        images, masks: ``(N, 3, H, W)`` and ``(N, H, W)``; the pictures of this process if there are several.
        parts: send the batch through in so many parts whose gradients add up: the same step (but for batch
            normalisation, which sees a part at a time) in less memory.
        pictures: pictures in the batch of all processes; N if left out.
    """
    check_loss(recipe)
    pixels = 1 if recipe.loss == "total" else masks[0].numel()  # what a picture's summed loss is divided by
    if recipe.loss == "mean":
        pixels = distributed.all_reduce((masks != VOID).sum()).clamp(min=1)
    net.train()
    optimiser.zero_grad()
    loss, pieces = 0, list(zip(images.chunk(parts), masks.chunk(parts), strict=True))
    for number, (some, their_masks) in enumerate(pieces, 1):
        with distributed.sync_gradients(net, number == len(pieces)):
            piece = (_picture_losses(net, some, their_masks) / pixels).sum()
            (piece * distributed.world_size()).backward()  # gradients of several processes are averaged, not summed
        loss = loss + piece.detach()
    optimiser.step()
    return loss if recipe.loss == "mean" else loss / (pictures or len(images))


def _picture_losses(net, images, masks):
    """Each picture's loss, summed over its pixels, ``(N,)``; a frozen enlargement is never kept in full."""
    fcn = getattr(net, "module", net)  # the net itself, out of what makes it one of several processes
    if getattr(fcn, "learned", True):
        return picture_losses(net(images), masks)
    return enlarged_picture_losses(net(images, coarse=True), masks, fcn.enlargement, fcn.replicates, -fcn.offsets[1])
