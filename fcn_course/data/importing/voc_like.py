"""Folders in VOC's layout by other tools: CVAT's segmentation mask 1.1, ``SegmentationClassAug``, masks in colours.

CVAT's: https://docs.cvat.ai/docs/dataset_management/formats/format-smask/. Where ``SegmentationClassAug`` lies beside
``SegmentationClass`` it is taken, with the list ``trainaug.txt``, for it holds the other's masks too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from fcn_course.data.importing.files import Files, split_of
from fcn_course.data.importing.legend import Legend, legend_from_files, legend_from_masks
from fcn_course.data.importing.records import Annotated, AnnotationError, Notes, Source
from fcn_course.data.labels import read_lines

MASKS = ("SegmentationClassAug", "SegmentationClass")
_TWO_COLUMNS = re.compile(r'"?/?(?P<picture>[^"]+?\.\w+)"?\s+"?/?(?P<mask>[^"]+?\.\w+)"?')


def mask_folder(files: Files) -> Path | None:
    """The folder of class masks of a source in VOC's layout."""
    folders = {path.parent for path in files.pictures}
    folders |= {parent for folder in folders for parent in folder.parents if parent.is_relative_to(files.root)}
    found = [folder for folder in folders if folder.name in MASKS]
    return min(found, key=lambda folder: (len(folder.parts), MASKS.index(folder.name)), default=None)


def read_voc(files: Files, notes: Notes) -> Source:
    """The pictures of the lists in ``ImageSets/Segmentation``, or of all masks where there is none."""
    folder = mask_folder(files)
    if folder is None:
        raise ValueError(f"{files.root} is not laid out like VOC: no folder SegmentationClass in it")
    masks = {
        path.relative_to(folder).with_suffix("").as_posix(): path
        for path in files.pictures
        if path.is_relative_to(folder)
    }
    lists, said = _lists(files, folder)
    names = {name: split for split, listed in lists.items() for name in listed} or dict.fromkeys(masks, "")
    _tell_doubles(lists, notes)
    legend = _legend(files, list(masks.values()))
    source = Source("folder in VOC's layout", legend.classes, [], "void", said=[*said, *legend.said])
    for name, split in names.items():
        try:
            picture = _picture(files, folder, name)
        except AnnotationError as fault:
            notes.fault(fault.kind, name, fault.detail)
            continue
        if name in masks:
            source.items.append(Annotated(name, picture, legend.painter(masks[name]), split))
        elif split == "test":
            notes.remark("pictures to test without a mask, left out", name)
        else:
            notes.fault("mask missing", name, f"no {folder.name}/{name}.png")
    if unused := [name for name in masks if name not in names]:
        notes.remarks["masks on no list, left out"] = unused
    return source


def _lists(files, folder):
    """{split: names} and what was decided; a list that says nothing of a split has the key ''."""
    found = {}
    for path in files.paths:
        if path.suffix.lower() == ".txt" and path.parent.name.startswith("Segmentation"):
            found[path.stem] = [_name(line, folder) for line in read_lines(path)]
    augmented = [name for name in found if name.lower().replace("_", "") == "trainaug"]
    plain = {name: split_of(name) for name in found if name not in augmented and name.lower() != "trainval"}
    lists, said = defaultdict(list), [f"masks of {folder.name}"] if folder.name != MASKS[1] else []
    for name, split in plain.items():
        lists[split] += found[name]
    if augmented and folder.name == MASKS[0]:
        lists["train"] = found[augmented[0]]
        said.append(f"the list to train is {augmented[0]}.txt")
    if not lists and found:
        lists[""] = [name for names in found.values() for name in names]
    if len(lists) > 1:
        lists.pop("", None)  # a list of all beside those of the splits
    return {split: list(dict.fromkeys(names)) for split, names in lists.items()}, said


def _name(line, folder):
    if not (match := _TWO_COLUMNS.fullmatch(line)):
        return line
    mask = match["mask"].rpartition(".")[0]
    return mask.partition(f"{folder.name}/")[2] or mask.rpartition("/")[2]


def _tell_doubles(lists, notes):
    first = {}
    for split, names in lists.items():
        for name in names:
            if first.setdefault(name, split) != split:
                notes.fault("picture twice", name, f"on the lists of {first[name] or 'all'} and {split or 'all'}")


def _picture(files, folder, name):
    beside = [path for path in files.pictures if path.with_suffix("") == folder.parent / "JPEGImages" / name]
    if len(beside) == 1:
        return beside[0]
    stem = name.rpartition("/")[2]
    others = [path for path in files.pictures if path.stem == stem and not path.parent.name.startswith("Segmentation")]
    if len(beside or others) != 1:
        kind = "several pictures fit" if others or beside else "picture missing"
        raise AnnotationError(kind, " and ".join(map(files.within, (beside or others)[:3])))
    return others[0]


def _legend(files, masks) -> Legend:
    """The list's, or what the masks look like: VOC's own classes where they hold VOC's colours, or many indices."""
    legend = legend_from_files(files)
    if legend and legend.colours:
        return legend
    return legend_from_masks(masks, legend, vocs=True)
