"""Cityscapes' layout: ``leftImg8bit/…_leftImg8bit.png`` and ``gtFine/…_gtFine_labelIds.png`` or ``_labelTrainIds.png``.

The layout and the ids: https://github.com/mcordts/cityscapesScripts. As there, 19 classes are learned; all others are
void, as nothing is background. CVAT writes the same layout with a list of its own, ``label_colors.txt``, whose lines
are the ids then (https://docs.cvat.ai/docs/dataset_management/formats/format-cityscapes/).
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from fcn_course.data.importing.colours import colour_file, order, read_colours
from fcn_course.data.importing.files import Files, split_of
from fcn_course.data.importing.pixels import read_pixels
from fcn_course.data.importing.records import (
    BACKGROUND,
    UNLABELLED,
    Annotated,
    AnnotationError,
    Notes,
    Source,
    with_background,
)
from fcn_course.data.labels import VOID

PICTURE = "_leftImg8bit"
IDS, TRAIN_IDS = "_labelIds", "_labelTrainIds"
# fmt: off
CLASSES = (
    "road", "sidewalk", "building", "wall", "fence", "pole", "traffic light", "traffic sign", "vegetation", "terrain",
    "sky", "person", "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle",
)
LABEL_IDS = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)  # of these, in this order
# fmt: on
MOST_IDS = 34


def is_cityscapes(files: Files) -> bool:
    """Whether masks are called as in Cityscapes."""
    return any(path.stem.endswith((IDS, TRAIN_IDS)) for path in files.pictures)


def read_cityscapes(files: Files, notes: Notes) -> Source:
    """All masks of ids with their pictures; ``labelIds`` go before ``labelTrainIds`` where a picture has both."""
    masks = {}
    for suffix in (TRAIN_IDS, IDS):
        masks |= {_key(path, suffix): path for path in files.pictures if path.stem.endswith(suffix)}
    pictures = {path.stem.removesuffix(PICTURE): path for path in files.pictures if path.stem.endswith(PICTURE)}
    classes, tables, said = _tables(files)
    source = Source("Cityscapes' layout", classes, [], "void", said=said)
    for key, mask in masks.items():
        where = files.within(mask)
        if key not in pictures:
            notes.fault("mask without its picture", where, f"no {key}{PICTURE}.png")
            continue
        table = tables[mask.stem.endswith(TRAIN_IDS)]
        split = split_of(files.within(mask.parent))
        source.items.append(Annotated(key, pictures[key], partial(_paint, mask, table), split))
    if left := [key for key in pictures if key not in masks]:
        notes.remarks["pictures without a mask, left out"] = left
    return source


def _key(path, suffix):
    return path.stem.removesuffix(suffix).removesuffix("_gtFine").removesuffix("_gtCoarse")


def _tables(files):
    """Class names, and the index of each id in masks of ids and in masks of train ids."""
    if path := colour_file(files):
        colours = read_colours(path)
        names, index = order(colours)
        lines = _table([index[colour] for _, colour in colours])
        return with_background(names, str(path))[0], (lines, lines), [f"ids count the lines of {path.name}"]
    ids = [LABEL_IDS.index(number) + 1 if number in LABEL_IDS else UNLABELLED for number in range(MOST_IDS)]
    said = ["Cityscapes' 19 classes behind the background, which never occurs; all other ids are void"]
    return (BACKGROUND, *CLASSES), (_table(ids), _table(range(1, len(CLASSES) + 1))), said


def _table(indices):
    table = np.full(256, -2, np.int16)
    table[: len(indices)], table[VOID] = indices, UNLABELLED
    return table


def _paint(mask: Path, table: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    del size
    ids = read_pixels(mask).indices
    found = None if ids is None or ids.max(initial=0) > VOID or ids.min(initial=0) < 0 else table[ids]
    if found is None:
        raise AnnotationError("unreadable mask", "no ids of 8 bits")
    if (found == -2).any():
        raise AnnotationError("index without a class", f"the id {int(ids[found == -2][0])}")
    return found
