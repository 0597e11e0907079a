"""Lecture 04: guesses about a data set in VOC's form (D2L 14.9)."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "batches": ["batch_shapes", "dropped", "names_in_both", "places"],
        "masks": ["GREY", "boat_as_grey", "book_void", "index_of"],
        "shares": ["background_share", "floor", "iou_by_book"],
    },
)
