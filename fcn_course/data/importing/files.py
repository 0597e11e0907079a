"""The files of a source: found by the paths that annotations give, and never outside the source's folder."""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from contextlib import suppress
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote

import numpy as np

from fcn_course.data.importing.records import AnnotationError
from fcn_course.data.labels import LABEL_FILES
from fcn_course.data.pairing import PICTURES

FROM_A_TO_Z = "the classes stand from A to Z, for no labels.txt in the source says their order"
MOST_JSON = 1 << 30  # bytes of a JSON file; Python needs some ten times as many to hold it
_SPLIT = re.compile(r"(?<![a-z])(train(?:ing)?|val(?:id(?:ation)?)?|dev|test(?:ing)?)(?![a-z])", re.I)
_MASKS = re.compile(
    r"(masks?|labels?|annot|annotations?|gt|ground[_-]?truth|targets?|Segmentation\w*|gtFine|gtCoarse)$", re.I
)
_IMAGES = re.compile(r"(images?|imgs?|pictures?|photos?|JPEGImages|leftImg8bit)$", re.I)
_SPLITS = {"tr": "train", "va": "val", "de": "val", "te": "test"}


class Files:
    """All files below a folder; links that lead out of it are not followed.

    Attributes:
        root: the folder.
        paths: the files below it, sorted.
        outside: links that lead out of it, by their path in it.
        only: the one annotation file to read, where the source was given as a file.
    """

    def __init__(self, source: str | Path):
        source = Path(source).expanduser()
        if source.suffix.lower() in (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar") and source.is_file():
            raise ValueError(f"{source} is an archive; unpack it into a folder, and give that folder")
        if not source.exists():
            raise FileNotFoundError(f"no folder {source}; give the folder that holds the pictures and annotations")
        self.only = source if source.is_file() else None
        self.root = source.parent if self.only else source
        real, self.paths, self.outside = self.root.resolve(), [], set()
        for folder, folders, names in os.walk(self.root):
            links = [Path(folder, name) for name in folders if Path(folder, name).is_symlink()]
            self.outside |= {self.within(link) for link in links if not link.resolve().is_relative_to(real)}
            folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
            for name in sorted(names):
                path = Path(folder, name)
                if name.startswith("."):
                    continue
                if path.is_symlink() and not path.resolve().is_relative_to(real):
                    self.outside.add(self.within(path))
                elif path.is_file():
                    self.paths.append(path)

    def within(self, path: Path) -> str:
        """A file's path inside the source, with ``/``."""
        return path.relative_to(self.root).as_posix()

    def ending(self, *endings: str) -> list[Path]:
        """The files with one of these endings, capitals or not; the one that was given as the source alone."""
        found = [path for path in self.paths if path.suffix.lower() in endings]
        return [path for path in found if path == self.only] if self.only else found

    @cached_property
    def pictures(self) -> list[Path]:
        """All files with the ending of a picture, masks among them."""
        return [path for path in self.paths if path.suffix.lower() in PICTURES]

    @cached_property
    def label_file(self) -> Path | None:
        """The file at its top that names the classes, if there is one."""
        return next((path for name in LABEL_FILES if (path := self.root / name).is_file()), None)

    @cached_property
    def _by_name(self):
        found = defaultdict(list)
        for path in self.pictures:
            found[normalize("NFC", path.name)].append(path)
        return found

    def picture(self, said: str, near: Path | None = None, split: str = "") -> Path:
        """The file that an annotation means by a path.

        The path may begin at ``near``, at the source's folder, or anywhere else: a tool writes the path that it knew.
        Only its end must be found below the source's folder; the path itself is never opened.

        Args:
            near: the folder of the annotation file.
            split: where several would do, the one in a folder of this split is taken.

        Raises:
            AnnotationError: there is none, or several fit.
        """
        wanted = PurePosixPath(normalize("NFC", str(said).replace("\\", "/")))
        for tried in dict.fromkeys((wanted, PurePosixPath(unquote(str(wanted))))):
            if found := self._best(tried, near, split):
                return found
        kind = "picture outside the source" if wanted.is_absolute() or ".." in wanted.parts else "picture missing"
        if links := [link for link in self.outside if PurePosixPath(link).name in wanted.parts]:
            raise AnnotationError("picture outside the source", f"{links[0]} is a link that leads out of the source")
        stem = wanted.stem.casefold()
        alike = [self.within(path) for path in self.pictures if path.stem.casefold() == stem]
        raise AnnotationError(kind, f"there is {alike[0]}" if alike else "")

    def _best(self, wanted, near, split):
        candidates = self._by_name.get(wanted.name, [])
        direct = [] if near is None or ".." in wanted.parts else [path for path in candidates if path == near / wanted]
        if len(candidates) < 2 or direct:
            return (direct or candidates or [None])[0]
        candidates = [path for path in candidates if not holds_masks(self.within(path.parent))] or candidates
        ends = [_common_end(self.within(path), wanted) for path in candidates]
        best = [path for path, end in zip(candidates, ends, strict=True) if end == max(ends)]
        if len(best) > 1 and split:
            best = [path for path in best if split_of(self.within(path.parent)) == split] or best
        if len(best) > 1 and near is not None:
            best = [path for path in best if path.is_relative_to(near)] or best
        if len(best) > 1:
            raise AnnotationError("several pictures fit", " and ".join(self.within(path) for path in best[:3]))
        return best[0]


def _common_end(path, wanted):
    ours, theirs = normalize("NFC", path).split("/")[::-1], wanted.parts[::-1]
    return next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))


