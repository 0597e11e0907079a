"""Horses with manes and flowing tails."""

from __future__ import annotations

import numpy as np

from fcn_course.data.minivoc.beasts import Build, Pose, beast, eye, fed, gait, neck_line, round_off
from fcn_course.data.minivoc.canvas import darker, pick, vary
from fcn_course.data.minivoc.curves import smooth, stroke

_HORSE = Build(
    torso=[(-0.36, 0.54), (-0.31, 0.65), (-0.2, 0.675), (-0.06, 0.635), (0.05, 0.655), (0.13, 0.66), (0.21, 0.58), (0.215, 0.49),
           (0.14, 0.405), (0.0, 0.38), (-0.14, 0.41), (-0.27, 0.42), (-0.34, 0.46)],
    head=[(-0.05, 0.035), (0.01, 0.07), (0.09, 0.055), (0.19, 0.03), (0.245, 0.02), (0.262, -0.02), (0.235, -0.055), (0.18, -0.05),
          (0.12, -0.065), (0.05, -0.095), (-0.03, -0.07)],
    neck=(0.1, 0.55, 0.25, 0.165, 0.12, 0.07),
    legs=(0.14, -0.27, 0.47, 0.13, 0.055, 0.04),
)  # fmt: skip


def horse(pen, rng):
    """A horse that stands, trots or grazes: bay, black, white or chestnut, with a mane and a flowing tail."""
    coat, hair, shins = pick(rng, [((134, 78, 42), (34, 26, 24), (44, 32, 28)), ((52, 46, 46), (28, 25, 27), (44, 38, 40)),
                                   ((226, 222, 212), (206, 200, 188), (190, 186, 180)), ((168, 92, 46), (186, 116, 62), None),
                                   ((206, 164, 104), (240, 228, 200), None), ((128, 124, 126), (66, 64, 70), (84, 80, 84))])  # fmt: skip
    coat, hair = vary(rng, coat, 7), vary(rng, hair, 5)
    kind = pick(rng, ["stand", "walk", "trot", "graze"])
    head = (0.4, 0.23, -72) if kind == "graze" else (0.265 + rng.uniform(-0.01, 0.03), 0.87 + rng.uniform(-0.03, 0.02), -48)
    pose = Pose(head, *gait(rng, {"graze": "stand"}.get(kind, kind)))
    build = fed(rng, _HORSE)
    with pen.moved(0.03, 0, scale=0.95):
        _horse_tail(pen, hair, 0.12 if kind == "trot" else rng.uniform(0, 0.05))
        body = beast(pen, build, pose, coat, (50, 44, 42), shins, grain=0.14)
        round_off(pen, build, body, coat)
        _mane(pen, rng, neck_line(_HORSE, pose), hair)
        with pen.moved(*head):
            _horse_face(pen, rng, body, coat, hair)


def _horse_tail(pen, hair, lift):
    for shift, colour in ((0.0, darker(hair, 0.25)), (0.025, hair)):
        x = shift - 0.35
        pen.limb([(x, 0.63), (x - 0.06 - lift * 0.6, 0.6 + lift * 0.25), (x - 0.08 - lift, 0.4 + lift),
                  (x - 0.06 - lift * 1.1, 0.2 + lift)],
                 [0.04, 0.075, 0.095, 0.02], colour, texture="fur", grain=0.4)  # fmt: skip


def _mane(pen, rng, neck, hair):
    """Locks that hang from the crest of the neck."""
    track = smooth(neck, steps=6)
    way = np.gradient(track, axis=0)
    crest = np.stack([-way[:, 1], way[:, 0]], 1) / np.linalg.norm(way, axis=1, keepdims=True)
    half = np.linspace(0.1, 0.055, len(track))[:, None]
    locks = []
    for (x, y), (u, v) in zip((track + crest * half)[2:], crest[2:], strict=True):
        fall = rng.uniform(0.07, 0.11)
        locks.append(stroke([(x + 0.012 * u, y + 0.012 * v), (x - 0.5 * fall * u, y - 0.6 * fall * v),
                             (x - 0.7 * fall * u - 0.02, y - fall)],
                            [0.04, 0.045, 0.012]))  # fmt: skip
    pen.paint(locks, [], hair, shade=0.5, texture="fur", grain=0.45)


def _horse_face(pen, rng, body, coat, hair):
    pen.polygon([(-0.055, 0.03), (-0.075, 0.125), (-0.005, 0.055)], darker(coat, 0.12), shade=0.3)
    pen.polygon([(-0.03, 0.05), (-0.025, 0.13), (0.025, 0.06)], coat, shade=0.3)
    pen.limb([(-0.02, 0.065), (0.03, 0.068), (0.085, 0.05)], [0.03, 0.034, 0.014], hair, texture="fur")
    muzzle = darker(coat, 0.45)
    pen.ellipse(0.235, -0.017, 0.055, 0.055, muzzle, within=body, soft=0.012, shade=0.3)
    pen.ellipse(0.235, 0.0, 0.012, 0.009, darker(muzzle, 0.6), shade=0)
    pen.line([(0.25, -0.03), (0.19, -0.035)], 0.007, darker(muzzle, 0.5), shade=0)
    if rng.random() < 0.5:
        pen.limb([(0.075, 0.05), (0.14, 0.037), (0.19, 0.022)], [0.02, 0.022, 0.015], (238, 232, 222), shade=0.2)
    eye(pen, 0.06, 0.018, 0.016)
