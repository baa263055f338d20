"""Count in working days and working hours.

A year without a single holiday in the table has no notice yet: it falls back to Monday to
Friday, and `unconfirmed_years` lets the system officer's desk say so.
"""

import datetime as dt
import time
import uuid
from collections.abc import Iterator

from django.core.cache import cache
from django.utils import timezone

from office.workdays.models import ExceptionalDay

CACHE_KEY = "office.workdays"
ONE_DAY = dt.timedelta(days=1)
# The office day: 8:30 to 12:00 and 14:00 to 17:30, seven hours.
HOURS = ((dt.time(8, 30), dt.time(12, 0)), (dt.time(14, 0), dt.time(17, 30)))
CLOSING = HOURS[-1][1]
DAY_MINUTES = 420
MOST_SPANS = 10_000
TRUSTED_SECONDS = 1.0  # how long this process does not ask whether its copy still holds


class Days(dict[dt.date, str]):
    """The exceptional days with their kind, and the spans that were counted with them."""

    def __init__(self, mark: str = "") -> None:
        super().__init__()
        self.mark = mark
        self.asked_at = 0.0
        self.spans: dict[tuple[dt.date, dt.date], int] = {}


_known = Days()  # this process's copy, good while the cache holds its mark


def exceptions() -> dict[dt.date, str]:
    """Return every exceptional day with its kind; read again when one was changed.

    A change made in another process is seen within a second.
    """
    global _known  # noqa: PLW0603 (replaced whole, never changed)
    now = time.monotonic()
    if now - _known.asked_at < TRUSTED_SECONDS:
        return _known
    mark: str | None = cache.get(CACHE_KEY)
    if mark is None:
        mark = uuid.uuid4().hex
        cache.set(CACHE_KEY, mark, 3600)
    if mark != _known.mark:
        days = Days(mark)
        days.update(ExceptionalDay.objects.values_list("day", "kind"))
        _known = days
    _known.asked_at = now
    return _known


def forget() -> None:
    """Forget the calendar in every process; called whenever a day is saved or deleted."""
    _known.asked_at = 0.0
    cache.delete(CACHE_KEY)


def is_workday(day: dt.date, days: dict[dt.date, str] | None = None) -> bool:
    """Tell whether the office works on `day`."""
    kind = (exceptions() if days is None else days).get(day)
    return day.weekday() < 5 if kind is None else kind == ExceptionalDay.Kind.MAKEUP


def onward(day: dt.date) -> Iterator[dt.date]:
    """Yield the workdays after `day`, which itself is left out."""
    days = exceptions()
    while True:
        day += ONE_DAY
        if is_workday(day, days):
            yield day


def after(day: dt.date, workdays: int) -> dt.date:
    """Return the day `workdays` working days after `day`; 0 is `day` or the next workday."""
    if workdays <= 0:
        return day if is_workday(day) else next(onward(day))
    walk = onward(day)
    for _ in range(workdays - 1):
        next(walk)
    return next(walk)


def before(day: dt.date) -> dt.date:
    """Return `day` or, when the office is closed on it, the last workday before."""
    days = exceptions()
    while not is_workday(day, days):
        day -= ONE_DAY
    return day


def between(start: dt.date, end: dt.date, days: dict[dt.date, str] | None = None) -> int:
    """Count the workdays in (start, end]; negative when end is before start."""
    if end < start:
        return -between(end, start, days)
    days = exceptions() if days is None else days
    spans = days.spans if isinstance(days, Days) else {}
    if (start, end) not in spans:
        if len(spans) >= MOST_SPANS:
            spans.clear()
        span = range(1, (end - start).days + 1)
        spans[start, end] = sum(is_workday(start + ONE_DAY * n, days) for n in span)
    return spans[start, end]


def first_workday(month: dt.date) -> dt.date:
    """Return the first workday of the month that `month` lies in."""
    return after(month.replace(day=1), 0)


def working_minutes(start: dt.datetime, end: dt.datetime) -> int:
    """Return the minutes of office hours between two moments; never negative."""
    if end <= start:
        return 0
    start, end = timezone.localtime(start), timezone.localtime(end)
    days = exceptions()
    first, last = start.date(), end.date()
    if first == last:
        return _minutes_on(first, start.time(), end.time(), days)
    whole = max(between(first, last - ONE_DAY, days), 0)
    head = _minutes_on(first, start.time(), dt.time.max, days)
    return head + whole * DAY_MINUTES + _minutes_on(last, dt.time.min, end.time(), days)


def add_minutes(start: dt.datetime, minutes: int) -> dt.datetime:
    """Return the moment at which `minutes` of office hours after `start` are over."""
    day, left = start.date(), minutes
    begin = start.time()
    while True:
        if is_workday(day):
            for opening, closing in HOURS:
                first = max(begin, opening)
                room = _minute(closing) - _minute(first)
                if 0 < left <= room:
                    moment = dt.datetime.combine(day, first, start.tzinfo)
                    return moment + dt.timedelta(minutes=left)
                left -= max(room, 0)
        day, begin = day + ONE_DAY, dt.time.min


def minutes_ago(end: dt.datetime, minutes: int) -> dt.datetime:
    """Return the last moment from which to `end` there are `minutes` of office hours."""
    day, left, until = end.date(), minutes, end.time()
    while True:
        if is_workday(day):
            for opening, closing in reversed(HOURS):
                last = min(until, closing)
                room = _minute(last) - _minute(opening)
                if 0 < left <= room:
                    moment = dt.datetime.combine(day, last.replace(second=0), end.tzinfo)
                    return moment - dt.timedelta(minutes=left)
                left -= max(room, 0)
        day, until = day - ONE_DAY, dt.time.max


def unconfirmed_years(today: dt.date) -> list[int]:
    """Return this and the next year when nobody has entered their holiday notice.

    Next year counts from November on, when the notice is published (国务院办公厅, 每年年底).
    """
    known = {day.year for day, kind in exceptions().items() if kind == "holiday"}
    wanted = [today.year] + ([today.year + 1] if today.month >= 11 else [])
    return [year for year in wanted if year not in known]


def _minutes_on(day: dt.date, start: dt.time, end: dt.time, days: dict[dt.date, str]) -> int:
    if not is_workday(day, days):
        return 0
    total = 0
    for opening, closing in HOURS:
        begin, finish = max(start, opening), min(end, closing)
        if begin < finish:
            total += _minute(finish) - _minute(begin)
    return total


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute
