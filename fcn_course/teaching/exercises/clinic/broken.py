"""The lines that made the patients ill; the notebook shows the same ones, to be mended there."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

from fcn_course.bilinear import bilinear_kernel
from fcn_course.data.normalisation import normalise
from fcn_course.training.recipes import Recipe


def predict_masks(net, images):
    """Pictures uint8 (N, 3, H, W) -> masks int64 (N, H, W); leaves the net in the mode in which it came."""
    with torch.no_grad():
        scores = net(normalise(images))  # (N, C, H, W)
    return scores.argmax(1)


def enlarge(scores, size, stride=32):
    """Scores (N, C, h, w), `stride` times larger by bilinear weights, cut to `size` (H, W)."""
    channels = scores.shape[1]
    kernel = bilinear_kernel(channels, channels, 2 * stride)  # (C, C, 2s, 2s)
    enlarged = F.conv_transpose2d(scores, kernel, stride=stride)
    return enlarged[..., : size[0], : size[1]]


def read_labels(path):
    """A mask's file -> its class indices, int64 (H, W), 255 where void."""
    picture = Image.open(path).convert("RGB")
    labels = torch.from_numpy(np.array(picture.convert("L"))).long()
    labels[labels > 20] = 255  # the loss said: Target 38 is out of bounds
    return labels


def crop(image, mask, size, rng):
    """A random window of `size` (height, width) of a picture (3, H, W) and its mask (H, W)."""

    def window(x):
        top = int(rng.integers(x.shape[-2] - size[0] + 1))
        left = int(rng.integers(x.shape[-1] - size[1] + 1))
        return x[..., top : top + size[0], left : left + size[1]]

    return window(image), window(mask)


def recipe():
    """How the head is trained; 4 pictures a step and 4 epochs are all that can be afforded."""
    return Recipe(
        loss="sum",  # the mean over each picture, summed over the batch
        lr=0.0001,
        momentum=0.0,
        weight_decay=1e-3,
        head_factor=1.0,
        schedule="constant",
        batch_size=4,
        epochs=4,
    )


def pixel_loss(scores, masks):
    """Scores (N, C, H, W) and masks (N, H, W) with 255 -> one number, the mean loss of a pixel."""
    masks = masks.clone()
    masks[masks == 255] = 0  # the loss said: Target 255 is out of bounds
    return F.cross_entropy(scores, masks)
