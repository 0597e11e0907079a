"""What the numbers and colours of a source's masks mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from fcn_course.data.importing.colours import CREAM, colour_file, colours_to_indices, order, read_colours
from fcn_course.data.importing.files import Files
from fcn_course.data.importing.pixels import black_and_white, pixels_to_indices, read_pixels, white_to_one
from fcn_course.data.importing.records import BACKGROUND, AnnotationError, named, with_background
from fcn_course.data.judged import FEW
from fcn_course.data.labels import VOC_CLASSES, VOID, read_classes, voc_colour

FOREGROUND = "foreground"
GAPS = 3  # so many times as many numbers as different ones: shades of grey, not indices


@dataclass(frozen=True)
class Legend:
    """How a mask's file becomes class indices.

    Attributes:
        classes: names, index 0 first.
        colours: the index of each colour; None where the masks hold indices.
        lines: the index of each number of a grey mask beside a list of colours: its line there.
        binary: black is the background, white the one class.
        said: what was decided, a sentence each.
    """

    classes: tuple[str, ...]
    colours: dict[tuple[int, int, int], int] | None = None
    lines: tuple[int, ...] = ()
    binary: bool = False
    said: tuple[str, ...] = ()

    def paint(self, path: Path, size: tuple[int, int]) -> np.ndarray:
        """The indices of a mask's file, int16 ``(H, W)`` as it is stored; its size is not looked at."""
        del size
        pixels = read_pixels(path)
        if self.binary:
            if not black_and_white(pixels):
                raise AnnotationError("index without a class", "other masks are black and white alone, this one is not")
            return white_to_one(pixels)
        if self.colours is None:
            return pixels_to_indices(pixels, len(self.classes))
        if pixels.grey:
            return _by_line(pixels.indices, self.lines)
        if pixels.colours is None:
            raise AnnotationError("colour without a class", "the mask holds numbers beyond 255")
        return colours_to_indices(pixels.colours, self.colours)

    def painter(self, path: Path) -> partial:
        """``paint`` for one file."""
        return partial(self.paint, path)


def _by_line(indices, lines):
    table = np.full(256, -2, np.int16)
    table[: len(lines)], table[VOID] = lines, VOID
    strange = (indices < 0) | (indices > VOID)
    found = table[np.where(strange, 254, indices)] if len(lines) < VOID else table[indices]
    if (found == -2).any():
        wrong = int(indices[found == -2][0])
        raise AnnotationError("index without a class", f"{wrong}; grey masks count the list's {len(lines)} lines")
    return found


def legend_from_files(files: Files) -> Legend | None:
    """What the source's list of colours says, or its list of names; None where it has neither.

    Raises:
        ValueError: a list that cannot be used.
    """
    if path := colour_file(files):
        colours = read_colours(path)
        names, index = order(colours)
        classes, _ = with_background(names, str(path))
        lines = tuple(index[colour] for _, colour in colours)
        return Legend(classes, index, lines, said=(f"masks are read by the colours of {files.within(path)}",))
    if own := files.label_file:
        return Legend(read_classes(own), said=(f"the classes are those of {own.name}",))
    return None


def legend_from_masks(masks: Sequence[Path], legend: Legend | None, vocs: bool = False) -> Legend:
    """Where no list of colours says what masks mean, they are looked through: black and white alone, or indices?

    Args:
        legend: the names, where a list gives some.
        vocs: the masks may be VOC's own: in VOC's colours, or with ten of VOC's indices or more.

    Raises:
        ValueError: masks of 0 and 255 beside more names than two, colours without a list, shades of grey.
    """
    values, binary, white, coloured = set(), True, False, False
    for path in masks:
        try:
            pixels = read_pixels(path)
        except AnnotationError:
            continue  # told when it is painted, with all others
        if binary := binary and black_and_white(pixels):
            white = white or bool(white_to_one(pixels).any())
        coloured = coloured or pixels.indices is None
        if pixels.indices is not None:
            values |= set(np.unique(pixels.indices).tolist())
    if binary and white:
        return _binary(legend)
    if legend:
        return legend
    values -= {VOID}
    number = max(values, default=0) + 1
    if vocs and (coloured or (FEW <= len(values) < number <= len(VOC_CLASSES))):
        return _vocs(coloured)
    if number > VOID or number > GAPS * len(values) + 1:
        raise ValueError(
            f"the masks hold {named(list(map(str, sorted(values))))}, and no list says what that means; "
            "name all classes, index 0 (the background) first, in a labels.txt in the source folder, or, where they "
            "are shades of grey, say which is which in a labelmap.txt: name:red,green,blue::"
        )
    classes = (BACKGROUND, *(f"class {index}" for index in range(1, number)))
    said = "no list names the classes: they are called class 1, class 2, ... by their indices; a labels.txt names them"
    return Legend(classes, said=(said,))


def _binary(legend):
    if legend and len(legend.classes) != 2:
        raise ValueError(
            f"the masks are black and white alone, but {len(legend.classes)} classes are named "
            f"({named(legend.classes)}); name two, the background first"
        )
    classes = legend.classes if legend else (BACKGROUND, FOREGROUND)
    said = (*(legend.said if legend else ()), f"the masks are black and white alone: white is {classes[1]}")
    return Legend(classes, binary=True, said=said)


def _vocs(coloured):
    index = {voc_colour(i): i for i in range(len(VOC_CLASSES))} | {CREAM: VOID}
    said = ("no list names the classes: they are taken for VOC's",)
    return Legend(VOC_CLASSES, index if coloured else None, tuple(range(len(VOC_CLASSES))), said=said)
