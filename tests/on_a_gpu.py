"""All that needs a GPU, in one command of at most six minutes: for a machine that is lent, and starts bare.

    python -m tests.on_a_gpu --out gpu             # with uv: uv run python -m tests.on_a_gpu --out gpu
    python -m tests.on_a_gpu --small --out dry     # the same on a processor, at its smallest: does the command run?

First the tests that are marked ``gpu`` (what lies on the GPU, going on after a cut, bfloat16 beside float32, scores and
masks as the processor gives them), then d2l and the course side by side: a training step and its share of what matrix
products reach, a prediction, an epoch, validation, the loader. Both work on up to 3,000 drawn pictures: as many as this
machine draws in a minute. What comes too late is left out, and said so. ``OUT/gpu.json`` holds all numbers, and
``OUT/gpu.md`` the table, which is printed too. The course is taken from this folder, only its packages are installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from fcn_course.cli.process import run_and_exit
from fcn_course.data.paths import CHECKOUT

NEEDED = ("torch", "torchvision", "numpy", "scipy", "PIL", "simplejpeg", "zlib_ng", "matplotlib", "safetensors", "tqdm")
NEEDED += ("pytest", "hypothesis")
GROUPS = {"step": 3, "prediction": 3, "epoch": 2, "validation": 2, "loader": 1}  # and how many rounds, if all is well
LOADED = 1000  # pictures for the loaders, which pass over them six times
DRAWING = 60  # seconds
TESTS = 1 / 3  # of the time at most


@dataclass
class Clock:
    """What is left of the time, and what is said meanwhile."""

    minutes: float

    def __post_init__(self):
        self.start = time.monotonic()

    def left(self) -> float:
        return 60 * self.minutes - (time.monotonic() - self.start)

    def say(self, text: str) -> None:
        print(f"{time.monotonic() - self.start:6.1f} s  {text}", file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """The command; 0 if the tests passed and every group came in time."""
    options = parse(arguments)
    if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        print(f"error: missing here: {', '.join(missing)}; `uv sync`, or pip with requirements.txt", file=sys.stderr)
        return 2
    device = options.device or ("cpu" if options.small else "cuda")
    if device.startswith("cuda") and not finds_a_gpu():
        print("error: torch finds no GPU here; --small tries the command on a processor", file=sys.stderr)
        return 2
    clock = Clock(options.minutes)
    options.out.mkdir(parents=True, exist_ok=True)
    found = {"device": device, "tests": run_tests(device, clock), "rows": [], "notes": [], "left_out": []}
    with tempfile.TemporaryDirectory() as place:
        os.environ.setdefault("FCN_COURSE_DATA", place)  # drawn pictures go when all is done
        compare(options, device, clock, found)
    found["seconds"] = 60 * options.minutes - clock.left()
    (options.out / "gpu.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (options.out / "gpu.md").write_text(page(found), encoding="utf-8")
    print(page(found), end="")
    return 0 if found["tests"]["passed"] and not found["left_out"] else 1


def finds_a_gpu() -> bool:
    """Whether torch does."""
    import torch  # seconds, which a trial on a processor need not spend

    return torch.cuda.is_available()


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m tests.on_a_gpu", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("runs/gpu"), help="folder for gpu.json and gpu.md")
    parser.add_argument("--minutes", type=float, default=6, help="what has not ended by then is left out")
    parser.add_argument("--pictures", type=int, help="to train on, instead of as many as there is time to draw")
    parser.add_argument("--only", nargs="+", choices=list(GROUPS), default=list(GROUPS), help="these groups alone")
    parser.add_argument("--device", help="default: cuda; with --small cpu")
    parser.add_argument("--small", action="store_true", help="a dozen pictures in small windows, on a processor")
    return parser.parse_args(arguments)


def run_tests(device: str, clock: Clock) -> dict:
    """The tests that are marked ``gpu``: if they passed, and what pytest says in its last lines."""
    clock.say("tests")
    command = [sys.executable, "-m", "pytest", "-q", "-m", "gpu", "-o", "addopts="]
    command += ["-p", "no:cacheprovider", "-p", "no:nbval"]
    code, said = call([*command, *marked()], TESTS * clock.left(), {"FCN_COURSE_GPU": device})
    lines = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR")) or " passed" in line]
    return {"passed": code == 0, "said": lines or said.splitlines()[-3:]}


def marked() -> list[str]:
    """The files that hold tests for a GPU: to import all others would take seconds of a borrowed machine."""
    files = (CHECKOUT / "tests").rglob("test_*.py")
    return sorted(str(file.relative_to(CHECKOUT)) for file in files if "pytest.mark.gpu" in file.read_text("utf-8"))


def compare(options: argparse.Namespace, device: str, clock: Clock, found: dict) -> None:
    """Each group of rows in a process of its own, so that one that fails or comes too late takes no other with it."""
    if importlib.util.find_spec("d2l") is None:
        found["left_out"].append("all rows: the package d2l is not installed")
        return
    from fcn_course.data.minivoc.write import draw_minivoc

    val = 4 if options.small else 60
    train = options.pictures or (12 if options.small else drawable(clock))
    folder = Path(os.environ["FCN_COURSE_DATA"]) / "on_a_gpu" / "VOC2012"
    clock.say(f"drawing {train} + {val} pictures")
    draw_minivoc(folder, train, val, progress=False)
    found["pictures"] = train
    sizes = ["--crop", "64", "96", "--batch-size", "2"] if options.small else []
    for group in options.only:
        rounds = 1 if options.small else GROUPS[group]
        with tempfile.TemporaryDirectory() as place:
            data = first_pictures(folder, Path(place), LOADED) if group == "loader" and train > LOADED else folder
            file = Path(place) / "numbers.json"
            command = [sys.executable, "-m", "tests.benchmarks.against_d2l", "--device", device, "--data", str(data)]
            command += ["--only", group, "--rounds", str(rounds), "--json", str(file), *sizes]
            clock.say(group)
            code, said = call(command, clock.left())
            if code != 0:
                reason = "no time was left" if code is None else (said.strip().splitlines() or ["it said nothing"])[-1]
                found["left_out"].append(f"{group}: {reason}")
                continue
            numbers = json.loads(file.read_text())
        found["machine"] = numbers["head"]["machine"]
        found["rows"] += numbers["rows"]
        found["notes"] += numbers["notes"] + numbers["rooflines"]


def drawable(clock: Clock) -> int:
    """How many pictures this machine draws in ``DRAWING`` seconds, in hundreds, up to 3,000."""
    from fcn_course.data.minivoc.write import draw_minivoc

    start, many = time.monotonic(), 16 * (os.cpu_count() or 1)
    with tempfile.TemporaryDirectory() as place:
        draw_minivoc(Path(place) / "VOC2012", many, 1, progress=False)
    pace = many / (time.monotonic() - start)
    clock.say(f"{pace:.0f} pictures are drawn in a second")
    return min(3000, max(100, int(pace * DRAWING) // 100 * 100))


def first_pictures(folder: Path, into: Path, count: int) -> Path:
    """A folder of VOC's form with the first ``count`` pictures to train on, and all to validate."""
    from tests.benchmarks.growth import shortened

    short = shortened(folder, into / "VOC2012", count)
    lists = Path("ImageSets/Segmentation/val.txt")
    (short / lists).write_text((folder / lists).read_text())
    return short


def call(command: list[str], seconds: float, more: dict[str, str] | None = None) -> tuple[int | None, str]:
    """A command in this checkout: its exit status, None if its time ran out, and what it said."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    try:
        done = subprocess.run(
            command, cwd=CHECKOUT, env=os.environ | (more or {}), timeout=max(1, seconds), check=False, **pipes
        )
    except subprocess.TimeoutExpired:
        return None, "no time was left"
    return done.returncode, done.stdout


def page(found: dict) -> str:
    """What was found, as markdown."""
    from tests.benchmarks.report import Row, table

    names = ("group", "name", "d2l_rounds", "course_rounds", "failed", "pictures")
    rows = [Row(**{name: row[name] for name in names}) for row in found["rows"]]
    told = f"{found.get('machine', found['device'])}; {found.get('pictures', 'no')} drawn pictures"
    parts = [f"{told}; {found['seconds']:.0f} s", f"Tests that need a GPU: {'; '.join(found['tests']['said'])}"]
    parts += [table(rows)] if rows else []
    parts += ["\n".join(f"- {note}" for note in found["notes"])] if found["notes"] else []
    parts += ["\n".join(f"- left out: {what}" for what in found["left_out"])] if found["left_out"] else []
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    run_and_exit(main)
