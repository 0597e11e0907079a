"""A file of weights as somebody might send it who wants to get in: loading it would write a file."""

import pickle
from pathlib import Path

import torch


class Command:
    """What a pickle of this would do when it is read, without more ado: write ``trace``."""

    def __init__(self, trace: Path):
        self.trace = trace

    def __reduce__(self):
        return (Path.touch, (self.trace,))


def write_zipped(path: Path, trace: Path) -> None:
    """As torch saves now: an archive in which a pickle lies. The rest of it looks like a checkpoint of the course."""
    state = {"model": {"weight": torch.zeros(1)}, "architecture": {"backbone": "resnet18"}, "more": Command(trace)}
    torch.save(state, path)


def write_old(path: Path, trace: Path) -> None:
    """As torch saved before 2020: pickles in a row."""
    torch.save({"model": Command(trace)}, path, _use_new_zipfile_serialization=False)


def write_plain(path: Path, trace: Path) -> None:
    """A bare pickle."""
    path.write_bytes(pickle.dumps(Command(trace), protocol=2))


WAYS = {"zipped": write_zipped, "old": write_old, "plain": write_plain}
