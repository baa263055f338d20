"""Workdays and office minutes counted by the database, as `calendar` counts them.

The workdays of a span go in as one sorted array; `width_bucket` finds by halving how many of them
lie before a day. So sums over any number of rows need no loop.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import DateField, Func, IntegerField, Value
from django.db.models.functions import ExtractHour, ExtractMinute, Greatest, Least, TruncDate

from office.workdays import calendar

DAYS = ArrayField(DateField())


class Calendar:
    """The workdays from one day to another, both counted, as the database needs them."""

    def __init__(self, begin: dt.date, end: dt.date) -> None:
        known, span = calendar.exceptions(), range((end - begin).days + 1)
        days = [begin + calendar.ONE_DAY * n for n in span]
        self.workdays = Value(
            [day for day in days if calendar.is_workday(day, known)], output_field=DAYS
        )

    def days_between(self, start: Any, end: Any) -> Any:
        """Count the workdays in (start, end], two expressions of days."""
        return self._until(end) - self._until(start)

    def minutes_between(self, start: Any, end: Any) -> Any:
        """Count the minutes of office hours between two expressions of moments."""
        return Greatest(self._minutes(end) - self._minutes(start), Value(0))

    def _until(self, day: Any) -> Func:
        """Return how many of the workdays lie up to a day, itself counted."""
        return Func(day, self.workdays, function="width_bucket", output_field=IntegerField())

    def _minutes(self, moment: Any) -> Any:
        """Return the office minutes from the beginning of the calendar to a moment."""
        today = TruncDate(moment)
        before = self._until(Func(today, Value(1), template="(%(expressions)s)", arg_joiner=" - ",
                                  output_field=DateField()))  # fmt: skip
        works = self._until(today) - before
        clock = ExtractHour(moment) * 60 + ExtractMinute(moment)
        parts = [
            Least(
                Greatest(clock - _minute(opening), Value(0)),
                Value(_minute(closing) - _minute(opening)),
            )
            for opening, closing in calendar.HOURS
        ]
        return before * Value(calendar.DAY_MINUTES) + works * (parts[0] + parts[1])


def _minute(time: dt.time) -> int:
    return time.hour * 60 + time.minute
