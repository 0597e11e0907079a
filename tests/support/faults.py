"""The table of all that tests do wrong on purpose: what is wrong, what is done about it, whether it was so."""

from __future__ import annotations

from collections.abc import Iterable

HEADINGS = ("fault", "what is done", "outcome")


def fault_rows(reports: Iterable) -> list[tuple[str, str, str]]:
    """A row for each fault, in the order of the alphabet; it is met if every test of it passed."""
    outcomes = {}
    for report in reports:
        for name, value in getattr(report, "user_properties", ()):
            if name == "fault":
                outcomes.setdefault(tuple(value), []).append(report.outcome)
    told = {"passed": "as said", "skipped": "not tried here"}
    rows = []
    for (what, done), seen in sorted(outcomes.items()):
        worst = "failed" if "failed" in seen else "passed" if "passed" in seen else "skipped"
        rows.append((what, done, told.get(worst, "NOT SO")))
    return rows


def show_faults(reporter) -> None:
    """Write the table to pytest's terminal, if a fault was among the tests."""
    reports = [
        report
        for kind in ("passed", "failed", "error", "skipped")
        for report in reporter.stats.get(kind, ())
        if getattr(report, "when", "") == "call" or kind != "passed"
    ]
    rows = fault_rows(reports)
    if not rows:
        return
    reporter.section(f"{len(rows)} faults that were put in, and what is done about them")
    wide = [max(len(row[column]) for row in [HEADINGS, *rows]) for column in range(2)]
    for row in [HEADINGS, *rows]:
        reporter.write("  ".join([row[0].ljust(wide[0]), row[1].ljust(wide[1]), row[2]]) + "\n")
