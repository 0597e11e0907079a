"""Dogs of six breeds that stand, walk and run on the frame of all four-legged bodies, or sit."""

from __future__ import annotations

import numpy as np

from fcn_course.data.minivoc.beasts import Build, Pose, beast, dim, eye, fed, gait, patches, placed
from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.curves import oval, smooth, stroke

_DOG_HEAD = [(-0.085, -0.02), (-0.07, 0.065), (0.0, 0.1), (0.07, 0.085), (0.115, 0.045), (0.2, 0.035), (0.25, 0.02), (0.255, -0.025),
             (0.215, -0.06), (0.13, -0.07), (0.05, -0.1), (-0.04, -0.1)]  # fmt: skip
_DOGS = {  # coat, second colour, half length, leg, depth of the chest, head's size, upright ears
    "labrador": ((214, 176, 116), (196, 150, 90), 0.3, 0.29, 0.25, 1.0, False),
    "black": ((48, 44, 46), (36, 33, 36), 0.3, 0.29, 0.25, 1.0, False),
    "dachshund": ((110, 62, 36), (84, 46, 30), 0.37, 0.14, 0.21, 0.95, False),
    "terrier": ((236, 228, 214), (160, 98, 52), 0.26, 0.24, 0.24, 1.12, True),
    "dalmatian": ((238, 236, 230), (38, 36, 40), 0.29, 0.33, 0.23, 0.95, False),
    "shepherd": ((182, 126, 70), (50, 42, 40), 0.31, 0.31, 0.25, 1.02, True),
}  # fmt: skip


def dog(pen, rng):
    """A dog that stands, walks, runs or sits: labrador, dachshund, terrier, dalmatian or shepherd."""
    breed = pick(rng, list(_DOGS))
    coat, second, half, leg, deep, size, _ = _DOGS[breed]
    coat, second = vary(rng, coat, 6), vary(rng, second, 4)
    kind = "walk" if breed == "dachshund" else pick(rng, ["stand", "walk", "run", "sit", "sit"])
    if kind == "sit":
        head = (0.13, 0.8, rng.uniform(-8, 8))
        with pen.moved(0.02, 0, scale=0.96):
            body = _dog_sits(pen, coat, head, size)
            _dog_finish(pen, rng, body, breed, coat, second, [(-0.2, 0.3), (-0.02, 0.5)], head)
        return
    build = fed(rng, _dog_build(half, leg, deep, size))
    head = (half + 0.05, leg + deep + (0.08 if kind == "run" else 0.13) + rng.uniform(-0.01, 0.03), rng.uniform(-8, 6))
    fit = 1 / (2 * half + (0.68 if kind == "run" else 0.53))
    with pen.moved(-0.06 * fit, 0, scale=fit):
        _dog_tail(pen, rng, -half + 0.02, leg + deep - 0.04, coat, breed)
        body = beast(pen, build, Pose(head, *gait(rng, kind)), coat, lighter(coat, 0.05))
        dim(pen, body, coat, [oval(0, leg + 0.02, half * 0.8, 0.05)], 0.03)
        _dog_finish(pen, rng, body, breed, coat, second, [(-0.8 * half, leg + 0.8 * deep), (0.1 * half, leg + 0.8 * deep)], head)


def _dog_finish(pen, rng, body, breed, coat, second, places, head):
    """Pattern, collar and face."""
    size, upright = _DOGS[breed][5:]
    _dog_coat(pen, rng, body, breed, second, places, coat)
    x, y = head[0] - 0.085 * size, head[1] - 0.12 * size
    collar = pick(rng, [(196, 48, 44), (44, 92, 170), (52, 134, 84)])
    pen.limb([(x - 0.1, y + 0.06), (x + 0.03, y - 0.05), (x + 0.14, y - 0.09)], 0.034, collar, within=body, shade=0.4)
    with pen.moved(*head, scale=size):
        _dog_face(pen, rng, body, second if breed in ("shepherd", "terrier") else coat, coat, second, upright)


def _dog_build(half, leg, deep, size):
    """Proportions from half the body's length, the leg's length, the depth of the chest and the size of the head."""
    top = leg + deep
    return Build(
        torso=[(-half, top - 0.1), (-0.92 * half, top - 0.01), (-0.3 * half, top - 0.01), (0.5 * half, top + 0.01),
               (0.9 * half, top - 0.02),
               (1.02 * half, leg + 0.45 * deep), (0.8 * half, leg - 0.02), (0.3 * half, leg), (-0.3 * half, leg + 0.3 * deep),
               (-0.7 * half, leg + 0.25 * deep), (-0.98 * half, leg + 0.35 * deep)],
        head=[(x * size, y * size) for x, y in _DOG_HEAD],
        neck=(0.68 * half, top - 0.1, 0.2, 0.18, 0.15 * size, 0.0),
        legs=(0.66 * half, -0.8 * half, leg + 0.3 * deep, 0.15, 0.08, 0.062),
        hoofed=False,
    )  # fmt: skip


