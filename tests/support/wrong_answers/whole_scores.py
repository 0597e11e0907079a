"""Answers to exercise 3's questions of what becomes of scores."""

import numpy as np
import torch
import torch.nn.functional as F

from fcn_course.prediction.tiles import tile_windows
from fcn_course.teaching.checks import whole_scores as check
from tests.support.wrong_answers import Case


def summed(scores_of, picture, tile, overlap, change=lambda scores: scores):
    total, count = None, torch.zeros(picture.shape[1:])
    for rows, columns in tile_windows(picture.shape[1:], tile, overlap):
        scores = change(scores_of(picture[:, rows, columns]))
        total = torch.zeros(len(scores), *picture.shape[1:]) if total is None else total
        total[:, rows, columns] += scores
        count[rows, columns] += 1
    return total, count


def mean(*given, **options):
    total, count = summed(*given, **options)
    return total / count


def mean_by_lists(scores_of, picture, tile, overlap):
    size, layers = picture.shape[1:], []
    for rows, columns in tile_windows(size, tile, overlap):
        layer = torch.full((4, *size), float("nan"), dtype=torch.float64)
        layer[:, rows, columns] = scores_of(picture[:, rows, columns]).double()
        layers.append(layer)
    return torch.stack(layers).nanmean(0)


def running_mean(scores_of, picture, tile, overlap):
    out, count = torch.zeros(4, *picture.shape[1:]), torch.zeros(picture.shape[1:])
    for rows, columns in tile_windows(picture.shape[1:], tile, overlap):
        count[rows, columns] += 1
        out[:, rows, columns] += (scores_of(picture[:, rows, columns]) - out[:, rows, columns]) / count[rows, columns]
    return out


def vote(scores):
    return F.one_hot(scores.argmax(0), len(scores)).permute(2, 0, 1).float()


def soft(scores):
    return scores.softmax(0)


def chosen(scores_of, picture, tile, overlap, choose):
    out = torch.full((4, *picture.shape[1:]), -1e9)
    for rows, columns in tile_windows(picture.shape[1:], tile, overlap):
        place = out[:, rows, columns]
        place.copy_(choose(place, scores_of(picture[:, rows, columns])))
    return out


def halved(scores_of, picture, tile, overlap):
    """Each tile is averaged with what stands there: the last weighs most."""
    return chosen(scores_of, picture, tile, overlap, lambda old, new: torch.where(old < -1e8, new, (old + new) / 2))


def shifted(scores_of, picture, tile, overlap):
    return mean(scores_of, picture, tile, overlap).roll(1, -1)


def uncovered(scores_of, picture, tile, overlap):
    total, count = summed(scores_of, picture, tile, overlap)
    count[-1] = 0
    total[:, -1] = 0
    return total / count


