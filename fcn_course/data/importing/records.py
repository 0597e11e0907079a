"""What every reader hands over: pictures with a way to paint their masks, and what is wrong with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from fcn_course.data.labels import validate_classes

UNLABELLED = -1  # of a painted mask: a pixel that nobody gave a label; classes are 0 to 254, void is 255
BACKGROUND = "background"
SHOWN = 5  # names that a fault tells


@dataclass(frozen=True)
class Annotated:
    """One picture of a source.

    Attributes:
        name: its path in the source without the ending, with ``/``; the writer makes a file's name of it.
        picture: its file.
        paint: gives the mask, int16 ``(H, W)``, of classes, 255 and ``UNLABELLED``; what is drawn as outlines is
            painted on as many pixels as it is handed, (height, width). A ``AnnotationError`` says what is wrong.
        split: ``"train"``, ``"val"``, ... or empty where the source has none.
        size: the (height, width) on which it was drawn, where the annotations say so.
    """

    name: str
    picture: Path
    paint: Callable[[tuple[int, int]], np.ndarray]
    split: str = ""
    size: tuple[int, int] | None = None


@dataclass
class Source:
    """A source that was read: nothing of it is decoded yet.

    Attributes:
        format: what it is, in words.
        classes: names, index 0 (the background) first.
        items: its pictures.
        unlabelled: what the format makes of pixels without a label, ``"background"`` or ``"void"``; None where it has
            no word on them.
        draws_background: somebody gave pixels the label background, so that those without a label may be another thing.
        said: what was decided in reading, one sentence each.
    """

    format: str
    classes: tuple[str, ...]
    items: list[Annotated]
    unlabelled: str | None = None
    draws_background: bool = False
    said: list[str] = field(default_factory=list)


# kind of fault: the remedy
REMEDIES = {
    "unreadable annotation file": "export it anew",
    "picture missing": "put it into the source folder, under the name that the annotations give",
    "picture outside the source": "put the pictures into the source folder, or give the folder that holds both",
    "several pictures fit": "keep one of them, or name its folder in the annotations",
    "picture twice": "leave one of the two entries out",
    "picture annotated twice": "export one annotation for each picture, or remove the others' files",
    "unreadable picture": "take it anew from where it came from",
    "mask missing": "export it too, or take the picture out",
    "mask without its picture": "put the picture into the source folder, under the mask's name",
    "unreadable mask": "export it anew; a mask must be a file without loss: PNG, TIFF, BMP or GIF",
    "sizes that differ": "annotate the picture's own pixels: of a picture that was resized since, take the original",
    "unknown class": "add it to the list of classes, or take the annotation out",
    "shape without an area": "draw it anew with three corners or more, or take it out",
    "shape outside its picture": "it was drawn on another picture, or on one of another size: draw it anew",
    "object with a box alone": "draw its outline, or take it out: as background it would teach the net something wrong",
    "shape of an unknown kind": "draw it as a polygon, or take it out",
    "broken run lengths": "export the annotations anew",
    "colour without a class": "add the line name:red,green,blue:: to a labelmap.txt in the source folder",
    "index without a class": "name all classes, index 0 (the background) first, in a labels.txt in the source folder",
    "palette against its indices": "say by a labelmap.txt in the source folder (name:red,green,blue::) which colour is "
    "which class",
}


def missing_package(package: str, does: str) -> ValueError:
    """What to raise where a package of the extra ``annotations`` is missing: with the one command that installs it."""
    return ValueError(
        f"{does} by {package}, which is not installed; `pip install 'fcn-course[annotations]'`, or in a checkout `uv "
        "sync --extra annotations`, brings it"
    )


class AnnotationError(ValueError):
    """One thing that is wrong with one picture: its ``kind``, a key of ``REMEDIES``, and its ``detail``."""

    def __init__(self, kind: str, detail: str = ""):
        super().__init__(f"{kind}: {detail}")
        self.kind, self.detail = kind, detail


class Notes:
    """Faults by kind, and remarks, as they are found."""

    def __init__(self):
        self.faults: dict[str, dict[str, str]] = defaultdict(dict)
        self.remarks: dict[str, list[str]] = defaultdict(list)

    def fault(self, kind: str, where: str, detail: str = "") -> None:
        """Note that something is wrong there; of several of a kind in one place the first is told."""
        self.faults[kind].setdefault(where, detail)

    def remark(self, what: str, where: str) -> None:
        """Note what was done without asking; ``what`` ends in the words that stand before the names."""
        self.remarks[what].append(where)

    def stop(self, source: str | Path) -> None:
        """Raise all faults at once, if there are any.

        Raises:
            ValueError: names each kind, the first of its places, and the remedy.
        """
        if not self.faults:
            return
        number = sum(map(len, self.faults.values()))
        lines = [f"{source}: nothing was written, {number} thing{'s' * (number > 1)} must be mended first"]
        for kind in sorted(self.faults, key=list(REMEDIES).index):
            places = [f"{where} ({detail})" if detail else where for where, detail in self.faults[kind].items()]
            lines.append(f"  {kind}: {named(places)}; {REMEDIES[kind]}")
        raise ValueError("\n".join(lines))

    def told(self) -> list[str]:
        """The remarks, a sentence each."""
        return [f"{what}: {named(list(dict.fromkeys(places)))}" for what, places in self.remarks.items()]


def named(places: Sequence[str]) -> str:
    """The first few of these, and how many more there are."""
    more = len(places) - SHOWN
    return ", ".join(places[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def with_background(names: Iterable[str], where: str) -> tuple[tuple[str, ...], bool]:
    """Class names with the background at index 0, and whether it was among them.

    A class that is called ``background``, ``Background`` or ``_background_`` is taken for it.

    Raises:
        ValueError: a name twice, more than 255 of them, or one that a labels file cannot hold.
    """
    names = list(dict.fromkeys(names))
    own = [name for name in names if is_background(name)]
    rest = [name for name in names if not is_background(name)]
    unfit = [name for name in rest if name != name.strip() or name.startswith("#") or len(name.splitlines()) != 1]
    if unfit or "__ignore__" in rest:
        wrong = unfit[0] if unfit else "__ignore__"
        raise ValueError(f"{where} names a class {wrong!r}, which cannot stand in a labels file; rename it in the tool")
    return validate_classes([BACKGROUND, *rest], where), bool(own)


def is_background(name: str) -> bool:
    """Whether a class's name says that it is the background."""
    return name.strip().strip("_").casefold() == BACKGROUND
