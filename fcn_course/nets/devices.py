"""Which device to compute on, and in which number format it is quick."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch
from torch import nn


def choose_device(wanted: str | torch.device | None = None) -> torch.device:
    """``wanted``, or the best there is: CUDA, then Apple's MPS, then the CPU.

    Raises:
        ValueError: if ``wanted`` is a device that this machine has not.
    """
    if wanted is None:
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(wanted)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        first = str(error).splitlines()[0]
        raise ValueError(f'device {wanted!r} cannot be used here ({first}); leave it out or take "cpu"') from error
    return device


def describe_device(device: torch.device, precision: str = "auto") -> str:
    """What the course says aloud before it trains, for example ``"cpu in bfloat16"``."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else str(device)
    return f"{name} in {'bfloat16' if _bfloat16(device, precision) else 'float32'}"


def memory_format(device: torch.device) -> torch.memory_format:
    """How a batch of pictures lies in memory where convolutions are quickest: pixel by pixel, not plane by plane.

    Given such pictures, torch keeps all that it makes of them in this order too. Apple's MPS gains nothing by it.
    """
    return torch.contiguous_format if device.type == "mps" else torch.channels_last


def class_indices(scores: torch.Tensor, dim: int = 1) -> torch.Tensor:
    """The class with the highest score along ``dim``, of equal ones the first.

    These are ``argmax``'s. On a CPU ``max`` finds them in half the time; where scores lie plane by plane, a look for
    the highest and another for who has it find them in a sixth.
    """
    classes = scores.shape[dim]
    if scores.device.type == "cpu" and scores.stride(dim) > 1 and 0 < classes < 256:
        marks = torch.arange(classes, 0, -1, dtype=torch.uint8)  # the first class has the highest mark
        marks = marks.view(-1, *[1] * (scores.ndim - 1 - dim % scores.ndim))
        best = (scores == scores.amax(dim, keepdim=True)).view(torch.uint8).mul_(marks).amax(dim)
        if best.all():  # else nobody has the highest score, as it is NaN
            return classes - best.long()
    return scores.max(dim).indices


def autocast(device: torch.device, precision: str = "auto") -> torch.autocast:
    """The context in which a net computes: bfloat16 where asked for or, with ``"auto"``, where it is quicker.

    Raises:
        ValueError: for a precision other than "auto", "float32" or "bfloat16".
    """
    return torch.autocast(device.type, torch.bfloat16, enabled=_bfloat16(device, precision))


def _bfloat16(device, precision):
    if precision not in ("auto", "float32", "bfloat16"):
        raise ValueError(f'precision must be "auto", "float32" or "bfloat16", got {precision!r}')
    return precision == "bfloat16" or (precision == "auto" and bfloat16_is_quicker(device.type))


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error means that memory did not suffice: a GPU's, or the machine's, each told in words of its own."""
    told = isinstance(error, RuntimeError) and ("allocate memory" in str(error) or "out of memory" in str(error))
    return told or isinstance(error, (torch.OutOfMemoryError, MemoryError))


@contextmanager
def enough_memory(what: str) -> Iterator[None]:
    """Within, a failure for want of memory is a MemoryError that says of ``what``, and what to do."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise MemoryError(f"no memory left for {what}") from error


def compiled(net: nn.Module, device: torch.device) -> nn.Module:
    """``torch.compile(net)``, or ``net`` itself, with a warning, where compiling does not work.

    The first step takes a minute or two longer. Where there is no compiler for this device, training goes on without.
    """
    try:
        torch.compile(lambda x: x.sin() + 1)(torch.zeros(8, device=device))
    except Exception as error:  # whatever a toolchain that is missing or broken brings up
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        warnings.warn(f"torch.compile does not work here ({first}); training goes on without it", stacklevel=3)
        return net
    return torch.compile(net)


@cache
def bfloat16_is_quicker(device_type: str) -> bool:
    """On CUDA: if the chip has bfloat16. On a CPU it is measured on one convolution (0.2 s, once a process)."""
    if device_type == "cuda":
        return torch.cuda.is_bf16_supported()
    if device_type != "cpu":
        return False
    x, w = torch.randn(4, 64, 80, 120), torch.randn(64, 64, 3, 3)

    def ratio(x, tries=4):
        """The time in bfloat16 over that in float32, of the quickest try each."""
        quickest = []
        for dtype in (torch.bfloat16, torch.float32):
            a, b, times = x.to(dtype), w.to(dtype), []
            for _ in range(tries):
                start = time.perf_counter()
                torch.nn.functional.conv2d(a, b, padding=1)
                times.append(time.perf_counter() - start)
            quickest.append(min(times))
        return quickest[0] / quickest[1]

    with torch.no_grad():
        # a processor without bfloat16 computes it piece by piece: seconds, were all of x tried
        return ratio(x[:1, :, :20, :30]) < 5 and ratio(x) < 0.8
