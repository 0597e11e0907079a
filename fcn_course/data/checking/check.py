"""A folder in VOC's layout gone through from end to end (lecture 04)."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tqdm.auto import tqdm

from fcn_course.data.checking.files import look_at_mask, look_at_picture
from fcn_course.data.checking.findings import Findings, collect
from fcn_course.data.checking.lists import EVERYTHING, all_names, find_pairs, layout, new_notes, read_lists
from fcn_course.data.checking.rules import judge_classes, judge_lists, judge_pair, judge_twins
from fcn_course.data.folders import MASK_FOLDER, is_vocs
from fcn_course.data.labels import choose_classes, has_labels
from fcn_course.data.palettes import class_colours, validate_way


def check_voc(
    folder: str | Path,
    classes: Sequence[str] | str | Path | None = None,
    progress: bool = True,
    masks: str = MASK_FOLDER,
    palette: str | None = None,
) -> Findings:
    """Every fault of a folder laid out like VOC at once; nothing is written, and no fault ends the search.

    All listed pictures and masks are decoded, or all that there are where nothing is listed, each file once, by several
    threads: some 10 ms a picture of VOC's size.

    Args:
        classes, masks, palette: as in :class:`fcn_course.data.voc.VOCSegmentation`.

    Raises:
        FileNotFoundError: there is no such folder, or no such file of classes.
        ValueError: ``classes`` cannot be used; what the folder's own labels file lacks is a finding.
    """
    notes = new_notes()
    root = layout(Path(folder).expanduser(), notes, masks)
    named = classes is not None or has_labels(root) or is_vocs(root)
    classes = _classes(classes, root, notes)
    colours, way = class_colours(root, classes), validate_way(palette)
    lists = read_lists(root, notes, masks)
    lists = lists or {EVERYTHING: all_names(root, masks)}
    pairs = find_pairs(root, lists, notes, masks)
    # decoding does not hold Python's lock; more threads would hold more pictures at once
    with ThreadPoolExecutor(min(os.cpu_count() or 1, 8)) as pool, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Pillow's, about what is found and told here
        looks = pool.map(lambda files: _look(*files, colours, way), pairs.values())
        looks = list(tqdm(looks, "looking at pictures", total=len(pairs), leave=False, disable=not progress))
    pictures, seen = ({name: look[part] for name, look in zip(pairs, looks, strict=True)} for part in (0, 1))
    for name in pairs:
        judge_pair(name, pictures[name], seen[name], classes, notes)
    judge_twins(lists, pictures, notes)
    judge_lists(lists, seen, notes)
    judge_classes(lists, seen, classes, named, notes)
    return Findings(root, tuple(classes), len(pairs), collect(notes))


def _look(picture, mask, colours, way):
    return picture and look_at_picture(picture), mask and look_at_mask(mask, colours, way)


def _classes(classes, root, notes):
    try:
        return choose_classes(classes, root)
    except (OSError, ValueError) as error:
        if classes is not None:
            raise
        notes["unusable labels file"][str(root)] = str(error)
        return ()
