"""One folder with all that a class without a network needs: data, weights, notebooks, wheels, and how to start."""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fcn_course.data.minivoc import draw_minivoc
from fcn_course.data.minivoc.write import MARK
from fcn_course.data.paths import CHECKOUT, in_checkout
from fcn_course.teaching.classroom.start import start_text
from fcn_course.teaching.classroom.wheels import Machine, build_wheel, fetch_wheels, machine, read_pins, wheels_of

START = "START.txt"


def pack(
    folder: str | Path,
    target: Machine | None = None,
    wheels: bool = True,
    solutions: bool = False,
    checkout: Path = CHECKOUT,
    pictures: tuple[int, int] = (240, 80),
) -> Iterator[str]:
    """Fill ``folder`` part by part; yields a line about each part when it is done. A second call does only the rest.

    Args:
        target: the machines of the class, the one at hand if left out. Calls for several fill one folder for all.
        wheels: also the course and all packages that it needs, some 3 GB for Linux, as PyTorch brings CUDA along.
        solutions: also the exercises' solutions.
        checkout: where notebooks, weights and ``requirements*.txt`` lie.
        pictures: drawn to train and to validate.

    Raises:
        ValueError: if the course was installed without its checkout.
        FileExistsError: if ``folder`` is a file, or holds other files where the drawn world belongs.
        OSError: if pip fails, or the disk is full.
    """
    if checkout == CHECKOUT and not in_checkout():
        raise ValueError("a class folder is made in the course's checkout, where the notebooks are; run it there")
    folder, target = Path(folder).expanduser(), target or machine()
    folder.mkdir(parents=True, exist_ok=True)
    yield _notebooks(checkout, folder, solutions)
    yield _weights(checkout, folder)
    yield _minivoc(folder, *pictures)
    if wheels:
        yield from _wheels(checkout, folder, target)
    (folder / START).write_text(start_text(_kinds(folder), _size(folder / "notebooks")), encoding="utf-8")
    yield f"{START}: what students do. The whole folder: {_size(folder):.0f} MB"


def _notebooks(checkout, folder, solutions):
    source, parts = checkout / "notebooks", ["", "exercises", *(["solutions"] if solutions else [])]
    files = [path for part in parts for path in sorted((source / part).glob("*.ipynb"))]
    copied = sum(_copy(path, folder / "notebooks" / path.relative_to(source)) for path in files)
    size = sum(path.stat().st_size for path in files) / 1e6
    return f"notebooks: {len(files)}, {size:.1f} MB, {copied} of them copied now"


def _weights(checkout, folder):
    files = [path for path in sorted((checkout / "data" / "weights").iterdir()) if path.is_file()]
    copied = sum(_copy(path, folder / "data" / "weights" / path.name) for path in files)
    return f"weights: {_size(folder / 'data' / 'weights'):.0f} MB, {copied} files copied now"


def _minivoc(folder, train, val):
    drawn = folder / "data" / "minivoc" / "VOC2012"
    there = (drawn / MARK).is_file()
    if not there:
        draw_minivoc(drawn, train, val)
    return f"minivoc: {_size(drawn):.0f} MB, {'was there' if there else 'drawn now'}"


def _wheels(checkout, folder, target):
    into = folder / "wheels"
    into.mkdir(exist_ok=True)
    pins = target.needs([pin for path in sorted(checkout.glob("requirements*.txt")) for pin in read_pins(path)])
    there = wheels_of(pins, into, target)
    missing = [pin for pin in pins if pin not in there]
    yield f"packages for {target.name}: {len(pins)}, {len(there)} of them there"
    with tempfile.TemporaryDirectory(prefix="fcn-course-") as temporary:
        course = build_wheel(checkout, into, Path(temporary))
        if missing:
            fetch_wheels(missing, into, target, Path(temporary))
    there = wheels_of(pins, into, target)
    lost = [pin.requirement.name for pin in pins if pin not in there]
    if lost:
        raise OSError(f"pip brought no wheel for {', '.join(lost)}; run the same command again")
    size = sum(path.stat().st_size for path in (*there.values(), course)) / 1e6
    listed = "".join(f"{pin.line()}\n" for pin in pins) + f"# {size:.0f} MB of wheels\n"
    (folder / f"requirements-{target.name}.txt").write_text(listed, encoding="utf-8")
    yield f"wheels for {target.name}: {size:.0f} MB, {len(missing)} fetched now, and the course's own {course.name}"


def _kinds(folder):
    """For each kind of machine that was packed for, the MB of its wheels."""
    kinds = {}
    for path in sorted(folder.glob("requirements-*.txt")):
        last = path.read_text(encoding="utf-8").splitlines()[-1]
        kinds[path.stem.removeprefix("requirements-")] = int(last.split()[1])
    return kinds


def _copy(source, target):
    """Whether the file had to be copied; it is put in place whole or not at all."""
    if target.is_file() and filecmp.cmp(source, target, shallow=False):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, part)
    part.replace(target)
    return True


def _size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
