"""Exercise 5, from an annotation tool's polygons to a mask: corners, counts, covering order, void on the outlines."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from fcn_course.data.labels import VOID
from fcn_course.teaching.checks.advice import Advice, as_text, judge
from fcn_course.teaching.checks.functions import try_function

NAMES = ("background", "apple", "pear", "leaf")
NEAR = 3  # an outline may lie so many pixels beside where Pillow draws it


def corner(guess: Any, point: tuple[float, float] = (212.4, 88.1), size: tuple[int, int] = (240, 320)) -> Advice:
    """[row, column] of the pixel in which a corner [x, y] lies; ``size`` is the picture's (height, width)."""
    (x, y), height = point, size[0]
    row, column = int(y), int(x)
    return judge(
        guess,
        [row, column],
        hint="x runs across and counts columns, y runs down and counts rows. Pixel k reaches from k to k + 1.",
        why=f"y = {y:g} lies in row {row}, x = {x:g} in column {column}: a point is (x, y), an array [row, column].",
        slips=[
            ([column, row], "x first is the tool's order. An array is asked for its row first, and y counts the rows."),
            ([x, y], "These are the tool's own numbers. Row first, and whole."),
            ([y, x], "The right order. But pixels are counted in whole numbers: cut off what is behind the point."),
            ([row + 1, column + 1], "Rows and columns count from 0."),
            ([height - 1 - row, column], "y runs down from the picture's upper edge, not up as on graph paper."),
            ([height - row, column], "y runs down from the picture's upper edge, not up as on graph paper."),
        ],
    )


def things(function: Any, seed: int = 0) -> Advice:
    """``things_in(annotations)``: how many things of each label, as a dictionary; ``__ignore__`` is none."""
    notes = [_note(seed), _note(seed + 1), _note(seed)]
    labels = [[shape["label"] for shape in note["shapes"]] for note in notes]
    every = [label for some in labels for label in some]
    counts = _counted(every)
    truth = {label: number for label, number in counts.items() if label != "__ignore__"}
    hint = 'Go through every annotation\'s `["shapes"]`, and count each shape\'s `["label"]` in a dictionary.'
    trial = try_function(function, notes, hint=hint)
    if trial.advice is not None:
        return trial.advice
    try:
        found = {str(key): int(value) for key, value in dict(trial.value).items() if value}
    except Exception:
        return Advice(False, f"Asked is a dictionary, label to number; yours gives {as_text(trial.value)}. {hint}")
    corners = _counted([s["label"] for note in notes for s in note["shapes"] for _ in s["points"]])
    slips = [
        (counts, "`__ignore__` is no thing: it says that nobody decided what is there."),
        (_counted([label for some in labels for label in set(some)]), "You count pictures. One may hold two leaves."),
        (corners, "You count corners. A shape is one thing, however many corners it has."),
        (_counted(labels[0]), "That is the first annotation alone. You are handed a list of them."),
        (
            _counted(labels[-1]),
            "That is the last annotation alone. Begin with an empty dictionary once, not each time.",
        ),
        (dict.fromkeys(truth, 1), "Each label is counted once. Add 1 to what the dictionary holds already."),
    ]
    if found == truth:
        return Advice(True, f"Right. {len(every)} shapes, less {counts['__ignore__']} that are void: {as_text(truth)}.")
    for wrong, advice in slips:
        if found in (wrong, {key: value for key, value in wrong.items() if key != "__ignore__"}):
            return Advice(False, f"{advice} You give {as_text(found)}, and {as_text(truth)} are there.")
    return Advice(False, f"You give {as_text(found)}, and {as_text(truth)} are there. {hint}")


def mask(function: Any, seed: int = 0) -> Advice:
    """``mask_of(annotation, classes)``: class indices ``(H, W)``, later shapes on top, 255 on outlines and void."""
    note = _note(seed)
    height, width = note["imageHeight"], note["imageWidth"]
    hint = "Fill the polygons in their order with their class's index, and draw each one's outline with 255."
    trial = try_function(function, note, NAMES, hint=hint)
    if trial.advice is not None:
        return trial.advice
    try:
        found = np.asarray(trial.value)
    except Exception:
        return Advice(False, f"Give an array of class indices; yours gives {as_text(trial.value)}. {hint}")
    if found.shape == (width, height):
        return Advice(
            False,
            f"Your mask has the shape {found.shape}, and the picture {(height, width)}. Pillow's sizes are (width, "
            "height), an array's shape is (height, width).",
        )
    if found.ndim == 3 and 3 in found.shape:
        return Advice(False, "Three numbers for each pixel are a colour. A mask holds one: the class's index (mode L).")
    if found.shape != (height, width) or found.dtype.kind not in "iu":
        return Advice(
            False, f"Asked are whole numbers of the shape {(height, width)}; yours gives {as_text(found)}. {hint}"
        )
    right, edges = _drawn(note), _edges(note)
    far = ~_grown(edges, NEAR)
    if (found == right)[far].all():
        return _on_outlines(found, note, edges)
    hidden = _grown(_edges(note, hidden=True), NEAR) & far
    if (found == right)[far & ~hidden].all() and (found[hidden] == VOID).any():
        return Advice(
            False,
            "Outlines show through what lies over them. Paint shape by shape, inside and then outline, not all "
            "insides and then all outlines.",
        )
    for options, advice in _MASK_SLIPS:
        wrong = _drawn(note, **options)
        if (found == wrong)[~_grown(_edges(note, **options), NEAR)].all():
            return Advice(False, advice)
    if (found[(found != right) & far] == VOID).all():
        return Advice(
            False, f"Void reaches more than {NEAR} pixels away from the outlines. A line 3 pixels wide is enough."
        )
    row, column = map(int, np.argwhere((found != right) & far)[0])
    return Advice(
        False,
        f"At row {row}, column {column} your mask says {found[row, column]}, and it should say {right[row, column]} "
        f"({_named(right[row, column])}). {hint}",
    )


