"""The student's version of an exercise, made from its solution by nbgrader's own preprocessors.

The solution notebook is the one source. nbgrader is only needed to make student's versions, not to work on them.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from fcn_course.data.paths import CHECKOUT, in_checkout
from fcn_course.data.writing import replacing
from fcn_course.teaching.exercises.marks import check_marks

CODE_STUB = "# your code here"
TEXT_STUB = "*Your words here.*"
DISCUSSION = "discussion"  # the tag of cells that only the solution has


def solutions_folder() -> Path:
    """``notebooks/solutions`` of the checkout.

    Raises:
        FileNotFoundError: if the package was installed without its notebooks.
    """
    folder = CHECKOUT / "notebooks" / "solutions"
    if not in_checkout() or not folder.is_dir():
        raise FileNotFoundError(
            "the exercises are notebooks, and an installed fcn_course has none; get the course's repository and run "
            "this in it, after `uv sync` or `pip install -e .`"
        )
    return folder


def exercises_folder() -> Path:
    """``notebooks/exercises`` of the checkout, beside the solutions."""
    return solutions_folder().with_name("exercises")


def chosen(names: Sequence[str] = ()) -> list[str]:
    """Names of exercises, as in "3_whole_pictures": these, or all there are, in order.

    Raises:
        ValueError: for a name of none; tells those there are.
    """
    there = sorted(path.stem for path in solutions_folder().glob("*.ipynb"))
    if not there:
        raise FileNotFoundError(f"no notebook in {solutions_folder()}; the repository is not whole")
    for name in names:
        if name not in there:
            raise ValueError(f"no exercise {name!r}; there are {', '.join(there)}")
    return sorted(set(names)) or there


def student_version(solution: NotebookNode) -> NotebookNode:
    """What students are handed: without answers, hidden tests, discussions and outputs; ``solution`` stays as it is.

    These are the steps of ``nbgrader generate_assignment`` with the course folder's ``nbgrader_config.py``, and give
    the same cells.

    Raises:
        ValueError: if a mark is missing or misplaced, so that an answer would be handed out or a step would be lost;
            or if there is no nbgrader.
    """
    check_marks(solution)
    _need_nbgrader()
    from nbconvert.preprocessors import TagRemovePreprocessor
    from nbgrader import preprocessors as nbgrader

    steps = [
        TagRemovePreprocessor(enabled=True, remove_cell_tags={DISCUSSION}),
        nbgrader.LockCells(),
        nbgrader.ClearSolutions(code_stub={"python": CODE_STUB}, text_stub=TEXT_STUB),
        nbgrader.ClearOutput(),
        nbgrader.CheckCellMetadata(),
        nbgrader.ComputeChecksums(),
        nbgrader.ClearHiddenTests(),
        nbgrader.ClearMarkScheme(),
        nbgrader.ComputeChecksums(),  # once more: the hidden tests are gone
        nbgrader.CheckCellMetadata(),
    ]
    notebook, resources = copy.deepcopy(solution), {}
    for step in steps:
        notebook, resources = step.preprocess(notebook, resources)
    return notebook


def differences(released: NotebookNode, expected: NotebookNode) -> list[str]:
    """What differs between two student's versions, in words; outputs and the Python that ran them do not count."""
    if [cell.id for cell in released.cells] != [cell.id for cell in expected.cells]:
        return ["there are other cells, or they come in another order"]
    found = []
    for cell, wanted in zip(released.cells, expected.cells, strict=True):
        parts = [part for part in ("cell_type", "source", "metadata") if cell[part] != wanted[part]]
        if parts:
            found.append(f"cell {cell.id!r} has another {' and '.join(parts)}")
    if _lasting(released) != _lasting(expected):
        found.append("the notebook has other metadata")
    return found


def _lasting(notebook):
    """The notebook's metadata without what is written anew whenever it is run."""
    return {key: value for key, value in notebook.metadata.items() if key != "language_info"}


def drift(name: str) -> list[str]:
    """What differs between a handed-out exercise and its solution's student's version; empty if they agree."""
    path = exercises_folder() / f"{name}.ipynb"
    expected = student_version(_read(solutions_folder() / path.name))
    return differences(_read(path), expected) if path.is_file() else [f"there is no {path}"]


def make(name: str) -> tuple[Path, bool]:
    """Write ``notebooks/exercises/NAME.ipynb`` from its solution, unless it agrees with it already.

    Its outputs stay if no cell's source changed; else it has none and must be run and saved.

    Returns:
        The path, and whether the notebook must be run and saved.
    """
    path = exercises_folder() / f"{name}.ipynb"
    expected = student_version(_read(solutions_folder() / path.name))
    old = _read(path) if path.is_file() else None
    if old is None or differences(old, expected):
        if old is not None and _sources(old) == _sources(expected):
            for cell, before in zip(expected.cells, old.cells, strict=True):
                cell.update({part: before[part] for part in ("outputs", "execution_count") if part in before})
        with replacing(path, "w", encoding="utf-8", newline="\n") as file:
            nbformat.write(expected, file)
        old = expected
    return path, any(cell.execution_count is None for cell in old.cells if cell.cell_type == "code")


def _sources(notebook):
    return [(cell.id, cell.cell_type, cell.source) for cell in notebook.cells]


def _read(path):
    return nbformat.read(path, as_version=4)


def _need_nbgrader():
    try:
        import nbgrader  # noqa: F401
    except ImportError as error:
        raise ValueError(
            f'student\'s versions are made by nbgrader ({error}); `pip install "fcn-course[marking]"` or, in a '
            "checkout, `uv sync --extra marking` brings it"
        ) from error
