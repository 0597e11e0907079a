"""Reading the lectures' files: their cells, their words, the functions that they define."""

from __future__ import annotations

import ast
import re

import nbformat

from fcn_course.data.paths import CHECKOUT

NOTEBOOKS = CHECKOUT / "notebooks"
LECTURES = sorted(path.stem for path in NOTEBOOKS.glob("0*.ipynb"))


def cells_of(lecture: str) -> list:
    """All cells of a lecture by its name, as in "02_shape_arithmetic"."""
    return nbformat.read(NOTEBOOKS / f"{lecture}.ipynb", as_version=4).cells


def code_of(lecture: str) -> list:
    """Its code cells."""
    return [cell for cell in cells_of(lecture) if cell.cell_type == "code"]


def text_of(lecture: str) -> str:
    """All its text, without its code."""
    return "\n\n".join(cell.source for cell in cells_of(lecture) if cell.cell_type == "markdown")


def pictures_of(cell) -> list:
    """The outputs of a cell that hold a picture."""
    return [output for output in cell.outputs if any(kind.startswith("image/") for kind in output.get("data", ()))]


def stated_minutes(lecture: str) -> int:
    """The minutes that a lecture's first cell promises."""
    return int(re.search(r"About (\d+) minutes", cells_of(lecture)[0].source)[1])


def statements_of(lecture: str) -> list[ast.stmt]:
    """Every statement at the left margin of a lecture's code."""
    return [node for cell in code_of(lecture) for node in ast.parse(cell.source).body]


def names_of_functions(lecture: str) -> list[str]:
    """The functions that a lecture defines, in their order."""
    return [node.name for node in statements_of(lecture) if isinstance(node, ast.FunctionDef)]


def functions_of(lecture: str, **known) -> dict:
    """The lecture's functions by name, made from its own text, with its imports and what ``known`` gives them.

    Nothing else of the lecture is run.
    """
    wanted = (ast.Import, ast.ImportFrom, ast.FunctionDef)
    body = [node for node in statements_of(lecture) if isinstance(node, wanted)]
    space = dict(known)
    exec(compile(ast.Module(body, []), lecture, "exec"), space)
    return {name: space[name] for name in names_of_functions(lecture)}
