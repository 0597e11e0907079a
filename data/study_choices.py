"""What each choice in an FCN is worth on the drawn world: the table in data/README.md.

    uv run python data/study_choices.py                 # every row, three seeds: about an hour on two cores
    uv run python data/study_choices.py --only 32s 8s   # some rows
    uv run python data/study_choices.py --table         # the table of what has been run

All rows have the same budget: five epochs of the default recipe, on the default drawn world. Scores are of the net
after the last epoch, on whole validation pictures in float32. A run that is done is not done again.
"""

import argparse
import json
from pathlib import Path

import torch

from fcn_course.data import VOID, Cached, open_voc
from fcn_course.evaluation import ConfusionMatrix, near_outlines
from fcn_course.nets import FCN, load_backbone, start_from
from fcn_course.prediction import predict
from fcn_course.training import fit

EPOCHS, BAND = 5, 8  # BAND: pixels from an outline
SHIFTS = range(-20, 21, 2)
# name: strides with the epochs spent on each; options of FCN; whether the trunk is frozen
ROWS = {
    "32s": ({32: EPOCHS}, {}, False),
    "16s": ({16: EPOCHS}, {}, False),
    "8s": ({8: EPOCHS}, {}, False),
    "8s, staged": ({32: 2, 16: 1, 8: 2}, {}, False),
    "8s, skips × 0.01, 0.0001": ({8: EPOCHS}, {"skip_scales": (0.01, 0.0001)}, False),
    "32s, centres": ({32: EPOCHS}, {"alignment": "centres"}, False),
    "32s, learned": ({32: EPOCHS}, {"learned": True}, False),
    "32s, frozen trunk": ({32: EPOCHS}, {}, True),
    "32s, frozen trunk, centres": ({32: EPOCHS}, {"alignment": "centres"}, True),
    "32s, frozen trunk, learned": ({32: EPOCHS}, {"learned": True}, True),
    "32s, frozen trunk, learned, centres": ({32: EPOCHS}, {"learned": True, "alignment": "centres"}, True),
}
AGAINST = (
    ("16s", "32s"),
    ("8s", "16s"),
    ("8s", "32s"),
    ("8s, staged", "8s"),
    ("8s, skips × 0.01, 0.0001", "8s"),
    ("32s, learned", "32s"),
    ("32s, centres", "32s"),
    ("32s, frozen trunk, centres", "32s, frozen trunk"),
    ("32s, frozen trunk, learned, centres", "32s, frozen trunk, learned"),
)
SCORES = ("mean IoU", "near outlines", "away from them")
DISPLACED, OTHERWISE = "displaced by", "displaced by, laid the other way"


def train(stages: dict[int, int], options: dict, frozen: bool, seed: int, train_set, precision: str) -> FCN:
    """One net after its whole budget."""
    coarser = None
    for stride, epochs in stages.items():
        net = FCN(load_backbone(), stride=stride, **options)
        net = start_from(net, coarser) if coarser else net
        if frozen:
            net.freeze_trunk()
        fit(net, train_set, None, epochs=epochs, seed=seed, precision=precision, progress=False)
        coarser = net
    return net


def score(net: FCN, val_set) -> dict:
    """Mean IoU of all pixels, of those near outlines and of the others, and by how much the masks are displaced."""
    matrices = [ConfusionMatrix(net.num_classes) for _ in SCORES]
    pairs = [(predict(net, image), truth) for image, truth in map(val_set.__getitem__, range(len(val_set)))]
    for pred, truth in pairs:
        band = near_outlines(truth, BAND)
        for matrix, kept in zip(matrices, (truth != VOID, band, ~band), strict=True):
            matrix.update(pred, truth.where(kept, torch.tensor(VOID)))
    scores = dict(zip(SCORES, (matrix.mean_iou for matrix in matrices), strict=True)) | {DISPLACED: displaced(pairs)}
    if (
        net.stride == 32 and not net.learned
    ):  # the same weights, but each score 15.5 pixels away from where it was learned
        other = FCN(load_backbone("resnet18", None), alignment="book" if net.alignment == "centres" else "centres")
        other.load_state_dict(net.state_dict())
        pairs = [(predict(other, val_set[index][0]), truth) for index, (_, truth) in enumerate(pairs)]
        scores[OTHERWISE] = displaced(pairs)
    return scores


def displaced(pairs: list) -> int:
    """By how many pixels the predicted objects lie too far right and down: moved back by so many they fit best."""
    agreement = dict.fromkeys(SHIFTS, 0)
    for pred, truth in pairs:
        for shift in SHIFTS:
            moved = torch.roll(pred, (-shift, -shift), (0, 1))
            inner = slice(20, -20)  # what has not come in from the other side
            agreement[shift] += int(((moved == truth) & (truth > 0))[inner, inner].sum())
    return max(SHIFTS, key=lambda shift: (agreement[shift], -abs(shift)))


def table(found: dict[str, list[dict]]) -> str:
    """Mean over the seeds, with the lowest and the highest; then differences, seed by seed."""
    seeds = max(map(len, found.values()))
    lines = [
        f"| net | {' | '.join(SCORES)} | {DISPLACED} | {OTHERWISE} |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, runs in found.items():
        cells = []
        for key in SCORES:
            values = [run[key] for run in runs]
            cells.append(f"{sum(values) / len(values):.3f} ({min(values):.3f} to {max(values):.3f})")
        for key in (DISPLACED, OTHERWISE):
            cells.append(", ".join(str(run[key]) for run in runs if key in run))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += ["", f"| difference | {' | '.join(f'{key}, seeds 0 to {seeds - 1}' for key in SCORES)} |"]
    lines.append("| --- | ---: | ---: | ---: |")
    for name, other in AGAINST:
        if name in found and other in found:
            cells = []
            for key in SCORES:
                differences = [a[key] - b[key] for a, b in zip(found[name], found[other], strict=False)]
                each = ", ".join(f"{d:+.3f}" for d in differences)
                cells.append(f"**{sum(differences) / len(differences):+.3f}** ({each})")
            lines.append(f"| {name} − {other} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", default=list(ROWS), choices=ROWS, metavar="ROW")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", type=Path, default=Path("runs/choices"))
    parser.add_argument("--precision", default="auto", help="of the training, see fit")
    parser.add_argument("--table", action="store_true", help="train nothing")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    val_set, train_set, found = open_voc("minivoc", "val"), None, {}
    for seed in args.seeds:
        for name in args.only:
            file = args.out / f"{name} {seed}.json"
            if not file.is_file() and not args.table:
                train_set = train_set or Cached(open_voc("minivoc", "train"), progress=False)
                scores = score(train(*ROWS[name], seed, train_set, args.precision), val_set)
                file.write_text(json.dumps(scores))
                print(name, seed, scores, flush=True)
            if file.is_file():
                found.setdefault(name, []).append(json.loads(file.read_text()))
    print(table({name: found[name] for name in ROWS if name in found}))


if __name__ == "__main__":
    main()
