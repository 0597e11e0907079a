"""The room: a wall with paper, panels or bricks, a floor of boards, tiles or carpet, and furnishings along the wall."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from fcn_course.data.minivoc import furnishings, props
from fcn_course.data.minivoc.backdrop import fade, grained, laid, slope, spread, stand, tinted
from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.textures import noise
from fcn_course.data.minivoc.town import blocks, tiled

WALLS = (
    (206, 194, 170),
    (166, 182, 178),
    (190, 150, 128),
    (222, 216, 204),
    (136, 150, 126),
    (120, 134, 152),
    (204, 176, 112),
    (150, 92, 84),
)


def room_scene(size, rng, day):
    """A room seen from its middle; returns picture, horizon and None (there is no track)."""
    width, height = size
    horizon = int(height * rng.uniform(0.46, 0.62))
    colour = tinted(vary(rng, pick(rng, WALLS)), day)
    picture = Image.new("RGB", size)
    picture.paste(_wall((width, horizon), rng, colour), (0, 0))
    board = max(3, int(height * rng.uniform(0.02, 0.035)))
    trim = tinted(pick(rng, ((226, 220, 208), (112, 80, 54), lighter(colour, 0.4))), day)
    picture.paste(_floor((width, height - horizon), rng, day), (0, horizon))
    if rng.random() < 0.5:
        _rug(picture, rng, day, horizon)
    picture.paste(fade((width, board), (lighter(trim, 0.1), darker(trim, 0.12))), (0, horizon - board))
    picture.paste((20, 16, 16), (0, horizon), slope((width, max(2, (height - horizon) // 8)), 120, 0))
    _hangings(picture, rng, day, horizon)
    for x in spread(rng, int(rng.integers(1, 5)), width):
        prop, tall = pick(
            rng,
            (
                (furnishings.bookshelf, 0.85),
                (furnishings.cupboard, 0.66),
                (furnishings.floor_lamp, 0.72),
                (furnishings.vase, 0.22),
                (furnishings.basket, 0.25),
                (furnishings.bookshelf, 1.0),
                (furnishings.cupboard, 0.75),
                (furnishings.floor_lamp, 0.8),
            ),
        )
        stand(picture, prop, rng, day, x, horizon + (height - horizon) * rng.uniform(0.03, 0.09), horizon * tall * rng.uniform(0.9, 1.1))
    return _daylit(picture, day), horizon, None


def _hangings(picture, rng, day, horizon):
    """A window, pictures, or both; they hang with their lower edge well above the skirting board."""
    width = picture.width
    for x in spread(rng, int(rng.integers(1, 4)), width):
        if rng.random() < 0.4:
            stand(picture, furnishings.window, rng, day, x, horizon * 0.74, horizon * rng.uniform(0.56, 0.68), 0, False)
        else:
            stand(
                picture,
                furnishings.picture,
                rng,
                day,
                x,
                horizon * rng.uniform(0.42, 0.6),
                min(width * 0.3, horizon * rng.uniform(0.2, 0.45)),
                0,
                False,
            )


def _daylit(picture, day):
    """Darken the room away from the side that the light comes from."""
    across = Image.linear_gradient("L").rotate(90 if day.light > 90 else 270).point(lambda v: v * (0.15 + 0.25 * day.contrast))
    picture.paste((22, 18, 24), (0, 0), across.resize(picture.size, Image.BILINEAR))
    return picture


def _wall(size, rng, colour):
    """A wall of ``size``: plain plaster, stripes, a small pattern, panelling or brick."""
    unit, kind = max(8, size[0] // 26), int(rng.integers(5))
    if kind == 0:
        wall = blocks(size, colour, unit * 1.2, unit * 0.45, rng)
    elif kind == 1:
        wall = Image.new("RGB", size, colour)
    else:
        wall = tiled((_stripes, _damask, _panels)[kind - 2](unit, colour, rng), size)
    return grained(wall, noise(rng, size, 14, 4), 0.25)


def _stripes(unit, colour, rng):
    tile = Image.new("RGB", (unit * 2, unit), colour)
    brush, other = ImageDraw.Draw(tile), pick(rng, (lighter(colour, 0.22), darker(colour, 0.18)))
    brush.rectangle((0, 0, unit * rng.uniform(0.5, 1.0), unit), fill=other)
    brush.rectangle((unit * 1.4, 0, unit * 1.5, unit), fill=mix(other, (190, 150, 90), 0.4))
    return tile


def _damask(unit, colour, rng):
    tile = Image.new("RGB", (unit * 2, unit * 2), colour)
    brush, leaf, dot = (
        ImageDraw.Draw(tile),
        pick(rng, (lighter(colour, 0.28), darker(colour, 0.2))),
        vary(rng, mix(colour, pick(rng, WALLS), 0.6)),
    )
    for x, y in ((0.5, 0.5), (1.5, 1.5)):
        for dx, dy, rx, ry in ((0, -0.2, 0.14, 0.3), (-0.26, 0.12, 0.2, 0.12), (0.26, 0.12, 0.2, 0.12)):
            middle = (x + dx) * unit, (y + dy) * unit
            brush.ellipse((middle[0] - rx * unit, middle[1] - ry * unit, middle[0] + rx * unit, middle[1] + ry * unit), fill=leaf)
        brush.ellipse(((x - 0.1) * unit, (y - 0.02) * unit, (x + 0.1) * unit, (y + 0.18) * unit), fill=dot)
    return tile


def _panels(unit, colour, rng):
    tile = Image.new("RGB", (unit * 2, unit * 16), vary(rng, mix(colour, pick(rng, props.WOOD), 0.6), 6))
    brush, base = ImageDraw.Draw(tile), tile.getpixel((0, 0))
    for k in range(2):
        brush.rectangle((k * unit, 0, k * unit + unit, unit * 16), fill=vary(rng, base, 6))
        brush.line((k * unit, 0, k * unit, unit * 16), fill=darker(base, 0.4), width=2)
    return tile


def _floor(size, rng, day):
    """Boards that run away from us, tiles, or a plain carpet."""
    kind, wood = int(rng.integers(4)), vary(rng, pick(rng, props.WOOD))
    if kind < 2:
        floor = laid(lambda s: _boards(s, rng, tinted(wood, day)), size, 3, 0.7)
    elif kind == 2:
        floor = laid(lambda s: _checks(s, tinted(vary(rng, pick(rng, props.STONE)), day), rng), size, 3, 0.7)
    else:
        carpet = tinted(vary(rng, pick(rng, furnishings.CLOTH)), day)
        floor = fade(size, [darker(carpet, t) for t in (0.2, 0.08)])
    return grained(floor, noise(rng, size, size[0] / 4, 2), 0.25 if kind < 3 else 0.4)


def _boards(size, rng, colour):
    floor, wide = Image.new("RGB", size, darker(colour, 0.6)), max(6, size[0] // 34)
    brush = ImageDraw.Draw(floor)
    for x in range(0, size[0], wide):
        y = -rng.uniform(0, size[1])
        while y < size[1]:
            long = size[1] * rng.uniform(0.4, 0.9)
            brush.rectangle((x, y, x + wide - 2, y + long - 2), fill=vary(rng, colour, 9))
            y += long
    return grained(floor, noise(rng, size, 60, 2, (1.6, 0.15)), 0.4)


def _checks(size, colour, rng):
    wide, other = max(6, size[0] // 24), pick(rng, (darker(colour, 0.35), lighter(colour, 0.3), colour))
    tile = Image.new("RGB", (wide * 2, wide * 2), darker(colour, 0.4))
    brush = ImageDraw.Draw(tile)
    for k in range(4):
        x, y = k % 2 * wide, k // 2 * wide
        brush.rectangle((x, y, x + wide - 2, y + wide - 2), fill=colour if k in (0, 3) else other)
    return tiled(tile, size)


def _rug(picture, rng, day, horizon):
    """A woven rug on the floor, in perspective, with borders."""
    width, depth = picture.width, picture.height - horizon
    colour, y = tinted(vary(rng, pick(rng, furnishings.CLOTH)), day), np.sort(rng.uniform(0.15, 0.95, 2))
    low, high, middle, half = (
        horizon + depth * max(y[1], y[0] + 0.35),
        horizon + depth * y[0],
        width * rng.uniform(0.3, 0.7),
        width * rng.uniform(0.25, 0.4),
    )
    mask, rug = Image.new("L", picture.size), picture.copy()
    brush = ImageDraw.Draw(rug)
    for shrink, tone in (
        (0, colour),
        (0.08, lighter(colour, 0.3)),
        (0.14, darker(colour, 0.15)),
        (0.5, mix(colour, pick(rng, furnishings.CLOTH), 0.5)),
    ):
        a, b, dy = half * (1 - shrink), half * 0.8 * (1 - shrink), (low - high) * shrink / 2
        outline = [(middle - b, high + dy), (middle + b, high + dy), (middle + a, low - dy), (middle - a, low - dy)]
        brush.polygon(outline, fill=tone)
        ImageDraw.Draw(mask).polygon(outline, fill=255)
    box = (0, horizon, width, picture.height)
    picture.paste(grained(rug.crop(box), noise(rng, (width, depth), width / 3, 1), 0.4), box, mask.crop(box))
