"""The guesses of lecture 05: losses of pixels, what a sum does to the step, the floor, and what a training gains."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "losses": ["CLASSES", "all_void", "blind", "first_loss", "undecided", "untrained"],
        "scores": ["floor", "lowest", "score", "smallest_step"],
        "steps": ["BOOK", "EPOCHS", "VOC_TRAIN", "growth", "minutes", "same_step"],
    },
)
