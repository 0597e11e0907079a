"""``fcn-course pack``."""

from pathlib import Path


def add_arguments(parser):
    """Where to, for which machines, and what may be left out."""
    parser.add_argument(
        "folder", type=Path, help="a share, a stick, or any folder; a second call only adds what is missing"
    )
    parser.add_argument(
        "--platform",
        choices=("linux", "macos", "windows"),
        help="the class's machines (this machine's); linux is x86_64, macos is Apple silicon; call again for others",
    )
    parser.add_argument("--python", metavar="3.12", help="the class's Python: 3.11, 3.12 or 3.13 (this one)")
    parser.add_argument(
        "--without-wheels", action="store_true", help="no packages: about 0.1 GB in place of 3 GB more on Linux"
    )
    parser.add_argument("--solutions", action="store_true", help="the exercises' solutions too")


def run(args):
    """Fill the folder and say what each part takes."""
    from fcn_course.teaching.classroom.folder import pack
    from fcn_course.teaching.classroom.wheels import machine

    target = machine(args.platform, args.python)
    for line in pack(args.folder, target, not args.without_wheels, args.solutions):
        print(line, flush=True)
