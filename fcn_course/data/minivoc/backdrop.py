"""What all backdrops are made with: daylight, sky, hills, ground in perspective, and standing props put into them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from fcn_course.data.minivoc import plants
from fcn_course.data.minivoc.canvas import Colour, Pen, darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.textures import noise


class Day(NamedTuple):
    """The light of a time of day and the colours of its sky; ``light``, ``contrast`` and ``tint`` as in :class:`.scenes.Scene`."""

    light: float
    contrast: float
    tint: tuple[float, float, float]
    zenith: Colour
    low: Colour  # the sky above the horizon, and the haze that pales distant things
    cloud: Colour
    cover: float  # share of the sky under clouds


_DAYS = {  # contrast, tint, zenith, low sky, cloud
    "noon": (1.0, (1.03, 1.01, 0.97), (84, 138, 196), (190, 214, 228), (248, 248, 246)),
    "morning": (0.8, (1.02, 1.0, 0.98), (112, 154, 196), (226, 222, 210), (250, 240, 230)),
    "evening": (0.85, (1.07, 0.95, 0.8), (92, 112, 158), (242, 190, 138), (250, 206, 170)),
    "overcast": (0.45, (0.95, 0.97, 1.0), (158, 168, 180), (218, 221, 222), (226, 229, 232)),
}


def daylight(rng) -> Day:
    """Noon twice as often as morning, evening or a grey sky; the light comes from the left or from the right."""
    name = pick(rng, ("noon", "noon", "morning", "evening", "overcast"))
    contrast, tint, zenith, low, cloud = _DAYS[name]
    height = {"noon": 62, "morning": 40, "evening": 26, "overcast": 82}[name] + rng.uniform(-8, 8)
    light = height if rng.random() < 0.5 else 180 - height
    return Day(light, contrast, tint, vary(rng, zenith, 9), vary(rng, low, 6), cloud, rng.uniform(0.15, 0.6) + 0.3 * (name == "overcast"))


def fade(size, colours):
    """A picture whose rows run evenly through ``colours`` from top to bottom."""
    return Image.fromarray(np.array([colours], np.uint8).transpose(1, 0, 2)).resize((1, 256), Image.BICUBIC).resize(size, Image.BILINEAR)


def slope(size, start=0, end=255):
    """Mode L, from ``start`` at the top to ``end`` at the bottom."""
    return Image.linear_gradient("L").point(lambda v: start + (end - start) * v / 255).resize(size, Image.BILINEAR)


def tinted(colour, day):
    """The colour as it looks in the day's light."""
    return tuple(min(255, int(c * t)) for c, t in zip(colour, day.tint, strict=False))


def grained(picture, tone, strength):
    """Lay the grey ``tone`` over the picture: lighter above 128, darker below."""
    tone = tone.point(lambda v: 128 + (v - 128) * strength)
    return ImageChops.overlay(picture, Image.merge("RGB", (tone, tone, tone)))


def laid(make, size, near=4.5, scale=0.4):
    """Lay a flat pattern on the ground in perspective.

    ``make(size)`` draws the pattern seen from above; ``near`` says how many times larger the front looks than the back, and
    ``scale`` how many samples of the pattern make a pixel at the front.
    """
    width, depth = size
    eye = depth / (near - 1)
    tile = int(scale * near * width) + 2, int(scale * eye * near * (near - 1)) + 2
    k, middle = scale * near, tile[0] / 2
    data = (k, middle / eye, middle - k * width / 2, 0, tile[1] / eye, 0, 0, 1 / eye)
    return make(tile).transform(size, Image.PERSPECTIVE, data, Image.BILINEAR)


def ground(size, rng, colours, cells=60, stretch=(1.0, 1.0), rough=0.45, patches=0.5, fine=(0.6, 1.0), coarse=3.6):
    """Grass, gravel, asphalt or sand: ``colours`` from far to near, patches laid in perspective, a fine grain that coarsens.

    ``rough`` and ``patches`` are strengths; ``coarse`` is the grain's size in pixels at the front.
    """
    longest = max(size)
    picture = grained(fade(size, colours), laid(lambda s: noise(rng, s, cells, 3, stretch), size, scale=0.2), patches)
    far, near = (noise(rng, size, longest / k, 1, fine) for k in (1.5, coarse))
    return grained(picture, Image.composite(near, far, slope(size)), rough)


