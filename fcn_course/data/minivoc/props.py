"""Things that stand in the backdrops and belong to none of the twenty classes: fences, houses, bins, shelves, clouds.

Every prop is a function ``prop(pen, rng)``. It draws in units: the larger side about 1, the feet at y = 0, x between -0.55 and
0.55. What hangs (pictures, windows, clouds) has its lower edge at y = 0 as well. Many outlines share one stroke of the brush,
because each stroke costs about a millisecond.
"""

from __future__ import annotations

import numpy as np
from PIL import ImageChops

from fcn_course.data.minivoc.canvas import darker, lighter, pick, vary
from fcn_course.data.minivoc.curves import oval, rounded, smooth, stroke
from fcn_course.data.minivoc.plants import clumps

WOOD = ((142, 104, 66), (112, 78, 50), (164, 130, 92), (128, 112, 94), (92, 62, 44))
STONE = ((146, 142, 134), (172, 166, 152), (120, 118, 116), (158, 144, 124))
PAINT = ((176, 52, 44), (48, 88, 138), (62, 112, 78), (214, 176, 62), (226, 220, 206), (66, 70, 76), (150, 96, 60))
PLASTER = ((214, 198, 168), (196, 120, 96), (222, 214, 200), (172, 184, 190), (206, 170, 110), (160, 150, 140), (184, 96, 74))


def picket_fence(pen, rng):
    """A garden fence with pointed pales, 1 wide and 0.55 high."""
    colour, n = vary(rng, pick(rng, (*WOOD, (226, 222, 212), (196, 198, 196))), 8), int(rng.integers(8, 12))
    pen.paint([rounded(-0.54, y, 0.54, y + 0.05, 0) for y in (0.12, 0.36)], [], darker(colour, 0.25), texture="grain")
    pitch = 1.06 / n
    pales = []
    for left in -0.53 + pitch * np.arange(n):
        top, right = 0.5 + rng.normal(0, 0.006), left + pitch * 0.72
        pales.append([(left, 0), (left, top - 0.05), ((left + right) / 2, top), (right, top - 0.05), (right, 0)])
    pen.paint(pales, [], colour, texture="grain", grain=0.6, shade=0.35)


def rail_fence(pen, rng):
    """A paddock fence: posts and two or three round rails, 1.1 wide and 0.5 high."""
    colour, posts = vary(rng, pick(rng, WOOD), 8), (-0.5, 0.0, 0.5)
    heights = np.linspace(0.16, 0.42, int(rng.integers(2, 4)))
    rails = [stroke([(-0.55, y + rng.normal(0, 0.01)), (0.55, y + rng.normal(0, 0.01))], 0.05) for y in heights]
    pen.paint(rails, [], colour, texture="grain", grain=0.6)
    pen.paint([rounded(x - 0.035, 0, x + 0.035, 0.52, 0.015) for x in posts], [], darker(colour, 0.12), texture="grain", grain=0.6)


def rock(pen, rng):
    """A boulder with a smaller one beside it, grey or sandy; from afar it could be a sheep."""
    colour = vary(rng, pick(rng, STONE), 8)
    for x, wide, tall in ((0.24 * pick(rng, (-1, 1)), 0.24, 0.3), (0, 0.42, rng.uniform(0.5, 0.65))):
        points = [(-1, 0), (-0.95, 0.4), (-0.55, 0.8), (0.0, 1.0), (0.5, 0.9), (0.9, 0.5), (1, 0.0)]
        outline = [(x + wide * (u + rng.normal(0, 0.05)), tall * max(0, v + rng.normal(0, 0.05) * (v > 0))) for u, v in points]
        body = pen.polygon(smooth(outline, steps=3), colour, texture="rough", grain=0.7, shade=0.9)
        crack = [(x + wide * rng.uniform(-0.5, 0.5), tall * 0.9), (x + wide * rng.uniform(-0.3, 0.3), tall * 0.5), (x, tall * 0.1)]
        pen.limb(crack, (0.006, 0.014, 0.005), darker(colour, 0.4), within=body, shade=0)


def bench(pen, rng):
    """A park bench with slats, seen from the front."""
    colour, iron = vary(rng, pick(rng, WOOD), 8), (58, 60, 60)
    pen.paint([rounded(x - 0.022, 0, x + 0.022, 0.42, 0.01) for x in (-0.42, 0.42)], [], iron)
    slats = [rounded(-0.5, y, 0.5, y + 0.055, 0.008) for y in (0.17, 0.29, 0.36, 0.43)]
    pen.paint(slats, [], colour, texture="grain", grain=0.6)


