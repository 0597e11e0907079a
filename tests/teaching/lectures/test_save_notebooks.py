import io

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image, ImageDraw

from tests.support.lecture_files import LECTURES
from tests.tools.save_notebooks import UNSEEN, all_notebooks, finished, packed, packed_jpeg, save


@pytest.mark.parametrize(
    ("text", "saved"),
    [
        ("epoch 1/5:   0%|          | 0/60 [00:00<?, ?it/s]", "epoch 1/5: 100%|██████████| 60/60"),
        ("validation:   0%|          | 0/80 [00:00<?, ?it/s]", "validation: 100%|██████████| 80/80"),
        ("ShapeExplorer(size=10): a map at 0% of it", "ShapeExplorer(size=10): a map at 0% of it"),
        ("100%|██████████| 3/3", "100%|██████████| 3/3"),
    ],
)
def test_a_progress_bar_is_saved_as_it_ends(text, saved):
    assert finished(text) == saved


def test_a_notebook_is_saved_executed_without_what_only_a_running_kernel_can_show(tmp_path):
    path = tmp_path / "a.ipynb"
    bar = "from tqdm.auto import tqdm\nfor _ in tqdm(range(3), 'three', leave=False):\n    pass\nprint('a')\nprint('b')"
    cells = [new_code_cell(bar, id="bar"), new_code_cell("1 / 0", id="fails", metadata={"tags": ["raises-exception"]})]
    nbformat.write(new_notebook(cells=cells), path)
    save(path)
    book = nbformat.read(path, as_version=4)
    assert [cell.id for cell in book.cells] == ["bar", "fails"]
    assert [cell.execution_count for cell in book.cells] == [1, 2]
    shown, said = book.cells[0].outputs
    assert shown.data == {"text/plain": "three: 100%|██████████| 3/3"}
    assert said.text == "a\nb\n"
    assert "widgets" not in book.metadata
    assert "ZeroDivisionError" in book.cells[1].outputs[0].ename
    assert "execution" not in book.cells[0].metadata


def test_solutions_come_before_what_is_made_from_them():
    places = [path.parent.name for path in all_notebooks()]
    assert places == sorted(places, key=["notebooks", "solutions", "exercises"].index)
    assert places.count("notebooks") == len(LECTURES) and len(set(places)) == 3


def test_a_plot_is_packed_and_looks_the_same():
    canvas = Image.new("RGB", (1200, 800), "white")
    for number in range(60):
        ImageDraw.Draw(canvas).line((20, 13 * number, 1180, 7 * number), fill=(4 * number, 200 - number, 30), width=3)
    soft = canvas.resize((600, 400), Image.Resampling.LANCZOS)  # far more than 256 colours
    assert soft.getcolors(256) is None
    small = packed(png_of(soft))
    assert len(small) < 0.7 * len(png_of(soft))
    again = Image.open(io.BytesIO(small)).convert("RGB")
    assert np.sqrt(((np.asarray(again, float) - np.asarray(soft)) ** 2).mean()) < UNSEEN


def test_what_has_too_many_colours_keeps_every_pixel():
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (80, 120, 3), dtype=np.uint8))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(packed(png_of(noise))))), np.asarray(noise))


def test_a_photograph_is_packed_in_the_quality_that_it_has():
    soft = Image.fromarray(np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)).resize((600, 400))
    whole = file_of(soft, "JPEG", quality=80)
    small = packed_jpeg(whole)
    assert len(small) < 0.97 * len(whole) and len(packed_jpeg(small)) <= len(small)
    before, after = (np.asarray(Image.open(io.BytesIO(file)), float) for file in (whole, small))
    assert abs(after - before).mean() < 0.5


def png_of(image):
    return file_of(image, "PNG")


def file_of(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
