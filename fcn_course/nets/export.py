"""An FCN as one ONNX file, which runs where there is neither torch nor this course.

All that a program needs to use it, here in Python:

    import json
    import numpy as np
    import onnxruntime
    from PIL import Image, ImageOps

    picture = ImageOps.exif_transpose(Image.open("a.jpg")).convert("RGB")  # upright, as a viewer shows it
    image = np.asarray(picture).transpose(2, 0, 1)[None]  # uint8 (1, 3, H, W)
    session = onnxruntime.InferenceSession("net.onnx")
    mask = session.run(["logits"], {"image": image})[0][0].argmax(0)  # (H, W)
    names = json.loads(session.get_modelmeta().custom_metadata_map["classes"])
"""

from __future__ import annotations

import importlib
import json
import os
import warnings
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from fcn_course import __version__
from fcn_course.data.labels import VOID
from fcn_course.data.normalisation import normalise
from fcn_course.nets.fcn import FCN

CHECK_SIZES = ((320, 480), (375, 500), (33, 47), (64, 64))
TOLERANCE = 1e-4  # of the largest logit; float32 sums in another order differ by some 1e-6 of it


class Check(NamedTuple):
    """How the file and the net agree on random pictures of one size."""

    shape: tuple[int, int, int]  # pictures, height, width
    difference: float  # the largest between two logits
    largest: float  # the largest logit, either sign
    agreement: float  # share of the pixels that both give to one class


def export_onnx(
    net: FCN,
    path: str | Path,
    *,
    check_sizes: Sequence[tuple[int, int]] = CHECK_SIZES,
    tolerance: float = TOLERANCE,
    seed: int = 0,
) -> tuple[Check, ...]:
    """Write a net as one ONNX file, then run the file beside the net and compare.

    The graph's input ``image`` is uint8 ``(N, 3, H, W)``, RGB as read from a file: normalising is in the graph. Its
    output ``logits`` is float32 ``(N, C, H, W)``. N, H and W are free. The names of the classes, void, the
    architecture and both tensors are described in the file's metadata.

    Args:
        net: is left on the CPU and in ``eval`` mode.
        path: must end in ``.onnx``; the file takes its place when it is whole and has passed, not before.
        check_sizes: (height, width) of the random pictures that both must agree on; the last as a batch of two.
        tolerance: how far logits may differ, as a part of the largest of them.

    Returns:
        What was found for each of ``check_sizes``.

    Raises:
        ValueError: for a path or a size that cannot be used, if a package of the extra ``export`` is missing, or if
            file and net differ by more than ``tolerance``.
    """
    path = Path(path)
    if path.is_dir():
        raise ValueError(f"{path} is a folder; give the file's name too, say {path / 'net.onnx'}")
    if path.suffix != ".onnx":
        raise ValueError(f"the file's name must end in .onnx, got {path}")
    _check_sizes(check_sizes)
    if not isinstance(net, FCN):
        raise ValueError(f"an FCN of this course is exported, got a {type(net).__name__}; give the best.pt of a run")
    _need_packages()
    import onnx

    net.cpu().eval()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    try:
        _program(net).save(beside, external_data=False)
        onnx.checker.check_model(beside, full_check=True)
        checks = compare(net, beside, check_sizes, seed)
        for check in checks:
            if not check.difference <= tolerance * check.largest:  # written so that it stops NaN too
                raise ValueError(
                    f"{path} was not written: on {' x '.join(map(str, check.shape))} (pictures, height, width) the "
                    f"file's logits differ from the net's by up to {check.difference:.2g}, of a largest logit of "
                    f"{check.largest:.2g}, and {tolerance:g} of that is allowed; are all weights of the net finite?"
                )
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return checks


@torch.no_grad()
def compare(net: FCN, path: str | Path, sizes: Sequence[tuple[int, int]], seed: int = 0) -> tuple[Check, ...]:
    """Run an ONNX file and a net, on the CPU, on random pictures of these (height, width); the last size twice."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    generator = torch.Generator().manual_seed(seed)
    checks = []
    for index, (height, width) in enumerate(sizes, 1):
        shape = (2 if index == len(sizes) else 1, 3, height, width)
        images = torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)
        ours = net(normalise(images, net))
        theirs = torch.from_numpy(session.run(["logits"], {"image": images.numpy()})[0])
        if theirs.shape != ours.shape:
            raise ValueError(f"{path} gives logits {tuple(theirs.shape)} where the net gives {tuple(ours.shape)}")
        difference, largest = (ours - theirs).abs().max().item(), ours.abs().max().item()
        agreement = (ours.argmax(1) == theirs.argmax(1)).double().mean().item()
        checks.append(Check((shape[0], height, width), difference, largest, agreement))
    return tuple(checks)


class _FromPixels(nn.Module):
    """The net with normalising in front, written anew: ``normalise`` keeps its tensors outside of a graph."""

    def __init__(self, net):
        super().__init__()
        self.net = net
        for name, values in net.normalisation._asdict().items():
            self.register_buffer(name, torch.tensor(values).view(3, 1, 1))

    def forward(self, image: Tensor) -> Tensor:
        return self.net((image.float() / 255 - self.mean) / self.std)


@torch.no_grad()
def _program(net):
    from onnxscript import ir

    with warnings.catch_warnings(), _out_of_place(net):
        warnings.simplefilter("ignore")  # of torch about itself
        program = torch.onnx.export(
            _FromPixels(net).eval(),
            (torch.zeros(2, 3, 197, 331, dtype=torch.uint8),),  # an example; its sizes are in the graph nowhere
            dynamo=True,
            dynamic_shapes={"image": {0: "N", 2: "H", 3: "W"}},
            input_names=["image"],
            output_names=["logits"],
            verbose=False,
        )
    graph = program.model.graph
    # the exporter writes each crop's formula here; what comes out is always the picture's size
    graph.outputs[0].shape = ir.Shape(["N", net.num_classes, "H", "W"])
    for part in (graph, *graph.inputs, *graph.outputs, *graph.all_nodes()):
        part.metadata_props.clear()  # source lines, with the folders of the machine on which it was exported
    program.model.metadata_props.update(
        project=f"fcn-course {__version__}",
        classes=json.dumps(net.classes),
        void=str(VOID),
        architecture=json.dumps(net.architecture),
        input="image: uint8 (N, 3, H, W), RGB, upright, 0 to 255 as read from a file; N, H and W are free",
        output="logits: float32 (N, C, H, W); the arg max over C is the mask of class indices",
    )
    return program


@contextmanager
def _out_of_place(net):
    """Within, no activation writes over its input: undoing that takes torch's exporter as long as all the rest."""
    layers = [layer for layer in net.modules() if getattr(layer, "inplace", False)]
    for layer in layers:
        layer.inplace = False
    try:
        yield
    finally:
        for layer in layers:
            layer.inplace = True


def _need_packages():
    try:
        for name in ("onnx", "onnxruntime", "onnxscript"):  # torch's exporter uses the last
            importlib.import_module(name)
    except ImportError as error:
        raise ValueError(
            f'exporting needs onnx, onnxruntime and onnxscript ({error}); `pip install "fcn-course[export]"` or, in a '
            "checkout, `uv sync --extra export` brings them"
        ) from error


def _check_sizes(sizes):
    if not sizes:
        raise ValueError("give at least one size (height, width) on which the file is checked")
    for height, width in sizes:
        if min(height, width) < 1:
            raise ValueError(f"a picture of {height} x {width} has no pixels; both sides must be at least 1")
