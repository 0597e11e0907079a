"""How long an exercise takes: what is read, what is written, and its cells on this machine.

    uv run python -m tests.tools.exercise_minutes              # the student's part alone, at once
    uv run python -m tests.tools.exercise_minutes --run        # runs the solutions' cells too

Reading goes at the pace of the lectures. Writing is counted by the lines of the solution. Nobody was watched: these are
the paces of a careful beginner who opens a hint now and then, and they make up the number that an exercise promises.
"""

from __future__ import annotations

import re

from tests.support.exercise_files import (
    NAMES,
    SOLUTIONS,
    code_in,
    handed_out,
    regions,
    solution_of,
    steps_of,
    written_in,
)
from tests.support.lecture_files import pictures_of
from tests.tools.lecture_minutes import LINES, PICTURE, WORDS, tell

LINE, STEP, WORDED = 0.75, 1.5, 6  # minutes to write a line, to think a step over, to answer in words


def student_minutes(name: str) -> float:
    """Minutes for a student who reads all of it, solves every step and looks at every picture of the results."""
    given, solution = handed_out(name), solution_of(name)
    minutes = sum(len(re.findall(r"\w+", cell.source)) for cell in given.cells if cell.cell_type == "markdown") / WORDS
    minutes += sum(bool(line.strip()) for cell in code_in(given) for line in cell.source.splitlines()) / LINES
    minutes += sum(PICTURE * len(pictures_of(cell)) for cell in code_in(solution))
    for step in steps_of(solution):
        written = [line for cell in step.answers for region in regions(cell.source) for line in region.splitlines()]
        minutes += STEP + LINE * sum(bool(line.strip()) for line in written)
    return minutes + WORDED * len(written_in(solution))


def stated_minutes(name: str) -> tuple[int, float]:
    """(minutes, those of them that the cells take), as its first cell promises."""
    found = re.search(r"about (\d+) minutes, of which the cells take ([\w./ ]+?) ·", solution_of(name).cells[0].source)
    words = {"half a": 0.5, "one": 1, "two": 2}
    cells = found[2].removesuffix(" minutes").removesuffix(" minute")
    return int(found[1]), float(words.get(cells, cells))


if __name__ == "__main__":
    files = (SOLUTIONS / f"{name}.ipynb" for name in NAMES)
    tell(files, lambda name: stated_minutes(name)[0], student_minutes, __doc__.splitlines()[0])
