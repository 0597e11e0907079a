"""For every check: right answers, and wrong ones with words of the advice that each must get."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Case(NamedTuple):
    """A check and answers to it.

    Attributes:
        check: called with the answer alone; a check that needs more comes as a ``functools.partial``.
        right: at least two answers that must pass, unlike each other in form.
        wrong: at least six answers that must not, each with words that its advice must hold.
    """

    check: Callable
    right: list
    wrong: list[tuple[Any, str]]

    @property
    def name(self) -> str:
        """The name of the function."""
        return getattr(self.check, "func", self.check).__name__