def read_json(path: Path) -> Any:
    """What a JSON file holds; long lists of numbers as arrays, which take a fifth of the memory, and no ``imageData``.

    Raises:
        ValueError: no JSON in UTF-8, nested too deeply, or above a gigabyte.
    """
    size = path.stat().st_size
    if size > MOST_JSON:
        raise ValueError(f"{path} has {size / 1e9:.1f} GB, the most is {MOST_JSON / 1e9:.1f}; export it in parts")
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), object_hook=_small)
    except RecursionError as error:
        raise ValueError(f"{path} is nested too deeply to be an annotation file; export it anew") from error
    except ValueError as error:
        raise ValueError(f"{path} is no JSON in UTF-8 ({error}); export it anew") from error


def _small(entry):
    """An object as soon as it is read, so that never all numbers of a file are held as Python's."""
    entry.pop("imageData", None)  # labelme's: the picture once more, in letters
    outlines, counts = entry.get("segmentation"), entry.get("counts")
    if isinstance(outlines, list):
        entry["segmentation"] = [_array(outline, float) for outline in outlines]
    if isinstance(counts, list):
        entry["counts"] = _array(counts, int)
    return entry


def _array(values, kind):
    if isinstance(values, list) and all(type(value) in (int, kind) for value in values):
        with suppress(OverflowError):  # told where it is painted
            return np.array(values, np.int64 if kind is int else np.float64)
    return values


def split_of(text: str) -> str:
    """``"train"``, ``"val"`` or ``"test"`` where a path or name says so, its end before its beginning; else nothing."""
    for part in reversed(str(text).split("/")):
        if found := _SPLIT.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", part)):
            return _SPLITS[found[1][:2].lower()]
    return ""


def holds_masks(folder: str) -> bool:
    """Whether a folder's path says that masks lie in it: ``masks``, ``labels/train``, ``trainannot``, ..."""
    for part in reversed(folder.split("/")):
        if part.startswith("panoptic"):  # COCO's, whose colours are numbers of objects
            return False
        if _IMAGES.search(part) or _MASKS.search(part):
            return not _IMAGES.search(part)
    return False


def stem_of(path: str) -> str:
    """A path inside a source without its ending: what its picture is called there."""
    return str(PurePosixPath(path).with_suffix(""))
