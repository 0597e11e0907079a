"""Data sets by name or folder: the drawn world, VOC2012, VOC with SBD, anyone's folder (lecture 04)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fcn_course.data.folders import MASK_FOLDER, find_voc, has_split
from fcn_course.data.paths import voc2012_folder
from fcn_course.data.sbd import SPLITS, SBDSegmentation
from fcn_course.data.voc import VOCSegmentation


def open_voc(
    where: str | Path = "minivoc",
    split: str = "train",
    classes: Sequence[str] | str | Path | None = None,
    names: Sequence[str] | str | Path | None = None,
    sbd: str | Path | None = None,
    masks: str = MASK_FOLDER,
    palette: str | None = None,
) -> VOCSegmentation:
    """A data set of ``(image, mask)`` by name or folder.

    Args:
        where: ``"minivoc"`` (drawn at first use, in 10 to 15 seconds on two new cores), ``"voc2012"``
            (in the data folder, or where ``VOC2012.path`` there says), or the path of a folder laid out like VOC.
        split: ``"train"``, ``"val"``, ... or one that needs SBD beside VOC: ``"train_aug"``, ``"sbd_train"`` and
            ``"val_without_sbd"``, see :class:`fcn_course.data.sbd.SBDSegmentation`.
        classes, names: see :class:`VOCSegmentation`.
        sbd: SBD's folder, if it is not where :func:`fcn_course.data.sbd.find_sbd` looks; without it a list of the
            folder's own goes before a split of SBD's that is called the same.
        masks: the folder of masks, such as ``"SegmentationClassAug"`` for the list ``"trainaug"``.
        palette: how masks are read, ``"indices"``, ``"colours"`` or None, see :class:`VOCSegmentation`.
    """
    if where == "minivoc":
        from fcn_course.data.minivoc import ensure_minivoc

        return VOCSegmentation(ensure_minivoc(), split, classes, names, masks, palette)
    if where == "voc2012":
        where = voc2012_folder()
        if not where.is_dir():
            raise FileNotFoundError(
                f"VOC2012 is not at {where}; run `fcn-course data voc2012` (2 GB; --from takes a tar or folder of "
                "yours), or give the path of your own copy"
            )
    folder = find_voc(where, masks)
    if split in SPLITS and (sbd is not None or not has_split(folder, split)):
        return SBDSegmentation(folder, split, classes, names, sbd, masks, palette)
    return VOCSegmentation(folder, split, classes, names, masks, palette)
