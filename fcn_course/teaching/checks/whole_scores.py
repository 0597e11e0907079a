"""Exercise 3, what becomes of scores: put together from tiles, padded and cropped, averaged or voted on (D2L 14.11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from fcn_course.prediction.tiles import tile_windows
from fcn_course.teaching.checks.advice import Advice, as_text, is_answered, judge
from fcn_course.teaching.checks.functions import all_close, check_tensor, try_function
from fcn_course.teaching.checks.whole_pictures import counts

STRIDE = 32


def tiled_scores(answer: Any, tile: tuple[int, int] = (4, 6), overlap: int = 2, seed: int = 0) -> Advice:
    """A function ``tiled_scores(scores_of, picture, tile, overlap)``: the mean of the tiles' scores."""
    hint = "Two sums: the scores of all tiles, each in its place, and how many were added there. Then divide."
    size = (2 * tile[0] + 1, 2 * tile[1] - 1)
    looks, picture = [], _noise(seed, size)
    scores_of = _tile_net(tile, seed, looks)
    value, advice = try_function(answer, scores_of, picture, tile, overlap, hint=hint)
    if advice is not None:
        return advice
    windows = list(tile_windows(size, tile, overlap))
    truth = _merged(windows, picture, scores_of, size)
    if getattr(value, "shape", None) == size:
        return Advice(False, f"That has the shape {size} of a mask. Give the mean scores; the arg max comes after it.")
    if (advice := check_tensor(value, tuple(truth.shape), hint)) is not None:
        if "nan" in advice.text:
            return Advice(False, "There are numbers in it that are none: 0 / 0 where no tile lies? Cover all.")
        return advice
    if all_close(value, truth):
        return Advice(
            True,
            f"Right. {len(windows)} tiles, and in the middle {int(counts(windows, size).max())} of them have a say in "
            "one pixel. The scores are averaged, no softmax before it, so a tile that is surer weighs more.",
        )
    return Advice(False, _merge_slip(value, truth, windows, picture, scores_of, size, tile))


def _merge_slip(value, truth, windows, picture, scores_of, size, tile):
    def merged(change=lambda scores: scores):
        return _merged(windows, picture, lambda pixels: change(scores_of(pixels)), size)

    count, classes = counts(windows, size), len(truth)
    vote = merged(lambda scores: F.one_hot(scores.argmax(0), classes).permute(2, 0, 1).float())
    soft = merged(lambda scores: scores.softmax(0))
    swapped = list(tile_windows(size, tile[::-1], 0))
    slips = [
        (truth * count, "These are the sums. Divide each pixel by the number of tiles that lie on it."),
        (truth * count / len(windows), "You divide by the number of all tiles. A pixel lies in some of them only."),
        (soft, "The softmax came before the average: these are mean probabilities. Average the scores themselves."),
        (soft * count, "The softmax came before the sum. Add the scores themselves, then divide."),
        (truth.softmax(0), "The average is right, then comes a softmax. Asked are the mean scores."),
        (vote, "Each tile has one vote here. Average the scores: they carry how sure a tile is."),
        (vote * count, "These are votes, counted. Average the scores: they carry how sure a tile is."),
        (_laid_over(windows, picture, scores_of, truth), "Each tile writes over the one before. Add, then divide."),
        (_laid_over(windows[::-1], picture, scores_of, truth), "The first tile keeps its pixels. Add, then divide."),
        (_largest(windows, picture, scores_of, truth), "That is the largest score of all tiles. Asked is their mean."),
        (_merged(swapped, picture, scores_of, size), "The tile is turned: it is (height, width)."),
    ]
    for wrong, words in slips:
        if all_close(value, wrong):
            return words
    off = (value.detach().double() - truth.double()).abs().amax(0) > 1e-3
    if off[count == 1].any():
        row, column = (off & (count == 1)).nonzero()[0].tolist()
        return f"Row {row}, column {column} lies in one tile alone, yet has other scores. Do your slices agree?"
    return "Where one tile lies, all is right; where several do, it is not their mean. Add both, then divide."


def _merged(windows, picture, scores_of, size):
    total = 0
    for rows, columns in windows:
        scores = scores_of(picture[:, rows, columns])
        placed = torch.zeros(len(scores), *size)
        placed[:, rows, columns] = scores
        total = total + placed
    return total / counts(windows, size)


def _laid_over(windows, picture, scores_of, like):
    out = torch.zeros_like(like)
    for rows, columns in windows:
        out[:, rows, columns] = scores_of(picture[:, rows, columns])
    return out


def _largest(windows, picture, scores_of, like):
    out = torch.full_like(like, -1e9)
    for rows, columns in windows:
        out[:, rows, columns] = torch.maximum(out[:, rows, columns], scores_of(picture[:, rows, columns]))
    return out


def _tile_net(tile, seed, looks, classes=4):
    """A stand-in for a net: its scores depend on a pixel, and on where the pixel lies in what the net is shown."""
    generator = torch.Generator().manual_seed(seed)
    mix = torch.randn(classes, 3, generator=generator)
    places = 2 * torch.randn(classes, 64, 64, generator=generator)

    def scores_of(picture: Tensor) -> Tensor:
        looks.append(tuple(picture.shape))
        if picture.ndim != 3 or len(picture) != 3 or not picture.numel():
            raise ValueError(f"a picture is (3, H, W), this is {tuple(picture.shape)}")
        height, width = picture.shape[1:]
        return torch.einsum("ck,khw->chw", mix, picture.float() / 255) + places[:, :height, :width]

    return scores_of


