"""Mask files: the class index of every pixel, as it is stored (lecture 04; D2L 14.9.1)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from fcn_course.data.images import open_image, validate_png
from fcn_course.data.labels import VOC_CLASSES, VOID


def read_mask(path: str | Path, num_classes: int = len(VOC_CLASSES)) -> Tensor:
    """A mask file's stored indices as int64 ``(H, W)``; its colours are never looked at.

    Raises:
        FileNotFoundError: no such file.
        ValueError: if the file is no whole palette or grey PNG, or an index is neither a class nor 255.
    """
    return decode_mask(path, num_classes).long()


def decode_mask(path: str | Path, num_classes: int) -> Tensor:
    """What :func:`read_mask` reads as uint8, an eighth of its bytes."""
    with open_image(path, "mask", "PNG") as file:
        wrong = wrong_kind(file)
        indices = None if wrong else stored_indices(file)
    if wrong:
        raise ValueError(f"{path} is {wrong}")
    return torch.from_numpy(validate_indices(path, indices, num_classes))


def stored_indices(file: Image.Image) -> np.ndarray:
    """The indices, uint8 ``(H, W)``, of a mask that :func:`~fcn_course.data.images.open_image` opened.

    Raises:
        ValueError: a PNG that was cut or damaged.
    """
    validate_png(file)
    return np.array(file)


def wrong_kind(file: Image.Image) -> str | None:
    """What an opened file is if it is no palette or grey PNG of class indices, and the remedy; None if it is one."""
    if file.format != "PNG" or file.mode not in ("P", "L"):
        return (
            f"a {file.format} of mode {file.mode}; a mask must be a palette (P) or grey (L) PNG of class indices; "
            "save it with Pillow's mode P and VOC's palette, not as a colour picture"
        )
    bits = {"L;2": 2, "L;4": 4}.get(file.tile[0][3] if file.tile else None)
    if bits:  # Pillow would give 17 for the index 1 of 4 bits
        return (
            f"a grey PNG of {bits} bits, whose numbers are read as shares of white and not as class indices; save it "
            "with 8 bits (Pillow's mode L), or with a palette (mode P)"
        )
    return None


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
