"""Trees, bushes, grass and flowers, drawn as the things in :mod:`.props`: in units, the larger side about 1, feet at y = 0.

Every plant is a function ``plant(pen, rng, leaves=None)``; ``leaves`` gives the colours its foliage may have.
"""

from __future__ import annotations

import numpy as np

from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.curves import oval, rounded, stroke

GREENS = ((74, 104, 46), (92, 118, 52), (60, 92, 50), (106, 124, 62), (84, 110, 70))
AUTUMN = ((178, 116, 44), (158, 82, 40), (186, 146, 58), (130, 110, 52))
BARK = ((98, 76, 58), (84, 70, 60), (118, 90, 62), (106, 98, 88))


def clumps(rng, x, y, rx, ry, count, size):
    """Outlines of ``count`` ragged leaf clumps of radius ``size`` scattered over an oval."""
    turn, out = rng.uniform(0, 2 * np.pi, count), np.sqrt(rng.random(count))
    middle = np.stack([x + rx * out * np.cos(turn), y + ry * out * np.sin(turn)], 1)
    t = np.linspace(0, 2 * np.pi, 9, endpoint=False)
    radius = size * rng.uniform(0.55, 1.25, (count, 9))
    return list(middle[:, None] + np.stack([radius * np.cos(t), radius * np.sin(t) * 0.85], 2))


