"""VOC's layout: where the folder is, and which lists it has."""

from __future__ import annotations

from pathlib import Path

from fcn_course.data.lists import once, read_names

PICTURE_FOLDER, MASK_FOLDER, LIST_FOLDER = "JPEGImages", "SegmentationClass", "ImageSets/Segmentation"
PARTS = (PICTURE_FOLDER, MASK_FOLDER, LIST_FOLDER)
DRAWN = ".complete.json"  # in a drawn world that was drawn to its end
LIST_FOLDERS = (LIST_FOLDER, "ImageSets/SegmentationAug")  # the second of those who add SBD's masks by hand


def find_voc(folder: str | Path, masks: str = MASK_FOLDER) -> Path:
    """The folder with VOC's layout: ``folder`` itself, or ``VOCdevkit/VOC2012`` or ``VOC2012`` inside it.

    Args:
        masks: the folder of masks in it.

    Raises:
        FileNotFoundError: tells what is missing, and the ways out.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise FileNotFoundError(f'no folder {folder}; give a folder laid out like VOC, or "minivoc", or "voc2012"')
    parts = (PICTURE_FOLDER, masks, LIST_FOLDER)
    for place in places(folder):
        if all((place / part).is_dir() for part in parts):
            return place
    nearest = max(places(folder), key=lambda place: sum((place / part).is_dir() for part in parts))
    missing = [part for part in parts if not (nearest / part).is_dir()]
    raise FileNotFoundError(
        f"{nearest} is not laid out like VOC: {', '.join(missing)} missing in it; {_ways_out(nearest, missing, masks)}"
    )


def _ways_out(place, missing, masks):
    others = sorted(path.name for path in place.glob("Segmentation*") if path.is_dir() and path.name != masks)
    if missing == [masks] and (others := [name for name in others if name != "SegmentationObject"]):
        return f"{others[0]} is there: name it (--masks {others[0]}; in Python masks={others[0]!r})"
    make = f"`fcn-course data import {place} --out NEW`"
    if missing == [LIST_FOLDER]:
        return f"{make} splits the pictures and writes the lists, or write train.txt and val.txt there by hand"
    return f"{make} makes such a folder of what other tools write"


def places(folder: Path) -> tuple[Path, ...]:
    """Where VOC's layout may begin in a folder."""
    return folder, folder / "VOCdevkit" / "VOC2012", folder / "VOC2012"


def is_vocs(folder: Path) -> bool:
    """Whether it is VOC's own folder, or the drawn world's, whose classes are VOC's though no file says so."""
    return (folder / "Annotations").is_dir() or (folder / DRAWN).is_file()


def has_split(folder: Path, split: str) -> bool:
    """Whether a folder laid out like VOC holds this list."""
    return _listing(folder, split).is_file()


def split_names(folder: Path, split: str, masks: str = MASK_FOLDER) -> list[str]:
    """The names in one of the lists of a folder laid out like VOC.

    Raises:
        FileNotFoundError: if there is no such list; tells those there are.
        ValueError: if it is empty, a name stands twice in it, or its paths lead elsewhere
            (:func:`~fcn_course.data.lists.read_names`).
    """
    listing = _listing(folder, split)
    if not listing.is_file():
        others = sorted(path.stem for path in listing.parent.glob("*.txt"))
        another = "name one of these (--split, --val-split), or " if others else ""
        raise FileNotFoundError(
            f"no split {split!r}: {listing} is missing; lists here: {', '.join(others) or 'none'}; {another}"
            f"`fcn-course data import {folder} --out NEW` splits the pictures into train and val"
        )
    names = read_names(listing, folder, masks)
    if not names:
        raise ValueError(f"the split {split!r} is empty: {listing} names no picture; write one name a line")
    return once(names, listing)


def _listing(folder, split):
    found = [folder / place / f"{split}.txt" for place in LIST_FOLDERS]
    return next((listing for listing in found if listing.is_file()), found[0])
