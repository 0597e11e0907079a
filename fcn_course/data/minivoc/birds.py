"""Birds that perch, fly, wade or stand about as ducks, each pose with an outline of its own."""

from __future__ import annotations

import numpy as np

from fcn_course.data.minivoc.beasts import dim, eye, placed
from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.curves import oval, smooth, stroke

_SONGBIRDS = [  # back, breast, wing, head, beak, hooked beak
    ((112, 92, 66), (222, 104, 44), (92, 76, 56), (112, 92, 66), (60, 52, 48), False),  # robin
    ((146, 106, 68), (216, 198, 172), (112, 76, 48), (134, 92, 62), (88, 78, 66), False),  # sparrow
    ((44, 42, 48), (52, 50, 56), (34, 32, 38), (40, 38, 44), (238, 158, 42), False),  # blackbird
    ((138, 146, 160), (152, 132, 158), (168, 176, 188), (84, 104, 112), (92, 84, 84), False),  # pigeon
    ((44, 150, 70), (128, 194, 66), (32, 112, 164), (206, 52, 40), (78, 70, 66), True),  # parrot
    ((64, 126, 182), (244, 212, 92), (48, 98, 158), (236, 238, 236), (56, 58, 66), False),  # tit
]  # fmt: skip


def bird(pen, rng, flying: bool | None = None):
    """A bird: one that perches (robin, sparrow, blackbird, pigeon, parrot, tit), a flying gull, a wader or a duck.

    Args:
        flying: True draws only the bird on the wing, False only those that stand or perch.
    """
    poses = {None: [_perched, _perched, _flying, _wading, _duck], True: [_flying], False: [_perched, _perched, _wading, _duck]}
    pick(rng, poses[flying])(pen, rng)


def _feathers(pen, wing, edge, colour):
    """Quills: strokes between the matching points of two lines, on the wing only."""
    pen.paint([stroke([a, b], 0.014) for a, b in zip(*edge, strict=True)], [], darker(colour, 0.5), within=wing, shade=0, opacity=0.55)


def _perched(pen, rng):
    back, breast, wing, head, beak, hooked = pick(rng, _SONGBIRDS)
    back, breast, wing = (vary(rng, c, 6) for c in (back, breast, wing))
    tail, nod = (0.16 if hooked else 0.0), rng.uniform(-0.02, 0.03)
    legs = (196, 124, 84) if beak[0] > 200 else (128, 92, 74)
    for x, shade in ((0.06, darker(legs, 0.35)), (-0.02, legs)):
        pen.paint([stroke([(x, 0.26), (x + 0.01, 0.13), (x - 0.01, 0.02)], 0.026), stroke([(x - 0.05, 0.014), (x + 0.07, 0.014)], 0.026)],
                  [], shade, shade=0.3)  # fmt: skip
    pen.polygon([(-0.2, 0.42), (-0.5, 0.24 - tail), (-0.45, 0.16 - tail), (-0.12, 0.27)], darker(wing, 0.15), texture="fur", grain=0.3)
    crown = oval(0.2, 0.69 + nod, 0.15, 0.142)
    torso = smooth([(-0.3, 0.4), (-0.14, 0.57), (0.08, 0.72), (0.3, 0.64), (0.31, 0.46), (0.22, 0.3), (0.04, 0.21), (-0.16, 0.25)],
                   closed=True)  # fmt: skip
    _beak(pen, beak, hooked, nod)
    body = pen.paint([torso, crown], [], back, shade=0.6, texture="fur", grain=0.2)
    pen.blob([(0.1, 0.7 if breast[0] > 200 else 0.6), (0.4, 0.7), (0.4, 0.3), (0.1, 0.15), (-0.2, 0.16), (0.05, 0.36)], breast,
             within=body, soft=0.02, shade=0.2, texture="fur", grain=0.25)  # fmt: skip
    if head != back:
        pen.ellipse(0.18, 0.73 + nod, 0.17, 0.12, head, within=body, soft=0.015, shade=0.3)
    dim(pen, body, breast, [oval(0.0, 0.22, 0.26, 0.07)], 0.04)
    flank = pen.blob([(0.12, 0.56), (0.14, 0.45), (0.04, 0.35), (-0.14, 0.29), (-0.38, 0.25), (-0.22, 0.42), (-0.05, 0.56)], wing,
                     shade=0.7, texture="fur", grain=0.3)  # fmt: skip
    _feathers(pen, flank, [[(0.1, 0.5 - k * 0.035) for k in range(6)], [(-0.36 + 0.05 * k, 0.31 - k * 0.02) for k in range(6)]], wing)
    pen.line([(0.02, 0.55), (-0.05, 0.36)], 0.026, lighter(wing, 0.45), within=flank, soft=0.005, shade=0.2)
    eye(pen, 0.25, 0.715 + nod, 0.028)


