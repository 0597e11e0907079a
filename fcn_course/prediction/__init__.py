"""From a picture to its mask, and the mask to look at (lecture 06; D2L 14.11.6).

Whole pictures or tiles, one look or the mean of several; VOC's colours, overlays with outlines and names.

For: evaluation, which shows what was predicted, and whoever has a net and pictures.
Uses: data, nets.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "classify": ["imagenet_names", "name_picture"],
        "inference": ["predict", "predict_logits", "predict_tiled"],
        "overlays": ["label2image", "overlay"],
        "tiles": ["tile_windows"],
    },
)
