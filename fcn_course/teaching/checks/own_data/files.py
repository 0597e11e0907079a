"""One's own files: a picture with its mask as they are written, and a whole folder as it opens."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from fcn_course.data.datasets import open_voc
from fcn_course.data.labels import PALETTE, VOID
from fcn_course.teaching.checks.advice import Advice, as_text, is_answered
from fcn_course.teaching.checks.functions import one_line, try_function


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


def _wrong_classes(found, wanted):
    if len(found) == 21:
        return "The folder has VOC's 21 classes: a labels.txt is missing in it. One name a line, index 0 first."
    if found[0] != "background":
        return f"Index 0 is {found[0]} here: background is missing in labels.txt, so every thing is one too low."
    return f"The folder's classes are {as_text(list(found))}; asked are {as_text(list(wanted))}."
