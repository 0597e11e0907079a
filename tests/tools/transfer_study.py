"""What a net that knows the classes is worth as a start: FCN-8s on three classes of freshly drawn pictures.

    uv run python -m tests.tools.transfer_study               # three seeds; 5 to 6 minutes of a processor

Three starts: the backbone that ships, whose scores begin at zero; the FCN-8s that ships, whose trunk has learned to
segment, but none of whose things has the names that are asked for; and the same with the planes of the classes of the
same names. Pictures are drawn with a seed that no shipped net has seen; scores are of whole pictures.
"""

from __future__ import annotations

import argparse

import numpy as np
import torch
from torch.utils.data import Dataset

from fcn_course.data.labels import VOC_CLASSES, VOID
from fcn_course.data.minivoc.compose import draw_picture
from fcn_course.data.minivoc.write import plan
from fcn_course.nets.backbone import load_backbone
from fcn_course.nets.checkpoints import load_net
from fcn_course.nets.fcn import FCN
from fcn_course.nets.transfer import transfer_from
from fcn_course.training.loop import fit
from fcn_course.training.recipes import Recipe

CLASSES = ("background", "bottle", "bus", "cat")
DRAWN_WITH = 1305  # the seed of the pictures
EPOCHS = {"backbone": 3, "FCN-8s, other names": 1, "FCN-8s, the same names": 1}
RECIPE = Recipe(crop=(192, 256))


class ThreeClasses(Dataset):
    """Drawn pictures whose main object is of one of three classes; all others are background."""

    classes = CLASSES

    def __init__(self, split: str, number: int):
        table = np.zeros(256, np.uint8)
        table[[VOC_CLASSES.index(name) for name in CLASSES]] = range(len(CLASSES))
        table[VOID] = VOID
        self.pairs, index = [], 0
        while len(self.pairs) < number:
            seed, main, size = plan(split, index, DRAWN_WITH)
            if main in CLASSES:
                drawn = draw_picture(seed, main, size)
                image = torch.from_numpy(np.array(drawn.image)).permute(2, 0, 1).contiguous()
                self.pairs.append((image, torch.from_numpy(table[np.asarray(drawn.classes)])))
            index += 1

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        return self.pairs[index]


def start(name: str) -> FCN:
    """An FCN-8s of three classes and background, begun in one of the three ways."""
    net = FCN(load_backbone("resnet18", "minivoc"), len(CLASSES), 8)
    net.classes = CLASSES
    if name == "FCN-8s, other names":
        net.classes = ("background", *(f"my {thing}" for thing in CLASSES[1:]))
    if name != "backbone":
        transfer_from(net, load_net("minivoc"))
    return net


def study(train: Dataset, val: Dataset, seeds: list[int], recipe: Recipe = RECIPE, **options) -> dict[str, list]:
    """Validation mean IoU of each start: for each seed one number an epoch."""
    scores = {name: [] for name in EPOCHS}
    for seed in seeds:
        for name, epochs in EPOCHS.items():
            history = fit(start(name), train, val, recipe, epochs=epochs, seed=seed, **options)
            scores[name].append([row["val_mean_iou"] for row in history])
    return scores


def table(scores: dict[str, list]) -> str:
    """Mean of the seeds, lowest and highest, after each epoch."""
    most = max(EPOCHS.values())
    lines = [
        "| start | " + " | ".join(f"after epoch {epoch}" for epoch in range(1, most + 1)) + " |",
        "| --- |" + " ---: |" * most,
    ]
    for name, runs in scores.items():
        epochs = [np.array([run[epoch] for run in runs]) for epoch in range(len(runs[0]))]
        cells = [f"{values.mean():.3f} ({values.min():.3f} to {values.max():.3f})" for values in epochs]
        lines.append(f"| {name} | " + " | ".join([*cells, *[""] * (most - len(cells))]) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pictures", type=int, default=24, help="to train on (24)")
    parser.add_argument("--val", type=int, default=12, help="to score on (12)")
    parser.add_argument("--seeds", type=int, default=3, help="0, 1, ... (3)")
    args = parser.parse_args()
    sets = ThreeClasses("train", args.pictures), ThreeClasses("val", args.val)
    print(table(study(*sets, list(range(args.seeds)), progress=False)))


if __name__ == "__main__":
    main()
