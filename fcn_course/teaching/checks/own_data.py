"""Exercise 5, from masks to a trained net: lists, files, a folder in VOC's layout, planes, confusions."""

from __future__ import annotations

import copy
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import PALETTE, VOID
from fcn_course.nets.backbone import load_backbone
from fcn_course.teaching.checks.advice import Advice, as_text, is_answered, judge
from fcn_course.teaching.checks.functions import one_line, try_function

NAMES = ("background", "apple", "pear", "leaf")


def split(function: Any, seed: int = 0) -> Advice:
    """``split(names, share, seed)``: (train, val), lists without a name in both, ``share`` of the names in val."""
    count, share = (20, 0.3) if seed == 0 else (33, 1 / 3)
    names = [f"picture_{index:02d}" for index in range(count)]
    hint = "Shuffle a copy of the names with a generator of your own, `random.Random(seed)`, and cut it in two."
    results = []
    for number in (seed, seed, seed + 1, seed + 2):
        trial = try_function(function, names, share, number, hint=hint)
        if trial.advice is not None:
            return trial.advice
        lists = trial.value
        if not (isinstance(lists, list | tuple) and len(lists) == 2):
            return Advice(False, f"Give two lists, train and val; yours gives {as_text(lists)}. {hint}")
        if not all(isinstance(part, list | tuple) and all(isinstance(name, str) for name in part) for part in lists):
            return Advice(False, f"Give two lists of names; yours gives {as_text(lists)}. {hint}")
        results.append(tuple(map(list, lists)))
    (train, val), again, *others = results
    wanted = round(share * count)
    both, lost = sorted({*train} & {*val}), sorted({*names} - {*train} - {*val})
    problems = [
        (
            both,
            f"{len(both)} names stand in both lists, {both[:1]} first. The net would be examined on what it learned.",
        ),
        (lost, f"{len(lost)} of {count} names are in neither list: pictures that you annotated for nothing."),
        ({*train, *val} - {*names}, "There are names in your lists that were not handed over."),
        (
            len(train) + len(val) > count,
            "A name stands twice in one list. Shuffle and cut; do not draw with replacement.",
        ),
        (
            abs(len(train) - wanted) <= 1 < abs(len(val) - wanted),
            f"{len(val)} names are to validate. `share` is val's, {wanted} of {count}: the other way round.",
        ),
        (abs(len(val) - wanted) > 1, f"{len(val)} names are in val; {share:.0%} of {count} are {wanted}."),
        (
            sorted(val) in (names[: len(val)], names[-len(val) :]),
            "You cut without shuffling: the first or the last photographs of a series were taken at one place.",
        ),
        (
            (train, val) != again,
            "The same seed gave two splits. A number in a report must be found again: shuffle by `seed` alone.",
        ),
        (all(sorted(val) == sorted(other) for _, other in others), "Another seed gives the same split. Use `seed`."),
    ]
    for found, advice in problems:
        if found:
            return Advice(False, advice)
    return Advice(
        True, f"Right. {len(train)} and {len(val)} names, none in both, and the same again for the same seed."
    )


def pair(function: Any, seed: int = 0) -> Advice:
    """``save_pair(folder, name, picture, mask)``: writes a JPEG and a palette PNG under one name."""
    rng, name = np.random.default_rng(seed), f"try_{seed}"
    picture = Image.fromarray(rng.integers(100, 140, (12, 20, 3), dtype=np.uint8))
    indices = np.repeat(np.array([0, 1, 2, 5, VOID], np.uint8), 4)[None].repeat(12, 0)  # (12, 20)
    hint = '`picture.save(folder / "JPEGImages" / …)`, and `palette_image(mask).save(…)` for the mask\'s PNG.'
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for part in ("JPEGImages", "SegmentationClass"):
            (folder / part).mkdir()
        trial = try_function(_told_true(function), folder, name, picture, indices, hint=hint)
        if trial.advice is not None:
            return trial.advice
        files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        if not files:
            return Advice(None, f"Not answered yet. {hint}")
        for wanted in (f"JPEGImages/{name}.jpg", f"SegmentationClass/{name}.png"):
            if wanted not in files:
                return Advice(False, f"There is no {wanted}; you wrote {as_text(files)}. {_wrong_file(files, wanted)}")
        return _opened_pair(folder, name, indices)


