"""Read papers back: what a printed page says, whatever its line breaks."""

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pypdfium2
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar


def pages(content: bytes) -> list[str]:
    """Return the text of every page without white space."""
    with pypdfium2.PdfDocument(io.BytesIO(content)) as paper:
        texts = [page.get_textpage().get_text_bounded() for page in paper]
    return [re.sub(r"[\s\ufffe\u200b]", "", text) for text in texts]


def text(content: bytes) -> str:
    """Return the text of a whole paper without white space."""
    return "".join(pages(content))


def faces(content: bytes) -> set[str]:
    """Return the names of the embedded fonts."""
    found: set[str] = set()
    for page in extract_pages(io.BytesIO(content)):
        found |= {sign.fontname for sign in _signs(page)}
    return found


def _signs(box: Any) -> Iterator[LTChar]:
    if isinstance(box, LTChar):
        yield box
    elif isinstance(box, Iterable):
        for inner in box:
            yield from _signs(inner)


def squeezed(words: str) -> str:
    """Return words as `text` gives them."""
    return re.sub(r"\s", "", words)