def sky(size, rng, day, horizon, cells=7):
    """A picture of ``size`` with sky down to ``horizon``: graded, often with clouds that grow smaller towards the horizon."""
    picture, size = Image.new("RGB", size, day.low), (size[0], int(horizon) + 1)
    picture.paste(fade(size, (day.zenith, mix(day.zenith, day.low, 0.5), mix(day.zenith, day.low, 0.85), day.low)))
    if day.contrast > 0.5 and rng.random() < 0.4:
        _glow(picture, rng, day, size)
    if rng.random() < 0.12 and day.contrast > 0.5:
        return picture
    small, near = (max(8, int(size[0] / 2.5)), max(8, int(size[1] / 2.5))), rng.uniform(1.6, 3.5)
    field = ImageOps.flip(
        laid(lambda s: noise(rng, s, cells * rng.uniform(0.8, 1.4) * near / 2, 5, (0.8, rng.uniform(1.0, 1.8))), small, near, 0.9)
    )
    edge, steep = np.quantile(np.asarray(field)[::4, ::4], 1 - day.cover), rng.uniform(3, 8)
    cover = field.point(lambda v: (v - edge) * steep).filter(ImageFilter.GaussianBlur(0.7))
    side = int(np.sign(np.cos(np.radians(day.light)))) * 3
    relief = ImageChops.subtract(field, ImageChops.offset(field, side, -4), 0.2, 132).filter(ImageFilter.GaussianBlur(1.0))
    shades = ImageOps.colorize(
        relief, darker(mix(day.zenith, day.cloud, 0.5), 0.16), lighter(day.cloud, 0.4), mid=mix(day.low, day.cloud, 0.7)
    )
    picture.paste(shades.resize(size, Image.BICUBIC), (0, 0), cover.resize(size, Image.BICUBIC).point(lambda v: v * 0.92))
    return picture


def _glow(picture, rng, day, size):
    """The brightness round a sun that stands just outside or low in the sky, on the light's side."""
    side = int(size[0] * rng.uniform(0.8, 1.6))
    mask = Image.radial_gradient("L").point(lambda v: max(0, 190 - v * 1.1)).resize((side, side), Image.BILINEAR)
    x, y = size[0] * (0.5 + 0.48 * np.cos(np.radians(day.light))), size[1] * (1 - np.sin(np.radians(day.light)) * 0.9)
    picture.paste(lighter(day.low, 0.6), (int(x - side / 2), int(y - side / 2)), mask)


def hills(picture, rng, day, base, top, colour, rows=3, forest=0.5):
    """Ridges one behind the other above y = ``base``, the farther the paler; ``top`` is the height of the highest in pixels."""
    width = picture.width
    x = np.arange(0, width + 4, 4 if forest else 8)
    for rank in range(rows):
        near = (rank + 1) / rows
        waves = sum(
            rng.uniform(0.3, 1) / f * np.sin(2 * np.pi * (f * rng.uniform(0.4, 0.9) * x / width + rng.random())) for f in (1, 2.3, 5)
        )
        ridge = base - top * (1.15 - near * 0.8) * (0.65 + 0.3 * waves) - rng.random(len(x)) * forest * top * 0.12 * near
        tone = mix(day.low, tinted(vary(rng, colour, 6), day), 0.2 + 0.6 * near)
        high = max(1, int(np.floor(ridge.min())))
        if high >= base:
            continue
        mask = Image.new("L", (width, int(base) - high))
        ImageDraw.Draw(mask).polygon(
            [(0, base - high), *list(zip(x.tolist(), (ridge - high).tolist(), strict=False)), (width, base - high)], fill=255
        )
        body = grained(fade(mask.size, (tone, mix(tone, day.low, 0.25))), noise(rng, mask.size, 60, 1), 0.35 * near)
        picture.paste(body, (0, high), mask)


