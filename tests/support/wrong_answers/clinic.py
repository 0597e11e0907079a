"""Answers to exercise 6: diagnoses, and mends of what happens when a mask is read, predicted or enlarged."""

from functools import partial

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

from fcn_course.bilinear import bilinear_kernel
from fcn_course.data.masks import read_mask
from fcn_course.data.normalisation import normalise
from fcn_course.teaching.checks import clinic as check
from fcn_course.teaching.exercises.clinic import broken
from fcn_course.teaching.exercises.clinic.diseases import DISEASES, HAS
from tests.support.wrong_answers import Case

WORDS = {  # of the symptom that speaks against a disease, by patient
    "A": {
        "void": "with its companions only",
        "crop": "training log is as good",
        "padding": "not the place",
        "collapse": "full of objects",
        "palette": "another in the next",
        "mirror": "always the same",
        "channels": "The same file gives two masks",
        "resized": "No file does that",
    },
    "B": {
        "void": "neither shrink nor part",
        "crop": "the same one for all pictures",
        "collapse": "full of objects",
        "eval": "on its own here",
        "palette": "The names are right",
        "mirror": "Down is wrong here too",
        "channels": "Colour cannot move a mask",
        "resized": "moves nothing by half a cell",
    },
    "C": {
        "void": "most names are never given",
        "crop": "Only their name is wrong",
        "padding": "The place is right",
        "collapse": "the row of boats",
        "eval": "missing in all pictures",
        "mirror": "leaves all the names",
        "channels": "passed over a part of the pixels",
        "resized": "nothing is mixed in the middle",
    },
    "D": {
        "void": "not their rims",
        "padding": "another each time",
        "collapse": "before any step is taken",
        "eval": "high in training already",
        "palette": "right names and forms",
        "mirror": "Some lie too high",
        "channels": "colours in the windows are those of the pictures",
        "resized": "clean outlines",
    },
    "E": {
        "void": "but everything is",
        "crop": "Its windows fit their masks",
        "padding": "nothing in these masks",
        "eval": "Alone or in company",
        "palette": "counts as many pixels",
        "mirror": "half-wrong windows",
        "channels": "Its own training pictures",
        "resized": "no class at all",
    },
    "F": {
        "crop": "lie on their objects",
        "padding": "on all sides alike",
        "collapse": "full of objects",
        "eval": "on its own here",
        "palette": "Look at the rim",
        "mirror": "on both sides alike",
        "channels": "Look at the rim",
        "resized": "would give other classes",
    },
}


def predict_rightly(net, images):
    was = net.training
    net.eval()
    with torch.no_grad():
        masks = net(normalise(images)).argmax(1)
    net.train(was)
    return masks


@torch.inference_mode()
def predict_one_by_one(net, images):
    modes = {part: part.training for part in net.modules()}
    net.eval()
    masks = torch.cat([net(normalise(image)[None]).max(1).indices for image in images])
    for part, mode in modes.items():
        part.training = mode
    return masks


def predict_alone_in_training(net, images):
    with torch.no_grad():
        return torch.cat([net(normalise(image[None])).argmax(1) for image in images])


def predict_and_stay(net, images):
    with torch.no_grad():
        return net.eval()(normalise(images)).argmax(1)


def predict_and_train(net, images):
    masks = predict_and_stay(net, images)
    net.train()
    return masks


def predict_twice(net, images):
    with torch.no_grad():
        net(normalise(images))
    return predict_rightly(net, images)


def predict_after_saving(net, images):
    state = {name: value.clone() for name, value in net.state_dict().items()}
    was, masks = net.training, predict_rightly(net, images)
    net.train()(normalise(images))
    net.train(was)
    assert state
    return masks


def predict_by_flag(net, images):
    was, net.training = net.training, False
    with torch.no_grad():
        before = {name: value.clone() for name, value in net.state_dict().items()}
        masks = net(normalise(images)).argmax(1)
        net.load_state_dict(before)
    assert was in (True, False)
    return masks


def predict_raw(net, images):
    was = net.training
    with torch.no_grad():
        masks = net.eval()(images.float()).argmax(1)
    net.train(was)
    return masks


def predict_scores(net, images):
    was = net.training
    with torch.no_grad():
        scores = net.eval()(normalise(images))
    net.train(was)
    return scores


def predict_rows(net, images):
    return predict_scores(net, images).argmax(2)


