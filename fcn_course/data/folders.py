"""VOC's layout: where the folder is, which pictures a list names, and whether their files are there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fcn_course.data.labels import read_lines


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


def has_split(folder: Path, split: str) -> bool:
    """Whether a folder laid out like VOC holds this list."""
    return _listing(folder, split).is_file()


def split_names(folder: Path, split: str) -> list[str]:
    """The names in one of the lists of a folder laid out like VOC.

    Raises:
        FileNotFoundError: if there is no such list; tells those there are.
        ValueError: if it is empty.
    """
    listing = _listing(folder, split)
    if not listing.is_file():
        others = sorted(path.stem for path in listing.parent.glob("*.txt"))
        raise FileNotFoundError(f"no split {split!r}: {listing} is missing; lists here: {', '.join(others) or 'none'}")
    names = read_lines(listing)
    if not names:
        raise ValueError(f"the split {split!r} is empty: {listing} names no picture; write one name a line")
    return names


def _listing(folder, split):
    return folder / "ImageSets" / "Segmentation" / f"{split}.txt"


def chosen_names(names: Sequence[str] | str | Path) -> list[str]:
    """The pictures' names that are handed over, or that a text file holds, one a line.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if they are none.
    """
    if isinstance(names, (str, Path)):
        where, names = names, read_lines(names, "list of names")
    else:
        where, names = "the list of names", [str(name) for name in names]
    if not names:
        raise ValueError(f"{where} names no picture; give at least one, or leave names out to take the split's")
    return names


def find_files(names: Sequence[str], listing: str, *places: tuple[Path, str]) -> list[Path]:
    """The file of each name, from the first of the ``places`` (folder, suffix) that has one; no file is opened.

    Args:
        listing: where the names come from, told in the error.

    Raises:
        FileNotFoundError: tells the first name without a file, and how many there are.
    """
    present = [{path.name for path in place.iterdir()} for place, _ in places]
    found, missing = [], []
    for name in names:
        there = (
            place / (name + suffix)
            for (place, suffix), files in zip(places, present, strict=True)
            if name + suffix in files
        )
        path = next(there, None)
        found.append(path)
        if path is None:
            missing.append(" and ".join(str(place / (name + suffix)) for place, suffix in places))
    if missing:
        raise FileNotFoundError(
            f"{missing[0]} is missing, though {listing} lists it ({len(missing)} such); restore the file or take the "
            "name off the list"
        )
    return found
