"""Find rows by Chinese words of two characters and more.

Every word is cut into bigrams by the same SQL function that wrote the index; the hits are counted
up to a cap first. Few hits: their keys are fetched, newest first, and the readable ones among them
picked. Many: the register is walked by day. Neither way meets a query that reads a whole table.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.db.models.functions import Greatest, Left, StrIndex, Substr
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from office import prepared
from office.people.models import User
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
# What stands for the values of a search in a query that is compiled once.
MARK, KEYS = "\N{REPLACEMENT CHARACTER}", "\N{REPLACEMENT CHARACTER}keys"
BEFORE = (dt.date(1, 2, 1), -2000)
NEWEST_KEYS = (
    "SELECT array_agg(object_id ORDER BY happened_on DESC, object_id DESC) FROM ({}) AS hit"
)
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
    """What one page of a search asks for, in a kind of rows."""

    kind: int
    words: list[str]
    limit: int = 0
    before: Cursor | None = None

    @property
    def shape(self) -> tuple[bool, ...]:
        """Which words are looked for sign by sign: all that one bigram does not decide."""
        return tuple(sum(sign.isalnum() for sign in word) != 2 for word in self.words)

    @property
    def marks(self) -> list[str]:
        """What stands for each word."""
        return [f"{MARK}{n}" for n in range(len(self.words))]

    @property
    def double(self) -> Sought:
        """The same search with stand-ins for its words and its place."""
        return replace(self, words=self.marks, before=self.before and BEFORE)

    @property
    def values(self) -> dict[Any, Any]:
        """What the stand-ins stand for."""
        like = connection.ops.prep_for_like_query
        found: dict[Any, Any] = {"\n".join(self.marks): "\n".join(self.words)}
        for mark, word in zip(self.marks, self.words, strict=True):
            found |= {mark: word, f"%{mark}%": f"%{like(word)}%"}
        return found | dict(zip(BEFORE, self.before or BEFORE, strict=True))


@dataclass(frozen=True)
class Readable:
    """The rows of a model a reader may see: `among` picks some keys' readable ones, as a set."""

    model: Any
    among: Callable[[list[int]], set[int]]

    @classmethod
    def of(cls, rows: QuerySet[Any]) -> Readable:
        """Return what a queryset holds as what may be read."""
        picked = rows.order_by().values_list("pk", flat=True)
        return cls(rows.model, lambda keys: set(picked.filter(Among("pk", _literal(keys)))))

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
                pk for (pk,) in prepared.fetch(key, rows, {**values, KEYS: _literal(keys)})
            },
        )


class _Plain(Func):
    function = "office_plain"
    output_field = models.TextField()


class _Contains(Func):
    """tokens @@ office_query(words): all bigrams of the words."""

    template = "%(expressions)s)"
    arg_joiner = " @@ office_query("
    output_field = BooleanField()


class Among(Func):
    """key = ANY(array): keys as one parameter, an array written out."""

    template = "%(expressions)s::bigint[])"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, key: str, keys: str) -> None:
        super().__init__(F(key), Value(keys))


def _literal(keys: Iterable[int]) -> str:
    """Write keys as PostgreSQL writes an array of numbers."""
    return "{" + ",".join(map(str, keys)) + "}"


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
    keys = _few(sought, FEW)
    return _walked(seen, sought) if keys is None else _picked(seen, keys, sought)


def matching(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Narrow a queryset to the rows that hold every word, for a register with its own order.

    Raises TooShort.
    """
    sought = Sought(ContentType.objects.get_for_model(rows.model).pk, words_of(text))
    keys = _few(sought, WRITTEN_OUT)
    if keys is None:
        entries = _entries(sought, sought.shape).order_by()
        return rows.filter(Exists(entries.filter(object_id=OuterRef("pk"))))
    return rows.filter(Among("pk", _literal(keys))) if keys else rows.none()


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


def _entries(sought: Sought, shape: tuple[bool, ...]) -> QuerySet[SearchEntry]:
    """Return the entries with every word, newest first, older than the place of the search."""
    found = SearchEntry.objects.filter(content_type=sought.kind)
    found = found.filter(_Contains(F("tokens"), Value("\n".join(sought.words))))
    for n, (word, is_rechecked) in enumerate(zip(sought.words, shape, strict=True)):
        if is_rechecked:
            place = StrIndex(_Plain("words"), _Plain(Value(word)))
            found = found.alias(**{f"place{n}": place})
            found = found.filter(Q(words__contains=word) | Q(**{f"place{n}__gt": 0}))
    if sought.before:
        found = found.filter(TupleLessThan(Tuple("happened_on", "object_id"), sought.before))
    return found.order_by("-happened_on", "-object_id")


def _asked(
    name: str,
    sought: Sought,
    narrowed: Callable[[QuerySet[SearchEntry]], Any],
    values: dict[Any, Any] | None = None,
    **options: str,
) -> list[tuple[Any, ...]]:
    """Ask for entries by a query compiled once for each shape of a search."""
    shape, double = sought.shape, sought.double
    key = (name, sought.kind, shape, sought.before is None)
    given = sought.values | (values or {})
    return prepared.fetch(
        key, lambda: narrowed(_entries(double, shape)), given, planned=False, **options
    )


def _few(sought: Sought, most: int) -> list[int] | None:
    """Return the keys of all hits, newest first, or None when there are more than a few."""
    ((keys,),) = _asked(
        f"few {most}",
        sought,
        lambda entries: entries.order_by().values_list("happened_on", "object_id")[: most + 1],
        around=NEWEST_KEYS,
    )
    found: list[int] = keys or []
    return None if len(found) > most else found


def _picked(seen: Readable, keys: list[int], sought: Sought) -> Found:
    """Pick a page of readable rows among all the hits there are."""
    if len(keys) <= COUNTED:
        readable = _readable(seen, keys)
        page = readable[: sought.limit + 1]
        return _page(page, sought, total=None if sought.before else len(readable))
    page = []
    for some in _strides(keys):
        page += _readable(seen, some)
        if len(page) > sought.limit:
            break
    return _page(page[: sought.limit + 1], sought)


def _walked(seen: Readable, sought: Sought) -> Found:
    """Walk the hits by day until a page is full, or enough of them have been looked at."""
    page: list[int] = []
    at = sought
    for stride in STRIDES:
        some = _asked(f"walk {stride}", at, partial(_places, most=stride))
        page += _readable(seen, [key for _day, key in some])
        if len(page) > sought.limit or len(some) < stride:
            return _page(page[: sought.limit + 1], sought)
        at = replace(sought, before=(some[-1][0], some[-1][1]))
    found = _page(page, sought)
    return replace(found, after=at.before, is_cut=True)


def _places(entries: QuerySet[SearchEntry], most: int) -> Any:
    return entries.values_list("happened_on", "object_id")[:most]


def _strides(keys: list[int]) -> Iterator[list[int]]:
    start = 0
    for stride in (*STRIDES, len(keys)):
        if start < len(keys):
            yield keys[start : start + stride]
        start += stride


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
    rows = _asked(
        f"page {longest}",
        sought,
        lambda entries: entries.filter(Among("object_id", KEYS)).values_list(*columns),
        {KEYS: _literal(keys[: sought.limit])},
    )
    found = [_hit(*row) for row in rows]
    after = (found[-1].day, found[-1].pk) if len(keys) > sought.limit else None
    return Found(found, total, after)


def _hit(day: dt.date, pk: int, head: str, piece: str) -> Hit:
    title, *facts = head.split("\n")
    return Hit(day, pk, title, tuple(facts[:FACTS]), piece)
