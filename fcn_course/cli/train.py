"""``fcn-course train``, also in several processes: ``torchrun -m fcn_course.cli train``."""

import sys
from pathlib import Path

from fcn_course.cli.options import add_class_options, add_mask_options, chosen_classes


def add_arguments(parser):
    """Data, net, recipe, speed, and the course of the run."""
    parser.add_argument("--data", default="minivoc", help='"minivoc", "voc2012" or a folder laid out like VOC')
    parser.add_argument("--split", default="train", help='list to train on; with SBD also "train_aug", "sbd_train"')
    parser.add_argument("--val-split", default="val", help='list to score on; with SBD also "val_without_sbd"')
    parser.add_argument(
        "--sbd", type=Path, metavar="FOLDER", help="SBD, if it lies neither with VOC nor in the data folder"
    )
    add_class_options(parser)
    add_mask_options(parser)
    parser.add_argument("--out", type=Path, required=True, help="run folder; a run found there is taken up again")
    parser.add_argument("--epochs", type=int, help="how often each picture is used (the recipe's number)")
    parser.add_argument("--seed", type=int, default=0)

    net = parser.add_argument_group("net")
    net.add_argument("--stride", type=int, default=32, choices=(32, 16, 8))
    names = "resnet18, resnet34, resnet50, vgg16, vgg16_paper or efficientnet_lite0"
    net.add_argument("--backbone", default="resnet18", help=names)
    weights = (
        '"minivoc" (resnet18 alone), "imagenet", "none" or a file: a state dict, a checkpoint of this course or of '
        "another script"
    )
    net.add_argument("--weights", default="minivoc", help=weights)
    net.add_argument("--learned", action="store_true", help="let the upsampling learn, as in the book")
    net.add_argument("--alignment", choices=("book", "centres", "paper"), help="where enlarged scores are laid")
    net.add_argument(
        "--skip-scales",
        type=float,
        nargs=2,
        default=(1.0, 1.0),
        metavar=("AT_16", "AT_8"),
        help="factors of the planes that skips score (1 1; the paper, at once: 0.01 0.0001)",
    )
    start = (
        "begin with another net in place of --weights: a coarser one, or one of other classes, whose planes are taken "
        "by the classes' names"
    )
    net.add_argument("--start", metavar="CHECKPOINT", help=start)
    net.add_argument("--freeze-trunk", action="store_true", help="train the scores alone")

    recipe = parser.add_argument_group("recipe", "where an option is left out, the recipe's own value holds")
    recipe.add_argument("--recipe", default="minivoc", help="minivoc, light, book, paper32s, paper16s or paper8s")
    recipe.add_argument("--batch-size", type=int, help="pictures in a step, of all processes together")
    recipe.add_argument("--lr", type=float, help="learning rate of the backbone")
    recipe.add_argument("--momentum", type=float)
    recipe.add_argument("--weight-decay", type=float)
    recipe.add_argument("--optimiser", choices=("sgd", "adamw"))
    recipe.add_argument("--schedule", choices=("constant", "one_cycle", "poly"))
    size = recipe.add_mutually_exclusive_group()
    size.add_argument("--crop", type=int, nargs=2, metavar=("HEIGHT", "WIDTH"), help="size of the training windows")
    size.add_argument("--whole", action="store_true", help="train on whole pictures, one at a time")

    speed = parser.add_argument_group("speed and memory")
    speed.add_argument("--device", help="cuda, mps or cpu (the first of them that is there)")
    speed.add_argument("--precision", default="auto", choices=("auto", "float32", "bfloat16"))
    speed.add_argument("--workers", type=int, help="processes that decode pictures")
    speed.add_argument("--cache", choices=("memory", "device"), help="keep all pictures decoded, here or on the GPU")
    speed.add_argument("--compile", action="store_true", help="pass the net through torch.compile")
    speed.add_argument("--accumulate", type=int, default=1, help="send each batch through in so many parts (1)")

    course = parser.add_argument_group("course of the run")
    course.add_argument("--patience", type=int, help="stop after so many epochs without a better score")
    course.add_argument("--fresh", action="store_true", help="put the run in --out away and start over")
    course.add_argument("--save-every", type=int, help="write last.pt after so many steps too, not only each epoch")


