"""Which tool a source comes from, by what is in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fcn_course.data.importing import cityscapes, coco, cvat_xml, label_studio, labelme, pairs, voc_like
from fcn_course.data.importing.colours import colour_file
from fcn_course.data.importing.files import Files, read_json
from fcn_course.data.importing.records import Notes, Source, named

FORMATS = {
    "coco": "COCO's JSON, as CVAT, Label Studio, Roboflow and others write it",
    "cvat-xml": "CVAT for images 1.1: an XML file of shapes",
    "cvat-masks": "CVAT's segmentation mask 1.1: masks in colours and labelmap.txt",
    "labelme": "labelme's JSON, a file for each picture",
    "label-studio-brush": "Label Studio's brush as PNG, with the project's JSON",
    "voc": "VOC's layout by another tool: SegmentationClassAug, masks in colours",
    "cityscapes": "leftImg8bit and gtFine with labelIds or labelTrainIds",
    "camvid": "pictures, masks in colours, and label_colors.txt or class_dict.csv",
    "pairs": "pictures and masks of the same names in two folders; black and white, too",
}
LOOKED_AT = 50  # JSON files; of labelme's, which are many, the first few will do


def read_source(files: Files, chosen: str | None, notes: Notes, crowds: str | None = None) -> Source:
    """The source, read as the ``chosen`` format, or as the only one that it can be; ``crowds`` is for COCO's.

    Raises:
        ValueError: an unknown format, none that fits, or several that do; tells them.
    """
    if chosen is not None and chosen not in FORMATS:
        raise ValueError(f"no format {chosen!r}; --from takes one of {', '.join(FORMATS)}")
    found = candidates(files, crowds)
    name = chosen or _only(files, found)
    if name in found:
        return found[name][1](notes)
    raise ValueError(f"{files.root} holds nothing of the format {name!r} ({FORMATS[name]}); {_holds(found)}")


def _only(files, found):
    if len(found) == 1:
        return next(iter(found))
    if found:
        ways = "; ".join(f"--from {name} ({why})" for name, (why, _) in found.items())
        raise ValueError(f"{files.root} can be read in {len(found)} ways, say which: {ways}")
    if any(label_studio.is_tasks(content) for content in _json(files).values()):
        raise ValueError(
            f"{files.root} holds Label Studio's JSON, whose outlines and brushes are not read; export the same project "
            "as COCO, or for the brush as PNG beside this JSON"
        )
    endings = sorted({path.suffix.lower() or path.name for path in files.paths})
    raise ValueError(
        f"{files.root} holds no annotations that are known here ({len(files.paths)} files: {named(endings)}); known "
        f"are {'; '.join(f'{name}: {what}' for name, what in FORMATS.items())}"
    )


def _holds(found):
    return f"it can be read as {' or '.join(found)}" if found else "nor of any other that is known here"


def candidates(files: Files, crowds: str | None = None) -> dict[str, tuple[str, Callable[[Notes], Source]]]:
    """What a source can be read as: {format: (why, how)}."""
    found: dict[str, tuple[str, Callable[[Notes], Source]]] = {}
    contents = _json(files)
    cocos = {path: content for path, content in contents.items() if coco.is_coco(content)}
    if cocos:
        why = named([files.within(path) for path in cocos])
        found["coco"] = why, lambda notes: coco.read_coco(files, cocos, notes, crowds)
    if first := next((path for path, content in contents.items() if labelme.is_labelme(content)), None):
        found["labelme"] = f"{files.within(first)} and others", lambda notes: labelme.read_labelme(files, notes)
    if xml := [path for path in files.ending(".xml") if cvat_xml.is_cvat(path)]:
        found["cvat-xml"] = files.within(xml[0]), lambda notes: cvat_xml.read_cvat(files, xml, notes)
    if files.only:
        return found
    if first := next(filter(label_studio.is_brush, files.paths), None):
        found["label-studio-brush"] = files.within(first), lambda notes: label_studio.read_brush(files, notes)
    elif cityscapes.is_cityscapes(files):
        found["cityscapes"] = "gtFine's masks", lambda notes: cityscapes.read_cityscapes(files, notes)
    elif folder := voc_like.mask_folder(files):
        colours = colour_file(files)
        cvat = colours is not None and colours.name == "labelmap.txt"
        why = f"{files.within(folder)} and {colours.name}" if cvat else files.within(folder)
        found["cvat-masks" if cvat else "voc"] = why, lambda notes: voc_like.read_voc(files, notes)
    elif any(pairs.pair_up(files).values()):
        colours = colour_file(files)
        camvid = colours is not None and colours.name != "labelmap.txt"
        why = colours.name if camvid else "masks of the pictures' names"
        found["camvid" if camvid else "pairs"] = why, lambda notes: pairs.read_pairs(files, notes)
    return found


def _json(files: Files) -> dict[Any, Any]:
    """What the first JSON files hold; one that cannot be read is told where it is the only one, or asked for."""
    contents, broken = {}, []
    for path in files.ending(".json")[:LOOKED_AT]:
        try:
            contents[path] = read_json(path)
        except ValueError as error:
            broken.append(error)
    if broken and not contents:
        raise broken[0]
    return contents
