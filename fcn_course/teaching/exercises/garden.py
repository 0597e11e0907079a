"""Pictures of five things from a garden, annotated as labelme would: the raw material of exercise 5.

None of the five is a class of VOC's or is drawn in minivoc. Each picture comes with a JSON file of polygons, later ones
on top of earlier ones, and the folder with a ``labels.txt`` in labelme's form. The pen is minivoc's.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from contourpy import contour_generator
from PIL import Image, ImageChops, ImageFilter

from fcn_course.data.minivoc.canvas import Pen, pick
from fcn_course.data.minivoc.textures import noise
from fcn_course.teaching.exercises.garden_things import DRAW, ground

THINGS = tuple(DRAW)
LABELS = ("__ignore__", "_background_", *THINGS)  # what labelme asks for in the first two lines
SIZES = ((320, 240), (320, 240), (240, 320))  # (width, height); a third of the pictures is upright


def draw_garden(seed: int, size: tuple[int, int] | None = None) -> tuple[Image.Image, dict]:
    """A picture (mode RGB) and its annotation, the dictionary that labelme would store as JSON.

    In the annotation the corners are [x, y] in pixels from the upper left, ``shapes`` stand in the order in which they
    were drawn, and ``__ignore__`` marks heaps too blurred to say what they are. ``imagePath`` is empty.

    Args:
        seed: the same seed and size give the same picture.
        size: (width, height) in pixels; by default 320 x 240 or 240 x 320, as the seed will have it.
    """
    rng = np.random.default_rng([seed, 5])
    width, height = size = size or SIZES[int(rng.integers(len(SIZES)))]
    light = float(rng.uniform(60, 150))
    picture, shapes, covered = ground(rng, size), [], np.zeros((height, width), bool)
    if rng.random() < 0.25:
        covered |= _heap(rng, picture, light, shapes)
    scale, wanted = math.sqrt(width * height / (320 * 240)), int(rng.integers(2, 6))
    seen = []  # the things' own pixels, those that later ones cover taken off
    for _ in range(40):
        if len(seen) == wanted:
            break
        name = pick(rng, THINGS)
        sprite = _sprite(rng, name, scale * rng.uniform(70, 125), light)
        corner = [
            int(rng.integers(-side // 6, max(1, limit - side * 5 // 6)))
            for side, limit in zip(sprite.size, size, strict=True)
        ]
        mine = _place(sprite.getchannel("A"), corner, size) > 127
        left = [(pixels & ~mine, whole) for pixels, whole in seen]
        # a third may hide, and no thing lies on a heap
        if (mine & covered).any() or any(pixels.sum() < 0.65 * whole for pixels, whole in left):
            continue
        seen = [*left, (mine, mine.sum())]
        _paste(picture, sprite, corner, light)
        shapes.append(_shape(name, mine))
    picture = ImageChops.add(
        picture, noise(rng, size, max(size) // 2, 1).convert("RGB").point(lambda v: v // 16), offset=-8
    )
    return picture, {
        "version": "5.5.0",
        "flags": {},
        "shapes": shapes,
        "imagePath": "",
        "imageData": None,
        "imageHeight": height,
        "imageWidth": width,
    }


def write_garden(folder: str | Path, count: int = 48, seed: int = 0) -> Path:
    """Draw ``count`` pictures into a folder: NAME.jpg beside NAME.json, and ``labels.txt``; a few seconds.

    Returns:
        The folder.

    Raises:
        ValueError: for a count below 1.
    """
    if count < 1:
        raise ValueError(f"a folder of {count} pictures is empty; count must be at least 1")
    drawn = {f"garden_{index:03d}": draw_garden(1000 * seed + index) for index in range(count)}
    return write_labelme(folder, drawn)


def write_labelme(folder: str | Path, drawn: Mapping[str, tuple[Image.Image, dict]]) -> Path:
    """Write pictures and their annotations, by name, as labelme leaves them; returns the folder."""
    folder = Path(folder).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "labels.txt").write_text("\n".join(LABELS) + "\n", "utf-8")
    for name, (picture, annotation) in drawn.items():
        picture.save(folder / f"{name}.jpg", quality=92)
        about = annotation | {"imagePath": f"{name}.jpg"}
        (folder / f"{name}.json").write_text(json.dumps(about, indent=1), "utf-8")
    return folder


def _sprite(rng, name, pixels, light):
    """A thing as RGBA, turned and perhaps mirrored."""
    pen = Pen(pixels, (-0.75, -0.75, 0.75, 0.75), light, float(rng.uniform(0.7, 1.0)))
    with pen.moved(angle=float(rng.uniform(0, 360)), flip=bool(rng.random() < 0.5)):
        DRAW[name](pen, rng)
    return pen.finished()


def _place(alpha, corner, size):
    """An alpha channel on an empty sheet of the picture's size: uint8 ``(H, W)``."""
    sheet = Image.new("L", size)
    sheet.paste(alpha, tuple(corner))
    return np.asarray(sheet)