def run(args):
    """Train; each epoch gets a line."""
    from dataclasses import replace

    from fcn_course.data.datasets import open_voc
    from fcn_course.data.sbd import SPLITS
    from fcn_course.nets import distributed
    from fcn_course.nets.backbone import load_backbone
    from fcn_course.nets.checkpoints import load_net
    from fcn_course.nets.devices import choose_device
    from fcn_course.nets.fcn import FCN
    from fcn_course.nets.transfer import transfer_from
    from fcn_course.training.loop import fit
    from fcn_course.training.recipes import get_recipe

    if args.sbd and not {args.split, args.val_split} & {*SPLITS}:
        raise ValueError(f"--sbd {args.sbd} is used by none of the lists; take --split train_aug, or leave --sbd out")
    changes = ("batch_size", "lr", "momentum", "weight_decay", "optimiser", "schedule", "crop")
    changes = {name: getattr(args, name) for name in changes if getattr(args, name) is not None}
    if args.whole:
        changes = {"batch_size": 1} | changes | {"crop": None}
    recipe = replace(get_recipe(args.recipe), **changes)
    device = choose_device(args.device)
    with distributed.process_group(device):
        with distributed.main_process_first():  # which draws the set if need be
            reading = {"sbd": args.sbd, "masks": args.masks, "palette": args.palette}
            train_set, val_set = (
                open_voc(args.data, split, chosen_classes(args.classes), **reading)
                for split in (args.split, args.val_split)
            )
            none = args.weights == "none" or args.start
            backbone = load_backbone(args.backbone, None if none else args.weights)
        options = {"learned": args.learned, "alignment": args.alignment, "skip_scales": tuple(args.skip_scales)}
        net = FCN(backbone, len(train_set.classes), args.stride, **options)
        net.classes, taken = tuple(train_set.classes), None
        if args.start:
            taken = transfer_from(net, load_net(args.start))
        if args.freeze_trunk:
            net.freeze_trunk()
        if distributed.rank() == 0:
            _warn_of_shared(train_set, val_set)
            pictures = f"{len(train_set)} pictures to train, {len(val_set)} to validate"
            print(f"FCN-{args.stride}s on {args.backbone}, {pictures}, on {device}")
            if taken:
                print(f"from {args.start}: {taken}")
            print("epoch  train loss  val pixel acc  val mean IoU  seconds  images/s")
        options = ("epochs", "seed", "workers", "cache", "precision", "compile", "accumulate", "patience", "save_every")
        options = {name: getattr(args, name) for name in options}
        options |= {"out": args.out, "device": device, "resume": not args.fresh, "on_epoch": _print_epoch}
        fit(net, train_set, val_set, recipe, **options)
        if distributed.rank() == 0:
            print(f"written: {args.out / 'history.csv'}, best.pt, last.pt")


def _warn_of_shared(train_set, val_set):
    shared = len({*train_set.names} & {*val_set.names})
    if shared:
        remedy = "take lists that share none"
        if train_set.split == "sbd_train":
            remedy = "score on --val-split val_without_sbd, or train on --split train_aug"
        print(
            f"warning: {shared} of the {len(val_set)} pictures in {val_set.split!r} are in {train_set.split!r} too; "
            f"scores on pictures that were trained on are too high: {remedy}",
            file=sys.stderr,
        )


def _print_epoch(row, matrix):
    scores = f"{row['train_loss']:10.4f}  {row['val_pixel_accuracy']:13.4f}  {row['val_mean_iou']:12.4f}"
    print(f"{row['epoch']:5d}  {scores}  {row['seconds']:7.1f}  {row['images_per_second']:8.1f}", flush=True)
    if row["epoch"] == 1:
        floor = matrix.background_floor()
        print(f"floor  {'':10}  {floor.pixel_accuracy:13.4f}  {floor.mean_iou:12.4f}  (background everywhere)")
