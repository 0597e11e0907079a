"""The packages of a class folder: which of the pins a machine needs, which wheels are there, and fetching the rest.

pip reads the conditions in a requirements file for the machine that it runs on, even when it fetches for another one.
So they are judged here, for the machine that is meant.
"""

from __future__ import annotations

import hashlib
import importlib.util
import platform
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from packaging import tags
from packaging.requirements import Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

LINUX = [f"manylinux_2_{minor}_x86_64" for minor in range(34, 16, -1)]
OTHERS = {  # what pip calls the machine, and how the conditions of a requirement see it
    "windows": (["win_amd64"], ("nt", "win32", "Windows", "AMD64")),
    "macos": ([f"macosx_{major}_0_{kind}" for major in range(15, 10, -1) for kind in ("arm64", "universal2")],
              ("posix", "darwin", "Darwin", "arm64")),
    "linux": ([*LINUX, "manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"],
              ("posix", "linux", "Linux", "x86_64")),
}  # fmt: skip


class Pin(NamedTuple):
    """One package of a requirements file with its hashes."""

    requirement: Requirement
    hashes: tuple[str, ...]

    def line(self) -> str:
        """The pin without its condition, as pip reads it."""
        pinned = f"{self.requirement.name}{self.requirement.specifier}"
        return " \\\n    ".join([pinned, *(f"--hash=sha256:{value}" for value in self.hashes)])


class Machine(NamedTuple):
    """A kind of machine that wheels are for."""

    name: str  # as in "linux-py3.12", part of a file's name
    options: list[str]  # for pip; empty for the machine at hand
    conditions: dict[str, str]
    fitting: frozenset  # tags of the wheels that it takes

    def needs(self, pins: Sequence[Pin]) -> list[Pin]:
        """Those whose conditions hold there."""
        marked = [(pin, pin.requirement.marker) for pin in pins]
        return [pin for pin, marker in marked if marker is None or marker.evaluate(self.conditions)]


def machine(platform_name: str | None = None, python: str | None = None) -> Machine:
    """The machine at hand, or one of ``"windows"``, ``"macos"`` (Apple silicon) and ``"linux"`` (x86_64).

    Raises:
        ValueError: for another platform, or a Python that is not 3.11, 3.12 or 3.13.
    """
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    if python not in (None, "3.11", "3.12", "3.13"):
        raise ValueError(f"the course needs Python 3.11, 3.12 or 3.13, got {python!r}")
    if platform_name not in (None, *OTHERS):
        raise ValueError(f"no platform is called {platform_name!r}; there are {', '.join(sorted(OTHERS))}")
    system = {"Windows": "windows", "Darwin": "macos", "Linux": "linux"}.get(platform.system(), platform.system())
    if platform_name in (None, system) and python in (None, own):
        return Machine(f"{system}-py{own}", [], {}, frozenset(tags.sys_tags()))
    platform_name, python = platform_name or system, python or own
    if platform_name not in OTHERS:
        raise ValueError(f"for this machine, {system}, wheels of its own Python {own} only can be fetched")
    platforms, (os_name, sys_platform, system_name, processor) = OTHERS[platform_name]
    numbers = tuple(map(int, python.split(".")))
    options = ["--python-version", python, "--implementation", "cp"]
    options += [word for name in platforms for word in ("--platform", name)]
    conditions = {
        "os_name": os_name,
        "sys_platform": sys_platform,
        "platform_system": system_name,
        "platform_machine": processor,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    fitting = {*tags.cpython_tags(numbers, platforms=platforms), *tags.compatible_tags(numbers, platforms=platforms)}
    return Machine(f"{platform_name}-py{python}", options, conditions, frozenset(fitting))


def read_pins(path: Path) -> list[Pin]:
    """The pins of a requirements file as uv and pip write it."""
    pins = []
    for line in path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        words = line.partition(" #")[0].strip()
        if not words or words.startswith(("#", "-")):
            continue
        requirement, *hashes = words.split("--hash=sha256:")
        pins.append(Pin(Requirement(requirement.strip()), tuple(value.strip() for value in hashes)))
    return pins


def wheels_of(pins: Sequence[Pin], folder: Path, target: Machine) -> dict[Pin, Path]:
    """Which pins have a wheel in ``folder`` that fits the machine and is the very file that is pinned."""
    by_name: dict[str, list[Path]] = {}
    for path in folder.glob("*.whl"):
        try:
            name, _, _, kinds = parse_wheel_filename(path.name)
        except InvalidWheelFilename:
            continue
        if not kinds.isdisjoint(target.fitting):
            by_name.setdefault(name, []).append(path)
    return {
        pin: path
        for pin in pins
        for path in by_name.get(canonicalize_name(pin.requirement.name), ())
        if _sha256(path) in pin.hashes
    }


def _sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch_wheels(pins: Sequence[Pin], folder: Path, target: Machine, temporary: Path) -> None:
    """Let pip bring the wheels of these pins; it holds each to its hash.

    Raises:
        OSError: if pip fails. What it brought stays, so that the next call fetches less.
    """
    wanted = temporary / "wanted.txt"
    wanted.write_text("".join(f"{pin.line()}\n" for pin in pins), encoding="utf-8")
    options = ["--only-binary=:all:", "--no-deps", "--require-hashes", *target.options]
    _pip(temporary, "download", *options, "--dest", str(folder), "-r", str(wanted))


def build_wheel(checkout: Path, folder: Path, temporary: Path) -> Path:
    """The course's own wheel, built out of the checkout into ``folder``; an older one there goes.

    Raises:
        OSError: if it cannot be built.
    """
    built = temporary / "built"
    _pip(temporary, "wheel", "--no-deps", "--wheel-dir", str(built), str(checkout))
    (wheel,) = built.glob("*.whl")
    for older in folder.glob(f"{wheel.name.split('-')[0]}-*.whl"):
        older.unlink()
    target = folder / wheel.name
    target.write_bytes(wheel.read_bytes())
    return target


def _pip(temporary, command, *options):
    python = sys.executable
    if importlib.util.find_spec("pip") is None:  # uv's environments have none; Python carries one along
        python = temporary / "pip" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        if not python.exists():
            venv.create(temporary / "pip", with_pip=True)
    done = subprocess.run([str(python), "-m", "pip", command, "--disable-pip-version-check", *options], check=False)
    if done.returncode:
        raise OSError(f"pip {command} failed, see above; the same command again goes on where this one stopped")
