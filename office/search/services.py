"""Find rows by Chinese words of two characters and more.

Of a frequent word the hits are walked by day; of any other they are gathered, newest first, and the
readable ones among them picked. Neither way meets a query that reads a whole table.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet, Value
from django.db.models.functions import Greatest, Left, StrIndex, Substr
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from office import prepared
from office.people.models import User
from office.search.models import SearchEntry
from office.search.words import (
    KEYS,
    Among,
    Cursor,
    Gathered,
    Sought,
    asked,
    gathered,
    is_frequent,
    literal,
    words_of,
)

STRIDES = (250, 1200, 7000)  # how many hits a walk looks at, stride by stride
SNIPPET, LEAD = 90, 30  # characters shown of the words, and how many before the first match
HEAD, FACTS = 500, 3  # characters read of the first lines; lines after the title that are shown
NOT_WORD = r"[\W_]*"


class Hit(NamedTuple):
    """One row found: its day and key, the first lines of its words, and a piece with a match."""

    day: dt.date
    pk: int
    title: str
    facts: tuple[str, ...]
    piece: str


@dataclass(frozen=True)
class Found:
    """A page of hits. `total` is exact, or None when there are more than are counted.

    `after` is where the next page begins; `is_cut` says that this one ended before it was full,
    because the readable hits are thin: the next page looks further.
    """

    hits: list[Hit]
    total: int | None = None
    after: Cursor | None = None
    is_cut: bool = False


@dataclass(frozen=True)
class Readable:
    """The rows of a model a reader may see: `among` picks some keys' readable ones, as a set."""

    model: Any
    among: Callable[[list[int]], set[int]]

    @classmethod
    def of(cls, rows: QuerySet[Any]) -> Readable:
        """Return what a queryset holds as what may be read."""
        picked = rows.order_by().values_list("pk", flat=True)
        return cls(rows.model, lambda keys: set(picked.filter(Among("pk", literal(keys)))))

    @classmethod
    def by(cls, model: Any, reader: User) -> Readable:
        """Return what a person may see; the query is compiled once for all who are like him."""
        double, likeness, values = prepared.like(reader)

        def rows() -> Any:
            seen = model.objects.visible_to(double).filter(Among("pk", KEYS))
            return seen.order_by().values_list("pk")

        key = ("readable", model, likeness)
        return cls(
            model,
            lambda keys: {
                pk for (pk,) in prepared.fetch(key, rows, {**values, KEYS: literal(keys)})
            },
        )


# --- writing --------------------------------------------------------------------------------------


def index(row: Any) -> None:
    """Write the words of one row, in the caller's transaction; safe to repeat.

    A row without words, or a classified one, leaves the index (保密法 第三十一条).
    """
    kind = ContentType.objects.get_for_model(row)
    entry = _entry(row, kind)
    if entry is None:
        SearchEntry.objects.filter(content_type=kind, object_id=row.pk).delete()
    else:
        _write([entry])


def index_all(rows: Iterable[Any], words: Callable[[Any], str]) -> None:
    """Write the words of many rows of a kind, as `words` says them of each; safe to repeat."""
    rows = list(rows)
    kind = ContentType.objects.get_for_model(rows[0])
    _write([entry for row in rows if (entry := _entry(row, kind, words(row)))])


def reindex(model: Any, batch: int = 1000) -> int:
    """Write the words of every row of a model anew; return how many rows can be found."""
    kind = ContentType.objects.get_for_model(model)
    SearchEntry.objects.filter(content_type=kind).delete()
    written, entries = 0, []
    for row in model._default_manager.order_by("pk").iterator(chunk_size=batch):
        if entry := _entry(row, kind):
            entries.append(entry)
        if len(entries) >= batch:
            written += _write(entries)
            entries = []
    return written + _write(entries)


def _entry(row: Any, kind: ContentType, words: str | None = None) -> SearchEntry | None:
    words = row.search_words() if words is None else words
    words = "" if getattr(row, "is_sealed", False) else words.replace("\0", "")
    if not words.strip():
        return None
    return SearchEntry(content_type=kind, object_id=row.pk, happened_on=row.search_day, words=words)


