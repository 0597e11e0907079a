"""Heads for drawn people: face, profile and back of the head, hair and hats, in a frame with the chin at 0 and the crown at 1."""

from __future__ import annotations

import numpy as np

from fcn_course.data.minivoc.canvas import darker, lighter, mix
from fcn_course.data.minivoc.curves import smooth, stroke

_LIPS, _EYE = (168, 62, 62), (44, 30, 26)


def draw_hair_behind(pen, look, view: str) -> None:
    """Draw the hair that falls behind the neck; it comes before the body."""
    reach = {"bob": -0.05, "long": -0.75}.get(look.style)
    if view == "side":
        if reach is not None:
            tail = [(0.05, 1.0), (-0.4, 0.95), (-0.55, 0.5), (-0.5, reach + 0.1), (-0.3, reach), (-0.05, reach + 0.15), (0.05, 0.5)]
            pen.blob(tail, darker(look.hair, 0.15), texture="fur", grain=0.5)
    elif reach is not None:
        half = [(0.0, 1.05), (0.42, 0.8), (0.5, 0.35), (0.5, reach + 0.2), (0.3, reach)]
        pen.blob([*half, *((-x, y) for x, y in half[:0:-1])], darker(look.hair, 0.2), texture="fur", grain=0.5)
    if look.style == "curly":
        pen.polygon(_curls(-0.06 if view == "side" else 0.0, 0.68, 0.56), darker(look.hair, 0.1), texture="fur", grain=0.6)


def draw_head(pen, look, view: str) -> None:
    """Draw the head, its hair and its hat."""
    {"front": _face, "side": _profile, "back": _nape}[view](pen, look)
    if look.hat:
        _HATS[look.hat](pen, look, view == "side")


def _curls(x, y, radius):
    t = np.linspace(0, 2 * np.pi, 56, endpoint=False)
    r = radius * (0.95 + 0.1 * np.abs(np.sin(7 * t)))
    return np.stack([x + r * np.cos(t), y + r * 0.92 * np.sin(t)], 1)


def _face(pen, look):
    pen.paint([stroke([(k * 0.37, 0.54), (k * 0.36, 0.42)], 0.11) for k in (-1, 1)], [], darker(look.skin, 0.12))
    half = [(0.0, 0.0), (0.17, 0.05), (0.3, 0.24), (0.355, 0.5), (0.35, 0.75), (0.22, 0.96), (0.0, 1.0)]
    face = pen.blob([*half, *((-x, y) for x, y in half[-2:0:-1])], look.skin, shade=0.45)
    pen.paint([np.array([(k * 0.2, 0.3)]) + 0.09 * _circle() for k in (-1, 1)], [], (214, 96, 84), within=face, shade=0, opacity=0.18)
    if look.beard:
        chin = [(0.36, 0.5), (0.31, 0.36), (0.13, 0.33), (0, 0.34), (-0.13, 0.33), (-0.31, 0.36), (-0.36, 0.5), (-0.4, -0.1), (0.4, -0.1)]
        pen.polygon(chin, look.hair, within=face, texture="fur", shade=0.3)
    dark = darker(look.hair, 0.35) if sum(look.hair) < 480 else (120, 96, 70)
    pen.paint([_circle() * (0.078, 0.042) + (k * 0.155, 0.5) for k in (-1, 1)], [], (240, 236, 230), shade=0)
    lids = [stroke([(k * 0.075, 0.52), (k * 0.155, 0.55), (k * 0.24, 0.515)], 0.026) for k in (-1, 1)]
    pen.paint([*lids, *(_circle() * 0.042 + (k * 0.15, 0.505) for k in (-1, 1))], [], _EYE, shade=0)
    pen.paint([stroke([(k * 0.08, 0.6), (k * 0.17, 0.625), (k * 0.25, 0.59)], 0.035) for k in (-1, 1)], [], dark, shade=0)
    pen.limb([(0.02, 0.5), (0.055, 0.35), (-0.03, 0.325)], [0.02, 0.04, 0.03], darker(look.skin, 0.22), shade=0)
    lips = _LIPS if look.soft else mix(_LIPS, look.skin, 0.3)
    pen.limb([(-0.13, 0.205), (0, 0.17), (0.13, 0.205)], [0.02, 0.062, 0.02], lips, shade=0)
    if look.glasses:
        frames = [_circle() * 0.11 + (k * 0.16, 0.5) for k in (-1, 1)]
        glass = [_circle() * 0.085 + (k * 0.16, 0.5) for k in (-1, 1)]
        pen.paint([*frames, stroke([(-0.05, 0.52), (0.05, 0.52)], 0.03)], glass, (34, 32, 36), shade=0)
    _fringe(pen, look)


def _circle():
    t = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    return np.stack([np.cos(t), np.sin(t)], 1)


