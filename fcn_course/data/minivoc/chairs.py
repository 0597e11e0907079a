"""Chairs of seven kinds, each built from boxes, bars and discs on a stage."""

from __future__ import annotations

import math

from fcn_course.data.minivoc.canvas import darker, lighter, pick, vary
from fcn_course.data.minivoc.materials import FABRICS, LEATHERS, METALS, WOODS
from fcn_course.data.minivoc.stage import Stage, hull, softened


def chair(pen, rng):
    """A chair: wooden with slats, bentwood, a moulded shell, upholstered, an office swivel chair or a bar stool with a back."""
    kind = pick(rng, [_wooden_chair, _wooden_chair, _office_chair, _padded_chair, _bar_stool, _shell_chair, _bentwood_chair])
    yaw = rng.uniform(12, 42) * pick(rng, [-1, 1])
    if rng.random() < 0.2:
        yaw = 180 - yaw
    with pen.moved(scale=0.95):
        kind(Stage(pen, yaw, rng.uniform(10, 20), 0.2, 0.2), rng)


def _wooden_chair(stage, rng):
    wood, w, d, seat = vary(rng, pick(rng, WOODS)), rng.uniform(0.18, 0.21), 0.19, rng.uniform(0.42, 0.46)
    finish, thick = {"texture": "grain", "grain": 0.2}, rng.uniform(0.034, 0.046)
    upright, count = rng.random() < 0.55, int(rng.integers(3, 6))

    def at_height(y):
        return d + 0.3 * max(0, y - seat) ** 1.3

    def back():
        for x in (-w, w):
            stage.bar([(x, y, at_height(y)) for y in (0, seat, 0.7, 0.95)], thick, darker(wood, 0.08), **finish)
        for k in range(count):
            t = (k + 1) / (count + 1) if upright else k / count
            low, high = (((2 * t - 1) * w, 0.56), ((2 * t - 1) * w, 0.9)) if upright else ((-w, 0.6 + 0.33 * t), (w, 0.6 + 0.33 * t))
            stage.bar([(x, y, at_height(y)) for x, y in (low, high)], 0.028 if upright else 0.045, wood, **finish)
        for y in (0.56, 0.91)[0 if upright else 2 :]:
            stage.bar([(x, y, at_height(y)) for x in (-w, w)], 0.04 + 0.03 * (y > 0.6), wood, **finish)

    def front():
        for x in (-w, w):
            stage.bar([(x, 0.2, -d), (x, 0.2, d)], 0.022, darker(wood, 0.25), **finish)
            stage.bar([(x, 0, -d), (x, seat, -d)], [thick * 0.8, thick], wood, **finish)
        stage.box((-w - 0.03, seat - 0.035, -d - 0.03), (w + 0.03, seat, d), wood, **finish)
        if cushion:
            stage.box((-w, seat, -d), (w, seat + 0.035, d - 0.02), cushion, 0.03, texture="cloth", grain=0.1)

    cushion = vary(rng, pick(rng, FABRICS)) if rng.random() < 0.4 else None
    _in_order(stage, back, front)


def _padded_chair(stage, rng):
    cloth, wood = vary(rng, pick(rng, FABRICS + LEATHERS)), vary(rng, pick(rng, WOODS))
    w, d, seat = rng.uniform(0.19, 0.22), 0.19, rng.uniform(0.4, 0.45)

    def back():
        for x in (-w, w):
            stage.bar([(x * 0.95, 0, d + 0.04), (x * 0.9, seat, d - 0.03)], [0.026, 0.04], darker(wood, 0.15))
        parts = stage.box((-w, seat - 0.02, d - 0.05), (w, 0.95, d + 0.01), cloth, 0.05, lean=0.16, texture="cloth", grain=0.1)
        for x in (-0.5, 0, 0.5) if buttons and stage.frontal else ():
            for y in (0.64, 0.8):
                px, py = stage.at(x * w, y, d + 0.16 * (y - seat) - 0.05)
                stage.pen.ellipse(px, py, 0.012, 0.012, darker(cloth, 0.4), within=parts["whole"])

    def front():
        for x in (-w, w):
            stage.bar([(x * 0.95, 0, -d), (x * 0.9, seat - 0.06, -d + 0.02)], [0.026, 0.044], wood)
        stage.box((-w - 0.01, seat - 0.09, -d - 0.02), (w + 0.01, seat + 0.01, d - 0.03), cloth, 0.035, texture="cloth", grain=0.1)

    buttons = rng.random() < 0.5
    _in_order(stage, back, front)


