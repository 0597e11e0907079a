"""The frame of four-legged bodies: a :class:`Build` makes an animal's silhouette, a :class:`Pose` places its head and feet.

Torso, neck, head and near legs are filled in one go, so that no seam shows; the far legs lie behind, darker.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from fcn_course.data.minivoc.canvas import darker, lighter
from fcn_course.data.minivoc.curves import oval, smooth, stroke


class Build(NamedTuple):
    """Proportions: outlines of torso and head (the head's nose lies at +x), root and widths of the neck, and the legs."""

    torso: list
    head: list
    neck: tuple  # x, y of its root, width there, half-way and at the head, how far it arches
    legs: tuple  # x of the front and of the hind pair, height of the hips, widths of thigh, knee and ankle
    hoofed: bool = True


class Pose(NamedTuple):
    """Place and angle of the head; for each foot its step and its lift as a share of the leg's length, near side first."""

    head: tuple
    front: tuple
    hind: tuple


def gait(rng, kind):
    """The steps and lifts of front and hind legs: "stand", "walk" or "trot", never twice quite the same."""
    front, hind = {
        "stand": (((0.0, 0), (0.27, 0)), ((-0.1, 0), (0.2, 0))),
        "walk": (((0.22, 0), (-0.2, 0.04)), ((-0.26, 0.03), (0.24, 0))),
        "trot": (((0.34, 0.3), (-0.3, 0.03)), ((-0.42, 0.12), (0.4, 0.06))),
        "run": (((0.7, 0.3), (0.45, 0.1)), ((-0.85, 0.2), (-0.6, 0.03))),
    }[kind]  # fmt: skip
    wobble = rng.uniform(0.8, 1.2)
    return tuple((s * wobble, lift) for s, lift in front), tuple((s * wobble, lift) for s, lift in hind)


def placed(points, x, y, angle, scale=1.0):
    """The points turned by ``angle`` degrees, scaled and moved."""
    a = math.radians(angle)
    turn = np.array([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])
    return np.asarray(points, float) @ turn * scale + (x, y)


def _leg(build, step, front):
    """The bones of one leg, from the hip to the foot."""
    x, top = build.legs[0 if front else 1], build.legs[2]
    swing, lift = step[0] * top, step[1] * top
    foot = (x + swing, lift + build.legs[5] / 2)
    if front:
        return [(x, top), (x + 0.55 * swing + 0.6 * lift, 0.5 * top + 0.55 * lift), (x + 0.95 * swing, 0.2 * top + lift), foot]
    return [(x, top), (x + 0.12 * top + 0.4 * swing, 0.7 * top + 0.3 * lift),
            (x - 0.08 * top + 0.7 * swing - 0.3 * lift, 0.42 * top + 0.7 * lift), foot]  # fmt: skip


def _leg_outlines(build, fore, hind):
    thigh, knee, ankle = build.legs[3:6]
    return [stroke(fore, [thigh, knee, ankle, ankle]), stroke(hind, [1.2 * thigh, (thigh + 2 * knee) / 3, 0.9 * knee, ankle])]


def fed(rng, build):
    """The same animal slimmer or stouter: its belly higher or lower below the same back."""
    top, share = max(y for _, y in build.torso), rng.uniform(0.92, 1.12)
    return build._replace(torso=[(x, top - (top - y) * share) for x, y in build.torso])


def _foot(build, bones):
    """A hoof, or a paw, below the last bone."""
    x, y = bones[-1]
    w = build.legs[5]
    if not build.hoofed:
        return oval(x + 0.3 * w, y - 0.05 * w, 0.85 * w, 0.48 * w)
    way = math.degrees(math.atan2(y - bones[-2][1], x - bones[-2][0])) + 90
    return placed([(-0.62 * w, 0.5 * w), (0.58 * w, 0.5 * w), (0.85 * w, -0.5 * w), (-0.7 * w, -0.5 * w)], x, y, way * 0.5)


def neck_line(build, pose):
    """The neck's middle line from its root to the head."""
    x, y, *_, arch = build.neck
    hx, hy, _ = pose.head
    return [(x, y), ((x + hx) / 2 - arch * (hy - y), (y + hy) / 2 + arch * (hx - x)), (hx, hy)]


def beast(pen, build, pose, coat, feet, shins=None, grain=0.22):
    """Paint far legs, torso, neck, head and near legs; returns the body to paint patches on."""
    far = [_leg(build, pose.front[1], True), _leg(build, pose.hind[1], False)]
    near = [_leg(build, pose.front[0], True), _leg(build, pose.hind[0], False)]
    shins = shins or coat
    pen.paint(_leg_outlines(build, *far), [], darker(shins, 0.38), texture="fur", grain=grain)
    pen.paint([_foot(build, bones) for bones in far], [], darker(feet, 0.38))
    torso, head = smooth(build.torso, closed=True), placed(smooth(build.head, closed=True), *pose.head)
    neck = stroke(neck_line(build, pose), build.neck[2:5])
    body = pen.paint([torso, neck, head, *_leg_outlines(build, *near)], [], coat, shade=0.6, texture="fur", grain=grain)
    if shins != coat:
        lower = [stroke(bones[1:], [w * 0.9 for w in (build.legs[4], build.legs[5], build.legs[5])]) for bones in near]
        pen.paint(lower, [], shins, within=body, soft=0.012, shade=0.2)
    pen.paint([_foot(build, bones) for bones in near], [], feet)
    return body


def dim(pen, body, coat, outlines, soft):
    """Lay a soft shadow on the body: below a belly, in the fold of a thigh."""
    pen.paint(outlines, [], darker(coat, 0.75), within=body, soft=soft, shade=0, opacity=0.5)


def round_off(pen, build, body, coat):
    """Shade below the belly and behind the legs, and light on the back, over any patches."""
    torso = np.asarray(build.torso)
    (left, low), (right, high) = torso.min(0), torso.max(0)
    middle, wide, tall = (left + right) / 2, right - left, high - low
    shadows = [oval(middle - 0.05 * wide, low + 0.02 * tall, 0.36 * wide, 0.17 * tall),
               stroke([(build.legs[1] + 0.13, high - 0.35 * tall), (build.legs[1] + 0.12, low + 0.05)], [0.02, 0.04])]  # fmt: skip
    dim(pen, body, coat, shadows, 0.035)
    pen.ellipse(middle, high - 0.16 * tall, 0.4 * wide, 0.1 * tall, lighter(coat, 0.5), within=body, soft=0.04, shade=0, opacity=0.35)


def eye(pen, x, y, r, iris=(48, 30, 20)):
    """A round dark eye with a glint."""
    pen.ellipse(x, y, r, r, (18, 14, 14), shade=0)
    pen.ellipse(x, y, 0.75 * r, 0.75 * r, iris, shade=0)
    pen.ellipse(x + 0.25 * r, y + 0.35 * r, 0.34 * r, 0.34 * r, (245, 245, 240), shade=0)


def patches(pen, rng, body, spots, radius, colour, grain=0.25):
    """Irregular patches around ``spots`` on the body."""
    outlines = []
    for x, y in spots:
        t = np.linspace(0, 2 * math.pi, 9, endpoint=False)
        r = radius * rng.uniform(0.65, 1.25, 9)
        outlines.append(smooth(np.stack([x + 1.2 * r * np.cos(t), y + r * np.sin(t)], 1), closed=True, steps=5))
    pen.paint(outlines, [], colour, within=body, shade=0.1, texture="fur", grain=grain)
