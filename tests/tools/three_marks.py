"""nbgrader's marks for three submissions of an exercise, by nbgrader's own commands in a course folder made for it.

    uv run python -m tests.tools.three_marks                  # 3_whole_pictures
    uv run python -m tests.tools.three_marks --only 6_clinic

`solved` has the solution's answers. `half` has those of the first half of the steps, then one that satisfies the check
that students see but not all of the hidden one, then none. `wrong` has a slip in each step, and nothing in words.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import nbformat

from fcn_course.teaching.exercises.course import make_course
from fcn_course.teaching.exercises.release import CODE_STUB, TEXT_STUB, student_version
from tests.support.exercise_files import points_of, regions, solution_of, steps_of, written_in
from tests.support.slips import PARTLY, SLIPS

QUICK = "3_whole_pictures"
# in these an experiment looks at fewer pictures than in what is handed out, which changes no mark
FEWER = {"3_whole_pictures": {"(4, 8, 16, 28, 42, 53, 56, 69, 75)": "(4, 8, 16)"}}


class Submission(NamedTuple):
    """A notebook as a student sends it in, and what it is worth.

    Attributes:
        notebook: made from what was handed out.
        expected: points by graded cell; None where a person must mark.
    """

    notebook: nbformat.NotebookNode
    expected: dict[str, float | None]


def filled(source: str, answers: str | list[str]) -> str:
    """A cell as handed out, with the student's lines in place of each stub, one after the other."""
    lines, left = [], [answers] if isinstance(answers, str) else list(answers)
    for line in source.splitlines():
        stub = line.strip()
        if stub in (CODE_STUB, TEXT_STUB) and left:
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + text if text else "" for text in left.pop(0).splitlines()]
        else:
            lines.append(line)
    if left:
        raise ValueError(f"there is no place for {left[0]!r}")
    return "\n".join(lines)


def submission(name: str, answers: dict[str, str | list[str]], expected: dict[str, float | None]) -> Submission:
    """What is handed out of an exercise, with these answers by cell."""
    notebook = student_version(solution_of(name))
    for cell in notebook.cells:
        for many, few in FEWER.get(name, {}).items():
            cell.source = cell.source.replace(many, few)
        if cell.id in answers:
            cell.source = filled(cell.source, answers[cell.id])
    return Submission(notebook, expected)


def submissions(name: str) -> dict[str, Submission]:
    """Three students' notebooks; what each is worth follows from the points in the solution."""
    solution = solution_of(name)
    steps, written = steps_of(solution), written_in(solution)
    right = {cell.id: regions(cell.source) for step in steps for cell in step.answers}
    right |= {cell.id: regions(cell.source) for cell in written}
    full = {step.check.id: float(points_of(step.check)) for step in steps}
    nothing = dict.fromkeys(full, 0.0)
    by_hand, empty = dict.fromkeys((cell.id for cell in written), None), {cell.id: 0.0 for cell in written}

    answers = {cell.id: right[cell.id] for step in steps[: len(steps) // 2] for cell in step.answers}
    # a check that looks at the same answers as the last of the half is satisfied too
    done = [step.check.id for step in steps if all(cell.id in answers for cell in step.answers)]
    worth = nothing | {check: full[check] for check in done}
    check, cell, partly, share = PARTLY[name]
    answers |= {cell: partly} | {question.id: "It depends." for question in written}
    worth |= {check: full[check] * share}

    return {
        "solved": submission(name, right, full | by_hand),
        "half": submission(name, answers, worth | by_hand),
        "wrong": submission(name, SLIPS[name], nothing | empty),
    }


def run_nbgrader(folder: Path, *arguments: str) -> None:
    """One of nbgrader's commands in a course folder, untouched by this machine's settings of Jupyter.

    Raises:
        RuntimeError: with what it said, if it fails.
    """
    settings = {"JUPYTER_CONFIG_DIR": str(folder / "settings"), "IPYTHONDIR": str(folder / "settings")}
    # nbgrader itself calls alembic by its name alone
    settings["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **settings}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"`nbgrader {' '.join(arguments)}` failed:\n{done.stdout}\n{done.stderr}")


def mark(folder: Path, name: str, students: dict[str, Submission]) -> None:
    """Hand the exercise out, hand these in, mark them, write feedback and the table of grades."""
    run_nbgrader(folder, "generate_assignment", name)
    for student, handed_in in students.items():
        path = folder / "submitted" / student / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(handed_in.notebook, path)
    run_nbgrader(folder, "autograde", name)
    run_nbgrader(folder, "generate_feedback", name)
    run_nbgrader(folder, "export")


def marks_in(folder: Path, name: str) -> dict[str, dict[str, float | None]]:
    """Points by student and graded cell, out of nbgrader's data base; None where it waits for a person."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        return {
            handed_in.student.id: {
                grade.name: None if grade.needs_manual_grade else grade.auto_score
                for grade in book.find_submission_notebook(name, name, handed_in.student.id).grades
            }
            for handed_in in book.assignment_submissions(name)
        }


def table(name: str, marks: dict[str, dict[str, float | None]]) -> str:
    """Points by cell and student, with their sums; what waits for a person is in no sum."""
    most = {step.check.id: points_of(step.check) for step in steps_of(solution_of(name))}
    most |= {cell.id: points_of(cell) for cell in written_in(solution_of(name))}
    wide = max(map(len, most)) + 2

    def row(first, values):
        return first.ljust(wide) + "".join(f"{value:>10}" for value in values)

    def shown(points):
        return "by hand" if points is None else f"{points:g}"

    rows = [row(name, ["most", *marks])]
    rows += [row(cell, [shown(most[cell]), *(shown(marks[student][cell]) for student in marks)]) for cell in most]
    sums = [sum(points or 0 for points in marks[student].values()) for student in marks]
    return "\n".join([*rows, row("marked so far", map(shown, [sum(most.values()), *sums]))])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default=QUICK, metavar="NAME", choices=sorted(SLIPS), help=f"exercise ({QUICK})")
    name = parser.parse_args().only
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "course"
        make_course(folder, [name])
        students = submissions(name)
        mark(folder, name, students)
        marks = marks_in(folder, name)
    print(table(name, {student: marks[student] for student in students}))
    unexpected = [student for student, handed_in in students.items() if marks[student] != handed_in.expected]
    print("unexpected: " + ", ".join(unexpected) if unexpected else "as expected from what was handed in", end="; ")
    print(f"{time.perf_counter() - start:.0f} s")
    return int(bool(unexpected))


if __name__ == "__main__":
    sys.exit(main())
