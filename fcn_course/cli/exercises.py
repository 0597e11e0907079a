"""``fcn-course exercises``."""

from pathlib import Path


def add_arguments(parser):
    """What to do, and with which exercises."""
    tasks = parser.add_subparsers(dest="task", required=True)
    make = tasks.add_parser("make", help="write the student's versions from the solutions", description=_make.__doc__)
    make.set_defaults(task=_make)
    check = tasks.add_parser("check", help="say which student's versions drifted", description=_check.__doc__)
    check.set_defaults(task=_check)
    for task in (make, check):
        task.add_argument("names", nargs="*", metavar="NAME", help="as in 3_whole_pictures (all)")
    course = tasks.add_parser("course", help="make a course folder for nbgrader", description=_course.__doc__)
    course.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder, or one made by this command")
    course.add_argument("--only", dest="names", nargs="+", default=[], metavar="NAME", help="these exercises (all)")
    course.set_defaults(task=_course)


def run(args):
    """Do it; the status of ``check`` is 1 if one drifted."""
    return args.task(args)


def _make(args):
    """Write notebooks/exercises/NAME.ipynb from notebooks/solutions/NAME.ipynb."""
    from fcn_course.teaching.exercises.release import chosen, make

    unsaved = []
    for name in chosen(args.names):
        path, must_run = make(name)
        print(f"{name}: {'to be run' if must_run else 'as its solution says'}")
        if must_run:
            unsaved.append(str(path))
    if unsaved:
        print("run and save:\npython -m tests.tools.save_notebooks", *unsaved)


def _check(args):
    """Compare notebooks/exercises/NAME.ipynb with what its solution gives; status 1 if they differ."""
    from fcn_course.teaching.exercises.release import chosen, drift

    drifted = {name: drift(name) for name in chosen(args.names)}
    for name, found in drifted.items():
        print(f"{name}: {'; '.join(found) or 'as its solution says'}")
    if any(drifted.values()):
        print("change the solution, then `fcn-course exercises make`")
    return int(any(drifted.values()))


def _course(args):
    """Make a folder in which nbgrader hands out and marks the exercises, and say which commands do so."""
    from fcn_course.teaching.exercises.course import make_course, next_steps

    names = make_course(args.folder, args.names)
    print(f"course folder {args.folder}: {', '.join(names)}\n\n{next_steps(args.folder, names[0])}")
