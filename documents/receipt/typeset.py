"""Set the plain text of a letter as paper: what a record shows when there is no scan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from documents.receipt.numbers import key

if TYPE_CHECKING:
    from documents.receipt.models import IncomingDocument

MOST = 6000  # characters: some ten pages
HEADING = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)")
DAY = re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日$")
SIGNER = 30  # nobody's name is longer; a sentence may be
RED_HEADS = ((13, ""), (16, "long"), (21, "longer"))  # characters that fit on one line, and how


@dataclass(frozen=True)
class Letter:
    """A letter as it stands on the screen's sheet: the red head and the paragraphs."""

    issuer: str
    issuer_class: str
    paragraphs: list[tuple[str, str]]  # class, text


def letter(row: IncomingDocument, text: str) -> Letter:
    """Set the text; the title and the number, which the head shows, are not repeated."""
    issuer = row.sender.name + ("" if row.kind == "函" else "文件")
    fits = (name for most, name in RED_HEADS if len(issuer) <= most)
    head = row.title_key + key(row.doc_number)
    return Letter(issuer, next(fits, "longest"), _paragraphs(text[:MOST], head))


def _paragraphs(text: str, head: str) -> list[tuple[str, str]]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    while lines and key(lines[0]) in head:
        lines.pop(0)
    is_signed = _is_signed(lines)
    body = lines[:-2] if is_signed else lines
    shown = [(_level(line), line) for line in body]
    if body and body[0].endswith("："):
        shown[0] = ("to", body[0])
    return [*shown, ("sign", "\n".join(lines[-2:]))] if is_signed else shown


def _is_signed(lines: list[str]) -> bool:
    """Tell whether the last two lines are who wrote it and when."""
    if len(lines) < 3:  # the words, the signer, the day
        return False
    return bool(DAY.match(lines[-1])) and len(lines[-2]) <= SIGNER and not lines[-2].endswith("。")


def _level(line: str) -> str:
    """Return the class of a heading on its own line: level one, level two, or none."""
    found = HEADING.match(line)
    if found is None or line.endswith(("。", "；")):
        return ""
    return "l2" if line.startswith("（") else "l1"
