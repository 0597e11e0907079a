"""A search that can be trusted: halves of the pictures, the budget, draws of a rate, and the spread of scores."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import Any

from fcn_course.teaching.checks.advice import Advice, as_text, judge
from fcn_course.teaching.checks.functions import compare_calls, numbers_close, try_function
from fcn_course.teaching.checks.parsing import as_numbers


def halves(function: Any, count: int = 10, seed: int = 0) -> Advice:
    """``function(count, seed)``: the indices of ``count`` pictures dealt at random into two halves."""
    hint = "Shuffle the indices 0 … count − 1 with a generator that is seeded with `seed`, then cut the list in two."
    call = f"`{getattr(function, '__name__', 'function')}({count}, {seed})`"
    deals = []
    for its_seed in (seed, seed, seed + 1, seed + 2, seed + 3, seed + 4):
        value, advice = try_function(function, count, its_seed, hint=hint)
        if advice is not None:
            return advice
        deals.append(_two_lists(value))
        if deals[-1] is None:
            return Advice(False, f"Give two lists of indices; {call} gave {as_text(value)}. {hint}")
    choose, report = deals[0]
    both = choose + report
    if outside := [index for index in both if not 0 <= index < count]:
        return Advice(False, f"{call} holds {outside[0]}, but the indices run from 0 to {count - 1}. {hint}")
    if shared := sorted(set(choose) & set(report)):
        return Advice(
            False,
            f"Picture {shared[0]} lies in both halves. What is chosen on a picture looks better on it than it is: no "
            "picture may serve both. Draw once for both halves, not once for each.",
        )
    if len(set(both)) < len(both):
        return Advice(False, "A picture lies twice in one half. Draw without putting back: shuffle, then cut.")
    if len(both) < count:
        missing = min(set(range(count)) - set(both))
        return Advice(False, f"Picture {missing} lies in neither half: {len(both)} of {count} are used. {hint}")
    if abs(len(choose) - len(report)) > 1:
        return Advice(False, f"{len(choose)} and {len(report)} pictures are no halves. Cut at count // 2.")
    if deals[0] != deals[1]:
        return Advice(
            False, "Two calls with the same seed gave two different deals. Seed the generator with `seed` in the call."
        )
    if all(set(deal[0]) == set(choose) for deal in deals):
        plain = set(choose) in (set(range(count // 2)), set(range(0, count, 2)))
        if plain or set(report) in (set(range(count // 2)), set(range(0, count, 2))):
            return Advice(
                False, "That deals by the order of the file, and a file may be sorted. Shuffle first, by the seed."
            )
        return Advice(False, "Every seed gives the same deal. Hand `seed` to the generator that shuffles.")
    return Advice(
        True,
        f"Right. {len(choose)} and {len(report)} of {count}, none shared, none missing; the same seed deals the same.",
    )


def _two_lists(value):
    """A pair of lists of ints, or None."""
    try:
        pair = [[index.item() if hasattr(index, "item") else index for index in half] for half in value]
    except Exception:  # whatever a student's function gives
        return None
    whole = all(isinstance(index, int) and not isinstance(index, bool) for half in pair for index in half)
    return pair if len(pair) == 2 and whole else None


def trials(
    guess: Any, budget: int = 7000, windows: int = 96, epochs: int = 5, settings: int = 2, seeds: int = 3
) -> Advice:
    """How many trials a budget in pictures pays once the final runs are put aside."""
    run, final = windows * epochs, windows * epochs * settings * seeds
    truth = (budget - final) // run
    return judge(
        guess,
        truth,
        hint="How many pictures does one run see? How many do the final runs need? What is left, in whole runs?",
        why=f"A run sees {windows} × {epochs} = {run} pictures, the {settings * seeds} final runs {final}; "
        f"({budget} − {final}) / {run} = {(budget - final) / run:.2f}, and only whole runs count.",
        slips=[
            (budget // run, "That spends all of it on the search. Nothing is left for the runs you report."),
            ((budget - final) // windows, "A run goes through its windows once in every epoch."),
            (budget // windows, "A run goes through its windows once in every epoch, and the final runs cost too."),
            ((budget - run * seeds) // run, "Both settings are run anew, not the chosen one alone."),
            ((budget - run * settings) // run, "Each of the two settings is run with every seed, not once."),
            (truth + 1, "Rounded up: the last trial would overdraw the budget."),
            ((budget - final) / run, "A part of a run gives no score. Count whole ones."),
            (budget - final, "So many pictures are left. How many runs do they pay?"),
        ],
    )


def log_uniform(function: Any, low: float = 1e-4, high: float = 1.0) -> Advice:
    """``function(u, low, high)``: a rate between ``low`` and ``high``, every decade as likely, from u in [0, 1]."""

    def right(u, low, high):
        return low * (high / low) ** u

    def linear(u, low, high):
        return low + u * (high - low)

    def exponent(u, low, high):
        return math.log10(right(u, low, high))

    return compare_calls(
        function,
        [(u, low, high) for u in (0.0, 0.25, 0.5, 0.75, 1.0)] + [(0.5, 10 * low, 2 * high)],
        right,
        hint="Take the logarithms of both ends, go the share u of the way between them, and take the power again.",
        why=f"u = 0.5 gives {right(0.5, low, high):g}, the middle of the decades (√(low · high)); on a linear axis it "
        f"would be {linear(0.5, low, high):g}.",
        models=[
            (linear, "That is uniform in the rate: nine of ten draws fall into the highest decade."),
            (exponent, "That is the logarithm of the rate. Take the power of 10 of it."),
            (
                lambda u, low, high: math.log(right(u, low, high)),
                "That is the logarithm of the rate. Take `math.exp` of it.",
            ),
            (lambda u, low, high: right(1 - u, low, high), "u = 0 should give `low`, and u = 1 `high`."),
            (
                lambda u, low, high: math.exp(exponent(u, low, high)),
                "`math.exp` undoes `math.log`; the power that undoes `math.log10` is 10 ** x.",
            ),
            (
                lambda u, low, high: 10 ** math.log(right(u, low, high)),
                "10 ** x undoes `math.log10`; what undoes `math.log` is `math.exp`.",
            ),
            (lambda u, low, high: 1e-4 ** (1 - u), "Where are `low` and `high`? Other bounds give the same draws."),
        ],
    )


def summary(function: Any, scores: Sequence[float] = (0.30, 0.34, 0.41)) -> Advice:
    """``function(scores)``: mean, standard deviation of the sample, and standard error of the mean."""
    hint = "Three numbers: the mean; the root of the summed squares over n − 1; that root divided by √n."
    call = f"`{getattr(function, '__name__', 'function')}({as_text(list(scores))})`"
    for some in (list(scores), [0.2, 0.1, 0.4, 0.2, 0.6]):
        value, advice = try_function(function, some, hint=hint)
        if advice is not None:
            return advice
        found = as_numbers(value)
        if found is None or len(found) != 3:
            return Advice(False, f"Give three numbers: mean, spread, error of the mean. {call} gave {as_text(value)}.")
        count, mean, spread = len(some), statistics.fmean(some), statistics.stdev(some)
        truth = (mean, spread, spread / math.sqrt(count))
        if numbers_close(found, truth):
            continue
        population = statistics.pstdev(some)
        slips = [
            (
                (mean, population, population / math.sqrt(count)),
                "You divide by n. The mean was taken from the same scores, so they lie too close to it: n − 1.",
            ),
            ((mean, spread**2, spread**2 / count), "These are variances. Take the root."),
            ((mean, spread, spread**2 / count), "The third is a variance still. Take the root."),
            ((mean, spread, spread / count), "The error of a mean shrinks with √n, not with n."),
            ((mean, spread, spread), "The error of the mean is smaller than the spread of single runs: over √n."),
            ((mean, spread / math.sqrt(count), spread), "Right numbers, wrong order: the spread of single runs first."),
            ((mean, max(some) - min(some), truth[2]), "That is the range: it grows with the number of runs."),
            ((statistics.median(some), *truth[1:]), "That is the median. Asked is the mean."),
            ((max(some), *truth[1:]), "That is the best run. Who reports it, reports luck."),
        ]
        for wrong, words in slips:
            if numbers_close(found, wrong):
                return Advice(False, f"Not {as_text(found)}. {words}")
        return Advice(False, f"Not {as_text(found)} for the scores {as_text(some)}. {hint}")
    mean, spread = statistics.fmean(scores), statistics.stdev(scores)
    error = spread / math.sqrt(len(scores))
    return Advice(True, f"Right. {mean:.3f} on average; single runs spread by {spread:.3f}, the mean by {error:.3f}.")
