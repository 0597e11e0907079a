"""Lists of pictures: one name a line, or the paths of picture and mask, as DeepLab's lists have them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from unicodedata import normalize

from fcn_course.data.labels import read_lines
from fcn_course.data.pairing import MASKS, PICTURES

# the end of the first of two paths
_BETWEEN = re.compile(rf"(?:{'|'.join(map(re.escape, PICTURES))})\s+", re.IGNORECASE)


def read_names(path: str | Path, folder: Path, masks: str, what: str = "list") -> list[str]:
    """The names that a text file holds, one a line; a line of two paths, picture and mask, stands for their name.

    Args:
        folder: laid out like VOC; paths must lead into its ``JPEGImages`` and its folder of masks.
        masks: the name of the latter.

    Raises:
        FileNotFoundError: no such file.
        ValueError: no text in UTF-8, or a path that leads elsewhere.
    """
    return names_in(read_lines(path, what), path, folder, masks)


def names_in(lines: Sequence[str], listing: str | Path, folder: Path, masks: str) -> list[str]:
    """The names that the lines of a list stand for, see :func:`read_names`; a ValueError for a path that misleads."""
    return [_name(line, listing, folder, masks) if "/" in line else line for line in lines]


def chosen_names(names: Sequence[str] | str | Path, folder: Path, masks: str) -> list[str]:
    """The pictures' names that are handed over, or that a text file holds (:func:`read_names`).

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if they are none, or one stands twice in the file; who hands names over may repeat them.
    """
    if isinstance(names, (str, Path)):
        where, names = names, once(read_names(names, folder, masks, "list of names"), names)
    else:
        where, names = "the list of names", [str(name) for name in names]
    if not names:
        raise ValueError(f"{where} names no picture; give at least one, or leave names out to take the split's")
    return names


def once(names: Sequence[str], listing: str | Path) -> Sequence[str]:
    """The same names; a ValueError if one of them stands twice."""
    if twice := names_twice(names):
        raise ValueError(
            f"{twice[0]} is listed twice in {listing} ({len(twice)} such): it would count twice; leave one out"
        )
    return names


def names_twice(names: Sequence[str]) -> list[str]:
    """The names that stand more than once in a list, each once; accents may be written in either way (NFC, NFD)."""
    seen, twice = set(), {}
    for name in names:
        same = normalize("NFC", name)
        if same in seen:
            twice.setdefault(same, name)
        seen.add(same)
    return list(twice.values())


def _name(line, listing, folder, masks):
    """The name that a line with a path in it stands for; any other line as it is."""
    between = next((found for found in _BETWEEN.finditer(line) if "/" in line[found.end() :]), None)
    picture, mask = (line, None) if between is None else (line[: between.end()].strip(), line[between.end() :])
    picture, mask = PurePosixPath(picture), None if mask is None else PurePosixPath(mask)
    if mask is None:
        known = picture.suffix.lower() in PICTURES and _lies_in(picture, folder, "JPEGImages")
        return picture.stem if known else line
    if mask.suffix.lower() not in MASKS:
        return line
    if not _lies_in(picture, folder, "JPEGImages"):
        raise ValueError(
            f"{listing} leads to {picture}, but pictures are read from {folder / 'JPEGImages'}; correct the list, or "
            "write one name a line, without folder and ending"
        )
    if not _lies_in(mask, folder, masks):
        there = folder / mask.parent.name
        name_it = f"name that folder (--masks {mask.parent.name})" if there.is_dir() else "correct the list"
        raise ValueError(f"{listing} leads to {mask}, but masks are read from {folder / masks}; {name_it}")
    if picture.stem != mask.stem:
        raise ValueError(
            f"{listing} pairs {picture.name} with {mask.name}; picture and mask must share their name: rename one"
        )
    return picture.stem


def _lies_in(path, folder, part):
    """Whether a path, seen from the root of the data set or from anywhere above it, leads into this part of it."""
    above, whole = path.parent.parts, (folder.absolute() / part).parts
    above = above[1:] if path.is_absolute() else above
    return 0 < len(above) <= len(whole) and whole[-len(above) :] == above
