"""One picture and its mask, put where VOC's layout has them."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from fcn_course.data.images import open_image, pixels_of, turn_of
from fcn_course.data.importing.pixels import reason
from fcn_course.data.importing.records import UNLABELLED, Annotated, AnnotationError
from fcn_course.data.labels import palette_image

Turn = Image.Transpose
QUARTER_TURNS = {
    Turn.TRANSPOSE: lambda mask: mask.T,
    Turn.TRANSVERSE: lambda mask: np.rot90(mask, 2).T,
    Turn.ROTATE_90: np.rot90,
    Turn.ROTATE_270: lambda mask: np.rot90(mask, -1),
}


@dataclass(frozen=True)
class Painted:
    """What became of one picture.

    Attributes:
        size: (height, width) as displayed.
        pixels: how many there are of each index that occurs, those without a label among them.
        unlabelled: how many had no label.
        how: ``"linked"`` or ``"copied"``.
        remarks: what is to be said of it.
    """

    size: tuple[int, int]
    pixels: dict[int, int]
    unlabelled: int
    how: str
    remarks: tuple[str, ...] = ()

    @property
    def whole(self) -> int:
        """All pixels."""
        return self.size[0] * self.size[1]


def paint_pair(folder: Path, item: Annotated, name: str, unlabelled: int, copy: bool) -> Painted:
    """Decode the picture, paint its mask, write this and link that, each under ``name``.

    Args:
        unlabelled: the index for pixels without a label.

    Raises:
        AnnotationError: the picture cannot be read, or its annotations do not fit it.
    """
    size, turn = look_at(item.picture)
    remarks = ("pictures turned by their EXIF orientation, and their masks taken for drawn on what a viewer shows",)
    if item.size is not None:
        _fits(item.size, size, turn)
    mask = item.paint(item.size or size)
    if turn in QUARTER_TURNS and mask.shape != size and mask.shape == size[::-1]:
        mask = QUARTER_TURNS[turn](mask)
        remarks = ("pictures turned by their EXIF orientation, whose masks were drawn unturned and are turned too",)
    _fits(mask.shape, size, None)
    without = mask == UNLABELLED
    indices = np.where(without, unlabelled, mask).astype(np.uint8)
    counts = np.bincount(indices.ravel())
    pixels = {index: int(counts[index]) for index in np.flatnonzero(counts).tolist()}
    palette_image(indices).save(folder / "SegmentationClass" / f"{name}.png")
    how = put(item.picture, folder / "JPEGImages" / (name + item.picture.suffix.lower()), copy)
    return Painted(size, pixels, int(without.sum()), how, () if turn is None else remarks)


def look_at(picture: Path) -> tuple[tuple[int, int], Image.Transpose | None]:
    """(height, width) of a picture as displayed and how it was turned for that; it is decoded whole.

    Raises:
        AnnotationError: it cannot be.
    """
    try:
        with open_image(picture, "picture", "JPEG or PNG") as file:
            return pixels_of(file).shape[:2], turn_of(file)
    except (OSError, ValueError) as error:
        raise AnnotationError("unreadable picture", reason(error, picture)) from error


def _fits(drawn, size, turn):
    if tuple(drawn) == size or (turn in QUARTER_TURNS and tuple(drawn) == size[::-1]):
        return
    raise AnnotationError("sizes that differ", f"picture {size[1]} x {size[0]}, annotations {drawn[1]} x {drawn[0]}")


def put(picture: Path, place: Path, copy: bool) -> str:
    """Link a picture to its place, or copy it; says which was done.

    A hard link takes no room and stays when the source is removed, renamed, or not mounted; a symbolic one would not,
    and Windows asks for a privilege. Where a hard link cannot be made, as from another disk, the file is copied.
    """
    if not copy:
        try:
            os.link(picture.resolve(), place)
            return "linked"
        except OSError:
            pass
    shutil.copyfile(picture, place)
    return "copied"
