"""ResNet-18 by arithmetic: its layers, the cells that they leave of a picture, weights and multiply-adds by stage."""

from __future__ import annotations

from collections.abc import Sequence

from fcn_course.data.labels import VOC_CLASSES
from fcn_course.shapes import conv_output_size

HEIGHT, WIDTH, THINGS = 320, 480, len(VOC_CLASSES) - 1  # the picture, and the names that the classifier knows
ENTRANCE = [(7, 2, 3), (3, 2, 1)]  # kernel, stride and padding of ResNet-18's first convolution and of its pooling
LAYERS = [*ENTRANCE, *4 * [(3, 1, 1)], *3 * [(3, 2, 1), *3 * [(3, 1, 1)]]]  # and layer1 to layer4
PLANES = {2: 64, 4: 64, 8: 128, 16: 256, 32: 512}


def cells(layers: Sequence[tuple[int, int, int]], height: int = HEIGHT, width: int = WIDTH) -> list[int]:
    """Rows and columns that are left of a picture behind these layers of (kernel, stride, padding)."""
    for kernel, stride, padding in layers:
        height, width = (conv_output_size(side, kernel, stride, padding) for side in (height, width))
    return [height, width]


def by_stage(height: int = HEIGHT, width: int = WIDTH) -> dict[int, tuple[int, int]]:
    """Weights and multiply-adds of ResNet-18's five stages by stride, by arithmetic."""
    found = {}
    for stride, planes in PLANES.items():
        before = planes if stride == 4 else planes // 2
        if stride == 2:
            layers = [(3, planes, 7)]
        else:
            # two blocks of two convolutions, and where planes double a third of 1 x 1 for the short cut
            layers = [(before, planes, 3), *3 * [(planes, planes, 3)], *([] if stride == 4 else [(before, planes, 1)])]
        kernels = sum(way_in * way_out * size * size for way_in, way_out, size in layers)
        norms = sum(2 * way_out for _, way_out, _ in layers)
        cells = -(-height // stride) * -(-width // stride)
        found[stride] = kernels + norms, kernels * cells
    return found
