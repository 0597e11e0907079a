"""Imports what Datumaro, an independent writer, exports of drawn scenes, and compares with the truth.

    uv run python -m tests.tools.datumaro_exports

Datumaro runs in an environment of its own, which uv makes: it needs the network, so this is no part of the tests.
Prints a row for each format; the status is 1 if a pixel differs.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np

from fcn_course.data.importing.folder import import_folder
from fcn_course.data.masks import read_mask
from tests.benchmarks.import_sides import DATUMARO
from tests.support.scenes import CLASSES, scenes

WRITER = Path(__file__).with_name("datumaro_writes.py")


def main() -> int:
    """Write, import, compare."""
    drawn, wrong = scenes(6), 0
    with tempfile.TemporaryDirectory() as place:
        content = {"names": list(drawn), "classes": CLASSES}
        for name, scene in drawn.items():
            content[f"{name} image"] = scene.image
            content[f"{name} indices"] = [thing.index for thing in scene.things]
            content[f"{name} pixels"] = pixels = np.array([thing.pixels for thing in scene.things])
            above = np.cumsum(pixels[::-1], 0)[::-1] - pixels
            content[f"{name} visible"] = pixels & (above == 0)
        np.savez(f"{place}/scenes.npz", **content)
        command = ["uv", "run", "-q", "--no-project", "--with", DATUMARO, "python", str(WRITER)]
        subprocess.run([*command, f"{place}/scenes.npz", f"{place}/exports"], check=True)
        for export in sorted(Path(place, "exports").iterdir()):
            options = {"unlabelled": "background", "crowds": "objects", "progress": False}
            made = import_folder(export, f"{place}/{export.name}", **options)
            table = np.array([made.classes.index(name) for name in CLASSES])
            differ = 0
            for name, scene in drawn.items():
                found = read_mask(made.folder / "SegmentationClass" / f"{name}.png", len(made.classes)).numpy()
                differ += int((found != table[scene.truth]).sum())
            print(f"{export.name:18} {made.format:30} {len(made.pictures)} pictures, {differ} pixels differ")
            wrong += differ
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
