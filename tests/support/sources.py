"""The table of all sources that can be imported: whose files were followed, and whether they came out as drawn."""

from __future__ import annotations

from collections.abc import Iterable

HEADINGS = ("source", "tool and version", "pictures", "result", "the format's description")


def source_rows(reports: Iterable) -> list[tuple[str, str, str, str, str]]:
    """A row for each source, in the order of the tests; its result is that of all its tests."""
    found = {}
    for report in reports:
        for name, value in getattr(report, "user_properties", ()):
            if name == "source":
                found.setdefault(tuple(value), []).append(report.outcome)
    rows = []
    for (source, tool, address, pictures), outcomes in found.items():
        worst = "failed" if "failed" in outcomes else "passed" if "passed" in outcomes else "skipped"
        result = {"passed": "equal, pixel by pixel", "skipped": "not tried here"}.get(worst, "NOT EQUAL")
        rows.append((source, tool, str(pictures), result, address))
    return sorted(rows)


def show_sources(reporter) -> None:
    """Write the table to pytest's terminal, if a source was among the tests."""
    reports = [report for kind in ("passed", "failed", "error", "skipped") for report in reporter.stats.get(kind, ())]
    rows = source_rows(reports)
    if not rows:
        return
    reporter.section(f"{len(rows)} sources that were written from a drawn truth, and imported")
    wide = [max(len(row[column]) for row in [HEADINGS, *rows]) for column in range(len(HEADINGS))]
    for row in [HEADINGS, *rows]:
        reporter.write("  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip() + "\n")
