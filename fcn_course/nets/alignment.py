"""Where an enlarged map is laid on a finer one: the book's way, by the centres of cells, or by the paper's crops.

Lecture 02; D2L 14.11; Long et al., CVPR 2015, and the released nets.
"""

from __future__ import annotations

from fcn_course.shapes import Enlargement, Field, centred_scale, crop_offset, enlarged_field, same_scale

ALIGNMENTS = ("book", "centres", "paper")


def align(coarse: Field, fine: Field, factor: int, alignment: str) -> tuple[Enlargement, int, Field]:
    """How to lay ``coarse`` cells, enlarged ``factor`` times, on ``fine`` ones (the picture is ``Field()``).

    ``"book"``: kernel 2s, padding s/2, as if each cell looked at the middle of its s x s pixels. ``"centres"``: each
    cell where it looks, see :func:`~fcn_course.shapes.centred_scale`. ``"paper"``: kernel 2s, no padding, and a crop
    by :func:`~fcn_course.shapes.crop_offset`.

    Returns:
        The enlargement; by how many cells the fine map is cropped at the top and left (below 0: the enlarged one is);
        and where the two look once they lie on each other.

    Raises:
        ValueError: for an alignment that is not offered, or one that these cells cannot have.
    """
    if alignment == "book":
        return same_scale(factor), 0, fine
    if alignment == "centres":
        first = (coarse.start - fine.start) / fine.jump
        if first == factor - 1:  # the last of its cells: the result is longer than the fine map, and is cut at its end
            return Enlargement(2 * factor - 1, factor, 0), 0, fine
        return centred_scale(factor, first), 0, fine
    if alignment == "paper":
        enlargement = Enlargement(2 * factor, factor, 0)
        enlarged = enlarged_field(coarse, enlargement)
        offset = crop_offset(enlarged, fine)
        return enlargement, offset, enlarged if offset > 0 else fine
    raise ValueError(f"alignment must be {', '.join(ALIGNMENTS)}, got {alignment!r}")
