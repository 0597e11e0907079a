"""The guesses of lecture 02: sizes on the way down and up, parameters, places."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "output_sizes": ["HALVING", "LONGEST", "heights", "length", "odd", "pairs", "photograph", "sizes", "up"],
        "places": ["RESNET18", "STAGES", "VGG16", "crops", "middles", "starts"],
    },
)
