"""What merging does to the answer: sums against means, and scores, probabilities and votes that disagree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from fcn_course.teaching.checks.advice import Advice, as_text, is_answered, judge

WAYS = ("the mean scores", "the mean probabilities", "the vote")


def undivided(guess: Any) -> Advice:
    """What changes if the sums of scores are not divided by the counts; numbers of the list in the notebook."""
    mask = "The mask stays: all classes of a pixel are divided by the same number, so the largest stays the largest."
    return judge(
        guess,
        {3},
        hint="At one pixel all classes are divided by the same count. Does that change their order? Their distances?",
        why="The order of the classes stays, so the mask does; larger distances make the softmax too sure.",
        slips=[
            ({1, 2, 3}, mask),
            ({1, 3}, mask),
            ({1}, mask),
            ({1, 2}, mask),
            ({2}, "There the count is 1, and dividing by 1 changes nothing. Where is it more?"),
            ({2, 3}, "One of the two is right. Where one tile lies alone, the count is 1."),
        ],
        otherwise="A list of numbers from 1 to 3, as in [1, 2].",
    )


def three_winners(answer: Any, classes: Sequence[str] = ("cat", "dog", "sheep")) -> Advice:
    """Scores of three tiles for three classes by which three ways to put tiles together find three winners."""
    hint = "Three rows, one for each tile, of three scores: cat, dog, sheep."
    if not is_answered(answer):
        return Advice(None, f"Not answered yet. {hint}")
    scores = _table(answer)
    if scores is None:
        return Advice(False, f"Give three rows of three numbers from −30 to 30; you gave {as_text(answer)}. {hint}")
    sums = (scores.sum(0), scores.softmax(1).sum(0), F.one_hot(scores.argmax(1), 3).double().sum(0))
    tops = scores.sort(1).values
    if (tops[:, 2] - tops[:, 1]).min() < 1e-6:
        return Advice(False, "In one tile two classes share the first place: its vote is not clear. Move one.")
    for way, total in list(zip(WAYS, sums, strict=True))[::-1]:
        first, second = total.sort().values[[2, 1]].tolist()
        if first - second < 1e-3:
            extra = " With three tiles, one class needs two votes." if way == WAYS[2] else ""
            return Advice(False, f"By {way} two classes share the first place. There must be one winner.{extra}")
    winners = [classes[total.argmax()] for total in sums]
    said = ", ".join(f"{way}: {name}" for way, name in zip(WAYS, winners, strict=True))
    number = len(set(winners))
    if number == 3:
        first = scores.argmax(1) == classes.index(winners[0])
        seen = "the first choice of one tile alone" if first.any() else "no tile's first choice"
        return Advice(
            True,
            f"Right; {said}. {winners[0]} is {seen}. A vote counts first places alone. A probability cannot fall below "
            "0, so one tile takes little away with it; with a score it can take all.",
        )
    if number == 1:
        return Advice(False, f"One winner three times: {winners[0]}. Begin with the vote: two tiles, narrowly.")
    same = next(pair for pair in ((0, 1), (1, 2), (0, 2)) if winners[pair[0]] == winners[pair[1]])
    words = {
        (0, 1): f"Let one tile rule out {winners[0]} by a very low score: its mean falls, its probability hardly.",
        (1, 2): "Let the two votes be narrow, and the third tile be sure of another class.",
        (0, 2): f"Let a tile rule out {winners[0]}, which has the votes, with a very low score.",
    }[same]
    return Advice(False, f"Two winners; {said}. {words}")


def _table(answer):
    try:
        scores = answer.detach().double() if torch.is_tensor(answer) else torch.tensor(np.array(answer, float))
    except Exception:  # whatever a student hands over, a check must not fail
        return None
    fits = scores.shape == (3, 3) and bool(scores.isfinite().all()) and float(scores.abs().max()) <= 30
    return scores if fits else None
