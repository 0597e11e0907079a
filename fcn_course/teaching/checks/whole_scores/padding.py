"""A picture padded to multiples of 32, looked at once, and its scores cropped back."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from fcn_course.teaching.checks.advice import Advice
from fcn_course.teaching.checks.functions import all_close, check_tensor, try_function
from fcn_course.teaching.checks.whole_scores.merging import noise

STRIDE = 32


def padded_scores(answer: Any, size: tuple[int, int] = (45, 70)) -> Advice:
    """A function ``padded_scores(scores_of, picture)``: pad to multiples of 32, one look, crop back."""
    hint = "A larger picture of zeros, the picture in its top left corner, `scores_of` of it, and that corner cut out."
    even = (STRIDE, 2 * STRIDE)
    for height, width in (size, even):
        looks, seen, picture = [], [], noise(0, (height, width))
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
