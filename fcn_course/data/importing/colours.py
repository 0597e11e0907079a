"""Which colour is which class: the lists that tools lay beside masks in colours.

- CVAT's ``labelmap.txt``: ``name:red,green,blue:parts:actions``.
- CamVid's ``label_colors.txt``: ``red green blue name``, which CVAT writes beside CamVid's and Cityscapes' layout too.
- ``class_dict.csv``, as CamVid goes round elsewhere: ``name,r,g,b`` with a first line of headings.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np

from fcn_course.data.importing.files import Files
from fcn_course.data.importing.records import UNLABELLED, AnnotationError, is_background
from fcn_course.data.labels import VOID, read_lines, voc_colour
from fcn_course.data.palettes import colour_of, look_up

Colours = list[tuple[str, tuple[int, int, int]]]
FILES = ("labelmap.txt", "label_colors.txt", "class_dict.csv")
VOID_NAMES = ("void", "unlabelled", "unlabeled", "ignore", "ignored", "__ignore__")
CREAM = voc_colour(VOID)
_LINES = (
    re.compile(r"(?P<name>[^:]+):\s*(?P<r>\d+)\s*,\s*(?P<g>\d+)\s*,\s*(?P<b>\d+)\s*:.*"),
    re.compile(r"(?P<r>\d+)[\s,]+(?P<g>\d+)[\s,]+(?P<b>\d+)[\s,]+(?P<name>\S.*)"),
    re.compile(r"(?P<name>[^,]*[^,\s])\s*,\s*(?P<r>\d+)\s*,\s*(?P<g>\d+)\s*,\s*(?P<b>\d+)"),
)


def colour_file(files: Files) -> Path | None:
    """The list of colours of a source, at its top or in one of its folders; of several the one highest up."""
    found = [path for path in files.paths if path.name.lower() in FILES and has_colours(path)]
    return min(found, key=lambda path: (len(path.parts), str(path)), default=None)


def has_colours(path: Path) -> bool:
    """Whether a list of classes gives a colour to each."""
    try:
        return bool(read_colours(path))
    except ValueError:
        return False


def read_colours(path: Path) -> Colours:
    """Names and RGB in the order of the file.

    Raises:
        ValueError: a line of another form, a name or a colour twice, a number above 255.
    """
    lines = [line for line in read_lines(path, "list of colours") if not line.startswith("#")]
    if path.suffix.lower() == ".csv":
        lines = [",".join(row) for row in csv.reader(lines)]
        lines = lines[1:] if lines and not _matched(lines[0]) else lines
    found: Colours = []
    for line in lines:
        match = _matched(line)
        colour = tuple(int(match[part]) for part in "rgb") if match else ()
        if not match or max(colour) > 255:
            raise ValueError(
                f"{path}: {line!r} is no colour and name; write name:red,green,blue:: with numbers up to 255"
            )
        found.append((match["name"].strip(), colour))
    for part, what in enumerate(("name", "colour")):
        seen = [entry[part] for entry in found]
        if twice := [value for number, value in enumerate(seen) if value in seen[:number]]:
            raise ValueError(f"{path} has the {what} {twice[0]} twice; give each class its own")
    return found


def _matched(line):
    return next((match for pattern in _LINES if (match := pattern.fullmatch(line))), None)


def order(colours: Colours) -> tuple[list[str], dict[tuple[int, int, int], int]]:
    """Class names without the background's and void's, and the index of each colour, the background's 0.

    The background is what is called so. Names like ``Void`` and ``unlabelled``, and black where no class has it, get
    ``UNLABELLED``; VOC's cream is 255 where no class has it.
    """
    void = [name for name, _ in colours if name.casefold() in VOID_NAMES]
    own = [name for name, _ in colours if is_background(name)]
    first = own[:1]
    names = [name for name, _ in colours if name not in (*void, *first)]
    index = {CREAM: VOID}
    for name, colour in colours:
        index[colour] = UNLABELLED if name in void else 0 if name in first else names.index(name) + 1
    if not own and not any(colour == (0, 0, 0) for _, colour in colours):
        index[0, 0, 0] = UNLABELLED
    return names, index


def colours_to_indices(pixels: np.ndarray, index_of: dict[tuple[int, int, int], int]) -> np.ndarray:
    """Int16 ``(H, W)`` of a mask in colours, uint8 ``(H, W, 3)``.

    Raises:
        AnnotationError: a colour that is no class's; tells it, how many pixels have it, and how many others there are.
    """
    codes, indices, known = look_up(pixels, index_of)
    if not known.all():
        found, number = np.unique(codes[~known], return_counts=True)
        others = f"; {len(found) - 1} other colours too" if len(found) > 1 else ""
        colour = ",".join(map(str, colour_of(int(found[number.argmax()]))))
        raise AnnotationError("colour without a class", f"{colour} at {number.max()} pixels{others}")
    return indices.astype(np.int16)
