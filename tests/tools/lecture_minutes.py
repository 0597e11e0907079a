"""How long a lecture takes: its words, code, guesses and figures at a reader's pace, and its cells on this machine.

    uv run python -m tests.tools.lecture_minutes              # the reader's part alone, at once
    uv run python -m tests.tools.lecture_minutes --run        # runs the cells too

The paces are of slow, careful reading; they make up the number that a lecture promises, rounded to five minutes.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.support.lecture_files import LECTURES, NOTEBOOKS, cells_of, pictures_of, stated_minutes

WORDS, LINES = 180, 15  # read in a minute
GUESS, PICTURE, EXPLORER, QUESTION = 0.75, 0.5, 4, 1.5  # minutes for each


def reading_minutes(lecture: str) -> float:
    """Minutes for a reader who guesses every guess, looks at every picture and plays with the explorer."""
    minutes = 0.0
    for cell in cells_of(lecture):
        if cell.cell_type == "markdown":
            minutes += len(re.findall(r"\w+", cell.source)) / WORDS
            minutes += QUESTION * cell.source.count("<details>")
            continue
        minutes += sum(bool(line.strip()) for line in cell.source.splitlines()) / LINES
        minutes += GUESS * len(re.findall(r"\bcheck\.\w+\(", cell.source)) + PICTURE * len(pictures_of(cell))
        minutes += EXPLORER * ("explorer" in cell.metadata.get("tags", ()))
    return minutes


def running_seconds(path: Path) -> float:
    """Seconds that all cells of a notebook take here, kernel and imports included."""
    notebook = nbformat.read(path, as_version=4)
    start = time.perf_counter()
    NotebookClient(notebook, timeout=1200, resources={"metadata": {"path": str(path.parent)}}).execute()
    return time.perf_counter() - start


def tell(paths: Iterable[Path], promised: Callable, counted: Callable, description: str) -> None:
    """A line for each notebook: minutes promised and counted, and with --run what its cells take."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--run", action="store_true", help="run the cells and time them")
    run = parser.parse_args().run
    print(f"{'notebook':26}{'promised':>9}{'reader':>9}{'cells':>9}")
    for path in paths:
        seconds = f"{running_seconds(path):5.0f} s" if run else "-"
        print(f"{path.stem:26}{promised(path.stem):>9}{counted(path.stem):>9.0f}{seconds:>9}", flush=True)


if __name__ == "__main__":
    files = (NOTEBOOKS / f"{lecture}.ipynb" for lecture in LECTURES)
    tell(files, stated_minutes, reading_minutes, __doc__.splitlines()[0])
