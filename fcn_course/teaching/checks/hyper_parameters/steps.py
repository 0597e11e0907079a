"""What makes a step as long as it is: the loss and the batch, momentum, and the schedule."""

from __future__ import annotations

import math
import statistics
from typing import Any

from fcn_course.teaching.checks.advice import Advice
from fcn_course.teaching.checks.functions import compare_calls


def same_step(function: Any, rate: float = 0.001, batch: int = 32) -> Advice:
    """``function(rate, loss, batch, new_loss, new_batch)``: the rate with which a step stays as long as it was."""
    calls = [
        (rate, "sum", batch, "mean", batch),
        (rate, "sum", batch, "sum", batch // 4),
        (rate * batch, "mean", batch, "sum", batch // 2),
        (rate, "mean", batch // 4, "mean", batch),
        (rate, "mean", batch // 2, "sum", batch // 2),
        (rate, "sum", batch // 4, "mean", batch),
    ]

    def pictures(loss, batch):
        return batch if loss == "sum" else 1

    def right(rate, loss, batch, new_loss, new_batch):
        return rate * pictures(loss, batch) / pictures(new_loss, new_batch)

    def inverse(rate, loss, batch, new_loss, new_batch):
        return rate * pictures(new_loss, new_batch) / pictures(loss, batch)

    def old_batch(rate, loss, batch, new_loss, new_batch):
        return rate * pictures(loss, batch) / pictures(new_loss, batch)

    def by_batch_alone(rate, loss, batch, new_loss, new_batch):
        return rate * batch / new_batch

    def linear(rate, loss, batch, new_loss, new_batch):
        return right(rate, loss, batch, new_loss, new_batch) * new_batch / batch

    def pixels(rate, loss, batch, new_loss, new_batch):
        return rate * (batch if loss == "sum" else 224 * 160) / (new_batch if new_loss == "sum" else 224 * 160)

    return compare_calls(
        function,
        calls,
        right,
        hint="A summed loss adds up `batch` gradients, a mean takes one on average. Keep rate × gradient as it was.",
        why=f"From a sum over {batch} to a mean: {rate:g} × {batch} = {rate * batch:g}. The rate makes up for what the "
        "loss no longer adds.",
        models=[
            (lambda rate, *_: rate, "You give the rate back as it came. The summed gradient grows with the batch."),
            (inverse, "The wrong way round: where the gradient gets shorter, the rate must get larger."),
            (linear, "That keeps the way per *picture*. Asked is the length of one step."),
            (by_batch_alone, "That treats the mean as a sum. A mean's gradient does not grow with the batch."),
            (old_batch, "The new loss sums over the *new* batch."),
            (pixels, "Both losses are means over a picture's pixels already; they differ over the *batch*."),
        ],
    )


def travelled(function: Any, rate: float = 0.1, momentum: float = 0.9, steps: int = 5) -> Advice:
    """``function(rate, momentum, steps)``: how far torch's SGD has gone if every gradient is 1."""

    def speeds(momentum, steps, share=1.0):
        speed, found = 0.0, []
        for _ in range(steps):
            speed = momentum * speed + share
            found.append(speed)
        return found

    def right(rate, momentum, steps):
        return rate * sum(speeds(momentum, steps))

    return compare_calls(
        function,
        [(rate, momentum, 1), (rate, momentum, steps), (rate, 0.0, steps), (2 * rate, 0.5, steps + 2)],
        right,
        hint="Keep a speed, 0 at first. Each step: speed = momentum · speed + gradient; then go rate · speed.",
        why=f"After {steps} steps {right(rate, momentum, steps):g}; without momentum {rate * steps:g}; at full speed "
        f"all the way it would be {rate * steps / (1 - momentum):g}. The speed has to build up first.",
        models=[
            (lambda rate, momentum, steps: rate * steps, "That is the way without momentum: the speed stays 1."),
            (
                lambda rate, momentum, steps: rate * steps / (1 - momentum),
                "That is full speed from the first step. The speed begins at 1 and grows towards 1 / (1 − momentum).",
            ),
            (
                lambda rate, momentum, steps: rate * sum(speeds(momentum, steps, 1 - momentum)),
                "You weigh the new gradient by 1 − momentum. torch's SGD adds all of it (`dampening=0`).",
            ),
            (
                lambda rate, momentum, steps: rate * speeds(momentum, steps)[-1],
                "That is the speed after the last step, times the rate. Every step counts: add them up.",
            ),
            (
                lambda rate, momentum, steps: sum(speeds(momentum, steps)),
                "That is the sum of the speeds. A step is rate · speed.",
            ),
            (
                lambda rate, momentum, steps: rate * sum([0, *speeds(momentum, steps)][:-1]),
                "You go before the gradient is added: the first step would have no length. Add first, then go.",
            ),
        ],
    )


def one_cycle(function: Any, steps: int = 20) -> Advice:
    """``function(step, steps)``: the one-cycle schedule's factor at ``step`` 0 … ``steps`` − 1."""

    def warm(steps):
        return max(1, steps // 10)

    def fall(part):
        return 0.5 * (1 + math.cos(math.pi * part))

    def right(step, steps):
        return _risen(step, warm(steps)) or fall((step - warm(steps)) / (steps - warm(steps)))

    def from_zero(step, steps):
        return step / warm(steps) if step < warm(steps) else right(step, steps)

    def straight(step, steps):
        return _risen(step, warm(steps)) or 1 - (step - warm(steps)) / (steps - warm(steps))

    def whole_cosine(step, steps):
        return _risen(step, warm(steps)) or fall(step / steps)

    def doubled(step, steps):
        return right(step, steps) if step < warm(steps) else 2 * right(step, steps)

    def bare(step, steps):
        return right(step, steps) if step < warm(steps) else 2 * right(step, steps) - 1

    def quarter(step, steps):
        return _risen(step, warm(steps)) or math.cos(math.pi / 2 * (step - warm(steps)) / (steps - warm(steps)))

    return compare_calls(
        function,
        [(step, length) for length in (steps, 5) for step in range(length)],
        right,
        hint="warm = max(1, steps // 10). Below it (step + 1) / warm; from there on half of 1 + cos(π · part), where "
        "`part` runs from 0 to 1 over the steps that are left.",
        why=f"Of {steps} steps {warm(steps)} rise to 1, then half a cosine falls from 1 towards 0. On average the "
        f"factor is {statistics.fmean(right(step, steps) for step in range(steps)):.2f}: it goes little more than "
        "half as far as a constant rate.",
        models=[
            (from_zero, "The first step would have a rate of 0: it is computed for nothing. Begin with 1 / warm."),
            (lambda step, steps: fall(step / steps), "It must rise in the first tenth; yours only falls."),
            (whole_cosine, "The cosine begins where the rise ends: count its part from `warm`, not from 0."),
            (straight, "That falls along a straight line; asked is a cosine, flat at both ends."),
            (doubled, "It jumps to 2 after the rise. Take half of 1 + cos."),
            (bare, "cos falls to −1, and a negative rate climbs. Take half of 1 + cos."),
            (quarter, "That is a quarter of a wave, which ends steeply. Asked is half a wave, from 1 to −1, lifted."),
        ],
    )


def _risen(step, warm):
    """The factor while it rises; 0 afterwards."""
    return (step + 1) / warm if step < warm else 0
