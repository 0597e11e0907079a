"""Which pictures a report shows, and how they get into a page that is one file."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from PIL import Image
from torch.utils.data import Dataset

from fcn_course.data.labels import VOID
from fcn_course.data.voc import read_uint8
from fcn_course.evaluation.report.counts import Picture, Report
from fcn_course.prediction.overlays import overlay

SIDE = 500  # pixels of the longer side; larger pictures are made smaller


def chosen(pictures: Sequence[Picture], number: int = 3) -> dict[str, list[int]]:
    """Indices of the best, middle and worst pictures by mean IoU, up to ``number`` each and none twice.

    Pictures that are void all over have no score and are left out; of equal ones the earlier goes first.
    """
    ranked = [index for index, picture in enumerate(pictures) if not math.isnan(picture.mean_iou)]
    ranked.sort(key=lambda index: -pictures[index].mean_iou)  # keeps the order of equals
    best = ranked[: min(number, -(-len(ranked) // 3))]
    rest = ranked[len(best) :]
    worst = rest[len(rest) - min(number, -(-len(rest) // 2)) :]
    between = rest[: len(rest) - len(worst)]
    start = max(0, (len(between) - number + 1) // 2)
    return {"best": best, "middle": between[start : start + number], "worst": worst}


def cards(report: Report, dataset: Dataset) -> Iterator[dict]:
    """For each chosen picture: its group, its scores, and photograph, truth and prediction with their alt texts."""
    for group, indices in chosen(report.pictures).items():
        for index in indices:
            picture = report.pictures[index]
            image, truth = read_uint8(dataset, index)
            prediction = picture.prediction
            photograph, truth = _smaller(image, np.asarray(truth))
            _, prediction = _smaller(image, prediction)
            drawn = [("Photograph", Image.fromarray(photograph.permute(1, 2, 0).numpy()), f"{picture.name}, as it is")]
            for what, mask in (("Truth", truth), ("Prediction", prediction)):
                seen = f"{what} of {picture.name}: {_names(mask, report.classes)}"
                drawn.append((what, overlay(photograph, torch.from_numpy(mask), report.classes), seen))
            images = [
                {"what": what, "data": _as_data(image), "alt": alt, "size": image.size} for what, image, alt in drawn
            ]
            yield {"group": group, "picture": picture, "images": images}


def _smaller(image, mask):
    """Picture ``(3, H, W)`` and mask ``(H, W)`` of at most ``SIDE`` pixels a side, the mask without new indices."""
    height, width = mask.shape
    scale = min(1, SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    pixels = Image.fromarray(image.permute(1, 2, 0).contiguous().numpy()).resize(size, Image.Resampling.BOX)
    mask = Image.fromarray(mask.astype(np.uint8)).resize(size, Image.Resampling.NEAREST)
    return torch.from_numpy(np.array(pixels)).permute(2, 0, 1), np.array(mask)


def _names(mask, classes):
    indices = np.unique(mask).tolist()
    return ", ".join([classes[index] for index in indices if index != VOID] + ["void"] * (VOID in indices))


def _as_data(image):
    memory = io.BytesIO()
    image.save(memory, "JPEG", quality=82)
    return "data:image/jpeg;base64," + base64.b64encode(memory.getvalue()).decode()
