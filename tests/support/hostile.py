"""Files as an enemy, or a failing disk, would make them, and what the package says of each.

    python -m tests.support.hostile --cases 10000 --seed 0      # a heavy round; some minutes
    python -m tests.support.hostile --seed 0 --only 4711        # one case of it again

A case is made from its seed and number alone. It must end in a right result, or in a FileNotFoundError or ValueError
that names the file; within 5 seconds of computing, and without killing its process, which is a child for this reason.
"""

from __future__ import annotations

import argparse
import faulthandler
import io
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from fcn_course.data.checking.check import check_voc
from fcn_course.data.datasets import open_voc
from fcn_course.data.images import read_image
from fcn_course.data.labels import choose_classes
from fcn_course.data.masks import read_mask
from fcn_course.data.sbd import read_mat_mask
from tests.support.hostile_files import (
    KINDS,
    LABELS,
    MASKS,
    PICTURES,
    SBD,
    hostile_bytes,
    hurt_bytes,
    hurt_text,
    originals,
    png_is_broken,
    sbd_truth,
)

SECONDS, KILLED_AFTER = 5, 120  # of computing, and of a clock that a busy machine does not stop


def try_case(seed: int, number: int, folder: Path) -> tuple[str, str]:
    """``"read"`` or ``"refused"``, and what is wrong with that (nothing, as a rule); ``folder`` holds the originals."""
    kind, rng = KINDS[number % len(KINDS)], np.random.default_rng([seed, number])
    began = time.process_time()
    try:
        outcome, wrong = (_whole_folder if kind == "whole folder" else _one_file)(kind, rng, folder)
    except Exception as error:  # any that gets here is what this is about
        outcome, wrong = "refused", f"raised {type(error).__name__}: {error}"
    if (took := time.process_time() - began) > SECONDS:
        wrong = f"{wrong} took {took:.0f} s"
    return outcome, wrong.replace("\n", " ")


def _one_file(kind, rng, folder):
    data, hurt = hostile_bytes(kind, rng)
    name = kind if kind in LABELS else {"list of a split": "train.txt", "list of names": "names.txt"}.get(kind, "a.jpg")
    path = folder / ("ImageSets/Segmentation" if kind == "list of a split" else "") / name
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(data)
    try:
        wrong = _judged(kind, path, data, int(rng.choice((2, 21, 255))) if hurt else 21)
        return "read", wrong
    except (FileNotFoundError, ValueError) as error:
        told = path.name in str(error) and "\n" not in str(error) and type(error) in (FileNotFoundError, ValueError)
        wrong = "" if told else f"an unclear error: {type(error).__name__}: {error}"
        return "refused", wrong if hurt else f"a sound file was refused: {error}"
    finally:
        path.unlink() if before is None else path.write_bytes(before)


def _judged(kind, path, data, num_classes):
    """What is wrong with that which was read; nothing, as a rule."""
    if kind in PICTURES:
        image = read_image(path)
        if data[:4] == b"\x89PNG" and png_is_broken(data):
            return "a PNG with a wrong checksum was read"
        return "" if str(image.dtype) == "torch.uint8" and image.ndim == 3 and image.shape[0] == 3 else "no picture"
    if kind in MASKS:
        mask = read_mask(path, num_classes).numpy()
        with Image.open(io.BytesIO(data)) as file:
            theirs = np.array(file)
        if data[:4] == b"\x89PNG" and png_is_broken(data):
            return "a PNG with a wrong checksum was read"
        right = np.array_equal(mask, theirs) and bool(((mask < num_classes) | (mask == 255)).all())
        return "" if right else "other indices than Pillow's"
    if kind in SBD:
        mask, whole = read_mat_mask(path, num_classes).numpy(), kind == SBD[0]
        # without a checksum another index is an index like any other
        right = np.array_equal(mask, sbd_truth()) if whole else bool(((mask < num_classes) | (mask == 255)).all())
        return "" if right else "other indices"
    if kind in LABELS:
        names = choose_classes(None, path.parent)
        good = 0 < len(names) == len(set(names)) < 256 and all(name.strip() == name != "" for name in names)
        return "" if good else f"no names: {names!r:.80}"
    dataset = open_voc(path.parents[2]) if kind == "list of a split" else open_voc(path.parent, names=path)
    there = all(file.is_file() for pair in dataset.files for file in pair)
    return "" if there and 0 < len(dataset) == len(set(dataset.names)) else f"a list of {dataset.names!r:.80}"


