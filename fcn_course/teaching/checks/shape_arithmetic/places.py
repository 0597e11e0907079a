"""Guesses about places: where a cell looks, where its stamp is drawn, and the crops by which the paper joins them."""

from __future__ import annotations

from typing import Any

from fcn_course.shapes import Enlargement, Field, crop_offset, enlarged_field, receptive_field, same_scale
from fcn_course.teaching.checks.advice import Advice, judge
from fcn_course.teaching.checks.backbone_surgery.resnet18 import LAYERS as RESNET18

STAGES = [convolutions * [(3, 1, 1)] + [(2, 2, 0)] for convolutions in (2, 2, 3, 3, 3)]  # VGG-16's, each with its pool
VGG16 = [layer for stage in STAGES for layer in stage]


def starts(guess: Any) -> Advice:
    """Where cell 0 looks: of ResNet-18, of VGG-16."""
    nets = (RESNET18, VGG16)
    truth = [receptive_field(net).start for net in nets]
    unpadded = [receptive_field([(k, s, 0) for k, s, _ in net]).start for net in nets]
    half = "A kernel of 2 has its middle half a pixel behind its first weight, half a jump at its depth."
    return judge(
        guess,
        truth,
        hint="(kernel − 1)/2 − padding is nought for 3 with 1 and for 7 with 3. What is it for 2 with 0?",
        why="Only the five pools move the start: (1 + 2 + 4 + 8 + 16)/2.",
        slips=[
            (truth[::-1], "The other way round: ResNet-18 first."),
            ([truth[1]] * 2, "In ResNet-18 every padding pulls back by all that its kernel moves."),
            ([0, 0], "VGG-16 pools with no padding, so nothing pulls back."),
            ([0, 2.5], "Half for each pool, but half a jump, and the jump doubles at every pool."),
            ([0, 31], "1 + 2 + 4 + 8 + 16 jumps; but a kernel of 2 moves the start by half of each."),
            (unpadded, "So it were without padding; the padding pulls it back."),
            *(([start, 16], half) for start in (0, 16)),
        ],
        otherwise="Go pool by pool: each moves the start by half a jump, and then doubles the jump.",
    )


def middles(guess: Any) -> Advice:
    """Where ResNet-18's cell 4 looks, and the middle of its stamp by the book's layer."""
    looks, drawn = receptive_field(RESNET18).centre(4), 32 * 4 + same_scale(32).first
    return judge(
        guess,
        [looks, drawn],
        hint="It looks at start + jump · 4. The stamp's middle is 32 i − 16 + 31.5.",
        why="Size fits, place does not.",
        slips=[
            ([drawn, looks], "The other way round."),
            ([looks, looks], "The stamp begins 16 pixels before 32 i, but it is 64 long."),
            ([drawn, drawn], "ResNet-18's start is not VGG-16's."),
            ([looks, drawn + 0.5], "64 pixels have 63 steps from the first to the last; half of that is the middle."),
            ([looks, 32 * 4 - 16], "There it begins; asked is its middle."),
            ([looks + 32, drawn + 32], "Cells are counted from 0."),
        ],
        otherwise="Both are 32 · 4, the jump times the cell, and something: the start of ResNet-18 for the one, "
        "−16 + 31.5 for the other.",
    )


def crops(guess: Any) -> Advice:
    """FCN-8s's second and third crop: of pool3's scores in their cells, of the result in pixels."""
    (pool3, pool4), up2, up8 = ([_papers(n) for n in (3, 4)], *(Enlargement(2 * s, s, 0) for s in (2, 8)))
    twice = enlarged_field(receptive_field([(7, 1, 0)], _papers(5)), up2)
    fused = enlarged_field(twice, up2)
    skip, picture = crop_offset(fused, pool3), -crop_offset(enlarged_field(fused, up8), Field())
    sixteen = [crop_offset(twice, pool4), -crop_offset(enlarged_field(twice, Enlargement(32, 16, 0)), Field())]
    return judge(
        guess,
        [skip, picture],
        hint="As before: enlarge the sum twice (kernel 4), compare with pool3; then 8 times (kernel 16).",
        why="72 pixels are 9 cells of 8, and 7.5 + 23.5 = 31.",
        slips=[
            ([picture, skip], "In the order in which the net comes to them: pool3's scores first, the picture last."),
            ([8 * skip, picture], "The first is so many pixels; asked are cells of pool3, 8 pixels each."),
            ([-skip, -picture], "The sign: how much is cut off."),
            (sixteen, "These are those of FCN-16s. FCN-8s enlarges the sum once more."),
            ([skip, sixteen[1]], "The second step moved the start, and the last kernel is 16, not 32."),
            ([skip, -fused.start], "There cell 0 of the sum looks; still to add is the middle of the first stamp."),
        ],
        otherwise="The sum's cell 0 looks at −11.5. A kernel of 4 draws it at cell 1.5 of cells 8 pixels apart. Count "
        "whole cells of pool3 from its start, −95.5.",
    )


def _papers(pools):
    """The field after so many pools of the released VGG, which pads by 100."""
    layers = [layer for stage in STAGES[:pools] for layer in stage]
    return receptive_field([(3, 1, 100), *layers[1:]])
