"""A span of days: its name, its neighbours, its months, and what can be none."""

import datetime as dt

import pytest
from django.http import QueryDict
from django.utils import translation

from office import clock, periods
from office.periods import Period

DAY = dt.date(2026, 11, 24)
NOW = dt.datetime.fromisoformat("2026-11-24T10:00:00+08:00")


@pytest.mark.parametrize(
    ("months", "begin", "end", "chinese", "english"),
    [
        (1, "2026-11-01", "2026-11-30", "2026年11月", "Nov 2026"),
        (3, "2026-10-01", "2026-12-31", "2026年第四季度", "Q4 2026"),
        (6, "2026-07-01", "2026-12-31", "2026年下半年", "H2 2026"),
        (12, "2026-01-01", "2026-12-31", "2026年度", "2026"),
    ],
)
def test_whole_months(months, begin, end, chinese, english):
    period = Period.around(DAY, months)
    assert (str(period.begin), str(period.end), period.length) == (begin, end, months)
    assert len(period.months) == months
    assert (period.months[0].begin, period.months[-1].end) == (period.begin, period.end)
    assert period.earlier.later == period
    assert period.earlier.end + periods.ONE_DAY == period.begin
    for language, name in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            assert period.name == name
    assert period.paper_name == chinese


def test_any_two_days():
    period = Period(dt.date(2026, 11, 3), dt.date(2026, 11, 20))
    assert (period.length, period.months) == (0, [])
    assert period.later == Period(dt.date(2026, 11, 21), dt.date(2026, 12, 8))
    assert period.paper_name == "2026年11月3日至2026年11月20日"


def test_a_leap_february_is_a_month():
    assert Period.around(dt.date(2028, 2, 5), 1).end == dt.date(2028, 2, 29)


def test_figures_speak_of_now_while_a_period_lasts():
    with clock.at(NOW):
        month, last = Period.around(DAY, 1), Period.around(DAY, 1).earlier
        assert (month.until, month.late_before, month.is_over) == (NOW, DAY, False)
        assert (last.until, last.late_before, last.is_over) == (
            periods.midnight(dt.date(2026, 11, 1)), dt.date(2026, 11, 1), True,
        )  # fmt: skip


def test_an_address_without_days_asks_for_this_month():
    with clock.at(NOW):
        period, form = periods.asked(QueryDict(""))
        assert period == Period.around(DAY, 1)
        assert not form.errors
        names = [name for name, one in periods.usual() if one == period]
    assert len(names) == 1
