"""The same few garden pictures as three annotation tools export them, unpacked: where exercise 5 begins.

- labelme: JSON beside each picture (:func:`~fcn_course.teaching.exercises.garden.write_labelme`).
- CVAT, "Segmentation mask 1.1": https://docs.cvat.ai/docs/dataset_management/formats/format-smask/
- Label Studio, COCO: https://labelstud.io/guide/export.html

All three hold the same corners; labelme and Label Studio store them, CVAT stores the pixels between them.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from fcn_course.data.importing.shapes import polygons_to_pixels
from fcn_course.data.labels import VOC_COLORMAP
from fcn_course.teaching.exercises.garden import THINGS, draw_garden, write_labelme

SEEDS = (500, 501, 507, 537, 546, 557)  # every thing in two pictures at least, and no blurred heap
LEGEND = {  # CVAT's own choice of colours, in the order of its labelmap.txt: from A to Z
    "apple": (250, 50, 83),
    "background": (0, 0, 0),
    "banana": (255, 204, 51),
    "leaf": (36, 179, 83),
    "mushroom": (178, 80, 80),
    "pear": (51, 221, 255),
}


def write_exports(folder: str | Path, seeds: Sequence[int] = SEEDS) -> dict[str, Path]:
    """Draw a picture for each seed and write all of them three times: a folder for each tool, by the tool's name.

    Raises:
        ValueError: a picture has a heap that is ``__ignore__``, for which COCO has no word; or pycocotools is missing.
    """
    drawn = {f"harvest_{number}": draw_garden(seed) for number, seed in enumerate(seeds, 1)}
    outlines = {}
    for (name, (_, note)), seed in zip(drawn.items(), seeds, strict=True):
        outlines[name] = [(shape["label"], np.ravel(shape["points"]).tolist()) for shape in note["shapes"]]
        if strange := [label for label, _ in outlines[name] if label not in THINGS]:
            raise ValueError(f"the picture of seed {seed} holds {strange[0]}; take a seed whose picture has none")
    folder = Path(folder).expanduser()
    names, masks = list(LEGEND), {}
    for name, (picture, _) in drawn.items():
        classes = np.full(picture.size[::-1], names.index("background"))  # (H, W)
        objects = np.zeros_like(classes)
        for number, (label, outline) in enumerate(outlines[name], 1):
            inside = polygons_to_pixels([outline], classes.shape)
            classes[inside], objects[inside] = names.index(label), number
        masks[name] = classes, objects
    pictures = {name: picture for name, (picture, _) in drawn.items()}
    return {
        "labelme": write_labelme(folder / "labelme", drawn),
        "CVAT": write_cvat_masks(folder / "cvat", pictures, masks, LEGEND),
        "Label Studio": write_label_studio(folder / "label_studio", pictures, outlines),
    }


def write_cvat_masks(
    folder: Path,
    pictures: Mapping[str, Image.Image],
    masks: Mapping[str, tuple[np.ndarray, np.ndarray]],
    legend: Mapping[str, tuple[int, int, int]],
) -> Path:
    """CVAT's segmentation mask 1.1: masks in colours, ``labelmap.txt``, and one list of all pictures.

    Args:
        masks: of each picture ``(H, W)`` twice: places in ``legend``, and numbers of the objects, 0 for none.
        legend: the colours of all labels, from A to Z, the background's among them.
    """
    colours = np.array([*legend.values()], np.uint8)
    for name, picture in pictures.items():
        _save(picture, folder / "JPEGImages" / f"{name}.jpg")
        classes, objects = masks[name]
        _save(Image.fromarray(colours[classes]), folder / "SegmentationClass" / f"{name}.png")
        apart = np.array(VOC_COLORMAP, np.uint8)[objects % len(VOC_COLORMAP)]
        _save(Image.fromarray(apart), folder / "SegmentationObject" / f"{name}.png")
    lines = ["# label:color_rgb:parts:actions", *(f"{name}:{r},{g},{b}::" for name, (r, g, b) in legend.items())]
    _write(folder / "labelmap.txt", lines)
    _write(folder / "ImageSets" / "Segmentation" / "default.txt", pictures)
    return folder


def write_label_studio(
    folder: Path,
    pictures: Mapping[str, Image.Image],
    outlines: Mapping[str, Sequence[tuple[str, Sequence[float]]]],
    place: str = "images/{}",
) -> Path:
    """Label Studio's COCO: ``result.json``, ids from 0, labels from A to Z, eight letters before a picture's name.

    Args:
        outlines: (label, x, y, x, y, ...) of each picture's things, later ones on top.
        place: how ``result.json`` writes a picture's path; on Windows with a backslash.
    """
    labels = sorted({label for things in outlines.values() for label, _ in things})
    images, annotations = [], []
    for number, (name, picture) in enumerate(pictures.items()):
        file = f"{zlib.crc32(name.encode()):08x}-{name}.jpg"
        _save(picture, folder / "images" / file)
        width, height = picture.size
        images.append({"width": width, "height": height, "id": number, "file_name": place.format(file)})
        for label, outline in outlines[name]:
            about = {"id": len(annotations), "image_id": number, "category_id": labels.index(label)}
            about |= {"segmentation": [list(outline)], **_extent(outline), "ignore": 0, "iscrowd": 0}
            annotations.append(about)
    categories = [{"id": number, "name": label} for number, label in enumerate(labels)]
    info = {"year": 2026, "version": "1.0", "description": "", "contributor": "Label Studio", "url": ""}
    content = {"images": images, "categories": categories, "annotations": annotations, "info": info}
    _write(folder / "result.json", [json.dumps(content, indent=2, ensure_ascii=False)])
    return folder


def _extent(outline):
    """The box and the area of a polygon."""
    x, y = np.array(outline[::2]), np.array(outline[1::2])
    box = [x.min(), y.min(), np.ptp(x), np.ptp(y)]
    return {"bbox": [float(value) for value in box], "area": float(abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2)}


def _save(picture, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, **({"quality": 92} if path.suffix == ".jpg" else {}))


def _write(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
