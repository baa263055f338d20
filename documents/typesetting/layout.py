"""A whole document: head, text, signature, attachments, imprint, numbers."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from documents.typesetting.elements import flow, imprint
from documents.typesetting.elements.ending import Ending
from documents.typesetting.elements.head import attachment_title, set_head
from documents.typesetting.pages import Page, Part, baseline, row_top, written
from documents.typesetting.paper import Attachment, Paper
from documents.typesetting.sheet import DOWN, EM, GAP, LEFT, LINES, PITCH, TIGHTEST


def lay_out(paper: Paper, words: Sequence[str] = (), *, even_imprint: bool = False) -> list[Page]:
    """Return the pages of a document; `words` of the institution are not torn in titles.

    Raises NoGlyph when no font has a character, Unfit when a table or 版记 fits no page.
    """
    names = (*paper.institution, *paper.signature, *words)
    is_minutes = paper.format == "minutes"
    page = set_head(paper, names)
    to = flow.addressees(paper)
    foot = imprint.Imprint(paper)
    if moved := page.first + len(to) >= LINES:  # page 1 shows text: they go to 版记 (7.3.2)
        fuller = imprint.Imprint(paper, moved=True)
        moved = fuller.height <= DOWN
        foot = fuller if moved else foot
    rows = [*([] if moved else to), *flow.body_rows(paper.body, is_minutes=is_minutes)]
    note = flow.attachment_note(paper)
    sign = Ending(paper)
    pages, row = flow.onto_pages(
        [*rows, *note], page, tail=sign.height, along=len(note),
        least=1 if moved else len(to) + 1,
        foot=0 if paper.attachments else ceil((foot.height + GAP) / (TIGHTEST * PITCH)),
    )  # fmt: skip
    ends = pages[-1].top(sign.draw(pages, row) - 1) + EM
    for n, attachment in enumerate(paper.attachments, 1):
        number = str(n) if len(paper.attachments) > 1 else ""
        ends = _attach(pages, attachment, number, names)
    imprint.set_imprint(pages, ends, foot, even=even_imprint)
    imprint.number_pages(pages)
    return pages


def _attach(
    pages: list[Page], attachment: Attachment, number: str, words: tuple[str, ...]
) -> float:
    """附件 on pages of its own: its label on line 1, its title on line 3 (7.3.7)."""
    page = Page()
    label = written(f"附件{number}", LEFT, baseline(row_top(0), "hei"), face="hei")
    title, lines = attachment_title(attachment.title, words, row_top(2))
    page.parts += [Part("h2", label), title]
    page.first = 4 + lines - 1 + (1 if lines > 2 else 0)
    more, row = flow.onto_pages(flow.body_rows(attachment.body), page)
    pages += more
    return more[-1].top(row - 1) + EM
