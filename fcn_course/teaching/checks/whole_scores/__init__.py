"""Exercise 3, what becomes of scores: put together from tiles, padded and cropped, averaged or voted on (D2L 14.11)."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "merging": ["tiled_scores"],
        "padding": ["STRIDE", "padded_scores"],
        "voting": ["WAYS", "three_winners", "undivided"],
    },
)
