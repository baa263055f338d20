"""Where a page of hits ended, as its link says it.

A search that was cut ends at a row its reader may not see, whose day and key are nobody's to
know: its link carries a word that stands for the place, for a day.
"""

from __future__ import annotations

import secrets

from django.core.cache import cache

from office.search.merged import Page, Place

PREFIX, KEPT = "place-", 24 * 60 * 60  # seconds


def told(page: Page) -> str:
    """Return what the link to the older hits carries; nothing when there are none."""
    if page.after is None:
        return ""
    if not page.is_cut:
        return str(page.after)
    word = f"{PREFIX}{secrets.token_urlsafe(12)}"
    cache.set(word, str(page.after), KEPT)
    return word


def found(text: str) -> Place | None:
    """Return the place a link stands for; anything else is the beginning."""
    return Place.parse(cache.get(text, "") if _is_word(text) else text)


def _is_word(text: str) -> bool:
    return text.startswith(PREFIX) and text.isascii() and text.isprintable() and len(text) < 40
