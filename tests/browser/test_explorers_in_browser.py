"""Every lecture in a real JupyterLab in a real browser: its cells run, and its explorer follows the keyboard."""

import pytest

from tests.browser.conftest import WAIT
from tests.browser.panels import move, pictures
from tests.support.lecture_files import LECTURES, code_of, pictures_of


@pytest.mark.parametrize("lecture", LECTURES)
def test_a_lecture_shows_what_was_saved_then_runs_and_its_explorer_follows_the_keyboard(lecture, open_notebook):
    notebook = open_notebook(f"notebooks/{lecture}.ipynb", width=1000)
    saved = sum(len(pictures_of(cell)) for cell in code_of(lecture))
    loaded = (
        "[...document.querySelectorAll('.jp-OutputArea-output img')].filter(i => i.complete && i.naturalWidth).length"
    )
    notebook.page.wait_for_function(f"{loaded} === {saved}", timeout=WAIT)
    assert "Error displaying widget" not in notebook.page.content()
    notebook.page.set_viewport_size({"width": 1280, "height": 900})
    notebook.run(seconds=1800)
    panel = notebook.panel()
    notebook.look(f"{lecture}-first", panel)
    sliders, lists = panel.locator(".noUi-handle:visible"), panel.locator("select:visible")
    assert sliders.count() + lists.count() >= 2
    for index in range(sliders.count()):
        before = pictures(panel)
        move(notebook, panel, sliders.nth(index), ["ArrowRight", "ArrowLeft ArrowLeft"])
        assert pictures(panel) != before, "the words changed and the picture did not"
    for index in range(lists.count()):
        if lists.nth(index).is_disabled():  # lecture 06's overlap: two large tiles leave it no choice
            assert lists.nth(index).locator("option").count() == 1
            move(notebook, panel, lists.nth(index - 1), ["ArrowDown"])
        move(notebook, panel, lists.nth(index), ["ArrowDown", "ArrowUp"])
        notebook.page.keyboard.press("x")  # would cut the cell, if the notebook heard it
        assert panel.is_visible()
    notebook.look(f"{lecture}-moved", panel)
    notebook.page.set_viewport_size({"width": 1000, "height": 900})
    right = "p => Math.max(...[...p.querySelectorAll('*')].map(e => e.getBoundingClientRect().right))"
    notebook.page.wait_for_function(f"p => ({right})(p) <= 1000", arg=panel.element_handle())
    notebook.look(f"{lecture}-narrow", panel)
    assert notebook.errors == []
