"""The database of a backup: every table read in one snapshot, and put back in one transaction.

The tables themselves are made by our migrations and only the rows are carried, as COPY text, so
that a backup moves between the private PostgreSQL and any server from 15 on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composed, Identifier, Literal

from office.backup.parts import Rows
from office.errors import Refused

SCRATCH = "restoring"  # the alias of a database beside the office's own
LEFT_OUT = frozenset({"django_session"})  # a stolen backup opens nobody's session
PLAIN = """
    SET LOCAL timezone = 'UTC';
    SET LOCAL datestyle = 'ISO, YMD';
    SET LOCAL intervalstyle = 'postgres';
    SET LOCAL extra_float_digits = 1;
    SET LOCAL bytea_output = 'hex';
    SET LOCAL client_encoding = 'UTF8';
"""
COLUMNS = """
    SELECT t.relname, a.attname, k.n, y.typcategory = 'S',
           pg_get_serial_sequence(quote_ident(t.relname), a.attname)
    FROM pg_class t
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type y ON y.oid = a.atttypid
    LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
    LEFT JOIN LATERAL (SELECT array_position(i.indkey::int2[], a.attnum) AS n) k ON true
    WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r'
      AND a.attgenerated = ''
    ORDER BY t.relname, a.attnum
"""
Chunks = Iterable[bytes]


class Table:
    """One table: the columns that are written (not those the database computes), and its key."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.columns: list[str] = []
        self.sequences: dict[str, str] = {}
        self._key: list[tuple[int, Composed | Identifier]] = []

    def add(self, column: str, place: int | None, is_text: bool, sequence: str | None) -> None:
        self.columns.append(column)
        if sequence:
            self.sequences[column] = sequence
        if place is not None:  # the same order on every server, whatever its language
            word = Identifier(column)
            self._key.append((place, SQL('{} COLLATE "C"').format(word) if is_text else word))

    @property
    def names(self) -> Composed:
        return SQL(", ").join(map(Identifier, self.columns))

    @property
    def order(self) -> Composed:
        whole = SQL('{}::text COLLATE "C"').format(Identifier(self.name))
        key = [word for _place, word in sorted(self._key, key=lambda each: each[0])]
        return SQL(", ").join(key or [whole])


def tables(raw: psycopg.Connection) -> dict[str, Table]:
    """Return every table of the office."""
    found: dict[str, Table] = {}
    for name, *column in raw.cursor().execute(COLUMNS):
        found.setdefault(name, Table(name)).add(*column)
    return found


@contextmanager
def snapshot(alias: str = DEFAULT_DB_ALIAS) -> Iterator[psycopg.Connection]:
    """Look at one moment of the database from a connection of one's own."""
    own = connections[alias].copy()
    try:
        own.ensure_connection()
        raw: Any = own.connection
        raw.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        raw.read_only = True
        raw.autocommit = False
        raw.execute(PLAIN)
        yield raw
    finally:
        own.close()


def read(raw: psycopg.Connection, table: Table) -> Iterator[bytes]:
    """Yield the rows of a table as COPY text, in the order of its key."""
    if table.name in LEFT_OUT:
        return
    command = SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT")
    asked = command.format(table.names, Identifier(table.name), table.order)
    with raw.cursor() as cursor, cursor.copy(asked) as copy:
        for chunk in copy:
            yield bytes(chunk)


class Tally:
    """Count and digest the rows that pass."""

    def __init__(self) -> None:
        self.count, self._sha256 = 0, hashlib.sha256()

    def through(self, chunks: Chunks) -> Iterator[bytes]:
        for chunk in chunks:
            self.count += chunk.count(b"\n")  # inside a value COPY writes it as \n
            self._sha256.update(chunk)
            yield chunk

    def rows(self, raw: psycopg.Connection, table: Table) -> Rows:
        state = SQL("SELECT last_value, is_called FROM {}")
        sequences = {}
        for column, name in table.sequences.items():
            sequence = Identifier(*_parts(name))
            sequences[column] = list(raw.execute(state.format(sequence)).fetchone() or ())
        return Rows(table.columns, self.count, self._sha256.hexdigest(), sequences)


