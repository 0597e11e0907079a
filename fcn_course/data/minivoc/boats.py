"""Boats that float on y = 0, in hundredths of a unit and facing right."""

from __future__ import annotations

from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.coachwork import (
    BLUE,
    CREAM,
    DARK,
    NAVY,
    ORANGE,
    PAINTS,
    RED,
    SKY,
    STEEL,
    WHITE,
    WOOD,
    YELLOW,
    band,
    glass,
    lines,
    row,
)
from fcn_course.data.minivoc.curves import smooth


def boat(pen, rng):
    """A sailing boat, a motor boat, a rowing boat or a fishing trawler."""
    with pen.moved(scale=0.01):
        pick(rng, [_sailing_boat, _sailing_boat, _motor_boat, _rowing_boat, _trawler])(pen, rng, vary(rng, pick(rng, [*PAINTS, WOOD])))


def _hull(pen, sheer, bottom, paint, trim, planks=0):
    """A boat's side from its upper edge (stern to bow) and its bottom (bow to stern), with rim, boot-top and planks."""
    edge, grain = smooth(sheer), "grain" if planks else None
    hull = pen.polygon([*edge, *smooth([sheer[-1], *bottom, sheer[0]])[1:-1]], paint, shade=0.7, texture=grain, grain=0.2)
    band(pen, hull, -10, 3.5, darker(mix(trim, RED, 0.6), 0.2))
    seams = [edge - (0, 4.5 * (k + 1)) for k in range(planks or 1)]
    lines(pen, seams, 0.9, darker(trim, 0.5) if planks else trim, shade=0, within=hull, opacity=0.7)
    pen.limb(sheer, 2, darker(paint, 0.35) if planks else trim)


def _sailing_boat(pen, rng, paint):
    sail, belly, reach = vary(rng, pick(rng, [WHITE, WHITE, CREAM, ORANGE, RED]), 6), rng.uniform(1, 6), rng.uniform(26, 36)
    jib = pick(rng, [sail, sail, vary(rng, pick(rng, [RED, BLUE, YELLOW]))])
    with pen.moved(0, 0, rng.uniform(-5, 5)):
        lines(pen, [[(0, 12), (0, 102)], [(0, 20), (-reach - 2, 20)]], 2.2, WOOD)
        lines(pen, [[(0, 99), (34, 17)]], 1.8, STEEL)
        main_edges = [*smooth([(-1.5, 97), (-17 - belly, 60), (-reach, 22)]), (-15, 20.5), (-1.5, 22)]
        jib_edges = [*smooth([(3, 86), (12 + belly, 50), (32.5, 19)]), (12, 20), (3, 24), (6, 50)]
        for edges, colour, end in ((main_edges, sail, -50), (jib_edges, jib, 50)):
            part = pen.polygon(edges, colour, shade=0.45, texture="cloth", grain=0.08)
            seams = [[(0, y + 5), (end, y)] for y in (30, 43, 56, 69)]
            lines(pen, seams, 0.7, darker(colour, 0.5), shade=0, within=part, opacity=0.5)
        pen.polygon([(0, 102), (-10, 100), (0, 97.5)], RED)
    pen.polygon([(-20, 11), (-17, 17.5), (12, 17.5), (20, 12)], WHITE, shade=0.6)
    pen.paint(row(-14, 12, 3, 13.5, 16, 0.3), [], DARK, shade=0)
    _hull(pen, [(-38, 14), (-10, 11.8), (15, 12.5), (40, 16)], [(30, 5), (20, 0), (-25, 0), (-34, 4)], paint, pick(rng, [WHITE, RED, NAVY]))


def _motor_boat(pen, rng, paint):
    pen.rect(-54, 16, -46, 29, DARK, 3)
    lines(pen, [[(-51, 20), (-52, 0)], [(-20, 30), (-26, 66 if rng.random() < 0.6 else 48)]], 2.2, DARK)
    pen.limb([(-34, 20), (-31, 44), (-10, 46)], 3.4, WHITE)
    pen.polygon(smooth([(-22, 18), (-20, 38), (0, 40), (16, 28), (34, 22)]), WHITE, shade=0.6)
    glass(pen, [[(-17, 27), (-17, 36), (-7, 37), (-6, 27)], [(-4, 27), (-5, 37), (0, 37.5), (12, 28.5)]])
    lines(pen, [[(14, 33), (34, 34), (50, 36)], *([(x, 22), (x, 34)] for x in (15, 27, 39, 49))], 1.8, STEEL)
    bottom = [(38, 9), (22, 0), (-10, 0), (-46, 1)]
    _hull(pen, [(-48, 20), (-20, 19), (20, 21.5), (53, 28)], bottom, paint, vary(rng, pick(rng, [NAVY, RED, SKY, ORANGE])))


def _rowing_boat(pen, rng, paint):
    inside = [(-50, 24), (-30, 22.5), (0, 22), (30, 23.5), (50, 27), (25, 15), (0, 12), (-30, 14)]
    pen.blob(inside, darker(WOOD, 0.45), texture="grain")
    lines(pen, [[(x, 22.5), (x + 2, 13)] for x in (-25, 0, 22)], 5.5, lighter(WOOD, 0.35), texture="grain")
    sheer, bottom = [(-50, 25), (-28, 16), (0, 13), (28, 16.5), (52, 28)], [(44, 11), (28, 0), (-28, 0), (-43, 6)]
    _hull(pen, sheer, bottom, paint, pick(rng, [CREAM, WHITE, WOOD]), 3)
    lean = rng.uniform(-10, 10)
    for x in (-12, 12):
        pen.limb([(x + 16, 30), (x, 16), (x - 17 + lean, 6), (x - 19 + lean, 5), (x - 27 + lean, 0)], [2, 2, 2, 4, 5.5], lighter(WOOD, 0.4))


def _trawler(pen, rng, paint):
    trim = pick(rng, [WHITE, CREAM, YELLOW])
    lines(pen, [[(10, 20), (10, 82)], [(10, 40), (38, 66)], [(-40, 20), (-40, 55)]], 2.4, WOOD)
    lines(pen, [[(10, 80), (50, 36)], [(10, 80), (-40, 54), (-48, 24)], [(38, 66), (10, 80)]], 1.8, DARK)
    pen.rect(-30, 15, 0, 46, trim, 2, shade=0.6)
    pen.rect(-33, 45, 4, 49, mix(paint, RED, 0.3), 1.5)
    glass(pen, row(-27, -2, 3, 33, 42))
    pen.ring(-15, 26, 4.2, 2.2, ORANGE)
    bottom = [(44, 16), (36, 0), (-20, 0), (-44, 2)]
    _hull(pen, [(-50, 25), (-25, 20), (10, 21), (35, 29), (53, 40)], bottom, paint, trim)
