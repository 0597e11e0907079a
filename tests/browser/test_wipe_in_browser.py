"""The panel of exercise 4: the edge between two masks moves by keyboard, and each side's mask is chosen."""

import nbformat

from tests.browser.panels import move, pictures

OPENS = "from fcn_course.teaching.explorers.wipe import WipeExplorer\nWipeExplorer()"


def test_the_wipe_follows_the_keyboard(open_notebook, lab):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(OPENS)], metadata={"kernelspec": kernel})
    nbformat.write(book, lab.folder / "wipe.ipynb")
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