def _beak(pen, colour, hooked, nod):
    with pen.moved(0, nod):
        if hooked:
            pen.blob([(0.3, 0.77), (0.4, 0.72), (0.385, 0.58), (0.345, 0.6), (0.31, 0.65)], colour)
        else:
            pen.polygon([(0.31, 0.74), (0.47, 0.68), (0.31, 0.645)], colour, shade=0.6)
            pen.line([(0.34, 0.69), (0.45, 0.68)], 0.008, darker(colour, 0.5), shade=0)


def _flying(pen, rng):
    white, grey = vary(rng, pick(rng, [(240, 240, 238), (226, 222, 214), (72, 70, 78)]), 5), vary(rng, (164, 172, 184), 10)
    grey = grey if sum(white) > 400 else (56, 54, 62)
    beat = rng.uniform(-10, 26)
    wing = np.array([(0.13, 0.0), (0.12, 0.2), (0.02, 0.36), (-0.16, 0.5), (-0.36, 0.57), (-0.25, 0.4), (-0.17, 0.22), (-0.12, 0.0)])
    with pen.moved(0.03, -0.1, rng.uniform(-4, 10), scale=0.92):
        _wing(pen, placed(wing * (-0.85, 0.95), 0.06, 0.34, -beat * 0.5), darker(grey, 0.22))
        pen.polygon([(-0.22, 0.34), (-0.48, 0.36), (-0.46, 0.3), (-0.49, 0.24), (-0.22, 0.25)], darker(white, 0.1), texture="fur")
        pen.polygon([(0.35, 0.385), (0.5, 0.35), (0.35, 0.325)], (240, 178, 52), shade=0.5)
        pen.paint([stroke([(-0.34, 0.3), (-0.05, 0.29), (0.18, 0.32), (0.31, 0.36)], [0.05, 0.2, 0.19, 0.12]),
                   oval(0.31, 0.36, 0.085, 0.075)],
                  [], white, shade=0.75, texture="fur", grain=0.12)  # fmt: skip
        _wing(pen, placed(wing, 0.0, 0.31, beat), grey)
        eye(pen, 0.33, 0.38, 0.022)


def _wing(pen, outline, colour):
    part = pen.blob(outline, colour, shade=0.6, texture="fur", grain=0.2)
    tip, front, rear = outline[4], outline[1], outline[6]
    pen.ellipse(*tip, 0.2, 0.13, (36, 36, 42), within=part, soft=0.02, shade=0.2)
    inner = [front + (outline[0] - front) * k for k in np.linspace(-0.6, 1, 7)]
    outer = [tip + (outline[7] - tip) * k for k in np.linspace(0.1, 1, 7)]
    _feathers(pen, part, [[(a + rear) / 2 for a in inner], outer], colour)


def _wading(pen, rng):
    kinds = {"heron": ((150, 160, 172), (80, 88, 102), (222, 170, 70), (120, 104, 70)),
             "stork": ((240, 238, 232), (44, 42, 46), (214, 66, 40), (206, 70, 48)),
             "flamingo": ((244, 152, 160), (232, 96, 112), (62, 50, 54), (232, 120, 130))}  # fmt: skip
    kind = pick(rng, list(kinds))
    coat, wing, beak, leg = kinds[kind]
    coat, step = vary(rng, coat, 6), rng.uniform(-0.05, 0.09)
    pen.limb([(0.0, 0.42), (0.08 + step, 0.23), (0.02 + step, 0.02)], 0.03, darker(leg, 0.35))
    pen.line([(0.0 + step, 0.015), (0.1 + step, 0.015)], 0.028, darker(leg, 0.35))
    pen.limb([(-0.08, 0.42), (-0.06, 0.24), (-0.1, 0.02)], 0.032, leg)
    pen.line([(-0.13, 0.015), (0.0, 0.015)], 0.028, leg)
    if kind == "flamingo":
        pen.limb([(0.26, 0.905), (0.36, 0.89), (0.37, 0.8)], [0.055, 0.055, 0.02], mix(coat, (250, 230, 220), 0.6))
        pen.limb([(0.367, 0.845), (0.37, 0.795)], [0.045, 0.022], beak)
    else:
        pen.polygon([(0.25, 0.945), (0.54, 0.87), (0.25, 0.885)], beak, shade=0.6)
    pen.polygon([(-0.25, 0.5), (-0.44, 0.36), (-0.36, 0.33), (-0.2, 0.42)], darker(wing, 0.1), texture="fur")
    neck = stroke([(0.1, 0.52), (0.24, 0.6), (0.15, 0.74), (0.17, 0.87), (0.24, 0.915)], [0.17, 0.095, 0.065, 0.06, 0.07])
    body = pen.paint([oval(-0.09, 0.5, 0.25, 0.135, 14), neck, oval(0.23, 0.91, 0.065, 0.052)], [], coat, shade=0.7, texture="fur",
                     grain=0.2)  # fmt: skip
    dim(pen, body, coat, [oval(-0.06, 0.39, 0.22, 0.05)], 0.03)
    flank = pen.blob([(0.06, 0.57), (0.05, 0.47), (-0.14, 0.4), (-0.4, 0.36), (-0.27, 0.52), (-0.1, 0.62)],
                     wing if kind == "stork" else mix(coat, wing, 0.5), texture="fur", grain=0.3)  # fmt: skip
    _feathers(pen, flank, [[(0.05, 0.56 - k * 0.03) for k in range(5)], [(-0.38 + 0.05 * k, 0.41 - k * 0.015) for k in range(5)]], wing)
    if kind == "heron":
        pen.limb([(0.26, 0.94), (0.18, 0.945), (0.06, 0.9)], [0.03, 0.035, 0.02], (42, 44, 56))
    eye(pen, 0.25, 0.92, 0.018, (200, 160, 40))


