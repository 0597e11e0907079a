"""The patients' illnesses: a word of the list for each, and what to say of a mend that changes nothing."""

from __future__ import annotations

from typing import Any

from fcn_course.teaching.checks.advice import Advice, judge
from fcn_course.teaching.exercises.clinic.diseases import AGAINST, DISEASES, HAS, LOOKS, SPEAKS

SAME = "This still does what it did to the patient."


def diagnosis(guess: Any, patient: str = "A") -> Advice:
    """What a patient suffers from: one word of the list."""
    return judge(
        guess,
        HAS[patient],
        hint=f"One word of the list, in quotes: {', '.join(DISEASES)}.",
        why=SPEAKS[patient],
        slips=[(word, f"{LOOKS[word]} {AGAINST[patient][word]}") for word in AGAINST[patient]],
        otherwise=f"That is not on the list: {', '.join(DISEASES)}.",
    )
