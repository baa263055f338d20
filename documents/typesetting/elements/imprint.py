"""版记 (7.4) at the foot of the last page, and 页码 (7.5)."""

from __future__ import annotations

from collections.abc import Sequence

from documents.typesetting import sheet
from documents.typesetting.pages import Page, Part, Rule, across, baseline, fitted, pieces, written
from documents.typesetting.paper import Paper, Unfit, day, joined
from documents.typesetting.sheet import ACROSS, BOTTOM, CELL, DOWN, EM, GAP, LEFT, MM, RIGHT
from documents.typesetting.text.faces import glyph
from documents.typesetting.text.lines import Line, broken, set_line, spans

SIZE4 = sheet.SIZE4 / MM


class Imprint:
    """版记: 主送 that found no place above, 抄送, 印发机关和印发日期."""

    def __init__(self, paper: Paper, *, moved: bool = False) -> None:
        self.is_letter = paper.format == "letter"
        self.groups: list[list[Line]] = []
        if moved and paper.addressees:
            self.groups.append(_list("主送：", joined(paper.addressees)))
        if paper.copy_to:
            self.groups.append(_list("抄送：", joined(paper.copy_to)))
        self.by = "" if self.is_letter else paper.printed_by
        self.on = f"{day(paper.printed_on)}印发" if paper.printed_on and not self.is_letter else ""

    @property
    def height(self) -> float:
        """How high it is, in mm."""
        lines = sum(map(len, self.groups)) + bool(self.by or self.on)
        return lines * sheet.IMPRINT_PITCH

    def draw(self, page: Page) -> None:
        """Set it at the foot of a page."""
        if not self.height:
            return
        y = BOTTOM - self.height
        self._rule(page, y, sheet.THICK)
        for group in self.groups:
            part = Part("p")
            for n, line in enumerate(group):
                x = LEFT + SIZE4 + (0 if n == 0 else 3 * SIZE4)
                part.pieces += pieces(line, x, _middle(y), size=SIZE4)
                y += sheet.IMPRINT_PITCH
            page.parts.append(part)
        if self.by or self.on:
            if self.groups:
                self._rule(page, y, sheet.THIN)
            right = RIGHT - SIZE4 - across(self.on, size=SIZE4)
            room = right - LEFT - 2 * SIZE4
            part = Part("p", fitted(self.by, LEFT + SIZE4, _middle(y), room, size=SIZE4))
            part.pieces += written(self.on, right, _middle(y), size=SIZE4)
            page.parts.append(part)
        self._rule(page, BOTTOM, sheet.THICK)

    def _rule(self, page: Page, y: float, thickness: float) -> None:
        if not self.is_letter:  # 10.1: 版记 of a 信函 has no lines
            page.rules.append(Rule(LEFT, y, ACROSS, thickness))


def _list(label: str, names: str) -> list[Line]:
    """Return bodies behind a label, the lines below each other, a full stop at the end (7.4.2)."""
    head = len(label) * SIZE4 * CELL / EM
    room = ACROSS - 2 * SIZE4 - head
    text = names if names.endswith("。") else f"{names}。"
    return broken(spans(label + text), room, indent=-head, size=SIZE4)


def _middle(top: float) -> float:
    return baseline(top + (sheet.IMPRINT_PITCH - SIZE4) / 2, size=SIZE4)


def set_imprint(
    pages: list[Page], content_ends: float, imprint: Imprint, *, even: bool = False
) -> None:
    """Set 版记 on the last page, or on one more; on an even one when the office wants it so."""
    if not imprint.height:
        return
    if imprint.height > DOWN:
        raise Unfit("copy_to 太长，版记一页排不下")
    is_own = BOTTOM - imprint.height < content_ends + GAP or pages[-1].is_turned
    if is_own:
        pages.append(Page())
    if even and len(pages) % 2:
        pages.append(Page())
        if is_own:  # 7.5: a blank page before it, then neither is numbered
            pages[-2].is_numbered = pages[-1].is_numbered = False
    imprint.draw(pages[-1])


def number_pages(pages: Sequence[Page]) -> None:
    """Set — 1 — below the 版心: odd ones at the right, even ones at the left (7.5)."""
    for n, page in enumerate(pages, 1):
        if not page.is_numbered:
            continue
        line = set_line([glyph("song", char) for char in f"— {n} —"], size=SIZE4, spacing=0.0)
        low, high = line.glyphs[0].font.ink("—")[1::2]
        y = BOTTOM + sheet.NUMBER_BELOW + (low + high) / 2 * SIZE4
        x = RIGHT - SIZE4 - line.width if n % 2 else LEFT + SIZE4
        page.parts.append(Part("artifact", list(pieces(line, x, y, size=SIZE4))))
