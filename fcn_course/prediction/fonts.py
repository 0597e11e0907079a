"""The letters that are written into pictures."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont


@cache
def font(size: float, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Letters ``size`` pixels high: those of matplotlib's figures. Pillow's own have no ×, é or ü.

    Matplotlib is not imported for it, which would take half a second.
    """
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(Path(find_spec("matplotlib").origin).parent / "mpl-data" / "fonts" / "ttf" / name, size)
