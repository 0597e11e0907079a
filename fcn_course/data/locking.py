"""One process at a time: the second waits, says so, and then finds the work done."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from tqdm.auto import tqdm


@contextmanager
def alone(lock: Path, doing: str, aloud: bool = True) -> Iterator[None]:
    """Within, no other process holds the file ``lock``; the operating system frees it when its holder dies.

    Args:
        doing: what the other process does, told while this one waits.
        aloud: False waits without a word.

    Raises:
        PermissionError: if the lock cannot be written.
    """
    held = FileLock(lock)
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        got = held.acquire(timeout=0)
    except Timeout:
        say(f"another process is {doing}; waiting until it is done (Ctrl+C stops waiting)", aloud)
        got = held.acquire()
    except OSError as error:
        raise PermissionError(
            f"nothing can be written in {lock.parent} ({error.strerror or error}), and so no process can be {doing}; "
            "name a folder of your own: FCN_COURSE_DATA or --out for data, TORCH_HOME for torchvision's weights"
        ) from error
    with got:
        yield


def say(text: str, aloud: bool = True) -> None:
    """A line to stderr, above the bars that run there."""
    if aloud:
        tqdm.write(text, file=sys.stderr)
