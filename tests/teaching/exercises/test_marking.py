"""nbgrader as it is, from handing out to feedback, on three submissions; and its version of what students get."""

import csv
import os
import re
import sys
from pathlib import Path

import nbformat
import pytest

from fcn_course.teaching.exercises.course import make_course
from fcn_course.teaching.exercises.release import differences, student_version
from tests.support.exercise_files import NAMES, handed_out, leaks, points_of, solution_of, steps_of, written_in
from tests.support.slips import PARTLY, SLIPS
from tests.tools.three_marks import FEWER, QUICK, filled, mark, marks_in, submissions, table


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course folder in which three submissions of the quickest exercise are marked, and these submissions."""
    folder = tmp_path_factory.mktemp("marking") / "course"
    make_course(folder, [QUICK])
    students = submissions(QUICK)
    mark(folder, QUICK, students)
    return folder, students


def test_marks_come_out_as_expected(course):
    folder, students = course
    marks = marks_in(folder, QUICK)
    assert marks == {student: handed_in.expected for student, handed_in in students.items()}
    steps = [step.check for step in steps_of(solution_of(QUICK))]
    assert all(marks["solved"][check.id] == points_of(check) > 0 for check in steps)
    assert any(0 < marks["half"][check.id] < points_of(check) for check in steps), "no partial credit"
    assert any(marks["half"][check.id] == 0 for check in steps)
    assert not any(marks["wrong"].values())


def test_answers_in_words_are_left_to_a_person_and_silence_is_not(course):
    folder, _ = course
    (question,) = written_in(solution_of(QUICK))
    marks = marks_in(folder, QUICK)
    assert [marks[student][question.id] for student in ("solved", "half", "wrong")] == [None, None, 0]


def test_nbgrader_hands_out_what_lies_in_the_repository(course):
    folder, _ = course
    released = nbformat.read(folder / "release" / QUICK / f"{QUICK}.ipynb", as_version=4)
    assert differences(released, handed_out(QUICK)) == []
    assert all(not cell.get("outputs") for cell in released.cells)


def test_hidden_tests_come_back_for_marking(course):
    folder, _ = course
    for student in ("solved", "half", "wrong"):
        marked = nbformat.read(folder / "autograded" / student / QUICK / f"{QUICK}.ipynb", as_version=4)
        sources = {cell.id: cell.source for cell in marked.cells}
        for step in steps_of(solution_of(QUICK)):
            assert sources[step.check.id] == step.check.source


def test_each_student_gets_feedback_with_marks_and_advice(course):
    folder, students = course
    for student, handed_in in students.items():
        page = (folder / "feedback" / student / QUICK / f"{QUICK}.html").read_text()
        reached = sum(points or 0 for points in handed_in.expected.values())
        assert re.search(rf"{QUICK} \(Score: {reached:g}(\.0)? / ", page), student
        assert ("Not answered yet." in page) == (student == "half")
    assert "✗" in page and "✓" not in page  # the last is "wrong"


def test_grades_are_exported(course):
    folder, students = course
    most = sum(
        map(points_of, (*(step.check for step in steps_of(solution_of(QUICK))), *written_in(solution_of(QUICK))))
    )
    with open(folder / "grades.csv", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    for student, handed_in in students.items():
        assert float(rows[student]["score"]) == sum(points or 0 for points in handed_in.expected.values())
        assert float(rows[student]["max_score"]) == most


def test_the_table_has_a_line_for_each_cell(course):
    folder, _ = course
    marks = marks_in(folder, QUICK)
    lines = table(QUICK, marks).splitlines()
    assert lines[0].split() == [QUICK, "most", *marks]
    assert [line.split()[0] for line in lines[1:-1]] == list(marks["solved"])
    assert lines[-1].startswith("marked so far") and lines[-2].count("by hand") == 2


def test_nbgrader_hands_out_the_same_of_every_exercise(tmp_path, monkeypatch):
    from nbgrader.apps.api import NbGraderAPI
    from traitlets.config import PyFileConfigLoader

    # nbgrader itself calls alembic by its name alone
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    make_course(tmp_path / "course")
    config = PyFileConfigLoader("nbgrader_config.py", path=str(tmp_path / "course")).load_config()
    config.CourseDirectory.root = str(tmp_path / "course")
    api = NbGraderAPI(config=config)
    for name in NAMES:
        done = api.generate_assignment(name)
        assert done["success"], done
        released = nbformat.read(tmp_path / "course" / "release" / name / f"{name}.ipynb", as_version=4)
        assert differences(released, student_version(solution_of(name))) == [], name
        assert leaks(solution_of(name), released) == [], name


@pytest.mark.parametrize("name", sorted(SLIPS))
def test_there_is_a_slip_for_every_step(name):
    steps = steps_of(solution_of(name))
    answers = {cell.id for step in steps for cell in step.answers}
    assert set(SLIPS[name]) <= answers
    assert all(any(cell.id in SLIPS[name] for cell in step.answers) for step in steps)
    check, cell, _, share = PARTLY[name]
    (partly,) = [step for step in steps[len(steps) // 2 :] if step.check.id == check]
    assert cell in [answer.id for answer in partly.answers] and 0 < share < 1


@pytest.mark.parametrize("name", sorted(FEWER))
def test_what_is_shortened_for_marking_stands_in_the_exercise(name):
    source = "\n".join(cell.source for cell in handed_out(name).cells)
    assert [source.count(many) for many in FEWER[name]] == [1] * len(FEWER[name])


def test_answers_take_the_place_of_the_stubs_with_their_indent():
    source = "def f(x):\n    # your code here\n\ny = ...\n# your code here"
    assert filled(source, ["a = x\n\nreturn a", "y = 2"]) == "def f(x):\n    a = x\n\n    return a\n\ny = ...\ny = 2"
    with pytest.raises(ValueError, match="no place for 'z'"):
        filled("*Your words here.*", ["Because.", "z"])
