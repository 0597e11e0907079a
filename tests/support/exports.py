"""Tiny exports of annotation tools, written from drawn scenes as each tool's format is described.

Each writer makes in a folder what the tool's export holds, once unpacked. ``EXPORTS`` has all of them, with the tool
and version whose files were followed and the public address of the description.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
from PIL import Image
from pycocotools import mask as coco_mask

from fcn_course.teaching.exercises.exports import write_cvat_masks, write_label_studio
from tests.support.scenes import CLASSES, Scene, painted, save_grey, save_picture

Scenes = Mapping[str, Scene]
COLOURS = [(0, 0, 0), (250, 50, 83), (36, 179, 83), (51, 221, 255)]  # CVAT's own choice for new labels


def coco(folder: Path, scenes: Scenes, coded: Callable | None = None, place: str = "images/{}.jpg") -> Path:
    """COCO's instances: polygons, or what ``coded`` makes of an object's pixels."""
    images, annotations = [], []
    for name, scene in scenes.items():
        save_picture(folder / place.format(name).replace("\\", "/"), scene.image)
        height, width = scene.truth.shape
        images.append({"id": len(images) + 1, "file_name": place.format(name), "height": height, "width": width})
        for thing in scene.things:
            segmentation = [thing.outline] if coded is None else coded(thing.pixels)
            entry = {"id": len(annotations) + 1, "image_id": len(images), "category_id": 10 * thing.index}
            left, top, width, height = (int(value) for value in coco_mask.toBbox(packed(thing.pixels)))
            entry |= {"bbox": [left, top, width, height], "area": int(thing.pixels.sum())}
            annotations.append(entry | {"segmentation": segmentation, "iscrowd": 0})
    # out of order, and with gaps, as ids are wherever a class was removed
    categories = [{"id": 10 * index, "name": CLASSES[index], "supercategory": ""} for index in (3, 1, 2)]
    path = folder / "annotations" / "instances_default.json"
    return save_json(path, {"images": images, "annotations": annotations, "categories": categories})


def save_json(path: Path, content) -> Path:
    """Write JSON in UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def runs(pixels: np.ndarray) -> dict:
    """COCO's run lengths as numbers: down the columns, zeros first."""
    return {"counts": run_lengths(pixels.T), "size": list(pixels.shape)}


def run_lengths(rows: np.ndarray) -> list[int]:
    """How many zeros, ones, zeros, ... a mask has along its rows."""
    counts, last = [0], 0
    for value in rows.ravel().tolist():
        if value != last:
            counts.append(0)
            last = value
        counts[-1] += 1
    return counts


def packed(pixels: np.ndarray) -> dict:
    """A mask as pycocotools has it."""
    return coco_mask.encode(np.asfortranarray(pixels.astype(np.uint8)))


def letters(pixels: np.ndarray) -> dict:
    """COCO's run lengths packed in letters, by pycocotools."""
    found = packed(pixels)
    return {"size": found["size"], "counts": found["counts"].decode()}


def cvat_xml(folder: Path, scenes: Scenes) -> Path:
    """CVAT for images 1.1: shapes in another order than their z_order, of all three kinds that can be exact."""
    labels = "".join(f"<label><name>{name}</name><color>#ff0000</color></label>" for name in CLASSES[1:])
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<annotations><version>1.1</version>"]
    lines.append(f"<meta><task><name>t</name><labels>{labels}</labels></task></meta>")
    for number, (name, scene) in enumerate(scenes.items()):
        save_picture(folder / "images" / f"{name}.jpg", scene.image)
        height, width = scene.truth.shape
        lines.append(f'<image id="{number}" name={quoteattr(name + ".jpg")} width="{width}" height="{height}">')
        lines += [_cvat_shape(thing, z) for z, thing in reversed(list(enumerate(scene.things)))]
        lines.append("</image>")
    path = folder / "annotations.xml"
    path.write_text("\n".join([*lines, "</annotations>"]), encoding="utf-8")
    return path


def _cvat_shape(thing, z):
    common = f'label={quoteattr(CLASSES[thing.index])} source="manual" occluded="0" z_order="{z}"'
    if z % 3 == 1:
        rows, columns = (np.flatnonzero(thing.pixels.any(axis)) for axis in (1, 0))
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        rle = ", ".join(map(str, run_lengths(thing.pixels[top:bottom, left:right])))
        place = f'left="{left}" top="{top}" width="{right - left}" height="{bottom - top}"'
        return f'<mask {common} rle="{rle}" {place}></mask>'
    if thing.box and z % 3 == 2:
        left, top, right, bottom = thing.box
        return f'<box {common} xtl="{left}.00" ytl="{top}.00" xbr="{right}.00" ybr="{bottom}.00"></box>'
    points = ";".join(f"{x}.00,{y}.00" for x, y in zip(thing.outline[::2], thing.outline[1::2], strict=True))
    return f'<polygon {common} points="{points}"></polygon>'


