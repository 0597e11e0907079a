"""Checkpoints: what a run needs to go on, and what a net needs to be used."""

from __future__ import annotations

import os
from pathlib import Path

import torch

from fcn_course.backbone import load_backbone
from fcn_course.fcn import FCN


def save_checkpoint(path: str | Path, net: FCN, **extra) -> None:
    """Write weights, architecture and ``extra``; beside the target first, so that no half file takes its place."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    torch.save({"model": net.state_dict(), "architecture": net.architecture, **extra}, beside)
    os.replace(beside, path)


def read_checkpoint(path: str | Path) -> dict:
    """The contents of a checkpoint of this course. Nothing in the file is executed.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if the file is something else.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no checkpoint at {path}; train one with `fcn-course train --out {path.parent}`")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # each kind of broken file fails in its own way
        raise ValueError(
            f"{path} is no checkpoint ({type(error).__name__}); give a best.pt or last.pt of a run"
        ) from error
    if not isinstance(state, dict) or not {"model", "architecture"} <= state.keys():
        raise ValueError(f"{path} holds no weights and architecture; give a best.pt or last.pt that this course wrote")
    return state


def load_fcn(path: str | Path) -> FCN:
    """The net in a checkpoint, ready to predict, with the architecture that is written there."""
    state = read_checkpoint(path)
    a = state["architecture"]
    net = FCN(load_backbone(a["backbone"], None), a["num_classes"], a["stride"], a["learned"])
    net.load_state_dict(state["model"])
    return net.eval()


def restore(net: FCN, path: str | Path) -> dict:
    """Load a checkpoint's weights into ``net`` and return all that is in it.

    Raises:
        ValueError: if the checkpoint is another architecture's.
    """
    state = read_checkpoint(path)
    theirs, ours = state["architecture"], net.architecture
    different = [f"{key} {theirs.get(key)!r} instead of {ours[key]!r}" for key in ours if theirs.get(key) != ours[key]]
    if different:
        raise ValueError(
            f"{path} is a checkpoint of another architecture: {', '.join(different)}; build the net with these values, "
            "or load it as it is with load_fcn"
        )
    net.load_state_dict(state["model"])
    return state
