"""Files that are whole or not there: written beside their place, and moved to it when all is on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from fcn_course.data.room import is_full, no_room


@contextmanager
def replacing(path: str | Path, mode: str = "wb", **options) -> Iterator[IO]:
    """A file to write into, which takes ``path``'s place at the end; until then ``path`` stays as it is.

    Whatever goes wrong inside, nothing half-written is left: not at ``path``, and not beside it.

    Args:
        mode, options: as for ``open``. Letters of a path that the locale does not know become the bytes they stand for.

    Raises:
        NoRoomError: if there is no room; tells how much is free.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if "b" not in mode:
        options = {"errors": "surrogateescape", **options}  # what Python makes of such letters in locale C
    beside = path.with_name(path.name + ".part")
    try:
        with open(beside, mode, **options) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # on the disk before it takes the other's place, for the day the power goes
        os.replace(beside, path)
    except BaseException as error:
        full = isinstance(error, Exception) and is_full(error, path.parent)
        with suppress(OSError):
            beside.unlink()
        if full:
            raise no_room(path, "; the file that was there before is unharmed" if path.exists() else "") from error
        raise
