"""The recipe ``light`` beside the default: seconds of training, and what the net is worth.

    uv run python -m tests.benchmarks.light                  # this processor, and an old one that it plays
    uv run python -m tests.benchmarks.light --processors this --seeds 0 1 2

The default is FCN-32s by the recipe ``minivoc``, five epochs; beside it FCN-8s by ``light``. Both train on the drawn
world from the backbone that ships, in turns, each in a process of its own; seconds are of training alone, scores of
whole validation pictures. The old processor has neither AVX-512 nor bfloat16 (``tests.tools.old_processor``), and two
threads as this one.
"""

from __future__ import annotations

import argparse

import torch

from tests.benchmarks.alone import in_child
from tests.benchmarks.measure import describe_machine
from tests.tools.old_processor import OLD

WAYS = {"FCN-32s, minivoc": (32, "minivoc"), "FCN-8s, light": (8, "light")}
PROCESSORS = ("this", "old")


def train(stride: int, recipe: str, seed: int, data: str, pictures: int | None, precision: str) -> tuple[float, float]:
    """Seconds of training, and the mean IoU on whole validation pictures."""
    from torch.utils.data import Subset

    from fcn_course.data.datasets import open_voc
    from fcn_course.evaluation.scoring import evaluate
    from fcn_course.nets.backbone import load_backbone
    from fcn_course.nets.fcn import FCN
    from fcn_course.training.loop import fit

    train_set, val_set = (open_voc(data, split) for split in ("train", "val"))
    classes = len(train_set.classes)
    if pictures:
        train_set, val_set = (Subset(part, range(min(pictures, len(part)))) for part in (train_set, val_set))
    torch.manual_seed(seed)
    net = FCN(load_backbone("resnet18", "minivoc"), classes, stride)
    options = {"device": "cpu", "precision": precision, "progress": False}
    history = fit(net, train_set, None, recipe, seed=seed, **options)
    seconds = sum(row["seconds"] for row in history)
    return seconds, evaluate(net, val_set, **options).mean_iou


def table(found: dict[tuple[str, str], list[tuple[float, float]]]) -> str:
    """A line for each processor and way; the ratio is of the means, default over light."""
    lines = [
        "| processor | net and recipe | seconds | times as quick | mean IoU |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    for (processor, way), runs in found.items():
        seconds, scores = ([run[place] for run in runs] for place in (0, 1))
        first = [run[0] for run in found[processor, next(iter(WAYS))]]
        times = sum(first) / len(first) / (sum(seconds) / len(seconds))
        cells = (processor, way, _mean(seconds, 0), f"{times:.1f}", _mean(scores, 3))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _mean(values, digits):
    mean = f"{sum(values) / len(values):.{digits}f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--processors", nargs="+", choices=PROCESSORS, default=list(PROCESSORS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--data", default="minivoc", help="a data set's name or folder")
    parser.add_argument("--pictures", type=int, help="only so many, to try the command")
    parser.add_argument("--precision", default="auto", help="on this processor; the old one has float32 alone")
    args = parser.parse_args(arguments)
    print(describe_machine(torch.device("cpu")), flush=True)
    found = {}
    for processor in args.processors:
        settings = {} if processor == "this" else {**OLD, "OMP_NUM_THREADS": str(torch.get_num_threads())}
        precision = args.precision if processor == "this" else "float32"
        for seed in args.seeds:
            for way, (stride, recipe) in WAYS.items():
                run = in_child(train, stride, recipe, seed, args.data, args.pictures, precision, environment=settings)
                found.setdefault((processor, way), []).append(run)
                print(f"{processor}, {way}, seed {seed}: {run[0]:.0f} s, mean IoU {run[1]:.3f}", flush=True)
    print(table(found))


if __name__ == "__main__":
    main()
