"""The explorer of lecture 03: what a kernel and a stride do, followed from one pixel of the result."""

from __future__ import annotations

import numpy as np
from PIL import Image

from fcn_course.teaching.explorers import bilinear_kernel_drawing as drawing
from fcn_course.teaching.explorers import bilinear_kernel_numbers as numbers
from fcn_course.teaching.explorers.bilinear_kernel_numbers import Setting, plain
from fcn_course.teaching.explorers.panel import Explorer, View, choice, slider

CELLS = 24  # of the small picture, on a side
STRIDES = 8  # the largest
VIEWS = {
    "the kernel and its profile": "kernel",
    "the overlap (weight sums)": "overlap",
    "one pixel’s neighbours": "neighbours",
    "the enlarged picture": "pictures",
}


class KernelExplorer(Explorer):
    """Move stride and kernel, start bilinear, equal or random, and see one pixel's weights, sums and value.

    The padding follows, so that the layer enlarges by exactly its stride.

    Args:
        picture: an image of any size, or bytes ``(H, W)`` or ``(H, W, 3)``; its middle square is shrunk to 24 x 24
            cells. The head of a drawn dog if None.
    """

    def __init__(self, picture: Image.Image | np.ndarray | None = None):
        self.planes = small_picture(_dog() if picture is None else picture)
        self.truths = {stride: numbers.interpolate(self.planes, stride) for stride in range(2, STRIDES + 1)}
        stride = slider("stride s", 4, 2, STRIDES, width="255px")
        stride.observe(self._bound, names="value")  # before the panel draws
        super().__init__(
            show=choice("show", list(VIEWS.items()), width="255px"),
            start=choice("start values", list(numbers.STARTS.items()), width="255px"),
            stride=stride,
            kernel=slider("kernel size", 8, 1, 16, width="255px"),
            row=slider("output row", 26, 0, 4 * CELLS - 1, width="255px"),
            column=slider("output column", 53, 0, 4 * CELLS - 1, width="255px"),
        )

    def _bound(self, change) -> None:
        """Let the other controls' bounds follow the stride; their changes are drawn together with it."""
        held, self._held = self._held, True
        self.controls["kernel"].max = 4 * change["new"]
        self.controls["row"].max = self.controls["column"].max = CELLS * change["new"] - 1
        self._held = held

    def draw(self, show: str, start: str, stride: int, kernel: int, row: int, column: int) -> View:
        how = numbers.fitted(kernel, stride)
        setting = Setting(start, how, (row, column), self.planes, self.truths[stride])
        view = _SHOWN[show](setting)
        more = f", output_padding={how.output_padding}" if how.output_padding else ""
        line = f"<code>nn.ConvTranspose2d(1, 1, {kernel}, stride={stride}, padding={how.padding}{more})</code><br>"
        return View(view.picture, line + view.caption, f"{_named(start)}, kernel {kernel}, stride {stride}. {view.alt}")


