"""A mask's colours: whether they contradict its indices, and masks that are read by them.

A palette PNG shows colours and stores indices. Tools that write it anew (GIMP, ImageMagick) may put the palette into
another order: it looks the same, and background and classes have changed places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from fcn_course.data.images import open_image, validate_png
from fcn_course.data.labels import LABEL_MAP, PALETTE, VOC_CLASSES, VOID, read_label_map, voc_colour
from fcn_course.data.masks import FORMATS, stored_indices, validate_indices, wrong_kind

WAYS = (None, "colours", "indices")
LOOKED_AT = 8  # masks when a data set is opened; the others when they are read
RGB = tuple[int, int, int]


@dataclass(frozen=True)
class Colours:
    """Which colour stands for which index.

    Attributes:
        index: of each colour; void has VOC's cream.
        whose: they are, for messages.
        own: whether the data set itself names them, so that a single one in another place is no chance.
    """

    index: dict[RGB, int]
    whose: str = "VOC's"
    own: bool = False


def class_colours(folder: Path, classes: Sequence[str]) -> Colours:
    """The colours of a data set's classes: its label map's if that has one for each (CVAT), else VOC's."""
    mapped = {}
    if (folder / LABEL_MAP).is_file():
        try:
            mapped = read_label_map(folder / LABEL_MAP)
        except ValueError:  # who names the classes in another way need not mend it
            mapped = {}
    colours = [mapped.get(name) for name in classes]
    colours = [colour if colour and max(colour) < 256 else None for colour in colours]
    if None not in colours and len({*colours}) == len(colours) > 0:
        return Colours({voc_colour(VOID): VOID} | {c: i for i, c in enumerate(colours)}, f"{LABEL_MAP}'s", own=True)
    return vocs_colours(len(classes), own=tuple(classes) == VOC_CLASSES)


def vocs_colours(number: int, own: bool = False) -> Colours:
    """VOC's colours, of so many classes at least as VOC has."""
    return Colours({voc_colour(index): index for index in (*range(max(number, len(VOC_CLASSES))), VOID)}, own=own)


def other_order(palette: Mapping[int, RGB], colours: Colours) -> tuple[int, int] | None:
    """An index and the one whose colour it has, if a mask's colours contradict its indices; else None.

    They do if all that occur are colours of the data set's, each its own, and some in another's place.

    Args:
        palette: the colour of each index that occurs.
    """
    meant = {index: colours.index.get(colour) for index, colour in palette.items()}
    wrong = [index for index, other in meant.items() if index != other]
    # one's own only class may well have a colour that VOC has too, but for void's
    least = 1 if colours.own or VOID in (meant[index] for index in wrong) else 2
    if len(wrong) < least or None in meant.values() or len(set(meant.values())) < len(meant):
        return None
    return wrong[0], meant[wrong[0]]


def decode_as(path: str | Path, num_classes: int, colours: Colours, way: str | None = None) -> Tensor:
    """A mask file as uint8 ``(H, W)``.

    Args:
        way: ``"indices"`` takes what is stored and never looks at the colours; ``"colours"`` looks the colours up,
            also those of a mask without a palette; None takes what is stored and refuses a palette that contradicts it.

    Raises:
        FileNotFoundError: no such file.
        ValueError: what :func:`~fcn_course.data.masks.decode_mask` refuses, a palette in another order, or, read by
            colours, a colour that is no class's.
    """
    palette = None
    with open_image(path, "mask", "PNG") as file:
        wrong = wrong_kind(file) if way != "colours" else without_colours(file)
        if not wrong:
            indices = colour_indices(file, colours) if way == "colours" else stored_indices(file)
            if way is None and not _is_plain(file, colours):
                palette = used_palette(file, np.bincount(indices.ravel(), minlength=256).nonzero()[0].tolist())
    if wrong:
        raise ValueError(f"{path} is {wrong}")
    if way == "colours" and (colour := strange_colour(indices)):
        raise ValueError(
            f"{path} holds the colour {colour}, and none of {colours.whose} colours is that; paint it in one of these "
            f'(void is {voc_colour(VOID)}), or read the indices (--palette indices; in Python palette="indices")'
        )
    if palette and (found := other_order(palette, colours)):
        raise ValueError(_in_other_order(path, found, colours))
    return torch.from_numpy(validate_indices(path, indices, num_classes).astype(np.uint8, copy=False))