def tally(alias: str) -> dict[str, tuple[int, str]]:
    """Return the count and the digest of every table, as a backup would write them."""
    found = {}
    with snapshot(alias) as raw:
        for name, table in tables(raw).items():
            one = Tally()
            for _chunk in one.through(read(raw, table)):
                pass
            rows = one.rows(raw, table)
            found[name] = (rows.count, rows.sha256)
    return found


def migrations(raw: psycopg.Connection) -> list[list[str]]:
    """Return what the tables were made by."""
    asked = "SELECT app, name FROM django_migrations ORDER BY id"
    return [list(row) for row in raw.execute(asked)]


# --- and back -------------------------------------------------------------------------------------


@contextmanager
def beside(name: str, *, keep: bool) -> Iterator[str]:
    """Make a new database on the same server; yield its alias. It stays only if all went well.

    Raises Refused: the name is taken, or the account may not make databases.
    """
    new = SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
    _on_the_server(new.format(Identifier(name)))
    connections.databases[SCRATCH] = {**connections[DEFAULT_DB_ALIAS].settings_dict, "NAME": name}
    stays = False
    try:
        yield SCRATCH
        stays = keep
    finally:
        connections[SCRATCH].close()
        del connections[SCRATCH]
        del connections.databases[SCRATCH]
        if not stays:
            gone = SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            _on_the_server(gone.format(Identifier(name)))


def is_empty(alias: str) -> bool:
    """Tell whether a database holds no table at all."""
    return not connections[alias].introspection.table_names()


def build(alias: str, recorded: list[list[str]]) -> None:
    """Make the tables as they were when these migrations had run. Raises Refused."""
    executor = MigrationExecutor(connections[alias])
    targets = [(app, name) for app, name in recorded]
    if unknown := [".".join(node) for node in targets if node not in executor.loader.graph.nodes]:
        raise Refused(
            _("This backup was made by a newer version: install that first. It has %(names)s.")
            % {"names": ", ".join(unknown)}
        )
    executor.migrate(targets)


def load(alias: str, wanted: dict[str, Rows], chunks: Callable[[str], Chunks]) -> None:
    """Put the rows back, all or nothing; every constraint is checked. Raises Refused."""
    with transaction.atomic(using=alias):
        connection: Any = connections[alias]
        connection.ensure_connection()
        raw: psycopg.Connection = connection.connection
        raw.execute(PLAIN)
        there = tables(raw)
        if differ := sorted(_differ(there, wanted)):
            raise Refused(
                _("The tables are not those of the backup: %(names)s.")
                % {"names": ", ".join(differ)}
            )
        for name in there:  # what the migrations wrote themselves
            raw.execute(SQL("DELETE FROM {}").format(Identifier(name)))
        for name, rows in wanted.items():
            command = SQL("COPY {} ({}) FROM STDIN").format(Identifier(name), there[name].names)
            with raw.cursor() as cursor, cursor.copy(command) as copy:
                for chunk in chunks(name):
                    copy.write(chunk)
            for column, state in rows.sequences.items():
                _set(raw, there[name].sequences[column], *state)
        raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
    connections[alias].cursor().execute("ANALYZE")


def _differ(there: dict[str, Table], wanted: dict[str, Rows]) -> set[str]:
    shared = there.keys() & wanted.keys()
    unlike = {n for n in shared if there[n].columns != wanted[n].columns}
    return (there.keys() ^ wanted.keys()) | unlike


def _set(raw: psycopg.Connection, sequence: str, value: int, is_called: bool) -> None:
    command = SQL("SELECT setval({}, {}, {})")
    raw.execute(command.format(Literal(sequence), Literal(value), Literal(is_called)))


def _parts(name: str) -> list[str]:
    """Split what PostgreSQL calls a sequence into its schema and its name."""
    return [part.strip('"') for part in name.split(".")]


def _on_the_server(command: Composed) -> None:
    own = connections[DEFAULT_DB_ALIAS].copy()
    try:
        own.ensure_connection()
        raw: Any = own.connection
        raw.execute(command)
    except psycopg.errors.DuplicateDatabase:
        raise Refused(_("A database of that name is there already: choose another.")) from None
    except psycopg.errors.InsufficientPrivilege:
        raise Refused(
            _("The database account may not make databases: ALTER ROLE … CREATEDB.")
        ) from None
    finally:
        own.close()