def _write(entries: list[SearchEntry]) -> int:
    SearchEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["content_type", "object_id"],
        update_fields=["happened_on", "words"],
    )  # fmt: skip
    return len(entries)


# --- reading --------------------------------------------------------------------------------------


def hits(
    readable: Readable | QuerySet[Any],
    text: str,
    *,
    limit: int = 25,
    before: Cursor | None = None,
) -> Found:
    """Return the newest readable rows that hold every word of `text`.

    `before` is the (day, key) the last page ended with. Raises TooShort.
    """
    seen = readable if isinstance(readable, Readable) else Readable.of(readable)
    kind = ContentType.objects.get_for_model(seen.model).pk
    sought = Sought(kind, words_of(text), limit, before)
    if is_frequent(sought) or not (found := gathered(sought)).is_few:
        return _walked(seen, sought)
    return _picked(seen, found, sought)


def snippet(piece: str, words: Iterable[str]) -> SafeString:
    """Return a piece of text, escaped, the words marked whatever stands between their signs."""
    found = _pattern(tuple(words))
    if not found.search(piece):
        return conditional_escape(piece)
    parts: list[tuple[SafeString]] = []
    end = 0
    for match in found.finditer(piece):
        parts.append((format_html("{}<mark>{}</mark>", piece[end : match.start()], match.group()),))
        end = match.end()
    return format_html("{}{}", format_html_join("", "{}", parts), piece[end:])


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    signs = [NOT_WORD.join(map(re.escape, filter(str.isalnum, word))) for word in words]
    return re.compile("|".join(filter(None, signs)) or r"(?!)", re.IGNORECASE)


def _picked(seen: Readable, found: Gathered, sought: Sought) -> Found:
    """Pick a page of readable rows among the hits, the newest first."""
    if found.is_all:
        readable = _readable(seen, found.keys)
        page = readable[: sought.limit + 1]
        return _page(page, sought, total=None if sought.before else len(readable))
    page = []
    while True:
        for some in (found.keys[: STRIDES[0]], found.keys[STRIDES[0] :]):
            page += _readable(seen, some)
            if len(page) > sought.limit:
                return _page(page[: sought.limit + 1], sought)
        if found.is_all or found.last is None:
            return _page(page, sought)
        found = gathered(replace(sought, before=(found.last, found.keys[-1])))


def _walked(seen: Readable, sought: Sought) -> Found:
    """Walk the hits by day until a page is full, or enough of them have been looked at."""
    page: list[int] = []
    at = sought
    for stride in STRIDES:
        some = asked(f"walk {stride}", at, partial(_places, most=stride))
        page += _readable(seen, [key for _day, key in some])
        if len(page) > sought.limit or len(some) < stride:
            return _page(page[: sought.limit + 1], sought)
        at = replace(sought, before=(some[-1][0], some[-1][1]))
    found = _page(page, sought)
    return replace(found, after=at.before, is_cut=True)


def _places(entries: QuerySet[SearchEntry], most: int) -> Any:
    return entries.values_list("happened_on", "object_id")[:most]


def _readable(seen: Readable, keys: list[int]) -> list[int]:
    """Return those of `keys` that the reader may see, in the same order."""
    among = seen.among(keys) if keys else set()
    return [key for key in keys if key in among]


def _page(keys: list[int], sought: Sought, total: int | None = None) -> Found:
    if not keys:
        return Found([], total)
    longest = max(range(len(sought.words)), key=lambda n: len(sought.words[n]))
    start = Greatest(StrIndex("words", Value(sought.marks[longest])) - LEAD, 1)
    columns = ("happened_on", "object_id", Left("words", HEAD), Substr("words", start, SNIPPET))
    rows = asked(
        f"page {longest}",
        sought,
        lambda entries: entries.filter(Among("object_id", KEYS)).values_list(*columns),
        {KEYS: literal(keys[: sought.limit])},
    )
    found = [_hit(*row) for row in rows]
    after = (found[-1].day, found[-1].pk) if len(keys) > sought.limit else None
    return Found(found, total, after)


def _hit(day: dt.date, pk: int, head: str, piece: str) -> Hit:
    title, *facts = head.split("\n")
    return Hit(day, pk, title, tuple(facts[:FACTS]), piece)
