"""The scores of tiles put together: their mean at each pixel, and all that is taken for it."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from fcn_course.prediction.tiles import tile_windows
from fcn_course.teaching.checks.advice import Advice
from fcn_course.teaching.checks.functions import all_close, check_tensor, try_function
from fcn_course.teaching.checks.whole_pictures.tiles import counts


def tiled_scores(answer: Any, tile: tuple[int, int] = (4, 6), overlap: int = 2, seed: int = 0) -> Advice:
    """A function ``tiled_scores(scores_of, picture, tile, overlap)``: the mean of the tiles' scores."""
    hint = "Two sums: the scores of all tiles, each in its place, and how many were added there. Then divide."
    size = (2 * tile[0] + 1, 2 * tile[1] - 1)
    looks, picture = [], noise(seed, size)
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


def noise(seed: int, size: tuple[int, int]) -> Tensor:
    """A picture of random pixels, uint8 (3, H, W)."""
    return torch.randint(0, 256, (3, *size), dtype=torch.uint8, generator=torch.Generator().manual_seed(seed))
