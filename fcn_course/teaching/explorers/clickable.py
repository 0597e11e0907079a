"""A picture on which a click, a drag or an arrow key chooses a pixel; its front end is ``clickable.js``, beside it."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets


class ClickablePicture(anywidget.AnyWidget):
    """Shows ``source``; whoever clicks on it, drags over it or moves the arrow keys sets ``pixel``.

    Where no front end answers, as on a page that cannot fetch anywidget's, ``ready`` stays False: show the picture
    another way then. It shows nothing before it has a source.

    Attributes:
        source: address of the picture, as ``data:image/png;base64,…``.
        alt: what is seen, in words.
        label: what can be done here, in words, for those who cannot see it.
        width: pixels across on the page; a narrower page shows it smaller.
        area: where the pixels lie in the picture: (left, top, width, height), shares of the picture's own.
        size: (rows, columns) of pixels in that area.
        pixel: the chosen (row, column).
        ready: whether a front end shows it.
    """

    _esm = Path(__file__).with_suffix(".js")
    _css = """
    .fcn-clickable { display: inline-block; max-width: 100%; line-height: 0; border-radius: 4px; cursor: crosshair; }
    .fcn-clickable:focus { outline: none; }
    .fcn-clickable:focus-visible { outline: 3px solid #1a73e8; outline-offset: 2px; box-shadow: 0 0 0 2px white; }
    .fcn-clickable img { max-width: 100%; border-radius: 4px; background: white; user-select: none; }
    """

    source = traitlets.Unicode("").tag(sync=True)
    alt = traitlets.Unicode("").tag(sync=True)
    label = traitlets.Unicode("Picture; arrow keys move the cross, with Shift by ten pixels").tag(sync=True)
    width = traitlets.Int(600).tag(sync=True)
    area = traitlets.Tuple(*[traitlets.Float()] * 4, default_value=(0.0, 0.0, 1.0, 1.0)).tag(sync=True)
    size = traitlets.Tuple(traitlets.Int(), traitlets.Int(), default_value=(1, 1)).tag(sync=True)
    pixel = traitlets.Tuple(traitlets.Int(), traitlets.Int(), default_value=(0, 0)).tag(sync=True)
    ready = traitlets.Bool(False).tag(sync=True)

    def __repr__(self) -> str:
        return f"ClickablePicture(size={self.size}, pixel={self.pixel})"
