"""The command line: ``fcn-course doctor | data | train | predict``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main(argv: list[str] | None = None) -> int:
    """Run a command; a mistake of the user's is told in one line, without a traceback. Returns the exit status."""
    args = _parser().parse_args(argv)
    try:
        return args.run(args) or 0
    except (OSError, ValueError) as error:
        print(f"fcn-course {args.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "\nstopped; what was written so far can be used, and the same command goes on from there", file=sys.stderr
        )
        return 130


def _parser():
    parser = argparse.ArgumentParser(prog="fcn-course", description="The course on fully convolutional networks.")
    commands = parser.add_subparsers(dest="command", required=True)

    doctor = commands.add_parser("doctor", help="what this machine has, and what mends what is missing")
    doctor.set_defaults(run=_doctor)

    data = commands.add_parser("data", help="draw or fetch a data set")
    data.add_argument("what", choices=("minivoc", "voc2012"))
    data.add_argument("--out", type=Path, help="folder to draw into, or whose VOCdevkit is filled")
    data.add_argument("--train", type=int, default=240, help="drawn training pictures (240)")
    data.add_argument("--val", type=int, default=80, help="drawn validation pictures (80)")
    data.add_argument("--seed", type=int, default=0, help="another seed, other pictures (0)")
    data.set_defaults(run=_data)

    train = commands.add_parser("train", help="train an FCN and score it after each epoch")
    _add_training_options(train)
    train.set_defaults(run=_train)

    predict = commands.add_parser("predict", help="write masks and overlays of pictures")
    predict.add_argument("images", nargs="+", type=Path, metavar="IMAGE")
    predict.add_argument("--checkpoint", default="minivoc", help="best.pt of a run (the FCN-8s that ships)")
    predict.add_argument("--out", type=Path, required=True)
    predict.add_argument("--tile", type=int, nargs=2, metavar=("HEIGHT", "WIDTH"), help="predict in tiles of this size")
    predict.add_argument("--overlap", type=int, default=64, help="pixels that neighbouring tiles share (64)")
    predict.add_argument("--device")
    predict.set_defaults(run=_predict)
    return parser


def _add_training_options(train):
    train.add_argument("--data", default="minivoc", help='"minivoc", "voc2012" or a folder laid out like VOC')
    train.add_argument("--stride", type=int, default=32, choices=(32, 16, 8))
    train.add_argument("--backbone", default="resnet18")
    train.add_argument("--weights", default="minivoc", help='"minivoc", "imagenet", "none" or a file')
    train.add_argument("--learned", action="store_true", help="let the upsampling learn, as in the book")
    train.add_argument("--out", type=Path, required=True, help="run folder; a run found there is taken up again")
    train.add_argument("--epochs", type=int, help="how often each picture is used (the recipe's number)")
    train.add_argument("--seed", type=int, default=0)

    recipe = train.add_argument_group("recipe", "where an option is left out, the recipe's own value holds")
    recipe.add_argument("--recipe", default="minivoc", help='"minivoc" or "book"')
    recipe.add_argument("--batch-size", type=int, help="pictures in a step, of all processes together")
    recipe.add_argument("--lr", type=float, help="learning rate of the backbone")
    recipe.add_argument("--momentum", type=float)
    recipe.add_argument("--weight-decay", type=float)
    recipe.add_argument("--optimiser", choices=("sgd", "adamw"))
    recipe.add_argument("--schedule", choices=("constant", "one_cycle", "poly"))
    recipe.add_argument("--crop", type=int, nargs=2, metavar=("HEIGHT", "WIDTH"), help="size of the training windows")

    speed = train.add_argument_group("speed and memory")
    speed.add_argument("--device", help="cuda, mps or cpu (the first of them that is there)")
    speed.add_argument("--precision", default="auto", choices=("auto", "float32", "bfloat16"))
    speed.add_argument("--workers", type=int, help="processes that decode pictures")
    speed.add_argument("--cache", choices=("memory", "device"), help="keep all pictures decoded, here or on the GPU")
    speed.add_argument("--compile", action="store_true", help="pass the net through torch.compile")
    speed.add_argument("--accumulate", type=int, default=1, help="send each batch through in so many parts (1)")

    course = train.add_argument_group("course of the run")
    course.add_argument("--patience", type=int, help="stop after so many epochs without a better score")
    course.add_argument("--save-every", type=int, help="write last.pt after so many steps too, not only each epoch")


