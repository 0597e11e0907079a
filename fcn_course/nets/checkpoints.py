"""Checkpoints: what a run needs to go on, what a net needs to be used, and the one function that loads a net."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import nn

from fcn_course.data.normalisation import IMAGENET, Normalisation
from fcn_course.data.paths import weights_file
from fcn_course.data.writing import replacing
from fcn_course.nets.backbone import load_backbone, unwritten
from fcn_course.nets.fcn import FCN
from fcn_course.nets.reference import REFERENCES, load_reference

SHIPPED = "fcn8s_minivoc.safetensors"  # see data/weights/README.md


def save_checkpoint(path: str | Path, net: FCN, **extra) -> None:
    """Write weights, architecture and ``extra``, whole or not at all (:func:`~fcn_course.data.writing.replacing`)."""
    with replacing(path) as file:
        torch.save({**_described(net), **extra}, file)


def _described(net):
    about = {"architecture": net.architecture, "classes": list(net.classes), "trained_on": net.trained_on}
    return {"model": net.state_dict(), "normalisation": [list(values) for values in net.normalisation]} | about


def export_weights(path: str | Path, net: FCN, **about: str) -> None:
    """Write the net alone, in float16, as safetensors with its architecture in the header."""
    half = {key: value.half() if value.is_floating_point() else value for key, value in net.state_dict().items()}
    about_net = {name: json.dumps(value) for name, value in _described(net).items() if name != "model"}
    half = {key: value.cpu().contiguous() for key, value in half.items()}
    with replacing(path) as file:
        file.write(save(half, metadata={**about_net, **about}))


def read_checkpoint(path: str | Path) -> dict:
    """The contents of a checkpoint of this course: "model", "architecture" and more. Nothing in it is executed.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if the file is something else.
    """
    path = Path(path)
    if not path.is_file():
        mend = "`fcn-course doctor` says how to restore it" if path.name == SHIPPED else "`fcn-course train` makes one"
        raise FileNotFoundError(f"no checkpoint at {path}; {mend}")
    try:
        state = _read_safetensors(path) if path.suffix == ".safetensors" else torch.load(path, "cpu", weights_only=True)
    except Exception as error:  # each kind of broken file fails in its own way
        raise ValueError(f"{path} is no checkpoint ({type(error).__name__}); give the best.pt of a run") from error
    if not isinstance(state, dict) or not {"model", "architecture"} <= state.keys():
        raise ValueError(f"{path} holds no weights and architecture; give a best.pt or last.pt that this course wrote")
    return state


def load_net(which: str | Path = "minivoc") -> nn.Module:
    """A net ready to predict, whoever trained it.

    Args:
        which: ``"minivoc"``, the FCN-8s that ships, trained on the drawn world; a run's ``best.pt`` or ``last.pt``, or
            a file of :func:`export_weights`, built with the architecture that is written there; or one of
            :data:`~fcn_course.nets.reference.REFERENCES`, torchvision's own.

    Returns:
        An :class:`~fcn_course.nets.fcn.FCN`, or a :class:`~fcn_course.nets.reference.Reference`; both have ``classes``
        and turn normalised pictures ``(N, 3, H, W)`` into logits ``(N, num_classes, H, W)``.

    Raises:
        FileNotFoundError: if there is no such file, or torchvision's weights cannot be had.
        ValueError: if the file is something else.
    """
    if which in REFERENCES:
        return load_reference(which)
    state = read_checkpoint(weights_file(SHIPPED) if which == "minivoc" else which)
    architecture = dict(state["architecture"])  # an older file has fewer entries; the others were what is left out now
    name = architecture.pop("backbone")
    net = unwritten(lambda: FCN(load_backbone(name, None), **architecture))
    net.load_state_dict(state["model"])
    net.normalisation = _normalisation(state)
    net.classes, net.trained_on = tuple(state.get("classes") or net.classes), state.get("trained_on", "")
    return net.eval()


def restore(net: FCN, path: str | Path, state: dict | None = None) -> dict:
    """Load a checkpoint's weights into ``net`` and return all that is in it (``state``, if it was read before).

    Raises:
        ValueError: if the checkpoint is another architecture's.
    """
    state = state or read_checkpoint(path)
    theirs = {"alignment": "book", "skip_scales": [1.0, 1.0], "normalisation": _normalisation(state)}
    theirs, ours = {**theirs, **state["architecture"]}, {**net.architecture, "normalisation": net.normalisation}
    different = [f"{key} {theirs.get(key)!r} instead of {ours[key]!r}" for key in ours if theirs.get(key) != ours[key]]
    if different:
        raise ValueError(
            f"{path} is a checkpoint of another architecture: {', '.join(different)}; build the net with these values, "
            "or load it as it is with load_net"
        )
    net.load_state_dict(state["model"])
    return state


def _normalisation(state):
    return Normalisation(*map(tuple, state.get("normalisation", IMAGENET)))  # files from before it know no other


def _read_safetensors(path):
    with safe_open(path, "pt") as file:
        model = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118  (it is no dict)
        return {"model": model} | {
            name: json.loads(file.metadata()[name])
            for name in ("architecture", "classes", "trained_on", "normalisation")
            if name in file.metadata()
        }
