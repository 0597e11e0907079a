"""From a picture's name to its files: endings of any kind, accents written in either way, one file a name."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from os.path import splitext
from pathlib import Path
from unicodedata import normalize

_JPEG, _PNG, _TIFF, _PPM = ("JPEG", "MPO"), ("PNG",), ("TIFF",), ("PPM",)  # MPO: a JPEG with further pictures behind
# the endings of pictures, in any letters, VOC's own first, and what Pillow calls a file that should be called so
FORMATS = {
    **{".jpg": _JPEG, ".jpeg": _JPEG, ".png": _PNG, ".tif": _TIFF, ".tiff": _TIFF},
    **{".bmp": ("BMP",), ".webp": ("WEBP",), ".gif": ("GIF",)},
    **{".jpe": _JPEG, ".jfif": _JPEG, ".ppm": _PPM, ".pgm": _PPM, ".jp2": ("JPEG2000",), ".avif": ("AVIF",)},
}
PICTURES = tuple(FORMATS)
MASKS = (".png", ".tif", ".tiff")

Files = dict[str, list[str]]  # name without ending: the files that are called so


def find_files(names: Sequence[str], listing: str, *places: tuple[Path, Sequence[str]]) -> list[Path]:
    """The file of each name, from the first of the ``places`` (folder, endings) that has one; no file is opened.

    Accents count as the same in either way of writing them: a list of Linux's finds the files of a Mac.

    Args:
        listing: where the names come from, told in the error.

    Raises:
        FileNotFoundError: tells the first name without a file, what is there in its place, and how many there are.
        ValueError: if two files of a folder have one name and differ in their endings.
    """
    present = [files_by_name(place, endings) for place, endings in places]
    found, missing = [], []
    for name in names:
        path = None
        for (place, _), files in zip(places, present, strict=True):
            if called_so := files_of(name, files):
                path = place / one_of(called_so, place)
                break
        found.append(path)
        if path is None:
            missing.append(name)
    if missing:
        raise FileNotFoundError(_missing(missing, listing, places))
    return found


def files_by_name(place: Path, endings: Sequence[str]) -> Files:
    """What lies in a folder with one of these endings, by name: as on the disk, and with its accents composed (NFC)."""
    files = {}
    for file in sorted(os.listdir(place)):
        name, ending = splitext(file)
        if ending.lower() in endings:
            files.setdefault(name, []).append(file)
    return {normalize("NFC", name): found for name, found in files.items()} | files


def files_of(name: str, files: Files) -> list[str]:
    """The files of a name, see :func:`files_by_name`, whichever way its accents are written in."""
    return files.get(name) or files.get(normalize("NFC", name), [])


def one_of(files: Sequence[str], place: Path) -> str:
    """The only one; a ValueError names the first two if they are several."""
    if len(files) > 1:
        raise ValueError(
            f"{place} holds {files[0]} and {files[1]}, two files of one name; take one of them away, or rename it"
        )
    return files[0]


def stems(place: Path) -> dict[str, str]:
    """Files by their names without ending, accents composed and capitals small, for :func:`near_file`."""
    return {normalize("NFC", splitext(file)[0]).casefold(): file for file in sorted(os.listdir(place))}


def near_file(name: str, stems: Mapping[str, str]) -> str | None:
    """The file that may be meant where a name's is missing: with another ending or other capitals."""
    name = normalize("NFC", name).casefold()
    bare, ending = splitext(name)
    return stems.get(name) or (stems.get(bare) if ending in PICTURES else None)


def _missing(names, listing, places):
    wanted = " and ".join(str(place / (names[0] + endings[0])) for place, endings in places)
    near = [near_file(names[0], stems(place)) for place, _ in places]
    renamed = next((f"{file} is there: rename it, or correct the list" for file in near if file), None)
    return (
        f"{wanted} is missing, though {listing} lists it ({len(names)} such); "
        f"{renamed or 'restore the file or take the name off the list'}"
    )
