"""Find rows by Chinese words of two characters and more.

Every word is cut into bigrams by the same SQL function that wrote the index; the hits are counted
up to a cap first. Few hits: their keys are fetched, newest first, and the readable ones among them
picked. Many: the register is walked by day. Neither way meets a query that reads a whole table.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.db.models.functions import Greatest, Left, StrIndex, Substr
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from office.search.models import SearchEntry

FEW = 5000  # hits fetched by key; more than that and the register is walked by day
WRITTEN_OUT = 1000  # keys written into the query of a register
COUNTED = 1000  # readable hits counted exactly up to here
STRIDES = (400, 1600, 6400)  # how many hits a walk looks at, stride by stride
LONGEST = 100  # characters of a query
WORDS = 8
SNIPPET, LEAD = 90, 30  # characters shown of the words, and how many before the first match
HEAD, FACTS = 500, 3  # characters read of the first lines; lines after the title that are shown
NOT_WORD = r"[\W_]*"
Cursor = tuple[dt.date, int]


class TooShort(Exception):
    """No word of at least two characters was given."""

    def __str__(self) -> str:
        return _("Type at least two neighbouring characters, as 通知 or 数据局.")


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
class Sought:
    """What one page of a search asks for."""

    words: list[str]
    limit: int
    before: Cursor | None


class _Plain(Func):
    function = "office_plain"
    output_field = models.TextField()


class _Contains(Func):
    """tokens @@ office_query(words): all bigrams of the words."""

    template = "%(expressions)s)"
    arg_joiner = " @@ office_query("
    output_field = BooleanField()


class Among(Func):
    """key = ANY(array): keys as one parameter, whose number the planner knows."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, key: str, keys: Iterable[int]) -> None:
        array = Value(list(keys), output_field=ArrayField(models.BigIntegerField()))
        super().__init__(F(key), array)


def words_of(text: str) -> list[str]:
    """Return the words sought, at most eight, as typed but for width.

    Raises TooShort when none has two letters, digits or characters.
    """
    text = unicodedata.normalize("NFKC", text.replace("\0", " ")[:LONGEST])
    words = list(dict.fromkeys(text.split()))[:WORDS]
    words = [word for word in words if any(sign.isalnum() for sign in word)]
    if not any(sum(sign.isalnum() for sign in word) > 1 for word in words):
        raise TooShort
    return words


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


def _entry(row: Any, kind: ContentType) -> SearchEntry | None:
    words = "" if getattr(row, "is_sealed", False) else row.search_words().replace("\0", "")
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


def hits(rows: QuerySet[Any], text: str, *, limit: int = 25, before: Cursor | None = None) -> Found:
    """Return the newest readable rows that hold every word of `text`.

    `rows` are what the reader may see; `before` is the (day, key) the last page ended with.
    Raises TooShort.
    """
    sought = Sought(words_of(text), limit, before)
    entries = _entries(rows.model, sought.words)
    keys = _few(_older(entries, before), FEW)
    if keys is None:
        return _walked(rows, entries, sought)
    return _picked(rows, entries, keys, sought)


def matching(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Narrow a queryset to the rows that hold every word, for a register with its own order.

    Raises TooShort.
    """
    entries = _entries(rows.model, words_of(text))
    keys = _few(entries, WRITTEN_OUT)
    if keys is None:
        return rows.filter(Exists(entries.order_by().filter(object_id=OuterRef("pk"))))
    return rows.filter(Among("pk", keys)) if keys else rows.none()


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


def _entries(model: Any, words: list[str]) -> QuerySet[SearchEntry]:
    kind = ContentType.objects.get_for_model(model)
    found = SearchEntry.objects.filter(content_type=kind)
    found = found.filter(_Contains(F("tokens"), Value("\n".join(words))))
    for n, word in enumerate(words):
        if sum(sign.isalnum() for sign in word) != 2:
            place = StrIndex(_Plain("words"), _Plain(Value(word)))
            found = found.alias(**{f"place{n}": place})
            found = found.filter(Q(words__contains=word) | Q(**{f"place{n}__gt": 0}))
    return found.order_by("-happened_on", "-object_id")


def _few(entries: QuerySet[SearchEntry], most: int) -> list[int] | None:
    """Return the keys of all hits, newest first, or None when there are more than a few."""
    some = entries.order_by().values("happened_on", "object_id")[: most + 1]
    newest = ArrayAgg("object_id", order_by=["-happened_on", "-object_id"], default=Value([]))
    keys: list[int] = some.aggregate(keys=newest)["keys"]
    return None if len(keys) > most else keys


def _picked(
    rows: QuerySet[Any], entries: QuerySet[SearchEntry], keys: list[int], sought: Sought
) -> Found:
    """Pick a page of readable rows among all the hits there are."""
    if len(keys) <= COUNTED:
        readable = _readable(rows, keys)
        page = readable[: sought.limit + 1]
        return _page(entries, page, sought, total=None if sought.before else len(readable))
    page = []
    for some in _strides(keys):
        page += _readable(rows, some)
        if len(page) > sought.limit:
            break
    return _page(entries, page[: sought.limit + 1], sought)


def _walked(rows: QuerySet[Any], entries: QuerySet[SearchEntry], sought: Sought) -> Found:
    """Walk the hits by day until a page is full, or enough of them have been looked at."""
    page: list[int] = []
    at = sought.before
    for stride in STRIDES:
        some = list(_older(entries, at).values_list("happened_on", "object_id")[:stride])
        page += _readable(rows, [key for _day, key in some])
        if len(page) > sought.limit or len(some) < stride:
            return _page(entries, page[: sought.limit + 1], sought)
        at = some[-1]
    found = _page(entries, page, sought)
    return replace(found, after=at, is_cut=True)


def _strides(keys: list[int]) -> Iterator[list[int]]:
    start = 0
    for stride in (*STRIDES, len(keys)):
        if start < len(keys):
            yield keys[start : start + stride]
        start += stride


def _older(entries: QuerySet[SearchEntry], at: Cursor | None) -> QuerySet[SearchEntry]:
    if at is None:
        return entries
    return entries.filter(TupleLessThan(Tuple("happened_on", "object_id"), at))


def _readable(rows: QuerySet[Any], keys: list[int]) -> list[int]:
    """Return those of `keys` that the reader may see, in the same order."""
    seen = (
        set(rows.filter(Among("pk", keys)).order_by().values_list("pk", flat=True))
        if keys
        else set()
    )
    return [key for key in keys if key in seen]


def _page(
    entries: QuerySet[SearchEntry], keys: list[int], sought: Sought, total: int | None = None
) -> Found:
    word = max(sought.words, key=len)
    start = Greatest(StrIndex("words", Value(word)) - LEAD, 1)
    shown = entries.filter(Among("object_id", keys[: sought.limit])) if keys else entries.none()
    columns = ("happened_on", "object_id", Left("words", HEAD), Substr("words", start, SNIPPET))
    found = [_hit(*row) for row in shown.values_list(*columns)]
    after = (found[-1].day, found[-1].pk) if len(keys) > sought.limit else None
    return Found(found, total, after)


def _hit(day: dt.date, pk: int, head: str, piece: str) -> Hit:
    title, *facts = head.split("\n")
    return Hit(day, pk, title, tuple(facts[:FACTS]), piece)
