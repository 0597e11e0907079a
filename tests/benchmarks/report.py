"""What was measured, as markdown tables and as plain numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Row:
    """What was measured of both sides: every round, of which the smallest counts; None where a side failed.

    ``pictures`` is how many the set had, where that is what the table is about.
    """

    group: str
    name: str
    d2l_rounds: list[float] | None
    course_rounds: list[float] | None
    failed: str = "failed"
    pictures: int | None = None

    @property
    def d2l(self) -> float | None:
        return min(self.d2l_rounds) if self.d2l_rounds else None

    @property
    def course(self) -> float | None:
        return min(self.course_rounds) if self.course_rounds else None

    @property
    def ratio(self) -> float | None:
        return ratio(self.d2l, self.course)

    def cells(self) -> tuple[str, str, str, str]:
        numbers = (number(value, self.failed) for value in (self.d2l, self.course))
        return self.name, *numbers, number(self.ratio, "–")

    def plain(self) -> dict:
        return asdict(self) | {name: getattr(self, name) for name in ("d2l", "course", "ratio")}


@dataclass
class Report:
    """Everything that is printed, in its order."""

    head: dict[str, str]
    folders: dict[str, str]
    rows: list[Row] = field(default_factory=list)
    growth: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rooflines: list[str] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)

    def markdown(self) -> str:
        head = f"{self.head['date']}; {self.head['machine']}; `{self.head['command']}`"
        parts = [head]
        if self.rows:
            parts += [f"{self.head['setting']}.", table(self.rows)]
        parts += [_list(self.notes), _list(self.rooflines)]
        if self.growth:
            parts += [f"Growth: {self.head['growth']}.", growth_table(self.growth), _list(self.closing)]
        return "\n\n".join(part for part in parts if part) + "\n"

    def plain(self) -> dict:
        names = ("head", "folders", "notes", "rooflines", "closing")
        tables = {name: [row.plain() for row in getattr(self, name)] for name in ("rows", "growth")}
        return {name: getattr(self, name) for name in names} | tables


def ratio(first: float | None, second: float | None) -> float | None:
    """How many times the second the first is; None where one is missing or the second is nothing."""
    return first / second if first is not None and second else None


def number(value: float | None, missing: str) -> str:
    """Three digits, and never an exponent for large numbers."""
    if value is None:
        return missing
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(rows: list[Row]) -> str:
    """The rows as a markdown table."""
    return _table([("", "d2l", "course", "ratio"), *(row.cells() for row in rows)])


def growth_table(rows: list[Row]) -> str:
    """A line for each thing and side, a column for each number of pictures."""
    sizes, names = dict.fromkeys(row.pictures for row in rows), dict.fromkeys(row.name for row in rows)
    of = {(row.name, row.pictures): row.cells() for row in rows}
    lines = [("pictures", *map(str, sizes))]
    for name in names:
        for place, side in enumerate(("d2l", "course", "ratio"), 1):
            lines.append((f"{name}: {side}", *(of[name, size][place] for size in sizes)))
    return _table(lines)


def _table(lines):
    rule = ["---"] + ["---:"] * (len(lines[0]) - 1)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (lines[0], rule, *lines[1:]))


def _list(lines):
    return "\n".join(f"- {line}" for line in lines)
