"""Exercise 3, where tiles lie: how often they cover a pixel, what overlap costs (D2L 14.11, exercise 3)."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "costs": ["SIDES", "free_overlap", "price", "reading"],
        "tiles": ["cover", "starts"],
    },
)
