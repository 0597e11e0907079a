"""Cats in five poses. The face always looks at the viewer: it is what a cat is known by."""

from __future__ import annotations

import numpy as np

from fcn_course.data.minivoc.beasts import Build, Pose, beast, dim, fed, gait, patches
from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.curves import oval, smooth, stroke

_CAT = Build(
    torso=[(-0.33, 0.42), (-0.3, 0.5), (-0.1, 0.49), (0.1, 0.5), (0.22, 0.48), (0.24, 0.36), (0.12, 0.27), (-0.1, 0.27), (-0.25, 0.3)],
    head=oval(0, 0, 0.13, 0.12, steps=12).tolist(),
    neck=(0.14, 0.42, 0.17, 0.15, 0.13, 0.0),
    legs=(0.13, -0.25, 0.34, 0.12, 0.065, 0.05),
    hoofed=False,
)  # fmt: skip
_CAT_COATS = [((206, 130, 62), "tabby"), ((150, 134, 116), "tabby"), ((44, 40, 44), "plain"), ((118, 124, 136), "plain"),
              ((236, 232, 224), "patches"), ((46, 44, 50), "bib")]  # fmt: skip


def cat(pen, rng):
    """A cat that sits, walks with its tail up, lies like a sphinx or sleeps curled up; ginger, tabby, black, grey or pied."""
    coat, pattern = pick(rng, _CAT_COATS)
    pose = pick(rng, [_cat_sits, _cat_sits_aside, _cat_walks, _cat_lies, _cat_curls])
    pose(pen, rng, vary(rng, coat, 7), pattern)


def _cat_coat(pen, rng, body, coat, pattern, stripes, spots, bib):
    """Stripes, patches or a white bib on the body, and shade near the ground."""
    if pattern == "tabby":
        pen.paint([stroke(line, [0.014, 0.032, 0.014]) for line in stripes], [], darker(coat, 0.45), within=body, soft=0.005, shade=0)
    if pattern == "patches":
        patches(pen, rng, body, spots, 0.1, (48, 44, 46))
    if pattern in ("bib", "tabby"):
        pen.ellipse(*bib, (238, 234, 226) if pattern == "bib" else lighter(coat, 0.45), within=body, soft=0.02, shade=0.2)


def _cat_head(pen, rng, x, y, coat, pattern, scale=1.0, asleep=False):
    """The face from the front, with pointed ears, whiskers and bright eyes."""
    iris, ear = pick(rng, [(206, 178, 54), (128, 176, 72), (196, 134, 46)]), (48, 44, 46) if pattern == "patches" else coat
    with pen.moved(x, y, rng.uniform(-8, 8), scale):
        for side in (-1, 1):
            pen.polygon([(0.125 * side, 0.02), (0.135 * side, 0.205), (0.02 * side, 0.1)], ear, shade=0.5)
            pen.polygon([(0.105 * side, 0.075), (0.117 * side, 0.165), (0.055 * side, 0.105)], mix(ear, (224, 140, 140), 0.65), shade=0.2)
        skull = pen.blob([(0, 0.118), (0.09, 0.1), (0.14, 0.02), (0.142, -0.045), (0.08, -0.1), (0, -0.115), (-0.08, -0.1),
                          (-0.142, -0.045), (-0.14, 0.02), (-0.09, 0.1)], coat, shade=0.7, texture="fur", grain=0.2)  # fmt: skip
        if pattern == "tabby":
            bars = [[(0.03 * k, 0.13), (0.022 * k, 0.065)] for k in (-1.4, 0, 1.4)]
            bars += [[(s * 0.15, y), (s * 0.09, y + 0.01)] for s in (-1, 1) for y in (0, -0.035)]
            pen.paint([stroke(bar, 0.018) for bar in bars], [], darker(coat, 0.5), within=skull, shade=0)
        if pattern == "patches":
            pen.ellipse(0.09, 0.07, 0.075, 0.085, ear, within=skull, soft=0.008, shade=0.2)
        pen.paint([oval(0.033, -0.055, 0.045, 0.036), oval(-0.033, -0.055, 0.045, 0.036), oval(0, -0.085, 0.034, 0.026)], [],
                  mix(coat, (240, 234, 226), {"plain": 0.14}.get(pattern, 0.75)), soft=0.006, shade=0.3)  # fmt: skip
        for side in (-1, 1):
            _cat_eye(pen, 0.062 * side, 0.015, iris, asleep)
        whisker = (240, 240, 236) if sum(coat) < 500 else (120, 112, 106)
        pen.paint([stroke([(s * 0.06, -0.055), (s * 0.138, -0.055 + d)], 0.007) for s in (-1, 1) for d in (-0.02, 0.005, 0.028)], [],
                  whisker, shade=0)  # fmt: skip
        pen.polygon([(-0.022, -0.02), (0.022, -0.02), (0, -0.046)], (214, 122, 122), shade=0.2)
        pen.paint([stroke([(0, -0.045), (s * 0.015, -0.072), (s * 0.038, -0.068)], 0.009) for s in (-1, 1)], [], darker(coat, 0.6),
                  shade=0)  # fmt: skip