def validate_way(way: str | None) -> str | None:
    """The same way to read masks, if it is one; else a ValueError."""
    if way not in WAYS:
        raise ValueError(f'palette must be "colours", "indices" or None, got {way!r}')
    return way


def refuse_other_order(paths: Sequence[Path], colours: Colours) -> None:
    """Look at a few masks of a data set, from its first to its last, for a palette in another order.

    Raises:
        ValueError: tells the first that has one. What else is wrong with a mask is told when it is read.
    """
    for path in paths[:: max(-(-len(paths) // LOOKED_AT), 1)]:
        try:
            with open_image(path, "mask", "PNG") as file:
                if wrong_kind(file) or _is_plain(file, colours):
                    continue
                indices = stored_indices(file)
                palette = used_palette(file, np.bincount(indices.ravel(), minlength=256).nonzero()[0].tolist())
        except (OSError, ValueError):
            continue
        if found := other_order(palette, colours):
            raise ValueError(_in_other_order(path, found, colours))


def used_palette(file: Image.Image, indices: Sequence[int]) -> dict[int, RGB] | None:
    """The colour of each of these indices of an opened file that has one; None for a file without a palette."""
    if file.mode != "P":
        return None
    values = _stored_palette(file) or file.getpalette() or []
    return {i: tuple(values[3 * i : 3 * i + 3]) for i in indices if 3 * i < len(values)}


def _stored_palette(file):
    """The bytes of red, green and blue as they lie in an opened file: asked for them, Pillow decodes the whole.

    None where Pillow must say what they mean.
    """
    palette = file.palette
    plain = palette is not None and palette.mode == "RGB" and palette.rawmode in (None, "RGB")
    return bytes(palette.palette) if plain else None


def colour_indices(file: Image.Image, colours: Colours) -> np.ndarray:
    """The index of each pixel's colour of an opened file, int32 ``(H, W)``; -1 - colour where that is no class's.

    Raises:
        ValueError: a PNG that was cut or damaged.
    """
    validate_png(file)
    codes, indices, known = look_up(np.array(file.convert("RGB")), colours.index)
    return np.where(known, indices, -1 - codes)


def look_up(pixels: np.ndarray, index_of: Mapping[RGB, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codes of the colours of a picture uint8 ``(H, W, 3)``, the index of each, and if it has one; ``(H, W)`` each.

    A code is the number that red, green and blue make together, :func:`colour_of` gives them back.
    """
    rgb = pixels.astype(np.int32)
    codes = rgb[..., 0] << 16 | rgb[..., 1] << 8 | rgb[..., 2]
    table = sorted((r << 16 | g << 8 | b, index) for (r, g, b), index in index_of.items())
    keys, values = (np.array(column, np.int32) for column in zip(*table, strict=True))
    place = np.searchsorted(keys, codes).clip(max=len(keys) - 1)
    return codes, values[place], keys[place] == codes


def colour_of(code: int) -> RGB:
    """Red, green and blue of a code."""
    return code >> 16, code >> 8 & 255, code & 255


def without_colours(file: Image.Image) -> str | None:
    """What an opened file is if it has no colours to read classes by, and the remedy; None if it has."""
    if file.format in FORMATS and file.mode in ("P", "RGB", "RGBA"):
        return None
    return (
        f"a {file.format} of mode {file.mode}, which has no colours to read classes by; save it as a palette (P) or "
        "RGB PNG, or leave --palette colours out"
    )


def strange_colour(indices: np.ndarray) -> RGB | None:
    """The first colour that :func:`colour_indices` met and that is no class's."""
    strange = indices[indices < 0]
    if not strange.size:
        return None
    return colour_of(-1 - int(strange[0]))


def _is_plain(file, colours):
    """Whether nothing can be wrong with an opened file's palette: it has none, or the beginning of VOC's own."""
    if file.mode != "P":
        return True
    stored = _stored_palette(file)
    return stored is not None and colours.whose == "VOC's" and PALETTE.startswith(stored)


def _in_other_order(path, found, colours):
    index, other = found
    return (
        f"{path} has {colours.whose} colours in another order: its index {index} has the colour of {other}. Tools that "
        "write a palette anew leave the colours and change the indices. If its colours are right, read it by them "
        '(--palette colours; in Python palette="colours"), if its indices are (--palette indices)'
    )
