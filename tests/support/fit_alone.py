"""A training run as a program, for tests that kill it, cut it or start it several times over.

python tests/support/fit_alone.py FOLDER OUT '{"epochs": 2, "recipe": {"lr": 0.02}, "net": {"stride": 8}}'
"""

import json
import sys

import torch

from fcn_course.data.voc import VOCSegmentation
from fcn_course.training.loop import fit
from fcn_course.training.recipes import Recipe
from tests.support.helpers import narrow_fcn

TINY = ("background", "square", "disc", "bar")


def main(folder, out, options):
    torch.set_num_threads(1)  # as in the test that compares, so that sums are taken in the same order
    options = json.loads(options)
    net, recipe = narrow_fcn(**options.pop("net", {})), Recipe(**options.pop("recipe"))
    sets = (VOCSegmentation(folder, split, TINY) for split in ("train", "val"))
    print("ready", flush=True)
    fit(net, *sets, recipe, out=out, device="cpu", precision="float32", progress=False, **options)


if __name__ == "__main__":
    main(*sys.argv[1:])