def _office_chair(stage, rng):
    cloth = vary(rng, pick(rng, [(38, 40, 46), (38, 40, 46), (40, 70, 120), (130, 40, 44), (72, 100, 76)]), 8)
    metal, seat, turn = pick(rng, METALS), rng.uniform(0.42, 0.47), rng.uniform(0, 1.2)
    spokes = [(0.25 * math.cos(turn + k * 1.2566), 0.25 * math.sin(turn + k * 1.2566)) for k in range(5)]
    for x, z in sorted(spokes, key=lambda s: -stage.away(*s)):
        px, py = stage.at(x, 0.03, z)
        stage.bar([(0, 0.12, 0), (x, 0.075, z)], [0.045, 0.026], metal)
        stage.pen.ellipse(px, py, 0.03, 0.034, (28, 28, 32), shade=0.7)
    stage.bar([(0, 0.1, 0), (0, seat - 0.08, 0)], [0.05, 0.04], metal)
    arms = rng.random() < 0.6

    def arm(x):
        stage.bar([(x, seat - 0.05, 0.05), (x * 1.12, seat + 0.04, 0.05), (x * 1.1, seat + 0.17, 0.02)], 0.026, (34, 34, 38))
        stage.bar([(x * 1.1, seat + 0.18, 0.1), (x * 1.1, seat + 0.18, -0.1)], 0.036, (30, 30, 34))

    def back():
        stage.bar([(0, seat - 0.06, 0.1), (0, seat + 0.05, 0.24), (0, 0.7, 0.25)], 0.045, darker(metal, 0.3))
        stage.box((-0.18, seat + 0.11, 0.16), (0.18, 0.96, 0.21), cloth, 0.07, lean=0.15, texture="cloth", grain=0.1)

    def front():
        stage.box((-0.21, seat - 0.07, -0.2), (0.21, seat + 0.015, 0.2), cloth, 0.045, texture="cloth", grain=0.1)

    sides = sorted((-0.21, 0.21), key=lambda x: -stage.away(x, 0))
    if arms:
        arm(sides[0])
    _in_order(stage, back, front)
    if arms:
        arm(sides[1])


def _bar_stool(stage, rng):
    frame, cover = vary(rng, pick(rng, WOODS + METALS)), vary(rng, pick(rng, FABRICS + LEATHERS))
    seat, w, foot = rng.uniform(0.62, 0.68), 0.14, 0.19

    def leg(x, z):
        stage.bar([(x * foot, 0, z * foot), (x * w * 0.85, seat, z * w * 0.85)], 0.034, frame)

    def back():
        for x in (-1, 1):
            leg(x, 1)
            stage.bar([(x * w * 0.85, seat, w * 0.85), (x * w, 0.94, w + 0.05)], 0.03, frame)
        stage.box((-w - 0.01, 0.8, w + 0.01), (w + 0.01, 0.96, w + 0.05), cover, 0.03, lean=0.1)

    def front():
        for pair in (((-1, 1), (-1, -1)), ((1, 1), (1, -1)), ((-1, -1), (1, -1))):
            stage.bar([(x * foot * 0.94, 0.22, z * foot * 0.94) for x, z in pair], 0.024, darker(frame, 0.15))
        leg(-1, -1)
        leg(1, -1)
        stage.box((-w - 0.02, seat - 0.02, -w - 0.02), (w + 0.02, seat + 0.04, w + 0.01), cover, 0.035)

    _in_order(stage, back, front)


def _shell_chair(stage, rng):
    colour = vary(rng, pick(rng, [(232, 230, 224), (206, 60, 48), (60, 120, 150), (238, 184, 52), (56, 58, 62), (110, 160, 120)]), 8)
    wood = pick(rng, [(196, 148, 96), (150, 100, 58), (60, 60, 66)])

    def leg(x, z):
        stage.bar([(x * 0.21, 0, z * 0.2), (x * 0.1, 0.44, z * 0.1)], [0.026, 0.04], wood)

    def shell(points, tone, thick):
        outline = softened([stage.at(*p) for p in points], 0.09)
        stage.pen.polygon(hull([*outline, *(outline - (0, thick))]), darker(tone, 0.35))
        stage.pen.polygon(outline, tone, shade=0.6)

    def back():
        leg(-1, 1)
        leg(1, 1)
        shell(
            [(-0.15, 0.42, 0.15), (-0.24, 0.64, 0.19), (-0.2, 0.94, 0.26), (0.2, 0.94, 0.26), (0.24, 0.64, 0.19), (0.15, 0.42, 0.15)],
            colour,
            0.015,
        )

    def front():
        leg(-1, -1)
        leg(1, -1)
        shell(
            [(-0.2, 0.46, 0.19), (-0.24, 0.48, 0), (-0.2, 0.45, -0.23), (0.2, 0.45, -0.23), (0.24, 0.48, 0), (0.2, 0.46, 0.19)],
            lighter(colour, 0.08),
            0.03,
        )

    _in_order(stage, back, front)


def _bentwood_chair(stage, rng):
    wood, seat = vary(rng, pick(rng, [(92, 50, 30), (44, 32, 28), (150, 92, 50)]), 8), 0.45
    inlay = pick(rng, [(206, 172, 116), lighter(wood, 0.12), (150, 50, 44)])

    def arch(half, top):
        return [
            (-half, seat, 0.15),
            (-half * 1.05, 0.7, 0.19),
            (-half * 0.75, top - 0.06, 0.22),
            (0, top, 0.23),
            (half * 0.75, top - 0.06, 0.22),
            (half * 1.05, 0.7, 0.19),
            (half, seat, 0.15),
        ]

    def back():
        for x in (-0.17, 0.17):
            stage.bar([(x * 1.1, 0, 0.2), (x, seat, 0.15)], [0.028, 0.036], darker(wood, 0.1))
        stage.bar(arch(0.17, 0.96), 0.036, wood)
        stage.bar(arch(0.1, 0.84), 0.026, wood)

    def front():
        for x in (-0.15, 0.15):
            stage.bar([(x * 1.15, 0, -0.18), (x, seat, -0.14)], [0.026, 0.038], wood)
        stage.drum(0, seat - 0.04, 0, 0.21, 0.21, 0.04, wood)
        stage.pen.polygon(stage.disc(0, seat, 0, 0.17), inlay, shade=0.2, texture="cloth", grain=0.1)

    _in_order(stage, back, front)


def _in_order(stage, back, front):
    for draw in (back, front) if stage.frontal else (front, back):
        draw()
