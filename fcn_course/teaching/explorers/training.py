"""The explorer of lecture 05: a training as it goes on, and afterwards epoch by epoch."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from threading import RLock
from typing import NamedTuple

import ipywidgets as widgets
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import VOC_CLASSES, VOID
from fcn_course.evaluation.metrics import ConfusionMatrix
from fcn_course.nets.fcn import FCN
from fcn_course.prediction.inference import predict, predict_logits
from fcn_course.teaching.explorers.panel import Explorer, View, choice, slider
from fcn_course.teaching.explorers.training_drawing import Scene, curves, sheet, with_cursor
from fcn_course.training.history import COLUMNS

MASK, ERRORS = "what the net says", "what is wrong"
SEEN = (
    "Above, curves of the training loss and of pixel accuracy and mean IoU by epoch, each score with its floor; below, "
    "a picture with its truth, and beside it"
)


class Moment(NamedTuple):
    """What the net knew after an epoch.

    Attributes:
        mask: int64 ``(H, W)``, what it made of the picture.
        row: of the history; None before the training.
        matrix: of the whole validation set; None before the training.
    """

    mask: Tensor
    row: dict | None = None
    matrix: ConfusionMatrix | None = None


class TrainingExplorer(Explorer):
    """Curves of a training and one picture's mask, live while ``fit`` runs; afterwards a slider leafs through them.

        panel = TrainingExplorer(image, truth, epochs=5)
        display(panel)
        fit(net, train_set, val_set, epochs=5, on_epoch=panel.watch(net), stop=panel.stop)

    The Stop button is heard while a cell runs where the notebook hands on messages meanwhile, as JupyterLab from 4.4
    does with ipykernel from 7; elsewhere the click waits until the cell has ended.

    Args:
        image: uint8 ``(3, H, W)`` that is watched; left out, a validation picture of the drawn world, with its truth.
        truth: int64 ``(H, W)``.
        epochs: how many ``fit`` will run.
        classes: names by index.
        floor: the matrix of "background everywhere"; left out, the first epoch's own.

    Attributes:
        moments: what was seen, by epoch; 0 is before the training.
    """

    def __init__(
        self,
        image: Tensor | None = None,
        truth: Tensor | None = None,
        epochs: int = 5,
        classes: Sequence[str] = VOC_CLASSES,
        floor: ConfusionMatrix | None = None,
    ):
        if image is None:
            image, truth = open_voc("minivoc", "val")[53]
        self.image, self.truth, self.epochs, self.classes, self.floor = image, truth, epochs, classes, floor
        self.moments: dict[int, Moment] = {}
        self._masks_shown: dict[int, Image.Image] = {}  # by epoch: names take a while to place
        # a slider's message may come from another thread while an epoch's end is drawn
        self._lock, self._pressed = RLock(), False
        self._scene, self._charts = Scene(image, truth, classes), None
        super().__init__(
            epoch=slider("after epoch", 0, 0, 0, continuous_update=True),
            show=choice("right picture", [MASK, ERRORS], width="230px"),
        )
        self.button = widgets.Button(description="Stop", icon="stop", disabled=True, tooltip="end the training here")
        self.button.on_click(self._press)
        self.children[0].children += (self.button,)

    @classmethod
    def demo(cls) -> TrainingExplorer:
        """A panel to try the controls on, without a training: its history is made up.

        The masks are those of the FCN-8s that ships, with noise added to its logits that gets weaker from epoch to
        epoch; the scores are of this one picture.
        """
        from fcn_course.nets.checkpoints import load_net

        panel, generator = cls(), torch.Generator().manual_seed(0)
        logits = predict_logits(load_net("minivoc"), panel.image, device="cpu")  # (C, H, W)
        coarse = torch.randn(1, len(logits), 12, 16, generator=generator)
        noise = F.interpolate(coarse, logits.shape[1:], mode="bilinear")[0]  # (C, H, W)
        panel._add(0, Moment(torch.zeros_like(panel.truth)))
        for epoch, strength in enumerate((4, 3, 2, 1, 0), 1):
            noisy = logits + strength * noise
            matrix = ConfusionMatrix(len(logits)).update(noisy.argmax(0), panel.truth)
            loss = F.cross_entropy(noisy[None], panel.truth[None], ignore_index=VOID).item()
            row = epoch, loss, matrix.pixel_accuracy, matrix.mean_iou, 1.0, 1.0
            panel._add(epoch, Moment(noisy.argmax(0), dict(zip(COLUMNS, row, strict=True)), matrix))
        return panel

    def watch(self, net: FCN) -> Callable[[dict, ConfusionMatrix], None]:
        """Look at ``net`` as it is now, make the Stop button ready, and return the ``on_epoch`` for ``fit``."""
        self._pressed, self.button.disabled, self.button.description = False, False, "Stop"
        if not self.moments:
            self._add(0, Moment(self._mask_of(net)))

        def on_epoch(row: dict, matrix: ConfusionMatrix) -> None:
            self._add(row["epoch"], Moment(self._mask_of(net), row, matrix))

        return on_epoch

    def stop(self) -> bool:
        """Whether Stop was pressed since :meth:`watch`; ``fit`` asks after every step."""
        # ipykernel 7.4 hands a widget's messages to the shell that last wrote to it. That is the one which is busy with
        # the training; forgotten, they go where the page sends them, to a shell of their own.
        for widget in (self.button, *self.controls.values()):
            vars(widget.comm).pop("_reply_subshell_id", None)
        if self._pressed:
            self.button.description = "Stopped"
        return self._pressed

    def draw(self, epoch: int, show: str) -> View:
        moment, when = self.moments.get(epoch), f"after epoch {epoch}" if epoch else "before the training"
        if moment is None:
            right, words = ("no net yet", self._scene.photo_shown()), "No net is watched yet."
        else:
            right = (
                (f"{when}: what the net says", self._masks_shown[epoch])
                if show == MASK
                else (f"{when}: wrong in black, void in grey", self._scene.errors_shown(moment.mask))
            )
            words = f"{self._told(moment, when)} {self._told_of_picture(moment.mask)}"
        if self._charts is None:  # they change with a new epoch alone
            rows = [seen.row for seen in self.moments.values() if seen.row]
            self._charts = curves(rows, self.epochs, len(self.classes), self.floor)
        page = sheet(with_cursor(self._charts, epoch), [("the truth", self._scene.truth_shown), right])
        return View(page, html.escape(words), f"{SEEN}: {right[0]}. {words}")

    def refresh(self) -> None:
        with self._lock:
            super().refresh()

    def _repr_mimebundle_(self, **kwargs):
        data, about = super()._repr_mimebundle_(**kwargs)
        # a training's last digits differ from processor to processor, and tests of notebooks compare this text
        return data | {"text/plain": f"{self!r}: {SEEN}."}, about

    def _mask_of(self, net):
        return predict(net, self.image, device=next(net.parameters()).device)

    def _press(self, _button):
        self._pressed, self.button.disabled, self.button.description = True, True, "Stopping"

    def _add(self, epoch, moment):
        """A finished epoch takes its place; what was seen of later ones, or before a gap, belongs to another run."""
        with self._lock, self.together():
            at = self.controls["epoch"]
            follows = at.value == at.max
            earlier = {number: seen for number, seen in self.moments.items() if number < epoch}
            self._masks_shown[epoch] = self._scene.mask_shown(moment.mask)
            self.moments = (earlier if epoch - 1 in earlier else {}) | {epoch: moment}
            if self.floor is None and moment.matrix is not None:
                self.floor = moment.matrix.background_floor()
            self.epochs = max(self.epochs, epoch)
            self._charts = None
            at.min, at.max = 0, epoch
            at.min = min(self.moments)
            at.value = epoch if follows else at.value
            self.button.disabled |= epoch == self.epochs

    def _told(self, moment, when):
        if moment.row is None:
            return f"{when.capitalize()}: no loss and no score yet."
        loss, score, classes = moment.row["train_loss"], moment.row["val_mean_iou"], len(self.classes)
        nothing = f"ln {classes} = {math.log(classes):.2f} says nothing"
        told = f"{when.capitalize()} of {self.epochs}: training loss {loss:.2f} ({nothing})"
        if math.isnan(score):
            return f"{told}."
        floor = self.floor.mean_iou
        step = f"{abs(score - floor):.3f} {'above' if score >= floor else 'below'} its floor of {floor:.3f}"
        return f"{told}; mean IoU {score:.3f}, {step}."

    def _told_of_picture(self, mask):
        matrix = ConfusionMatrix(len(self.classes)).update(mask, self.truth)
        there, said = (matrix.counts.sum(axis) > 0 for axis in (1, 0))
        scores = zip(self.classes, matrix.iou_per_class.tolist(), there, strict=True)
        named = ", ".join(f"{name} {iou:.2f}" for name, iou, is_there in scores if is_there)
        told = f"In this picture {1 - matrix.pixel_accuracy:.1%} of the pixels are wrong; IoU of {named}."
        claimed = ", ".join(name for name, wrong in zip(self.classes, said & ~there, strict=True) if wrong)
        return told + (f" Claimed, and not there: {claimed}." if claimed else "")
