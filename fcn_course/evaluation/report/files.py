"""A report's files: one text, four tables for a spreadsheet, one page for a browser."""

from __future__ import annotations

import csv
import math
import textwrap
from collections.abc import Sequence
from pathlib import Path

from torch.utils.data import Dataset

from fcn_course.evaluation.report.counts import Report
from fcn_course.evaluation.report.objects import by_size
from fcn_course.evaluation.report.page import page
from fcn_course.evaluation.report.tables import (
    WIDTH,
    Table,
    as_text,
    book_table,
    class_table,
    object_table,
    parts,
    remarks,
    score_table,
)


def write_report(
    report: Report, dataset: Dataset, out: str | Path, about: dict[str, str], extra: Sequence[Table] = ()
) -> str:
    """Write ``report.txt``, ``report.html``, ``scores.csv``, ``per_class.csv``, ``per_picture.csv``, ``confusion.csv``.

    The same report gives the same bytes: no file tells the time, the machine or where it lies.

    Args:
        dataset: the one that was scored; its pictures are shown on the page.
        out: folder, made if need be; files of these names in it are replaced.
        about: what was scored and how, as pairs of words, for the head of text and page.
        extra: more tables for text and page, such as those of :mod:`fcn_course.evaluation.report.paper`.

    Returns:
        What is in ``report.txt``.
    """
    out, text = Path(out), report_text(report, about, extra)
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.txt").write_text(text, "utf-8", newline="\n")
    (out / "report.html").write_text(page(report, dataset, about, extra), "utf-8", newline="\n")
    for name, rows in csv_files(report).items():
        with open(out / name, "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([_written(cell) for cell in row] for row in rows)
    return text


def report_text(report: Report, about: dict[str, str], extra: Sequence[Table] = ()) -> str:
    """All tables one below the other."""
    width = max(map(len, about), default=0)
    head = [f"{name.ljust(width)}  {value}" for name, value in about.items()]
    tables = [score_table(report), book_table(report), object_table(report), class_table(report), *extra]
    notes = [textwrap.fill(f"Note: {note}", WIDTH) for note in remarks(report)]
    return "\n\n".join(["\n".join(head), *notes, *map(as_text, tables)]) + "\n"


def csv_files(report: Report) -> dict[str, list[list]]:
    """File names and rows, the columns' names first; what has no value is left empty there."""
    return {
        "scores.csv": [["part", "score", "value", "background_everywhere"], *_score_rows(report)],
        "per_class.csv": [
            ["class", "iou", "accuracy", "precision", "true_pixels", "predicted_pixels", "right_pixels"],
            *class_table(report).rows,
        ],
        "per_picture.csv": [
            ["name", "height", "width", "pixels", "mean_iou", "pixel_accuracy"],
            *([p.name, *p.size, p.pixels, p.mean_iou, p.pixel_accuracy] for p in report.pictures),
        ],
        "confusion.csv": [
            ["true class", *report.classes],
            *([name, *row] for name, row in zip(report.classes, report.matrix.counts.tolist(), strict=True)),
        ],
    }


def _score_rows(report):
    for part, matrix in zip(("all", "near_outlines", "away"), parts(report).values(), strict=True):
        floor = matrix.background_floor().scores()
        yield [part, "pixels", int(matrix.counts.sum()), None]
        yield from ([part, name, value, floor[name]] for name, value in matrix.scores().items())
    book = report.book
    yield ["book", "pictures", book.pictures, None]
    yield ["book", "pixel_accuracy", book.accuracy, book.floor]
    for size, scores in by_size(report.objects).items():
        yield from ([f"objects_{size}", name, value, None] for name, value in scores._asdict().items())


def _written(cell):
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    return f"{cell:.6f}" if isinstance(cell, float) else cell
