"""Numbers out of whatever a student hands over: a number, a tensor, an array, or a list of them.

None, or an empty list, stands for what cannot be read: what to say of it is each check's own.
"""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any


def as_number(answer: Any) -> float | None:
    """A finite number out of whatever holds one, NumPy's and a tensor too; None for anything else."""
    try:
        number = answer.item() if hasattr(answer, "item") else answer
        fits = isinstance(number, Real) and not isinstance(number, bool) and math.isfinite(number)
        return float(number) if fits else None
    except Exception:  # whatever a student hands over, a check must not fail
        return None


def as_numbers(answers: Any) -> list[float] | None:
    """The finite number that each of ``answers`` holds; None where one of them holds none."""
    try:
        found = [as_number(answer) for answer in answers]
    except Exception:  # it cannot be gone through
        return None
    return None if None in found else found


def as_numbers_or_pairs(answer: Any) -> list[float | tuple[float, ...]]:
    """The numbers in an answer, pairs as tuples; an empty list if it holds anything else."""
    try:
        listed = answer.tolist() if hasattr(answer, "tolist") else list(answer)
        return [tuple(map(float, value)) if hasattr(value, "__len__") else float(value) for value in listed]
    except (TypeError, ValueError, OverflowError):
        return []


def as_integers(answer: Any, most: int = 10_000) -> list[int] | None:
    """The whole numbers in a list, a range, an array or a tensor; None if it holds others, or more than ``most``."""
    if hasattr(answer, "tolist"):
        answer = answer.tolist()
    if not isinstance(answer, list | tuple | range) or len(answer) > most:
        return None
    if not all(isinstance(number, Integral) and not isinstance(number, bool) for number in answer):
        return None
    return [int(number) for number in answer]
