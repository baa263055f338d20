"""版式预览: the pages as they will print, as pictures; kept for some minutes by what they show."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pypdfium2
from django.core.cache import cache
from django.utils.translation import gettext as _

from documents.drafting.text import digest
from documents.typesetting import layout, paper, press

KEPT_SECONDS = 900
MOST_PAGES = 12  # shown while one writes; the PDF has them all
KEY_LENGTH = 64
SCALE = 1.6  # 950 pixels across


@dataclass(frozen=True)
class Preview:
    """How many pages there are, under which key their pictures are kept; or why there are none."""

    key: str = ""
    pages: int = 0
    problem: str = ""

    @property
    def shown(self) -> range:
        return range(1, min(self.pages, MOST_PAGES) + 1)


def look(value: dict[str, Any]) -> Preview:
    """Set a text and keep its pictures; the same text is set once."""
    key = digest(value)
    pages = cache.get(f"preview:{key}")
    if pages is None:
        try:
            laid = layout.lay_out(paper.of(_whole(value)))
            content = press.pdf(laid[:MOST_PAGES], title=value["title"])
        except ValueError as error:  # NoGlyph names the character
            return Preview(problem=str(error))
        pages = len(laid)
        _keep(key, content, pages)
    return Preview(key, pages)


def _whole(value: dict[str, Any]) -> dict[str, Any]:
    """Stand in for what is not written yet: a page shows itself from the first word on."""
    return value | {
        "title": value["title"] or _("Title"),
        "body": value["body"] or "　",
    }


def _keep(key: str, content: bytes, count: int) -> None:
    document = pypdfium2.PdfDocument(content)
    try:
        for n in range(len(document)):
            picture = io.BytesIO()
            document[n].render(scale=SCALE).to_pil().convert("P").save(picture, "PNG")
            cache.set(f"preview:{key}:{n + 1}", picture.getvalue(), KEPT_SECONDS)
    finally:
        document.close()
    cache.set(f"preview:{key}", count, KEPT_SECONDS)


def picture(key: str, page: int) -> bytes | None:
    """Return the picture of a page, while it is kept."""
    if len(key) != KEY_LENGTH:
        return None
    found: bytes | None = cache.get(f"preview:{key}:{page}")
    return found
