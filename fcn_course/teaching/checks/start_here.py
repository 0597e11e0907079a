"""The guesses of lecture 00: names for a picture and for its pixels, shapes, who can count, and a shape error."""

from __future__ import annotations

from typing import Any

import numpy as np

from fcn_course.data.labels import VOC_CLASSES
from fcn_course.prediction.classify import imagenet_names
from fcn_course.teaching.checks.advice import Advice, as_text, is_answered, judge
from fcn_course.teaching.checks.parsing import as_number

HEIGHT, WIDTH = 375, 500  # of the lecture's picture
TASKS = "classification", "detection", "semantic", "instance", "panoptic"
TO_LAST = (0, 2, 3, 1)  # the order that the lecture breaks a batch with


def names(guess: Any) -> Advice:
    """How many names a picture of 500 x 375 gets, one for each pixel."""
    pixels, classes = HEIGHT * WIDTH, len(VOC_CLASSES)
    choice = "That is how many names there are to choose from. Here each pixel gets one."
    return judge(
        guess,
        pixels,
        hint="One name for each pixel: how many pixels are in a row, and how many rows are there?",
        why=f"{WIDTH} in each of {HEIGHT} rows: {pixels:,} names for one picture.",
        slips=[
            (WIDTH + HEIGHT, f"You added {WIDTH} and {HEIGHT}. Every one of the {HEIGHT} rows has {WIDTH} pixels."),
            (2 * (WIDTH + HEIGHT), "That many pixels go round the edge. The inside gets names too."),
            (1, "That is what a classifier gives: one for the whole picture. Here every pixel gets one."),
            (classes, choice),
            (classes - 1, choice),
            (3 * pixels, "A pixel is stored in three colours, but it gets one name, not three."),
            (classes * pixels, "So many scores the net computes on its way, one for each class. One name is left."),
        ],
        otherwise=f"Multiply: {HEIGHT} rows of {WIDTH} pixels.",
    )


def mask_shape(guess: Any) -> Advice:
    """The shape of the mask of a picture (3, 375, 500)."""
    hint = "A mask holds one number for each pixel, which names a class. Does it need red, green and blue?"
    why = "One index for each row and column; a mask has no colours."
    size = (HEIGHT, WIDTH)
    colours = "The mask holds the index of a class, not three colours."
    single = "A mask has no place for colours at all, not even one of length 1."
    slips = [
        ((3, *size), colours),
        ((*size, 3), colours),
        ((1, *size), single),
        ((*size, 1), single),
        ((len(VOC_CLASSES), *size), "One plane for each class is what the net's scores have. A mask holds an index."),
        ((WIDTH, HEIGHT), "In a tensor rows come first: the height, then the width."),
        (
            HEIGHT * WIDTH,
            "So many pixels there are, but one number does not tell rows from columns. Write a shape, in brackets.",
        ),
    ]
    text = "Which sides does a mask share with its picture, and which number of that shape has it no use for?"
    return _shape(guess, size, hint, why, slips, text)


def best_name(guess: Any) -> Advice:
    """The first of the five names that EfficientNet-Lite0 gives to matplotlib's portrait of Grace Hopper."""
    unknown = "That is none of the thousand names that it was taught, and it can answer with no other."
    known = "That is one of the thousand names, but not the one that it puts first. Look at gown and hat as it does."
    said = " ".join(guess.casefold().split()) if isinstance(guess, str) else guess
    return judge(
        said,
        "academic gown",
        hint="One of the six names, in quotes. Which of them can a classifier know that learned the names of things?",
        why="`woman`, `officer`, `face`, `flag` are none of its thousand names; it says what looks most like one.",
        slips=[(said, known if said in imagenet_names() else unknown)] if isinstance(said, str) else [],
    )


