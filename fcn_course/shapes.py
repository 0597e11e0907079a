"""Sizes of convolutions and transposed convolutions, and where an output cell looks.

All sizes in pixels, one direction at a time. Sources: D2L 7.3, 14.10 and 14.11; V. Dumoulin, F. Visin, "A guide to
convolution arithmetic for deep learning" (2016); A. Araujo et al., "Computing receptive fields" (Distill, 2019).

For: whoever computes the size of a map or where its cells look; it needs no torch.
Uses: nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


def conv_output_size(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1, ceil_mode: bool = False
) -> int:
    """Number of cells that a convolution or pooling layer gives along one side.

    Args:
        ceil_mode: a pooling layer's: a last window that hangs over the end counts too, if it begins before it.

    Raises:
        ValueError: if a parameter is out of range or the kernel does not fit into the padded input.
    """
    _check(size=size, kernel_size=kernel_size, stride=stride, dilation=dilation)
    _check(least=0, padding=padding)
    reach = dilation * (kernel_size - 1) + 1  # pixels that one window spans
    room = size + 2 * padding - reach
    if room < 0 and not (ceil_mode and room + stride > 0):
        raise ValueError(
            f"a kernel of {kernel_size} with dilation {dilation} spans {reach} pixels, but size {size} with padding "
            f"{padding} on both sides has only {size + 2 * padding}; enlarge input or padding, or shrink the kernel"
        )
    if not ceil_mode:
        return room // stride + 1
    cells = -(-room // stride) + 1
    return cells - 1 if (cells - 1) * stride >= size + padding else cells


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


class Enlargement(NamedTuple):
    """Parameters of a transposed convolution that enlarges."""

    kernel_size: int
    stride: int
    padding: int
    output_padding: int = 0

    @property
    def first(self) -> float:
        """The pixel of the result on which cell 0 of the input is centred."""
        return (self.kernel_size - 1) / 2 - self.padding


def same_scale(stride: int) -> Enlargement:
    """The book's rule, kernel 2s and padding s/2, for a transposed convolution that enlarges ``stride`` times.

    An odd stride has no half pixel to pad with; kernel 2s - 1 and padding (s - 1)/2 enlarge by exactly s too.
    Source: D2L 14.11.
    """
    _check(stride=stride)
    if stride % 2:
        return Enlargement(2 * stride - 1, stride, (stride - 1) // 2)
    return Enlargement(2 * stride, stride, stride // 2)


def centred_scale(stride: int, first: float) -> Enlargement:
    """The transposed convolution that enlarges by exactly ``stride`` and centres cell 0 on pixel ``first``.

    The book's rule puts it on (stride - 1) / 2, which is right for VGG's cells. A ResNet's cells lie on multiples of
    the stride, so its ``first`` is 0: for stride 32 this gives kernel 63, padding 31 and output_padding 31.

    Raises:
        ValueError: if no kernel, padding and output_padding do that.
    """
    _check(stride=stride)
    kernel_size = 2 * stride - 1 if float(first).is_integer() else 2 * stride
    padding = (kernel_size - 1) / 2 - first
    output_padding = stride - kernel_size + 2 * padding
    if not (padding.is_integer() and padding >= 0 and 0 <= output_padding < stride):
        raise ValueError(
            f"no transposed convolution of stride {stride} keeps the scale and centres cell 0 on pixel {first}; this "
            f"can be done from 0 to {(stride - 1) / 2}, in halves"
        )
    return Enlargement(kernel_size, stride, int(padding), int(output_padding))


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


def enlarged_field(field: Field, enlargement: Enlargement) -> Field:
    """Where the cells look that a transposed convolution makes of cells with this ``field``.

    Raises:
        ValueError: if the cells are not as many pixels apart as a whole multiple of the stride.
    """
    kernel_size, stride = enlargement[:2]
    if field.jump % stride:
        raise ValueError(f"cells {field.jump} pixels apart cannot be enlarged {stride} times on whole pixels")
    jump = field.jump // stride
    neighbours = -(-kernel_size // stride)  # input cells that reach one cell of the result
    return Field(field.size + (neighbours - 1) * field.jump, jump, field.start - jump * enlargement.first)


def crop_offset(enlarged: Field, fine: Field) -> int:
    """How many cells of ``fine`` lie before the first of ``enlarged``; negative if ``enlarged`` begins earlier.

    Cropping so many of the one (or of the other) lays the two on each other. The paper's 5, 9 and 19, 27, 31 are these
    numbers (Long et al., CVPR 2015; the released nets).

    Raises:
        ValueError: if the two have other distances between cells, or lie a fraction of a cell apart.
    """
    if enlarged.jump != fine.jump:
        raise ValueError(f"cells {enlarged.jump} and {fine.jump} pixels apart cannot be laid on each other")
    offset = (enlarged.start - fine.start) / fine.jump
    if not offset.is_integer():
        raise ValueError(
            f"the two lie {offset} cells apart, and no crop mends a fraction; enlarge with a kernel of the other "
            "parity (see centred_scale)"
        )
    return int(offset)


def _check(least: int = 1, **values: int) -> None:
    for name, value in values.items():
        # not only Python's int: while a net is exported to ONNX a size is a symbol
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise ValueError(f"{name} must be a whole number, got {value!r}")
        if value < least:
            raise ValueError(f"{name} must be at least {least}, got {value}")
