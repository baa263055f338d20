"""发文稿纸: the sheet that goes with a draft, with who said what and signed when."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from documents.drafting.models import Dispatch, Remark
from office import printing

# Which box of the sheet the words of a step stand in: words of the form are data.
BOXES = (
    ("签发", ("sign", "note_signature")), ("会签", ("countersign", "note_countersign")),
    ("核稿", ("check", "revise", "recheck")), ("审核", ("review",)),
)  # fmt: skip


def printed(row: Dispatch) -> bytes:
    """Return the drafting sheet as PDF."""
    remarks: list[Remark] = row.papers(Remark, "author", "on_behalf_of", "unit")
    boxes = [(name, [_words(r) for r in remarks if r.step in steps]) for name, steps in BOXES]
    context: dict[str, Any] = {
        "row": row,
        "boxes": boxes,
        "annexes": [annex.title for annex in row.annex_list],
        "paragraphs": [line for line in row.body.splitlines() if line.strip()],
    }
    return printing.pdf("print/dispatch_sheet.html", context)


def _words(remark: Remark) -> dict[str, str]:
    at = timezone.localtime(remark.written_at)
    acting = f"（代{remark.on_behalf_of.name}）" if remark.on_behalf_of else ""
    return {
        "text": remark.text,
        "who": f"{remark.author.name}{acting}",
        "at": f"{at.year}年{at.month}月{at.day}日",
    }
