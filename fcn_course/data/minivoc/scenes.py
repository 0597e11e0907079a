"""The seven backdrops that the objects are put in front of: sky, sea, street, railway, meadow, room and garden.

A backdrop is painted in the size it is needed in. Ground and water are flat noise laid down in perspective, so that their
texture grows with nearness; what stands on them comes from :mod:`.plants`, :mod:`.props` and :mod:`.furnishings`. Nothing in
a backdrop belongs to one of the twenty classes: all of it is class 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image

from fcn_course.data.minivoc import furnishings, plants, props
from fcn_course.data.minivoc.backdrop import daylight, photographed
from fcn_course.data.minivoc.canvas import pick
from fcn_course.data.minivoc.indoors import room_scene
from fcn_course.data.minivoc.outdoors import garden_scene, meadow_scene, railway_scene, sea_scene, sky_scene
from fcn_course.data.minivoc.town import street_scene

_PAINTERS = {
    "sky": sky_scene,
    "sea": sea_scene,
    "street": street_scene,
    "railway": railway_scene,
    "meadow": meadow_scene,
    "room": room_scene,
    "garden": garden_scene,
}
_OCCLUDERS = {
    "sky": (props.wisp,),
    "sea": (props.buoy, props.wave, props.wave),
    "street": (props.bin_on_wheels, props.crate, plants.bush, props.barrel, props.carton, plants.hedge),
    "railway": (plants.tuft, plants.bush, props.crate, props.rail_fence, props.barrel),
    "meadow": (plants.bush, plants.tuft, plants.tuft, props.rail_fence, props.rock, props.hay_bale),
    "room": (furnishings.cushion, furnishings.ball, furnishings.vase, furnishings.basket, props.carton),
    "garden": (plants.bush, plants.flowers, props.picket_fence, plants.hedge, props.barrel, plants.tuft),
}
SCENES = tuple(_PAINTERS)


class Scene(NamedTuple):
    """A backdrop and what the composer must know to set objects into it.

    Attributes:
        picture: RGB, of the size that was asked for.
        horizon: y in pixels where the ground begins; feet stand between it and the lower edge. In the sky it lies near that edge.
        light: direction of the light in degrees, see :class:`.canvas.Pen`.
        contrast: 0.4 on a grey day to 1.0 in sunshine.
        tint: factors (red, green, blue) by which an object's colours are multiplied to sit in the scene's light.
        track: y in pixels of the rail that wheels stand on; only the railway has one.
    """

    picture: Image.Image
    horizon: float
    light: float
    contrast: float
    tint: tuple[float, float, float]
    track: float | None = None


def draw_scene(kind: str, size: tuple[int, int], rng: np.random.Generator) -> Scene:
    """Paint the backdrop ``kind`` (one of ``SCENES``) in ``size`` = (width, height) pixels; the same rng gives the same bytes."""
    day = daylight(rng)
    picture, horizon, track = _PAINTERS[kind](size, rng, day)
    return Scene(photographed(picture, rng), float(horizon), day.light, day.contrast, day.tint, track)


def occluder(kind: str, rng: np.random.Generator):
    """A prop ``f(pen, rng)`` that may stand in front of an object in that kind of scene; its units are those of the objects."""
    return pick(rng, _OCCLUDERS[kind])
