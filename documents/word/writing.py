"""A document as .docx. What only a press can promise (tenths of a millimetre) Word does not."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from documents.typesetting.paper import Paper, day, joined, mark_text
from documents.typesetting.text.body import Paragraph, Table, blocks
from documents.word import parts
from documents.word.parts import CELL
from office.titles import title_lines

ACROSS = 156.0
PEOPLE = ("出席：", "请假：", "列席：")


def docx(paper: Paper) -> bytes:
    """Return the document as a Word file."""
    writer = Writer(paper)
    writer.head()
    writer.text(paper.body)
    writer.ending()
    writer.attachments()
    writer.imprint()
    made = io.BytesIO()
    writer.document.save(made)
    return made.getvalue()


class Writer:
    """Writes one document from top to bottom."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.document: Any = Document()
        self.names = (*paper.institution, *paper.signature)
        _sheet(self.document, is_letter=paper.format == "letter")
        about = self.document.core_properties
        about.title, about.author = paper.title.replace("\n", ""), paper.institution[0]
        about.language = "zh-CN"
        about.comments = ""
        made = paper.date or dt.date(2012, 7, 1)
        about.created = about.modified = dt.datetime(made.year, made.month, made.day, tzinfo=dt.UTC)
        about.last_modified_by = about.author

    def line(self, text: str = "", role: str = "body", points: float = 16, **look: Any) -> Any:
        """Write a paragraph of one face."""
        paragraph = self.document.add_paragraph()
        if text:
            parts.face(paragraph.add_run(text), role, points, **look)
        return paragraph

    def centred(self, lines: list[str] | tuple[str, ...], role: str, points: float) -> Any:
        """Write lines below each other in the middle."""
        paragraph = self.line()
        paragraph.alignment = ALIGN.CENTER
        for n, text in enumerate(lines):
            run = paragraph.add_run(text)
            parts.face(run, role, points)
            if n < len(lines) - 1:
                run.add_break()
        return paragraph

    # 版头

    def head(self) -> None:
        """份号 to title and 主送 (7.2, 7.3.1, 7.3.2, 10)."""
        paper, is_letter = self.paper, self.paper.format == "letter"
        marks = [(paper.copy_number, "body"), (paper.classification, "hei"), (paper.urgency, "hei")]
        shown = [each for each in marks if each[0]]
        if not is_letter:
            for text, role in (shown + [("", "body")] * 3)[: 2 if paper.format == "order" else 3]:
                self.line(text, role)
        self._mark()
        if is_letter:
            self.line(paper.number).alignment = ALIGN.RIGHT
            for text, role in shown:
                self.line(text, role)
        else:
            self._number()
        self.line()
        self.line()
        if paper.format != "order":
            self.centred(title_lines(paper.title, 20, self.names, shaped=True), "title", 22)
            self.line()
        if paper.addressees:
            self.line(f"{joined(paper.addressees)}：")

    def _mark(self) -> None:
        names, behind = mark_text(self.paper)
        longest = max(map(len, names)) + len(behind)
        points = min(62.0, 36.0 if len(names) > 2 else 62.0)
        narrow = min(1.0, 425 / (longest * points))
        if narrow < 0.6:
            points, narrow = points * narrow / 0.6, 0.6
        if not behind:
            is_letter = self.paper.format == "letter"
            # 10.1: 30 mm from the edge of the page, that is in its head.
            section = self.document.sections[0]
            paragraph = section.first_page_header.paragraphs[0] if is_letter else self.line()
            parts.face(paragraph.add_run(names[0]), "title", points, red=True, narrow=narrow)
            paragraph.alignment = ALIGN.CENTER
            _loose(paragraph)
            if is_letter:
                parts.indent(paragraph, left=-7 / 5.57, right=-7 / 5.57)
                parts.border(paragraph, "bottom", "thickThinSmallGap", eighths=24, space=11)
            return
        table = self.document.add_table(1, 2)
        parts.wide(table, ACROSS)
        share = ACROSS * len(behind) / longest
        left, right = table.rows[0].cells
        left.width, right.width = Mm(ACROSS - share), Mm(share)
        for n, name in enumerate(names):
            paragraph = left.paragraphs[0] if not n else left.add_paragraph()
            parts.face(paragraph.add_run(name), "title", points, red=True, narrow=narrow)
            paragraph.alignment = ALIGN.DISTRIBUTE
            _loose(paragraph)
        run = right.paragraphs[0].add_run(behind)
        parts.face(run, "title", points, red=True, narrow=narrow)
        _loose(right.paragraphs[0])
        right._tc.get_or_add_tcPr().append(parts.element("vAlign", val="center"))

    def _number(self) -> None:
        """发文字号, 签发人, and the red line below (7.2.5–7.2.7)."""
        self.line()
        self.line()
        signers = self.paper.signers
        rows = [signers[n : n + 2] for n in range(0, len(signers), 2)] or [()]
        for n, row in enumerate(rows):
            number = self.paper.number if n == len(rows) - 1 else ""
            paragraph = self.line(number)
            if not signers:
                paragraph.alignment = ALIGN.CENTER
                continue
            parts.indent(paragraph, first=1, right=1)
            paragraph.paragraph_format.tab_stops.add_tab_stop(Pt(CELL * 27), WD_TAB_ALIGNMENT.RIGHT)
            parts.face(paragraph.add_run("\t" + ("签发人：" if n == 0 else "")), "body", 16)
            parts.face(paragraph.add_run("　".join(row)), "kai", 16)
        if self.paper.format != "order":
            parts.border(paragraph, "bottom", "single", eighths=16, space=11)

    # 主体

    def text(self, body: str) -> None:
        """正文: headings in their faces, paragraphs, tables (7.3.3)."""
        was_people = False
        for block in blocks(body):
            if isinstance(block, Table):
                self._table(block)
                continue
            is_people = self.paper.format == "minutes" and block.text.startswith(PEOPLE)
            if is_people and not was_people:
                self.line()
            self._paragraph(block, is_people=is_people)
            was_people = is_people

    def _paragraph(self, block: Paragraph, *, is_people: bool) -> None:
        lead, role = (3, "hei") if is_people else (block.lead, block.face)
        paragraph = self.line(block.text[:lead], role)
        if rest := block.text[lead:]:
            parts.face(paragraph.add_run(rest), "body", 16)
        if block.is_centred:
            paragraph.alignment = ALIGN.CENTER
        elif is_people:
            parts.indent(paragraph, left=5, first=-3)
        else:
            parts.indent(paragraph, first=2)

    def _table(self, block: Table) -> None:
        table = self.document.add_table(len(block.rows), len(block.rows[0]))
        parts.wide(table, ACROSS)
        for n, (row, texts) in enumerate(zip(table.rows, block.rows, strict=True)):
            for cell, text in zip(row.cells, texts, strict=True):
                parts.face(cell.paragraphs[0].add_run(text), "body" if n else "hei", 12)
                cell.paragraphs[0].alignment = ALIGN.CENTER
                _loose(cell.paragraphs[0])
                parts.cell_borders(cell, top=6, left=6, bottom=6, right=6)
            properties = row._tr.get_or_add_trPr()
            properties.append(parts.element("cantSplit"))
            if n == 0:
                properties.append(parts.element("tblHeader"))

    def ending(self) -> None:
        """附件说明, 署名, 成文日期, 附注 (7.3.4–7.3.6)."""
        paper = self.paper
        for n, each in enumerate(paper.attachments, 1):
            if n == 1:
                self.line()
            number = f"{n}." if len(paper.attachments) > 1 else ""
            paragraph = self.line(
                ("附件：" if n == 1 else "") + number + each.title.replace("\n", "")
            )
            hang = 3 + len(number) * 0.5 if n == 1 else len(number) * 0.5
            parts.indent(paragraph, left=5 + len(number) * 0.5, first=-hang)
        if paper.date and paper.format != "minutes":
            self._signed(day(paper.date))
        if paper.note:
            note = paper.note if paper.note.startswith("（") else f"（{paper.note}）"
            parts.indent(self.line(note), first=2)

    def _signed(self, date: str) -> None:
        """Set names and date at the right, as with a seal or without (7.3.5.1, 7.3.5.2)."""
        names, wide = self.paper.signed_by, _characters(date)
        longest = max(map(_characters, names))
        is_sealed = self.paper.seal or self.paper.format == "order"
        self.line()
        if is_sealed:
            self.line()
        last = max(longest - wide, 2.0) if not is_sealed else 4.0
        for name in names:
            paragraph = self.line(name)
            paragraph.alignment = ALIGN.RIGHT
            own = _characters(name)
            # Without a seal the date begins two characters further in than the names.
            under = max(4 + (wide - own) / 2, 0.0)
            parts.indent(paragraph, right=under if is_sealed else last + wide + 2 - own)
        paragraph = self.line(date)
        paragraph.alignment = ALIGN.RIGHT
        parts.indent(paragraph, right=last)

    def attachments(self) -> None:
        """附件 on pages of their own (7.3.7)."""
        for n, each in enumerate(self.paper.attachments, 1):
            number = str(n) if len(self.paper.attachments) > 1 else ""
            label = self.line(f"附件{number}", "hei")
            label.paragraph_format.page_break_before = True
            self.line()
            self.centred(title_lines(each.title, 20, self.names, shaped=True), "title", 22)
            self.line()
            self.text(each.body)

    # 版记

    def imprint(self) -> None:
        """版记 as a table at the foot of the last page (7.4)."""
        paper, is_letter = self.paper, self.paper.format == "letter"
        copied = f"抄送：{joined(paper.copy_to).rstrip('。')}。" if paper.copy_to else ""
        by = "" if is_letter else paper.printed_by
        on = f"{day(paper.printed_on)}印发" if paper.printed_on and not is_letter else ""
        rows = [row for row in (copied, f"{by}\t{on}" if by or on else "") if row]
        if not rows:
            return
        table = self.document.add_table(len(rows), 1)
        parts.wide(table, ACROSS)
        parts.at_foot(table)
        for n, text in enumerate(rows):
            cell = table.rows[n].cells[0]
            paragraph = cell.paragraphs[0]
            parts.face(paragraph.add_run(text), "body", 14)
            if "\t" in text:
                parts.indent(paragraph, left=0.875, right=0.875)
                stop = Mm(ACROSS) - Pt(14)
                paragraph.paragraph_format.tab_stops.add_tab_stop(stop, WD_TAB_ALIGNMENT.RIGHT)
            else:
                parts.indent(paragraph, left=3.5, right=0.875, first=-2.625)
            _loose(paragraph)
            thick, thin = (0, 0) if is_letter else (8, 6)
            is_last = n == len(rows) - 1
            parts.cell_borders(cell, top=thin if n else thick, left=0,
                               bottom=thick if is_last else thin, right=0)  # fmt: skip
        last = self.line()  # a document ends with a paragraph; this one takes no room
        last.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        last.paragraph_format.line_spacing = Pt(1)


