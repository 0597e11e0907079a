"""labelme's JSON, one file a picture (https://github.com/wkentaro/labelme).

Shapes lie one over the other in the order of their list, and are filled by labelme's own rule, Pillow's, in which the
corners' pixels belong to the shape: the masks are those of labelme's ``labelme2voc``. ``__ignore__`` becomes void.
"""

from __future__ import annotations

import base64
import io
import math
from functools import partial
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from fcn_course.data.images import validate_png
from fcn_course.data.importing.files import FROM_A_TO_Z, Files, read_json, split_of, stem_of
from fcn_course.data.importing.records import (
    UNLABELLED,
    Annotated,
    AnnotationError,
    Notes,
    Source,
    is_background,
    with_background,
)
from fcn_course.data.importing.shapes import check_outline
from fcn_course.data.labels import VOID, read_classes

IGNORE = "__ignore__"
NO_AREA = ("line", "linestrip", "point", "points")
CORNERS = {"rectangle": 2, "circle": 2, "mask": 2}


def is_labelme(content: Any) -> bool:
    """Whether a JSON file's content has the parts of labelme's."""
    return isinstance(content, dict) and isinstance(content.get("shapes"), list) and "imagePath" in content


def read_labelme(files: Files, notes: Notes) -> Source:
    """The pictures of all labelme files; its classes are those of a ``labels.txt``, else all labels from A to Z."""
    labels, contents = set(), {}
    for path in files.ending(".json"):
        try:
            content = read_json(path)
        except ValueError as error:
            notes.fault("unreadable annotation file", files.within(path), str(error))
            continue
        if not is_labelme(content):
            continue
        contents[path] = content
        shapes = [shape for shape in content["shapes"] if isinstance(shape, dict)]
        labels |= {str(shape.get("label")).strip() for shape in shapes} - {IGNORE}
    own = files.label_file
    classes, _ = with_background(read_classes(own) if own else sorted(labels), str(own or "labelme's files"))
    said = [] if own else [FROM_A_TO_Z]
    source, taken = Source("labelme", classes, [], draws_background=any(map(is_background, labels)), said=said), {}
    for path, content in contents.items():
        _read_one(files, path, content, classes, source, taken, notes)
    return source


def _read_one(files, path, content, classes, source, taken, notes):
    where = files.within(path)
    try:
        picture = _picture(files, path, str(content["imagePath"]))
        if picture in taken:
            raise AnnotationError("picture annotated twice", f"{files.within(picture)} also in {taken[picture]}")
    except AnnotationError as fault:
        notes.fault(fault.kind, where, "; ".join(filter(None, (str(content["imagePath"]), fault.detail))))
        return
    taken[picture] = where
    size = (content.get("imageHeight"), content.get("imageWidth"))
    size = size if all(type(side) is int and side > 0 for side in size) else None
    shapes = []
    for number, shape in enumerate(content["shapes"], 1):
        place = f"{where}, shape {number}"
        try:
            if found := _shape(shape, classes, size or (1 << 16, 1 << 16), place, notes):
                shapes.append(found)
        except AnnotationError as fault:
            notes.fault(fault.kind, place, fault.detail)
    if not shapes:
        notes.remark("pictures without an object, kept", where)
    split = split_of(files.within(path.parent))
    source.items.append(Annotated(stem_of(files.within(picture)), picture, partial(_paint, shapes), split, size))


def _picture(files, path, said):
    try:
        return files.picture(said, path.parent)
    except AnnotationError:
        beside = [other for other in files.pictures if other.parent == path.parent and other.stem == path.stem]
        if len(beside) != 1:
            raise
        return beside[0]


def _shape(shape, classes, size, place, notes):
    """(index, kind, points, coded mask) of a shape that has an area."""
    if not isinstance(shape, dict) or not isinstance(shape.get("points"), list):
        raise AnnotationError("unreadable annotation file", "a shape without points")
    label, kind = str(shape.get("label")).strip(), shape.get("shape_type") or "polygon"
    if kind in NO_AREA:
        notes.remark(f"shapes without an area ({kind}), passed over", place)
        return None
    if kind not in ("polygon", "oriented_rectangle", *CORNERS):
        raise AnnotationError("shape of an unknown kind", str(kind))
    background = is_background(label)
    if label != IGNORE and label not in classes and not background:
        raise AnnotationError("unknown class", repr(label))
    points = shape["points"]
    try:
        points = [(float(x), float(y)) for x, y in points]
    except (TypeError, ValueError) as error:
        raise AnnotationError("shape without an area", "its corners are no pairs of numbers") from error
    if len(points) < CORNERS.get(kind, 3):
        raise AnnotationError("shape without an area", f"{len(points)} corners")
    if check_outline([value for point in _around(kind, points) for value in point], size):
        notes.remark("shapes that reach beyond their picture, cut at its edge", place)
    index = VOID if label == IGNORE else 0 if background else classes.index(label)
    return index, kind, points, shape.get("mask") if kind == "mask" else None


def _around(kind, points):
    """Corners that enclose the shape."""
    if kind not in CORNERS:
        return points
    (x, y), (a, b) = points[:2]
    if kind == "circle":
        r = math.hypot(a - x, b - y)
        x, y, a, b = x - r, y - r, x + r, y + r
    return [(x, y), (a, y), (a, b), (x, b)]


def _paint(shapes, size):
    mask = np.full(size, UNLABELLED, np.int16)
    for index, kind, points, coded in shapes:
        if kind == "mask":
            _paint_mask(mask, index, points, coded)
            continue
        canvas = Image.new("L", size[::-1])
        brush = ImageDraw.Draw(canvas)
        if kind == "circle":
            (left, top), _, (right, bottom), _ = _around(kind, points)
            brush.ellipse([left, top, right, bottom], outline=1, fill=1)
        elif kind == "rectangle":
            (a, b), (c, d) = points[:2]
            brush.rectangle([min(a, c), min(b, d), max(a, c), max(b, d)], outline=1, fill=1)
        else:
            brush.polygon(points, outline=1, fill=1)
        mask[np.array(canvas, bool)] = index
    return mask


def _paint_mask(mask, index, points, coded):
    """A mask of labelme's AI tools: a PNG in letters, laid with its corner at the first point."""
    try:
        content = base64.b64decode(coded or "", validate=True)
        with Image.open(io.BytesIO(content), formats=["PNG"]) as file:
            if file.width > mask.shape[1] or file.height > mask.shape[0]:
                raise ValueError(f"{file.width} x {file.height} in a picture of {mask.shape[1]} x {mask.shape[0]}")
            validate_png(file)
            pixels = np.array(file) > 0
    except Exception as error:  # Pillow's are of many kinds
        raise AnnotationError("unreadable mask", f"a shape's own mask ({error})") from error
    left, top = (round(min(point[axis] for point in points)) for axis in (0, 1))
    window = mask[max(top, 0) : top + pixels.shape[0], max(left, 0) : left + pixels.shape[1]]
    window[pixels[max(-top, 0) :, max(-left, 0) :][: window.shape[0], : window.shape[1]]] = index