def _noise(seed, size):
    return torch.randint(0, 256, (3, *size), dtype=torch.uint8, generator=torch.Generator().manual_seed(seed))


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


def padded_scores(answer: Any, size: tuple[int, int] = (45, 70)) -> Advice:
    """A function ``padded_scores(scores_of, picture)``: pad to multiples of 32, one look, crop back."""
    hint = "A larger picture of zeros, the picture in its top left corner, `scores_of` of it, and that corner cut out."
    even = (STRIDE, 2 * STRIDE)
    for height, width in (size, even):
        looks, seen, picture = [], [], _noise(0, (height, width))
        scores_of = _strict_net(looks, seen)
        value, advice = try_function(answer, scores_of, picture, hint=hint)
        if advice is not None:
            return advice if advice.right is None or not looks else _strict_slip(advice, looks[-1], (height, width))
        truth = _strict_net([], [], stride=1)(picture)
        if not looks:
            return Advice(False, f"Your function never calls `scores_of`. {hint}")
        grown = tuple(-(-side // STRIDE) * STRIDE for side in (height, width))
        if tuple(getattr(value, "shape", ()))[1:] == grown != (height, width):
            return Advice(False, f"The scores are still {grown[0]} × {grown[1]}. Crop them to {height} × {width}.")
        if (advice := check_tensor(value, tuple(truth.shape), hint)) is not None:
            return advice
        if not all_close(value, truth, atol=1e-3):
            return Advice(False, _crop_slip(value, truth, picture, grown, _strict_net([], [])))
        if looks[-1] != grown:
            return Advice(
                False,
                f"The scores are right, but {height} × {width} was padded to {looks[-1][0]} × {looks[-1][1]}; "
                f"{grown[0]} × {grown[1]} is enough. A multiple of 32 needs no padding: take −H % 32, or round up.",
            )
        if not torch.equal(seen[-1][:, :height, :width], picture.float()):
            return Advice(
                False,
                "The scores lie on their pixels, but in the larger picture the smaller does not lie in the top left. "
                "Moved, it would lie otherwise on the net's cells of 32, and the net would say something else.",
            )
    below, beside = (-side % STRIDE for side in size)
    return Advice(
        True,
        f"Right. {size[0]} × {size[1]} lacks {below} rows and {beside} columns to multiples of 32; they are computed, "
        "cut off again, and no pixel of the picture has moved. A picture of 32 × 64 is left as it is.",
    )


def _strict_net(looks, seen, stride=STRIDE):
    """A stand-in for a net that refuses sizes which ``stride`` does not divide; each pixel's scores are its own."""
    mix = torch.randn(4, 3, generator=torch.Generator().manual_seed(1))

    def scores_of(picture: Tensor) -> Tensor:
        if picture.ndim != 3 or len(picture) != 3:
            raise ValueError(f"a picture is (3, H, W), this is {tuple(picture.shape)}")
        looks.append(tuple(picture.shape[1:]))
        if any(side % stride or not side for side in looks[-1]):
            raise ValueError(f"{looks[-1][0]} × {looks[-1][1]} is no multiple of {stride}")
        seen.append(picture.float())
        return torch.einsum("ck,khw->chw", mix, picture.float() / 255)

    return scores_of


def _strict_slip(advice, seen, size):
    below, beside = (-side % STRIDE for side in size)
    if seen == size:
        return Advice(False, f"`scores_of` was shown {seen[0]} × {seen[1]}, as it came: pad before you call it.")
    if seen == (size[0] + beside, size[1] + below):
        return Advice(False, "Rows and columns of the padding are swapped: `F.pad` begins with the last axis.")
    if any(side % STRIDE for side in seen):
        return Advice(False, f"{size[0]} × {size[1]} became {seen[0]} × {seen[1]}; both must be multiples of 32.")
    return advice


def _crop_slip(value, truth, picture, grown, scores_of):
    (height, width), (taller, wider) = truth.shape[1:], grown
    padded = torch.zeros(3, *grown, dtype=torch.uint8)
    padded[:, :height, :width] = picture
    scores = scores_of(padded)
    top, left = (taller - height) // 2, (wider - width) // 2
    corner = scores[:, taller - height :, wider - width :]
    middle = scores[:, top : top + height, left : left + width]
    slips = [
        (corner, "You cut out the bottom right corner; the picture lies in the top left."),
        (middle, "You cut out the middle; the picture lies in the top left."),
    ]
    larger = scores_of(F.interpolate(picture[None].float(), grown, mode="bilinear")[0])
    for mode in ("nearest", "bilinear"):
        shrunk, back = (F.interpolate(s[None], (height, width), mode=mode)[0] for s in (scores, larger))
        slips.append((shrunk, "The scores were resized, and the padding with them. Crop: no pixel may move."))
        slips.append((back, "The picture was resized and the scores back. That smooths both. Pad and crop instead."))
    for wrong, words in slips:
        if not all_close(wrong, truth, atol=1e-3) and all_close(value, wrong, atol=1e-3):
            return words
    return "The scores do not lie on their pixels. Where you put the picture, there cut out the scores."


WAYS = ("the mean scores", "the mean probabilities", "the vote")


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
