"""What every check shares: it reads an answer of any kind, and says what it thinks of it.

A check never fails. It gives an :class:`Advice`, which a notebook shows as a line of text.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

MOST = 2**1000  # no float is much larger
_LOOKS = {  # sign and colour of the bar; the sign and the first words say the same without the colour
    True: ("✓", "#1b7f3b"),
    False: ("✗", "#b3261e"),
    None: ("…", "#6b7280"),
}


@dataclass(frozen=True)
class Advice:
    """What a check says.

    Attributes:
        right: True, False, or None where nothing was answered yet.
        text: plain text; `code` between backticks.
    """

    right: bool | None
    text: str

    def __bool__(self) -> bool:
        return self.right is True

    def __repr__(self) -> str:
        return f"{_LOOKS[self.right][0]} {self.text}"

    def _repr_html_(self) -> str:
        sign, colour = _LOOKS[self.right]
        words = html.escape(self.text, quote=False).split("`")
        words = "".join(f"<code>{word}</code>" if number % 2 else word for number, word in enumerate(words))
        style = f"border-left: 4px solid {colour}; padding: 2px 10px; max-width: 860px; white-space: pre-line"
        return f'<div style="{style}"><b style="color: {colour}">{sign}</b> {words}</div>'


def points(most: float, *advices: Advice) -> float:
    """Marks out of ``most`` for the share of ``advices`` that are right; nbgrader takes it as partial credit."""
    return round(most * sum(map(bool, advices)) / len(advices), 2)


def is_answered(guess: Any) -> bool:
    """False for None, ``...``, an empty text, "?", or a list that still holds one of them."""
    if guess is None or guess is ...:
        return False
    if isinstance(guess, str):
        return guess.strip() not in ("", "?", "...", "…")
    if isinstance(guess, Mapping):
        return bool(guess) and all(is_answered(value) for value in guess.values())
    if isinstance(guess, list | tuple | set | frozenset):
        return bool(guess) and all(is_answered(value) for value in guess)
    return True


def judge(
    guess: Any,
    truth: Any,
    *,
    hint: str,
    why: str,
    slips: Sequence[tuple[Any, str]] = (),
    otherwise: str = "",
    atol: float = 0.0,
) -> Advice:
    """Hold a guess against the truth, and name the slip that leads to this very guess.

    Args:
        guess: what the student wrote. A tuple, a list, a tensor and an array of the same numbers are the same answer;
            texts are compared without regard to case.
        truth: a number, a text, True or False, a sequence of them, or a set where the order does not matter.
        hint: for who has not answered yet; it does not give the answer away.
        why: said after a right answer: how it comes about.
        slips: pairs of a wrong answer and what probably led to it; the first that fits is told.
        otherwise: for a wrong answer that fits no slip.
        atol: how far a number may be off.
    """
    if not is_answered(guess):
        return Advice(None, f"Not answered yet. {hint}")
    if _same(guess, truth, atol):
        return Advice(True, f"Right. {why}")
    for wrong, advice in slips:
        if _same(guess, wrong, atol):
            return Advice(False, f"Not {as_text(guess)}. {advice}")
    if complaint := _unfit(guess, truth):
        return Advice(False, f"{complaint} {hint}")
    return Advice(False, f"Not {as_text(guess)}. {otherwise or hint}")


def as_text(answer: Any) -> str:
    """An answer as a student would write it, on one line."""
    plain = _plain(answer)
    if isinstance(plain, float):
        text = f"{plain:g}"
    elif isinstance(plain, list):
        text = f"[{', '.join(map(as_text, plain))}]"
    else:
        text = " ".join(str(plain).split())
    return text if len(text) <= 60 else text[:57] + "…"


def _plain(answer):
    """Numbers, texts and lists of them, out of tensors, arrays, tuples and NumPy's numbers."""
    if hasattr(answer, "detach"):
        answer = answer.detach().cpu()
    if isinstance(answer, Integral) and abs(answer) > MOST:
        return math.copysign(
            math.inf, 1 if answer > 0 else -1
        )  # it has no float, and perhaps more digits than can be written
    if isinstance(answer, str | bool | Real) or answer is None:
        return answer
    if isinstance(answer, set | frozenset):
        return sorted((_plain(value) for value in answer), key=str)
    if isinstance(answer, list | tuple | range):
        return [_plain(value) for value in answer]
    try:
        return np.asarray(answer).tolist()
    except Exception:  # whatever a student hands over, a check must not fail
        return repr(answer)


def _same(guess, truth, atol) -> bool:
    if isinstance(truth, set | frozenset):
        if isinstance(guess, str) or not isinstance(_plain(guess), list):
            return False
        guess = set(map(str, _plain(guess))) if all(isinstance(t, str) for t in truth) else _plain(guess)
        truth = set(map(str, truth)) if isinstance(guess, set) else truth
        # as many as there are, and none of them missing: so none stands there twice
        return len(guess) == len(truth) and all(any(_same(g, t, atol) for g in guess) for t in truth)
    guess, truth = _plain(guess), _plain(truth)
    if isinstance(truth, list):
        return (
            isinstance(guess, list)
            and len(guess) == len(truth)
            and all(_same(g, t, atol) for g, t in zip(guess, truth, strict=True))
        )
    if isinstance(truth, str):
        return isinstance(guess, str) and guess.strip().casefold() == truth.strip().casefold()
    if isinstance(truth, bool) or truth is None:
        return guess is truth
    if isinstance(guess, bool) or not isinstance(guess, Real):
        return False
    return math.isclose(guess, truth, rel_tol=1e-9, abs_tol=atol + 1e-9)


def _unfit(guess, truth) -> str:
    """What is wrong with the kind of an answer, before its value is looked at; "" where its kind fits."""
    guess, wanted = _plain(guess), truth if isinstance(truth, set | frozenset) else _plain(truth)
    if isinstance(wanted, set | frozenset):
        return "" if isinstance(guess, list) else f"Answer with a list; you gave {as_text(guess)}."
    if isinstance(wanted, list):
        if not isinstance(guess, list):
            return f"Answer with a list of {len(wanted)}; you gave {as_text(guess)}."
        if len(guess) != len(wanted):
            return f"Answer with a list of {len(wanted)}; yours has {len(guess)}."
        return next((text for g, w in zip(guess, wanted, strict=True) if (text := _unfit(g, w))), "")
    if isinstance(wanted, bool):
        return "" if isinstance(guess, bool) else f"Answer with True or False; you gave {as_text(guess)}."
    if isinstance(wanted, str):
        return "" if isinstance(guess, str) else f"Answer with a word in quotes; you gave {as_text(guess)}."
    if isinstance(wanted, Real):
        if isinstance(guess, bool) or not isinstance(guess, Real):
            return f"Answer with a number, without quotes; you gave {as_text(guess)}."
        if not math.isfinite(guess):
            return f"{as_text(guess)} is no number that a size or a share can have."
    return ""
