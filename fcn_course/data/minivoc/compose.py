"""From objects and backdrops to a picture with its masks: where things stand, how large, what covers what.

Every picture is made from one seed. Its main class is given, so that a set holds all classes equally often; companions
that suit the scene come by chance, as do things in front that are no class and hide a part.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from fcn_course.data.labels import VOC_CLASSES, VOID
from fcn_course.data.minivoc import people, tables
from fcn_course.data.minivoc.canvas import Pen, pick, reduce_sheet
from fcn_course.data.minivoc.catalogue import COMPANIONS, KINDS, RIDDEN, SEATS
from fcn_course.data.minivoc.scenes import Scene, draw_scene, occluder

SMALLEST = 60  # pixels; of what is seen less, the whole is void


class Picture(NamedTuple):
    """A drawn picture: RGB, and two grey pictures of indices with 255 where it is void."""

    image: Image.Image
    classes: Image.Image
    instances: Image.Image


class Thing(NamedTuple):
    """Something in its place: class index (0 for what is no class), RGBA, left and top in pixels, and where it stands."""

    index: int
    sprite: Image.Image
    left: int
    top: int
    foot: float
    shadow: bool


def draw_picture(seed, main: str, size: tuple[int, int] = (500, 375), company: bool = True) -> Picture:
    """One picture of ``size`` (width, height) in which ``main`` is to be seen.

    Args:
        seed: anything that ``numpy.random.default_rng`` takes; the same seed gives the same picture.
        company: False leaves objects of other classes out, for pictures that have one name.
    """
    rng = np.random.default_rng(seed)
    where = pick(rng, KINDS[main].scenes)
    scene = draw_scene(where, size, rng)
    cast = [main] * (1 + int(rng.integers(KINDS[main].most)))
    if company:
        cast += [pick(rng, COMPANIONS[where]) for _ in range(int(rng.integers(3)))]
    stage = _Stage(scene, where, size, rng, company)
    for name in cast:
        stage.enter(name)
    sheet = _Sheet(scene.picture)
    for thing in sorted(stage.things, key=lambda thing: thing.foot):
        sheet.add(thing)
        if rng.random() < 0.15:
            sheet.add(stage.in_front(thing))
    return sheet.finished(rng)


class _Stage:
    """Decides for each thing of a picture how large it is and where it stands, and draws it in the scene's light."""

    def __init__(self, scene: Scene, where: str, size, rng, company):
        self.scene, self.where, self.size, self.rng, self.company = scene, where, size, rng, company
        self.things: list[Thing] = []
        self.taken: list[float] = []
        self.metre = None  # pixels of a metre at nearness 1, set by the main object

    def enter(self, name):
        rng, kind = self.rng, KINDS[name]
        flying = kind.place == "sky" and (self.where in ("sky", "sea", "railway") or (self.where == "meadow" and rng.random() < 0.5))
        place = "sky" if flying else "ground" if kind.place == "sky" else kind.place
        x, foot, nearness = self._spot(place)
        unit = self._unit(kind, nearness)
        if flying:
            foot = max(foot, 0.55 * unit)  # most of it is to be seen
        draw = partial(kind.draw, flying=flying) if kind.place == "sky" else kind.draw
        if kind.place == "table" and self.where == "room" and self.company and rng.random() < 0.5:
            table = min(unit * (2.4 if name == "bottle" else 1.5), 1.1 * min(self.size))
            self._put("diningtable", tables.diningtable, x, foot, table)
            self._put(name, draw, x, foot - 0.45 * table, 0.9 * unit, standing=foot + 1)
            return
        mirrored = bool(rng.random() < 0.5)
        grounded = not flying and kind.place != "water"
        self._put(name, draw, x, foot, unit, mirrored, rng.normal(0, 1.0 if grounded else 6.0), shadow=grounded)
        if self.company and rng.random() < RIDDEN.get(name, 0.0):
            (seat_x, seat_y), tall = SEATS[name]
            x += -seat_x * unit if mirrored else seat_x * unit
            ride = partial(people.rider, pose=name)
            self._put("person", ride, x, foot - (seat_y - 0.35 * tall) * unit, tall * unit, mirrored, standing=foot + 1)

    def _unit(self, kind, nearness):
        """Pixels of the object's unit: free for the main object, true to scale (within what can be seen) for the others."""
        shorter = min(self.size)
        if self.metre is None:
            unit = self.rng.uniform(*kind.share) * shorter
            self.metre = unit / kind.metres / nearness
            return unit
        return float(np.clip(self.metre * kind.metres * nearness * self.rng.uniform(0.85, 1.15), 0.16 * shorter, 1.0 * shorter))

    def in_front(self, thing):
        """Something that is no class and hides the lower part of ``thing``."""
        rng, (wide, high) = self.rng, thing.sprite.size
        x, foot = thing.left + rng.uniform(0.1, 0.9) * wide, thing.top + high * rng.uniform(0.98, 1.06)
        return self._drawn(0, occluder(self.where, rng), x, foot, rng.uniform(0.3, 0.55) * max(wide, high))

    def _spot(self, place):
        """Where feet stand, x and y in pixels, and how near that is: about 1 in front, less towards the horizon."""
        (width, height), scene, rng = self.size, self.scene, self.rng
        choices = rng.uniform(0.12, 0.88, 5) * width  # the one that is farthest from what is there already
        x = max(choices, key=lambda x: min(abs(x - t) for t in self.taken)) if self.taken else rng.normal(0.5, 0.13) * width
        depth = rng.uniform(0.12, 0.9) if self.taken else rng.uniform(0.4, 0.95)
        self.taken.append(x)
        if place == "sky":
            return x, rng.uniform(0.45, 0.85) * scene.horizon, 0.9
        if place == "track" and scene.track is not None:
            return x, scene.track, 1.0
        return x, scene.horizon + depth * (height - scene.horizon), 0.6 + 0.45 * depth

    def _put(self, name, *args, **kwargs):
        thing = self._drawn(VOC_CLASSES.index(name), *args, **kwargs)
        if thing is not None:
            self.things.append(thing)

    def _drawn(self, index, draw, x, foot, unit, mirrored=False, tilt=0.0, shadow=False, standing=None):
        """Draw in units of ``unit`` pixels with the origin at (x, foot); None if nothing was painted."""
        light = 180 - self.scene.light if mirrored else self.scene.light
        pen = Pen(unit, light=light, contrast=self.scene.contrast)
        with pen.moved(angle=tilt):
            draw(pen, self.rng)
        sprite, corner = reduce_sheet(pen.sheet, pen.alpha)
        if sprite is None:
            return None
        before, above = (round(offset - start) for offset, start in zip(pen.origin, corner, strict=True))
        if mirrored:
            sprite, before = ImageOps.mirror(sprite), sprite.width - before
        red, green, blue, alpha = sprite.split()
        bands = [band.point(lambda v, f=f: v * f) for band, f in zip((red, green, blue), self.scene.tint, strict=True)]
        sprite = Image.merge("RGBA", (*bands, alpha))
        return Thing(index, sprite, round(x) - before, round(foot) - above, standing or foot, shadow)