def small_picture(picture: Image.Image | np.ndarray) -> np.ndarray:
    """The middle square as ``(3, 24, 24)``, float32 from 0 to 255.

    Raises:
        ValueError: for an array that is no picture of bytes.
    """
    if not isinstance(picture, Image.Image):
        picture = np.asarray(picture)
        if picture.dtype != np.uint8 or picture.ndim not in (2, 3) or picture.shape[2:] not in ((), (3,)):
            raise ValueError(
                f"a picture is an array of bytes (H, W) or (H, W, 3), got {picture.dtype} {picture.shape}; "
                "convert it, or hand over what PIL.Image.open gives"
            )
        picture = Image.fromarray(picture)
    side = min(picture.size)
    left, top = ((length - side) // 2 for length in picture.size)
    square = picture.convert("RGB").crop((left, top, left + side, top + side))
    return np.asarray(square.resize((CELLS, CELLS), Image.Resampling.BOX), np.float32).transpose(2, 0, 1)


def _dog() -> Image.Image:
    from fcn_course.data.minivoc import draw_picture

    return draw_picture(3, "dog", (240, 160), company=False).image.crop((72, 46, 120, 94))


def _kernel(setting: Setting) -> View:
    size, stride, (row, column) = setting.how.kernel_size, setting.how.stride, setting.pixel
    met = [setting.weights[r.weight, c.weight] for r, c in setting.meeting]
    says = f"{_counted(len(met), 'weight')} of {size * size} (outlined) can meet on pixel ({row}, {column})"
    says += f", every {_ordinal(stride)} one in each direction: {_added(met)}." if met else ": it stays 0."
    if setting.row is not None and np.ptp(setting.row) > 0:
        steps = (size + 1) // 2
        says += f" The tent falls from 1 to 0 in {steps} steps"
        says += ", the stride, so neighbours sum to 1." if steps == stride else f"; the stride is {stride}."
    alt = f"{size} x {size} squares of grey from {plain(setting.weights.min())} to {plain(setting.weights.max())}, "
    alt += f"{len(met)} of them outlined; beside them the profile as stems."
    return View(drawing.kernel_figure(setting), says, alt)


def _overlap(setting: Setting) -> View:
    stride, (row, column), sums = setting.how.stride, setting.pixel, setting.sums
    low, high = plain(sums.min()), plain(sums.max())
    if np.ptp(sums) > 1e-4:
        says = f"Inside, the weights sum to between {low} and {high}: a pattern that repeats every {stride} pixels, "
        says += "a checkerboard."
    elif abs(sums.max() - 1) < 1e-4:
        says = "Inside, the weights that meet on a pixel sum to 1 everywhere: a constant map stays constant."
    else:
        says = f"Inside, the weights sum to {high} everywhere: no pattern, but all is {high} times as bright."
    says += f" Pixel ({row}, {column}) is row {row % stride}, column {column % stride} of the box: "
    says += f"{plain(sums[row % stride, column % stride])}. The corner of the map has {plain(setting.ones[0, 0])}."
    alt = f"A map of 1s enlarged; beside it a box of {stride} x {stride} pixels of it, with sums from {low} to {high}."
    return View(drawing.overlap_figure(setting), says, alt)


def _neighbours(setting: Setting) -> View:
    (row, column), (down, across) = setting.pixel, setting.places
    giving, bright = setting.giving, setting.planes.mean(0)
    gets = [(setting.weights[r.weight, c.weight], bright[r.cell, c.cell]) for r, c in giving]
    value, true = (planes[:, row, column].mean() for planes in (setting.result, setting.truth))
    says = f"Pixel ({row}, {column}) lies at row {plain(down, 3)}, column {plain(across, 3)} of the input (cross). "
    if not giving:
        says += "No stamp reaches it, so it stays 0"
    elif len(gets) <= 4:
        says += " + ".join(f"{plain(weight, 4)} · {brightness:.0f}" for weight, brightness in gets)
        says += f" = <b>{plain(value, 0)}</b>"
    else:
        total = plain(sum(weight for weight, _ in gets))
        says += f"{len(gets)} cells give, with weights that sum to {total}: <b>{plain(value, 0)}</b>"
    says += f". <code>F.interpolate</code> says {plain(true, 0)}."
    if outside := len(setting.meeting) - len(giving):
        says += f" {_counted(outside, 'neighbour')} would lie outside the picture and can give nothing."
    alt = f"Cells of the picture around a cross, {len(giving)} outlined, with their weights; beside them the same part "
    alt += "of the enlarged picture, the pixel joined to these cells' middles."
    return View(drawing.neighbours_figure(setting), says, alt)


def _pictures(setting: Setting) -> View:
    how, (row, column), (least, most) = setting.how, setting.pixel, setting.limits
    apart = np.abs((setting.result - setting.truth).mean(0))
    inner = apart[setting.inside].max()
    says = f"Biggest difference in brightness, of 255: <b>{plain(inner, 0)}</b> inside, <b>{plain(apart.max(), 0)}</b> "
    says += "with the border."
    shift = how.first - (how.stride - 1) / 2
    if inner < 0.5:
        says += " Inside it <i>is</i> bilinear enlargement."
    elif shift:
        says += f" Each stamp lies {plain(abs(shift), 1)} pixel off the middle of its cell."
    value, true = (planes[:, row, column].mean() for planes in (setting.result, setting.truth))
    says += f" Pixel ({row}, {column}), in the ring: {plain(value, 0)} against {plain(true, 0)}."
    if (least, most) != (0, 255):
        says += f" Values from {plain(least, 0)} to {plain(most, 0)} are shown from black to white."
    alt = f"The picture enlarged by both ways, and their difference: at most {plain(inner, 0)} of 255 inside, "
    alt += f"{plain(apart.max(), 0)} with the border."
    return View(drawing.pictures_figure(setting), says, alt)


_SHOWN = {"kernel": _kernel, "overlap": _overlap, "neighbours": _neighbours, "pictures": _pictures}


def _named(start: str) -> str:
    return {"bilinear": "Bilinear start", "equal": "Equal weights", "xavier": "Xavier's start"}[start]


def _counted(number: int, what: str) -> str:
    return f"{number or 'No'} {what}{'' if number == 1 else 's'}"


def _ordinal(number: int) -> str:
    return ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")[number - 2]


def _added(values: list[float]) -> str:
    terms = " + ".join(plain(value, 4) for value in values).replace("+ −", "− ")
    if len(values) == 1:
        return terms
    return f"{terms} = {plain(sum(values))}" if len(values) <= 4 else f"together {plain(sum(values))}"
