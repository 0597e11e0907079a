"""Answers to exercise 6: mends of the cut, the recipe and the loss."""

from dataclasses import replace

import numpy as np
import torch
from torch.nn import functional as F

from fcn_course.data.crops import random_crop
from fcn_course.teaching.checks import clinic_training as check
from fcn_course.teaching.exercises.clinic import broken
from fcn_course.training.losses import mean_loss
from fcn_course.training.recipes import Recipe
from tests.support.wrong_answers import Case


def cut_at(places):
    """A crop whose corners ``places(rows, columns, rng)`` gives: (top, left) of the picture, then of the mask."""

    def crop(image, mask, size, rng):
        (h, w), (H, W) = size, mask.shape
        (top, left), (up, before) = places(H - h, W - w, rng)
        return image[:, top : top + h, left : left + w], mask[up : up + h, before : before + w]

    return crop


def both(place):
    return cut_at(lambda rows, columns, rng: [place(rows, columns, rng)] * 2)


def draw(rng, count):
    return int(rng.integers(count))


def crop_in_one(image, mask, size, rng):
    both_of_them = torch.cat([image.long(), mask[None].long()])
    top, left = draw(rng, mask.shape[0] - size[0] + 1), draw(rng, mask.shape[1] - size[1] + 1)
    window = both_of_them[:, top : top + size[0], left : left + size[1]]
    return window[:3].to(torch.uint8), window[3]


def crop_resized(image, mask, size, rng):
    return F.interpolate(image[None].float(), size)[0].to(torch.uint8), F.interpolate(mask[None, None].float(), size)[
        0, 0
    ]


def one_row_apart(rows, columns, rng):
    left = draw(rng, columns + 1)
    return (draw(rng, rows + 1), left), (draw(rng, rows + 1), left)


def tied(rows, columns, rng):
    start = draw(rng, min(rows, columns) + 1)
    return start, start


SICK = broken.recipe()


def sick(**changes):
    return lambda: replace(SICK, **changes)


def loss_of(**options):
    return lambda scores, masks: F.cross_entropy(scores, masks, **options)


def each_pixel(scores, masks):
    return F.cross_entropy(scores, masks, reduction="none", ignore_index=255)


def mean_where(keep):
    return lambda scores, masks: each_pixel(scores, masks)[keep(masks)].mean()


def of_each_picture(scores, masks):
    return (each_pixel(scores, masks).sum((1, 2)) / (masks != 255).sum((1, 2))).mean()


def without_weight(scores, masks):
    weight = torch.ones(scores.shape[1])
    weight[0] = 0
    return F.cross_entropy(scores, masks.where(masks != 255, 0), weight=weight)


def by_other_masks(scores, masks):
    loss = F.cross_entropy(scores, masks, ignore_index=255)
    masks[masks == 255] = 0
    return loss


CATALOGUE = [
    Case(
        check.crop,
        right=[both(lambda r, c, rng: (draw(rng, r + 1), draw(rng, c + 1))), crop_in_one, random_crop],
        wrong=[
            (cut_at(one_row_apart), "In one direction"),
            (both(lambda r, c, rng: (0, 0)), "at the corner"),
            (both(lambda r, c, rng: (r // 2, c // 2)), "the same each time"),
            (both(lambda r, c, rng: tuple(np.random.default_rng(0).integers((r + 1, c + 1)).tolist())), "make no new"),
            (both(lambda r, c, rng: tuple(np.random.randint((r + 1, c + 1)).tolist())), "no run can be repeated"),
            (both(lambda r, c, rng: (draw(rng, max(r, 1)), draw(rng, max(c, 1)))), "The last window is never drawn"),
            (both(lambda r, c, rng: (draw(rng, r), draw(rng, c))), "stopped with ValueError"),
            (both(tied), "always the same number"),
            (crop_resized, "no window of what went in"),
            (lambda image, mask, size, rng: (image, mask), "Asked is the shape"),
            (lambda image, mask, size, rng: image, "picture and mask"),
        ],
        unanswered=[lambda image, mask, size, rng: None, broken.crop],
    ),
    Case(
        check.recipe,
        right=[
            lambda: Recipe(batch_size=4, epochs=4),
            sick(lr=0.005, head_factor=5.0, momentum=0.9),
            sick(lr=0.1),
            lambda: Recipe(optimiser="adamw", lr=1e-3, batch_size=4, epochs=4),
            lambda: Recipe("total", lr=1e-7, batch_size=4, epochs=4),
        ],
        wrong=[
            (sick(epochs=40), "not affordable"),
            (sick(batch_size=32), "not affordable"),
            (sick(loss="mean"), "shorter steps"),
            (sick(lr=0.004), "not far enough"),
            (sick(lr=10.0), "leap over the goal"),
            (sick(momentum=1.0), "below 1"),
            (sick(loss="dice"), "No such loss"),
            (sick(schedule="fast"), "No such schedule"),
            (sick(optimiser="adamw", lr=1e-7), "too small"),
            (sick(lr=0.1, weight_decay=0.5), "draws the scores to 0"),
            (sick(lr="high"), "cannot be reckoned with"),
            (sick(lr=float("nan")), "cannot be reckoned with"),
            (lambda: 0.1, "no Recipe"),
        ],
        unanswered=[lambda: None, broken.recipe, sick(lr=0.00005, momentum=0.5)],
    ),
    Case(
        check.pixel_loss,
        right=[loss_of(ignore_index=255), mean_loss, mean_where(lambda masks: masks != 255)],
        wrong=[
            (lambda scores, masks: each_pixel(scores, masks).mean(), "still divided by"),
            (loss_of(ignore_index=255, reduction="sum"), "That is the sum. It grows"),
            (loss_of(ignore_index=255, reduction="none"), "one is asked"),
            (mean_where(lambda masks: (masks != 255) & (masks > 0)), "Background was left out"),
            (of_each_picture, "a mean of its own"),
            (without_weight, "or weighs nothing"),
            (lambda scores, masks: F.cross_entropy(scores, masks.clamp(max=4)), "last class"),
            (lambda scores, masks: each_pixel(scores, masks).sum() / len(masks), "over a picture's pixels"),
            (lambda scores, masks: loss_of(ignore_index=255)(scores.detach(), masks), "detached"),
            (lambda scores, masks: loss_of(ignore_index=255)(scores, masks).item(), "`.item()`"),
            (by_other_masks, "others afterwards"),
            (loss_of(), "out of bounds"),
            (lambda scores, masks: scores.mean(), "pixels that count"),
        ],
        unanswered=[lambda scores, masks: None, broken.pixel_loss],
    ),
]
