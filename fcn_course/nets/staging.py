"""From a coarser net to a finer one, as the paper trained: 32s, then 16s, then 8s.

Long et al., CVPR 2015, section 4.2. The other way is "at once": a fresh FCN-8s, with skips scaled by 0.01 and 0.0001.
"""

from __future__ import annotations

import torch

from fcn_course.nets.fcn import FCN


def start_from(net: FCN, coarser: FCN) -> FCN:
    """Begin a finer net where a coarser one ended, as the paper's stages do: 16s from 32s, 8s from 16s.

    Trunk, score layers and learned steps that both have are copied; a score layer that is new stays at zero, so that
    the finer net begins with what the coarser one says. Returns ``net``.

    Raises:
        ValueError: if the two differ in more than their stride, or ``coarser`` is not coarser.
    """
    refuse_another(net, coarser, ("stride", "skip_scales"))
    own = net.state_dict()
    # the last enlargement of another stride has another size
    copied = {k: v for k, v in coarser.state_dict().items() if k in own and v.shape == own[k].shape}
    with torch.no_grad():
        for key, value in copied.items():
            own[key].copy_(value)
    net.classes = coarser.classes
    return net


def refuse_another(net: FCN, other: FCN, may_differ: tuple[str, ...]) -> None:
    """A ValueError if ``net`` cannot start from ``other``: no FCN, built otherwise, or with finer skips.

    Args:
        may_differ: in which parts of the architecture.
    """
    if not isinstance(other, FCN):
        raise ValueError(f"an FCN starts from an FCN, got a {type(other).__name__}; give the best.pt of a run")
    ours, theirs = net.architecture, other.architecture
    different = [name for name in ours if name not in may_differ and ours[name] != theirs[name]]
    if different:
        values = ", ".join(f"{name} is {theirs[name]!r}, not {ours[name]!r}" for name in different)
        alike = "the stride and the classes" if "num_classes" in may_differ else "the stride"
        raise ValueError(f"the net to start from is another one: its {values}; build both alike but for {alike}")
    if other.stride < net.stride:
        raise ValueError(
            f"an FCN-{net.stride}s cannot start from an FCN-{other.stride}s; it takes a coarser one, or give it the "
            f"same stride (--stride {other.stride})"
        )
