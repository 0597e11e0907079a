"""Students' versions, made from a solution; lost and misplaced marks; nbgrader missing; drift."""

import copy
import sys

import nbformat
import pytest

from fcn_course.teaching.exercises import release
from fcn_course.teaching.exercises.release import check_marks, chosen, differences, drift, make, student_version
from tests.support.exercise_files import code_in, leaks, made_up


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with the made-up exercise alone."""
    (tmp_path / "notebooks" / "solutions").mkdir(parents=True)
    nbformat.write(made_up(), tmp_path / "notebooks" / "solutions" / "0_doubling.ipynb")
    monkeypatch.setattr(release, "CHECKOUT", tmp_path)
    monkeypatch.setattr(release, "in_checkout", lambda: True)
    return tmp_path / "notebooks"


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def test_answers_hidden_tests_and_discussions_go():
    solution = made_up()
    before = copy.deepcopy(solution)
    released = student_version(solution)
    assert solution == before
    assert [cell.id for cell in released.cells] == [c.id for c in solution.cells if c.id != "step-1-discussion"]
    assert cell_of(released, "step-1-answer").source == 'def twice(x):\n    """2 x"""\n    # your code here'
    assert cell_of(released, "step-1-check").source == "step_1 = doubles(twice)\ndisplay(step_1)"
    assert cell_of(released, "step-2-answer").source == "half_of_six = ...\n# your code here"
    assert cell_of(released, "in-words").source == "## In words\n\nWhy?\n\n*Your words here.*"
    assert cell_of(released, "experiment") == cell_of(solution, "experiment")
    assert released.metadata == solution.metadata
    assert leaks(solution, released) == []


def test_the_same_solution_gives_the_same_version():
    assert student_version(made_up()) == student_version(made_up())


def test_a_check_cannot_be_changed_by_students_and_no_answer_removed():
    released = student_version(made_up())
    assert cell_of(released, "step-1-check").metadata.editable is False
    assert cell_of(released, "step-1-answer").metadata.deletable is False
    assert "editable" not in cell_of(released, "step-1-answer").metadata


def test_outputs_of_the_solution_are_not_handed_out():
    solution = made_up()
    for cell in code_in(solution):
        cell.execution_count = 1
        cell.outputs = [nbformat.v4.new_output("stream", text="secret")]
    assert all(not cell.outputs and cell.execution_count is None for cell in code_in(student_version(solution)))


def without(name, line):
    """The made-up solution with a line of a cell left out."""
    notebook = made_up()
    cell = cell_of(notebook, name)
    lines = cell.source.splitlines()
    kept = [text for text in lines if text.strip() != line]
    assert len(kept) == len(lines) - 1
    cell.source = "\n".join(kept)
    return notebook


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        ("step-1-answer", "### BEGIN SOLUTION", "must come in turns"),
        ("step-1-answer", "### END SOLUTION", "no ### END SOLUTION"),
        ("in-words", "### BEGIN SOLUTION", "must come in turns"),
        ("step-2-check", "### BEGIN HIDDEN TESTS", "must come in turns"),
        ("step-2-check", "### END HIDDEN TESTS", "no ### END HIDDEN TESTS"),
    ],
)
def test_a_lost_mark_is_reported(name, line, told):
    with pytest.raises(ValueError, match=f"cell '{name}'.*{told}"):
        student_version(without(name, line))


def change(name, **about):
    """The made-up solution with other nbgrader metadata in a cell."""
    notebook = made_up()
    cell_of(notebook, name).metadata.nbgrader.update(about)
    return notebook


def unmarked(name):
    """The made-up solution in which a cell has lost all of nbgrader's marks."""
    notebook = made_up()
    cell = cell_of(notebook, name)
    del cell.metadata["nbgrader"]
    cell.source = "\n".join(line for line in cell.source.splitlines() if "###" not in line)
    return notebook


def bare(name):
    """The made-up solution in which a cell has lost the lines of its marks."""
    notebook = unmarked(name)
    cell_of(notebook, name).metadata = cell_of(made_up(), name).metadata
    return notebook


