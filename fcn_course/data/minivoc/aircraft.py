"""Aeroplanes, parked or in the air, in hundredths of a unit and facing right."""

from __future__ import annotations

from functools import partial

import numpy as np

from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.coachwork import (
    BLUE,
    CREAM,
    DARK,
    GREEN,
    NAVY,
    ORANGE,
    RED,
    SILVER,
    STEEL,
    TEAL,
    WHITE,
    YELLOW,
    band,
    glass,
    lines,
    row,
    upright,
    wheels,
)
from fcn_course.data.minivoc.curves import smooth


def aeroplane(pen, rng, flying: bool | None = None):
    """An airliner parked or climbing, a propeller plane, or an airliner or fighter seen from below.

    Args:
        flying: True draws planes in the air only, False parked ones only.
    """
    parkable = [partial(_airliner, flying=flying), partial(_propeller_plane, flying=flying)]
    poses = parkable if flying is False else [*parkable, _jet_below]
    with pen.moved(scale=0.0095):
        pick(rng, poses)(pen, rng, vary(rng, pick(rng, [RED, BLUE, NAVY, ORANGE, GREEN, TEAL])))


def _airliner(pen, rng, livery, flying):
    paint, landed, rear = pick(rng, [WHITE, WHITE, SILVER, CREAM]), rng.random() < 0.5, rng.random() < 0.3
    landed = landed if flying is None else not flying
    with pen.moved(0, 20 if landed else 42, 0 if landed else rng.uniform(4, 20)):
        pen.polygon([(13, 3), (-6, 5), (-23, 17), (-18, 17)], darker(SILVER, 0.25))
        pen.polygon([(-38, 5), (-47, 10), (-44, 10), (-33, 5)], darker(SILVER, 0.3))
        if landed:
            lines(pen, [[(33, -5), (33, -17)], [(-6, -5), (-6, -17)]], 2.4, STEEL)
            with pen.moved(0, -20):
                wheels(pen, (33, -9, -3), 3)
        fin = pen.polygon([(-30, 5), (-34, 7.5), (-45.5, 24), (-51.5, 24), (-48, 4)], livery)
        pen.ellipse(-46, 16.5, 3, 3, lighter(livery, 0.75), within=fin)
        back = [(-50, 4.5), (-40, 6), (-20, 6.6), (10, 6.6), (36, 6.4), (44, 4.5), (49.8, -1.2)]
        body = pen.blob([*back, (45, -5), (34, -6.4), (0, -6.6), (-22, -6.2), (-40, -0.4), (-49, 3)], paint, shade=0.75)
        band(pen, body, -1.4, 0.2, livery if rng.random() < 0.6 else paint)
        band(pen, body, -10, -3.6, mix(livery, SILVER, pick(rng, [0.1, 0.9])), 0.6)
        pen.paint(row(-34, 36, 22, 1.2, 3.2, 0.45, 0.6), [], (46, 58, 78), shade=0)
        upright(pen, body, (-35.5, 37.5), -2, 4.5, paint, 0.6)
        glass(pen, [[(40.5, 2.2), (47, 1.8), (44, 4.3), (41, 4.6)]])
        pen.polygon([(-36, 3), (-46, 2.8), (-54, -3), (-50, -3.4)], SILVER)
        with pen.moved(*((-29, 4.5) if rear else (3, -9.2))):
            pen.blob([(-7, 1.6), (2, 3.8), (6, 3.4), (6, -3.4), (2, -3.8), (-7, -1.4)], mix(livery, WHITE, pick(rng, [0, 0.9])), shade=0.9)
            pen.ellipse(6, 0, 1.2, 3.2, DARK)
        pen.polygon([(13, -3), (-10, -3.6), (-34, -14), (-27.5, -14.5)], lighter(SILVER, 0.25), shade=0.6)
        pen.polygon([(-34.5, -14.5), (-27, -14.5), (-33, -7), (-35.5, -7)], livery)


def _propeller_plane(pen, rng, livery, flying):
    paint = pick(rng, [WHITE, CREAM, YELLOW, SILVER, RED])
    with pen.moved(0, 8, pick(rng, {None: [0, 0, 8, 14], True: [8, 14], False: [0]}[flying])):
        pen.polygon([(20, 22), (2, 23), (-2, 46), (9, 47)], darker(paint, 0.25))
        pen.polygon([(-37, 24), (-46, 24), (-46, 33), (-41, 33)], darker(paint, 0.3))
        lines(pen, [[(31, 16), (31, 3)], [(2, 16), (2, 3)]], 2.2, STEEL)
        wheels(pen, (31, 2), 4)
        glass(pen, [smooth([(-16, 26), (-8, 35), (6, 36), (16, 26)])])
        pen.polygon([(-31, 25), (-42, 40), (-50, 40), (-48, 22)], livery)
        back = [(43, 20), (40, 25.5), (24, 27), (-5, 27.2), (-30, 26), (-49, 24.5)]
        body = pen.blob([*back, (-49, 21.5), (-25, 16), (5, 12), (30, 13), (40, 15)], paint, shade=0.8)
        band(pen, body, 18.5, 21.5, livery)
        band(pen, body, 0, 15.5, livery, 0.6)
        lines(pen, [[(2, 27), (3, 35.5)]], 2, paint)
        pen.polygon([(-36, 23), (-46, 22.5), (-52, 14), (-45, 13.5)], lighter(paint, 0.2), shade=0.6)
        wing = pen.polygon([(19, 16.5), (-6, 15), (-26, -4), (-12, -5)], lighter(paint, 0.15), shade=0.7)
        pen.rect(-30, -8, -8, 2, livery, within=wing)
        pen.limb([(43, 36), (45, 20), (43, 5)], [2, 3, 2], (62, 52, 46))
        pen.ellipse(44.5, 20, 3, 2.4, livery, shade=0.9)


def _jet_below(pen, rng, livery):
    fighter, lean, squeeze = rng.random() < 0.4, rng.uniform(-0.25, 0.25), rng.uniform(0.65, 0.95)
    paint = pick(rng, [(134, 142, 150), (108, 118, 112)] if fighter else [WHITE, SILVER])
    wing = [(16, 0), (-22, 36), (-32, 36), (-32, 0)] if fighter else [(14, 0), (-14, 44), (-20, 45), (-8, 0)]
    with pen.moved(0, 50, rng.uniform(8, 60)):
        for side in (1, -1):
            skew = np.array([(1, 0), (lean * side, squeeze * side)])
            if not fighter:
                pen.limb([(10, 17), (-2, 17)] @ skew, [6, 4.5], mix(livery, WHITE, 0.3), shade=0.9)
            surface = pen.polygon(wing @ skew, darker(paint, 0.07 + 0.05 * side))
            pen.polygon([(20, 34), (-60, 34), (-60, 50), (20, 50)] @ skew, livery, within=surface, shade=0)
            pen.polygon([(-35, 0), (-46, 17), (-52, 17), (-47, 0)] @ skew, mix(paint, livery, 0.5))
        if fighter:
            pen.rect(-53, -5, -45, 5, DARK, 1)
        widths = [10, 13, 11, 8, 1.5] if fighter else [3, 10, 12.5, 12, 3]
        body = pen.limb([(-50, 0), (-30, 0), (20, 0), (38, 0), (51, 0)], widths, paint, shade=0.85)
        pen.rect(45, -10, 60, 10, DARK if fighter else livery, within=body, opacity=0.6)
        upright(pen, body, (-30, -10, 14, 32), -10, 10, paint, 0.6)
