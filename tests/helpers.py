"""What several tests make: masks, folders laid out like VOC, pictures of plain shapes, nets that say something."""

import numpy as np
import torch
from PIL import Image
from torch import nn

from fcn_course.backbone import Backbone
from fcn_course.fcn import FCN
from fcn_course.labels import PALETTE


def save_mask(path, indices):
    """Write class indices as VOC does: a palette PNG."""
    file = Image.fromarray(np.asarray(indices, np.uint8)).convert("L")
    file = Image.frombytes("P", file.size, file.tobytes())
    file.putpalette(PALETTE)
    file.save(path)


def make_voc(folder, **splits):
    """A folder laid out like VOC: ``splits`` names pictures and gives (image, mask) arrays for each."""
    for part in ("JPEGImages", "SegmentationClass", "ImageSets/Segmentation"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for split, pictures in splits.items():
        (folder / "ImageSets" / "Segmentation" / f"{split}.txt").write_text("".join(f"{name}\n" for name in pictures))
        for name, (image, mask) in pictures.items():
            Image.fromarray(image).save(folder / "JPEGImages" / f"{name}.jpg", quality=95)
            save_mask(folder / "SegmentationClass" / f"{name}.png", mask)
    return folder


def shapes_picture(rng, size=(48, 64)):
    """A red square, a green disc or a blue bar on grey noise, with void round it; classes 1, 2 and 3."""
    height, width = size
    image = rng.integers(90, 150, (height, width, 1)).repeat(3, 2)
    mask = np.zeros(size, np.uint8)
    kind = int(rng.integers(1, 4))
    y, x = int(rng.integers(14, height - 14)), int(rng.integers(14, width - 14))
    rows, columns = np.ogrid[:height, :width]
    away = {
        1: np.maximum(abs(rows - y), abs(columns - x)),
        2: np.hypot(rows - y, columns - x),
        3: np.maximum(2 * abs(rows - y), abs(columns - x)),
    }[kind]
    mask[away <= 12] = 255
    mask[away <= 11] = kind
    image[away <= 11] = 40
    image[away <= 11, kind - 1] = 220
    return image.astype(np.uint8), mask


def speak(net, seed=0, spread=0.1):
    """Give the score layers random weights: they start at zero, where many faults would not show."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in net.score.parameters():
            parameter.normal_(0, spread, generator=generator)
    return net.eval()


def narrow_fcn(seed=0, num_classes=4, stride=32, learned=False, norm=True, dropout=0.0):
    """An FCN on a ResNet of one block a stage and a quarter of the planes: quick, and checkpoints of 4 MB.

    Without ``norm`` nothing depends on how pictures are shared out in batches; with ``dropout`` much depends on torch's
    random numbers.
    """
    from torchvision.models.resnet import BasicBlock, ResNet

    class Narrow(ResNet):
        def _make_layer(self, block, planes, *args, **kwargs):
            return super()._make_layer(block, planes // 4, *args, **kwargs)

    torch.manual_seed(seed)
    options = {} if norm else {"norm_layer": lambda planes: nn.Identity()}
    net = FCN(
        Backbone(Narrow(BasicBlock, [1, 1, 1, 1], num_classes=5, **options), "small"), num_classes, stride, learned
    )
    if dropout:
        net.stages["stride32"].append(nn.Dropout(dropout))
    return net


def coordinates(height, width):
    """A picture and a mask whose pixels both say where they come from."""
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return torch.stack([y, x, torch.full_like(y, 7)]).to(torch.uint8), y * 1000 + x + 300
