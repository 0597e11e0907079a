"""The panel of lecture 02: sizes of a convolution and of a transposed one, cell by cell."""

from __future__ import annotations

from fcn_course.shapes import conv_output_size, conv_transpose_output_size
from fcn_course.teaching.explorers.layer_grids import gather, scatter, zeros_between
from fcn_course.teaching.explorers.linked_grids import Grid, draw_linked
from fcn_course.teaching.explorers.panel import Explorer, View, choice, slider

CONVOLUTION, SCATTER, ZEROS = "convolution", "transposed: scatter", "transposed: zeros between"
LARGEST = {CONVOLUTION: 12, SCATTER: 5, ZEROS: 5}  # input sizes whose grids are still legible
KERNELS, STRIDES = 8, 4


class ShapeExplorer(Explorer):
    """The input and the output of a layer whose numbers are chosen with sliders, as two linked grids.

    The layer is square, has one channel, and all its weights are 1; its input is a picture of ones. So the number in a
    cell of the output says how many cells of the input it is made of. The sliders' bounds keep the layer legal.
    """

    def __init__(self):
        super().__init__(
            layer=choice("layer", [CONVOLUTION, SCATTER, ZEROS], SCATTER, width="262px"),
            size=_slider("input size n", 4, 1),
            kernel_size=_slider("kernel size k", 4, 1),
            stride=_slider("stride s", 2, 1, STRIDES),
            padding=_slider("padding p", 1),
            output_padding=_slider("output_padding", 0),
            row=_slider("row", 1),
            column=_slider("column", 2),
        )

    def refresh(self) -> None:
        """Bring every bound to what the other controls leave legal, then draw."""
        layer = self.controls["layer"].value
        held, self._held = self._held, True
        for _ in range(2):  # less padding may ask for a smaller kernel; that asks for nothing more
            for name in ("size", "kernel_size", "padding", "output_padding", "row", "column"):
                control, highest = self.controls[name], highest_values(**self.values)[name]
                control.max = max(highest, control.min + 1)  # a slider needs two places to be shown,
                control.value = min(control.value, highest)
                control.disabled = highest == control.min  # so one that has a single place is locked
        self._held = held
        for name in ("row", "column"):
            self.controls[name].description = f"{'input' if layer == SCATTER else 'output'} {name}"
        self.controls["output_padding"].layout.visibility = "hidden" if layer == CONVOLUTION else "visible"
        super().refresh()

    def draw(self, layer, size, kernel_size, stride, padding, output_padding, row, column) -> View:
        """The two grids, the formula with its numbers, and the line of torch that makes the layer."""
        numbers = (size, kernel_size, stride, padding, output_padding)
        left, right = linked_grids(layer, *numbers, row, column)
        alt = (
            f"Left: {left.title}, {left.note}. Right: {right.title}, {right.note}. Row {row}, column {column} of the "
            f"{'input is joined to its stamp' if layer == SCATTER else 'output is joined to its window'} of "
            f"{kernel_size} × {kernel_size} cells."
        )
        words = (_formula(layer, *numbers), _link(layer, *numbers, row, column), f"<code>{torch_line(layer, *numbers)}")
        return View(draw_linked(left, right), "<br>".join(words) + "</code>", alt)


def _slider(name, value, low=0, high=99):
    return slider(name, value, low, high, width="262px")


def highest_values(layer, size, kernel_size, stride, padding, output_padding, row, column) -> dict[str, int]:
    """By name, how large each number may be beside the others.

    A kernel fits into the padded input. Padding is smaller than the kernel, so that no window lies in padding alone,
    and leaves at least one pixel of what a transposed convolution stamps. Output_padding is smaller than the stride.
    """
    fits, leaves = KERNELS, KERNELS
    if layer == CONVOLUTION:
        fits = min(KERNELS, size + 2 * padding)
        cells = (size + 2 * padding - kernel_size) // stride + 1
    else:
        leaves = ((size - 1) * stride + kernel_size - 1) // 2
        pixels = (size - 1) * stride - 2 * padding + kernel_size + output_padding
        cells = size if layer == SCATTER else pixels
    return {
        "size": LARGEST[layer],
        "kernel_size": fits,
        "padding": min(kernel_size - 1, leaves),
        "output_padding": stride - 1,
        "row": cells - 1,
        "column": cells - 1,
    }


