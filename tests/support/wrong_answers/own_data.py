"""Answers to exercise 5 but for its masks: colours, white masks, lists, files, folders, nets, confusions."""

import copy
import random
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from torch import nn

from fcn_course.data.labels import PALETTE, palette_image
from fcn_course.nets.backbone import load_backbone
from fcn_course.nets.fcn import FCN
from fcn_course.prediction.overlays import label2image
from fcn_course.teaching.checks import own_data as check
from tests.support.wrong_answers import Case


def by_colour(mask_rgb, legend):
    """The solution's."""
    names = ["background", *(name for name in legend if name != "background")]
    indices = np.full(mask_rgb.shape[:2], -1)
    for index, name in enumerate(names):
        indices[(mask_rgb == legend[name]).all(-1)] = index
    if (indices < 0).any():
        raise ValueError(f"the colour {mask_rgb[indices < 0][0].tolist()} is no class's")
    return indices


def by_codes(mask_rgb, legend):
    """With one number for each colour, and a table."""
    r, g, b = mask_rgb.astype(np.int32).transpose(2, 0, 1)
    table = {"background": 0}
    for name in legend:
        table.setdefault(name, len(table))
    known = {r << 16 | g << 8 | b: table[name] for name, (r, g, b) in legend.items()}
    codes = r << 16 | g << 8 | b
    strange = [code for code in np.unique(codes).tolist() if code not in known]
    if strange:
        raise ValueError(f"no class has the colour {strange[0] >> 16}, {strange[0] >> 8 & 255}, {strange[0] & 255}")
    return np.vectorize(known.get)(codes).astype(np.uint8)


def looked_up(key=tuple, *, names=None, there=None, shift=0, swap=False):
    """A function that looks each pixel up by ``key`` of its colour; what is not found is ``there``, or a KeyError."""

    def by_colour(mask_rgb, legend):
        order = names(legend) if names else ["background", *(name for name in legend if name != "background")]
        table = {key(legend[name]): index + shift for index, name in enumerate(order)}
        rows = mask_rgb[..., ::-1] if swap else mask_rgb
        found = [table[key(p)] if there is None else table.get(key(p), there) for p in map(tuple, rows.reshape(-1, 3))]
        return np.array(found).reshape(mask_rgb.shape[:2])

    return by_colour


def nearest(mask_rgb, legend):
    names = ["background", *(name for name in legend if name != "background")]
    colours = np.array([legend[name] for name in names])
    return np.abs(mask_rgb[:, :, None].astype(int) - colours).sum(-1).argmin(-1)


def as_met(mask_rgb, legend):
    met = list(dict.fromkeys(map(tuple, mask_rgb.reshape(-1, 3).tolist())))
    return np.array([met.index(tuple(p)) for p in mask_rgb.reshape(-1, 3).tolist()]).reshape(mask_rgb.shape[:2])


def as_sorted(mask_rgb, legend):
    return np.unique(mask_rgb.reshape(-1, 3), axis=0, return_inverse=True)[1].reshape(mask_rgb.shape[:2])


def run_over(mask_rgb, legend):
    return (mask_rgb[..., 0] << 16) | (mask_rgb[..., 1] << 8) | mask_rgb[..., 2]


def too_large(mask_rgb, legend):
    return mask_rgb[..., 0] * 65536 + mask_rgb[..., 1] * 256 + mask_rgb[..., 2]


def blue_alone(mask_rgb, legend):
    codes, found = run_over(mask_rgb, legend), np.zeros(mask_rgb.shape[:2], int)
    for index, name in enumerate(["background", *(name for name in legend if name != "background")]):
        r, g, b = np.array(legend[name], np.uint8)
        found[codes == (r << 16 | g << 8 | b)] = index
    return found


def void_background(mask_rgb, legend):
    found = by_colour(mask_rgb, legend)
    return np.where(found == 0, 255, found)


def mute(mask_rgb, legend):
    try:
        return by_colour(mask_rgb, legend)
    except ValueError:
        raise ValueError("a colour is unknown") from None


def mirrored(mask_rgb, legend):
    return by_colour(mask_rgb[..., ::-1], legend)


def added(colour):
    return sum(map(int, colour))


def things_alone(legend):
    return [name for name in legend if name != "background"]


def split(names, share, seed):
    """The solution's."""
    shuffled = list(names)
    random.Random(seed).shuffle(shuffled)
    count = round(share * len(names))
    return sorted(shuffled[count:]), sorted(shuffled[:count])


def by_numpy(names, share, seed):
    order = np.random.default_rng(seed).permutation(len(names))
    count = int(share * len(names))
    return [names[i] for i in order[count:]], [names[i] for i in order[:count]]


