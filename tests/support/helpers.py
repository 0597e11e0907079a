"""What several tests make: masks, folders laid out like VOC, pictures of plain shapes, nets that say something."""

from unittest.mock import patch

import numpy as np
import torch
from PIL import Image
from torch import nn

from fcn_course.data.labels import PALETTE
from fcn_course.nets import efficientnet_lite
from fcn_course.nets.backbone import Backbone
from fcn_course.nets.fcn import FCN


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


def narrow_vgg(seed=0, paper=False):
    """A backbone with VGG-16's layers and a sixteenth of its planes or fewer; its classifier names five things."""
    from torchvision.models.vgg import make_layers

    torch.manual_seed(seed)
    net = nn.Module()
    net.features = make_layers([4, 4, "M", 4, 4, "M", 6, 6, 6, "M", 8, 8, 8, "M", 8, 8, 8, "M"])
    fc6, fc7, fc8 = nn.Linear(8 * 49, 12), nn.Linear(12, 12), nn.Linear(12, 5)
    net.classifier = nn.Sequential(fc6, nn.ReLU(True), nn.Dropout(), fc7, nn.ReLU(True), nn.Dropout(), fc8)
    for layer in net.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(layer.weight)
    return Backbone(net, "vgg16_paper" if paper else "vgg16", paper)


def narrow_resnet(seed=0, bottleneck=False):
    """A backbone of one block a stage, as ResNet-18's or ResNet-50's, and an eighth of its planes.

    With fewer than 8 planes, training breaks the heap and ends the process: torch 2.15 on a processor with AVX2 and no
    AVX-512, in a convolution of kernel 1 and stride 2 (oneDNN 3.13).
    """
    from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

    class Narrow(ResNet):
        def _make_layer(self, block, planes, *args, **kwargs):
            return super()._make_layer(block, planes // 8, *args, **kwargs)

    torch.manual_seed(seed)
    net = Narrow(Bottleneck if bottleneck else BasicBlock, [1, 1, 1, 1], num_classes=5)
    net.fc = nn.Linear(net.inplanes, 5)
    return Backbone(net, "narrow")


def narrow_lite(seed=0):
    """A backbone with EfficientNet-Lite0's layers and an eighth of its planes, or 8; it names five things."""
    torch.manual_seed(seed)
    blocks = [(*row[:3], *(max(8, planes // 8) for planes in row[3:5]), row[5]) for row in efficientnet_lite.BLOCKS]
    with patch.object(efficientnet_lite, "BLOCKS", blocks):
        return Backbone(efficientnet_lite.efficientnet_lite0(5), "efficientnet_lite0")


def averaging(net):
    """Make every convolution an average and every maximum too: what a result looks at can then be read off a gradient.

    ReLU6 becomes ReLU: sums of averages grow.

    Returns the net in float64, so that centres come out to many digits.
    """
    with torch.no_grad():
        for layer in net.modules():
            for name, child in layer.named_children():
                if isinstance(child, nn.MaxPool2d):
                    options = {"ceil_mode": child.ceil_mode, "count_include_pad": True}
                    setattr(layer, name, nn.AvgPool2d(child.kernel_size, child.stride, child.padding, **options))
                elif isinstance(child, nn.ReLU6):
                    setattr(layer, name, nn.ReLU())
            if isinstance(layer, nn.Conv2d):
                layer.weight.fill_(1 / layer.weight[0].numel())
                if layer.bias is not None:
                    layer.bias.zero_()
    return net.double().eval()


def error_line(capsys, *arguments):
    """Run a command that must fail; return its one line, the last behind progress bars that wipe themselves out."""
    from fcn_course.cli import main

    assert main([str(argument) for argument in arguments]) == 2
    err = capsys.readouterr().err.split("\r")[-1]
    assert err.count("\n") == 1 and err.startswith(f"fcn-course {arguments[0]}: ")
    return err
