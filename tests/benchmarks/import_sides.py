"""What the benchmark of imports runs: COCO's JSON of the drawn world, the course's import, Datumaro's converter."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import contourpy
import numpy as np
from PIL import Image
from pycocotools import mask as coco_mask

from fcn_course.data.checking.check import check_voc
from fcn_course.data.importing.colours import colours_to_indices
from fcn_course.data.importing.folder import import_folder
from fcn_course.data.importing.pixels import read_pixels
from fcn_course.data.labels import VOC_CLASSES, VOID, read_lines, voc_colour
from fcn_course.evaluation.look import write_look
from tests.benchmarks.alone import peak_memory
from tests.support.exports import letters, save_json

DATUMARO = "datumaro==1.13.12"
SIDE = Path(__file__).with_name("datumaro_side.py")


def write_coco(voc: Path, names: Sequence[str], folder: Path) -> None:
    """A folder's objects as COCO's JSON, with the pictures beside."""
    pictures = folder / "images" / "default"
    pictures.mkdir(parents=True)
    images, annotations = [], []
    for key, name in enumerate(names, 1):
        shutil.copyfile(voc / "JPEGImages" / f"{name}.jpg", pictures / f"{name}.jpg")
        with Image.open(voc / "SegmentationClass" / f"{name}.png") as file:
            classes = np.array(file)
        with Image.open(voc / "SegmentationObject" / f"{name}.png") as file:
            objects = np.array(file)
        images.append({"id": key, "file_name": f"{name}.jpg", "height": classes.shape[0], "width": classes.shape[1]})
        for index, pixels in things(classes, objects):
            drawn_as = letters(pixels) if len(annotations) % 3 == 2 else polygons(pixels)
            rows, columns = (np.flatnonzero(pixels.any(axis)) for axis in (1, 0))
            box = [int(columns[0]), int(rows[0]), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1]
            entry = {"id": len(annotations) + 1, "image_id": key, "category_id": index, "segmentation": drawn_as}
            annotations.append(entry | {"bbox": box, "area": int(pixels.sum()), "iscrowd": 0})
    categories = [{"id": index, "name": name} for index, name in enumerate(VOC_CLASSES) if index]
    content = {"images": images, "annotations": annotations, "categories": categories}
    save_json(folder / "annotations" / "instances_default.json", content)


def things(classes: np.ndarray, objects: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """The class and the pixels of each object that can be outlined."""
    for number in np.setdiff1d(np.unique(objects), (0, VOID)):
        pixels = objects == number
        if pixels.sum() > 9:
            yield int(np.bincount(classes[pixels]).argmax()), pixels


def polygons(pixels: np.ndarray) -> list[list[float]]:
    """An object's outlines, x, y, x, y, ..., in COCO's coordinates."""
    lines = contourpy.contour_generator(z=np.pad(pixels, 1).astype(float)).lines(0.5)
    return [(line - 0.5).round(2).ravel().tolist() for line in lines if len(line) > 3]


def course(source: str, out: str) -> dict:
    """Import, check and show, as ``fcn-course data import`` does; seconds, and the process's peak in MB."""
    start = time.perf_counter()
    made = import_folder(source, out, progress=False)
    check_voc(made.folder, progress=False)
    write_look(made.folder, {name: look.pixels for name, look in made.pictures.items()})
    return {"seconds": time.perf_counter() - start, "memory": peak_memory(), "pictures": len(made.pictures)}


def datumaro(source: str, out: str) -> dict:
    """Datumaro's own converter, in an environment of its own."""
    command = ["uv", "run", "-q", "--no-project", "--with", DATUMARO, "python", str(SIDE), source, out]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"Datumaro failed: {(done.stderr.strip().splitlines() or ['no word'])[-1]}")
    return json.loads(done.stdout.splitlines()[-1])


def astray(source: Path, course: Path, datumaro: Path) -> tuple[int, int, int]:
    """How many pixels both sides have otherwise than pycocotools alone paints them in the file's order, of how many.

    The course's are indices; Datumaro's are in VOC's colours, by the lines of its label map.
    """
    names = [line.partition(":")[0] for line in read_lines(datumaro / "labelmap.txt") if not line.startswith("#")]
    index = {voc_colour(line): VOC_CLASSES.index(name) for line, name in enumerate(names)}
    content = json.loads((source / "annotations" / "instances_default.json").read_text(encoding="utf-8"))
    found = [0, 0, 0]
    for image in content["images"]:
        name, size = Path(image["file_name"]).stem, (image["height"], image["width"])
        wanted = np.zeros(size, int)
        for entry in content["annotations"]:
            if entry["image_id"] == image["id"]:
                drawn = entry["segmentation"]
                runs = coco_mask.merge(coco_mask.frPyObjects(drawn, *size)) if isinstance(drawn, list) else drawn
                wanted[coco_mask.decode([runs])[..., 0] > 0] = entry["category_id"]
        mine, theirs = (read_pixels(side / "SegmentationClass" / f"{name}.png") for side in (course, datumaro))
        found[0] += int((mine.indices != wanted).sum())
        found[1] += int((colours_to_indices(theirs.colours, index) != wanted).sum())
        found[2] += wanted.size
    return tuple(found)
