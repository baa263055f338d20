"""正文: text into lines of the grid, lines onto pages (7.3.2–7.3.4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from documents.typesetting.elements.tables import Section, section
from documents.typesetting.pages import Page, across, baseline, pieces
from documents.typesetting.paper import Paper, joined
from documents.typesetting.sheet import ACROSS, CELL, LEFT, LINES, PITCH, TIGHTEST
from documents.typesetting.text.body import Paragraph, Table, blocks
from documents.typesetting.text.lines import Line, broken, spans

INDENT = 2 * CELL
TAKEN = 2  # lines of the text that go along with a signature which does not fit (7.3.5.5)
LOOSEST = 1.3  # lines further apart than that look worse than a little white below
PEOPLE = ("出席：", "请假：", "列席：")  # 10.3


@dataclass
class Row:
    """One line of the grid, or a table of several: `draw` puts it on a page from a height on."""

    draw: Callable[[Page, float], None] | None = None  # None: a blank line
    height: int = 1
    table: Section | None = None
    is_heading: bool = False  # the last line of one: it does not stay behind alone

    @property
    def is_turned(self) -> bool:
        """Whether it stands on a page of its own, laid across."""
        return self.table is not None and self.table.is_turned


@dataclass
class Placed:
    """A row and where it came to stand."""

    row: Row
    page: Page
    place: int  # the line of the grid


def text_rows(lines: Sequence[Line], indent: float, rest: float = 0.0) -> list[Row]:
    """Return the rows of one paragraph; its first line begins at `indent`, the others at `rest`."""
    of = object()
    return [_row(of, line, LEFT + (rest if n else indent)) for n, line in enumerate(lines)]


def _row(of: object, line: Line, x: float) -> Row:
    def draw(page: Page, top: float) -> None:
        page.part("p", of).pieces += pieces(line, x, baseline(top))

    return Row(draw)


def addressees(paper: Paper) -> list[Row]:
    """主送机关: flush left, with a full-width colon (7.3.2)."""
    if not paper.addressees:
        return []
    return text_rows(broken(spans(f"{joined(paper.addressees)}："), ACROSS), 0.0)


def body_rows(text: str, *, is_minutes: bool = False) -> list[Row]:
    """Return the rows of a body: headings in their faces, paragraphs, tables."""
    found: list[Row] = []
    was_people = False
    for block in blocks(text):
        if isinstance(block, Table):
            found.append(_table(section(block)))
            continue
        is_people = is_minutes and block.text.startswith(PEOPLE)
        if is_people:
            found += [] if was_people or not found else [Row()]  # 10.3: one blank line above
            found += hanging("", block.text[:3], block.text[3:], face="hei")
        else:
            found += _paragraph(block)
        was_people = is_people
    return found


def _table(table: Section) -> Row:
    return Row(table.draw, table.lines, table)


def _paragraph(block: Paragraph) -> list[Row]:
    glyphs = spans(block.text, lead=(block.face, block.lead))
    if block.is_centred:
        lines = broken(glyphs, ACROSS)
        return [_row(object(), line, LEFT + (ACROSS - line.width) / 2) for line in lines]
    rows = text_rows(broken(glyphs, ACROSS, indent=INDENT), INDENT)
    rows[-1].is_heading = bool(block.level) and block.text[-1] not in "。；：！？"
    return rows


def hanging(before: str, label: str, text: str, *, face: str = "body") -> list[Row]:
    """Return a text whose lines begin below each other, behind its label (7.3.4, 10.3)."""
    lead = before + label
    start = INDENT + len(lead) * CELL
    head = spans(lead, lead=(face, len(lead)))
    lines = broken([*head, *spans(text)], ACROSS - start, indent=-len(lead) * CELL)
    return text_rows(lines, INDENT, start)


def attachment_note(paper: Paper) -> list[Row]:
    """附件说明: one line below the text, several numbered (7.3.4)."""
    names = [each.title.replace("\n", "") for each in paper.attachments]
    if not names:
        return []
    if len(names) == 1:
        return [Row(), *hanging("", "附件：", names[0])]
    found = [Row()]
    for n, name in enumerate(names, 1):
        found += _numbered(n, name)
    return found


def _numbered(n: int, name: str) -> list[Row]:
    """Set one of several attachments: the names stand below each other, whatever their number."""
    label = f"{'附件：' if n == 1 else ''}{n}."
    indent = INDENT + (0 if n == 1 else 3 * CELL)
    start = indent + across(label)
    room = ACROSS - start
    lines = broken([*spans(label), *spans(name)], room, indent=-(start - indent))
    return text_rows(lines, indent, start)


def onto_pages(
    flow: Sequence[Row], page: Page, *, tail: int = 0, along: int = 0, least: int = 1, foot: int = 0
) -> tuple[list[Page], int]:
    """Put rows on pages; keep `tail` lines free below the last.

    Returns the pages and the first free line of the last one. When what follows does not fit
    under the text, the lines of that page come closer; where that is not enough, the last lines
    and the `along` rows below them go along to a new page, and those before are spread over
    theirs (7.3.5.5). `least` rows stay on the first page. The lines come closer, too, where the
    `foot` lines of the 版记 then find room on the page.
    """
    pages, placed, row = _fill(flow, page)
    last = [each for each in placed if each.page is pages[-1]]
    if row + tail > LINES and not _closer(pages[-1], last, row + tail):
        pages.append(Page())
        row = _take_along(placed[least:], pages, TAKEN + along)
    elif len(pages) > 1 and 0 < len(last) <= along:
        row = _take_along(placed[least:], pages, TAKEN + along)
    elif row + tail <= LINES < row + tail + foot:
        _closer(pages[-1], last, row + tail + foot)
    for each in placed:
        if each.row.draw:
            each.row.draw(each.page, each.page.top(each.place))
    return pages, row


def _fill(flow: Sequence[Row], page: Page) -> tuple[list[Page], list[Placed], int]:
    """Put rows one below the other; a table is split where a page ends."""
    pages, placed, row = [page], list[Placed](), page.first
    waiting = list(reversed(flow))
    while waiting:
        each = waiting.pop()
        if pages[-1].is_turned or (each.is_turned and row):
            pages.append(Page())
            row = 0
        pages[-1].is_turned = each.is_turned
        if row + each.height > LINES:
            if each.table and (parts := each.table.split(LINES - row)):
                first, rest = parts
                each = _table(first)
                waiting.append(_table(rest))
            elif row:
                pages.append(Page(is_turned=each.is_turned))
                row = 0
                waiting.append(each)
                continue
        placed.append(Placed(each, pages[-1], row))
        if each.draw or row or len(pages) == 1:  # no page begins with a blank line
            row += each.height
    return pages, placed, row


def _closer(page: Page, rows: Sequence[Placed], count: int) -> bool:
    """Set the lines of a page closer, so that it holds more; tell whether that is enough."""
    pitch = PITCH * (LINES - 1 - page.first) / max(count - 1 - page.first, 1)
    if pitch < TIGHTEST * PITCH or any(each.row.height > 1 for each in rows):
        return False
    page.pitch = pitch
    return True


def _take_along(placed: Sequence[Placed], pages: Sequence[Page], count: int) -> int:
    """Put the last rows on the last page, by themselves; return how many lines they take."""
    while count < len(placed) and placed[-count - 1].row.is_heading:
        count += 1
    taken = list(placed[-count:])
    while any(each.row.height > 1 for each in taken) or (taken and not taken[0].row.draw):
        taken = taken[1:]
    row = 0
    for each in taken:
        each.page, each.place = pages[-1], row
        row += each.row.height
    _spread(pages[-2], [each for each in placed if each.page is pages[-2]])
    return row


def _spread(page: Page, rows: Sequence[Placed]) -> None:
    """Spread lines over the rest of their page, unless they would stand far apart."""
    if not rows or any(each.row.height > 1 for each in rows):
        return
    count = rows[-1].place - page.first
    if 0 < LINES - 1 - page.first <= LOOSEST * count:
        page.pitch = PITCH * (LINES - 1 - page.first) / count
