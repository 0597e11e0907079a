"""Time, arithmetic, and the best rate at which matrices are multiplied here."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from fcn_course.data.datasets import open_voc


def alternate(ways: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Run the ways one after another, ``rounds`` times over, and keep what each returned.

    In turns, so that a machine that slows down or is busy for a while slows all of them.
    """
    found = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            found[name].append(way())
    return found


def seconds_of(work: Callable[[], Any], device: torch.device, times: int = 1) -> float:
    """Seconds that one call takes, on average of ``times``; a GPU is waited for before and after."""
    wait_for(device)
    start = time.perf_counter()
    for _ in range(times):
        work()
    wait_for(device)
    return (time.perf_counter() - start) / times


def wait_for(device: torch.device) -> None:
    """Until all that was sent to the device is done."""
    if device.type != "cpu":
        getattr(torch, device.type).synchronize()


def read_once(folder: str | Path, splits: tuple[str, ...] = ("train", "val")) -> None:
    """Read every file, so that no side has to wait for the disk."""
    for split in splits:
        dataset = open_voc(folder, split)
        for index in range(len(dataset)):
            for path in dataset.paths(index):
                path.read_bytes()


def flops_of(work: Callable[[], Any]) -> int:
    """Floating point operations of the matrix products and convolutions in one call, forwards and backwards."""
    with FlopCounterMode(display=False) as counter:
        work()
    return counter.get_total_flops()


def matrix_rate(device: torch.device, dtype: torch.dtype, sizes: tuple[int, ...], patience: float = 1.0) -> float:
    """The best rate, in operations a second, at which square matrices of these sizes are multiplied.

    In float32 on a GPU as its convolutions compute by default: in TensorFloat-32.

    Args:
        sizes: smallest first.
        patience: seconds. A size whose product would take longer is not tried: a processor without bfloat16 needs
            minutes for what another does in a moment.
    """
    before, best, seconds, last = torch.get_float32_matmul_precision(), 0.0, 0.0, sizes[0]
    if device.type == "cuda" and torch.backends.cudnn.allow_tf32:
        torch.set_float32_matmul_precision("high")
    try:
        for size in sizes:
            if seconds * (size / last) ** 3 > patience:
                break
            seconds, last = _product_seconds(device, dtype, size), size
            best = max(best, 2 * size**3 / seconds)
    finally:
        torch.set_float32_matmul_precision(before)
    return best


def _product_seconds(device, dtype, size):
    a, b = (torch.randn(size, size, device=device, dtype=dtype) for _ in range(2))
    out = torch.mm(a, b)
    times = 10 if device.type == "cuda" else 1
    return min(seconds_of(lambda: torch.mm(a, b, out=out), device, times) for _ in range(3))


def describe_machine(device: torch.device) -> str:
    """Processor, cores, threads in use, memory, GPU if used, and torch's release."""
    parts = [_processor(), f"{os.cpu_count()} cores", f"{torch.get_num_threads()} in use"]
    if hasattr(os, "sysconf"):
        parts.append(f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB")
    if device.type == "cuda":
        parts.append(torch.cuda.get_device_name(device))
    return ", ".join([*parts, f"torch {torch.__version__}"])


def _processor():
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    if sys.platform == "darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    return platform.processor() or platform.machine()
