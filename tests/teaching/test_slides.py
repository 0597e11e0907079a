"""Slides: what is cut, left out and written; how they look is tested in tests/browser."""

import re

import nbformat
import pytest
from bs4 import BeautifulSoup

from fcn_course.cli import main
from fcn_course.teaching.slides import make_slides
from fcn_course.teaching.slides.cut import cut, title_of
from fcn_course.teaching.slides.find import find_notebooks
from tests.support.helpers import error_line
from tests.support.lecture_files import LECTURES, NOTEBOOKS

text, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def picture(alt=None):
    about = {"image/png": {"alt": alt, "width": 40}} if alt else {}
    data = {"image/png": PIXEL, "text/plain": "Figure: in plain words"}
    return nbformat.v4.new_output("display_data", data=data, metadata=about)


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


def kinds(*cells):
    return [cell.metadata["slideshow"]["slide_type"] for cell in cut(notebook(*cells)).cells]


def page(tmp_path, *cells, name="a"):
    nbformat.write(notebook(*cells), tmp_path / f"{name}.ipynb")
    (file,) = make_slides([tmp_path / f"{name}.ipynb"], tmp_path / "out")
    return BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")


def test_slides_begin_at_headings_even_inside_a_cell():
    cells = [
        text("# Title\n\nwords"),
        text("words\n\n## Part\n\n```\n## no heading\n```\n\n### Piece\n\nmore"),
        code("f(1)"),
    ]
    assert kinds(*cells) == ["slide", "-", "slide", "subslide", "-"]
    ids = [cell.id for cell in cut(notebook(*cells)).cells]
    assert len(set(ids)) == len(ids)


def test_an_answer_is_not_read_together_with_its_question():
    guess = code("guess_size = [..., 2]  # two\ncheck.size(guess_size)")
    assert kinds(text("Predict"), guess, code("run()"), text("so it is")) == ["-", "-", "subslide", "-"]
    drawn = code("guess = ...\ndraw()", outputs=[picture()])
    assert kinds(text("Predict"), drawn, text("*Figure: what came*")) == ["-", "subslide", "-"]


def test_what_only_prepares_is_left_out():
    setup = code("import torch\nnet = load()", id="training-setup")
    imports = code('import a\nfrom b import (\n    c,\n)\nplt.rcParams.update({"font.size": 9})')
    assert kinds(setup, imports, code("import a\na.go()"), code("")) == ["skip", "skip", "-", "skip"]


def test_slide_types_set_by_hand_stay():
    by_hand = text("## Part", metadata={"slideshow": {"slide_type": "skip"}})
    assert kinds(by_hand, text("words", metadata={"slideshow": {"slide_type": "slide"}})) == ["skip", "slide"]


def test_noise_is_left_out_and_tracebacks_are_short():
    unanswered = nbformat.v4.new_output(
        "execute_result", data={"text/plain": "… Not answered yet. A hint", "text/html": "…"}
    )
    bar = nbformat.v4.new_output("display_data", data={"text/plain": " 100%|██████████| 5/5"})
    said = nbformat.v4.new_output("stream", name="stdout", text="mean IoU 0.4\n")
    error = nbformat.v4.new_output(
        "error", ename="E", evalue="v", traceback=["-" * 70, "\x1b[31m----> 2 mine()\x1b[0m", *map(str, range(30))]
    )
    (cell,) = cut(notebook(code("run()", outputs=[unanswered, bar, said, error]))).cells
    assert [output.output_type for output in cell.outputs] == ["stream", "error"]
    assert cell.outputs[1].traceback == ["----> 2 mine()", "…", *map(str, range(22, 30))]


def test_a_solution_loses_its_marks_and_its_hidden_tests():
    source = (
        "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n"
        "### BEGIN HIDDEN TESTS\npoints(2, f)\n### END HIDDEN TESTS\n"
    )
    answer = text("In words?\n\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION")
    made = cut(notebook(code(source), answer)).cells
    assert made[0].source == "def f():\n    return 1"
    assert "".join(cell.source for cell in made[1:]).split() == ["In", "words?", "Because."]


def test_the_notebook_itself_stays_as_it_is():
    cells = notebook(text("# A\n\n## B"), code("guess = ...", outputs=[picture()]))
    before = nbformat.writes(cells)
    assert title_of(cells) == "A" and cut(cells) and nbformat.writes(cells) == before


