"""Multiply rows inside PostgreSQL: the models make one legal row, SQL copies it with changes."""

from collections.abc import Mapping

from django.db import connection, models


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
