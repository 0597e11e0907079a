"""Nets that others trained, to compare with: torchvision's FCNs on ResNet-50 and ResNet-101.

Their trunks are dilated to stride 8, they have no skips, and they were trained on COCO's pictures with VOC's 21 labels;
their mean IoU there is 60.5 and 63.7 (torchvision's model pages). Pictures are normalised as for this course's nets.
"""

from __future__ import annotations

from torch import Tensor, nn

from fcn_course.data.labels import VOC_CLASSES
from fcn_course.nets.pretrained import from_torchvision

REFERENCES = ("fcn_resnet50", "fcn_resnet101")


class Reference(nn.Module):
    """A segmentation net of torchvision that answers as this course's do.

    Shape: normalised pictures ``(N, 3, H, W)`` -> logits ``(N, 21, H, W)``.
    """

    num_classes, classes = len(VOC_CLASSES), VOC_CLASSES

    def __init__(self, net: nn.Module):
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)["out"]


def load_reference(name: str) -> Reference:
    """torchvision's net with its own weights, from its cache or the net, ready to predict.

    Raises:
        ValueError: for a name that is not in ``REFERENCES``.
        FileNotFoundError: if the weights cannot be had; the message says which file belongs where.
    """
    from torchvision.models import get_model_weights, segmentation

    if name not in REFERENCES:
        raise ValueError(f"no reference is called {name!r}; choose one of {', '.join(REFERENCES)}")
    build = getattr(segmentation, name)
    weights = get_model_weights(build).COCO_WITH_VOC_LABELS_V1
    return Reference(from_torchvision(build, weights, f"weights of {name}", 'or take "minivoc", which ships.')).eval()
