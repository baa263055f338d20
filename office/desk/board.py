"""What a desk shows: read here, written nowhere, in the same few queries for any number."""

from __future__ import annotations

import calendar as almanac
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, Case, Count, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from office import prepared
from office.desk import lines
from office.desk.lines import Day
from office.desk.models import WorkItem, WorkItemQuerySet
from office.people.models import Unit, User
from office.prepared import SEAT, SEAT_UNIT
from office.workdays import calendar

MOST = 100  # items a desk shows; the register shows the rest
MOST_WAITING = 20
MOST_READING = 6
NOBODY = 0  # stands for the unit of work that is no unit's


@dataclass
class Group:
    """One heading of the desk: late, today, this week, later, without a limit."""

    key: str
    title: str
    count: int = 0
    items: list[WorkItem] = field(default_factory=list)

    @property
    def lines(self) -> Iterator[SafeString]:
        """Return its items as the desk draws them."""
        return lines.owed(self.items, is_today=self.key == "today")


@dataclass
class Wait:
    """One row the seat waits for, with all that others owe about it, the most pressing first."""

    items: list[WorkItem] = field(default_factory=list)

    @property
    def item(self) -> WorkItem:
        return self.items[0]

    @property
    def urged(self) -> int:
        return max(item.urged for item in self.items)


@dataclass(frozen=True)
class UnitBar:
    """One unit in the chart: numbers, and where its bar lies."""

    pk: int
    name: str
    open: int
    late: int
    soon: int
    y: int
    width: float
    late_width: float
    soon_width: float

    @property
    def soon_x(self) -> float:
        return round(84 + self.late_width, 1)

    @property
    def text_y(self) -> int:
        return self.y + 10


@dataclass(frozen=True)
class UnitChart:
    """The bars, from the latest unit down, and the units of the pools of roles."""

    bars: list[UnitBar]
    homes: dict[str, int]

    @property
    def late(self) -> int:
        return sum(bar.late for bar in self.bars)

    @property
    def open(self) -> int:
        return sum(bar.open for bar in self.bars)

    @property
    def height(self) -> int:
        return 24 + 26 * len(self.bars)


def owed(seat: User) -> QuerySet[WorkItem]:
    """Return the open items of a seat, with all that a line shows."""
    return WorkItem.objects.open().owed_by(seat).select_related("sent_by__unit").by_due()


def due_days(seat: User) -> dict[dt.date | None, int]:
    """Count what a seat owes, by due day."""

    def counted(double: User) -> QuerySet[Any, Any]:
        items = WorkItem.objects.open().owed_by(double).filter(reading=False).order_by()
        return items.values_list("due_on").annotate(n=Count("pk"))

    return dict(prepared.fetch(*_for("due days", seat, counted)))


def on_desk(seat: User) -> list[WorkItem]:
    """Return the most pressing of what a seat owes."""
    return _items("owed", seat, lambda double: owed(double).filter(reading=False)[:MOST])


def awaited(seat: User) -> list[Wait]:
    """Return the most pressing of what others owe the seat, a line for each row."""
    found: dict[tuple[int, int], Wait] = {}
    for item in _items("awaited", seat, lambda double: waiting(double)[:MOST_WAITING]):
        found.setdefault((item.content_type_id, item.object_id), Wait()).items.append(item)
    return list(found.values())


def newest_to_read(seat: User) -> list[WorkItem]:
    """Return the newest of what the seat has to read."""
    return _items("to read", seat, lambda double: to_read(double)[:MOST_READING])


def _items(name: str, seat: User, build: Callable[[User], Any]) -> list[WorkItem]:
    return prepared.instances(*_for(name, seat, build))


def _for(name: str, seat: User, build: Callable[[User], Any]) -> Any:
    """Return what `office.prepared` takes: the query, built for one who stands for the seat."""
    double = User(pk=SEAT, unit_id=SEAT_UNIT, roles=list(seat.roles))
    values = {SEAT: seat.pk, SEAT_UNIT: seat.unit_id}
    return (f"desk: {name}", *seat.roles), lambda: build(double), values


def groups(seat: User, days: dict[dt.date | None, int], today: dt.date) -> list[Group]:
    """Sort what a seat owes under the headings of the desk; empty ones are left out."""
    found = [
        Group("late", _("Late")),
        Group("today", _("Today")),
        Group("week", _("This week")),
        Group("later", _("Later")),
        Group("none", _("No limit")),
    ]
    by_key = {group.key: group for group in found}
    for due, count in days.items():
        by_key[_key(due, today)].count += count
    for item in on_desk(seat):
        by_key[_key(item.due_on, today)].items.append(item)
    return [group for group in found if group.items]


def _key(due: dt.date | None, today: dt.date) -> str:
    if due is None:
        return "none"
    if due <= today:
        return "today" if due == today else "late"
    sunday = today + dt.timedelta(days=6 - today.weekday())
    return "week" if due <= sunday else "later"


