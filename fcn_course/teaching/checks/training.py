"""The guesses of lecture 05: losses of pixels, what a sum does to the step, the floor, and what a training gains."""

from __future__ import annotations

import math
from typing import Any

from fcn_course.data.labels import VOC_CLASSES, VOID
from fcn_course.teaching.checks.advice import Advice, judge
from fcn_course.teaching.checks.parsing import as_number

CLASSES = len(VOC_CLASSES)
BOOK = {"lr": 0.001, "batch": 32, "pictures a second": 226.7}  # D2L 14.11.5
VOC_TRAIN, EPOCHS = 1464, 30  # pictures of VOC2012's train list; epochs of the run in fcn_course/training/README.md


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
