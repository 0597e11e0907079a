"""Sizes of convolutions and transposed convolutions, and where an output cell looks.

All sizes in pixels, one direction at a time. Sources: D2L 7.3, 14.10 and 14.11; V. Dumoulin, F. Visin, "A guide to
convolution arithmetic for deep learning" (2016); A. Araujo et al., "Computing receptive fields" (Distill, 2019).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


def conv_output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Number of cells that a convolution or pooling layer (floor mode) gives along one side.

    Raises:
        ValueError: if a parameter is out of range or the kernel does not fit into the padded input.
    """
    _check(size=size, kernel_size=kernel_size, stride=stride, dilation=dilation)
    _check(least=0, padding=padding)
    reach = dilation * (kernel_size - 1) + 1  # pixels that one window spans
    if reach > size + 2 * padding:
        raise ValueError(
            f"a kernel of {kernel_size} with dilation {dilation} spans {reach} pixels, but size {size} with padding "
            f"{padding} on both sides has only {size + 2 * padding}; enlarge input or padding, or shrink the kernel"
        )
    return (size + 2 * padding - reach) // stride + 1


def conv_transpose_output_size(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    """Number of pixels that a transposed convolution gives along one side.

    Raises:
        ValueError: if a parameter is out of range or nothing would be left after the padding is cut off.
    """
    _check(size=size, kernel_size=kernel_size, stride=stride, dilation=dilation)
    _check(least=0, padding=padding, output_padding=output_padding)
    if output_padding >= max(stride, dilation):
        raise ValueError(
            f"output_padding {output_padding} must be smaller than the stride ({stride}) or the dilation ({dilation}): "
            "it only chooses among the sizes that the forward convolution maps to the same number"
        )
    out = (size - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1
    if out < 1:
        raise ValueError(
            f"size {size} with kernel {kernel_size}, stride {stride} gives {out + 2 * padding} pixels and padding "
            f"{padding} cuts off {2 * padding}; nothing is left, so take a smaller padding"
        )
    return out


class SameScale(NamedTuple):
    """Parameters of a transposed convolution that enlarges by exactly its stride."""

    kernel_size: int
    stride: int
    padding: int
    output_padding: int


def same_scale(stride: int) -> SameScale:
    """The book's rule, kernel 2s and padding s/2, for a transposed convolution that enlarges ``stride`` times.

    An odd stride has no half pixel to pad with; kernel 2s - 1 and padding (s - 1)/2 enlarge by exactly s too.
    Source: D2L 14.11.
    """
    _check(stride=stride)
    if stride % 2:
        return SameScale(2 * stride - 1, stride, (stride - 1) // 2, 0)
    return SameScale(2 * stride, stride, stride // 2, 0)


class Field(NamedTuple):
    """Where the cells of a layer look in the picture, along one side.

    ``size``: pixels that one cell sees. ``jump``: pixels between neighbouring cells. ``start``: the middle of what
    cell 0 sees, counted in pixels, the first pixel being 0.
    """

    size: int = 1
    jump: int = 1
    start: float = 0.0

    def centre(self, cell: int) -> float:
        """Pixel in the middle of what ``cell`` sees."""
        return self.start + self.jump * cell


def receptive_field(layers: Iterable[tuple[int, int, int]], field: Field = Field()) -> Field:  # noqa: B008
    """The field after ``layers``, each (kernel_size, stride, padding), in the order the picture runs through them."""
    for kernel_size, stride, padding in layers:
        _check(kernel_size=kernel_size, stride=stride)
        _check(least=0, padding=padding)
        size, jump, start = field
        field = Field(size + (kernel_size - 1) * jump, jump * stride, start + ((kernel_size - 1) / 2 - padding) * jump)
    return field


def _check(least: int = 1, **values: int) -> None:
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{name} must be a whole number, got {value!r}")
        if value < least:
            raise ValueError(f"{name} must be at least {least}, got {value}")
