"""Tables: 小四, ruled, as wide as the 版心; one with too many columns lies across its pages (8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil

from documents.typesetting.pages import Page, Rule, baseline, pieces
from documents.typesetting.paper import Unfit
from documents.typesetting.sheet import ACROSS, BOTTOM, DOWN, GAP, LEFT, LINES, MM, PITCH, THIN, TOP
from documents.typesetting.text.body import Table
from documents.typesetting.text.lines import Line, broken, spans

SIZE = 12 / MM  # 小四
STEP = SIZE * 1.5
PAD = 1.2
WHITE = 2.0  # the least between text and table
LEAST = 3 * SIZE + 2 * PAD  # the narrowest column
NARROWEST = SIZE + 2 * PAD  # no column can be narrower
WORD = 5  # characters that a column should hold on a line, or the table is laid across
FIGURE = re.compile(r"[-－+]?[\d,]+(?:\.\d+)?[%％]?")
TALLEST = 12  # lines of a row; a longer one goes on in a row below


@dataclass(frozen=True)
class _Row:
    cells: tuple[tuple[Line, ...], ...]

    @property
    def height(self) -> float:
        return max(*map(len, self.cells), 1) * STEP + 2 * PAD


@dataclass(frozen=True)
class Section:
    """Rows of a table that stand together; on every page its head comes again."""

    head: _Row
    rows: tuple[_Row, ...]
    widths: tuple[float, ...]
    is_turned: bool

    @cached_property
    def height(self) -> float:
        return self.head.height + sum(row.height for row in self.rows)

    @property
    def lines(self) -> int:
        """How many lines of the grid it takes; more than a page has when it must be split."""
        if self.is_turned:
            return LINES if self.height <= ACROSS else LINES + 1
        return ceil((self.height + WHITE) / PITCH) if self.height < DOWN - GAP else LINES + 1

    def split(self, lines: int) -> tuple[Section, Section] | None:
        """Return what fits so many lines and the rest, or None when it is no use."""
        room = (ACROSS if self.is_turned else lines * PITCH - GAP) - self.head.height
        fits = 0
        while fits < len(self.rows) and self.rows[fits].height <= room:
            room -= self.rows[fits].height
            fits += 1
        if not 0 < fits < len(self.rows):
            return None
        return replace(self, rows=self.rows[:fits]), replace(self, rows=self.rows[fits:])

    def draw(self, page: Page, top: float) -> None:
        """Set it in the middle of its lines, inside the 版心."""
        white = self.lines * page.pitch + GAP - self.height
        y = max(min(top - GAP + white / 2, BOTTOM - self.height), TOP)
        if self.is_turned or top <= TOP:
            y = TOP
        bottom, across = y + self.height, sum(self.widths)
        page.rules.append(Rule(LEFT, y, across, THIN))
        for row in (self.head, *self.rows):
            self._cells(row, page, y)
            y += row.height
            page.rules.append(Rule(LEFT, y, across, THIN))
        for n in range(len(self.widths) + 1):
            x = LEFT + sum(self.widths[:n])
            page.rules.append(Rule(x, bottom - self.height, self.height, THIN, down=True))

    def _cells(self, row: _Row, page: Page, y: float) -> None:
        x = LEFT
        for n, (cell, width) in enumerate(zip(row.cells, self.widths, strict=True)):
            start = y + (row.height - len(cell) * STEP) / 2
            part = page.part("td", object())
            for k, line in enumerate(cell):
                at = x + self._aside(n, row, width, line)
                level = start + k * STEP + (STEP - SIZE) / 2
                part.pieces += pieces(line, at, baseline(level, size=SIZE), size=SIZE)
            x += width

    def _aside(self, column: int, row: _Row, width: float, line: Line) -> float:
        """Return how far from the left of its cell a line begins."""
        if row is self.head:
            return (width - line.width) / 2
        cells = [each.cells[column] for each in self.rows]
        if any(len(cell) > 1 for cell in cells):
            return PAD
        if FIGURE.fullmatch(line.text):  # figures stand below each other, as a block in the middle
            numbers = [cell[0].width for cell in cells if cell and FIGURE.fullmatch(cell[0].text)]
            return (width + max(numbers)) / 2 - line.width
        return (width - line.width) / 2


def section(table: Table) -> Section:
    """Set a table, whole; the pages split it. Raises Unfit when it has too many columns."""
    is_turned = _is_crowded(table)
    across = DOWN if is_turned else ACROSS
    if len(table.rows[0]) * NARROWEST > across:
        raise Unfit(f"表格有 {len(table.rows[0])} 栏，一页排不下")
    widths = _widths(table, across)
    head, *more = _tall(_set(table.rows[0], widths, "hei"))
    for row in table.rows[1:]:
        more += _tall(_set(row, widths, "body"))
    return Section(head, tuple(more), tuple(widths), is_turned)


def _is_crowded(table: Table) -> bool:
    columns = zip(*table.rows, strict=True)
    longest = [min(max(map(_long, column)), WORD) for column in columns]
    return sum(max(LEAST, long * SIZE + 2 * PAD) for long in longest) > ACROSS


def _widths(table: Table, across: float) -> list[float]:
    """Share the width: every column as wide as its longest cell where that is possible.

    Where it is not, the heads come first, and what is left is shared evenly.
    """
    columns = list(zip(*table.rows, strict=True))
    wanted = [max(LEAST, max(map(_long, column)) * SIZE + 2 * PAD) for column in columns]
    if (spare := across - sum(wanted)) >= 0:
        return [width + spare / len(wanted) for width in wanted]
    heads = [max(LEAST, _long(column[0]) * SIZE + 2 * PAD) for column in columns]
    least = heads if sum(heads) <= across else [min(LEAST, across / len(heads))] * len(heads)
    room, share = across - sum(least), 0.0
    over = [width - low for width, low in zip(wanted, least, strict=True)]
    for n, more in enumerate(sorted(over)):
        share = room / (len(over) - n)
        if more > share:
            break
        room -= more
    return [low + min(more, share) for low, more in zip(least, over, strict=True)]


def _long(cell: str) -> float:
    return sum(1.0 if char > "\u2000" else 0.55 for char in cell) + 0.1


def _set(row: Sequence[str], widths: Sequence[float], face: str) -> _Row:
    return _Row(tuple(
        tuple(broken(spans(text, face), width - 2 * PAD, size=SIZE, fill=False))
        for text, width in zip(row, widths, strict=True)
    ))  # fmt: skip


def _tall(row: _Row) -> list[_Row]:
    """Part a row that is taller than a page would bear."""
    count = max(map(len, row.cells))
    return [
        _Row(tuple(cell[n : n + TALLEST] for cell in row.cells))
        for n in range(0, max(count, 1), TALLEST)
    ]
