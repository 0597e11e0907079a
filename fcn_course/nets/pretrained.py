"""Weights from files and from torchvision, and what is said when they cannot be had. Nothing in them is executed."""

from __future__ import annotations

import pickle
import textwrap
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from fcn_course.data.download import DownloadError, Wanted, alone, fetch

BROKEN = (OSError, RuntimeError, EOFError, pickle.UnpicklingError)  # what torch raises for a half or another file


def read_weights(path: str | Path) -> dict[str, Tensor]:
    """A state dict from a .safetensors, .pt or .pth file, in float32.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if the file is something else.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f'no weights at {path}; give the path of a state dict, "minivoc", "imagenet" or None')
    try:
        if path.suffix == ".safetensors":
            state = load_file(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # each format fails in its own way; all mean the same to the reader
        raise ValueError(f"{path} is no readable file of weights ({type(error).__name__})") from error
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise ValueError(
            f"{path} holds no plain state dict of tensors; save one with torch.save(net.state_dict(), path)"
        )
    return {key: value.float() if value.is_floating_point() else value for key, value in state.items()}


def from_torchvision(build: Callable[..., nn.Module], weights, what: str, instead: str) -> nn.Module:
    """``build(weights=weights)`` of torchvision, which takes the file from its cache.

    If it is not there, or half of it or another file, it is fetched into that place beforehand: torchvision's own
    download does not go on after a cut, and waits for ever for a server that falls silent.

    Args:
        build: a function of ``torchvision.models``.
        weights: one of its weights.
        what: names them in the error.
        instead: what to do without them, the end of the error.

    Raises:
        FileNotFoundError: if they cannot be had; the message says which file belongs where.
    """
    place = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
    digest = place.stem.rsplit("-", 1)[-1]  # torchvision writes the first eight digits into the file's name
    wanted = Wanted(place.name, (weights.url,), sha256=digest)
    try:
        if not place.is_file():
            _fetch_alone(wanted, place, weights)
        try:
            return _build(build, weights, place)
        except BROKEN:
            _fetch_alone(wanted, place, weights)
            return _build(build, weights, place)
    except BROKEN as error:
        # no network, a proxy's page instead of the file, a cut download, another file at its place
        reasons = "; ".join(error.reasons) if isinstance(error, DownloadError) else str(error)
        raise FileNotFoundError(
            f"the {what} could not be had ({textwrap.shorten(reasons, 400)}). Fetch {weights.url} on any machine, "
            f"check that its SHA-256 starts with {digest}, and put it at {place}; {instead}"
        ) from error


def _build(build, weights, place):
    torch.load(place, map_location="cpu", weights_only=True)  # torchvision's own reading runs what a pickle asks for
    return build(weights=weights, progress=False)


def _fetch_alone(wanted, place, weights):
    """Into torchvision's cache, where one of several processes fetches it and the others wait."""
    with alone(place.with_name(f".{place.name}.lock"), f"fetching {place.name}"):
        fetch(wanted, place, room=0 if place.exists() else int(weights.meta.get("_file_size", 0) * 1e6))
