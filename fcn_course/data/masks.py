"""Mask files: the class index of every pixel, as it is stored (lecture 04; D2L 14.9.1)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from fcn_course.data.images import open_image
from fcn_course.data.labels import VOC_CLASSES, VOID


def read_mask(path: str | Path, num_classes: int = len(VOC_CLASSES)) -> Tensor:
    """A mask file's stored indices as int64 ``(H, W)``; its colours are never looked at.

    Raises:
        FileNotFoundError: no such file.
        ValueError: if the file is no palette or grey PNG, or an index is neither a class nor 255.
    """
    return decode_mask(path, num_classes).long()


def decode_mask(path: str | Path, num_classes: int) -> Tensor:
    """What :func:`read_mask` reads as uint8, an eighth of its bytes."""
    with open_image(path, "mask", "PNG") as file:
        kind, mode, indices = file.format, file.mode, np.array(file)
    if kind != "PNG" or mode not in ("P", "L"):
        raise ValueError(
            f"{path} is a {kind} of mode {mode}; a mask must be a palette (P) or grey (L) PNG of class indices; "
            "save it with Pillow's mode P and VOC's palette, not as a colour picture"
        )
    return torch.from_numpy(validate_indices(path, indices, num_classes))


def validate_indices(path: str | Path, indices: np.ndarray, num_classes: int) -> np.ndarray:
    """The same indices, if each is a class or void.

    Raises:
        ValueError: tells the first that is neither, the file and both remedies.
    """
    wrong = indices[(indices >= num_classes) & (indices != VOID)]
    if wrong.size:
        raise ValueError(
            f"{path} holds the index {wrong[0]}, neither one of {num_classes} classes (0 to {num_classes - 1}) "
            f"nor void ({VOID}); renumber it, or name all classes: hand over classes (--classes), or put a labels.txt "
            "into the data set's folder"
        )
    return indices
