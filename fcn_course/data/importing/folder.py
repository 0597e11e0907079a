"""A source written as a folder laid out like VOC: whole, or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tqdm.auto import tqdm

from fcn_course.data.folders import PARTS
from fcn_course.data.importing.detect import read_source
from fcn_course.data.importing.files import Files
from fcn_course.data.importing.naming import file_names
from fcn_course.data.importing.painting import Painted, paint_pair
from fcn_course.data.importing.records import Annotated, AnnotationError, Notes, Source, named
from fcn_course.data.importing.split import choose_splits, film_of, validate_share
from fcn_course.data.importing.summary import Imported
from fcn_course.data.labels import VOID, read_classes
from fcn_course.data.locking import alone
from fcn_course.data.room import is_full, no_room

MARK = ".imported.json"
CHOICES = {"background": 0, "void": VOID}
FULLY = 0.1  # a set of shapes that leaves less than this share without a label was meant to label everything


def import_folder(
    source: str | Path,
    out: str | Path,
    format: str | None = None,
    unlabelled: str | None = None,
    val: float = 0.2,
    seed: int = 0,
    group: str = "auto",
    copy: bool = False,
    crowds: str | None = None,
    progress: bool = True,
) -> Imported:
    """Read pictures and annotations of a tool and write them as a folder laid out like VOC.

    Pictures are never encoded anew: they are hard links to the source's files, or copies where a link cannot be made,
    as on another disk. Masks are palette PNG files of class indices. Everything is written into a folder beside, which
    is renamed at the end.

    Args:
        source: the folder of an export, or its one annotation file.
        out: the folder to make; it must be new or empty, or one that was imported before, whose place is taken.
        format: one of :data:`fcn_course.data.importing.detect.FORMATS`; by default what the source can be read as.
        unlabelled: ``"background"`` or ``"void"``, for pixels that nobody labelled; by default what the format says,
            and for shapes the background. Where that would likely be wrong, it must be given.
        val, seed, group: the split where the source has none, see
            :func:`fcn_course.data.importing.split.split_names`.
        copy: copy pictures, and link none.
        crowds: ``"void"`` or ``"objects"``: what COCO's crowds are, where the share of them makes that doubtful.

    Raises:
        FileNotFoundError: no such source.
        FileExistsError: ``out`` holds other files.
        ValueError: it is not clear what the source is; a package of the extra ``annotations`` is missing; or all its
            faults at once. Nothing is written then.
        NoRoomError: tells how much is free.
    """
    out = Path(out).expanduser()
    if unlabelled not in (None, *CHOICES):
        raise ValueError(f"--unlabelled takes background or void, not {unlabelled!r}")
    if crowds not in (None, "void", "objects"):
        raise ValueError(f"--crowds takes void or objects, not {crowds!r}")
    validate_share(val)
    film_of("", group)
    files, notes = Files(source), Notes()
    _look_at_out(files.root, out)
    found = read_source(files, format, notes, crowds)
    if not found.items and not notes.faults:
        raise ValueError(f"{files.root}: {found.format}, but not one picture with its annotations is in it")
    with alone(out.parent / f".{out.name}.lock", f"importing into {out}", progress):
        return _write(files, found, notes, out, (unlabelled, val, seed, group, copy), progress)


def _look_at_out(root, out):
    if out.is_file():
        raise FileExistsError(f"{out} is a file; give the folder to make")
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise FileExistsError(f"{out} holds other files; give a new folder, or remove it if it may go")
    ours, theirs = out.resolve(), root.resolve()
    if ours == theirs or ours.is_relative_to(theirs) or theirs.is_relative_to(ours):
        raise ValueError(f"{out} and the source {root} lie one in the other; give a folder beside the source")


def _write(files, source: Source, notes: Notes, out: Path, options, progress) -> Imported:
    unlabelled, val, seed, group, copy = options
    for killed in out.parent.glob(f".{out.name}.part-*"):
        shutil.rmtree(killed, ignore_errors=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.part-", dir=out.parent))
    try:
        for part in PARTS:
            (beside / part).mkdir(parents=True)
        names, choice = file_names(source.items), unlabelled or source.unlabelled or "background"
        painted = _paint_all(beside, source, names, CHOICES[choice], copy, notes, progress)
        notes.stop(files.root)
        _ask_for_unlabelled(source, painted, unlabelled)
        splits, told = choose_splits(source.items, names, val, seed, group)
        for split, listed in splits.items():
            _list(beside, split, listed)
        if set(splits) >= {"train", "val"}:
            _list(beside, "trainval", splits["train"] + splits["val"])
        _write_classes(beside, source.classes)
        said = [*source.said, *notes.told(), *_said_of(source, painted, choice, unlabelled), told]
        _put_in_place(beside, out, {"source": str(files.root.resolve()), "format": source.format, "unlabelled": choice})
    except OSError as error:
        if is_full(error, out.parent):
            raise no_room(out) from error
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Imported(out, source.format, source.classes, splits, painted, said)


def _paint_all(beside, source, names, index, copy, notes, progress):
    # decoding does not hold Python's lock; each thread holds one picture
    with ThreadPoolExecutor(min(os.cpu_count() or 1, 8)) as pool:
        pairs = list(zip(source.items, names, strict=True))
        looks = pool.map(lambda pair: _told(beside, *pair, index, copy), pairs)
        found = list(tqdm(looks, "painting masks", total=len(pairs), leave=False, disable=not progress))
    painted = {}
    for (item, name), look in zip(pairs, found, strict=True):
        if isinstance(look, AnnotationError):
            notes.fault(look.kind, item.name, look.detail)
        else:
            painted[name] = look
            for remark in look.remarks:
                notes.remark(remark, item.name)
    return painted


def _told(beside, item: Annotated, name, index, copy) -> Painted | AnnotationError:
    try:
        return paint_pair(beside, item, name, index, copy)
    except AnnotationError as fault:
        return fault


def _ask_for_unlabelled(source, painted, chosen):
    """Stop where the background is likely not what pixels without a label are."""
    without, whole = (sum(getattr(look, what) for look in painted.values()) for what in ("unlabelled", "whole"))
    if chosen or source.unlabelled or not without:
        return
    if source.draws_background:
        why = "it labels some pixels background itself, so that those without a label may be something else"
    elif without < FULLY * whole:
        why = "nearly all is labelled, so that what is left may be gaps between the labels and no background"
    else:
        return
    raise ValueError(
        f"{100 * without / whole:.2g} % of the pixels have no label, and {why}; say what they are: --unlabelled "
        "background (the net learns that nothing is there), or --unlabelled void (neither learned nor scored)"
    )


def _said_of(source, painted, choice, chosen):
    without, whole = (sum(getattr(look, what) for look in painted.values()) for what in ("unlabelled", "whole"))
    if not without:
        return ["every pixel has a label"]
    blank = [name for name, look in painted.items() if look.pixels.keys() == {VOID}]
    blanks = [f"pictures that are void all over, of which nothing is learned: {named(blank)}"] if blank else []
    who = "as asked" if chosen else "as the format has it" if source.unlabelled else "as shapes are commonly meant"
    return [f"{100 * without / whole:.3g} % of the pixels have no label: they are {choice}, {who}", *blanks]


def _list(folder, split, names):
    path = folder / "ImageSets" / "Segmentation" / f"{split}.txt"
    path.write_text("".join(f"{name}\n" for name in names), encoding="utf-8", newline="\n")


def _write_classes(folder, classes):
    path = folder / "labels.txt"
    path.write_text("".join(f"{name}\n" for name in classes), encoding="utf-8", newline="\n")
    if read_classes(path) != tuple(classes):
        wrong = [name for name, read in zip(classes, [*read_classes(path), *classes], strict=False) if name != read]
        raise ValueError(f"the class name {wrong[0]!r} cannot stand in a labels file; rename it in the tool")


def _put_in_place(beside, out, about):
    (beside / MARK).write_text(json.dumps(about, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.chmod(0o755)  # mkdtemp makes it private; a class share must be readable
    if out.exists():
        shutil.rmtree(out)
    os.replace(beside, out)
