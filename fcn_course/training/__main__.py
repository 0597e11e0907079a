"""``python -m fcn_course.training`` and ``torchrun -m fcn_course.training``: the command ``fcn-course train``."""

import sys

from fcn_course.cli import main

if __name__ == "__main__":
    sys.exit(main(["train", *sys.argv[1:]]))
