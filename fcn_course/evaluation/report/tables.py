"""The tables of a report: once, as rows of numbers; text, page and files show the same ones."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from itertools import zip_longest

from fcn_course.evaluation.report.counts import CROP, Report
from fcn_course.evaluation.report.objects import SIZES, by_size

NONE = "—"  # there is no such number
WIDTH = 100  # letters in a line of text
SCORES = {
    "pixel_accuracy": "pixel accuracy",
    "mean_accuracy": "mean accuracy",
    "mean_iou": "mean IU",
    "frequency_weighted_iou": "f.w. IU",
}


@dataclass(frozen=True)
class Table:
    """A caption, the columns' names and rows of text, integers and shares; None and NaN are shown as a dash."""

    caption: str
    columns: tuple[str, ...]
    rows: list[tuple]
    note: str = ""
    places: int = 4


def shown(value: str | int | float | None, places: int = 4) -> str:
    """A cell as people read it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NONE
    return f"{value:.{places}f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value


def as_text(table: Table) -> str:
    """The table in letters of one width: words to the left, in lines of up to 28 letters, and numbers to the right."""
    rows = [table.columns, *([shown(value, table.places) for value in row] for row in table.rows)]
    rows = [[textwrap.wrap(cell, 28) for cell in row] for row in rows]
    widths = [max(len(line) for cell in column for line in [*cell, ""]) for column in zip(*rows, strict=True)]
    wordy = [all(isinstance(row[i], str) for row in table.rows) for i in range(len(widths))]
    lines = []
    for row in rows:
        for lines_of_row in zip_longest(*row, fillvalue=""):
            cells = [p.ljust(w) if left else p.rjust(w) for p, w, left in zip(lines_of_row, widths, wordy, strict=True)]
            lines.append("  ".join(cells).rstrip())
        if row is rows[0]:
            lines.append("-" * (sum(widths) + 2 * len(widths) - 2))
    note = [textwrap.fill(table.note, WIDTH)] if table.note else []
    return "\n".join([table.caption, "", *lines, *note])


def remarks(report: Report) -> list[str]:
    """What a reader of the numbers must know before them."""
    void = report.void_pictures
    found = list(report.notes)
    if void and len(void) == len(report.pictures):
        found.append("Every pixel of this set is void, so nothing was scored and no number below means anything.")
    elif void:
        names = ", ".join(void[:10]) + (f" and {len(void) - 10} more" if len(void) > 10 else "")
        found.append(f"{len(void)} of {len(report.pictures)} pictures are void all over and count nothing: {names}.")
    return found


def score_table(report: Report) -> Table:
    """The paper's four scores, of all pixels, near outlines and away from them, each above its floor."""
    rows = []
    for where, matrix in parts(report).items():
        floor = matrix.background_floor()
        pixels = int(matrix.counts.sum())
        rows.append((where, pixels, *matrix.scores().values()))
        rows.append(("  background everywhere", pixels, *floor.scores().values()))
    return Table("The paper's four scores (its IU is IoU)", ("where", "pixels", *SCORES.values()), rows)


def parts(report: Report) -> dict:
    """The three confusion matrices by the name of the place."""
    return {
        "all pixels": report.matrix,
        f"within {report.band} px of an outline": report.near,
        "further away": report.away,
    }


def book_table(report: Report) -> Table:
    """The book's pixel accuracy, for comparison with its printed numbers only."""
    book = report.book
    return Table(
        "The book's accuracy (D2L 14.11), for comparison with the book only",
        ("how", "pictures", "accuracy", "background everywhere"),
        [(f"central window, {CROP[0]} x {CROP[1]}", book.pictures, book.accuracy, book.floor)],
        "Cut from the prediction of the whole picture. Void counts as background there, which is wrong. "
        f"{len(report.pictures) - book.pictures} of {len(report.pictures)} pictures are smaller and dropped, as in the "
        "book.",
    )


def object_table(report: Report) -> Table:
    """Small, medium and large objects."""
    limits = {size: f"{size}, {_limits(low, high)}" for size, (low, high) in SIZES.items()}
    rows = [(limits.get(size, size), *scores) for size, scores in by_size(report.objects).items()]
    pictures = len(report.pictures)
    source = {
        0: "connected regions of each class, for there are no files in SegmentationObject",
        pictures: "those of SegmentationObject",
    }.get(report.numbered, f"those of SegmentationObject in {report.numbered} of {pictures} pictures, else regions")
    return Table(
        "Small and large objects",
        ("size", "objects", "pixels", "share found", "mean over objects"),
        rows,
        f"Objects are {source}. Found is a pixel that got its object's class. A semantic mask does not say which "
        "object a wrong pixel belongs to, so there is no IoU of an object, and claiming too much costs nothing here.",
    )


def _limits(low, high):
    word, pixels = ("from", low) if math.isinf(high) else ("below", high)
    return f"{word} {math.isqrt(pixels)} x {math.isqrt(pixels)} pixels"


def class_table(report: Report) -> Table:
    """Each class: IoU, share found, share right of what was called so, and its pixels."""
    counts = report.matrix.counts
    true, claimed, right = counts.sum(1).tolist(), counts.sum(0).tolist(), counts.diag().tolist()
    rows = [
        (name, iou, _share(right[i], true[i]), _share(right[i], claimed[i]), true[i], claimed[i], right[i])
        for i, (name, iou) in enumerate(zip(report.classes, report.matrix.iou_per_class.tolist(), strict=True))
    ]
    columns = ("class", "IoU", "accuracy", "precision", "true pixels", "predicted pixels", "right pixels")
    return Table(
        "Classes",
        columns,
        rows,
        f"{NONE}: the class is in neither truth nor prediction (IoU), not in the truth (accuracy), or not predicted "
        "(precision); it is left out of that mean.",
    )


def _share(part, whole):
    return part / whole if whole else float("nan")
