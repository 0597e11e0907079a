"""Data sets laid out like PASCAL VOC: classes, colours, void, and pictures with masks read when asked for.

Lecture 04; D2L 14.9. A picture is uint8 ``(3, H, W)``, a mask int64 ``(H, W)`` of class indices and 255 (void).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from fcn_course.folders import find_voc, has_split
from fcn_course.images import read_image
from fcn_course.labels import PALETTE, VOC_CLASSES, VOC_COLORMAP, VOID, voc_colour
from fcn_course.masks import read_mask
from fcn_course.places import data_folder
from fcn_course.sbd import SPLITS, SBDSegmentation
from fcn_course.segmentation import VOCSegmentation, read_stored

__all__ = [
    "MEAN",
    "PALETTE",
    "STD",
    "VOC_CLASSES",
    "VOC_COLORMAP",
    "VOID",
    "VOCSegmentation",
    "find_voc",
    "normalise",
    "open_voc",
    "read_image",
    "read_mask",
    "read_stored",
    "voc_colour",
]

MEAN = (0.485, 0.456, 0.406)  # of ImageNet's pictures, as every torchvision backbone expects
STD = (0.229, 0.224, 0.225)


def normalise(images: Tensor) -> Tensor:
    """uint8 ``(..., 3, H, W)`` -> float32 with ImageNet's mean and spread taken out, on the images' own device."""
    mean, std = _mean_and_std(images.device)
    return images.to(torch.float32, copy=True).div_(255).sub_(mean).div_(std)


@cache  # sent to a GPU once: sending makes the GPU wait
def _mean_and_std(device):
    return tuple(torch.tensor(values, device=device).view(3, 1, 1) for values in (MEAN, STD))


def open_voc(
    where: str | Path = "minivoc",
    split: str = "train",
    classes: Sequence[str] | str | Path | None = None,
    names: Sequence[str] | str | Path | None = None,
    sbd: str | Path | None = None,
) -> VOCSegmentation:
    """A data set of ``(image, mask)`` by name or folder.

    Args:
        where: ``"minivoc"`` (drawn at first use, about 20 seconds), ``"voc2012"`` (in the data folder), or the path of
            a folder laid out like VOC.
        split: ``"train"``, ``"val"``, ... or one that needs SBD beside VOC: ``"train_aug"``, ``"sbd_train"`` and
            ``"val_without_sbd"``, see :class:`fcn_course.sbd.SBDSegmentation`.
        classes, names: see :class:`VOCSegmentation`.
        sbd: SBD's folder, if it is not where :func:`fcn_course.sbd.find_sbd` looks; without it a list of the folder's
            own goes before a split of SBD's that is called the same.
    """
    if where == "minivoc":
        from fcn_course.minivoc import ensure_minivoc

        return VOCSegmentation(ensure_minivoc(), split, classes, names)
    if where == "voc2012":
        where = data_folder() / "VOCdevkit" / "VOC2012"
        if not where.is_dir():
            raise FileNotFoundError(
                f"VOC2012 is not at {where}; run `fcn-course data voc2012` (2 GB), or give the path of your own copy"
            )
    folder = find_voc(where)
    if split in SPLITS and (sbd is not None or not has_split(folder, split)):
        return SBDSegmentation(folder, split, classes, names, sbd)
    return VOCSegmentation(folder, split, classes, names)
