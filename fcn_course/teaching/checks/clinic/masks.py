"""Mended code that gives masks: a net's answer, and a file's labels."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from fcn_course.data.labels import VOID, palette_image, voc_colour
from fcn_course.teaching.checks.advice import Advice, as_text
from fcn_course.teaching.checks.clinic.patients import SAME
from fcn_course.teaching.checks.functions import all_close, check_tensor, try_function, try_in_place


def predict_masks(answer: Any, seed: int = 0) -> Advice:
    """A function of a net and pictures; the masks must not depend on the company, the net must stay as it came."""
    hint = "Give masks (N, H, W) of class numbers; the net comes in either mode."
    rng = torch.Generator().manual_seed(seed)
    net = nn.Sequential(nn.Conv2d(3, 6, 1), nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 5, 1))
    with torch.no_grad():
        for values in net.state_dict().values():
            if values.is_floating_point():
                values.normal_(generator=rng)
        net[1].running_var.uniform_(0.5, 2, generator=rng)
    images = torch.randint(256, (3, 3, 8, 12), generator=rng, dtype=torch.uint8)
    images[1] = images[1] // 4  # a dark picture, so that batches differ
    images[2] = 255 - images[2] // 4
    state = {name: value.clone() for name, value in net.state_dict().items()}

    def given(mode):
        net.load_state_dict(state)
        return try_in_place(answer, net.train(mode), images.clone(), hint=hint)

    masks, advice = given(False)
    left_training = net.training
    if advice is None:
        masks, advice = given(True)
    if advice is not None:
        return advice
    mode, changed = net.training, any(not torch.equal(value, state[name]) for name, value in net.state_dict().items())
    together = _masks_of(net, images, state, True)
    slips = [
        (
            torch.cat([_masks_of(net, image[None], state, True) for image in images]),
            "One by one, companions no longer "
            "matter. But each picture is still measured by its own mean and spread, not by those that training stored.",
        ),
        (
            _masks_of(net, images, state, False, raw=True),
            "The mode is right now, but the pictures go in as they are in their files. `normalise` must stay.",
        ),
    ]
    if isinstance(masks, torch.Tensor) and masks.dim() == 4:
        return Advice(False, f"These are scores, {tuple(masks.shape)}. Keep `.argmax(1)`: one class for each pixel.")
    if (advice := check_tensor(masks, (3, 8, 12), hint)) is not None:
        return advice
    if all_close(masks, together):
        if changed or mode:
            return Advice(None, f"Not answered yet. {SAME} Its net arrives in training mode. {hint}")
        return Advice(
            False,
            "The net itself says it is in `eval` mode, but its layers are not: the mask still depends "
            "on the batch. Call `net.eval()`, which tells all layers.",
        )
    for wrong, text in slips:
        if all_close(masks, wrong):
            return Advice(False, text)
    if not all_close(masks, _masks_of(net, images, state, False)):
        return Advice(False, f"These masks are not those of the net with its stored mean and spread. {hint}")
    if changed:
        return Advice(
            False,
            "The masks are right, but the net is another one afterwards: its stored mean and spread "
            "moved. Some pass through it still ran in training mode.",
        )
    if not mode:
        return Advice(
            False,
            "The masks are right. But the net came in training mode and leaves in `eval` mode: if its "
            "training goes on now, batch normalisation no longer learns. "
            "Note `net.training` first, and give it back with `net.train(…)`.",
        )
    if left_training:
        return Advice(
            False,
            "The masks are right. But a net that came in `eval` mode leaves in training mode: the next "
            "one who asks it falls ill. Give back the mode that you found.",
        )
    return Advice(
        True,
        "Right. Each picture is measured by the mean and spread that training stored, so its mask is "
        "its own; and the net goes as it came.",
    )


def _masks_of(net, images, state, training, raw=False):
    from fcn_course.data.normalisation import normalise

    net.load_state_dict(state)
    with torch.no_grad():
        return net.train(training)(images.float() if raw else normalise(images)).argmax(1)


def read_labels(answer: Any, classes: tuple[int, ...] = (0, 1, 4, 15, 20)) -> Advice:
    """A function of a file's path; it is given a small palette PNG."""
    hint = "Give an int64 tensor (H, W): the numbers 0 to 20, and 255 where void, that the file holds."
    rows = [[number] * 7 for number in classes] + [[VOID] * 7]
    truth = torch.tensor(rows)
    truth[:, -1] = classes[-1]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mask.png"
        palette_image(truth.numpy()).save(path)
        value, advice = try_function(answer, path, hint=hint)
    if advice is not None:
        return advice
    if isinstance(value, np.ndarray) and value.dtype != object:
        return Advice(False, f"That is an array of NumPy's; the loss wants a tensor. {hint}")
    colours = torch.tensor([voc_colour(number) for number in range(256)])
    grey = (colours.double() @ torch.tensor([299, 587, 114]).double() / 1000).round().long()[truth]
    if isinstance(value, torch.Tensor) and 3 in value.shape and value.dim() == 3:
        return Advice(
            False,
            f"Three planes, {tuple(value.shape)}: these are colours. A mask holds one number a pixel, "
            "and the file has it, if nobody asks for colours.",
        )
    if (advice := check_tensor(value, tuple(truth.shape), hint)) is not None:
        return advice
    if all_close(value, truth):
        if value.dtype != torch.int64:
            return Advice(False, f"The numbers are right. But `cross_entropy` wants them as int64, not {value.dtype}.")
        return Advice(
            True, f"Right. The file is of mode P: its pixels are {_listed(truth)}, and the palette is there for people."
        )
    boat = f"A boat, {voc_colour(4)}, became {grey[truth == 4][0].item()}" if 4 in classes else "Look at the numbers"
    if all_close(value, grey.where(grey <= 20, VOID)):
        return Advice(None, f"Not answered yet. {SAME} From a file with {_listed(truth)} it reads {_listed(value)}.")
    slips = [
        (grey, f"That is grey, {_listed(grey)}: the palette was applied, and the numbers are gone. {boat}."),
        (
            truth.where(truth != VOID, 0),
            "The classes are right, but void has become 0, background. That is another patient's illness.",
        ),
        (truth.where(truth != VOID, 20), "The classes are right, but void has become 20, a screen. Leave it 255."),
        (colours[truth][..., 0], "That is the red plane of the colours. The numbers are in the file itself."),
        (
            truth.unique(return_inverse=True)[1],
            "The classes were numbered anew, in the order in which this file has "
            "them. In the next file the same number will be another class.",
        ),
        ((truth - 1) % 256, "One too low: these masks count background as 0, not as nothing."),
    ]
    for wrong, text in slips:
        if all_close(value, wrong):
            return Advice(False, text)
    return Advice(False, f"The file holds {_listed(truth)}; yours reads {_listed(value)}. {hint}")


def _listed(labels):
    return as_text(sorted(set(labels.flatten().tolist())))
