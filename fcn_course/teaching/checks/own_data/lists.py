"""The names of one's own pictures, split into those to train on and those to validate with."""

from __future__ import annotations

from typing import Any

from fcn_course.teaching.checks.advice import Advice, as_text
from fcn_course.teaching.checks.functions import try_function


def split(function: Any, seed: int = 0) -> Advice:
    """``split(names, share, seed)``: (train, val), lists without a name in both, ``share`` of the names in val."""
    count, share = (20, 0.3) if seed == 0 else (33, 1 / 3)
    names = [f"picture_{index:02d}" for index in range(count)]
    hint = "Shuffle a copy of the names with a generator of your own, `random.Random(seed)`, and cut it in two."
    results = []
    for number in (seed, seed, seed + 1, seed + 2):
        trial = try_function(function, names, share, number, hint=hint)
        if trial.advice is not None:
            return trial.advice
        lists = trial.value
        if not (isinstance(lists, list | tuple) and len(lists) == 2):
            return Advice(False, f"Give two lists, train and val; yours gives {as_text(lists)}. {hint}")
        if not all(isinstance(part, list | tuple) and all(isinstance(name, str) for name in part) for part in lists):
            return Advice(False, f"Give two lists of names; yours gives {as_text(lists)}. {hint}")
        results.append(tuple(map(list, lists)))
    (train, val), again, *others = results
    wanted = round(share * count)
    both, lost = sorted({*train} & {*val}), sorted({*names} - {*train} - {*val})
    problems = [
        (
            both,
            f"{len(both)} names stand in both lists, {both[:1]} first. The net would be examined on what it learned.",
        ),
        (lost, f"{len(lost)} of {count} names are in neither list: pictures that you annotated for nothing."),
        ({*train, *val} - {*names}, "There are names in your lists that were not handed over."),
        (
            len(train) + len(val) > count,
            "A name stands twice in one list. Shuffle and cut; do not draw with replacement.",
        ),
        (
            abs(len(train) - wanted) <= 1 < abs(len(val) - wanted),
            f"{len(val)} names are to validate. `share` is val's, {wanted} of {count}: the other way round.",
        ),
        (abs(len(val) - wanted) > 1, f"{len(val)} names are in val; {share:.0%} of {count} are {wanted}."),
        (
            sorted(val) in (names[: len(val)], names[-len(val) :]),
            "You cut without shuffling: the first or the last photographs of a series were taken at one place.",
        ),
        (
            (train, val) != again,
            "The same seed gave two splits. A number in a report must be found again: shuffle by `seed` alone.",
        ),
        (all(sorted(val) == sorted(other) for _, other in others), "Another seed gives the same split. Use `seed`."),
    ]
    for found, advice in problems:
        if found:
            return Advice(False, advice)
    return Advice(
        True, f"Right. {len(train)} and {len(val)} names, none in both, and the same again for the same seed."
    )
