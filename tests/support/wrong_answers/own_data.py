"""Answers to the second half of exercise 5: lists, files, folders, nets, confusions."""

import copy
import random
import tempfile
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
            (_RANDOM, "does not hold the shipped weights"),
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
