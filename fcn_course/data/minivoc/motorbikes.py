"""Four kinds of motorbike, seen from the right side, one unit from tyre to tyre.

The seat is at (-0.1, 0.385) for a rider (see ``people.rider``) drawn at a scale of 0.83.
"""

from __future__ import annotations

import math

import numpy as np

from fcn_course.data.minivoc.canvas import Pen, darker, lighter, pick, vary
from fcn_course.data.minivoc.curves import stroke

RUBBER, STEEL, CHROME, BLACK = (34, 34, 38), (150, 154, 160), (204, 208, 214), (42, 42, 48)
PAINTS = (
    (192, 36, 40), (28, 74, 160), (30, 32, 36), (240, 240, 236), (34, 120, 74), (236, 184, 40), (230, 106, 34), (20, 132, 148),
    (116, 44, 110), (150, 200, 190), (122, 128, 134), (214, 112, 138),
)  # fmt: skip


def motorbike(pen: Pen, rng: np.random.Generator) -> None:
    """Draw a sports bike, a cruiser, a roadster or a scooter."""
    colour = vary(rng, pick(rng, PAINTS), 10)
    with pen.moved(0, 0, rng.uniform(-2, 2)):
        pick(rng, (_sports, _cruiser, _roadster, _scooter))(pen, rng, colour)


def _fat_wheel(pen, x, radius, width, spokes, rim=STEEL):
    ways = [0.5 + k * 2 * math.pi / spokes for k in range(spokes)]
    inner = radius - width
    thick = 0.03 if spokes < 8 else 0.007
    pen.paint([stroke([(x, radius), (x + inner * math.cos(a), radius + inner * math.sin(a))], thick) for a in ways], [], rim)
    pen.ring(x, radius, radius, width, RUBBER, shade=0.8)
    pen.ring(x, radius, inner + 0.002, 0.02, rim)
    pen.ring(x, radius, inner * 0.62, 0.022, (176, 176, 178), shade=0.3)  # brake disc
    pen.ellipse(x, radius, 0.026, 0.026, STEEL)


def _engine(pen, x, y, twin):
    case = [(-0.12, -0.06), (-0.02, -0.08), (0.1, -0.06), (0.11, 0.02), (-0.02, 0.04), (-0.13, 0.03)]
    pen.blob(np.add(case, (x, y)), (112, 114, 120))
    for angle in (-24, 24) if twin else (-14,):
        with pen.moved(x + (0.02 if not twin else 0.0), y, angle=angle):
            block = pen.rect(-0.05, 0.02, 0.05, 0.15, (136, 138, 144), radius=0.01)
            gaps = [stroke([(-0.06, v), (0.06, v)], 0.008) for v in np.arange(0.04, 0.145, 0.02)]
            pen.paint(gaps, [], BLACK, within=block, shade=0)
    pen.ellipse(x - 0.01, y - 0.02, 0.046, 0.046, CHROME, shade=0.8)
    pen.ring(x - 0.01, y - 0.02, 0.034, 0.008, (110, 112, 118), shade=0)


def _pipe(pen, points, thick):
    pen.limb(points, [0.026] * (len(points) - 2) + [thick, thick * 0.9], CHROME, shade=0.9)
    (x0, y0), (x1, y1) = points[-2:]
    pen.ellipse(x1 + 0.008 * np.sign(x1 - x0), y1, 0.012, thick * 0.36, BLACK, angle=math.degrees(math.atan2(y1 - y0, x1 - x0)), shade=0)


def _lamp(pen, x, y, radius):
    pen.ellipse(x, y, radius, radius, CHROME, shade=0.8)
    pen.ellipse(x + radius * 0.75, y, radius * 0.35, radius * 0.85, (255, 244, 204), shade=0.2)


