"""版头: 份号 down to 签发人 and the red line, and the title (7.2, 7.3.1, 10)."""

from __future__ import annotations

from dataclasses import replace

from documents.typesetting import sheet
from documents.typesetting.pages import (
    Page,
    Part,
    Rule,
    across,
    baseline,
    fitted,
    ink,
    pieces,
    row_top,
    rows_below,
    width,
    written,
)
from documents.typesetting.paper import Paper, mark_text
from documents.typesetting.sheet import CELL, EM, GAP, LEFT, LINES, MM, PITCH, RIGHT, WIDTH
from documents.typesetting.text.faces import Glyph, glyph
from documents.typesetting.text.lines import set_line
from office.titles import title_lines

TITLE = sheet.SIZE2 / MM
TITLE_MOST = 20  # characters of 2号 on a line
MIDDLE = WIDTH / 2 + 1  # of the 版心: 28 to 184
AFTER_JOINT = 0.3  # of a character, between the names of a joint head and 文件


def set_head(paper: Paper, words: tuple[str, ...] = ()) -> Page:
    """Return page 1 with everything above its text, and the line on which that begins.

    Page 1 shows text (7.3.3): a mark of many names, over many signers, gives way, at last to the
    name of the lead alone (条例 第九条（四）).
    """
    for share in (1.0, 0.8, 0.6, 0.45):
        page = _head(paper, words, share)
        if page.first < LINES - 1:
            return page
    if len(paper.institution) > 1 and not paper.mark:
        return set_head(replace(paper, mark=f"{paper.institution[0]}文件"), words)
    return page


def _head(paper: Paper, words: tuple[str, ...], share: float) -> Page:
    page = Page()
    if paper.format == "letter":
        below = _letter_head(paper, page)
    else:
        _marks(paper, page, [row_top(n) for n in range(3)])
        below = _general_head(paper, page, share)
    if paper.format == "order":  # 10.2: no title, the text two lines below the number
        page.first = rows_below(below + sheet.BLANK2 - 3)
    else:
        page.first = _title(paper, page, below, words)
    return page


def _marks(paper: Paper, page: Page, tops: list[float]) -> None:
    """份号, 密级和保密期限, 紧急程度: one line each, from the top (7.2.1–7.2.3)."""
    shown = [
        (paper.copy_number, "body"), (paper.classification, "hei"), (paper.urgency, "hei"),
    ]  # fmt: skip
    for (text, face), top in zip([each for each in shown if each[0]], tops, strict=False):
        y = baseline(top, face)
        page.parts.append(Part("p", fitted(text, LEFT, y, sheet.ACROSS, face=face)))


# --- 发文机关标志 ---------------------------------------------------------------------------------


def _mark(paper: Paper, page: Page, top: float, part_of: float = 1.0) -> float:
    """Set the mark with its ink from `top` on, smaller when asked; return where its ink ends."""
    names, behind = mark_text(paper)
    part = Part("p")
    longest = max(map(len, names))
    share = longest + (len(behind) + AFTER_JOINT if behind else 0)
    size, room = sheet.MARK_LARGEST / MM, sheet.MARK_ACROSS
    if len(names) > 2:
        size = min(sheet.MARK_OF_MANY / MM, sheet.MARK_DOWN / len(names))
    size, narrow = size * part_of, 1.0
    if share * size > room:  # characters grow narrow before they grow small
        narrow = max(room / (share * size), 0.6)
        size = room / (share * narrow)
    if size < sheet.MARK_SMALLEST / MM:  # larger than the title, however long
        size = sheet.MARK_SMALLEST / MM
        narrow = min(1.0, room / (share * size))
    left = MIDDLE - share * size * narrow / 2
    y = top
    for name in names:
        glyphs = [glyph("title", char) for char in name]
        above, below = ink(glyphs, size)
        spread = (longest - len(name)) * size / (len(name) - 1) if len(name) > 1 else 0.0
        line = set_line(glyphs, size=size, spacing=spread)
        part.pieces += pieces(line, left, y + above, size=size, red=True, narrow=narrow)
        bottom = y + above + below
        y = bottom + size * 0.25
    if behind:
        glyphs = [glyph("title", char) for char in behind]
        above, below = ink(glyphs, size)
        line = set_line(glyphs, size=size, spacing=0.0)
        x = left + (longest + AFTER_JOINT) * size * narrow
        middle = (top + bottom + above - below) / 2
        part.pieces += pieces(line, x, middle, size=size, red=True, narrow=narrow)
    page.parts.append(part)
    return bottom


