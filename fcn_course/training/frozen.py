"""Training what lies above a frozen trunk, whose outputs are computed once: experiments in seconds, not minutes.

The exercises compare ways to score and to enlarge. A trunk that does not learn gives the same maps in every epoch, so
they are kept, and a step works on the score layers alone.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import Dataset
from tqdm.auto import tqdm

from fcn_course.data.crops import RandomCrops
from fcn_course.data.judged import Judged, what_is_odd
from fcn_course.data.labels import VOID
from fcn_course.data.normalisation import normalisation_of, normalise
from fcn_course.evaluation.metrics import ConfusionMatrix
from fcn_course.nets.backbone import Backbone, run_stages
from fcn_course.nets.devices import autocast, choose_device, class_indices, memory_format
from fcn_course.nets.fcn import FCN
from fcn_course.training.losses import enlarged_picture_losses, picture_losses
from fcn_course.training.recipes import Recipe, check_loss, make_optimiser, make_schedule


@dataclass(frozen=True)
class TrunkFeatures:
    """What a frozen trunk says of some pictures, and their true masks.

    Attributes:
        features: by stride; ``(C, ceil(H / s), ceil(W / s))`` for each picture, float16.
        masks: ``(H, W)`` for each picture, uint8.
        num_classes: of the data set.
    """

    features: dict[int, list[Tensor]]
    masks: list[Tensor]
    num_classes: int

    def __len__(self) -> int:
        return len(self.masks)

    def batch(self, indices: Sequence[int], device: str | torch.device = "cpu") -> tuple[dict[int, Tensor], Tensor]:
        """Features by stride ``(n, C, h, w)`` float32 and masks ``(n, H, W)`` int64 of pictures of one size."""
        features = {
            stride: torch.stack([maps[index] for index in indices]).to(device).float()
            for stride, maps in self.features.items()
        }
        return features, torch.stack([self.masks[index] for index in indices]).to(device).long()

    def some(self, indices: Sequence[int]) -> TrunkFeatures:
        """What it says of some of the pictures."""
        features = {stride: [maps[index] for index in indices] for stride, maps in self.features.items()}
        return replace(self, features=features, masks=[self.masks[index] for index in indices])

    def thinned(self, step: int) -> TrunkFeatures:
        """The same maps with every ``step``-th row and column of the masks: a loss on these costs step² times less.

        Neighbouring pixels say nearly the same, and scores of stride 8 and more are smooth between their cells. The
        pixel that is kept stands for a square of ``step``, from whose middle it lies half a pixel off.

        Raises:
            ValueError: for masks whose sides ``step`` does not divide.
        """
        for mask in self.masks:
            if any(length % step for length in mask.shape):
                raise ValueError(f"{step} does not divide a mask of {tuple(mask.shape)}; take windows that it divides")
        return replace(self, masks=[mask[step // 2 :: step, step // 2 :: step] for mask in self.masks])


class FCNHead(nn.Module):
    """The part of an FCN above its trunk, with weights of its own: features by stride -> scores ``(N, C, h, w)``."""

    def __init__(self, net: FCN):
        super().__init__()
        self.net = copy.deepcopy(net)
        self.net.stages = nn.ModuleDict()

    def forward(self, features: dict[int, Tensor]) -> Tensor:
        return self.net.fuse(features)


@torch.no_grad()
def trunk_features(
    backbone: Backbone | FCN,
    dataset: Dataset,
    strides: Sequence[int] = (32,),
    *,
    window: tuple[int, int] | None = None,
    seed: int = 0,
    device: str | torch.device | None = None,
    progress: bool = True,
) -> TrunkFeatures:
    """Send every picture through the trunk once.

    Args:
        backbone: whose stages and normalisation are used; they stay as they are.
        dataset: gives ``(image, mask)`` and has ``classes``.
        strides: which stages' outputs are kept.
        window: (height, width): one random window of each picture, as in training; whole pictures if left out.
        seed: of the windows.
    """
    device = choose_device(device)
    stages = copy.deepcopy(backbone.stages).to(device).eval()
    outside = normalisation_of(backbone).mean
    pairs = dataset if window is None else RandomCrops(dataset, window, seed=seed, outside=outside)
    found = TrunkFeatures({stride: [] for stride in strides}, [], len(dataset.classes))
    together = 1 if window is None else 8
    with tqdm(total=len(pairs), desc="trunk", leave=False, mininterval=1, disable=not progress) as bar:
        for first in range(0, len(pairs), together):
            keys = range(first, min(first + together, len(pairs)))
            some = [pairs[index] if window is None else pairs[index, 1] for index in keys]
            images = torch.stack([image for image, _ in some]).to(device)  # (n, 3, H, W)
            with autocast(device, "auto"):
                x = normalise(images, backbone).contiguous(memory_format=memory_format(device))
                maps = run_stages(stages, x, tuple(strides))  # each (n, C, h, w)
            for stride in strides:
                found.features[stride].extend(maps[stride].half().cpu().contiguous().unbind())
            found.masks.extend(mask.to(torch.uint8) for _, mask in some)
            bar.update(len(some))
    return found


def fit_head(
    head: nn.Module,
    outputs: TrunkFeatures,
    recipe: Recipe,
    *,
    seed: int = 0,
    device: str | torch.device | None = None,
    on_epoch: Callable[[int], None] | None = None,
) -> list[float]:
    """Train ``head`` by the recipe's loss, optimiser, schedule, batch size and epochs; returns the loss of each step.

    Args:
        head: features by stride -> scores ``(n, C, h, w)``. Scores smaller than the masks are enlarged bilinearly, as
            a frozen FCN does; scores of the masks' size are taken as they are. Changed in place.
        outputs: of windows of one size.
        recipe: its crop and its flips say nothing here.
        seed: of the order of the pictures.
        on_epoch: called with 1, 2, ... after each epoch.

    Returns:
        One number a step: the mean loss of a pixel that counts.

    Raises:
        ValueError: for a loss that is not offered, scores of a size that belongs to no stride, or a set in which no
            pixel is judged.
    """
    check_loss(recipe)
    _refuse_void(outputs)
    device = choose_device(device)
    head.to(device).train()
    steps = recipe.epochs * -(-len(outputs) // recipe.batch_size)
    optimiser = make_optimiser(head, recipe)
    schedule = make_schedule(optimiser, recipe, steps)
    order = torch.Generator().manual_seed(seed)
    losses = []
    for epoch in range(1, recipe.epochs + 1):
        for indices in torch.randperm(len(outputs), generator=order).split(recipe.batch_size):
            features, masks = outputs.batch(indices.tolist(), device)
            optimiser.zero_grad()
            total = _losses(head(features), masks).sum()
            counted = (masks != VOID).sum().clamp(min=1)
            (total / {"mean": counted, "sum": masks[0].numel(), "total": 1}[recipe.loss]).backward()
            optimiser.step()
            schedule.step()
            losses.append((total.detach() / counted).item())
        if on_epoch:
            on_epoch(epoch)
    return losses


def _refuse_void(outputs):
    if all((mask == VOID).all() for mask in outputs.masks):
        what_is_odd(Judged({}, 0, len(outputs)), "the set", ())  # which says so


def _losses(scores, masks):
    """Each picture's loss, summed over its pixels, ``(n,)``."""
    factor = _factor(scores, masks.shape[-2:])
    return picture_losses(scores, masks) if factor == 1 else enlarged_picture_losses(scores, masks, factor)


