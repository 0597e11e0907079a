"""Exercise 4's panel: two masks of one picture, and an edge between them that is moved across."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor
from torch.nn import functional as F

from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import VOC_CLASSES, VOID
from fcn_course.data.normalisation import normalise
from fcn_course.evaluation.outlines import near_outlines
from fcn_course.nets.backbone import run_stages
from fcn_course.nets.checkpoints import load_net
from fcn_course.prediction.fonts import font
from fcn_course.prediction.overlays import overlay
from fcn_course.teaching.explorers.panel import Explorer, View, choice, slider
from fcn_course.teaching.explorers.prediction_pictures import by_contents
from fcn_course.teaching.figures import SCALE

DRAWN = (71, 17, 69)  # of the drawn world's validation pictures
PICTURE, TRUTH = "picture", "truth"
WIDTH, HEAD, HEIGHT = 700, 30, 450  # of the card, of the line with the names, of the room below; pixels shown
BAND = 8  # how far "near outlines" reaches, in pixels
INK = "#1f2933"


class Share(NamedTuple):
    """Shares of right pixels, void left out: of all, and of those near an outline of the truth."""

    everywhere: float
    near: float


class WipeExplorer(Explorer):
    """Choose a picture and two of its masks, and move the edge between them.

    Args:
        pictures: by name, a pair of the image, uint8 ``(3, H, W)``, and its masks by name, class indices ``(H, W)``.
            One mask may be called ``"truth"``; then the caption says how many pixels of the others are right. If left
            out: three drawn pictures and what the FCN-8s that ships says of them with none, one and both of its skips.
        classes: names by index.
        left, right: names of the masks that are shown first; the first picture's first and last if left out.

    Raises:
        ValueError: without pictures, or if a mask has not its picture's size.
    """

    def __init__(
        self,
        pictures: Mapping[str, tuple[Tensor, Mapping[str, Tensor]]] | None = None,
        classes: Sequence[str] = VOC_CLASSES,
        left: str | None = None,
        right: str | None = None,
    ):
        pictures = with_and_without_skips() if pictures is None else pictures
        if not pictures:
            raise ValueError("pictures is empty; give at least one, as in {'cow': (image, {'32s': mask, '8s': other})}")
        self.pictures = {name: (image, dict(masks)) for name, (image, masks) in pictures.items()}
        for name, (image, masks) in self.pictures.items():
            _fitting(name, image, masks)
        self.classes, self._laid, self._shares = tuple(classes), {}, {}
        first = next(iter(self.pictures.values()))[1]
        names = list(dict.fromkeys([PICTURE, *(mask for _, masks in self.pictures.values() for mask in masks)]))
        without_truth = [name for name in first if name != TRUTH] or names
        super().__init__(
            picture=choice("picture", list(self.pictures), width="300px"),
            left=choice("left of the edge", names, left or without_truth[0], width="260px"),
            right=choice("right of it", names, right or without_truth[-1], width="260px"),
            edge=slider("edge in % of the width", 50, 0, 100, width="420px"),
        )

    def draw(self, picture, left, right, edge) -> View:
        sides = self._side(picture, left), self._side(picture, right)
        told = [f"<b>{html.escape(mask)}</b>{self._told(picture, mask)}" for mask in (left, right)]
        caption = f"Left, {told[0]}; right, {told[1]}."
        seen = [self._contents(picture, mask) for mask in (left, right)]
        alt = f'The picture "{picture}", the edge at {edge} % of its width. Left of it {seen[0]}; right {seen[1]}.'
        return View(_card(sides, (left, right), edge), caption, alt)

    def share(self, picture: str, mask: str) -> Share | None:
        """How much of a mask is right; None for the truth itself, the bare picture, or where no truth is known."""
        masks = self.pictures[picture][1]
        if mask in (TRUTH, PICTURE) or TRUTH not in masks or mask not in masks:
            return None
        if (picture, mask) not in self._shares:
            truth = masks[TRUTH].long()
            right, band = masks[mask].long() == truth, near_outlines(truth, BAND)
            counted = truth != VOID
            self._shares[picture, mask] = Share(*(right[kept].float().mean().item() for kept in (counted, band)))
        return self._shares[picture, mask]

    def _told(self, picture, mask):
        share = self.share(picture, mask)
        if share is None:
            return "" if mask in self.pictures[picture][1] or mask == PICTURE else " (this picture has no such mask)"
        if np.isnan(share.near):
            return f": {100 * share.everywhere:.1f} % of the pixels are right"
        return (
            f": {100 * share.everywhere:.1f} % of the pixels are right, and {100 * share.near:.1f} % of those within "
            f"{BAND} pixels of an outline"
        )

    def _contents(self, picture, mask):
        masks = self.pictures[picture][1]
        if mask not in masks:
            return "no mask"
        labels, pixels = masks[mask].unique(return_counts=True)
        some = pixels >= 0.01 * masks[mask].numel()  # a few stray pixels are not worth a word
        found = [index for index in labels[some].tolist() if index not in (0, VOID)]
        names = [self.classes[index] if index < len(self.classes) else f"class {index}" for index in found]
        return f'the mask "{mask}" with {", ".join(names) or "background only"}'

    def _side(self, picture, mask) -> Image.Image:
        """The picture at the size of the card, with a mask, its outlines and names."""
        if (picture, mask) not in self._laid:
            image, masks = self.pictures[picture]
            height, width = image.shape[1:]
            grown = SCALE * min(WIDTH / width, HEIGHT / height)
            size = max(1, round(width * grown)), max(1, round(height * grown))
            pixels = Image.fromarray(image.permute(1, 2, 0).numpy()).resize(size, Image.Resampling.BILINEAR)
            if mask in masks:
                indices = Image.fromarray(masks[mask].to(torch.uint8).numpy()).resize(size, Image.Resampling.NEAREST)
                pixels = overlay(torch.from_numpy(np.array(pixels)).permute(2, 0, 1), np.asarray(indices), self.classes)
            self._laid[picture, mask] = pixels
        return self._laid[picture, mask]

    def _repr_mimebundle_(self, **kwargs):
        data, about = super()._repr_mimebundle_(**kwargs)
        file, still = io.BytesIO(), Image.open(io.BytesIO(self.png)).convert("RGB")
        still.save(file, "JPEG", quality=75)  # kept in the notebook: a fifth of the bytes
        data["image/jpeg"] = base64.b64encode(file.getvalue()).decode()
        del data["image/png"]
        return data, {"image/jpeg": about["image/png"]}


def _fitting(name, image, masks):
    for kind, mask in masks.items():
        if tuple(mask.shape) != tuple(image.shape[1:]):
            raise ValueError(
                f'the mask "{kind}" of "{name}" is {tuple(mask.shape)} and its picture {tuple(image.shape[1:])} '
                "(height, width); cut or enlarge the mask first"
            )


def _card(sides, names, edge):
    """Both sides on a card of one size, the edge a black line in a white one, the names above."""
    left, right = sides
    card = Image.new("RGB", (_drawn(WIDTH), _drawn(HEAD + HEIGHT)), "white")
    x, y = (card.width - left.width) // 2, _drawn(HEAD)
    cut = round(left.width * edge / 100)
    card.paste(right, (x, y))
    card.paste(left.crop((0, 0, cut, left.height)), (x, y))
    pen, face, middle = ImageDraw.Draw(card), font(_drawn(15), bold=True), _drawn(HEAD / 2)
    pen.text((_drawn(2), middle), f"◀ {names[0]}", INK, face, anchor="lm")
    pen.text((card.width - _drawn(2), middle), f"{names[1]} ▶", INK, face, anchor="rm")
    for colour, wide in (("white", _drawn(5)), ("black", _drawn(2))):
        pen.line((x + cut, y, x + cut, y + left.height), colour, wide)
    handle = _drawn(8)
    pen.polygon([(x + cut - handle, y - handle), (x + cut + handle, y - handle), (x + cut, y + _drawn(3))], INK)
    return card


def _drawn(shown: float) -> int:
    return round(SCALE * shown)


@torch.no_grad()
def with_and_without_skips() -> dict[str, tuple[Tensor, dict[str, Tensor]]]:
    """Three drawn pictures, the truth, and what the FCN-8s that ships says with none, one and both of its skips.

    Its score layers learned together. Without its skips it is therefore no FCN-32s, but what is left of an FCN-8s.
    """
    net, pictures = load_net(), {}
    for name, (image, truth) in by_contents(open_voc("minivoc", "val"), DRAWN).items():
        features, masks = run_stages(net.stages, normalise(image[None], net), (32, 16, 8)), {TRUTH: truth}
        for kind, strides in (("no skip", (32,)), ("skip of 16", (32, 16)), ("both skips", (32, 16, 8))):
            # what is left out is scored at zero features, but for the layer's bias
            some = {s: maps if s in strides else torch.zeros_like(maps) for s, maps in features.items()}
            scores = F.interpolate(net.fuse(some), scale_factor=8, mode="bilinear", align_corners=False)
            masks[kind] = scores[0, :, : truth.shape[0], : truth.shape[1]].argmax(0)
        pictures[name] = image, masks
    return pictures