def _sports(pen: Pen, rng: np.random.Generator, colour) -> None:
    """Draw a sports bike: fairing, screen, raised tail."""
    trim = pick(rng, ((244, 244, 244), (30, 30, 34), lighter(colour, 0.6)))
    _fat_wheel(pen, -0.335, 0.16, 0.062, 5, BLACK if rng.random() < 0.5 else (206, 160, 60))
    _fat_wheel(pen, 0.345, 0.155, 0.052, 5, BLACK)
    pen.limb([(-0.335, 0.16), (-0.2, 0.2), (-0.04, 0.24)], [0.04, 0.05, 0.06], STEEL)
    pen.line([(0.345, 0.155), (0.245, 0.42)], 0.036, (200, 164, 70))
    pen.blob([(-0.12, 0.16), (0.12, 0.14), (0.2, 0.34), (-0.1, 0.36)], (64, 66, 72))
    _pipe(pen, [(0.06, 0.14), (-0.06, 0.125), (-0.2, 0.19), (-0.36, 0.27)], 0.06)
    tail = pen.blob([(-0.14, 0.37), (-0.3, 0.42), (-0.46, 0.475), (-0.45, 0.42), (-0.3, 0.35), (-0.12, 0.29)], colour)
    pen.polygon([(-0.5, 0.5), (-0.425, 0.5), (-0.425, 0.4), (-0.5, 0.4)], (214, 30, 30), within=tail, shade=0)
    pen.limb([(-0.2, 0.395), (-0.1, 0.375), (0.0, 0.385)], [0.04, 0.045, 0.03], BLACK, texture="cloth")
    pen.blob([(-0.03, 0.37), (0.02, 0.46), (0.13, 0.5), (0.22, 0.46), (0.2, 0.36), (0.06, 0.33)], colour, shade=0.9)
    nose = [(0.14, 0.46), (0.27, 0.52), (0.38, 0.44), (0.42, 0.36), (0.3, 0.31)]
    belly = [(0.2, 0.17), (0.04, 0.1), (-0.1, 0.13), (-0.02, 0.22), (0.1, 0.33)]
    fairing = pen.blob([*nose, *belly], colour, shade=0.8)
    pen.paint([stroke([(0.34, 0.4), (0.12, 0.3), (0.0, 0.1)], [0.02, 0.05, 0.03])], [], trim, within=fairing, shade=0.2)
    pen.blob([(0.17, 0.26), (0.22, 0.3), (0.16, 0.19), (0.1, 0.17)], BLACK, within=fairing, shade=0)
    pen.blob([(0.22, 0.5), (0.24, 0.585), (0.31, 0.53), (0.36, 0.46)], (120, 150, 172), shade=0.6)
    pen.blob([(0.33, 0.41), (0.38, 0.42), (0.415, 0.37), (0.35, 0.37)], (255, 246, 214), shade=0.2)
    pen.limb([(0.2, 0.27), (0.33, 0.33), (0.46, 0.26)], [0.02, 0.034, 0.022], colour)
    pen.limb([(0.16, 0.5), (0.21, 0.505)], 0.028, BLACK)


def _cruiser(pen: Pen, rng: np.random.Generator, colour) -> None:
    """Draw a cruiser: long fork, two cylinders, deep mudguards, low saddle."""
    _fat_wheel(pen, -0.32, 0.16, 0.066, 14, CHROME)
    _fat_wheel(pen, 0.365, 0.16, 0.046, 14, CHROME)
    pen.line([(0.365, 0.16), (0.2, 0.49)], 0.034, CHROME, shade=0.9)
    pen.line([(-0.32, 0.16), (-0.02, 0.14), (0.15, 0.17), (0.2, 0.4)], 0.03, BLACK)
    _engine(pen, 0.01, 0.17, True)
    _pipe(pen, [(0.09, 0.26), (0.1, 0.14), (-0.05, 0.1), (-0.22, 0.11), (-0.47, 0.12)], 0.046)
    for x, start, end in ((-0.32, 25, 175), (0.365, 30, 135)):
        arc = [(x + 0.178 * math.cos(a), 0.16 + 0.178 * math.sin(a)) for a in np.radians(np.linspace(start, end, 8))]
        pen.limb(arc, 0.036, colour, shade=0.8)
    outline = [(-0.3, 0.34), (-0.28, 0.43), (-0.2, 0.395), (-0.08, 0.365), (0.0, 0.385), (0.0, 0.345), (-0.14, 0.32)]
    pen.blob(outline, pick(rng, (BLACK, (94, 52, 30))), shade=0.7)
    tank = pen.blob([(-0.02, 0.36), (0.03, 0.43), (0.13, 0.46), (0.2, 0.43), (0.18, 0.36), (0.06, 0.33)], colour, shade=1)
    pen.limb([(0.02, 0.38), (0.09, 0.41), (0.17, 0.405)], [0.01, 0.03, 0.012], lighter(colour, 0.65), within=tank, shade=0)
    pen.limb([(0.2, 0.47), (0.19, 0.54), (0.2, 0.585), (0.14, 0.57)], 0.02, CHROME)
    pen.limb([(0.16, 0.578), (0.095, 0.555)], 0.028, BLACK)
    _lamp(pen, 0.245, 0.47, 0.042)
    pen.ellipse(-0.49, 0.27, 0.02, 0.024, (206, 30, 30))
    if rng.random() < 0.5:
        pen.rect(-0.44, 0.2, -0.24, 0.33, (84, 48, 30), radius=0.03, texture="cloth")