def _cat_eye(pen, x, y, iris, asleep):
    if asleep:
        pen.limb([(x - 0.032, y + 0.006), (x, y - 0.014), (x + 0.032, y + 0.006)], 0.013, (30, 24, 24), shade=0)
        return
    pen.ellipse(x, y, 0.036, 0.03, (28, 24, 24), shade=0)
    pen.ellipse(x, y, 0.03, 0.025, iris, shade=0)
    pen.ellipse(x, y, 0.01, 0.023, (14, 12, 14), shade=0)
    pen.ellipse(x + 0.01, y + 0.01, 0.008, 0.007, (252, 252, 250), shade=0)


def _cat_tail(pen, points, coat, pattern):
    tail = pen.limb(points, [0.075] * (len(points) - 1) + [0.05], darker(coat, 0.1), texture="fur")
    (x, y), track = points[-1], smooth(points, steps=4)
    if pattern == "tabby":
        rings = [oval(*p, 0.014, 0.08, np.degrees(np.arctan2(*(q - p)[::-1]))) for p, q in zip(track[2:-1:2], track[3::2], strict=True)]
        pen.paint(rings, [], darker(coat, 0.5), within=tail, shade=0)
    elif pattern != "plain":
        pen.ellipse(x, y, 0.07, 0.07, (44, 42, 44) if pattern == "patches" else (238, 234, 226), within=tail, soft=0.01, shade=0.3)


def _cat_sits(pen, rng, coat, pattern):
    side = pick(rng, [-1, 1])
    _cat_tail(pen, [(side * x, y) for x, y in ((0.12, 0.07), (0.33, 0.06), (0.39, 0.2), (0.33, 0.36), (0.37, 0.48))], coat, pattern)
    torso = smooth([(-0.12, 0.02), (-0.25, 0.05), (-0.27, 0.18), (-0.18, 0.38), (-0.12, 0.56), (0.12, 0.56), (0.18, 0.38), (0.27, 0.18),
                    (0.25, 0.05), (0.12, 0.02)], closed=True)  # fmt: skip
    body = pen.paint([torso], [], coat, shade=0.7, texture="fur", grain=0.22)
    stripes = [[(s * 0.28, y), (s * 0.2, y + 0.02), (s * 0.12, y - 0.01)] for s in (-1, 1) for y in (0.14, 0.22, 0.3, 0.38, 0.46)]
    _cat_coat(pen, rng, body, coat, pattern, stripes, [(-0.18, 0.2), (0.16, 0.36)], (0, 0.4, 0.1, 0.16))
    folds = [stroke([(s * 0.155, 0.3), (s * 0.135, 0.05)], [0.012, 0.03]) for s in (-1, 1)]
    dim(pen, body, coat, [*folds, stroke([(0, 0.26), (0, 0.03)], 0.02)], 0.01)
    paw = (238, 234, 226) if pattern in ("bib", "patches") else lighter(coat, 0.08)
    pen.paint([oval(x, 0.035, 0.06, 0.036) for x in (-0.2, 0.2)], [], lighter(coat, 0.03))
    pen.paint([oval(x, 0.037, 0.062, 0.038) for x in (-0.065, 0.065)], [], paw)
    _cat_head(pen, rng, 0, 0.7, coat, pattern, 1.25)


def _cat_sits_aside(pen, rng, coat, pattern):
    _cat_tail(pen, [(-0.2, 0.07), (-0.36, 0.06), (-0.44, 0.2), (-0.38, 0.36), (-0.43, 0.5)], coat, pattern)
    pen.limb([(0.15, 0.4), (0.2, 0.2), (0.21, 0.035)], [0.1, 0.07, 0.06], darker(coat, 0.38))
    torso = smooth([(-0.1, 0.02), (-0.28, 0.04), (-0.31, 0.18), (-0.22, 0.38), (-0.06, 0.54), (0.08, 0.6), (0.2, 0.52), (0.2, 0.38),
                    (0.14, 0.2), (0.06, 0.04)], closed=True)  # fmt: skip
    leg = stroke([(0.12, 0.4), (0.13, 0.2), (0.13, 0.04)], [0.14, 0.085, 0.065])
    body = pen.paint([torso, leg], [], coat, shade=0.7, texture="fur", grain=0.22)
    backs = [(-0.33, 0.2), (-0.28, 0.31), (-0.22, 0.41), (-0.14, 0.5), (-0.05, 0.58)]
    stripes = [[(x, y), (x + 0.08, y - 0.05), (x + 0.13, y - 0.13)] for x, y in backs]
    _cat_coat(pen, rng, body, coat, pattern, stripes, [(-0.2, 0.28), (0.02, 0.5)], (0.18, 0.44, 0.07, 0.13))
    dim(pen, body, coat, [stroke([(-0.02, 0.3), (0.06, 0.2), (0.02, 0.08)], [0.015, 0.03, 0.03])], 0.012)
    paw = (238, 234, 226) if pattern in ("bib", "patches") else lighter(coat, 0.08)
    pen.paint([oval(0.15, 0.035, 0.065, 0.036), oval(-0.0, 0.035, 0.1, 0.036)], [], paw)
    _cat_head(pen, rng, 0.14, 0.7, coat, pattern, 1.15)


