"""What the trunk is worth: ResNet-18 and EfficientNet-Lite0 on the drawn world, each with weights and from nothing.

    uv run python -m tests.benchmarks.backbones              # three seeds: about half an hour on two idle cores
    uv run python -m tests.benchmarks.backbones --seeds 0    # one
    uv run python -m tests.benchmarks.backbones --table      # the table of what has been run

All rows have the same budget: an FCN-32s, five epochs of the default recipe in float32, in windows of 160 x 256 (in
which the skips of an FCN-8s learn little). Scores are of the net after the last epoch, on whole validation pictures.
Speed is that of training alone, in the best epoch of all seeds. A run that is done is not done again; its numbers lie
in ``--out``.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import torch

from fcn_course.data.datasets import open_voc
from fcn_course.evaluation.report.scoring import make_report
from fcn_course.nets.backbone import load_backbone
from fcn_course.nets.fcn import FCN
from fcn_course.training.loop import fit
from fcn_course.training.recipes import RECIPES
from tests.benchmarks.measure import describe_machine

ROWS = {
    "ResNet-18, drawn world": ("resnet18", "minivoc"),
    "ResNet-18, nothing": ("resnet18", None),
    "EfficientNet-Lite0, ImageNet": ("efficientnet_lite0", "imagenet"),
    "EfficientNet-Lite0, nothing": ("efficientnet_lite0", None),
}
COLUMNS = ("mean IoU", "near outlines", "pictures a second")
QUIET = {"device": "cpu", "precision": "float32", "progress": False}


def run(name: str, seed: int, train_set, val_set, epochs: int, crop: tuple[int, int]) -> dict[str, float]:
    """One net after its budget: a number for each of ``COLUMNS``."""
    torch.manual_seed(seed)
    net = FCN(load_backbone(*ROWS[name]), len(train_set.classes), stride=32)
    recipe = replace(RECIPES["minivoc"], crop=crop)
    history = fit(net, train_set, None, recipe, epochs=epochs, seed=seed, cache="memory", **QUIET)
    report = make_report(net, val_set, **QUIET)
    speed = max(row["images_per_second"] for row in history)
    return dict(zip(COLUMNS, (report.matrix.mean_iou, report.near.mean_iou, speed), strict=True))


def table(found: dict[str, list[dict[str, float]]]) -> str:
    """Mean over the seeds, with the lowest and the highest; of speed the highest."""
    lines = [f"| trunk, its weights from | {' | '.join(COLUMNS)} |", "| --- | ---: | ---: | ---: |"]
    for name, runs in found.items():
        cells = []
        for column in COLUMNS:
            values = [one[column] for one in runs]
            if column == COLUMNS[-1]:  # other work can only make it lower
                cells.append(f"{max(values):.1f}")
            else:
                cells.append(f"{sum(values) / len(values):.3f} ({min(values):.3f} to {max(values):.3f})")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="minivoc", help="a data set's name or folder")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--crop", type=int, nargs=2, default=(160, 256), metavar=("HEIGHT", "WIDTH"))
    parser.add_argument("--out", type=Path, default=Path("runs/backbones"))
    parser.add_argument("--table", action="store_true", help="train nothing")
    args = parser.parse_args(arguments)
    args.out.mkdir(parents=True, exist_ok=True)
    train_set, val_set = (open_voc(args.data, split) for split in ("train", "val"))
    found = {}
    for seed in args.seeds:
        for name in ROWS:
            file = args.out / f"{name} {seed}.json"
            if not file.is_file() and not args.table:
                numbers = run(name, seed, train_set, val_set, args.epochs, tuple(args.crop))
                file.write_text(json.dumps(numbers))
                print(name, seed, numbers, flush=True)
            if file.is_file():
                found.setdefault(name, []).append(json.loads(file.read_text()))
    print(describe_machine(torch.device("cpu")))
    print(table({name: found[name] for name in ROWS if name in found}))


if __name__ == "__main__":
    main()
