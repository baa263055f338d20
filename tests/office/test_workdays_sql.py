"""The database counts workdays and office minutes as the calendar does."""

import datetime as dt
import random

import pytest
from django.db.models import DateField, DateTimeField, Value

from office.people.models import Unit
from office.workdays import calendar
from office.workdays.services import seed
from office.workdays.sql import Calendar
from tests.office.factories import UnitFactory

BEGIN, END = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


@pytest.fixture
def counted(db):
    seed(range(2026, 2027))
    yield Calendar(BEGIN, END)
    calendar.forget()


def asked(expression):
    UnitFactory()
    return Unit.objects.annotate(answer=expression).values_list("answer", flat=True)[0]


def test_days_as_the_calendar_counts_them(counted):
    chance = random.Random(7)  # noqa: S311 (no secret)
    for _n in range(60):
        one, other = (BEGIN + dt.timedelta(chance.randrange(365)) for _each in "ab")
        days = counted.days_between(Value(one, DateField()), Value(other, DateField()))
        assert asked(days) == calendar.between(one, other), (one, other)


def test_minutes_as_the_calendar_counts_them(counted):
    chance = random.Random(8)  # noqa: S311 (no secret)
    first = dt.datetime.fromisoformat("2026-01-05T00:00:00+08:00")
    for _n in range(60):
        one = first + dt.timedelta(seconds=chance.randrange(300 * 86400))
        other = one + dt.timedelta(seconds=chance.choice([600, 9000, 86400, 9 * 86400, -5000]))
        minutes = counted.minutes_between(
            Value(one, DateTimeField()), Value(other, DateTimeField())
        )
        assert asked(minutes) == calendar.working_minutes(one, other), (one, other)
