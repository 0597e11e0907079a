"""Nets: classifiers cut into backbones, FCN-32s, 16s and 8s on top of them, their weights, and where they compute.

Lectures 01 and 05; D2L 14.11; Long et al., CVPR 2015. ``load_net`` gives any net ready to predict.

For: prediction, evaluation, training, and whoever wants an FCN alone.
Uses: shapes, bilinear, data.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "backbone": ["Backbone", "load_backbone"],
        "checkpoints": ["load_net"],
        "classifiers": ["classifier_to_convs", "linear_to_conv"],
        "devices": ["choose_device", "class_indices"],
        "fcn": ["FCN", "fcn16s", "fcn32s", "fcn8s"],
        "pretrained": ["read_weights"],
        "staging": ["start_from"],
        "transfer": ["Transfer", "transfer_from"],
    },
)
