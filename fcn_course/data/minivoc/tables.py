"""Dining tables, long or round, with cloths and with what is laid on them."""

from __future__ import annotations

import math

import numpy as np

from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.materials import FABRICS, WOODS
from fcn_course.data.minivoc.stage import Stage, hull

_FRUITS = [(206, 50, 40), (238, 150, 40), (150, 180, 60), (240, 206, 70)]


def diningtable(pen, rng):
    """A dining table: on four legs, on trestles, round on a pillar, or under a cloth; bare, or laid with plates and fruit."""
    round_one, yaw = rng.random() < 0.35, rng.uniform(4, 26) * pick(rng, [-1, 1])
    top, half_depth = rng.uniform(0.44, 0.54), rng.uniform(0.22, 0.3)
    with pen.moved(scale=0.92 if round_one else 0.85):
        if round_one:
            stage = Stage(pen, yaw, rng.uniform(16, 24), 0.17, 0.17)
            _round_table(stage, rng, top)
            _lay_table(stage, rng, top, 0.36, 0.3)
        else:
            stage = Stage(pen, yaw, rng.uniform(16, 25), 0.43, half_depth - 0.04)
            _long_table(stage, rng, top, half_depth)
            _lay_table(stage, rng, top, 0.38, half_depth - 0.08)


def _long_table(stage, rng, top, half_depth):
    wood, style = vary(rng, pick(rng, WOODS)), pick(rng, ["straight", "turned", "trestle", "tapered"])
    finish, x, z = {"texture": "grain", "grain": 0.22}, 0.43, half_depth - 0.04
    feet = sorted([(-x, -z), (x, -z), (-x, z), (x, z)], key=lambda f: -stage.away(*f))
    for fx, fz in feet:
        tone = darker(wood, 0.22 if fz > 0 else 0.05)
        if style == "trestle":
            stage.bar([(fx, 0, fz), (fx, top - 0.03, -fz)], 0.045, tone, **finish)
        elif style == "turned":
            stage.bar([(fx, y, fz) for y in (0, 0.05, 0.09, 0.22, 0.34, top - 0.05)], [0.03, 0.05, 0.032, 0.056, 0.034, 0.056], tone)
        else:
            stage.bar([(fx, 0, fz), (fx, top - 0.04, fz)], [0.045 if style == "straight" else 0.026, 0.05], tone, **finish)
    if style == "trestle":
        stage.bar([(-x, top / 2, 0), (x, top / 2, 0)], 0.035, darker(wood, 0.1), **finish)
    else:
        stage.box((-x, top - 0.085, -z), (x, top - 0.03, z), darker(wood, 0.18), **finish)
    stage.box((-0.5, top - 0.035, -half_depth), (0.5, top, half_depth), wood, **finish)
    if rng.random() < 0.35:
        _cloth(stage, rng, top, half_depth)


def _cloth(stage, rng, top, half_depth):
    colour, drop = vary(rng, pick(rng, [(236, 232, 222), (180, 50, 46), (84, 120, 160), (228, 206, 150)]), 6), rng.uniform(0.1, 0.18)
    parts = stage.box((-0.51, top - drop, -half_depth - 0.01), (0.51, top + 0.006, half_depth + 0.01), colour, texture="cloth", grain=0.08)
    near = -half_depth - 0.012
    for x in np.linspace(-0.45, 0.45, 9) + rng.uniform(-0.03, 0.03, 9):
        fold = [(x, top - 0.02, near), (x + 0.01, top - drop, near)]
        stage.bar(fold, [0.005, 0.03], darker(colour, 0.2), within=parts["near"], soft=0.008)
    stripe = mix(colour, pick(rng, [(190, 60, 50), (70, 110, 160), (250, 250, 245)]), 0.7)
    for x in np.linspace(-0.42, 0.42, 7) if rng.random() < 0.6 else ():
        stage.bar([(x, top, half_depth), (x, top, near)], 0.02, stripe, within=parts["top"], shade=0)
        stage.bar([(x, top, near), (x, top - drop, near)], 0.022, stripe, within=parts["near"], shade=0, opacity=0.8)
    stage.bar([(-0.52, top - drop + 0.018, near), (0.52, top - drop + 0.018, near)], 0.018, stripe, within=parts["near"], shade=0)


def _round_table(stage, rng, top):
    wood, finish = vary(rng, pick(rng, WOODS)), {"texture": "grain", "grain": 0.22}
    turn, count = rng.uniform(0, 2), int(rng.integers(3, 5))
    feet = [(0.25 * math.cos(turn + k * math.tau / count), 0.25 * math.sin(turn + k * math.tau / count)) for k in range(count)]
    for x, z in sorted(feet, key=lambda f: -stage.away(*f)):
        stage.bar([(0, 0.13, 0), (x * 0.6, 0.09, z * 0.6), (x, 0.015, z)], [0.06, 0.045, 0.035], darker(wood, 0.12))
    stage.bar([(0, y, 0) for y in (0.08, 0.14, 0.2, 0.3, top)], [0.07, 0.1, 0.055, 0.075, 0.06], wood)
    if rng.random() < 0.4:
        colour = vary(rng, pick(rng, [(238, 234, 224), (170, 52, 50), (96, 130, 164), (224, 196, 140)]), 6)
        _round_cloth(stage, rng, top, colour)
    else:
        stage.drum(0, top - 0.04, 0, 0.49, 0.5, 0.04, wood, **finish)


