"""A program that is a process's whole work: quick to begin and quick to end."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Callable
from typing import NoReturn

FIRST = 10_000  # new objects until Python looks for garbage among them; as it comes 700


def run_and_exit(main: Callable[[], int | None]) -> NoReturn:
    """Run ``main``, and end this process with the status that it returns.

    torch and torchvision are 340,000 objects that live as long as the process does. To look for garbage among them
    while they are imported, and to take each apart at the end, is a third of the time of a short command. So it is
    looked for less often, and the process ends at once when all that ``atexit`` knows has run and the streams are
    flushed. No other file is closed by that: ``main`` closes its own.
    """
    gc.set_threshold(FIRST, *gc.get_threshold()[1:])
    status = None

    def end():
        if not isinstance(status, int):  # None: an error that nobody caught, or a message, which Python prints
            return
        try:
            for stream in filter(None, (sys.stdout, sys.stderr)):
                stream.flush()
        except (OSError, ValueError):  # whoever read them has gone; Python tells it in its own way
            return
        os._exit(status)

    atexit.register(end)  # before any other, so that it runs last
    try:
        status = main() or 0
    except SystemExit as error:  # of argparse: --help, a mistake
        status = 0 if error.code is None else error.code
    sys.exit(status)