def _foliage(pen, rng, x, y, rx, ry, colour, size=0.07, count=46):
    """A mass of leaves: dark inside, then clumps in middle and light tones towards the light."""
    if pen.pixel < 0.008:  # near enough to see finer leaves
        size, count = size * 0.74, int(count * 1.7)
    side = 0.3 * rx * np.cos(pen.light)
    core = [*clumps(rng, x, y, rx, ry, count, size), oval(x, y, rx * 0.86, ry * 0.86, steps=20)]
    pen.paint(core, [], darker(colour, 0.38), texture="rough", grain=0.5, shade=0.9)
    pen.paint(clumps(rng, x + side * 0.5, y + ry * 0.14, rx * 0.9, ry * 0.82, count, size * 0.62), [], colour, texture="rough", grain=0.7)
    if pen.pixel > 0.012:
        return  # too far away for the finest clumps
    bright = clumps(rng, x + side, y + ry * 0.34, rx * 0.68, ry * 0.56, count // 2, size * 0.5)
    pen.paint(bright, [], lighter(colour, 0.22), texture="rough", grain=0.6, opacity=0.75)


def _branches(pen, rng, top, width, colour, spread=0.24, count=5):
    outlines = [stroke([(0, 0), (rng.normal(0, 0.015), top * 0.5), (0, top)], (width, width * 0.75, width * 0.4))]
    for side in np.linspace(-1, 1, count):
        base, end = top * rng.uniform(0.5, 0.8), (side * spread * rng.uniform(0.7, 1.1), top * rng.uniform(0.95, 1.25))
        outlines.append(stroke([(0, base), (end[0] * 0.5, base + (end[1] - base) * 0.4), end], (width * 0.5, width * 0.3, width * 0.12)))
    pen.paint(outlines, [], colour, texture="rough", grain=0.5)


def broadleaf(pen, rng, leaves=None):
    """An oak or lime: a trunk and a round crown of two or three masses."""
    colour = vary(rng, pick(rng, leaves or GREENS), 8)
    _branches(pen, rng, 0.5, rng.uniform(0.06, 0.11), vary(rng, pick(rng, BARK)), 0.3, 3)
    wide = rng.uniform(0.3, 0.4)
    sides = [clumps(rng, side * wide * 0.5, rng.uniform(0.5, 0.58), wide * 0.55, 0.2, 22, 0.07) for side in (-1, 1)]
    pen.paint(sides[0] + sides[1], [], darker(colour, 0.3), texture="rough", grain=0.6, shade=0.8)
    _foliage(pen, rng, 0, 0.68, wide, 0.26, colour, 0.08, 44)


def poplar(pen, rng, leaves=None):
    """A slender tree like a flame; in dark green also a cypress."""
    _branches(pen, rng, 0.3, 0.045, vary(rng, pick(rng, BARK)), 0.05, 2)
    _foliage(pen, rng, 0, 0.55, rng.uniform(0.1, 0.17), 0.42, vary(rng, pick(rng, leaves or GREENS), 8), 0.055, 44)


def birch(pen, rng, leaves=None):
    """A light trunk with black marks and a loose, light crown."""
    trunk = pen.limb([(0, 0), (rng.normal(0, 0.02), 0.4), (rng.normal(0, 0.02), 0.85)], (0.05, 0.04, 0.015), (214, 208, 196))
    marks = [oval(rng.normal(0, 0.02), y, 0.02, 0.006, steps=6) for y in np.arange(0.04, 0.6, 0.045)]
    pen.paint(marks, [], (60, 56, 54), within=trunk)
    colour = lighter(vary(rng, pick(rng, leaves or GREENS), 8), 0.1)
    for y, rx, ry in ((0.58, 0.24, 0.2), (0.78, 0.18, 0.16)):
        pen.paint(clumps(rng, 0, y, rx, ry, 40, 0.042), [], mix(darker(colour, 0.35), colour, y), texture="rough", grain=0.6)


def conifer(pen, rng, leaves=None):
    """A spruce: jagged storeys of dark green over a short trunk."""
    colour, wide = vary(rng, (48, 76, 54), 9), rng.uniform(0.22, 0.32)
    pen.limb([(0, 0), (0, 0.3)], 0.05, vary(rng, pick(rng, BARK)), texture="rough")
    for tone, shrink, shift in ((0.3, 1.0, 0.0), (0.0, 0.8, 0.03 * np.cos(pen.light))):
        steps = np.linspace(0, 1, 22)
        reach = wide * (1 - steps) * np.where(np.arange(22) % 2, 0.68, 1.1) * rng.uniform(0.85, 1.1, 22) * shrink + 0.006
        y = 0.1 + 0.9 * steps - 0.03 * (np.arange(22) % 2 == 0)
        outline = np.concatenate([np.stack([shift + reach, y], 1), np.stack([shift - reach[::-1], y[::-1] + rng.normal(0, 0.008, 22)], 1)])
        pen.polygon(outline, darker(colour, tone), texture="rough", grain=0.9, shade=0.7)


def bare_tree(pen, rng, leaves=None):
    """A tree in winter: boughs and twigs."""
    colour = vary(rng, pick(rng, BARK))
    twigs = []
    for side in np.linspace(-1, 1, 17):
        start, end = (side * 0.16, rng.uniform(0.5, 0.66)), (side * rng.uniform(0.2, 0.46), rng.uniform(0.72, 1.0) - 0.16 * abs(side))
        twigs.append(stroke([start, ((start[0] + end[0]) / 2 + rng.normal(0, 0.02), 0.66), end], (0.022, 0.012, 0.004)))
    pen.paint(twigs, [], lighter(colour, 0.1))
    _branches(pen, rng, 0.6, rng.uniform(0.06, 0.09), colour, 0.26, 6)


def bush(pen, rng, leaves=None):
    """A round bush, sometimes in flower."""
    colour, tall = vary(rng, pick(rng, leaves or GREENS), 10), rng.uniform(0.3, 0.4)
    pen.paint(clumps(rng, 0, tall * 0.25, 0.42, tall * 0.24, 40, 0.05), [], darker(colour, 0.4), texture="rough", grain=0.6)
    _foliage(pen, rng, 0, tall * 0.8, 0.4, tall * 0.8, colour, 0.08, 44)
    if rng.random() < 0.4:
        flowers = clumps(rng, 0, tall, 0.38, tall * 0.9, 40, 0.022)
        pen.paint(flowers, [], vary(rng, pick(rng, ((214, 90, 110), (232, 222, 230), (226, 190, 80), (150, 100, 170)))), shade=0.2)


def tuft(pen, rng, leaves=None):
    """A tuft of long grass, wide as it is tall or wider."""
    colour = vary(rng, pick(rng, leaves or ((122, 134, 66), (104, 128, 58), (160, 150, 90))), 10)
    for tone, count in ((0.35, 40), (0.0, 34), (-0.25, 16)):
        blades = []
        for root, lean, tall in zip(
            rng.normal(0, 0.16, count), rng.normal(0, 0.14, count), rng.uniform(0.2, 0.85, count) + tone * 0.2, strict=False
        ):
            tip = np.clip(root * 1.5 + lean, -0.54, 0.54)
            blades.append(
                [
                    (root - 0.014, 0),
                    (root + (tip - root) * 0.3, tall * 0.6),
                    (tip, tall),
                    (root + (tip - root) * 0.3 + 0.02, tall * 0.6),
                    (root + 0.014, 0),
                ]
            )
        pen.paint(blades, [], darker(colour, tone) if tone >= 0 else lighter(colour, -tone), shade=0.3)


def flowers(pen, rng, leaves=None):
    """A bed of flowers, about 1 wide and 0.4 high."""
    pen.paint(clumps(rng, 0, 0.1, 0.46, 0.1, 60, 0.05), [], vary(rng, (66, 94, 48)), texture="rough", grain=0.7)
    for colour in ((206, 64, 70), (230, 196, 84), (232, 226, 232), (158, 104, 176))[int(rng.integers(3)) :][:2]:
        pen.paint(clumps(rng, 0, 0.22, 0.44, 0.12, 26, 0.03), [], vary(rng, colour), shade=0.3)


def thicket(pen, rng, leaves=None):
    """The edge of a wood: crowns of several trees run together, 1.1 wide and about 0.4 high."""
    pen.paint(clumps(rng, 0, 0.07, 0.5, 0.07, 60, 0.06), [], darker(pick(rng, leaves or GREENS), 0.35), texture="rough", grain=0.8)
    for group in rng.permutation(np.linspace(-0.46, 0.46, 9)).reshape(3, 3):
        colour, dark, bright = vary(rng, pick(rng, leaves or GREENS), 12), [], []
        for x, tall in zip(group, rng.uniform(0.18, 0.36, 3), strict=False):
            dark += clumps(rng, x, tall * 0.55, 0.09, tall * 0.55, 16, 0.05)
            bright += clumps(rng, x, tall * 0.9, 0.06, tall * 0.22, 8, 0.03)
        pen.paint(dark, [], darker(colour, 0.2), texture="rough", grain=0.8, shade=0.6)
        pen.paint(bright, [], lighter(colour, 0.1), texture="rough", grain=0.6, shade=0.2)


def hedge(pen, rng, leaves=None):
    """A clipped hedge, 1 wide and 0.5 high."""
    colour = vary(rng, pick(rng, GREENS), 10)
    pen.paint(
        [rounded(-0.55, 0, 0.55, 0.47, 0.02), *clumps(rng, 0, 0.4, 0.46, 0.06, 50, 0.035)],
        [],
        darker(colour, 0.25),
        texture="rough",
        grain=1.0,
        shade=0.4,
    )
    pen.paint(clumps(rng, 0, 0.3, 0.52, 0.17, 90, 0.03), [], colour, texture="rough", grain=0.7)


TREES = (broadleaf, poplar, birch, conifer)
