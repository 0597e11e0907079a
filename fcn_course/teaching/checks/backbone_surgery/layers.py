"""Guesses about layers: where the weights and the work sit, what becomes of ``fc`` and ``fc6``, what a cell sees."""

from __future__ import annotations

from typing import Any

from fcn_course.shapes import conv_output_size, receptive_field
from fcn_course.teaching.checks.advice import Advice, judge
from fcn_course.teaching.checks.backbone_surgery.resnet18 import (
    ENTRANCE,
    HEIGHT,
    LAYERS,
    PLANES,
    THINGS,
    WIDTH,
    by_stage,
)


def share_of_last_stage(guess: Any) -> Advice:
    """The percentage of the weights that sits in ``layer4``."""
    weights = {stride: weights for stride, (weights, _) in by_stage().items()}
    everything = sum(weights.values()) + PLANES[32] * THINGS + THINGS
    truth = 100 * weights[32] / everything
    number = guess if isinstance(guess, int | float) else truth
    if 0 < number <= 1:
        otherwise = "In percent, please: a half is 50."
    elif number > 100:
        otherwise = "A share of the whole has at most 100 %."
    elif number < truth:
        otherwise = "More. Planes double at the way in and at the way out: how many times as many weights is that?"
    else:
        otherwise = "Less. The stage before has about a quarter as many, and the one before that a quarter of these."
    return judge(
        guess,
        truth,
        hint="In percent. A convolution has weights for each plane in times each plane out, and both double.",
        why=f"{weights[32]:,} of {everything:,}: each stage has four times the weights of the one before.",
        slips=[(20, "That would be five stages with equally many weights. But the number of planes grows.")],
        otherwise=otherwise,
        atol=5,
    )


def cost_of_last_stage(guess: Any) -> Advice:
    """How many times the multiply-adds of ``layer2`` are spent in ``layer4``, at any size of picture."""
    stages = by_stage()
    weights, times = (stages[32][what] / stages[8][what] for what in (0, 1))
    cells = (32 // 8) ** 2
    more = "So many times the weights. But each is used once in every cell, and how many cells are left?"
    slips = [
        (16, more),
        (round(weights, 1), more),
        (round(weights, 2), more),
        (1 / cells, f"It has {cells} times fewer cells. But in each of them there is more to multiply."),
        (4, "Four times the planes come in and four times go out: that is more than four. And the cells get fewer."),
        (1 / 4, "A quarter of the rows, and a quarter of the columns too. And the weights get more."),
        (256, "The weights grow sixteen-fold, and the cells do not grow with them."),
    ]
    return judge(
        guess,
        times,
        hint="Each weight of a convolution is used once in every cell that comes out. How many cells are left?",
        why=f"{cells} times the weights, on a {cells}th of the cells.",
        slips=slips,
        otherwise="Count both: how many times the weights, and how many times the cells, from stride 8 to stride 32?",
        atol=0.02,
    )


def difference(guess: Any) -> Advice:
    """The largest difference between the classifier's scores and the mean of the scores of all cells."""
    negative = isinstance(guess, int | float) and guess < 0
    order = "Neither step multiplies two numbers of the map by each other. Can it matter which of the two comes first?"
    return judge(
        guess,
        0,
        hint="Take two cells x and y and a layer w·x + b. First the mean, then the layer; then the other way round.",
        why="w·(x + y)/2 + b is (w·x + b + w·y + b)/2: a mean and a weighted sum may change places.",
        slips=[
            (1, "Try two cells, 1 and 3, and the layer 2x + 5: mean, then layer. And the other way round?"),
            (150, "The 150 answers are averaged, not summed."),
            (THINGS, f"There are {THINGS} scores; asked is by how much the worst of them is off."),
        ],
        otherwise="The largest difference has no sign." if negative else order,
        atol=0.001,
    )


def places(guess: Any) -> Advice:
    """How often fc6's window of 7 x 7 fits on a map of 10 x 15."""
    rows, columns = 10, 15
    truth = [conv_output_size(size, 7) for size in (rows, columns)]
    return judge(
        guess,
        truth,
        hint="Lay 7 cells on a row of 10, at the left end. How many steps to the right are there?",
        why=f"{rows} − 7 + 1 and {columns} − 7 + 1.",
        slips=[
            (truth[::-1], "Down comes first, then across: height before width."),
            (
                [rows - 7, columns - 7],
                "So many steps can the window take. How many places are that, the first included?",
            ),
            ([rows // 7, columns // 7], "So many windows lie side by side. But they step by one cell, and overlap."),
            ([rows, columns], "That would take padding, and fc6 has none: no window may hang over the end."),
            ([7, 7], "7 × 7 is the window. Asked is in how many places it fits."),
            ([1, 1], "On a map of 7 × 7 it fits once. Here there is room to move."),
        ],
    )


def field(guess: Any) -> Advice:
    """How wide the square is that can influence one cell of the last map, in pixels."""
    size, jump, _ = receptive_field(LAYERS)
    unpooled = [receptive_field([ENTRANCE[0], *between, *LAYERS[2:]]).size for between in ([], [(1, 2, 0)])]
    alone = "That is a side of the picture. But a field does not know the picture: the layers alone decide."
    half = "So far it reaches to one side. Asked is the whole width."
    more_or_less = "Less" if isinstance(guess, int | float) and guess > size else "More"
    return judge(
        guess,
        size,
        hint="Each kernel of 3 adds two neighbours, and a neighbour is 2, 4, 8 … pixels away. More or less than 32?",
        why="Each kernel adds its width less one, times the pixels between cells at that place.",
        slips=[
            (jump, f"{jump} pixels lie between two cells. But every layer of 3 × 3 looks at the neighbours too."),
            *((side, alone) for side in (HEIGHT, WIDTH)),
            *((reach, half) for reach in (size // 2, size // 2 + 1)),
            *((width, "The pooling behind the first convolution was left out.") for width in unpooled),
            (
                receptive_field([(kernel, 1, padding) for kernel, _, padding in LAYERS]).size,
                "The strides were left out: behind them a neighbour is many pixels away.",
            ),
            (receptive_field(LAYERS[:-4]).size, "So wide is it behind `layer3`; `layer4` is still to come."),
        ],
        otherwise=f"{more_or_less}. A kernel of 3 adds two neighbours, and they lie 4 pixels away in `layer1`, up to 8 "
        "in `layer2`, and so on.",
    )
