"""The same work done twice: by d2l's own functions, and by the course's.

:class:`D2L` and :class:`Course` have the same methods. Those that are measured return what is to be called: all that is
made ready beforehand, such as a net or a batch on its device, is made before that.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from fcn_course.data.crops import RandomCrops
from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import VOID
from fcn_course.data.loading import Cached, EpochBatches, training_loader
from fcn_course.data.normalisation import normalise
from fcn_course.evaluation.scoring import evaluate
from fcn_course.nets.devices import autocast, compiled, memory_format
from fcn_course.nets.fcn import fcn32s
from fcn_course.prediction.inference import predict
from fcn_course.training.loop import fit
from fcn_course.training.recipes import Recipe, make_optimiser, training_step
from tests.benchmarks.book import BOOK_BATCH, AnySize, BenchmarkError, book_loss, book_net, book_trainer, import_d2l


@dataclass(frozen=True)
class Setting:
    """What both sides are given.

    Attributes:
        folder: a folder laid out like VOC.
        crop: (height, width) of the training windows.
        batch_size: pictures in a step.
        device: ``"cpu"``, ``"cuda:0"``, ...
    """

    folder: str
    crop: tuple[int, int]
    batch_size: int
    device: str


class _Side:
    """Either side has its two splits, opened when they are first asked for."""

    def __init__(self, setting: Setting):
        self.setting, self.device = setting, torch.device(setting.device)

    @cached_property
    def train_set(self):
        return self.open("train")

    @cached_property
    def val_set(self):
        return self.open("val")


class D2L(_Side):
    """The book's way, by the functions of ``d2l.torch``; what only its notebooks hold is written out as they do."""

    def __init__(self, setting: Setting):
        super().__init__(setting)
        self.d2l = import_d2l()

    def open(self, split: str = "train"):
        with redirect_stdout(io.StringIO()):
            return self.d2l.VOCSegDataset(split == "train", self.setting.crop, self.setting.folder)

    def used(self, split: str = "train") -> int:
        """Pictures that one pass uses: not those smaller than the crop, nor the rest that fills no batch."""
        return len(self.loader(split, 0)) * self.setting.batch_size

    def loader(self, split: str, workers: int, batch_size: int | None = None) -> DataLoader:
        """As ``load_data_voc`` makes them, without its download."""
        dataset = self.train_set if split == "train" else self.val_set
        batch_size = batch_size or self.setting.batch_size
        if len(dataset) < batch_size:
            raise BenchmarkError(
                f"d2l finds {len(dataset)} pictures in the {split} split that are at least as large as the crop, fewer "
                f"than one batch of {batch_size}, and drops them; give more pictures or a smaller --batch-size"
            )
        return DataLoader(dataset, batch_size, shuffle=split == "train", drop_last=True, num_workers=workers)

    def loader_pass(self, workers: int) -> Callable[[], None]:
        """A pass through the training loader; it starts its workers anew each time."""
        loader = self.loader("train", workers)
        return lambda: _run_through(loader)

    def net(self) -> nn.Module:
        return book_net().to(self.device)

    def wrapped(self, net: nn.Module) -> nn.Module:
        """As ``train_ch13`` wraps it; without a GPU there is nothing to wrap."""
        return nn.DataParallel(net, device_ids=[self.device]) if self.device.type == "cuda" else net

    def step(self) -> Callable[[], None]:
        """A training step on a batch that lies on the device."""
        images, masks = a_batch(self.setting)
        masks = masks.masked_fill(masks == VOID, 0)  # the book takes void for background
        net = self.wrapped(self.net())
        trainer = book_trainer(net)
        return lambda: self.d2l.train_batch_ch13(net, images, masks, book_loss, trainer, [self.device])

    def epoch(self) -> Callable[[], float]:
        """An epoch of ``train_ch13``, in seconds."""
        net, loader = self.wrapped(self.net()), self.loader("train", self.d2l.get_dataloader_workers())
        trainer = book_trainer(net)
        return lambda: self._epoch(net, loader, trainer)

    def _epoch(self, net, loader, trainer):
        """The lines of ``train_ch13`` without its drawing and its scoring."""
        start = time.perf_counter()
        timer, metric = self.d2l.Timer(), self.d2l.Accumulator(4)
        for features, labels in loader:
            timer.start()
            loss, acc = self.d2l.train_batch_ch13(net, features, labels, book_loss, trainer, [self.device])
            metric.add(loss, acc, labels.shape[0], labels.numel())
            timer.stop()
        return time.perf_counter() - start

    def validation(self) -> Callable[[], None]:
        """Score a net, on crops of the validation pictures."""
        net, loader = self.net(), self.loader("val", self.d2l.get_dataloader_workers())
        return lambda: self.d2l.evaluate_accuracy_gpu(net, loader)

    def prediction(self, image: Tensor) -> Callable[[], Tensor]:
        """The mask of a whole picture, as the book's ``predict`` makes it."""
        net, normalize_image = self.net().eval(), self.val_set.normalize_image

        def predict():
            X = normalize_image(image).unsqueeze(0)
            pred = net(X.to(self.device)).argmax(dim=1)
            return pred.reshape(pred.shape[1], pred.shape[2]).cpu()

        return predict

    def train(self, epochs: int) -> tuple[float, float]:
        """Train as the book does; returns the seconds that took and the mean IoU on whole pictures."""
        torch.manual_seed(0)
        net = self.net()
        wrapped, batch_size = self.wrapped(net), min(BOOK_BATCH, len(self.train_set))
        loader = self.loader("train", self.d2l.get_dataloader_workers(), batch_size)
        trainer = book_trainer(wrapped)
        seconds = sum(self._epoch(wrapped, loader, trainer) for _ in range(epochs))
        val_set = open_voc(self.setting.folder, "val")
        matrix = evaluate(AnySize(net), val_set, device=self.device, precision="float32", progress=False)
        return seconds, matrix.mean_iou


