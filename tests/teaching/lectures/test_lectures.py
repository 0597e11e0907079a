"""What every lecture has: see "A lecture" in CONTRIBUTING.md."""

import re
from pathlib import Path

import pytest

from tests.support.lecture_files import (
    LECTURES,
    NOTEBOOKS,
    cells_of,
    code_of,
    names_of_functions,
    pictures_of,
    stated_minutes,
    text_of,
)
from tests.tools.lecture_minutes import reading_minutes

lectures = pytest.mark.parametrize("lecture", LECTURES)


def tagged(lecture, tag):
    return [cell for cell in code_of(lecture) if tag in cell.metadata.get("tags", ())]


@lectures
def test_it_opens_with_aims_minutes_and_needs(lecture):
    first = cells_of(lecture)[0].source
    assert first.startswith(f"# {lecture[:2]} · ")
    assert "**You will be able to**" in first
    assert re.search(r"\*About \d+ minutes", first)
    assert "needs" in first.casefold()
    assert "D2L" in first


@lectures
def test_its_minutes_are_those_of_a_reader(lecture):
    minutes = stated_minutes(lecture)
    assert minutes / 2 <= reading_minutes(lecture) <= 2 * minutes, "see tests/tools/lecture_minutes.py"


@lectures
def test_readme_promises_the_same_minutes(lecture):
    readme = (NOTEBOOKS.parent / "README.md").read_text()
    row = next(line for line in readme.splitlines() if f"](notebooks/{lecture}.ipynb)" in line and "|" in line)
    assert row.rstrip().endswith(f"| {stated_minutes(lecture)} |")


@lectures
def test_it_has_one_explorer_with_a_still_picture(lecture):
    (cell,) = tagged(lecture, "explorer")
    assert len(pictures_of(cell)) == 1
    assert re.search(
        r"from fcn_course\.teaching\.explorers\.\w+ import", "\n".join(cell.source for cell in code_of(lecture))
    )


@lectures
def test_it_has_one_thing_to_break(lecture):
    assert len(re.findall(r"^## .*Break it", text_of(lecture), re.M)) == 1
    for cell in code_of(lecture):
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == ("raises-exception" in cell.metadata.get("tags", ())), cell.id


@lectures
def test_it_ends_with_three_questions_and_the_way_on(lecture):
    asked = text_of(lecture).split("\n## Three questions")[1]
    assert len(re.findall(r"<details><summary>\d\. .+</summary>", asked)) == 3
    assert asked.count("</details>") == 3
    last = cells_of(lecture)[-1].source
    links = re.findall(r"\]\(([^)#]+)\)", last)
    later = LECTURES[LECTURES.index(lecture) + 1 :]
    assert f"{later[0]}.ipynb" in links if later else links


@lectures
def test_at_least_four_guesses_are_checked(lecture):
    asked = [cell for cell in code_of(lecture) if re.search(r"\bcheck\.\w+\(", cell.source)]
    assert len(asked) >= 4
    for cell in asked:
        prompts = [out.data.get("text/plain", "") for out in cell.outputs if "data" in out]
        assert any(text.startswith("… Not answered yet.") for text in prompts), f"{cell.id} shows no friendly prompt"


@lectures
def test_every_picture_has_words(lecture):
    for cell in code_of(lecture):
        for output in pictures_of(cell):
            alt = next((about.get("alt", "") for kind, about in output.metadata.items() if kind in output.data), "")
            assert len(alt.split()) >= 8, f"{cell.id}: {alt!r}"
    for picture in re.findall(r"!\[([^\]]*)\]\(", text_of(lecture)):
        assert len(picture.split()) >= 8, picture
    assert "<img" not in text_of(lecture)


@lectures
def test_it_is_saved_executed_in_order_and_small(lecture):
    assert [cell.execution_count for cell in code_of(lecture)] == list(range(1, len(code_of(lecture)) + 1))
    path = NOTEBOOKS / f"{lecture}.ipynb"
    assert path.stat().st_size < 1.5e6
    assert not re.search(r"widget-view\+json|widget-state\+json", path.read_text())


@lectures
def test_nothing_warns(lecture):
    for cell in code_of(lecture):
        for output in cell.outputs:
            said = output.get("text", "") if output.get("name") == "stderr" else ""
            assert not said or "%|" in said, f"{cell.id}: {said}"


@lectures
def test_cell_ids_are_names(lecture):
    ids = [cell.id for cell in cells_of(lecture)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+[a-z0-9]*(-[a-z0-9]+)*", name) for name in ids)
    assert not any(re.fullmatch(r"[0-9a-f]{8,}", name) for name in ids)


@lectures
def test_links_lead_somewhere(lecture):
    for link in re.findall(r"\]\(([^)#]+)\)", text_of(lecture)):
        assert link.startswith("http") or (NOTEBOOKS / link).exists(), link


@lectures
def test_each_function_it_defines_is_held_to_another(lecture):
    beside = Path(__file__).with_name(f"test_lecture_{lecture}.py").read_text()
    for name in names_of_functions(lecture):
        assert re.search(rf"\b{name}\b", beside), f"{name} is not tested in test_lecture_{lecture}.py"


def test_at_most_three_cells_are_not_compared():
    ignored = [cell.id for lecture in LECTURES for cell in tagged(lecture, "nbval-ignore-output")]
    assert len(ignored) <= 3, ignored
