"""Trying out what a student programmed: a function or a net in, its result or an advice out.

What a student wrote may raise, give None, never end, or change what it was given. A check outlives all of it.
"""

from __future__ import annotations

import copy
import math
import threading
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch

from fcn_course.teaching.checks.advice import Advice, as_text, is_answered
from fcn_course.teaching.checks.parsing import as_number

SECONDS = 1.5  # a check's own inputs are tiny; what takes longer does not end


class Trial(NamedTuple):
    """What came of a trial: a value, or in its place an advice to give back at once."""

    value: Any
    advice: Advice | None


def try_function(function: Any, *inputs: Any, hint: str, **options: Any) -> Trial:
    """Call a student's function with copies of ``inputs``.

    The random state of torch is that of seed 0 during the call, and as before afterwards. Warnings are not shown.

    Args:
        function: what the student handed over, whatever it is.
        hint: for who has not answered yet, which includes a function that gives None.
    """
    if not is_answered(function):
        return Trial(None, Advice(None, f"Not answered yet. {hint}"))
    if not callable(function):
        return Trial(None, Advice(False, f"Hand over the function itself; you gave {as_text(function)}. {hint}"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbgrader gives no marks where a check's cell warns
        outcome = _within(SECONDS, function, copy.deepcopy(inputs), copy.deepcopy(options))
    name = getattr(function, "__name__", type(function).__name__)
    if outcome is None:
        return Trial(None, Advice(False, f"`{name}` did not end within {SECONDS:g} s. Is there an endless loop?"))
    value, error = outcome
    if error is not None:
        return Trial(None, Advice(False, f"`{name}` stopped with {type(error).__name__}: {one_line(error)}. {hint}"))
    if value is None or value is ...:
        return Trial(None, Advice(None, f"Not answered yet. {hint}"))
    return Trial(value, None)


def try_in_place(function: Any, *inputs: Any, hint: str, name: str | None = None) -> Trial:
    """As :func:`try_function`, but with the inputs themselves, so that what becomes of them can be looked at.

    Args:
        name: what to call it in an advice; the function's own name if left out.
    """
    if not callable(function):
        return try_function(function, hint=hint)

    def call():
        return function(*inputs)

    call.__name__ = name or getattr(function, "__name__", "your function")
    return try_function(call, hint=hint)


def compare_calls(
    function: Any,
    calls: Sequence[tuple],
    right: Callable,
    *,
    hint: str,
    why: str,
    models: Sequence[tuple[Callable, str]],
) -> Advice:
    """Hold a student's function of numbers against the right one.

    Args:
        function: what the student handed over; it is to give one number.
        calls: the inputs of each call.
        right: gives the true number of the same inputs.
        hint: for who has not answered yet, or is wrong in a way that no model shows.
        why: said after right answers to all calls.
        models: pairs of a function that thinks wrongly and what to say to who gives its numbers; the first that fits.
    """
    found = []
    for inputs in calls:
        value, advice = try_function(function, *inputs, hint=hint)
        if advice is not None:
            return advice
        number = as_number(value)
        if number is None:
            return Advice(False, f"Give one number; {_written(function, inputs)} gave {as_text(value)}. {hint}")
        found.append(number)
    truth = [right(*inputs) for inputs in calls]
    if numbers_close(found, truth):
        return Advice(True, f"Right. {why}")
    words = next((words for model, words in models if numbers_close(found, [model(*inputs) for inputs in calls])), hint)
    inputs, number, wanted = next(
        line for line in zip(calls, found, truth, strict=True) if not numbers_close(line[1:2], line[2:])
    )
    return Advice(False, f"{_written(function, inputs)} should give {wanted:.4g}; yours gives {number:.4g}. {words}")


def check_tensor(value: Any, shape: tuple[int, ...], hint: str) -> Advice | None:
    """An advice if a value is no tensor of this shape, or holds numbers that are none; else None."""
    if not isinstance(value, torch.Tensor):
        return Advice(False, f"Give a tensor of shape {tuple(shape)}; yours gives {as_text(value)}. {hint}")
    if tuple(value.shape) != tuple(shape):
        return Advice(False, f"Asked is the shape {tuple(shape)}; yours is {tuple(value.shape)}. {hint}")
    if value.is_floating_point() and not value.isfinite().all():
        return Advice(False, f"There are numbers in it that are none (nan or inf). {hint}")
    return None


def all_close(value: torch.Tensor, truth: torch.Tensor, atol: float = 1e-4) -> bool:
    """Whether two tensors have the same shape and, within ``atol``, the same numbers."""
    return value.shape == truth.shape and torch.allclose(value.detach().double(), truth.double(), atol=atol, rtol=1e-4)


def numbers_close(found: Sequence[float], truth: Sequence[float]) -> bool:
    """Whether equally many numbers agree to float32."""
    return all(math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-6) for a, b in zip(found, truth, strict=True))


def one_line(error: Any, most: int = 200) -> str:
    """What an error says, on one line of at most ``most`` characters."""
    line = " ".join(str(error).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _written(function, inputs):
    """A call as a student would write it."""
    numbers = ", ".join(f'"{value}"' if isinstance(value, str) else f"{value:g}" for value in inputs)
    return f"`{getattr(function, '__name__', 'function')}({numbers})`"


def _within(seconds: float, function: Callable, inputs: tuple, options: dict):
    """(value, error) of a call, or None if it takes longer. It then goes on unseen: Python cannot end a thread."""
    found = []

    def call():
        try:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(0)
                found.append((function(*inputs, **options), None))
        except Exception as error:
            found.append((None, error))

    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else None
