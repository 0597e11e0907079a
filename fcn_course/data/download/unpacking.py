"""Unpack a tar, whole or not at all, and nothing of it outside."""

from __future__ import annotations

import os
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tqdm.auto import tqdm

from fcn_course.data.room import FULL, NoRoomError, free_in_words

UNFINISHED = "unpacking-"  # begins the name of a folder that is being filled


class UnpackError(OSError):
    """The tar is damaged, or reaches out of its folder. Nothing of it was kept."""


def unpack(tar: Path, inner: str, folder: Path, progress: bool = True) -> Path:
    """Unpack ``tar`` and put its folder ``inner`` at ``folder/inner``; returns that path. The tar stays.

    Raises:
        UnpackError: if a member has an absolute path, or a path or link that leads outside, or is no file, folder or
            link; if the tar is damaged or holds no ``inner``.
        NoRoomError: if the disk fills.
        RuntimeError: if this Python is too old to unpack safely.
    """
    target = folder / inner
    if not hasattr(tarfile, "data_filter"):
        raise RuntimeError(f"This Python cannot unpack safely (3.11.4 can). By hand: tar -xf '{tar}' -C '{folder}'")
    try:
        # Renamed at the very end: an interrupted unpack leaves nothing that looks like a finished one.
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder) as temporary:
            bar = tqdm(desc="unpacking", total=tar.stat().st_size, unit="B", unit_scale=True, disable=not progress)
            with tarfile.open(tar, "r:") as archive, bar:
                archive.extractall(temporary, members=_counted(archive, bar), filter=_inside)
            if not (Path(temporary) / inner).is_dir():
                raise UnpackError(f"{tar} holds no folder {inner}; it is another tar, take the right one")
            target.parent.mkdir(parents=True, exist_ok=True)
            os.rename(Path(temporary) / inner, target)
    except tarfile.FilterError as error:
        raise UnpackError(f"{tar} is not unpacked: {error}. No honest tar of pictures does that; delete it") from error
    except (tarfile.TarError, EOFError) as error:
        raise UnpackError(f"{tar} is damaged ({error}), nothing of it was kept; delete it and get it again") from error
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise NoRoomError(
            f"the disk filled up while {tar} was unpacked into {folder}; nothing of it was kept, and "
            f"{free_in_words(folder)} again. The tar is whole and stays; make room and run the same again"
        ) from error
    return target


def leftovers(folder: Path) -> list[Path]:
    """What unpackings that still run, or were killed, have in ``folder``."""
    return sorted(folder.glob(f"{UNFINISHED}*"))


def _counted(archive: tarfile.TarFile, bar: tqdm) -> Iterator[tarfile.TarInfo]:
    done = 0
    for member in archive:
        yield member
        bar.update(archive.offset - done)
        done = archive.offset
    bar.update(bar.total - done)  # zeros that fill up the end


def _inside(member: tarfile.TarInfo, destination: str) -> tarfile.TarInfo:
    """Python's own filter; it takes the slash from an absolute path, where this one refuses."""
    if member.name.startswith(("/", "\\")):
        raise tarfile.AbsolutePathError(member)
    return tarfile.data_filter(member, destination)
