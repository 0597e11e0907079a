"""Pictures, a frozen trunk that has looked at them once, and heads that are trained on it in seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from fcn_course.data.crops import RandomCrops
from fcn_course.data.datasets import open_voc
from fcn_course.evaluation.metrics import ConfusionMatrix
from fcn_course.nets.backbone import load_backbone
from fcn_course.nets.checkpoints import load_net
from fcn_course.nets.devices import class_indices
from fcn_course.nets.fcn import FCN
from fcn_course.teaching.exercises.clinic.pictures import Chosen, Pairs, examination, first
from fcn_course.training.forecast import fit_head_seconds
from fcn_course.training.frozen import FCNHead, TrunkFeatures, fit_head, predict_head, trunk_features
from fcn_course.training.pace import format_duration
from fcn_course.training.recipes import Recipe, make_optimiser, make_schedule

__all__ = [
    "Ward",
    "announce",
    "confusion",
    "cut_by",
    "examination",
    "open_ward",
    "predictions",
    "read_by",
    "relabelled",
    "train",
    "train_by",
]
STRIDES = (8, 16, 32)
WINDOW = (160, 240)  # (height, width) of a training window
RECIPE = Recipe(batch_size=4, epochs=4)


@dataclass(frozen=True)
class Ward:
    """What all patients share.

    Attributes:
        net: the FCN-8s that ships; healthy, in eval mode.
        train_set, val_set: the pictures that are used.
        windows: what the net's stages say of one random window of each training picture.
        wholes: the same of each validation picture.
    """

    net: FCN
    train_set: Chosen
    val_set: Chosen
    windows: TrunkFeatures
    wholes: TrunkFeatures


def open_ward(data: str | Path = "minivoc", pictures: int = 120, beds: int = 24) -> Ward:
    """Take ``pictures`` to train and ``beds`` to examine, the first ones; about ten seconds on two new cores."""
    net = load_net()
    train_set = first(open_voc(data, "train"), pictures, WINDOW)
    val_set = first(open_voc(data, "val"), beds, WINDOW)
    windows = trunk_features(net, train_set, STRIDES, window=WINDOW)
    return Ward(net, train_set, val_set, windows, trunk_features(net, val_set, STRIDES))


@cache
def _random_trunk():
    return load_backbone("resnet18", None)


def train(
    outputs: TrunkFeatures, recipe: Recipe = RECIPE, stride: int = 8, seed: int = 0
) -> tuple[FCNHead, list[float]]:
    """A new head (score layers from zero, no trunk of its own) after the recipe, and the loss of each step."""
    head = FCNHead(FCN(_random_trunk(), outputs.num_classes, stride))
    return head, fit_head(head, outputs, recipe, seed=seed, device="cpu")


def announce(ward: Ward, trainings: int) -> None:
    """Say how long so many trainings take on this computer; a few steps are taken for it."""
    head = FCNHead(FCN(_random_trunk(), ward.windows.num_classes, 8))
    seconds = trainings * fit_head_seconds(head, ward.windows, RECIPE, device="cpu")
    print(f"{trainings} trainings take about {format_duration(seconds)} on this computer.")


def train_by(
    loss: Callable, outputs: TrunkFeatures, recipe: Recipe = RECIPE, seed: int = 0
) -> tuple[FCNHead, list[float]]:
    """As :func:`train` at stride 8, by ``loss(scores, masks)`` of full-sized scores; twice as slow."""
    head = FCNHead(FCN(_random_trunk(), outputs.num_classes, 8)).train()
    optimiser = make_optimiser(head, recipe)
    schedule = make_schedule(optimiser, recipe, recipe.epochs * -(-len(outputs) // recipe.batch_size))
    order, losses = torch.Generator().manual_seed(seed), []
    for _epoch in range(recipe.epochs):
        for indices in torch.randperm(len(outputs), generator=order).split(recipe.batch_size):
            features, masks = outputs.batch(indices.tolist())
            optimiser.zero_grad()
            value = loss(head.net.enlarge(head(features)), masks)
            value.backward()
            optimiser.step()
            schedule.step()
            losses.append(value.item())
    return head, losses


@torch.no_grad()
def predictions(head: FCNHead, outputs: TrunkFeatures, enlarge: Callable | None = None) -> list[Tensor]:
    """The mask ``(H, W)`` of each picture, asked one by one.

    Args:
        enlarge: takes scores of stride 32 and a size, gives scores of that size; the package's own if left out.
    """
    masks = []
    for index in range(len(outputs)):
        features, mask = outputs.batch([index])
        size = tuple(mask.shape[-2:])
        if enlarge is None:
            masks.append(predict_head(head, features, size)[0])
        else:
            masks.append(class_indices(enlarge(head.eval()(features), size))[0])
    return masks


def confusion(masks: Sequence[Tensor], truths: Sequence[Tensor], num_classes: int = 21) -> ConfusionMatrix:
    """All pictures in one matrix."""
    matrix = ConfusionMatrix(num_classes)
    for mask, truth in zip(masks, truths, strict=True):
        matrix.update(mask, truth)
    return matrix


def relabelled(outputs: TrunkFeatures, masks: Sequence[Tensor]) -> TrunkFeatures:
    """The same features with other masks to learn from."""
    return TrunkFeatures(outputs.features, [mask.to(torch.uint8) for mask in masks], outputs.num_classes)


def read_by(ward: Ward, read: Callable[[Path], Tensor]) -> TrunkFeatures:
    """The ward's windows with masks as ``read`` gives them; the windows lie where they lay."""
    masks = [read(ward.train_set.mask_path(index)) for index in range(len(ward.train_set))]
    pairs = [(torch.zeros(3, *mask.shape, dtype=torch.uint8), mask) for mask in masks]
    cut = RandomCrops(Pairs(pairs, ward.train_set.classes), WINDOW)
    return relabelled(ward.windows, [cut[index, 1][1] for index in range(len(masks))])


def cut_by(ward: Ward, crop: Callable, seed: int = 0) -> tuple[TrunkFeatures, Pairs]:
    """Windows that ``crop(image, mask, size, rng)`` cuts, sent through the trunk; and these windows themselves."""
    pairs = []
    for index in range(len(ward.train_set)):
        image, mask = ward.train_set[index]
        pairs.append(crop(image, mask, WINDOW, np.random.default_rng([seed, index])))
    windows = Pairs(pairs, ward.train_set.classes)
    return trunk_features(ward.net, windows, STRIDES, window=WINDOW), windows
