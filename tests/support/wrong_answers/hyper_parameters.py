"""Answers to the steps of exercise 2."""

import math
import random
import statistics

import numpy as np
import torch

from fcn_course.teaching.checks import hyper_parameters as check
from tests.support.wrong_answers import Case


def stub(*_):
    """What stands in the exercise before anybody has answered."""


def halves(count, seed):
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed)).tolist()
    return order[: count // 2], order[count // 2 :]


def halves_with_numpy(count, seed):
    return np.array_split(np.random.default_rng(seed).permutation(count), 2)


def halves_with_random(count, seed):
    first = random.Random(seed).sample(range(count), count // 2)
    return first, sorted(set(range(count)) - set(first))


def drawn_twice(count, seed):
    draw = random.Random(seed).sample
    return draw(range(count), count // 2), draw(range(count), count // 2)


def same_step(rate, loss, batch, new_loss, new_batch):
    return rate * {"sum": batch, "mean": 1}[loss] / {"sum": new_batch, "mean": 1}[new_loss]


def same_step_by_cases(rate, loss, batch, new_loss, new_batch):
    if loss == "sum":
        rate = rate * batch
    if new_loss == "sum":
        rate = rate / new_batch
    return torch.tensor(rate, dtype=torch.float64)


def travelled(rate, momentum, steps):
    place = speed = 0.0
    for _ in range(steps):
        speed = momentum * speed + 1
        place += rate * speed
    return place


def travelled_by_formula(rate, momentum, steps):
    full = 1 / (1 - momentum)
    return rate * full * (steps - momentum * full * (1 - momentum**steps))


def one_cycle(step, steps):
    warm = max(1, steps // 10)
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / (steps - warm)))


def one_cycle_with_squares(step, steps):
    warm = max(1, steps // 10)
    return np.where(step < warm, (step + 1) / warm, np.cos(np.pi / 2 * (step - warm) / max(1, steps - warm)) ** 2)


def one_cycle_from_zero(step, steps):
    warm = max(1, steps // 10)
    return step / warm if step < warm else one_cycle(step, steps)


def log_uniform(u, low, high):
    return math.exp(math.log(low) + u * (math.log(high) - math.log(low)))


def log_uniform_by_powers(u, low, high):
    return low ** (1 - u) * high**u


def after_the_rise(fall):
    """A schedule that rises rightly, then follows ``fall(step, steps, warm)``."""

    def schedule(step, steps):
        warm = max(1, steps // 10)
        return (step + 1) / warm if step < warm else fall(step, steps, warm)

    return schedule


def summary(scores):
    spread = statistics.stdev(scores)
    return statistics.fmean(scores), spread, spread / math.sqrt(len(scores))


def summary_with_torch(scores):
    scores = torch.tensor(scores)
    return torch.stack([scores.mean(), scores.std(), scores.std() / len(scores) ** 0.5])


CATALOGUE = [
    Case(
        check.halves,
        right=[halves, halves_with_numpy, halves_with_random],
        wrong=[
            (drawn_twice, "no picture may serve both"),
            (lambda count, seed: (list(range(count)), list(range(count))), "no picture may serve both"),
            (lambda count, seed: (range(count // 2), range(count // 2, count)), "by the order of the file"),
            (lambda count, seed: (range(0, count, 2), range(1, count, 2)), "by the order of the file"),
            (lambda count, seed: halves(count, 0), "Hand `seed` to the generator"),
            (lambda count, seed: torch.randperm(count).split(count // 2), "Hand `seed` to the generator"),
            (lambda count, seed: halves(count, random.randrange(10**6)), "two different deals"),
            (lambda count, seed: (halves(count, seed)[0], halves(count, seed)[1][1:]), "lies in neither half"),
            (lambda count, seed: ([0, 0, *halves(count, seed)[0][:3]], []), "twice in one half"),
            (lambda count, seed: ([*range(count - 1)], [count - 1]), "are no halves"),
            (lambda count, seed: [[index + 1 for index in half] for half in halves(count, seed)], "run from 0 to 9"),
            (lambda count, seed: halves(count, seed)[0], "Give two lists of indices"),
            (lambda count: halves(count, 0), "stopped with TypeError"),
            ([[0, 1], [2, 3]], "Hand over the function itself"),
        ],
        unanswered=[stub],
    ),
    Case(
        check.trials,
        right=[8, 8.0, np.int64(8)],
        wrong=[
            (14, "Nothing is left for the runs you report"),
            (42, "once in every epoch"),
            (72, "the final runs cost too"),
            (11, "not the chosen one alone"),
            (12, "with every seed, not once"),
            (9, "overdraw"),
            (4120 / 480, "Count whole ones"),
            (4120, "How many runs do they pay"),
            ("8", "without quotes"),
            (5, "What is left, in whole runs?"),
        ],
    ),
    Case(
        check.same_step,
        right=[same_step, same_step_by_cases],
        wrong=[
            (lambda rate, *_: rate, "back as it came"),
            (lambda rate, loss, n, new, m: rate**2 / same_step(rate, loss, n, new, m), "wrong way round"),
            (lambda rate, loss, n, new, m: same_step(rate, loss, n, new, m) * m / n, "way per *picture*"),
            (lambda rate, loss, n, new, m: rate * n / m, "treats the mean as a sum"),
            (lambda rate, loss, n, new, m: same_step(rate, loss, n, new, n), "sums over the *new* batch"),
            (lambda *_: 0.032, "Keep rate × gradient"),
            (lambda *_: "0.032", "Give one number"),
            (lambda *_: float("nan"), "Give one number"),
            (lambda rate, batch: rate, "stopped with TypeError"),
            (0.032, "Hand over the function itself"),
        ],
        unanswered=[stub],
    ),
    Case(
        check.travelled,
        right=[travelled, travelled_by_formula],
        wrong=[
            (lambda rate, momentum, steps: rate * steps, "without momentum"),
            (lambda rate, momentum, steps: rate * steps / (1 - momentum), "full speed from the first step"),
            (lambda rate, momentum, steps: (1 - momentum) * travelled(rate, momentum, steps), "`dampening=0`"),
            (lambda rate, momentum, steps: rate * (1 - momentum**steps) / (1 - momentum), "speed after the last step"),
            (lambda rate, momentum, steps: travelled(1, momentum, steps), "A step is rate · speed"),
            (lambda rate, momentum, steps: travelled(rate, momentum, steps - 1), "Add first, then go"),
            (lambda rate, momentum, steps: travelled(rate, momentum, steps + 1), "Keep a speed, 0 at first"),
            (lambda rate, momentum, steps: -travelled(rate, momentum, steps), "Keep a speed, 0 at first"),
            (lambda *_: [1, 2], "Give one number"),
            (1.3, "Hand over the function itself"),
        ],
        unanswered=[stub],
    ),
    Case(
        check.one_cycle,
        right=[one_cycle, one_cycle_with_squares],
        wrong=[
            (one_cycle_from_zero, "rate of 0"),
            (lambda step, steps: 0.5 * (1 + math.cos(math.pi * step / steps)), "yours only falls"),
            (after_the_rise(lambda n, steps, warm: 0.5 * (1 + math.cos(math.pi * n / steps))), "count its part from"),
            (after_the_rise(lambda n, steps, warm: 1 - (n - warm) / (steps - warm)), "along a straight line"),
            (after_the_rise(lambda n, steps, warm: 2 * one_cycle(n, steps)), "jumps to 2"),
            (after_the_rise(lambda n, steps, warm: math.cos(math.pi * (n - warm) / (steps - warm))), "−1"),
            (
                after_the_rise(lambda n, steps, warm: math.cos(math.pi / 2 * (n - warm) / (steps - warm))),
                "quarter of a wave",
            ),
            (lambda step, steps: 1.0, "half of 1 + cos"),
            (lambda step, steps: 1 / (step - steps // 2), "stopped with ZeroDivisionError"),
            ("one_cycle", "Hand over the function itself"),
        ],
        unanswered=[stub],
    ),
    Case(
        check.log_uniform,
        right=[log_uniform, log_uniform_by_powers, lambda u, low, high: low * (high / low) ** u],
        wrong=[
            (lambda u, low, high: low + u * (high - low), "nine of ten draws"),
            (lambda u, low, high: math.log10(low) + u * math.log10(high / low), "Take the power of 10"),
            (lambda u, low, high: math.log(low) + u * math.log(high / low), "Take `math.exp`"),
            (lambda u, low, high: log_uniform(1 - u, low, high), "u = 0 should give `low`"),
            (lambda u, low, high: math.exp(math.log10(log_uniform(u, low, high))), "10 ** x"),
            (lambda u, low, high: 10 ** math.log(log_uniform(u, low, high)), "is `math.exp`"),
            (lambda u, low, high: 10 ** (4 * u - 4), "Where are `low` and `high`?"),
            (lambda u, low, high: random.uniform(low, high), "Take the logarithms of both ends"),
            (0.01, "Hand over the function itself"),
        ],
        unanswered=[stub],
    ),
    Case(
        check.summary,
        right=[summary, summary_with_torch],
        wrong=[
            (lambda s: (np.mean(s), np.std(s), np.std(s) / len(s) ** 0.5), "too close to it"),
            (lambda s: (np.mean(s), np.var(s, ddof=1), np.var(s, ddof=1) / len(s)), "These are variances"),
            (lambda s: (np.mean(s), np.std(s, ddof=1), np.var(s, ddof=1) / len(s)), "a variance still"),
            (lambda s: (np.mean(s), np.std(s, ddof=1), np.std(s, ddof=1) / len(s)), "with √n, not with n"),
            (lambda s: (np.mean(s), np.std(s, ddof=1), np.std(s, ddof=1)), "smaller than the spread of single runs"),
            (lambda s: (summary(s)[0], summary(s)[2], summary(s)[1]), "wrong order"),
            (lambda s: (summary(s)[0], max(s) - min(s), summary(s)[2]), "That is the range"),
            (lambda s: (np.median(s), *summary(s)[1:]), "That is the median"),
            (lambda s: (max(s), *summary(s)[1:]), "reports luck"),
            (lambda s: summary(s)[:2], "Give three numbers"),
            (lambda s: (1, 2, 3), "the root of the summed squares"),
            ((0.35, 0.056, 0.032), "Hand over the function itself"),
        ],
        unanswered=[stub],
    ),
]
