"""署名、成文日期、印章 (7.3.5), 附注 (7.3.6)."""

from __future__ import annotations

from collections.abc import Sequence

from documents.typesetting import sheet
from documents.typesetting.pages import Page, Part, Stamp, across, baseline, fitted, pieces, written
from documents.typesetting.paper import Paper, day
from documents.typesetting.sheet import ACROSS, CELL, EM, LEFT, LINES, MM, RIGHT
from documents.typesetting.text.lines import Line, broken, spans

ABOVE_NAME = 1.0  # of a seal's middle above the name it is set on
ABOVE_SEALS = 2  # lines between the text and the first names: the seal's top is within one line
OVERHANG = 1  # lines that a seal reaches below the date
SEAL_ROWS = 5  # lines from one row of seals to the next: they do not touch
SEALS_DOWN = (LINES - ABOVE_SEALS - 2) // SEAL_ROWS  # rows of seals on a page
ORDER_STAMP = sheet.SIZE2 / MM  # 签名章 as it is set here: a name in 楷体
NOTE = 2 * CELL  # 7.3.6: indented


class Ending:
    """What stands below the text: who issued it and when, the seals, the note."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.names = () if paper.format == "minutes" else paper.signed_by
        self.date = day(paper.date) if paper.date else ""
        self.columns = _columns(self.names)
        self.is_signed = bool(self.date) and paper.format != "minutes"
        self.note = _note(paper.note)
        self.rows = [
            self.names[n : n + self.columns] for n in range(0, len(self.names), self.columns)
        ]  # fmt: skip

    @property
    def height(self) -> int:
        """How many lines it takes below the text; those of its first page when it takes more."""
        note = len(self.note)
        if not self.is_signed:
            return note
        if self.paper.format == "order":
            return 5 + note
        if self.paper.seal:
            rows = min(len(self.rows), SEALS_DOWN)
            return ABOVE_SEALS + (rows - 1) * SEAL_ROWS + 2 + max(note, OVERHANG)
        return min(1 + len(self.names) + 1 + note, LINES)

    def draw(self, pages: list[Page], row: int) -> int:
        """Set it from a line of the last page on; return the first line below."""
        if self.is_signed:
            if self.paper.format == "order":
                row = self._stamped(pages[-1], row)
            elif self.paper.seal:
                row = self._sealed(pages, row)
            else:
                row = self._unsealed(pages, row)
        part = Part("p")
        for n, line in enumerate(self.note):
            y = baseline(pages[-1].top(row + n))
            part.pieces += pieces(line, LEFT + (0 if n else NOTE), y)
        pages[-1].parts += [part] if self.note else []
        return row + len(self.note)

    def _sealed(self, pages: list[Page], row: int) -> int:
        """One body: the name over the date; several: each in its place, one seal each."""
        at = row + ABOVE_SEALS
        for n, names in enumerate(self.rows):
            if n and n % SEALS_DOWN == 0:
                pages.append(Page())
                at = ABOVE_SEALS + 1
            for name, middle in zip(names, self._middles(len(names)), strict=True):
                self._put(pages[-1], name, middle, at)
                if n == len(self.rows) - 1 and name is names[-1]:
                    y = baseline(pages[-1].top(at + 1))
                    date = written(self.date, middle - across(self.date) / 2, y)
                    pages[-1].parts.append(Part("p", date))
            at += SEAL_ROWS
        return at - SEAL_ROWS + 2

    def _middles(self, count: int) -> list[float]:
        """Return where names stand: one by the date, several in columns, the last at the right."""
        if len(self.names) > 1:
            share = ACROSS / self.columns
            return [RIGHT - share * (count - n - 0.5) for n in range(count)]
        middle = RIGHT - sheet.DATE_FROM_RIGHT * CELL - across(self.date) / 2
        name = min(across(self.names[0]), ACROSS)
        return [min(middle, RIGHT - name / 2)]

    def _put(self, page: Page, name: str, middle: float, row: int) -> None:
        top, wide = page.top(row), min(across(name), ACROSS)
        page.parts.append(Part("p", fitted(name, middle - wide / 2, baseline(top), ACROSS)))
        page.stamps.append(Stamp(middle, top - ABOVE_NAME, sheet.SEAL, name))

    def _unsealed(self, pages: list[Page], row: int) -> int:
        """The name two characters from the right; the date begins two further in (7.3.5.2)."""
        right = RIGHT - sheet.NAME_FROM_RIGHT * CELL
        room = right - LEFT
        longest = min(max(across(name) for name in self.names), room)
        left = min(right - longest, right - across(self.date) - 2 * CELL)
        at = row + 1
        for text, x in [*((name, left) for name in self.names), (self.date, left + 2 * CELL)]:
            if at >= LINES:
                pages.append(Page())
                at = 0
            part = Part("p", fitted(text, x, baseline(pages[-1].top(at)), room))
            pages[-1].parts.append(part)
            at += 1
        return at

    def _stamped(self, page: Page, row: int) -> int:
        """Post and 签名章, the date one line below (7.3.5.3)."""
        post, _space, person = self.names[0].rpartition(" ")
        right = RIGHT - sheet.DATE_FROM_RIGHT * CELL
        left = right - across(person, face="kai", size=ORDER_STAMP)
        middle = page.top(row + 2) + EM / 2
        y = baseline(middle - ORDER_STAMP / 2, "kai", ORDER_STAMP)
        stamp = written(person, left, y, face="kai", size=ORDER_STAMP, red=True)
        at = left - 2 * CELL - across(post)
        words = written(post, at, baseline(page.top(row + 2))) if post else []
        page.parts.append(Part("p", words + stamp))
        date = written(self.date, right - across(self.date), baseline(page.top(row + 4)))
        page.parts.append(Part("p", date))
        return row + 5


def _note(note: str) -> list[Line]:
    """Return the lines of 附注, in its brackets."""
    text = note if note.startswith("（") or not note else f"（{note}）"
    return broken(spans(text), ACROSS, indent=NOTE)


def _columns(names: Sequence[str]) -> int:
    """Return how many bodies sign beside each other: three at the most, none cut."""
    longest = max(map(across, names), default=0.0)
    for columns in (3, 2):
        if len(names) >= columns and longest <= ACROSS / columns - CELL / 2:
            return columns
    return 1
