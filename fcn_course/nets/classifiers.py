"""A classifier's fully connected layers as convolutions: the paper's central idea.

Lecture 01; Long et al., CVPR 2015, section 3.1.
"""

from __future__ import annotations

import torch
from torch import nn


def linear_to_conv(linear: nn.Linear, kernel_size: int = 1) -> nn.Conv2d:
    """The convolution that gives a fully connected layer's numbers at every place of a map.

    A layer that was fed a flattened ``(C, k, k)`` map becomes a ``k`` x ``k`` convolution over C planes: on a map of
    exactly k x k both give the same numbers, on a larger one the convolution gives a map of them (paper, section 3.1).

    Raises:
        ValueError: if the inputs cannot be laid out as planes of ``kernel_size`` x ``kernel_size``.
    """
    area = kernel_size * kernel_size
    if kernel_size < 1 or linear.in_features % area:
        raise ValueError(
            f"{linear.in_features} inputs are no whole number of {kernel_size} x {kernel_size} planes; give the size "
            "of the map that was flattened before this layer"
        )
    planes = linear.in_features // area
    # on no device first: VGG-16's fc6 alone has 103 million weights, and drawing random ones takes a second
    conv = nn.Conv2d(planes, linear.out_features, kernel_size, bias=linear.bias is not None, device="meta")
    conv.to_empty(device=linear.weight.device)
    with torch.no_grad():
        conv.weight.copy_(linear.weight.view(-1, planes, kernel_size, kernel_size))
        if linear.bias is not None:
            conv.bias.copy_(linear.bias)
    return conv


def classifier_to_convs(classifier: nn.Module, kernel_size: int = 1) -> nn.Sequential:
    """A whole classifier that was fed a flattened ``(C, k, k)`` map, as convolutions: ``k`` x ``k``, then 1 x 1.

    VGG-16's fc6, fc7 and fc8 become convolutions of 7 x 7, 1 x 1 and 1 x 1; ReLU and dropout stay as they are.
    """
    layers, sizes = [], iter([kernel_size])
    for layer in classifier if isinstance(classifier, nn.Sequential) else [classifier]:
        layers.append(linear_to_conv(layer, next(sizes, 1)) if isinstance(layer, nn.Linear) else layer)
    return nn.Sequential(*layers)
