"""Queries compiled once: building SQL from a queryset costs more than running it.

A query is built with stand-ins for what differs from reader to reader, and kept under a key that
names everything else it was built from: roles above all, for they decide which clauses it has.
PostgreSQL, too, parses each of them once for a connection and soon keeps its plan: planning the
nine tables of a record takes ten times as long as reading them. (Behind a pooler: one that pools by
session.)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from psycopg import Cursor

from office.people.models import User

SELF, SELF_UNIT, SEAT, SEAT_UNIT, ROW = -101, -102, -103, -104, -105
FIRST_NUMBER = -1000
TODAY = dt.date(1, 1, 1)
FIRST_PLACE = 2  # days of the year 1 from this one on stand for the days of a place

Rows = list[tuple[Any, ...]]
Key = tuple[Any, ...]
Build = Callable[[], QuerySet[Any, Any]]
Compiled = tuple[str, tuple[Any, ...]]
MOST = 1024
_known: dict[Key, Compiled] = {}
_ready: dict[Key, Ready | None] = {}


def fetch(
    key: Key,
    build: Build,
    values: Mapping[Any, Any],
    *,
    planned: bool = True,
    around: str = "{}",
) -> Rows:
    """Return the rows of a query, as tuples; `build` is called only the first time.

    `key` must name all that `build` looks at except the stand-ins, which `values` replaces. A
    query whose best plan hangs on the values is not `planned` once, but with them, every time.
    `around` is SQL that the query stands in.
    """
    found = _known.get(key)
    if found is None:
        if len(_known) >= MOST:
            _known.clear()
        found = _known[key] = _compile(build, around)
    sql, marks = found
    if not sql:
        return []
    given = [values.get(mark, mark) for mark in marks]
    if planned:
        return _rows(sql, given)
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        rows: Rows = cursor.fetchall()
    return rows


class Kept(Cursor[Any]):
    """A cursor whose statements stay with the connection, parsed and planned."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        """Execute as a prepared statement; what others ask of the connection stays as it was."""
        usual, self.connection.prepare_threshold = self.connection.prepare_threshold, 0
        try:
            super().execute(query, params, **options | {"prepare": True})
        finally:
            self.connection.prepare_threshold = usual
        self._query: Any = SimpleNamespace(query=query.encode())  # what Django's log asks for
        return self


def _rows(sql: str, values: list[Any]) -> list[Any]:
    database: Any = connection
    database.close_if_health_check_failed()
    database.ensure_connection()
    database.connection.prepared_max = MOST
    with database._prepare_cursor(Kept(database.connection)) as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
    return rows


def _compile(build: Build, around: str) -> Compiled:
    """Return the SQL and its parameters; no SQL for what can find nothing."""
    try:
        sql, marks = build().query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    return around.replace("{}", sql), tuple(marks)


def numbers(given: list[int]) -> dict[int, int]:
    """Return stand-ins for some whole numbers."""
    return {FIRST_NUMBER - n: number for n, number in enumerate(given)}


def places(given: Iterable[Any], first: int = 0) -> dict[Any, Any] | None:
    """Return stand-ins for some values, from the `first` on; None when one has none."""
    found: dict[Any, Any] = {}
    for n, value in enumerate(given, first):
        if type(value) is int:
            found[FIRST_NUMBER - n] = value
        elif type(value) is dt.date:
            found[dt.date(1, 1, FIRST_PLACE + n)] = value
        elif type(value) is str:
            found[f"\N{REPLACEMENT CHARACTER}{n}"] = value
        else:
            return None
    return found


def like(reader: User) -> tuple[User, Key, dict[Any, Any]]:
    """Return somebody who stands for the reader, what of him shapes a query, and his values."""
    seat = reader.seat
    double = _double(SELF, SELF_UNIT, reader)
    if seat.pk != reader.pk:
        double.acting_for = _double(SEAT, SEAT_UNIT, seat)
    values = {
        SELF: reader.pk, SELF_UNIT: reader.unit_id, SEAT: seat.pk, SEAT_UNIT: seat.unit_id
    }  # fmt: skip
    return double, (_shape(reader), _shape(seat) if seat.pk != reader.pk else None), values


def _double(pk: int, unit: int, user: User) -> User:
    return User(
        pk=pk,
        unit_id=unit,
        roles=list(user.roles),
        clearance=user.clearance,
        is_active=user.is_active,
    )


def _shape(user: User) -> Key:
    return tuple(user.roles), user.clearance, user.is_active


def instances(key: Key, build: Build, values: Mapping[Any, Any]) -> list[Any]:
    """Return the rows of a query as `fetch` does, but as instances with what select_related adds.

    What a related manager knows is not set: compile from the model's own manager. Nor is a
    number judged that no key can be: the caller sees to that.
    """
    ready = _ready.get(key)
    if ready is None:
        if len(_ready) >= MOST:
            _ready.clear()
        ready = _ready[key] = _ready_for(build)
    if ready is None:
        return []
    rows = _rows(ready.sql, [values.get(mark, mark) for mark in ready.marks])
    return [ready.made(list(row)) for row in rows]


@dataclass(frozen=True)
class Ready:
    """A query that gives instances, and how a tuple of its answer becomes one."""

    sql: str
    marks: tuple[Any, ...]
    model: type[Model]
    names: list[str]
    span: slice
    converters: list[tuple[int, list[Any], Any]]
    related: list[Any]
    annotations: list[tuple[str, int]]

    def made(self, row: list[Any]) -> Model:
        """Return the instance of a row, as ModelIterable makes it."""
        for place, converters, expression in self.converters:
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
        found = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.span])
        for populator in self.related:
            populator.populate(row, found)
        for name, place in self.annotations:
            setattr(found, name, row[place])
        return found


def _ready_for(build: Build) -> Ready | None:
    """Compile a query; None for what can find nothing."""
    compiler: Any = build().query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        sql, marks = compiler.as_sql()
    except EmptyResultSet:
        return None
    info, select = compiler.klass_info, compiler.select
    span = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
    columns = [part[0] for part in select[: compiler.col_count]]
    populators: Any = get_related_populators  # the stubs know only the next Django's
    return Ready(
        sql=sql,
        marks=tuple(marks),
        model=info["model"],
        names=[part[0].target.attname for part in select[span]],
        span=span,
        converters=[(n, *found) for n, found in compiler.get_converters(columns).items()],
        related=populators(info, select, DEFAULT_DB_ALIAS),
        annotations=list(compiler.annotation_col_map.items()),
    )
