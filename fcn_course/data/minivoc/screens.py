"""Television sets and computer monitors, and the pictures that they show."""

from __future__ import annotations

import numpy as np

from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.curves import oval
from fcn_course.data.minivoc.stage import Stage


def tvmonitor(pen, rng):
    """A screen: flat television, old box with knobs and antenna, computer monitor; it shows a picture or is off."""
    draw = pick(rng, [*[_flat_television, _old_television, _computer_monitor] * 2, _tube_monitor])
    with pen.moved(scale=0.94):
        draw(pen, rng)


class _Screen:
    """A picture area in a frame: what it paints is given in (u, v) from 0 to 1 and stays within it."""

    def __init__(self, pen, corners, tube=False):
        self.pen, self.corners = pen, np.asarray(corners, float)  # lower left, lower right, upper right, upper left
        outline = _block(0, 0, 1, 1)
        if tube:  # a rounded, bulging square
            circle = oval(0, 0, 1, 1, steps=64)
            outline = 0.5 + 0.52 * np.sign(circle) * np.abs(circle) ** 0.36
        self.part = pen.polygon(self._at(outline), (24, 27, 32), shade=0.2)

    def fill(self, points, colour, **finish):
        self.pen.polygon(self._at(points), colour, **{"shade": 0, "within": self.part, **finish})

    def _at(self, points):
        u, v = np.asarray(points, float).T[:, :, None]
        a, b, c, d = self.corners
        return (a * (1 - u) + b * u) * (1 - v) + (d * (1 - u) + c * u) * v


def _block(left, bottom, right, top):
    return [(left, bottom), (right, bottom), (right, top), (left, top)]


def _landscape(screen, rng):
    sky = pick(rng, [(120, 180, 230), (240, 170, 110), (90, 130, 190)])
    screen.fill(_block(-0.1, -0.1, 1.1, 1.1), sky)
    screen.fill(_block(-0.1, 0.35, 1.1, 0.65), lighter(sky, 0.5), soft=0.04)
    screen.fill(oval(rng.uniform(0.2, 0.8), 0.78, 0.06, 0.1), (255, 244, 200))
    peak = rng.uniform(0.25, 0.6)
    ridge = [(-0.1, 0.3), (peak - 0.2, 0.5), (peak, 0.78), (peak + 0.2, 0.52), (peak + 0.34, 0.64), (1.1, 0.35)]
    screen.fill(ridge, (96, 108, 134), shade=0.4)
    screen.fill([(peak - 0.09, 0.65), (peak, 0.78), (peak + 0.09, 0.66), (peak, 0.62)], (240, 244, 248))
    screen.fill([(-0.1, -0.1), (1.1, -0.1), (1.1, 0.4), (0.6, 0.34), (0.3, 0.42), (-0.1, 0.36)], (70, 136, 62), shade=0.4)
    screen.fill([(0.3, -0.1), (0.62, -0.1), (0.56, 0.2), (0.6, 0.35), (0.54, 0.35), (0.46, 0.2)], (110, 170, 210))


def _pitch(screen, rng):
    screen.fill(_block(-0.1, -0.1, 1.1, 0.74), (58, 140, 58))
    for k in range(0, 6, 2):
        screen.fill(_block(k / 6, -0.1, (k + 1) / 6, 0.74), (74, 160, 70))
    screen.fill(_block(-0.1, 0.74, 1.1, 1.1), (92, 92, 120), texture="rough", grain=0.8)
    screen.fill(_block(-0.1, 0.7, 1.1, 0.77), (230, 230, 236))
    screen.fill([(0.48, 0), (0.51, 0), (0.51, 0.7), (0.48, 0.7)], (238, 244, 238))
    for x, y in rng.uniform((0.06, 0.12), (0.94, 0.62), (8, 2)):
        shirt = pick(rng, [(220, 40, 40), (240, 240, 244), (40, 60, 160)])
        screen.fill(_block(x - 0.014, y - 0.05, x + 0.014, y), (24, 28, 40))
        screen.fill(_block(x - 0.02, y, x + 0.02, y + 0.08), shirt)
        screen.fill(oval(x, y + 0.11, 0.014, 0.025), (206, 156, 120))


