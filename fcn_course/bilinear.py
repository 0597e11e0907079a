"""Enlarging by a transposed convolution with a bilinear kernel (D2L 14.11; Long et al., CVPR 2015, section 3.3)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fcn_course.shapes import same_scale


def bilinear_kernel(in_channels: int, out_channels: int, kernel_size: int) -> Tensor:
    """The weights with which a transposed convolution enlarges bilinearly.

    Each plane is enlarged for itself: where input and output channel are the same the kernel is a tent, everywhere
    else it is zero. The values are D2L's.

    Returns:
        Tensor ``(in_channels, out_channels, kernel_size, kernel_size)``, float32.

    Raises:
        ValueError: for a number of channels or a kernel size below 1.
    """
    for name, value in (("in_channels", in_channels), ("out_channels", out_channels), ("kernel_size", kernel_size)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}")
    factor = (kernel_size + 1) // 2
    centre = factor - 1 if kernel_size % 2 else factor - 0.5
    tent = 1 - (torch.arange(kernel_size) - centre).abs() / factor  # (k,)
    weight = torch.zeros(in_channels, out_channels, kernel_size, kernel_size)
    for channel in range(min(in_channels, out_channels)):
        weight[channel, channel] = torch.outer(tent, tent)
    return weight


def interpolation_matrix(length: int, factor: int, device: torch.device | None = None) -> Tensor:
    """Bilinear enlargement of one side as a matrix ``(factor * length, length)``; each row sums to 1.

    ``interpolation_matrix(H, s) @ plane @ interpolation_matrix(W, s).T`` equals
    ``F.interpolate(plane, scale_factor=s, mode="bilinear", align_corners=False)``, and the transposed matrices are its
    gradient.
    """
    centres = (torch.arange(factor * length, device=device) + 0.5) / factor - 0.5
    cells = torch.arange(length, device=device)
    away = (centres.clamp(0, length - 1)[:, None] - cells).abs()  # in cells
    return (1 - away).clamp(min=0)


def bilinear_upsampling(channels: int, stride: int, bias: bool = False) -> nn.ConvTranspose2d:
    """The book's layer: a dense transposed convolution that starts bilinear and may learn.

    ``(N, channels, H, W)`` -> ``(N, channels, stride * H, stride * W)``. Inside it equals
    ``F.interpolate(mode="bilinear", align_corners=False)``; in a band of stride / 2 pixels at the border it fades,
    because the input ends there and nothing is added from outside.
    """
    kernel_size, stride, padding, output_padding = same_scale(stride)
    layer = nn.ConvTranspose2d(channels, channels, kernel_size, stride, padding, output_padding, bias=bias)
    with torch.no_grad():
        layer.weight.copy_(bilinear_kernel(channels, channels, kernel_size))
        if bias:
            layer.bias.zero_()
    return layer


class FrozenBilinear(nn.Module):
    """Bilinear enlargement that does not learn, as in the paper's released nets: one tent for every plane.

    With ``replicate=True`` the outermost cells are repeated outwards before, so that nothing fades at the border and
    the result equals ``F.interpolate(mode="bilinear", align_corners=False)`` everywhere.

    Shape: ``(N, C, H, W)`` -> ``(N, C, stride * H, stride * W)``, any C.
    """

    def __init__(self, stride: int, replicate: bool = True):
        super().__init__()
        self.rule, self.replicate = same_scale(stride), replicate
        self.register_buffer("tent", bilinear_kernel(1, 1, self.rule.kernel_size), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        _, stride, padding, output_padding = self.rule
        if self.replicate:
            x = F.pad(x, (1, 1, 1, 1), mode="replicate")
            padding += stride  # the row that was added in front grows to `stride` rows
        planes = x.flatten(0, 1).unsqueeze(1)  # (N * C, 1, H, W): every plane for itself
        planes = F.conv_transpose2d(planes, self.tent.to(x.dtype), None, stride, padding, output_padding)
        return planes.unflatten(0, x.shape[:2]).squeeze(2)

    def extra_repr(self) -> str:
        return f"stride={self.rule.stride}, replicate={self.replicate}"
