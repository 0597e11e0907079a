"""Masks of 0 and 255, in which a thing is white: what a score says of them."""

from __future__ import annotations

from typing import Any

from fcn_course.teaching.checks.advice import Advice, judge
from fcn_course.teaching.checks.parsing import as_numbers


def white(guess: Any, share: float = 0.25) -> Advice:
    """[judged share, pixel accuracy, mean IoU] of "background everywhere" on masks of 0 and 255; ``share`` is 255."""
    ground = 1 - share
    truth = [ground, 1.0, 1.0]
    hint = (
        "255 is void, and void is in no score. Which pixels are left, what are they, and what does the net say there?"
    )
    whole = judge(
        guess,
        truth,
        hint=hint,
        why=f"Only the {ground:.0%} that are 0 are judged, all of them are background, and so says the net: everything "
        "is right. No class is left whose IoU could be bad. Nothing was learned, and nothing was found.",
        atol=0.005,
    )
    numbers = as_numbers(guess)
    if whole.right is not False or numbers is None or len(numbers) != len(truth):
        return whole  # which says what is wrong with it
    for (part, slips), number, wanted in zip(_slips(share, ground), numbers, truth, strict=True):
        advice = judge(number, wanted, hint=hint, why="", slips=slips, atol=0.005)
        if not advice:
            return Advice(False, f"The {part}: {advice.text}")
    return whole


def _slips(share, ground):
    """Of each of the three numbers what it is, and wrong ones with what leads to them."""
    in_no_score = "The white pixels are void: they are in no score, and in no union either."
    judged = [
        (1, "In VOC's layout 255 is void, not a class: the white pixels are not judged."),
        (share, "The other way round: the white pixels are void, the black ones are judged."),
        (0, "The black pixels are 0, and 0 is a class: background. They are judged."),
    ]
    accuracy = [
        (ground, f"{ground:g} is background's share of all pixels. {in_no_score} What is its share of the others?"),
        (share, f"{share:g} is the share of white. {in_no_score}"),
        (0, "Every pixel that is judged is background, and that is what the net says."),
        (0.5, "That would be two classes, one of them missed. How many are judged here?"),
    ]
    iou = [
        (0.5, "Half is the mean of 1 and 0. But 255 is no class: it has no IoU that could be 0."),
        (ground / 2, f"That counts 255 as a class that is missed. {in_no_score}"),
        (ground, f"{ground:g} is background's share of all pixels. {in_no_score}"),
        (1 / 21, "Classes that are neither there nor said are left out of the mean, and not counted as 0."),
        (0, "Background is judged, and all of it is found."),
    ]
    return ("judged share", judged), ("pixel accuracy", accuracy), ("mean IoU", iou)
