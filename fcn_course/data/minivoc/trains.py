"""Trains from the side or coming towards us, in hundredths of a unit and standing on y = 0."""

from __future__ import annotations

from fcn_course.data.minivoc.canvas import darker, mix, pick, vary
from fcn_course.data.minivoc.coachwork import (
    CREAM,
    DARK,
    GREEN,
    LAMP,
    NAVY,
    PAINTS,
    RED,
    SILVER,
    STEEL,
    WHITE,
    YELLOW,
    band,
    coming,
    glass,
    lines,
    row,
    upright,
    wheels,
)
from fcn_course.data.minivoc.curves import oval, rounded, smooth


def train(pen, rng):
    """An engine with its carriage, a high-speed train, a steam engine, or a train coming at an angle."""
    with pen.moved(scale=0.01):
        pick(rng, [_electric_train, _fast_train, _steam_engine, _train_coming])(pen, rng, vary(rng, pick(rng, PAINTS)))


def _bogies(pen, bogies):
    """Pairs of rail wheels in their frames."""
    pen.paint([rounded(x - 9.5, 3, x + 9.5, 8, 1) for x in bogies], [], DARK)
    wheels(pen, [x + k for x in bogies for k in (-5.5, 5.5)], 3.3, STEEL)


def _pantograph(pen, x, y):
    """The arm that reaches for the overhead wire."""
    lines(pen, [[(x - 4, y), (x + 5, y + 6), (x - 2, y + 12)], [(x - 7, y + 12.5), (x + 3, y + 12.5)]], 1.1, DARK)


def _electric_train(pen, rng, paint):
    trim = pick(rng, [CREAM, WHITE, YELLOW, NAVY])
    _bogies(pen, (-40, -14, 13, 40))
    _pantograph(pen, 12, 29)
    pen.rect(-4, 8, 5, 24, DARK)
    coach = pen.rect(-51, 6, -1.5, 28.5, mix(paint, trim, pick(rng, [0, 0.85])), 3, shade=0.45)
    loco = pen.polygon([(2, 6), (2, 27), (4, 29.5), (42, 29.5), (45, 28), (49.5, 18), (50.5, 6)], paint)
    band(pen, coach, 11, 13, trim if rng.random() < 0.5 else paint)
    band(pen, loco, 11.5, 14.5, trim)
    glass(pen, row(-44, -9, 4, 15.5, 24, 0.15) + row(-50, -44.5, 1, 9, 24) + row(-8.5, -3, 1, 9, 24))
    glass(pen, [[(44, 19), (48.5, 19), (45, 26.5), (43, 26.5)], *row(36.5, 42, 1, 19, 26)])
    pen.paint(row(6, 33, 5, 18, 24, 0.25, 0.5), [], darker(paint, 0.5), shade=0)
    upright(pen, loco, (35, 43), 7, 27, paint)
    pen.ellipse(48.8, 13, 1.6, 2, LAMP)
    lines(pen, [[(50, 9), (53, 9)]], 3, STEEL)


def _fast_train(pen, rng, trim):
    paint = pick(rng, [WHITE, WHITE, SILVER, RED, YELLOW])
    _bogies(pen, (-42, -18, 16))
    _pantograph(pen, -34, 27)
    nose = smooth([(0, 27.5), (15, 27), (30, 22.5), (44, 14.5), (51, 8.5), (48, 4.5)])
    body = pen.polygon([(-52, 5.5), (-52, 27.5), *nose, (30, 4)], paint, shade=0.75)
    band(pen, body, 0, 8, DARK, 0.7)
    pen.polygon(smooth([(-60, 13.5), (10, 13.5), (30, 15), (52, 10), (52, 7), (30, 10), (0, 10), (-60, 10)]), trim, within=body, shade=0)
    glass(pen, row(-49, -25, 4, 16.5, 22.5) + row(-19, 6, 4, 16.5, 22.5))
    glass(pen, [smooth([(20, 24.5), (31, 21.5), (37, 17), (27, 18)], closed=True)])
    upright(pen, body, (-22,), 4, 30, DARK, 1.8)
    upright(pen, body, (8, 13.5), 7, 24, paint)
    pen.ellipse(44, 11.5, 3, 1.3, LAMP, angle=-35, within=body)


def _steam_engine(pen, rng, livery):
    paint, trim, top = pick(rng, [GREEN, DARK, RED, darker(livery, 0.4)]), pick(rng, [RED, (200, 160, 60), CREAM]), rng.uniform(52, 58)
    wheels(pen, (-43, -30, 34, 44), 5, trim)
    pen.polygon([(42, 13), (50, 13), (56, 2), (47, 2)], trim)
    pen.rect(-50, 8, 50, 15, DARK, 1)
    pen.rect(-50, 10, -25, 27, paint)
    pen.blob([(-48, 26), (-42, 32), (-33, 31), (-27, 26)], (28, 28, 30), texture="rough", grain=0.6)
    pen.polygon([(36, 30), (35, top - 5), (32, top), (46, top), (43, top - 5), (42, 30)], DARK, shade=0.8)
    for x, width, colour in ((8, 10, (206, 164, 62)), (23, 8, paint)):
        pen.limb([(x, 30), (x, 41)], width, colour, shade=0.9)
    boiler = pen.rect(-8, 15, 47, 37, paint, 2, shade=1.0)
    pen.rect(30, 0, 50, 40, DARK, within=boiler, opacity=0.85, shade=0.3)
    lines(pen, [[(x, 10), (x, 40)] for x in (2, 14, 29)], 1.4, trim, within=boiler)
    pen.ellipse(48, 27, 2.2, 8.5, (60, 62, 66))
    pen.rect(44, 39, 50, 45, LAMP, 1.5, shade=0.6)
    cab = pen.rect(-23, 12, -5, 47, paint, shade=0.4)
    band(pen, cab, 20, 21.5, trim)
    glass(pen, row(-21, -7, 2, 29, 40))
    pen.rect(-27, 46, -2, 50, DARK, 2)
    wheels(pen, (-13, 5, 23), 8.5, trim, 7)
    lines(pen, [[(-13, 6), (5, 6), (23, 6)], [(5, 6), (36, 12)]], 2.1, SILVER)
    pen.rect(32, 8, 44, 16, paint, 2, shade=0.7)


def _train_coming(pen, rng, paint):
    wide, near, back = pick(rng, [(30, 18, -55), (36, 10, -50), (44, -10, -40)])
    trim = pick(rng, [YELLOW, WHITE, CREAM])
    _pantograph(pen, near - 6, 74)
    pen.polygon([(near, 7), (near + wide, 8), (near + 0.85 * wide, 1), (near + 0.15 * wide, 0)], DARK)
    wall, front = coming(pen, paint, trim, near, (back, 20, 44), near + wide, 9)
    pen.polygon(front([(0, 0.13), (1, 0.13), (1, 0.36), (0.8, 0.17), (0.2, 0.17), (0, 0.36)]), trim, shade=0)
    pen.paint([wall(oval(u, 0.0, 0.025, 0.075)) for u in (0.05, 0.13, 0.42, 0.5, 0.8, 0.88)], [], DARK)
    pen.paint([front(oval(u, 0.07, 0.1, 0.045)) for u in (0.25, 0.75)], [], STEEL, shade=0.8)
