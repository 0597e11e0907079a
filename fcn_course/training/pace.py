"""How long a run will take, told from its own first steps."""

from __future__ import annotations

import time

LOOKED_AT = 4  # steps; the first, which chooses algorithms and asks for memory, is not counted


class Pace:
    """Tells once, after a few steps, how long the others will take; :mod:`~fcn_course.training.forecast` tells before.

    Args:
        steps: how many are to be done from now on.
    """

    def __init__(self, steps: int):
        self.steps, self.done, self.begun, self.told = steps, 0, 0.0, False

    def after_step(self, waited: bool) -> float | None:
        """Seconds that all of the steps take, the first time that it is known; else None.

        Args:
            waited: the device was waited for, so that its clock and this one agree.
        """
        self.done += 1
        now = time.perf_counter()
        if self.done == 1:
            self.begun = now
        if self.told or self.done < LOOKED_AT or not waited:
            return None
        self.told = True
        return self.steps * (now - self.begun) / (self.done - 1)


def format_duration(seconds: float) -> str:
    """A duration as it is said: ``"8 s"``, ``"50 s"``, ``"4 min"``; rounded as roughly as it was measured."""
    if seconds < 9.5:
        return f"{max(1, round(seconds))} s"
    if seconds < 95:
        return f"{10 * round(seconds / 10)} s"
    return f"{round(seconds / 60)} min"
