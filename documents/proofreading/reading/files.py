"""Read a document to proofread: FILE.json, plain text as it would be typed, or a .docx draft."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from documents.proofreading.reading import paper
from documents.proofreading.text import Attachment, Text, on_paper
from office.files import archives

MOST_BYTES = 8 * 2**20
MOST_CHARACTERS = 200_000
CODINGS = ("utf-8-sig", "gb18030")
FORMATS = ("general", "letter", "order", "minutes")
NEEDED = ("institution", "title", "body")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
SIGNS = {f"{W}tab": "\u3000", f"{W}br": "\n", f"{W}noBreakHyphen": "-"}
SILENT = frozenset({FALLBACK, f"{W}del", f"{W}moveFrom"})


class Unfit(ValueError):
    """What was given is no document that can be read; says why."""


def read(path: Path) -> Text:
    """Return the document in a file. Raises Unfit, or OSError when it cannot be opened."""
    readers = {".json": of_json, ".docx": of_docx, ".txt": of_plain}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise Unfit(_("Only .json, .docx and .txt are read."))
    if path.stat().st_size > MOST_BYTES:
        raise Unfit(_("The file is too large to proofread."))
    return reader(path.read_bytes())


def of_plain(data: bytes) -> Text:
    """Return the document in a text file: title, addressees, body, signature, date, note."""
    return paper.read(_short_enough(_decoded(data)).splitlines())


def of_docx(data: bytes) -> Text:
    """Return the document in a .docx; styles are ignored, a table row becomes “| … | … |”."""
    try:
        archives.look_into(io.BytesIO(data), "docx")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if archive.getinfo("word/document.xml").file_size > 4 * MOST_BYTES:
                raise Unfit(_("The file is too large to proofread."))
            with archive.open("word/document.xml") as part:
                lines = _paragraphs(part)
    except ValidationError as error:
        raise Unfit(" ".join(error.messages)) from None
    except (zipfile.BadZipFile, KeyError, ParseError, DefusedXmlException):
        raise Unfit(_("This archive is damaged and cannot be opened.")) from None
    return paper.read(_short_enough("\n".join(lines)).splitlines())


def of_json(data: bytes) -> Text:
    """Return the document in a FILE.json. Unknown and missing keys are named."""
    try:
        value = json.loads(_decoded(data))
    except (ValueError, RecursionError) as error:
        raise Unfit(_("This is not JSON: %(why)s") % {"why": error}) from None
    return of(value)


def of(value: Any) -> Text:
    """Return the document in the value of a FILE.json."""
    if not isinstance(value, Mapping):
        raise Unfit(_("The outermost value must be an object."))
    if unknown := sorted(set(value) - KEYS):
        raise Unfit(_("Unknown keys: %(keys)s") % {"keys": "、".join(unknown)})
    if missing := [key for key in NEEDED if not value.get(key)]:
        raise Unfit(_("Missing keys: %(keys)s") % {"keys": "、".join(missing)})
    return composed(value)


def composed(value: Mapping[str, Any]) -> Text:
    """Return the text with these elements; what is absent is empty."""
    elements: dict[str, Any] = {}
    whole_lines: dict[str, str] = dict(value.get("typed", {}))
    for key, given in value.items():
        if key in ("seal", "typed"):
            continue
        take: Callable[[str, Any], Any] = READ.get(key, _words)
        elements[key] = take(key, given)
        if key in paper.LINES and isinstance(given, str) and given.strip():
            whole_lines[key] = given.strip()
    if "\n" in elements.get("title", ""):
        whole_lines["title_lines"] = elements["title"]
        elements["title"] = re.sub(r"\s*\n\s*", "", elements["title"])
    text = Text(**elements, typed=whole_lines)
    _short_enough("".join((text.body, *(each.body for each in text.attachments))))
    return text


def _decoded(data: bytes) -> str:
    for coding in CODINGS:
        try:
            return data.decode(coding)
        except UnicodeDecodeError:
            continue
    raise Unfit(_("The file is neither UTF-8 nor GB 18030."))


def _short_enough(words: str) -> str:
    if len(words) > MOST_CHARACTERS:
        raise Unfit(_("The text is longer than %(n)s characters.") % {"n": MOST_CHARACTERS})
    return words


def _words(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit(_("%(key)s must be text.") % {"key": key})
    words = re.sub(r"\r\n?", "\n", str(value))
    return words if key == "body" else words.strip()  # its lines are counted as typed


def _list(key: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return paper.names(value) if key in paper.LINES else tuple(filter(None, [value.strip()]))
    if not isinstance(value, list | tuple):
        raise Unfit(_("%(key)s must be a list of texts.") % {"key": key})
    return tuple(_words(key, each) for each in value)


def _day(key: str, value: Any) -> str:
    """A day is given as 2026-03-05, and stands on paper as 2026年3月5日; else as it was typed."""
    words = _words(key, value)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", words):
        return re.sub(r"\s", "", words)
    try:
        return on_paper(dt.date.fromisoformat(words)) + ("印发" if key == "printed_on" else "")
    except ValueError:
        year, month, day = (int(part) for part in words.split("-"))
        return f"{year}年{month}月{day}日"


def _format(key: str, value: Any) -> str:
    if value not in FORMATS:
        raise Unfit(
            _("%(key)s must be one of %(these)s.") % {"key": key, "these": "、".join(FORMATS)}
        )
    return str(value)


def _attachments(key: str, value: Any) -> tuple[Attachment, ...]:
    found = []
    for each in value if isinstance(value, list | tuple) else [None]:
        if not isinstance(each, Mapping) or not {"title"} <= set(each) <= {
            "title",
            "body",
            "label",
        }:
            raise Unfit(_("%(key)s must be a list of title and body.") % {"key": key})
        found.append(Attachment(**{part: _words(key, words) for part, words in each.items()}))
    return tuple(found)


READ: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(("institution", "signers", "addressees", "signature", "copy_to"), _list),
    "date": _day, "printed_on": _day, "format": _format, "attachments": _attachments,
}  # fmt: skip
KEYS = {
    "institution", "kind", "title", "number", "addressees", "body", "attachments", "signature",
    "date", "note", "copy_to", "printed_by", "printed_on", "signers", "urgency", "classification",
    "copy_number", "format", "mark", "seal",
}  # fmt: skip


class _Flow:
    """The paragraphs and table rows of word/document.xml, gathered in one pass."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._open: list[list[str]] = []
        self._cells: list[str] = []
        self._tables = 0
        self._silent = 0

    def start(self, tag: str) -> None:
        """Take note of what begins."""
        if tag in SILENT:
            self._silent += 1
        elif tag == f"{W}tbl":
            self._tables += 1
        elif tag == f"{W}p":
            self._open.append([])
        elif tag == f"{W}tc":
            self._cells.append("")

    def end(self, tag: str, words: str) -> None:
        """Keep the words of what ends."""
        if tag in SILENT:
            self._silent -= 1
        elif tag == f"{W}tbl":
            self._tables -= 1
        elif tag == f"{W}p":
            self._paragraph("".join(self._open.pop()))
        elif tag == f"{W}tr" and self._tables == 1:
            self.lines.append("| " + " | ".join(self._cells) + " |")
            self._cells = []
        elif self._open and not self._silent:
            self._open[-1].append(words if tag == f"{W}t" else SIGNS.get(tag, ""))

    def _paragraph(self, words: str) -> None:
        if not self._tables:
            self.lines += words.split("\n")
        elif self._cells:
            self._cells[-1] += words


def _paragraphs(part: Any) -> list[str]:
    flow = _Flow()
    for event, node in iterparse(part, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            flow.start(node.tag)
        else:
            flow.end(node.tag, node.text or "")
            node.clear()
    return flow.lines
