"""Answers of exercise 2: halves, budget, steps, momentum, schedule, draws and spread (D2L 14.11, exercise 2)."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "search": ["halves", "log_uniform", "summary", "trials"],
        "steps": ["one_cycle", "same_step", "travelled"],
    },
)
