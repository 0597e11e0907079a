"""FCN-32s, FCN-16s and FCN-8s: a backbone, a 1x1 score layer for each stride, and bilinear steps back up.

Long, Shelhamer, Darrell, "Fully convolutional networks for semantic segmentation", CVPR 2015, sections 3 and 4; the
32s is D2L 14.11's. Shapes of FCN-8s on a picture of 320 x 480 with ResNet-18:

    stride 32   (N, 512, 10, 15) -> score (N, 21, 10, 15)
    stride 16   (N, 256, 20, 30) -> score (N, 21, 20, 30)  + 2 x the one above
    stride  8   (N, 128, 40, 60) -> score (N, 21, 40, 60)  + 2 x the one above
    8 x         (N, 21, 320, 480)

The paper's own net is ``FCN(load_backbone("vgg16_paper", "imagenet"), stride=8)``.
"""

from __future__ import annotations

from pathlib import Path

from torch import Tensor, nn

from fcn_course.bilinear import FrozenBilinear, bilinear_upsampling
from fcn_course.data.labels import class_names
from fcn_course.nets.alignment import align
from fcn_course.nets.backbone import Backbone, load_backbone, run_stages
from fcn_course.shapes import Field

FUSED = {32: (32,), 16: (32, 16), 8: (32, 16, 8)}  # which stages are scored, coarsest first


