"""Working days, by known dates and by laws no calendar may break."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from office.workdays import calendar, services
from office.workdays.models import ExceptionalDay

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
# The calendar in memory is the same for every example.
LAWS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2026, 11, 30))


@pytest.fixture(autouse=True)
def seeded(db):
    services.seed(range(2024, 2028))
    yield
    calendar.forget()


@pytest.fixture(scope="module")
def days(django_db_setup, django_db_blocker):
    """The calendar of 2024–2026 as plain data, for laws that run a hundred times."""
    with django_db_blocker.unblock():
        rows = [
            services._exception(dt.date(2024, 1, 1) + dt.timedelta(days=n)) for n in range(1096)
        ]
    return {row.day: row.kind for row in rows if row}


def on(text):
    return dt.date.fromisoformat(text)


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


VECTORS = [
    ("2026-02-13", 1, "2026-02-14"),
    ("2026-02-13", 5, "2026-02-27"),
    ("2026-04-30", 3, "2026-05-08"),
    ("2026-09-24", 2, "2026-09-29"),
    ("2026-09-30", 5, "2026-10-13"),
    ("2025-09-26", 5, "2025-10-10"),
    ("2026-01-01", 5, "2026-01-08"),
]
SPANS = [
    ("2026-02-12", "2026-02-24", 3),
    ("2026-09-30", "2026-10-10", 3),
    ("2026-04-30", "2026-05-09", 4),
    ("2026-04-03", "2026-04-07", 1),
]


@pytest.mark.parametrize(("start", "n", "due"), VECTORS)
def test_a_limit_in_workdays_leaves_out_the_first_day(start, n, due):
    assert calendar.after(on(start), n) == on(due)


@pytest.mark.parametrize(("start", "end", "n"), SPANS)
def test_workdays_between_two_days(start, end, n):
    assert calendar.between(on(start), on(end)) == n
    assert calendar.between(on(end), on(start)) == -n


@pytest.mark.parametrize(("year", "total"), [(2024, 251), (2025, 248), (2026, 248)])
def test_the_workdays_of_a_year(year, total):
    assert calendar.between(dt.date(year - 1, 12, 31), dt.date(year, 12, 31)) == total


def test_the_workdays_of_each_month_of_2026():
    ends = [dt.date(2025, 12, 31)]
    ends += [dt.date(2026, month + 1, 1) - calendar.ONE_DAY for month in range(1, 12)]
    ends.append(dt.date(2026, 12, 31))
    months = [calendar.between(a, b) for a, b in pairwise(ends)]
    assert months == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]


@pytest.mark.parametrize(
    "day",
    ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
     "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
     "2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14",
     "2024-09-29", "2024-10-12"],
)  # fmt: skip
def test_a_make_up_day_is_a_workday_though_it_is_a_weekend(day):
    assert on(day).weekday() >= 5
    assert calendar.is_workday(on(day))


def test_zero_days_is_the_day_itself_or_the_next_workday():
    assert calendar.after(on("2026-11-23"), 0) == on("2026-11-23")
    assert calendar.after(on("2026-02-16"), 0) == on("2026-02-24")


def test_the_first_workday_of_a_month():
    assert calendar.first_workday(on("2026-10-20")) == on("2026-10-08")
    assert calendar.first_workday(on("2026-02-28")) == on("2026-02-02")


def test_a_year_without_a_notice_falls_back_and_is_named():
    assert calendar.is_workday(on("2027-10-01"))
    assert not calendar.is_workday(on("2027-10-02"))
    assert calendar.unconfirmed_years(on("2026-10-31")) == []
    assert calendar.unconfirmed_years(on("2026-11-23")) == [2027]
    assert calendar.unconfirmed_years(on("2028-03-01")) == [2028]


def test_a26_a_day_entered_by_hand_counts_at_once_and_survives_a_second_seeding():
    assert calendar.is_workday(on("2026-11-24"))
    ExceptionalDay.objects.create(day=on("2026-11-24"), kind="holiday", name="停电检修")
    calendar.forget()
    assert not calendar.is_workday(on("2026-11-24"))
    assert services.seed(range(2024, 2028)) == 0
    assert calendar.after(on("2026-11-23"), 1) == on("2026-11-25")


def test_the_calendar_is_read_once_and_kept(django_assert_num_queries, monkeypatch):
    calendar.is_workday(on("2026-11-23"))
    with django_assert_num_queries(0):
        calendar.after(on("2026-11-23"), 40)
    cache.delete(calendar.CACHE_KEY)  # as another process does it: seen within a second
    monkeypatch.setattr(calendar, "TRUSTED_SECONDS", 0.0)
    with django_assert_num_queries(1):
        calendar.between(on("2026-01-01"), on("2026-12-31"))


MOMENTS = [
    ("2026-11-23T08:30", "2026-11-23T17:30", 420),
    ("2026-11-23T08:00", "2026-11-23T09:00", 30),
    ("2026-11-23T11:30", "2026-11-23T14:30", 60),
    ("2026-11-23T12:00", "2026-11-23T14:00", 0),
    ("2026-11-23T18:00", "2026-11-24T08:30", 0),
    ("2026-11-20T17:00", "2026-11-23T09:00", 60),
    ("2026-11-21T10:00", "2026-11-22T10:00", 0),
    ("2026-09-30T17:00", "2026-10-10T09:00", 30 + 2 * 420 + 30),
    ("2026-11-24T09:00", "2026-11-23T09:00", 0),
]


@pytest.mark.parametrize(("start", "end", "minutes"), MOMENTS)
def test_office_minutes_between_two_moments(start, end, minutes):
    assert calendar.working_minutes(at(start), at(end)) == minutes


def test_office_minutes_do_not_care_for_the_zone_a_moment_is_written_in():
    start, end = at("2026-11-23T09:00"), at("2026-11-23T10:30")
    assert calendar.working_minutes(start.astimezone(dt.UTC), end.astimezone(dt.UTC)) == 90


@LAWS
@given(start=DAYS, n=st.integers(0, 260))
def test_after_is_a_workday_and_counts_back(days, start, n):
    due = calendar.after(start, n)
    assert calendar.is_workday(due, days) or due.year > 2026
    assert due >= start
    if n:
        assert calendar.between(start, due) == n


@LAWS
@given(a=DAYS, b=DAYS, n=st.integers(0, 60), m=st.integers(0, 60))
def test_after_is_monotone_in_both_arguments(days, a, b, n, m):
    if a <= b:
        assert calendar.after(a, n) <= calendar.after(b, n)
    if n <= m:
        assert calendar.after(a, n) <= calendar.after(a, m)


@LAWS
@given(a=DAYS, b=DAYS, c=DAYS)
def test_between_adds_up(days, a, b, c):
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)


@LAWS
@given(
    start=st.integers(0, 180 * 24 * 60),
    spans=st.lists(st.integers(0, 5000), min_size=2, max_size=2),
)
def test_office_minutes_add_up_and_never_exceed_the_clock(days, start, spans):
    middle = (start := at("2026-01-01T00:00") + dt.timedelta(minutes=start)) + dt.timedelta(
        minutes=spans[0]
    )
    end = middle + dt.timedelta(minutes=spans[1])
    parts = calendar.working_minutes(start, middle), calendar.working_minutes(middle, end)
    assert sum(parts) == calendar.working_minutes(start, end)
    assert 0 <= sum(parts) <= sum(spans)
