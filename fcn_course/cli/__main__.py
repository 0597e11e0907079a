"""``fcn-course`` in a terminal, and ``python -m fcn_course.cli``, which is the same."""

from typing import NoReturn

from fcn_course.cli import main
from fcn_course.cli.process import run_and_exit


def command() -> NoReturn:
    """Run ``fcn-course`` as this process's whole work."""
    run_and_exit(main)


if __name__ == "__main__":
    command()
