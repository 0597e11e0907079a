"""``fcn-course slides``."""

from pathlib import Path


def add_arguments(parser):
    """Which notebooks, and where to."""
    parser.add_argument(
        "notebooks", nargs="*", metavar="NOTEBOOK", help="a lecture's number as in 02, or a path (all lectures)"
    )
    parser.add_argument("--out", type=Path, default=Path("slides"), help="folder of the HTML files (slides)")


def run(args):
    """Write an HTML file for each notebook and say where it lies."""
    from fcn_course.teaching.slides import make_slides
    from fcn_course.teaching.slides.find import find_notebooks

    for file in make_slides(find_notebooks(args.notebooks), args.out):
        print(f"{file}, {file.stat().st_size / 1e6:.1f} MB")
    print("Open a file in a browser; arrow keys or space move on. With ?print-pdf behind its address it prints.")
