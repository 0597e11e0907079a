"""What every exercise has, in its solution and as handed out: see "An exercise" in CONTRIBUTING.md."""

import re

import nbformat
import pytest

from fcn_course.teaching.exercises.release import differences, student_version
from tests.support.exercise_files import (
    EXERCISES,
    EXPECTED,
    NAMES,
    SOLUTIONS,
    check_modules,
    code_in,
    gated_in,
    handed_out,
    leaks,
    marked,
    points_of,
    sections_of,
    solution_of,
    steps_of,
    tagged,
    text_in,
    written_in,
)
from tests.support.lecture_files import pictures_of
from tests.support.wrong_answers.table import checks_in

exercises = pytest.mark.parametrize("name", NAMES)
both = pytest.mark.parametrize(
    ("name", "folder"),
    [pytest.param(name, folder, id=f"{folder.name}/{name}") for name in NAMES for folder in (SOLUTIONS, EXERCISES)],
)


def read(folder, name):
    return nbformat.read(folder / f"{name}.ipynb", as_version=4)


def test_all_six_are_there():
    assert tuple(NAMES) == EXPECTED
    assert tuple(sorted(path.stem for path in EXERCISES.glob("*.ipynb"))) == EXPECTED


@exercises
def test_it_opens_with_goal_difficulty_minutes_and_lectures(name):
    first = solution_of(name).cells[0].source
    assert first.startswith(f"# Exercise {name[0]}: ")
    assert "**You will**" in first
    facts = re.search(r"^\*Difficulty: (\S{3}) · about \d+ minutes, of which the cells take \d+ · (.+)\*$", first, re.M)
    assert facts and facts[1] in ("●○○", "●●○", "●●●")
    needed = re.findall(r"\[(0\d)\]\(\.\./(0\d_\w+\.ipynb)\)", facts[2])
    assert facts[2].startswith("needs lecture") and needed
    assert all(link.startswith(number) and (SOLUTIONS.parent / link).exists() for number, link in needed)


@exercises
def test_at_least_four_steps_each_with_hints_and_a_graded_check(name):
    solution = solution_of(name)
    steps = {head: cells for head, cells in sections_of(solution).items() if re.match(r"Step \d+: ", head)}
    assert len(steps) >= 4
    numbers = [int(re.search(r"\d+", head)[0]) for head in steps]
    assert numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(steps)))
    for head, cells in steps.items():
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        hints = re.findall(r"<details>\s*<summary>Hint \d", text)
        assert len(hints) >= 2, f"{head}: {len(hints)} hints"
        assert text.count("<details>") == text.count("</details>"), head
        assert any(marked(cell, "grade") for cell in cells), f"{head}: nothing is graded"
    assert len(tagged(solution, "discussion")) >= 3
    for step in steps_of(solution):
        assert step.answers and points_of(step.check) > 0
        assert re.search(r"^### BEGIN HIDDEN TESTS\n(?:.*\n)*?points\(.*", step.check.source, re.M), step.check.id


@exercises
def test_it_ends_with_a_question_to_be_answered_in_words_and_the_way_on(name):
    solution = solution_of(name)
    (question,) = written_in(solution)
    assert question.cell_type == "markdown" and question.source.startswith("## In words")
    assert [cell for cell in solution.cells if marked(cell, "grade")][-1] == question
    last = solution.cells[-1]
    assert last.cell_type == "markdown" and not marked(last, "grade")
    assert "discussion" not in last.metadata.get("tags", ())


@exercises
def test_experiments_wait_for_right_steps(name):
    gated = [cell.id for cell in gated_in(solution_of(name))]
    waiting = [cell for cell in code_in(handed_out(name)) if cell.id in gated]
    said = []
    for cell in waiting:
        assert all(output.output_type == "stream" for output in cell.outputs), cell.id
        said += [output.text for output in cell.outputs]
    assert sum(bool(re.search(r"\bsteps? \d", text)) for text in said) >= 2, said


