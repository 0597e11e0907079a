"""Answers to the first half of exercise 5: corners, counts, masks."""

from collections import Counter

import numpy as np
import torch
from matplotlib.path import Path
from PIL import Image, ImageDraw

from fcn_course.teaching.checks import own_masks as check
from tests.support.wrong_answers import Case


def things(annotations):
    """The solution's."""
    counts = {}
    for note in annotations:
        for shape in note["shapes"]:
            if shape["label"] != "__ignore__":
                counts[shape["label"]] = counts.get(shape["label"], 0) + 1
    return counts


def counter(annotations):
    return Counter(s["label"] for note in annotations for s in note["shapes"] if s["label"][:2] != "__")


def with_zeros(annotations):
    return {"apple": 0, "banana": 0, **counter(annotations)}


def with_void(annotations):
    return Counter(s["label"] for note in annotations for s in note["shapes"])


def pictures(annotations):
    return Counter(label for note in annotations for label in {s["label"] for s in note["shapes"]})


def corners(annotations):
    return Counter(s["label"] for note in annotations for s in note["shapes"] for _ in s["points"])


def once(annotations):
    return dict.fromkeys(counter(annotations), 1)


def mask(
    note,
    classes,
    *,
    order=1,
    swap=False,
    turned=False,
    void=255,
    line=255,
    width=3,
    late=False,
    closed=True,
    index_of=None,
):
    """The solution's, with the slips as options."""
    size = (note["imageWidth"], note["imageHeight"])
    sheet = Image.new("L", size[::-1] if turned else size)
    brush, lines = ImageDraw.Draw(sheet), []
    for shape in note["shapes"][::order]:
        points = [(y, x) if swap else (x, y) for x, y in shape["points"]]
        index = void if shape["label"] == "__ignore__" else (index_of or classes.index)(shape["label"])
        brush.polygon(points, fill=index)
        lines.append([*points, points[0]] if closed else points)
        if line is not None and not late:
            brush.line(lines[-1], fill=line, width=width)
    if late:
        for points in lines:
            brush.line(points, fill=line, width=width)
    return np.array(sheet)


def slip(**options):
    """A function of two arguments that makes one slip."""
    return lambda note, classes: mask(note, classes, **options)


def by_outline(note, classes):
    """A polygon of Pillow's with a thick outline, as a tensor."""
    sheet = Image.new("I", (note["imageWidth"], note["imageHeight"]))
    for shape in note["shapes"]:
        index = 255 if shape["label"] == "__ignore__" else classes.index(shape["label"])
        ImageDraw.Draw(sheet).polygon([tuple(p) for p in shape["points"]], fill=index, outline=255, width=2)
    return torch.from_numpy(np.array(sheet)).long()


def by_hand(note, classes):
    """matplotlib's test for points inside, and void by growing the border between labels."""
    height, width = note["imageHeight"], note["imageWidth"]
    y, x = np.mgrid[:height, :width]
    middles = np.stack([x.ravel() + 0.5, y.ravel() + 0.5], 1)
    shapes = np.zeros((height, width), int)
    for number, shape in enumerate(note["shapes"], 1):
        shapes[Path(shape["points"]).contains_points(middles).reshape(height, width)] = number
    table = [0, *(255 if s["label"] == "__ignore__" else classes.index(s["label"]) for s in note["shapes"])]
    found = np.array(table)[shapes]
    padded = np.pad(shapes, 1, mode="edge")
    for beside in (padded[2:, 1:-1], padded[:-2, 1:-1], padded[1:-1, 2:], padded[1:-1, :-2]):
        found[beside != shapes] = 255
    return found


def picture(note, classes):
    return Image.fromarray(mask(note, classes))


def colours(note, classes):
    return np.stack([mask(note, classes)] * 3, -1)


def shares(note, classes):
    return mask(note, classes) / 255


def stub(*_):
    """What the notebook holds at first."""


CATALOGUE = [
    Case(
        check.corner,
        right=[[88, 212], (88.0, 212.0), np.array([88, 212])],
        wrong=[
            ([212, 88], "x first is the tool's order"),
            ([212.4, 88.1], "the tool's own numbers"),
            ([88.1, 212.4], "whole numbers"),
            ([89, 213], "count from 0"),
            ([151, 212], "not up as on graph paper"),
            ([152, 212], "not up as on graph paper"),
            ([88], "a list of 2"),
            ("88, 212", "Answer with a list"),
        ],
    ),
    Case(
        check.things,
        right=[things, counter, with_zeros],
        wrong=[
            (with_void, "no thing"),
            (pictures, "You count pictures"),
            (corners, "You count corners"),
            (lambda notes: counter(notes[:1]), "first annotation alone"),
            (once, "counted once"),
            (lambda notes: counter(notes)["leaf"], "Asked is a dictionary"),
            (lambda notes: len(notes), "Asked is a dictionary"),
            (lambda notes: {label: 1000 for label in counter(notes)}, "are there"),
            (lambda notes: notes["shapes"], "stopped with TypeError"),
            ({"apple": 3}, "Hand over the function itself"),
        ],
        unanswered=[stub],
    ),
    Case(
        check.mask,
        right=[mask, by_outline, by_hand, picture],
        wrong=[
            (slip(turned=True), "Pillow's sizes are (width, height)"),
            (colours, "Three numbers for each pixel are a colour"),
            (shares, "Asked are whole numbers"),
            (slip(swap=True), "x and y are swapped"),
            (slip(order=-1), "A later shape covers the earlier ones"),
            (slip(order=-1, line=None), "A later shape covers the earlier ones"),
            (slip(index_of=lambda label: check.NAMES.index(label) + 1), "one too high"),
            (slip(index_of=lambda label: check.NAMES.index(label) - 1), "one too low"),
            (slip(void=0), "`__ignore__` has become background"),
            (slip(void=4), "void has become a class"),
            (slip(index_of=lambda label: 1), "Every thing got the index 1"),
            (slip(index_of=lambda label: 255), "255 all over"),
            (slip(line=None), "the outlines are not void"),
            (slip(line=0), "The outlines are 0"),
            (slip(closed=False), "go from the last corner back"),
            (slip(late=True), "show through"),
            (slip(width=13), "Void reaches more than 3 pixels"),
            (lambda note, classes: np.zeros((100, 80), np.uint8), "your mask says 0"),
            (lambda note, classes: classes.index("__ignore__"), "stopped with ValueError"),
            (lambda note, classes: "mask", "Asked are whole numbers"),
        ],
        unanswered=[stub],
    ),
]
