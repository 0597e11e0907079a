"""How quickly each explorer answers: every control is moved through its values, one change at a time.

    uv run python -m tests.benchmarks.explorers
    uv run python -m tests.benchmarks.explorers --only shape_arithmetic --moves 30

Prints a table: seconds from a change to the new picture, the middle and the slowest of the moves of all its controls,
and the ratio of the middle to what the explorer promises (`answers_within`); below 1 it keeps its promise.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import pkgutil
import statistics
import time
from collections.abc import Iterator

import ipywidgets as widgets

import fcn_course.teaching.explorers
from fcn_course.teaching.explorers.panel import Explorer

MODULES = [module.name for module in pkgutil.iter_modules(fcn_course.teaching.explorers.__path__)]


def explorers(module: str) -> list[type[Explorer]]:
    """The explorers that a module defines."""
    found = vars(importlib.import_module(f"fcn_course.teaching.explorers.{module}")).values()
    return [
        kind
        for kind in found
        if inspect.isclass(kind)
        and issubclass(kind, Explorer)
        and kind is not Explorer
        and kind.__module__.endswith(f".{module}")
    ]


def values_of(control: widgets.Widget, moves: int) -> Iterator:
    """Values spread over all that the control can take, in its order, the present one left out."""
    if isinstance(control, widgets.Checkbox):
        every = [not control.value, control.value]
    elif hasattr(control, "options"):
        every = [value for _, value in control._options_full]
    elif hasattr(control, "min"):
        steps = round((control.max - control.min) / control.step)
        count = min(moves, steps)
        every = [control.min + control.step * (steps * i // max(count, 1)) for i in range(count + 1)]
    else:
        every = []
    return (value for value in every[: moves + 1] if value != control.value)


def seconds_of_moves(panel: Explorer, moves: int) -> list[float]:
    """Seconds of every move of every control, back to its first value after each control."""
    taken = []
    for control in panel.controls.values():
        home = control.value
        for value in values_of(control, moves):
            start = time.perf_counter()
            control.value = value
            taken.append(time.perf_counter() - start)
        if not isinstance(control, widgets.FileUpload):
            control.value = home
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", default=MODULES, choices=MODULES, metavar="MODULE")
    parser.add_argument("--moves", type=int, default=12, help="for each control")
    args = parser.parse_args()
    print("| explorer | to open | moves | middle | slowest | promised | middle / promised |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for kind in (kind for module in args.only for kind in explorers(module)):
        start = time.perf_counter()
        panel = getattr(kind, "demo", kind)()
        opened = time.perf_counter() - start
        seconds_of_moves(panel, 2)  # fonts, caches and the like
        taken = seconds_of_moves(panel, args.moves)
        middle, promised = statistics.median(taken), kind.answers_within
        print(
            f"| {kind.__name__} | {opened:.1f} s | {len(taken)} | {middle:.3f} s | {max(taken):.3f} s "
            f"| {promised:g} s | {middle / promised:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
