"""Every symptom of the clinic over three seeds: ``python -m fcn_course.teaching.exercises.clinic.seeds``; two minutes.

A seed sets the order of the windows in a training and, for patient D, where they are cut.
"""

from __future__ import annotations

import copy
from statistics import median

import torch

from fcn_course.data.labels import VOC_CLASSES, VOID
from fcn_course.teaching.exercises.clinic import broken
from fcn_course.teaching.exercises.clinic.symptoms import best_shift, in_company, rims
from fcn_course.teaching.exercises.clinic.ward import (
    RECIPE,
    confusion,
    cut_by,
    examination,
    open_ward,
    predictions,
    read_by,
    relabelled,
    train,
)


def main(seeds: range = range(3)) -> None:
    """Print what each patient shows, beside a healthy twin of the same seed."""
    ward = open_ward()
    truths = ward.wholes.masks
    images, masks = examination()
    _tell_company(ward.net, images, masks)
    dark = relabelled(ward.windows, [mask.where(mask != VOID, 0) for mask in ward.windows.masks])
    grey = read_by(ward, broken.read_labels)
    counted = [100 * torch.stack([m != VOID for m in w.masks]).float().mean().item() for w in (ward.windows, grey)]
    print(f"C: percent of the pixels that count: {counted[0]:.1f}, the patient's {counted[1]:.1f}")
    for seed in seeds:
        cut, _ = cut_by(ward, broken.crop, seed)
        runs = {
            "healthy": (ward.windows, RECIPE, 8),
            "B": (ward.windows, RECIPE, 32),
            "C": (grey, RECIPE, 8),
            "D": (cut, RECIPE, 8),
            "E": (ward.windows, broken.recipe(), 8),
            "F": (dark, RECIPE, 8),
        }
        for name, (outputs, recipe, stride) in runs.items():
            head, losses = train(outputs, recipe, stride, seed)
            said = predictions(head, ward.wholes, broken.enlarge if name == "B" else None)
            _tell(name, seed, losses, said, truths)


def _tell_company(net, images, truths):
    masks = in_company(copy.deepcopy(net).train(), images, broken.predict_masks, 3)
    changed = [100 * (a != b).float().mean((1, 2)) for a, b in ((masks[1], masks[2]), (masks[1], masks[3]))]
    scores = [confusion(m, truths).mean_iou for m in masks]
    healthy = confusion(broken.predict_masks(net, images), truths).mean_iou
    print(
        f"A: percent of a picture that changes with company, least and most: {torch.cat(changed).min():.1f} to ", end=""
    )
    print(f"{torch.cat(changed).max():.1f}; mean IoU alone, in company {_listed(scores)}; healthy {healthy:.3f}")


def _tell(name, seed, losses, said, truths):
    matrix, rim = confusion(said, truths), rims(said, truths)
    found = [best_shift(mask, truth) for mask, truth in zip(said[:12], truths[:12], strict=True)]
    names = [VOC_CLASSES[i] for i in matrix.counts.sum(0).nonzero().flatten().tolist()]
    boats = (100 * matrix.counts[4] / matrix.counts[4].sum())[[0, 4, 15]].tolist()
    print(
        f"{name:7} seed {seed}: last losses {sum(losses[-30:]) / 30:.3f}, pixel accuracy {matrix.pixel_accuracy:.3f}, "
        f"mean IoU {matrix.mean_iou:.3f}\n    shifts, median {median(f[0] for f in found)} down "
        f"{median(f[1] for f in found)} right, all: {[f[:2] for f in found]}\n    objects' IoU as they lie "
        f"{_listed([median(f[2] for f in found)])}, moved back {_listed([median(f[3] for f in found)])}\n    percent: "
        f"{ {key: round(value, 1) for key, value in rim.items()} }\n    boats called background, boat, person: "
        f"{_listed(boats)}; names ever given: {len(names)} {names if len(names) < 5 else ''}",
        flush=True,
    )


def _listed(values):
    return ", ".join(f"{value:.3g}" for value in values)


if __name__ == "__main__":
    main()