def _face(screen, rng):
    back, skin = pick(rng, [(60, 90, 150), (150, 60, 60), (70, 120, 120)]), pick(rng, [(232, 186, 150), (190, 134, 96), (126, 82, 56)])
    hair, x = pick(rng, [(50, 34, 26), (170, 120, 60), (30, 28, 30), (120, 56, 30)]), rng.uniform(0.35, 0.6)
    screen.fill(_block(-0.1, -0.1, 1.1, 1.1), back)
    screen.fill(_block(0.7, 0.5, 0.94, 0.9), lighter(back, 0.4))
    shirt = pick(rng, [(40, 44, 60), (200, 70, 60), (230, 226, 220)])
    screen.fill([(x - 0.3, -0.1), (x - 0.24, 0.2), (x, 0.3), (x + 0.24, 0.2), (x + 0.3, -0.1)], shirt, shade=0.5)
    screen.fill(oval(x, 0.6, 0.165, 0.34), hair, shade=0.4)
    screen.fill(_block(x - 0.05, 0.18, x + 0.05, 0.4), darker(skin, 0.15))
    screen.fill(oval(x, 0.54, 0.125, 0.28), skin, shade=0.5)
    screen.fill([(x - 0.14, 0.6), (x - 0.12, 0.82), (x, 0.9), (x + 0.12, 0.82), (x + 0.14, 0.6), (x + 0.08, 0.74), (x - 0.04, 0.76)], hair)
    for side in (-1, 1):
        screen.fill(oval(x + side * 0.05, 0.57, 0.022, 0.03), (246, 244, 240))
        screen.fill(oval(x + side * 0.05, 0.57, 0.013, 0.026), (40, 32, 34))
        screen.fill(_block(x + side * 0.05 - 0.026, 0.625, x + side * 0.05 + 0.026, 0.645), darker(hair, 0.2))
    screen.fill([(x - 0.016, 0.47), (x + 0.02, 0.47), (x + 0.006, 0.57)], darker(skin, 0.2))
    screen.fill(oval(x, 0.4, 0.045, 0.022), (176, 70, 70))
    screen.fill(_block(-0.1, 0.03, 1.1, 0.14), (240, 240, 236))
    screen.fill(_block(0.05, 0.06, 0.6, 0.11), (190, 40, 40))


def _dark(screen, rng):
    screen.fill(_block(-0.1, -0.1, 1.1, 1.1), (24, 28, 34), shade=0.3)
    u = rng.uniform(0.1, 0.5)
    screen.fill([(u, -0.1), (u + 0.2, -0.1), (u + 0.45, 1.1), (u + 0.25, 1.1)], (150, 164, 180), opacity=0.35)
    screen.fill([(u + 0.26, -0.1), (u + 0.32, -0.1), (u + 0.57, 1.1), (u + 0.51, 1.1)], (150, 164, 180), opacity=0.25)


def _desktop(screen, rng):
    blue = pick(rng, [(40, 110, 180), (30, 130, 130), (90, 70, 150)])
    screen.fill(_block(-0.1, -0.1, 1.1, 1.1), blue)
    screen.fill(oval(0.8, 0.4, 0.5, 0.5), lighter(blue, 0.25), soft=0.05)
    screen.fill(_block(0, 0, 1, 0.08), (34, 38, 48))
    for k in range(4):
        screen.fill(_block(0.04, 0.82 - 0.19 * k, 0.1, 0.92 - 0.19 * k), pick(rng, [(250, 210, 90), (240, 240, 240), (240, 110, 80)]))
    for u, v in ((0.16, 0.34), (rng.uniform(0.36, 0.48), 0.16)):
        screen.fill(_block(u, v, u + 0.46, v + 0.54), (246, 246, 244))
        screen.fill(_block(u, v + 0.46, u + 0.46, v + 0.54), (70, 90, 130))
        for k in range(4):
            screen.fill(_block(u + 0.03, v + 0.08 + 0.09 * k, u + rng.uniform(0.2, 0.42), v + 0.12 + 0.09 * k), (130, 140, 156))


def _code(screen, rng):
    screen.fill(_block(-0.1, -0.1, 1.1, 1.1), (30, 33, 42))
    screen.fill(_block(0, 0, 0.16, 1), (46, 50, 62))
    for k in range(9):
        u, v = 0.2 + 0.05 * int(rng.integers(0, 4)), 0.88 - 0.095 * k
        cut, end = u + rng.uniform(0.08, 0.2), u + rng.uniform(0.28, 0.56)
        screen.fill(_block(u, v, cut, v + 0.045), (200, 120, 210))
        screen.fill(_block(cut + 0.02, v, end, v + 0.045), pick(rng, [(120, 200, 150), (110, 170, 230), (220, 190, 120)]))


_PROGRAMMES = [_landscape, _landscape, _pitch, _pitch, _face, _face, _dark]


def _panel(pen, stage, low, high, half, frame, bezel):
    """A thin flat screen between two heights, seen by the stage's camera. Returns the picture area."""
    stage.box((-half, low, -0.012), (half, high, 0.03), frame, 0.012, shade=0.2)
    corners = _block(-half + bezel, low + bezel * 1.3, half - bezel, high - bezel)
    return _Screen(pen, [stage.at(x, y, -0.013) for x, y in corners])


