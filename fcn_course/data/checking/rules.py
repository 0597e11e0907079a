"""What the pictures, masks and classes of a set must be like: a rule takes what they are and notes what is not so."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from PIL import Image

from fcn_course.data.checking.files import Mask, Picture
from fcn_course.data.checking.lists import Notes
from fcn_course.data.judged import MOST_VOID, are_few
from fcn_course.data.labels import VOID
from fcn_course.data.pairing import FORMATS

NEARLY_EMPTY = 1000  # one pixel in so many is of a class but the background
SHOWN = 8  # of a mask's wrong indices
QUARTER_TURNS = tuple(Image.Transpose[turn] for turn in ("TRANSPOSE", "TRANSVERSE", "ROTATE_90", "ROTATE_270"))


def judge_pair(name: str, picture: Picture | None, mask: Mask | None, classes: Sequence[str], notes: Notes) -> None:
    """Note all that is wrong with one picture and its mask; either may be missing, and the class names unknown."""
    if picture and picture.fault:
        notes["unreadable picture"][name] = picture.fault
    elif picture and picture.format not in FORMATS.get(picture.ending, ()):
        notes["picture of another kind than its ending says"][name] = f"{picture.format}, called {picture.ending}"
    if mask and mask.fault:
        notes["unreadable mask"][name] = mask.fault
    elif mask and mask.wrong:
        notes["mask of a wrong kind"][name] = mask.wrong
    elif mask and mask.strange:
        notes["colour that is no class's"][name] = mask.strange
    elif mask:
        _judge_mask(name, mask, classes, notes)
        if picture and not picture.fault and picture.size != mask.size:
            _judge_sizes(name, picture, mask, notes)


def _judge_sizes(name, picture, mask, notes):
    (height, width), (mask_height, mask_width) = picture.size, mask.size
    note = f"picture {width} x {height}, mask {mask_width} x {mask_height}"
    if picture.turn in QUARTER_TURNS and picture.size == mask.size[::-1]:
        notes["mask of the unturned picture"][name] = f"{note}: transpose(Image.Transpose.{picture.turn.name})"
    else:
        notes["sizes that differ"][name] = note


def _judge_mask(name, mask, classes, notes):
    if wrong := [i for i in mask.indices if not 0 <= i < (len(classes) or VOID) and i != VOID]:
        notes["index that is no class"][name] = ", ".join(map(str, wrong[:SHOWN])) + (
            ", …" if len(wrong) > SHOWN else ""
        )
    if mask.order:
        notes["palette in another order"][name] = mask.order
    whole = sum(mask.pixels.values())
    of_classes = whole - mask.pixels.get(0, 0) - mask.pixels.get(VOID, 0)
    if mask.indices == [VOID]:
        notes["mask of void alone"][name] = ""
    elif mask.indices == [0, VOID]:
        notes["mask of 0 and 255 alone"][name] = ""
    elif of_classes * NEARLY_EMPTY < whole:
        notes["nearly empty mask"][name] = f"{of_classes} of {whole} pixels"


def judge_twins(lists: Mapping[str, Sequence[str]], pictures: Mapping[str, Picture | None], notes: Notes) -> None:
    """Note pictures whose pixels are equal though their names are not."""
    train, val = set(lists.get("train", ())), set(lists.get("val", ()))
    same = defaultdict(list)
    for name, picture in pictures.items():
        if picture and not picture.fault:
            same[picture.digest].append(name)
    for names in same.values():
        ours, theirs = ([name for name in names if name in split] for split in (train, val))
        for name in ours:
            if others := [other for other in theirs if other != name]:
                notes["same picture in train and in val"][name] = _same_as(others)
        for first, *others in (split for split in (ours, theirs) if len(split) > 1):
            notes["same picture twice in a list"][first] = _same_as(others)


def _same_as(others):
    return f"= {', '.join(others[:3])}" + (f" and {len(others) - 3} more" if len(others) > 3 else "")


def judge_lists(lists: Mapping[str, Sequence[str]], masks: Mapping[str, Mask | None], notes: Notes) -> None:
    """Note lists whose masks leave little or nothing to judge."""
    for split, names in lists.items():
        pixels = Counter()
        for name in names:
            pixels.update(mask.pixels if (mask := masks.get(name)) else {})
        file, void, whole = f"{split}.txt", pixels[VOID], pixels.total()
        if not void:
            continue
        if void == whole:
            notes["list without a pixel that is judged"][file] = ""
        elif void + pixels[0] == whole:
            notes["list of masks of 0 and 255 alone"][file] = ""
        elif void >= MOST_VOID * whole:
            notes["list that is half void"][file] = f"{void / whole:.0%}"


def judge_classes(
    lists: Mapping[str, Sequence[str]],
    masks: Mapping[str, Mask | None],
    classes: Sequence[str],
    named: bool,
    notes: Notes,
) -> None:
    """Note classes that do not occur where they should; ``named`` says whether anyone named the classes."""
    occur = {
        split: {index for name in names if (mask := masks.get(name)) for index in mask.indices if index != VOID}
        for split, names in lists.items()
    }
    seen = set().union(*occur.values())
    if not seen:
        return
    if not named and are_few(sorted(seen), len(classes)):
        notes["few indices, and no names"].update({str(index): "" for index in sorted(seen)})
    for index, name in enumerate(classes):
        if index not in seen:
            notes["class that never occurs"][name] = str(index)
        elif occur.get("train") and index in occur.get("val", ()) and index not in occur["train"]:
            notes["class in val alone"][name] = str(index)
