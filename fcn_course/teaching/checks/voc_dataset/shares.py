"""Guesses about shares of pixels: how much is background, and what that does to each score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from fcn_course.data.labels import VOC_CLASSES
from fcn_course.teaching.checks.advice import Advice, judge
from fcn_course.teaching.checks.voc_dataset.masks import put_at


def iou_by_book(guess: Any, boat: int, void: int) -> Advice:
    """IoU of an answer that calls void "boat", where the book's mask has background there; to 0.02.

    Args:
        boat, void: pixels of the picture.
    """
    return judge(
        guess,
        boat / (boat + void),
        hint="The answer says boat on the boat and on the void. What do answer and truth share, and what do they cover "
        "together?",
        why=f"Shared: {boat:,} pixels. Covered together: {boat:,} + {void:,}.",
        slips=[
            (guess if _beyond_one(guess) else None, "Give a share of 1, not per cent."),
            (1, "With the file's mask it is. But here the void is background in the truth, and boat in the answer."),
            (void / boat, "That is void for each pixel of boat. Divide what is shared by what both cover together."),
            (
                (boat - void) / boat,
                "Void comes to the answer on top: add it below the line, take nothing off above it.",
            ),
            (0, "Boat is still boat in both."),
        ],
        otherwise="Answer and truth share the boat's own pixels. Together they cover these and the void.",
        atol=0.02,
    )


def background_share(guess: Any, counts: Sequence[int]) -> Advice:
    """Per cent of background in ``counts``, the pixels of each class, background first, without void; to 4."""
    counts = np.asarray(counts, np.float64)
    truth = 100 * counts[0] / counts.sum()
    share_of_one = isinstance(guess, float) and 0 < guess < 1
    return judge(
        guess,
        truth,
        hint="Sky, sea, grass, street, walls: all of it is background.",
        why=f"It is {truth:.1f} %.",
        slips=[
            (guess if share_of_one else None, "Give per cent, not a share of 1."),
            (100 - truth, f"So much is left for the {len(counts) - 1} classes of things."),
            (100 / len(counts), "So it would be if all classes had equally many pixels. Look at a few pictures."),
            (50, "More than that. A picture of a thing is a picture of its surroundings, too."),
        ],
        otherwise="Think of a picture with one thing in its middle, half as high and half as wide. How much is left?",
        atol=4,
    )


def floor(guess: Any, share: float, num_classes: int = len(VOC_CLASSES)) -> Advice:
    """Mean accuracy, mean IoU and frequency-weighted IoU of "background everywhere"; each to 0.0015.

    Args:
        share: of the pixels that are background; the other classes have the rest, all of them some.
        num_classes: background included.
    """
    from fcn_course.evaluation.metrics import ConfusionMatrix

    matrix = ConfusionMatrix(num_classes)
    matrix.counts[:, 0] = 1_000_000
    matrix.counts[0, 0] = round(share / (1 - share) * 1_000_000 * (num_classes - 1))
    truth = [matrix.mean_accuracy, matrix.mean_iou, matrix.frequency_weighted_iou]
    found = "Mean accuracy: of background all is found, of each other class nothing. Take the mean over all classes"
    claimed = "Mean IoU: background's IoU is not 1, for every pixel is claimed and not all are background"
    weighed = "Frequency-weighted IoU: background's IoU, weighed with its share of the pixels"
    slips = [
        (0, share, f"{found}; the pixels' share does not count here."),
        (0, 1 / (num_classes - 1), f"{found}, background with them."),
        (0, 1, f"{found}."),
        (1, share, f"{claimed}; then the mean over all {num_classes} classes."),
        (1, 1 / num_classes, f"{claimed}."),
        (1, share / (num_classes - 1), f"{claimed}; then the mean over all classes, background with them."),
        (2, share, f"{weighed}. Both are {share:g}."),
        (2, share / num_classes, f"{weighed}; no mean is taken."),
        (2, 1, f"{weighed}. Neither is 1."),
    ]
    return judge(
        guess,
        truth,
        hint="Score class by class. How much of each is found? What do answer and truth share, and cover together?",
        why=f"1 / {num_classes}; {share:g} / {num_classes}; {share:g} × {share:g}.",
        slips=[
            (guess if _beyond_one(guess) else None, "Give shares of 1, not per cent."),
            *((put_at(guess, place, wrong), words) for place, wrong, words in slips),
        ],
        otherwise=f"{found}. {claimed}. {weighed}.",
        atol=0.0015,
    )


def _beyond_one(guess):
    """Whether it is a number, or holds one, that no share can be."""
    try:
        return bool(np.max(np.asarray(guess, np.float64)) > 1.05)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return False
