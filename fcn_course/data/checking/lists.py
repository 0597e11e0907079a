"""The lists of a folder in VOC's layout and the files that they name, with all that is wrong with either."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from unicodedata import normalize

from fcn_course.data.folders import LIST_FOLDER, MASK_FOLDER, PICTURE_FOLDER, places
from fcn_course.data.labels import read_lines
from fcn_course.data.lists import names_in, names_twice
from fcn_course.data.pairing import MASKS, PICTURES, files_by_name, files_of, near_file, stems

Notes = defaultdict[str, dict[str, str]]  # kind: {name: note}
NEEDED = ("train", "val")
EVERYTHING = "all files"  # in place of a list, where there is none


def new_notes() -> Notes:
    """No fault of any kind yet."""
    return defaultdict(dict)


def layout(folder: Path, notes: Notes, masks: str = MASK_FOLDER) -> Path:
    """Where VOC's layout begins: the place that has most of its parts; those that it lacks are noted.

    Raises:
        FileNotFoundError: there is no such folder.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}; give a folder laid out like VOC")
    parts = (PICTURE_FOLDER, masks, LIST_FOLDER)
    there = {place: [part for part in parts if (place / part).is_dir()] for place in places(folder)}
    root = max(there, key=lambda place: len(there[place]))  # the first of equals
    notes["missing folder"].update({part: f"in {root}" for part in parts if part not in there[root]})
    return root


def read_lists(root: Path, notes: Notes, masks: str = MASK_FOLDER) -> dict[str, list[str]]:
    """The names on each list, each once; what is wrong with the lists is noted."""
    folder = root / LIST_FOLDER
    if not folder.is_dir():
        return {}
    names = _listed(folder, notes) or []
    files = [folder / name for name in names if name.endswith(".txt") and not name.startswith(".")]
    notes["missing list"].update({f"{split}.txt": "" for split in NEEDED if f"{split}.txt" not in names})
    lists = {}
    for path in files:
        try:
            lines = read_lines(path)
        except (OSError, ValueError) as error:
            notes["unreadable list"][path.name] = str(error).removeprefix(f"{path} ").partition(";")[0]
            continue
        try:
            names = names_in(lines, path, root, masks)
        except ValueError as error:
            notes["list that leads elsewhere"][path.name] = str(error).removeprefix(f"{path} ")
            continue
        if not names:
            notes["empty list"][path.name] = ""
        for name in names_twice(names):
            twice = notes["name twice in a list"]
            twice[name] = f"{twice[name]}, {path.name}" if name in twice else path.name
        lists[path.stem] = list(dict.fromkeys(names))
    val = {normalize("NFC", name) for name in lists.get("val", [])}
    both = [name for name in lists.get("train", []) if normalize("NFC", name) in val]
    notes["name in train and in val"].update(dict.fromkeys(both, ""))
    return lists


def all_names(root: Path, masks: str = MASK_FOLDER) -> list[str]:
    """The names of all pictures and masks that there are."""
    places = [(root / PICTURE_FOLDER, PICTURES), (root / masks, MASKS)]
    files = [files_by_name(place, endings) for place, endings in places if place.is_dir()]
    return sorted({normalize("NFC", name) for present in files for name in present})


def find_pairs(
    root: Path, lists: Mapping[str, list[str]], notes: Notes, masks: str = MASK_FOLDER
) -> dict[str, tuple[Path | None, Path | None]]:
    """For each name on a list the files of its picture and its mask; those that lack, and those on no list, are noted.

    A picture of a list whose name begins with ``test`` may go without its mask.
    """
    folders = (root / PICTURE_FOLDER, root / masks)
    listed = [_listed(folder, notes) if folder.is_dir() else None for folder in folders]
    present = [
        files_by_name(folder, endings) if files is not None else {}
        for folder, endings, files in zip(folders, (PICTURES, MASKS), listed, strict=True)
    ]
    similar = [stems(folder) if files is not None else {} for folder, files in zip(folders, listed, strict=True)]
    may_lack = {name for split, names in lists.items() if split.startswith("test") for name in names}
    may_lack -= {name for split, names in lists.items() if not split.startswith("test") for name in names}
    pairs, used = {}, set()
    for name in dict.fromkeys(name for names in lists.values() for name in names):
        found, near = [], []
        for folder, files, others in zip(folders, present, similar, strict=True):
            called_so = files_of(name, files)
            if len(called_so) > 1:
                notes["two files of one name"][name] = f"{folder.name}/{' and '.join(called_so)}"
            found.append(folder / called_so[0] if called_so else None)
            other = None if called_so else near_file(name, others)
            near.append(folder / other if other else None)
            used.update(folder / file for file in (*called_so, other) if file)
        pairs[name] = tuple(found)
        if any(near):
            there = " and ".join(f"{path.parent.name}/{path.name}" for path in near if path)
            notes["file under another name"][name] = f"there is {there}"
        there = [one or other for one, other in zip(found, near, strict=True)]
        if None not in listed and (kind := _what_lacks(there, name in may_lack)):
            notes[kind][name] = ""
    for folder, files, kind in zip(folders, listed, ("picture on no list", "mask on no list"), strict=True):
        spare = [file for file in files or () if folder / file not in used and not file.startswith(".")]
        notes[kind].update(dict.fromkeys(spare, ""))
    return pairs


def _listed(folder, notes):
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError as error:
        notes["missing folder"][folder.name] = str(error)
        return None


def _what_lacks(found, may_lack_mask):
    picture, mask = found
    if picture and not mask:
        return None if may_lack_mask else "picture without its mask"
    if mask and not picture:
        return "mask without its picture"
    return None if picture else "picture and mask missing"
