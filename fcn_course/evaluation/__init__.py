"""How good a net is: the paper's four scores from one confusion matrix, and a report that can be trusted.

Long et al., CVPR 2015, section 5. Scores near outlines and by size of object, the floor of saying nothing beside each.

For: training, which scores every epoch, and whoever has masks and their truth.
Uses: data, nets, prediction.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "metrics": ["ConfusionMatrix"],
        "outlines": ["near_outlines"],
        "scoring": ["evaluate"],
    },
)
