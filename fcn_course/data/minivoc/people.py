"""People, and riders for bicycles, motorbikes and horses; a standing person is one unit high.

This module chooses who it is (a ``Look``) and how they stand (a ``Pose``); ``body`` and ``heads`` draw it.
"""

from __future__ import annotations

import numpy as np

from fcn_course.data.minivoc.body import Look, Pose, draw_figure
from fcn_course.data.minivoc.canvas import Pen, darker, lighter, pick, vary

_SKINS = ((250, 216, 192), (240, 198, 168), (226, 176, 138), (201, 148, 108), (166, 112, 76), (124, 80, 54), (88, 56, 40))
_HAIRS = ((28, 22, 22), (52, 34, 26), (92, 58, 34), (140, 92, 48), (206, 164, 88), (176, 80, 36), (168, 166, 164), (226, 222, 214))
_CLOTHES = (
    (196, 44, 48), (30, 66, 140), (240, 238, 230), (34, 36, 42), (228, 176, 46), (44, 120, 82), (126, 66, 140), (226, 116, 52),
    (104, 168, 204), (222, 138, 160), (120, 128, 132), (112, 78, 56), (24, 128, 140), (150, 30, 66),
)  # fmt: skip
_TROUSERS = ((46, 66, 108), (84, 112, 156), (36, 38, 46), (120, 104, 82), (176, 158, 124), (86, 90, 94), (70, 80, 58), (60, 44, 40))
_SHOES = ((36, 32, 32), (240, 240, 236), (120, 74, 44), (190, 46, 44), (60, 84, 130), (92, 90, 88))


def person(pen: Pen, rng: np.random.Generator) -> None:
    """Draw a man or woman: standing, waving, leaning, seen from behind, walking or sitting on the ground."""
    pose = pick(rng, (_standing, _standing, _waving, _leaning, _walking, _walking, _sitting))(rng)
    look = _look(rng)
    if look.top == "coat" and look.legs == "shorts":
        look = look._replace(legs="trousers")
    if pose.hip[1] < 0.3:
        look = _for_sitting(look)
    with pen.moved(scale=pose.size):
        draw_figure(pen, look, pose)


def rider(pen: Pen, rng: np.random.Generator, pose: str) -> None:
    """Draw a rider in side view, facing right, who sits at (0, 0.35); a standing person of this size is 1 high.

    Args:
        pose: "bicycle" (hands near (0.34, 0.40), pedals about (0.09, -0.03)), "motorbike" (hands near (0.34, 0.53), near foot
            at (0.12, 0.06)) or "horse" (hands near (0.21, 0.50), near foot at (0.09, -0.04)). The far leg is drawn for a bicycle only.
    """
    hands, near, far, lean = {
        "bicycle": ((0.34, 0.40), (0.14, -0.105, -8), (0.04, 0.075, -18), -27),
        "motorbike": ((0.34, 0.53), (0.13, 0.07, -4), None, -15),
        "horse": ((0.21, 0.50), (0.08, -0.03, 6), None, -2),
    }[pose]
    grip = (*hands, -1, 0)
    hat = {"bicycle": pick(rng, ("helmet", "helmet", "", "cap")), "motorbike": "visor", "horse": pick(rng, ("helmet", "brim"))}[pose]
    look = _for_sitting(_look(rng))._replace(hat=hat)
    if hat in ("helmet", "visor") and look.style in ("bun", "curly"):
        look = look._replace(style="crop")
    draw_figure(pen, look, Pose("side", (0.0, 0.395), lean + rng.uniform(-4, 4), (grip, grip), (far, near), nod=-lean * 0.6))


