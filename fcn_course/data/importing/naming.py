"""What pictures are called in VOC's layout, where one folder holds all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from unicodedata import normalize

from fcn_course.data.importing.records import Annotated


def file_names(items: Sequence[Annotated]) -> list[str]:
    """A name for each picture: its own where no other has it, else with its folders before it.

    Names that differ by capitals or by how accents are written count as the same, since some file systems hold them so.
    """
    ways: list[Callable[[Annotated], str]] = [
        lambda item: item.name.rpartition("/")[2],
        lambda item: item.name.replace("/", "_"),
        lambda item: f"{item.name.replace('/', '_')}_{item.picture.suffix[1:]}",
    ]
    names = [_fit(ways[0](item)) for item in items]
    for way in ways[1:]:
        for numbers in _alike(names):
            for number in numbers:
                names[number] = _fit(way(items[number]))
    for numbers in _alike(names):
        for count, number in enumerate(numbers[1:], 2):
            names[number] += f"_{count}"
    return names


def _fit(name):
    """A name that a list of one name a line holds, and every file system."""
    name = "".join("_" if letter in '\\/:*?"<>|' or not letter.isprintable() else letter for letter in name)
    return name.strip().strip("\ufeff").rstrip(".") or "picture"


def _alike(names):
    found = defaultdict(list)
    for number, name in enumerate(names):
        found[normalize("NFC", name).casefold()].append(number)
    return [numbers for numbers in found.values() if len(numbers) > 1]
