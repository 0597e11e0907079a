"""Work that is killed (SIGKILL) at random moments, started again, and held to work that nobody disturbed.

    python -m tests.support.kill_rounds 50      so many kills, shared among drawing, training and exporting

Downloads have a round of their own, :mod:`tests.support.kill_download`.
"""

from __future__ import annotations

import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import torchvision  # noqa: F401  four seconds, which a process that is forked later need not spend

from fcn_course.data.minivoc.write import MARK, draw_minivoc
from fcn_course.nets.checkpoints import export_weights, read_checkpoint, save_checkpoint
from tests.support import fit_alone
from tests.support.helpers import make_voc, narrow_fcn, shapes_picture

SMALL = {"lr": 0.01, "batch_size": 6, "crop": (48, 64)}


def draw(folder: Path) -> None:
    """A small set of drawn pictures."""
    draw_minivoc(folder / "set", 6, 2, progress=False)


def export(folder: Path) -> None:
    """Forty times a checkpoint and a file of weights, of a small net."""
    net = narrow_fcn()
    for _ in range(40):
        save_checkpoint(folder / "net.pt", net)
        export_weights(folder / "net.safetensors", net)


def train(folder: Path) -> None:
    """Eight epochs on pictures of plain shapes, with a checkpoint after every step."""
    data = folder.parent / "shapes"
    job = {"data": data, "out": folder / "run", "recipe": SMALL, "epochs": 8, "save_every": 1}
    fit_alone.train(job)


def contents(folder: Path) -> dict[str, object]:
    """What must be equal in the end: drawn files byte by byte, of checkpoints their weights and what was measured."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name.startswith("."):
            continue  # beside: what is being made, or was when it was killed
        if path.suffix in (".pt", ".safetensors"):
            state = read_checkpoint(path)
            rows = [[row[key] for key in ("epoch", "train_loss", "val_mean_iou")] for row in state.get("history", ())]
            found[name] = [value.tolist() for value in state["model"].values()][:8], rows
        elif path.suffix in (".jpg", ".png", ".txt") or path.name == MARK:
            found[name] = path.read_bytes()
    return found


def begin(work: Callable[[Path], None], folder: Path) -> BaseProcess:
    """A process that does the work in ``folder``: a fork of one that has done its imports, and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=work, args=(folder,))
    process.start()
    return process


def kill_rounds(work: Callable[[Path], None], folder: Path, kills: int, seed: int = 0) -> int:
    """Kill the work so often, each time at another moment of its length, then let it end; how many were killed.

    Raises:
        AssertionError: if a file is half-written at its place after a kill, or if in the end anything differs from
            what undisturbed work leaves.
    """
    rng, killed = random.Random(seed), 0
    make_shapes(folder / "shapes")
    begin(work, folder / "first").join()  # whatever is slow once
    start = time.perf_counter()
    begin(work, folder / "whole").join()
    length = time.perf_counter() - start
    truth = contents(folder / "whole")
    assert truth
    for _ in range(kills):
        process = begin(work, folder / "cut")
        time.sleep(rng.uniform(0, length))
        process.kill()
        process.join()
        killed += process.exitcode != 0
        assert contents(folder / "cut").keys() <= truth.keys() | {"run/best.pt"}, "something half-made is left"
    process = begin(work, folder / "cut")
    process.join()
    assert process.exitcode == 0
    assert contents(folder / "cut") == truth
    return killed


def make_shapes(folder: Path) -> None:
    """24 pictures to train and 8 to validate, once."""
    import numpy as np

    rng = np.random.default_rng(7)
    train_set, val = (
        {f"{part}{n}": shapes_picture(rng) for n in range(count)} for part, count in (("t", 24), ("v", 8))
    )
    make_voc(folder, train=train_set, val=val)


def main() -> None:
    kills = int(sys.argv[1])
    for number, work in enumerate((draw, train, export)):
        with tempfile.TemporaryDirectory() as temporary:
            share = kills // 3 + (number < kills % 3)
            killed = kill_rounds(work, Path(temporary), share, seed=number)
        print(f"{work.__name__}: {killed} of {share} killed before the end; whole and right afterwards", flush=True)


if __name__ == "__main__":
    main()
