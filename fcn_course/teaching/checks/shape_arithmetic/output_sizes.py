"""Guesses about sizes: down by ResNet-18's halvings, up by a transposed convolution, by which kernel and padding."""

from __future__ import annotations

from typing import Any

from fcn_course.shapes import conv_output_size, conv_transpose_output_size, same_scale
from fcn_course.teaching.checks.advice import Advice, judge
from fcn_course.teaching.checks.backbone_surgery.resnet18 import LAYERS
from fcn_course.teaching.checks.parsing import as_numbers_or_pairs

HALVING = [layer for layer in LAYERS if layer[1] == 2]  # ResNet-18's five: kernel, stride, padding
LONGEST = 8  # the longest kernel that `pairs` asks for


def sizes(guess: Any) -> Advice:
    """The sizes that a side of 320 pixels goes through in ResNet-18."""
    truth = _down(320)
    unpadded = _down(320, padded=False)
    slips = [
        (_down(480), "That is the side that goes across, 480; asked is the height, 320."),
        *(
            (wrong, "The padding was left out: it adds pixels on both sides.")
            for wrong in (unpadded, [*unpadded[:5], 10])
        ),
        ([320, 161, 81, 41, 21, 11], "The kernel takes room too: the last window begins a kernel before the end."),
        ([320 - 2 * n for n in range(6)], "Stride 2 divides by 2; it subtracts nothing."),
    ]
    parted = next((n for n, (g, t) in enumerate(zip(as_numbers_or_pairs(guess), truth, strict=False)) if g != t), 0)
    size, (kernel, stride, padding) = truth[max(parted - 1, 0)], HALVING[max(parted - 1, 0)]
    return judge(
        guess,
        truth,
        hint="Halve, but look at the first layer: kernel 7, padding 3.",
        why="Each of the five layers halves.",
        slips=slips,
        otherwise=f"You and the formula part after {size}: a kernel of {kernel} with stride {stride} is laid on {size} "
        f"pixels and {padding} more on both sides; in how many places does it fit?",
    )


def heights(guess: Any) -> Advice:
    """How many heights of a picture end as ten rows."""
    ten = [height for height in range(1, 1000) if _down(height)[-1] == 10]
    return judge(
        guess,
        len(ten),
        hint="Two sizes become one at the first halving. What happens at the next four?",
        why="Two at every halving, and 2 · 2 · 2 · 2 · 2 = 32.",
        slips=[
            (1, "319 gives 160 as well as 320 does; so it is more than one."),
            (2, "Two after the first halving. Four more follow."),
            (5, "One for each halving? Each of the 2 comes from 2 others: multiply."),
            (10, "Two for each halving, but they multiply, they are not added."),
            (ten[-1] - ten[0], f"From {ten[0]} to {ten[-1]}, and both ends count."),
            (64, "Five halvings, so five times two; you took six."),
        ],
        otherwise="Asked is not how many rows a picture has, but from how many heights ten rows come. Go up from 10, "
        "halving by halving: how many sizes become 10, and how many become one of those?",
    )


def length(guess: Any) -> Advice:
    """How long four stamps of 4 are, set 2 pixels apart."""
    return judge(
        guess,
        conv_transpose_output_size(4, 4, 2),
        hint="Where does the last stamp begin, and how long is it?",
        why="Three steps of 2, and the last stamp is 4 long.",
        slips=[
            (16, "Four stamps of 4 side by side; but each begins only 2 pixels after the one before."),
            *((wrong, "The last stamp does not end where it begins: it is 4 long.") for wrong in (6, 7, 8)),
            (12, "Four stamps have three steps between them."),
        ],
        otherwise="A transposed convolution of stride 2 grows: the last of four stamps begins after three steps of 2.",
    )


def up(guess: Any) -> Advice:
    """15 cells through kernel 64, stride 32, padding 16."""
    return judge(
        guess,
        conv_transpose_output_size(15, *same_scale(32)),
        hint="(cells − 1) · stride − 2 · padding + kernel.",
        why="14 · 32 − 2 · 16 + 64: 32 times 15.",
        slips=[
            (320, "That comes from the 10 cells down; asked are the 15 across."),
            (512, "Either nothing was cut off, or 15 stamps were given 15 steps between them."),
            (496, "The padding of 16 cuts on both sides."),
            (544, "The padding was added; here it cuts."),
            (448, "14 steps of 32; kernel and padding are still to come."),
        ],
        otherwise="The layer enlarges. Count the steps between 15 stamps, add the length of one, cut 16 off both ends.",
    )


