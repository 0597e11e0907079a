"""Things that stand or hang in a room and belong to none of the twenty classes; drawn as those in :mod:`.props`."""

from __future__ import annotations

import numpy as np

from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.curves import rounded, smooth, stroke
from fcn_course.data.minivoc.props import PAINT, WOOD

CLOTH = ((168, 70, 60), (70, 96, 124), (186, 164, 128), (96, 116, 92), (206, 168, 84), (120, 86, 110), (214, 206, 192), (84, 78, 80))


def bookshelf(pen, rng):
    """An open shelf full of books, 0.7 wide."""
    wood, levels = vary(rng, pick(rng, (*WOOD, (220, 214, 204)))), int(rng.integers(3, 6))
    pen.rect(-0.36, 0, 0.36, 1.0, wood, texture="grain", shade=0.3)
    pitch = 0.94 / levels
    pen.paint([rounded(-0.325, 0.04 + pitch * k, 0.325, 0.01 + pitch * (k + 1), 0) for k in range(levels)], [], darker(wood, 0.6), shade=0)
    spines = [[] for _ in range(5)]
    for level in range(levels):
        x = -0.32
        while x < rng.uniform(0.1, 0.3):
            wide, tall = rng.uniform(0.02, 0.055), pitch * rng.uniform(0.55, 0.85)
            spines[int(rng.integers(5))].append(rounded(x, 0.04 + pitch * level, x + wide, 0.04 + pitch * level + tall, 0))
            x += wide + 0.004
    for outlines in filter(None, spines):
        pen.paint(outlines, [], vary(rng, pick(rng, CLOTH)), shade=0.3)


def cupboard(pen, rng):
    """A wardrobe, or a low chest of drawers: panels and knobs."""
    wood, low = vary(rng, pick(rng, WOOD + PAINT[4:5])), rng.random() < 0.5
    wide, tall, rows = (0.5, 0.62, 3) if low else (0.33, 1.0, 1)
    pen.rect(-wide, 0.03, wide, tall - 0.02, wood, texture="grain", grain=0.5, shade=0.4)
    pen.rect(-wide - 0.03, tall - 0.04, wide + 0.03, tall, lighter(wood, 0.12), texture="grain")
    high = (tall - 0.1) / rows
    panels = [
        rounded(s * wide / 2 - wide * 0.43, 0.06 + high * r, s * wide / 2 + wide * 0.43, 0.03 + high * (r + 1), 0.01)
        for s in (-1, 1)
        for r in range(rows)
    ]
    pen.paint(panels, [], darker(wood, 0.16), texture="grain", grain=0.5, shade=0.6)
    knobs = [
        rounded(x - 0.015, y - 0.015, x + 0.015, y + 0.015, 0.015)
        for y in 0.05 + high * (np.arange(rows) + 0.5)
        for x in ((-0.25, 0.25) if low else (-0.04, 0.04))
    ]
    pen.paint(knobs, [], (206, 184, 130))


def floor_lamp(pen, rng):
    """A lamp with a cloth shade on a tall stem."""
    shade = vary(rng, pick(rng, ((232, 214, 172), (214, 170, 110), (206, 204, 196), (178, 92, 70))))
    pen.paint([rounded(-0.014, 0.02, 0.014, 0.75, 0), rounded(-0.14, 0, 0.14, 0.03, 0.015)], [], vary(rng, (88, 76, 64)))
    pen.polygon([(-0.21, 0.7), (0.21, 0.7), (0.12, 1.0), (-0.12, 1.0)], shade, texture="cloth", shade=0.8)


def vase(pen, rng):
    """An empty vase or jug, shaped a little like a bottle."""
    colour, belly, neck = vary(rng, pick(rng, CLOTH)), rng.uniform(0.18, 0.3), rng.uniform(0.05, 0.12)
    right = smooth([(belly * 0.55, 0), (belly, rng.uniform(0.25, 0.5)), (neck, 0.74), (neck, 0.88), (neck * 1.6, 1.0)], steps=6)
    body = pen.polygon(np.concatenate([right, right[::-1] * (-1, 1)]), colour, shade=1.0)
    pen.rect(-0.4, rng.uniform(0.2, 0.4), 0.4, rng.uniform(0.45, 0.52), lighter(colour, 0.35), within=body, shade=0)