def _roadster(pen: Pen, rng: np.random.Generator, colour) -> None:
    """Draw a roadster: upright tank, one cylinder, long flat seat."""
    _fat_wheel(pen, -0.335, 0.16, 0.052, 14 if rng.random() < 0.5 else 6, CHROME)
    _fat_wheel(pen, 0.345, 0.16, 0.046, 14, CHROME)
    pen.line([(0.345, 0.16), (0.22, 0.48)], 0.034, CHROME, shade=0.9)
    pen.line([(-0.335, 0.16), (-0.04, 0.14), (0.12, 0.15), (0.2, 0.42), (-0.2, 0.34), (-0.06, 0.15)], 0.026, BLACK)
    pen.line([(-0.335, 0.17), (-0.27, 0.36)], 0.03, STEEL)
    _engine(pen, 0.04, 0.17, False)
    pen.polygon([(-0.17, 0.33), (0.0, 0.34), (-0.02, 0.24), (-0.12, 0.24)], colour)
    _pipe(pen, [(0.1, 0.26), (0.12, 0.13), (-0.02, 0.1), (-0.2, 0.12), (-0.46, 0.16)], 0.05)
    pen.limb([(-0.46, 0.28), (-0.38, 0.345), (-0.24, 0.35)], 0.026, CHROME)
    pen.limb([(0.22, 0.31), (0.32, 0.345), (0.44, 0.3)], 0.024, colour)
    outline = [(-0.4, 0.4), (-0.3, 0.415), (-0.12, 0.39), (0.01, 0.4), (0.01, 0.36), (-0.2, 0.35), (-0.38, 0.36)]
    pen.blob(outline, pick(rng, (BLACK, (120, 70, 40))), shade=0.6)
    tank = pen.blob([(-0.02, 0.38), (0.03, 0.46), (0.14, 0.475), (0.21, 0.44), (0.19, 0.38), (0.06, 0.36)], colour, shade=1)
    pen.line([(-0.05, 0.395), (0.25, 0.415)], 0.018, lighter(colour, 0.7), within=tank, shade=0)
    pen.limb([(0.22, 0.49), (0.215, 0.53), (0.16, 0.535), (0.12, 0.525)], 0.02, CHROME)
    pen.limb([(0.17, 0.535), (0.11, 0.523)], 0.03, BLACK)
    _lamp(pen, 0.27, 0.45, 0.046)
    pen.line([(0.19, 0.52), (0.17, 0.6)], 0.018, STEEL)
    pen.ellipse(0.165, 0.61, 0.03, 0.022, CHROME)
    pen.ellipse(-0.42, 0.375, 0.02, 0.022, (206, 30, 30))


def _scooter(pen: Pen, rng: np.random.Generator, colour) -> None:
    """Draw a scooter: small wheels, a shield in front of the feet, a rounded back."""
    seat = pick(rng, (BLACK, (124, 70, 42), (214, 196, 160)))
    for x in (-0.28, 0.34):
        _fat_wheel(pen, x, 0.12, 0.044, 5, CHROME)
    pen.limb([(0.34, 0.12), (0.3, 0.3), (0.23, 0.56)], [0.04, 0.05, 0.045], STEEL)
    _pipe(pen, [(-0.1, 0.1), (-0.2, 0.08), (-0.3, 0.1), (-0.44, 0.13)], 0.05)
    pen.limb([(0.24, 0.16), (0.1, 0.12), (-0.16, 0.13)], [0.04, 0.05, 0.06], darker(colour, 0.15))
    back = [(-0.02, 0.37), (-0.36, 0.4), (-0.47, 0.3), (-0.44, 0.2)]
    arch = [(-0.37, 0.21), (-0.28, 0.25), (-0.19, 0.2), (-0.15, 0.11), (-0.06, 0.11), (-0.02, 0.22)]
    shell = pen.blob([*back, *arch], colour, shade=0.9)
    pen.limb([(-0.42, 0.3), (-0.25, 0.33), (-0.05, 0.3)], 0.018, CHROME, within=shell, shade=0.2)
    pen.blob([(-0.38, 0.4), (-0.34, 0.44), (-0.16, 0.42), (0.0, 0.41), (0.01, 0.375), (-0.2, 0.375)], seat, shade=0.7)
    outline = [(0.18, 0.54), (0.24, 0.53), (0.33, 0.36), (0.36, 0.24), (0.28, 0.22), (0.25, 0.13), (0.19, 0.12), (0.21, 0.3)]
    pen.blob(outline, colour, shade=0.8)
    pen.limb([(0.23, 0.18), (0.36, 0.27), (0.47, 0.17)], [0.03, 0.05, 0.03], colour, shade=0.8)
    pen.blob([(0.15, 0.55), (0.165, 0.6), (0.25, 0.615), (0.28, 0.55), (0.22, 0.52)], colour)
    _lamp(pen, 0.262, 0.57, 0.034)
    pen.limb([(0.19, 0.59), (0.1, 0.585)], 0.032, BLACK)
    pen.line([(0.17, 0.6), (0.145, 0.66)], 0.018, STEEL)
    pen.ellipse(0.14, 0.67, 0.028, 0.021, CHROME)
    pen.ellipse(-0.465, 0.32, 0.016, 0.026, (206, 30, 30))