def _dog_tail(pen, rng, x, y, coat, breed):
    if breed == "shepherd":
        points, widths = [(x, y), (x - 0.1, y - 0.06), (x - 0.17, y - 0.2), (x - 0.24, y - 0.25)], [0.06, 0.1, 0.11, 0.03]
    else:
        wag = rng.uniform(-0.03, 0.05)
        points, widths = [(x, y), (x - 0.1, y + 0.05), (x - 0.17, y + 0.16 + wag), (x - 0.17 + wag, y + 0.25)], [0.07, 0.06, 0.045, 0.025]
    pen.limb(points, widths, darker(coat, 0.15), texture="fur")


def _dog_sits(pen, coat, head, size):
    pen.limb([(-0.2, 0.08), (-0.38, 0.06), (-0.47, 0.16), (-0.46, 0.26)], [0.08, 0.07, 0.055, 0.03], darker(coat, 0.15), texture="fur")
    pen.paint([stroke([(0.16, 0.42), (0.2, 0.2), (0.2, 0.04)], [0.12, 0.08, 0.07]), oval(0.225, 0.032, 0.06, 0.033)], [],
              darker(coat, 0.38))  # fmt: skip
    torso = smooth([(-0.1, 0.03), (-0.29, 0.05), (-0.3, 0.2), (-0.2, 0.4), (-0.06, 0.58), (0.06, 0.66), (0.19, 0.6), (0.22, 0.44),
                    (0.14, 0.24), (0.04, 0.05)], closed=True)  # fmt: skip
    leg, skull = stroke([(0.12, 0.42), (0.12, 0.2), (0.12, 0.04)], [0.17, 0.1, 0.075]), smooth(_DOG_HEAD, closed=True)
    neck = stroke([(0.06, 0.52), (head[0] - 0.01, head[1])], [0.24, 0.15])
    outlines = [torso, leg, neck, placed(skull, *head, size), oval(0.15, 0.035, 0.075, 0.036), oval(-0.02, 0.036, 0.12, 0.037)]
    body = pen.paint(outlines, [], coat, shade=0.7, texture="fur", grain=0.22)
    folds = [stroke([(-0.06, 0.33), (0.05, 0.22), (0.01, 0.08)], [0.015, 0.035, 0.03]), stroke([(0.2, 0.36), (0.17, 0.26)], 0.03)]
    dim(pen, body, coat, folds, 0.015)
    return body


def _dog_coat(pen, rng, body, breed, second, places, coat):
    """A shepherd's saddle, a dalmatian's spots, a terrier's patches, a paler belly for the others."""
    (x, y), (u, v) = places
    if breed == "dalmatian":
        spots = np.stack([rng.uniform(-0.34, 0.34, 70), rng.uniform(0.05, 0.9, 70), rng.uniform(0.011, 0.026, 70)], 1)
        pen.paint([oval(a, b, r * 1.15, r, steps=10) for a, b, r in spots], [], second, within=body, shade=0)
    elif breed == "shepherd":
        pen.limb([(x, y), ((x + u) / 2, (y + v) / 2 + 0.03), (u + 0.1, v + 0.02)], [0.14, 0.22, 0.16], second, within=body, soft=0.03,
                 shade=0.2, texture="fur")  # fmt: skip
    elif breed == "terrier":
        patches(pen, rng, body, places, 0.1, second)
    else:
        pen.ellipse(u + 0.22, v - 0.16, 0.08, 0.12, lighter(coat, 0.25), within=body, soft=0.04, shade=0, opacity=0.5)


def _dog_face(pen, rng, body, ear, coat, muzzle, upright):
    pen.blob([(0.13, 0.04), (0.24, 0.028), (0.255, -0.02), (0.21, -0.058), (0.14, -0.06)],
             mix(coat, muzzle if upright else lighter(coat), 0.5), within=body, soft=0.012, shade=0.3)  # fmt: skip
    if rng.random() < 0.6:
        pen.limb([(0.17, -0.05), (0.178, -0.09), (0.17, -0.13)], [0.03, 0.042, 0.034], (226, 112, 122), shade=0.5)
    pen.limb([(0.25, -0.03), (0.19, -0.047), (0.12, -0.035)], 0.012, (34, 26, 26), shade=0)
    pen.ellipse(0.25, 0.015, 0.028, 0.023, (26, 23, 25), shade=0.7)
    eye(pen, 0.085, 0.035, 0.02, (92, 56, 28))
    if upright:
        pen.polygon([(-0.015, 0.08), (0.045, 0.2), (0.065, 0.07)], darker(ear, 0.45), shade=0.4)
        pen.polygon([(-0.075, 0.04), (-0.055, 0.205), (0.035, 0.075)], darker(ear, 0.1), shade=0.5, texture="fur")
        pen.polygon([(-0.048, 0.07), (-0.043, 0.155), (0.004, 0.085)], mix(ear, (210, 140, 130), 0.55), shade=0.2)
    else:
        pen.blob([(-0.03, 0.085), (0.02, 0.06), (0.02, -0.03), (-0.015, -0.115), (-0.06, -0.11), (-0.08, -0.02)], darker(ear, 0.28),
                 shade=0.8, texture="fur", grain=0.3)  # fmt: skip
