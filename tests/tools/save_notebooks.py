"""Run notebooks from their first cell and save them with their outputs.

    uv run python -m tests.tools.save_notebooks notebooks/02_shape_arithmetic.ipynb

All lectures, then the solutions, then the exercises as students get them, if none is named. Cell ids stay, times are
not recorded, and paths of this machine in tracebacks are shortened, so that a diff shows what changed and nothing else.
"""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from fcn_course.data.paths import CHECKOUT


def save(path: Path) -> None:
    os.environ.pop("FCN_COURSE_PHOTOS", None)  # nobody's photographs are saved
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=1200,
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
    )
    client.execute()
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                output.traceback = [shortened(line) for line in output.traceback]
            elif "data" in output and output.data.pop("application/vnd.jupyter.widget-view+json", None):
                # A view without its model shows an error until the cell is run; the still picture or text stays.
                output.data["text/plain"] = finished(output.data["text/plain"])
    nbformat.write(notebook, path)


def finished(text: str) -> str:
    """A progress bar's text as at its end; a notebook keeps the text of its beginning. Any other text as it is."""
    return re.sub(r"^(.*?)\s*0%\|\s*\| 0/(\d+) .*", r"\1 100%|██████████| \2/\2", text)


def shortened(text: str) -> str:
    """The text with this machine's folders replaced by what they are."""
    return text.replace(str(CHECKOUT), "fcn-course").replace(str(Path.home()), "~")


def all_notebooks() -> list[Path]:
    """Lectures, solutions and exercises, in this order."""
    kinds = ("notebooks/0*.ipynb", "notebooks/solutions/*.ipynb", "notebooks/exercises/*.ipynb")
    return [path for kind in kinds for path in sorted(CHECKOUT.glob(kind))]


def main(names: list[str]) -> None:
    for path in map(Path, names) if names else all_notebooks():
        start = time.perf_counter()
        save(path.resolve())
        print(f"{path.name}: {time.perf_counter() - start:.0f} s, {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