def cvat_masks(folder: Path, scenes: Scenes) -> None:
    """CVAT's segmentation mask 1.1: RGB masks, and a label map from A to Z."""
    masks = {}
    for name, scene in scenes.items():
        objects = np.zeros_like(scene.truth)
        for number, thing in enumerate(scene.things, 1):
            objects[thing.pixels] = number
        masks[name] = scene.truth, objects
    write_cvat_masks(folder, _pictures(scenes), masks, dict(zip(CLASSES, COLOURS, strict=True)))


def _pictures(scenes):
    return {name: Image.fromarray(scene.image) for name, scene in scenes.items()}


def save_picture_of_each(folder: Path, scenes: Scenes, ending: str = ".jpg") -> None:
    """The pictures alone."""
    for name, scene in scenes.items():
        save_picture(folder / f"{name}{ending}", scene.image)


def save_list(path: Path, lines) -> None:
    """One name a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def labelme(folder: Path, scenes: Scenes) -> None:
    """labelme's JSON beside each picture; polygons, rectangles by two corners, and a mask in letters."""
    for name, scene in scenes.items():
        save_picture(folder / f"{name}.jpg", scene.image)
        height, width = scene.truth.shape
        content = {
            "version": "5.5.0",
            "flags": {},
            "shapes": [_labelme_shape(*pair) for pair in enumerate(scene.things)],
        }
        content |= {"imagePath": f"{name}.jpg", "imageData": None, "imageHeight": height, "imageWidth": width}
        save_json(folder / f"{name}.json", content)


def _labelme_shape(number, thing):
    points, kind, coded = thing.corners, "polygon", None
    if thing.box and number % 4 == 0:
        points, kind = [thing.corners[2], thing.corners[0]], "rectangle"
    if number % 4 == 3:
        rows, columns = (np.flatnonzero(thing.pixels.any(axis)) for axis in (1, 0))
        points, kind = [(int(columns[0]), int(rows[0])), (int(columns[-1]), int(rows[-1]))], "mask"
        window = thing.pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        memory = io.BytesIO()
        Image.fromarray(window.astype(np.uint8) * 255).save(memory, "PNG")
        coded = base64.b64encode(memory.getvalue()).decode()
    label = CLASSES[thing.index]
    return {"label": label, "points": points, "group_id": None, "shape_type": kind, "flags": {}, "mask": coded}


def label_studio_coco(folder: Path, scenes: Scenes) -> None:
    """Label Studio's COCO: result.json, ids from 0, uploads named with eight letters, paths as on Windows."""
    outlines = {name: [(CLASSES[one.index], one.outline) for one in scene.things] for name, scene in scenes.items()}
    write_label_studio(folder, _pictures(scenes), outlines, place="images\\{}")


def label_studio_brush(folder: Path, scenes: Scenes) -> None:
    """Label Studio's brush: a PNG for each region, and the project's JSON-MIN."""
    tasks = []
    for task, (name, scene) in enumerate(scenes.items(), 7):
        save_picture(folder / f"0a1b2c3d-{name}.jpg", scene.image)
        counted, regions = {}, []
        for thing in scene.things:
            label = CLASSES[thing.index]
            number = counted[label] = counted.get(label, -1) + 1
            file = f"task-{task}-annotation-{task + 20}-by-1-tag-{label}-{number}.png"
            save_grey(folder / file, thing.pixels.astype(np.uint8) * 255)
            height, width = thing.pixels.shape
            region = {"format": "rle", "rle": [], "brushlabels": [label]}
            regions.append(region | {"original_width": width, "original_height": height})
        about = {"image": f"/data/upload/1/0a1b2c3d-{name}.jpg", "id": task, "annotator": 1, "annotation_id": task + 20}
        tasks.append(about | {"tag": regions})
    save_json(folder / "project.json", tasks)


