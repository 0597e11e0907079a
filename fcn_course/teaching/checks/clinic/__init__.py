"""The answers of exercise 6: six diagnoses, and six mended pieces of code, tried on tiny inputs."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "enlarging": ["enlarge"],
        "masks": ["predict_masks", "read_labels"],
        "patients": ["SAME", "diagnosis"],
    },
)
