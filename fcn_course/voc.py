"""Data sets laid out like PASCAL VOC: classes, colours, void, and pictures with masks read when asked for.

Lecture 04; D2L 14.9. A picture is uint8 ``(3, H, W)``, a mask int64 ``(H, W)`` of class indices and 255 (void).
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor
from torch.utils.data import Dataset

from fcn_course.labels import PALETTE, VOC_CLASSES, VOC_COLORMAP, VOID, voc_colour
from fcn_course.places import data_folder

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


class VOCSegmentation(Dataset):
    """Pictures and masks of one split of a folder laid out like VOC.

    Opening reads the list and looks whether the files are there; pictures are decoded when asked for.

    Args:
        folder: holds ``JPEGImages``, ``SegmentationClass`` and ``ImageSets/Segmentation``.
        split: ``"train"``, ``"val"`` or any other list in ``ImageSets/Segmentation``.
        classes: class names, index 0 first.

    Raises:
        FileNotFoundError: folder, list, picture or mask missing.
        ValueError: an empty list.
    """

    def __init__(self, folder: str | Path, split: str = "train", classes: tuple[str, ...] = VOC_CLASSES):
        self.folder, self.split, self.classes = find_voc(folder), split, tuple(classes)
        listing = self.folder / "ImageSets" / "Segmentation" / f"{split}.txt"
        if not listing.is_file():
            others = sorted(path.stem for path in listing.parent.glob("*.txt"))
            raise FileNotFoundError(
                f"no split {split!r}: {listing} is missing; lists here: {', '.join(others) or 'none'}"
            )
        self.names = listing.read_text().split()
        if not self.names:
            raise ValueError(f"the split {split!r} is empty: {listing} names no picture; write one name a line")
        for subfolder, suffix in (("JPEGImages", ".jpg"), ("SegmentationClass", ".png")):
            present = {path.name for path in (self.folder / subfolder).iterdir()}
            missing = [name for name in self.names if name + suffix not in present]
            if missing:
                raise FileNotFoundError(
                    f"{self.folder / subfolder / (missing[0] + suffix)} is missing, though {listing.name} lists it "
                    f"({len(missing)} such); restore the file or take the name off the list"
                )

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        image, mask = self.read(index)
        return image.contiguous(), mask.long()

    def read(self, index: int) -> tuple[Tensor, Tensor]:
        """Picture and mask as they are stored, both uint8: what loaders move about, an eighth of an int64 mask."""
        image_path, mask_path = self.paths(index)
        image, mask = _stored_image(image_path), _stored_mask(mask_path, len(self.classes))
        if image.shape[1:] != mask.shape:
            raise ValueError(
                f"{self.names[index]}: the picture is {image.shape[2]} x {image.shape[1]} but its mask "
                f"{mask.shape[1]} x {mask.shape[0]}; draw the mask on the picture's own pixels"
            )
        return image, mask

    def size(self, index: int) -> tuple[int, int]:
        """(height, width) of a picture, from the first bytes of its mask's file."""
        with _opened(self.paths(index)[1], "mask", "PNG") as file:
            return file.height, file.width

    def paths(self, index: int) -> tuple[Path, Path]:
        """The files of one picture and its mask."""
        name = self.names[index]
        return self.folder / "JPEGImages" / f"{name}.jpg", self.folder / "SegmentationClass" / f"{name}.png"


def find_voc(folder: str | Path) -> Path:
    """The folder with VOC's layout: ``folder`` itself, or ``VOCdevkit/VOC2012`` or ``VOC2012`` inside it."""
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(f'no folder {folder}; give a folder laid out like VOC, or "minivoc", or "voc2012"')
    needed = ("JPEGImages", "SegmentationClass", "ImageSets/Segmentation")
    for place in (folder, folder / "VOCdevkit" / "VOC2012", folder / "VOC2012"):
        if all((place / part).is_dir() for part in needed):
            return place
    missing = [part for part in needed if not (folder / part).is_dir()]
    raise FileNotFoundError(f"{folder} is not laid out like VOC: {', '.join(missing)} missing in it")


def open_voc(
    where: str | Path = "minivoc", split: str = "train", classes: tuple[str, ...] = VOC_CLASSES
) -> VOCSegmentation:
    """A data set of ``(image, mask)`` by name or folder.

    Args:
        where: ``"minivoc"`` (drawn at first use, about 20 seconds), ``"voc2012"`` (in the data folder), or the path of
            a folder laid out like VOC.
        split: ``"train"``, ``"val"``, ...
    """
    if where == "minivoc":
        from fcn_course.minivoc import ensure_minivoc

        return VOCSegmentation(ensure_minivoc(), split, classes)
    if where == "voc2012":
        where = data_folder() / "VOCdevkit" / "VOC2012"
        if not where.is_dir():
            raise FileNotFoundError(
                f"VOC2012 is not at {where}; run `fcn-course data voc2012` (2 GB), or give the path of your own copy"
            )
    return VOCSegmentation(where, split, classes)


def read_image(path: str | Path) -> Tensor:
    """An image file as uint8 ``(3, H, W)``."""
    return _stored_image(path).contiguous()


def _stored_image(path):
    """``(3, H, W)`` over memory in the order (H, W, 3) of files: a window is cut before anything is reordered."""
    with _opened(path, "picture", "JPEG or PNG") as file:
        pixels = np.array(file if file.mode == "RGB" else file.convert("RGB"))
    return torch.from_numpy(pixels).permute(2, 0, 1)


@contextmanager
def _opened(path, what, kinds):
    try:
        with Image.open(path) as file:
            yield file
    except FileNotFoundError as error:
        raise FileNotFoundError(f"no {what} at {path}") from error
    except (UnidentifiedImageError, OSError) as error:
        raise ValueError(f"{path} cannot be read as a {what} ({error}); it must be a whole {kinds} file") from error


def read_mask(path: str | Path, num_classes: int = len(VOC_CLASSES)) -> Tensor:
    """A mask file's stored indices as int64 ``(H, W)``; its colours are never looked at.

    Raises:
        ValueError: if the file is no palette or grey PNG, or an index is neither a class nor 255.
    """
    return _stored_mask(path, num_classes).long()


def _stored_mask(path, num_classes):
    with _opened(path, "mask", "PNG") as file:
        kind, mode, indices = file.format, file.mode, np.array(file)
    if kind != "PNG" or mode not in ("P", "L"):
        raise ValueError(
            f"{path} is a {kind} of mode {mode}; a mask must be a palette (P) or grey (L) PNG of class indices; "
            "save it with Pillow's mode P and VOC's palette, not as a colour picture"
        )
    wrong = indices[(indices >= num_classes) & (indices != VOID)]
    if wrong.size:
        raise ValueError(
            f"{path} holds the index {wrong[0]}, neither one of {num_classes} classes (0 to {num_classes - 1}) "
            f"nor void ({VOID}); renumber it, or open the data set with all its classes"
        )
    return torch.from_numpy(indices)


def read_stored(dataset: Dataset, index: int) -> tuple[Tensor, Tensor]:
    """Picture and mask with as few bytes as the data set has them in; any map-style data set will do."""
    return dataset.read(index) if hasattr(dataset, "read") else dataset[index]