def barrel(pen, rng):
    """A wooden cask or a painted drum."""
    iron, colour = vary(rng, (92, 90, 88)), vary(rng, pick(rng, WOOD + PAINT[:3]))
    body = pen.blob([(-0.27, 0), (-0.34, 0.45), (-0.27, 0.9), (0.27, 0.9), (0.34, 0.45), (0.27, 0)], colour, texture="grain", shade=0.9)
    pen.paint(
        [stroke([(x, 0), (x * 1.2, 0.45), (x, 0.9)], 0.008) for x in (-0.19, -0.1, 0, 0.1, 0.19)],
        [],
        darker(colour, 0.4),
        within=body,
        shade=0,
    )
    pen.paint([rounded(-0.4, y, 0.4, y + 0.05, 0) for y in (0.12, 0.3, 0.6, 0.78)], [], iron, within=body, shade=0.3)


def crate(pen, rng):
    """A wooden crate of boards, or two of them stacked."""
    for x, bottom, side in ((0, 0, 0.62), (rng.uniform(-0.08, 0.08), 0.61, 0.38))[: int(rng.integers(1, 3))]:
        colour, half = vary(rng, pick(rng, WOOD)), side / 2
        pen.rect(x - half, bottom, x + half, bottom + side, darker(colour, 0.45))
        boards = [rounded(x - half, bottom + side * k / 4, x + half, bottom + side * (k + 0.86) / 4, 0) for k in range(4)]
        pen.paint(boards, [], colour, texture="grain", grain=0.7, shade=0.4)
        posts = [rounded(x + s * half - 0.04, bottom, x + s * half + 0.04, bottom + side, 0) for s in (-0.86, 0.86)]
        pen.paint(posts, [], lighter(colour, 0.1), texture="grain", grain=0.5)


def carton(pen, rng):
    """A cardboard box with tape, one side in shade."""
    colour, tall = vary(rng, (182, 142, 98)), rng.uniform(0.45, 0.7)
    pen.polygon([(-0.45, 0.02), (0.25, 0), (0.25, tall), (-0.45, tall + 0.02)], colour, texture="rough", grain=0.2)
    pen.polygon([(0.25, 0), (0.47, 0.08), (0.47, tall + 0.06), (0.25, tall)], darker(colour, 0.3), texture="rough", grain=0.2)
    pen.polygon([(-0.45, tall + 0.02), (0.25, tall), (0.47, tall + 0.06), (-0.2, tall + 0.09)], lighter(colour, 0.2), shade=0)
    pen.polygon([(-0.13, tall * 0.72), (-0.06, tall * 0.72), (-0.06, tall + 0.01), (-0.13, tall + 0.01)], (214, 196, 160), shade=0)


def bin_on_wheels(pen, rng):
    """A wheelie bin."""
    colour = vary(rng, pick(rng, ((58, 66, 62), (44, 84, 62), (54, 76, 112), (92, 76, 60), (150, 132, 52))))
    pen.paint([oval(x, 0.07, 0.07, 0.07, steps=20) for x in (-0.2, 0.2)], [], (34, 34, 36))
    pen.polygon([(-0.24, 0.04), (0.24, 0.04), (0.31, 0.84), (-0.31, 0.84)], colour, texture="rough", grain=0.15, shade=0.8)
    pen.polygon([(-0.34, 0.83), (0.34, 0.83), (0.3, 0.95), (0.0, 0.98), (-0.3, 0.95)], darker(colour, 0.15), shade=0.7)
    pen.rect(-0.16, 0.45, 0.16, 0.58, lighter(colour, 0.2), radius=0.02, shade=0.2)


def lamp_post(pen, rng):
    """A street lamp: an old lantern, or a curved mast."""
    iron = vary(rng, (70, 74, 74))
    if rng.random() < 0.5:
        pen.paint([stroke([(0, 0), (0, 0.5), (0, 0.82)], (0.035, 0.02, 0.018)), rounded(-0.03, 0, 0.03, 0.1, 0.01)], [], iron)
        pen.polygon([(-0.035, 0.82), (0.035, 0.82), (0.06, 0.94), (-0.06, 0.94)], (232, 222, 180))
        pen.polygon([(-0.075, 0.94), (0.075, 0.94), (0, 1.0)], iron)
    else:
        pen.limb([(0, 0), (0, 0.6), (0.02, 0.9), (0.1, 0.98), (0.24, 0.99)], (0.035, 0.024, 0.02, 0.018, 0.016), lighter(iron, 0.3))
        pen.ellipse(0.26, 0.98, 0.07, 0.018, lighter(iron, 0.45))