def _flat_television(pen, rng):
    frame, yaw = pick(rng, [(30, 31, 35), (30, 31, 35), (150, 154, 160)]), rng.uniform(-26, 26)
    stage, low = Stage(pen, yaw, rng.uniform(4, 9), 0.3, 0.1), rng.uniform(0.07, 0.12)
    if rng.random() < 0.5:
        stage.drum(0, 0, 0.02, 0.2, 0.19, 0.022, frame)
        stage.bar([(0, 0.02, 0.02), (0, low + 0.05, 0.02)], 0.08, darker(frame, 0.2))
    else:
        for x in (-0.34, 0.34):
            for z in (0.12, -0.1):
                stage.bar([(x * 1.08, 0.012, z), (x, low + 0.02, 0.01)], [0.026, 0.03], frame)
    pick(rng, _PROGRAMMES)(_panel(pen, stage, low, low + rng.uniform(0.56, 0.62), 0.5, frame, rng.uniform(0.018, 0.03)), rng)


def _computer_monitor(pen, rng):
    frame = pick(rng, [(34, 35, 40), (34, 35, 40), (196, 200, 204), (236, 236, 234)])
    stage = Stage(pen, rng.uniform(-28, 28), rng.uniform(7, 13), 0.16, 0.14)
    low, half = rng.uniform(0.2, 0.26), rng.uniform(0.42, 0.48)
    metal = frame if sum(frame) < 200 else (176, 180, 186)
    stage.box((-0.17, 0, -0.1), (0.17, 0.022, 0.14), metal, 0.02, shade=0.3)
    stage.bar([(0, 0.02, 0.06), (0, low + 0.1, 0.04)], [0.075, 0.055], darker(metal, 0.15))
    screen = _panel(pen, stage, low, low + rng.uniform(0.54, 0.62), half, frame, 0.026)
    pick(rng, [_desktop, _desktop, _code, _landscape, _dark])(screen, rng)


def _tube_monitor(pen, rng):
    shell = vary(rng, pick(rng, [(216, 206, 182), (200, 198, 190), (90, 92, 98)]), 6)
    stage = Stage(pen, rng.uniform(16, 32) * pick(rng, [-1, 1]), rng.uniform(8, 13), 0.24, 0.2)
    stage.drum(0, 0, 0.06, 0.22, 0.17, 0.045, darker(shell, 0.1))
    stage.box((-0.3, 0.12, 0.02), (0.3, 0.64, 0.36), darker(shell, 0.12), 0.06)
    stage.box((-0.4, 0.06, -0.1), (0.4, 0.74, 0.06), shell, 0.03)
    corners = [stage.at(x, y, -0.101) for x, y in _block(-0.32, 0.17, 0.32, 0.66)]
    pick(rng, [_desktop, _code, _dark])(_Screen(pen, corners, tube=True), rng)
    pen.ellipse(*stage.at(0.32, 0.105, -0.101), 0.02, 0.016, (110, 200, 110))
    for x in (0.12, 0.2):
        pen.ellipse(*stage.at(x, 0.105, -0.101), 0.016, 0.016, darker(shell, 0.35))


def _old_television(pen, rng):
    wood = vary(rng, pick(rng, [(134, 82, 46), (104, 60, 36), (196, 60, 48), (226, 218, 196), (70, 130, 130)]), 8)
    stage = Stage(pen, rng.uniform(8, 28) * pick(rng, [-1, 1]), rng.uniform(7, 12), 0.44, 0.17)
    grain, low = ({"texture": "grain"} if wood[0] < 160 and wood[1] < 100 else {}), 0.1
    for x, z in ((-0.4, 0.14), (0.4, 0.14), (-0.4, -0.14), (0.4, -0.14)):
        stage.bar([(x * 1.08, 0, z), (x, low + 0.02, z)], [0.022, 0.034], (60, 44, 36))
    for side in (-1, 1):
        tip = stage.at(side * rng.uniform(0.2, 0.3), 0.98, 0.1)
        pen.line([stage.at(side * 0.02, 0.68, 0.05), tip], 0.023, (176, 180, 186))
        pen.ellipse(*tip, 0.018, 0.018, (60, 60, 66))
    stage.box((-0.48, low, -0.17), (0.48, 0.7, 0.17), wood, 0.035, **grain)
    stage.drum(0, 0.7, 0.05, 0.05, 0.03, 0.035, (60, 60, 66))
    front = [stage.at(x, y, -0.172) for x, y in _block(-0.44, low + 0.045, 0.44, 0.66)]
    pen.polygon(front, mix(wood, (40, 36, 36), 0.75), shade=0.3)
    corners = [stage.at(x, y, -0.174) for x, y in _block(-0.38, low + 0.1, 0.17, 0.61)]
    pick(rng, _PROGRAMMES)(_Screen(pen, corners, tube=True), rng)
    for y in (0.56, 0.44):
        pen.ellipse(*stage.at(0.34, y, -0.18), 0.044, 0.044, (206, 200, 186), shade=0.8)
        pen.line([stage.at(0.34, y, -0.18), stage.at(0.365, y + 0.03, -0.18)], 0.012, (50, 46, 44))
    for y in np.linspace(0.18, 0.34, 4):
        pen.line([stage.at(0.27, y, -0.18), stage.at(0.41, y, -0.18)], 0.02, (150, 140, 126))
