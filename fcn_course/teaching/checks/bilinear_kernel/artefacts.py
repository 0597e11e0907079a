"""Guesses about what goes wrong when stamps are laid: the fade at the border, and checkerboards."""

from __future__ import annotations

from typing import Any

from fcn_course.teaching.checks.advice import Advice, judge


def band(guess: Any, stride: int = 2) -> Advice:
    """How many pixels from the border the book's layer differs from F.interpolate."""
    return judge(
        guess,
        _band(stride),
        hint="An output pixel differs if one of its four neighbours lies outside the input. How far in does that go?",
        why=f"Only the outermost s/2 = {stride // 2} look beyond the middle of the outermost cell.",
        slips=[
            (0, "Inside they are equal. But output row 0 asks for a row above the input: who gives it?"),
            (stride, "That is s. The pixels in the inner half of the outermost cell have both neighbours."),
            (2 * stride - 1, "A stamp reaches so far, but the pixels near its middle miss nothing."),
            (2 * stride, "That is the kernel's size. Ask which pixels look beyond the middle of the outermost cell."),
        ],
        otherwise="Output row y looks at (y + 0.5)/s - 0.5. For which y is that below 0?",
    )


def _band(stride: int) -> int:
    import torch

    from fcn_course.bilinear import bilinear_upsampling

    with torch.no_grad():
        faded = bilinear_upsampling(1, stride)(torch.ones(1, 1, 3, 3))[0, 0]  # (3s, 3s)
    return int((faded[3 * stride // 2, : 3 * stride // 2] < 1 - 1e-5).sum())


def border(guess: Any, stride: int = 32) -> Advice:
    """The values of a map of 1s, enlarged by the book's rule, in the middle of the edge and in the corner."""
    missing = (stride / 2 - 0.5) / stride
    edge = 1 - missing
    return judge(
        guess,
        [edge, edge**2],
        hint=f"1 minus {stride / 2 - 0.5:g}/{stride} in one direction; a corner fades in two.",
        why="The edge lacks the stamp from outside; the corner lacks it from two sides, so the factor counts twice.",
        slips=[
            ([edge**2, edge], "Right numbers, wrong order: edge first, then corner. The corner fades more."),
            ([0.5, 0.25], f"Nearly. The outermost pixel lies {stride / 2 - 0.5:g} pixels from the middle, not half s."),
            ([missing, missing**2], "That is the part that is missing. Asked is what is left."),
            ([edge, edge], "The edge is right. The corner lacks its neighbours in both directions."),
            ([edge, 1 - 2 * missing], "In a corner the two factors are multiplied, not taken off one after the other."),
            ([0.75, 0.5625], "That is doubling, s = 2. Here s is larger, and the outermost pixel lies farther out."),
            ([1, 1], "F.interpolate gives that. A transposed convolution has no stamps from outside."),
            ([0, 0], "Something arrives: the outermost cell stamps as far as its own edge and beyond."),
        ],
        atol=0.005,
    )


def changed(guess: Any, stride: int = 32) -> Advice:
    """In how many pixels of 10 x 15 cells, enlarged, the largest of 21 scores moves to another class by the fade."""
    pixels, inside = 150 * stride**2, 9 * 14 * stride**2
    return judge(
        guess,
        _changed(stride),
        hint="All 21 scores of a pixel are multiplied by the same positive number. Which is the largest then?",
        why="One positive factor for all classes leaves their order as it is.",
        slips=[
            (pixels, "Each pixel would change? Most lie inside, where nothing fades."),
            (pixels - inside, "So many pixels lie in the band. But the fade is the same for all the classes."),
            (4, "Even in the corners all classes fade by one and the same factor."),
            (2 * (10 + 15) * stride - 4, "So many lie on the very edge. They fade most, but all classes alike."),
        ],
        otherwise="A pixel changes if one class fades more than another. Does the factor depend on the class?",
    )


def _changed(stride: int) -> int:
    import torch

    from fcn_course.bilinear import FrozenBilinear

    scores = torch.randn(1, 21, 3, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    full, faded = (FrozenBilinear(stride, replicate)(scores).argmax(1) for replicate in (True, False))
    return int((full != faded).sum())


def stamps(guess: Any) -> Advice:
    """How many stamps fall on the pixels 2 to 5 of a row, by kernel 3 and stride 2."""
    pixels = range(2, 6)
    return judge(
        guess,
        _stamps(pixels, 3, 2),
        hint="Cell i stamps the pixels 2i, 2i + 1 and 2i + 2. Write them down for i = 0, 1, 2 and count.",
        why="Neighbouring stamps share one pixel, every second one.",
        slips=[
            (
                _stamps(range(3, 7), 3, 2),
                "The rhythm is right, it begins too late: stamp 0 ends on pixel 2. Which begins there?",
            ),
            (_stamps(pixels, 2, 2), "Kernel 2 would fit edge to edge. Kernel 3 is one longer than the stride."),
            (_stamps(pixels, 4, 2), "That is kernel 4, which the stride divides. Here it is 3."),
            ([3] * 4, "A stamp has three weights, but each falls on another pixel."),
            ([1.5] * 4, "1.5 is the mean. A pixel is hit or not, so the counts are whole."),
        ],
    )


def _stamps(pixels: range, kernel_size: int, stride: int) -> list[int]:
    return [sum(0 <= pixel - stride * cell < kernel_size for cell in range(10)) for pixel in pixels]


def flat(guess: Any) -> Advice:
    """Which of four enlargements of stride 2 leave a constant map constant, by their numbers."""
    counted = "Number 1 is the kernel whose stamps you have just counted: 2, 1, 2, 1."
    return judge(
        guess,
        _flat(),
        hint="With stride 2 a pixel gets every second weight. Do all such groups of weights have the same sum?",
        why="In both, every group of weights that meet on a pixel has the same sum.",
        slips=[
            ({2}, "So far right, but one is missing: 1 + 0 and 0.5 + 0.5 are the same."),
            ({4}, "So far right, but one is missing: with equal weights it is enough to count the stamps."),
            ({2, 3}, "Divisible is not enough: in number 3 other random weights meet on every pixel of a group."),
            ({2, 3, 4}, "Nearly. Four random numbers sum to one thing, four others to another."),
            *[({1} | others, counted) for others in (set(), {2}, {4}, {2, 4}, {2, 3}, {2, 3, 4})],
        ],
        otherwise="Take a kernel apart: every second weight belongs together. Which kernels have groups of equal sum?",
    )


def _flat(stride: int = 2) -> set[int]:
    import torch

    from fcn_course.bilinear import bilinear_kernel

    random = torch.rand(4, 4, generator=torch.Generator().manual_seed(1))
    kernels = torch.ones(3, 3), torch.ones(4, 4), random, bilinear_kernel(1, 1, 3)[0, 0]
    groups = [[k[i::stride, j::stride].sum() for i in range(stride) for j in range(stride)] for k in kernels]
    return {number for number, sums in enumerate(groups, 1) if max(sums) - min(sums) < 1e-6}
