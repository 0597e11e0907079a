"""Weights from files and from torchvision, and what is said when they cannot be had. Nothing in them is executed."""

from __future__ import annotations

import json
import pickle
import textwrap
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor, nn

from fcn_course.data.download import DownloadError, Wanted, alone, fetch

BROKEN = (OSError, RuntimeError, EOFError, pickle.UnpicklingError)  # what torch raises for a half or another file


NESTED = ("state_dict", "model_state_dict", "model")  # under which training scripts keep the weights
PREFIXES = ("module.", "_orig_mod.")  # before each name: DataParallel's, torch.compile's


def read_weights(path: str | Path) -> dict[str, Tensor]:
    """A state dict from a .safetensors, .pt or .pth file, in float32; see :func:`read_state`."""
    return read_state(path)[0]


def read_state(path: str | Path) -> tuple[dict[str, Tensor], str]:
    """A state dict in float32 and, if this course wrote it, the name of its backbone.

    What training scripts write is taken too: a state dict inside ``state_dict``, ``model`` or ``model_state_dict``, and
    one with ``module.`` before each name. Nothing in the file is executed.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if the file is something else.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f'no weights at {path}; give the path of a state dict, "minivoc", "imagenet" or None')
    try:
        content, about = _content(path)
    except Exception as error:  # each format fails in its own way; all mean the same to the reader
        more = "; give one that torch.save(net.state_dict(), path) wrote: whatever else is pickled could run code"
        more = more if isinstance(error, pickle.UnpicklingError) else ""
        raise ValueError(f"{path} is no readable file of weights ({type(error).__name__}){more}") from error
    inside = next(
        (content[name] for name in NESTED if isinstance(content, dict) and _is_state(content.get(name))), None
    )
    state = content if inside is None else inside
    if not _is_state(state):
        found = f"; what it holds is called {', '.join(map(repr, [*content][:5]))}" if isinstance(content, dict) else ""
        raise ValueError(
            f"{path} holds no plain state dict of tensors; save one with torch.save(net.state_dict(), path){found}"
        )
    backbone = about.get("backbone", "") if isinstance(about, dict) else ""
    state = {_bare(key): value for key, value in state.items()}
    return {key: value.float() if value.is_floating_point() else value for key, value in state.items()}, backbone


def _content(path):
    """What the file holds, and this course's description of the net, if there is one."""
    if path.suffix != ".safetensors":
        content = torch.load(path, map_location="cpu", weights_only=True)
        return content, content.get("architecture") if isinstance(content, dict) else None
    with safe_open(path, "pt") as file:
        about = json.loads((file.metadata() or {}).get("architecture", "null"))
    return load_file(path), about


def _is_state(value):
    tensors = isinstance(value, dict) and all(isinstance(part, Tensor) for part in value.values())
    return tensors and len(value) > 0


def _bare(key):
    while prefix := next((prefix for prefix in PREFIXES if key.startswith(prefix)), None):
        key = key.removeprefix(prefix)
    return key


def misfits(net: nn.Module, state: dict[str, Tensor]) -> str:
    """In what a state dict is not this net's, in words: what lacks, what is strange, what has another shape."""
    own = {key: value for key, value in net.state_dict().items() if not key.endswith("num_batches_tracked")}
    state = {key: value for key, value in state.items() if not key.endswith("num_batches_tracked")}
    parts = []
    for kind, keys in (
        ("missing", [key for key in own if key not in state]),
        ("unknown to it", [key for key in state if key not in own]),
        ("of another shape", [key for key in own if key in state and state[key].shape != own[key].shape]),
    ):
        if keys:
            parts.append(f"{len(keys)} {kind} ({textwrap.shorten(', '.join(keys), 80, placeholder=' ...')})")
    return f"of its {len(own)} tensors, " + "; ".join(parts)


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
