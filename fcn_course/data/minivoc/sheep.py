"""Sheep, rams and lambs in their fleece."""

from __future__ import annotations

import math

import numpy as np

from fcn_course.data.minivoc.beasts import Build, Pose, beast, dim, eye, gait
from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.curves import oval

_SHEEP = Build(
    torso=[(-0.32, 0.48), (-0.2, 0.6), (0.05, 0.6), (0.13, 0.48), (0.05, 0.36), (-0.24, 0.36)],
    head=[(-0.04, 0.03), (0.03, 0.06), (0.1, 0.045), (0.17, 0.02), (0.185, -0.025), (0.15, -0.06), (0.08, -0.07), (0.0, -0.085),
          (-0.05, -0.04)],
    neck=(0.06, 0.52, 0.14, 0.12, 0.11, 0.0),
    legs=(0.09, -0.26, 0.34, 0.07, 0.05, 0.04),
)  # fmt: skip


def sheep(pen, rng):
    """A woolly sheep, a ram with curled horns or a lamb, standing or grazing, its face dark or light."""
    kind = pick(rng, ["ewe", "ewe", "ram", "lamb"])
    wool = vary(rng, pick(rng, [(232, 224, 206), (240, 236, 226), (214, 200, 174), (96, 80, 68)]), 5)
    face = pick(rng, [(52, 46, 46), (226, 204, 180), (62, 50, 44)]) if sum(wool) > 400 else (58, 46, 40)
    graze = kind != "lamb" and rng.random() < 0.35
    head = (0.36, 0.24, -62) if graze else (0.27, 0.66 + rng.uniform(-0.02, 0.03), -38)
    pose = Pose(head, *gait(rng, pick(rng, ["stand", "walk"])))
    build = _SHEEP._replace(legs=(0.07, -0.22, 0.4, 0.07, 0.055, 0.05)) if kind == "lamb" else _SHEEP
    beast(pen, build, pose, face, (44, 38, 36), grain=0.15)
    _fleece(pen, rng, wool, pose, kind == "lamb")
    with pen.moved(*head, scale=1.25 if kind == "lamb" else 1.05):
        _sheep_face(pen, face, wool, kind == "ram")


def _fleece(pen, rng, wool, pose, lamb):
    """A scalloped coat of curls over torso and neck."""
    rx, ry = (0.27, 0.17) if lamb else (0.33, 0.205)
    x, y = -0.09, 0.5
    t = np.linspace(0, 2 * math.pi, 22, endpoint=False)
    bumps = zip(t, rng.uniform(0.045, 0.065, len(t)), strict=True)
    edge = [oval(x + rx * math.cos(a), y + ry * math.sin(a), r, r, steps=14) for a, r in bumps]
    hx, hy, _ = pose.head
    neck = [oval(0.12 + (hx - 0.13) * k, 0.53 + (hy - 0.55) * k, 0.12 - 0.04 * k, 0.12 - 0.04 * k) for k in (0.0, 0.3, 0.6, 0.85)]
    tail = oval(x - rx - 0.06, y + 0.02, 0.04, 0.075, 15)
    coat = pen.paint([oval(x, y, rx, ry), *edge, *neck, tail], [], wool, shade=0.75, texture="rough", grain=0.4)
    curls = [oval(x + 0.92 * rx * u * math.cos(a), y + 0.95 * ry * u * math.sin(a), 0.03, 0.024, steps=12)
             for a, u in zip(rng.uniform(0, 2 * math.pi, 45), np.sqrt(rng.random(45)), strict=True)]  # fmt: skip
    pen.paint(curls, [], darker(wool, 0.2), within=coat, soft=0.008, shade=0, opacity=0.5)
    bright = [np.add(points, (0.008, 0.016)) for points in curls]
    pen.paint(bright, [], lighter(wool, 0.35), within=coat, soft=0.006, shade=0, opacity=0.55)
    dim(pen, coat, wool, [oval(x, y - ry - 0.02, rx, 0.09)], 0.04)


def _sheep_face(pen, face, wool, ram):
    pen.blob(_SHEEP.head, face, shade=0.6, texture="fur", grain=0.15)
    tuft = [oval(x, y, r, r) for x, y, r in ((-0.03, 0.035, 0.04), (0.01, 0.06, 0.038), (-0.045, -0.005, 0.035))]
    pen.paint(tuft, [], lighter(wool, 0.05), shade=0.6, texture="rough", grain=0.35)
    pen.limb([(0.0, 0.0), (-0.06, -0.015), (-0.115, -0.05)], [0.03, 0.05, 0.02], darker(face, 0.2))
    pen.ellipse(0.168, -0.012, 0.011, 0.008, mix(face, (60, 30, 30), 0.7), shade=0)
    pen.line([(0.17, -0.04), (0.12, -0.043)], 0.008, darker(face, 0.5), shade=0)
    eye(pen, 0.065, 0.012, 0.017, (150, 110, 50))
    if ram:
        pen.limb([(0.01, 0.06), (-0.07, 0.09), (-0.13, 0.02), (-0.09, -0.07), (-0.01, -0.07), (0.025, -0.025)],
                 [0.06, 0.06, 0.055, 0.045, 0.035, 0.02], (196, 170, 124), texture="grain", grain=0.4)  # fmt: skip
