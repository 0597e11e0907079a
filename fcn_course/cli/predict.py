"""``fcn-course predict``."""

from pathlib import Path

from fcn_course.data.pairing import PICTURES

WRITTEN = ("_mask.png", "_overlay.png")  # behind a picture's name
SOFTWARE = "fcn-course predict"  # in what is written, so that it is known again


def add_arguments(parser):
    """Pictures, net, tiles, looks."""
    parser.add_argument(
        "images",
        nargs="+",
        type=Path,
        metavar="IMAGE",
        help=f"a picture, or a folder: all pictures in it ({', '.join(PICTURES)}) but those that this command wrote",
    )
    parser.add_argument(
        "--checkpoint",
        default="minivoc",
        help="best.pt of a run, or fcn_resnet50 or fcn_resnet101: torchvision's own nets (the FCN-8s that ships)",
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--tile",
        type=int,
        nargs=2,
        metavar=("HEIGHT", "WIDTH"),
        help="predict in tiles of this size (768 768 above 2 megapixels, else the whole at once)",
    )
    parser.add_argument("--overlap", type=int, help="pixels that neighbouring tiles share (64; 96 without --tile)")
    parser.add_argument("--flip", action="store_true", help="average with the mirrored picture's logits")
    parser.add_argument(
        "--scales",
        type=float,
        nargs="+",
        default=[1.0],
        metavar="SCALE",
        help="average the logits over pictures resized so many times, as 0.75 1 1.25 (1, the picture itself)",
    )
    parser.add_argument("--device")


def run(args):
    """Write a palette PNG and an overlay for each picture, and name what was found."""
    import numpy as np
    from tqdm.auto import tqdm

    from fcn_course.data.images import read_image
    from fcn_course.data.labels import VOC_CLASSES, palette_image
    from fcn_course.nets.checkpoints import load_net
    from fcn_course.prediction.overlays import overlay

    paths = _pictures(args.images)
    stems = [path.stem for path in paths]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    if twice:
        raise ValueError(f"several pictures are called {twice[0]!r} and would overwrite each other; predict them apart")
    _refuse_strangers(args.out, stems)
    net, unread = load_net(args.checkpoint), {}
    classes = getattr(net, "classes", VOC_CLASSES)
    args.out.mkdir(parents=True, exist_ok=True)
    for path in tqdm(paths, "predicting", disable=True if len(paths) == 1 else None):  # None: not into a file
        try:
            image = read_image(path)
        except (OSError, ValueError) as error:  # one bad file among many does not stop the others
            unread[path.name] = str(error)
            continue
        mask = _predict(net, image, path.name, args).byte().numpy()
        for picture, ending in zip((palette_image(mask), overlay(image, mask, classes)), WRITTEN, strict=True):
            _save(picture, args.out / (path.stem + ending))
        found = ", ".join(classes[index] for index in np.bincount(mask.ravel()).nonzero()[0] if index < len(classes))
        tqdm.write(f"{path.name}: {mask.shape[1]} x {mask.shape[0]}, {found}")
    if len(unread) < len(paths):
        print(f"written: {args.out}")
    if unread:
        first, *others = unread
        raise ValueError(unread[first] + (f" ({len(others)} more likewise: {', '.join(others)})" if others else ""))
    if args.checkpoint == "minivoc":
        print(
            "This net has seen drawings only: its names mean little in photographs, for which it must train on VOC2012."
        )


def _save(picture, path):
    """Write a PNG that says who wrote it; a file of this name that says nothing of the kind is left alone."""
    from PIL import PngImagePlugin

    from fcn_course.data.writing import replacing

    about = PngImagePlugin.PngInfo()
    about.add_text("Software", SOFTWARE)
    with replacing(path) as file:
        picture.save(file, "PNG", pnginfo=about)


def _refuse_strangers(out, stems):
    from PIL import Image

    for path in (out / (stem + ending) for stem in stems for ending in WRITTEN):
        if not path.exists():
            continue
        try:
            with Image.open(path) as file:
                wrote = file.info.get("Software")
        except OSError:
            wrote = None
        if wrote != SOFTWARE:
            raise FileExistsError(f"{path} is there, and this command did not write it; take another --out, or move it")


def _predict(net, image, name, args):
    """Whole, or in tiles where they are asked for or the picture is large at its largest scale."""
    from tqdm.auto import tqdm

    from fcn_course.prediction.inference import predict, predict_tiled
    from fcn_course.prediction.tiles import LARGE, LARGE_OVERLAP, LARGE_TILE

    options = {"device": args.device, "flip": args.flip, "scales": args.scales}
    height, width = image.shape[1:]
    if args.tile:
        return predict_tiled(net, image, tuple(args.tile), 64 if args.overlap is None else args.overlap, **options)
    if height * width * max(1, *args.scales) ** 2 <= LARGE:
        return predict(net, image, **options)
    overlap = LARGE_OVERLAP if args.overlap is None else args.overlap
    tqdm.write(
        f"{name}: {width} x {height} is large; predicting tiles of {LARGE_TILE[0]} x {LARGE_TILE[1]} that share "
        f"{overlap} pixels, so that memory suffices (--tile chooses others)"
    )
    return predict_tiled(net, image, LARGE_TILE, overlap, **options)


def _pictures(paths):
    """The paths with each folder replaced by the pictures in it, by name."""
    pictures = []
    for path in paths:
        if not path.is_dir():
            pictures.append(path)
            continue
        found = [inside for inside in sorted(path.iterdir()) if _is_picture(inside)]
        if not found:
            raise ValueError(f"no picture in the folder {path}: no file there ends in {', '.join(PICTURES)}")
        pictures += found
    return pictures


def _is_picture(path):
    hidden = path.name.startswith(".")  # macOS puts such beside each picture on a stick
    return path.suffix.lower() in PICTURES and not hidden and not path.name.endswith(WRITTEN) and path.is_file()
