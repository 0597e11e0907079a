"""Write the drawn world as files in VOC's exact layout.

    python -m fcn_course.data.minivoc.write FOLDER --seed 0 --train 240 --val 80 --part 0 --parts 2

draws one part of the pictures and prints a line for each; ``draw_minivoc`` starts one such process for each core, which works
alike in scripts and notebooks on every system, and puts the folder in its place when all of them are done.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from tqdm.auto import tqdm

from fcn_course.data.folders import DRAWN as MARK
from fcn_course.data.labels import VOC_CLASSES, palette_image
from fcn_course.data.locking import alone
from fcn_course.data.minivoc.compose import Picture, draw_picture
from fcn_course.data.paths import data_folder
from fcn_course.data.room import free_in_words

SPLITS = ("train", "val")
DEFAULT = (240, 80, 0)  # of the set that is drawn at first use: pictures to train, to validate, seed


class DrawingError(OSError):
    """A drawing process failed. The message says how, and how much room there is."""


def ensure_minivoc(progress: bool = True) -> Path:
    """The drawn world's folder; it is drawn on the first call (10 to 15 seconds on two new cores)."""
    folder = data_folder() / "minivoc" / "VOC2012"
    if not (folder / MARK).is_file():
        with _alone(folder, progress):
            if not (folder / MARK).is_file():  # another process may have drawn it meanwhile
                _draw(folder, *DEFAULT, None, progress)
    return folder


def draw_minivoc(
    folder: str | Path,
    train: int = DEFAULT[0],
    val: int = DEFAULT[1],
    seed: int = DEFAULT[2],
    workers: int | None = None,
    progress: bool = True,
) -> Path:
    """Draw ``train`` + ``val`` pictures with their masks into ``folder``, which must not hold anything else.

    The same seed and counts give the same files; a larger count only adds pictures. All is drawn in a folder beside and
    renamed at the end, so an interrupted drawing leaves nothing that could be taken for a finished one; what a killed one
    leaves beside goes at the next start. Of two processes the second waits.

    Args:
        workers: processes to draw with; one for each core if left out.

    Raises:
        ValueError: for counts below 1.
        FileExistsError: if ``folder`` holds something that is no drawn world.
        DrawingError: if a drawing process fails, as on a full disk; its message is passed on.
    """
    folder = Path(folder).expanduser()
    if train < 1 or val < 1:
        raise ValueError(f"a set needs at least one picture in each split, got train={train} and val={val}")
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise FileExistsError(f"{folder} holds other files; give an empty folder, or remove it if it may go")
    with _alone(folder, progress):
        return _draw(folder, train, val, seed, workers, progress)


def _alone(folder, progress):
    return alone(folder.parent / f".{folder.name}.lock", f"drawing {folder}", progress)


def _draw(folder, train, val, seed, workers, progress):
    """With the lock held, so that no other process is drawing what lies beside."""
    for killed in folder.parent.glob(f".{folder.name}.part-*"):
        shutil.rmtree(killed, ignore_errors=True)
    workers = min(workers or os.cpu_count() or 1, train + val)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.part-", dir=folder.parent))
    try:
        _make_layout(beside, train, val, seed)
        with tqdm(total=train + val, desc="drawing pictures", disable=not progress) as bar, ThreadPoolExecutor(workers) as pool:
            parts = [pool.submit(_run_part, beside, train, val, seed, part, workers, bar) for part in range(workers)]
            for part in parts:
                part.result()
        (beside / MARK).write_text(json.dumps({"train": train, "val": val, "seed": seed}) + "\n")
        if folder.exists():
            shutil.rmtree(folder)
        beside.chmod(0o755)  # mkdtemp makes it private; a class share must be readable
        os.replace(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder


def picture_name(split: str, index: int) -> str:
    """VOC-like names; the year tells the split, so that no name is in both."""
    return f"{2000 + SPLITS.index(split)}_{index:06d}"


def plan(split: str, index: int, seed: int) -> tuple[list[int], str, tuple[int, int]]:
    """Seed, main class and (width, height) of one picture. All classes take turns; about a quarter is smaller than a crop."""
    numbers = [seed, SPLITS.index(split), index]
    rng = np.random.default_rng([*numbers, 0])
    if rng.random() < 0.88:
        long, short = 500, int(rng.choice([375, 375, 375, 333, 334, 400]))
    else:
        long = int(rng.integers(320, 476))
        short = max(240, round(long * rng.uniform(0.66, 0.8)))
    size = (long, short) if rng.random() < 0.85 else (short, long)
    return [*numbers, 1], VOC_CLASSES[1 + index % 20], size


def save_picture(picture: Picture, folder: Path, name: str) -> None:
    """JPEG, class mask and instance mask, as VOC has them."""
    picture.image.save(folder / "JPEGImages" / f"{name}.jpg", quality=90)
    for kind, indices in (("SegmentationClass", picture.classes), ("SegmentationObject", picture.instances)):
        palette_image(np.asarray(indices)).save(folder / kind / f"{name}.png")


def _make_layout(folder, train, val, seed):
    for part in ("JPEGImages", "SegmentationClass", "SegmentationObject", "ImageSets/Segmentation"):
        (folder / part).mkdir(parents=True)
    lists = {split: [picture_name(split, i) for i in range(count)] for split, count in zip(SPLITS, (train, val), strict=True)}
    lists["trainval"] = lists["train"] + lists["val"]
    for split, names in lists.items():
        (folder / "ImageSets" / "Segmentation" / f"{split}.txt").write_text("\n".join(names) + "\n", newline="\n")


def _run_part(folder, train, val, seed, part, parts, bar):
    command = [sys.executable, "-m", "fcn_course.data.minivoc.write", str(folder), f"--seed={seed}", f"--train={train}", f"--val={val}"]
    command += [f"--part={part}", f"--parts={parts}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        for _ in process.stdout:
            bar.update()
        message = process.stderr.read()
    if process.returncode:
        last = (message.strip().splitlines() or ["it said nothing"])[-1][-600:]
        raise DrawingError(f"drawing into {folder.parent} failed ({last}; {free_in_words(folder)} there); nothing was kept")


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw one part of a set; fcn-course data minivoc draws a whole one.")
    parser.add_argument("folder", type=Path)
    for name in ("seed", "train", "val", "part", "parts"):
        parser.add_argument(f"--{name}", type=int, required=True)
    args = parser.parse_args()
    jobs = [("train", i) for i in range(args.train)] + [("val", i) for i in range(args.val)]
    for split, index in jobs[args.part :: args.parts]:
        seed, main_class, size = plan(split, index, args.seed)
        save_picture(draw_picture(seed, main_class, size), args.folder, picture_name(split, index))
        print(index, flush=True)


if __name__ == "__main__":
    main()
