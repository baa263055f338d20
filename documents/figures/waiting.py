"""堵点: where documents wait now, and for whom; one sentence says what is worst."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Aggregate, Avg, Count, F, IntegerField, Min, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from documents import measures
from documents.figures.services import Scope
from documents.measures import LABELS, LINE, STEPS
from documents.numbers import Cell, Line, Table
from office import clock
from office.desk import board
from office.desk.models import WorkItemQuerySet
from office.people.models import Unit, User
from office.workdays import calendar
from office.workdays.sql import Calendar

MOST_PEOPLE = 30


class Ninth(Aggregate):
    """The value that nine in ten do not exceed."""

    template = "percentile_disc(0.9) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = IntegerField()


@dataclass(frozen=True)
class Wait:
    """What waits at one place: documents, those that are late, and for how long."""

    key: Any
    open: int
    late: int
    oldest: dt.datetime
    mean: float
    ninth: int


class Waiting:
    """Everything the page shows, in half a dozen statements."""

    def __init__(self, within: Scope) -> None:
        self.within, self.today = within, clock.today()
        rows = measures.counted(within.rows)
        self.all = measures.waiting().filter(object_id__in=rows.values("pk")).order_by()
        first = self.all.aggregate(first=Min("created_at"))["first"]
        begun = timezone.localtime(first).date() if first else self.today
        self.so_far = Calendar(begun, self.today).minutes_between(
            F("created_at"), Value(clock.now())
        )
        self.steps = [replace(wait, key=STEPS[wait.key]) for wait in self._by(self.all, LINE)]
        self.units = self._by(self._owed(), board.home())
        self.people = self._by(self.all.filter(reading=False, assignee__isnull=False), "assignee")

    def _owed(self) -> WorkItemQuerySet:
        """What units owe: a pool is left out where one of its people has the thing by name."""
        mine = board.owed_by_unit(None).values("pk")
        return self.all.filter(pk__in=mine)

    def _by(self, items: Any, place: Any) -> list[Wait]:
        late = Q(due_on__lt=self.today)
        found = items.values(place=place if not isinstance(place, str) else F(place)).annotate(
            open=Count("object_id", distinct=True),
            late=Count("object_id", filter=late, distinct=True),
            oldest=Min("created_at"),
            mean=Avg(self.so_far),
            ninth=Ninth(self.so_far),
        )
        waits = [
            Wait(*row)
            for row in found.values_list("place", "open", "late", "oldest", "mean", "ninth")
        ]
        return sorted(waits, key=lambda wait: (-wait.late, -wait.ninth, -wait.open, wait.key))

    @property
    def total(self) -> int:
        """How many documents wait for somebody."""
        return self.all.aggregate(n=Count("object_id", distinct=True))["n"] or 0

    def _url(self, measure: str, **more: Any) -> str:
        query = urlencode({"measure": measure} | more)
        return f"{reverse('documents:incoming')}?{query}{self.within.query}"

    def _line(self, name: str, wait: Wait, *, is_data: bool = False, **where: Any) -> Line:
        every = self._url("waiting", **where)
        oldest = timezone.localtime(wait.oldest).date()
        cells = [
            Cell(wait.open, every),
            Cell(wait.late, self._url("waiting_late", **where), is_late=bool(wait.late)),
            Cell(calendar.between(oldest, self.today), every),
            Cell(float(wait.mean) / calendar.DAY_MINUTES, every, digits=1),
            Cell(wait.ninth / calendar.DAY_MINUTES, every, digits=1),
        ]
        return Line(name, cells, is_data=is_data)

    @property
    def by_step(self) -> Table:
        order = {step: n for n, step in enumerate(STEPS)}
        lines = [
            self._line(str(LABELS[wait.key]), wait, step=wait.key)
            for wait in sorted(self.steps, key=lambda wait: order[wait.key])
        ]
        return Table("steps", _("At which step"), pgettext("figures", "Step"), _heads(), lines)

    @property
    def by_unit(self) -> Table:
        names = dict(Unit.objects.values_list("pk", "short_name"))
        lines = [
            self._line(
                names.get(wait.key, _("Unclaimed")),
                wait,
                is_data=wait.key in names,
                holder=f"unit-{wait.key}",
            )
            for wait in self.units
        ]
        return Table("units", _("With which unit"), _("Unit"), _heads(), lines)

    @property
    def by_person(self) -> Table:
        shown = self.people[:MOST_PEOPLE]
        people = User.objects.in_bulk([wait.key for wait in shown])
        lines = [
            self._line(people[wait.key].name, wait, is_data=True, holder=f"person-{wait.key}")
            for wait in shown
        ]
        more = len(self.people) - len(shown)
        return Table("people", _("With whom"), _("Person"), _heads(), lines, more=more)

    @property
    def verdict(self) -> str:
        """Say in one sentence what is worst."""
        if not self.steps:
            return _("Nothing is waiting for anybody.")
        worst, unit = self.steps[0], self.units[0] if self.units else None
        where = {
            "step": LABELS[worst.key],
            "n": worst.open,
            "late": worst.late,
            "days": f"{worst.ninth / calendar.DAY_MINUTES:.1f}",
        }
        if not worst.late:
            words = _(
                "Nothing is late; the longest waits are at “%(step)s”: "
                "%(n)s documents, nine in ten within %(days)s workdays."
            )
            return words % where
        if unit is None or not unit.late:
            return _("Worst is “%(step)s”: %(late)s of %(n)s documents are late.") % where
        name = Unit.objects.filter(pk=unit.key).values_list("short_name", flat=True).first()
        words = _(
            "Worst is “%(step)s”: %(late)s of %(n)s documents are late. "
            "Most of what is late lies with %(unit)s: %(theirs)s."
        )
        return words % (where | {"unit": name or _("nobody"), "theirs": unit.late})


def _heads() -> list[str]:
    return [
        _("Waiting"), _("Late"), _("Oldest (days)"), _("Mean (days)"),
        _("Nine in ten within (days)"),
    ]  # fmt: skip