def who_can_count(guess: Any) -> Advice:
    """The tasks whose answer alone says how many objects of a class there are."""
    words = (
        {str(word).strip().casefold() for word in guess} if isinstance(guess, list | tuple | set | frozenset) else ()
    )
    strangers = sorted(set(words) - set(TASKS))
    if strangers:
        text = f"{as_text(strangers[0])} is none of the five; they are {', '.join(TASKS)}."
    elif "classification" in words:
        text = "Classification says `cow` only once, for one cow or for ten. So it cannot count them."
    elif "semantic" in words:
        text = "In semantic segmentation two cows that touch are one patch of `cow`. So it cannot count them."
    else:
        text = "Too few: what you named can count, but there is another answer in which two neighbours stay two."
    return judge(
        guess,
        _counting(),
        hint=f"Write a list of some of {', '.join(TASKS)}. In which answers do two neighbours of one class stay two?",
        why="These three keep objects apart. The other two give the same answer for one cow and for two that touch.",
        otherwise=text,
    )


def _counting() -> set[str]:
    """The tasks that answer otherwise for two cows that touch than for one long cow."""

    def answers(objects):  # the number of the object at each of four pixels in a row, all of them cow
        masks = [[n == other for other in objects] for n in sorted(set(objects))]
        boxes = [("cow", mask.index(True), sum(mask)) for mask in masks]
        pixels = ["cow"] * len(objects)
        return {"cow"}, boxes, pixels, [("cow", mask) for mask in masks], list(zip(pixels, objects, strict=True))

    one, two = answers([1, 1, 1, 1]), answers([1, 1, 2, 2])
    return {task for task, a, b in zip(TASKS, one, two, strict=True) if a != b}


