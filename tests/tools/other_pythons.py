"""The quick tests on each other Python that the course supports, or with the oldest packages that it allows.

    uv run python -m tests.tools.other_pythons                                   # each other Python of this machine
    uv run python -m tests.tools.other_pythons --resolution lowest-direct        # this Python, the oldest packages

Each gets an environment of its own, ``.venv-3.12`` or ``.venv-3.11-lowest-direct``, which git ignores; making it takes
minutes and some gigabytes, mostly for torch. The checkout's own ``.venv`` and ``uv.lock`` stay as they are. Nothing is
installed beyond packages: a Python that is not here is not fetched, and the list says so.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from fcn_course.data.paths import CHECKOUT

SUPPORTED = ("3.11", "3.12", "3.13")
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
QUICK = ("tests/test_shapes.py", "tests/test_bilinear.py", "tests/data", "tests/evaluation")
PYTEST = ("-q", "-p", "no:cacheprovider", "-o", "addopts=", "--import-mode=importlib")


def environment(python: str, resolution: str) -> Path:
    """The folder of the packages, by what is in it."""
    return CHECKOUT / (f".venv-{python}" + ("" if resolution == "highest" else f"-{resolution}"))


def settings(base: dict[str, str]) -> dict[str, str]:
    """The variables for uv: no Python is downloaded, and no environment that is active by chance is taken."""
    return {**{name: value for name, value in base.items() if name != "VIRTUAL_ENV"}, "UV_PYTHON_DOWNLOADS": "never"}


def found(python: str) -> bool:
    """If this machine has such a Python; uv looks everywhere."""
    command = ["uv", "python", "find", "--no-project", python]
    return subprocess.run(command, env=settings(dict(os.environ)), capture_output=True, check=False).returncode == 0


def commands(python: str, resolution: str, tests: list[str]) -> list[list[str]]:
    """What makes the environment and runs the tests in it. ``uv pip`` reads pyproject.toml, and writes no lock file."""
    folder = environment(python, resolution)
    interpreter = str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    make = ["uv", "venv", "-q", "--allow-existing", "--no-project", "--python", python, str(folder)]
    fill = [
        "uv",
        "pip",
        "install",
        "-q",
        "--python",
        interpreter,
        "--resolution",
        resolution,
        "-e",
        ".",
        "--group",
        "dev",
    ]
    return [make, fill, [interpreter, "-m", "pytest", *PYTEST, *(tests or QUICK)]]


def run(python: str, resolution: str, tests: list[str]) -> int:
    """The exit status of the first command that fails, 0 if none does."""
    for command in commands(python, resolution, tests):
        if status := subprocess.call(command, cwd=CHECKOUT, env=settings(dict(os.environ))):
            return status
    return 0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.other_pythons", description=__doc__.partition("\n")[0])
    parser.add_argument("--resolution", choices=("highest", "lowest-direct"), default="highest")
    parser.add_argument("--python", action="append", help="this one, say 3.12; more than once for several")
    parser.add_argument("tests", nargs="*", help=f"default: {' '.join(QUICK)}")
    chosen = parser.parse_args(arguments)
    default = [HERE] if chosen.resolution != "highest" else [python for python in SUPPORTED if python != HERE]
    results = {}
    for python in chosen.python or default:
        if found(python):
            print(f"Python {python}, {chosen.resolution} packages:", flush=True)
            status = run(python, chosen.resolution, chosen.tests)
            results[python] = "passed" if status == 0 else f"FAILED (exit {status})"
        else:
            results[python] = "not here, not tried"
    for python, result in results.items():
        print(f"Python {python}: {result}")
    return int(any(result.startswith("FAILED") for result in results.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
