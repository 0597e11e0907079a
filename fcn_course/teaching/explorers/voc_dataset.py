"""Leaf through a data set: blend the mask, crop again, void on and off, class areas (lecture 04; D2L 14.9)."""

from __future__ import annotations

import html
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from fcn_course.data.crops import RandomCrops
from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import VOID, voc_colour
from fcn_course.data.voc import VOCSegmentation
from fcn_course.teaching.explorers.panel import Explorer, View, choice, fraction, slider
from fcn_course.teaching.explorers.voc_dataset_drawing import PANEL, ROWS, percent, sheet, whole_panel, window_panel

EPOCHS = 30


class Window(NamedTuple):
    """What training gets of a picture in one epoch, and where it was cut.

    Attributes:
        image, mask: uint8 ``(3, h, w)`` and ``(h, w)``.
        inside: bool ``(h, w)``, False where the window reaches out of the picture.
        at: (top, left) in the picture's pixels, negative where the window begins outside.
        mirrored: whether it was mirrored after cutting.
    """

    image: Tensor
    mask: Tensor
    inside: Tensor
    at: tuple[int, int]
    mirrored: bool


class DatasetExplorer(Explorer):
    """The pictures of a set one by one, each with the window that training cuts out of it.

    Args:
        dataset: an opened folder laid out like VOC; the drawn world's ``val`` if none is given.
        picture: the one to begin with.
        windows: sizes (height, width) to choose from.
        seed: of the :class:`fcn_course.data.crops.RandomCrops` whose windows are shown.

    Raises:
        ValueError: if there is no picture of this number.
    """

    def __init__(
        self,
        dataset: VOCSegmentation | None = None,
        picture: int = 0,
        windows: tuple[tuple[int, int], ...] = ((320, 480), (200, 300), (512, 512)),
        seed: int = 0,
    ):
        self.dataset = open_voc("minivoc", "val") if dataset is None else dataset
        self.seed, self._kept = seed, (None, None)
        if not 0 <= picture < len(self.dataset):
            raise ValueError(f"there is no picture {picture}; this set's run from 0 to {len(self.dataset) - 1}")
        super().__init__(
            picture=slider("picture", picture, 0, len(self.dataset) - 1),
            mask=fraction("mask", 0.5, 0, 1, 0.1, width="240px"),
            window=choice("window", [(f"{high} × {wide}", (high, wide)) for high, wide in windows], width="190px"),
            epoch=slider("crop again: epoch", 0, 0, EPOCHS - 1, width="320px"),
            void=choice(
                "void is", [("left out", "left out"), ("background, as in the book", "background")], width="300px"
            ),
        )

    def draw(self, picture, mask, window, epoch, void) -> View:
        image, labels, small = self._opened(picture)
        cut = window_of(picture, image, labels, window, epoch, self.seed)
        read = _as_background if void == "background" else torch.as_tensor
        shares = [np.bincount(read(m).flatten(), minlength=256) / m.numel() for m in (labels, cut.mask)]
        look = {"blend": mask, "classes": self.dataset.classes}
        pixels, indices = small[0].permute(1, 2, 0).numpy(), read(small[1]).numpy()
        whole = whole_panel(pixels, indices, shape=labels.shape, at=cut.at, size=window, **look)
        pixels, indices = cut.image.permute(1, 2, 0).numpy(), read(cut.mask).numpy()
        part = window_panel(pixels, indices, inside=cut.inside.numpy(), **look)
        rows = _rows(labels, shares, self.dataset.classes)
        name, mirrored = self.dataset.names[picture], ", mirrored" if cut.mirrored else ""
        headings = f"{name}: {_sides(labels.shape)}", f"window of epoch {epoch}: {_sides(window)}{mirrored}"
        caption = _caption(name, labels, cut, shares, rows, void == "background")
        areas = "; ".join(f"{row[0]} {percent(row[2])} of the picture, {percent(row[3])} of the window" for row in rows)
        alt = (
            f"Left, the picture {name}, {_sides(labels.shape)}, with its mask blended in by {100 * mask:.0f} % and a "
            f"frame round {_place(labels.shape, cut)}; right, the window of {_sides(window)} in the frame{mirrored}; "
            f"below, bars of class areas: {areas}."
        )
        return View(sheet(whole, part, headings, rows), caption, alt)

    def _opened(self, number):
        """Picture and mask as they are stored, and both no larger than is needed to show them; the last are kept."""
        if self._kept[0] != number:
            image, mask = self.dataset.read(number)
            step = max(1, min(mask.shape[0] // PANEL[1], mask.shape[1] // PANEL[0]))
            small = image[:, ::step, ::step], mask[::step, ::step]
            self._kept = number, (image, mask, small)
        return self._kept[1]


def window_of(number: int, image: Tensor, mask: Tensor, size: tuple[int, int], epoch: int, seed: int = 0) -> Window:
    """The window that ``RandomCrops(…, size, seed=seed)`` cuts out of picture ``number`` in an epoch.

    Args:
        image, mask: uint8 ``(3, H, W)`` and ``(H, W)``.
        size: (height, width) of the window.
    """

    def cut(labels, flip):
        return RandomCrops({number: (image, labels)}, size, flip, seed, uint8_masks=True)[number, epoch]

    # Masks that hold each pixel's row and column are cut alike, and tell where the window lies. 256 more: 255 is void.
    row, column = (torch.arange(256, 256 + length) for length in mask.shape)
    (_, rows), (_, columns), (_, mirrored) = (
        cut(row[:, None].expand(mask.shape), False),
        cut(column.expand(mask.shape), False),
        cut(column.expand(mask.shape), True),
    )
    y, x = (rows != VOID).nonzero()[0].tolist()
    at = rows[y, x].item() - 256 - y, columns[y, x].item() - 256 - x
    return Window(*cut(mask, True), mirrored != VOID, at, not torch.equal(columns, mirrored))


def _as_background(mask):
    """What the book's look-up makes of void."""
    return torch.where(mask == VOID, 0, mask)


def _rows(labels, shares, classes):
    """(name, colour, share of the picture, share of the window): background, classes by area, void."""
    counts = np.bincount(labels.flatten(), minlength=256)
    things = sorted((i for i in range(1, len(classes)) if counts[i]), key=lambda i: -counts[i])
    shown = things if len(things) <= ROWS - 2 else things[: ROWS - 3]
    of = [(classes[i], i) for i in (0, *shown)]
    rows = [(name, voc_colour(i), *(share[i] for share in shares)) for name, i in of]
    if rest := things[len(shown) :]:
        rows.append((f"{len(rest)} more classes", None, *(share[rest].sum() for share in shares)))
    return [*rows, ("void", voc_colour(VOID), *(share[VOID] for share in shares))]


def _caption(name, labels, cut, shares, rows, taught):
    there = ", ".join(f"{html.escape(row[0])} {percent(row[2])}" for row in rows)
    words = [
        f"<b>JPEGImages/{html.escape(name)}.jpg</b> and <b>SegmentationClass/{html.escape(name)}.png</b>: {there}."
    ]
    kept = cut.inside.sum().item() / labels.numel()
    objects, left = (((m > 0) & (m != VOID)).sum().item() for m in (labels, cut.mask))
    of_objects = f", and {percent(left / objects)} of the pixels of its objects" if objects else ""
    words.append(f"The window is {_place(labels.shape, cut)}: it keeps {percent(kept)} of the picture{of_objects}.")
    if not cut.inside.all():
        empty = 1 - cut.inside.float().mean().item()
        words.append(
            f"The picture does not fill the window: {percent(empty)} of it, hatched, is padding and void in the mask. "
            "The book would drop this picture."
        )
    if taught:
        void = [(m == VOID).float().mean().item() for m in (labels, cut.mask)]
        words.append(
            f"Void is taught and scored as background here: {percent(void[0])} of the picture, {percent(void[1])} of "
            "the window."
        )
    return " ".join(words)


def _place(shape, cut):
    """In words: the picture's rows and columns that lie in the window."""
    spans = zip(cut.at, cut.mask.shape, shape, strict=True)
    (top, bottom), (left, right) = ((max(0, start), min(length, start + side) - 1) for start, side, length in spans)
    return f"rows {top} to {bottom} and columns {left} to {right}"


def _sides(shape):
    return f"{shape[0]} × {shape[1]}"
