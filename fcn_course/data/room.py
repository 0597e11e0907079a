"""Whether a disk has room, before it is filled; and what is said when it has not."""

from __future__ import annotations

import errno
import shutil
from contextlib import suppress
from pathlib import Path

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # the disk, one's share of it, the largest file that is allowed
LITTLE = 1 << 20  # bytes: a disk with less is full, whatever the error was called


class NoRoomError(OSError):
    """The disk has no room. The message says where, how much is needed and free, and what to do."""


def check_room(folder: Path, needed: int, what: str) -> None:
    """Pass if ``needed`` bytes are free where ``folder`` is or will be.

    Args:
        what: needs them, the beginning of the message.

    Raises:
        NoRoomError: if there are fewer.
    """
    if free_bytes(folder) < needed:
        raise NoRoomError(
            f"{what} needs {megabytes(needed)} of disk, and {free_in_words(folder)} at {folder}; make room there, "
            "or name a folder on a larger disk (set FCN_COURSE_DATA, or --out)"
        )


def free_bytes(folder: Path) -> int:
    """The bytes that are free on the disk of ``folder``, which need not exist yet."""
    folder = folder.absolute()
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    return shutil.disk_usage(there).free


def free_in_words(folder: Path) -> str:
    """What is free there, for a message: ``"12 MB are free"``."""
    return f"{megabytes(free_bytes(folder))} are free"


def no_room(path: Path, more: str = "") -> NoRoomError:
    """The error of a file or folder that could not be written; ``more`` goes before the remedy."""
    free = free_in_words(path.parent)
    return NoRoomError(errno.ENOSPC, f"no room to write {path} ({free} there){more}; make room, and run the same again")


def is_full(error: BaseException, folder: Path) -> bool:
    """Whether a full disk is behind this error, which torch and others may have put into words of their own."""
    cause = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in FULL:
            return True
        cause = cause.__cause__ or cause.__context__
    with suppress(OSError):
        return free_bytes(folder) < LITTLE
    return False


def megabytes(size: int) -> str:
    """Bytes in words, in units of a million."""
    return f"{size / 1e6:,.0f} MB"