def _factor(scores, size):
    """By how much scores must be enlarged to cover a picture of ``size``."""
    for factor in (1, 2, 4, 8, 16, 32):
        if tuple(scores.shape[-2:]) == tuple(-(-length // factor) for length in size):
            return factor
    raise ValueError(
        f"the head gave scores of {tuple(scores.shape[-2:])} for pictures of {tuple(size)}; give them at the picture's "
        "size, or at a half, a 4th, an 8th, a 16th or a 32nd of it, rounded up"
    )


@torch.no_grad()
def predict_head(head: nn.Module, features: dict[int, Tensor], size: tuple[int, int]) -> Tensor:
    """Masks int64 ``(n, H, W)`` of pictures of ``size``."""
    scores = head.eval()(features).contiguous(memory_format=torch.channels_last)  # max is twice as quick so
    factor = _factor(scores, size)
    if factor > 1:
        scores = F.interpolate(scores, scale_factor=factor, mode="bilinear", align_corners=False)
    return class_indices(scores[..., : size[0], : size[1]])


def score_head(head: nn.Module, outputs: TrunkFeatures, *, device: str | torch.device | None = None) -> ConfusionMatrix:
    """Every picture once, at its own size; a ValueError if no pixel of any is judged."""
    _refuse_void(outputs)
    device = choose_device(device)
    matrix = ConfusionMatrix(outputs.num_classes)
    head.to(device)
    for index in range(len(outputs)):
        features, mask = outputs.batch([index], device)
        matrix.update(predict_head(head, features, mask.shape[-2:]).cpu(), mask.cpu())
    return matrix
