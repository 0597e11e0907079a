"""What can go wrong in a step, in words that say what to change: the loss runs away, no memory, one cell to norm."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor, nn

from fcn_course.nets.devices import is_out_of_memory
from fcn_course.training.recipes import Recipe

RUNAWAY = 100  # times the loss of a net that says nothing
SELDOM = 50  # steps between two looks at a loss that lies on a GPU, which each look waits for


class DivergedError(ValueError):
    """The loss has run away. What was kept before it is good; the message says what to lower."""


def time_to_look(step: int, device: torch.device) -> bool:
    """Whether the loss is looked at after this step: on a CPU after each."""
    return device.type == "cpu" or step % SELDOM == 0


def check_loss_is_sane(
    loss: float, num_classes: int, recipe: Recipe, where: str, folder: Path | None, kept: int
) -> None:
    """Stop a training whose loss is no number any more, or a hundred times that of saying nothing, ln(classes).

    Args:
        loss: mean cross-entropy of a pixel; with the recipe's loss "total", which is summed over the pixels of a
            picture, only what is no number is told.
        where: the step or epoch, for the message.
        folder: of the run.
        kept: how many finished epochs it holds.

    Raises:
        DivergedError
    """
    limit = math.inf if recipe.loss == "total" else RUNAWAY * math.log(max(num_classes, 2))
    if math.isfinite(loss) and loss <= limit:
        return
    files = "Nothing is kept, for no epoch was finished"
    start = ""
    if folder and kept:
        files = f"last.pt and best.pt in {folder} are from before it (epoch {kept} was the last good one)"
        start = f", or begin with the best so far (--start {folder / 'best.pt'})"
    raise DivergedError(
        f"training has diverged: the loss is {loss:.4g} {where}, with a learning rate of {recipe.lr:g}. {files}. Take "
        f"a tenth of the rate (--lr {recipe.lr / 10:g}) and start over (--fresh; in Python resume=False){start}"
    )


def weights_are_finite(net: nn.Module) -> bool:
    """Whether every weight is a number: a net whose last step threw it has a loss that looks well."""
    return all(bool(torch.isfinite(weights).all()) for weights in net.parameters())


@contextmanager
def explained(images: Tensor, parts: int) -> Iterator[None]:
    """Within, a step's usual failures are raised in words that say what to change.

    Args:
        images: the batch of the step, ``(n, 3, H, W)``.
        parts: in how many parts it is sent through.

    Raises:
        MemoryError: of the CPU or a GPU.
        ValueError: where one cell of one window is all that a batch normalisation sees.
    """
    count, height, width = len(images), *images.shape[-2:]
    step = f"a step of {count} windows of {height} x {width}" + (f" in {parts} parts" if parts > 1 else "")
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise MemoryError(_less_memory(step, count, height, width, parts)) from error
    except ValueError as error:
        if "more than 1 value per channel" not in str(error):
            raise
        raise ValueError(
            f"{step}: one cell of stride 32 is left of each window, and a batch normalisation cannot learn from one "
            "value; take windows larger than 32 x 32 (--crop 64 64), or two or more pictures in every part of a batch "
            "(--batch-size 2), or let the trunk stay as it is (--freeze-trunk)"
        ) from error


def _less_memory(step, count, height, width, parts):
    more = 2 * parts
    ways = [f"--accumulate {more} takes about half as much"] if more <= count else []
    ways += [f"--batch-size {count // 2} too"] if count > 1 else []
    ways.append(f"--crop {max(32, height // 64 * 32)} {max(32, width // 64 * 32)} a quarter")
    return f"no memory left for {step}: {', '.join(ways)}; a smaller backbone or --freeze-trunk helps as well"
