"""Memory, and work in a fresh process of its own. Nothing here imports torch, which takes both time and memory."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from fcn_course.cli.process import run_and_exit
from fcn_course.data.paths import CHECKOUT

SMALLEST = 0.1  # MB; less is not seen


class ChildError(Exception):
    """A process of its own ended without a result."""


def peak_memory() -> float:
    """The most memory, in MB, that this process has held so far.

    Linux tells it of this program alone; its ``ru_maxrss`` begins with what the process that started this one held.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6  # bytes on macOS


def added_peak(work: Callable[[], Any]) -> float:
    """By how many MB ``work`` and what it returns raise this process's peak, at least ``SMALLEST``."""
    with suppress(OSError):  # where this is not Linux, what was freed before may hide a part
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew with what is held now
    before = peak_memory()
    kept = work()
    added = max(peak_memory() - before, SMALLEST)
    del kept
    return added


def in_child(function: Callable, *arguments: Any, environment: dict[str, str] | None = None) -> Any:
    """The result of a function in a fresh process; arguments and result must be plain enough for JSON.

    Args:
        environment: variables that this process has besides its parent's.

    Raises:
        ChildError: if it raised, ran out of memory or was killed.
    """
    module = function.__module__
    module = sys.modules[module].__spec__.name if module == "__main__" else module  # of who is run with -m
    job = json.dumps([module, function.__qualname__, arguments])
    command = [sys.executable, "-m", "tests.benchmarks.alone"]
    done = subprocess.run(
        command, input=job, capture_output=True, text=True, cwd=CHECKOUT, env=os.environ | (environment or {})
    )
    if done.returncode < 0:
        raise ChildError(f"killed by signal {-done.returncode}")
    if done.returncode:
        raise ChildError((done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1])
    return json.loads(done.stdout.splitlines()[-1])


def answer(job: str) -> str:
    """What the fresh process does: call the function that the job names."""
    module, name, arguments = json.loads(job)
    return json.dumps(getattr(importlib.import_module(module), name)(*arguments))


def main() -> None:
    print(f"\n{answer(sys.stdin.read())}")


if __name__ == "__main__":
    run_and_exit(main)
