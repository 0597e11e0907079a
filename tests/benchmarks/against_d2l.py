"""The course beside the book's own code, on the same pictures in one go.

    uv run python -m tests.benchmarks.against_d2l
    uv run python -m tests.benchmarks.against_d2l --only step epoch --rounds 5 --out table.md --json numbers.json

Runs d2l's functions and the course's in turns and prints markdown tables to standard output, with the ratio of the two;
above 1 the course is quicker or smaller. How far it is goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import torch

from fcn_course.cli.process import run_and_exit
from fcn_course.data.folders import find_voc
from fcn_course.data.minivoc.write import draw_minivoc
from fcn_course.data.paths import data_folder
from fcn_course.nets.devices import choose_device
from tests.benchmarks.book import BenchmarkError
from tests.benchmarks.groups import GROUPS
from tests.benchmarks.growth import grow, training_names
from tests.benchmarks.measure import describe_machine, read_once
from tests.benchmarks.report import Report
from tests.benchmarks.sides import D2L, Course, Setting


def main(arguments: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    options = parse(arguments)
    try:
        report = run(options, "python -m tests.benchmarks.against_d2l " + shlex.join(arguments), _stopwatch())
    except (BenchmarkError, FileNotFoundError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(report.markdown(), end="")
    if options.out:
        options.out.write_text(report.markdown(), encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps(report.plain(), indent=1) + "\n")
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.against_d2l",
        description="Run d2l's functions and the course's on the same pictures, and print their times side by side.",
    )
    parser.add_argument("--device", help="default: cuda if there is one, else cpu")
    parser.add_argument("--pictures", type=_count, default=300, help="pictures to train on")
    parser.add_argument("--val", type=_count, default=60, help="pictures to score")
    parser.add_argument("--data", type=Path, help="a folder laid out like VOC, instead of drawing pictures")
    parser.add_argument("--batch-size", type=_count, help="default: 8 on a CPU, 32 on a GPU")
    parser.add_argument("--crop", type=_side, nargs=2, default=(320, 480), metavar=("H", "W"))
    parser.add_argument("--rounds", type=_count, default=3, help="how often each side is timed; the shortest counts")
    parser.add_argument("--epochs", type=_count, default=5, help="d2l's epochs, whose mean IoU the course must reach")
    parser.add_argument("--growth", type=_count, nargs="+", default=[100, 300, 1000, 3000], metavar="N")
    parser.add_argument(
        "--growth-rounds",
        type=_count,
        default=1,
        metavar="N",
        help="how often each of them is run; the smallest counts",
    )
    parser.add_argument(
        "--growth-crop", type=_side, nargs=2, metavar=("H", "W"), help="default: 160 224 on a CPU, 320 480 on a GPU"
    )
    parser.add_argument("--only", nargs="+", choices=[*GROUPS, "growth"], help="these groups of rows alone")
    parser.add_argument("--out", type=Path, help="write the tables to this file too")
    parser.add_argument("--json", type=Path, help="write all numbers to this file")
    return parser.parse_args(arguments)


def run(options: argparse.Namespace, command: str, say: Callable[[str], None]) -> Report:
    """Everything that was asked for."""
    groups = [name for name in GROUPS if not options.only or name in options.only]
    growing = not options.only or "growth" in options.only
    device = _device(options.device)
    setting = Setting(
        folder=str(find_voc(options.data) if options.data else drawn(options.pictures, options.val, say)),
        crop=tuple(options.crop),
        batch_size=options.batch_size or (32 if device.type == "cuda" else 8),
        device=str(device),
    )
    many = _growth_setting(setting, options, say) if growing else None
    d2l, course = D2L(setting), Course(setting)
    folders = {"d2l": d2l.setting.folder, "course": course.setting.folder}
    report = Report(_head(command, setting, many, options), folders)
    read_once(setting.folder)
    for name in groups:
        say(name)
        GROUPS[name](d2l, course, options, report)
    del d2l, course  # and d2l's pictures with it, which the growing processes may need the memory of
    if growing:
        grow(many, options, report, say)
    say("done")
    return report


def drawn(train: int, val: int, say: Callable[[str], None]) -> Path:
    """A drawn set of so many pictures; it stays in the data folder."""
    folder = data_folder() / "benchmark" / f"{train}x{val}" / "VOC2012"
    if not folder.is_dir():
        say(f"drawing {train} + {val} pictures into {folder}")
        draw_minivoc(folder, train, val, progress=False)
    return folder


def _growth_setting(setting, options, say):
    crop = options.growth_crop or ((320, 480) if setting.device.startswith("cuda") else (160, 224))
    folder, needed = setting.folder, max(options.growth)
    if len(training_names(folder)) < needed:
        if options.data:
            raise BenchmarkError(
                f"{folder} lists {len(training_names(folder))} pictures to train on, --growth needs {needed}; give "
                "smaller numbers, leave --data out so that they are drawn, or name other groups with --only"
            )
        folder = str(drawn(needed, 1, say))
    return Setting(folder, tuple(crop), setting.batch_size, setting.device)


def _device(wanted):
    if wanted is None:
        return torch.device("cuda", 0) if torch.cuda.is_available() else torch.device("cpu")
    try:
        device = choose_device(wanted)
    except ValueError as error:
        raise BenchmarkError(str(error)) from error
    return torch.device("cuda", device.index or 0) if device.type == "cuda" else device


def _head(command, setting, many, options):
    head = {
        "date": datetime.now().strftime("%Y-%m-%d %H:%M"),
        "machine": describe_machine(torch.device(setting.device)),
        "command": command.strip(),
        "setting": f"Crops of {_by(setting.crop)}, batches of {setting.batch_size}, on {setting.device}; the shortest "
        f"of {options.rounds} rounds in turns (d2l, course, d2l, ...); ratio = d2l / course",
    }
    if many:
        head["growth"] = (
            f"crops of {_by(many.crop)}, batches of {many.batch_size}; the smallest of {options.growth_rounds} rounds "
            "in turns, each in a fresh process; the peak covers opening and the pass, without workers; d2l decodes "
            "when it opens, the course in each pass"
        )
    return head


def _by(size):
    return f"{size[0]} x {size[1]}"


def _count(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {text}")
    return value


def _side(text):
    value = _count(text)
    if value % 32:
        raise argparse.ArgumentTypeError(f"must be a multiple of 32 for the book's net to give it back, got {text}")
    return value


def _stopwatch():
    start = time.perf_counter()
    return lambda text: print(f"{time.perf_counter() - start:7.1f} s  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    run_and_exit(main)
