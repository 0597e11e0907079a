"""Fetch a large file from several addresses, checked and resumable; and VOC2012 by means of it.

Data: M. Everingham et al., "The PASCAL Visual Object Classes Challenge 2012", VOCtrainval_11-May-2012.tar, 2 GB.
"""

import hashlib
import http.client
import os
import tarfile
import tempfile
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tqdm.auto import tqdm

from fcn_course.data.paths import data_folder

TIMEOUT = 30  # seconds without a single byte
CHUNK = 1 << 20  # bytes

VOC2012_TAR = "VOCtrainval_11-May-2012.tar"
VOC2012_MD5 = "6cd6e144f989b92b3379bac3b3de84fd"
VOC2012_URLS = (
    f"https://thor.robots.ox.ac.uk/pascal/VOC/voc2012/{VOC2012_TAR}",
    f"http://host.robots.ox.ac.uk/pascal/VOC/voc2012/{VOC2012_TAR}",
    f"http://d2l-data.s3-accelerate.amazonaws.com/{VOC2012_TAR}",
)


class DownloadError(OSError):
    """No address gave the file. The message lists every address with its reason, and how to place the file by hand."""


def md5_of(path: Path) -> str:
    """The MD5 of a file as 32 hexadecimal digits, read piece by piece (2 GB take a few seconds)."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _append(url: str, part: Path, progress: bool) -> bool:
    """Read ``url`` into ``part``, after the bytes that it already holds if the server can do that; True if it did."""
    start = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={start}-"} if start else {})
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        with error:
            if start and error.code == 416:  # nothing comes after the last byte: the part may be the whole file
                return True
            raise
    with response:
        resumed = response.status == 206
        if resumed and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            raise OSError("the server resumed at another byte than it was asked for")
        start = start if resumed else 0
        length = response.headers.get("Content-Length")
        total = start + int(length) if length else None
        bar = tqdm(desc=part.stem, initial=start, total=total, unit="B", unit_scale=True, disable=not progress)
        with open(part, "ab" if resumed else "wb") as file, bar:
            while chunk := response.read(CHUNK):
                bar.update(file.write(chunk))
            size = file.tell()
    if total is not None and size != total:
        raise OSError(f"the connection ended after {size} of {total} bytes")
    return resumed


def fetch(urls: str | Sequence[str], target: str | Path, md5: str | None = None, progress: bool = True) -> Path:
    """Bring the file to ``target`` from the first address that gives it, and return its path.

    A file that is there and has the right ``md5`` is used without any connection. What has arrived is kept in
    ``target`` + ``.part`` and continued by the next call. Without ``md5`` it is not continued, for then nothing
    would notice two halves of different files. Raises :class:`DownloadError` when no address gives the file.
    """
    urls, target = [urls] if isinstance(urls, str) else list(urls), Path(target)
    part, reasons = target.with_name(target.name + ".part"), []
    if target.exists():
        if md5 is None or md5_of(target) == md5:
            return target
        reasons.append(f"{target} was there, but is damaged or another file (its md5 is {md5_of(target)})")
    target.parent.mkdir(parents=True, exist_ok=True)
    if md5 is None:
        part.unlink(missing_ok=True)
    for url in urls:
        try:
            resumed = _append(url, part, progress)
            if resumed and md5_of(part) != md5:  # its beginning was not of this file: once more, from the start
                part.unlink()
                _append(url, part, progress)
            if md5 is not None and (found := md5_of(part)) != md5:
                part.unlink()
                raise OSError(f"it sent another file (its md5 is {found})")
            return part.replace(target)
        except (OSError, http.client.HTTPException) as error:
            reasons.append(f"{url}: {error or type(error).__name__}")
    tried = "\n  ".join([f"{target.name} could not be fetched:", *reasons])
    check = f" (md5 {md5})" if md5 else ""
    by_hand = f"Or get the file by any other way{check}, save it as\n  {target}\nand run the same again."
    raise DownloadError(f"{tried}\nRun the same again to go on where it stopped.\n{by_hand}")


def voc2012(folder: str | Path | None = None, progress: bool = True) -> Path:
    """Make VOC2012 ready below ``folder`` (default: the data folder) and return its path, ``.../VOCdevkit/VOC2012``.

    Nothing is done if it is there. A tar that was placed in ``folder`` by hand is used without a connection. Needs
    4 GB of free disk. Raises :class:`DownloadError`, and ``tarfile.TarError`` for a tar that reaches out of its folder.
    """
    folder = data_folder() if folder is None else Path(folder)
    voc = folder / "VOCdevkit" / "VOC2012"
    if not (voc / "JPEGImages").is_dir():
        unpack(fetch(VOC2012_URLS, folder / VOC2012_TAR, VOC2012_MD5, progress), "VOCdevkit/VOC2012", folder, progress)
    return voc


def unpack(tar: Path, inner: str, folder: Path, progress: bool = True) -> Path:
    """Unpack ``tar`` and put its folder ``inner`` at ``folder/inner``, whole or not at all; return that path."""
    target = folder / inner
    if not hasattr(tarfile, "data_filter"):
        raise RuntimeError(f"This Python cannot unpack safely (3.11.4 can). By hand: tar -xf '{tar}' -C '{folder}'")
    # Renamed at the very end: an interrupted unpack leaves nothing that looks like a finished one.
    with tempfile.TemporaryDirectory(prefix="unpacking-", dir=folder) as temporary:
        with tarfile.open(tar) as archive:
            members = tqdm(archive, desc=f"unpacking {tar.name}", unit=" files", disable=not progress)
            archive.extractall(temporary, members=members, filter="data")
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(Path(temporary) / inner, target)
    return target