def road_sign(pen, rng):
    """A sign on a pole: round, three-cornered, or a board."""
    red, blue, white = (186, 44, 42), (40, 84, 150), (232, 230, 224)
    pen.rect(-0.018, 0, 0.018, 0.72, (148, 150, 150))
    shape = int(rng.integers(4))
    if shape == 0:
        pen.ellipse(0, 0.8, 0.18, 0.18, pick(rng, (red, blue)), shade=0.25)
        pen.rect(-0.11, 0.77, 0.11, 0.83, white, shade=0) if rng.random() < 0.5 else pen.ellipse(0, 0.8, 0.12, 0.12, white, shade=0)
    elif shape == 1:
        for size, colour in ((0.22, red), (0.14, white)):
            pen.polygon([(-size, 0.78 - size * 0.57), (size, 0.78 - size * 0.57), (0, 0.78 + size * 1.15)], colour, shade=0.2)
    else:
        colour = pick(rng, (blue, (220, 186, 60), (60, 110, 76), white))
        pen.rect(-0.3, 0.66, 0.3, 0.9, colour, radius=0.03, shade=0.25)
        ink = white if sum(colour) < 500 else (60, 60, 64)
        pen.paint([rounded(-0.23, y, rng.uniform(0.02, 0.23), y + 0.035, 0) for y in (0.72, 0.8)], [], ink, shade=0)


def lighthouse(pen, rng):
    """A striped tower with a lantern room."""
    band = pick(rng, PAINT[:2])
    tower = pen.polygon([(-0.13, 0), (0.13, 0), (0.075, 0.76), (-0.075, 0.76)], (226, 222, 212), texture="rough", grain=0.15, shade=0.9)
    pen.paint([rounded(-0.2, y, 0.2, y + 0.15, 0) for y in (0.1, 0.42)], [], band, within=tower, shade=0)
    pen.rect(-0.055, 0.76, 0.055, 0.88, (196, 206, 200))
    pen.paint([rounded(-0.11, 0.75, 0.11, 0.78, 0), [(-0.08, 0.88), (0.08, 0.88), (0, 1.0)]], [], darker(band, 0.2))


def buoy(pen, rng):
    """A buoy with a light on top, heeling a little."""
    colour = vary(rng, pick(rng, ((192, 60, 44), (58, 120, 78), (216, 172, 50))))
    with pen.moved(angle=rng.normal(0, 6)):
        pen.paint([stroke([(x, 0.2), (x * 0.3, 0.85)], 0.035) for x in (-0.2, 0, 0.2)], [], darker(colour, 0.15))
        pen.polygon([(-0.1, 0.55), (0.1, 0.55), (0.07, 0.75), (-0.07, 0.75)], colour)
        pen.ellipse(0, 0.9, 0.05, 0.07, (226, 214, 170))
        pen.blob([(-0.38, 0.14), (-0.3, 0.0), (0.3, 0.0), (0.38, 0.14), (0.3, 0.27), (-0.3, 0.27)], colour, shade=0.9)
    pen.blob([(-0.48, 0.03), (-0.2, 0.08), (0.1, 0.03), (0.48, 0.05), (0.2, 0.0), (-0.2, 0.0)], (206, 216, 218), opacity=0.7, shade=0)


def wave(pen, rng):
    """A crest of water with foam, 1.1 wide and 0.3 high."""
    colour, peak = vary(rng, (70, 112, 128), 10), rng.uniform(-0.2, 0.2)
    top = [(-0.55, 0.02), (-0.3, 0.14), (peak, rng.uniform(0.2, 0.3)), (0.32, 0.12), (0.55, 0.02)]
    body = pen.polygon([*list(smooth(top)), (0.4, 0), (-0.4, 0)], colour, texture="grain", grain=0.7, shade=0.9, soft=0.008)
    foam = [(x * 0.8 + peak * 0.2, y * 0.95) for x, y in smooth(top)[6:-6]]
    crest = [oval(x, y - rng.uniform(0, 0.03), rng.uniform(0.015, 0.05), rng.uniform(0.008, 0.02), steps=12) for x, y in foam]
    pen.paint(crest, [], (226, 232, 232), texture="rough", grain=0.6, opacity=0.85, soft=0.005)
    pen.paint(
        [oval(x, y * rng.uniform(0.2, 0.8), 0.05, 0.006, steps=10) for x, y in foam[::3]], [], (200, 214, 216), within=body, opacity=0.6
    )


