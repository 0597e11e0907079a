"""What a run is: ``run.json``, written before the first step, and compared when the run is taken up again.

{"kind": …, "state": "running", "train": {"path", "split", "pictures", "digest", "names"}, "validation": …,
 "classes", "net", "recipe", "seed", "options", "versions", "machine", "command", "begun"}
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fcn_course.data.writing import replacing

FILE = "run.json"
KIND = "a training run of fcn_course"
SAME = ("train", "validation", "classes", "net", "recipe", "seed")  # what must be equal to go on
SHOWN = 60  # characters of a value in a message
PACKAGES = ("fcn-course", "torch", "torchvision", "numpy", "pillow")


def describe_data(dataset: Any) -> dict | None:
    """Where a data set lies, and a digest of its list: names, and the sizes of their files.

    The digest is the same wherever the folder lies, so that a folder may be moved, and another one when a picture is
    added, left out or drawn anew. A data set without names, such as one of tensors, is told by its length alone.
    """
    if dataset is None:
        return None
    if hasattr(dataset, "indices") and hasattr(dataset, "dataset"):  # torch's Subset
        whole, chosen = describe_data(dataset.dataset), [int(index) for index in dataset.indices]
        names = [whole["names"][index] for index in chosen] if whole["names"] else []
        digest = _digest([whole["digest"], chosen])
        return whole | {"pictures": len(chosen), "names": names, "digest": digest}
    names = [str(name) for name in getattr(dataset, "names", ())]
    sizes = [[path.stat().st_size for path in files] for files in getattr(dataset, "files", ())]
    folder = getattr(dataset, "folder", None)
    return {
        "path": None if folder is None else str(Path(folder).resolve()),
        "split": getattr(dataset, "split", None),
        "pictures": len(dataset),
        "digest": _digest([names or len(dataset), sizes, *_by_colours(dataset)]),
        "names": names,
    }


def describe_run(net, train_set, val_set, recipe, *, seed: int, **options) -> dict:
    """All that tells this run from another; ``options`` are what may change when it goes on."""
    learning = sum(weights.numel() for weights in net.parameters() if weights.requires_grad)
    settings = {name: value for name, value in asdict(recipe).items() if name != "epochs"}
    if not recipe.frozen:  # as in runs that were begun when no recipe could freeze a stage
        del settings["frozen"]
    about = {
        "kind": KIND,
        "state": "running",
        "train": describe_data(train_set),
        "validation": describe_data(val_set),
        "classes": list(net.classes),
        "net": {**net.architecture, "numbers_that_learn": learning},
        "recipe": settings,
        "seed": seed,
        "options": {name: None if value is None else str(value) for name, value in options.items()},
        "versions": {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES},
        "machine": f"{platform.system()} {platform.machine()}, {platform.node()}",
        "command": sys.argv,
        "begun": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return json.loads(json.dumps(about))  # as it will be read: tuples are lists


def read_manifest(folder: Path) -> dict | None:
    """What ``run.json`` says; None if there is none, or none of this course."""
    try:
        about = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return about if isinstance(about, dict) and about.get("kind") == KIND else None


def write_manifest(folder: Path, about: dict) -> None:
    """Write ``run.json``, whole or not at all."""
    with replacing(folder / FILE, "w", encoding="utf-8") as file:
        json.dump(about, file, indent=1, ensure_ascii=False)


def differences(found: dict, now: dict) -> list[str]:
    """What must be equal to go on and is not, each with both values."""
    told = []
    for part in SAME:
        if part in ("train", "validation"):
            if _list_of(found.get(part)) != _list_of(now[part]):
                told.append(f"{part} set: {_set_in_words(found.get(part))} there, {_set_in_words(now[part])} here")
        elif isinstance(now[part], dict):
            theirs = found.get(part) or {}
            for name in sorted({*now[part], *theirs}):
                if theirs.get(name) != now[part].get(name):
                    told.append(f"{name}: {_short(theirs.get(name))} there, {_short(now[part].get(name))} here")
        elif found.get(part) != now[part]:
            told.append(f"{part}: {_short(found.get(part))} there, {_short(now[part])} here")
    return told


def changes(found: dict, now: dict) -> list[str]:
    """What may change when a run goes on, and has."""
    told = []
    for part in ("options", "versions"):
        theirs = found.get(part) or {}
        told += [
            f"{name} {_short(theirs.get(name))} -> {_short(value)}"
            for name, value in now[part].items()
            if theirs.get(name) != value
        ]
    if found.get("machine") != now["machine"]:
        told.append(f"machine {_short(found.get('machine'))} -> {_short(now['machine'])}")
    if now["train"]["path"] != (found.get("train") or {}).get("path"):
        told.append(f"the data's folder is now {now['train']['path']}")
    return told


def _by_colours(dataset):
    """The same files, read by their colours, are other masks."""
    return ["colours"] if getattr(dataset, "palette", None) == "colours" else []


def _digest(value):
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]


def _list_of(about):
    return about and (about.get("digest"), about.get("pictures"))


def _set_in_words(about):
    if not about:
        return "none"
    where = about.get("path") or "pictures in memory"
    split = f", {about['split']}" if about.get("split") else ""
    return f"{where} ({about.get('pictures')} pictures{split}, digest {about.get('digest')})"


def _short(value):
    text = str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
