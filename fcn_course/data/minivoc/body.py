"""The body of a drawn person: two small tuples say who it is and how it stands, ``draw_figure`` puts clothes on the bones.

The pose gives hips, hands and feet; elbows and knees are found by bending two bones, in units of the standing height.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from fcn_course.data.minivoc.canvas import Colour, darker, mix
from fcn_course.data.minivoc.curves import smooth, stroke
from fcn_course.data.minivoc.heads import draw_hair_behind, draw_head

_HEAD, _TORSO = 0.145, 0.30  # crown to chin, hips to shoulders
_ARM, _LEG = (0.165, 0.15), (0.245, 0.232)  # upper and lower bones


class Look(NamedTuple):
    """What tells two people apart."""

    skin: Colour
    hair: Colour
    shirt: Colour
    trim: Colour
    bottom: Colour
    shoes: Colour
    style: str  # of the hair: short, crop, bald, curly, bob, long, bun, tail
    top: str  # tee, long, coat
    legs: str  # trousers, shorts, skirt, dress
    pattern: str  # plain, stripes, checks, print
    hat: str  # "", cap, brim, beanie, helmet, visor
    beard: bool
    glasses: bool
    build: float
    soft: float  # 0 square shoulders, 1 narrow shoulders and a waist


class Pose(NamedTuple):
    """How a person stands, walks or sits."""

    view: str  # front, back or side
    hip: tuple[float, float]
    lean: float  # of the trunk in degrees, positive backwards
    hands: tuple  # far and near (in front view left and right): (x, y, side the elbow bends to, 1 for an open hand)
    feet: tuple  # far and near: (x, y, angle of the sole in degrees); None leaves the leg away
    size: float = 1.0
    nod: float = 0.0


def draw_figure(pen, look: Look, pose: Pose) -> None:
    """Draw a whole person, from the far parts to the near ones."""
    side = pose.view == "side"
    a = math.radians(pose.lean)
    (x, y), up, across = pose.hip, (-math.sin(a), math.cos(a)), (math.cos(a), math.sin(a))
    neck = x + up[0] * (_TORSO + 0.012), y + up[1] * (_TORSO + 0.012)
    wide = 0.004 if side else (0.084 - 0.012 * look.soft) * (0.6 + 0.4 * look.build)
    shoulders = [(x + up[0] * 0.264 + k * wide * across[0], y + up[1] * 0.264 + k * wide * across[1]) for k in (-1, 1)]
    hips = [(x + k * (0.004 if side else 0.044), y) for k in (-1, 1)]
    chin = neck[0] + up[0] * 0.024 + (0.014 if side else 0), neck[1] + up[1] * 0.024
    with pen.moved(*chin, angle=pose.lean + pose.nod, scale=_HEAD):
        draw_hair_behind(pen, look, pose.view)
    if side:
        _arm(pen, look, shoulders[0], pose.hands[0], 0.22)
    knees = [_leg(pen, look, hip, foot, pose, k) for hip, foot, k in zip(hips, pose.feet, (-1, 1), strict=True) if foot]
    if look.legs in ("skirt", "dress"):
        _skirt(pen, look, pose.hip, [k[0] for k in knees], side)
    pen.limb([neck, (chin[0] - 0.012 * side, chin[1] + 0.03)], 0.068 - 0.014 * look.soft, darker(look.skin, 0.12), shade=0.3)
    with pen.moved(x, y, angle=pose.lean):
        _trunk(pen, look, pose.view)
    if not side:
        _arm(pen, look, shoulders[0], pose.hands[0], 0.0)
    with pen.moved(*chin, angle=pose.lean + pose.nod, scale=_HEAD):
        draw_head(pen, look, pose.view)
    _arm(pen, look, shoulders[1], pose.hands[1], 0.0)


def _bent(start, end, bones, bend):
    """Elbow or knee between two points, and the end, pulled in where the bones do not reach it."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    far = math.hypot(dx, dy)
    reach = min(far, 0.998 * sum(bones))
    dx, dy = dx / far, dy / far
    along = (bones[0] ** 2 - bones[1] ** 2 + reach**2) / (2 * reach)
    out = bend * math.sqrt(max(0.0, bones[0] ** 2 - along**2))
    return (start[0] + dx * along - dy * out, start[1] + dy * along + dx * out), (start[0] + dx * reach, start[1] + dy * reach)


