"""Train the backbone that ships: a ResNet-18 that names the object in drawn pictures, from random weights.

    python data/weights/train_resnet18_minivoc.py --out data/weights/resnet18_minivoc.safetensors

The pictures hold objects of one class each. Their seeds begin with SET, which no segmentation set uses, so no picture
of the course's data set is among them. They are drawn once into --cache and then cut and mirrored anew in every epoch.
"""

from __future__ import annotations

import argparse
import math
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torchvision
from safetensors.torch import save_file
from torch.nn import functional as F
from torchvision.transforms import v2
from tqdm.auto import tqdm

from fcn_course.data import VOC_CLASSES, normalise
from fcn_course.data.minivoc import draw_picture
from fcn_course.nets.devices import autocast

SET = 18_012  # first number of every picture's seed here; segmentation sets begin with their own seed
SIDE = 224  # pixels of a drawn picture
NAMES = VOC_CLASSES[1:]


def draw(part: int, index: int) -> np.ndarray:
    """Picture ``index`` of part 0 (train) or 1 (held out), uint8 (SIDE, SIDE, 3); its class is index modulo 20."""
    return np.asarray(draw_picture([SET, part, index], NAMES[index % 20], (SIDE, SIDE), company=False).image)


def pictures(cache: Path, part: int, count: int) -> torch.Tensor:
    """``count`` drawn pictures, uint8 (count, 3, SIDE, SIDE), from the cache if they are there."""
    path = cache / f"naming_{part}_{count}.npy"
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor() as pool:
            drawn = list(tqdm(pool.map(partial(draw, part), range(count), chunksize=20), f"drawing part {part}", count))
        np.save(path, np.stack(drawn))
    return torch.from_numpy(np.load(path)).permute(0, 3, 1, 2)


def accuracy(net, images, labels) -> float:
    """Top-1 on whole pictures."""
    net.eval()
    right = 0
    with torch.no_grad(), autocast(torch.device("cpu")):
        for i in range(0, len(images), 100):
            right += (net(normalise(images[i : i + 100])).argmax(1) == labels[i : i + 100]).sum().item()
    return right / len(images)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("data/naming"))
    parser.add_argument("--pictures", type=int, default=12_000)
    parser.add_argument("--held-out", type=int, default=1_000)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--side", type=int, default=160, help="pixels of a training window")
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    images, held_out = pictures(args.cache, 0, args.pictures), pictures(args.cache, 1, args.held_out)
    labels, held_labels = torch.arange(len(images)) % 20, torch.arange(len(held_out)) % 20
    torch.manual_seed(args.seed)
    net = torchvision.models.resnet18(num_classes=20).to(memory_format=torch.channels_last)
    optimiser = torch.optim.SGD(net.parameters(), args.lr, momentum=0.9, weight_decay=5e-4, nesterov=True)
    steps = args.epochs * (len(images) // args.batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, args.lr, total_steps=steps, pct_start=0.2)
    cut = v2.Compose(
        [
            v2.RandomResizedCrop(args.side, scale=(0.35, 1.0), ratio=(0.8, 1.25), antialias=True),
            v2.RandomHorizontalFlip(),
            v2.ColorJitter(0.2, 0.2, 0.2, 0.03),
        ]
    )
    start = time.perf_counter()
    for epoch in range(1, args.epochs + 1):
        net.train()
        total = 0.0
        order = torch.randperm(len(images))[: steps // args.epochs * args.batch_size].view(-1, args.batch_size)
        for batch in tqdm(order, f"epoch {epoch}/{args.epochs}"):
            x = normalise(torch.stack([cut(images[i]) for i in batch])).to(memory_format=torch.channels_last)
            optimiser.zero_grad()
            with autocast(torch.device("cpu")):
                logits = net(x)
            loss = F.cross_entropy(logits.float(), labels[batch], label_smoothing=0.1)
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        minutes = (time.perf_counter() - start) / 60
        top1 = accuracy(net, held_out, held_labels)
        loss = total / len(order)
        print(f"epoch {epoch}: loss {loss:.3f}, held-out top-1 {top1:.4f}, {minutes:.1f} minutes", flush=True)
        if not math.isfinite(total):
            raise SystemExit("the loss is not finite; take a smaller --lr")
    args.out.parent.mkdir(parents=True, exist_ok=True)
    half = {k: (v.half() if v.is_floating_point() else v).contiguous() for k, v in net.state_dict().items()}
    save_file(half, args.out, metadata={"classes": ",".join(NAMES), "held_out_top1": f"{top1:.4f}"})
    net.load_state_dict(half)
    print(f"as saved in float16: held-out top-1 {accuracy(net, held_out, held_labels):.4f}")


if __name__ == "__main__":
    main()