def _general_head(paper: Paper, page: Page, share: float) -> float:
    """Set mark, number, signers and red line; return where the last of them lies."""
    is_order = paper.format == "order"
    top = sheet.ORDER_MARK_TOP if is_order else sheet.MARK_TOP
    below = _mark(paper, page, top, share)
    above, under = ink([glyph("body", char) for char in paper.number or "国"], EM)
    y = below + sheet.BLANK2 + above
    if paper.signers:
        y = _signers(paper, page, y)
    part = Part("p")
    if paper.number:
        room = (13 if paper.signers else sheet.CELLS) * CELL
        x = LEFT + CELL if paper.signers else MIDDLE - min(across(paper.number), room) / 2
        part.pieces = fitted(paper.number, x, y, room)
    page.parts.append(part)
    if is_order:
        return y + under
    red = y + under + sheet.RED_BELOW_NUMBER
    page.rules.append(Rule(LEFT, red, sheet.ACROSS, sheet.RED_LINE, red=True))
    return red


def _signers(paper: Paper, page: Page, y: float) -> float:
    """签发人, two names in a row; return the baseline of the last row (7.2.6)."""
    label, room = "签发人：", 9 * CELL
    wide = min(max(_signed(name) for name in paper.signers), room)
    columns = 2 if len(paper.signers) > 1 and 2 * wide + CELL <= room else 1
    x = RIGHT - CELL - wide * columns - CELL * (columns - 1)
    part = Part("p", written(label, x - len(label) * CELL, y))
    for n, name in enumerate(paper.signers):
        row, column = divmod(n, columns)
        at = x + column * (wide + CELL)
        if column == columns - 1:
            at += wide - min(_signed(name), room)
        part.pieces += fitted(name, at, y + row * PITCH, room, face="kai")
    page.parts.append(part)
    return y + (len(paper.signers) - 1) // columns * PITCH


def _signed(name: str) -> float:
    return across(name, face="kai") + CELL - EM


def _letter_head(paper: Paper, page: Page) -> float:
    """信函格式 (10.1): the name, two double lines, the number at the right."""
    below = _mark(paper, page, sheet.LETTER_MARK_TOP)
    left = (WIDTH - sheet.LETTER_LINE) / 2
    line = below + sheet.RED_BELOW_NUMBER
    foot = sheet.HEIGHT - sheet.LETTER_FOOT
    for y, first, second in ((line, 1.1, 0.4), (foot, 0.4, 1.1)):
        page.rules.append(Rule(left, y, sheet.LETTER_LINE, first, red=True))
        page.rules.append(Rule(left, y + 1.3, sheet.LETTER_LINE, second, red=True))
    page.is_numbered = False
    glyphs = [glyph("body", char) for char in paper.number or "国"]
    above, under = ink(glyphs, EM)
    first_line = line + 1.3 + sheet.LETTER_GAP
    y = first_line + above
    if paper.number:
        x = max(RIGHT - across(paper.number), LEFT)
        page.parts.append(Part("p", fitted(paper.number, x, y, sheet.ACROSS)))
    tops = [first_line + n * PITCH for n in range(3)]
    _marks(paper, page, tops)
    shown = sum(map(bool, (paper.copy_number, paper.classification, paper.urgency)))
    return max(y + under, tops[shown - 1] + EM if shown else 0.0)


# --- 标题 -----------------------------------------------------------------------------------------


def _title(paper: Paper, page: Page, above: float, words: tuple[str, ...]) -> int:
    """Set the title two lines below what is above it; return the line on which the text begins.

    The text stands on the grid of every page: what that moves is shared by the two spaces.
    """
    lines = title_lines(paper.title, TITLE_MOST, words, shaped=True)
    faces = [[glyph("title", char) for char in line] for line in lines]
    up, _down = ink(faces[0], TITLE)
    _up, down = ink(faces[-1], TITLE)
    pitch = TITLE + GAP
    height = up + (len(lines) - 1) * pitch + down
    wanted = above + sheet.BLANK2 + height + PITCH + GAP  # the text, one blank line below
    row = max(round((wanted - row_top(0)) / PITCH), 0)
    y = above + sheet.BLANK2 + (row_top(row) - wanted) / 2 + up
    page.parts.append(_centred("h1", faces, y, pitch))
    return row


def attachment_title(title: str, words: tuple[str, ...], top: float) -> tuple[Part, int]:
    """Return the title of an attachment, its square from `top` on, and how many lines it has."""
    lines = title_lines(title, TITLE_MOST, words, shaped=True)
    faces = [[glyph("title", char) for char in line] for line in lines]
    y = baseline(top - (TITLE - EM) / 2, "title", TITLE)
    return _centred("h2", faces, y, TITLE + GAP), len(lines)


def _centred(tag: str, lines: list[list[Glyph]], y: float, pitch: float) -> Part:
    part = Part(tag)
    for n, glyphs in enumerate(lines):
        wide = width(glyphs, TITLE)
        narrow = min(1.0, sheet.ACROSS / wide)
        line = set_line(glyphs, size=TITLE, spacing=0.0)
        x = MIDDLE - wide * narrow / 2
        part.pieces += pieces(line, x, y + n * pitch, size=TITLE, narrow=narrow)
    return part
