"""Multiply rows inside PostgreSQL: the models make one legal row, SQL copies it with changes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection, models

# A foreign key is not looked up for each row of a million, where the connection may say so.
UNCHECKED = """
SELECT set_config('synchronous_commit', 'off', false),
       set_config('maintenance_work_mem', '1GB', false),
       CASE WHEN has_parameter_privilege('session_replication_role', 'SET')
            THEN set_config('session_replication_role', 'replica', false) END
"""
PLAIN_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i WHERE i.indrelid = ANY(%s::text[]::regclass[]) AND NOT i.indisunique
"""


@contextmanager
def in_bulk(*loaded: type[models.Model]) -> Iterator[None]:
    """Load these tables without their indexes, which are made at the end; uniqueness is kept."""
    tables = [model._meta.db_table for model in loaded]
    with connection.cursor() as cursor:
        cursor.execute(PLAIN_INDEXES, [tables])
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute(UNCHECKED)
        try:
            yield
        finally:
            for _name, definition in indexes:
                cursor.execute(definition)
            for name in ("synchronous_commit", "maintenance_work_mem", "session_replication_role"):
                cursor.execute(f"RESET {name}")


def insert(template: models.Model, source: str, where: str, columns: Mapping[str, str]) -> None:
    """Insert a copy of a row for each row of `source`, some columns computed from it.

    A column that a model gets later comes along by itself. Everything here is our own text.
    """
    meta = template._meta
    names = [str(f.column) for f in meta.concrete_fields if not f.primary_key and not f.generated]
    values = [columns.get(name, f't."{name}"') for name in names]
    listed = ", ".join(f'"{name}"' for name in names)
    sql = (
        f"INSERT INTO {meta.db_table} ({listed}) SELECT {', '.join(values)} "  # noqa: S608
        f"FROM {meta.db_table} t CROSS JOIN {source} WHERE t.id = {int(template.pk)} AND {where}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("%", "%%"), [])


def random(n: str, below: int, salt: int) -> str:
    """Return SQL for a number under `below` that looks random and is the same every time."""
    return f"mod(abs(hashint4((({n}) + {salt * 1_000_003})::int)::bigint), {below})::int"