class Course(_Side):
    """The course's way, as ``fit`` does it when nothing else is asked for; on a GPU with ``cache="device"``."""

    def __init__(self, setting: Setting):
        super().__init__(setting)
        self.cache = "device" if self.device.type == "cuda" else None

    def open(self, split: str = "train"):
        return open_voc(self.setting.folder, split)

    def cached(self, device: str | torch.device = "cpu", split: str = "train") -> Cached:
        return Cached(self.open(split), device, progress=False)

    def used(self, split: str = "train") -> int:
        """Pictures that one pass uses: all."""
        return len(self.train_set if split == "train" else self.val_set)

    def loader_pass(self, workers: int, cached: bool = False) -> Callable[[], None]:
        """A pass through the training loader; its workers live on from pass to pass."""
        crops = RandomCrops(self.cached() if cached else self.train_set, self.setting.crop, uint8_masks=True)
        batches = EpochBatches(len(crops), self.setting.batch_size)
        loader = training_loader(crops, batches, workers, self.device)

        def run():
            batches.epoch += 1
            _run_through(loader)

        return run

    def step(self, precision: str = "auto", compile: bool = False) -> Callable[[], None]:
        """A training step on a batch that lies on the device."""
        images, masks = a_batch(self.setting)
        images = images.contiguous(memory_format=memory_format(self.device))
        net, recipe = fcn32s().to(self.device, memory_format=memory_format(self.device)), Recipe()
        optimiser = make_optimiser(net, recipe)
        trained = compiled(net, self.device) if compile else net

        def run():
            with autocast(self.device, precision):
                training_step(trained, images, masks, optimiser, recipe)

        return run

    def precision(self) -> str:
        """What ``"auto"`` computes in here."""
        with autocast(self.device, "auto"):
            return "bfloat16" if torch.is_autocast_enabled(self.device.type) else "float32"

    def epoch(self, precision: str = "auto") -> Callable[[], float]:
        """An epoch of ``fit``, in seconds; on a GPU the second one."""
        net, recipe = fcn32s(), Recipe(batch_size=self.setting.batch_size, crop=self.setting.crop)
        options = {"device": self.device, "cache": self.cache, "precision": precision, "progress": False}
        epochs = 2 if self.device.type == "cuda" else 1
        return lambda: fit(net, self.train_set, None, recipe, epochs=epochs, **options)[-1]["seconds"]

    def validation(self) -> Callable[[], None]:
        """Score a net, on the whole validation pictures."""
        net, val_set = fcn32s(), self.cached(self.device, "val") if self.cache else self.val_set
        return lambda: evaluate(net, val_set, device=self.device, progress=False)

    def prediction(self, image: Tensor, precision: str = "float32") -> Callable[[], Tensor]:
        """The mask of a whole picture."""
        net = fcn32s()
        return lambda: predict(net, image, device=self.device, precision=precision)

    def train(self, epochs: int, until: float) -> tuple[float, float, int]:
        """Train with the recipe "minivoc" until a mean IoU; returns seconds of training, mean IoU, epochs done."""
        history = []

        def stop_when_reached(row, matrix):
            history.append(row)
            if row["val_mean_iou"] >= until:
                raise ReachedError

        options = {"device": self.device, "cache": self.cache, "progress": False, "on_epoch": stop_when_reached}
        with suppress(ReachedError):
            fit(fcn32s(), self.train_set, self.val_set, Recipe(crop=self.setting.crop), epochs=epochs, **options)
        seconds = sum(len(self.train_set) / row["images_per_second"] for row in history)
        return seconds, history[-1]["val_mean_iou"], len(history)


SIDES = {"d2l": D2L, "course": Course}


class ReachedError(Exception):
    """The mean IoU that was to be reached is reached."""


def a_batch(setting: Setting) -> tuple[Tensor, Tensor]:
    """Normalised windows and their masks on the device: the same pictures for both sides."""
    crops = RandomCrops(open_voc(setting.folder, "train"), setting.crop)
    pairs = [crops[index % len(crops)] for index in range(setting.batch_size)]
    images, masks = (torch.stack(part).to(setting.device) for part in zip(*pairs, strict=True))
    return normalise(images), masks


def a_picture(size: tuple[int, int] = (375, 500)) -> Tensor:
    """A picture of VOC's most frequent size; what it shows takes no time."""
    return torch.randint(256, (3, *size), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def all_workers() -> int:
    """As many processes as there are cores."""
    return os.cpu_count() or 1


def _run_through(loader):
    for _ in loader:
        pass
