"""Which device to compute on, and in which number format it is quick."""

from __future__ import annotations

import time
from functools import cache

import torch


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


def autocast(device: torch.device, precision: str = "auto") -> torch.autocast:
    """The context in which a net computes: bfloat16 where asked for or, with ``"auto"``, where it is quicker.

    Raises:
        ValueError: for a precision other than "auto", "float32" or "bfloat16".
    """
    if precision not in ("auto", "float32", "bfloat16"):
        raise ValueError(f'precision must be "auto", "float32" or "bfloat16", got {precision!r}')
    bf16 = precision == "bfloat16" or (precision == "auto" and bfloat16_is_quicker(device.type))
    return torch.autocast(device.type, torch.bfloat16, enabled=bf16)


@cache
def bfloat16_is_quicker(device_type: str) -> bool:
    """On CUDA: if the chip has bfloat16. On a CPU it is measured on one convolution (0.2 s, once a process)."""
    if device_type == "cuda":
        return torch.cuda.is_bf16_supported()
    if device_type != "cpu":
        return False
    x, w = torch.randn(4, 64, 80, 120), torch.randn(64, 64, 3, 3)

    def best_of(dtype, tries=4):
        a, b = x.to(dtype), w.to(dtype)
        times = []
        for _ in range(tries):
            start = time.perf_counter()
            torch.nn.functional.conv2d(a, b, padding=1)
            times.append(time.perf_counter() - start)
        return min(times)

    with torch.no_grad():
        return best_of(torch.bfloat16) < 0.8 * best_of(torch.float32)
