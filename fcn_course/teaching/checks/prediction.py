"""Lecture 06's guesses."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import exp
from numbers import Real

from fcn_course.data.labels import VOC_CLASSES
from fcn_course.prediction.tiles import tile_windows
from fcn_course.shapes import conv_output_size
from fcn_course.teaching.checks.advice import Advice, judge

SIZE, WINDOW, TILE, OVERLAP = (375, 500), (320, 480), (160, 240), 64
FIRST, SECOND = (2.0, 0.0), (0.0, 3.0)  # scores of cat and dog by two tiles
SMALL_MATRIX = ((90, 6, 4), (10, 30, 10), (0, 4, 46))  # background, cat, dog


def left_out(guess) -> Advice:
    """Per cent of a picture of 375 x 500 outside of the book's window of 320 x 480."""
    (height, width), (down, across) = SIZE, WINDOW
    inside, below, beside = down * across / (height * width), 1 - down / height, 1 - across / width
    return judge(
        guess,
        100 * (1 - inside),
        hint="What share of 375 × 500 pixels is 320 × 480? Answer in per cent.",
        why=f"1 − (320 · 480) / (375 · 500) = 1 − {down * across} / {height * width}.",
        slips=[
            (1 - inside, "That is a share of 1; answer in per cent."),
            (100 * inside, "So much it does look at; the rest is asked for."),
            (100 * below, "That is the strip below the window, 55 of 375 rows. There is one beside it too."),
            (100 * beside, "That is the strip beside the window, 20 of 500 columns. There is one below it too."),
            (100 * (below + beside), "Strip below plus strip beside: the corner is counted twice."),
        ],
        otherwise="Take the pixels of the window, divide by those of the picture, and see what is left to 100 %.",
        atol=0.55,
    )


