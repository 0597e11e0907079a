"""The command line ``fcn-course``: each of its COMMANDS is a module beside this one.

For: a terminal; ``python -m fcn_course.cli`` and ``torchrun -m fcn_course.cli train`` start the same.
Uses: data, nets, prediction, evaluation, training, teaching.
"""

from __future__ import annotations

import argparse
import codecs
import importlib
import io
import sys

COMMANDS = {
    "doctor": "what this machine has, and what mends what is missing",
    "data": "draw or fetch a data set",
    "train": "train an FCN and score it after each epoch",
    "runs": "list training runs: data, net, epochs, best score, state",
    "evaluate": "score a net on whole pictures and write a report",
    "predict": "write masks and overlays of pictures",
    "export": "write a net as one ONNX file, and check the file against the net",
    "exercises": "make the students' versions of the exercises, and a course folder for nbgrader",
    "slides": "turn saved notebooks into slides that need no network",
    "pack": "prepare one folder for a class on a slow network, or none",
}


def main(argv: list[str] | None = None) -> int:
    """Run a command; a mistake of the user's is told in one line, without a traceback. Returns the exit status."""
    _let_all_letters_out()
    args = _parser().parse_args(argv)
    try:
        return args.run(args) or 0
    except (OSError, ValueError, MemoryError) as error:
        print(f"fcn-course {args.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "\nstopped; what was written so far can be used, and the same command goes on from there", file=sys.stderr
        )
        return 130


def _let_all_letters_out():
    """In locale C, as in a bare container, write UTF-8, as terminals do; elsewhere ? for what cannot be written."""
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):  # a notebook's
            continue
        if codecs.lookup(stream.encoding).name == "ascii":
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
        elif stream.errors == "strict":
            stream.reconfigure(errors="replace")


def _parser():
    parser = argparse.ArgumentParser(prog="fcn-course", description="The course on fully convolutional networks.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in COMMANDS.items():
        command = importlib.import_module(f"{__name__}.{name}")  # none of them imports torch before it runs
        command_parser = commands.add_parser(name, help=what, description=what)
        command.add_arguments(command_parser)
        command_parser.set_defaults(run=command.run)
    return parser
