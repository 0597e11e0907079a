"""The guesses of lecture 01: shapes on the way down, weights and work by stage, what a convolution keeps and sees."""

from __future__ import annotations

from typing import Any

from fcn_course.data.labels import VOC_CLASSES
from fcn_course.shapes import conv_output_size, receptive_field
from fcn_course.teaching.checks.advice import Advice, judge

HEIGHT, WIDTH, THINGS = 320, 480, len(VOC_CLASSES) - 1  # the picture, and the names that the classifier knows
ENTRANCE = [(7, 2, 3), (3, 2, 1)]  # kernel, stride and padding of ResNet-18's first convolution and of its pooling
LAYERS = [*ENTRANCE, *4 * [(3, 1, 1)], *3 * [(3, 2, 1), *3 * [(3, 1, 1)]]]  # and layer1 to layer4
PLANES = {2: 64, 4: 64, 8: 128, 16: 256, 32: 512}


def output(guess: Any) -> Advice:
    """The shape of what a ResNet-18 of twenty names gives for a picture of 320 x 480."""
    hint = 'A list of two numbers, how many pictures and how many scores; or the word "error".'
    if isinstance(guess, str) and guess.strip().casefold() == "error":
        return Advice(False, "No error. Which of the layers would notice how large its map is? Not a convolution.")
    slips = [
        ([1, PLANES[32]], f"So many planes reach `fc`; how many numbers does it make of {PLANES[32]}?"),
        ([1, THINGS + 1], f"This classifier has no background: VOC's {THINGS} things and nothing else."),
        ([1, 1000], "ImageNet has 1000 names; this net was trained on VOC's."),
        ([THINGS, 1], "The batch comes first, then the scores."),
        (_cells(LAYERS), "Such a map there is inside the net, but the last two layers are still to come."),
        ([HEIGHT, WIDTH], "That would be a mask. What does a classifier say of a picture?"),
    ]
    return judge(
        guess,
        [1, THINGS],
        hint=hint,
        why="Larger maps go through, and `avgpool` makes one cell of any of them.",
        slips=slips,
        otherwise="One picture went in. The last child, `fc`, gives one score for each name: how many names are there?",
    )


def last_map(guess: Any) -> Advice:
    """The shape behind ``layer4``."""
    return _map(
        guess,
        32,
        hint="`layer4` gives 512 planes. Halve 320 five times, and 480 as often.",
        others=[
            ([1, PLANES[32], 1, 1], "That is what `avgpool` makes of it. What did `avgpool` get?"),
            ([1, PLANES[32], *_cells(LAYERS, 224, 224)], "That is the map of a picture of 224 × 224; ours is larger."),
        ],
    )


def stride8(guess: Any) -> Advice:
    """The shape of the map of stride 8."""
    return _map(
        guess,
        8,
        hint="One step on this map is 8 pixels: how many such steps are 320, and how many 480?",
        others=[
            ([1, PLANES[8], 8, 8], "8 is the step from cell to cell, in pixels. How many cells is that?"),
            ([1, PLANES[8], HEIGHT - 8, WIDTH - 8], "A stride divides the size; it subtracts nothing."),
        ],
    )


def changed(guess: Any) -> Advice:
    """How many scores change when the cells of the last map are shuffled."""
    slips = [
        (THINGS, "`fc` never sees the map, only what `avgpool` makes of it. Does a mean ask for the order?"),
        (150, f"150 cells were moved, but there are {THINGS} scores."),
        (PLANES[32], f"So many planes were shuffled, but there are {THINGS} scores."),
    ]
    return judge(
        guess,
        0,
        hint=f"A whole number from 0 to {THINGS}. What does a mean know of the order?",
        why="The mean of the shuffled cells is the mean of the cells.",
        slips=slips,
        otherwise=f"There are {THINGS} scores, all made of means. What is the mean of 1, 2, 6, and what of 6, 1, 2?",
    )


def share_of_last_stage(guess: Any) -> Advice:
    """The percentage of the weights that sits in ``layer4``."""
    weights = {stride: weights for stride, (weights, _) in _by_stage().items()}
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
    stages = _by_stage()
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


def row(guess: Any) -> Advice:
    """How many numbers the last map has when it is flattened whole."""
    rows, columns = _cells(LAYERS)
    truth = PLANES[32] * rows * columns
    return judge(
        guess,
        truth,
        hint=f"{PLANES[32]} planes of {rows} × {columns} cells, all in one row.",
        why=f"{PLANES[32]} · {rows} · {columns}. And `fc` wants {PLANES[32]}.",
        slips=[
            (PLANES[32], "So many does `fc` want: one for each plane. But nothing took the mean of the planes."),
            (rows * columns, "That is one plane. There are 512 of them."),
            (HEIGHT * WIDTH, "So many pixels has the picture; the map has fewer cells and more planes."),
            (PLANES[32] + rows + columns, "Flattened, a map keeps all its numbers: multiply, do not add."),
            (THINGS, "So many come out of `fc`. How many would go in?"),
            (3 * HEIGHT * WIDTH, "So many numbers has the picture. Flattened is the last map."),
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


def _cells(layers, height=HEIGHT, width=WIDTH):
    """Rows and columns that are left of a picture behind these layers."""
    for kernel, stride, padding in layers:
        height, width = (conv_output_size(side, kernel, stride, padding) for side in (height, width))
    return [height, width]


def _map(guess, stride, hint, others):
    """The shape of ResNet-18's map of this stride; ``others`` are slips of this question alone."""
    rows, columns = -(-HEIGHT // stride), -(-WIDTH // stride)
    planes = PLANES[stride]
    slips = [
        ([1, planes, columns, rows], "Height comes first in torch, then width: 320 down, 480 across."),
        ([1, planes, 2 * rows, 2 * columns], "One halving is missing: the pooling at the start counts too."),
        ([1, planes, -(-rows // 2), -(-columns // 2)], "That is one halving too many."),
        ([1, planes, rows // 2, columns // 2], "That is one halving too many."),
        ([1, planes, rows, rows], "The picture is no square: 320 down, 480 across."),
        ([1, planes, HEIGHT, WIDTH], "That is the picture's size: nothing was halved."),
    ]
    return judge(
        guess,
        [1, planes, rows, columns],
        hint=hint,
        why=f"{HEIGHT}/{stride} = {rows} and {WIDTH}/{stride} = {columns}.",
        slips=[*others, *slips],
        otherwise=f"The batch is 1 and the planes are {planes}; then height and width, each divided by {stride}.",
    )


def _by_stage(height: int = HEIGHT, width: int = WIDTH) -> dict[int, tuple[int, int]]:
    """Weights and multiply-adds of ResNet-18's five stages by stride, by arithmetic."""
    found = {}
    for stride, planes in PLANES.items():
        before = planes if stride == 4 else planes // 2
        if stride == 2:
            layers = [(3, planes, 7)]
        else:
            # two blocks of two convolutions, and where planes double a third of 1 x 1 for the short cut
            layers = [(before, planes, 3), *3 * [(planes, planes, 3)], *([] if stride == 4 else [(before, planes, 1)])]
        kernels = sum(way_in * way_out * size * size for way_in, way_out, size in layers)
        norms = sum(2 * way_out for _, way_out, _ in layers)
        cells = -(-height // stride) * -(-width // stride)
        found[stride] = kernels + norms, kernels * cells
    return found
