"""VOC's layout: where the folder is, which pictures a list names, and whether their files are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from unicodedata import normalize

from fcn_course.data.labels import read_lines

PARTS = ("JPEGImages", "SegmentationClass", "ImageSets/Segmentation")


def find_voc(folder: str | Path) -> Path:
    """The folder with VOC's layout: ``folder`` itself, or ``VOCdevkit/VOC2012`` or ``VOC2012`` inside it."""
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(f'no folder {folder}; give a folder laid out like VOC, or "minivoc", or "voc2012"')
    for place in places(folder):
        if all((place / part).is_dir() for part in PARTS):
            return place
    missing = [part for part in PARTS if not (folder / part).is_dir()]
    raise FileNotFoundError(f"{folder} is not laid out like VOC: {', '.join(missing)} missing in it")


def places(folder: Path) -> tuple[Path, ...]:
    """Where VOC's layout may begin in a folder."""
    return folder, folder / "VOCdevkit" / "VOC2012", folder / "VOC2012"


def has_split(folder: Path, split: str) -> bool:
    """Whether a folder laid out like VOC holds this list."""
    return _listing(folder, split).is_file()


def split_names(folder: Path, split: str) -> list[str]:
    """The names in one of the lists of a folder laid out like VOC.

    Raises:
        FileNotFoundError: if there is no such list; tells those there are.
        ValueError: if it is empty, or a name stands twice in it.
    """
    listing = _listing(folder, split)
    if not listing.is_file():
        others = sorted(path.stem for path in listing.parent.glob("*.txt"))
        raise FileNotFoundError(f"no split {split!r}: {listing} is missing; lists here: {', '.join(others) or 'none'}")
    names = read_lines(listing)
    if not names:
        raise ValueError(f"the split {split!r} is empty: {listing} names no picture; write one name a line")
    return _once(names, listing)


def names_twice(names: Sequence[str]) -> list[str]:
    """The names that stand more than once in a list, each once; accents may be written in either way (NFC, NFD)."""
    seen, twice = set(), {}
    for name in names:
        same = normalize("NFC", name)
        if same in seen:
            twice.setdefault(same, name)
        seen.add(same)
    return list(twice.values())


def _once(names, listing):
    if twice := names_twice(names):
        raise ValueError(
            f"{twice[0]} is listed twice in {listing} ({len(twice)} such): it would count twice; leave one out"
        )
    return names


def _listing(folder, split):
    return folder / "ImageSets" / "Segmentation" / f"{split}.txt"


def chosen_names(names: Sequence[str] | str | Path) -> list[str]:
    """The pictures' names that are handed over, or that a text file holds, one a line.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if they are none, or one stands twice in the file; who hands names over may repeat them.
    """
    if isinstance(names, (str, Path)):
        where, names = names, _once(read_lines(names, "list of names"), names)
    else:
        where, names = "the list of names", [str(name) for name in names]
    if not names:
        raise ValueError(f"{where} names no picture; give at least one, or leave names out to take the split's")
    return names


def find_files(names: Sequence[str], listing: str, *places: tuple[Path, str]) -> list[Path]:
    """The file of each name, from the first of the ``places`` (folder, suffix) that has one; no file is opened.

    Accents count as the same in either way of writing them: a list of Linux's finds the files of a Mac.

    Args:
        listing: where the names come from, told in the error.

    Raises:
        FileNotFoundError: tells the first name without a file, what is there in its place, and how many there are.
    """
    present = [file_names(place) for place, _ in places]
    found, missing = [], []
    for name in names:
        there = (
            place / file
            for (place, suffix), files in zip(places, present, strict=True)
            if (file := file_of(name + suffix, files))
        )
        path = next(there, None)
        found.append(path)
        if path is None:
            missing.append(name)
    if missing:
        wanted = " and ".join(str(place / (missing[0] + suffix)) for place, suffix in places)
        near = [near_file(missing[0], stems(files)) for files in present]
        renamed = next((f"{file} is there: rename it, or correct the list" for file in near if file), None)
        raise FileNotFoundError(
            f"{wanted} is missing, though {listing} lists it ({len(missing)} such); "
            f"{renamed or 'restore the file or take the name off the list'}"
        )
    return found


def file_names(place: Path) -> dict[str, str]:
    """What lies in a folder: each name, and each with its accents composed (NFC), with the name on the disk."""
    names = sorted(path.name for path in place.iterdir())
    return {normalize("NFC", name): name for name in names} | {name: name for name in names}


def file_of(name: str, files: Mapping[str, str]) -> str | None:
    """The file that is called so, see :func:`file_names`, whichever way its accents are written in."""
    return files.get(name) or files.get(normalize("NFC", name))


def stems(files: Mapping[str, str]) -> dict[str, str]:
    """Files by their names without ending, accents composed and capitals small, for :func:`near_file`."""
    return {normalize("NFC", Path(file).stem).casefold(): file for file in files.values()}


def near_file(name: str, stems: Mapping[str, str]) -> str | None:
    """The file that may be meant where a name's is missing: with another ending or other capitals."""
    name = normalize("NFC", name).casefold()
    bare = name.rpartition(".")[0] if name.endswith((".jpg", ".jpeg", ".png")) else name
    return stems.get(name) or stems.get(bare)