def voc_augmented(folder: Path, scenes: Scenes) -> None:
    """VOC with SBD as it goes round: grey masks in SegmentationClassAug, lists of two columns."""
    save_picture_of_each(folder / "JPEGImages", scenes)
    names = list(scenes)
    for number, (name, scene) in enumerate(scenes.items()):
        save_grey(folder / "SegmentationClassAug" / f"{name}.png", scene.truth)
        if number % 2:
            save_grey(folder / "SegmentationClass" / f"{name}.png", scene.truth)
    lines = [f"/JPEGImages/{name}.jpg /SegmentationClassAug/{name}.png" for name in names]
    lists = folder / "ImageSets" / "Segmentation"
    save_list(lists / "trainaug.txt", lines[:-2])
    save_list(lists / "train.txt", names[1:2])
    save_list(lists / "val.txt", names[-2:])
    (folder / "labels.txt").write_text("\n".join(CLASSES))


def voc_colours(folder: Path, scenes: Scenes) -> None:
    """VOC's layout, palette masks whose colours stand in another order, and a label map that says which is which."""
    save_picture_of_each(folder / "JPEGImages", scenes)
    (folder / "SegmentationClass").mkdir()
    order = [2, 0, 3, 1]  # the palette as GIMP sorts it
    for name, scene in scenes.items():
        file = Image.fromarray(np.argsort(order).astype(np.uint8)[scene.truth])
        file.putpalette([value for index in order for value in COLOURS[index]])
        file.save(folder / "SegmentationClass" / f"{name}.png")
    lines = [f"{name}:{r},{g},{b}::" for name, (r, g, b) in zip(CLASSES, COLOURS, strict=True)]
    (folder / "labelmap.txt").write_text("\n".join(lines))


def cityscapes(folder: Path, scenes: Scenes, suffix: str = "labelIds", table: tuple[int, ...] = (0, 7, 8, 26)) -> None:
    """Cityscapes: road, sidewalk and car by their ids; nothing is background, so the rest is unlabelled."""
    names = list(scenes)
    for name, scene in scenes.items():
        split = "val" if name in names[-2:] else "train"
        city = f"{split}/lindau"
        save_picture(folder / "leftImg8bit" / city / f"{name}_leftImg8bit.png", scene.image)
        ids = np.array(table, np.uint8)[scene.truth]
        save_grey(folder / "gtFine" / city / f"{name}_gtFine_{suffix}.png", ids)


def cityscapes_cvat(folder: Path, scenes: Scenes) -> None:
    """Cityscapes as CVAT writes it: ids are the lines of label_colors.txt."""
    cityscapes(folder, scenes, table=(0, 3, 1, 2))
    _label_colours(folder, (0, 2, 3, 1))


def _label_colours(folder, order=(0, 1, 2, 3)):
    lines = [f"{' '.join(map(str, COLOURS[index]))} {CLASSES[index]}" for index in order]
    (folder / "label_colors.txt").write_text("\n".join(lines) + "\n")


def camvid(folder: Path, scenes: Scenes) -> None:
    """CamVid: masks in colours with _L behind the picture's name, and label_colors.txt."""
    save_picture_of_each(folder / "701_StillsRaw_full", scenes, ".png")
    for name, scene in scenes.items():
        save_picture(folder / "LabeledApproved_full" / f"{name}_L.png", painted(scene.truth, COLOURS))
    _label_colours(folder)


def camvid_cvat(folder: Path, scenes: Scenes) -> None:
    """CamVid as CVAT and Datumaro write it: a folder for each subset, and lists of two columns."""
    names = list(scenes)
    for split, part in (("train", names[:-2]), ("val", names[-2:])):
        for name in part:
            save_picture(folder / split / f"{name}.jpg", scenes[name].image)
            save_picture(folder / f"{split}annot" / f"{name}.png", painted(scenes[name].truth, COLOURS))
        save_list(folder / f"{split}.txt", [f"/{split}/{name}.jpg {split}annot/{name}.png" for name in part])
    _label_colours(folder)


def class_dict(folder: Path, scenes: Scenes) -> None:
    """CamVid as it goes round with class_dict.csv."""
    names = list(scenes)
    for split, part in (("train", names[:-2]), ("val", names[-2:])):
        for name in part:
            save_picture(folder / split / f"{name}.png", scenes[name].image)
            save_picture(folder / f"{split}_labels" / f"{name}_L.png", painted(scenes[name].truth, COLOURS))
    lines = ["name,r,g,b", *(f"{name},{r},{g},{b}" for name, (r, g, b) in zip(CLASSES, COLOURS, strict=True))]
    (folder / "class_dict.csv").write_text("\n".join(lines))


