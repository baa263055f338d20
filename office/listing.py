"""ListPage: any register, filtered, sorted, paged by key, counted up to a cap, exported as shown.

Pages are cut by row comparison, `(day, id) < (x, y)`, never by OFFSET: the last page costs what the
first one does. What comes from the address picks among names given in code or becomes a parameter.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import connection
from django.db.models import F, Field, QuerySet, Value
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.http import QueryDict
from django.utils.http import urlencode

from office import clock, prepared
from office.audit.stamps import kept
from office.people.models import User

PAGE = 25
CAP = 1000
CHUNK = 2000
Row = dict[str, Any]
# Names of parameters that are not filters.
OWN = ("sort", "after", "before", "as")


@dataclass(frozen=True)
class Column:
    """One column of the printed or exported register; `value` names a field or makes the value."""

    heading: Any
    value: str | Callable[[Row], Any]
    width: int = 16

    def of(self, row: Row) -> Any:
        """Return the value of this column in a row."""
        return row.get(self.value) if isinstance(self.value, str) else self.value(row)


@dataclass(frozen=True)
class Heading:
    """A sortable column head: where its link leads, and which way the page is sorted by it now."""

    query: str
    direction: str  # "", "ascending" or "descending", as aria-sort says it

    @property
    def arrow(self) -> str:
        return {"ascending": "↑", "descending": "↓"}.get(self.direction, "")


@dataclass(frozen=True)
class Draft:
    """The same rows for somebody who stands for the reader, so that a page is compiled once.

    `key` names all that `rows` looks at; `values` are the reader's, for the stand-ins.
    """

    key: tuple[Any, ...]
    rows: Callable[[], QuerySet[Any]]
    values: Mapping[Any, Any]


class ListPage:
    """One page of a register.

    `rows` are what the reader may see. `sorts` gives each sortable column its expressions, none of
    them ever null (wrap them in Coalesce); the key is added to make the order total. `default` is a
    name of `sorts`, with “-” for descending. `fields` are the only columns read. `shape` may change
    a page of lean rows, with one more query for all of them, never one for each. `filterset` is a
    `Filters`. `draft` spares compiling the query of a page, unless a filter has no draft.
    """

    def __init__(
        self,
        data: QueryDict,
        rows: Callable[[], QuerySet[Any]] | QuerySet[Any],
        *,
        sorts: Mapping[str, Sequence[Any]],
        default: str,
        fields: Sequence[str] = ("pk",),
        filterset: Any = None,
        shape: Callable[[list[Row]], list[Row]] | None = None,
        size: int = PAGE,
        draft: Draft | None = None,
    ) -> None:
        self.data, self.sorts, self.size = data, sorts, size
        self.fields, self.shape, self.draft = fields, shape, draft
        self.found, self.filter = rows, None
        if _is_filtered(filterset, data):
            self.filter = filterset(data)
        asked = data.get("sort", "")
        self.sort = asked if asked.removeprefix("-") in sorts else default

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-")

    @cached_property
    def filtered(self) -> QuerySet[Any]:
        """Everything that is filtered, in no order."""
        rows = _made(self.found)
        if self.filter is None:
            return rows
        narrowed: QuerySet[Any] = self.filter.filter_queryset(rows)
        return narrowed

    @cached_property
    def ordered(self) -> QuerySet[Any]:
        """Everything that is filtered, in the order of the screen: what an export writes."""
        keys = {f"sort_{n}": _expression(part) for n, part in enumerate(self._parts)}
        rows: QuerySet[Any] = self.filtered.alias(**keys)
        return rows.order_by(*self._order(self.is_descending))

    @cached_property
    def rows(self) -> list[Row]:
        """The lean rows of this page."""
        rows = self._page[0]
        return self.shape(rows) if self.shape else rows

    @cached_property
    def older(self) -> str:
        """The query of the next page, or nothing."""
        return self._turn("after", -1) if self._page[2] else ""

    @cached_property
    def newer(self) -> str:
        """The query of the page before, or nothing."""
        return self._turn("before", 0) if self._page[1] else ""

    @cached_property
    def headings(self) -> dict[str, Heading]:
        """The heads of the sortable columns."""
        return {name: self._heading(name) for name in self.sorts}

    @cached_property
    def count(self) -> int:
        """How many rows there are, exactly up to 1,000; one more stands for “1,000+”."""
        return capped_counts({"all": self.filtered})["all"]

    @property
    def query(self) -> str:
        """The filters and the order without the place: what a saved view or an export keeps."""
        return self._query(after=None, before=None, **{"as": None})

    @property
    def errors(self) -> Any:
        """What could not be read of the filters; empty when nothing is filtered."""
        return self.filter.form.errors if self.filter else {}

    @property
    def filters(self) -> str:
        """The filters alone, as a name for what they find."""
        return self._query(after=None, before=None, sort=None, **{"as": None})

    @property
    def is_filtered(self) -> bool:
        return any(value for name, value in self.data.items() if name not in OWN)

    def every(self) -> Iterator[Row]:
        """Yield every filtered row in order, by a server-side cursor, in constant memory."""
        rows = self.ordered.values(*self.fields).iterator(chunk_size=CHUNK)
        if self.shape is None:
            yield from rows
            return
        for part in _parts_of(rows, CHUNK):
            yield from self.shape(part)

    # --- cutting ----------------------------------------------------------------------------------

    @property
    def _parts(self) -> list[Any]:
        return [*self.sorts[self.sort.removeprefix("-")], "pk"]

    def _order(self, descending: bool) -> list[Any]:
        names = [f"sort_{n}" for n in range(len(self._parts))]
        return [F(name).desc() if descending else F(name).asc() for name in names]

    @cached_property
    def _page(self) -> tuple[list[Row], bool, bool]:
        """The rows, whether there are some before them, and whether there are some after."""
        after, before = self._cursor("after"), self._cursor("before")
        back = after is None and before is not None
        found = self._cut(before if back else after, back)
        more = len(found) > self.size
        found = found[: self.size]
        if back:
            return found[::-1], more, True
        return found, after is not None, more

    def _cut(self, place: tuple[Any, ...] | None, back: bool) -> list[Row]:
        """Return the rows from a place on, and one more."""
        columns = [*self.fields, *(f"sort_{n}" for n in range(len(self._parts)))]
        draft, marks = self.draft, prepared.places(place or ())
        chosen = self.filter.drafts if self.filter and draft else ()
        if draft is None or marks is None or chosen is None:
            return list(self._from(self.filtered, place, back).values(*columns)[: self.size + 1])
        stand = tuple(marks) if place else None

        def page() -> Any:
            rows = reduce(lambda found, each: each.narrowed(found), chosen, draft.rows())
            found = self._from(rows, stand, back)
            if any(each.is_walked for each in chosen):  # keys first: an index knows who may see
                keys = found.values("pk")[: self.size + 1]
                found = self._from(rows.model._default_manager.filter(pk__in=keys), None, back)
            return found.values_list(*columns)[: self.size + 1]

        key = (*draft.key, self.fields, self.sort, self.size, back, stand, *(c.key for c in chosen))
        values = {**draft.values, **marks}
        for each in chosen:
            values |= each.values
        rows = prepared.fetch(key, page, values, planned=not chosen)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def _from(self, rows: QuerySet[Any], place: tuple[Any, ...] | None, back: bool) -> Any:
        names = [f"sort_{n}" for n in range(len(self._parts))]
        rows = rows.annotate(**dict(zip(names, map(_expression, self._parts), strict=True)))
        falling = self.is_descending != back
        if place is not None:
            compare = TupleLessThan if falling else TupleGreaterThan
            rows = rows.filter(compare(Tuple(*names), place))
        return rows.order_by(*self._order(falling))

    def _cursor(self, name: str) -> tuple[Any, ...] | None:
        """Read a place from the address; what cannot be one is the beginning."""
        try:
            given = json.loads(base64.urlsafe_b64decode(self.data.get(name, "").encode() + b"=="))
            fields = self._fields
            if not isinstance(given, list) or len(given) != len(fields):
                return None
            return tuple(_typed(field, value) for field, value in zip(fields, given, strict=True))
        except (ValueError, binascii.Error, ValidationError, TypeError, OverflowError):
            return None

    @cached_property
    def _fields(self) -> list[Field[Any, Any]]:
        names = [f"sort_{n}" for n in range(len(self._parts))]
        rows = _made(self.found).annotate(
            **dict(zip(names, map(_expression, self._parts), strict=True))
        )
        return [rows.query.annotations[name].output_field for name in names]

    def _turn(self, name: str, edge: int) -> str:
        rows = self._page[0]
        if not rows:
            return ""
        place = [_plain(rows[edge][f"sort_{n}"]) for n in range(len(self._parts))]
        text = json.dumps(place, ensure_ascii=False, separators=(",", ":")).encode()
        cursor = base64.urlsafe_b64encode(text).decode().rstrip("=")
        return self._query(**{"after": None, "before": None, "as": None, name: cursor})

    def _heading(self, name: str) -> Heading:
        if self.sort.removeprefix("-") != name:
            return Heading(self._query(sort=f"-{name}", after=None, before=None), "")
        turned = name if self.is_descending else f"-{name}"
        direction = "descending" if self.is_descending else "ascending"
        return Heading(self._query(sort=turned, after=None, before=None), direction)

    def _query(self, **changes: str | None) -> str:
        kept: dict[str, Any] = dict(self.data.lists()) | changes
        return urlencode({n: v for n, v in kept.items() if v is not None}, doseq=True)


def capped_counts(counted: Mapping[str, QuerySet[Any]], cap: int = CAP) -> dict[str, int]:
    """Count several querysets in one statement, each up to `cap`; cap + 1 means “more”."""
    parts: list[str] = []
    values: list[Any] = []
    found = dict.fromkeys(counted, 0)
    asked: list[str] = []
    for name, rows in counted.items():
        some = rows.order_by().values_list(Value(1))[: cap + 1]
        try:
            sql, parameters = some.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608 (compiled by the ORM)
        values += parameters
        asked.append(name)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(parts), values)
            found |= dict(zip(asked, cursor.fetchone() or (), strict=True))
    return found


def shown(count: int) -> str:
    """Write a count that was capped: “1,000+” for what goes beyond."""
    return f"{CAP:,}+" if count > CAP else str(count)


def reader_key(reader: User) -> str:
    """Return what decides which rows a person may see, as part of a cache key."""
    seats = {reader.pk: reader, reader.seat.pk: reader.seat}  # in this order: who, for whom
    parts = [f"{pk}.{seat.unit_id}.{'.'.join(sorted(seat.roles))}" for pk, seat in seats.items()]
    return "-".join(parts)


def kept_counts(
    model: Any, reader: User, scope: str, counted: Callable[[], Mapping[str, QuerySet[Any]]]
) -> dict[str, int]:
    """Count as `capped_counts`, or return the counts kept since the last change of such a row.

    `scope` names what is counted: the filters, for one. `counted` is called only when it must be.
    """
    key = counts_key(reader, scope)
    counts: dict[str, int] = kept(model, key, lambda: capped_counts(counted()))
    return counts


def counts_key(reader: User, scope: str) -> str:
    """Return the cache key of what a reader's counts of one scope are kept under today."""
    words = f"{scope}|{reader_key(reader)}|{clock.today()}"
    return f"counts:{hashlib.sha256(words.encode()).hexdigest()}"


def _is_filtered(filterset: Any, data: QueryDict) -> bool:
    """Tell whether the address filters by anything: a filter set is dear to make."""
    return filterset is not None and any(data.get(name) for name in filterset.base_filters)


def _made(rows: Callable[[], QuerySet[Any]] | QuerySet[Any]) -> QuerySet[Any]:
    return rows if isinstance(rows, QuerySet) else rows()


def _expression(part: Any) -> Any:
    return F(part) if isinstance(part, str) else part


def _typed(field: Field[Any, Any], value: Any) -> Any:
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise TypeError(value)
    typed = field.to_python(value)
    field.run_validators(typed)
    if typed is None or "\0" in str(typed):
        raise TypeError(value)
    return typed


def _plain(value: Any) -> str | int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _parts_of(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