def _whole_folder(_, rng, folder):
    """What a check and a data set say of one folder must agree."""
    files = originals()
    chosen = [str(path) for path in rng.choice(list(files), int(rng.integers(0, 4)))]
    try:
        for path in chosen:
            hurt = hurt_text if path.endswith(".txt") and rng.random() < 0.5 else hurt_bytes
            (folder / path).write_bytes(hurt(files[path], rng))
        findings = check_voc(folder, progress=False)
        findings.table().encode("ascii", "backslashreplace")
        try:
            for split in ("train", "val"):
                dataset = open_voc(folder, split)
                for index in range(len(dataset)):
                    dataset.read(index)
        except (FileNotFoundError, ValueError) as error:
            return "refused", "" if findings.of("error") else f"no error was found, yet: {error}"
        return "read", "" if chosen or not findings.of("error") else f"errors in a sound folder: {findings.table()}"
    finally:
        for path in chosen:
            (folder / path).write_bytes(files[path])


def run_child(seed: int, first: int, last: int, step: int) -> None:
    """Try cases here; a line before each, and one behind it: number, outcome, what is wrong."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        for path, data in originals().items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_bytes(data)
        for number in range(first, last, step):
            print(number, flush=True)
            faulthandler.dump_traceback_later(KILLED_AFTER, exit=True)
            print(number, *try_case(seed, number, Path(folder)), sep="\t", flush=True)
            faulthandler.cancel_dump_traceback_later()


def run_cases(seed: int, first: int, last: int, step: int = 1) -> list[tuple[int, str, str]]:
    """Number, outcome and what is wrong of each case, tried in a child; when it dies, another goes on behind."""
    results = []
    while first < last:
        numbers = [str(number) for number in (seed, first, last, step)]
        command = [sys.executable, "-m", "tests.support.hostile", "--child", *numbers]
        child = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", errors="replace", check=False)
        lines = [line.split("\t") for line in child.stdout.splitlines()]
        results += [(int(line[0]), line[1], line[2]) for line in lines if len(line) == 3]
        if child.returncode == 0:
            break
        if not lines:
            raise RuntimeError(f"the child did not start (status {child.returncode}): {' '.join(command)}")
        dead = int(lines[-1][0])
        results.append((dead, "died", f"its process ended with status {child.returncode}"))
        first = dead + step
    return results


def table(results: list[tuple[int, str, str]]) -> str:
    """Kinds, cases, how many were read and refused, how many went wrong."""
    counted = Counter((KINDS[number % len(KINDS)], outcome) for number, outcome, _ in results)
    wrong = Counter(KINDS[number % len(KINDS)] for number, _, fault in results if fault)
    rows = [("kind", "cases", "read", "refused", "wrong")]
    for kind in KINDS:
        read, refused = counted[kind, "read"], counted[kind, "refused"]
        rows.append((kind, str(read + refused + counted[kind, "died"]), str(read), str(refused), str(wrong[kind])))
    sums = [str(sum(int(row[column]) for row in rows[1:])) for column in range(1, 5)]
    return "\n".join(
        "  ".join([row[0].ljust(26), *(cell.rjust(7) for cell in row[1:])]) for row in [*rows, ("all", *sums)]
    )


def main() -> int:
    """Run a round, print its table; the status is 1 if a case went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, metavar="NUMBER", help="this case alone")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--child", type=int, nargs=4, metavar=("SEED", "FIRST", "LAST", "STEP"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        run_child(*args.child)
        return 0
    if args.only is not None:
        results = run_cases(args.seed, args.only, args.only + 1)
    else:
        with ThreadPoolExecutor(args.jobs) as pool:
            parts = pool.map(lambda job: run_cases(args.seed, job, args.cases, args.jobs), range(args.jobs))
            results = [result for part in parts for result in part]
    print(table(results))
    wrong = sorted(result for result in results if result[2])
    for number, _, fault in wrong[:20]:
        print(f"--seed {args.seed} --only {number} ({KINDS[number % len(KINDS)]}): {fault}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
