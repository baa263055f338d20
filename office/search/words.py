"""Which entries hold some words, and how many there are: asked by queries compiled once.

Every word is cut into bigrams by the same SQL function that wrote the index. A word that many rows
hold is looked for in their own order; of any other the hits are gathered first. The database left
alone would take the first way for a word it does not know, and read a whole table.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, models
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.db.models.functions import StrIndex
from django.utils.translation import gettext as _

from office import prepared
from office.filtering import Drafted
from office.search.models import SearchEntry

FEW = 10_000  # hits that are gathered and sorted; more than that and their order is walked
COUNTED = 1000  # hits counted exactly, and gathered at once, up to here
MANY, DENSE = 4000, 4  # a frequent word: in so many entries, and in so many of a sample of 400
LONGEST = 100  # characters of a query
WORDS = 8
# What stands for the values of a search in a query that is compiled once.
MARK, KEYS = "\N{REPLACEMENT CHARACTER}", "\N{REPLACEMENT CHARACTER}keys"
BEFORE = (dt.date(1, 2, 1), -2000)
GATHERED = (
    "WITH hit AS MATERIALIZED ({}), newest AS (SELECT happened_on, object_id FROM hit"
    " ORDER BY happened_on DESC, object_id DESC LIMIT %d)"
    " SELECT (SELECT count(*) FROM hit),"
    " (SELECT array_agg(object_id ORDER BY happened_on DESC, object_id DESC) FROM newest),"
    " (SELECT min(happened_on) FROM newest)"
)
Cursor = tuple[dt.date, int]


class TooShort(Exception):
    """No word of at least two characters was given."""

    def __str__(self) -> str:
        return _("Type at least two neighbouring characters, as 通知 or 数据局.")


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
        return [f"{MARK}word{n}" for n in range(len(self.words))]

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


class Gathered(NamedTuple):
    """How many hits there are, the keys of the newest ones, and the day of the last of these."""

    n: int
    keys: list[int]
    last: dt.date | None

    @property
    def is_few(self) -> bool:
        """Whether the newest ones are known to be that: of many, only some were looked at."""
        return self.n <= FEW

    @property
    def is_all(self) -> bool:
        return self.n <= len(self.keys)


class _Plain(Func):
    function = "office_plain"
    output_field = models.TextField()


class _Contains(Func):
    """tokens @@ office_query(words): all bigrams of the words."""

    template = "%(expressions)s)"
    arg_joiner = " @@ office_query("
    output_field = BooleanField()


class _OneOf(Func):
    """key = ANY(array): the keys are gathered once, in the same statement."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class _EveryFiftieth(Func):
    """Keys back from one, as an array."""

    template = "ARRAY(SELECT %(expressions)s - 50 * n FROM generate_series(0, 399) AS n)"
    output_field = models.BigIntegerField()


class Among(Func):
    """key = ANY(array): keys as one parameter, an array written out."""

    template = "%(expressions)s::bigint[])"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, key: str, keys: str) -> None:
        super().__init__(F(key), Value(keys))


def literal(keys: Iterable[int]) -> str:
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


def entries_of(sought: Sought, shape: tuple[bool, ...]) -> QuerySet[SearchEntry]:
    """Return the entries with every word, newest first, older than the place of the search."""
    found = SearchEntry.objects.filter(_has(sought), content_type=sought.kind)
    for n, (word, is_rechecked) in enumerate(zip(sought.words, shape, strict=True)):
        if is_rechecked:
            place = StrIndex(_Plain("words"), _Plain(Value(word)))
            found = found.alias(**{f"place{n}": place})
            found = found.filter(Q(words__contains=word) | Q(**{f"place{n}__gt": 0}))
    if sought.before:
        found = found.filter(TupleLessThan(Tuple("happened_on", "object_id"), sought.before))
    return found.order_by("-happened_on", "-object_id")


def _has(sought: Sought) -> Any:
    return _Contains(F("tokens"), Value("\n".join(sought.words)))


def asked(
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
        key, lambda: narrowed(entries_of(double, shape)), given, planned=False, **options
    )


def gathered(sought: Sought) -> Gathered:
    """Count the hits, up to one more than a few, and return the newest of them."""
    ((count, keys, last),) = asked(
        f"gathered {FEW} {COUNTED}",
        sought,
        lambda entries: entries.order_by().values_list("happened_on", "object_id")[: FEW + 1],
        around=GATHERED % COUNTED,
    )
    return Gathered(count, keys or [], last)


def is_frequent(sought: Sought) -> bool:
    """Tell whether so many entries have the words that walking their order soon fills a page.

    That is so when the database thinks them many and some of the newest have them: what it thinks
    of a word it does not know is worth nothing, and a word may be of years ago.
    """
    key, double = (sought.kind, len(sought.words)), replace(sought.double, before=None)
    thought = prepared.fetch(
        ("thought", *key),
        lambda: _of(sought.kind).filter(_has(double)).values_list("pk"),
        sought.values,
        planned=False,
        around="EXPLAIN (FORMAT JSON) {}",
    )
    if thought[0][0][0]["Plan"]["Plan Rows"] < MANY:
        return False
    sampled = prepared.fetch(
        ("sampled", *key), lambda: _sample(sought.kind).filter(_has(double)).values_list("pk"),
        sought.values, planned=False,
    )  # fmt: skip
    return len(sampled) >= DENSE


def _of(kind: int) -> QuerySet[SearchEntry]:
    return SearchEntry.objects.filter(content_type=kind).order_by()


def _sample(kind: int) -> QuerySet[SearchEntry]:
    """Return a few hundred of the newest entries: every fiftieth, so that no batch counts much."""
    found = _of(kind)
    newest = Subquery(found.order_by("-object_id").values("object_id")[:1])
    return found.filter(_OneOf(F("object_id"), _EveryFiftieth(newest)))


def matching(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Narrow a queryset to the rows that hold every word, for a register with its own order.

    Raises TooShort.
    """
    sought = _sought(rows.model, text)
    return _having(rows, sought, sought.shape, is_walked=is_frequent(sought))


def drafted(model: Any, text: str) -> Drafted:
    """Return the same narrowing with stand-ins for the words. Raises TooShort."""
    sought = _sought(model, text)
    shape, double, is_walked = sought.shape, sought.double, is_frequent(sought)
    return Drafted(
        ("words", sought.kind, shape, is_walked),
        lambda rows: _having(rows, double, shape, is_walked=is_walked),
        sought.values,
        is_walked,
    )


def _sought(model: Any, text: str) -> Sought:
    return Sought(ContentType.objects.get_for_model(model).pk, words_of(text))


def _having(
    rows: QuerySet[Any], sought: Sought, shape: tuple[bool, ...], *, is_walked: bool
) -> QuerySet[Any]:
    """Look up each row that is walked past, or gather the keys of all hits first."""
    entries = entries_of(sought, shape).order_by()
    if is_walked:
        return rows.filter(Exists(entries.filter(object_id=OuterRef("pk"))))
    return rows.filter(_OneOf(F("pk"), ArraySubquery(entries.values("object_id"))))
