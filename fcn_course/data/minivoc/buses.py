"""Buses from the side or coming towards us, in hundredths of a unit and standing on y = 0."""

from __future__ import annotations

from fcn_course.data.minivoc.canvas import darker, lighter, pick, vary
from fcn_course.data.minivoc.coachwork import (
    CREAM,
    DARK,
    LAMP,
    NAVY,
    PAINTS,
    RED,
    SILVER,
    WHITE,
    YELLOW,
    band,
    coming,
    glass,
    row,
    upright,
    wheels,
)
from fcn_course.data.minivoc.curves import oval, rounded


def bus(pen, rng):
    """A city bus, coach or double decker from the side, or a bus that comes towards us at some angle."""
    with pen.moved(scale=0.01):
        pick(rng, [_bus_side, _bus_side, _bus_coming])(pen, rng, vary(rng, pick(rng, PAINTS)))


def _bus_side(pen, rng, paint):
    trim, double, coach = pick(rng, [WHITE, CREAM, DARK, NAVY, YELLOW]), rng.random() < 0.35, rng.random() < 0.4
    top, floor = (50, 15) if double else (38, 19) if coach else (34, 15)
    pen.limb([(47, 30), (53, 29), (53, 23)], [1.8, 2, 2.6], DARK)
    if not double:
        pen.rect(-30, top - 2, 0, top + 3, lighter(paint, 0.2), 1.5)
    body = pen.polygon([(-49, 5), (-50, 10), (-50, top - 3), (-47, top), (45, top), (48, top - 3), (50.5, 10), (50, 5)], paint, shade=0.4)
    for low, high, colour in ((0, 7.5, darker(paint, 0.5)), (floor - 5, floor - 1.5, trim), (31.5 if double else 80, 34, trim)):
        band(pen, body, low, high, colour)
    side_panes = row(-47, 33, 6, floor + 1, min(top - 4, 31), 0.1)
    glass(pen, side_panes + [rounded(45, floor + 1, 49.5, 30, 0.5)] + (row(-47, 47, 7, 37, 47, 0.1) if double else []))
    glass(pen, row(34.5, 43.5, 2, 8, 30, 0.14) + ([] if coach else row(-12, 0, 2, 8, 30, 0.14)))
    upright(pen, body, (-42, -20, 7, 20), 4, floor, paint)
    pen.paint([oval(x, 6, 7.8, 7.8) for x in (-31, 26)], [], DARK, within=body, shade=0)
    wheels(pen, (-31, 26), 6)
    pen.rect(47, 9, 50.5, 12, LAMP, 1)
    pen.rect(-50, 10, -48, 16, RED)


def _bus_coming(pen, rng, paint):
    wide, near, back = pick(rng, [(32, 14, -50), (40, 6, -50), (60, -20, -32)])
    pen.paint([rounded(near + u * wide - 4, 0, near + u * wide + 4, 15, 2) for u in (0.2, 0.8)], [], DARK)
    wall, front = coming(pen, paint, pick(rng, [WHITE, CREAM, NAVY, YELLOW]), near, (back, 13, 62), near + wide, 5)
    for radius, colour in ((0.12, DARK), (0.07, SILVER)):
        pen.paint([wall(oval(u, 0.04, radius * 0.55, radius)) for u in (0.16, 0.78)], [], colour)
    for u, out in ((0, -0.06), (1, 1.06)):
        pen.limb(front([(u, 0.9), (out, 0.86), (out, 0.7)]), [1.8, 2, 3.5], DARK)
