"""How long an import takes, and how much memory: COCO's JSON of 75 and of 300 pictures, beside Datumaro's converter.

    uv run python -m tests.benchmarks.importing
    uv run python -m tests.benchmarks.importing --sizes 10 20 --without-datumaro

The pictures are those of the drawn world, 500 pixels the longer side; their objects are outlined as polygons, every
third as run lengths. The course imports, checks and shows; Datumaro 1.13 converts to VOC's masks, in an environment of
its own, as it cannot share the course's. Each size and side runs in a process of its own.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import torch

from tests.benchmarks.against_d2l import drawn
from tests.benchmarks.alone import in_child
from tests.benchmarks.growth import training_names
from tests.benchmarks.import_sides import astray, course, datumaro, write_coco
from tests.benchmarks.measure import describe_machine
from tests.benchmarks.report import number, ratio


def table(found: dict[int, dict[str, dict | None]]) -> str:
    """Both sides' seconds and memory for each number of pictures, and the ratios."""
    lines = [f"| pictures | {' | '.join(map(str, found))} |", f"| --- |{' ---: |' * len(found)}"]
    for key, what in (("seconds", "seconds"), ("memory", "peak memory of the process, MB")):
        sides = {side: [run[side] and run[side][key] for run in found.values()] for side in ("datumaro", "course")}
        for side, values in sides.items():
            lines.append(f"| {what}: {side} | {' | '.join(number(value, '–') for value in values)} |")
        ratios = [number(ratio(*pair), "–") for pair in zip(*sides.values(), strict=True)]
        lines.append(f"| {what}: ratio | {' | '.join(ratios)} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run all and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=[75, 300], help="numbers of pictures (75 300)")
    parser.add_argument("--without-datumaro", action="store_true", help="the course alone")
    options = parser.parse_args(arguments)
    voc = drawn(max(options.sizes), 1, print)
    found, told = {}, []
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as place:
            source = Path(place, "source")
            write_coco(voc, training_names(voc)[:size], source)
            theirs = None if options.without_datumaro else datumaro(str(source), f"{place}/datumaro")
            found[size] = {"course": in_child(course, str(source), f"{place}/course"), "datumaro": theirs}
            if theirs:
                ours, others, pixels = astray(source, Path(place, "course"), Path(place, "datumaro"))
                wrong = f"of the course's masks {ours}, of Datumaro's {others} of {pixels} pixels"
                told.append(f"{size} pictures: {wrong} are not what pycocotools paints in the file's order.")
    print(f"{describe_machine(torch.device('cpu'))}\n\n{table(found)}\n\n{' '.join(told)}".rstrip())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