def _fringe(pen, look):
    """Hair in front of the face: an outline over the crown, and the hairline back."""
    if look.style == "bald":
        return
    low = {"short": 0.52, "crop": 0.6, "curly": 0.5, "bob": 0.1, "long": 0.1}.get(look.style, 0.45)
    top = {"crop": 1.03, "curly": 1.12}.get(look.style, 1.09)
    outside = [(-0.37, low), (-0.43, 0.7), (-0.33, 0.97), (0.0, top), (0.33, 0.97), (0.43, 0.7), (0.37, low)]
    line = [(0.33, 0.6), (0.27, 0.77), (0.02, 0.84 if look.soft else 0.8), (-0.16, 0.84), (-0.3, 0.74), (-0.34, 0.6)]
    if look.style in ("bob", "long"):
        line = [(0.3, 0.3), (0.29, 0.66), (0.1, 0.86), (-0.08, 0.88), (-0.26, 0.7), (-0.3, 0.3)]
    hair = pen.polygon(np.concatenate([smooth(outside), smooth(line)]), look.hair, texture="fur", grain=0.5, shade=0.7)
    strands = [stroke([(0.06, top - 0.05), (k * 0.28, 0.95), (k * 0.37, 0.7)], 0.02) for k in (-1, 1)]
    pen.paint(strands, [], lighter(look.hair, 0.25), within=hair, shade=0, opacity=0.5)
    if look.style == "bun":
        pen.ellipse(0, 1.16, 0.19, 0.15, look.hair, texture="fur")


def _profile(pen, look):
    outline = [
        (-0.3, 0.9), (0.0, 1.01), (0.26, 0.93), (0.37, 0.72), (0.37, 0.56), (0.49, 0.37), (0.39, 0.32), (0.42, 0.24), (0.385, 0.19),
        (0.39, 0.06), (0.28, -0.01), (0.05, 0.07), (-0.12, 0.06), (-0.3, 0.2), (-0.42, 0.5), (-0.4, 0.75),
    ]  # fmt: skip
    face = pen.blob(outline, look.skin, shade=0.5)
    if look.beard:
        jaw = [(0.42, 0.17), (0.24, 0.2), (0.22, 0.33), (0.1, 0.36), (0.0, 0.55), (-0.1, 0.5), (-0.05, -0.1), (0.5, -0.1)]
        pen.polygon(jaw, look.hair, within=face, texture="fur", shade=0.3)
    pen.ellipse(0.275, 0.51, 0.06, 0.04, (240, 236, 230), shade=0, within=face)
    eye = [_circle() * (0.03, 0.042) + (0.3, 0.51), stroke([(0.2, 0.53), (0.28, 0.56), (0.34, 0.53)], 0.026)]
    pen.paint(eye, [], _EYE, shade=0, within=face)
    pen.limb([(0.18, 0.62), (0.29, 0.645), (0.37, 0.61)], 0.034, mix(look.hair, darker(look.skin, 0.5), 0.5), shade=0, within=face)
    pen.limb([(0.28, 0.2), (0.41, 0.215)], 0.045, mix(_LIPS, look.skin, 0.25), shade=0, within=face)
    if look.glasses:
        pen.ring(0.29, 0.51, 0.12, 0.03, (34, 32, 36), shade=0)
        pen.line([(0.18, 0.53), (-0.06, 0.54)], 0.035, (34, 32, 36), shade=0)
    _side_hair(pen, look)
    if look.style not in ("bob", "long"):
        pen.ellipse(-0.06, 0.44, 0.075, 0.115, darker(look.skin, 0.1), angle=-12)


def _side_hair(pen, look):
    if look.style == "bald":
        return
    top, back = (1.04, -0.46) if look.style == "crop" else (1.1, -0.52)
    low = 0.0 if look.style in ("bob", "long") else 0.3
    outside = [(0.34, 0.78), (0.27, 1.0), (0.0, top), (-0.34, 1.0), (back, 0.66), (-0.45, 0.35), (-0.28, low)]
    inside = [(-0.12, 0.2 if low else 0.0), (-0.1, 0.5), (0.02, 0.62), (0.08, 0.46 if low else 0.3), (0.12, 0.72), (0.25, 0.8)]
    pen.polygon(np.concatenate([smooth(outside), smooth(inside)]), look.hair, texture="fur", grain=0.5, shade=0.7)
    if look.style == "bun":
        pen.ellipse(-0.5, 0.92, 0.19, 0.17, look.hair, texture="fur")
    elif look.style == "tail":
        pen.limb([(-0.4, 0.82), (-0.72, 0.72), (-0.78, 0.3), (-0.66, -0.1)], [0.13, 0.22, 0.2, 0.06], look.hair, texture="fur")


