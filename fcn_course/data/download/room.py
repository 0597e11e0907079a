"""Whether a disk has room, before it is filled; and what is said when it has not."""

from __future__ import annotations

import shutil
from pathlib import Path


class NoRoomError(OSError):
    """The disk has no room. The message says where, how much is needed and free, and what to do."""


def check_room(folder: Path, needed: int, what: str) -> None:
    """Pass if ``needed`` bytes are free where ``folder`` is or will be.

    Args:
        what: needs them, the beginning of the message.

    Raises:
        NoRoomError: if there are fewer.
    """
    free = free_bytes(folder)
    if free < needed:
        raise NoRoomError(
            f"{what} needs {megabytes(needed)} of disk, and {megabytes(free)} are free at {folder}; make room there, "
            "or name a folder on a larger disk (set FCN_COURSE_DATA, or --out)"
        )


def free_bytes(folder: Path) -> int:
    """The bytes that are free on the disk of ``folder``, which need not exist yet."""
    folder = folder.absolute()
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    return shutil.disk_usage(there).free


def megabytes(size: int) -> str:
    """Bytes in words, in units of a million."""
    return f"{size / 1e6:,.0f} MB"
