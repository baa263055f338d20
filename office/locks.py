"""Wait a little while for what another transaction holds, then say so in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from office.errors import Refused

SECONDS = 3.0  # that a person waits, and one of the few threads of the web server with him


@contextmanager
def briefly(reason: str) -> Iterator[None]:
    """Refuse with `reason` when a lock is not to be had soon. Must run inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{SECONDS * 1000:.0f}ms"])
        try:
            yield
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise Refused(reason) from error
            raise
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
