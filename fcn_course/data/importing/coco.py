"""COCO's JSON: objects as polygons and run lengths (https://cocodataset.org/#format-data).

Many tools write it, among them CVAT, Label Studio and Roboflow. Objects lie one over the other in the order of the
file; crowds (``iscrowd`` 1) become void and lie below all objects, so that what was outlined by itself is kept. But
CVAT and Datumaro mark whatever was painted with a brush as a crowd: where that may be, it must be said what they are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fcn_course.data.importing.files import Files, split_of, stem_of
from fcn_course.data.importing.records import UNLABELLED, Annotated, AnnotationError, Notes, Source, with_background
from fcn_course.data.importing.shapes import check_outline, polygons_to_pixels, runs_to_pixels
from fcn_course.data.labels import VOID

CROWDS = 0.1  # a larger share of all objects is no longer COCO's way, where it is one in a hundred


def is_coco(content: Any) -> bool:
    """Whether a JSON file's content has the parts of COCO's object annotations."""
    return isinstance(content, dict) and all(
        isinstance(content.get(part), list) for part in ("images", "annotations", "categories")
    )


def read_coco(files: Files, contents: dict[Path, Any], notes: Notes, crowds: str | None = None) -> Source:
    """The pictures of all COCO files together.

    Args:
        contents: what each of the files holds.
        crowds: ``"void"`` or ``"objects"``; None takes them for void, if they are as few as in COCO itself.

    Raises:
        ValueError: it must be said what crowds are.
    """
    if any(path.name.startswith("instances") for path in contents):  # beside COCO's captions and keypoints
        contents = {path: content for path, content in contents.items() if path.name.startswith("instances")}
    if crowds is None:
        _ask_for_crowds(files, contents)
    tables = {path: _categories(path, content, notes) for path, content in contents.items()}
    ordered = [
        name for table in tables.values() for _, name in sorted(table.items(), key=lambda pair: _sortable(pair[0]))
    ]
    classes, _ = with_background(ordered, ", ".join(files.within(path) for path in contents))
    source = Source("COCO", classes, [])
    taken: dict[Path, str] = {}
    for path, content in contents.items():
        index_of = {key: _index(classes, name) for key, name in tables[path].items()}
        _read_one(files, path, content, index_of, source, taken, notes, crowds)
    drawn = [shape for item in source.items for shape in item.paint.args[0]]
    source.draws_background = any(index == 0 for index, _ in drawn)
    if source.items and not drawn and not notes.faults:
        where = ", ".join(files.within(path) for path in contents)
        notes.fault("unreadable annotation file", where, "it outlines no object; export COCO's instances, as polygons")
    return source


def is_crowd(entry: Any) -> bool:
    """Whether an annotation is marked as a crowd."""
    return isinstance(entry, dict) and entry.get("iscrowd") == 1


def _ask_for_crowds(files, contents):
    entries = [entry for content in contents.values() for entry in content["annotations"]]
    crowds = [entry for entry in entries if is_crowd(entry)]
    of_a_tool = any("attributes" in entry for entry in crowds)  # CVAT's and Datumaro's alone have them
    if of_a_tool or len(crowds) > CROWDS * len(entries):
        raise ValueError(
            f"{files.root}: {len(crowds)} of {len(entries)} objects are marked as crowds, as CVAT and Datumaro mark "
            "what was painted with a brush; say what they are: --crowds objects (of their class), or --crowds "
            "void (groups that nobody told apart, as in COCO itself: neither learned nor scored)"
        )


def _sortable(key):
    return (isinstance(key, str), key if isinstance(key, (int, float, str)) else str(key))


def _key(value):
    return value if isinstance(value, (int, str)) else repr(value)


def _index(classes, name):
    return classes.index(name) if name in classes else 0


def _categories(path, content, notes):
    table = {}
    for entry in content["categories"]:
        key, name = (entry.get("id"), entry.get("name")) if isinstance(entry, dict) else (None, None)
        if not isinstance(key, (int, str)) or not isinstance(name, str) or not name.strip() or key in table:
            notes.fault(
                "unreadable annotation file", path.name, f"category {entry!r:.80} lacks a name or an id of its own"
            )
        elif name.strip() in table.values():
            notes.fault("unreadable annotation file", path.name, f"two categories are called {name.strip()!r}")
        else:
            table[key] = name.strip()
    return table


def _read_one(files, path, content, index_of, source, taken, notes, crowds):
    split = split_of(re.sub(r"\d+$", "", path.stem)) or split_of(files.within(path.parent))
    objects = defaultdict(list)
    for number, entry in enumerate(content["annotations"]):
        if not isinstance(entry, dict):
            notes.fault("unreadable annotation file", files.within(path), f"annotation {number} is no object")
        else:
            objects[_key(entry.get("image_id"))].append(entry)
    known = set()
    for entry in content["images"]:
        said = entry.get("file_name") if isinstance(entry, dict) else None
        key = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(said, str) or not said or not isinstance(key, (int, str)) or key in known:
            notes.fault(
                "unreadable annotation file",
                files.within(path),
                f"image {entry!r:.80} lacks a name or an id of its own",
            )
            continue
        known.add(key)
        try:
            picture = files.picture(said, path.parent, split)
        except AnnotationError as fault:
            notes.fault(fault.kind, said, fault.detail)
            continue
        if picture in taken:
            notes.fault("picture twice", said, f"in {taken[picture]} and in {files.within(path)}")
            continue
        taken[picture] = files.within(path)
        size = (entry.get("height"), entry.get("width"))
        size = size if all(type(side) is int and side > 0 for side in size) else None
        shapes = _shapes(said, objects[key], index_of, size, notes, crowds)
        if not shapes:
            notes.remark("pictures without an object, kept", said)
        source.items.append(
            Annotated(stem_of(files.within(picture)), picture, partial(paint_objects, shapes), split, size)
        )
    for key in objects.keys() - known:
        notes.fault("picture missing", f"image_id {key!r}", f"{files.within(path)} has annotations of it, and no image")


def _shapes(said, entries, index_of, size, notes, as_what):
    """(index, segmentation) of each object, crowds first."""
    crowds, singles = [], []
    for entry in entries:
        where = f"{said}, annotation {entry.get('id')}"
        drawn, crowd = entry.get("segmentation"), is_crowd(entry) and as_what != "objects"
        if _key(entry.get("category_id")) not in index_of:
            notes.fault("unknown class", where, f"category_id {entry.get('category_id')!r}")
            continue
        if not drawn:
            if any(entry.get("bbox") or ()):
                notes.fault("object with a box alone", where)
            else:
                notes.remark("annotations without a shape, passed over", where)
            continue
        try:
            if isinstance(drawn, list):
                beyond = [check_outline(polygon, size or (1 << 16, 1 << 16)) for polygon in drawn]
                if any(beyond):
                    notes.remark("shapes that reach beyond their picture, cut at its edge", where)
            elif not isinstance(drawn, dict) or not isinstance(drawn.get("counts"), (list, str, np.ndarray)):
                raise AnnotationError("broken run lengths", f"{drawn!r:.40}")
        except AnnotationError as fault:
            notes.fault(fault.kind, where, fault.detail)
            continue
        if crowd:
            notes.remark("crowds, which are void", where)
        (crowds if crowd else singles).append((VOID if crowd else index_of[entry["category_id"]], drawn))
    return crowds + singles


def paint_objects(shapes, size: tuple[int, int]) -> np.ndarray:
    """int16 ``(H, W)`` of objects, pairs of an index and COCO's segmentation, the later over the earlier."""
    mask = np.full(size, UNLABELLED, np.int16)
    for index, drawn in shapes:
        if isinstance(drawn, list):
            pixels = polygons_to_pixels(drawn, size)
        else:
            if list(drawn.get("size", size)) != list(size):
                raise AnnotationError("broken run lengths", f"of size {drawn['size']}, the picture {list(size)}")
            pixels = runs_to_pixels(drawn["counts"], size)
        mask[pixels] = index
    return mask