def _round_cloth(stage, rng, top, colour):
    drop, wave = rng.uniform(0.13, 0.2), int(rng.integers(12, 17))

    def edge(angle, low, radius):
        return stage.at(radius * math.cos(angle + stage.yaw), top - low, radius * math.sin(angle + stage.yaw))

    front, rim = np.linspace(math.pi, math.tau, 64), stage.disc(0, top, 0, 0.49)
    hem = [edge(a, drop + 0.012 * math.cos(wave * 2 * a), 0.5 + 0.012 * math.sin(wave * 2 * a)) for a in front]
    body = stage.pen.polygon([*hem, *[edge(a, 0, 0.49) for a in front[::-1]]], darker(colour, 0.1), texture="cloth", grain=0.08)
    for a in np.linspace(math.pi, math.tau, wave)[1:-1]:
        stage.pen.limb([edge(a, 0.01, 0.5), edge(a, drop, 0.5)], [0.006, 0.03], darker(colour, 0.35), within=body, soft=0.008)
    stage.pen.polygon(rim, lighter(colour, 0.08), shade=0.15, texture="cloth", grain=0.08)


def _lay_table(stage, rng, top, reach_x, reach_z):
    spots = [(reach_x * 0.8 * i, reach_z * 0.75 * j) for i, j in ((-1, -1), (1, -1), (-1, 1), (1, 1))]
    items = [(x, z, _place) for x, z in spots] if rng.random() < 0.6 else []
    centre = pick(rng, [_fruit_bowl, _fruit_bowl, _flower_vase, _tea_pot, None])
    items += [(0.0, 0.0, centre)] if centre else []
    china = pick(rng, [(244, 242, 236), (226, 232, 240), (120, 160, 190), (240, 222, 180)])
    for x, z, draw in sorted(items, key=lambda item: -stage.away(*item[:2])):
        draw(stage, rng, x, top, z, china)


def _place(stage, rng, x, y, z, china):
    stage.drum(x, y, z, 0.06, 0.085, 0.012, china)
    stage.pen.polygon(stage.disc(x, y + 0.012, z, 0.055), darker(china, 0.1), shade=0.3)
    if rng.random() < 0.5:
        stage.pen.polygon(stage.disc(x, y + 0.016, z, 0.038), vary(rng, pick(rng, [(186, 110, 56), (110, 150, 60), (214, 90, 60)])))
    stage.drum(x + 0.12, y, z + 0.02, 0.022, 0.03, 0.065, china, (96, 60, 40))


def _fruit_bowl(stage, rng, x, y, z, china):
    for dx, dy in [(-0.05, 0.075), (0.05, 0.075), (0.0, 0.105), (-0.02, 0.07), (0.025, 0.068)]:
        px, py = stage.at(x + dx, y + dy, z)
        stage.pen.ellipse(px, py, 0.034, 0.034, vary(rng, pick(rng, _FRUITS)), shade=0.8)
    front = [*stage.disc(x, y, z, 0.045), *[stage.at(x + side * 0.1, y + 0.055, z) for side in (-1, 1)]]
    stage.pen.polygon(hull(front), darker(china, 0.08), shade=0.7)


def _flower_vase(stage, rng, x, y, z, china):
    petal = pick(rng, [(220, 70, 90), (240, 200, 70), (236, 232, 236), (170, 110, 190)])
    for dx, height in zip(np.linspace(-0.09, 0.09, 5), rng.uniform(0.2, 0.27, 5), strict=True):
        stage.bar([(x, y + 0.08, z), (x + dx, y + height, z)], 0.024, (76, 120, 62))
        stage.pen.ellipse(*stage.at(x + dx, y + height, z), 0.032, 0.03, vary(rng, petal), shade=0.7, texture="rough")
    stage.bar([(x, y + h, z) for h in (0.01, 0.05, 0.1, 0.125)], [0.05, 0.085, 0.045, 0.055], china, shade=0.7)


def _tea_pot(stage, rng, x, y, z, china):
    colour = mix(china, vary(rng, pick(rng, FABRICS)), 0.6)
    stage.bar([(x + 0.05, y + 0.09, z), (x + 0.12, y + 0.1, z), (x + 0.115, y + 0.04, z), (x + 0.05, y + 0.03, z)], 0.025, colour)
    stage.bar([(x - 0.05, y + 0.05, z), (x - 0.1, y + 0.07, z), (x - 0.125, y + 0.12, z)], [0.04, 0.028, 0.022], colour)
    stage.pen.ellipse(*stage.at(x, y + 0.065, z), 0.08, 0.068, colour, shade=0.8)
    stage.pen.ellipse(*stage.at(x, y + 0.14, z), 0.018, 0.018, lighter(colour, 0.1), shade=0.7)