def odd(guess: Any) -> Advice:
    """10 cells, kernel 10, stride 5, paddings 2 and 3."""
    return judge(
        guess,
        [conv_transpose_output_size(10, 10, 5, padding) for padding in (2, 3)],
        hint="9 steps of 5, a kernel of 10, and the padding off both sides.",
        why="45 + 10 − 4 and 45 + 10 − 6: neither is 50.",
        slips=[
            ([50, 50], "The rule would give it with a padding of 2.5; with a whole number it cannot come out."),
            ([49, 51], "The other way round: more padding leaves less."),
            ([55, 55], "So much was stamped; padding cuts it."),
            ([53, 52], "Padding cuts on both sides."),
            ([59, 61], "Padding was added; here it does the reverse."),
            ([56, 54], "Ten stamps have nine steps between them."),
        ],
        otherwise="45 pixels of steps and one kernel are stamped; each 1 of padding takes 2 pixels of them.",
    )


def pairs(guess: Any) -> Advice:
    """Every kernel up to 8 and padding that make 40 pixels of 10 cells with stride 4."""
    truth = {(k, p) for k in range(1, LONGEST + 1) for p in range(k) if conv_transpose_output_size(10, k, 4, p) == 40}
    return judge(
        guess,
        truth,
        hint="36 + kernel − 2 · padding must be 40. So kernel − 2 · padding is …?",
        why="kernel − 2 · padding = 4, the stride. Every further pixel of padding wants two more of kernel.",
        otherwise=_fault(guess, truth),
    )


def _fault(guess, truth):
    pairs = as_numbers_or_pairs(guess)
    if not pairs or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        return "Answer with pairs, (kernel, padding) each."
    for k, p in pairs:
        if not (k.is_integer() and p.is_integer()):
            return f"({k:g}, {p:g}): kernels and paddings are whole numbers."
        if p >= k and (p, k) in truth:
            return f"({k:g}, {p:g}): the kernel first, then the padding."
        if not 1 <= k <= LONGEST or p < 0:
            return f"({k:g}, {p:g}) lies beyond {LONGEST} or below what a layer can have."
        if (k, p) not in truth:
            return f"A kernel {k:g} with padding {p:g} makes {36 + k - 2 * p:g} pixels of 10 cells."
    if len(set(pairs)) < len(pairs):
        return "One of them stands there twice."
    return f"Each of them is right, but there are {len(truth)} up to a kernel of {LONGEST}."


def photograph(guess: Any) -> Advice:
    """Cells and enlarged pixels of a picture 375 high and 500 wide, each (down, across)."""
    cells = [_down(size)[-1] for size in (375, 500)]
    pixels = [conv_transpose_output_size(n, *same_scale(32)) for n in cells]
    uncut = [n + 32 for n in pixels]
    down = [375 // 32, 500 // 32]
    return judge(
        guess,
        [cells, pixels],
        hint="Section 1's formula five times: does 375 become 187 or 188? Then section 3's rule.",
        why="Halving rounds up, so the enlarged map is never too small.",
        slips=[
            ([cells[::-1], pixels[::-1]], "The height first: down, then across."),
            ([down, [32 * n for n in down]], "These layers round up: 375 becomes 188, not 187."),
            ([[375 / 32, 500 / 32], [375, 500]], "Cells are whole."),
            ([cells, [375, 500]], "The layer knows nothing of the picture: it gives 32 times the cells."),
            ([cells, uncut], "By the rule, kernel 64 with padding 16 gives exactly 32 times the cells."),
        ],
        otherwise="Go down one halving after the other, each rounded up, for 375 and for 500; then take it 32 times.",
    )


def _down(size, padded=True):
    """All sizes from ``size`` to the last map of ResNet-18."""
    found = [size]
    for kernel, stride, padding in HALVING:
        found.append(conv_output_size(found[-1], kernel, stride, padding * padded))
    return found