def strip(days: dict[dt.date | None, int], today: dt.date) -> list[Day]:
    """Return the days of this month with what falls due on each (open items only)."""
    exceptional = calendar.exceptions()
    last = almanac.monthrange(today.year, today.month)[1]
    month = [today.replace(day=n) for n in range(1, last + 1)]
    return [
        Day(
            day,
            days.get(day, 0),
            not calendar.is_workday(day, exceptional),
            day < today,
            day == today,
        )
        for day in month
    ]


def waiting(seat: User) -> QuerySet[WorkItem]:
    """Return what others owe the seat: it sent the work, they have it.

    What lies in a pool of its own nobody else is waited for.
    """
    unit_or_none = Q(unit=None) | Q(unit=seat.unit_id)
    own_pool = Q(role__in=seat.roles) & unit_or_none
    if not seat.is_officer:
        own_pool |= Q(role="", unit=seat.unit_id)
    sent = WorkItem.objects.open().filter(sent_by=seat, reading=False).exclude(assignee=seat)
    return sent.exclude(own_pool, assignee=None).select_related("assignee__unit", "unit").by_due()


def to_read(seat: User) -> QuerySet[WorkItem]:
    """Return what the seat has still to read, newest first."""
    items = WorkItem.objects.open().owed_by(seat).filter(reading=True)
    return items.select_related("sent_by__unit").order_by("-created_at", "-pk")


def units(today: dt.date) -> UnitChart:
    """Return the units by number of overdue items.

    The pool of a role is its holders' unit's; one whose holders sit in several units, or which
    nobody holds, stands by itself as nobody's.
    """
    soon = calendar.after(today, 3)
    counted = list(
        WorkItem.objects.all()
        .of_units()
        .order_by()
        .annotate(of=Coalesce("assignee__unit", "unit"))
        .values("of", "role")
        .annotate(
            n=Count("pk"),
            late=Count("pk", filter=Q(due_on__lt=today)),
            soon=Count("pk", filter=Q(due_on__gte=today, due_on__lte=soon)),
        )
    )
    homes = _homes({row["role"] for row in counted if row["of"] is None})
    found: dict[int, Counter[str]] = {}
    for row in counted:
        unit = row["of"] or homes.get(row["role"], NOBODY)
        sums = {key: row[key] for key in ("n", "late", "soon")}
        found.setdefault(unit, Counter()).update(sums)
    places = {pk: (n, name) for n, (pk, name) in enumerate(_unit_names(), 1)}
    places[NOBODY] = (len(places) + 1, _("Unclaimed"))
    order = sorted(found, key=lambda pk: (-found[pk]["late"], -found[pk]["n"], places[pk][0]))
    most = max((found[pk]["n"] for pk in order), default=1)
    bars = [_bar(pk, places[pk][1], found[pk], n, most) for n, pk in enumerate(order)]
    return UnitChart(bars, homes)


def _homes(pools: set[str]) -> dict[str, int]:
    """Return the unit of each of these roles whose holders sit in one unit."""
    units: dict[str, set[int]] = {}
    holders = User.objects.active().filter(roles__overlap=list(pools))
    for unit, held in holders.values_list("unit", "roles"):
        for role in pools.intersection(held):
            units.setdefault(role, set()).add(unit)
    return {role: next(iter(found)) for role, found in units.items() if len(found) == 1}


def homes_of_pools() -> dict[str, int]:
    """Return the unit of each role with open work whose holders sit in one unit."""
    pools = WorkItem.objects.open().filter(assignee=None, unit=None).order_by()
    return _homes(set(pools.values_list("role", flat=True).distinct()))


def home() -> Any:
    """Return, for a query over items, the unit whose work each is; NOBODY for no unit's."""
    homes = [
        When(role=role, assignee=None, unit=None, then=Value(unit))
        for role, unit in homes_of_pools().items()
    ]
    pool = Case(*homes, default=Value(NOBODY), output_field=BigIntegerField())
    return Coalesce("assignee__unit", "unit", pool)


def owed_by_unit(unit: int | None, homes: dict[str, int] | None = None) -> WorkItemQuerySet:
    """Return the open work of one unit (NOBODY: of no unit), or of all: what the chart counts.

    `homes` are those of a chart that was drawn; else they are asked for.
    """
    items = WorkItem.objects.all().of_units()
    if unit is None:
        return items
    homes = homes_of_pools() if homes is None else homes
    role_pools = Q(assignee=None, unit=None)
    if unit == NOBODY:
        return items.filter(role_pools).exclude(role__in=list(homes))
    own = [role for role, home in homes.items() if home == unit]
    return items.filter(
        Q(assignee__unit=unit) | Q(assignee=None, unit=unit) | role_pools & Q(role__in=own)
    )


def _unit_names() -> QuerySet[Unit, tuple[int, str]]:
    return Unit.objects.values_list("pk", "short_name")


def _bar(pk: int, name: str, found: Counter[str], index: int, most: int) -> UnitBar:
    widths = [round(150 * found[key] / most, 1) for key in ("n", "late", "soon")]
    return UnitBar(pk, name, found["n"], found["late"], found["soon"], 5 + 26 * index, *widths)