def _duck(pen, rng):
    head, coat, breast, beak = pick(rng, [((26, 104, 66), (176, 170, 160), (108, 66, 46), (232, 190, 60)),
                                          ((242, 240, 232),) * 3 + ((240, 160, 40),),
                                          ((142, 108, 72), (156, 118, 78), (136, 98, 62), (206, 140, 62))])  # fmt: skip
    coat, orange, lift = vary(rng, coat, 6), (234, 130, 44), rng.uniform(-0.04, 0.03)
    for x, colour in ((0.04, darker(orange, 0.35)), (-0.07, orange)):
        pen.paint([stroke([(x, 0.16), (x, 0.03)], 0.036), [(x - 0.03, 0), (x + 0.11, 0), (x + 0.1, 0.03), (x, 0.06)]], [], colour,
                  shade=0.3)  # fmt: skip
    neck = stroke([(0.17, 0.3), (0.25, 0.45), (0.25, 0.62 + lift)], [0.2, 0.14, 0.12])
    pen.blob([(0.33, 0.69 + lift), (0.4, 0.645 + lift), (0.5, 0.63 + lift), (0.5, 0.595 + lift), (0.33, 0.6 + lift)], beak)
    torso = smooth([(-0.5, 0.4), (-0.36, 0.4), (-0.1, 0.44), (0.14, 0.42), (0.3, 0.36), (0.31, 0.23), (0.2, 0.13), (-0.05, 0.09),
                    (-0.28, 0.15), (-0.42, 0.28)], closed=True)  # fmt: skip
    body = pen.paint([torso, neck, oval(0.27, 0.655 + lift, 0.105, 0.095)], [], coat, shade=0.7, texture="fur", grain=0.25)
    pen.ellipse(0.27, 0.29, 0.15, 0.2, breast, within=body, soft=0.03, shade=0.1)
    pen.polygon([(0.1, 0.5 + lift), (0.4, 0.5 + lift), (0.4, 0.8 + lift), (0.1, 0.8 + lift)], head, within=body, soft=0.006, shade=0.4)
    dim(pen, body, coat, [oval(-0.05, 0.1, 0.3, 0.06)], 0.03)
    wing = mix(coat, (108, 92, 84), 0.0 if sum(coat) > 650 else 0.5)
    flank = pen.blob([(0.13, 0.37), (0.1, 0.25), (-0.1, 0.19), (-0.42, 0.33), (-0.2, 0.4), (0.0, 0.42)], wing, shade=0.7, texture="fur",
                     grain=0.3)  # fmt: skip
    _feathers(pen, flank, [[(0.08, 0.36 - k * 0.03) for k in range(5)], [(-0.38 + 0.06 * k, 0.33 - k * 0.025) for k in range(5)]], wing)
    if head[1] > head[0] + 40:
        pen.ellipse(0.25, 0.49 + lift, 0.1, 0.018, (242, 242, 236), within=body, soft=0.004, shade=0.2)
        pen.polygon([(-0.2, 0.29), (-0.06, 0.26), (-0.09, 0.22), (-0.2, 0.25)], (52, 78, 168), within=flank, shade=0.2)
    eye(pen, 0.305, 0.68 + lift, 0.02)
