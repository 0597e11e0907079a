"""Bottles: turned bodies of glass with drinks, labels and caps, upright on the ground at y = 0."""

from __future__ import annotations

import numpy as np

from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary

_PAPERS = [(242, 234, 212), (228, 214, 176), (40, 40, 44), (180, 40, 40), (244, 244, 240), (36, 70, 120)]
_SHAPES = {  # (height, half width) from the foot to the mouth
    "bordeaux": [(0, 0.125), (0.03, 0.135), (0.58, 0.135), (0.75, 0.048), (0.97, 0.043), (1, 0.046)],
    "burgundy": [(0, 0.135), (0.03, 0.145), (0.42, 0.145), (0.77, 0.048), (0.97, 0.043), (1, 0.046)],
    "beer": [(0, 0.14), (0.03, 0.15), (0.52, 0.15), (0.74, 0.066), (0.93, 0.05), (0.95, 0.054)],
    "soda": [(0, 0.13), (0.06, 0.16), (0.24, 0.158), (0.38, 0.12), (0.56, 0.16), (0.66, 0.155), (0.88, 0.052), (0.94, 0.052)],
    "water": [(0, 0.13), (0.03, 0.14), (0.66, 0.14), (0.86, 0.052), (0.94, 0.05)],
    "ketchup": [(0, 0.17), (0.06, 0.185), (0.26, 0.16), (0.44, 0.19), (0.62, 0.18), (0.8, 0.075), (0.83, 0.07)],
    "milk": [(0, 0.17), (0.03, 0.185), (0.5, 0.185), (0.76, 0.085), (0.88, 0.08), (0.9, 0.095), (0.94, 0.095)],
    "whisky": [(0, 0.17), (0.03, 0.185), (0.56, 0.185), (0.66, 0.07), (0.88, 0.055), (0.9, 0.062)],
}


def bottle(pen, rng):
    """A bottle: wine, beer, clear water, cola or lemonade with a waist, ketchup, milk or whisky."""
    draw = pick(rng, [_wine, _wine, _beer, _water, _water, _soda, _soda, _ketchup, _milk, _whisky])
    with pen.moved(angle=rng.uniform(-2, 2), flip=rng.random() < 0.5):
        draw(pen, rng)


def _profile(knots):
    """Heights and half widths of a turned body: S-shaped flights between the knots."""
    heights, widths = np.array(knots, float).T
    y = np.unique(np.concatenate([np.linspace(heights[0], heights[-1], 60), heights]))
    k = np.clip(np.searchsorted(heights, y, "right") - 1, 0, len(heights) - 2)
    t = (y - heights[k]) / (heights[k + 1] - heights[k])
    return y, widths[k] + (widths[k + 1] - widths[k]) * (1 - np.cos(np.pi * t)) / 2


def _slice(profile, left, right, low=0.0, high=2.0):
    """The part of a turned body between two fractions of its half width and two heights, its lower edge bent forward."""
    heights, widths = profile
    y = np.clip(heights, low, min(high, heights[-1]))
    w = np.interp(y, heights, widths)
    across = np.linspace(left, right, 9)
    sag = 0.16 * w[0] * (np.sqrt(np.maximum(0, 1 - across**2)) - 1)  # 0 at the middle, so that the foot stays on the ground
    edge = np.column_stack([across * w[0], y[0] - sag])
    lift = 0.16 * w[-1] * (1 - np.sqrt(np.maximum(0, 1 - across[::-1] ** 2))) if high < heights[-1] else 0 * across
    rim = np.column_stack([across[::-1] * w[-1], y[-1] + lift])
    inside = (heights > low + 0.16 * w[0]) & (heights < high)
    flank = np.column_stack([widths[inside], heights[inside]])
    return np.concatenate([edge, flank * (right, 1), rim, (flank * (left, 1))[::-1]])


