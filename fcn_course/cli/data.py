"""``fcn-course data``: draw the drawn world, fetch VOC2012, import anyone's pictures, or check a folder."""

import sys
from pathlib import Path


def add_arguments(parser):
    """What, where and how much."""
    parser.add_argument("what", choices=("minivoc", "voc2012", "import", "check"))
    place = (
        "check: the folder, laid out like VOC; import: the folder of pictures and annotations, or the one JSON or XML"
    )
    parser.add_argument("folder", nargs="?", type=Path, help=place)
    names = "check: a labels file, or two or more names (the folder's labels.txt, VOC's)"
    parser.add_argument("--classes", nargs="+", metavar="NAME", help=names)
    parser.add_argument("--out", type=Path, help="folder to draw into or to make, or whose VOCdevkit is filled")
    have = (
        "voc2012: the tar that you have, or the folder that holds VOC2012, in place of a download; import: the format, "
        "where what lies in the source does not decide: coco, cvat-xml, cvat-masks, labelme, label-studio-brush, voc, "
        "cityscapes, camvid, pairs"
    )
    parser.add_argument("--from", dest="source", metavar="WHAT", help=have)
    parser.add_argument("--train", type=int, default=240, help="drawn training pictures (240)")
    share = "drawn validation pictures (80); import: the share that validates where the source has no split (0.2)"
    parser.add_argument("--val", type=float, help=share)
    seed = "another seed, other pictures, or another split of the imported ones (0)"
    parser.add_argument("--seed", type=int, default=0, help=seed)
    without = (
        "import: what pixels are that nobody labelled; for most sources the format says it, or shapes lie on background"
    )
    parser.add_argument("--unlabelled", choices=("background", "void"), help=without)
    brush = "import, of COCO's: what is marked as a crowd; CVAT marks all that was painted with a brush (void, if few)"
    parser.add_argument("--crowds", choices=("void", "objects"), help=brush)
    films = (
        "import: which pictures are frames of one film and must not be parted: auto (names that end in 'frame' and a "
        "number; the default), digits (names that end in any number), none, or a regular expression that matches a "
        "film's name at the beginning of its pictures' paths"
    )
    parser.add_argument("--group", metavar="RULE", help=films)
    parser.add_argument("--copy", action="store_true", help="import: copy the pictures; by default they are hard links")


def run(args):
    """Make the data set ready and print where it lies, or check it: the status is 1 if something must be mended."""
    if args.source is not None and args.what not in ("voc2012", "import"):
        raise ValueError(f"--from goes with voc2012 and import, not with {args.what}; leave it out")
    if args.what != "import" and (args.unlabelled or args.crowds or args.group or args.copy):
        raise ValueError(
            f"--unlabelled, --crowds, --group and --copy go with import, not with {args.what}; leave them out"
        )
    if args.what == "check":
        return _check(args)
    if args.what == "import":
        return _import(args)
    if args.folder is not None or args.classes is not None:
        raise ValueError(f"a folder and --classes go with check, not with {args.what}; --out says where to put it")
    if args.what == "minivoc":
        from fcn_course.data.minivoc import draw_minivoc
        from fcn_course.data.paths import data_folder

        if args.val is not None and not args.val.is_integer():
            raise ValueError(f"--val {args.val:g} is no number of pictures; minivoc draws so many, such as 80")
        val = 80 if args.val is None else int(args.val)
        folder = draw_minivoc(args.out or data_folder() / "minivoc" / "VOC2012", args.train, val, args.seed)
    else:
        from fcn_course.data.download import voc2012

        folder = voc2012(args.out, source=args.source and Path(args.source))
    print(f"{args.what}: {folder}")


def _check(args):
    from fcn_course.data.checking.check import check_voc

    if args.folder is None or args.out is not None:
        raise ValueError("check takes a folder and writes nothing; give it first: fcn-course data check FOLDER")
    classes = args.classes[0] if args.classes and len(args.classes) == 1 else args.classes
    findings = check_voc(args.folder, classes)
    _say(findings.table())
    return int(bool(findings.of("error")))


def _import(args):
    """Import, print the table, check what was made, and write the page to look at."""
    from fcn_course.data.checking.check import check_voc
    from fcn_course.data.importing.folder import import_folder
    from fcn_course.evaluation.look import write_look

    if args.folder is None or args.out is None:
        raise ValueError("import takes a source and the folder to make: fcn-course data import SOURCE --out FOLDER")
    if args.classes is not None:
        raise ValueError("--classes goes with check, not with import; names come from the source, or its labels.txt")
    val = 0.2 if args.val is None else args.val
    options = {"val": val, "seed": args.seed, "group": args.group or "auto", "copy": args.copy, "crowds": args.crowds}
    made = import_folder(args.folder, args.out, args.source, args.unlabelled, **options)
    _say(made.table())
    findings = check_voc(made.folder)
    if findings.found:
        _say(f"\ncheck of {findings.table()}")
    page = write_look(made.folder, {name: look.pixels for name, look in made.pictures.items()})
    _say(f"\nlook at {page} before you train: every class, twenty masks over their pictures")
    return int(bool(findings.of("error")))


def _say(text):
    encoding = sys.stdout.encoding or "utf-8"  # a terminal may lack the letters of a name
    print(text.encode(encoding, "backslashreplace").decode(encoding))