def linked_grids(layer, size, kernel_size, stride, padding, output_padding, row, column) -> tuple[Grid, Grid]:
    """Input and output; ``row`` and ``column`` are those of an input cell where it scatters, else of an output cell."""
    if layer == CONVOLUTION:
        return gather(size, kernel_size, stride, padding, row, column)
    picture = scatter if layer == SCATTER else zeros_between
    return picture(size, kernel_size, stride, padding, output_padding, row, column)


def torch_line(layer, size, kernel_size, stride, padding, output_padding) -> str:
    """The code that makes the layer; what is left out is torch's default."""
    transposed = layer != CONVOLUTION
    options = {"stride": (stride, 1), "padding": (padding, 0), "output_padding": (output_padding * transposed, 0)}
    said = "".join(f", {name}={value}" for name, (value, default) in options.items() if value != default)
    return f"nn.Conv{'Transpose' * transposed}2d(1, 1, kernel_size={kernel_size}{said})"


def _formula(layer, n, k, s, p, o):
    if layer == CONVOLUTION:
        room = n + 2 * p - k
        return (
            f"⌊(n + 2·p − k) / s⌋ + 1 = ⌊({n} + 2·{p} − {k}) / {s}⌋ + 1 = ⌊{room} / {s}⌋ + 1 = {room // s} + 1 = "
            f"<b>{conv_output_size(n, k, s, p)}</b>"
        )
    pixels = conv_transpose_output_size(n, k, s, p, o)
    rule = "(n − 1)·s − 2·p + k + output_padding"
    formula = f"{rule} = ({n} − 1)·{s} − 2·{p} + {k} + {o} = <b>{pixels}</b>"
    if layer == SCATTER:
        return formula
    spread, border = (n - 1) * s + 1, k - 1 - p
    wide = spread + 2 * border + o
    return (
        f"{formula}<br>Spread out, the input is (n − 1)·s + 1 = {spread} wide; with a border of k − 1 − p = {border} "
        f"on both sides{f' and {o} more behind (output_padding)' * (o > 0)} it is {wide}. A kernel of {k}, moved by 1, "
        f"fits {wide} − {k} + 1 = <b>{pixels}</b> times."
    )


def _link(layer, n, k, s, p, o, row, column):
    places = f"{_places('row', row, k, s, p)} and {_places('column', column, k, s, p)}"
    if layer == CONVOLUTION:
        rest = (n + 2 * p - k) % s
        words = f"Cell ({row}, {column}) gathers from {places} of the input: a window begins at s·i − p."
        return words + f" The division leaves a rest of {rest}: so many at the end are in no window." * (rest > 0)
    if layer == SCATTER:
        words = f"Cell ({row}, {column}) is stamped on {places} of the output: a stamp begins at s·i − p."
        gains = [f"keeps {min(o, p)} of what padding cuts off behind"] * (min(o, p) > 0)
        gains += [f"adds {o - p} behind that no stamp reaches"] * (o > p)
        return words + f" Output_padding {o} {' and '.join(gains)}." * (o > 0)
    values = int(zeros_between(n, k, s, p, o, row, column)[1].values[row, column])
    return (
        f"At pixel ({row}, {column}) the kernel, turned by 180° (see its marked corner), lies on {values} of the "
        f"input's cells and on {k * k - values} zeros."
    )


def _places(name, cell, k, s, p):
    first = f"{s}·{cell} − {p} = {s * cell - p}"
    return (
        f"{name}s {first} to {s * cell - p + k - 1}".replace("-", "−") if k > 1 else f"{name} {first}".replace("-", "−")
    )