def _glass(pen, profile, colour, fill=None, level=0.0):
    """The body of a bottle, filled with a drink up to ``level``."""
    body = pen.polygon(_slice(profile, -1, 1), colour, shade=0.55)
    if fill:
        pen.polygon(_slice(profile, -0.93, 0.93, 0.012, level), fill, shade=0.5, within=body)
        pen.polygon(_slice(profile, -0.9, 0.9, level - 0.012, level), lighter(fill, 0.35), shade=0, within=body)
    pen.polygon(_slice(profile, 0.62, 1), darker(colour, 0.6), shade=0, within=body, soft=0.02, opacity=0.5)
    pen.polygon(_slice(profile, -1, -0.86), darker(colour, 0.6), shade=0, within=body, soft=0.015, opacity=0.4)
    return body


def _shine(pen, profile, body, strength=0.75):
    pen.polygon(_slice(profile, -0.72, -0.46, 0.05), (255, 255, 250), shade=0, within=body, soft=0.008, opacity=strength)
    pen.polygon(_slice(profile, 0.66, 0.78, 0.08), (255, 255, 250), shade=0, within=body, soft=0.008, opacity=strength * 0.5)


def _label(pen, rng, profile, body, low, high, colour):
    paper = pen.polygon(_slice(profile, -1, 1, low, high), colour, shade=0.35, within=body)
    ink = pick(rng, [(150, 40, 44), (40, 60, 110), (190, 150, 60), (40, 100, 60)]) if sum(colour) > 400 else (226, 196, 120)
    middle, half = (low + high) / 2, np.interp((low + high) / 2, *profile)
    for y in (low + 0.03, high - 0.03):
        pen.polygon(_slice(profile, -1, 1, y - 0.008, y + 0.008), ink, shade=0, within=paper)
    if rng.random() < 0.5:
        pen.ellipse(0, middle + 0.01, half * 0.45, (high - low) * 0.22, ink, within=paper)
    else:
        pen.rect(-half * 0.6, middle, half * 0.6, middle + 0.05, ink, within=paper, shade=0)
        pen.rect(-half * 0.4, middle - 0.04, half * 0.4, middle - 0.022, mix(ink, colour, 0.4), within=paper, shade=0)
    pen.polygon(_slice(profile, 0.55, 1, low, high), (10, 10, 20), shade=0, within=paper, soft=0.03, opacity=0.35)


def _cap(pen, low, high, half, colour, ribs=True):
    cap = pen.rect(-half, low, half, high, colour, radius=0.014, shade=0.7)
    for x in np.linspace(-0.7, 0.7, 5) if ribs else ():
        pen.line([(x * half, low), (x * half, high)], 0.008, darker(colour, 0.3), within=cap, shade=0)


def _wine(pen, rng):
    profile = _profile(_SHAPES[pick(rng, ["bordeaux", "burgundy"])])
    glass = vary(rng, pick(rng, [(34, 62, 40), (28, 38, 32), (70, 92, 40), (60, 20, 28), (206, 170, 96)]), 7)
    body = _glass(pen, profile, glass)
    if rng.random() < 0.3:
        pen.rect(-0.036, 0.98, 0.036, 1.05, (198, 158, 108), radius=0.01, texture="rough")
    else:
        foil = pick(rng, [(140, 28, 36), (190, 154, 70), (36, 36, 42), (80, 30, 60)])
        pen.polygon(_slice(profile, -1.12, 1.12, 0.82), foil, shade=0.7)
    _label(pen, rng, profile, body, 0.14, 0.46, vary(rng, pick(rng, _PAPERS[:3] + _PAPERS[4:5]), 6))
    _shine(pen, profile, body, 0.6)


def _beer(pen, rng):
    profile = _profile(_SHAPES["beer"])
    body = _glass(pen, profile, vary(rng, pick(rng, [(110, 58, 22), (110, 58, 22), (48, 104, 56), (150, 84, 30)]), 7))
    _label(pen, rng, profile, body, 0.12, 0.44, pick(rng, _PAPERS))
    pen.polygon(_slice(profile, -1, 1, 0.74, 0.86), pick(rng, _PAPERS), shade=0.4, within=body)
    _shine(pen, profile, body, 0.7)
    _cap(pen, 0.93, 0.985, 0.068, pick(rng, [(204, 170, 70), (190, 40, 40), (200, 204, 210)]))


