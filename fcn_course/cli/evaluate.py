"""``fcn-course evaluate``."""

from pathlib import Path

from fcn_course.cli.options import add_mask_options
from fcn_course.data.folders import MASK_FOLDER

# what is known of nets that were not trained here
TRAINED_ON = {
    "minivoc": "drawn pictures (minivoc)",
    "fcn_resnet50": "COCO's pictures with VOC's labels",
    "fcn_resnet101": "COCO's pictures with VOC's labels",
}


def add_arguments(parser):
    """Net, pictures, what to write."""
    parser.add_argument(
        "--checkpoint",
        default="minivoc",
        help="best.pt of a run, or fcn_resnet50 or fcn_resnet101: torchvision's own nets (the FCN-8s that ships)",
    )
    parser.add_argument("--data", default="minivoc", help='"minivoc", "voc2012" or a folder laid out like VOC')
    parser.add_argument("--split", default="val", help="list in ImageSets/Segmentation (val)")
    parser.add_argument("--ids", type=Path, metavar="FILE", help="score the pictures of this list instead")
    parser.add_argument("--classes", type=Path, metavar="FILE", help="the data set's class names, one a line")
    add_mask_options(parser)
    parser.add_argument("--out", type=Path, required=True, help="folder for the report")
    parser.add_argument("--band", type=int, default=8, help='pixels that "near an outline" reaches (8)')
    parser.add_argument("--sbd", type=Path, metavar="FOLDER", help="where SBD lies, for its splits and --like paper")
    parser.add_argument("--like", choices=("paper",), help="hold the protocol against the paper's, line by line")
    parser.add_argument("--device")
    parser.add_argument("--precision", default="float32", choices=("float32", "bfloat16"))
    parser.add_argument("--workers", type=int, default=0, help="processes that decode pictures (0)")


def run(args):
    """Score, write the report and print it."""
    from fcn_course.data.datasets import open_voc
    from fcn_course.evaluation.report import like_paper, make_report, write_report
    from fcn_course.evaluation.report.files import refuse_strangers
    from fcn_course.nets.checkpoints import load_net
    from fcn_course.nets.devices import choose_device

    device = choose_device(args.device)
    net = load_net(args.checkpoint)
    dataset = open_voc(args.data, args.split, args.classes, args.ids, args.sbd, args.masks, args.palette)
    # what can be told before the pass is not told behind it
    args.out.mkdir(parents=True, exist_ok=True)
    refuse_strangers(args.out)
    sbd_train = _sbd_train(args.sbd, dataset) if args.like else None
    options = {"band": args.band, "device": device, "precision": args.precision, "workers": args.workers}
    report = make_report(net, dataset, **options)
    if args.checkpoint == "minivoc" != args.data:
        report.notes.append("This net has seen drawings only; for photographs it must train on photographs.")

    # names without their folders: a report is the same wherever it is made
    data = args.data if args.data in ("minivoc", "voc2012") else dataset.folder.resolve().name
    data += f", the ids of {args.ids.name}" if args.ids else f", split {args.split}"
    data += "" if args.masks == MASK_FOLDER else f", masks of {args.masks}"
    about = {
        "Net": _net(net, args.checkpoint),
        "Data": data,
        "Pictures": f"{len(dataset):,}, whole, each once, void not counted",
        "Computed in": f"{args.precision} on {device.type}",
    }
    known = TRAINED_ON.get(args.checkpoint) or getattr(net, "trained_on", "")
    tables = like_paper(report, data, args.precision, sbd_train, known) if args.like else ()
    print(write_report(report, dataset, args.out, about, tables))
    print(f"written: {args.out}")


def _net(net, checkpoint):
    """The net in words, and its file by name and contents: all runs call theirs best.pt."""
    import hashlib

    from fcn_course.data.paths import weights_file
    from fcn_course.nets.checkpoints import SHIPPED
    from fcn_course.nets.reference import REFERENCES

    if checkpoint in REFERENCES:
        return f"{checkpoint}, torchvision's own weights"
    path = weights_file(SHIPPED) if checkpoint == "minivoc" else Path(checkpoint)
    kind = "FCN-{stride}s on {backbone}".format(**net.architecture)
    return f"{kind}, {path.name}, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"


def _sbd_train(folder, dataset):
    """The names of SBD's train list; None if SBD is neither here nor asked for."""
    from fcn_course.data.sbd import find_sbd, sbd_names

    try:
        return sbd_names(find_sbd(folder, dataset.folder), "train")
    except FileNotFoundError:
        if folder:
            raise
        return None