def _bones(pen, joints, widths, colour, **finish):
    return pen.paint([stroke(joints[k : k + 2], widths[k : k + 2]) for k in range(len(joints) - 1)], [], colour, **finish)


def _between(a, b, t):
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def _arm(pen, look, shoulder, hand, dim):
    elbow, wrist = _bent(shoulder, hand[:2], _ARM, hand[2])
    thick, skin, cloth = 0.6 + 0.4 * look.build - 0.1 * look.soft, darker(look.skin, dim), darker(look.shirt, dim)
    angle = math.degrees(math.atan2(wrist[1] - elbow[1], wrist[0] - elbow[0]))
    with pen.moved(*wrist, angle=angle):
        _hand(pen, skin, hand[3], hand[2])
    _bones(pen, (shoulder, elbow, wrist), (0.06 * thick, 0.046 * thick, 0.034 * thick), skin)
    if look.top == "tee":
        cuff = _between(shoulder, elbow, 0.62)
        pen.limb([shoulder, cuff], [0.064 * thick, 0.068 * thick], cloth, shade=0.35, texture="cloth", grain=0.09)
    else:
        widths = 0.066 * thick, 0.058 * thick, 0.05 * thick
        sleeve = _bones(pen, (shoulder, elbow, _between(elbow, wrist, 0.95)), widths, cloth, shade=0.4, texture="cloth", grain=0.09)
        pen.line([_between(elbow, wrist, 0.97), wrist], 0.07, darker(cloth, 0.2), within=sleeve, shade=0.2)


def _hand(pen, skin, is_open, bend):
    if is_open:
        fingers = [stroke([(0.02, 0), (0.068 - 0.00009 * t * t, 0.0011 * t)], 0.0135) for t in (-22, -7, 8, 22)]
        thumb = stroke([(0.01, 0), (0.034, 0.032 * bend)], 0.015)
        pen.paint([stroke([(0.012, 0), (0.034, 0)], [0.038, 0.044]), *fingers, thumb], [], skin)
    else:
        pen.paint([stroke([(0.008, 0), (0.034, 0)], [0.036, 0.034]), stroke([(0.01, 0), (0.034, 0.018)], 0.016)], [], skin)


def _leg(pen, look, hip, foot, pose, k):
    side = pose.view == "side"
    dim = 0.2 if side and k < 0 else 0.0
    knee, ankle = _bent(hip, foot[:2], _LEG, 1 if side else 0.35 * k)
    b, cloth = look.build, darker(look.bottom, dim)
    with pen.moved(*ankle, angle=foot[2], flip=not side and k < 0):
        _shoe(pen, darker(look.shoes, dim), side)
    if look.legs != "trousers":
        calf = _between(knee, ankle, 0.35)
        _bones(pen, (hip, knee, calf, ankle), (0.1 * b, 0.062, 0.064, 0.038), darker(look.skin, dim))
    if look.legs == "trousers":
        widths = (0.118 if side else 0.1) * b, 0.084, 0.06
        _bones(pen, (hip, knee, _between(knee, ankle, 0.94)), widths, cloth, texture="cloth", grain=0.09, shade=0.6)
    elif look.legs == "shorts":
        pen.limb([hip, _between(hip, knee, 0.85)], [0.115 * b, 0.105], cloth, texture="cloth", grain=0.09)
    return knee, ankle


def _shoe(pen, colour, side):
    if side:
        top = [(-0.042, -0.02), (-0.036, 0.02), (0.008, 0.026), (0.05, 0.004), (0.092, -0.006), (0.1, -0.026)]
        outline = [*top, (0.03, -0.036), (-0.036, -0.036)]
    else:
        top = [(-0.03, -0.036), (-0.028, -0.005), (-0.02, 0.024), (0.018, 0.024), (0.034, 0.0), (0.056, -0.024)]
        outline = [*top, (0.044, -0.042), (0.0, -0.044)]
    shoe = pen.blob(outline, colour)
    pen.rect(-0.06, -0.06, 0.12, -0.027, mix(colour, (200, 196, 188), 0.6), within=shoe, shade=0)


