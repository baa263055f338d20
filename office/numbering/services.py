"""Give numbers without gaps: the row lock is held until the caller's transaction ends."""

from django.db import connection
from django.db.models import F

from office.numbering.models import Series


def next_serial(name: str, year: int) -> int:
    """Return the next number of a yearly series, starting at 1.

    Must run in the caller's transaction: when that rolls back the number was never given,
    so the series has no gap. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a number is given only inside the transaction that uses it")
    mine = Series.objects.filter(name=name, year=year)
    if not mine.update(last=F("last") + 1):
        Series.objects.bulk_create([Series(name=name, year=year)], ignore_conflicts=True)
        mine.update(last=F("last") + 1)
    return mine.get().last


def next_serials(name: str, year: int, count: int) -> range:
    """Return the next numbers of a yearly series in one piece; else as `next_serial`."""
    first = next_serial(name, year)
    Series.objects.filter(name=name, year=year).update(last=F("last") + count - 1)
    return range(first, first + count)


def peek(name: str, year: int) -> int:
    """Return the number that would be given next; a hint for a form, never a promise."""
    row = Series.objects.filter(name=name, year=year).first()
    return (row.last if row else 0) + 1
