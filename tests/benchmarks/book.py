"""What section 14.11 of the book has in its notebook and not in ``d2l.torch``, and that package itself."""

from __future__ import annotations

import warnings

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fcn_course.bilinear import bilinear_kernel
from fcn_course.nets.backbone import load_backbone

BOOK_BATCH = 32  # pictures in a step


class BenchmarkError(Exception):
    """The benchmark cannot be run as it was asked for; the message says what to change."""


def import_d2l():
    """The book's package. It takes seconds and much memory, so only what runs d2l's side imports it."""
    try:
        from d2l import torch as d2l
    except ModuleNotFoundError as error:
        raise BenchmarkError(
            f"d2l, the book's package, cannot be imported ({error}); install it with `uv sync`, or without uv with "
            "`pip install --no-deps --require-hashes -r requirements.txt`"
        ) from error
    # what today's torch says of d2l's four workers and of its sums
    warnings.filterwarnings("ignore", "This DataLoader will create")
    warnings.filterwarnings("ignore", "Converting a tensor with requires_grad")
    return d2l


def book_net() -> nn.Module:
    """The net of 14.11, on the backbone's weights that both sides begin with."""
    stages = load_backbone("resnet18", "minivoc").stages
    layers = (*stages["stride2"], *stages["stride4"], stages["stride8"], stages["stride16"], stages["stride32"])
    net = nn.Sequential(*layers)
    net.add_module("final_conv", nn.Conv2d(512, 21, kernel_size=1))
    net.add_module("transpose_conv", nn.ConvTranspose2d(21, 21, kernel_size=64, padding=16, stride=32))
    net.transpose_conv.weight.data.copy_(bilinear_kernel(21, 21, 64))
    return net.to(memory_format=torch.contiguous_format)  # as torchvision's lie, which the book takes


def book_loss(inputs: Tensor, targets: Tensor) -> Tensor:
    """The loss of 14.11.4."""
    return F.cross_entropy(inputs, targets, reduction="none").mean(1).mean(1)


def book_trainer(net: nn.Module) -> torch.optim.Optimizer:
    """The optimiser of 14.11.5."""
    return torch.optim.SGD(net.parameters(), lr=0.001, weight_decay=1e-3)


class AnySize(nn.Module):
    """The book's net as the course scores it: its result is cut to the picture's size."""

    num_classes = 21

    def __init__(self, net: nn.Module):
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)[..., : x.shape[-2], : x.shape[-1]]
