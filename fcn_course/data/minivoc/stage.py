"""A small camera for furniture: solids given in three dimensions, projected onto the pen.

x runs to the right, y up and z away from the viewer, in units of the object's own larger side.
"""

from __future__ import annotations

import math

import numpy as np

from fcn_course.data.minivoc.canvas import darker, lighter
from fcn_course.data.minivoc.curves import oval

_FACES = {  # which corners of a box make each face, as (x, y, z) with 0 low and 1 high
    "top": [(0, 1, 0), (1, 1, 0), (1, 1, 1), (0, 1, 1)],
    "far": [(1, 0, 1), (0, 0, 1), (0, 1, 1), (1, 1, 1)],
    "right": [(1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0)],
    "left": [(0, 0, 1), (0, 0, 0), (0, 1, 0), (0, 1, 1)],
    "near": [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)],
}


class Stage:
    """A pen behind a camera: draws solids given in three dimensions.

    Args:
        pen: what draws in the end.
        yaw: how far the object is turned, in degrees; positive shows its right side, 180 its back.
        pitch: how far the camera looks down, in degrees.
        half_width, half_depth: the floor under the object; its nearest corner comes to lie at y = 0.
    """

    def __init__(self, pen, yaw, pitch, half_width, half_depth):
        self.pen, self.yaw, self.pitch, self.base = pen, math.radians(yaw), math.radians(pitch), 0.0
        self.base = -min(self.at(x, 0, z)[1] for x in (-half_width, half_width) for z in (-half_depth, half_depth))

    @property
    def frontal(self) -> bool:
        return math.cos(self.yaw) > 0

    def away(self, x, z) -> float:
        """Distance from the middle of the floor, away from the viewer."""
        return z * math.cos(self.yaw) - x * math.sin(self.yaw)

    def at(self, x, y, z, distance=3.0) -> tuple[float, float]:
        """Where a point in space appears."""
        across, away = x * math.cos(self.yaw) + z * math.sin(self.yaw), self.away(x, z)
        up = y * math.cos(self.pitch) + away * math.sin(self.pitch)
        nearness = distance / (distance + away * math.cos(self.pitch) - y * math.sin(self.pitch))
        return across * nearness, up * nearness + self.base

    def flat(self, points, colour, **finish):
        """Fill a polygon of points in space."""
        return self.pen.polygon([self.at(*p) for p in points], colour, **finish)

    def bar(self, points, width, colour, **finish):
        """A leg, post or rail of round section."""
        return self.pen.limb([self.at(*p) for p in points], width, colour, **finish)

    def box(self, low, high, colour, radius=0.0, lean=0.0, **finish):
        """A box between two corners, leaning away as it rises; with a radius it is upholstered. Returns its faces' parts."""
        corners = {
            (i, j, k): self.at((low, high)[i][0], (low, high)[j][1], (low, high)[k][2] + lean * j * (high[1] - low[1]))
            for i in (0, 1)
            for j in (0, 1)
            for k in (0, 1)
        }
        whole = self.pen.polygon(softened(hull(list(corners.values())), radius * 1.3), darker(colour, 0.3), shade=0)
        parts = {"whole": whole}
        for name, face in _FACES.items():
            points = np.array([corners[c] for c in face])
            if _area(points) > 1e-4:
                inset = softened(points, radius)
                parts[name] = self.pen.polygon(inset, self._lit(name, colour), **{"shade": 0.3, "within": whole, **finish})
        return parts

    def drum(self, x, y, z, low_radius, top_radius, height, colour, top_colour=None, **finish):
        """A round solid standing at (x, y, z): discs, cups, bowls, seats. Returns the part of its upper face."""
        low, top = self.disc(x, y, z, low_radius), self.disc(x, y + height, z, top_radius)
        self.pen.polygon(hull([*low, *top]), darker(colour, 0.12), **finish)
        return self.pen.polygon(top, top_colour or lighter(colour, 0.1), **{**finish, "shade": 0.2})

    def disc(self, x, y, z, radius):
        """Outline of a level disc."""
        return [self.at(x + u, y, z + v) for u, v in oval(0, 0, radius, radius, steps=36)]

    def _lit(self, face, colour):
        if face == "top":
            return lighter(colour, 0.12)
        if face in ("near", "far"):
            return colour
        to_the_right = (face == "right") == self.frontal
        return darker(colour, 0.08 if to_the_right == (math.cos(self.pen.light) > 0) else 0.28)


def _area(points) -> float:
    x, y = np.asarray(points).T
    return 0.5 * float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))


def _turn(a, b, c) -> float:
    """Positive where a, b, c turn anticlockwise."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def hull(points):
    """Convex hull, anticlockwise."""
    points = sorted(tuple(map(float, p)) for p in points)
    halves = []
    for way in (points, points[::-1]):
        half = []
        for p in way:
            while len(half) > 1 and _turn(half[-2], half[-1], p) <= 0:
                half.pop()
            half.append(p)
        halves.append(half[:-1])
    return np.array(halves[0] + halves[1])


def softened(points, radius) -> np.ndarray:
    """The polygon with its corners rounded off."""
    p = np.asarray(points, float)
    if radius <= 0:
        return p
    out, t = [], np.linspace(0, 1, 5)[:, None]
    for before, corner, after in zip(np.roll(p, 1, 0), p, np.roll(p, -1, 0), strict=True):
        a, b = (corner + (q - corner) * min(0.5, radius / max(1e-6, math.dist(q, corner))) for q in (before, after))
        out.append((1 - t) ** 2 * a + 2 * t * (1 - t) * corner + t**2 * b)
    return np.concatenate(out)
