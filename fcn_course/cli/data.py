"""``fcn-course data``: draw the drawn world, fetch VOC2012, import anyone's pictures, or check a folder."""

import sys
from pathlib import Path

from fcn_course.cli.options import add_class_options, add_mask_options, chosen_classes


def add_arguments(parser):
    """A command of its own for each way to a data set."""
    ways = parser.add_subparsers(dest="what", required=True)
    for add in (_add_minivoc, _add_voc2012, _add_import, _add_check):
        add(ways)


def run(args):
    """Make the data set ready and print where it lies, or check it: the status is 1 if something must be mended."""
    return args.way(args)


def _add(ways, name, what, way):
    parser = ways.add_parser(name, help=what, description=what)
    parser.set_defaults(way=way)
    return parser


def _add_minivoc(ways):
    parser = _add(ways, "minivoc", "draw the drawn world", _draw)
    parser.add_argument("--out", type=Path, help="folder to draw into (one in the data folder)")
    parser.add_argument("--train", type=int, default=240, help="training pictures (240)")
    parser.add_argument("--val", type=int, default=80, help="validation pictures (80)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other pictures (0)")


def _draw(args):
    from fcn_course.data.minivoc import draw_minivoc
    from fcn_course.data.paths import data_folder

    folder = draw_minivoc(args.out or data_folder() / "minivoc" / "VOC2012", args.train, args.val, args.seed)
    print(f"minivoc: {folder}")


def _add_voc2012(ways):
    parser = _add(ways, "voc2012", "fetch VOC2012, or take it from where you have it", _fetch)
    parser.add_argument("--out", type=Path, help="folder whose VOCdevkit is filled (the data folder)")
    have = "the tar that you have, or the folder that holds VOC2012, in place of a download"
    parser.add_argument("--from", dest="source", type=Path, metavar="PATH", help=have)


def _fetch(args):
    from fcn_course.data.download import voc2012

    print(f"voc2012: {voc2012(args.out, source=args.source)}")


def _add_import(ways):
    parser = _add(ways, "import", "make a folder in VOC's layout of what an annotation tool wrote", _import)
    place = "the folder of pictures and annotations, or the one JSON or XML"
    parser.add_argument("source", type=Path, metavar="SOURCE", help=place)
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="folder to make")
    formats = (
        "the format, where what lies in the source does not decide: coco, cvat-xml, cvat-masks, labelme, "
        "label-studio-brush, voc, cityscapes, camvid, pairs"
    )
    parser.add_argument("--from", dest="format", metavar="FORMAT", help=formats)
    without = "what pixels are that nobody labelled; for most sources the format says it, or shapes lie on background"
    parser.add_argument("--unlabelled", choices=("background", "void"), help=without)
    brush = "of COCO's: what is marked as a crowd; CVAT marks all that was painted with a brush (void, if few)"
    parser.add_argument("--crowds", choices=("void", "objects"), help=brush)
    share = "share of the pictures that validates, where the source has no split (0.2)"
    parser.add_argument("--val", type=float, default=0.2, help=share)
    parser.add_argument("--seed", type=int, default=0, help="another seed, another split (0)")
    films = (
        "which pictures are frames of one film and must not be parted: auto (names that end in 'frame' and a number; "
        "the default), digits (names that end in any number), none, or a regular expression that matches a film's "
        "name at the beginning of its pictures' paths"
    )
    parser.add_argument("--group", metavar="RULE", default="auto", help=films)
    parser.add_argument("--copy", action="store_true", help="copy the pictures; by default they are hard links")


def _import(args):
    """Import, print the table, check what was made, and write the page to look at."""
    from fcn_course.data.checking.check import check_voc
    from fcn_course.data.importing.folder import import_folder
    from fcn_course.evaluation.look import write_look

    options = {name: getattr(args, name) for name in ("val", "seed", "group", "copy", "crowds")}
    made = import_folder(args.source, args.out, args.format, args.unlabelled, **options)
    _say(made.table())
    findings = check_voc(made.folder)
    if findings.found:
        _say(f"\ncheck of {findings.table()}")
    page = write_look(made.folder, {name: look.pixels for name, look in made.pictures.items()})
    _say(f"\nlook at {page} before you train: every class, twenty masks over their pictures")
    return int(bool(findings.of("error")))


def _add_check(ways):
    parser = _add(ways, "check", "say at once what is wrong with a folder in VOC's layout; nothing is written", _check)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder, laid out like VOC")
    add_class_options(parser)
    add_mask_options(parser)


def _check(args):
    from fcn_course.data.checking.check import check_voc

    findings = check_voc(args.folder, chosen_classes(args.classes), masks=args.masks, palette=args.palette)
    _say(findings.table())
    return int(bool(findings.of("error")))


def _say(text):
    encoding = sys.stdout.encoding or "utf-8"  # a terminal may lack the letters of a name
    print(text.encode(encoding, "backslashreplace").decode(encoding))
