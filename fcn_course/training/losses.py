"""Cross-entropy over pixels: the book's, a better one, and the same without keeping the enlarged planes.

Lecture 05; D2L 14.11.4; Long et al., CVPR 2015, section 4. Void pixels (255) cost nothing in any of them.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from fcn_course.bilinear import interpolation_matrix
from fcn_course.data.labels import VOID
from fcn_course.shapes import Enlargement


def picture_losses(logits: Tensor, masks: Tensor) -> Tensor:
    """Cross-entropy summed over each picture's pixels: ``(N, C, H, W)``, ``(N, H, W)`` -> ``(N,)`` float32."""
    return F.cross_entropy(logits.float(), masks, reduction="none", ignore_index=VOID).sum((1, 2))


def book_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """Cross-entropy averaged over each picture's pixels: ``(N, C, H, W)``, ``(N, H, W)`` -> ``(N,)``.

    The book sums this over the batch, so its step grows with the batch size. Void pixels cost nothing here; the book
    counts them as background.
    """
    return picture_losses(logits, masks) / masks[0].numel()


def mean_loss(logits: Tensor, masks: Tensor) -> Tensor:
    """Cross-entropy averaged over all pixels of the batch that are not void, a scalar; 0 where all are void."""
    return picture_losses(logits, masks).sum() / (masks != VOID).sum().clamp(min=1)


def enlarged_picture_losses(
    scores: Tensor, masks: Tensor, factor: int | Enlargement, replicate: bool = True, offset: int = 0
) -> Tensor:
    """:func:`picture_losses` of scores that are first enlarged bilinearly, without keeping the enlarged planes.

    The 21 planes of a batch of 8 windows take 103 MB in float32, and a plain loss holds four such copies. Here each
    picture's planes are made, turned into their gradient and reduced to the scores' size again while they are still in
    the processor's cache: the same numbers, with far less memory to write and to read.

    Args:
        scores: ``(N, C, h, w)``.
        masks: ``(N, H, W)``, H and W at most ``factor`` times h and w; what is enlarged beyond them is cut off.
        factor, replicate: how it is enlarged, see :func:`fcn_course.bilinear.interpolation_matrix`.
        offset: rows and columns that are cut off at the top and the left.

    Returns:
        ``(N,)`` float32.
    """
    return _EnlargedLosses.apply(scores, masks, factor, replicate, offset)


class _EnlargedLosses(torch.autograd.Function):
    """Cross-entropy's gradient is softmax minus one-hot: it is at hand in the forward pass, so it is taken there."""

    @staticmethod
    def forward(ctx, scores, masks, factor, replicate, offset):
        with torch.autocast(scores.device.type, enabled=False):
            rows, columns = (  # (H, h), (W, w)
                interpolation_matrix(cells, factor, scores.device, replicate)[offset : offset + pixels]
                for cells, pixels in zip(scores.shape[-2:], masks.shape[1:], strict=True)
            )
            losses, gradients = [], []
            together = 1 if scores.device.type == "cpu" else 16  # a cache holds one picture, a GPU wants many
            for some, their_masks in zip(scores.split(together), masks.split(together), strict=True):
                logits = rows @ (some.float() @ columns.T)  # (n, C, H, W); width first: fewer products where W > H
                void = (their_masks == VOID)[:, None]  # (n, 1, H, W)
                target = their_masks[:, None].masked_fill(void, 0)  # void asks for class 0, and is taken out below
                # log_softmax by hand: no second copy of the planes is written, and its exp is needed below
                logits.sub_(logits.amax(1, keepdim=True))
                of_target = logits.gather(1, target)
                total = logits.exp_().sum(1, keepdim=True)
                losses.append((total.log() - of_target).masked_fill(void, 0).sum((1, 2, 3)))
                counted = (~void).float()
                gradient = logits.mul_(counted / total).scatter_add_(1, target, -counted)
                gradients.append(rows.T @ gradient @ columns)  # (n, C, h, w)
        ctx.save_for_backward(torch.cat(gradients).to(scores.dtype))
        return torch.cat(losses)

    @staticmethod
    @once_differentiable  # the gradient is a number here, no longer a function of the scores
    def backward(ctx, of_losses):
        (gradients,) = ctx.saved_tensors
        return (gradients * of_losses.view(-1, 1, 1, 1)).to(gradients.dtype), None, None, None, None
