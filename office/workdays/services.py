"""Seed the calendar from chinesecalendar; the yearly notice corrects it in the back-office."""

import datetime as dt

import chinese_calendar
from django.db import transaction

from office.workdays import calendar
from office.workdays.models import ExceptionalDay


@transaction.atomic
def seed(years: range) -> int:
    """Write the exceptional days of the years the library knows; return how many are new.

    Safe to repeat; a day somebody has entered or changed is left as it is.
    """
    rows = []
    for year in years:
        day = dt.date(year, 1, 1)
        while day.year == year:
            if row := _exception(day):
                rows.append(row)
            day += calendar.ONE_DAY
    before = ExceptionalDay.objects.count()
    ExceptionalDay.objects.bulk_create(rows, ignore_conflicts=True)
    calendar.forget()
    return ExceptionalDay.objects.count() - before


def _exception(day: dt.date) -> ExceptionalDay | None:
    try:
        works = chinese_calendar.is_workday(day)
        _, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:  # the year is beyond the library's data: Monday to Friday
        return None
    if works == (day.weekday() < 5) and not name:
        return None
    kind = ExceptionalDay.Kind.MAKEUP if works else ExceptionalDay.Kind.HOLIDAY
    if works == (day.weekday() < 5) and works:
        return None
    label = HOLIDAYS.get(name or "", name or "")
    return ExceptionalDay(day=day, kind=kind, name=label, source="chinesecalendar")


HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
