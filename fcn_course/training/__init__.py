"""Training: losses, recipes, ``fit`` from one notebook cell to many GPUs, and runs that go on after a cut.

Lecture 05; D2L 14.11.4 and 14.11.5; Long et al., CVPR 2015, section 4. In ``frozen``: heads on a trunk that stays.

For: lectures, exercises, and whoever trains a net of their own.
Uses: shapes, bilinear, data, nets, evaluation.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "forecast": ["call_seconds", "fit_head_seconds", "fit_seconds"],
        "frozen": ["FCNHead", "TrunkFeatures", "fit_head", "predict_head", "score_head", "trunk_features"],
        "history": ["COLUMNS"],
        "loop": ["fit"],
        "losses": ["book_loss", "mean_loss"],
        "pace": ["format_duration"],
        "recipes": ["RECIPES", "Recipe", "make_optimiser", "training_step"],
    },
)
