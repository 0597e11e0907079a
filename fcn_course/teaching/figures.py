"""Figures with words for those who cannot see them."""

from __future__ import annotations

import base64
import io

import numpy as np
from matplotlib.figure import Figure
from PIL import Image, ImageChops

SCALE = 1.5  # pixels drawn for each pixel shown, so that text stays sharp on dense screens


def png(picture: Figure | Image.Image) -> bytes:
    """The picture as a PNG file. A figure gets 150 pixels an inch; an image is taken as it is."""
    return _file(_image(picture), "PNG", compress_level=1)  # the quickest; an explorer answers while a hand still moves


def _image(picture):
    if isinstance(picture, Image.Image):
        return picture
    picture.set_dpi(100 * SCALE)
    canvas = picture.canvas
    if not hasattr(canvas, "buffer_rgba"):  # pyplot's figures bring a canvas that draws, a bare one does not
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        canvas = FigureCanvasAgg(picture)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])


def _with_palette(image):
    """The same pixels by number, where 256 colours suffice: a PNG of half the bytes."""
    if image.mode != "RGB" or image.getcolors(256) is None:
        return image
    numbered = image.quantize(256, dither=Image.Dither.NONE)
    return image if ImageChops.difference(numbered.convert("RGB"), image).getbbox() else numbered


def _file(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def show(picture: Figure | Image.Image, alt: str, photo: bool = False) -> None:
    """Show a picture under a cell of a notebook, with ``alt``: what a person sees who looks at it, in words.

    A figure of pyplot is closed, so that it is not shown twice. With ``photo`` it is kept as a JPEG: a fifth of the
    bytes where it is made of pictures, but lines and letters fray a little.

    Raises:
        ValueError: if ``alt`` says nothing.
    """
    if not alt.strip():
        raise ValueError('alt is empty; say what the picture shows, as in alt="a map of 10 x 15 cells, brightest at …"')
    from IPython.display import display

    kind, image = "image/jpeg" if photo else "image/png", _image(picture)
    file = _file(image, "JPEG", quality=80) if photo else _file(_with_palette(image), "PNG", optimize=True)
    data = {kind: base64.b64encode(file).decode(), "text/plain": f"Figure: {alt}"}
    display(data, metadata={kind: {"alt": alt, "width": shown_width(picture)}}, raw=True)
    if isinstance(picture, Figure):
        from matplotlib import pyplot

        pyplot.close(picture)


def shown_width(picture: Figure | Image.Image) -> int:
    """Pixels across on the page."""
    return round(picture.get_figwidth() * 100 if isinstance(picture, Figure) else picture.width / SCALE)
