"""One pass over whole pictures, each once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import Dataset
from tqdm.auto import tqdm

from fcn_course.data.judged import Judged, is_named, what_is_odd
from fcn_course.data.labels import VOID, class_names
from fcn_course.data.loading import evaluation_batches
from fcn_course.data.masks import read_mask
from fcn_course.data.normalisation import normalise
from fcn_course.evaluation.report.counts import Report, few
from fcn_course.evaluation.scoring import scoring_of
from fcn_course.nets.devices import autocast, choose_device, class_indices, enough_memory, memory_format


@torch.no_grad()
def make_report(
    net: nn.Module,
    dataset: Dataset,
    *,
    band: int = 8,
    device: str | torch.device | None = None,
    precision: str = "float32",
    workers: int = 0,
    progress: bool = True,
) -> Report:
    """Score ``net`` on whole pictures, one at a time, each once: the paper's protocol, and more that is counted beside.

    Args:
        net: pictures ``(1, 3, H, W)`` -> logits ``(1, C, H, W)``, with ``num_classes`` and, if it knows them,
            ``classes``.
        dataset: ``(image, mask)`` pairs; a :class:`~fcn_course.data.voc.VOCSegmentation` also gives the pictures' names
            and the objects in ``SegmentationObject``.
        band: how far from an outline "near" reaches, in pixels.
        workers: processes that decode pictures.

    Raises:
        ValueError: if net and data set have not equally many classes, a picture is listed twice, no pixel is judged, or
            a file of SegmentationObject is not its picture's size.
    """
    report, device = Report(_classes(net, dataset), band), choose_device(device)
    report.notes += _other_names(report.classes, getattr(dataset, "classes", report.classes))
    net.to(device, memory_format=memory_format(device)).eval()
    names = _names(dataset)
    pairs = evaluation_batches(dataset, 1, workers, device)
    bar = tqdm(zip(names, pairs, strict=True), "evaluating", len(dataset), leave=False, disable=not progress)
    for name, (images, masks) in bar:
        with enough_memory(scoring_of(images)), autocast(device, precision):
            images = normalise(images.to(device, non_blocking=True), net)
            images = images.contiguous(memory_format=memory_format(device))
            pred = class_indices(net(images))[0].cpu()
        report.add(name, pred, masks[0].cpu().long(), _instances(dataset, name, pred.shape))
    report.notes += _odd(report, dataset)
    return report


def _odd(report, dataset):
    counts = report.matrix.counts.sum(1).tolist()
    void = sum(height * width for height, width in (picture.size for picture in report.pictures)) - sum(counts)
    judged = Judged({index: number for index, number in enumerate(counts) if number}, void, len(report.pictures))
    what = f"the split {dataset.split}" if hasattr(dataset, "split") else "the set"  # not where: a report may travel
    odd = what_is_odd(judged, what, report.classes, is_named(dataset))
    return [f"{sentence[0].upper()}{sentence[1:]}." for sentence in odd]


def _classes(net, dataset):
    theirs = getattr(dataset, "classes", None)
    if theirs is not None and len(theirs) != net.num_classes:
        raise ValueError(
            f"the net tells {net.num_classes} classes apart and the data set has {len(theirs)} ({few(theirs)}); give "
            "the data set's own names with --classes, or take a net that was trained on these classes"
        )
    ours = getattr(net, "classes", None)
    if not ours or (theirs and "class 1" in ours):  # a net that was given no names has numbers for them
        ours = theirs or class_names(net.num_classes)
    return tuple(ours)


def _other_names(ours, theirs):
    """A note where net and data set give an index two names: one of them may mean another class by it."""
    differ = [(index, *pair) for index, pair in enumerate(zip(ours, theirs, strict=True)) if pair[0] != pair[1]]
    if not differ:
        return []
    index, our, their = differ[0]
    return [
        f"Net and data set name {len(differ)} of {len(ours)} classes differently, the first being {index}: {our!r} and "
        f"{their!r}. Scores go by index, so see that both mean the same; the net's names are used here."
    ]


def _names(dataset):
    names = list(getattr(dataset, "names", None) or (f"picture {index}" for index in range(len(dataset))))
    twice = sorted(name for name, number in Counter(names).items() if number > 1)
    if twice:
        raise ValueError(f"{twice[0]} is listed twice ({len(twice)} such); each picture is scored once: mend the list")
    return names


def _instances(dataset, name, size):
    """Object numbers ``(H, W)`` from the folder of a data set, if it has them."""
    file = Path(getattr(dataset, "folder", ".")) / "SegmentationObject" / f"{name}.png"
    if not hasattr(dataset, "folder") or not file.is_file():
        return None
    instances = read_mask(file, VOID).numpy()
    if instances.shape != size:
        raise ValueError(
            f"{file} is {instances.shape[1]} x {instances.shape[0]} but its picture {size[1]} x {size[0]}; mend it, or "
            "take the folder SegmentationObject away, and connected regions are taken for objects"
        )
    return instances
