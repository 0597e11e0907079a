"""FCN-32s, FCN-16s and FCN-8s: a backbone, a 1x1 score layer for each stride, and bilinear steps back up.

Long, Shelhamer, Darrell, "Fully convolutional networks for semantic segmentation", CVPR 2015, sections 3 and 4; the
32s is D2L 14.11's. Shapes of FCN-8s on a picture of 320 x 480 with ResNet-18:

    stride 32   (N, 512, 10, 15) -> score (N, 21, 10, 15)
    stride 16   (N, 256, 20, 30) -> score (N, 21, 20, 30)  + 2 x the one above
    stride  8   (N, 128, 40, 60) -> score (N, 21, 40, 60)  + 2 x the one above
    8 x         (N, 21, 320, 480)
"""

from __future__ import annotations

from pathlib import Path

from torch import Tensor, nn

from fcn_course.backbone import Backbone, load_backbone, run_stages
from fcn_course.bilinear import bilinear_upsampling

FUSED = {32: (32,), 16: (32, 16), 8: (32, 16, 8)}  # which stages are scored, coarsest first


class FCN(nn.Module):
    """A fully convolutional net that gives a picture's size back, whatever it is.

    Args:
        backbone: a module whose stages are named by stride, see :class:`fcn_course.backbone.Backbone`.
        num_classes: planes of the result, background included.
        stride: 32, 16 or 8: the finest stage that is scored.
        learned: False enlarges bilinearly for good, as the paper's released nets do, by torch's own ``nn.Upsample``
            (equal to :class:`fcn_course.bilinear.FrozenBilinear` and quicker); True is the book's dense transposed
            convolution, which starts there and learns.

    Score layers start at zero: the net begins by saying nothing (loss ln 21), and a skip begins by adding nothing.

    Shape: normalised pictures ``(N, 3, H, W)`` -> logits ``(N, num_classes, H, W)`` for every H and W.
    """

    def __init__(self, backbone: Backbone, num_classes: int = 21, stride: int = 32, learned: bool = False):
        super().__init__()
        if stride not in FUSED:
            raise ValueError(f"stride must be 32, 16 or 8, got {stride!r}")
        if num_classes < 1:
            raise ValueError(f"num_classes must be at least 1, got {num_classes}")
        self.backbone_name, self.num_classes, self.stride, self.learned = backbone.name, num_classes, stride, learned
        self.stages = backbone.stages  # shared with the backbone; its classifier stays behind
        self.score = nn.ModuleDict()
        for s in FUSED[stride]:
            layer = nn.Conv2d(backbone.channels[s], num_classes, kernel_size=1)
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
            self.score[f"stride{s}"] = layer
        self.twice = nn.ModuleDict({f"stride{s}": self._enlarge(2) for s in FUSED[stride][1:]})
        self.enlarge = self._enlarge(stride)

    def forward(self, x: Tensor, coarse: bool = False) -> Tensor:
        """Logits of the picture's size, or with ``coarse`` what the last step enlarges: ``(N, C, H / s, W / s)``."""
        features = run_stages(self.stages, x, FUSED[self.stride])
        total = None
        for s in FUSED[self.stride]:
            score = self.score[f"stride{s}"](features[s])
            total = score if total is None else score + _crop(self.twice[f"stride{s}"](total), score)
        if coarse:
            return total
        # ceil(H / stride) cells enlarge to H or a little more; the surplus lies at the right and the bottom
        return _crop(self.enlarge(total), x)

    @property
    def architecture(self) -> dict:
        """What a checkpoint must agree on before its weights are loaded."""
        return {
            "backbone": self.backbone_name,
            "num_classes": self.num_classes,
            "stride": self.stride,
            "learned": self.learned,
        }

    def _enlarge(self, factor):
        if self.learned:
            return bilinear_upsampling(self.num_classes, factor)
        return nn.Upsample(scale_factor=factor, mode="bilinear", align_corners=False)


def fcn32s(num_classes: int = 21, weights: str | Path | None = "minivoc", learned: bool = False) -> FCN:
    """FCN-32s on ResNet-18: one score from the last stage, enlarged 32 times (the book's net)."""
    return FCN(load_backbone("resnet18", weights), num_classes, 32, learned)


def fcn16s(num_classes: int = 21, weights: str | Path | None = "minivoc", learned: bool = False) -> FCN:
    """FCN-16s on ResNet-18: the stage of stride 16 is scored too and added."""
    return FCN(load_backbone("resnet18", weights), num_classes, 16, learned)


def fcn8s(num_classes: int = 21, weights: str | Path | None = "minivoc", learned: bool = False) -> FCN:
    """FCN-8s on ResNet-18: the stages of stride 16 and 8 are scored too and added."""
    return FCN(load_backbone("resnet18", weights), num_classes, 8, learned)


def _crop(larger: Tensor, like: Tensor) -> Tensor:
    return larger[..., : like.shape[-2], : like.shape[-1]]