def enlarge_padded(scores, size, stride=32):
    kernel = bilinear_kernel(scores.shape[1], scores.shape[1], 2 * stride)
    return F.conv_transpose2d(scores, kernel, stride=stride, padding=stride // 2)[..., : size[0], : size[1]]


def enlarge_cut(scores, size, stride=32):
    kernel, half = bilinear_kernel(scores.shape[1], scores.shape[1], 2 * stride), stride // 2
    return F.conv_transpose2d(scores, kernel, stride=stride)[..., half : half + size[0], half : half + size[1]]


def enlarge_by_torch(scores, size, stride=32):
    return F.interpolate(scores, scale_factor=stride, mode="bilinear")[..., : size[0], : size[1]]


def enlarge_from(start):
    """Cut behind ``start(surplus of the rows, stride)`` rows and columns."""

    def enlarge(scores, size, stride=32):
        kernel = bilinear_kernel(scores.shape[1], scores.shape[1], 2 * stride)
        full = F.conv_transpose2d(scores, kernel, stride=stride)
        top, left = (start(all_of_it - wanted, stride) for all_of_it, wanted in zip(full.shape[2:], size, strict=True))
        return full[..., top : top + size[0], left : left + size[1]]

    return enlarge


def enlarge_with(padding=None, cut=True, width=2):
    def enlarge(scores, size, stride=32):
        kernel = bilinear_kernel(scores.shape[1], scores.shape[1], width * stride)
        full = F.conv_transpose2d(scores, kernel, stride=stride, padding=stride if padding is None else padding)
        return full[..., : size[0], : size[1]] if cut else full

    return enlarge


def interpolate(cut=True, **options):
    def enlarge(scores, size, stride=32):
        full = tuple(stride * cells for cells in scores.shape[2:])
        return F.interpolate(scores, size=full, **options)[..., : size[0], : size[1]]

    return enlarge


def squeeze(scores, size, stride=32):
    return F.interpolate(scores, size=size, mode="bilinear")


def opened(mode, change=lambda a: a):
    """A reader that converts, if a mode is given, and then changes the tensor."""

    def read(path):
        picture = Image.open(path)
        return change(torch.from_numpy(np.array(picture.convert(mode) if mode else picture)).long())

    return read


def read_by_colours(path):
    from fcn_course.data.labels import VOC_COLORMAP

    rgb = np.array(Image.open(path).convert("RGB")).astype(int)
    labels = np.full(rgb.shape[:2], 255)
    for number, colour in enumerate(VOC_COLORMAP):
        labels[(rgb == colour).all(-1)] = number
    return torch.from_numpy(labels).long()


CATALOGUE = [
    *(
        Case(
            partial(check.diagnosis, patient=patient),
            right=[disease, f" {disease.upper()} "],
            wrong=[
                *((word, WORDS[patient][word]) for word in DISEASES if word != disease),
                ("bad luck", "not on the list"),
                (3, "a word in quotes"),
            ],
        )
        for patient, disease in HAS.items()
    ),
    Case(
        check.predict_masks,
        right=[predict_rightly, predict_one_by_one],
        wrong=[
            (predict_alone_in_training, "One by one"),
            (predict_and_stay, "leaves in `eval` mode"),
            (predict_and_train, "leaves in training mode"),
            (predict_twice, "not those of the net with its stored mean"),
            (predict_after_saving, "another one afterwards"),
            (predict_by_flag, "its layers are not"),
            (predict_raw, "`normalise` must stay"),
            (predict_scores, "one class for each pixel"),
            (predict_rows, "Asked is the shape (3, 8, 12)"),
            (lambda net, images: net(images), "stopped with"),
            (lambda net, images: images[:, 0].long() % 5, "stored mean and spread"),
            ("eval", "the function itself"),
        ],
        unanswered=[lambda net, images: None, broken.predict_masks],
    ),
    Case(
        check.enlarge,
        right=[enlarge_padded, enlarge_cut, enlarge_by_torch],
        wrong=[
            (enlarge_with(), "a whole cell is missing"),
            (enlarge_with(16), "Asked is the shape"),
            (enlarge_with(4, cut=False), "cut off the rest"),
            (enlarge_from(lambda surplus, s: s), "too far up and left"),
            (enlarge_from(lambda surplus, s: surplus // 2), "The middle was cut out"),
            (enlarge_from(lambda surplus, s: 2), "not the bilinear ones in their places"),
            (interpolate(mode="nearest"), "flat square"),
            (interpolate(mode="bilinear", align_corners=True), "stretched"),
            (squeeze, "squeezed"),
            (lambda scores, size, stride: scores, "Asked is the shape"),
            (lambda scores, size: scores, "stopped with"),
        ],
        unanswered=[lambda scores, size, stride: None, broken.enlarge],
    ),
    Case(
        check.read_labels,
        right=[opened(None), read_by_colours, read_mask],
        wrong=[
            (opened("L"), "That is grey"),
            (opened("RGB"), "these are colours"),
            (opened("RGB", lambda a: a[..., 0]), "red plane"),
            (opened(None, lambda a: a.where(a != 255, 0)), "another patient's illness"),
            (opened(None, lambda a: a.clamp(max=20)), "a screen"),
            (opened(None, lambda a: a.unique(return_inverse=True)[1]), "numbered anew"),
            (opened(None, lambda a: (a - 1) % 256), "One too low"),
            (opened(None, lambda a: a.to(torch.uint8)), "int64"),
            (lambda path: np.array(Image.open(path)), "array of NumPy's"),
            (opened(None, lambda a: a.T), "Asked is the shape"),
            (opened(None, lambda a: a * 0), "yours reads [0]"),
        ],
        unanswered=[lambda path: None, broken.read_labels],
    ),
]
