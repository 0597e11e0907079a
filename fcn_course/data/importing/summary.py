"""What an import made, as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fcn_course.data.importing.painting import Painted
from fcn_course.data.labels import VOID


@dataclass(frozen=True)
class Imported:
    """A folder that was made.

    Attributes:
        folder: laid out like VOC.
        format: what the source was.
        classes: names, index 0 first.
        splits: the lists: names of pictures by ``"train"``, ``"val"`` and perhaps ``"test"``.
        pictures: what became of each, by name.
        said: what was decided, and what is to be known, a sentence each.
    """

    folder: Path
    format: str
    classes: tuple[str, ...]
    splits: Mapping[str, Sequence[str]]
    pictures: Mapping[str, Painted]
    said: Sequence[str]

    def table(self) -> str:
        """Pictures and void of each split, pixels and pictures of each class, sizes, and what was decided."""
        everything = list(self.pictures.values())
        sizes = Counter(look.size for look in everything)
        how = Counter(look.how for look in everything)
        shown = [f"{width} x {height} ({number})" for (height, width), number in sizes.most_common(3)]
        more = f" and {len(sizes) - 3} other sizes" if len(sizes) > 3 else ""
        head = f"{self.folder}: {len(everything)} pictures from {self.format}, {len(self.classes)} classes"
        lines = [head, "", *_rows(["split", "pictures", "void %"], [self._split(split) for split in self.splits])]
        columns = ["class", "index", "pixels", "pixels %", *(f"pictures in {split}" for split in self.splits)]
        lines += ["", *_rows(columns, [self._class(index) for index in range(len(self.classes))])]
        lines += [
            "",
            f"sizes: {', '.join(shown)}{more}",
            f"pictures: {', '.join(f'{how[way]} {way}' for way in sorted(how))}",
        ]
        return "\n".join([*lines, *(f"- {sentence}" for sentence in self.said)])

    def _split(self, split):
        looks = [self.pictures[name] for name in self.splits[split]]
        void = sum(look.pixels.get(VOID, 0) for look in looks)
        return [split, str(len(looks)), _percent(void, sum(look.whole for look in looks))]

    def _class(self, index):
        looks = self.pictures.values()
        pixels = sum(look.pixels.get(index, 0) for look in looks)
        judged = sum(look.whole - look.pixels.get(VOID, 0) for look in looks)
        seen = [sum(index in self.pictures[name].pixels for name in names) for names in self.splits.values()]
        return [self.classes[index], str(index), f"{pixels:,}", _percent(pixels, judged), *map(str, seen)]


def _percent(part, whole):
    return f"{100 * part / whole:.2f}" if whole else "–"


def _rows(columns, rows):
    """Lines of a table, its first column to the left and its numbers to the right."""
    table = [columns, *rows]
    first, *others = [max(map(len, column)) for column in zip(*table, strict=True)]
    padded = [[row[0].ljust(first), *map(str.rjust, row[1:], others)] for row in table]
    return ["  ".join(row).rstrip() for row in padded]