def _skirt(pen, look, hip, knees, side):
    colour = look.shirt if look.legs == "dress" else look.bottom
    low = min(k[1] for k in knees) - 0.02
    left, right = min(k[0] for k in knees) - 0.06, max(k[0] for k in knees) + 0.06
    x, y, waist = hip[0], hip[1], 0.055 if side else 0.062
    outline = [(x - waist, y + 0.1), (x + waist, y + 0.1), (x + waist + 0.03, y + 0.01), (right, low), (x, low - 0.012), (left, low)]
    skirt = pen.polygon([*outline, (x - waist - 0.03, y + 0.01)], colour, texture="cloth", grain=0.09, shade=0.7)
    folds = [stroke([(x + k * waist * 0.7, y), (x + k * (right - left) * 0.42, low)], [0.003, 0.014]) for k in (-0.7, 0.1, 0.8)]
    pen.paint(folds, [], darker(colour, 0.3), within=skirt, shade=0, opacity=0.55)
    if look.pattern != "plain":
        pen.line([(left - 0.1, low + 0.022), (right + 0.1, low + 0.022)], 0.018, look.trim, within=skirt, shade=0)


def _trunk(pen, look, view):
    """Shirt, jacket or coat, hips at 0."""
    b, s = look.build, look.soft
    hem = -0.16 if look.top == "coat" else 0.03 if look.legs == "skirt" else -0.035
    if view == "side":
        right = [(0.05 * b, hem), (0.062 * b, hem + 0.03), ((0.062 - 0.008 * s) * b, 0.1), (0.07 * b + 0.006 * s, 0.2)]
        right += [(0.054, 0.27), (0.032, _TORSO + 0.01)]
        left = [(-0.055 * b, hem), (-0.07 * b, hem + 0.04), (-0.052 * b, 0.11), (-0.066 * b, 0.22)]
        left += [(-0.056, 0.285), (-0.026, _TORSO + 0.018)]
    else:
        low, over = (0.08, 0.087) if hem > -0.1 else (0.112, 0.108)
        right = [(low * b, hem), (over * b, hem + 0.03), ((0.074 - 0.014 * s) * b, 0.1), ((0.086 - 0.006 * s) * b, 0.2)]
        right += [((0.108 - 0.016 * s) * (0.6 + 0.4 * b), 0.265), (0.07, _TORSO - 0.004), (0.034, _TORSO + 0.012)]
        left = [(-x, y) for x, y in right]
    body = pen.polygon(np.concatenate([smooth(right), smooth(left[::-1])]), look.shirt, texture="cloth", grain=0.09, shade=0.7)
    if look.pattern != "plain" and look.top != "coat":
        _pattern(pen, look, body, view)
    if hem == -0.035 and look.legs != "dress":
        pen.rect(-0.2, -0.05, 0.2, -0.02, darker(look.shirt, 0.3), within=body, shade=0, opacity=0.5)
    if view == "front":
        _collar(pen, look, body, hem)


def _pattern(pen, look, body, view):
    rows = [[(-0.2, y), (0.2, y), (0.2, y + 0.018), (-0.2, y + 0.018)] for y in np.arange(-0.02, 0.27, 0.042)]
    columns = [[(x, -0.2), (x, 0.4), (x + 0.012, 0.4), (x + 0.012, -0.2)] for x in np.arange(-0.13, 0.13, 0.034)]
    if look.pattern == "stripes":
        pen.paint(rows, [], look.trim, within=body, shade=0, opacity=0.92)
    elif look.pattern == "checks":
        pen.paint(rows, [], look.trim, within=body, shade=0, opacity=0.4)
        pen.paint(columns, [], look.trim, within=body, shade=0, opacity=0.4)
    elif view == "front":
        pen.ellipse(0, 0.2, 0.034, 0.03, look.trim, within=body, shade=0.2)


def _collar(pen, look, body, hem):
    deep = 0.05 + 0.02 * look.soft
    if look.top == "coat":
        pen.polygon([(-0.034, 0.33), (0.034, 0.33), (0.012, 0.1), (-0.012, 0.1)], look.trim, within=body, texture="cloth", grain=0.09)
        pen.paint([stroke([(k * 0.04, 0.32), (k * 0.012, 0.11)], 0.02) for k in (-1, 1)], [], darker(look.shirt, 0.25), within=body)
        pen.line([(0, 0.1), (0, hem - 0.02)], 0.006, darker(look.shirt, 0.5), within=body, shade=0)
    pen.polygon([(-0.036, 0.33), (0.036, 0.33), (0.014, 0.325 - deep), (-0.014, 0.325 - deep)], look.skin, within=body, shade=0.2)
