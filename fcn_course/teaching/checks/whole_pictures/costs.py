"""What overlap costs: how much of it is free, the price of the rest, and what it was seen to be worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fcn_course.teaching.checks.advice import Advice, judge
from fcn_course.teaching.checks.functions import try_function
from fcn_course.teaching.checks.whole_pictures.tiles import tile_starts

SIDES = (375, 160), (500, 160), (333, 160), (480, 160)  # length and tile; the last fits exactly


def free_overlap(answer: Any, cases: Sequence[tuple[int, int]] = SIDES) -> Advice:
    """A function ``free_overlap(length, tile)``: the largest overlap that takes no tile more than edge to edge."""
    hint = "How many tiles does it take edge to edge, and how far do they reach beyond the end? Share that out."
    for length, tile in cases:
        number = -(-length // tile)
        surplus, truth = number * tile - length, (number * tile - length) // (number - 1)
        value, advice = try_function(answer, length, tile, hint=hint)
        if advice is not None:
            return advice
        advice = judge(
            value,
            truth,
            hint=hint,
            why="",
            slips=[
                (surplus, f"{surplus} are to spare in all; {number} tiles have {number - 1} gaps to share them."),
                (surplus // number, f"{number} tiles overlap in {number - 1} places, not in {number}."),
                (-(-surplus // (number - 1)), f"Rounded up: then {number} tiles no longer reach the end. Round down."),
                (surplus / (number - 1), "A number of whole pixels: round it down."),
                ((surplus + tile) // number, f"That takes {number + 1} tiles, one more than edge to edge."),
                (truth + 1, f"One more than goes: {number} tiles with {truth + 1} shared end before {length}."),
                (tile - surplus // (number - 1), "That is the step from tile to tile. Asked is what they share."),
            ],
        )
        if not advice:
            return Advice(False, f"`free_overlap({length}, {tile})`: {advice.text}")
    length, tile = cases[0]
    number = -(-length // tile)
    surplus = number * tile - length
    return Advice(
        True,
        f"Right. {length} pixels need {number} tiles of {tile} in any case; {number} · {tile} − {length} = {surplus} "
        f"pixels are to spare, and {number - 1} gaps share them: {surplus // (number - 1)} each, for nothing.",
    )


def price(guess: Any, size: tuple[int, int] = (375, 500), tile: int = 160, overlap: int = 80) -> Advice:
    """[number of square tiles, how many times the picture's pixels are computed] for one picture."""
    count = [len(tile_starts(side, tile, overlap)) for side in size]
    area, pixels = tile * tile, size[0] * size[1]

    def both(number):
        return [number, number * area / pixels]

    bare = [-(-side // tile) for side in size]
    cut = [1 + (side - tile) // (tile - overlap) for side in size]
    number = count[0] * count[1]
    return judge(
        guess,
        both(number),
        hint=f"Multiply the numbers of `starts`; then tiles · {tile}² / ({size[0]} · {size[1]}).",
        why=f"{count[0]} · {count[1]} = {number} tiles, {number} · {tile}² / {pixels} = {number * area / pixels:.2f}.",
        slips=[
            (both(bare[0] * bare[1]), "So many without overlap. With it each step is shorter."),
            (both(cut[0] * cut[1]), "The pushed back tiles at the end are missing."),
            (both(count[0] + count[1]), "Rows of tiles and tiles in a row: multiply them."),
            (
                [number, round(100 * number * area / pixels)],
                "The number is right. The second is a factor, not per cent.",
            ),
            ([number, pixels / (number * area)], "The number is right. The second is computed / picture, not turned."),
            ([number, 1], "The number is right. But what several tiles share is computed several times."),
            ([number, (tile / (tile - overlap)) ** 2], "That is the factor for endless pictures. Count these tiles."),
            (both(number)[::-1], "The right numbers in the wrong order: tiles first."),
        ],
        otherwise="First the number of tiles, then their pixels together divided by the picture's.",
        atol=0.05,
    )


def reading(guess: Any) -> Advice:
    """Which of the notebook's four statements about overlap the measurement bears out."""
    whole = "3 is not borne out: the curve does not go to 0. A tile of 160 × 160 sees no more, however it lies."
    right = "4 is not borne out: several looks at a part do not make up for one at the whole. See the bars."
    return judge(
        guess,
        {1, 2},
        hint="1 to 3 are about the curves, 4 is about the bars of pixel accuracy.",
        why="What is free helps; beyond it the work grows, not the gain. Overlap widens no tile's view.",
        slips=[
            (
                {1},
                "One is missing: hold the steps of the thick line against each other, and against their tiles.",
            ),
            ({2}, "One is missing: 0 and the free overlap take equally many tiles. Which lies lower?"),
            *[(others, whole) for others in ({3}, {1, 3}, {2, 3}, {1, 2, 3})],
            *[(others, right) for others in ({4}, {1, 4}, {2, 4}, {1, 2, 4})],
            *[(others, f"{whole} {right}") for others in ({3, 4}, {1, 3, 4}, {2, 3, 4}, {1, 2, 3, 4})],
        ],
        otherwise="A list of numbers from 1 to 4, as in [1, 4].",
    )
