"""Where the course keeps its files: data sets that are drawn or downloaded, and the weights that ship with it.

``FCN_COURSE_DATA`` moves the data folder, say to a class share or a memory stick.
Nothing here makes a folder or imports torch.
"""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]  # fcn_course
CHECKOUT = PACKAGE.parent  # only a checkout when pyproject.toml lies in it, see in_checkout()
VOC2012_NOTE = "VOC2012.path"  # in the data folder: where a VOC2012 lies that was not copied


def in_checkout() -> bool:
    """True when the package is used from its source tree, False when it was installed from a wheel."""
    return (CHECKOUT / "pyproject.toml").is_file()


def _moved_folder() -> Path | None:
    chosen = os.environ.get("FCN_COURSE_DATA", "").strip()
    return Path(chosen).expanduser().absolute() if chosen else None


def data_folder() -> Path:
    """The folder of the data sets, whether or not it exists yet.

    In this order: the environment variable ``FCN_COURSE_DATA``; ``data/`` of the checkout; ``~/.cache/fcn_course``.
    """
    moved = _moved_folder()
    if moved is not None:
        return moved
    return CHECKOUT / "data" if in_checkout() else Path.home() / ".cache" / "fcn_course"


def voc2012_folder(folder: Path | None = None) -> Path:
    """Where VOC2012 lies, or would lie: ``VOCdevkit/VOC2012`` in ``folder`` (default: the data folder).

    If the text file ``VOC2012.path`` there names a folder with pictures, it is that one.
    """
    folder = data_folder() if folder is None else folder
    note = folder / VOC2012_NOTE
    named = note.read_text(encoding="utf-8", errors="replace").strip() if note.is_file() else ""
    if named and (folder / named / "JPEGImages").is_dir():
        return folder / named
    return folder / "VOCdevkit" / "VOC2012"


def weights_folder() -> Path:
    """The folder of the weights that ship: ``data/weights`` of the checkout, ``fcn_course/weights`` of a wheel."""
    return CHECKOUT / "data" / "weights" if in_checkout() else PACKAGE / "weights"


def weights_file(name: str) -> Path:
    """The path of one weights file, for example ``"resnet18_minivoc.safetensors"``.

    ``FCN_COURSE_DATA/weights/name`` goes before the file that ships, when it is there: so a class can use its own.
    The path is returned even if there is no such file; who opens it says what to do then.
    """
    moved = _moved_folder()
    if moved is not None and os.path.isfile(moved / "weights" / name):
        return moved / "weights" / name
    return weights_folder() / name
