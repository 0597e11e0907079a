"""Cows, pied, plain or shaggy."""

from __future__ import annotations

import numpy as np

from fcn_course.data.minivoc.beasts import Build, Pose, beast, eye, fed, gait, patches, round_off
from fcn_course.data.minivoc.canvas import darker, lighter, pick, vary
from fcn_course.data.minivoc.curves import stroke

_COW = Build(
    torso=[(-0.41, 0.5), (-0.415, 0.63), (-0.38, 0.675), (-0.2, 0.665), (0.0, 0.66), (0.13, 0.675), (0.2, 0.6), (0.21, 0.45),
           (0.15, 0.32), (0.02, 0.285), (-0.15, 0.275), (-0.28, 0.3), (-0.38, 0.36)],
    head=[(-0.045, 0.03), (0.02, 0.065), (0.1, 0.05), (0.18, 0.035), (0.235, 0.03), (0.255, -0.03), (0.235, -0.085), (0.17, -0.09),
          (0.1, -0.095), (0.02, -0.11), (-0.04, -0.06)],
    neck=(0.1, 0.52, 0.28, 0.22, 0.15, 0.02),
    legs=(0.12, -0.32, 0.36, 0.13, 0.07, 0.055),
)  # fmt: skip


def cow(pen, rng):
    """A cow that stands, walks or grazes: black and white, brown, red and white, or a shaggy Highland one."""
    kind = pick(rng, ["pied", "pied", "brown", "red", "highland"])
    coat = vary(rng, {"pied": (238, 234, 226), "brown": (150, 98, 58), "red": (236, 228, 214), "highland": (172, 98, 42)}[kind], 6)
    stand = rng.random() < 0.68
    head = (0.265, 0.66 + rng.uniform(-0.03, 0.03), -40) if stand else (0.31, 0.31, -64)
    pose = Pose(head, *gait(rng, pick(rng, ["stand", "walk"])))
    dark = {"pied": (40, 36, 38), "red": (146, 72, 38)}.get(kind, darker(coat, 0.4))
    build = fed(rng, _COW)
    with pen.moved(-0.01 if stand else -0.05, 0, scale=1.0 if stand else 0.94):
        _cow_rear(pen, darker(coat, 0.2), dark, udder=kind != "highland")
        body = beast(pen, build, pose, coat, (58, 50, 46), grain=0.16)
        if kind in ("pied", "red"):
            spots = [(x + rng.uniform(-0.06, 0.06), rng.uniform(0.4, 0.64)) for x in (-0.36, -0.14, 0.1)]
            patches(pen, rng, body, [*spots, head[:2]], rng.uniform(0.09, 0.13), dark)
        if kind == "highland":
            _shaggy(pen, rng, body, coat)
        round_off(pen, build, body, coat)
        with pen.moved(*head):
            _cow_face(pen, rng, dark if kind in ("pied", "red") else coat, kind == "highland")


def _cow_rear(pen, coat, tuft, udder):
    pen.limb([(-0.395, 0.64), (-0.445, 0.6), (-0.455, 0.42), (-0.45, 0.3)], [0.035, 0.03, 0.024, 0.024], coat)
    pen.limb([(-0.452, 0.32), (-0.46, 0.25), (-0.45, 0.17)], [0.03, 0.06, 0.02], tuft, texture="fur")
    if udder:
        pen.blob([(-0.26, 0.34), (-0.13, 0.34), (-0.1, 0.25), (-0.14, 0.215), (-0.23, 0.22)], (226, 160, 150))
        pen.paint([stroke([(x, 0.24), (x, 0.185)], 0.024) for x in (-0.2, -0.14)], [], (216, 142, 134), shade=0.2)


def _shaggy(pen, rng, body, coat):
    """Long hair on the flank and hanging from the belly."""
    for top, tone, inside in ((0.4, darker(coat, 0.16), None), (0.53, darker(coat, 0.04), body), (0.66, lighter(coat, 0.08), body)):
        locks = [stroke([(x, top), (x - 0.01, top - 0.1), (x - rng.uniform(-0.01, 0.03), top - rng.uniform(0.18, 0.24))],
                        [0.05, 0.06, 0.015])
                 for x in np.linspace(-0.35, 0.17, 14) + rng.uniform(-0.015, 0.015, 14)]  # fmt: skip
        pen.paint(locks, [], tone, within=inside, shade=0.5, texture="fur", grain=0.4)


def _cow_face(pen, rng, coat, highland):
    horn, reach = (226, 212, 178), (0.18 if highland else 0.11) * rng.uniform(0.9, 1.1)
    for shift, colour in ((-0.02, darker(horn, 0.25)), (0.02, horn)):
        pen.limb([(shift - 0.01, 0.045), (shift + 0.02 - 0.3 * reach, 0.05 + 0.7 * reach), (shift + 0.45 * reach, 0.06 + 1.15 * reach)],
                 [0.04, 0.032, 0.02], colour)  # fmt: skip
    pen.limb([(-0.02, 0.01), (-0.09, 0.0), (-0.14, -0.035)], [0.03, 0.06, 0.02], darker(coat, 0.2), texture="fur")
    pen.blob([(0.18, 0.035), (0.24, 0.025), (0.262, -0.03), (0.235, -0.088), (0.18, -0.08), (0.165, -0.02)], (222, 168, 152), shade=0.4)
    pen.ellipse(0.235, -0.003, 0.015, 0.011, (96, 58, 54), shade=0)
    pen.line([(0.245, -0.055), (0.185, -0.055)], 0.009, (150, 96, 88), shade=0)
    eye(pen, 0.085, 0.01, 0.018)
    if highland:
        locks = [stroke([(-0.03, 0.05), (0.02, 0.055 - k * 0.03), (0.09 - 0.03 * k, 0.05 - k * 0.06)], [0.04, 0.04, 0.012])
                 for k in range(3)]  # fmt: skip
        pen.paint(locks, [], lighter(coat, 0.12), texture="fur", grain=0.6)
