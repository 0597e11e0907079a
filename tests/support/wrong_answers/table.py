"""The catalogue for the eye: a line for each wrong answer."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Sequence
from typing import Any

import fcn_course.teaching.checks
from fcn_course.teaching.checks.advice import as_text
from tests.support.lecture_files import LECTURES

WIDTHS = 28, 42, 80  # of check, answer and advice
SHARED = "advice", "functions", "parsing"  # what all checks use


def modules() -> list[str]:
    """All modules and packages of checks."""
    names = (name for _, name, _ in pkgutil.iter_modules(fcn_course.teaching.checks.__path__))
    return [name for name in names if name not in SHARED]


def checks_in(name: str) -> set[str]:
    """The names of a module's checks, those in a package's modules too: public functions that give an advice."""
    parts = [importlib.import_module(f"fcn_course.teaching.checks.{name}")]
    for _, inner, _ in pkgutil.iter_modules(getattr(parts[0], "__path__", ())):
        parts.append(importlib.import_module(f"{parts[0].__name__}.{inner}"))
    found = [
        (key, function.__annotations__["return"])
        for part in parts
        for key, function in inspect.getmembers(part, inspect.isfunction)
        if function.__module__ == part.__name__ and not key.startswith("_")
    ]
    return {key for key, gives in found if gives == "Advice"}


def table(names: Sequence[str], width: Sequence[int] = WIDTHS) -> list[str]:
    """A head and a line for each wrong answer in these modules; what a check says to it now, not what it should say."""
    rows = []
    for name in names:
        for case in importlib.import_module(f"tests.support.wrong_answers.{name}").CATALOGUE:
            for answer, _ in case.wrong:
                rows.append((f"{name}.{case.name}", written(answer), case.check(answer).text))
    return lines(rows, width)


def lines(rows: Iterable[Sequence[str]], width: Sequence[int] = WIDTHS) -> list[str]:
    """A head and a line for each row of check, wrong answer and advice."""
    head = ("check", "wrong answer", "advice")
    return ["  ".join(cut(text, size) for text, size in zip(row, width, strict=True)).rstrip() for row in (head, *rows)]


def show_wrong_answers(reporter) -> None:
    """Write to pytest's terminal what the tests told the exercises' checks (not the lectures'), and what these said."""
    lectures = {lecture[3:] for lecture in LECTURES}
    reports = [report for kind in ("passed", "failed") for report in reporter.stats.get(kind, ())]
    told = [value for report in reports for name, value in report.user_properties if name == "wrong answer"]
    rows = [row for row in told if row[0].partition(".")[0] not in lectures]
    if rows:
        reporter.section("wrong answers to the exercises, and what the checks say")
        reporter.write("\n".join(lines(rows)) + "\n")


def written(answer: Any) -> str:
    """An answer in one line: a function by its name, a lambda by its text."""
    if isinstance(answer, functools.partial):
        given = [written(value) for value in answer.args] + [f"{k}={written(v)}" for k, v in answer.keywords.items()]
        return f"{written(answer.func)}({', '.join([*given, '…'])})"
    if inspect.isfunction(answer):
        return answer.__qualname__.rpartition("<locals>.")[2] if answer.__name__ != "<lambda>" else _lambda(answer)
    if isinstance(answer, str):
        return repr(answer)
    return as_text(answer)


def _lambda(function):
    """The text of a lambda; just "lambda" if it cannot be found."""
    try:
        text = inspect.getsource(function)
    except OSError:
        return "lambda"
    text = " ".join(text[max(text.find("lambda"), 0) :].split())
    for end in range(len(text), 0, -1):  # the source goes on to the end of the line, with whatever stands there
        try:
            if isinstance(ast.parse(text[:end], mode="eval").body, ast.Lambda):
                return text[:end].strip()
        except SyntaxError:
            continue
    return "lambda"


def cut(text: str, size: int) -> str:
    """The text on one line of this size, filled up with blanks or cut with an ellipsis."""
    text = " ".join(text.split())
    return text.ljust(size) if len(text) <= size else text[: size - 1] + "…"
