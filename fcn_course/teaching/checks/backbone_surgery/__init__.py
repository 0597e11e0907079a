"""The guesses of lecture 01: shapes on the way down, weights and work by stage, what a convolution keeps and sees."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "layers": ["cost_of_last_stage", "difference", "field", "places", "share_of_last_stage"],
        "maps": ["changed", "last_map", "output", "photograph", "row", "stride8"],
        "resnet18": ["ENTRANCE", "HEIGHT", "LAYERS", "PLANES", "THINGS", "WIDTH"],
    },
)