def rows_before_cut(guess) -> Advice:
    """Rows that FCN-8s' last enlargement gives for 375, before the surplus is cut off."""
    layers = ((7, 3), (3, 1), (3, 1))  # kernel and padding of ResNet-18's first three layers of stride 2
    cells = SIZE[0]
    for kernel, padding in layers:
        cells = conv_output_size(cells, kernel, stride=2, padding=padding)
    floor, thirty_twos = 8 * (SIZE[0] // 8), 32 * -(-SIZE[0] // 32)
    return judge(
        guess,
        8 * cells,
        hint="Three layers of stride 2 halve 375, and each rounds up. Then eight rows come of each cell.",
        why=f"375 → 188 → 94 → {cells} cells, and {cells} · 8 = {8 * cells}; the last row is cut off.",
        slips=[
            (SIZE[0], "So many there are when the surplus is cut off; how many before?"),
            (cells, "So many cells there are at stride 8; each becomes eight rows."),
            (floor, "That is rounded down. Kernel 3 with padding 1 looks at the odd last row too: round up."),
            (thirty_twos, "So it would be at stride 32. The last step of FCN-8s starts from cells of 8 pixels."),
        ],
        otherwise="Halve three times, round up each time, and take the cells times 8.",
    )


def tiles(guess) -> Advice:
    """How many tiles of 160 x 240 that share at least 64 pixels cover 375 x 500."""
    windows = list(tile_windows(SIZE, TILE, OVERLAP))
    down, across = (len({window[k].start for window in windows}) for k in (0, 1))
    plain = [-(-length // side) for length, side in zip(SIZE, TILE, strict=True)]
    short = [1 + (length - side) // (side - OVERLAP) for length, side in zip(SIZE, TILE, strict=True)]
    return judge(
        guess,
        len(windows),
        hint="A tile begins 160 − 64 = 96 rows below the one before. How many until row 375? Then the columns.",
        why=f"{down} rows of tiles, {across} in each; the last of both are moved back to the picture's edge.",
        slips=[
            (plain[0] * plain[1], "So many would do if they shared nothing. Each step is shorter than a tile, by 64."),
            (
                short[0] * short[1],
                "The pixels behind the last full step need a tile too; it is moved back to the edge.",
            ),
            (down + across, "Rows of tiles and tiles in a row: multiply them."),
            (
                -(-SIZE[0] * SIZE[1] // (TILE[0] * TILE[1])),
                "That is the quotient of the areas. Tiles overlap, and hang over.",
            ),
        ],
        otherwise="Count the tops 0, 96, 192, … until a tile reaches row 375, the lefts 0, 176, … alike, and multiply.",
    )


def mean_of_scores(guess) -> Advice:
    """Per cent for dog where one tile scores cat 2 and dog 0, the other cat 0 and dog 3."""
    cat, dog = ((a + b) / 2 for a, b in zip(FIRST, SECOND, strict=True))
    alone = [_softmax(scores) for scores in (FIRST, SECOND)]
    return judge(
        guess,
        100 * _softmax((cat, dog)),
        hint="Average the two scores of each class first, then e^dog / (e^cat + e^dog). Answer in per cent.",
        why=f"The means are cat {cat:g} and dog {dog:g}; the softmax of these, not the mean of two softmaxes.",
        slips=[
            (_softmax((cat, dog)), "That is a share of 1; answer in per cent."),
            (100 * sum(alone) / 2, "That is the mean of two probabilities: the softmax came first. Average before it."),
            (100 * alone[1], "That is what the second tile says alone. The first has a say too."),
            (100 * alone[0], "That is what the first tile says alone. The second has a say too."),
            (100 * (1 - _softmax((cat, dog))), "That is the cat's part."),
            (
                100 * _softmax((2 * cat, 2 * dog)),
                "That is the softmax of the sums. Divide by the number of tiles first.",
            ),
            (100 * dog / (cat + dog), "That is dog's part of the scores. The softmax takes e to the power of each."),
            (50, "One vote each would be 50 %. Scores carry how sure each tile is."),
        ],
        otherwise="Mean of the cat scores, mean of the dog scores, then the softmax of these two.",
        atol=0.6,
    )


def largest_step(guess, overlaps: Sequence[int], shares: Sequence[float]) -> Advice:
    """Between which two overlaps, one next to the other, the tiled mask comes nearest to the whole picture's."""
    steps = [list(pair) for pair in pairwise(overlaps)]
    gains = [before - after for before, after in pairwise(shares)]
    best = max(range(len(steps)), key=gains.__getitem__)
    slips = [(step[::-1], "The smaller overlap first.") for step in steps]
    for step, gain in zip(steps, gains, strict=True):
        told = f"From {step[0]} to {step[1]} it changes by {abs(gain):.1f} points; one other step changes more."
        slips.append((step, told))
    return judge(
        guess,
        steps[best],
        hint=f"Two of {', '.join(map(str, overlaps))} that stand side by side, as in [{steps[-1][0]}, {steps[-1][1]}].",
        why=f"This step takes {gains[best]:.1f} of the {shares[0]:.1f} % away.",
        slips=slips,
        otherwise="Give one step of the figure: two overlaps that stand side by side.",
    )


def normalised_range(guess) -> Advice:
    """The lowest and the highest number that ``normalise`` makes of 0 to 255."""
    from fcn_course.data.normalisation import MEAN, STD

    ends = [[(value - mean) / std for mean, std in zip(MEAN, STD, strict=True)] for value in (0, 1)]
    low, high = min(ends[0]), max(ends[1])
    one = "That is one channel's range. Look at all three: the lowest of the lows, the highest of the highs."
    return judge(
        guess,
        [low, high],
        hint="A black pixel is 0, a white one 1 after / 255. Take off the channel's mean, divide by its spread.",
        why=f"(0 − {MEAN[0]}) / {STD[0]} = {low:.2f} in red, (1 − {MEAN[2]}) / {STD[2]} = {high:.2f} in blue.",
        slips=[
            ([high, low], "The lowest first."),
            ([0, 255], "That is the picture as it is read, before anything is done to it."),
            ([0, 1], "So it is after the division by 255. Mean and spread come next."),
            ([-1, 1], "Many nets do it so. This one takes off ImageNet's mean and divides by its spread."),
            ([-MEAN[0], 1 - MEAN[2]], "The mean is off; now divide by the spread."),
            *[([lowest, highest], one) for lowest, highest in zip(*ends, strict=True)],
        ],
        otherwise="Put 0 and 1 into (value − mean) / spread for each of the three channels.",
        atol=0.06,
    )


def iou(guess) -> Advice:
    """The cat's IoU in the small matrix of background, cat and dog."""
    right = SMALL_MATRIX[1][1]
    true, said = sum(SMALL_MATRIX[1]), sum(row[1] for row in SMALL_MATRIX)
    every = sum(map(sum, SMALL_MATRIX))
    return judge(
        guess,
        right / (true + said - right),
        hint="Right pixels, divided by all that are cat or were called cat; those that are both count once.",
        why=f"{right} are right; {true} are cat, {said} were called cat, together {true + said - right} pixels.",
        slips=[
            (100 * right / (true + said - right), "That is in per cent; answer with a share of 1."),
            (right / true, "That is the part of the cat that was found, from the row alone. Look down the column too."),
            (right / said, "That is the part of what was called cat that is cat, from the column alone. And the row?"),
            (right / (true + said), "The right pixels stand in the row and in the column; the union counts them once."),
            (2 * right / (true + said), "That is the Dice score. IoU divides by the union."),
            (sum(SMALL_MATRIX[k][k] for k in range(3)) / every, "That is the pixel accuracy of all three classes."),
        ],
        otherwise="Row sum plus column sum, less the right pixels: that is the union.",
        atol=0.006,
    )


def best_and_worst(guess, matrix, classes: Sequence[str] = VOC_CLASSES) -> Advice:
    """The two objects with the highest and the lowest IoU of a confusion matrix."""
    scores = {name: value for name, value in zip(classes, matrix.iou_per_class.tolist(), strict=True) if value == value}
    objects = sorted((name for name in scores if name != classes[0]), key=scores.__getitem__, reverse=True)
    best, worst = objects[0], objects[-1]
    names = (
        [word.strip().casefold() for word in guess if isinstance(word, str)] if isinstance(guess, list | tuple) else []
    )
    told = [
        f"`{name}` is number {objects.index(name) + 1} of {len(objects)} from the top."
        if name in objects
        else f"`{name}` is no object here; VOC's names are one word, as `pottedplant`."
        for name in names
    ]
    slips = [([worst, best], "These are the two; the best first.")]
    if classes[0] in names:
        slips.append((list(guess), f"{classes[0].capitalize()} is no object; leave it out."))
    return judge(
        guess,
        [best, worst],
        hint="Two names in a list, the best object first. Large and plain is easy; small and thin is hard.",
        why=f"{best} has {scores[best]:.2f}, {worst} {scores[worst]:.2f}.",
        slips=slips,
        otherwise=" ".join(told),
    )


def sure(guess, seen: Sequence[float], correct: Sequence[float]) -> Advice:
    """Per cent of right pixels where the softmax says 0.9 or more, from counts for each tenth."""
    truth = 100 * float(correct[-1]) / float(seen[-1])
    low = isinstance(guess, Real) and not isinstance(guess, bool) and 1 < guess < truth
    return judge(
        guess,
        truth,
        hint="So many in a hundred. A softmax that keeps its promise would be right in 90 to 100.",
        why=f"To one decimal: {truth:.1f} %.",
        slips=[
            (truth / 100, "That is a share of 1; answer in per cent."),
            (90, "0.9 is the least that it says there; most of these pixels are far inside something and near 1."),
            (100, "Then there would be no surest mistakes to look at."),
            (100 - truth, "So many are wrong."),
        ],
        otherwise="It is more." if low else "It is less.",
        atol=1.0,
    )


def _softmax(scores):
    """The second of two probabilities."""
    return exp(scores[1]) / (exp(scores[0]) + exp(scores[1]))