def folder(guess: Any, classes: tuple[str, ...] | None = None) -> Advice:
    """A folder in VOC's layout: opens both lists, reads every mask, and names what is wrong.

    Args:
        guess: the folder's path.
        classes: the names that it must have; any if left out, but for VOC's own.
    """
    hint = "Give the path of your folder, with JPEGImages, SegmentationClass, ImageSets/Segmentation and labels.txt."
    if not is_answered(guess):
        return Advice(None, f"Not answered yet. {hint}")
    if not isinstance(guess, str | Path):
        return Advice(False, f"{as_text(guess)} is no path. {hint}")
    try:
        train, val = open_voc(Path(guess), "train"), open_voc(Path(guess), "val")
        if len(train.classes) == 21 if classes is None else train.classes != tuple(classes):
            return Advice(False, _wrong_classes(train.classes, classes))
        seen = np.zeros(256, int)
        for dataset in (train, val):
            for index in range(len(dataset)):
                seen += np.bincount(dataset.read(index)[1].numpy().ravel(), minlength=256)
    except Exception as error:  # a student's folder may hold anything; the data set's errors name file and remedy
        said = str(error).replace(f"{guess}/", "").replace(str(guess), "it")
        return Advice(False, f"The folder does not open: {one_line(said, 400)}")
    both = sorted({*train.names} & {*val.names})
    missing = [name for index, name in enumerate(train.classes) if not seen[index]]
    if both:
        return Advice(False, f"{len(both)} names stand in train.txt and in val.txt, {both[0]} first. Split again.")
    if not seen[VOID]:
        return Advice(False, "No mask holds 255. The outlines should: nobody can say to the pixel where a thing ends.")
    if seen[1:VOID].sum() == 0:
        return Advice(
            False, "Every mask is background and void alone. Are the polygons filled with their class's index?"
        )
    if missing:
        return Advice(False, f"No pixel of any mask is {as_text(missing)}. Is labels.txt in the order of your indices?")
    return Advice(
        True,
        f"Right. It opens: {len(train)} pictures to train, {len(val)} to validate, none in both; {len(train.classes)} "
        f"classes in {as_text(list(train.classes))}; {100 * seen[VOID] / seen.sum():.0f} % void.",
    )


def net(guess: Any, classes: tuple[str, ...] = NAMES) -> Advice:
    """An FCN with a plane for each of ``classes``, on the shipped backbone, whose trunk is frozen."""
    hint = "`fcn8s(num_classes=…)` has the shipped backbone as its default. Then call its `freeze_trunk()`."
    if not is_answered(guess):
        return Advice(None, f"Not answered yet. {hint}")
    if not isinstance(guess, nn.Module):
        return Advice(False, f"Give the net itself; you gave {as_text(guess)}. {hint}")
    wanted, size = len(classes), (64, 96)
    try:
        with torch.no_grad():
            scores = copy.deepcopy(guess).cpu().eval()(torch.zeros(1, 3, *size))
        shape = tuple(scores.shape)
    except Exception as error:
        return Advice(False, f"The net stopped on a picture of 64 x 96: {one_line(error, 400)} {hint}")
    if len(shape) != 4 or shape[-2:] != size:
        return Advice(False, f"A picture (1, 3, 64, 96) must give (1, {wanted}, 64, 96); yours gives {shape}. {hint}")
    if shape[1] != wanted:
        return Advice(False, _wrong_planes(shape[1], classes))
    if not any(p.shape == _first().shape and torch.equal(p.detach().cpu(), _first()) for p in guess.parameters()):
        return Advice(False, 'The trunk does not hold the shipped weights. Leave `weights` at its default, "minivoc".')
    free, every = (sum(p.numel() for p in guess.parameters() if p.requires_grad or all_) for all_ in (False, True))
    if not free:
        return Advice(False, "Nothing can learn: the scores are frozen too. `freeze_trunk()` leaves them free.")
    if free > 0.05 * every:
        return Advice(False, f"{free:,} of {every:,} weights would learn: the trunk too. Call `net.freeze_trunk()`.")
    return Advice(
        True,
        f"Right. {wanted} planes: one for each of {wanted - 1} things and one for background; void is never answered. "
        f"{free:,} of {every:,} weights learn.",
    )