def _water(pen, rng):
    profile, tint = _profile(_SHAPES["water"]), vary(rng, pick(rng, [(196, 222, 238), (178, 214, 240), (206, 232, 226)]), 6)
    cap = pick(rng, [(40, 90, 190), (236, 238, 240), (60, 160, 90), (30, 140, 200)])
    body = _glass(pen, profile, tint, mix(tint, (96, 168, 220), 0.45), rng.uniform(0.5, 0.82))
    for y in (0.08, 0.14, 0.2, 0.56, 0.62):
        pen.polygon(_slice(profile, -1, 1, y, y + 0.014), darker(tint, 0.3), shade=0, within=body, opacity=0.5)
    _label(pen, rng, profile, body, 0.27, 0.5, mix(cap, (120, 180, 230), 0.3))
    _shine(pen, profile, body, 0.9)
    _cap(pen, 0.91, 1.0, 0.062, cap)


def _soda(pen, rng):
    profile = _profile(_SHAPES["soda"])
    drink, paper = pick(
        rng,
        [
            ((62, 24, 16), (204, 30, 36)),
            ((236, 130, 30), (40, 90, 170)),
            ((170, 206, 60), (30, 120, 60)),
            ((226, 70, 90), (244, 240, 230)),
            ((62, 24, 16), (40, 70, 160)),
        ],
    )
    body = _glass(pen, profile, mix(drink, (226, 232, 236), 0.35), drink, rng.uniform(0.7, 0.84))
    _label(pen, rng, profile, body, 0.42, 0.62, paper)
    _shine(pen, profile, body, 0.85)
    _cap(pen, 0.91, 1.0, 0.066, lighter(paper, 0.1))


def _ketchup(pen, rng):
    profile = _profile(_SHAPES["ketchup"])
    sauce, cap = pick(rng, [((192, 30, 26), (240, 238, 232)), ((234, 190, 40), (196, 40, 30)), ((226, 172, 40), (60, 44, 36))])
    body = pen.polygon(_slice(profile, -1, 1), sauce, shade=0.75)
    pen.ellipse(0, 0.46, 0.125, 0.12, (246, 242, 232), shade=0.3, within=body)
    pen.ellipse(0, 0.45, 0.06, 0.06, darker(sauce, 0.1), shade=0.6, within=body)
    pen.rect(-0.09, 0.5, 0.09, 0.53, (60, 130, 60), within=body, shade=0)
    _shine(pen, profile, body, 0.7)
    _cap(pen, 0.8, 0.88, 0.085, cap)
    pen.limb([(0, 0.88), (0, 0.99)], [0.075, 0.032], cap, shade=0.7)


def _milk(pen, rng):
    profile = _profile(_SHAPES["milk"])
    body = _glass(pen, profile, (214, 224, 228), (248, 246, 238), rng.uniform(0.7, 0.84))
    _shine(pen, profile, body, 0.8)
    ink = pick(rng, [(50, 90, 170), (190, 50, 50), (60, 130, 80)])
    pen.rect(-0.1, 0.28, 0.1, 0.36, ink, radius=0.02, within=body, shade=0.2)
    pen.rect(-0.07, 0.22, 0.07, 0.245, ink, within=body, shade=0.2)
    _cap(pen, 0.93, 0.985, 0.1, pick(rng, [ink, (206, 210, 214), (214, 180, 80)]), ribs=False)


def _whisky(pen, rng):
    profile = _profile(_SHAPES["whisky"])
    drink = pick(rng, [(186, 98, 30), (150, 66, 24), (120, 150, 70), (206, 176, 90)])
    body = _glass(pen, profile, (212, 214, 204), drink, rng.uniform(0.45, 0.7))
    _label(pen, rng, profile, body, 0.13, 0.42, pick(rng, _PAPERS))
    _shine(pen, profile, body, 0.8)
    _cap(pen, 0.88, 1.0, 0.07, pick(rng, [(40, 36, 36), (186, 148, 70), (120, 76, 46)]), ribs=False)