def _look(rng) -> Look:
    skin = pick(rng, _SKINS)
    soft = float(rng.random() < 0.5)
    hair = pick(rng, _HAIRS if skin[0] > 190 else _HAIRS[:3] * 2 + _HAIRS[6:])
    shirt, trim = (pick(rng, _CLOTHES) for _ in range(2))
    if sum(abs(a - b) for a, b in zip(shirt, trim, strict=True)) < 150:  # too alike to be told apart
        trim = lighter(shirt, 0.75) if sum(shirt) < 420 else darker(shirt, 0.65)
    return Look(
        skin=vary(rng, skin, 7), hair=vary(rng, hair, 8), shirt=vary(rng, shirt, 8), trim=trim,
        bottom=vary(rng, pick(rng, _TROUSERS), 8), shoes=vary(rng, pick(rng, _SHOES), 6),
        style=pick(rng, ("bob", "long", "long", "bun", "tail", "curly") if soft else ("short", "short", "crop", "bald", "curly")),
        top=pick(rng, ("tee", "long", "long", "coat")),
        legs=pick(rng, ("trousers", "skirt", "dress", "trousers") if soft else ("trousers", "trousers", "trousers", "shorts")),
        pattern=pick(rng, ("plain", "plain", "stripes", "checks", "print")),
        hat=pick(rng, ("", "", "", "", "cap", "brim", "beanie")), beard=not soft and rng.random() < 0.3, glasses=rng.random() < 0.2,
        build=rng.uniform(0.97, 1.28), soft=soft,
    )  # fmt: skip


def _for_sitting(look):
    return look._replace(legs="trousers" if look.legs in ("skirt", "dress") else look.legs, top="long" if look.top == "coat" else look.top)


def _idle_hand(rng, side):
    if rng.random() < 0.2:
        return (side * 0.085, 0.565, side, 0)  # on the hip
    return (side * rng.uniform(0.115, 0.165), rng.uniform(0.455, 0.475), side, 0)


def _standing(rng):
    stance = rng.uniform(0.045, 0.085)
    feet = ((-stance, 0.04, 0), (stance, 0.04, 0))
    view = "back" if rng.random() < 0.15 else "front"
    return Pose(view, (0.0, 0.505), 0.0, (_idle_hand(rng, -1), _idle_hand(rng, 1)), feet, nod=rng.uniform(-5, 5))


def _waving(rng):
    up = (rng.uniform(0.17, 0.25), rng.uniform(0.99, 1.06), -1, 1)
    other = (-up[0], up[1], 1, 1) if rng.random() < 0.4 else _idle_hand(rng, -1)
    stance = rng.uniform(0.05, 0.1)
    return Pose("front", (0.0, 0.503), 0.0, (other, up), ((-stance, 0.04, 0), (stance, 0.04, 0)), 0.94, rng.uniform(-7, 7))


def _leaning(rng):
    feet = ((-0.05, 0.04, 0), (0.13, 0.045, 0))
    return Pose("front", (-0.03, 0.503), -5.0, ((-0.10, 0.565, -1, 0), (0.16, 0.475, 1, 0)), feet, nod=rng.uniform(4, 10))


def _walking(rng):
    step, swing = rng.uniform(0.1, 0.17), rng.uniform(0.08, 0.15)
    front, back = (step, 0.045, 8), (-step, 0.075, -32)
    if rng.random() < 0.5:
        return Pose("side", (0, 0.497), -3, ((swing + 0.05, 0.55, -1, 0), (-swing, 0.53, -1, 0)), (back, front))
    return Pose("side", (0, 0.497), -3, ((-swing, 0.53, -1, 0), (swing + 0.05, 0.55, -1, 0)), (front, back))


def _sitting(rng):
    drawn_up = rng.uniform(0.12, 0.2)
    near = (drawn_up, 0.035, 0) if rng.random() < 0.6 else (drawn_up + 0.1, 0.04, 20)
    hand = pick(rng, ((-0.33, 0.045, -1, 0), (0.06, 0.25, -1, 0)))
    feet = ((drawn_up - 0.06, 0.035, 0), near)
    return Pose("side", (-0.17, 0.065), rng.uniform(4, 16) if hand[0] < 0 else -6, ((0.1, 0.25, -1, 0), hand), feet, 1.36)
