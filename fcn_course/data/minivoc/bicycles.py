"""Bicycles, seen from the right side, one unit from tyre to tyre.

The saddle is at (-0.14, 0.56) for a rider (see ``people.rider``) of the same scale.
"""

from __future__ import annotations

import math

import numpy as np

from fcn_course.data.minivoc.canvas import Pen, darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.curves import stroke
from fcn_course.data.minivoc.motorbikes import BLACK, CHROME, PAINTS, RUBBER, STEEL

_BOTTOM, _TOP, _HEAD = (-0.045, 0.185), (0.185, 0.5), (0.214, 0.42)  # bracket, ends of the head tube


def bicycle(pen: Pen, rng: np.random.Generator) -> None:
    """Draw a racer, a city bicycle or a mountain bike."""
    kind = pick(rng, ("racer", "city", "mountain"))
    colour = vary(rng, pick(rng, PAINTS), 10)
    leather = pick(rng, (BLACK, BLACK, (122, 70, 38), (92, 54, 34)))
    low = kind == "city" and rng.random() < 0.55
    with pen.moved(0, 0, rng.uniform(-2, 2)):
        _crank(pen, 120, 0.3)
        for x in (-0.3, 0.3):
            _spoked_wheel(pen, rng, x, kind)
        if kind == "city":
            _mudguards(pen, rng, colour)
        _frame(pen, kind, colour, low, pick(rng, (CHROME, (210, 160, 50), STEEL)))
        _chain(pen)
        _crank(pen, -60, 0.0)
        _saddle(pen, leather, kind)
        {"racer": _drop_bar, "city": _swept_bar, "mountain": _flat_bar}[kind](pen, leather)
        if kind == "city":
            _luggage(pen, rng, leather)
        elif rng.random() < 0.6:
            pen.limb([(0.03, 0.27), (0.09, 0.335)], 0.042, pick(rng, ((230, 60, 50), (240, 240, 240), (60, 140, 210))))


def _spoked_wheel(pen, rng, x, kind):
    tyre = {"racer": 0.02, "city": 0.024, "mountain": 0.034}[kind]
    turn = rng.uniform(0, 0.4)
    inner = 0.2 - tyre - 0.01
    angles = [turn + k * 2 * math.pi / 14 for k in range(14)]
    spokes = [stroke([(x, 0.2), (x + inner * math.cos(a), 0.2 + inner * math.sin(a))], 0.0045) for a in angles]
    pen.paint(spokes, [], (176, 180, 186), shade=0)
    if kind == "mountain":
        ways = [np.array([math.cos(a), math.sin(a)]) for a in np.arange(0, 2 * math.pi, math.pi / 20)]
        pen.paint([stroke([(x, 0.2) + 0.19 * way, (x, 0.2) + 0.2 * way], 0.014) for way in ways], [], RUBBER, shade=0)
    pen.ring(x, 0.2, 0.199, tyre, RUBBER if kind != "city" else (50, 46, 46), shade=0.6)
    pen.ring(x, 0.2, 0.2 - tyre, 0.011, CHROME if kind != "mountain" else (70, 72, 78), shade=0.4)
    pen.ellipse(x, 0.2, 0.018, 0.018, STEEL)


def _mudguards(pen, rng, colour):
    coat = colour if rng.random() < 0.5 else CHROME
    for x, start, end in ((-0.3, 20, 190), (0.3, 12, 150)):
        arc = [(x + 0.212 * math.cos(a), 0.2 + 0.212 * math.sin(a)) for a in np.radians(np.linspace(start, end, 9))]
        pen.limb(arc, 0.02, coat)


def _frame(pen, kind, colour, low, fork):
    tube = {"racer": 0.023, "city": 0.026, "mountain": 0.034}[kind]
    seat_top = (-0.113, 0.43)
    pen.limb([_HEAD, (0.245, 0.33), (0.3, 0.2)], [0.028, 0.022, 0.018], colour if kind != "mountain" else BLACK)
    if kind == "mountain":
        pen.line([(0.225, 0.39), (0.262, 0.3)], 0.034, fork)
    stays = [stroke([seat_top, (-0.3, 0.2)], 0.018), stroke([_BOTTOM, (-0.3, 0.2)], 0.018)]
    pen.paint(stays, [], darker(colour, 0.12), shade=0.4)
    pen.line([(-0.118, 0.44), (-0.138, 0.54)], 0.02, CHROME)
    pen.line([_BOTTOM, (-0.12, 0.455)], tube, colour)
    if low:
        pen.limb([(0.2, 0.44), (0.08, 0.31), _BOTTOM], tube * 1.15, colour)
        pen.limb([(0.195, 0.475), (0.06, 0.37), (-0.075, 0.3)], tube * 0.8, colour)
    else:
        pen.line([_HEAD, _BOTTOM], tube * 1.15, colour)
        pen.line([seat_top, (0.195, 0.475 if kind != "mountain" else 0.46)], tube, colour)
        pen.line([(0.03, 0.275), (0.14, 0.363)], tube * 0.35, lighter(colour, 0.7), shade=0)
    pen.line([_HEAD, _TOP], tube * 1.35, darker(colour, 0.1))
    pen.line([(-0.109, 0.42), (-0.116, 0.44)], tube * 1.2, STEEL)


