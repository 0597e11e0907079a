"""``fcn-course runs``: what was trained, how far it came, and how good it is."""

from pathlib import Path

HEADINGS = {"run": "run", "data": "data", "net": "net", "epochs": "epochs", "mean_iou": "mean IoU", "state": "state"}


def add_arguments(parser):
    """Where to look."""
    parser.add_argument("folder", nargs="?", type=Path, default=Path("runs"), help="folder that holds the runs (runs)")


def run(args):
    """Print one line for each run."""
    from fcn_course.training.folder import list_runs

    rows = [HEADINGS, *list_runs(args.folder)]
    if len(rows) == 1:
        print(f"no runs in {args.folder}; `fcn-course train --out {args.folder / 'first'}` makes one")
        return
    wide = {name: max(len(row[name]) for row in rows) for name in HEADINGS}
    for row in rows:
        print("  ".join(row[name].ljust(wide[name]) for name in HEADINGS).rstrip())