def _paste(picture, sprite, corner, light):
    """A thing over its shadow."""
    shift = [round(-0.04 * sprite.width * math.cos(math.radians(light))), round(0.05 * sprite.height)]
    alpha = _place(sprite.getchannel("A"), [c + s for c, s in zip(corner, shift, strict=True)], picture.size)
    shadow = Image.fromarray(alpha).filter(ImageFilter.GaussianBlur(4)).point(lambda v: v * 0.5)
    picture.paste((20, 18, 24), (0, 0), shadow)
    picture.paste(sprite, tuple(corner), sprite)


def _heap(rng, picture, light, shapes):
    """A blurred heap at the left or right edge, which the annotation leaves undecided; returns its pixels."""
    width, height = picture.size
    alpha, top = Image.new("L", picture.size), Image.new("RGB", picture.size)
    middle = pick(rng, (0, width)), rng.uniform(0.2, 0.8) * height
    for _ in range(6):
        sprite = _sprite(rng, pick(rng, THINGS), 60 * max(picture.size) / 320, light)
        corner = [
            round(m + rng.normal(0, 0.06 * width) - side / 2) for m, side in zip(middle, sprite.size, strict=True)
        ]
        top.paste(sprite, tuple(corner), sprite)
        alpha.paste(255, tuple(corner), sprite)
    far = ImageFilter.GaussianBlur(max(picture.size) / 70)
    premultiplied = Image.merge("RGBA", (*top.split(), alpha)).convert("RGBa").filter(far).convert("RGBA")
    picture.paste(premultiplied, (0, 0), premultiplied)
    pixels = np.asarray(premultiplied.getchannel("A")) > 40
    shapes.append(_shape("__ignore__", pixels))
    return pixels


def _shape(label, pixels):
    """What labelme stores of a polygon: the outline of a thing's pixels, in as few corners as a person would click."""
    lines = contour_generator(z=np.pad(pixels, 1).astype(float)).lines(0.5)
    outline = max(lines, key=len)[:-1] - 0.5  # the pad took 1, and a pixel's middle lies half a pixel inside
    start = len(outline) // 2
    corners = [*_fewer(outline[: start + 1])[:-1], *_fewer(np.concatenate([outline[start:], outline[:1]]))[:-1]]
    points = [[round(float(x), 1), round(float(y), 1)] for x, y in corners]
    return {"label": label, "points": points, "group_id": None, "description": "", "shape_type": "polygon", "flags": {}}


def _fewer(line, tolerance=0.9):
    """The line through fewer of its points, nowhere further off than ``tolerance`` pixels (Ramer, Douglas, Peucker)."""
    if len(line) < 3:
        return list(line)
    (dx, dy), away = line[-1] - line[0], line - line[0]
    length = math.hypot(dx, dy)
    distance = np.abs(dx * away[:, 1] - dy * away[:, 0]) / length if length else np.hypot(*away.T)
    far = int(distance.argmax())
    if distance[far] <= tolerance:
        return [line[0], line[-1]]
    return [*_fewer(line[: far + 1], tolerance)[:-1], *_fewer(line[far:], tolerance)]
