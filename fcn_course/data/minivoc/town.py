"""The street: house fronts of plaster and brick over a pavement and an asphalt road; also masonry for other backdrops."""

from __future__ import annotations

from functools import partial

import numpy as np
from PIL import Image, ImageDraw

from fcn_course.data.minivoc import plants, props
from fcn_course.data.minivoc.backdrop import grained, ground, laid, season, sky, slope, spread, stand, tinted
from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.textures import noise


def tiled(tile, size):
    """Repeat the tile over the whole of ``size``."""
    out = Image.new("RGB", size)
    row = Image.new("RGB", (size[0], tile.height))
    for x in range(0, size[0], tile.width):
        row.paste(tile, (x, 0))
    for y in range(0, size[1], tile.height):
        out.paste(row, (0, y))
    return out


def blocks(size, colour, wide, tall, rng):
    """Masonry: courses of blocks or bricks ``wide`` x ``tall`` pixels, each a little different."""
    wide, tall = max(4, int(wide)), max(3, int(tall))
    tile = Image.new("RGB", (wide * 8, tall * 8), mix(colour, (190, 184, 172), 0.45))
    brush = ImageDraw.Draw(tile)
    for row in range(8):
        for k in range(-1, 8):
            left = k * wide + (row % 2) * wide // 2
            brush.rectangle((left, row * tall, left + wide - 2, row * tall + tall - 2), fill=vary(rng, colour, 10))
    return grained(tiled(tile, size), noise(rng, size, 8, 3), 0.4)


def _front(size, rng, day):
    """A house front in ``size`` pixels: plaster or brick, rows of windows, a door or shop below, a cornice above."""
    width, height = size
    colour = tinted(vary(rng, pick(rng, props.PLASTER)), day)
    if rng.random() < 0.45:
        front = blocks(size, darker(colour, 0.15), height / 24, height / 60, rng)
    else:
        front = grained(Image.new("RGB", size, colour), noise(rng, size, 12, 4, (1.0, 0.6)), 0.3)
    brush, trim, glass = ImageDraw.Draw(front), tinted(lighter(colour, 0.45), day), mix((58, 70, 84), day.low, 0.18)
    brush.rectangle((0, 0, width, height * 0.03), fill=trim)
    columns, floors = max(2, round(width / height * rng.uniform(3, 4.5))), int(rng.integers(2, 4))
    pitch, storey = width / columns, height * 0.68 / floors
    for floor in range(floors):
        for column in range(columns):
            _pane(brush, pitch * (column + 0.25), height * 0.07 + storey * floor, pitch * 0.5, storey * 0.66, trim, glass, day)
    _ground_floor(brush, rng, size, pitch, trim, glass, day)
    return front


def _pane(brush, x, y, wide, tall, trim, glass, day):
    brush.rectangle((x - 2, y - 2, x + wide + 2, y + tall + 3), fill=trim)
    brush.rectangle((x, y, x + wide, y + tall), fill=glass)
    brush.polygon([(x, y), (x + wide * 0.7, y), (x, y + tall * 0.5)], fill=mix(glass, day.low, 0.35))
    brush.line([(x + wide / 2, y), (x + wide / 2, y + tall)], fill=trim, width=max(1, int(wide / 14)))
    brush.line([(x, y + tall * 0.4), (x + wide, y + tall * 0.4)], fill=trim, width=max(1, int(wide / 14)))


def _ground_floor(brush, rng, size, pitch, trim, glass, day):
    width, height = size
    top, paint = height * 0.77, tinted(vary(rng, pick(rng, props.PAINT)), day)
    if rng.random() < 0.5:  # a shop under a striped awning
        brush.rectangle((pitch * 0.15, top, width - pitch * 0.15, height), fill=darker(paint, 0.2))
        brush.rectangle((pitch * 0.3, top + height * 0.05, width - pitch * 1.1, height * 0.96), fill=mix(glass, (206, 180, 130), 0.25))
        brush.rectangle((width - pitch * 0.85, top + height * 0.04, width - pitch * 0.35, height), fill=lighter(paint, 0.12))
        for k, x in enumerate(np.arange(pitch * 0.1, width - pitch * 0.15, pitch * 0.2)):
            brush.rectangle((x, top - height * 0.02, x + pitch * 0.2, top + height * 0.06), fill=paint if k % 2 else trim)
        return
    door = int(rng.integers(max(1, round(width / pitch))))
    for column in range(round(width / pitch)):
        x = pitch * (column + 0.25)
        if column == door:
            brush.rectangle((x - 2, top - 2, x + pitch * 0.5 + 2, height), fill=trim)
            brush.rectangle((x, top, x + pitch * 0.5, height), fill=paint)
            brush.rectangle((x + pitch * 0.1, top + height * 0.03, x + pitch * 0.4, top + height * 0.1), fill=lighter(paint, 0.25))
        else:
            _pane(brush, x, top, pitch * 0.5, height * 0.15, trim, glass, day)


