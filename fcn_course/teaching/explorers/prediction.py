"""Lecture 06's explorer: a picture, whole or in tiles, and what the net says at any of its pixels."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping

import ipywidgets as widgets
import numpy as np
from PIL import Image
from torch import nn

from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import VOID, class_names
from fcn_course.nets.checkpoints import load_net
from fcn_course.teaching.explorers.clickable import ClickablePicture
from fcn_course.teaching.explorers.panel import Explorer, View, choice, fraction, slider
from fcn_course.teaching.explorers.prediction_drawing import area, scene, share, with_pixel
from fcn_course.teaching.explorers.prediction_pictures import (
    Said,
    all_shown,
    asked,
    by_contents,
    overlaps_that_matter,
    uploaded,
)

DRAWN = (69, 17, 58, 66, 71, 51)  # of the drawn world's validation pictures: easy ones, and some that go wrong
WHOLE = "whole picture"
TILES = {WHOLE: None, "320 × 480": (320, 480), "160 × 240": (160, 240), "80 × 120": (80, 120)}
KEPT = 6  # predictions at hand, some 10 MB each


class PredictionExplorer(Explorer):
    """Choose or upload a picture, blend its mask, and ask at any pixel; whole or in tiles.

    The net runs once for each picture, tile and overlap; what it said is kept.

    Args:
        net: logits from normalised pictures, as :class:`fcn_course.nets.fcn.FCN`; the FCN-8s that ships if left out.
        pictures: by name, a uint8 tensor ``(3, H, W)``, a file's path, or a pair of picture and mask; six of the drawn
            world if left out.
    """

    answers_within = 1.0

    def __init__(self, net: nn.Module | None = None, pictures: Mapping | None = None):
        self.net = load_net() if net is None else net
        self.pictures = all_shown(by_contents(open_voc("minivoc", "val"), DRAWN) if pictures is None else pictures)
        self._said, self._scene = {}, (None, None)
        self.clickable, self.notice = ClickablePicture(), widgets.HTML()
        self.upload = widgets.FileUpload(
            accept="image/*",
            description="your own, to 10 MB",
            tooltip="a picture file of up to 10 MB; Jupyter's server takes no larger message",
            layout=widgets.Layout(width="230px"),
        )
        height, width = next(iter(self.pictures.values())).image.shape[1:]
        super().__init__(
            picture=choice("picture", list(self.pictures), width="290px"),
            blend=fraction("mask's strength", 0.5, 0, 1, 0.1, width="265px"),
            tile=choice("tile, height × width", [WHOLE], width="330px"),
            overlap=choice("overlap in pixels", [0], width="210px"),
            row=slider("row", height // 2, 0, height - 1, width="265px"),
            column=slider("column", width // 2, 0, width - 1, width="265px"),
        )
        panel, still, caption = self.children
        panel.children = (panel.children[0], self.upload, *panel.children[1:])
        self.children = (panel, self.notice, self.clickable, still, caption)
        self.upload.observe(self._take, names="value")
        self.clickable.observe(self._point, names="pixel")
        self.clickable.observe(self._follow, names="ready")

    def draw(self, picture, blend, tile, overlap, row, column) -> View:
        shown, said = self.pictures[picture], self._asked(picture, tile, overlap)
        size, classes = said.mask.shape, getattr(self.net, "classes", class_names(len(said.probabilities)))
        key = (picture, tile, overlap, blend)
        if self._scene[0] != key:
            self._scene = key, scene(shown.image, said.mask, classes, blend, said.windows)
        parts = enumerate(said.probabilities[:, row, column].tolist())
        ranked = sorted(((index, classes[index], part) for index, part in parts), key=lambda entry: -entry[2])
        best = ", ".join(f"{name} {share(part)}" for _, name, part in ranked[:3])
        told = [f"Row {row}, column {column}: <b>{html.escape(best)}</b>."]
        if shown.truth is not None:
            index = int(shown.truth[row, column])
            told.append("The truth there is void, an outline." if index == VOID else f"Truth: {classes[index]}.")
        told.append(self._way(picture, tile, overlap, row, column))
        if shown.original != size:
            told.append(f"The file has {_sides(shown.original)} pixels; shown and predicted at {_sides(size)}.")
        found = ", ".join(classes[index] for index in np.unique(said.mask) if index) or "background only"
        cut = f" Dashed lines cut it into {len(said.windows)} tiles." if len(said.windows) > 1 else ""
        alt = f'The picture "{picture}", outlined and named: {found}.{cut} A cross at row {row}, column {column}. '
        return View(with_pixel(self._scene[1], size, row, column, ranked), " ".join(told), f"{alt}Bars: {best}.")

    def refresh(self) -> None:
        self._held = True  # what is offered may change, the picture is drawn once
        self._fit()
        self._held = False
        super().refresh()

    def place(self, source: str) -> None:
        """The picture goes to the widget that can be clicked, once a front end shows that; else it stands plain."""
        now = self.values
        size = tuple(self.pictures[now["picture"]].image.shape[1:])
        with self.clickable.hold_sync():
            self.clickable.size, self.clickable.area = size, area(size)
            self.clickable.pixel = now["row"], now["column"]
            self.clickable.alt, self.clickable.width = self.alt, self.width
            self.clickable.source = source if self.clickable.ready else ""
        if self.clickable.ready:
            self.picture.value = ""
        else:
            super().place(source)

    def _repr_mimebundle_(self, **kwargs):
        data, about = super()._repr_mimebundle_(**kwargs)
        file, still = io.BytesIO(), Image.open(io.BytesIO(self.png)).convert("RGB")
        still.save(file, "JPEG", quality=75)  # kept in the notebook: half the bytes
        data["image/jpeg"] = base64.b64encode(file.getvalue()).decode()
        del data["image/png"]
        return data, {"image/jpeg": about["image/png"]}

    def _asked(self, picture, tile, overlap) -> Said:
        key = (picture, tile, overlap)
        if key not in self._said:
            self._said[key] = asked(self.net, self.pictures[picture].image, TILES[tile], overlap)
            if len(self._said) > KEPT:
                del self._said[next(iter(self._said))]
        return self._said[key]

    def _way(self, picture, tile, overlap, row, column):
        if tile == WHOLE:
            return "The net saw the whole picture at once."
        said, whole = self._asked(picture, tile, overlap), self._asked(picture, WHOLE, 0)
        seen = sum(row in range(*r.indices(r.stop)) and column in range(*c.indices(c.stop)) for r, c in said.windows)
        mean = "1 of them sees" if seen == 1 else f"{seen} of them see"
        then = "" if seen == 1 else ", and the mean of their scores goes through the softmax"
        differs = 100 * (said.mask != whole.mask).mean()
        laid = f"neighbours share at least {overlap} pixels" if overlap else "edge to edge, the last moved back to fit"
        return (
            f"{len(said.windows)} tiles of {tile}, {laid}. {mean} this pixel{then}. "
            f"Cutting gave {differs:.1f} % of the pixels another class than the whole picture has."
        )

    def _fit(self):
        """Offer the tiles, overlaps, rows and columns that this picture has."""
        height, width = self.pictures[self.controls["picture"].value].image.shape[1:]
        fitting = [name for name, tile in TILES.items() if tile is None or tile[0] < height or tile[1] < width]
        _offer(self.controls["tile"], fitting)
        overlaps = overlaps_that_matter((height, width), TILES[self.controls["tile"].value])
        _offer(self.controls["overlap"], overlaps)
        self.controls["overlap"].disabled = len(overlaps) == 1
        self.controls["row"].max, self.controls["column"].max = height - 1, width - 1

    def _point(self, change):
        row, column = change.new
        if (row, column) != (self.values["row"], self.values["column"]):
            with self.together():
                self.controls["row"].value, self.controls["column"].value = row, column

    def _take(self, change):
        """Show the picture that was uploaded, or say what is wrong with it."""
        if not self.upload.value:
            return
        file = self.upload.value[-1]
        self.upload.value = ()  # neither side keeps the file
        try:
            picture = uploaded(file["name"], bytes(file["content"]))
        except ValueError as error:
            self.notice.value = f'<div role="alert">✗ {html.escape(str(error))}.</div>'
            return
        self.notice.value = ""
        name = f"yours: {file['name']}"
        self.pictures[name] = picture
        self._said, self._scene = {}, (None, None)  # another picture may have had this name
        with self.together():
            self.controls["picture"].options = list(self.pictures)
            self.controls["picture"].value = name
            self._fit()
            self.controls["row"].value, self.controls["column"].value = (side // 2 for side in picture.image.shape[1:])


def _offer(control, options):
    if list(control.options) != options:
        value = control.value
        control.options = options
        control.value = value if value in options else options[0]


def _sides(size):
    return f"{size[0]} × {size[1]}"