def stand(picture, prop, rng, day, x, foot, height, haze=0.0, grounded=True):
    """Draw a prop ``height`` pixels per unit with its feet at (x, foot); ``haze`` pales it towards the low sky."""
    colours, alpha = drawn(prop, rng, day, height, haze)
    if grounded:
        shadow(picture, x, foot, min(alpha.width * 0.55, height * 0.35), day)
    picture.paste(colours, (int(x - alpha.width / 2), int(foot - alpha.height)), alpha)


def drawn(prop, rng, day, height, haze=0.0):
    """The prop in the day's light: its colours (RGB) and its alpha (L), trimmed."""
    rough = (
        2 if height > 110 or (haze > 0.1 and height > 50) else 1
    )  # large props are drawn at half size: they stand behind the sharp objects
    pen = Pen(height / rough, (-0.6, -0.06, 0.6, 1.1), day.light, day.contrast)
    prop(pen, rng)
    sprite = pen.finished()
    colours, alpha = sprite.convert("RGB"), sprite.getchannel("A")
    colours = Image.merge("RGB", [c.point(lambda v, t=t: min(255, v * t)) for c, t in zip(colours.split(), day.tint, strict=False)])
    if haze:
        colours = Image.blend(colours, Image.new("RGB", colours.size, day.low), haze)
    if rough > 1:
        size = sprite.width * rough, sprite.height * rough
        colours, alpha = colours.resize(size, Image.BICUBIC), alpha.resize(size, Image.BICUBIC)
    return colours, alpha


def row(picture, prop, rng, day, foot, height):
    """The same prop side by side across the whole picture: fences, hedges, thickets."""
    colours, alpha = drawn(prop, rng, day, height, 0.05)
    for x in range(-int(alpha.width * rng.random()), picture.width, max(1, int(alpha.width * 0.91))):
        picture.paste(colours, (x, int(foot - alpha.height)), alpha)


def shadow(picture, x, foot, reach, day):
    """A soft dark patch on the ground, drawn out away from the light."""
    wide, tall = int(reach * 2.4) + 4, int(reach * 0.4) + 3
    mask = (
        Image.radial_gradient("L")
        .reduce(8)
        .point(lambda v: max(0, 200 - v * 1.3) * (0.35 + 0.35 * day.contrast))
        .resize((wide, tall), Image.BILINEAR)
    )
    picture.paste((26, 28, 34), (int(x - wide / 2 - np.cos(np.radians(day.light)) * reach * 0.4), int(foot - tall * 0.55)), mask)


def spread(rng, count, width):
    """``count`` places across the width, apart from each other."""
    return (np.arange(count) + rng.uniform(0.15, 0.85, count)) / count * width


def photographed(picture, rng):
    """A lens's slight softness and vignette, and the grain of a sensor."""
    size = picture.size
    picture = picture.filter(ImageFilter.BoxBlur(0.35))
    corner = Image.radial_gradient("L").point(lambda v: max(0, v - 120) * 0.17).resize(size, Image.BILINEAR)
    picture.paste((12, 12, 16), (0, 0), corner)
    speck = Image.fromarray(rng.integers(0, 256, size[::-1], dtype=np.uint8)).point(lambda v: 128 + (v - 128) * 0.045)
    return ImageChops.add(picture, Image.merge("RGB", (speck, speck, speck)), 1, -128)


def season(rng):
    """The season: foliage colours and far and near grass."""
    return pick(
        rng,
        (
            (plants.GREENS, (128, 146, 84), (74, 98, 40)),
            (plants.GREENS, (146, 156, 92), (92, 112, 46)),
            (plants.AUTUMN, (158, 148, 92), (104, 98, 46)),
            (((112, 140, 60), (128, 150, 76)), (138, 162, 88), (82, 118, 42)),
            (plants.GREENS[2:], (126, 150, 98), (64, 100, 50)),
            (plants.GREENS[:2], (186, 170, 112), (138, 118, 62)),
        ),
    )