def _nape(pen, look):
    half = [(0.0, 0.06), (0.2, 0.08), (0.33, 0.3), (0.36, 0.6), (0.3, 0.9), (0.0, 1.0)]
    pen.paint([stroke([(k * 0.37, 0.54), (k * 0.36, 0.42)], 0.11) for k in (-1, 1)], [], darker(look.skin, 0.1))
    pen.blob([*half, *((-x, y) for x, y in half[-2:0:-1])], look.skin)
    reach = {"bob": -0.05, "long": -0.8, "bald": 0.35}.get(look.style, 0.14)
    top = 0.62 if look.style == "bald" else 1.08
    half = [(0.0, top), (0.33, min(0.98, top)), (0.43, 0.6), (0.4, reach + 0.15), (0.22, reach), (0.0, reach + 0.02)]
    pen.blob([*half, *((-x, y) for x, y in half[-2:0:-1])], look.hair, texture="fur", grain=0.5)
    if look.style in ("bun", "tail"):
        knot = [(0.0, 0.75), (0.0, 0.7 if look.style == "bun" else -0.5)]
        pen.limb(knot, [0.36, 0.32 if look.style == "bun" else 0.1], lighter(look.hair, 0.1), texture="fur")


def _dome(low, top, wide, shift=0.0):
    half = [(-wide, low), (-wide * 0.96, low + (top - low) * 0.55), (-wide * 0.6, top - 0.06)]
    return smooth([(x + shift, y) for x, y in [*half, (0, top), *((-x, y) for x, y in half[::-1])]])


def _cap(pen, look, side):
    pen.polygon(_dome(0.72, 1.16, 0.44, -0.05 if side else 0), look.trim, texture="cloth", grain=0.1, shade=0.8)
    peak = [(-0.34, 0.8), (0, 0.86), (0.34, 0.8), (0.3, 0.68), (0, 0.66), (-0.3, 0.68)]
    if side:
        peak = [(0.1, 0.8), (0.4, 0.8), (0.78, 0.7), (0.74, 0.66), (0.4, 0.7), (0.1, 0.7)]
    pen.blob(peak, darker(look.trim, 0.3), shade=0.3)


def _brim(pen, look, side):
    shift = -0.04 if side else 0.0
    crown = pen.polygon(_dome(0.78, 1.3, 0.4, shift), look.trim, texture="cloth", grain=0.1, shade=0.8)
    pen.rect(-0.6, 0.7, 0.6, 0.92, darker(look.trim, 0.55), within=crown, shade=0.2)
    pen.ellipse(shift, 0.79, 0.74, 0.095, look.trim, texture="cloth", grain=0.1, shade=0.6)


def _beanie(pen, look, side):
    shift = -0.06 if side else 0.0
    pen.polygon(_dome(0.74, 1.24, 0.44, shift), look.trim, texture="cloth", grain=0.15, shade=0.8)
    pen.rect(shift - 0.46, 0.7, shift + 0.46, 0.86, darker(look.trim, 0.2), radius=0.06, texture="cloth", grain=0.15)
    pen.ellipse(shift, 1.27, 0.12, 0.11, lighter(look.trim, 0.4), texture="fur", grain=0.6)


def _helmet(pen, look, side):
    shift = -0.05 if side else 0.0
    shell = pen.polygon(_dome(0.7, 1.2, 0.5, shift), look.trim, shade=0.9)
    vents = [stroke([(shift + x, 0.82), (shift + x * 0.7 - 0.06, 1.08)], 0.07) for x in (-0.28, 0.0, 0.28)]
    pen.paint(vents, [], (30, 32, 38), within=shell, shade=0)
    if side:
        pen.line([(0.02, 0.72), (0.08, 0.05)], 0.04, (36, 36, 40), shade=0)


def _visor(pen, look, side):
    back = [(0.0, -0.1), (-0.35, 0.02), (-0.5, 0.25), (-0.58, 0.65), (-0.42, 1.05)]
    pen.blob([*back, (0.0, 1.18), (0.38, 1.02), (0.54, 0.65), (0.55, 0.2), (0.44, -0.06)], look.trim, shade=0.9)
    window = [(0.56, 0.72), (0.2, 0.76), (0.05, 0.6), (0.1, 0.4), (0.3, 0.32), (0.58, 0.34)]
    glass = pen.blob(window, (36, 44, 58), shade=0.8)
    pen.line([(0.16, 0.66), (0.5, 0.62)], 0.06, (170, 196, 216), within=glass, shade=0, opacity=0.7)
    pen.limb([(-0.5, 0.3), (0.0, 0.22), (0.4, 0.1)], 0.07, lighter(look.trim, 0.6), shade=0.2)


_HATS = {"cap": _cap, "brim": _brim, "beanie": _beanie, "helmet": _helmet, "visor": _visor}
