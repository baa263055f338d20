"""版式预览: the pages as they will print, as pictures; kept for some minutes for who looks at them.

A picture is kept under its reader's key and the digest of what is on it: nobody else is shown it,
and a page that has not changed is neither packed nor sent again. Those of a reader's last
`LOOKS` are kept, for `KEPT_SECONDS` at the most.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from documents.typesetting import layout, paper, picture
from office import clock
from office.people.models import User

KEPT_SECONDS = 900
LOOKS = 8  # of one reader whose pictures are kept: he may have several windows open
KEY_LENGTH = 32
MOST_PAGES = 12  # shown while one writes; the PDF has them all
UNWRITTEN = "……"  # a page shows itself from the first word on
QUICKLY = 2  # level of packing: a page in some milliseconds


@dataclass(frozen=True)
class Preview:
    """The keys of the pictures, and how many pages there are; or why there are none."""

    keys: tuple[str, ...] = ()
    pages: int = 0
    problem: str = ""


def look(value: dict[str, Any], reader: User, *, code: str = "") -> Preview:
    """Lay a text out and keep the pictures of its pages for a reader.

    `code` of the organ stands where the number will.
    """
    try:
        pages = layout.lay_out(paper.of(whole(value, code)))
    except ValueError as error:  # NoGlyph names the character, Unfit the table
        return Preview(problem=str(error))
    texts = [picture.svg(page) for page in pages[:MOST_PAGES]]
    keys = tuple(_key(text) for text in texts)
    drawn = {_place(reader, key): text for key, text in zip(keys, texts, strict=True)}
    there = cache.get_many(list(drawn))
    for place in there:
        cache.touch(place, KEPT_SECONDS)
    packed = {
        place: gzip.compress(text.encode(), QUICKLY, mtime=0)
        for place, text in drawn.items()
        if place not in there
    }
    cache.set_many(packed, KEPT_SECONDS)
    _let_go(reader, keys)
    return Preview(keys, len(pages))


def _let_go(reader: User, keys: tuple[str, ...]) -> None:
    """Forget what only older looks of a reader have shown: who types an hour fills nothing."""
    index = f"preview:{reader.pk}"
    looks: list[tuple[str, ...]] = [*cache.get(index, []), keys]
    kept = {key for look in looks[-LOOKS:] for key in look}
    cache.delete_many(
        [_place(reader, key) for look in looks[:-LOOKS] for key in look if key not in kept]
    )
    cache.set(index, looks[-LOOKS:], KEPT_SECONDS)


def whole(value: dict[str, Any], code: str = "") -> dict[str, Any]:
    """Stand in for what is not written yet."""
    whole = value | {
        name: value[name] if value[name].strip() else UNWRITTEN for name in ("title", "body")
    }
    if code and not value.get("number") and value["format"] != "minutes":
        whole["number"] = f"{code}〔{clock.today().year}〕　号"
    return whole


def kept(key: str, reader: User) -> bytes | None:
    """Return the picture of a page as gzip, while it is kept for this reader."""
    found: bytes | None = cache.get(_place(reader, key)) if len(key) == KEY_LENGTH else None
    return found


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH]


def _place(reader: User, key: str) -> str:
    return f"preview:{reader.pk}:{key}"
