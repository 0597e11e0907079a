"""Potted plants, from leafy bushes to cacti, upright on the ground at y = 0."""

from __future__ import annotations

import math

import numpy as np

from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.curves import oval, smooth, stroke

_GREENS = [(62, 122, 54), (84, 146, 66), (44, 98, 58), (108, 152, 70), (58, 116, 78)]
_POTS = [(190, 98, 62), (178, 88, 54), (232, 230, 222), (62, 98, 156), (72, 76, 82), (212, 180, 120), (90, 140, 136)]


def pottedplant(pen, rng):
    """A plant in a pot: leafy bush, palm, dracaena, fern, cactus, flowers on stems, or trailing ivy on a stand."""
    draw = pick(rng, [_bush, _bush, _dracaena, _palm, _fern, _cactus, _flowers, _flowers, _trailing])
    with pen.moved(flip=rng.random() < 0.5):
        draw(pen, rng)


def _pot(pen, rng, high=0.32, half=0.19):
    """A pot with a rim; soil shows as a thin ellipse. Returns the height of the soil."""
    colour = vary(rng, pick(rng, _POTS), 8)
    foot, style = half * rng.uniform(0.62, 0.82), pick(rng, ["rim", "rim", "bowl", "band"])
    pen.ellipse(0, high, half * 0.98, half * 0.22, darker(colour, 0.45), shade=0)
    pen.ellipse(0, high - 0.004, half * 0.88, half * 0.17, (66, 46, 34), shade=0.2, texture="rough")
    front = oval(0, high, half * 0.98, half * 0.22)[24:]
    base = oval(0, foot * 0.2, foot, foot * 0.2)[24:][::-1]
    belly = [(half * 1.05, high * 0.55)] if style == "bowl" else []
    left = [(-x, y) for x, y in belly]
    body = pen.polygon([*front, *belly, *base, *left], colour, shade=0.6, texture="rough", grain=0.12)
    if style == "rim":
        lower = front[::-1] - (0, high * 0.24)
        pen.polygon([*(front * (1.07, 1)), *(lower * (1.05, 1))], lighter(colour, 0.06), shade=0.6)
        pen.polygon([*(lower[::-1]), *(lower - (0, 0.02))], darker(colour, 0.4), within=body, shade=0, soft=0.006, opacity=0.7)
    if style == "band":
        for y in (0.3, 0.42):
            pen.polygon([*(front - (0, high * y)), *(front[::-1] - (0, high * y + 0.022))], lighter(colour, 0.45), within=body, shade=0)
    return high


def _leaf(pen, base, tip, width, colour, bend=0.0):
    """A pointed leaf from ``base`` to ``tip``, arched by ``bend``."""
    pen.polygon(_leaf_outline(base, tip, width, bend), colour, shade=0.6)


def _leaf_outline(base, tip, width, bend=0.0):
    (x0, y0), (x1, y1) = base, tip
    nx, ny = -(y1 - y0) * bend, (x1 - x0) * bend
    points = [(x0 + (x1 - x0) * t + nx * 4 * t * (1 - t), y0 + (y1 - y0) * t + ny * 4 * t * (1 - t)) for t in (0, 0.3, 0.65, 1)]
    return stroke(points, [0.008, width, width * 0.85, 0.004])


def _bush(pen, rng):
    soil, green = _pot(pen, rng, rng.uniform(0.28, 0.34)), pick(rng, _GREENS)
    broad, reach = rng.uniform(0.05, 0.085), rng.uniform(0.3, 0.38)
    for k, angle in enumerate(rng.permutation(np.linspace(28, 152, 7))):
        a = math.radians(angle + rng.uniform(-8, 8))
        length = rng.uniform(0.35, 0.56) * (0.75 + 0.25 * math.sin(a))
        tip = (reach * 1.35 * length / 0.56 * math.cos(a), soil + length * math.sin(a))
        elbow = (tip[0] * 0.35, soil + 0.45 * (tip[1] - soil))
        tone = mix(darker(green, 0.3), lighter(green, 0.1), k / 6)
        pen.limb([(tip[0] * 0.1, soil), elbow, tip], [0.026, 0.022, 0.02], mix(tone, (110, 90, 50), 0.4))
        for t in (0.45, 0.62, 0.8, 1.0):
            x, y = elbow[0] + (tip[0] - elbow[0]) * t, elbow[1] + (tip[1] - elbow[1]) * t
            pair = []
            for side in (-1, 1):
                b, size = a + side * rng.uniform(0.6, 1.3) * (1.2 - 0.6 * t), rng.uniform(0.13, 0.19)
                pair.append(_leaf_outline((x, y), (x + size * math.cos(b), y + size * math.sin(b)), broad, side * 0.08))
            pen.paint(pair, [], vary(rng, tone, 12), shade=0.6)


