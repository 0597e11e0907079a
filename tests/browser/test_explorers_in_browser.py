"""In a real JupyterLab in a real browser: every lecture's cells and explorer, exercise 4's wipe, lecture 05's Stop."""

import re

import nbformat
import pytest

from tests.browser.conftest import WAIT
from tests.browser.panels import move, pictures
from tests.support.lecture_files import LECTURES, code_of, pictures_of

OPENS = "from fcn_course.teaching.explorers.wipe import WipeExplorer\nWipeExplorer()"
TRAINS = """
from dataclasses import replace
from IPython.display import display
from torch.utils.data import Subset
from fcn_course.nets import load_net, fcn32s
from fcn_course.teaching.explorers.training import TrainingExplorer
from fcn_course.training import RECIPES, fit
from fcn_course.data import open_voc

train_set, val_set = (Subset(open_voc("minivoc", split), range(4)) for split in ("train", "val"))
recipe = replace(RECIPES["minivoc"], crop=(96, 128), batch_size=2)
net, panel = fcn32s(weights=None), TrainingExplorer(epochs=300)
display(panel)
watch = {"on_epoch": panel.watch(net), "stop": panel.stop}
history = fit(net, train_set, val_set, recipe, epochs=300, out="runs", precision="float32", progress=False, **watch)
print(f"ended after {len(history)} epochs with {load_net('runs/last.pt').num_classes} classes")
"""


def written(path, source):
    """A notebook of one cell."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)], metadata={"kernelspec": kernel})
    nbformat.write(book, path)


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


def test_the_wipe_follows_the_keyboard(open_notebook, lab):
    """The panel of exercise 4: the edge between two masks moves by keyboard, and each side's mask is chosen."""
    written(lab.folder / "wipe.ipynb", OPENS)
    notebook = open_notebook("wipe.ipynb", width=1000)
    notebook.run(seconds=600)
    panel = notebook.panel()
    sliders, lists = panel.locator(".noUi-handle:visible"), panel.locator("select:visible")
    assert sliders.count() >= 1 and lists.count() >= 3
    before = pictures(panel)
    move(notebook, panel, sliders.first, ["ArrowRight", "ArrowLeft ArrowLeft"])
    assert pictures(panel) != before
    for index in range(lists.count()):
        move(notebook, panel, lists.nth(index), ["ArrowDown", "ArrowUp"])
    notebook.look("wipe-moved", panel)
    assert notebook.errors == []


def test_a_click_ends_the_training_and_leaves_a_checkpoint(open_notebook, lab):
    """The Stop button of lecture 05, pressed while the cell that trains is running."""
    written(lab.folder / "stop.ipynb", TRAINS)
    notebook = open_notebook("stop.ipynb")
    notebook.start()
    button = notebook.page.locator("button.jupyter-button", has_text="Stop")
    notebook.page.wait_for_function(
        "[...document.querySelectorAll('.widget-html-content')].some(h => /After epoch [1-9]/.test(h.innerText))",
        timeout=WAIT,
    )
    notebook.look("stop-before")
    button.click()
    said = notebook.page.get_by_text(re.compile(r"ended after \d+ epochs with 21 classes"))
    said.wait_for(timeout=WAIT)
    assert 1 <= int(re.search(r"after (\d+)", said.inner_text())[1]) < 300
    notebook.look("stop-after")
    assert notebook.errors == []
