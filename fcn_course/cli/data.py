"""``fcn-course data``: draw the drawn world or fetch VOC2012."""

from pathlib import Path


def add_arguments(parser):
    """What, where and how much."""
    parser.add_argument("what", choices=("minivoc", "voc2012"))
    parser.add_argument("--out", type=Path, help="folder to draw into, or whose VOCdevkit is filled")
    have = "voc2012: the tar that you have, or the folder that holds VOC2012, in place of a download"
    parser.add_argument("--from", dest="source", type=Path, metavar="PATH", help=have)
    parser.add_argument("--train", type=int, default=240, help="drawn training pictures (240)")
    parser.add_argument("--val", type=int, default=80, help="drawn validation pictures (80)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other pictures (0)")


def run(args):
    """Make the data set ready and print where it lies."""
    if args.source is not None and args.what != "voc2012":
        raise ValueError(f"--from goes with voc2012, not with {args.what}; leave it out")
    if args.what == "minivoc":
        from fcn_course.data.minivoc import draw_minivoc
        from fcn_course.data.paths import data_folder

        folder = draw_minivoc(args.out or data_folder() / "minivoc" / "VOC2012", args.train, args.val, args.seed)
    else:
        from fcn_course.data.download import voc2012

        folder = voc2012(args.out, source=args.source)
    print(f"{args.what}: {folder}")
