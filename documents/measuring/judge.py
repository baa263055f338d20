"""Every measure of GB/T 9704-2012 that a ruler can take of a PDF: the rows L01–L45."""

from __future__ import annotations

from pypdfium2 import PdfiumError

from documents.measuring import ending, foot, head, text
from documents.measuring.bench import Verdict
from documents.measuring.elements import find
from documents.measuring.reading import read

JUDGES = (
    text.sheets, text.edges, text.across, text.grid, text.full_lines, head.marks, head.mark,
    head.number, head.signers, head.red_line, head.title, head.addressees, text.headings,
    text.people, ending.note, ending.signature, ending.remark, ending.attachments, foot.imprint,
    foot.page_numbers, ending.colours,
)  # fmt: skip


class Unreadable(ValueError):
    """What was given is no PDF, or one that nobody may open."""


def measure(content: bytes) -> list[Verdict]:
    """Return the verdicts on a PDF, row by row; rows that do not apply are not there."""
    try:
        pages = read(content)
    except PdfiumError as error:
        raise Unreadable from error
    if not pages:
        raise Unreadable
    found = find(pages)
    return [verdict for judge in JUDGES for verdict in judge(found)]