@pytest.mark.parametrize(
    ("solution", "told"),
    [
        (bare("step-1-answer"), "'step-1-answer' is an answer, but has no ### BEGIN SOLUTION"),
        (bare("step-1-check"), "'step-1-check' is a graded check, but has no ### BEGIN HIDDEN TESTS"),
        (unmarked("step-1-answer"), "'step-1-check' comes before any answer of its section"),
        (unmarked("step-2-answer"), "'step-2-check' comes before any answer of its section"),
        (change("step-1-answer", solution=False), "'step-1-answer' holds .*SOLUTION"),
        (change("step-1-check", grade=False), "'step-1-check' holds .*HIDDEN TESTS"),
        (change("step-2-answer", grade_id="step-1-answer"), "'step-2-answer': its id and its grade_id"),
        (change("step-2-answer", grade_id="cell-7"), "'step-2-answer': its id and its grade_id, 'cell-7'"),
    ],
)
def test_an_answer_that_would_be_handed_out_and_a_step_that_would_be_lost_are_reported(solution, told):
    with pytest.raises(ValueError, match=told):
        check_marks(solution)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("step-1-answer", "result = x + x"),
        ("experiment", "    result = x + x"),
        ("title", "Three and three are six."),
        ("step-1-check", "points(2, step_1, doubles(twice, 11))"),
        ("in-words", "Because it is so, one point."),
        ("setup", "### END SOLUTION"),
    ],
)
def test_a_leak_is_found(name, text):
    released = student_version(made_up())
    cell_of(released, name).source += "\n" + text
    assert leaks(made_up(), released) == [text.strip()]


def test_without_nbgrader_it_is_said_what_brings_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "nbgrader", None)
    with pytest.raises(ValueError, match=r'pip install "fcn-course\[marking\]"'):
        student_version(made_up())


def test_without_the_notebooks_it_is_said_where_they_are(monkeypatch, tmp_path):
    monkeypatch.setattr(release, "in_checkout", lambda: False)
    with pytest.raises(FileNotFoundError, match="get the course's repository"):
        chosen()


def test_names(checkout):
    assert chosen() == chosen(["0_doubling", "0_doubling"]) == ["0_doubling"]
    with pytest.raises(ValueError, match="no exercise '7_none'; there are 0_doubling"):
        chosen(["7_none"])
    (checkout / "solutions" / "0_doubling.ipynb").unlink()
    with pytest.raises(FileNotFoundError, match="the repository is not whole"):
        chosen()


def test_making_drifting_and_making_again(checkout):
    path = checkout / "exercises" / "0_doubling.ipynb"
    assert "there is no" in drift("0_doubling")[0]
    assert make("0_doubling") == (path, True)
    assert drift("0_doubling") == []

    saved = nbformat.read(path, as_version=4)
    for number, cell in enumerate(code_in(saved), 1):
        cell.execution_count = number
    saved.metadata.language_info["version"] = "3.99"
    nbformat.write(saved, path)
    written = path.read_bytes()
    assert drift("0_doubling") == [] and make("0_doubling") == (path, False)
    assert path.read_bytes() == written

    solution = made_up()
    cell_of(solution, "experiment").metadata["tags"] = ["wide"]  # outputs fit still
    nbformat.write(solution, checkout / "solutions" / path.name)
    assert drift("0_doubling") == ["cell 'experiment' has another metadata"]
    assert make("0_doubling") == (path, False)
    assert drift("0_doubling") == []
    assert [cell.execution_count for cell in code_in(nbformat.read(path, as_version=4))] == [1, 2, 3, 4, 5, 6]

    cell_of(solution, "experiment").source += "\nprint(1)"
    nbformat.write(solution, checkout / "solutions" / path.name)
    assert drift("0_doubling") == ["cell 'experiment' has another source"]
    assert make("0_doubling") == (path, True)
    assert drift("0_doubling") == []


def test_what_differs_is_named():
    released = student_version(made_up())
    other = copy.deepcopy(released)
    cell_of(other, "setup").source = "1"
    cell_of(other, "setup").metadata["tags"] = ["a"]
    other.metadata["title"] = "b"
    assert differences(other, released) == [
        "cell 'setup' has another source and metadata",
        "the notebook has other metadata",
    ]
    del other.cells[3]
    assert differences(other, released) == ["there are other cells, or they come in another order"]


@pytest.mark.fault("making an exercise is interrupted", "the notebook that was there stays whole")
def test_an_interrupted_making_leaves_the_old_notebook(checkout, monkeypatch):
    path, _ = make("0_doubling")
    before = path.read_bytes()
    path.write_bytes(before.replace(b"Three and three", b"Four and four").replace(b"Twice", b"Thrice"))
    changed = path.read_bytes()
    assert changed != before

    def half(notebook, file):
        file.write("half of")
        raise KeyboardInterrupt

    monkeypatch.setattr(release.nbformat, "write", half)
    with pytest.raises(KeyboardInterrupt):
        make("0_doubling")
    assert path.read_bytes() == changed and [file.name for file in path.parent.iterdir()] == [path.name]
