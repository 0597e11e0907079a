"""Class names, colours and void: VOC's, in the order that D2L and every VOC tool use (D2L 14.9), or a labels file's.

Free of torch.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

# fmt: off
VOC_CLASSES = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
)
# fmt: on
VOID = 255
LABEL_MAP = "labelmap.txt"
LABEL_FILES = ("labels.txt", LABEL_MAP, "class_names.txt")  # ours and labelme's, CVAT's, labelme2voc's
_LABEL_MAP_LINE = re.compile(r"([^:]+):\s*(?:(\d+\s*,\s*\d+\s*,\s*\d+)\s*)?:[^:]*:[^:]*")  # name:r,g,b:parts:actions


def voc_colour(index: int) -> tuple[int, int, int]:
    """The colour that VOC gives to an index: its bits, three by three, fill red, green and blue from the top."""
    rgb = [0, 0, 0]
    for bit in range(8):
        for channel in range(3):
            rgb[channel] |= (index >> (3 * bit + channel) & 1) << (7 - bit)
    return tuple(rgb)


def colormap(num_classes: int) -> tuple[tuple[int, int, int], ...]:
    """VOC's colours of the indices 0 to ``num_classes - 1``, as RGB triples, for any number of classes."""
    return tuple(voc_colour(index) for index in range(num_classes))


VOC_COLORMAP = colormap(len(VOC_CLASSES))
# what VOC's PNG files carry; 255 is cream
PALETTE = bytes(value for index in range(256) for value in voc_colour(index))


def class_names(num_classes: int) -> tuple[str, ...]:
    """VOC's names if there are as many classes as in VOC, else ``background``, ``class 1``, ``class 2``, ..."""
    if num_classes == len(VOC_CLASSES):
        return VOC_CLASSES
    return ("background", *(f"class {index}" for index in range(1, num_classes)))


def read_classes(path: str | Path) -> tuple[str, ...]:
    """The class names of a labels file, index 0 first: one name a line, in UTF-8.

    Empty lines and lines that begin with ``#`` are passed over. Two tools' files are understood:

    - labelme's: ``__ignore__`` in the first line is void and dropped; ``_background_`` becomes ``background``.
    - CVAT's ``labelmap.txt`` (``name:r,g,b:parts:actions``), in which ``background`` stands anywhere, as newer versions
      write the names from A to Z. Here it comes first, or else the name that is painted black; the others keep their
      order. CVAT's masks are pictures in these colours, not VOC's, and hold no indices: who turns them into indices
      must take the order that this function gives.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: a folder, no UTF-8, no name at all, a name twice, more than 255 names.
    """
    names = [line for line in read_lines(path, "labels file") if not line.startswith("#")]
    if names[:1] == ["__ignore__"]:
        del names[0]
    if "__ignore__" in names:
        raise ValueError(f"{path} holds __ignore__ behind other names; make it the first line, as labelme asks")
    if any(_LABEL_MAP_LINE.fullmatch(line) for line in names):
        names = _label_map_names(path, names)
    return validate_classes([_as_background(name) for name in names], str(path))


def read_label_map(path: str | Path) -> dict[str, tuple[int, int, int] | None]:
    """The names in CVAT's ``labelmap.txt`` in the file's order, with the colour that masks have for each, or None.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: no UTF-8, or another form than ``name:r,g,b:parts:actions``.
    """
    lines = [line for line in read_lines(path, "label map") if not line.startswith("#")]
    matches = _label_map_lines(path, lines)
    colours = [tuple(int(part) for part in match[2].split(",")) if match[2] else None for match in matches]
    names = [_as_background(match[1].strip()) for match in matches]
    return dict(zip(names, colours, strict=True))


def _as_background(name):
    return "background" if name == "_background_" else name


def _label_map_lines(path, lines):
    matches = [_LABEL_MAP_LINE.fullmatch(line) for line in lines]
    if None in matches:
        raise ValueError(
            f"{path} is a label map, but its line {lines[matches.index(None)]!r} has not the form "
            "name:r,g,b:parts:actions; write it so, or a plain list of names"
        )
    return matches


def _label_map_names(path, lines):
    matches = _label_map_lines(path, lines)
    names = [match[1].strip() for match in matches]
    black = [names[i] for i, match in enumerate(matches) if (match[2] or "").replace(" ", "") == "0,0,0"]
    first = names.index("background" if "background" in names else [*black, names[0]][0])
    return [names[first], *names[:first], *names[first + 1 :]]


def validate_classes(names: Sequence[str], where: str = "classes") -> tuple[str, ...]:
    """The names as a tuple, if they can name the planes of a net; ``where`` they come from is told in errors."""
    names = tuple(names)
    if not names:
        raise ValueError(f"{where} names no class; write one name a line, index 0 (the background) first")
    if len(names) > VOID:
        raise ValueError(f"{where} names {len(names)} classes, but a mask's byte tells 255 apart; join some of them")
    wrong = [name for name in names if not isinstance(name, str) or not name.strip()]
    if wrong:
        raise ValueError(f"{where} holds {wrong[0]!r}, which is no name; give each class a name in letters")
    twice = [name for number, name in enumerate(names) if name in names[:number]]
    if twice:
        raise ValueError(f"{where} names {twice[0]!r} twice; give each class a name of its own, or leave one out")
    return names


def choose_classes(classes: Sequence[str] | str | Path | None, folder: str | Path) -> tuple[str, ...]:
    """Names as they are, or a labels file's, or (None) those of the ``folder``'s own labels file, or else VOC's."""
    if classes is None:
        own = [Path(folder) / name for name in LABEL_FILES if (Path(folder) / name).is_file()]
        return read_classes(own[0]) if own else VOC_CLASSES
    return read_classes(classes) if isinstance(classes, (str, Path)) else validate_classes(classes)


def has_labels(folder: Path) -> bool:
    """Whether a folder has a labels file of its own."""
    return any((folder / name).is_file() for name in LABEL_FILES)


def read_lines(path: str | Path, what: str = "list") -> list[str]:
    """The lines of a text file in UTF-8, without white space round them and without empty ones.

    A byte-order mark at the start of a line is dropped: Windows puts one first, and joining files brings it between.

    Raises:
        FileNotFoundError: if there is none; ``what`` it should be is told.
        ValueError: if it is a folder or no text in UTF-8 (UTF-16 is named).
    """
    path = Path(path).expanduser()
    if path.is_dir():
        raise ValueError(f"{path} is a folder, no {what}; give the path of the text file itself")
    if not path.is_file():
        raise FileNotFoundError(f"no {what} at {path}; give the path of a text file with one name a line")
    content = path.read_bytes()
    # UTF-16 without its mark is UTF-8 too, with a zero beside every Latin letter
    place = 0 if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else content.find(0)
    reason = "zeros, or the mark of UTF-16"
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        place, reason = (error.start, error.reason) if place < 0 else (place, reason)
    if place >= 0:
        raise ValueError(f"{path} is no text in UTF-8 (byte {place}: {reason}); save it as UTF-8, one name a line")
    lines = (line.strip().lstrip("\ufeff").strip() for line in text.replace("\r", "\n").split("\n"))
    return [line for line in lines if line]


def palette_image(indices: np.ndarray) -> Image.Image:
    """Class indices uint8 ``(H, W)`` as a picture of mode P with VOC's palette: what a mask's PNG file holds."""
    image = Image.fromarray(np.ascontiguousarray(indices, np.uint8))
    image.putpalette(PALETTE)
    return image
