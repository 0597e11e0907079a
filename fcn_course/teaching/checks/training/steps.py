"""Guesses about steps: what a summed loss does to their length, and how many minutes all of them take."""

from __future__ import annotations

import math
from typing import Any

from fcn_course.teaching.checks.advice import Advice, judge
from fcn_course.teaching.checks.parsing import as_number

BOOK = {"lr": 0.001, "batch": 32, "pictures a second": 226.7}  # D2L 14.11.5
VOC_TRAIN, EPOCHS = 1464, 30  # pictures of VOC2012's train list; epochs of the run in fcn_course/training/README.md


def growth(guess: Any) -> Advice:
    """By what factor the gradient grows with eight copies of a picture: under the book's loss, under the mean."""
    copies = 8
    slips = [
        ([1, copies], "The other way round: which of the two adds up, and which divides by how many there are?"),
        ([copies, copies], "Right for the sum. But a mean over eight equal things: how large is that?"),
        ([1, 1], "Right for the mean. But the book *adds* the losses of the eight pictures."),
        ([1, 1 / copies], "The mean of eight equal losses is one of them, and no less. And the book adds."),
        ([copies, 1 / copies], "Right for the sum. The mean of eight equal losses is one of them, and no less."),
        ([copies**2, copies], "The gradient of a sum is the sum of the gradients: each copy counts once."),
        ([copies**2, 1], "The gradient of a sum is the sum of the gradients: each copy counts once."),
    ]
    return judge(
        guess,
        [copies, 1],
        hint="A list of two factors: the book's summed loss first, then the mean. All eight pictures are the same one.",
        why="Eight equal gradients add up to eight times one; their mean is the one.",
        slips=slips,
    )


def same_step(guess: Any) -> Advice:
    """The learning rate with which the book's summed loss takes at batch 8 the steps that it takes at batch 32."""
    rate, batch, small = BOOK["lr"], BOOK["batch"], 8
    slips = [
        (rate, "Nothing would have to change under a mean. The book sums: how much shorter is the gradient now?"),
        (rate * small / batch, "The gradient is shorter with fewer pictures; the rate must make up for it."),
        (rate * small, f"The sum went from {batch} pictures to {small}: by what factor is that?"),
        (rate * batch, "That is the rate that a *mean* would need. Here the loss stays summed, over 8 pictures."),
        (batch / small, "That is the factor; asked is the rate."),
        (2 * rate, f"From {batch} to {small} the gradient is not half as long, but shorter still."),
    ]
    return judge(
        guess,
        rate * batch / small,
        hint=f"A step is rate × gradient. With {small} pictures in place of {batch} the summed gradient is how long?",
        why=f"{rate} × {batch} / {small}: a quarter of the gradient, four times the rate.",
        slips=slips,
    )


def minutes(guess: Any) -> Advice:
    """Minutes for 30 epochs over VOC2012's train list at the pace that the book's page reports."""
    pace, number = BOOK["pictures a second"], as_number(guess)
    truth = EPOCHS * VOC_TRAIN / pace / 60
    slips = [
        (truth * 60, "That is in seconds."),
        (truth / 60, "That is in hours."),
        (truth / EPOCHS, "That is one epoch."),
        (truth * 60 / EPOCHS, "That is one epoch, and in seconds."),
        (
            EPOCHS * 1114 / pace / 60,
            "1114 are left when the small pictures are dropped, as the book does; we keep all.",
        ),
        (EPOCHS * 240 / pace / 60, "240 are the drawn pictures. VOC2012's train list has 1464."),
        (EPOCHS * VOC_TRAIN / (pace * BOOK["batch"]) / 60, "The pace is in pictures a second already, not in batches."),
    ]
    return judge(
        guess,
        truth,
        hint=f"{VOC_TRAIN} pictures, {EPOCHS} times, at {pace} a second; in minutes.",
        why=f"{VOC_TRAIN} × {EPOCHS} / {pace} / 60.",
        slips=[(guess, advice) for wrong, advice in slips if number and math.isclose(number, wrong, rel_tol=0.03)],
        atol=0.06,
    )
