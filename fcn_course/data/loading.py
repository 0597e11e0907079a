"""From a data set to batches: a cache for its pictures, the order of an epoch, loaders for training and scoring."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler
from tqdm.auto import tqdm

from fcn_course.data.crops import RandomCrops
from fcn_course.data.voc import read_uint8


class Cached(Dataset):
    """All pictures and masks of a data set, decoded once, as uint8 in two blocks of memory.

    A picture of VOC takes 0.75 MB, VOC's train split 1.1 GB, a float32 copy with an int64 mask would take five times as
    much. On a GPU the crops and flips are cut there as well, and nothing travels any more.

    Args:
        dataset: any map-style data set of ``(image, mask)`` with classes up to 255.
        device: where the blocks lie.
    """

    def __init__(self, dataset: Dataset, device: str | torch.device = "cpu", progress: bool = True):
        number, sized = len(dataset), hasattr(dataset, "size")
        # decoding does not hold Python's lock; what stands around it does, a third of the time
        with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
            # what tells its sizes beforehand is decoded straight into its place
            pairs = None if sized else list(pool.map(lambda index: read_uint8(dataset, index), range(number)))
            self.sizes = [dataset.size(i) if sized else tuple(pairs[i][1].shape) for i in range(number)]
            self.starts = [0, *torch.tensor([h * w for h, w in self.sizes]).cumsum(0).tolist()]
            self.pixels = torch.empty(3 * self.starts[-1], dtype=torch.uint8)
            self.indices = torch.empty(self.starts[-1], dtype=torch.uint8)
            filling = pool.map(
                lambda index: self._fill(index, *(read_uint8(dataset, index) if sized else pairs[index])),
                range(number),
            )
            for _ in tqdm(filling, "caching", total=number, leave=False, disable=not progress):
                pass
        self.pixels, self.indices = self.pixels.to(device), self.indices.to(device)

    def __len__(self) -> int:
        return len(self.sizes)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        image, mask = self.read(index)
        return image, mask.long()

    def read(self, index: int) -> tuple[Tensor, Tensor]:
        """Views of picture ``(3, H, W)`` and mask ``(H, W)``, uint8; write into neither."""
        start, end = self.starts[index], self.starts[index + 1]
        image = self.pixels[3 * start : 3 * end].view(*self.sizes[index], 3).permute(2, 0, 1)
        return image, self.indices[start:end].view(self.sizes[index])

    def size(self, index: int) -> tuple[int, int]:
        """(height, width) of a picture."""
        return self.sizes[index]

    def _fill(self, index, image, mask):
        if image.dtype != torch.uint8 or not 0 <= int(mask.min()) <= int(mask.max()) <= 255:
            raise ValueError(
                f"picture {index} is {image.dtype} with mask indices from {mask.min()} to {mask.max()}; a cache holds "
                "uint8 pictures and indices from 0 to 255: hand over pictures as they are read, or leave the cache out"
            )
        for place, pixels in zip(self.read(index), (image, mask), strict=True):
            place.copy_(pixels)


class EpochBatches(Sampler):
    """The batches of one epoch after another: all pictures, in an order that depends on seed and ``epoch`` alone.

    Each batch is a list of ``(index, epoch)``, for :class:`~fcn_course.data.crops.RandomCrops`. Of several processes
    each gets every ``count``-th picture of a batch, all equally many: where one comes too short, the batch's first is
    repeated at the end (see :meth:`own_pictures`).

    Attributes:
        epoch: number of the epoch.
        start: how many batches of it are already done.
    """

    def __init__(self, length: int, batch_size: int, seed: int = 0, rank: int = 0, count: int = 1):
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        if batch_size < count:
            raise ValueError(f"a batch of {batch_size} cannot be shared by {count} processes; make it at least {count}")
        self.length, self.batch_size, self.seed, self.rank, self.count = length, batch_size, seed, rank, count
        self.epoch, self.start = 0, 0

    def __len__(self) -> int:
        return -(-self.length // self.batch_size)

    def pictures(self, number: int) -> int:
        """How many pictures batch ``number`` of an epoch holds, from 0, of all processes together."""
        return min(self.batch_size, self.length - number * self.batch_size)

    def own_pictures(self, number: int) -> int:
        """How many of them are this process's own; what it gets beyond them is repeated and must not count."""
        return len(range(self.rank, self.pictures(number), self.count))

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + self.epoch)
        order = torch.randperm(self.length, generator=generator).tolist()
        for first in range(self.start * self.batch_size, self.length, self.batch_size):
            batch = order[first : first + self.batch_size]
            own = batch[self.rank :: self.count]
            own += batch[:1] * (-(-len(batch) // self.count) - len(own))
            yield [(index, self.epoch) for index in own]


def training_loader(crops: RandomCrops, batches: EpochBatches, workers: int, device: torch.device) -> DataLoader:
    """Batches of random windows; its workers live as long as the loader does, and draw no random number of ours."""
    return DataLoader(
        crops,
        batch_sampler=batches,
        num_workers=workers,
        persistent_workers=workers > 0,
        pin_memory=device.type == "cuda" and not _on_gpu(crops.dataset),
        generator=torch.Generator(),
    )


def batches_of(loader: DataLoader) -> Iterator:
    """The loader's batches, once through; if not all are taken, or one fails, its workers end at once.

    Otherwise they live as long as the error's traceback, which a notebook keeps, and Python's search for garbage then
    waits five seconds for each of them.
    """
    batches = iter(loader)
    try:
        yield from batches
    except BaseException:  # Ctrl-C, and that nobody takes the next one, too
        getattr(batches, "_shutdown_workers", lambda: None)()  # torch has no public name for it
        loader._iterator = None  # persistent workers would be asked again; whoever goes on gets new ones
        raise


def evaluation_batches(
    dataset: Dataset, batch_size: int, workers: int, device: torch.device, rank: int = 0, count: int = 1
) -> Iterator[tuple[Tensor, Tensor]]:
    """Whole pictures of one size at a time, ``(n, 3, H, W)`` and ``(n, H, W)`` with n up to ``batch_size``.

    Pictures of equal size are batched; none is padded, as this would change its scores near the border. Every picture
    comes once, to one of ``count`` processes.
    """
    order = list(range(len(dataset)))
    if batch_size > 1 and hasattr(dataset, "size"):
        order.sort(key=dataset.size)
    loader = DataLoader(
        _AsUint8(dataset),
        batch_size,
        sampler=order[rank::count],
        num_workers=workers,
        collate_fn=_same_sizes,
        pin_memory=device.type == "cuda" and not _on_gpu(dataset),
        generator=torch.Generator(),
    )
    for groups in batches_of(loader):
        yield from groups


class _AsUint8(Dataset):
    def __init__(self, dataset):
        self.dataset = dataset

    def __len__(self):
        return len(self.dataset)

    def __getitem__(self, index):
        return read_uint8(self.dataset, index)


def _same_sizes(pairs):
    groups = {}
    for image, mask in pairs:
        groups.setdefault(tuple(mask.shape), []).append((image, mask))
    return [tuple(torch.stack(part) for part in zip(*group, strict=True)) for group in groups.values()]


def _on_gpu(dataset):
    return isinstance(dataset, Cached) and dataset.pixels.device.type != "cpu"
