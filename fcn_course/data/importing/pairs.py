"""Pictures and masks in two folders, or side by side, that share their names: CamVid's, and anyone's.

CamVid's: http://mi.eng.cam.ac.uk/research/projects/VideoRec/CamVid/, and as CVAT writes it
https://docs.cvat.ai/docs/dataset_management/formats/format-camvid/. A mask is called like its picture, perhaps with
``_L``, ``_mask``, ``_label``, ``_gt`` or ``_seg`` behind.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from fcn_course.data.images import open_image
from fcn_course.data.importing.files import Files, holds_masks, split_of, stem_of
from fcn_course.data.importing.legend import legend_from_files, legend_from_masks
from fcn_course.data.importing.records import Annotated, Notes, Source

_BEHIND = re.compile(r"[_\-. ](L|masks?|labels?|gt|seg|segmentation|annotation|annot|P)$")
SAMPLES = 5  # files of a folder that are looked at, where no name says what they are


def pair_up(files: Files) -> dict[Path, list[Path]]:
    """The pictures that each mask may belong to, best first, if anything in the source is a mask."""
    masks = [path for path in files.pictures if holds_masks(files.within(path.parent)) or _BEHIND.search(path.stem)]
    pictures = defaultdict(list)
    for path in sorted(set(files.pictures) - set(masks)):
        pictures[path.stem].append(path)
    if not masks or not pictures:
        folder = _folder_of_masks(files)
        masks = [path for path in files.pictures if path.parent == folder]
        pictures = defaultdict(list)
        for path in sorted(set(files.pictures) - set(masks)):
            pictures[path.stem].append(path)
    return {
        mask: _best(files, mask, pictures.get(mask.stem) or pictures.get(_BEHIND.sub("", mask.stem), []))
        for mask in masks
    }


def _best(files, mask, pictures):
    def score(picture):
        ours, theirs = files.within(mask.parent), files.within(picture.parent)
        common = sum(a == b for a, b in zip(ours.split("/"), theirs.split("/"), strict=False))
        return split_of(ours) == split_of(theirs), common

    best = max(map(score, pictures), default=None)
    return [picture for picture in pictures if score(picture) == best]


def _folder_of_masks(files):
    """Of two folders of equal names, the one whose files are without loss and of one number a pixel."""
    folders = defaultdict(list)
    for path in files.pictures:
        folders[path.parent].append(path)
    if len(folders) != 2:
        return None
    (one, ones), (other, others) = folders.items()
    if not {path.stem for path in ones} & {path.stem for path in others}:
        return None
    seem = [all(map(_seems_a_mask, paths[:SAMPLES])) for paths in (ones, others)]
    return None if seem[0] == seem[1] else (one if seem[0] else other)


def _seems_a_mask(path):
    try:
        with open_image(path, "mask", "PNG") as file:
            return file.format in ("PNG", "BMP", "TIFF", "GIF") and file.mode != "RGB"
    except (OSError, ValueError):
        return False


def read_pairs(files: Files, notes: Notes) -> Source:
    """All masks with their pictures; pictures without a mask are left out.

    Raises:
        ValueError: no mask at all is found.
    """
    pairs, items, taken = pair_up(files), [], {}
    if not any(pairs.values()):
        raise ValueError(
            f"{files.root}: no picture has a mask of its name; put pictures and masks into two folders called images "
            "and masks, each mask called like its picture"
        )
    listed = legend_from_files(files)
    legend = listed if listed and listed.colours else legend_from_masks(list(pairs), listed)
    for mask, pictures in pairs.items():
        where = files.within(mask)
        if len(pictures) != 1:
            kind = "several pictures fit" if pictures else "mask without its picture"
            notes.fault(kind, where, " and ".join(map(files.within, pictures[:3])))
            continue
        (picture,) = pictures
        if picture in taken:
            notes.fault("picture annotated twice", files.within(picture), f"{taken[picture]} and {where}")
            continue
        taken[picture] = where
        split = split_of(where.rpartition("/")[0]) or split_of(files.within(picture.parent))
        items.append(Annotated(stem_of(files.within(picture)), picture, legend.painter(mask), split))
    masks = set(pairs)
    if left := [files.within(path) for path in files.pictures if path not in taken and path not in masks]:
        notes.remarks["pictures without a mask, left out"] = left
    return Source("pairs of pictures and masks", legend.classes, items, "void", said=list(legend.said))