def _characters(text: str) -> float:
    """Return how wide a text is in Chinese characters."""
    return sum(1.0 if char > "\u2000" else 0.5 for char in text)


def _loose(paragraph: Any) -> None:
    """Let a paragraph be as high as its type asks for."""
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    paragraph._p.get_or_add_pPr().insert_element_before(
        parts.element("snapToGrid", val=0), "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _sheet(document: Any, *, is_letter: bool) -> None:
    """Set paper, margins, grid, the face of the text, and page numbers (5, 7.5)."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(28), Mm(25.5)
    parts.grid(section)
    normal = document.styles["Normal"]
    parts.face(normal, "body", 16)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    normal.paragraph_format.line_spacing = Pt(parts.LINE / 20)
    language = parts.element("lang", val="zh-CN", eastAsia="zh-CN")
    normal._element.get_or_add_rPr().append(language)
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((section.footer, ALIGN.RIGHT), (section.even_page_footer, ALIGN.LEFT)):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        parts.indent(paragraph, left=0.875, right=0.875)
        parts.page_field(paragraph)
        _loose(paragraph)
    if is_letter:  # 10.1: no number on page 1, but the second double line
        section.different_first_page_header_footer = True
        foot = section.first_page_footer.paragraphs[0]
        parts.indent(foot, left=-7 / 5.57, right=-7 / 5.57)
        parts.border(foot, "bottom", "thinThickSmallGap", eighths=24, space=1)
    section._sectPr.find(qn("w:pgMar")).set(qn("w:gutter"), "0")
