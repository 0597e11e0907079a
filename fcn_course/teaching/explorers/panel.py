"""What every explorer shares: controls, a pure function that draws, and a picture with its caption that follow them.

Nothing captures output: a change of a control sets the values of two HTML widgets. So a panel is tested without a
kernel or a browser, and where widgets cannot run its still picture stands with its words.
"""

from __future__ import annotations

import base64
import gc
import html
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import ipywidgets as widgets
from matplotlib import rc_context, rcParamsDefault
from matplotlib.figure import Figure
from PIL import Image

from fcn_course.teaching.explorers.keyboard import KeysStay
from fcn_course.teaching.figures import png, shown_width

# A notebook's own settings (a layout engine, another size of letters) must not pull a panel's picture out of shape.
PLAIN = {name: value for name, value in rcParamsDefault.items() if not name.startswith(("backend", "interactive"))}


class View(NamedTuple):
    """What a panel shows for one setting of its controls.

    Attributes:
        picture: a figure, or an image of 1.5 pixels for each pixel shown.
        caption: HTML that stands under it, the numbers of this setting in it.
        alt: what is seen, in plain words, for those who cannot see it.
    """

    picture: Figure | Image.Image
    caption: str
    alt: str


class Explorer(widgets.VBox):
    """Controls above a picture and a caption that follow them.

    A subclass hands over its controls and has :meth:`draw`, a function of the controls' values alone.

    Attributes:
        answers_within: seconds that a change may take on two cores; ``tests/benchmarks/explorers.py`` holds it to that.
    """

    answers_within = 0.1

    def __init__(self, **controls: widgets.Widget):
        self.controls, self._held = controls, False
        self.picture, self.caption = widgets.HTML(), widgets.HTML()
        for control in controls.values():
            control.observe(self._follow, names="value")
        wrapping = widgets.Layout(flex_flow="row wrap", grid_gap="2px 18px")
        row = widgets.HBox([*controls.values(), KeysStay()], layout=wrapping)
        super().__init__([row, self.picture, self.caption])
        self.refresh()

    def draw(self, **values) -> View:
        """The view for these values of the controls."""
        raise NotImplementedError

    @property
    def values(self) -> dict:
        """The controls' values by name."""
        return {name: control.value for name, control in self.controls.items()}

    def refresh(self) -> None:
        """Draw anew; the controls call it by themselves."""
        with rc_context(PLAIN), _swept():
            view = self.draw(**self.values)
            self.png, self.alt, self.width = png(view.picture), view.alt, shown_width(view.picture)
            caption = view.caption
            del view
        self.place(f"data:image/png;base64,{base64.b64encode(self.png).decode()}")
        self.caption.value = f'<div style="max-width: 900px; line-height: 1.5">{caption}</div>'

    def place(self, source: str) -> None:
        """Put the picture that was just drawn on the page; ``source`` is its address."""
        # The white card keeps the picture whole on a dark page.
        style = f"width: {self.width}px; max-width: 100%; background: white; border-radius: 4px"
        self.picture.value = f'<img alt="{html.escape(self.alt)}" style="{style}" src="{source}">'

    @contextmanager
    def together(self) -> Iterator[None]:
        """Change several controls, or their bounds, and draw once."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self.refresh()

    def _follow(self, change=None) -> None:
        if not self._held:
            self.refresh()

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{type(self).__name__}({values})"

    def _repr_mimebundle_(self, **kwargs):
        live = super()._repr_mimebundle_(**kwargs)
        still = {"text/plain": f"{self!r}: {self.alt}", "image/png": base64.b64encode(self.png).decode()}
        return live | still, {"image/png": {"alt": self.alt, "width": self.width}}


@contextmanager
def _swept():
    """Throw a figure's many small objects away as soon as it is drawn.

    Left alone they grow old, and every thirtieth move waits 0.2 s while Python looks through all that torch holds.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)
        if enabled:
            gc.enable()


def _named(kind, description, **options):
    style = {"description_width": "initial"}
    layout = widgets.Layout(width=options.pop("width", "300px"))
    return kind(description=description, style=style, layout=layout, **options)


def slider(description: str, value: int, low: int, high: int, step: int = 1, **options) -> widgets.IntSlider:
    """A whole number between two bounds."""
    return _named(widgets.IntSlider, description, value=value, min=low, max=high, step=step, **options)


def fraction(description: str, value: float, low: float, high: float, step: float, **options) -> widgets.FloatSlider:
    """A number between two bounds."""
    return _named(widgets.FloatSlider, description, value=value, min=low, max=high, step=step, **options)


def choice(description: str, options: list, value=None, **more) -> widgets.Dropdown:
    """One out of several: names, or pairs of name and value."""
    return _named(widgets.Dropdown, description, options=options, **({} if value is None else {"value": value}), **more)


def switch(description: str, value: bool = False, **options) -> widgets.Checkbox:
    """On or off."""
    return _named(widgets.Checkbox, description, value=value, indent=False, **options)