def parallel(folder: Path, scenes: Scenes) -> None:
    """Two folders of the same names: pictures of many formats, masks of 8 and of 16 bits, names in labels.txt."""
    endings = (".JPG", ".jpeg", ".png", ".bmp", ".webp", ".tif")
    for number, (name, scene) in enumerate(scenes.items()):
        save_picture(folder / "images" / f"{name}{endings[number % len(endings)]}", scene.image)
        kind = np.uint16 if number % 2 else np.uint8
        save_grey(folder / "masks" / f"{name}.png", scene.truth.astype(kind))
    (folder / "labels.txt").write_text("\n".join(CLASSES))


def binary(folder: Path, scenes: Scenes, white: int = 255, mode: str = "L") -> None:
    """One class: where anything is, in black and white."""
    save_picture_of_each(folder / "images", scenes)
    (folder / "masks").mkdir()
    for name, scene in scenes.items():
        mask = Image.fromarray((scene.truth > 0).astype(np.uint8) * white)
        (mask if mode == "L" else mask.point(lambda value: 255 * (value > 0)).convert("1")).save(
            folder / "masks" / f"{name}.png"
        )


@dataclass(frozen=True)
class Export:
    """A row of the table of sources.

    Attributes:
        write: makes the export in a folder.
        tool: whose files were followed, with the version.
        address: where the format is described.
        format: what ``--from`` calls it.
        one: all objects are of one class.
    """

    write: Callable[[Path, Scenes], object]
    tool: str
    address: str
    format: str
    one: bool = False


_COCO = "https://cocodataset.org/#format-data"
_CVAT = "https://docs.cvat.ai/docs/dataset_management/formats/"
_LABELME = "https://github.com/wkentaro/labelme/blob/main/labelme/utils/shape.py"
_STUDIO = "https://labelstud.io/guide/export.html"
_CITY = "https://github.com/mcordts/cityscapesScripts"
_CAMVID = "http://mi.eng.cam.ac.uk/research/projects/VideoRec/CamVid/"
_PLAIN = "none: any program's"
EXPORTS = {
    "COCO, polygons": Export(coco, "COCO 2017", _COCO, "coco"),
    "COCO, run lengths": Export(lambda f, s: coco(f, s, runs), "COCO 2017", _COCO, "coco"),
    "COCO, packed run lengths": Export(lambda f, s: coco(f, s, letters), "COCO 2017, pycocotools 2.0", _COCO, "coco"),
    "CVAT for images": Export(cvat_xml, "CVAT 2, format 1.1", f"{_CVAT}format-xml/", "cvat-xml"),
    "CVAT segmentation mask": Export(cvat_masks, "CVAT 2, format 1.1", f"{_CVAT}format-smask/", "cvat-masks"),
    "labelme": Export(labelme, "labelme 5.5", _LABELME, "labelme"),
    "Label Studio, COCO": Export(label_studio_coco, "Label Studio 1, converter 0.0.5", _STUDIO, "coco"),
    "Label Studio, brush": Export(label_studio_brush, "Label Studio 1, converter 0.0.5", _STUDIO, "label-studio-brush"),
    "VOC, SegmentationClassAug": Export(
        voc_augmented, "DeepLab's lists", "https://github.com/DrSleep/tensorflow-deeplab-resnet", "voc"
    ),
    "VOC, palette in another order": Export(voc_colours, "CVAT 2, format 1.1", f"{_CVAT}format-smask/", "cvat-masks"),
    "Cityscapes, labelIds": Export(cityscapes, "cityscapesScripts 2", _CITY, "cityscapes"),
    "Cityscapes, labelTrainIds": Export(
        lambda f, s: cityscapes(f, s, "labelTrainIds", (255, 0, 1, 13)), "cityscapesScripts 2", _CITY, "cityscapes"
    ),
    "Cityscapes, own classes": Export(cityscapes_cvat, "CVAT 2", f"{_CVAT}format-cityscapes/", "cityscapes"),
    "CamVid": Export(camvid, "CamVid 2009", _CAMVID, "camvid"),
    "CamVid, subsets": Export(camvid_cvat, "CVAT 2", f"{_CVAT}format-camvid/", "camvid"),
    "CamVid, class_dict.csv": Export(class_dict, "CamVid 2009", _CAMVID, "camvid"),
    "two folders": Export(parallel, "any", _PLAIN, "pairs"),
    "binary, 0 and 1": Export(lambda f, s: binary(f, s, 1), "any", _PLAIN, "pairs", True),
    "binary, 0 and 255": Export(binary, "any", _PLAIN, "pairs", True),
    "binary, mode 1": Export(lambda f, s: binary(f, s, mode="1"), "any", _PLAIN, "pairs", True),
}
