"""Lecture 01's panel: choose a backbone and a cut; see what is kept, what is left behind, and what a cell sees."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from PIL import Image, ImageOps

from fcn_course.data.minivoc import draw_picture
from fcn_course.nets.backbone import BACKBONES, STRIDES, Backbone, load_backbone
from fcn_course.teaching.explorers.backbone_surgery_anatomy import Anatomy, Part, Sight
from fcn_course.teaching.explorers.backbone_surgery_drawing import draw_panel, short
from fcn_course.teaching.explorers.panel import Explorer, View, choice, slider

NO_CUT = 0
SIDES = (("row", "height"), ("column", "width"))


class BackboneExplorer(Explorer):
    """A backbone and where it is cut: the cells of that map over a picture, what one of them sees, and both parts.

    Args:
        picture: a picture of your own; it is scaled and cropped to the size that is asked for. By default a drawn one.
        nets: backbones of your own by name, in front of the course's, which name 1000 things as torchvision's do.
    """

    def __init__(self, picture: Image.Image | None = None, nets: Mapping[str, Backbone] | None = None):
        self.photo = (picture or draw_picture(1, "bicycle", (640, 480)).image).convert("RGB")
        self._own, self._anatomies, self._fitted = dict(nets or {}), {}, None
        self._place = [0.5, 0.5]  # of the marked cell, as shares of height and width
        cuts = [*((f"stride {stride}", stride) for stride in STRIDES), ("nothing: no cut", NO_CUT)]
        super().__init__(
            backbone=choice("backbone", [*self._own, *BACKBONES], width="210px"),
            cut=choice("cut after", cuts, 16, width="210px"),
            height=slider("height of the picture", 320, 64, 480, 16, width="340px"),
            width=slider("width", 480, 64, 640, 16, width="240px"),
            row=slider("marked cell: row", 10, 0, 19),
            column=slider("column", 15, 0, 29, width="240px"),
        )

    def parts(self, backbone: str, height: int, width: int) -> list[Part]:
        """The picture, the five stages and the classifier, for a picture of ``height`` x ``width`` pixels."""
        if backbone not in self._anatomies:
            if backbone in self._own:
                net = self._own[backbone]
            else:
                with torch.device("meta"):  # shapes and counts without memory
                    net = load_backbone(backbone, None)
            self._anatomies[backbone] = Anatomy(net)
        return self._anatomies[backbone].parts(height, width)

    def draw(self, backbone: str, cut: int, height: int, width: int, row: int, column: int) -> View:
        """The view; where the map has no such cell, the nearest is marked."""
        parts, kept = self.parts(backbone, height, width), _last_kept(cut)
        cell = min(row, parts[kept].height - 1), min(column, parts[kept].width - 1)
        sight = Sight.of(parts[kept], *cell, height, width)
        if self._fitted is None or self._fitted.size != (width, height):
            self._fitted = ImageOps.fit(self.photo, (width, height), Image.Resampling.BILINEAR)
        panel = draw_panel(self._fitted, parts, kept, sight)
        return View(panel, _caption(backbone, parts, kept, sight, cell), _alt(backbone, parts, kept, sight, cell))

    def _follow(self, change=None) -> None:
        """When the map changes, the marked cell stays over the same place of the picture, as nearly as it can."""
        if self._held:
            return
        now = self.values
        part = self.parts(now["backbone"], now["height"], now["width"])[_last_kept(now["cut"])]
        with self.together():
            for number, (line, side) in enumerate(SIDES):
                control = self.controls[line]
                control.layout.visibility = "visible" if part.field else "hidden"  # one answer leaves no choice
                if part.field and change["owner"] is control:
                    self._place[number] = part.field.centre(control.value) / now[side]
                elif part.field:
                    control.max = getattr(part, side) - 1
                    cell = round((self._place[number] * now[side] - part.field.start) / part.field.jump)
                    control.value = min(max(cell, 0), control.max)


def _last_kept(cut):
    """The number of the part behind which the cut is made; part 0 is the picture."""
    return 6 if cut == NO_CUT else 1 + STRIDES.index(cut)


def _caption(backbone, parts, kept, sight, cell):
    picture, part = parts[0], parts[kept]
    where = f"cut after {part.name}" if kept < 6 else "not cut"
    if part.field is None:
        text = (
            f"<b>{backbone}, {where}:</b> {part.planes} numbers for the picture of {picture.height} × {picture.width}, "
            "each from all of it. None of them says <i>where</i>."
        )
    else:
        size, stride, centre = part.field.size, part.field.jump, [part.field.centre(line) for line in cell]
        padding = f", {100 - 100 * sight.inside:.0f} % of it padding" if sight.inside < 1 else ""
        text = (
            f"<b>{backbone}, {where}:</b> the picture of {picture.height} × {picture.width} becomes {part.planes} "
            f"planes of {part.height} × {part.width}{_division(picture, part)}. Neighbouring cells are {stride} pixels "
            f"apart, and each sees {size} × {size}: the marked one, row {cell[0]}, column {cell[1]}, looks round pixel "
            f"({centre[0]:g}, {centre[1]:g}){padding}."
        )
    weights, all_weights, cost, all_cost = (
        sum(getattr(part, what) for part in group)
        for what in ("weights", "cost")
        for group in (parts[: kept + 1], parts)
    )
    if kept == 6:
        return f"{text} Kept: all {all_weights:,} weights and {short(all_cost)} multiply-adds."
    return text + (
        f" Kept: {weights:,} of {all_weights:,} weights ({100 * weights / all_weights:.3g} %) and {short(cost)} of "
        f"{short(all_cost)} multiply-adds ({100 * cost / all_cost:.3g} %)."
    )


def _division(picture, part):
    """How the number of cells comes out of the number of pixels."""
    stride = part.field.jump
    plain = [-(-pixels // stride) for pixels in (picture.height, picture.width)]
    sides = f"{picture.height}/{stride} × {picture.width}/{stride}"
    if plain != [part.height, part.width]:
        why = "padding" if stride < STRIDES[-1] else "padding, and the last stage's windows,"
        return f" ({sides} would be {plain[0]} × {plain[1]}; {why} changed it)"
    rounded = ", rounded up" if picture.height % stride or picture.width % stride else ""
    return f" ({sides}{rounded})"


def _alt(backbone, parts, kept, sight, cell):
    picture, part = parts[0], parts[kept]
    if part.field is None:
        seen = f"A picture of {picture.height} x {picture.width} pixels, all of it bright: each answer sees all of it."
    else:
        seen = (
            f"A picture of {picture.height} x {picture.width} pixels under {part.height} x {part.width} cells. The "
            f"cell in row {cell[0]}, column {cell[1]} is marked; the {part.field.size} x {part.field.size} pixels that "
            "it sees are bright and stand beside it, enlarged or reduced, "
            f"{100 - 100 * sight.inside:.0f} % of them hatched padding."
        )
    blocks = ", ".join(f"{p.name} {p.planes} x {p.height} x {p.width}" for p in parts)
    end = f"a dashed line after {part.name}, hollow behind it" if kept < 6 else "all filled"
    return f"{backbone}. {seen} Below, seven blocks to scale, {end}: {blocks}."
