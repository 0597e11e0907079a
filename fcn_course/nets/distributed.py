"""Several processes, one net: what ``fit`` and ``evaluate`` need of ``torch.distributed``.

``torchrun`` starts the processes and tells each its number in the environment. Alone, everything here does nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn


@contextmanager
def process_group(device: torch.device) -> Iterator[None]:
    """Within, the processes that ``torchrun`` started know each other: NCCL between GPUs, gloo between CPUs.

    Raises:
        ValueError: if there are more processes on this machine than GPUs.
    """
    if int(os.environ.get("WORLD_SIZE", 1)) == 1 or dist.is_initialized():
        yield
        return
    if device.type == "cuda":
        local, gpus = int(os.environ["LOCAL_RANK"]), torch.cuda.device_count()
        if local >= gpus:
            raise ValueError(f"process {local} has no GPU, there are {gpus} here; set --nproc-per-node={gpus}")
        torch.cuda.set_device(local)  # from now on "cuda" means this one
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield
    finally:
        dist.destroy_process_group()


def world_size() -> int:
    """How many processes train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """The number of this process, from 0; the first one writes files and prints."""
    return dist.get_rank() if dist.is_initialized() else 0


def all_reduce(tensor: Tensor) -> Tensor:
    """The sum of all processes' tensors, on each of them."""
    if world_size() > 1:
        dist.all_reduce(tensor)
    return tensor


def broadcast(value: Any) -> Any:
    """The first process's value, on each of them."""
    if world_size() == 1:
        return value
    box = [value]
    dist.broadcast_object_list(box)
    return box[0]


def all_gather(value: Any) -> list:
    """Every process's value in the order of their numbers, on each of them."""
    if world_size() == 1:
        return [value]
    values = [None] * world_size()
    dist.all_gather_object(values, value)
    return values


@contextmanager
def main_process_first() -> Iterator[None]:
    """The first process does what stands within, then the others do: what it drew or fetched, they find."""
    if world_size() > 1 and rank() > 0:
        dist.barrier()
    try:
        yield
    finally:  # also when it failed: the others must not wait for ever
        if world_size() > 1 and rank() == 0:
            dist.barrier()


def data_parallel(net: nn.Module) -> nn.Module:
    """The net as one of several, whose gradients are averaged during ``backward``; alone, the net itself."""
    if world_size() == 1:
        return net
    return nn.parallel.DistributedDataParallel(net)


def sync_gradients(net: nn.Module, now: bool) -> AbstractContextManager:
    """Within, a ``backward`` of a wrapped net exchanges gradients, or leaves that to a later one."""
    return nullcontext() if now or world_size() == 1 else net.no_sync()


def broadcast_weights(net: nn.Module) -> None:
    """Give every process the first one's weights and running statistics."""
    if world_size() > 1:
        for tensor in net.state_dict().values():
            dist.broadcast(tensor, 0)