class FCN(nn.Module):
    """A fully convolutional net that gives a picture's size back, whatever it is.

    Args:
        backbone: a module whose stages are named by stride, see :class:`fcn_course.nets.backbone.Backbone`.
        num_classes: planes of the result, background included.
        stride: 32, 16 or 8: the finest stage that is scored.
        learned: False enlarges bilinearly for good, as the paper's released nets do; True is the book's dense
            transposed convolution, which starts there and learns.
        alignment: where enlarged scores are laid. ``"book"``: kernel 2s, padding s/2, as if each cell looked at the
            middle of its s x s pixels; for a ResNet, whose cells look at their first pixel, this is 15.5 pixels too
            far right and down at stride 32. ``"centres"``: each score where its cell looks (kernel 63, padding 31,
            output_padding 31 for a ResNet, none of both for EfficientNet-Lite, whose cells look at their last pixel).
            ``"paper"``: kernel 2s without padding, then crops by the arithmetic of
            :func:`fcn_course.shapes.crop_offset`: 19; 5 and 27; 5, 9 and 31 for ``vgg16_paper``. Left out: the
            paper's for its own backbone, the book's for the others.
        skip_scales: what the planes of stride 16 and 8 are multiplied by before they are scored; the paper's "at
            once" takes 0.01 and 0.0001.

    Score layers start at zero: the net begins by saying nothing (loss ln 21), and a skip begins by adding nothing.

    Attributes:
        classes: names of the planes, VOC's or numbers; ``fit`` sets the training set's, checkpoints keep them.
        trained_on: on which pictures, in words, for reports; ``fit`` sets it, checkpoints keep it.
        normalisation: of the pictures, its backbone's; whoever feeds the net asks for it, checkpoints keep it.
        scale: what all maps are multiplied by before they are scored, its backbone's.
        offsets: the crops, by stride, of the skip at 16 and 8 and of the picture at 1, in cells of that stride; below 0
            it is the enlarged map that is cropped.

    Shape: normalised pictures ``(N, 3, H, W)`` -> logits ``(N, num_classes, H, W)`` for every H and W.

    Raises:
        ValueError: for a stride or alignment that is not offered, or one that this backbone cannot have.
    """

    def __init__(
        self,
        backbone: Backbone,
        num_classes: int = 21,
        stride: int = 32,
        learned: bool = False,
        alignment: str | None = None,
        skip_scales: tuple[float, float] = (1.0, 1.0),
    ):
        super().__init__()
        alignment = alignment or ("paper" if backbone.name == "vgg16_paper" else "book")
        if stride not in FUSED:
            raise ValueError(f"stride must be 32, 16 or 8, got {stride!r}")
        if num_classes < 1:
            raise ValueError(f"num_classes must be at least 1, got {num_classes}")
        if alignment == "book" and backbone.fields[2].start < 0:  # its first cells look outside of the picture
            raise ValueError(
                f'{backbone.name} pads its pictures, so its scores must be cropped; take alignment="paper"'
            )
        self.backbone_name, self.num_classes, self.stride, self.learned = backbone.name, num_classes, stride, learned
        self.alignment, self.skip_scales = alignment, tuple(skip_scales)
        self.classes, self.trained_on = class_names(num_classes), ""
        self.normalisation, self.scale = backbone.normalisation, backbone.scale
        self.stages = backbone.stages  # shared with the backbone; its classifier stays behind
        self.score, self.twice, self.offsets = nn.ModuleDict(), nn.ModuleDict(), {}
        field = None
        for s in FUSED[stride]:
            layer = nn.Conv2d(backbone.channels[s], num_classes, kernel_size=1)
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
            self.score[f"stride{s}"] = layer
            if field is None:
                field = backbone.fields[s]
                continue
            enlargement, self.offsets[s], field = align(field, backbone.fields[s], 2, alignment)
            self.twice[f"stride{s}"] = self._enlarge(enlargement)
        self.enlargement, self.offsets[1], _ = align(field, Field(), stride, alignment)
        self.enlarge = self._enlarge(self.enlargement)

    def forward(self, x: Tensor, coarse: bool = False) -> Tensor:
        """Logits of the picture's size, or with ``coarse`` what the last step enlarges: ``(N, C, H / s, W / s)``."""
        total = self.fuse(run_stages(self.stages, x, FUSED[self.stride]))
        return total if coarse else _crop(self.enlarge(total), x, -self.offsets[1])

    def fuse(self, features: dict[int, Tensor]) -> Tensor:
        """The stages' outputs by stride, scored, enlarged in steps of 2 and added: ``(N, C, H / s, W / s)``."""
        total = None
        for s, scale in zip(FUSED[self.stride], (1.0, *self.skip_scales), strict=False):
            scale *= self.scale
            score = self.score[f"stride{s}"](features[s] if scale == 1 else features[s] * scale)
            if total is None:
                total = score
                continue
            enlarged, offset = self.twice[f"stride{s}"](total), self.offsets[s]
            # without padding of 100 the enlarged map has the surplus, at the right and the bottom; with it, the skip
            total = enlarged + _crop(score, enlarged, offset) if offset > 0 else _crop(enlarged, score, -offset) + score
        return total

    def freeze_trunk(self) -> FCN:
        """Keep the stages as they are: only scores, and learned enlargements, are trained from now on."""
        self.stages.requires_grad_(False)
        return self.train(self.training)

    def train(self, mode: bool = True) -> FCN:
        """As every module's; a frozen trunk stays in ``eval`` mode, so that its batch statistics do not move either."""
        super().train(mode)
        if not any(parameter.requires_grad for parameter in self.stages.parameters()):
            self.stages.eval()
        return self

    @property
    def replicates(self) -> bool:
        """Whether enlarging repeats the outermost scores outwards; learned and the paper's fades at the border."""
        return not self.learned and self.alignment != "paper"

    @property
    def architecture(self) -> dict:
        """What a checkpoint must agree on before its weights are loaded."""
        return {
            "backbone": self.backbone_name,
            "num_classes": self.num_classes,
            "stride": self.stride,
            "learned": self.learned,
            "alignment": self.alignment,
            "skip_scales": list(self.skip_scales),
        }

    def _enlarge(self, enlargement):
        if self.learned:
            return bilinear_upsampling(self.num_classes, enlargement)
        if self.alignment == "book":  # equal to FrozenBilinear and quicker
            return nn.Upsample(scale_factor=enlargement.stride, mode="bilinear", align_corners=False)
        return FrozenBilinear(enlargement, self.replicates)


def fcn32s(
    num_classes: int = 21,
    weights: str | Path | None = "minivoc",
    learned: bool = False,
    backbone: str = "resnet18",
) -> FCN:
    """FCN-32s: one score from the last stage, enlarged 32 times (the book's net)."""
    return FCN(load_backbone(backbone, weights), num_classes, 32, learned)


def fcn16s(
    num_classes: int = 21,
    weights: str | Path | None = "minivoc",
    learned: bool = False,
    backbone: str = "resnet18",
) -> FCN:
    """FCN-16s: the stage of stride 16 is scored too and added."""
    return FCN(load_backbone(backbone, weights), num_classes, 16, learned)


def fcn8s(
    num_classes: int = 21,
    weights: str | Path | None = "minivoc",
    learned: bool = False,
    backbone: str = "resnet18",
) -> FCN:
    """FCN-8s: the stages of stride 16 and 8 are scored too and added."""
    return FCN(load_backbone(backbone, weights), num_classes, 8, learned)


def _crop(larger: Tensor, like: Tensor, offset: int = 0) -> Tensor:
    """A window of ``larger`` with the size of ``like``, from row and column ``offset``."""
    height, width = like.shape[-2:]
    return larger[..., offset : offset + height, offset : offset + width]
