"""Figures in tables whose numbers open their rows: one shape for screen, paper and workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from office import charts
from office.exporting import Page

Number = int | float | None


@dataclass(frozen=True)
class Cell:
    """One number; `url` leads to the rows it counts."""

    value: Number
    url: str = ""
    digits: int = 0
    is_late: bool = False

    @property
    def text(self) -> str:
        """The number as it is written; nothing for none."""
        return "" if self.value is None else f"{self.value:,.{self.digits}f}"


@dataclass(frozen=True)
class Line:
    """One line of a table; a name that `is_data` stands in no reader's language but ours."""

    name: str
    cells: list[Cell]
    is_data: bool = False


@dataclass(frozen=True)
class Table:
    """One titled table, with its chart where that says more than the numbers."""

    key: str
    title: str
    first: str
    heads: list[str]
    lines: list[Line]
    note: str = ""
    total: Line | None = None
    more: int = 0
    draw: Callable[[list[Line]], SafeString] | None = field(default=None, compare=False)

    @property
    def chart(self) -> SafeString | str:
        return self.draw(self.lines) if self.draw and len(self.lines) > 1 else ""

    @property
    def paper_chart(self) -> SafeString:
        """The same chart, in ink."""
        return charts.on_paper(self.chart)

    @property
    def page(self) -> Page:
        """The same table as a sheet of a workbook."""
        heading, widths = [self.first, *self.heads], [36, *[16] * len(self.heads)]
        return Page(self.title, heading, self._rows(), widths)

    def _rows(self) -> Iterator[list[object]]:
        for line in [*self.lines, *([self.total] if self.total else [])]:
            yield [line.name, *(_two_digits(cell.value) for cell in line.cells)]


def cells_of(tables: Iterable[Table]) -> Iterator[Cell]:
    """Yield every number of some tables."""
    for table in tables:
        for line in [*table.lines, *([table.total] if table.total else [])]:
            yield from line.cells


def rounded(value: Number) -> Number:
    """Return a number as a chart shows it."""
    return None if value is None else round(value, 1)


def drawn_across(title: str, heads: list[str], columns: Iterable[int]) -> Callable[..., SafeString]:
    """Make the chart of some columns of a table: lying bars beside one another."""

    def draw(lines: list[Line]) -> SafeString:
        names = [line.name for line in lines]
        shown = {heads[n]: [rounded(line.cells[n].value) for line in lines] for n in columns}
        return charts.across(title, names, shown)

    return draw


def _two_digits(value: Number) -> Number:
    return round(value, 2) if isinstance(value, float) else value
