"""The one clock. The domain asks it, never the machine, so a year can be lived in a minute."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_frozen: ContextVar[dt.datetime | None] = ContextVar("office_clock", default=None)


def now() -> dt.datetime:
    """Return the present moment in the office's time zone."""
    return timezone.localtime(_frozen.get() or timezone.now())


def today() -> dt.date:
    """Return the present day in the office's time zone."""
    return now().date()


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Let the clock stand at `moment` (aware) inside the block."""
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
