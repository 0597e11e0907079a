"""How a picture is covered with tiles (lecture 06)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

# What `fcn-course predict` does with a picture of more pixels than LARGE. A million of them take FCN-8s 0.15 GB in one
# pass and torchvision's FCNs 0.5 GB. A step of 768 - 96 = 672 = 21 * 32 lays the coarsest cells where they lie in the
# whole picture. Larger tiles come nearer to the whole pass, wider overlaps do not.
LARGE, LARGE_TILE, LARGE_OVERLAP = 2_000_000, (768, 768), 96


def tile_windows(
    size: Sequence[int], tile: tuple[int, int], overlap: tuple[int, int] | int
) -> Iterator[tuple[slice, slice]]:
    """Windows (rows, columns) of one size that cover a picture of ``size`` (height, width), the last at its edge."""
    overlap = (overlap, overlap) if isinstance(overlap, int) else tuple(overlap)
    if min(tile) < 1:
        raise ValueError(f"a tile of {tile[0]} x {tile[1]} has no pixels; both sides must be at least 1")
    for side, shared in zip(tile, overlap, strict=True):
        if not 0 <= shared < side:
            raise ValueError(f"an overlap of {shared} does not fit a tile side of {side}; it must be 0 to {side - 1}")
    down, across = (_starts(*sides) for sides in zip(size, tile, overlap, strict=True))
    for top in down:
        for left in across:
            yield slice(top, min(top + tile[0], size[0])), slice(left, min(left + tile[1], size[1]))


def _starts(length, side, shared):
    if length <= side:
        return [0]
    starts = list(range(0, length - side, side - shared))
    return [*starts, length - side]
