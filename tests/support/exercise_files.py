"""Reading the exercises' files: solutions, what is handed out, their steps; and a small exercise made up for tests."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.support.lecture_files import NOTEBOOKS

SOLUTIONS, EXERCISES = NOTEBOOKS / "solutions", NOTEBOOKS / "exercises"
EXPECTED = (
    "1_initialisation",
    "2_hyper_parameters",
    "3_whole_pictures",
    "4_skip_layers",
    "5_your_own_data",
    "6_clinic",
)
NAMES = sorted(path.stem for path in SOLUTIONS.glob("*.ipynb"))


class Step(NamedTuple):
    """The cells that a student fills in, and the graded cell that checks them."""

    answers: list
    check: nbformat.NotebookNode


def solution_of(name: str) -> nbformat.NotebookNode:
    """The solution notebook of an exercise, as in "3_whole_pictures"."""
    return nbformat.read(SOLUTIONS / f"{name}.ipynb", as_version=4)


def handed_out(name: str) -> nbformat.NotebookNode:
    """The notebook that students get, as it is saved."""
    return nbformat.read(EXERCISES / f"{name}.ipynb", as_version=4)


def code_in(notebook) -> list:
    """Its code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text_in(notebook) -> str:
    """All its text, without its code."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def marked(cell, mark: str) -> bool:
    """Whether nbgrader's metadata say so: "grade" or "solution"."""
    return cell.metadata.get("nbgrader", {}).get(mark, False)


def points_of(cell) -> int:
    """The most that a graded cell gives."""
    return cell.metadata.nbgrader.points


def tagged(notebook, tag: str) -> list:
    """Cells with a tag."""
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", ())]


def written_in(notebook) -> list:
    """Questions that are answered in words and marked by hand."""
    return [cell for cell in notebook.cells if marked(cell, "grade") and marked(cell, "solution")]


def check_modules(notebook) -> dict[str, str]:
    """The modules of checks that it imports, by the name that it gives them."""
    found = {}
    for cell in code_in(notebook):
        for node in ast.parse(cell.source).body:
            if isinstance(node, ast.ImportFrom) and node.module == "fcn_course.teaching.checks":
                found |= {alias.asname or alias.name: alias.name for alias in node.names}
    return found


def sections_of(notebook) -> dict[str, list]:
    """Its cells by the second-level heading that they hold or stand under; "" holds what comes before the first."""
    sections = {"": []}
    for cell in notebook.cells:
        headings = re.findall(r"^## (.+)", cell.source, re.M) if cell.cell_type == "markdown" else []
        sections |= {heading: [] for heading in headings}
        sections[list(sections)[-1]].append(cell)
    return sections


def gated_in(notebook) -> list:
    """Code cells that work only when steps are right: what they do stands behind ``if step_1 …:``.

    A name that is made from steps' results by ``all``, ``bool``, ``and`` or ``or`` counts as such a result.
    """
    flags, gated = set(), []
    for cell in code_in(notebook):
        statements = ast.parse(cell.source).body
        for node in statements:
            if isinstance(node, ast.Assign) and _is_condition(node.value) and _asks(node.value, flags):
                flags.update(target.id for target in node.targets if isinstance(target, ast.Name))
        if any(isinstance(node, ast.If) and _asks(node.test, flags) for node in statements):
            gated.append(cell)
    return gated


def _is_condition(value):
    call = isinstance(value, ast.Call) and getattr(value.func, "id", "") in ("bool", "all")
    return call or isinstance(value, ast.BoolOp)


def _asks(node, flags):
    names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
    return any(name in flags or re.match(r"step_\d", name) for name in names)


def steps_of(notebook) -> list[Step]:
    """Its checked steps, in order; two checks in a row look at the same answers."""
    steps, answers = [], []
    for cell in code_in(notebook):
        if marked(cell, "solution"):
            answers.append(cell)
        elif marked(cell, "grade"):
            steps.append(Step(answers or steps[-1].answers, cell))
            answers = []
    return steps


