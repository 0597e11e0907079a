"""Fetch a large file from several addresses, one after another: resumed after every cut, and checked at the end."""

from __future__ import annotations

import http.client
import textwrap
import time
import urllib.error
from pathlib import Path

from fcn_course.data.download.attempt import NotTheFileError, append, size_of
from fcn_course.data.download.wanted import Wanted
from fcn_course.data.locking import say
from fcn_course.data.room import FULL, NoRoomError, check_room, free_in_words, megabytes

TIMEOUT = 30.0  # seconds without a single byte
TRIES = 3  # in a row that brought nothing new, before the next address is asked
PAUSE = 1.0  # seconds before an address is asked again


class DownloadError(OSError):
    """No address gave the file. The message lists every address with its reason, and how to place the file by hand.

    Attributes:
        reasons: a line for each address, and one for a file that was there but wrong.
    """

    def __init__(self, message: str, reasons: list[str]):
        super().__init__(message)
        self.reasons = reasons


def fetch(
    wanted: Wanted,
    target: str | Path,
    progress: bool = True,
    timeout: float = TIMEOUT,
    tries: int = TRIES,
    pause: float = PAUSE,
    room: int = 0,
) -> Path:
    """Bring the file to ``target`` from the first address that gives it, and return its path.

    A right file that is there is used without any connection. What has arrived is kept in ``target`` + ``.part`` and
    continued, by this call and by the next. Without a hash the next begins anew, for nothing would notice two halves of
    different files. Not for two processes at a time: see :func:`fcn_course.data.locking.alone`.

    Args:
        progress: False is silent; else each address is named, and a bar shows bytes, rate and time left.
        timeout: seconds without a single byte after which a connection is given up.
        tries: how often in a row an address may bring nothing new.
        pause: seconds before it is asked again.
        room: bytes of disk that are needed besides those of ``wanted.size``, if that is known.

    Raises:
        DownloadError: if no address gives the file.
        NoRoomError: if the disk is too small, at once; or if it fills later, and then what has arrived is kept.
    """
    target, reasons = Path(target), []
    part = target.with_name(target.name + ".part")
    if target.exists():
        fault = _fault(wanted, target, progress)
        if fault is None:
            return target
        reasons.append(f"{target} was there, but is damaged or another file ({fault})")
        say(reasons[-1], progress)
    if not wanted.hashes or (wanted.size is not None and size_of(part) > wanted.size):
        part.unlink(missing_ok=True)
    check_room(target.parent, max(0, (wanted.size or 0) - size_of(part)) + room, wanted.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    for url in wanted.urls:
        say(f"{wanted.name}: asking {url}", progress)
        try:
            _fetch_from(url, wanted, part, progress, timeout, tries, pause)
            return part.replace(target)
        except (OSError, http.client.HTTPException) as error:
            if getattr(error, "errno", None) in FULL:
                raise NoRoomError(_filled(part, wanted)) from error
            reasons.append(f"{url}: {_why(error, timeout)}")
            say(reasons[-1], progress)
    raise DownloadError(_nowhere(wanted, target, part, reasons), reasons)


def _fetch_from(url, wanted, part, progress, timeout, tries, pause):
    """Ask one address until ``part`` is the file; raises when it has nothing new ``tries`` times in a row."""
    most, misses = size_of(part), 0
    foreign = most > 0  # some of it came from elsewhere
    while True:
        try:
            if wanted.size is None or size_of(part) != wanted.size:
                append(url, part, wanted.size, timeout, progress)
        except (OSError, http.client.HTTPException) as error:
            if _final(error):
                raise
            misses = 0 if size_of(part) > most else misses + 1
            most = max(most, size_of(part))
            if misses >= tries or (misses and isinstance(error, TimeoutError)):  # that was long enough
                raise
            say(f"{_why(error, timeout)}; asking again for the rest", progress)
            time.sleep(pause)
            continue
        fault = _fault(wanted, part, progress)
        if fault is None:
            return
        part.unlink()
        if not foreign:
            raise NotTheFileError(f"it sent another file ({fault})")
        say(f"what was there before was of another file ({fault}); once more, from its beginning", progress)
        most, foreign = 0, False


def _fault(wanted, path, progress):
    if wanted.hashes:
        say(f"{wanted.name}: comparing {' and '.join(wanted.hashes)}", progress)  # 2 GB take some seconds
    return wanted.fault(path)


def _final(error):
    """Whether asking again is of no use: no such server or file, another file, or a matter of this machine's disk."""
    if isinstance(error, urllib.error.HTTPError):
        return error.code < 500
    return isinstance(error, (urllib.error.URLError, NotTheFileError)) or getattr(error, "errno", None) in FULL


def _why(error, timeout):
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        error = error.reason
    if isinstance(error, TimeoutError):
        return f"no byte came for {timeout:g} seconds"
    return textwrap.shorten(str(error), 300) or type(error).__name__


def _filled(part, wanted):
    rest = "" if wanted.size is None else f", {megabytes(wanted.size - size_of(part))} are to come"
    return (
        f"the disk filled up: {free_in_words(part.parent)} at {part.parent}{rest}. What has arrived "
        f"is kept in {part} ({megabytes(size_of(part))}); make room and run the same again to go on there"
    )


def _nowhere(wanted, target, part, reasons):
    tried = "\n  ".join([f"{wanted.name} could not be fetched:", *reasons])
    kept = f" ({size_of(part)} bytes are kept)" if size_of(part) else ""
    check = f" ({wanted.marks})" if wanted.marks else ""
    return (
        f"{tried}\nRun the same again to go on where it stopped{kept}.\n"
        f"Or get the file by any other way{check}, save it as\n  {target}\nand run the same again."
    )
