"""An epoch of a training: its steps, and what is looked at between them (lecture 05)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import nn
from torch.utils.data import DataLoader

from fcn_course.data.labels import VOID
from fcn_course.data.loading import batches_of
from fcn_course.data.normalisation import normalise
from fcn_course.evaluation.scoring import progress_bar
from fcn_course.nets import distributed
from fcn_course.nets.devices import autocast, memory_format
from fcn_course.training.failures import check_loss_is_sane, explained, time_to_look, weights_are_finite
from fcn_course.training.pace import Pace, format_duration
from fcn_course.training.recipes import Recipe, training_step
from fcn_course.training.runs import Run


@dataclass
class Epochs:
    """The epochs that a run has still to do, one by one.

    Attributes:
        run: the net, and everything that its next step depends on.
        trained: the net as it is called in a step: one of several processes, or compiled.
        loader: batches of uint8 windows, ``(N, 3, h, w)`` and ``(N, h, w)``, in the order of its epoch.
        parts: in so many a batch is sent through.
        save_every, stop: as :func:`~fcn_course.training.loop.fit` has them.
        stopped: whether ``stop`` has said so.
    """

    run: Run
    trained: nn.Module
    loader: DataLoader
    recipe: Recipe
    device: torch.device
    precision: str
    epochs: int
    parts: int = 1
    save_every: int | None = None
    stop: Callable[[], bool] | None = None
    progress: bool = True
    stopped: bool = False

    def __post_init__(self):
        self.batches = self.loader.batch_sampler
        self.pace = Pace((self.epochs - len(self.run.history)) * len(self.batches) - self.run.step)
        self.begun = 0.0

    @property
    def seconds(self) -> float:
        """How long the epoch in progress has taken, what was done of it before the run was cut among it."""
        return time.perf_counter() - self.begun

    def train(self) -> tuple[float, float] | None:
        """Do the steps of the epoch in progress that are left.

        Returns:
            The mean loss of a picture, and pictures a second; None if it was stopped.
        """
        run, pictures = self.run, len(self.loader.dataset)
        number = len(run.history) + 1
        self.begun, self.batches.epoch = time.perf_counter() - run.seconds, number
        title = f"epoch {number}/{self.epochs}"
        with progress_bar(total=len(self.batches), desc=title, disable=not self.progress) as bar:
            for _ in self._steps():
                bar.update(run.step - bar.n)
                run.seconds = self.seconds
                self._look(bar)
                # several processes would have to wait for each other's answer after every step
                self.stopped = bool(self.stop) and distributed.world_size() == 1 and self.stop()
                due = self.save_every and run.step % self.save_every == 0 and run.step < len(self.batches)
                if self.stopped or due:
                    run.save()
                if self.stopped:
                    return None
        loss = distributed.all_reduce(run.loss).item() / pictures
        rate = pictures / self.seconds
        self._check(loss if weights_are_finite(run.net) else float("nan"), f"in epoch {number}")
        return loss, rate

    def _steps(self) -> Iterator[None]:
        """Yields after each step. Nothing here waits for a GPU."""
        run, batches = self.run, self.batches
        batches.start = run.step
        for images, masks in batches_of(self.loader):
            pictures = batches.pictures(run.step)
            with explained(images, self.parts), autocast(self.device, self.precision):
                images, masks = (batch.to(self.device, non_blocking=True) for batch in (images, masks))
                images = normalise(images, run.net).contiguous(memory_format=memory_format(self.device))
                masks = masks.long()
                masks[batches.own_pictures(run.step) :] = VOID  # pictures that are repeated must not count
                loss = training_step(
                    self.trained, images, masks, run.optimiser, self.recipe, parts=self.parts, pictures=pictures
                )
            run.schedule.step()
            run.loss += loss * pictures
            run.step += 1
            yield

    def _look(self, bar):
        """Whether the loss still is one, and once how long all of this will take."""
        run, looked = self.run, time_to_look(self.run.step, self.device)
        if looked:
            seen = min(run.step * self.recipe.batch_size, len(self.loader.dataset))
            self._check(run.loss.item() / seen, f"up to step {run.step} of epoch {len(run.history) + 1}")
        seconds = self.pace.after_step(looked)
        if seconds is not None and self.progress:
            bar.write(f"about {format_duration(seconds)} of training, scoring not counted")

    def _check(self, loss, where):
        run = self.run
        check_loss_is_sane(loss, run.net.num_classes, self.recipe, where, run.folder, len(run.history))
