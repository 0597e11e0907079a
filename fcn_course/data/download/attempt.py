"""One request for what a file still lacks, to a server that may do anything."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from pathlib import Path
from typing import BinaryIO

from tqdm.auto import tqdm

CHUNK = 1 << 20  # bytes
PAGE = (b"<!doctype html", b"<html")


class NotTheFileError(OSError):
    """What this address sends is not the file; asking it again would not help."""


def size_of(path: Path) -> int:
    """The bytes of a file; 0 if there is none."""
    return path.stat().st_size if path.exists() else 0


def append(url: str, part: Path, size: int | None, timeout: float, progress: bool = False) -> None:
    """Ask ``url`` for what ``part`` lacks, and write it there as it comes. What the server says of lengths is not
    believed where ``size`` is known.

    Args:
        part: holds the beginning of the file, or does not exist.
        size: bytes of the whole file, if known.
        timeout: seconds without a single byte after which the connection is given up.

    Raises:
        NotTheFileError: a web page came, or another piece than was asked for; ``part`` is as it was.
        OSError, http.client.HTTPException: there was no connection, or it ended too early; ``part`` holds what came.
    """
    start = size_of(part)
    headers = {"User-Agent": "fcn-course"} | ({"Range": f"bytes={start}-"} if start else {})
    try:
        response = urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=timeout)
    except urllib.error.HTTPError as error:
        with error:
            if start and error.code == 416:  # nothing comes after the last byte: the part may be the whole file
                if size is None:
                    return
                raise NotTheFileError(f"its file ends after {start} of {size} bytes") from error
            raise
    with response:
        position = _beginning(response, start)
        declared = None if response.length is None else position + response.length
        end = declared if size is None else size
        chunk = _read(response, position, end)
        if position == 0 and chunk.lstrip().lower().startswith(PAGE):
            raise NotTheFileError(_page())
        if chunk:
            bar = tqdm(desc=part.stem, initial=position, total=end, unit="B", unit_scale=True, disable=not progress)
            with open(part, "r+b" if part.exists() else "w+b") as file, bar:
                file.seek(position)
                while chunk:
                    _lay(file, chunk)
                    position += len(chunk)
                    bar.update(len(chunk))
                    chunk = _read(response, position, end)
    if end is not None and position < end:
        raise http.client.HTTPException(f"the connection ended after {position} of {end} bytes")


def _beginning(response: http.client.HTTPResponse, start: int) -> int:
    """The byte of the file with which this answer begins."""
    if response.headers.get_content_type() == "text/html":
        raise NotTheFileError(_page())
    if response.status != 206:
        return 0
    if not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
        raise NotTheFileError("the server resumed at another byte than it was asked for")
    return start


def _read(response: http.client.HTTPResponse, position: int, end: int | None) -> bytes:
    # read1: what has come so far, for the rest of a whole chunk would be lost in a cut
    return response.read1(CHUNK if end is None else min(CHUNK, end - position)) if position != end else b""


def _lay(file: BinaryIO, chunk: bytes) -> None:
    """Write over what is there, and end there; the same bytes stay, and so does what lies behind them.

    So a server that can only begin from the beginning, and breaks off earlier than the one before, costs nothing.
    """
    place = file.tell()
    if file.read(len(chunk)) != chunk:
        file.seek(place)
        file.write(chunk)
        file.truncate()


def _page() -> str:
    return "it sent a web page in place of the file; if this network wants a login first, do that in a browser"
