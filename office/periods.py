"""A span of days somebody asks figures of: a month, quarter, half-year, year, or any two days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from office import clock
from office.templatetags.office import MONTHS
from office.templatetags.office import day as written

ONE_DAY = dt.timedelta(days=1)
FIRST_DAY = dt.date(1949, 10, 1)
MOST_DAYS = 3660  # ten years
QUARTERS = "一二三四"
LENGTHS = {1: "month", 3: "quarter", 6: "half", 12: "year"}


@dataclass(frozen=True)
class Period:
    """The days from `begin` to `end`, both counted."""

    begin: dt.date
    end: dt.date

    @classmethod
    def of_months(cls, first: dt.date, months: int) -> Period:
        """Return so many whole months from the month that `first` lies in."""
        begin = first.replace(day=1)
        return cls(begin, _later(begin, months) - ONE_DAY)

    @classmethod
    def around(cls, day: dt.date, months: int) -> Period:
        """Return the month, quarter, half-year or year (1, 3, 6 or 12 months) a day lies in."""
        first = (day.month - 1) // months * months + 1
        return cls.of_months(day.replace(month=first, day=1), months)

    @property
    def length(self) -> int:
        """How many months: 1, 3, 6 or 12 for a month, quarter, half-year, year; else 0."""
        for months in LENGTHS:
            if self == Period.around(self.begin, months):
                return months
        return 0

    @property
    def months(self) -> list[Period]:
        """The months of a whole quarter, half-year or year."""
        return [Period.of_months(_later(self.begin, n), 1) for n in range(self.length)]

    @property
    def start(self) -> dt.datetime:
        """The moment it begins."""
        return midnight(self.begin)

    @property
    def stop(self) -> dt.datetime:
        """The moment after its last day."""
        return midnight(self.end + ONE_DAY)

    @property
    def until(self) -> dt.datetime:
        """The moment its figures speak of: its end, or now while it lasts."""
        return min(self.stop, max(clock.now(), self.start))

    @property
    def late_before(self) -> dt.date:
        """What was due before this day and is still open counts as late."""
        return min(self.end + ONE_DAY, clock.today())

    @property
    def is_over(self) -> bool:
        return self.end < clock.today()

    @property
    def query(self) -> str:
        return f"from={self.begin}&to={self.end}"

    @property
    def name(self) -> str:
        """Name it as the screen does: 2026年11月, Q4 2026, 11月3日至11月20日."""
        if self.length and (translation.get_language() or "zh").startswith("zh"):
            return self.paper_name
        begin = self.begin
        return {
            1: f"{MONTHS[begin.month - 1]} {begin.year}",
            3: f"Q{begin.month // 3 + 1} {begin.year}",
            6: f"H{begin.month // 6 + 1} {begin.year}",
            12: f"{begin.year}",
        }.get(self.length) or _("%(begin)s to %(end)s") % {
            "begin": written(begin), "end": written(self.end)
        }  # fmt: skip

    @property
    def paper_name(self) -> str:
        """Name it as paper does, in Chinese whatever the screen speaks."""
        begin, end = self.begin, self.end
        year = f"{begin.year}年"
        return {
            1: f"{year}{begin.month}月",
            3: f"{year}第{QUARTERS[(begin.month - 1) // 3]}季度",
            6: f"{year}{'上' if begin.month == 1 else '下'}半年",
            12: f"{year}度",
        }.get(self.length, f"{_on_paper(begin)}至{_on_paper(end)}")

    @property
    def earlier(self) -> Period:
        return self._moved(-1)

    @property
    def later(self) -> Period:
        return self._moved(1)

    def _moved(self, by: int) -> Period:
        if self.length:
            return Period.of_months(_later(self.begin, by * self.length), self.length)
        days = (self.end - self.begin + ONE_DAY) * by
        return Period(self.begin + days, self.end + days)


class PeriodForm(forms.Form):
    """The two days of an address: ?from=2026-11-01&to=2026-11-30."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["from"] = forms.DateField(label=_("From"))  # a word Python keeps for itself
        self.fields["to"] = forms.DateField(label=_("To"))

    def clean(self) -> dict[str, Any]:
        """Refuse what is no span, or one so long that nobody means it."""
        cleaned: dict[str, Any] = super().clean() or {}
        begin, end = cleaned.get("from"), cleaned.get("to")
        if begin and end:
            if end < begin:
                self.add_error("to", _("The last day is not before the first."))
            elif (end - begin).days > MOST_DAYS:
                self.add_error("to", _("At most ten years at once."))
        horizon = clock.today() + dt.timedelta(days=MOST_DAYS)
        for name, value in (("from", begin), ("to", end)):
            if value and not FIRST_DAY <= value <= horizon:
                self.add_error(name, _("This is no day of this office."))
        return cleaned


def asked(data: QueryDict) -> tuple[Period, PeriodForm]:
    """Return the period an address asks for, and the form that says what is wrong with it.

    Without days, or with days that cannot be read, it is this month.
    """
    today = clock.today()
    this_month = Period.around(today, 1)
    if not (data.get("from") or data.get("to")):
        days = {"from": this_month.begin, "to": this_month.end}
        return this_month, PeriodForm(initial=days)
    form = PeriodForm(data)
    if not form.is_valid():
        return this_month, form
    return Period(form.cleaned_data["from"], form.cleaned_data["to"]), form


def usual() -> Iterator[tuple[str, Period]]:
    """Yield the periods that are one click away, by name."""
    today = clock.today()
    month = Period.around(today, 1)
    yield _("Last month"), month.earlier
    yield _("This month"), month
    yield _("This quarter"), Period.around(today, 3)
    yield _("This half-year"), Period.around(today, 6)
    yield _("This year"), Period.around(today, 12)


def midnight(day: dt.date) -> dt.datetime:
    """Return the moment a day begins in the office."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _later(first: dt.date, months: int) -> dt.date:
    place = first.year * 12 + first.month - 1 + months
    return dt.date(place // 12, place % 12 + 1, 1)


def _on_paper(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
