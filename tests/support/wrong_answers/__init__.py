"""For every check: right answers, and wrong ones with words of the advice that each must get."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple


class Case(NamedTuple):
    """A check and answers to it.

    Attributes:
        check: called with the answer alone; a check that needs more comes as a ``functools.partial``.
        right: at least two answers that must pass, unlike each other in form.
        wrong: at least six answers that must not, each with words that its advice must hold.
        unanswered: what it is handed by a notebook in which nobody has answered, beside the dots.
    """

    check: Callable
    right: list
    wrong: list[tuple[Any, str]]
    unanswered: Sequence[Any] = ()

    @property
    def name(self) -> str:
        """The name of the function."""
        return getattr(self.check, "func", self.check).__name__
