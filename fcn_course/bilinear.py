"""Enlarging by a transposed convolution with a bilinear kernel (D2L 14.11; Long et al., CVPR 2015, section 3.3).

For: nets, losses, and whoever wants the book's layer alone.
Uses: shapes.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from fcn_course.shapes import Enlargement, conv_transpose_output_size, same_scale


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


def interpolation_matrix(
    length: int, factor: int | Enlargement, device: torch.device | None = None, replicate: bool = True
) -> Tensor:
    """Bilinear enlargement of one side as a matrix ``(pixels, length)``.

    ``interpolation_matrix(H, s) @ plane @ interpolation_matrix(W, s).T`` equals
    ``F.interpolate(plane, scale_factor=s, mode="bilinear", align_corners=False)``, and the transposed matrices are its
    gradient.

    Args:
        factor: how many times, by the book's rule, or the parameters of a transposed convolution with a bilinear
            kernel, which the matrices then equal.
        replicate: repeat the outermost cells outwards, so that each row sums to 1; else the border fades.
    """
    enlargement = factor if isinstance(factor, Enlargement) else same_scale(factor)
    pixels = torch.arange(conv_transpose_output_size(length, *enlargement), device=device)
    places = (pixels - enlargement.first) / enlargement.stride  # in cells
    if replicate:
        places = places.clamp(0, length - 1)
    away = (places[:, None] - torch.arange(length, device=device)).abs()
    return (1 - away).clamp(min=0)


def bilinear_upsampling(channels: int, stride: int | Enlargement, bias: bool = False) -> nn.ConvTranspose2d:
    """The book's layer: a dense transposed convolution that starts bilinear and may learn.

    ``(N, channels, H, W)`` -> ``(N, channels, stride * H, stride * W)``. Inside it equals
    ``F.interpolate(mode="bilinear", align_corners=False)``; in a band of stride / 2 pixels at the border it fades,
    because the input ends there and nothing is added from outside. Other parameters than the book's are handed over
    as an :class:`~fcn_course.shapes.Enlargement`.
    """
    enlargement = stride if isinstance(stride, Enlargement) else same_scale(stride)
    layer = nn.ConvTranspose2d(channels, channels, *enlargement, bias=bias)
    with torch.no_grad():
        layer.weight.copy_(bilinear_kernel(channels, channels, enlargement.kernel_size))
        if bias:
            layer.bias.zero_()
    return layer


class FrozenBilinear(nn.Module):
    """Bilinear enlargement that does not learn, as in the paper's released nets: one tent for every plane.

    It is the transposed convolution with a bilinear kernel, computed as two products with small matrices, which is
    quicker: the kernel is an outer product, so rows and columns can be enlarged one after the other.

    With ``replicate=True`` the outermost cells are repeated outwards before, so that nothing fades at the border and
    by the book's rule the result equals ``F.interpolate(mode="bilinear", align_corners=False)`` everywhere.

    Args:
        stride: how many times, by the book's rule, or the parameters of another transposed convolution.

    Shape: ``(N, C, H, W)`` -> ``(N, C, stride * H, stride * W)``, any C; other parameters, their size.
    """

    def __init__(self, stride: int | Enlargement, replicate: bool = True):
        super().__init__()
        self.enlargement = stride if isinstance(stride, Enlargement) else same_scale(stride)
        self.replicate = replicate

    def forward(self, x: Tensor) -> Tensor:
        rows, columns = (
            interpolation_matrix(side, self.enlargement, x.device, self.replicate).to(x.dtype) for side in x.shape[-2:]
        )
        return rows @ x @ columns.T

    def extra_repr(self) -> str:
        parameters = ", ".join(f"{name}={value}" for name, value in self.enlargement._asdict().items())
        return f"{parameters}, replicate={self.replicate}"
