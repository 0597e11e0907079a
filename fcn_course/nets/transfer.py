"""From a net to one of other classes: the trunk, and the planes of the classes that both know, by their names.

A score layer (1 x 1) has one row of weights for each class, a learned enlargement one small kernel for each pair of
classes: what belongs to a class can be taken alone (Long et al., CVPR 2015, section 4.1, does so with none).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from fcn_course.data.labels import VOC_CLASSES, class_names
from fcn_course.nets.fcn import FCN
from fcn_course.nets.staging import refuse_another, start_from


@dataclass(frozen=True)
class Transfer:
    """What a net has taken from another one.

    Attributes:
        kept: names of the classes whose planes it has taken.
        new: names of those whose planes start at zero.
        named: whether the other net's classes have names; if not, it gives its trunk alone.
    """

    kept: tuple[str, ...]
    new: tuple[str, ...]
    named: bool = True

    def __str__(self) -> str:
        if not self.named:
            return f"the trunk alone, as its classes have no names; all {len(self.new)} planes start at zero"
        if not self.kept:
            return f"the trunk alone, as it knows none of these classes; all {len(self.new)} planes start at zero"
        if not self.new:
            return f"the trunk and all {len(self.kept)} planes"
        start = "starts" if len(self.new) == 1 else "start"
        return f"the trunk and the planes of {', '.join(self.kept)}; {', '.join(self.new)} {start} at zero"


@torch.no_grad()
def transfer_from(net: FCN, other: FCN) -> Transfer:
    """Begin ``net`` with the trunk of ``other`` and with the planes of the classes that both have, by ``classes``.

    Of the same classes it is :func:`~fcn_course.nets.staging.start_from`. A score layer that ``other`` lacks stays at
    zero. A net of numbered classes (``class 1``), as one that was saved before there were names, gives its trunk alone;
    one of 21 has VOC's.

    Args:
        net: its ``classes`` say what its planes are to mean.
        other: its stride may be the same or coarser.

    Raises:
        ValueError: if the two differ in more than stride and classes, or ``other`` has finer skips.
    """
    refuse_another(net, other, ("stride", "skip_scales", "num_classes"))
    if net.classes == other.classes:
        start_from(net, other)
        return Transfer(net.classes, ())
    named = other.classes == VOC_CLASSES or other.classes != class_names(other.num_classes)
    pairs = [(index, other.classes.index(name)) for index, name in enumerate(net.classes) if name in other.classes]
    ours, theirs = zip(*pairs, strict=True) if named and pairs else ((), ())
    own, given = net.state_dict(), other.state_dict()
    for key, value in given.items():
        if key.startswith("stages."):
            own[key].copy_(value)
        elif not ours or key not in own:
            continue
        elif key.startswith("score."):
            own[key][list(ours)] = value[list(theirs)]
        elif own[key].shape[2:] == value.shape[2:]:  # a learned enlargement; another stride's last has another size
            own[key][_square(ours)] = value[_square(theirs)]
    kept = tuple(net.classes[index] for index in ours)
    return Transfer(kept, tuple(name for name in net.classes if name not in kept), named)


def _square(indices):
    """Rows and columns of these indices."""
    return torch.tensor(indices)[:, None], torch.tensor(indices)
