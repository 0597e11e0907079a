"""``fcn-course data``: draw the drawn world, fetch VOC2012, or check a folder in VOC's layout."""

import sys
from pathlib import Path


def add_arguments(parser):
    """What, where and how much."""
    parser.add_argument("what", choices=("minivoc", "voc2012", "check"))
    parser.add_argument("folder", nargs="?", type=Path, help="check: the folder, laid out like VOC")
    names = "check: a labels file, or two or more names (the folder's labels.txt, VOC's)"
    parser.add_argument("--classes", nargs="+", metavar="NAME", help=names)
    parser.add_argument("--masks", metavar="NAME", help="check: the folder of masks (SegmentationClass)")
    ways = "check: read masks by their colours, or by their indices whatever their colours"
    parser.add_argument("--palette", choices=("colours", "indices"), help=ways)
    parser.add_argument("--out", type=Path, help="folder to draw into, or whose VOCdevkit is filled")
    have = "voc2012: the tar that you have, or the folder that holds VOC2012, in place of a download"
    parser.add_argument("--from", dest="source", type=Path, metavar="PATH", help=have)
    parser.add_argument("--train", type=int, default=240, help="drawn training pictures (240)")
    parser.add_argument("--val", type=int, default=80, help="drawn validation pictures (80)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other pictures (0)")


def run(args):
    """Make the data set ready and print where it lies, or check it: the status is 1 if something must be mended."""
    if args.source is not None and args.what != "voc2012":
        raise ValueError(f"--from goes with voc2012, not with {args.what}; leave it out")
    if args.what == "check":
        return _check(args)
    if any(given is not None for given in (args.folder, args.classes, args.masks, args.palette)):
        raise ValueError(
            f"a folder, --classes, --masks and --palette go with check, not with {args.what}; --out says where to put "
            "it"
        )
    if args.what == "minivoc":
        from fcn_course.data.minivoc import draw_minivoc
        from fcn_course.data.paths import data_folder

        folder = draw_minivoc(args.out or data_folder() / "minivoc" / "VOC2012", args.train, args.val, args.seed)
    else:
        from fcn_course.data.download import voc2012

        folder = voc2012(args.out, source=args.source)
    print(f"{args.what}: {folder}")


def _check(args):
    from fcn_course.data.checking.check import check_voc
    from fcn_course.data.folders import MASK_FOLDER

    if args.folder is None or args.out is not None:
        raise ValueError("check takes a folder and writes nothing; give it first: fcn-course data check FOLDER")
    classes = args.classes[0] if args.classes and len(args.classes) == 1 else args.classes
    findings = check_voc(args.folder, classes, masks=args.masks or MASK_FOLDER, palette=args.palette)
    encoding = sys.stdout.encoding or "utf-8"  # a terminal may lack the letters of a name
    print(findings.table().encode(encoding, "backslashreplace").decode(encoding))
    return int(bool(findings.of("error")))