def _chain(pen):
    x, y = _BOTTOM
    pen.line([(-0.3, 0.217), (x, y + 0.042)], 0.009, (60, 58, 58), shade=0)
    pen.line([(-0.3, 0.183), (x, y - 0.042)], 0.009, (60, 58, 58), shade=0)
    pen.ring(x, y, 0.048, 0.014, (84, 84, 90), shade=0.3)
    pen.paint([stroke([(x, y), (x + 0.04 * math.cos(a), y + 0.04 * math.sin(a))], 0.01) for a in np.arange(0.3, 6.2, 1.2566)], [], STEEL)
    pen.ellipse(-0.3, 0.2, 0.024, 0.024, (96, 96, 100))


def _crank(pen, angle, dim):
    x, y = _BOTTOM
    a = math.radians(angle)
    foot = x + 0.1 * math.cos(a), y + 0.1 * math.sin(a)
    pen.line([(x, y), foot], 0.019, darker(STEEL, dim))
    pen.line([(foot[0] - 0.03, foot[1]), (foot[0] + 0.03, foot[1])], 0.022, BLACK)


def _saddle(pen, leather, kind):
    wide = 1.25 if kind == "city" else 1.0
    nose = [(-0.215 * wide + 0.03, 0.562), (-0.15, 0.558), (-0.06, 0.556), (-0.05, 0.545), (-0.1, 0.538), (-0.15, 0.52), (-0.2, 0.53)]
    pen.blob(nose, leather, shade=0.7)
    pen.line([(-0.17, 0.53), (-0.11, 0.532)], 0.008, STEEL)


def _drop_bar(pen, leather):
    pen.line([_TOP, (0.182, 0.525), (0.25, 0.54)], 0.022, BLACK)
    pen.limb([(0.235, 0.545), (0.285, 0.545), (0.318, 0.5), (0.29, 0.45), (0.235, 0.445)], 0.023, leather)
    pen.limb([(0.285, 0.55), (0.315, 0.575)], [0.03, 0.022], BLACK)
    pen.limb([(0.313, 0.565), (0.335, 0.52), (0.325, 0.475)], 0.018, CHROME)


def _swept_bar(pen, leather):
    pen.line([_TOP, (0.165, 0.575)], 0.022, CHROME)
    pen.limb([(0.165, 0.575), (0.215, 0.6), (0.17, 0.625), (0.08, 0.605)], 0.02, CHROME)
    pen.limb([(0.125, 0.616), (0.065, 0.602)], 0.03, leather)
    pen.ellipse(0.19, 0.63, 0.02, 0.018, CHROME)


def _flat_bar(pen, leather):
    pen.line([_TOP, (0.175, 0.53), (0.225, 0.545)], 0.026, BLACK)
    pen.limb([(0.2, 0.553), (0.225, 0.548), (0.25, 0.535)], 0.024, BLACK)
    pen.limb([(0.175, 0.56), (0.225, 0.548)], 0.032, leather)
    pen.line([(0.2, 0.535), (0.25, 0.515)], 0.018, STEEL)


def _luggage(pen, rng, leather):
    pen.ellipse(0.243, 0.47, 0.03, 0.028, CHROME)
    pen.ellipse(0.264, 0.47, 0.012, 0.022, (255, 240, 190), shade=0.2)
    pen.line([(-0.46, 0.44), (-0.15, 0.44)], 0.02, BLACK)
    pen.paint([stroke([(-0.42, 0.44), (-0.3, 0.2)], 0.018), stroke([(-0.24, 0.44), (-0.3, 0.2)], 0.018)], [], BLACK)
    pen.ellipse(-0.475, 0.42, 0.016, 0.022, (200, 30, 30))
    if rng.random() < 0.65:
        wicker = mix((176, 126, 70), (110, 72, 40), rng.random())
        basket = pen.polygon([(0.24, 0.63), (0.43, 0.63), (0.4, 0.49), (0.265, 0.49)], wicker, texture="rough")
        weave = [stroke([(x, 0.64), (0.33 + (x - 0.33) * 0.75, 0.48)], 0.008) for x in np.arange(0.255, 0.43, 0.029)]
        weave += [stroke([(0.2, y), (0.45, y)], 0.008) for y in (0.525, 0.56, 0.595)]
        pen.paint(weave, [], darker(wicker, 0.35), within=basket, shade=0)
        pen.line([(0.24, 0.63), (0.43, 0.63)], 0.02, lighter(wicker, 0.15))
    else:
        pen.rect(-0.43, 0.45, -0.22, 0.54, leather, radius=0.02, texture="cloth")