def _on_outlines(found, note, edges):
    """What is to be said of a mask that is right away from the outlines."""
    void = found == VOID
    if _grown(void, 1)[edges].mean() > 0.95:
        index = NAMES.index("leaf")
        return Advice(
            True,
            f"Right. Where a leaf lies over a pear the mask says {index}, on every outline {VOID}, and covered "
            f"outlines are gone: {100 * void.mean():.0f} % of this small picture is void.",
        )
    if (found[edges] == 0).mean() > 0.7:
        return Advice(
            False, "The outlines are 0, and 0 is background. Draw them with 255, so that nobody is judged there."
        )
    on_things = edges & ~_grown(_drawn(note) == VOID, 2)
    if not void[on_things].any():
        return Advice(
            False, "The inside is right, but the outlines are not void. Draw a line of 255 along each polygon."
        )
    return Advice(
        False,
        f"Only {100 * void[edges].mean():.0f} % of the outlines are void. Does each line go from the last corner back "
        "to the first, and does every polygon get one?",
    )


def _note(seed):
    """A small annotation as labelme stores it: a pear over an apple, a leaf over both, another, and a void heap."""
    x, y = 3 * (seed % 5), 2 * (seed % 7)
    shapes = [
        ("__ignore__", [(62, 70), (79, 70), (79, 99), (62, 99)]),
        ("apple", [(4, 4 + y), (40, 4 + y), (40, 40 + y), (4, 40 + y)]),
        ("pear", [(20 + x, 20 + y), (58 + x, 20 + y), (58 + x, 60 + y), (20 + x, 60 + y)]),
        ("leaf", [(10, 30 + y), (34, 30 + y), (34, 54 + y), (10, 54 + y)]),
        ("leaf", [(6, 72), (30, 72), (40, 94), (6, 94)]),
    ]
    shapes += [("pear", [(44, 74), (56, 74), (56, 96), (44, 96)])] * (seed % 2)
    stored = [
        {"label": label, "shape_type": "polygon", "points": [[float(x), float(y)] for x, y in points]}
        for label, points in shapes
    ]
    return {"imagePath": "a.jpg", "imageHeight": 100, "imageWidth": 80, "shapes": stored}


def _drawn(note, *, order=1, swap=False, ignore=VOID, index_of=lambda index: index):
    """A note's polygons filled, without outlines: int ``(H, W)``; the options are what students get wrong."""
    sheet = Image.new("L", (note["imageWidth"], note["imageHeight"]))
    for label, points in _shapes(note, order, swap):
        index = ignore if label == "__ignore__" else index_of(NAMES.index(label))
        ImageDraw.Draw(sheet).polygon(points, fill=index)
    return np.array(sheet).astype(int)


def _edges(note, *, order=1, swap=False, hidden=False, **_):
    """Where outlines are, one pixel wide: bool ``(H, W)``; with ``hidden`` also those that lie under a later shape."""
    sheet = Image.new("1", (note["imageWidth"], note["imageHeight"]))
    for _label, points in _shapes(note, order, swap):
        if not hidden:
            ImageDraw.Draw(sheet).polygon(points, fill=0)
        ImageDraw.Draw(sheet).line([*points, points[0]], fill=1)
    return np.array(sheet).astype(bool)


def _shapes(note, order, swap):
    return [(s["label"], [(y, x) if swap else (x, y) for x, y in s["points"]]) for s in note["shapes"]][::order]


def _grown(pixels, by):
    return np.array(Image.fromarray(pixels).convert("L").filter(ImageFilter.MaxFilter(2 * by + 1))) > 0


_MASK_SLIPS = [
    ({"swap": True}, "x and y are swapped: your mask is mirrored along the diagonal. A corner is [x, y], x across."),
    (
        {"order": -1},
        "The last polygon lies at the bottom of yours. A later shape covers the earlier ones: paint in order.",
    ),
    (
        {"index_of": lambda index: index + 1},
        "Every index is one too high. Is `__ignore__` or void counted as a class? `classes` begins with background, 0.",
    ),
    (
        {"index_of": lambda index: index - 1},
        "Every index is one too low: the first thing has become background. `classes` begins with background, 0.",
    ),
    (
        {"ignore": 0},
        "`__ignore__` has become background, and the net would be taught so. It means void: fill it with 255.",
    ),
    ({"ignore": 254}, "`__ignore__` got an index of its own, that of a class which is none. It means void: 255."),
    ({"ignore": len(NAMES)}, "`__ignore__` got an index of its own: void has become a class. It means 255."),
    ({"index_of": lambda index: 1}, "Every thing got the index 1. Ask `classes` which index the shape's label has."),
    ({"index_of": lambda index: VOID}, "The things are 255 all over. Only the outline is void; inside goes the index."),
]


def _counted(values):
    return {value: values.count(value) for value in dict.fromkeys(values)}


def _named(index):
    return "void" if index == VOID else NAMES[index]
