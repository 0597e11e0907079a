"""Label Studio's export *Brush labels to PNG*: one mask in black and white for each region, and the tasks' JSON.

https://labelstud.io/guide/export.html. The PNG files are called
``task-1-annotation-2-by-3-tag-Car-0.png`` and do not say which picture they belong to, which the export *JSON* or
*JSON-MIN* of the same project does. Regions lie one over the other as in that JSON; every pixel that is not black
belongs to its region, as in Label Studio's own COCO. (Its COCO export is read like any COCO file.)
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np

from fcn_course.data.importing.files import FROM_A_TO_Z, Files, read_json, split_of, stem_of
from fcn_course.data.importing.pixels import read_pixels
from fcn_course.data.importing.records import (
    UNLABELLED,
    Annotated,
    AnnotationError,
    Notes,
    Source,
    is_background,
    with_background,
)
from fcn_course.data.labels import read_classes
from fcn_course.data.pairing import PICTURES

_BRUSH = re.compile(r"task-(?P<task>\d+)-annotation-(?P<annotation>\d+)-by-(?P<by>[^-]*)-(?P<region>.+-\d+)")


def is_brush(path: Path) -> bool:
    """Whether a file is called like those of the brush export."""
    return path.suffix.lower() == ".png" and _BRUSH.fullmatch(path.stem) is not None


def is_tasks(content: Any) -> bool:
    """Whether a JSON file's content is a list of tasks."""
    return (
        isinstance(content, list) and bool(content) and all(isinstance(task, dict) and "id" in task for task in content)
    )


def read_brush(files: Files, notes: Notes) -> Source:
    """The pictures of all tasks with a brush.

    Raises:
        ValueError: the tasks' JSON is missing.
    """
    contents = {path: read_json(path) for path in files.ending(".json")}
    tasks = {str(task["id"]): task for content in contents.values() if is_tasks(content) for task in content}
    if not tasks:
        raise ValueError(
            f"{files.root} holds Label Studio's brush masks, but not the tasks they belong to: export the same project "
            "as JSON-MIN too, and put that file and the pictures into the folder"
        )
    masks = defaultdict(lambda: defaultdict(list))
    for path in filter(is_brush, files.paths):
        match = _BRUSH.fullmatch(path.stem)
        masks[match["task"]][match["annotation"], match["by"]].append((match["region"], path))
    regions = {task: _regions(tasks.get(task, {})) for task in masks}
    labels = {
        _label(region, regions[task])
        for task, found in masks.items()
        for layers in found.values()
        for region, _ in layers
    }
    own = files.label_file
    classes, _ = with_background(read_classes(own) if own else sorted(labels), str(own or "Label Studio's masks"))
    said = [] if own else [FROM_A_TO_Z]
    source = Source("Label Studio's brush", classes, [], draws_background=any(map(is_background, labels)), said=said)
    taken = {}
    for task, found in sorted(masks.items(), key=lambda pair: int(pair[0])):
        try:
            item = _item(files, task, tasks, found, regions[task], classes)
            if item.picture in taken:
                raise AnnotationError(
                    "picture twice", f"{files.within(item.picture)} is also of task {taken[item.picture]}"
                )
            taken[item.picture] = task
            source.items.append(item)
        except AnnotationError as fault:
            notes.fault(fault.kind, f"task {task}", fault.detail)
    if left := [f"task {task}" for task in tasks if task not in masks]:
        notes.remarks["tasks without a brush, left out"] = left
    return source


def _item(files, task, tasks, found, regions, classes):
    if task not in tasks:
        raise AnnotationError("picture missing", "no JSON file has this task")
    if len(found) > 1:
        told = " and ".join(f"annotation {annotation} by {by}" for annotation, by in sorted(found))
        raise AnnotationError("picture annotated twice", told)
    said = _said(tasks[task])
    if not said:
        raise AnnotationError("picture missing", "its JSON names no picture")
    picture = files.picture(said, files.root)
    (layers,) = found.values()
    order = {region: number for number, region in enumerate(regions)}
    layers.sort(key=lambda layer: (order.get(layer[0], len(order)), layer[0]))
    drawn = []
    for region, path in layers:
        label = _label(region, regions)
        if label not in classes and not is_background(label):
            raise AnnotationError("unknown class", repr(label))
        drawn.append((classes.index(label) if label in classes else 0, path))
    return Annotated(
        stem_of(files.within(picture)), picture, partial(_paint, drawn), split_of(files.within(picture.parent))
    )


def _said(task):
    """The path of a task's picture; local files stand behind ``?d=``, and uploads behind eight letters and a dash."""
    data = task.get("data") if isinstance(task.get("data"), dict) else task
    for value in [data.get("image"), *data.values()]:
        if isinstance(value, str):
            address = urlsplit(value.replace("\\", "/"))
            said = parse_qs(address.query).get("d", [address.path])[0]
            if Path(said).suffix.lower() in PICTURES:
                return said
    return ""


def _regions(task):
    """What the files of a task's regions are called at their end, in the order of its JSON, with their labels."""
    results = [
        (result.get("from_name"), result.get("value"))
        for annotation in task.get("annotations") or ()
        if isinstance(annotation, dict)
        for result in annotation.get("result") or ()
        if isinstance(result, dict)
    ]
    results += [(name, value) for name, values in task.items() if isinstance(values, list) for value in values]
    found, counted = {}, defaultdict(int)
    for name, value in results:
        labels = (value.get("brushlabels") or value.get("labels")) if isinstance(value, dict) else None
        if isinstance(labels, list) and labels:
            region = f"{name}-{'-'.join(map(str, labels))}"
            found[f"{region}-{counted[region]}"] = "-".join(map(str, labels))
            counted[region] += 1
    return found


def _label(region, regions):
    """A region's label; where the JSON does not have the region, what stands between the tag's name and the number."""
    return regions.get(region) or region.partition("-")[2].rpartition("-")[0] or region


def _paint(drawn, size):
    mask = None
    for index, path in drawn:
        pixels = read_pixels(path)
        if pixels.indices is None:
            raise AnnotationError("unreadable mask", f"{path.name} is in colours")
        if mask is None:
            mask = np.full(pixels.indices.shape, UNLABELLED, np.int16)
        if mask.shape != pixels.indices.shape:
            raise AnnotationError("sizes that differ", f"{path.name} and the other masks of its task")
        mask[pixels.indices > 0] = index
    return np.full(size, UNLABELLED, np.int16) if mask is None else mask
