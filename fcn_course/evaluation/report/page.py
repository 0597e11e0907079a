"""A report as one page for a browser: pictures and style are in it, and it needs no script and no network."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from torch.utils.data import Dataset

from fcn_course.evaluation.report.counts import Report
from fcn_course.evaluation.report.gallery import cards
from fcn_course.evaluation.report.tables import (
    NONE,
    Table,
    book_table,
    class_table,
    object_table,
    remarks,
    score_table,
    shown,
)


def page(report: Report, dataset: Dataset, about: dict[str, str], extra: Sequence[Table] = ()) -> str:
    """The page's HTML; names of classes and pictures are escaped.

    Args:
        about: what was scored and how, as pairs of words.
        extra: more tables.
    """
    # in HTML a name may hold < and &, so every value is escaped
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"shown": shown, "percent": percent}
    template = environment.from_string(files(__package__).joinpath("page.html.jinja").read_text("utf-8"))
    return template.render(
        about=about,
        remarks=remarks(report),
        tables=[score_table(report), book_table(report), object_table(report)],
        classes=class_table(report),
        confusion=confusion_rows(report),
        extra=extra,
        cards=list(cards(report, dataset)),
    )


def confusion_rows(report: Report) -> list[tuple[str, list[dict]]]:
    """Each true class and its cells: the share of its pixels called so, or None where the class has no pixel."""
    rows = []
    for label, (name, counts) in enumerate(zip(report.classes, report.matrix.counts.tolist(), strict=True)):
        cells = []
        for column, count in enumerate(counts):
            share = count / sum(counts) if sum(counts) else None
            shade = f"{(share or 0) ** 0.5:.3f}"  # the root, so that small mistakes are seen
            cells.append({"share": share, "shade": shade, "called": report.classes[column], "right": column == label})
        rows.append((name, cells))
    return rows


def percent(share: float | None) -> str:
    """A share in as few letters as a cell of 21 x 21 has room for; nothing at all for 0."""
    if share is None:
        return NONE
    letters = f"{100 * share:.0f}"
    if 0 < share < 1 and letters in ("0", "100"):
        return "<1" if letters == "0" else ">99"
    return letters if share else ""
