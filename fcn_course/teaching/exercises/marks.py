"""nbgrader's marks in a solution notebook, and what goes wrong when one is lost."""

from __future__ import annotations

from nbformat import NotebookNode


def check_marks(solution: NotebookNode) -> None:
    """Look for what nbgrader lets pass: a lost mark makes it hand out an answer, or swallow a whole cell.

    Raises:
        ValueError: names the cell and what is wrong with it.
    """
    ids, answers = set(), 0
    for cell in solution.cells:
        if cell.cell_type == "markdown" and "\n## " in f"\n{cell.source}":
            answers = 0
        about = cell.metadata.get("nbgrader", {})
        answer, graded = about.get("solution", False), about.get("grade", False)
        checked = graded and not answer
        if answer or graded:
            name = about.get("grade_id")
            if name != cell.id or name in ids:
                raise ValueError(f"cell {cell.id!r}: its id and its grade_id, {name!r}, must be the same and its own")
            ids.add(name)
        for wanted, what, where in ((answer, "SOLUTION", "an answer"), (checked, "HIDDEN TESTS", "a graded check")):
            regions = _regions(cell, what)
            if wanted and not regions:
                raise ValueError(f"cell {cell.id!r} is {where}, but has no ### BEGIN {what} … ### END {what}")
            if regions and not wanted:
                raise ValueError(
                    f"cell {cell.id!r} holds a region of {what}, but nbgrader's marks do not call it {where}"
                )
        if checked and not answers:
            raise ValueError(f"check {cell.id!r} comes before any answer of its section; is a mark missing?")
        answers += answer


def _regions(cell, what):
    """How many regions of a kind a cell has; raises if one is not closed, not opened, or lies in another."""
    count, inside = 0, False
    for line in cell.source.splitlines():
        begin, end = f"BEGIN {what}" in line, f"END {what}" in line
        if (begin and inside) or (end and not inside):
            raise ValueError(f"cell {cell.id!r}: ### BEGIN {what} and ### END {what} must come in turns")
        count += begin
        inside = (inside or begin) and not end
    if inside:
        raise ValueError(f"cell {cell.id!r}: no ### END {what}")
    return count
