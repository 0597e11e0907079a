"""Run notebooks from their first cell and save them with their outputs.

    uv run python -m tests.tools.save_notebooks notebooks/02_shape_arithmetic.ipynb
    uv run python -m tests.tools.save_notebooks --pack      # their pictures alone, as they are; nothing is run

All lectures, then the solutions, then the exercises as students get them, if none is named. Cell ids stay, times are
not recorded, and paths of this machine in tracebacks are shortened, so that a diff shows what changed and nothing else.
"""

from __future__ import annotations

import base64
import io
import os
import re
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from PIL import Image

from fcn_course.data.paths import CHECKOUT

UNSEEN = 1.5  # root of the mean square by which a colour of 0 to 255 may be off


def save(path: Path) -> None:
    """Run a notebook and save it."""
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
    pack(notebook)
    nbformat.write(notebook, path)


def pack(notebook: nbformat.NotebookNode) -> None:
    """Keep its pictures in fewer bytes: git holds every version for ever."""
    ways = {"image/png": packed, "image/jpeg": packed_jpeg}
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            for kind in ways.keys() & output.get("data", {}).keys():
                output.data[kind] = base64.b64encode(ways[kind](base64.b64decode(output.data[kind]))).decode()


def packed(file: bytes) -> bytes:
    """A PNG in fewer bytes: packed with more effort, in 256 colours where nobody sees the difference."""
    image = Image.open(io.BytesIO(file))
    if image.mode == "RGB":
        few = image.quantize(256, Image.Quantize.MEDIANCUT, kmeans=1, dither=Image.Dither.NONE)
        off = np.asarray(few.convert("RGB"), float) - np.asarray(image)
        image = few if (off**2).mean() < UNSEEN**2 else image
    smaller = io.BytesIO()
    image.save(smaller, "PNG", optimize=True)
    return min(file, smaller.getvalue(), key=len)


def packed_jpeg(file: bytes) -> bytes:
    """A JPEG in fewer bytes, of the quality that it has."""
    smaller = io.BytesIO()
    Image.open(io.BytesIO(file)).save(smaller, "JPEG", quality="keep", optimize=True, progressive=True)
    return min(file, smaller.getvalue(), key=len)


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


def pack_only(path: Path) -> None:
    """Pack the pictures of a saved notebook; what else is in it stays."""
    notebook = nbformat.read(path, as_version=4)
    pack(notebook)
    nbformat.write(notebook, path)


def main(names: list[str]) -> None:
    todo = pack_only if names[:1] == ["--pack"] else save
    names = names[1:] if todo is pack_only else names
    for path in map(Path, names) if names else all_notebooks():
        start = time.perf_counter()
        todo(path.resolve())
        print(f"{path.name}: {time.perf_counter() - start:.0f} s, {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
