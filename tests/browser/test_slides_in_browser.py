"""Slides in a real browser that has no network: nothing is asked for, nothing is cut off, everything moves on."""

import os
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from fcn_course.teaching.slides import make_slides
from fcn_course.teaching.slides.find import find_notebooks
from tests.browser.conftest import WAIT
from tests.support.lecture_files import LECTURES

text, code, stream = (getattr(nbformat.v4, f"new_{kind}") for kind in ("markdown_cell", "code_cell", "output"))

# what sticks out of the page; letters smaller than 15 pixels on the page
OUTSIDE = """() => {
    const page = Reveal.getCurrentSlide().querySelector('.page');
    const shown = [page, ...page.querySelectorAll('*')].filter(e => e.getClientRects().length);
    const boxes = shown.map(e => [e.tagName, e.getBoundingClientRect()]);
    return boxes.filter(([_, b]) => b.bottom > 700 || b.right > 1260 || b.left < 20 || b.top < 0).map(([tag]) => tag);
}"""
LETTERS = """() => {
    const page = Reveal.getCurrentSlide().querySelector('.page'), walker = document.createTreeWalker(page, 4);
    let smallest = 99;
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (walker.currentNode.data.trim() && !parent.closest('math'))
            smallest = Math.min(smallest, parseFloat(getComputedStyle(parent).fontSize));
    }
    return smallest;
}"""
NARROW = "() => [...Reveal.getCurrentSlide().querySelectorAll('img')].map(i => i.getBoundingClientRect().width)"


@pytest.fixture(scope="module")
def slides(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    make_slides(find_notebooks([]), folder)
    return folder


class Show:
    """Slides open in a page; ``said`` is what the console said and what was asked for that is no file."""

    def __init__(self, page, path, query=""):
        self.page, self.said = page, []
        page.on("console", lambda said: self.said.append(said.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda asked: self.said.append(asked.url) if asked.url.startswith("http") else None)
        page.goto(path.as_uri() + query)
        page.wait_for_selector("body[data-ready]", timeout=WAIT)

    def place(self):
        return self.page.evaluate("Reveal.getSlidePastCount()")

    def look(self, name):
        if folder := os.environ.get("FCN_COURSE_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture
def open_slides(slides, browser):
    """Opens the slides of a lecture, in a window of 1280 x 720 without network."""
    contexts = []

    def opened(lecture, query=""):
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 720}, offline=True))
        return Show(contexts[-1].new_page(), slides / f"{lecture}.html", query)

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("lecture", LECTURES)
def test_every_page_is_whole_and_the_arrow_leads_to_the_next(lecture, open_slides):
    show = open_slides(lecture)
    pages = show.page.evaluate("Reveal.getTotalSlides()")
    assert pages > 20
    for number in range(pages):
        assert show.place() == number
        show.page.evaluate("Reveal.getCurrentSlide().querySelectorAll('details').forEach(d => d.open = true)")
        assert show.page.evaluate(OUTSIDE) == [], f"page {number + 1}"
        assert show.page.evaluate(LETTERS) >= 13, f"page {number + 1}"
        assert all(width >= 300 for width in show.page.evaluate(NARROW)), f"page {number + 1}"
        show.look(f"{lecture}-slide-{number + 1:02}")
        show.page.keyboard.press("ArrowRight")
    assert show.said == []


def test_formulas_are_drawn_and_answers_unfold(open_slides):
    show = open_slides("02_shape_arithmetic")
    formulas = show.page.locator("section math").count()
    assert formulas > 40
    where = "Reveal.getIndices(document.querySelector('math mfrac').closest('section'))"
    show.page.evaluate(f"(at => Reveal.slide(at.h, at.v))({where})")
    fraction = show.page.locator("section.present math mfrac").first
    over, under = (fraction.locator("xpath=*").nth(index).bounding_box() for index in range(2))
    assert over["y"] + over["height"] <= under["y"] + 1  # a fraction stands as one, so the browser knows MathML
    show.page.evaluate(f"(at => Reveal.slide(at.h, at.v))({where.replace('math mfrac', 'details')})")
    answer = show.page.locator("section.present details").first
    before = answer.bounding_box()["height"]
    answer.locator("summary").click()
    assert answer.bounding_box()["height"] > before
    assert show.said == []


def test_what_is_higher_than_a_page_is_parted_and_nothing_is_lost(tmp_path, browser):
    counted = [f"number {index} of many" for index in range(60)]
    cells = [
        text("# Long\n\n## Items\n\n" + "\n".join(f"{index + 1}. {item}" for index, item in enumerate(counted))),
        text("## Rows\n\n| a |\n| --- |\n" + "\n".join(f"| {item} |" for item in counted)),
        code('"""A text of\n' + "\n".join(counted) + '\n"""', outputs=[stream("stream", text="\n".join(counted))]),
        text("## Words\n\n" + " ".join(counted * 2)),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "long.ipynb")
    (file,) = make_slides([tmp_path / "long.ipynb"], tmp_path)
    show = Show(browser.new_page(viewport={"width": 1280, "height": 720}), file)
    pages = show.page.evaluate("Reveal.getTotalSlides()")
    words = []
    for _ in range(pages):
        assert show.page.evaluate(OUTSIDE) == []
        words += re.findall(r"number (\d+) of", show.page.evaluate("Reveal.getCurrentSlide().textContent"))
        show.page.keyboard.press("ArrowRight")
    assert words == [str(index) for index in range(60)] * 6
    starts = show.page.evaluate("[...document.querySelectorAll('ol')].map(o => [o.start, o.children.length])")
    assert len(starts) > 1 and all(a[0] + a[1] == b[0] for a, b in pairwise(starts))
    show.page.close()
    assert show.said == []


def test_they_print_one_page_a_slide(open_slides):
    show = open_slides("03_bilinear_kernel", "?print-pdf")
    show.page.wait_for_selector(".pdf-page")
    pages = show.page.locator(".pdf-page").count()
    assert pages == show.page.evaluate("Reveal.getTotalSlides()")
    assert show.page.locator("details:not([open])").count() == 0
    printed = show.page.pdf(prefer_css_page_size=True, print_background=True)
    assert max(map(int, re.findall(rb"/Count (\d+)", printed))) == pages
    assert show.said == []