def regions(source: str, what: str = "SOLUTION") -> list[str]:
    """What stands between ``### BEGIN what`` and ``### END what``, unindented by the marks' own indent."""
    found = []
    for indent, body in re.findall(rf"^([ \t]*)### BEGIN {what}\n(.*?)^[ \t]*### END {what}", source, re.M | re.S):
        found.append("\n".join(line.removeprefix(indent) for line in body.splitlines()))
    return found


def outside(source: str) -> str:
    """A cell's source without its regions of solutions and hidden tests."""
    for what in ("SOLUTION", "HIDDEN TESTS"):
        source = re.sub(rf"^[ \t]*### BEGIN {what}\n.*?^[ \t]*### END {what}$", "", source, flags=re.M | re.S)
    return source


def lines_of(source: str) -> list[str]:
    """Its lines that say something: twelve characters or more."""
    return [line.strip() for line in source.splitlines() if len(line.strip()) >= 12]


def leaks(solution, released) -> list[str]:
    """Lines that a solution alone has, its discussions among them, found in what is handed out."""
    open_to_all, secret = set(), set()
    for cell in solution.cells:
        if "discussion" in cell.metadata.get("tags", ()):
            secret.update(lines_of(cell.source))
            continue
        open_to_all.update(lines_of(outside(cell.source)))
        for what in ("SOLUTION", "HIDDEN TESTS"):
            for region in regions(cell.source, what):
                secret.update(lines_of(region))
    given = {line for cell in released.cells for line in lines_of(cell.source)}
    marks = [line for line in given if re.search(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS)", line)]
    return sorted((secret - open_to_all) & given) + marks


def made_up() -> nbformat.NotebookNode:
    """A solution of two steps, an experiment and a written question, which runs in a moment."""

    def marks(name, **about):
        common = {"grade": False, "grade_id": name, "locked": False, "schema_version": 3, "solution": False}
        return {"nbgrader": {**common, "task": False, **about}}

    def answer(name, source):
        return new_code_cell(source, id=name, metadata=marks(name, solution=True))

    def check(name, source, points):
        return new_code_cell(source, id=name, metadata=marks(name, grade=True, locked=True, points=points))

    cells = [
        new_markdown_cell("# Exercise 0: doubling", id="title"),
        new_code_cell(SETUP, id="setup"),
        new_markdown_cell("## Step 1: Twice", id="step-1"),
        answer(
            "step-1-answer",
            'def twice(x):\n    """2 x"""\n    ### BEGIN SOLUTION\n    result = x + x\n    return result\n'
            "    ### END SOLUTION",
        ),
        check(
            "step-1-check",
            "step_1 = doubles(twice)\ndisplay(step_1)\n### BEGIN HIDDEN TESTS\n"
            "points(2, step_1, doubles(twice, 11))\n### END HIDDEN TESTS",
            2,
        ),
        new_markdown_cell("Three and three are six.", id="step-1-discussion", metadata={"tags": ["discussion"]}),
        new_markdown_cell("## Step 2: Half", id="step-2"),
        answer("step-2-answer", "half_of_six = ...\n### BEGIN SOLUTION\nhalf_of_six = 6 / 2\n### END SOLUTION"),
        check(
            "step-2-check",
            "step_2 = judge(half_of_six, 3, hint='Share out.', why='')\ndisplay(step_2)\n### BEGIN HIDDEN TESTS\n"
            "points(3, step_2)\n### END HIDDEN TESTS",
            3,
        ),
        new_code_cell('if step_1 and step_2:\n    print("both")\nelse:\n    print("Later.")', id="experiment"),
        new_markdown_cell(
            "## In words\n\nWhy?\n\n### BEGIN SOLUTION\nBecause it is so, one point.\n### END SOLUTION",
            id="in-words",
            metadata=marks("in-words", grade=True, solution=True, points=4),
        ),
    ]
    python = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": python, "language_info": {"name": "python"}})


SETUP = """\
from fcn_course.teaching.checks.advice import judge, points


def doubles(function, x=3):
    return judge(function(x), 2 * x, hint="Add.", why="")"""
