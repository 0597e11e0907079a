"""The instructor's page and the README's tables against the notebooks that they speak of."""

import itertools
import re
from pathlib import Path

import pytest

from tests.support.exercise_files import EXPECTED, SOLUTIONS
from tests.support.lecture_files import LECTURES, NOTEBOOKS, stated_minutes
from tests.tools.exercise_minutes import stated_minutes as exercise_promise
from tests.tools.exercise_minutes import student_minutes

PAGE = (NOTEBOOKS / "INSTRUCTOR.md").read_text(encoding="utf-8")
README = (NOTEBOOKS.parent / "README.md").read_text(encoding="utf-8")
PARTS = ("Objectives", "Minutes", "What goes wrong", "To discuss", "Show live")


def section(start):
    """The text under the third-level heading that begins so."""
    found = re.search(rf"^### {re.escape(start)}.*?\n(.*?)(?=^##|\Z)", PAGE, re.M | re.S)
    assert found, start
    return found[1]


HEADINGS = {name: f"{name[:2]} ·" for name in LECTURES} | {name: f"Exercise {name[0]} ·" for name in EXPECTED}


@pytest.mark.parametrize("name", HEADINGS)
def test_each_notebook_has_all_that_a_teacher_asks_for(name):
    text = section(HEADINGS[name])
    assert re.findall(r"^- \*\*(.+?)\.\*\*", text, re.M) == list(PARTS)
    assert text.count("Ask") >= 3, "three mistakes, and what to ask then"


@pytest.mark.parametrize("name", HEADINGS)
def test_the_minutes_are_those_that_the_notebook_promises(name):
    minutes = int(re.search(r"\*\*Minutes\.\*\* (\d+)", section(HEADINGS[name]))[1])
    assert minutes == (stated_minutes(name) if name in LECTURES else exercise_promise(name)[0])


@pytest.mark.parametrize("name", EXPECTED)
def test_an_exercise_promises_what_the_paces_give(name):
    promised, cells = exercise_promise(name)
    assert promised / 1.5 <= student_minutes(name) + cells <= promised * 1.5
    assert re.search(rf"exercises/{name}\.ipynb\)[^\n]*\| {promised} \|$", README, re.M), "the README says otherwise"


def test_all_plans_are_there_and_their_minutes_add_up():
    for heading, last in (
        ("One session of 90 minutes", 90),
        ("A project with your own pictures, in one afternoon", 240),
    ):
        plan = PAGE.partition(f"## {heading}")[2].partition("\n## ")[0]
        ends = [tuple(map(int, found)) for found in re.findall(r"^\| (\d+)–(\d+) \|", plan, re.M)]
        assert ends[0][0] == 0 and ends[-1][1] == last
        assert all(before[1] == after[0] for before, after in itertools.pairwise(ends))
    weeks = PAGE.partition("## Three weeks")[2].partition("\n## ")[0]
    assert re.findall(r"^\| (\d\.\d) \|", weeks, re.M) == ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2"]


def test_its_links_lead_somewhere():
    links = re.findall(r"\]\(([^)#:]+)\)", PAGE)
    assert len(links) >= 15
    assert [link for link in links if not (NOTEBOOKS / link).exists()] == []


def test_the_solutions_are_all_spoken_of():
    assert {path.stem for path in Path(SOLUTIONS).glob("*.ipynb")} == set(EXPECTED)