def wisp(pen, rng):
    """A torn shred of cloud, 1.1 wide."""
    pen.sheet.paste((232, 235, 238), mask=ImageChops.invert(pen.alpha))  # or the soft edges would fade to black
    for count, wide, opacity in ((14, 0.36, 0.5), (12, 0.26, 0.7)):
        puffs = clumps(rng, 0, 0.22, wide, 0.08, count, 0.1)
        pen.paint(puffs, [], (236, 238, 240), soft=0.04, opacity=opacity, shade=0.25, texture="rough", grain=0.15)


def statue(pen, rng):
    """A stone urn or obelisk on a plinth."""
    colour = vary(rng, pick(rng, STONE), 8)
    pen.paint(
        [rounded(-0.2, 0, 0.2, 0.08, 0), rounded(-0.15, 0.06, 0.15, 0.36, 0), rounded(-0.19, 0.36, 0.19, 0.42, 0)],
        [],
        colour,
        texture="rough",
        grain=0.5,
    )
    if rng.random() < 0.5:
        shape = [(-0.11, 0.42), (-0.09, 0.92), (0, 1.0), (0.09, 0.92), (0.11, 0.42)]
    else:
        shape = smooth(
            [(-0.09, 0.42), (-0.04, 0.5), (-0.2, 0.72), (-0.17, 0.9), (0.17, 0.9), (0.2, 0.72), (0.04, 0.5), (0.09, 0.42)], steps=5
        )
    pen.polygon(shape, lighter(colour, 0.06), texture="rough", grain=0.5, shade=0.9)


def hay_bale(pen, rng):
    """A round bale of straw: its rolled end, and its side running back from it."""
    colour, turn = vary(rng, (190, 156, 84)), rng.uniform(0.0, 0.5)
    wide = 0.44 * (1 - turn * 0.5)
    with pen.moved(flip=bool(rng.random() < 0.5)):
        outline = [(-0.1, 0), (0.3, 0.03), (0.3 + turn * 0.4, 0.44), (0.3, 0.84), (-0.1, 0.88)]
        pen.blob(outline, darker(colour, 0.12), texture="grain", grain=0.6, shade=0.8)
        end = pen.ellipse(-0.08, 0.44, wide, 0.44, colour, texture="rough", grain=0.4, shade=0.4)
        for radius in (0.82, 0.6, 0.38, 0.16):
            pen.paint(
                [oval(-0.08, 0.44, wide * radius, 0.44 * radius)],
                [oval(-0.07, 0.45, wide * (radius - 0.07), 0.44 * (radius - 0.07))],
                darker(colour, 0.3),
                within=end,
                shade=0,
                opacity=0.5,
            )


def mast(pen, rng):
    """A railway mast with its arm, or a signal with two lamps."""
    colour = vary(rng, (104, 108, 104))
    pen.rect(-0.018, 0, 0.018, 1.0, colour, shade=0.3)
    if rng.random() < 0.6:
        pen.line([(0, 0.92), (0.34, 0.86)], 0.014, colour)
        pen.line([(0, 0.76), (0.34, 0.86)], 0.01, colour)
        return
    pen.rect(-0.07, 0.72, 0.07, 0.98, (40, 42, 44), radius=0.05)
    pen.ellipse(0, 0.9, 0.035, 0.035, pick(rng, ((206, 60, 48), (70, 60, 58))), shade=0.2)
    pen.ellipse(0, 0.8, 0.035, 0.035, (90, 170, 110), shade=0.2)


def house(pen, rng):
    """A cottage from afar, 1 wide: gable or long side, windows, a door and a chimney."""
    wall, roof, tall = (
        vary(rng, pick(rng, PLASTER)),
        vary(rng, pick(rng, ((150, 78, 56), (96, 92, 94), (122, 96, 74)))),
        rng.uniform(0.34, 0.45),
    )
    pen.rect(0.22, tall, 0.32, tall + 0.36, darker(wall, 0.25))
    pen.rect(-0.45, 0, 0.45, tall, wall, texture="rough", grain=0.2, shade=0.5)
    hip = rng.uniform(0.1, 0.4)
    pen.polygon([(-0.52, tall - 0.02), (0.52, tall - 0.02), (hip, tall + 0.3), (-hip, tall + 0.3)], roof, texture="grain", grain=0.6)
    columns = (-0.3, -0.08, 0.32) if rng.random() < 0.5 else (-0.28, 0.3)
    pen.paint([rounded(x - 0.07, 0.13, x + 0.07, tall - 0.08, 0) for x in columns], [], (226, 222, 212), shade=0)
    pen.paint([rounded(x - 0.055, 0.145, x + 0.055, tall - 0.095, 0) for x in columns], [], (64, 74, 86), shade=0.4)
    pen.rect(0.06, 0, 0.18, tall - 0.1, vary(rng, pick(rng, PAINT)), shade=0.2)
