"""Outlines: smooth curves, ovals, rounded rectangles and strokes, as arrays of points ``(n, 2)``."""

from __future__ import annotations

import math

import numpy as np


def smooth(points, closed=False, steps=8) -> np.ndarray:
    """A Catmull-Rom curve through ``points``."""
    p = np.asarray(points, float)
    ends = (p[-1:], p[:2]) if closed else (2 * p[:1] - p[1:2], 2 * p[-1:] - p[-2:-1])
    q = np.concatenate([ends[0], p, ends[1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    a, b, c, d = q[:-3], q[1:-2], q[2:-1], q[3:]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    curve = curve.transpose(1, 0, 2).reshape(-1, p.shape[1])
    return curve if closed else np.concatenate([curve, p[-1:]])


def oval(x, y, rx, ry, angle=0.0, steps=48) -> np.ndarray:
    t = np.linspace(0, 2 * math.pi, steps, endpoint=False)
    a = math.radians(angle)
    u, v = rx * np.cos(t), ry * np.sin(t)
    return np.stack([x + u * math.cos(a) - v * math.sin(a), y + u * math.sin(a) + v * math.cos(a)], 1)


def rounded(left, bottom, right, top, radius) -> np.ndarray:
    r = min(radius, (right - left) / 2, (top - bottom) / 2)
    if r <= 0:
        return np.array([(left, bottom), (right, bottom), (right, top), (left, top)], float)
    quarter = np.linspace(0, math.pi / 2, 6)
    centres = [(right - r, top - r, 0), (left + r, top - r, 1), (left + r, bottom + r, 2), (right - r, bottom + r, 3)]
    return np.concatenate(
        [np.stack([x + r * np.cos(quarter + q * math.pi / 2), y + r * np.sin(quarter + q * math.pi / 2)], 1) for x, y, q in centres]
    )


def stroke(points, widths, thinnest=0.0) -> np.ndarray:
    """The outline of a smooth line with a width at each point and round ends; never thinner than ``thinnest``."""
    points = np.asarray(points, float)
    widths = np.broadcast_to(np.asarray(widths, float), len(points))
    track = smooth(np.column_stack([points, widths]), steps=8) if len(points) > 2 else np.column_stack([points, widths])
    line, half = track[:, :2], np.maximum(track[:, 2], thinnest) / 2
    way = np.gradient(line, axis=0)
    way /= np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
    side = np.stack([-way[:, 1], way[:, 0]], 1) * half[:, None]

    def cap(centre, direction, radius):
        start = math.atan2(direction[1], direction[0])
        t = start + np.linspace(math.pi / 2, -math.pi / 2, 7)[1:-1]
        return centre + radius * np.stack([np.cos(t), np.sin(t)], 1)

    ahead, behind = cap(line[-1], way[-1], half[-1]), cap(line[0], -way[0], half[0])
    return np.concatenate([line + side, ahead, (line - side)[::-1], behind])
