"""Cars from the side, the front or the rear, in hundredths of a unit and standing on y = 0."""

from __future__ import annotations

from fcn_course.data.minivoc.canvas import darker, lighter, pick, vary
from fcn_course.data.minivoc.coachwork import DARK, LAMP, PAINTS, RED, STEEL, band, glass, lines, upright, wheels
from fcn_course.data.minivoc.curves import oval, rounded, smooth


def car(pen, rng):
    """A saloon, hatchback, estate, coupé or van from the side, or a car from the front or the rear."""
    with pen.moved(scale=0.01):
        pick(rng, [_car_side, _car_side, _car_end])(pen, rng, vary(rng, pick(rng, [*PAINTS, DARK])))


_CARS = (  # outline from the rear bumper over the roof to the front bumper; glass from rear to front; pillars
    (
        [(-50, 8), (-51, 16), (-48, 22), (-33, 23.5), (-19, 32.5), (-4, 34.5), (8, 32.5), (21, 23.5), (40, 20.5), (49, 16), (50.5, 8)],
        [(-29, 23.5), (-18, 31), (-4, 32.8), (7, 30.8), (17.5, 23.2)],
        (-3, -3),
    ),
    (
        [(-44, 8), (-46, 17), (-43, 26), (-34, 36.5), (-14, 39.5), (4, 36.5), (20, 25.5), (37, 22), (45, 17), (46, 8)],
        [(-39, 26), (-31, 35), (-14, 37.5), (3, 34.5), (15, 25)],
        (-25, -6),
    ),
    (
        [(-50, 8), (-51.5, 17), (-50, 27), (-43, 36.5), (-15, 38.5), (5, 36), (20, 25.5), (40, 22), (49, 17), (50.5, 8)],
        [(-46, 26), (-41, 34.5), (-15, 36.5), (4, 34), (15.5, 25)],
        (-30, -8),
    ),
    (
        [(-49, 8), (-50, 18), (-46, 23), (-30, 27.5), (-13, 32), (3, 30.5), (18, 22), (38, 18.5), (48, 14), (50, 8)],
        [(-27, 23.5), (-22, 27.5), (-12, 30), (2, 28.8), (13, 22)],
        (-12, -12),
    ),
    (
        [(-49, 8), (-50, 20), (-50, 40), (-46, 45), (-20, 46), (12, 44), (22, 37), (33, 25), (46, 20), (50, 8)],
        [(-2, 27), (-2, 40), (10, 40.5), (18, 35.5), (26, 27)],
        (12, -14),
    ),
)


def _car_side(pen, rng, paint):
    outline, panes, pillars = pick(rng, _CARS)
    belt, front, rear = panes[0][1], outline[-2], outline[1]
    lines(pen, [[(-20, 30), (-25, 43)]], 0.9, DARK)
    body = pen.polygon([*smooth(outline), (outline[-1][0] - 1, 5.5), (outline[0][0] + 2, 5.5)], paint, shade=0.65)
    band(pen, body, 0, 8.5, DARK, 0.7)
    band(pen, body, 8.5, 13, darker(paint), 0.6)
    band(pen, body, belt - 4.5, belt - 3, lighter(paint, 0.6), 0.5)
    glass(pen, [smooth(panes)])
    lines(pen, [[(x, belt - 1), (x - 1, 41)] for x in pillars], 1.8, darker(paint, 0.1), within=body)
    upright(pen, body, (*pillars, 13), 8, belt, paint)
    lines(pen, [[(x + 2, belt - 3.5), (x + 6, belt - 3.5)] for x in pillars], 1.4, DARK, within=body)
    axles = (rear[0] + 20, front[0] - 20)
    pen.paint([oval(x, 8.5, 10.5, 10.5) for x in axles], [], (20, 20, 24), within=body, shade=0)
    wheels(pen, axles, 8, spokes=pick(rng, [5, 6, 8]))
    pen.ellipse(front[0] - 3, front[1] - 0.5, 4, 2, LAMP, angle=-25, within=body)
    pen.rect(rear[0], rear[1], rear[0] + 3.5, rear[1] + 5, RED, 1, within=body)
    pen.ellipse(panes[-1][0] - 3, belt + 1.5, 2.6, 1.8, darker(paint, 0.1), shade=0.8)


def _car_end(pen, rng, paint):
    rear, top = rng.random() < 0.35, rng.uniform(66, 84)
    pen.paint([rounded(x - 7.5, 0, x + 7.5, 25, 3) for x in (-36, 36)], [], DARK)
    pen.paint([oval(x, 46, 5.5, 4) for x in (-47, 47)], [], darker(paint, 0.15))
    pen.polygon(smooth([(-43, 40), (-36, top - 12), (-26, top), (0, top + 1.5), (26, top), (36, top - 12), (43, 40)]), paint)
    window = [(-37, 44), (-31, top - 10), (-22, top - 4.5), (22, top - 4.5), (31, top - 10), (37, 44), (0, 41)]
    glass(pen, [smooth(window, closed=True)])
    body = pen.blob([(-46, 12), (-48, 30), (-42, 42), (0, 45), (42, 42), (48, 30), (46, 12), (0, 9)], paint, shade=0.75)
    band(pen, body, 0, 17, darker(paint, 0.55), 0.8)
    if rear:
        pen.paint([rounded(x - 7.5, 29, x + 7.5, 37, 2.5) for x in (-37, 37)], [], (214, 26, 28))
        lines(pen, [[(-28, 40), (-26, 20), (26, 20), (28, 40)]], 1, darker(paint, 0.6), within=body)
    else:
        pen.rect(-24, 20, 24, 31, DARK, 4)
        pen.paint([rounded(-22, y, 22, y + 1.2, 0) for y in (22, 25, 28)], [], STEEL, shade=0)
        for size, colour in ((1, STEEL), (0.78, LAMP)):
            pen.paint([oval(x, 29, 8.5 * size, 5.5 * size) for x in (-35, 35)], [], colour)
    pen.rect(-12, 19, 12, 25, (244, 240, 220), 1, shade=0)
