"""Training runs in processes of their own, for tests that kill them, cut them, or share each batch among several.

    python -m tests.support.fit_alone '[{"data": FOLDER, "out": OUT, "epochs": 2, "recipe": {"lr": 0.02}}]'

As a program it does its jobs one after another, also as one of several processes under torchrun: a start with all
imports takes far longer than such a small training.
"""

import json
import multiprocessing
import sys
from multiprocessing.process import BaseProcess

import torch
import torchvision  # noqa: F401  four seconds, which a process that is forked later need not spend

from fcn_course.cli.process import run_and_exit
from fcn_course.data.voc import VOCSegmentation
from fcn_course.nets import distributed
from fcn_course.training.loop import fit
from fcn_course.training.recipes import Recipe
from tests.support.helpers import narrow_fcn

TINY = ("background", "square", "disc", "bar")


def train(job: dict) -> str:
    """One run; what went wrong, or after which epochs ``stop`` was asked.

    ``job`` holds the folders ``data`` and ``out``, and if need be ``net`` for :func:`narrow_fcn`, ``recipe``, and
    ``stops``: (process, how often it is asked until it says True). All else goes to ``fit``.
    """
    torch.set_num_threads(1)  # as in the tests that compare, so that sums are taken in the same order
    options = dict(job)
    net, recipe = narrow_fcn(**options.pop("net", {})), Recipe(**options.pop("recipe"))
    data, asked = options.pop("data"), []
    if stops := options.pop("stops", None):
        process, times = stops
        options["stop"] = lambda: asked.append(1) or (distributed.rank() == process and len(asked) == times)
    sets = (VOCSegmentation(data, split, TINY) for split in ("train", "val"))
    try:
        history = fit(net, *sets, recipe, device="cpu", precision="float32", progress=False, **options)
    except ValueError as error:
        return str(error)
    return f"{len(history)} epochs, asked {len(asked)} times"


def start(job: dict) -> BaseProcess:
    """A process that trains and may be killed: a fork of one that has done its imports, and nothing else."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=train, args=(job,))
    process.start()
    return process


def main(jobs: list[dict]) -> None:
    with distributed.process_group(torch.device("cpu")):
        # in one piece: what two processes print at a time may mix
        sys.stdout.write(json.dumps([train(job) for job in jobs]) + "\n")


if __name__ == "__main__":
    run_and_exit(lambda: main(json.loads(sys.argv[1])))