def _cat_walks(pen, rng, coat, pattern):
    tip = rng.uniform(-0.08, 0.08)
    _cat_tail(pen, [(-0.29, 0.44), (-0.38, 0.54), (-0.39, 0.7), (-0.36 + tip, 0.86)], coat, pattern)
    head = (0.32, 0.58 + rng.uniform(-0.03, 0.03), 0)
    white = (238, 234, 226)
    body = beast(pen, fed(rng, _CAT), Pose(head, *gait(rng, "walk")), coat, white if pattern in ("bib", "patches") else coat)
    stripes = [[(x, 0.52), (x + 0.015, 0.42), (x - 0.01, 0.34)] for x in np.linspace(-0.28, 0.14, 8)]
    legs = [[(x - 0.06, y), (x, y - 0.01), (x + 0.07, y)] for x in (-0.28, 0.16) for y in (0.14, 0.22)]
    _cat_coat(pen, rng, body, coat, pattern, stripes + legs, [(-0.22, 0.42), (0.06, 0.42)], (0.23, 0.38, 0.06, 0.1))
    dim(pen, body, coat, [oval(-0.05, 0.27, 0.2, 0.035)], 0.025)
    _cat_head(pen, rng, head[0], head[1], coat, pattern, 1.08)


def _cat_lies(pen, rng, coat, pattern):
    torso = smooth([(-0.47, 0.1), (-0.46, 0.24), (-0.33, 0.36), (-0.1, 0.35), (0.12, 0.37), (0.26, 0.4), (0.34, 0.28), (0.32, 0.08),
                    (0.2, 0.02), (-0.38, 0.02)], closed=True)  # fmt: skip
    paws = [stroke([(0.2, 0.06), (0.42, 0.045)], [0.1, 0.08])]
    pen.limb([(0.25, 0.075), (0.47, 0.055)], [0.1, 0.075], darker(coat, 0.35))
    body = pen.paint([torso, *paws], [], coat, shade=0.7, texture="fur", grain=0.22)
    stripes = [[(x, 0.4), (x + 0.02, 0.28), (x, 0.18)] for x in np.linspace(-0.42, 0.12, 8)]
    _cat_coat(pen, rng, body, coat, pattern, stripes, [(-0.3, 0.26), (0.0, 0.28)], (0.33, 0.24, 0.06, 0.12))
    dim(pen, body, coat, [stroke([(-0.14, 0.25), (-0.06, 0.14), (-0.12, 0.04)], [0.015, 0.03, 0.02])], 0.012)
    if pattern in ("bib", "patches"):
        pen.ellipse(0.42, 0.045, 0.05, 0.045, (238, 234, 226), within=body, soft=0.01, shade=0.3)
    _cat_tail(pen, [(-0.42, 0.08), (-0.3, 0.04), (-0.1, 0.045), (0.05, 0.07)], coat, pattern)
    _cat_head(pen, rng, 0.29, 0.5, coat, pattern, 1.1)


def _cat_curls(pen, rng, coat, pattern):
    torso = smooth([(-0.46, 0.12), (-0.44, 0.26), (-0.25, 0.42), (0.05, 0.44), (0.32, 0.34), (0.46, 0.16), (0.38, 0.03), (0.0, 0.01),
                    (-0.36, 0.02)],
                   closed=True)  # fmt: skip
    body = pen.paint([torso], [], coat, shade=0.8, texture="fur", grain=0.25)
    stripes = [[(x * 1.15, 0.47), (x + 0.01, 0.33), (x * 0.8, 0.2)] for x in np.linspace(-0.4, 0.3, 8)]
    _cat_coat(pen, rng, body, coat, pattern, stripes, [(-0.3, 0.26), (0.08, 0.36)], (0.1, 0.08, 0.14, 0.05))
    dim(pen, body, coat, [oval(-0.02, 0.13, 0.3, 0.06)], 0.04)
    dim(pen, body, coat, [stroke([(-0.05, 0.37), (-0.2, 0.3), (-0.26, 0.17), (-0.18, 0.07)], [0.012, 0.03, 0.03, 0.02])], 0.012)
    _cat_head(pen, rng, 0.24, 0.27, coat, pattern, 1.25, asleep=True)
    _cat_tail(pen, [(-0.43, 0.16), (-0.36, 0.05), (-0.12, 0.045), (0.12, 0.055), (0.28, 0.09)], coat, pattern)