@exercises
def test_every_check_of_its_modules_is_used(name):
    solution = solution_of(name)
    asked = "\n".join(step.check.source for step in steps_of(solution))
    modules = check_modules(solution)
    assert modules
    for called, module_name in modules.items():
        for key in checks_in(module_name):
            assert re.search(rf"\b{called}\.{key}\(", asked), f"{module_name}.{key} is used in no step"


@exercises
def test_the_solution_gets_full_marks(name):
    for step in steps_of(solution_of(name)):
        shown = [output.data["text/plain"] for output in step.check.outputs if output.output_type == "display_data"]
        (mark,) = [output.data["text/plain"] for output in step.check.outputs if output.output_type == "execute_result"]
        assert shown and all(text.startswith("✓ ") for text in shown), f"{step.check.id}: {shown}"
        assert float(mark) == points_of(step.check), step.check.id


@exercises
def test_what_is_handed_out_is_made_from_the_solution(name):
    expected = student_version(solution_of(name))
    found = differences(handed_out(name), expected)
    assert not found, f"{found}; `fcn-course exercises make {name}`, then run and save it"


@exercises
def test_nothing_of_the_solution_is_handed_out(name):
    released = handed_out(name)
    assert leaks(solution_of(name), released) == []
    assert not tagged(released, "discussion")


@exercises
def test_outputs_handed_out_tell_no_answer(name):
    solution, released = solution_of(name), handed_out(name)
    for step in steps_of(released):
        shown = [output.get("data", {}).get("text/plain", str(output)) for output in step.check.outputs]
        assert shown and all(text.startswith("… Not answered yet. ") for text in shown), f"{step.check.id}: {shown}"
    answered = {cell.id: cell for cell in code_in(solution)}
    for cell in code_in(released):
        if marked(cell, "solution"):
            assert not cell.outputs, f"{cell.id}: what it prints belongs behind a check"
        assert len(pictures_of(cell)) <= len(pictures_of(answered[cell.id])), cell.id


@both
def test_it_is_saved_executed_in_order_and_small(name, folder):
    cells = code_in(read(folder, name))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    path = folder / f"{name}.ipynb"
    assert path.stat().st_size < 1.5e6
    assert not re.search(r"widget-view\+json|widget-state\+json", path.read_text())


@both
def test_nothing_fails_or_warns(name, folder):
    notebook = read(folder, name)
    assert not tagged(notebook, "nbval-ignore-output")
    for cell in code_in(notebook):
        meant = "raises-exception" in cell.metadata.get("tags", ())
        for output in cell.outputs:
            assert meant or output.output_type != "error", f"{cell.id}: {output}"
            said = output.get("text", "") if output.get("name") == "stderr" else ""
            assert not said or "%|" in said, f"{cell.id}: {said}"
            assert not (marked(cell, "grade") and said), f"{cell.id}: nbgrader takes {said!r} for a failure"


@both
def test_every_picture_has_words(name, folder):
    notebook = read(folder, name)
    for cell in code_in(notebook):
        for output in pictures_of(cell):
            alt = next((about.get("alt", "") for kind, about in output.metadata.items() if kind in output.data), "")
            assert len(alt.split()) >= 8, f"{cell.id}: {alt!r}"
    for picture in re.findall(r"!\[([^\]]*)\]\(", text_in(notebook)):
        assert len(picture.split()) >= 8, picture
    assert "<img" not in text_in(notebook)


@both
def test_cell_ids_are_names_and_those_of_nbgrader(name, folder):
    cells = read(folder, name).cells
    assert len({cell.id for cell in cells}) == len(cells)
    for cell in cells:
        assert re.fullmatch(r"[a-z]+[a-z0-9]*(-[a-z0-9]+)*", cell.id), cell.id
        assert not re.fullmatch(r"[0-9a-f]{8,}", cell.id), cell.id
        assert cell.metadata.get("nbgrader", {}).get("grade_id", cell.id) == cell.id


@both
def test_links_lead_somewhere(name, folder):
    for link in re.findall(r"\]\(([^)#]+)\)", text_in(read(folder, name))):
        assert link.startswith("http") or (folder / link).exists(), link
