"""Scoring a net on whole pictures (lecture 05)."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor
from torch.utils.data import Dataset
from tqdm.auto import tqdm

from fcn_course.data.judged import Judged, in_words, is_named, what_is_odd
from fcn_course.data.labels import class_names
from fcn_course.data.loading import evaluation_batches
from fcn_course.data.locking import say
from fcn_course.data.normalisation import normalise
from fcn_course.evaluation.metrics import ConfusionMatrix
from fcn_course.nets import distributed
from fcn_course.nets.devices import autocast, choose_device, class_indices, enough_memory, memory_format
from fcn_course.nets.fcn import FCN

# A notebook's bar sends several messages at each change. Where nobody reads them until the cell ends, as in a test of
# notebooks, thousands of them push the last ones out.
progress_bar = partial(tqdm, leave=False, mininterval=1)


@torch.no_grad()
def evaluate(
    net: FCN,
    dataset: Dataset,
    *,
    device: str | torch.device | None = None,
    precision: str = "auto",
    batch_size: int | None = None,
    workers: int = 0,
    progress: bool = True,
    warn: bool = True,
) -> ConfusionMatrix:
    """Score ``net`` on whole pictures, each once and at its own size; the same every time.

    Of several processes each takes its share, and all get the matrix of the whole set; all must call this.

    Args:
        batch_size: so many pictures of one size at a time; 1 on a CPU if left out, which gains nothing by more, 16 on a
            GPU.
        workers: processes that decode pictures.
        warn: say aloud what makes a score worth little, one class alone or mostly void. ``fit`` has done so before.

    Raises:
        ValueError: if no pixel of the set is judged, with ``warn``.
    """
    device = choose_device(device)
    if batch_size is None:
        batch_size = 1 if device.type == "cpu" else 16
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}")
    net.to(device, memory_format=memory_format(device)).eval()
    distributed.broadcast_weights(net)
    batches = evaluation_batches(dataset, batch_size, workers, device, distributed.rank(), distributed.world_size())
    matrix, pixels = ConfusionMatrix(net.num_classes), 0
    with progress_bar(total=len(dataset), desc="validation", disable=not progress) as bar:
        for images, masks in batches:
            with enough_memory(scoring_of(images)):
                images = normalise(images.to(device, non_blocking=True), net)
                images = images.contiguous(memory_format=memory_format(device))
                with autocast(device, precision):
                    logits = net(images)  # (n, C, H, W)
                matrix.update(class_indices(logits), masks.to(device, non_blocking=True))
            pixels += masks.numel()
            bar.update(len(images) * distributed.world_size())
    matrix.counts = distributed.all_reduce(matrix.counts.to(device)).cpu()
    pixels = int(distributed.all_reduce(torch.tensor(pixels, device=device)))
    if warn:
        _warn_of_what_is_odd(net, dataset, matrix, pixels - int(matrix.counts.sum()))
    return matrix


def _warn_of_what_is_odd(net, dataset, matrix, void):
    judged = {index: number for index, number in enumerate(matrix.counts.sum(1).tolist()) if number}
    names = getattr(dataset, "classes", None) or class_names(net.num_classes)
    for odd in what_is_odd(Judged(judged, void, len(dataset)), in_words(dataset), names, is_named(dataset)):
        say(f"warning: {odd}", distributed.rank() == 0)


def scoring_of(images: Tensor) -> str:
    """Words for the pictures ``(n, 3, H, W)`` that memory did not hold, and what to do."""
    count, height, width = len(images), *images.shape[-2:]
    if count > 1:
        return f"scoring {count} pictures of {height} x {width} at once; score fewer together (batch_size={count // 2})"
    return f"scoring a picture of {height} x {width}; score smaller pictures, on a CPU (--device cpu), or a smaller net"