def scores_shape(guess: Any) -> Advice:
    """The shape of the net's scores for a batch of one picture of 375 rows and 500 columns."""
    classes, size, small = len(VOC_CLASSES), (HEIGHT, WIDTH), (-(-HEIGHT // 32), -(-WIDTH // 32))
    enlarged = "Deep inside, a map is that small. But it is enlarged again: each pixel gets its scores."
    biggest = "So it looks after the arg max, when each pixel has one class. Before it there is a score for each class."
    slips = [
        ((1, 3, *size), "That goes in: three colours. What comes out are scores, not colours."),
        ((1, classes, WIDTH, HEIGHT), "In a tensor rows come first: the height, then the width."),
        ((1, classes - 1, *size), "Those are VOC's twenty kinds of things. Which class has a pixel of the background?"),
        ((1, *size), biggest),
        ((1, 1, *size), biggest),
        ((classes, *size), "Right for one picture. But a batch goes in, a pile of one, and a batch comes out."),
        ((1, classes), "That is a classifier: scores for the whole picture. Here every pixel has its own."),
        ((1, classes, *small), enlarged),
        ((1, 512, *small), enlarged),
    ]
    hint = "Four numbers: pictures in the batch, scores for each pixel, rows, columns."
    why = f"One picture, {classes} scores at each pixel, {HEIGHT} rows and {WIDTH} columns."
    return _shape(guess, (1, classes, *size), hint, why, slips, hint)


def patches(guess: Any, mask: Any, objects: int) -> Advice:
    """How many separate patches of a class a net drew.

    Args:
        mask: ``(H, W)``, True where the net says the class; patches under 0.2 % of it are not counted.
        objects: how many objects of the class are in the picture.
    """
    from scipy import ndimage

    mask = np.asarray(mask)
    areas = np.bincount(ndimage.label(mask, np.ones((3, 3)))[0].ravel())[1:]
    truth = int((areas >= 0.002 * mask.size).sum())
    number = as_number(guess) or 0.0
    if number > truth:
        text = "Fewer. Go from one object to its neighbour: where they touch, the net draws no line between them."
    else:
        text = "More. Look for a part that you cannot reach from the others unless you cross a gap."
    return judge(
        guess,
        truth,
        hint="Two objects of a class that touch: does anything in a map of classes part them?",
        why=f"The truth has {objects} objects of this class. A patch is not an object.",
        slips=[
            (objects, f"There are {objects} objects, not patches. Do all of them stand apart from each other?"),
            (0, "The net found the class at least once."),
            *([(number, "Patches are counted: give a whole number.")] if number % 1 else []),
        ],
        otherwise=text,
    )


def lazy_share(guess: Any, mask: Any) -> Advice:
    """The per cent of judged pixels that "background" everywhere gets right; 10 off will do.

    Args:
        mask: the truth ``(H, W)``, class indices and 255.
    """
    import torch

    from fcn_course.evaluation.metrics import ConfusionMatrix

    mask = torch.as_tensor(mask)
    truth = 100 * ConfusionMatrix(255).update(torch.zeros_like(mask), mask).pixel_accuracy
    hint = "In per cent, from 0 to 100: how much of the picture belongs to no object?"
    number, chance = as_number(guess), 100 / len(VOC_CLASSES)
    number = -1.0 if number is None else number
    slips = [
        (not 0 <= number <= 100, "A share lies between 0 and 100 per cent."),
        (number == 0, "It gets every pixel of the background right, and there are some."),
        (number <= 1, f"You gave a share of 1. In per cent it would be {100 * number:g}."),
        (abs(number - chance) < 0.5, f"That is chance among {len(VOC_CLASSES)} classes; this net always says one."),
        (number == 100, "It would be right everywhere only if there were no object."),
        (abs(number - (100 - truth)) < 5, "That is near the share of the objects. The lazy net has the rest right."),
    ]
    text = next((text for so, text in slips if so), "Too low." if number < truth else "Too high.")
    why = f"It is {truth:.0f} %: the share of the background among the pixels that are judged."
    return judge(guess, truth, hint=hint, why=why, otherwise=text, atol=10)


def channels(guess: Any, batch: Any) -> Advice:
    """How many channels a net finds in a batch ``(1, 3, H, W)`` whose colours were put last."""
    shape = tuple(batch.shape[place] for place in TO_LAST)
    return judge(
        guess,
        shape[1],
        hint=f"The batch now has the shape {shape}. In which place does PyTorch look for the channels?",
        why=f"In {shape} the second number is the height, and PyTorch takes it for the channels.",
        slips=[
            (shape[2], f"That is the third number of {shape}. PyTorch counts (N, C, H, W)."),
            (shape[3], "There are as many colours, but they stand last now. PyTorch does not know that."),
            (shape[0], "That is the batch, the pile of pictures. It stands first, and rightly so."),
        ],
        otherwise=f"It must be one of the numbers in {shape}. Which of them does C have in (N, C, H, W)?",
    )


def order(guess: Any, batch: Any) -> Advice:
    """The order for ``permute`` that puts the colours of a batch ``(N, H, W, C)`` back in second place."""
    wrong = tuple(batch.shape[place] for place in TO_LAST)
    hint = "For each place of the result say which old place it comes from; the batch, 0, stays first."
    slips = [
        (TO_LAST, "That is the step that broke it, once more. What undoes it?"),
        ((0, 1, 2, 3), "So it stays as it was."),
        ((0, 3, 2, 1), "The colours are second again, but the rows and columns are swapped: it lies on its side."),
    ]
    places = as_text(guess)
    if isinstance(guess, list | tuple) and len(guess) == 4 and all(isinstance(p, int) for p in guess):
        if sorted(guess) == [0, 1, 2, 3]:
            places = f"It would give {tuple(wrong[place] for place in guess)}."
        elif set(guess) <= {0, 1, 2, 3}:
            places = "Each of 0, 1, 2 and 3 must stand there once each, or a side of the batch is lost."
        else:
            places = "Write places, not sizes: 0 is the first place of the old shape, 3 its last."
    else:
        places = f"Write four places, one for each number of {wrong}."
    why = f"Old place 3 holds the colours. Out of {wrong} comes {tuple(batch.shape)} again."
    return _shape(guess, tuple(np.argsort(TO_LAST).tolist()), hint, why, slips, places)


def _shape(guess, truth, hint, why, slips, otherwise):
    """As :func:`judge`, but it tells neither how many numbers a shape has nor passes over slips of another length."""
    for wrong, advice in slips:
        if judge(guess, wrong, hint=hint, why=why):
            return Advice(False, f"Not {as_text(guess)}. {advice}")
    advice = judge(guess, truth, hint=hint, why=why, otherwise=otherwise)
    return Advice(False, f"Not {as_text(guess)}. {otherwise}") if is_answered(guess) and not advice else advice