def ball(pen, rng):
    """A beach ball or football."""
    colour = vary(rng, pick(rng, PAINT))
    body = pen.ellipse(0, 0.4, 0.4, 0.4, colour, shade=1.0)
    for angle in (20, 90, 160):
        with pen.moved(0, 0.4, angle + rng.uniform(-9, 9)):
            pen.limb([(0, 0), (0.2, 0.05), (0.42, 0)], (0.02, 0.16, 0.06), (230, 226, 216), within=body, shade=0, opacity=0.85)


def cushion(pen, rng):
    """A cushion or floor pouf."""
    colour = vary(rng, pick(rng, CLOTH))
    pen.blob(
        [(-0.5, 0.02), (-0.46, 0.3), (-0.48, 0.6), (0, 0.54), (0.48, 0.6), (0.46, 0.3), (0.5, 0.02), (0, 0.0)],
        colour,
        texture="cloth",
        grain=0.5,
        shade=1.0,
    )
    stripes = [stroke([(x, 0.04), (x * 1.05, 0.3), (x, 0.54)], 0.02) for x in np.linspace(-0.38, 0.38, int(rng.integers(3, 8)))]
    pen.paint(stripes, [], darker(colour, 0.3), shade=0, opacity=0.5)


def basket(pen, rng):
    """A wicker basket with a cloth hanging over its rim."""
    colour = vary(rng, (168, 124, 74))
    body = pen.polygon([(-0.36, 0), (0.36, 0), (0.46, 0.55), (-0.46, 0.55)], colour, texture="cloth", grain=0.8, shade=0.9)
    pen.paint([rounded(-0.5, y, 0.5, y + 0.025, 0) for y in np.arange(0.06, 0.55, 0.09)], [], darker(colour, 0.3), within=body, shade=0)
    pen.blob(
        [(-0.4, 0.5), (-0.2, 0.68), (0.25, 0.66), (0.42, 0.5), (0.2, 0.4), (0.0, 0.5)],
        vary(rng, pick(rng, CLOTH)),
        texture="cloth",
        shade=0.8,
    )


def picture(pen, rng):
    """A framed painting, 1 wide: a small landscape or coloured fields."""
    tall, frame = rng.uniform(0.65, 0.95), vary(rng, pick(rng, (*WOOD, (206, 178, 112), (48, 46, 46), (226, 222, 214))))
    pen.rect(-0.5, 0, 0.5, tall, frame, texture="grain", shade=0.4)
    pen.rect(-0.43, 0.07, 0.43, tall - 0.07, (226, 220, 206), shade=0)
    field = pen.rect(-0.36, 0.14, 0.36, tall - 0.14, vary(rng, pick(rng, ((176, 196, 206), (214, 190, 140), (196, 150, 130)))), shade=0.2)
    for y, colour in ((0.46, (110, 130, 140)), (0.34, (96, 112, 70)), (0.24, (138, 110, 70))):
        ridge = [
            (-0.4, y * tall),
            (-0.15, y * tall + rng.uniform(0, 0.14)),
            (0.12, y * tall - 0.03),
            (0.4, y * tall + rng.uniform(0, 0.1)),
            (0.4, 0),
            (-0.4, 0),
        ]
        pen.blob(ridge, vary(rng, colour), within=field, shade=0.2)


def window(pen, rng, bright=(206, 222, 232)):
    """A window, 0.9 wide and 1 high, with the day behind the panes and a curtain on either side."""
    green = vary(rng, (136, 156, 120))
    pen.rect(-0.36, 0.08, 0.36, 0.97, (226, 222, 212), shade=0.2)
    panes = pen.paint([rounded(x, y, x + 0.31, y + 0.4, 0) for x in (-0.33, 0.02) for y in (0.11, 0.53)], [], bright, shade=0)
    pen.blob(
        [(-0.5, 0.0), (-0.4, rng.uniform(0.3, 0.6)), (-0.1, 0.36), (0.15, 0.5), (0.5, 0.3), (0.5, 0)],
        mix(green, bright, 0.35),
        within=panes,
        shade=0,
        soft=0.02,
    )
    pen.rect(-0.42, 0.04, 0.42, 0.085, (232, 228, 220))
    cloth = vary(rng, pick(rng, CLOTH))
    for side in (-1, 1):
        folds = [stroke([(side * x, 1.0), (side * (x + 0.02), 0.5), (side * (x + 0.015), 0.02)], 0.075) for x in (0.33, 0.39, 0.45, 0.5)]
        for tone, fold in zip((0.12, 0, 0.12, 0), folds, strict=False):
            pen.paint([fold], [], darker(cloth, tone), texture="cloth", shade=1.0)
    pen.line([(-0.55, 0.99), (0.55, 0.99)], 0.025, darker(pick(rng, WOOD), 0.2))