def _doctor(args):
    from fcn_course.doctor import show

    return show()


def _data(args):
    if args.what == "minivoc":
        from fcn_course.minivoc import draw_minivoc
        from fcn_course.places import data_folder

        folder = draw_minivoc(args.out or data_folder() / "minivoc" / "VOC2012", args.train, args.val, args.seed)
    else:
        from fcn_course.download import voc2012

        folder = voc2012(args.out)
    print(f"{args.what}: {folder}")


def _train(args):
    from dataclasses import replace

    from fcn_course import processes
    from fcn_course.backbone import load_backbone
    from fcn_course.devices import choose_device
    from fcn_course.fcn import FCN
    from fcn_course.recipes import get_recipe
    from fcn_course.training import fit
    from fcn_course.voc import open_voc

    changes = ("batch_size", "lr", "momentum", "weight_decay", "optimiser", "schedule", "crop")
    changes = {name: getattr(args, name) for name in changes if getattr(args, name) is not None}
    recipe = replace(get_recipe(args.recipe), **changes)
    device = choose_device(args.device)
    with processes.joined(device):
        with processes.first_goes_first():  # which draws the set if need be
            train_set, val_set = open_voc(args.data, "train"), open_voc(args.data, "val")
            backbone = load_backbone(args.backbone, None if args.weights == "none" else args.weights)
        net = FCN(backbone, len(train_set.classes), args.stride, args.learned)
        if processes.rank() == 0:
            pictures = f"{len(train_set)} pictures to train, {len(val_set)} to validate"
            print(f"FCN-{args.stride}s on {args.backbone}, {pictures}, on {device}")
            print("epoch  train loss  val pixel acc  val mean IoU  seconds  images/s")
        options = ("epochs", "seed", "workers", "cache", "precision", "compile", "accumulate", "patience", "save_every")
        options = {name: getattr(args, name) for name in options}
        fit(net, train_set, val_set, recipe, out=args.out, device=device, on_epoch=_print_epoch, **options)
        if processes.rank() == 0:
            print(f"written: {args.out / 'history.csv'}, best.pt, last.pt")


def _print_epoch(row, matrix):
    scores = f"{row['train_loss']:10.4f}  {row['val_pixel_accuracy']:13.4f}  {row['val_mean_iou']:12.4f}"
    print(f"{row['epoch']:5d}  {scores}  {row['seconds']:7.1f}  {row['images_per_second']:8.1f}", flush=True)
    if row["epoch"] == 1:
        floor = matrix.background_floor()
        print(f"floor  {'':10}  {floor.pixel_accuracy:13.4f}  {floor.mean_iou:12.4f}  (background everywhere)")


def _predict(args):
    from tqdm.auto import tqdm

    from fcn_course.checkpoints import load_fcn
    from fcn_course.labels import VOC_CLASSES, palette_image
    from fcn_course.prediction import overlay, predict, predict_tiled
    from fcn_course.voc import read_image

    stems = [path.stem for path in args.images]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    if twice:
        raise ValueError(f"several pictures are called {twice[0]!r} and would overwrite each other; predict them apart")
    net = load_fcn(args.checkpoint)
    args.out.mkdir(parents=True, exist_ok=True)
    for path in tqdm(args.images, "predicting", disable=len(args.images) == 1):
        image = read_image(path)
        if args.tile:
            mask = predict_tiled(net, image, tuple(args.tile), args.overlap, device=args.device)
        else:
            mask = predict(net, image, device=args.device)
        palette_image(mask.byte().numpy()).save(args.out / f"{path.stem}_mask.png")
        overlay(image, mask).save(args.out / f"{path.stem}_overlay.png")
        names = [VOC_CLASSES[index] for index in mask.unique().tolist() if index < len(VOC_CLASSES)]
        tqdm.write(f"{path.name}: {mask.shape[1]} x {mask.shape[0]}, {', '.join(names)}")
    print(f"written: {args.out}")
    if args.checkpoint == "minivoc":
        print(
            "This net has seen drawings only: its names mean little in photographs, for which it must train on VOC2012."
        )


if __name__ == "__main__":
    sys.exit(main())