def confused(function: Any, seed: int = 0) -> Advice:
    """``most_confused(counts, classes)``: (true, said), the two things with most pixels in their wrong cell."""
    hint = (
        "Rows are the truth, columns what the net said. Clear the diagonal, row 0 and column 0, and find the largest."
    )
    rng = np.random.default_rng(seed)
    counts = torch.from_numpy(rng.permutation(np.arange(10, 10 + 16)).reshape(4, 4))
    counts[0, 1], counts[3, 0] = 700, 900  # things invented, and things overlooked
    counts.fill_diagonal_(5000)
    true, said = (1, 3) if seed == 0 else (3, 2)
    counts[true, said], counts[2, 1] = 300, 200
    trial = try_function(function, counts, NAMES, hint=hint)
    if trial.advice is not None:
        return trial.advice
    return judge(
        trial.value,
        [NAMES[true], NAMES[said]],
        hint=hint,
        why=f"{counts[true, said]} pixels of {NAMES[true]} were called {NAMES[said]}: row {true}, column {said}.",
        slips=[
            ([NAMES[said], NAMES[true]], "The other way round. A row is the truth, a column what the net said of it."),
            ([NAMES[3], NAMES[0]], "That is a thing overlooked. Asked are two things: leave background out."),
            ([NAMES[0], NAMES[1]], "That is a thing invented where nothing is. Asked are two things."),
            ([NAMES[0], NAMES[0]], "That is background called background: the diagonal holds what is right. Clear it."),
            ([NAMES[1], NAMES[1]], "The diagonal holds what is right. Clear it."),
            ([true, said], "The right cell. Give the two names."),
            ([true - 1, said - 1], "Names are asked, and your places are one too low: background was cut off."),
            (
                [NAMES[true - 1], NAMES[said - 1]],
                "Each is one too low: background was cut off before the names were read.",
            ),
        ],
    )


def _told_true(function):
    """The function, made to give True where it gives None: it writes files, and a trial takes None for no answer."""
    if not callable(function):
        return function

    def writes(*inputs):
        function(*inputs)
        return True

    writes.__name__ = getattr(function, "__name__", type(function).__name__)
    return writes


def _wrong_file(files, wanted):
    if any(path.endswith((".jpeg", ".JPG", ".PNG")) for path in files):
        return "Endings are .jpg and .png, in small letters."
    if wanted.endswith(".png") and any(path.startswith("Seg") and path.endswith(".jpg") for path in files):
        return "JPEG stores nearly the same colours, and nearly the same index is another class. A mask is a PNG."
    if wanted.endswith(".jpg") and any(path.startswith("JPEG") and path.endswith(".png") for path in files):
        return "VOC's pictures are JPEG files, and that is what `open_voc` looks for."
    return "Picture and mask share the name; folder and ending tell them apart."


def _opened_pair(folder, name, indices):
    """What is to be said of the two files that were written."""
    with Image.open(folder / "JPEGImages" / f"{name}.jpg") as file:
        kind, size, mode = file.format, file.size, file.mode
        grey = np.array(file.convert("L")).mean()
    with Image.open(folder / "SegmentationClass" / f"{name}.png") as file:
        mask_kind, mask_mode, found, palette = file.format, file.mode, np.array(file), file.getpalette()
    if mask_kind != "PNG":
        return Advice(
            False, f"The mask's file is a {mask_kind}, whatever its ending says. {_wrong_file(['Seg.jpg'], '.png')}"
        )
    if mask_mode not in ("P", "L"):
        return Advice(
            False, f"The mask's file has the mode {mask_mode}: colours. Store indices: mode P, `palette_image`."
        )
    if found.shape != indices.shape:
        return Advice(False, f"The mask went in as {indices.shape} and came out as {found.shape}. Save it as it is.")
    if not np.array_equal(found, indices):
        return Advice(
            False,
            f"The indices have changed: {as_text(np.unique(indices))} went in, {as_text(np.unique(found))} came out. "
            "Pillow's convert makes a palette of its own; scaling makes new numbers. `palette_image` takes the array.",
        )
    if mask_mode == "L" or bytes(palette or ()) != PALETTE:
        return Advice(
            False, "The indices are right, but a person sees black: VOC's palette is missing. `palette_image`."
        )
    if kind != "JPEG" or size != indices.shape[::-1] or mode != "RGB" or not 100 <= grey <= 140:
        return Advice(
            False, f"The picture's file is a {kind} of mode {mode} and size {size}. Save the picture as it came."
        )
    return Advice(True, "Right. One name, two files; the PNG holds the indices themselves, and a palette for our eyes.")


def _wrong_classes(found, wanted):
    if len(found) == 21:
        return "The folder has VOC's 21 classes: a labels.txt is missing in it. One name a line, index 0 first."
    if found[0] != "background":
        return f"Index 0 is {found[0]} here: background is missing in labels.txt, so every thing is one too low."
    return f"The folder's classes are {as_text(list(found))}; asked are {as_text(list(wanted))}."


def _wrong_planes(planes, classes):
    wanted, things = len(classes), len(classes) - 1
    told_so = f"{wanted} planes are needed, yours has {planes}."
    if planes == things:
        return f"{told_so} You left out background: it is a class like the others, and the most frequent one."
    if planes == wanted + 1:
        return f"{told_so} Void needs no plane: it stands in masks alone, and no net should ever answer it."
    if planes in (21, 20):
        return f"{told_so} That is VOC's number, the default: hand over `num_classes`."
    return f"{told_so} Take `len(classes)`."


@cache
def _first():
    """The shipped backbone's first weights."""
    return next(p.detach() for p in load_backbone().stages.parameters())
