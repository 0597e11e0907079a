"""VOC's class names, colours and void, in the order that D2L and every VOC tool use (D2L 14.9). Free of torch."""

from __future__ import annotations

import numpy as np
from PIL import Image

# fmt: off
VOC_CLASSES = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
)
# fmt: on
VOID = 255


def voc_colour(index: int) -> tuple[int, int, int]:
    """The colour that VOC gives to an index: its bits, three by three, fill red, green and blue from the top."""
    rgb = [0, 0, 0]
    for bit in range(8):
        for channel in range(3):
            rgb[channel] |= (index >> (3 * bit + channel) & 1) << (7 - bit)
    return tuple(rgb)


VOC_COLORMAP = tuple(voc_colour(index) for index in range(len(VOC_CLASSES)))
# what VOC's PNG files carry; 255 is cream
PALETTE = bytes(value for index in range(256) for value in voc_colour(index))


def palette_image(indices: np.ndarray) -> Image.Image:
    """Class indices uint8 ``(H, W)`` as a picture of mode P with VOC's palette: what a mask's PNG file holds."""
    image = Image.fromarray(np.ascontiguousarray(indices, np.uint8))
    image.putpalette(PALETTE)
    return image
