"""What the garden's pictures are made of: five things, drawn with minivoc's pen, and the grounds on which they lie."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from fcn_course.data.minivoc.canvas import darker, lighter, mix, pick, vary
from fcn_course.data.minivoc.textures import noise


def apple(pen, rng):
    colour = vary(rng, pick(rng, [(196, 30, 36), (206, 52, 40), (172, 22, 44)]))
    half = [(0, 0.33), (0.14, 0.4), (0.32, 0.37), (0.44, 0.17), (0.42, -0.12), (0.28, -0.38), (0.1, -0.44), (0, -0.4)]
    body = pen.blob([*half, *[(-x, y) for x, y in half[-2:0:-1]]], colour, shade=0.9)
    blush = mix(colour, (236, 196, 70), 0.55)
    pen.ellipse(-0.2, 0.12, 0.13, 0.22, blush, angle=-20, within=body, soft=0.08, shade=0, opacity=0.8)
    pen.ellipse(0, 0.34, 0.14, 0.05, darker(colour, 0.6), within=body, soft=0.02, shade=0)
    pen.limb([(0, 0.31), (0.02, 0.45), (0.09, 0.57)], [0.05, 0.045, 0.07], (88, 58, 34))


def pear(pen, rng):
    colour = vary(rng, pick(rng, [(168, 184, 62), (190, 186, 70), (150, 170, 60)]))
    half = [(0, 0.46), (0.1, 0.43), (0.16, 0.26), (0.22, 0.06), (0.33, -0.14), (0.34, -0.34), (0.2, -0.48), (0, -0.5)]
    body = pen.blob([*half, *[(-x, y) for x, y in half[-2:0:-1]]], colour, shade=0.9, texture="rough", grain=0.12)
    for _ in range(14):
        x, y = rng.uniform(-0.3, 0.3), rng.uniform(-0.48, 0.35)
        pen.ellipse(x, y, 0.012, 0.012, darker(colour, 0.45), within=body, shade=0)
    pen.limb([(0, 0.43), (-0.03, 0.55), (-0.1, 0.64)], [0.045, 0.04, 0.06], (84, 62, 36))


def banana(pen, rng):
    colour = vary(rng, pick(rng, [(240, 206, 62), (232, 198, 50), (222, 206, 78)]), 8)
    angles = np.radians(np.linspace(200, 340, 8))
    arc = np.stack([0.58 * np.cos(angles), 0.34 + 0.62 * np.sin(angles)], 1)
    body = pen.limb(arc, [0.07, 0.15, 0.21, 0.24, 0.24, 0.21, 0.15, 0.06], colour, shade=0.7)
    pen.limb(arc * (0.99, 1) + (0, 0.035), [0.012] * 8, darker(colour, 0.3), within=body, shade=0, soft=0.006)
    pen.limb([arc[-1], arc[-1] + (0.05, 0.12)], [0.06, 0.07], darker(colour, 0.35))
    pen.limb([arc[0] - (0.01, 0.03), arc[0] + (0, 0.03)], [0.07, 0.05], (70, 52, 30))
    for _ in range(int(rng.integers(0, 7))):
        x, y = arc[int(rng.integers(1, 7))] + rng.uniform(-0.06, 0.06, 2)
        pen.ellipse(x, y, 0.025, 0.015, (120, 82, 34), within=body, shade=0)


def mushroom(pen, rng):
    cap = vary(rng, pick(rng, [(150, 100, 62), (166, 116, 74), (128, 82, 56), (206, 184, 150)]), 8)
    stem = (232, 222, 200)
    pen.blob([(-0.1, 0.05), (0.1, 0.05), (0.11, -0.2), (0.17, -0.46), (0, -0.5), (-0.17, -0.46), (-0.11, -0.2)], stem)
    pen.ellipse(0, 0.03, 0.44, 0.085, mix(stem, (150, 118, 90), 0.5), shade=0.2)
    for x in np.linspace(-0.36, 0.36, 13):
        pen.line([(x, 0.0), (x * 0.75, 0.07)], 0.012, (130, 100, 76), shade=0)
    dome = [(-0.47, 0.02), (-0.4, 0.24), (-0.2, 0.43), (0, 0.48), (0.2, 0.43), (0.4, 0.24), (0.47, 0.02), (0.25, 0.1)]
    pen.blob([*dome, (0, 0.115), (-0.25, 0.1)], cap, shade=0.9, texture="rough", grain=0.15)


def leaf(pen, rng):
    colour = vary(rng, pick(rng, [(70, 128, 52), (92, 140, 50), (58, 112, 58), (196, 108, 36), (182, 72, 34)]), 9)
    pen.limb([(-0.44, 0), (-0.56, -0.02), (-0.68, -0.07)], [0.035, 0.03, 0.04], darker(colour, 0.4))
    t = np.linspace(0, 1, 12)
    wide = 0.31 * np.sin(math.pi * t**0.8) ** 0.9
    tooth = np.where(np.arange(12) % 2, 1.09, 0.9)  # a toothed edge
    upper = np.stack([t - 0.46, wide * tooth], 1)
    body = pen.polygon([*upper, *(upper[-2:0:-1] * (1, -1))], colour, shade=0.35, texture="rough", grain=0.2)
    vein = lighter(colour, 0.4)
    pen.limb([(-0.46, 0), (0.1, 0.01), (0.5, 0)], [0.03, 0.022, 0.01], vein, within=body, shade=0)
    for x in np.linspace(-0.3, 0.25, 5):
        for side in (1, -1):
            pen.line([(x, 0), (x + 0.17, side * 0.24)], 0.014, vein, within=body, shade=0)


DRAW = {"apple": apple, "pear": pear, "banana": banana, "mushroom": mushroom, "leaf": leaf}  # each (pen, rng)


def ground(rng, size):
    """Wood, grass, cloth or stone: a picture of ``size`` (width, height)."""
    kind = pick(rng, ("wood", "grass", "cloth", "stone"))
    width, height = size
    if kind == "grass":
        tone, colour = noise(rng, size, 60, 3), vary(rng, (88, 132, 52), 8)
    elif kind == "wood":
        tone, colour = noise(rng, size, 40, 3, (0.06, 1.5)), vary(rng, pick(rng, [(150, 108, 70), (186, 148, 102)]), 8)
    elif kind == "cloth":
        tone, colour = (
            noise(rng, size, 120, 1),
            vary(rng, pick(rng, [(92, 120, 168), (216, 206, 188), (168, 92, 96)]), 8),
        )
    else:
        tone, colour = noise(rng, size, 14, 4), vary(rng, (138, 136, 132), 8)
    value = (np.asarray(tone, np.float32)[..., None] - 128) / 128  # (H, W, 1)
    pixels = np.array(colour, np.float32) * (1 + {"cloth": 0.15, "stone": 0.35}.get(kind, 0.45) * value)
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    brush = ImageDraw.Draw(picture)
    if kind == "wood":
        for y in range(int(rng.integers(20, 70)), height, int(rng.integers(60, 90))):
            brush.line([(0, y), (width, y + int(rng.integers(-3, 4)))], darker(colour, 0.55), 2)
    elif kind == "grass":
        for _ in range(width * height // 90):
            x, y, lean = rng.uniform(0, width), rng.uniform(0, height), rng.normal(0, 4)
            blade = mix(darker(colour, 0.4), lighter(colour, 0.35), rng.uniform())
            brush.line([(x, y), (x + lean, y - rng.uniform(6, 13))], blade, 1)
    elif kind == "cloth":
        step, other = int(rng.integers(18, 34)), pick(rng, [(250, 250, 246), (60, 66, 90)])
        stripes = Image.new("L", size)
        lines = ImageDraw.Draw(stripes)
        for at in range(0, max(size), 2 * step):
            lines.rectangle([at, 0, at + step // 2, height], fill=70)
        across = stripes.transpose(Image.Transpose.ROTATE_90).resize(size)
        picture.paste(other, (0, 0), ImageChops.add(stripes, across))
    return picture
