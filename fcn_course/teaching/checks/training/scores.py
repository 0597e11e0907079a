"""Guesses about scores: the floor of saying background everywhere, and how far a training comes above it."""

from __future__ import annotations

from typing import Any

from fcn_course.data.labels import VOC_CLASSES
from fcn_course.teaching.checks.advice import Advice, judge
from fcn_course.teaching.checks.parsing import as_number
from fcn_course.teaching.checks.training.losses import CLASSES


def floor(guess: Any, matrix: Any) -> Advice:
    """Pixel accuracy and mean IoU of "background everywhere", within 0.1 and 0.01 of ``matrix``'s floor."""
    below = matrix.background_floor()
    accuracy, score = below.pixel_accuracy, below.mean_iou
    guess = guess.tolist() if hasattr(guess, "tolist") else guess
    hint = "A list of two numbers between 0 and 1. How much of a picture is background? And of 21 IoUs, how many are 0?"
    found = [as_number(one) for one in guess] if isinstance(guess, list | tuple) and len(guess) == 2 else [None, None]
    near = [
        one is not None and abs(one - truth) <= room
        for one, truth, room in zip(found, (accuracy, score), (0.1, 0.01), strict=True)
    ]
    advice = ""
    if None not in found:
        first, second = found
        if max(found) > 1:
            advice = "Scores lie between 0 and 1: 50 % is 0.5."
        elif first < second:
            advice = "Pixel accuracy first. It cannot be the lower one here: 20 of 21 classes have an IoU of 0."
        elif near[0] and second == 0:
            advice = "The first is near. But one class does have an IoU: which?"
        elif near[0] and abs(second - first) <= 0.1:
            advice = "The first is near. But the mean is over 21 classes, and background is one of them."
        elif near[0]:
            advice = "The first is near. One class has an IoU, twenty have 0: what is the mean of 21 such numbers?"
        elif abs(first - 1 / CLASSES) <= 0.02:
            advice = "One in 21 would be right if all classes had equally many pixels. Which has most of them?"
        elif near[1]:
            advice = "The second is near. The first: think of a picture, and how much of it is no object at all."
    return judge(
        [accuracy, score] if all(near) else guess,
        [accuracy, score],
        hint=hint,
        why=f"{accuracy:.1%} of the pixels are background; that is also its IoU, and {accuracy:.3f} / {CLASSES} = "
        f"{score:.3f}.",
        otherwise=advice,
    )


def score(guess: Any, matrix: Any) -> Advice:
    """The mean IoU of a training, within 0.1 of ``matrix``'s."""
    truth, below, number = matrix.mean_iou, matrix.background_floor().mean_iou, as_number(guess)
    advice = ""
    if number is not None:
        side = "Too low" if number < truth else "Too high"
        advice = f"{side}: it is {truth:.2f}. The floor was {below:.2f}, so it has come {truth - below:.2f} up."
        if number > 1:
            advice = "A score lies between 0 and 1: 50 % is 0.5."
        elif number <= below:
            advice = f"That is no better than doing nothing: the floor is {below:.2f}. Have more faith in it."
        elif number > 0.9 > truth:
            advice = "So good is no FCN-32s: legs and wheels are thinner than its cells, and five epochs are short."
    return judge(
        guess,
        truth,
        hint="A number between the floor and 1. The net draws in cells of 32 × 32 pixels and has five epochs.",
        why=f"It is {truth:.2f}, and the floor was {below:.2f}.",
        otherwise=advice,
        atol=0.1,
    )


def smallest_step(guess: Any, matrix: Any) -> Advice:
    """Which of ``matrix``'s four scores lies least above its floor."""
    below = matrix.background_floor().scores()
    steps = {name: value - below[name] for name, value in matrix.scores().items()}
    names = {name.replace("_", " "): name for name in steps}
    said = names.get(" ".join(guess.replace("_", " ").casefold().split())) if isinstance(guess, str) else None
    truth = min(steps, key=steps.get)
    means = "It treats all classes alike: a small class that is found counts as much as the background."
    advice = {
        "mean_accuracy": f"{means} Look at the two bars.",
        "mean_iou": f"{means} Look at the two bars.",
        "frequency_weighted_iou": "It is weighed by area, and its floor is high. But another floor is higher still.",
        "pixel_accuracy": "Its floor is the highest of all. Yet look at the bars: another one has risen less.",
    }
    return judge(
        said or guess,
        truth,
        hint=f"One of the four in quotes: {', '.join(names)}. Which has the least room above its floor?",
        why=f"From {below[truth]:.2f} to {below[truth] + steps[truth]:.2f}: over the highest floor is the least room.",
        slips=[(said, advice[said])] if said else [],
    )


def lowest(guess: Any, matrix: Any) -> Advice:
    """A class among the three of the lowest IoU in ``matrix``."""
    scores = {name: iou for name, iou in zip(VOC_CLASSES, matrix.iou_per_class.tolist(), strict=True) if iou == iou}
    order = sorted(scores, key=scores.get)
    hint = "The name of a class in quotes, as VOC spells it. Which of them is thin, or small, or looks like another?"
    said = "".join(guess.casefold().split()) if isinstance(guess, str) else guess
    slips = [
        ("background", "Background is the largest and the easiest of all."),
        *(
            (
                name,
                f"{name} has {scores[name]:.2f} and stands at place {place} from below. What is thinner, smaller, or "
                "more easily taken for another?",
            )
            for place, name in enumerate(order, 1)
            if place > 3
        ),
    ]
    if isinstance(said, str) and said in order[:3]:
        return judge(said, said, hint=hint, why=f"Lowest are {', '.join(f'{n} ({scores[n]:.2f})' for n in order[:3])}.")
    return judge(said, order[0], hint=hint, why="", slips=slips, otherwise=f"That is none of VOC's classes. {hint}")
