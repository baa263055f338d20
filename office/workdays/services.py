"""Seed the calendar from chinesecalendar; the yearly notice corrects it in the back-office."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import chinese_calendar
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from office.audit.services import record
from office.errors import NotAllowed, Refused
from office.people.models import User
from office.workdays import calendar
from office.workdays.models import ExceptionalDay
from office.workdays.notice import Notice


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
        _is_off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:  # the year is beyond the library's data: Monday to Friday
        return None
    is_as_usual = works == (day.weekday() < 5)
    if is_as_usual and (works or not name):
        return None
    kind = ExceptionalDay.Kind.MAKEUP if works else ExceptionalDay.Kind.HOLIDAY
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


NEW, CHANGED, SAME, STAYS, GOES = "new", "changed", "same", "stays", "goes"
LABELS: dict[str, Any] = {
    NEW: gettext_lazy("New"),
    CHANGED: gettext_lazy("Changed"),
    SAME: gettext_lazy("As it stands"),
    STAYS: gettext_lazy("Not named, stays"),
    GOES: gettext_lazy("Not named, taken out"),
}


@dataclass(frozen=True)
class Line:
    """One line of the preview: a day, and what entering the notice does to it."""

    row: ExceptionalDay
    change: str

    @property
    def label(self) -> str:
        return str(LABELS[self.change])


def compare(notice: Notice, *, is_whole: bool) -> list[Line]:
    """Return every day the notice names, and those of its year it does not name."""
    known = {row.day: row for row in _rows(notice)}
    lines = []
    for day in notice.days:
        row = known.pop(day.day, None)
        change = SAME if row and (row.kind, row.name) == (day.kind, day.name) else CHANGED
        change = change if row else NEW
        row = row or ExceptionalDay(day=day.day)
        row.kind, row.name = day.kind, day.name
        lines.append(Line(row, change))
    lines += [Line(row, GOES if is_whole else STAYS) for row in known.values()]
    return sorted(lines, key=lambda line: line.row.day)


@transaction.atomic
def enter(notice: Notice, *, actor: User, source: str, is_whole: bool) -> int:
    """Write the days of a notice; return how many rows changed. Safe to repeat.

    Raises NotAllowed, Refused (a text with problems).
    """
    if not actor.has_perms(f"office.{verb}_exceptionalday" for verb in ("add", "change", "delete")):
        raise NotAllowed(_("The calendar is kept by the system officer and the office director."))
    if notice.problems:
        raise Refused(notice.problems[0])
    lines = compare(notice, is_whole=is_whole)
    lines = [line for line in lines if line.change in {NEW, CHANGED, GOES}]
    for line in lines:
        _write(line, actor, source)
    transaction.on_commit(calendar.forget)
    return len(lines)


def _rows(notice: Notice) -> Iterable[ExceptionalDay]:
    """The known days of the notice's year, and of the days it names beyond it."""
    named = [day.day for day in notice.days]
    own = ExceptionalDay.objects.filter(day__year=notice.year)
    return (own | ExceptionalDay.objects.filter(day__in=named)).order_by("day")


def _write(line: Line, actor: User, source: str) -> None:
    row = line.row
    action = {NEW: "add", CHANGED: "change", GOES: "delete"}[line.change]
    if line.change != GOES:
        row.source = source
        row.save()
    facts = {"day": row.day, "kind": row.kind, "name": row.name, "source": source}
    record(row, action, actor=actor, facts=facts)
    if line.change == GOES:
        row.delete()
