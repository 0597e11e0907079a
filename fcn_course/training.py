"""Training and scoring: ``fit`` and ``evaluate`` (lecture 05).

    history = fit(fcn32s(), open_voc("minivoc"), open_voc("minivoc", "val"), out="runs/first")

Pictures come as uint8 and are normalised on the device. Order and crops depend on seed and epoch alone, so a run
repeats and can be taken up again after any epoch.
"""

from __future__ import annotations

import csv
import math
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch.utils.data import DataLoader, Dataset, Sampler
from tqdm.auto import tqdm

from fcn_course.checkpoints import restore, save_checkpoint
from fcn_course.devices import autocast, choose_device
from fcn_course.fcn import FCN
from fcn_course.metrics import ConfusionMatrix
from fcn_course.recipes import Recipe, get_recipe, make_optimiser, make_schedule, training_step
from fcn_course.voc import RandomCrops, normalise

COLUMNS = ("epoch", "train_loss", "val_pixel_accuracy", "val_mean_iou", "seconds", "images_per_second")


def fit(
    net: FCN,
    train_set: Dataset,
    val_set: Dataset | None = None,
    recipe: str | Recipe = "minivoc",
    *,
    epochs: int | None = None,
    out: str | Path | None = None,
    device: str | torch.device | None = None,
    seed: int = 0,
    workers: int | None = None,
    precision: str = "auto",
    resume: bool = True,
    progress: bool = True,
    on_epoch: Callable[[dict, ConfusionMatrix], None] | None = None,
) -> list[dict]:
    """Train ``net`` in place on random windows and score it on whole pictures after each epoch.

    Args:
        train_set, val_set: data sets of ``(image, mask)``; without a ``val_set`` the scores are NaN and ``best.pt``
            is the net after the last epoch.
        recipe: ``"minivoc"``, ``"book"`` or a :class:`~fcn_course.recipes.Recipe`.
        epochs: how often each picture is used; the recipe's number if left out.
        out: folder for ``history.csv``, ``last.pt`` and ``best.pt`` (highest validation mean IoU); None writes nothing.
        workers: processes that decode pictures; by default none on a CPU, which is busy with the net anyway.
        precision: ``"auto"``, ``"float32"`` or ``"bfloat16"``.
        resume: go on from ``last.pt`` if ``out`` holds one; False starts over.
        on_epoch: called after each epoch with its row of the history and its confusion matrix.

    Returns:
        One dict for each epoch with the keys of ``COLUMNS``; scores between 0 and 1, seconds of the whole epoch with
        its validation, images per second of the training part.
    """
    recipe, device = get_recipe(recipe), choose_device(device)
    epochs = recipe.epochs if epochs is None else epochs
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs}")
    crops, order = RandomCrops(train_set, recipe.crop, recipe.flip, seed), EpochOrder(len(train_set), seed)
    if workers is None:
        workers = 0 if device.type == "cpu" else min(8, os.cpu_count() or 1)
    loader = DataLoader(crops, recipe.batch_size, sampler=order, num_workers=workers, pin_memory=device.type == "cuda")

    torch.manual_seed(seed)
    net.to(device)
    optimiser = make_optimiser(net, recipe)
    schedule = make_schedule(optimiser, recipe, epochs * len(loader))
    history, best = [], 0.0
    last = None if out is None else Path(out) / "last.pt"
    if last:
        last.parent.mkdir(parents=True, exist_ok=True)
    if last and resume and last.is_file():
        state = restore(net, last)
        optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        history, best = state["history"], state["best"]

    for epoch in range(len(history) + 1, epochs + 1):
        start = time.perf_counter()
        order.epoch = epoch
        label = f"epoch {epoch}/{epochs}"
        loss = _train_one_epoch(net, loader, optimiser, schedule, recipe, device, precision, label, progress)
        rate = len(train_set) / (time.perf_counter() - start)
        matrix = ConfusionMatrix(net.num_classes)
        if val_set is not None:
            matrix = evaluate(net, val_set, device=device, precision=precision, progress=progress)
        scores = matrix.pixel_accuracy, matrix.mean_iou
        row = (epoch, loss, *scores, time.perf_counter() - start, rate)
        history.append(dict(zip(COLUMNS, row, strict=True)))
        score = 0.0 if math.isnan(matrix.mean_iou) else matrix.mean_iou  # nothing to score: the latest is the best
        better, best = score >= best, max(score, best)
        if last:
            if better:
                save_checkpoint(last.with_name("best.pt"), net, history=history)
            state = {"optimiser": optimiser.state_dict(), "schedule": schedule.state_dict()}
            save_checkpoint(last, net, history=history, best=best, **state)
            write_history(last.with_name("history.csv"), history)
        if on_epoch:
            on_epoch(history[-1], matrix)
    return history


def _train_one_epoch(net, loader, optimiser, schedule, recipe, device, precision, label, progress) -> float:
    total, count = torch.zeros((), device=device), 0
    for images, masks in tqdm(loader, label, leave=False, disable=not progress):
        images = normalise(images.to(device, non_blocking=True))
        masks = masks.to(device, non_blocking=True)
        with autocast(device, precision):
            loss = training_step(net, images, masks, optimiser, recipe)
        schedule.step()
        total += loss * len(images)
        count += len(images)
    return (total / count).item()


@torch.no_grad()
def evaluate(
    net: FCN, dataset: Dataset, *, device=None, precision: str = "auto", progress: bool = True
) -> ConfusionMatrix:
    """Score ``net`` on whole pictures, one by one, each at its own size; the same every time."""
    device = choose_device(device)
    net.to(device).eval()
    matrix = ConfusionMatrix(net.num_classes)
    for image, mask in tqdm(dataset, "validation", leave=False, disable=not progress, total=len(dataset)):
        with autocast(device, precision):
            logits = net(normalise(image.to(device))[None])  # (1, C, H, W)
        matrix.update(logits.argmax(1)[0].cpu(), mask)
    return matrix


class EpochOrder(Sampler):
    """All pictures in an order that depends on seed and ``epoch``; each comes with the epoch's number for its crop."""

    def __init__(self, length: int, seed: int):
        self.length, self.seed, self.epoch = length, seed, 0

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[tuple[int, int]]:
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + self.epoch)
        return ((index, self.epoch) for index in torch.randperm(self.length, generator=generator).tolist())


def write_history(path: str | Path, history: list[dict]) -> None:
    """One row for each epoch, scores to four places, times to two."""
    places = {"train_loss": 4, "val_pixel_accuracy": 4, "val_mean_iou": 4, "seconds": 2, "images_per_second": 2}
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row in history:
            writer.writerow({key: round(value, places[key]) if key in places else value for key, value in row.items()})
