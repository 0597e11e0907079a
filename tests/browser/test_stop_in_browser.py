"""The Stop button of lecture 05, pressed while the cell that trains is running."""

import re

import nbformat

from tests.browser.conftest import WAIT

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


def test_a_click_ends_the_training_and_leaves_a_checkpoint(open_notebook, lab):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(TRAINS)], metadata={"kernelspec": kernel})
    nbformat.write(book, lab.folder / "stop.ipynb")
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
