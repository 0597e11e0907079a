"""What drawn vehicles share: paints, windows, wheels, lines, stripes and walls in perspective.

Vehicles measure in hundredths of a unit, which keeps their long lists of corners short.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from fcn_course.data.minivoc.canvas import darker
from fcn_course.data.minivoc.curves import oval, rounded, stroke

WHITE, SILVER, CREAM, DARK, STEEL = (238, 240, 242), (182, 188, 196), (240, 228, 196), (34, 36, 41), (128, 132, 138)
RED, ORANGE, YELLOW, GREEN, TEAL = (196, 32, 36), (232, 112, 30), (240, 190, 40), (34, 122, 70), (24, 130, 140)
BLUE, NAVY, SKY, WOOD, LAMP = (30, 84, 170), (28, 42, 92), (92, 160, 214), (150, 92, 48), (255, 244, 200)
PAINTS = (RED, BLUE, GREEN, ORANGE, TEAL, YELLOW, WHITE, SILVER, NAVY)


def row(left, right, count, bottom, top, gap=0.2, radius=1.0):
    """Outlines of ``count`` windows side by side."""
    step = (right - left) / count
    return [rounded(left + (i + gap / 2) * step, bottom, left + (i + 1 - gap / 2) * step, top, radius) for i in range(count)]


def glass(pen, outlines):
    """Window panes that mirror the sky in their upper part, with slanting glints."""
    panes, corners = pen.paint(outlines, [], (40, 52, 66), shade=0.2), np.concatenate([np.asarray(o) for o in outlines])
    (left, bottom), (right, top) = corners.min(0), corners.max(0)
    tall = top - bottom
    sky = [(left, bottom + 0.5 * tall), (right, bottom + 0.4 * tall), (right, top), (left, top)]
    pen.polygon(sky, (170, 204, 232), within=panes, shade=0, opacity=0.6)
    starts, glint = np.arange(left, right, max(1.7 * tall, 12)), np.array([(0, 0), (0.3, 0), (0.8, 1), (0.5, 1)]) * tall
    pen.paint([glint + np.array((x, bottom)) for x in starts], [], (240, 248, 255), within=panes, shade=0, opacity=0.35)


def wheels(pen, xs, radius, hub=SILVER, spokes=5):
    """Tyres that stand on the ground, each with a rim and dark gaps between its spokes."""
    turns = 2 * np.pi * np.arange(spokes) / spokes
    for x in xs:
        pen.ellipse(x, radius, radius, radius, DARK, shade=0.35)
        pen.ellipse(x, radius, 0.66 * radius, 0.66 * radius, hub, shade=0.7)
        centres = np.stack([x + 0.42 * radius * np.cos(turns), radius + 0.42 * radius * np.sin(turns)], 1)
        pen.paint([oval(*c, 0.13 * radius, 0.13 * radius, steps=12) for c in centres], [], DARK, shade=0)


def lines(pen, paths, width, colour, shade=0.3, **finish):
    """Straight lines of one width in one go: masts, struts, rails; doors and seams when given ``within``."""
    pairs = [pair for path in paths for pair in pairwise(path)]
    pen.paint([stroke(pair, width, pen.pixel) for pair in pairs], [], colour, shade=shade, **finish)


def upright(pen, body, xs, bottom, top, paint, width=0.8):
    """Door and panel lines on a body."""
    lines(pen, [[(x, bottom), (x, top)] for x in xs], width, darker(paint, 0.55), shade=0, within=body, opacity=0.75)


def band(pen, body, bottom, top, colour, opacity=1.0):
    """A level stripe along a body."""
    pen.rect(-60, bottom, 60, top, colour, within=body, shade=0, opacity=opacity)


def _plane(near, far):
    """A wall in perspective, each edge given as (x, bottom, top); puts points (u, v) on it, u = 0 near and 1 far."""
    (x, low, high), step = near, np.subtract(far, near)
    depth = (high - low) / (far[2] - far[1])

    def put(points):
        u, v = np.asarray(points, float).T
        u = u * depth / (1 + u * (depth - 1))
        return np.stack([x + u * step[0], (low + u * step[1]) * (1 - v) + (high + u * step[2]) * v], 1)

    return put


def coming(pen, paint, trim, near, far, side, panes):
    """A tall vehicle coming towards us, its side wall running back to the left; gives what puts points on wall and front."""
    wall, front = _plane((near, 6, 80), far), _plane((near, 6, 80), (side, 7.5, 77))
    flank = pen.polygon(wall([(0, 0), (1, 0), (1, 1), (0, 1)]), darker(paint, 0.12), shade=0.2)
    for low, high, colour in ((0, 0.14, darker(paint, 0.6)), (0.3, 0.38, trim)):
        pen.polygon(wall([(0, low), (1, low), (1, high), (0, high)]), colour, within=flank, shade=0)
    glass(pen, [wall(w) for w in row(0.03, 0.97, panes, 0.45, 0.84, 0.2, 0.005)])
    for *box, colour in (
        (0, 0, 1, 1.02, 0.1, paint),
        (0.02, 0, 0.98, 0.13, 0.05, darker(paint, 0.6)),
        (0.2, 0.86, 0.8, 0.96, 0.02, DARK),
        (0.3, 0.885, 0.7, 0.935, 0.01, (255, 190, 70)),
    ):
        pen.polygon(front(rounded(*box)), colour)
    glass(pen, [front(rounded(0.06, 0.42, 0.94, 0.82, 0.05))])
    pen.paint([front(oval(u, 0.22, 0.1, 0.045)) for u in (0.16, 0.84)], [], LAMP)
    return wall, front
