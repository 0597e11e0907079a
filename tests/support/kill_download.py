"""A process that fetches and unpacks a small VOC2012, killed at random moments, started again, and held to the tar.

    python -m tests.support.kill_download 100       a hundred kills

Free of torch, so that a start takes a fraction of a second.
"""

from __future__ import annotations

import hashlib
import io
import random
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from fcn_course.data.download import Wanted, voc2012
from tests.support.file_server import serving

INNER = "VOCdevkit/VOC2012"
ROOT = Path(__file__).resolve().parents[2]
PARTS = ("JPEGImages/{}.jpg", "SegmentationClass/{}.png", "ImageSets/Segmentation/{}.txt")


def make_tar(path: Path, files: dict[str, bytes]) -> bytes:
    """A tar at ``path`` of these files, by name and content; returns its bytes."""
    with tarfile.open(path, "w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path.read_bytes()


def small_voc(pictures: int, size: int = 4, seed: int = 0) -> dict[str, bytes]:
    """The files of a VOC2012 with so many pictures of ``size`` random bytes, by their names in the tar."""
    rng = random.Random(seed)
    return {f"{INNER}/{part.format(index)}": rng.randbytes(size) for index in range(pictures) for part in PARTS}


def wanted_for(content: bytes, *urls: str) -> Wanted:
    """``content`` as the wanted tar at these addresses."""
    md5, sha256 = hashlib.md5(content).hexdigest(), hashlib.sha256(content).hexdigest()
    return Wanted("VOCtrainval_11-May-2012.tar", urls, len(content), md5, sha256)


def start(wanted: Wanted, folder: Path) -> subprocess.Popen:
    """A process that makes VOC2012 ready in ``folder``; it has written "ready" when it begins."""
    (url,) = wanted.urls
    given = [url, str(wanted.size), wanted.md5, wanted.sha256, str(folder)]
    command = [sys.executable, "-c", f"from tests.support.kill_download import get; get(*{given!r})"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def get(url: str, size: str, md5: str, sha256: str, folder: str) -> None:
    """What that process does."""
    print("ready", flush=True)
    voc2012(folder, progress=False, wanted=Wanted("VOCtrainval_11-May-2012.tar", (url,), int(size), md5, sha256))


def kill_rounds(folder: Path, kills: int = 3, seed: int = 0) -> list[str]:
    """Kill (SIGKILL) a download of half a megabyte so often, each time at another moment; then let it end.

    The moments lie in the first two thirds of a run that is not killed, which is timed on this machine: a later start
    has less to do.

    Raises:
        AssertionError: if something half-finished stood where the whole belongs, or if in the end a file is missing,
            wrong or left over.

    Returns:
        What lay in ``folder`` after each kill, in words.
    """
    rng, seen = random.Random(seed), []
    files = small_voc(150, 100, seed)
    content = make_tar(folder / "made.tar", files)
    out = folder / "data"
    with serving(content) as server:
        server.pause = 0.004  # so that the download takes about as long as unpacking
        wanted = wanted_for(content, f"{server.url}/slow")
        with start(wanted, folder / "undisturbed") as process:
            begun = time.perf_counter()
            assert process.wait(60) == 0
            whole = time.perf_counter() - begun
        for _ in range(kills):
            with start(wanted, out) as process:
                time.sleep(rng.uniform(0, whole * 2 / 3))
                process.kill()
            seen.append(_look(out))
            if (out / INNER).exists():
                _hold_to(out, files)
            _give_work(out, rng)
        with start(wanted, out) as process:
            assert process.wait(60) == 0
        asked = len(server.asked)
        voc2012(out, progress=False, wanted=wanted)
        assert len(server.asked) == asked, "a finished one asked again"
    _hold_to(out, files)
    left = sorted(path.name for path in out.iterdir() if not path.name.startswith("."))
    assert left == ["VOCdevkit", wanted.name], left
    return seen


def _look(out):
    if not out.exists():
        return "nothing yet"
    names = [path.name for path in out.iterdir()]
    parts = [f"{path.stat().st_size} bytes of the tar" for path in out.glob("*.part")]
    unpacking = ["half unpacked"] if any(name.startswith("unpacking-") for name in names) else []
    finished = ["finished"] if (out / INNER).exists() else []
    return ", ".join(parts + unpacking + finished) or "nothing yet"


def _hold_to(out, files):
    """Every file of the tar, and no other."""
    found = {path.relative_to(out).as_posix(): path for path in (out / INNER).rglob("*") if path.is_file()}
    assert set(found) == set(files)
    assert all(path.read_bytes() == files[name] for name, path in found.items())


def _give_work(out, rng):
    """What is finished is taken away, and every other tar, so that the next start has something to do."""
    if (out / INNER).exists():
        (out / "VOCdevkit").rename(out.parent / f"finished-{rng.random()}")
    if rng.random() < 0.5:
        for tar in out.glob("*.tar"):
            tar.unlink()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        print("\n".join(kill_rounds(Path(temporary), int(sys.argv[1]))))