def padded(scores_of, picture, extra=False, top=0, left=0):
    height, width = picture.shape[1:]
    grown = [(-(-side // 32) + extra) * 32 for side in (height, width)]
    canvas = torch.zeros(3, *grown, dtype=picture.dtype)
    canvas[:, :height, :width] = picture
    return scores_of(canvas)


def right(scores_of, picture):
    return padded(scores_of, picture)[:, : picture.shape[1], : picture.shape[2]]


def by_f_pad(scores_of, picture):
    height, width = picture.shape[1:]
    return scores_of(F.pad(picture, (0, -width % 32, 0, -height % 32)))[..., :height, :width]


def on_all_sides(scores_of, picture):
    height, width = picture.shape[1:]
    below, beside = -height % 32, -width % 32
    top, left = below // 2, beside // 2
    grown = F.pad(picture.float(), (left, beside - left, top, below - top), mode="replicate")
    return scores_of(grown)[:, top : top + height, left : left + width]


def with_border_repeated(scores_of, picture):
    height, width = picture.shape[1:]
    grown = F.pad(picture.float(), (0, -width % 32, 0, -height % 32), mode="replicate")
    return scores_of(grown)[:, :height, :width]


def swapped(scores_of, picture):
    height, width = picture.shape[1:]
    return scores_of(F.pad(picture, (0, -height % 32, 0, -width % 32)))[:, :height, :width]


def other_corner(scores_of, picture):
    return padded(scores_of, picture)[:, -picture.shape[1] :, -picture.shape[2] :]


def middle(scores_of, picture):
    scores, (height, width) = padded(scores_of, picture), picture.shape[1:]
    top, left = (scores.shape[1] - height) // 2, (scores.shape[2] - width) // 2
    return scores[:, top : top + height, left : left + width]


def scores_resized(scores_of, picture):
    return F.interpolate(padded(scores_of, picture)[None], picture.shape[1:], mode="bilinear")[0]


def picture_resized(scores_of, picture):
    grown = [-(-side // 32) * 32 for side in picture.shape[1:]]
    larger = scores_of(F.interpolate(picture[None].float(), grown, mode="bilinear")[0])
    return F.interpolate(larger[None], picture.shape[1:], mode="bilinear")[0]


def always_one_more(scores_of, picture):
    height, width = picture.shape[1:]
    grown = F.pad(picture, (0, 32 - width % 32, 0, 32 - height % 32))
    return scores_of(grown)[:, :height, :width]


def upside_down(scores_of, picture):
    return right(scores_of, picture).flip(1)


def stub(*arguments):
    """What the notebook holds at first."""


WINNERS = [[5, -20, 3], [2, 1.9, 1], [-20, 10, 7]]

CATALOGUE = [
    Case(
        check.tiled_scores,
        right=[mean, mean_by_lists, running_mean],
        wrong=[
            (lambda *given: summed(*given)[0], "These are the sums"),
            (lambda *given: summed(*given)[0] / 12, "number of all tiles"),
            (lambda *given: mean(*given, change=soft), "mean probabilities"),
            (lambda *given: summed(*given, change=soft)[0], "came before the sum"),
            (lambda *given: soft(mean(*given)), "then comes a softmax"),
            (lambda *given: mean(*given, change=vote), "one vote"),
            (lambda *given: summed(*given, change=vote)[0], "votes, counted"),
            (lambda *given: mean(*given).argmax(0), "shape (9, 11) of a mask"),
            (lambda *given: chosen(*given, lambda old, new: new), "writes over"),
            (lambda *given: chosen(*given, lambda old, new: torch.where(old < -1e8, new, old)), "first tile keeps"),
            (lambda *given: chosen(*given, torch.maximum), "largest score"),
            (lambda scores_of, picture, tile, overlap: scores_of(picture), "in one tile alone"),
            (shifted, "Do your slices agree?"),
            (halved, "it is not their mean"),
            (uncovered, "0 / 0"),
            (lambda *given: mean(*given).tolist(), "Give a tensor"),
            (lambda scores_of, picture: scores_of(picture), "TypeError"),
            (torch.zeros(4, 9, 11), "the function itself"),
        ],
        unanswered=[stub],
    ),
    Case(
        check.undivided,
        right=[[3], {3}, np.array([3])],
        wrong=[
            ([1, 2, 3], "The mask stays"),
            ([1], "The mask stays"),
            ([1, 3], "The mask stays"),
            ([2], "dividing by 1"),
            ([2, 3], "the count is 1"),
            ([4], "from 1 to 3"),
            (3, "Answer with a list"),
        ],
    ),
    Case(
        check.padded_scores,
        right=[right, by_f_pad, with_border_repeated],
        wrong=[
            (lambda scores_of, picture: scores_of(picture), "as it came"),
            (padded, "Crop them to 45 × 70"),
            (swapped, "begins with the last axis"),
            (other_corner, "bottom right corner"),
            (middle, "You cut out the middle"),
            (scores_resized, "no pixel may move"),
            (picture_resized, "That smooths both"),
            (always_one_more, "needs no padding"),
            (on_all_sides, "does not lie in the top left"),
            (upside_down, "do not lie on their pixels"),
            (lambda scores_of, picture: scores_of(picture[:, :32, :64]), "Asked is the shape"),
            (lambda scores_of, picture: scores_of(F.pad(picture, (0, 1, 0, 1))), "both must be multiples"),
            (lambda scores_of, picture: scores_of(picture[None]), "stopped with ValueError"),
            (lambda scores_of, picture: picture, "never calls"),
            (torch.zeros(4, 45, 70), "the function itself"),
        ],
        unanswered=[stub],
    ),
    Case(
        check.three_winners,
        right=[WINNERS, np.array(WINNERS), torch.tensor([[3.0, 5, -20], [1, 2, 1.9], [7, -20, 10]])],
        wrong=[
            ([[3, 0, 0], [3, 0, 0], [3, 0, 0]], "One winner three times"),
            ([[2, 1.9, 0], [2, 1.9, 0], [0, 5, 0]], "Let one tile rule out dog"),
            ([[3, 1, 0], [3, 1, 0], [-20, 3, 0]], "Let the two votes be narrow"),
            ([[9, 8.9, 0], [9, 8.9, 0], [-5, 3, -9]], "Two winners"),
            ([[9, 0, 0], [0, 9, 0], [0, 0, 9.5]], "one class needs two votes"),
            ([[2, 2, 0], [2, 1, 0], [0, 3, 0]], "not clear"),
            ([[2, 0, 1], [2, 0, 1], [0, 4, 1]], "share the first place"),
            ([[1, 2], [3, 4]], "three rows of three"),
            ([[5, -2000, 3], [2, 1.9, 1], [-20, 10, 7]], "from −30 to 30"),
            (["cat", "dog", "sheep"], "three rows of three"),
        ],
        unanswered=[[[..., ..., ...], [..., ..., ...], [..., ..., ...]]],
    ),
]