def by_sample(names, share, seed):
    val = random.Random(seed).sample(names, round(share * len(names)))
    return [[name for name in names if name not in val], val]


def overlapping(names, share, seed):
    return list(names), split(names, share, seed)[1]


def lossy(names, share, seed):
    train, val = split(names, share, seed)
    return train[1:], val


def unshuffled(names, share, seed):
    count = round(share * len(names))
    return names[count:], names[:count]


def forgetful(names, share, seed):
    return split(names, share, random.random())


def constant(names, share, seed):
    return split(names, share, 0)


def renamed(names, share, seed):
    train, val = split(names, share, seed)
    return [*train, "more.jpg"], val


def twice(names, share, seed):
    train, val = split(names, share, seed)
    return [*train, train[0]], val


def pair(folder, name, picture, mask):
    """The solution's."""
    picture.save(folder / "JPEGImages" / f"{name}.jpg", quality=95)
    palette_image(mask).save(folder / "SegmentationClass" / f"{name}.png")


def saves(
    end=".png", picture_end=".jpg", mask_folder="SegmentationClass", made=palette_image, shown=lambda p: p, **kind
):
    """A function that makes a slip."""

    def save_pair(folder, name, picture, mask):
        shown(picture).save(folder / "JPEGImages" / f"{name}{picture_end}")
        made(mask).save(folder / mask_folder / f"{name}{end}", **kind)

    return save_pair


def by_mode(folder, name, picture, mask):
    """Without the package's palette_image."""
    file = Image.fromarray(mask)
    file.putpalette(PALETTE)
    file.save(f"{folder}/SegmentationClass/{name}.png")
    picture.save(f"{folder}/JPEGImages/{name}.jpg", "JPEG")
    return folder


def crossed(folder, name, picture, mask):
    picture.save(folder / "SegmentationClass" / f"{name}.jpg")
    palette_image(mask).save(folder / "JPEGImages" / f"{name}.png")


def grey_palette(mask):
    image = Image.fromarray(mask)
    image.putpalette(bytes(v for v in range(256) for _ in range(3)))
    return image


def _folder(labels="_background_\napple\n", train="a\nb\n", val="c\n", mask=None, size=(8, 8), spare=()):
    """A folder of three pictures; kept until Python ends."""
    place = tempfile.TemporaryDirectory()
    _KEPT.append(place)
    folder = Path(place.name) / "mine"
    for part in ("JPEGImages", "SegmentationClass", "ImageSets/Segmentation"):
        (folder / part).mkdir(parents=True)
    if mask is None:
        mask = np.array([[0, 1, 255, 0] * 2] * 8, np.uint8)
    for name in "abc":
        Image.new("RGB", size).save(folder / "JPEGImages" / f"{name}.jpg")
        image = palette_image(mask) if isinstance(mask, np.ndarray) else mask
        if name not in spare:
            image.save(folder / "SegmentationClass" / f"{name}.png")
    for split, lines in (("train", train), ("val", val)):
        if lines is not None:
            (folder / "ImageSets" / "Segmentation" / f"{split}.txt").write_text(lines)
    if labels:
        (folder / "labels.txt").write_text(labels)
    return folder


_KEPT = []


_BACKBONE = load_backbone()
_MOVING = FCN(copy.deepcopy(_BACKBONE), 4)  # its trunk would learn too
_BACKBONE.stages.requires_grad_(False)  # shared by the nets below
_BOOK = nn.Sequential(*_BACKBONE.stages.values(), nn.Conv2d(512, 4, 1), nn.Upsample(scale_factor=32, mode="bilinear"))
_RANDOM = FCN(load_backbone("resnet18", None), 4).freeze_trunk()
_ALL_FROZEN = FCN(_BACKBONE, 4, 8).requires_grad_(False)


def confused(counts, classes):
    """The solution's."""
    wrong = counts.clone()
    wrong.fill_diagonal_(0)
    wrong[0], wrong[:, 0] = 0, 0
    true, said = divmod(wrong.argmax().item(), len(classes))
    return classes[true], classes[said]


def by_loops(counts, classes):
    pairs = [(int(counts[i, j]), i, j) for i in range(1, len(classes)) for j in range(1, len(classes)) if i != j]
    _, true, said = max(pairs)
    return [classes[true], classes[said]]


def cell(counts, classes):
    return [classes.index(name) for name in confused(counts, classes)]


def with_background(counts, classes):
    wrong = counts.clone().fill_diagonal_(0)
    true, said = divmod(wrong.argmax().item(), len(classes))
    return classes[true], classes[said]


