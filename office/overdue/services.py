"""The list of overdue work by unit: on the screen, on paper, and told to the heads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from office import clock
from office.desk import board
from office.desk.models import WorkItem
from office.errors import NotAllowed
from office.notifications.services import notify
from office.people.models import Post, Unit, User, UserQuerySet
from office.printing import pdf
from office.templatetags.office import MARKS
from office.workdays import calendar

ALL_UNITS = "office.view_workitem"
TITLE = "逾期事项清单"
ONE_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Owed:
    """One late thing, and how many workdays it is late."""

    item: WorkItem
    late: int

    @property
    def mark(self) -> str:
        return MARKS.get(self.item.urgency, "")


@dataclass
class Section:
    """What one unit is late with, the latest first; no unit is the work nobody has taken."""

    unit: Unit | None
    lines: list[Owed] = field(default_factory=list)

    @property
    def most(self) -> int:
        return max(line.late for line in self.lines)


def units_of(reader: User) -> list[Unit] | None:
    """Return the units whose list a person may see: None is all of them.

    Raises NotAllowed for who heads no unit.
    """
    if reader.has_perm(ALL_UNITS):
        return None
    units = list(answers_for(reader.seat))
    if not units:
        raise NotAllowed(
            _("The overdue list is for heads of units, the office director and leaders.")
        )
    return units


def may_see(reader: User) -> bool:
    """Tell whether there is a list for this person."""
    return reader.has_perm(ALL_UNITS) or answers_for(reader.seat).exists()


def answers_for(person: User) -> QuerySet[Unit]:
    """Return the units a person answers for."""
    units = answering(User.objects.filter(pk=person.pk)).get(person.pk, set())
    return Unit.objects.all() if units is None else Unit.objects.filter(pk__in=units)


def answering(people: UserQuerySet) -> dict[int, set[int] | None]:
    """Return who of these people answers for which units (None: for all); only active people.

    A head does for his own, a leader for those in his charge, the office director for every one.
    """
    people = people.active()
    heads = Post.objects.heading(clock.today()).filter(user__in=people).order_by()
    in_charge = Unit.objects.filter(leader__in=people).order_by()
    found: dict[int, set[int] | None] = {}
    for person, unit in heads.values_list("user_id", "unit_id").union(
        in_charge.values_list("leader_id", "pk")
    ):
        found.setdefault(person, set()).add(unit)  # type: ignore[union-attr]
    return found | dict.fromkeys(people.holding("office_director").values_list("pk", flat=True))


def sections(units: Iterable[Unit] | None, day: dt.date) -> list[Section]:
    """Return what units (None: all of them, and nobody) are late with on a day; two queries."""
    wanted = None if units is None else {unit.pk: unit for unit in units}
    items = WorkItem.objects.all().of_units().overdue_on(day).annotate(home=board.home())
    if wanted is not None:
        items = items.filter(home__in=list(wanted))
    people = ("content_type", "assignee__unit", "unit")
    items = items.select_related(*people).order_by(F("due_on"), "-urgency", "pk")
    known = wanted if wanted is not None else Unit.objects.in_bulk()
    found: dict[int, Section] = {}
    for item in items:
        section = found.setdefault(item.home, Section(known.get(item.home)))
        section.lines.append(Owed(item, calendar.between(item.due_on or day, day)))
    return sorted(found.values(), key=_place)


def _place(section: Section) -> tuple[bool, int, int]:
    unit = section.unit
    return (unit is None, unit.order if unit else 0, unit.pk if unit else 0)


def overdue_list(unit: Unit | None, day: dt.date) -> bytes:
    """Print the overdue list of one unit, or of all, as it stands on a day (its morning)."""
    return printed(sections(None if unit is None else [unit], day), day, unit)


def printed(found: list[Section], day: dt.date, unit: Unit | None = None) -> bytes:
    """Print a list that was put together."""
    total = sum(len(section.lines) for section in found)
    context = {"title": TITLE, "sections": found, "day": day, "unit": unit, "total": total}
    return pdf("print/overdue.html", context)


def day_of_list(day: dt.date) -> dt.date | None:
    """Return the first workday of a day's week, if it has come: the day of that week's list."""
    monday = day - dt.timedelta(days=day.weekday())
    first = calendar.after(monday, 0)
    return first if first <= day and first < monday + ONE_WEEK else None


def tell_heads(day: dt.date) -> int:
    """Tell the heads of units with overdue work, once a week; return how many were told.

    Before the first workday of the week it does nothing; a day that was missed is made up later,
    with the list of that first workday. Safe to repeat.
    """
    first = day_of_list(day)
    if first is None:
        return 0
    monday = day - dt.timedelta(days=day.weekday())
    told = 0
    for section in sections(None, first):
        if section.unit is None:
            continue
        heads = list(User.objects.heads_of(section.unit))
        n = len(section.lines)
        words = _("%(unit)s: %(n)d overdue this week; the list is ready to print.")
        notify(
            heads,
            key=f"overdue-{section.unit.pk}-{monday}",
            text=words % {"unit": section.unit.short_name, "n": n},
            url=f"{reverse('office:overdue')}?unit={section.unit.pk}",
        )
        told += len(heads)
    return told
