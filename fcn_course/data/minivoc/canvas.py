"""The pen that every drawn object is made with: polygons with light on them, in Pillow, four samples a pixel.

An object is drawn in its own units: its larger side measures about 1, x runs to the right from its middle, y runs **up**
from the ground it stands on. The pen turns, scales and mirrors these units into pixels, rounds each part with light from
the upper side, and lays a texture over it. What comes out is a colour picture with an alpha channel; its alpha is the mask.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from fcn_course.data.minivoc.curves import oval, rounded, smooth, stroke
from fcn_course.data.minivoc.textures import contrast_table, texture_at

Colour = tuple[int, int, int]
OVERSAMPLING = 2  # per side; reducing by it gives smooth edges


class Part(NamedTuple):
    """What was painted: its mask (mode L) and where that lies on the sheet. Give it as ``within=`` to paint only there."""

    mask: Image.Image
    corner: tuple[int, int]


class Pen:
    """Draws one object on a transparent sheet.

    Args:
        pixels_per_unit: size of one unit in picture pixels.
        bounds: (left, bottom, right, top) of the sheet in units.
        light: direction the light comes from, in degrees (90 = straight above, 120 = above and from the left).
        contrast: how strongly parts are rounded by light and shade; 1 is sunshine, 0.5 a grey day.
    """

    def __init__(self, pixels_per_unit, bounds=(-0.8, -0.25, 0.8, 1.25), light=120.0, contrast=1.0):
        left, bottom, right, top = bounds
        scale = pixels_per_unit * OVERSAMPLING
        size = max(8, math.ceil((right - left) * scale)), max(8, math.ceil((top - bottom) * scale))
        self.sheet = Image.new("RGB", size)
        self.alpha = Image.new("L", size)
        self.light, self.contrast = math.radians(light), contrast
        self._frame = np.array([[scale, 0.0, -left * scale], [0.0, -scale, top * scale]])  # units -> sheet pixels

    @contextmanager
    def moved(self, x=0.0, y=0.0, angle=0.0, scale=1.0, flip=False):
        """Draw in a frame that is moved, then turned by ``angle`` degrees (anticlockwise), scaled and mirrored."""
        before, a = self._frame, math.radians(angle)
        sx, sy = (-scale if flip else scale), scale
        step = np.array([[math.cos(a) * sx, -math.sin(a) * sy, x], [math.sin(a) * sx, math.cos(a) * sy, y], [0, 0, 1]])
        self._frame = before @ step
        try:
            yield self
        finally:
            self._frame = before

    @property
    def pixel(self) -> float:
        """Length of one sheet sample in the units of the present frame: nothing thinner can be seen."""
        return 1 / math.sqrt(abs(np.linalg.det(self._frame[:, :2])))

    @property
    def origin(self) -> tuple[float, float]:
        """Where the point (0, 0) of the present frame lies on the sheet, in picture pixels from its upper left corner."""
        x, y = self._frame[:, 2] / OVERSAMPLING
        return float(x), float(y)

    def polygon(self, points, colour, **finish) -> Part:
        """Fill the polygon through ``points`` [(x, y), ...]. For ``finish`` see :meth:`paint`."""
        return self.paint([points], [], colour, **finish)

    def blob(self, points, colour, **finish) -> Part:
        """Fill the smooth closed curve through ``points``: bodies, clouds, cushions."""
        return self.polygon(smooth(points, closed=True), colour, **finish)

    def ellipse(self, x, y, rx, ry, colour, angle=0.0, **finish) -> Part:
        return self.polygon(oval(x, y, rx, ry, angle), colour, **finish)

    def rect(self, left, bottom, right, top, colour, radius=0.0, **finish) -> Part:
        """Fill a rectangle with rounded corners."""
        return self.polygon(rounded(left, bottom, right, top, radius), colour, **finish)

    def limb(self, points, widths, colour, **finish) -> Part:
        """Stroke a smooth line whose width changes along it, with round ends: legs, tails, necks, handlebars.

        ``widths`` is one width or one for each point.
        """
        return self.paint([stroke(points, widths, self.pixel)], [], colour, **finish)

    def line(self, points, width, colour, **finish) -> Part:
        """Stroke straight pieces of one width."""
        return self.paint([stroke(pair, width, self.pixel) for pair in pairwise(points)], [], colour, **finish)

    def ring(self, x, y, radius, width, colour, **finish) -> Part:
        """Paint a ring that can be looked through, ``width`` measured inwards: tyres, rims, hoops."""
        return self.paint([oval(x, y, radius, radius)], [oval(x, y, radius - width, radius - width)], colour, **finish)

    def paint(self, outlines, holes, colour, shade=0.5, texture=None, grain=0.25, within=None, soft=0.0, opacity=1.0) -> Part:
        """Fill ``outlines`` less ``holes`` with a colour, rounded by light.

        Args:
            shade: 0 leaves the part flat, 1 makes it as round as a ball.
            texture: ``"fur"``, ``"grain"`` (wood), ``"cloth"``, ``"rough"`` (stone, leaves) or None for smooth.
            grain: strength of the texture.
            within: a :class:`Part`; only what lies on it is painted (a cow's patches, a window's reflection).
            soft: how far the edge is blurred, in units.
            opacity: 1 covers, less lets what lies below shine through (glass, shadows).
        """
        polygons = [self._pixels(points) for points in outlines]
        everything = np.concatenate([np.asarray(p) for p in polygons])
        margin = 2 + 2 * soft / self.pixel
        low = np.floor(np.clip(everything.min(0) - margin, 0, self.alpha.size)).astype(int)
        high = np.ceil(np.clip(everything.max(0) + margin, 0, self.alpha.size)).astype(int)
        corner, size = (int(low[0]), int(low[1])), (int(high[0] - low[0]), int(high[1] - low[1]))
        if min(size) < 1:
            return Part(Image.new("L", (1, 1)), (0, 0))
        mask = Image.new("L", size)
        brush = ImageDraw.Draw(mask)
        for polygon in polygons:
            brush.polygon([(x - corner[0], y - corner[1]) for x, y in polygon], fill=255)
        for hole in holes:
            brush.polygon([(x - corner[0], y - corner[1]) for x, y in self._pixels(hole)], fill=0)
        if soft:
            mask = mask.filter(ImageFilter.GaussianBlur(soft / self.pixel))
        tone = self._rounding(mask, shade) if shade and max(size) > 6 else Image.new("L", size, 128)
        if texture:
            tone = ImageChops.add(tone, texture_at(texture, corner, size, grain), offset=-128)
        if within is not None:
            mask = ImageChops.multiply(mask, _shifted(within, corner, size))
        if opacity < 1:
            mask = mask.point(lambda v: v * opacity)
        box = (*corner, corner[0] + size[0], corner[1] + size[1])
        tone.putpalette(_tone_palette(tuple(colour)))
        self.sheet.paste(tone.convert("RGB"), box, mask)
        self.alpha.paste(255, box, mask)
        return Part(mask, corner)

    def finished(self) -> Image.Image | None:
        """The object as RGBA in picture pixels, trimmed to what was painted, and None where nothing was."""
        return reduce_sheet(self.sheet, self.alpha)[0]

    def _pixels(self, points):
        points = np.asarray(points, float).reshape(-1, 2)
        return [tuple(p) for p in (points @ self._frame[:, :2].T + self._frame[:, 2]).tolist()]

    def _rounding(self, mask, shade):
        """Light as a grey picture, 128 in the middle: a blurred mask less itself, shifted along the light."""
        width, height = mask.size
        reach = max(2.0, 0.22 * min(width, height))
        shrink = max(1, int(reach / 3))  # blurring a small copy is as good and many times as fast
        small = mask.reduce(shrink) if shrink > 1 else mask
        pad = 4
        wide = Image.new("L", (small.width + 2 * pad, small.height + 2 * pad))
        wide.paste(small, (pad, pad))
        wide = wide.filter(ImageFilter.GaussianBlur(reach / shrink * 0.6))
        dx, dy = (round(k * reach / shrink * 0.7) for k in (math.cos(self.light), -math.sin(self.light)))
        relief = ImageChops.subtract(ImageChops.offset(wide, dx, dy), ImageChops.offset(wide, -dx, -dy), scale=2.0, offset=128)
        strength = 0.9 * shade * self.contrast
        relief = relief.crop((pad, pad, pad + small.width, pad + small.height)).point(contrast_table(round(strength, 3)))
        return relief.resize((small.width * shrink, small.height * shrink), Image.BILINEAR).crop((0, 0, width, height))


def reduce_sheet(sheet: Image.Image, alpha: Image.Image) -> tuple[Image.Image | None, tuple[int, int]]:
    """Trim a sheet to what was painted and bring it to picture pixels; returns the picture and its corner in pixels."""
    box = alpha.getbbox()
    if box is None:
        return None, (0, 0)
    k = OVERSAMPLING
    left, top = box[0] // k * k, box[1] // k * k
    box = (left, top, left + -(-(box[2] - left) // k) * k, top + -(-(box[3] - top) // k) * k)
    whole = Image.merge("RGBA", (*sheet.split(), alpha)).crop(box)
    # colours weighted by alpha, or the transparent side's black would darken every edge
    return whole.convert("RGBa").reduce(k).convert("RGBA"), (left // k, top // k)


def vary(rng: np.random.Generator, colour: Colour, amount=14) -> Colour:
    """The colour, a little lighter or darker and a little off in hue."""
    return tuple(int(c) for c in np.clip(np.array(colour) + rng.normal(0, amount) + rng.normal(0, amount / 3, 3), 4, 250))


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """From colour ``a`` (t = 0) to ``b`` (t = 1)."""
    return tuple(round(x + (y - x) * t) for x, y in zip(a, b, strict=True))


def darker(colour: Colour, by=0.3) -> Colour:
    return mix(colour, (8, 10, 22), by)


def lighter(colour: Colour, by=0.3) -> Colour:
    return mix(colour, (255, 252, 240), by)


def pick(rng: np.random.Generator, choices):
    """One of ``choices`` at random."""
    return choices[int(rng.integers(len(choices)))]


@lru_cache(4096)
def _tone_palette(colour) -> bytes:
    """The colour for each tone: 0 in the shade, 128 as it is, 255 in full light."""
    tone = np.arange(256)[:, None]
    low, high = np.minimum(tone, 128) / 128, np.maximum(tone - 128, 0) / 127
    dark, bright = np.array((0.16, 0.18, 0.26)), np.array((255, 250, 232))  # shade is bluish, light is warm
    table = np.array(colour) * (dark + (1 - dark) * low)
    return np.clip(table + (bright - table) * high * 0.75, 0, 255).astype(np.uint8).tobytes()


def _shifted(part: Part, corner, size):
    out = Image.new("L", size)
    out.paste(part.mask, (part.corner[0] - corner[0], part.corner[1] - corner[1]))
    return out