def row_zero_cleared(counts, classes):
    wrong = counts.clone().fill_diagonal_(0)
    wrong[3, 0] = 0
    true, said = divmod(wrong.argmax().item(), len(classes))
    return classes[true], classes[said]


def with_diagonal(counts, classes):
    true, said = divmod(counts.argmax().item(), len(classes))
    return classes[true], classes[said]


def cut_off(counts, classes):
    wrong = counts[1:, 1:].clone().fill_diagonal_(0)
    true, said = divmod(wrong.argmax().item(), len(wrong))
    return classes[true], classes[said]


def stub(*_):
    """What the notebook holds at first."""


CATALOGUE = [
    Case(
        check.colours,
        right=[by_colour, by_codes],
        wrong=[
            (looked_up(there=0), "It has become background, silently"),
            (looked_up(there=255), "It has become void, silently"),
            (looked_up(there=77), "Yours gives 77 there"),
            (looked_up(), "but with a KeyError"),
            (nearest, "the class of a colour near by"),
            (mute, "does not say which colour"),
            (looked_up(names=list), "the legend's lines as they come"),
            (looked_up(names=things_alone, there=0), "Background was forgotten"),
            (looked_up(there=0, shift=-1), "one too low"),
            (looked_up(names=things_alone, there=255), "one too low"),
            (looked_up(names=things_alone), "Background is a class too"),
            (looked_up(sum), "run over at 255"),
            (looked_up(swap=True), "Red stands first in both"),
            (void_background, "Background has become void"),
            (looked_up(there=0, swap=True), "Red and blue have changed places"),
            (mirrored, "refuses a mask that holds the legend's own colours alone (ValueError"),
            (as_met, "Whatever comes first in the picture"),
            (as_sorted, "Sorted by value"),
            (blue_alone, "blue alone is compared"),
            (looked_up(added), "the sum of the three is compared"),
            (looked_up(lambda colour: added(colour) % 256), "the sum of the three is compared"),
            (lambda mask, legend: np.zeros(mask.shape[:2], int), "Not one colour was found"),
            (too_large, "out of bounds for uint8. Three uint8"),
            (run_over, "not your classes' indices"),
            (lambda mask, legend: np.array(Image.fromarray(mask).convert("P")), "made a palette of its own"),
            (lambda mask, legend: np.array(Image.fromarray(mask).convert("L")), "mixed the three"),
            (lambda mask, legend: by_colour(mask, legend).T, "changed places"),
            (lambda mask, legend: mask, "a colour still"),
            (lambda mask, legend: by_colour(mask, legend) / 1, "Indices are whole numbers"),
            (lambda mask, legend: np.minimum(by_colour(mask, legend), 3), "index 4; your mask says 3"),
            (lambda mask, legend: len(legend), "something of the shape ()"),
            (lambda mask: mask, "stopped with TypeError"),
        ],
        unanswered=[stub],
    ),
    Case(
        partial(check.colours, seed=1),
        right=[by_colour, by_codes],
        wrong=[
            (looked_up(names=list), "the legend's lines as they come"),
            (looked_up(there=0, swap=True), "Red and blue have changed places"),
            (as_met, "Whatever comes first in the picture"),
            (as_sorted, "Sorted by value"),
            (looked_up(added), "the sum of the three is compared"),
            (looked_up(lambda colour: added(colour) % 256), "the sum of the three is compared"),
            (looked_up(there=0), "It has become background, silently"),
        ],
    ),
    Case(
        check.white,
        right=[[0.75, 1, 1], (3 / 4, 1.0, 1.0)],
        wrong=[
            ([1, 0.75, 0.375], "255 is void, not a class"),
            ([0.25, 1, 1], "The other way round"),
            ([0, 1, 1], "They are judged"),
            ([0.75, 0.75, 1], "What is its share of the others"),
            ([0.75, 0.25, 1], "the share of white"),
            ([0.75, 0.5, 0.5], "two classes, one of them missed"),
            ([0.75, 0, 0], "that is what the net says"),
            ([0.75, 1, 0.5], "it has no IoU that could be 0"),
            ([0.75, 1, 0.375], "counts 255 as a class"),
            ([0.75, 1, 0.75], "in no union either"),
            ([0.75, 1, 1 / 21], "left out of the mean"),
            ([0.75, 1, 0], "all of it is found"),
            ([0.75, 1, 0.9], "Which pixels are left"),
            ([75, 1, 1], "The judged share: Not 75"),
            ([0.75, 1], "yours has 2"),
            (1.0, "Answer with a list of 3"),
        ],
    ),
    Case(
        check.split,
        right=[split, by_numpy, by_sample],
        wrong=[
            (overlapping, "stand in both lists"),
            (lossy, "in neither list"),
            (renamed, "not handed over"),
            (twice, "twice in one list"),
            (lambda names, share, seed: split(names, share, seed)[::-1], "the other way round"),
            (lambda names, share, seed: split(names, share / 2, seed), "are in val"),
            (unshuffled, "cut without shuffling"),
            (forgetful, "The same seed gave two splits"),
            (constant, "Another seed gives the same split"),
            (lambda names, share, seed: split(names, share, seed)[0], "Give two lists"),
            (lambda names, share, seed: (3, 4), "Give two lists of names"),
            (lambda names: names, "stopped with TypeError"),
        ],
        unanswered=[stub],
    ),
    Case(
        check.pair,
        right=[pair, by_mode],
        wrong=[
            (saves(end=".jpg", made=lambda m: palette_image(m).convert("RGB")), "JPEG stores nearly the same"),
            (saves(picture_end=".png"), "VOC's pictures are JPEG"),
            (saves(end=".PNG"), "in small letters"),
            (saves(made=lambda m: Image.fromarray(label2image(m))), "the mode RGB: colours"),
            (saves(made=lambda m: Image.fromarray(label2image(m)).convert("P")), "The indices have changed"),
            (saves(made=lambda m: palette_image(m).resize((10, 6))), "came out as"),
            (saves(made=Image.fromarray), "VOC's palette is missing"),
            (saves(made=grey_palette), "VOC's palette is missing"),
            (saves(format="BMP"), "whatever its ending says"),
            (saves(shown=lambda p: p.resize((10, 6))), "Save the picture as it came"),
            (saves(shown=lambda p: p.convert("L")), "Save the picture as it came"),
            (saves(mask_folder="."), "Picture and mask share the name"),
            (crossed, "VOC's pictures are JPEG"),
            (saves(mask_folder="SegmentationObject"), "stopped with FileNotFoundError"),
        ],
        unanswered=[stub],
    ),
    Case(
        check.folder,
        right=[_folder(), str(_folder(labels="__ignore__\n_background_\napple\n"))],
        wrong=[
            (_folder(labels=""), "labels.txt is missing"),
            (_folder(val=None), "no split 'val'"),
            (_folder(val="c\na\n"), "stand in train.txt and in val.txt"),
            (_folder(val="c\nd\n"), "d.jpg is missing"),
            (_folder(spare="b"), "b.png is missing"),
            (_folder(size=(8, 4)), "the picture is 8 x 4"),
            (_folder(labels="apple\n"), "neither one of 1 classes"),
            (_folder(labels="background\napple\npear\n"), "No pixel of any mask is [pear]"),
            (_folder(mask=np.array([[0, 1] * 4] * 8, np.uint8)), "No mask holds 255"),
            (_folder(mask=np.array([[0, 255] * 4] * 8, np.uint8)), "background and void alone"),
            (_folder(mask=Image.new("RGB", (8, 8))), "mode RGB"),
            ("/nowhere/at/all", "no folder"),
            (7, "is no path"),
        ],
    ),
    Case(
        check.net,
        right=[FCN(_BACKBONE, 4, 8), FCN(_BACKBONE, 4, 32), _BOOK],
        wrong=[
            (FCN(_BACKBONE, 3, 8), "You left out background"),
            (FCN(_BACKBONE, 5), "Void needs no plane"),
            (FCN(_BACKBONE, 21), "That is VOC's number"),
            (FCN(_BACKBONE, 256), "Take `len(classes)`"),
            (_MOVING, "the trunk too"),
            (_RANDOM, "has learned nothing"),
            (_ALL_FROZEN, "Nothing can learn"),
            (nn.Conv2d(4, 3, 1), "The net stopped"),
            (nn.Conv2d(3, 4, 3), "must give (1, 4, 64, 96)"),
            (FCN, "Give the net itself"),
            (4, "Give the net itself"),
        ],
    ),
    Case(
        check.confused,
        right=[confused, by_loops],
        wrong=[
            (lambda counts, classes: confused(counts, classes)[::-1], "The other way round"),
            (with_background, "leave background out"),
            (row_zero_cleared, "invented where nothing is"),
            (with_diagonal, "Clear it"),
            (cell, "Give the two names"),
            (cut_off, "one too low"),
            (lambda counts, classes: "leaf", "a list"),
            (lambda counts, classes: counts.argmax(), "a list"),
            (lambda counts, classes: ("pear", "leaf"), "find the largest"),
        ],
        unanswered=[stub],
    ),
]
