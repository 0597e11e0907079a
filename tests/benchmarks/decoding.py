"""From a file's bytes to its pixels, by each library that could do it: milliseconds, and pixels that are not Pillow's.

    uv run python -m tests.benchmarks.decoding [--data FOLDER] [--rounds 5]

Each decodes all training pictures, then all their masks, in turns; the shortest round counts. PyTurboJPEG is not among
them: it binds a library that the system must bring.
"""

from __future__ import annotations

import argparse
import io
import zlib
from collections.abc import Callable
from unittest.mock import patch

import numpy as np
import torch
from PIL import Image
from simplejpeg import decode_jpeg

from fcn_course.data import masks
from fcn_course.data.datasets import open_voc
from tests.benchmarks.measure import alternate, describe_machine, seconds_of


def by_pillow(data: bytes) -> np.ndarray:
    return np.array(Image.open(io.BytesIO(data)))


def by_torchvision(data: bytes) -> np.ndarray:
    from torchvision.io import decode_jpeg as decode

    return decode(torch.frombuffer(bytearray(data), dtype=torch.uint8)).permute(1, 2, 0).numpy()


def by_simplejpeg(data: bytes) -> np.ndarray:
    return decode_jpeg(data, strict=True)


def by_zlib_ng(data: bytes) -> np.ndarray:
    """As the course reads a mask, its checksums compared."""
    return masks.stored_indices(Image.open(io.BytesIO(data)))


def by_zlib(data: bytes) -> np.ndarray:
    """The same by Python's own zlib."""
    with patch.object(masks, "zlib_ng", zlib):
        return by_zlib_ng(data)


Ways = dict[str, Callable[[bytes], np.ndarray]]
PICTURES: Ways = {"Pillow": by_pillow, "torchvision.io": by_torchvision, "simplejpeg": by_simplejpeg}
MASKS: Ways = {"Pillow": by_pillow, "zlib": by_zlib, "zlib-ng": by_zlib_ng}


def compare(ways: Ways, files: list[bytes], rounds: int) -> list[tuple[str, float, float, int]]:
    """For each way its name, milliseconds a file, how many times as quick as Pillow, and numbers that differ."""
    cpu = torch.device("cpu")
    work = {name: lambda way=way: seconds_of(lambda: [way(file) for file in files], cpu) for name, way in ways.items()}
    times = {name: 1000 * min(found) / len(files) for name, found in alternate(work, rounds).items()}
    truth = [by_pillow(file) for file in files]
    wrong = {
        name: sum(int((way(file) != right).sum()) for file, right in zip(files, truth, strict=True))
        for name, way in ways.items()
    }
    return [(name, times[name], times["Pillow"] / times[name], wrong[name]) for name in ways]


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="minivoc", help="a data set's name or folder")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args(arguments)
    dataset = open_voc(args.data)
    print(f"{describe_machine(torch.device('cpu'))}; {len(dataset)} pictures")
    for part, (what, ways) in enumerate({"picture": PICTURES, "mask": MASKS}.items()):
        files = [dataset.paths(index)[part].read_bytes() for index in range(len(dataset))]
        print(f"\n| library | ms a {what} | times as quick | numbers that differ |\n| --- | ---: | ---: | ---: |")
        for name, ms, times, wrong in compare(ways, files, args.rounds):
            print(f"| {name} | {ms:.2f} | {times:.2f} | {wrong} |")


if __name__ == "__main__":
    main()
