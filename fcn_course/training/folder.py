"""A run's folder: one process at a time, and nobody else's files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from fcn_course.training.failures import DivergedError
from fcn_course.training.manifest import FILE, changes, differences, read_manifest, write_manifest

WRITTEN = (FILE, "history.csv", "best.pt", "last.pt")  # by a run, into its folder
LOCK = ".lock"


class RunFolderError(OSError):
    """The folder cannot be trained into; the message says what is in the way, and the ways out."""


@dataclass
class Claim:
    """A folder that belongs to this process.

    Attributes:
        state: what ``run.json`` will say of the run when it ends: "finished", "stopped" or "diverged".
        changed: what may change when a run is taken up, and has.
    """

    folder: Path
    about: dict
    state: str = "stopped"
    changed: tuple[str, ...] = ()


@contextmanager
def claim(folder: Path, about: dict, resume: bool = True) -> Iterator[Claim]:
    """Within, no other process trains into ``folder``, and its ``run.json`` says what this run is.

    The lock is the operating system's: a process that dies holds none.

    Args:
        about: of :func:`~fcn_course.training.manifest.describe_run`.
        resume: a run that is found there is gone on with, and must be the same; False puts its files away first.

    Raises:
        RunFolderError: if another process trains there, the folder holds files of these names that no run wrote, or
            the run there is another one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        taken = FileLock(folder / LOCK).acquire(timeout=0)
    except Timeout as error:
        raise RunFolderError(
            f"another process is training into {folder}{_since(folder)}; wait until it is done, stop it, or give this "
            "run a folder of its own (--out)"
        ) from error
    with taken:
        found = read_manifest(folder)
        _refuse_strangers(folder, found)
        claimed = Claim(folder, about)
        if not resume:
            for name in WRITTEN:
                (folder / name).unlink(missing_ok=True)
        elif found and (folder / "last.pt").is_file():
            if different := differences(found, about):
                raise RunFolderError(
                    f"{folder} holds another run: {'; '.join(different)}. Go on with the values there, give this run a "
                    f"folder of its own (--out), begin with the weights there (--start {folder / 'best.pt'}, into "
                    "another --out), or put that run away and start over (--fresh; in Python resume=False)"
                )
            claimed.changed = tuple(changes(found, about))
            about = about | {"begun": found.get("begun")}
        write_manifest(folder, about)
        try:
            yield claimed
        except DivergedError:
            claimed.state = "diverged"
            raise
        finally:
            with suppress(OSError):  # a disk that is full has been told of by whoever found it so
                write_manifest(folder, about | {"state": claimed.state})


def is_claimed(folder: Path) -> bool:
    """Whether a process trains into this folder now."""
    if not (folder / LOCK).is_file():
        return False
    try:
        with FileLock(folder / LOCK).acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # a folder that can only be read
        return False


def list_runs(folder: str | Path) -> list[dict]:
    """The runs in a folder and below it, by name: data, net, epochs, best score and state of each.

    Returns:
        Dicts with the keys ``run``, ``data``, ``net``, ``epochs``, ``mean_iou`` and ``state``.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}; give the folder that holds your runs, such as runs")
    rows = []
    for path in sorted(folder.rglob(FILE)):
        if about := read_manifest(path.parent):
            history = _history(path.parent / "history.csv")
            wanted = (about.get("options") or {}).get("epochs")
            scores = [float(row["val_mean_iou"]) for row in history if row.get("val_mean_iou") not in (None, "", "nan")]
            name = path.parent.relative_to(folder).as_posix()
            rows.append(
                {
                    "run": folder.name if name == "." else name,
                    "data": _data_of(about),
                    "net": "FCN-{stride}s on {backbone}".format(**{"stride": "?", "backbone": "?"} | about["net"]),
                    "epochs": f"{len(history)} of {wanted}",
                    "mean_iou": f"{max(scores):.4f}" if scores else "",
                    "state": _state(path.parent, about),
                }
            )
    return rows


def _refuse_strangers(folder, found):
    """Files of a run's names are a run's if ``run.json`` says so, or if an earlier version left its ``last.pt``."""
    present = [name for name in WRITTEN if (folder / name).exists()]
    if not present or found:
        return
    if (folder / "last.pt").is_file() and FILE not in present:
        return
    raise RunFolderError(
        f"{folder} holds {', '.join(present)}, which no run of this course wrote, so nothing is written there; take "
        "another --out, or move what is there"
    )


def _since(folder):
    about = read_manifest(folder)
    return f" ({about['machine'].rsplit(', ', 1)[-1]}, since {about['begun']})" if about else ""


def _history(path):
    if not path.is_file():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _data_of(about):
    train = about.get("train") or {}
    where = Path(train["path"]) if train.get("path") else None
    name = "in memory" if where is None else where.parent.name if where.name == "VOC2012" else where.name
    return f"{name}, {train.get('pictures')} pictures"


def _state(folder, about):
    if is_claimed(folder):
        return "training now"
    state = about.get("state")
    if state in ("finished", "diverged"):
        return state
    return "can go on" if (folder / "last.pt").is_file() else "begun, nothing kept"
