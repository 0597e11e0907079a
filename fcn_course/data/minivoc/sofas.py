"""Sofas, built from upholstered boxes on a stage."""

from __future__ import annotations

import numpy as np

from fcn_course.data.minivoc.canvas import darker, lighter, pick, vary
from fcn_course.data.minivoc.materials import FABRICS, LEATHERS, WOODS
from fcn_course.data.minivoc.stage import Stage


def sofa(pen, rng):
    """A sofa for two or three: boxy, with rolled leather arms and buttons, on slim wooden legs, or with a chaise."""
    kind = pick(rng, ["boxy", "boxy", "club", "retro", "chaise"])
    yaw = rng.uniform(2, 24) * pick(rng, [-1, 1])
    leather = kind == "club" or rng.random() < 0.25
    colour = vary(rng, pick(rng, LEATHERS if leather else FABRICS), 10)
    stage = Stage(pen, yaw, rng.uniform(12, 18), 0.46, 0.36 if kind == "chaise" else 0.2)
    with pen.moved(scale=0.96):
        _sofa(stage, rng, kind, colour, {"texture": None} if leather else {"texture": "cloth", "grain": 0.12})


def _sofa(stage, rng, kind, colour, finish):
    seats, high = int(rng.integers(2, 4)), rng.uniform(0.4, 0.46) - 0.04 * (kind == "chaise")
    arm, arm_high, low = (0.06 if kind == "retro" else rng.uniform(0.08, 0.11)), rng.uniform(0.26, 0.32), 0.05 + 0.05 * (kind == "retro")
    wood, inner, cushion = vary(rng, pick(rng, WOODS[:5])), 0.49 - arm, lighter(colour, 0.06)
    sides = sorted((-1, 1), key=lambda s: -stage.away(s, 0))  # the far arm first
    for x, z in ((-0.44, 0.17), (0.44, 0.17), (-0.44, -0.17), (0.44, -0.17)):
        stage.bar([(x * 1.02, 0, z), (x, low + 0.02, z)], [0.024, 0.036], wood)
    stage.box((-0.47, low, 0.1), (0.47, high, 0.19), colour, 0.04, lean=0.15, **finish)
    _sofa_arm(stage, sides[0], kind, arm, arm_high, low, colour, finish)
    stage.box((-inner, low, -0.18), (inner, 0.14, 0.1), darker(colour, 0.1), 0.01, **finish)
    step = 2 * inner / seats
    for k in range(seats):
        left, right = -inner + k * step + 0.003, -inner + (k + 1) * step - 0.003
        rest = stage.box((left, 0.2, 0.04), (right, high - 0.02, 0.11), cushion, 0.045, lean=0.22, **finish)
        if kind == "club":
            _buttons(stage, rest["whole"], left, right, high, colour)
        stage.box((left, 0.13, -0.2), (right, 0.215, 0.06), cushion, 0.03, **finish)
    _throw_pillows(stage, rng, inner)
    _sofa_arm(stage, sides[1], kind, arm, arm_high, low, colour, finish)
    if kind == "chaise":
        left, right = sorted((sides[1] * 0.49, sides[1] * 0.14))
        stage.box((left, 0.03, -0.4), (right, 0.13, -0.16), darker(colour, 0.08), 0.02, **finish)
        stage.box((left, 0.12, -0.41), (right, 0.205, -0.1), cushion, 0.035, **finish)


def _sofa_arm(stage, side, kind, width, high, low, colour, finish):
    left, right = sorted((side * 0.49, side * (0.49 - width)))
    if kind == "chaise" and stage.away(side, 0) < 0:
        return
    stage.box((left, low, -0.2), (right, high, 0.18), colour, 0.03, **finish)
    if kind == "club":
        middle, radius = (left + right) / 2, width * 0.62
        stage.bar([(middle, high - 0.01, 0.14), (middle, high - 0.01, -0.19)], radius * 2, lighter(colour, 0.05), **finish)
        stage.pen.ellipse(*stage.at(middle, high - 0.01, -0.21), radius, radius, colour, shade=0.7)
        stage.pen.ellipse(*stage.at(middle, high - 0.01, -0.21), radius * 0.5, radius * 0.5, darker(colour, 0.2), shade=0.6)


def _buttons(stage, part, left, right, high, colour):
    for row, y in enumerate((0.27, 0.34)):
        for t in np.linspace(0.18, 0.82, 3 + row):
            x, z = left + t * (right - left), 0.04 + 0.22 * (y - 0.2)
            if y < high - 0.05:
                stage.pen.ellipse(*stage.at(x, y, z), 0.011, 0.011, darker(colour, 0.55), within=part, shade=0)


def _throw_pillows(stage, rng, inner):
    for side in (-1, 1):
        if rng.random() < 0.6:
            colour, size = vary(rng, pick(rng, [*FABRICS, (232, 226, 210), (228, 190, 70)])), rng.uniform(0.07, 0.085)
            x, y = stage.at(side * (inner - 0.1), 0.21 + size * 0.95, 0.0)
            with stage.pen.moved(x, y, rng.uniform(8, 30) * side):
                corners = [(-1, -1), (0, -0.92), (1, -1), (0.92, 0), (1, 1), (0, 0.92), (-1, 1), (-0.92, 0)]
                pillow = stage.pen.blob([(u * size, v * size) for u, v in corners], colour, shade=0.7, texture="cloth", grain=0.1)
                if rng.random() < 0.5:
                    for u in (-0.5, 0, 0.5):
                        stage.pen.rect(u * size - 0.012, -size, u * size + 0.012, size, lighter(colour, 0.45), within=pillow)