def test_a_picture_keeps_its_words_and_loses_its_code(tmp_path):
    cells = [text("# A"), code("draw()", outputs=[picture('a "square"')]), code("draw()", outputs=[picture()])]
    made = page(tmp_path, *cells)
    assert [image["alt"] for image in made("img")] == ['a "square"', "Figure: in plain words"]
    assert made("img")[0]["width"] == "40" and "draw" not in made.find(class_="slides").text


def test_formulas_are_mathml(tmp_path):
    words = (
        r"Cell $32\,i + 15.5$ of $21\cdot 64 = 1{,}344$."
        + "\n\n$$\\frac{k - 1}{2} \\Longleftrightarrow s$$\n\nA `$price$`."
    )
    made = page(tmp_path, text(words))
    assert [formula["display"] for formula in made("math")] == ["inline", "inline", "block"]
    assert "$" not in re.sub(r"\$price\$", "", made.find(class_="slides").text)


def test_a_folded_answer_holds_its_text(tmp_path):
    words = "<details><summary>1. Why?</summary>\n\nFor *this* $n$.\n\n- one\n</details>\n\nAfter."
    made = page(tmp_path, text(words)).find("details")
    assert made.summary.text == "1. Why?" and made.em.text == "this" and made.li and "After" not in made.text


def test_links_lead_to_slides_that_are_there(tmp_path):
    page(tmp_path, text("# B"), name="b")
    made = page(tmp_path, text("[b](b.ipynb) [b](../x/b.ipynb#part) [c](c.ipynb) [d](https://d2l.ai)"))
    assert [link.get("href") for link in made("a")] == ["b.html", "b.html#part", None, "https://d2l.ai"]


@pytest.fixture(scope="module")
def lectures(tmp_path_factory):
    return make_slides(find_notebooks([]), tmp_path_factory.mktemp("slides"))


def test_every_lecture_becomes_one_file_that_fetches_nothing(lectures):
    assert [path.stem for path in lectures] == LECTURES
    for path in lectures:
        made = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        fetched = [tag for tag in made.select("[src], link[href]") if not tag.get("src", "").startswith("data:")]
        assert fetched == [] and "@import" not in path.read_text(encoding="utf-8")
        for style in made("style"):
            assert not re.search(r"url\((?!['\"]?data:)", style.text)
        slides = made.find(class_="slides")
        assert len(slides.find_all("section", recursive=False)) > 5
        assert all(len(image["alt"]) > 20 for image in slides("img"))
        assert "Not answered yet. " not in slides.text
        for formula in slides("code"):
            formula.decompose()
        assert not re.search(r"\$[^$]+\$", "".join(part.text for part in slides(class_="text")))


def test_lectures_are_found_by_number_name_or_path(tmp_path):
    assert [path.stem for path in find_notebooks([])] == LECTURES
    path = NOTEBOOKS / "02_shape_arithmetic.ipynb"
    assert find_notebooks(["2", "02", "02_shape_arithmetic", str(path)]) == 4 * [path]


def test_mistakes_are_told(tmp_path, capsys):
    (tmp_path / "a.ipynb").write_text("no json")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "a.ipynb").write_text("no json")
    for words, arguments in (
        ("'9' is neither a file nor a lecture; lectures in", ["9"]),
        ("a.ipynb is no notebook", [tmp_path / "a.ipynb"]),
        ("several notebooks are called 'a'", [tmp_path / "a.ipynb", tmp_path / "b" / "a.ipynb"]),
    ):
        assert words in error_line(capsys, "slides", *arguments, "--out", tmp_path / "out"), words
    assert not (tmp_path / "out").exists()


def test_a_missing_package_is_named_with_its_remedy(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("fcn_course.teaching.slides.NEEDED", ("nbconvert", "sphinx_revealjs_of_nobody"))
    said = error_line(capsys, "slides", "02", "--out", tmp_path / "out")
    assert 'slides need sphinx_revealjs_of_nobody; `pip install "fcn-course[slides]"`' in said


def test_the_command_says_where_the_files_are(tmp_path, capsys):
    assert main(["slides", "02", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "02_shape_arithmetic.html").is_file()
    assert "02_shape_arithmetic.html" in capsys.readouterr().out
