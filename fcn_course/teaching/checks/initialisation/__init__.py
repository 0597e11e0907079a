"""Exercise 1: how the enlarging layer starts, and what that does to scores and gradients (D2L 14.11, exercise 1)."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "gradients": ["LEARNERS", "first_gradients", "who_learns"],
        "results": ["apart", "diagonal_share", "weights_that_learn"],
        "starts": ["STARTS", "spread_factor", "start", "xavier_kernel"],
    },
)
