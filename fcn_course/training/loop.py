"""Training: ``fit``, from one notebook cell to many GPUs (lecture 05).

    history = fit(fcn32s(), open_voc("minivoc"), open_voc("minivoc", "val"), out="runs/first")

The same from a terminal, in one process or in several that share each batch:

    fcn-course train --data minivoc --out runs/first
    torchrun --nproc-per-node=4 -m fcn_course.cli train --data voc2012 --weights imagenet --out runs/voc

Order and crops depend on seed and epoch alone, and a checkpoint holds everything else that a run depends on: a run that
was cut ends with the numbers of one that was not.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from pathlib import Path

import torch
from torch.utils.data import Dataset
from tqdm.auto import tqdm

from fcn_course.data.crops import RandomCrops
from fcn_course.data.judged import in_words, is_named, look_at_masks, what_is_odd
from fcn_course.data.loading import Cached, EpochBatches, training_loader
from fcn_course.data.locking import say
from fcn_course.evaluation.metrics import ConfusionMatrix
from fcn_course.evaluation.scoring import evaluate
from fcn_course.nets import distributed
from fcn_course.nets.devices import choose_device, compiled, describe_device, memory_format
from fcn_course.nets.fcn import FCN
from fcn_course.training.epochs import Epochs
from fcn_course.training.folder import RunFolderError, claim
from fcn_course.training.history import COLUMNS, best_epoch
from fcn_course.training.manifest import describe_run
from fcn_course.training.recipes import Recipe, freeze_stages, get_recipe, make_optimiser, make_schedule
from fcn_course.training.runs import Run


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
    cache: str | None = None,
    precision: str = "auto",
    compile: bool = False,
    accumulate: int = 1,
    patience: int | None = None,
    save_every: int | None = None,
    resume: bool = True,
    progress: bool = True,
    on_epoch: Callable[[dict, ConfusionMatrix], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> list[dict]:
    """Train ``net`` in place on random windows and score it on whole pictures after each epoch.

    Under ``torchrun`` all processes call it alike: each trains on its share of every batch and scores its share of the
    validation set; the first one writes and reports.

    Args:
        train_set, val_set: data sets of ``(image, mask)``; without a ``val_set`` the scores are NaN and ``best.pt``
            is the net after the last epoch.
        recipe: ``"minivoc"``, ``"light"`` (for a slow processor), ``"book"`` or a
            :class:`~fcn_course.training.recipes.Recipe`.
        epochs: how often each picture is used; the recipe's number if left out.
        out: folder for ``run.json`` (what this run is), ``history.csv``, ``last.pt`` and ``best.pt`` (highest
            validation mean IoU); None writes nothing. One process at a time trains into a folder.
        workers: processes that decode pictures; by default none on a CPU, which is busy with the net anyway, and none
            with a cache.
        cache: ``"memory"`` keeps all pictures decoded (VOC's two splits take 2.2 GB); ``"device"`` keeps them on the
            GPU and cuts the windows there.
        precision: ``"auto"``, ``"float32"`` or ``"bfloat16"``.
        compile: pass the net through ``torch.compile``; the first step takes a minute or two longer.
        accumulate: send each batch through in so many parts, in less memory.
        patience: stop after so many epochs without a better score.
        save_every: write ``last.pt`` after so many steps too, not only after each epoch.
        resume: go on from ``last.pt`` if ``out`` holds one, of the same data, classes, net, recipe and seed; False puts
            its files away and starts over.
        on_epoch: called after each epoch, in the first process, with its row of the history and its confusion matrix.
        stop: asked after each step and after each epoch; True ends the training there. ``last.pt`` then holds the net
            at that step, and with ``resume`` a later call goes on with the next one. An epoch that was not finished
            has no row in the history, and without a finished one there is no ``best.pt``. Several processes ask after
            each epoch alone: each is asked, and one that says True ends the training of all.

    Returns:
        One dict for each epoch with the keys of ``COLUMNS``; scores between 0 and 1, seconds of the whole epoch with
        its validation, images per second of the training part.

    Raises:
        RunFolderError: if ``out`` holds another run or a stranger's files, or another process trains there.
        DivergedError: if the loss runs away; the files of the last good epoch stay.
        MemoryError: tells by what a step can be made smaller.
        ValueError: for arguments that do not fit each other, or a set in which no pixel is judged. What else makes its
            scores worth little, one class alone or mostly void, is said aloud.
    """
    recipe, device = get_recipe(recipe), choose_device(device)
    epochs = recipe.epochs if epochs is None else epochs
    _check_counts(epochs=epochs, accumulate=accumulate, patience=patience, save_every=save_every)
    _check_what_fits(recipe, val_set, cache, workers, patience)
    freeze_stages(net, recipe)
    if len(names := getattr(train_set, "classes", ())) == net.num_classes:
        net.classes = tuple(names)
    split = f"split {train_set.split}, " if hasattr(train_set, "split") else ""
    net.trained_on = f"{split}{len(train_set):,} pictures"
    odd = [*_odd(train_set, "the training set", net), *_odd(val_set, "the validation set", net)]
    announcement = f"training on {describe_device(device, precision)}"

    crops = RandomCrops(train_set, recipe.crop, recipe.flip, seed, uint8_masks=True, outside=net.normalisation.mean)
    about = describe_run(
        net, train_set, val_set, recipe, seed=seed, epochs=epochs, device=device, precision=precision, workers=workers,
        cache=cache, compile=compile, accumulate=accumulate, patience=patience, save_every=save_every,
    )  # fmt: skip
    with distributed.process_group(device), _claimed(out, about, resume) as claimed:
        is_main = progress and distributed.rank() == 0
        batches = EpochBatches(len(train_set), recipe.batch_size, seed, distributed.rank(), distributed.world_size())
        if is_main:
            tqdm.write(
                announcement + (f", {distributed.world_size()} processes" if distributed.world_size() > 1 else "")
            )
            if claimed and claimed.changed:
                tqdm.write(f"going on in {out} with changes: {'; '.join(claimed.changed)}")
        for sentence in odd:  # also to whom asked for no progress
            say(f"warning: {sentence}", distributed.rank() == 0)
        if cache:
            place = device if cache == "device" else "cpu"
            crops.dataset = Cached(train_set, place, is_main)
            val_set = None if val_set is None else Cached(val_set, place, is_main)
        if workers is None:
            workers = 0 if cache or device.type == "cpu" else min(8, os.cpu_count() or 1)
        loader = training_loader(crops, batches, workers, device)

        torch.manual_seed(seed + distributed.rank())
        # gradients lie as the pictures do; weights that lie otherwise would have each of them copied, a tenth of a step
        net.to(device, memory_format=memory_format(device))
        optimiser = make_optimiser(net, recipe)
        schedule = make_schedule(optimiser, recipe, epochs * len(batches))
        run = Run(net, optimiser, schedule, None if out is None else Path(out), torch.zeros((), device=device))
        if resume:
            run.resume()
        trained = distributed.data_parallel(net)
        trained = compiled(trained, device) if compile else trained

        training = Epochs(
            run, trained, loader, recipe, device, precision, epochs, accumulate, save_every, stop, progress=is_main
        )
        while not training.stopped and len(run.history) < epochs:
            if patience and len(run.history) - best_epoch(run.history) >= patience:
                break
            if (found := training.train()) is None:
                break
            loss, rate = found
            matrix = ConfusionMatrix(net.num_classes)
            if val_set is not None:
                options = {"device": device, "precision": precision, "workers": workers, "progress": is_main}
                matrix = evaluate(net, val_set, **options, warn=False)
            row = (len(run.history) + 1, loss, matrix.pixel_accuracy, matrix.mean_iou, training.seconds, rate)
            run.end_epoch(dict(zip(COLUMNS, row, strict=True)))
            if on_epoch and distributed.rank() == 0:
                on_epoch(run.history[-1], matrix)
            training.stopped = bool(stop) and any(distributed.all_gather(stop()))
        run.close()
        if claimed and not training.stopped:
            claimed.state = "finished"
    return run.history


@contextmanager
def _claimed(out, about, resume):
    """The run's folder, which the first process claims for all; None without one."""
    with ExitStack() as stack:
        claimed = error = None
        if out is not None and distributed.rank() == 0:
            try:
                claimed = stack.enter_context(claim(Path(out), about, resume))
            except OSError as found:
                error = found
        told = distributed.broadcast(None if error is None else str(error))
        if told is not None:
            raise error or RunFolderError(told)
        yield claimed


def _odd(dataset, kind, net):
    if dataset is None:
        return []
    named = is_named(dataset) or kind != "the training set"  # which is told once
    names = getattr(dataset, "classes", None) or net.classes
    return what_is_odd(look_at_masks(dataset), in_words(dataset, kind), names, named)


def check_val_set(val_set: object) -> None:
    """Refuse a recipe in the place of the validation set.

    Raises:
        ValueError: tells how a recipe is handed over without one.
    """
    if isinstance(val_set, (str, Recipe)):
        raise ValueError(f"val_set is a data set or None, got {val_set!r}; hand the recipe over by name: recipe=…")


def _check_what_fits(recipe, val_set, cache, workers, patience):
    check_val_set(val_set)
    if cache not in (None, "memory", "device"):
        raise ValueError(f'cache must be "memory", "device" or None, got {cache!r}')
    if cache == "device" and workers:
        raise ValueError(f'workers={workers} cannot reach pictures on the GPU; leave it out, or take cache="memory"')
    if recipe.crop is None and recipe.batch_size > 1:
        raise ValueError(
            f"whole pictures differ in size, so a batch of {recipe.batch_size} cannot be made of them; set "
            "batch_size to 1, or give a crop"
        )
    if patience and val_set is None:
        raise ValueError(f"patience={patience} waits for a better score; hand over a val_set to take it on")


def _check_counts(**numbers):
    for name, value in numbers.items():
        if value is not None and value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