def _dracaena(pen, rng):
    soil, green = _pot(pen, rng, rng.uniform(0.2, 0.26), 0.15), pick(rng, _GREENS)
    for x, top in [(-0.04, rng.uniform(0.4, 0.5)), (0.04, rng.uniform(0.56, 0.68))][rng.integers(2) :]:
        pen.limb([(x * 0.6, soil), (x * 1.6, (soil + top) / 2), (x, top)], [0.04, 0.034, 0.034], (140, 112, 80), texture="rough")
        for angle in rng.permutation(np.linspace(-35, 215, 17) + rng.uniform(-6, 6, 17)):
            a, length = math.radians(angle), rng.uniform(0.24, 0.36)
            tip = (x + length * math.cos(a), top + length * math.sin(a) * 0.95)
            _leaf(pen, (x, top - 0.01), tip, 0.03, vary(rng, green, 16), 0.16 if math.cos(a) < 0 else -0.16)


def _palm(pen, rng):
    soil, green = _pot(pen, rng, rng.uniform(0.2, 0.26), 0.16), pick(rng, _GREENS)
    crown, sway = rng.uniform(0.5, 0.6), rng.uniform(-0.05, 0.05)
    trunk = pen.limb([(0, soil - 0.01), (sway, (soil + crown) / 2), (0, crown)], [0.075, 0.055, 0.045], (136, 104, 68), texture="rough")
    for y in np.linspace(soil + 0.03, crown - 0.04, 7):
        pen.line([(-0.08, y + 0.015), (0.08, y)], 0.012, (92, 66, 44), within=trunk, shade=0)
    for angle in rng.permutation(np.linspace(-8, 188, 12)) + rng.uniform(-5, 5, 12):
        _frond(pen, (0, crown), math.radians(angle), rng.uniform(0.36, 0.46), 0.15, 12, vary(rng, green, 16))


def _fern(pen, rng):
    soil, green = _pot(pen, rng, rng.uniform(0.32, 0.42)), pick(rng, [(86, 150, 60), (104, 164, 74), (70, 130, 60)])
    for angle in rng.permutation(np.linspace(-5, 185, 14)) + rng.uniform(-5, 5, 14):
        _frond(pen, (0, soil), math.radians(angle), rng.uniform(0.38, 0.55), 0.075, 18, vary(rng, green, 16))


