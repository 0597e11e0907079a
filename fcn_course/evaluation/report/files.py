"""A report's files: one text, four tables for a spreadsheet, one page for a browser."""

from __future__ import annotations

import csv
import io
import math
import textwrap
from collections.abc import Sequence
from pathlib import Path

from torch.utils.data import Dataset

from fcn_course.data.writing import replacing
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

SCORE_COLUMNS = ("part", "score", "value", "background_everywhere")
TABLES = ("scores.csv", "per_class.csv", "per_picture.csv", "confusion.csv")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a cell of a spreadsheet begins with that is no text


def write_report(
    report: Report, dataset: Dataset, out: str | Path, about: dict[str, str], extra: Sequence[Table] = ()
) -> str:
    """Write ``report.txt``, ``report.html``, ``scores.csv``, ``per_class.csv``, ``per_picture.csv``, ``confusion.csv``.

    The same report gives the same bytes: no file tells the time, the machine or where it lies.

    Args:
        dataset: the one that was scored; its pictures are shown on the page.
        out: folder, made if need be; an earlier report in it is replaced.
        about: what was scored and how, as pairs of words, for the head of text and page.
        extra: more tables for text and page, such as those of :mod:`fcn_course.evaluation.report.paper`.

    Returns:
        What is in ``report.txt``.

    Raises:
        FileExistsError: if files of these names are there that no report left.
    """
    out, text = Path(out), report_text(report, about, extra)
    refuse_strangers(out)
    files = {"report.txt": text, "report.html": page(report, dataset, about, extra)}
    # the tables come first: by the head of one of them a report is known again, also one that was cut
    for name, content in {**{name: _as_csv(rows) for name, rows in csv_files(report).items()}, **files}.items():
        with replacing(out / name, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
    return text


def refuse_strangers(out: Path) -> None:
    """A FileExistsError if ``out`` holds files of a report's names, and no report wrote them."""
    present = [name for name in ("report.txt", "report.html", *TABLES) if (out / name).exists()]
    if not present:
        return
    scores = out / "scores.csv"
    if scores.is_file() and scores.read_bytes().startswith(",".join(SCORE_COLUMNS).encode()):
        return
    raise FileExistsError(
        f"{out} holds {', '.join(present)}, which no report of this course is; take another --out, or move it"
    )


def _as_csv(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_written(cell) for cell in row] for row in rows)
    return text.getvalue()


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
        "scores.csv": [[*SCORE_COLUMNS], *_score_rows(report)],
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
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"  # a spreadsheet would compute it
    return f"{cell:.6f}" if isinstance(cell, float) else cell
