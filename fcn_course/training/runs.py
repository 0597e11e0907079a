"""The state of a training run: what ``last.pt`` holds, so that a run that was cut ends as if it had not been."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from fcn_course.nets import distributed
from fcn_course.nets.checkpoints import read_checkpoint, restore, save_checkpoint
from fcn_course.nets.fcn import FCN
from fcn_course.training.history import TensorBoard, best_epoch, score_of, write_history


@dataclass
class Run:
    """A net in training, with everything that the next step depends on.

    Attributes:
        folder: where it is written; None writes nothing.
        history: a row for each finished epoch.
        best: the highest score in it.
        step: finished steps of the epoch in progress; with the epoch's number this is the sampler's place.
        loss: training loss of that epoch so far, summed over its pictures.
        seconds: time spent on that epoch before the run was cut.
    """

    net: FCN
    optimiser: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    folder: Path | None
    loss: Tensor
    history: list[dict] = field(default_factory=list)
    best: float = 0.0
    step: int = 0
    seconds: float = 0.0
    tensorboard: TensorBoard | None = None

    def save(self) -> None:
        """Write ``last.pt``; every process must call it, the first one writes."""
        if self.folder is None:
            return
        state = {"loss": distributed.all_reduce(self.loss.clone()), "random": distributed.all_gather(random_states())}
        if distributed.rank() == 0:
            state |= {"optimiser": self.optimiser.state_dict(), "schedule": self.schedule.state_dict()}
            state |= {name: getattr(self, name) for name in ("history", "best", "step", "seconds")}
            save_checkpoint(self.folder / "last.pt", self.net, **state)

    def resume(self) -> None:
        """Take up ``last.pt`` if there is one; the first process reads it for all."""
        if self.folder is None:
            return
        state, last = None, self.folder / "last.pt"
        if distributed.rank() == 0 and last.is_file():
            state = _read_last(last)
        state = distributed.broadcast(state)
        if state is None:
            return
        missing = {"optimiser", "schedule", "history", "step", "random"} - state.keys()
        if missing:
            raise ValueError(
                f"{last} holds a net, but no run to go on with ({', '.join(sorted(missing))} missing); begin with its "
                f"weights (--start {last}, into another --out), or start over (--fresh; in Python resume=False)"
            )
        restore(self.net, last, state)
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        for name in ("history", "best", "step", "seconds"):
            setattr(self, name, state[name])
        if distributed.rank() == 0:
            self.loss.copy_(state["loss"])
            write_history(self.folder / "history.csv", self.history)  # the run may have been cut just before
        if distributed.rank() < len(state["random"]):
            set_random_states(state["random"][distributed.rank()])

    def end_epoch(self, row: dict) -> None:
        """Add a finished epoch and write all files of the run."""
        self.history.append(row)
        self.best = max(score_of(row), self.best)
        self.step, self.seconds = 0, 0.0
        self.loss.zero_()
        if self.folder and distributed.rank() == 0:
            if best_epoch(self.history) == row["epoch"] or math.isnan(row["val_mean_iou"]):
                save_checkpoint(self.folder / "best.pt", self.net, history=self.history)
            write_history(self.folder / "history.csv", self.history)
            self.tensorboard = self.tensorboard or TensorBoard(self.folder / "tensorboard")
            self.tensorboard.add(row)
        self.save()

    def close(self) -> None:
        """The run is over, for now."""
        if self.tensorboard:
            self.tensorboard.close()


def _read_last(path):
    try:
        return read_checkpoint(path)
    except ValueError as error:
        raise ValueError(
            f"{error}. The run in {path.parent} cannot be taken up from it: begin with the best net so far (--start "
            f"{path.parent / 'best.pt'}, into another --out), or start over (--fresh; in Python resume=False)"
        ) from error


def random_states() -> dict:
    """Where Python's, NumPy's and torch's random numbers stand, on the CPU and on the GPU in use."""
    kind, keys, *rest = np.random.get_state()
    return {
        "python": random.getstate(),
        "numpy": (kind, torch.from_numpy(keys.astype(np.int64)), *rest),
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state() if torch.cuda.is_initialized() else None,
    }


def set_random_states(states: dict) -> None:
    """Go on with the random numbers of :func:`random_states`."""
    kind, keys, *rest = states["numpy"]
    random.setstate(states["python"])
    np.random.set_state((kind, keys.numpy().astype(np.uint32), *rest))
    torch.set_rng_state(states["torch"])
    if states["cuda"] is not None and torch.cuda.is_available():
        torch.cuda.set_rng_state(states["cuda"])
