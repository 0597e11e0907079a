"""Options that several commands share: class names, and how masks are read."""

from fcn_course.data.folders import MASK_FOLDER


def add_mask_options(parser):
    """Which masks, and what of them counts."""
    parser.add_argument("--masks", default=MASK_FOLDER, metavar="NAME", help=f"folder of masks ({MASK_FOLDER})")
    ways = "read masks by their colours, or by their indices whatever their colours"
    parser.add_argument("--palette", choices=("colours", "indices"), help=ways)


def add_class_options(parser):
    """Class names, as a file or one by one."""
    names = "a labels file, or two or more names (the folder's labels.txt, VOC's)"
    parser.add_argument("--classes", nargs="+", metavar="NAME", help=names)


def chosen_classes(given):
    """What :func:`add_class_options` was given: None, the path of a labels file, or names."""
    return given[0] if given and len(given) == 1 else given