def _frond(pen, base, angle, length, leaflet, count, colour):
    """An arching rib with two rows of narrow leaflets, painted at once."""
    droop = 0.38 * math.cos(angle)
    length = min(length, 0.46 / max(0.01, abs(1.15 * math.cos(angle))))
    t = np.linspace(0, 1, count)
    x = base[0] + length * (t * math.cos(angle) + 0.4 * droop * t**2)
    y = base[1] + length * (t * (math.sin(angle) + 0.3) - (0.3 + abs(droop) * 0.9) * t**2)
    way = np.arctan2(np.gradient(y), np.gradient(x))
    pen.limb(np.column_stack([x, y])[:: count // 4], 0.02, darker(colour, 0.2))
    outlines = []
    for k in range(count // 4, count):
        size = leaflet * math.sin(math.pi * (0.25 + 0.68 * t[k])) + 0.02
        for side in (-1, 1):
            a = way[k] + side * 0.75
            outlines.append(oval(x[k] + size / 2 * math.cos(a), y[k] + size / 2 * math.sin(a), size / 2, 0.011, math.degrees(a), 10))
    pen.paint(outlines, [], colour, shade=0.5)


def _cactus(pen, rng):
    soil, green = _pot(pen, rng, rng.uniform(0.24, 0.3), 0.2), vary(rng, pick(rng, [(70, 130, 76), (96, 146, 84), (60, 116, 92)]))
    top, w = rng.uniform(0.84, 0.95), rng.uniform(0.17, 0.22)
    for side in (-1, 1):
        start, rise, thick = rng.uniform(0.42, 0.58), rng.uniform(0.14, 0.26), 0.09
        bow = [(0, start), (side * 0.2, start + 0.01), (side * 0.25, start + 0.06), (side * 0.25, start + 0.06 + rise)]
        _ribbed(pen, bow, thick, darker(green, 0.08), 3)
    _ribbed(pen, [(0, soil + w / 2 - 0.035), (0, (soil + top) / 2), (0, top - w / 2)], w, green, 5)
    if rng.random() < 0.6:
        petal = pick(rng, [(230, 80, 130), (244, 190, 60), (232, 90, 60)])
        for angle in (30, 60, 90, 120, 150):
            a = math.radians(angle)
            _leaf(pen, (0, top - 0.02), (0.075 * math.cos(a), top - 0.02 + 0.085 * math.sin(a)), 0.036, petal)


def _ribbed(pen, points, width, colour, ribs):
    body = pen.limb(points, width, colour, shade=0.75)
    steps = np.gradient(np.array(points, float), axis=0)
    side = np.column_stack([-steps[:, 1], steps[:, 0]]) / np.linalg.norm(steps, axis=1)[:, None]
    spines = []
    for k, t in enumerate(np.linspace(-0.36, 0.36, ribs)):
        track = smooth(np.array(points) + side * width * t)
        pen.limb(track[::4], 0.012, darker(colour, 0.4), within=body, shade=0)
        spines += [oval(x, y, 0.008, 0.008, steps=8) for x, y in track[3 * (k % 2) :: 6]]
    pen.paint(spines, [], (240, 236, 200), shade=0, within=body)


def _flowers(pen, rng):
    soil, green = _pot(pen, rng, rng.uniform(0.26, 0.32), 0.18), pick(rng, _GREENS)
    kind, count = pick(rng, ["daisy", "tulip", "sunflower"]), int(rng.integers(3, 6))
    petal = pick(rng, [(224, 60, 70), (238, 120, 160), (246, 196, 60), (244, 240, 236), (150, 90, 180), (240, 130, 50)])
    for angle in rng.permutation(np.linspace(20, 160, 12)) + rng.uniform(-5, 5, 12):
        a, length = math.radians(angle), rng.uniform(0.2, 0.3)
        tip = (length * math.cos(a), soil + length * math.sin(a))
        _leaf(pen, (0, soil), tip, 0.055, vary(rng, green), 0.15 if math.cos(a) < 0 else -0.15)
    for k, x in enumerate(np.linspace(-0.26, 0.26, count)):
        y = rng.uniform(0.78, 0.92) - 0.3 * abs(x) - 0.08 * (k % 2)
        pen.limb([(x * 0.2, soil), (x * 0.6, 0.55), (x, y)], 0.022, darker(green, 0.1))
        _bloom(pen, x, y, kind, (246, 190, 40) if kind == "sunflower" else vary(rng, petal, 10))


def _bloom(pen, x, y, kind, petal):
    if kind == "tulip":
        for dx, tone in ((-0.035, darker(petal, 0.1)), (0.035, darker(petal, 0.1)), (0, petal)):
            _leaf(pen, (x + dx * 0.3, y - 0.03), (x + dx * 1.3, y + 0.11), 0.065, tone)
        return
    size = 0.1 if kind == "daisy" else 0.12
    petals = [
        oval(x + size * 0.6 * math.cos(a), y + size * 0.6 * math.sin(a), size * 0.42, size * 0.17, math.degrees(a), 12)
        for a in np.linspace(0, math.tau, 11, endpoint=False)
    ]
    pen.paint(petals, [], petal, shade=0.5)
    pen.ellipse(x, y, size * 0.34, size * 0.34, (240, 196, 60) if kind == "daisy" else (92, 56, 32), shade=0.7, texture="rough")


def _trailing(pen, rng):
    wood, green, stand = vary(rng, pick(rng, [(150, 100, 60), (60, 60, 66), (196, 152, 100)])), pick(rng, _GREENS), rng.uniform(0.44, 0.52)
    for x in (-0.17, 0.17, 0.0):
        pen.limb([(x, 0), (x * 0.75, stand)], [0.022, 0.032], darker(wood, 0.2 if x == 0 else 0))
    pen.rect(-0.19, stand - 0.02, 0.19, stand + 0.015, wood, radius=0.01)
    with pen.moved(y=stand + 0.01):
        soil = stand + 0.01 + _pot(pen, rng, 0.24, 0.17)
    for x in rng.permutation(np.linspace(-0.34, 0.34, 8)):
        drop = rng.uniform(0.2, 0.6) if abs(x) > 0.12 else rng.uniform(0.02, 0.14)
        rise, swing = rng.uniform(0.08, 0.16), rng.uniform(-0.03, 0.03)
        vine = [(x * 0.2, soil), (x * 0.65, soil + rise), (x, soil - 0.04), (x * 1.05 + swing, soil - drop)]
        pen.limb(vine, 0.02, darker(green, 0.15))
        leaves = []
        for t in np.linspace(0.15, 1, 7):
            px, py = (np.interp(t * 3, range(4), axis) for axis in zip(*vine, strict=True))
            a = rng.uniform(-2.6, -0.5)
            leaves.append(_leaf_outline((px, py), (px + 0.085 * math.cos(a), py + 0.085 * math.sin(a)), 0.058))
        for some in (leaves[::2], leaves[1::2]):
            pen.paint(some, [], vary(rng, green, 16), shade=0.6)
