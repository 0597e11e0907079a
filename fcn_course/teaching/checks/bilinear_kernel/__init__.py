"""Guesses of lecture 03: weights between pixels, stamps, borders, checkerboards (D2L 14.10 and 14.11)."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "artefacts": ["band", "border", "changed", "flat", "stamps"],
        "kernel": ["between", "rows", "stamp", "starts", "tent_of_three", "weights"],
    },
)
