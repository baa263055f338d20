"""Give numbers without gaps: the row lock is held until the caller's transaction ends."""

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from office.locks import briefly
from office.numbering.models import Series


def next_serial(name: str, year: int) -> int:
    """Return the next number of a yearly series, starting at 1.

    Must run in the caller's transaction: when that rolls back the number was never given,
    so the series has no gap. Raises RuntimeError outside a transaction, and Refused when another
    holds the series for longer than a person should wait.
    """
    reason = _("Many documents are being numbered just now. Register this one in a few minutes.")
    with briefly(reason):
        return _give(name, year, 1)


def next_serials(name: str, year: int, count: int) -> range:
    """Return the next numbers of a yearly series in one piece, however long others hold it."""
    last = _give(name, year, count)
    return range(last - count + 1, last + 1)


def _give(name: str, year: int, count: int) -> int:
    """Take numbers; return the last."""
    if not connection.in_atomic_block:
        raise RuntimeError("a number is given only inside the transaction that uses it")
    mine = Series.objects.filter(name=name, year=year)
    if not mine.update(last=F("last") + count):
        Series.objects.bulk_create([Series(name=name, year=year)], ignore_conflicts=True)
        mine.update(last=F("last") + count)
    return mine.get().last


def peek(name: str, year: int) -> int:
    """Return the number that would be given next; a hint for a form, never a promise."""
    row = Series.objects.filter(name=name, year=year).first()
    return (row.last if row else 0) + 1
