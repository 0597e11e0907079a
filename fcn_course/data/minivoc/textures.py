"""Grey noise, and the textures of fur, wood, cloth and stone that are made of it."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from PIL import Image, ImageOps


def noise(rng: np.random.Generator, size, cells, octaves=3, stretch=(1.0, 1.0)) -> Image.Image:
    """Cloudy grey noise, mean about 128: random grids of ``cells``, 2·``cells``, ... enlarged and added.

    Args:
        size: (width, height) in pixels.
        cells: grid cells along the longer side in the first octave.
        stretch: cells per side are multiplied by these (x, y); (0.2, 1) gives streaks that run sideways.
    """
    width, height = size
    total = None
    for octave in range(octaves):
        per = cells * 2**octave / max(size)
        grid = max(2, round(width * per * stretch[0])), max(2, round(height * per * stretch[1]))
        layer = Image.fromarray(rng.integers(0, 256, grid[::-1], dtype=np.uint8)).resize(size, Image.BICUBIC)
        total = layer if total is None else Image.blend(total, layer, 1 / 2 ** (octave + 0.6))
    return total


_TEXTURES = {  # cells, octaves, stretch over a tile of 512 x 512 samples
    "fur": (40, 3, (1.0, 0.35)),
    "grain": (20, 3, (0.15, 1.6)),
    "cloth": (110, 2, (1.0, 1.0)),
    "rough": (28, 4, (1.0, 1.0)),
}


@cache
def _texture(name: str) -> Image.Image:
    cells, octaves, stretch = _TEXTURES[name]
    tile = noise(np.random.default_rng(list(_TEXTURES).index(name)), (512, 512), cells, octaves, stretch)
    wide = Image.new("L", (1024, 1024))
    across = ImageOps.mirror(tile)  # mirrored neighbours leave no seam
    for y, (left, right) in ((0, (tile, across)), (512, (ImageOps.flip(tile), ImageOps.flip(across)))):
        wide.paste(left, (0, y))
        wide.paste(right, (512, y))
    return wide


def texture_at(name, corner, size, strength):
    x, y = corner[0] % 512, corner[1] % 512
    tile = _texture(name)
    if size[0] > 512 or size[1] > 512:
        tile = tile.resize((max(1024, 512 + size[0]), max(1024, 512 + size[1])), Image.NEAREST)
    return tile.crop((x, y, x + size[0], y + size[1])).point(contrast_table(round(strength, 3)))


@lru_cache(4096)
def contrast_table(strength) -> list[int]:
    """Grey values drawn towards 128 (strength below 1) or away from it."""
    return [round(128 + (value - 128) * strength) for value in range(256)]