def street_scene(size, rng, day):
    width, height = size
    horizon = int(height * rng.uniform(0.38, 0.58))
    leaves = season(rng)[0]
    picture = sky(size, rng, day, horizon)
    x, tall = -int(rng.integers(0, width // 4)), height * 0.5
    while x < width:
        tall, wide = int(horizon * rng.uniform(0.7, 1.15)), int(width * rng.uniform(0.25, 0.5))
        front = _front((wide, tall), rng, day)
        _roof(picture, rng, day, x, horizon - tall, wide, horizon * 0.14)
        picture.paste(front, (x, horizon - tall))
        x += wide + (int(width * 0.12) if rng.random() < 0.25 else 0)
    walk = int((height - horizon) * rng.uniform(0.14, 0.26))
    flags = laid(lambda s: blocks(s, tinted((168, 162, 152), day), s[0] / 34, max(4, s[1] / 4), rng), (width, walk), 1.5, 0.8)
    picture.paste(flags, (0, horizon))
    picture.paste((28, 28, 34), (0, horizon), slope((width, max(2, walk // 3)), 110, 0))
    _road(picture, rng, day, horizon + walk)
    foot = horizon + walk * 0.8
    kinds = (props.lamp_post, props.road_sign, partial(plants.broadleaf, leaves=leaves), props.bin_on_wheels, props.crate, plants.hedge)
    for x in spread(rng, int(rng.integers(3, 7)), width):
        which = int(rng.integers(len(kinds)))
        stand(picture, kinds[which], rng, day, x, foot, horizon * (0.85, 0.42, 0.7, 0.2, 0.18, 0.3)[which], 0.04)
    return picture, horizon, None


def _roof(picture, rng, day, left, eaves, wide, tall):
    colour = tinted(vary(rng, pick(rng, ((136, 74, 54), (88, 88, 94), (112, 92, 76)))), day)
    brush, hip = ImageDraw.Draw(picture), tall * rng.uniform(0.2, 0.9)
    brush.rectangle((left + wide * 0.7, eaves - tall * 1.3, left + wide * 0.78, eaves), fill=darker(colour, 0.25))
    brush.polygon(
        [(left - 2, eaves + 1), (left + wide + 2, eaves + 1), (left + wide - hip, eaves - tall), (left + hip, eaves - tall)], fill=colour
    )


def _road(picture, rng, day, top):
    width, depth = picture.width, picture.height - top
    grey = vary(rng, (102, 102, 104), 8)
    road = ground(
        (width, depth),
        rng,
        [tinted(c, day) for c in (lighter(grey, 0.16), grey, darker(grey, 0.12))],
        30,
        (0.5, 1.0),
        0.35,
        0.35,
        coarse=2.4,
    )
    brush, kerb = ImageDraw.Draw(road), max(2, depth // 18)
    brush.rectangle((0, 0, width, kerb), fill=tinted((176, 174, 168), day))
    brush.rectangle((0, kerb, width, kerb + kerb // 2), fill=tinted((66, 66, 68), day))
    y, dash, paint = depth * rng.uniform(0.4, 0.7), width * rng.uniform(0.16, 0.26), tinted((206, 204, 196), day)
    for x in np.arange(-dash * rng.random(), width, dash * 1.8):
        if depth > 40:
            brush.polygon([(x, y), (x + dash, y), (x + dash * 1.04, y + kerb * 0.8), (x, y + kerb * 0.8)], fill=paint)
    picture.paste(road, (0, top))
