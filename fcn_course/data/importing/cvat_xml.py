"""CVAT for images 1.1: one XML file of shapes (https://docs.cvat.ai/docs/dataset_management/formats/format-xml/).

Shapes lie one over the other by their ``z_order``, of equal ones in the order of the file. As in CVAT's own masks,
boxes and ellipses are filled; lines and points have no area and are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fcn_course.data.importing.files import Files, split_of, stem_of
from fcn_course.data.importing.records import (
    UNLABELLED,
    Annotated,
    AnnotationError,
    Notes,
    Source,
    is_background,
    missing_package,
    with_background,
)
from fcn_course.data.importing.shapes import check_outline, ellipse_outline, polygons_to_pixels, runs_to_pixels, turned

NO_AREA = ("polyline", "points", "skeleton", "tag", "cuboid")


def is_cvat(path: Path) -> bool:
    """Whether an XML file's beginning is that of CVAT's annotations."""
    with open(path, "rb") as file:
        start = file.read(4096)
    return b"<annotations" in start


def read_cvat(files: Files, paths: list[Path], notes: Notes) -> Source:
    """The pictures of all XML files together."""
    roots = {path: root for path in paths if (root := _parsed(files, path, notes)) is not None}
    names = [name for root in roots.values() for name in _labels(root)]
    used = [shape.get("label", "") for root in roots.values() for shape in root.iterfind("image/*")]
    if not names and any(used):  # very old exports
        names = sorted(filter(None, set(used)))
    classes, _ = with_background(names, ", ".join(files.within(path) for path in roots))
    source = Source("CVAT for images", classes, [])
    taken: dict[Path, str] = {}
    for path, root in roots.items():
        if root.find("track") is not None:
            notes.fault(
                "unreadable annotation file", files.within(path), "it is CVAT's for video; export that for images"
            )
        for image in root.iterfind("image"):
            _read_image(files, path, image, classes, source, taken, notes)
    source.draws_background = any(index == 0 for item in source.items for _, index, _ in item.paint.args[0])
    return source


def _parsed(files, path, notes):
    try:
        from defusedxml import DefusedXmlException, ElementTree
    except ImportError as error:
        raise missing_package("defusedxml", "XML is read") from error
    try:
        return ElementTree.parse(path, forbid_dtd=True).getroot()
    except DefusedXmlException:
        reason = "it defines entities of its own, which no tool's export does"
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        reason = f"no XML: {error}"
    notes.fault("unreadable annotation file", files.within(path), reason)
    return None


def _labels(root) -> Iterator[str]:
    for label in root.iterfind("meta/*/labels/label"):
        if label.findtext("parent") is None and (name := (label.findtext("name") or "").strip()):
            yield name


def _read_image(files, path, image, classes, source, taken, notes):
    said = image.get("name") or ""
    split = split_of(image.get("subset") or "")
    try:
        size = int(image.get("height", "")), int(image.get("width", ""))
        picture = files.picture(said, path.parent, split)
        if picture in taken:
            raise AnnotationError("picture twice", f"in {taken[picture]} and in {files.within(path)}")
    except AnnotationError as fault:
        notes.fault(fault.kind, said, fault.detail)
        return
    except ValueError:
        notes.fault("unreadable annotation file", files.within(path), f"image {said!r} has no width and height")
        return
    taken[picture] = files.within(path)
    shapes = []
    for number, shape in enumerate(image):
        where = f"{said}, {shape.tag} {number + 1}"
        if shape.tag in NO_AREA:
            notes.remark(f"shapes without an area ({shape.tag}), passed over", where)
            continue
        label = (shape.get("label") or "").strip()
        try:
            if label not in classes and not is_background(label):
                raise AnnotationError("unknown class", repr(label))
            drawn = _drawn(shape, size)
            if not isinstance(drawn, dict) and check_outline(drawn, size):
                notes.remark("shapes that reach beyond their picture, cut at its edge", where)
            shapes.append((int(shape.get("z_order") or 0), classes.index(label) if label in classes else 0, drawn))
        except AnnotationError as fault:
            notes.fault(fault.kind, where, fault.detail)
        except (KeyError, ValueError) as error:
            notes.fault("unreadable annotation file", where, f"{error}")
    if not shapes:
        notes.remark("pictures without an object, kept", said)
    shapes.sort(key=lambda shape: shape[0])  # keeps the file's order of equals
    source.items.append(Annotated(stem_of(files.within(picture)), picture, partial(_paint, shapes), split, size))


def _drawn(shape, size) -> Any:
    """An outline, or a mask's run lengths and place; no number is told as a ValueError, none at all as a KeyError."""
    values = shape.attrib
    if shape.tag == "polygon":
        corners = [point.split(",") for point in values["points"].split(";") if point.strip()]
        return [float(value) for corner in corners for value in corner]
    if shape.tag == "box":
        left, top, right, bottom = (float(values[side]) for side in ("xtl", "ytl", "xbr", "ybr"))
        middle = ((left + right) / 2, (top + bottom) / 2)
        return turned([left, top, right, top, right, bottom, left, bottom], middle, float(values.get("rotation", 0)))
    if shape.tag == "ellipse":
        numbers = (float(values[name]) for name in ("cx", "cy", "rx", "ry"))
        return ellipse_outline(*numbers, float(values.get("rotation", 0)))
    if shape.tag == "mask":
        place = {name: int(float(values[name])) for name in ("left", "top", "width", "height")}
        runs = [int(run) for run in values["rle"].split(",")]
        inside = place["left"] >= 0 and place["top"] >= 0 and place["width"] > 0 and place["height"] > 0
        if not inside or place["left"] + place["width"] > size[1] or place["top"] + place["height"] > size[0]:
            raise AnnotationError("shape outside its picture", f"{place} in a picture of {size[1]} x {size[0]}")
        return place | {"runs": runs}
    raise AnnotationError("shape of an unknown kind", shape.tag)


def _paint(shapes, size):
    mask = np.full(size, UNLABELLED, np.int16)
    for _, index, drawn in shapes:
        if isinstance(drawn, dict):
            left, top, width, height = (drawn[side] for side in ("left", "top", "width", "height"))
            pixels = runs_to_pixels(drawn["runs"], (height, width), by_columns=False)
            mask[top : top + height, left : left + width][pixels] = index
        else:
            mask[polygons_to_pixels([drawn], size)] = index
    return mask
