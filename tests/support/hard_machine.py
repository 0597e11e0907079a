"""The course's work on a machine that makes it hard, as a program of its own: see tests/house/test_machines.py.

    python tests/support/hard_machine.py FOLDER

It takes one core before torch starts, imports every module, draws three pictures into FOLDER, trains one epoch,
predicts by the command line, writes a report, and last tries to train with too little memory. What was so, it prints
as JSON.
"""

import json
import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
SPARE = 700_000_000  # bytes: enough for the windows of a step, not for the step


def one_core():
    """Keep to one core, where the system lets a process choose; how many there are now."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    return len(os.sched_getaffinity(0))


def import_all():
    """Import every module of the course but ``__main__``, which is a command; how many there are."""
    import importlib
    import pkgutil

    import fcn_course

    names = [module.name for module in pkgutil.walk_packages(fcn_course.__path__, "fcn_course.")]
    for name in names:
        if not name.endswith("__main__"):
            importlib.import_module(name)
    return len(names)


def work(folder):
    """Draw, train, predict and report in ``folder``; the figures of it."""
    from fcn_course.cli import main
    from fcn_course.data.minivoc import draw_minivoc
    from fcn_course.data.voc import VOCSegmentation
    from fcn_course.training.loop import fit
    from fcn_course.training.recipes import Recipe
    from tests.support.helpers import narrow_fcn

    voc = draw_minivoc(folder / "VOC2012", train=2, val=1, progress=False)
    sets = [VOCSegmentation(voc, split) for split in ("train", "val")]
    recipe = Recipe(lr=0.01, batch_size=2, crop=(64, 96))
    history = fit(narrow_fcn(num_classes=21), *sets, recipe, epochs=1, out=folder / "run", progress=True)
    picture = next((voc / "JPEGImages").glob("2001*"))
    mine = folder / f"{folder.name}.jpg"
    mine.write_bytes(picture.read_bytes())
    predicted = main(["predict", str(mine), "--out", str(folder / "masks")])
    reported = main(["evaluate", "--data", str(voc), "--out", str(folder / "report")])
    doctor = main(["doctor"])
    return {"epochs": len(history), "loss": history[0]["train_loss"], "commands": [predicted, reported, doctor]}, sets


def with_little_memory(sets):
    """What is said of a step for which memory does not suffice: the kind of the error and its words."""
    try:
        import resource
    except ImportError:
        return None
    from fcn_course.training.loop import fit
    from fcn_course.training.recipes import Recipe
    from tests.support.helpers import narrow_fcn

    status = Path("/proc/self/status")
    if not status.is_file():  # macOS knows the bound, and does not keep it
        return None
    (held,) = (int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmData"))
    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (held + SPARE, before[1]))
    try:
        many = [sets[0][0]] * 24
        fit(narrow_fcn(num_classes=21), many, None, Recipe(batch_size=24, crop=(640, 640)), epochs=1, progress=False)
    except Exception as error:
        return [type(error).__name__, str(error)]
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)
    return ["none", ""]


def main(folder):
    said = {"cores": one_core(), "encoding": sys.getfilesystemencoding(), "modules": import_all()}
    import torch

    sys.modules["tensorboard"] = None  # of the tools for tests alone; it fails at such a path in locale C
    figures, sets = work(folder)
    said |= {**figures, "threads": torch.get_num_threads(), "memory": with_little_memory(sets)}
    print("SAID " + json.dumps(said))


if __name__ == "__main__":
    sys.path.insert(0, str(CHECKOUT))
    main(Path(sys.argv[1]))