class _Sheet:
    """The picture as it fills, from the back to the front, and which instance is seen at each pixel."""

    def __init__(self, image: Image.Image):
        self.image, self.owner = image, Image.new("L", image.size)
        self.classes = [0]  # class of each instance; instance 0 is the background

    def add(self, thing: Thing | None):
        if thing is None:
            return
        alpha = Image.new("L", self.image.size)
        alpha.paste(thing.sprite.getchannel("A"), (thing.left, thing.top))
        if thing.shadow:
            self._cast_shadow(thing)
        self.image.paste(thing.sprite, (thing.left, thing.top), thing.sprite)
        if thing.index:
            self.classes.append(thing.index)
        number = len(self.classes) - 1 if thing.index else 0
        self.owner.paste(number, (0, 0), alpha.point(lambda v: 255 * (v > 127)))

    def _cast_shadow(self, thing):
        """A soft dark oval on the ground beneath the feet."""
        wide, flat = thing.sprite.width, max(4, thing.sprite.width // 9)
        oval = Image.new("L", (wide + 2 * flat, 3 * flat))
        ImageDraw.Draw(oval).ellipse((flat, flat, wide + flat, 2 * flat), fill=110)
        oval = oval.filter(ImageFilter.BoxBlur(flat / 2.5))
        corner = thing.left - flat, thing.top + thing.sprite.height - int(1.65 * flat)
        self.image.paste((18, 20, 28), corner, oval)

    def finished(self, rng) -> Picture:
        owner = np.asarray(self.owner)
        instances, classes = owner.copy(), np.array(self.classes, np.uint8)[owner]
        # 255 from one pixel inside an outline to two outside
        border = _around(owner, 1, np.maximum) != _around(owner, 1, np.minimum)
        void = border | ((_around(owner, 2, np.maximum) > 0) & (owner == 0))
        for number, pixels in enumerate(np.bincount(owner[~void], minlength=len(self.classes))[1:], start=1):
            if pixels < SMALLEST:  # nobody could say what this is
                void |= owner == number
        instances[void], classes[void] = VOID, VOID
        grain = rng.normal(0, rng.uniform(1.5, 5.0), (*owner.shape, 1)).astype(np.float32)
        pixels = np.clip(np.asarray(self.image, np.float32) + grain, 0, 255).astype(np.uint8)
        return Picture(Image.fromarray(pixels), Image.fromarray(classes), Image.fromarray(instances))


def _around(values, reach, choose):
    """The largest or smallest value (``choose``) within ``reach`` pixels, in a square."""
    for axis in (0, 1):
        wide = np.pad(values, [(reach * (axis == i),) * 2 for i in (0, 1)], mode="edge")
        length = values.shape[axis]
        shifted = [wide.take(range(k, k + length), axis) for k in range(2 * reach + 1)]
        values = choose.reduce(shifted)
    return values
