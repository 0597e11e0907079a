"""The second table: the same work on more and more pictures, each size, side and round in a process of its own."""

from __future__ import annotations

import tempfile
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import torch

from fcn_course.data.folders import find_voc
from tests.benchmarks.alone import ChildError, in_child, peak_memory
from tests.benchmarks.measure import alternate, read_once, seconds_of
from tests.benchmarks.report import Report, Row, number, ratio
from tests.benchmarks.sides import SIDES, Setting, all_workers

COLUMNS = {
    "open": "opening, s",
    "memory": "peak memory of the process, MB",
    "pass": "a pass of the loader, s",
    "first": "opening and a pass, per picture used, ms",
    "workers": "the same with a worker for each core, ms",
    "epoch": "an epoch, s",
}


def grow(setting: Setting, options: Namespace, report: Report, say: Callable[[str], None]) -> None:
    """Add the table and what it says in short."""
    found = {side: {} for side in SIDES}
    read_once(setting.folder, ("train",))
    for size in options.growth:
        with tempfile.TemporaryDirectory() as place:
            folder = shortened(setting.folder, place, size)
            ways = {side: partial(_measured, side, replace(setting, folder=str(folder)), size, say) for side in SIDES}
            for side, runs in alternate(ways, options.growth_rounds).items():
                found[side][size] = [run for run in runs if run]
        for key, name in COLUMNS.items():
            values = [[run[key] for run in found[side][size]] for side in SIDES]
            report.growth.append(Row("growth", name, *values, pictures=size))
    report.closing += _in_short(found, options.growth)


def _measured(side, setting, size, say):
    say(f"growth: {size} pictures, {side}")
    try:
        return in_child(one_side, side, asdict(setting))
    except ChildError as failure:
        say(f"  failed: {failure}")
        return None


def one_side(name: str, setting: dict) -> dict:
    """What one side does with one size; its peak is taken before the epoch, whose net is larger than any loader."""
    side = SIDES[name](Setting(**setting))
    torch.zeros(1, device=side.device)  # what a GPU takes of this process's memory at its first use, on both sides
    found = {"open": seconds_of(lambda: side.train_set, side.device)}
    found["pass"] = seconds_of(side.loader_pass(workers=0), side.device)
    found["memory"], found["used"] = peak_memory(), side.used()
    found["first"] = 1000 * (found["open"] + found["pass"]) / found["used"]
    parallel = found["open"] + seconds_of(side.loader_pass(all_workers()), side.device)  # their start is counted in
    found["workers"] = 1000 * parallel / found["used"]
    side.step()()
    return found | {"epoch": side.epoch()()}


def shortened(folder: str | Path, into: str | Path, count: int) -> Path:
    """A folder laid out like VOC that shares ``folder``'s pictures and lists only its first ``count`` to train on."""
    folder, into = find_voc(folder).resolve(), Path(into)
    names = training_names(folder)[:count]
    lists = into / "ImageSets" / "Segmentation"
    lists.mkdir(parents=True)
    for part in ("JPEGImages", "SegmentationClass"):
        (into / part).symlink_to(folder / part, target_is_directory=True)
    (lists / "train.txt").write_text("".join(f"{name}\n" for name in names))
    return into


def training_names(folder: str | Path) -> list[str]:
    """The pictures that a folder lists to train on."""
    return (find_voc(folder) / "ImageSets" / "Segmentation" / "train.txt").read_text().split()


def _in_short(found, sizes):
    first, last = min(sizes), max(sizes)
    lines = []
    for side, by_size in found.items():
        peaks = [min((run["memory"] for run in by_size[size]), default=None) for size in (last, first)]
        times = [min((1000 * run["epoch"] / run["used"] for run in by_size[size]), default=None) for size in sizes]
        lines.append(
            f"{side}: memory at {last} pictures over that at {first}: {number(ratio(*peaks), 'failed')}; an epoch's ms "
            f"per picture used at {', '.join(map(str, sizes))}: {', '.join(number(time, 'failed') for time in times)}."
        )
    return lines
