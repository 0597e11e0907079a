"""Guesses about losses: of a pixel, of a net that knows nothing or how frequent each class is, and of void."""

from __future__ import annotations

import math
from typing import Any

from fcn_course.data.labels import VOC_CLASSES, VOID
from fcn_course.teaching.checks.advice import Advice, judge
from fcn_course.teaching.checks.parsing import as_number

CLASSES = len(VOC_CLASSES)


def undecided(guess: Any) -> Advice:
    """The loss of a pixel with three equal scores."""
    slips = [
        (1 / 3, "That is the probability of the true class. The loss is minus its logarithm."),
        (0, "That is the score. Three equal scores give three equal probabilities, and none of them is 1."),
        (-math.log(3), "ln ⅓ is negative; the loss is minus that."),
        (math.log10(3), "That is the logarithm to base 10; asked is the natural one, `math.log`."),
        (math.log2(3), "That is the logarithm to base 2; asked is the natural one, `math.log`."),
        (math.log(2), "That would be two classes. How many scores has the pixel?"),
        (1, "A loss of 1 would be a probability of 1/e, about 0.37. What is the softmax of three zeros?"),
    ]
    return judge(
        guess,
        math.log(3),
        hint="The softmax of three equal scores: what does each class get? Then take −ln of it; `math.log` helps.",
        why="Each class gets ⅓, and −ln ⅓ = ln 3 = 1.0986.",
        slips=slips,
        atol=0.015,
    )


def untrained(guess: Any) -> Advice:
    """The loss of a net whose 21 scores are all zero."""
    truth = math.log(CLASSES)
    slips = [
        (math.log(3), "That was with three classes. How many are there now?"),
        (math.log(CLASSES - 1), "Background is a class too: 21 scores, not 20."),
        (1 / CLASSES, "That is the probability that each class gets. The loss is minus its logarithm."),
        (-truth, "The logarithm of a probability is negative; the loss is minus that."),
        (math.log10(CLASSES), "That is the logarithm to base 10; asked is the natural one, `math.log`."),
        (math.log2(CLASSES), "That is the logarithm to base 2; asked is the natural one, `math.log`."),
        (0, "Scores of 0 are no loss of 0: the net says nothing, so it is right with a chance of one in 21."),
        (1, "A loss has no ceiling of 1. What is −ln of the share that each class gets?"),
    ]
    return judge(
        guess,
        truth,
        hint="All scores are zero, as the undecided pixel's were. Only the number of classes is another.",
        why=f"Each of the {CLASSES} classes gets 1/{CLASSES} at every pixel: ln {CLASSES} = {truth:.4f}.",
        slips=slips,
        atol=0.015,
    )


def all_void(guess: Any) -> Advice:
    """What ``F.cross_entropy`` with ``ignore_index`` gives where every pixel is void."""
    if isinstance(guess, float) and math.isnan(guess):
        guess = "nan"
    words = guess.strip().casefold() if isinstance(guess, str) else guess
    mean = "It takes a mean, and a mean divides. By how many pixels?"
    slips = [
        (0, f"The *sum* is 0, as no pixel costs anything. {mean}"),
        ("zero", f"The sum is zero, as no pixel costs anything. {mean}"),
        ("ln 21", f"That would be the mean over pixels that count, and none does. {mean}"),
        (math.log(CLASSES), f"That would be the mean over pixels that count, and none does. {mean}"),
        ("error", "No error, and no warning: that is what makes it bad. What is 0 divided by 0, in floating point?"),
        ("inf", "A number divided by 0 is infinite. Which number is divided here?"),
        (1, mean),
    ]
    hint = 'A number, or a word in quotes: "error", "inf", "nan", "ln 21". Think of sum / number of pixels.'
    for wrong, advice in slips:
        if judge(words, wrong, hint=hint, why="", atol=0.01).right:
            return Advice(False, advice)
    return judge(words, "nan", hint=hint, why="0 / 0 is no number. No error says so.")


def first_loss(guess: Any, masks: Any) -> Advice:
    """The book's first loss on a batch of ``masks`` ``(N, H, W)``: mean of its pictures, void costing nothing."""
    counted = float((masks != VOID).float().mean())
    nothing = math.log(CLASSES)
    slips = [
        (
            nothing,
            "So it would be if void cost as much as the rest, or were not divided by. It costs nothing, but it "
            "is divided by.",
        ),
        (nothing / counted, "Less is added up, not more: void pixels cost nothing."),
        ((1 - counted) * nothing, "That is the part that void leaves out. What is left?"),
        (1 - counted, "That is the share of void. How much of ln 21 is left when so many pixels cost nothing?"),
        (counted, "That is the share of pixels that cost anything. What does each of them cost?"),
        (
            len(masks) * counted * nothing,
            "That is the sum over the pictures, which makes the step. Asked is their mean.",
        ),
    ]
    return judge(
        guess,
        counted * nothing,
        hint="To two decimals. Each pixel that counts costs ln 21, void costs 0, and all pixels are divided by.",
        why=f"{1 - counted:.1%} of the pixels are void: {counted:.3f} × {nothing:.3f}.",
        slips=slips,
        otherwise="Each pixel that counts costs ln 21, void costs 0, and all pixels are divided by. The share of void "
        "was printed above.",
        atol=0.015,
    )


def blind(guess: Any, matrix: Any) -> Advice:
    """The loss of a net that knows only how frequent each class is in ``matrix``'s truth, within 0.25."""
    shares = [count / int(matrix.counts.sum()) for count in matrix.counts.sum(1).tolist()]
    truth = sum(-share * math.log(share) for share in shares if share)
    number, most = as_number(guess), -math.log(shares[0])
    otherwise = ""
    if number is not None:
        if number < 0:
            otherwise = "A loss is never below 0: it is minus the logarithm of a share."
        elif number >= math.log(CLASSES) - 0.01:
            otherwise = "It does know something, so it is below ln 21 = 3.04: most pixels are background."
        elif number == 0:
            otherwise = "For a loss of 0 it would have to be sure, and right, at every pixel."
        elif abs(number - most) <= 0.02:
            otherwise = "So much does a background pixel cost. The others are few, but each costs far more."
        else:
            side = "Higher" if number < truth else "Lower"
            otherwise = (
                f"{side}. Count −ln(share) for background, some {shares[0]:.0%} of the pixels, and for a class with "
                "1 %; then weigh them by their shares."
            )
    return judge(
        guess,
        truth,
        hint="Background is cheap now, objects are dear. Between 0 and ln 21 = 3.04: where about?",
        why=f"The sum of −share × ln(share) over the classes: {truth:.2f}.",
        otherwise=otherwise,
        atol=0.25,
    )
