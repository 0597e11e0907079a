"""The twenty classes: which drawing shows each, in which scenes, how large, in whose company.

Sizes in metres are what things of different classes are measured against one another by; only the main object of a picture
is free in its size.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from fcn_course.data.minivoc import (
    aircraft,
    bicycles,
    birds,
    boats,
    bottles,
    buses,
    cars,
    cats,
    chairs,
    cows,
    dogs,
    horses,
    motorbikes,
    people,
    potted,
    screens,
    sheep,
    sofas,
    tables,
    trains,
)


class Kind(NamedTuple):
    """How objects of one class appear."""

    draw: Callable[..., object]
    scenes: tuple[str, ...]
    share: tuple[float, float]  # larger side of a main object, as a share of the picture's shorter side
    metres: float  # larger side in the world: what companions measure beside the main object
    most: int = 2  # of this class in a picture where it is the main one
    place: str = "ground"  # or "sky" (where there is one), "water", "track", "table"


KINDS = {
    "aeroplane": Kind(aircraft.aeroplane, ("sky", "sky", "meadow"), (0.45, 1.05), 14, 2, "sky"),
    "bicycle": Kind(bicycles.bicycle, ("street", "garden", "street"), (0.5, 0.9), 1.75, 2),
    "bird": Kind(birds.bird, ("sky", "garden", "sea", "meadow"), (0.22, 0.6), 0.4, 3, "sky"),
    "boat": Kind(boats.boat, ("sea",), (0.4, 1.0), 6, 3, "water"),
    "bottle": Kind(bottles.bottle, ("room",), (0.3, 0.6), 0.3, 3, "table"),
    "bus": Kind(buses.bus, ("street",), (0.75, 1.15), 9, 1),
    "car": Kind(cars.car, ("street", "street", "meadow"), (0.5, 0.95), 4.3, 2),
    "cat": Kind(cats.cat, ("room", "garden"), (0.4, 0.85), 0.6, 1),
    "chair": Kind(chairs.chair, ("room", "room", "garden"), (0.45, 0.85), 0.95, 2),
    "cow": Kind(cows.cow, ("meadow",), (0.45, 0.95), 2.3, 2),
    "diningtable": Kind(tables.diningtable, ("room",), (0.65, 1.0), 1.6, 1),
    "dog": Kind(dogs.dog, ("garden", "room", "street", "meadow"), (0.4, 0.85), 0.9, 1),
    "horse": Kind(horses.horse, ("meadow", "meadow", "garden"), (0.5, 0.95), 2.4, 2),
    "motorbike": Kind(motorbikes.motorbike, ("street", "street", "meadow"), (0.5, 0.9), 2.1, 2),
    "person": Kind(people.person, ("street", "room", "garden", "meadow"), (0.5, 0.95), 1.75, 3),
    "pottedplant": Kind(potted.pottedplant, ("room", "garden"), (0.4, 0.85), 0.7, 2),
    "sheep": Kind(sheep.sheep, ("meadow",), (0.35, 0.75), 1.2, 4),
    "sofa": Kind(sofas.sofa, ("room",), (0.65, 1.05), 2.1, 1),
    "train": Kind(trains.train, ("railway",), (0.9, 1.3), 20, 1, "track"),
    "tvmonitor": Kind(screens.tvmonitor, ("room",), (0.4, 0.75), 0.7, 1, "table"),
}
COMPANIONS = {
    "sky": ("bird", "aeroplane"),
    "sea": ("bird", "boat", "boat"),
    "street": ("person", "car", "bicycle", "dog", "motorbike", "person"),
    "railway": ("person", "bird"),
    "meadow": ("bird", "person", "dog", "sheep", "horse", "cow"),
    "garden": ("person", "bird", "dog", "cat", "chair", "pottedplant"),
    "room": ("person", "bottle", "chair", "pottedplant", "cat", "tvmonitor", "dog"),
}
RIDDEN = {"bicycle": 0.35, "motorbike": 0.35, "horse": 0.25}  # how often a person rides it
SEATS = {"bicycle": ((-0.14, 0.56), 1.0), "motorbike": ((-0.1, 0.385), 0.83), "horse": ((-0.04, 0.66), 0.73)}  # place, rider's size
