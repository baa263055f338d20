"""The sweep: tell everybody who is to be told now, each rung once, late or twice as it may run."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils.translation import gettext as _

from office import clock
from office.access import OFFICERS
from office.audit import stamps
from office.desk.models import WorkItem
from office.people.services import system_person
from office.reminders.models import Ladder
from office.reminders.statements import REACHED, TELL
from office.workdays import calendar

FRESH_DAYS = 10  # older news is not told after an outage: nobody is reminded of last month
ALMOST_PERCENT = 80

# What an institution starts with (实务通常); every line is editable.
DEFAULTS: dict[int, dict[str, Any]] = {
    0: {"early_workdays": 3, "last_workdays": 1, "every_workdays": 3,
        "head_from": 1, "director_from": 4, "leader_from": 7},
    1: {"early_workdays": 0, "last_workdays": 1, "every_workdays": 2,
        "head_from": 1, "director_from": 3, "leader_from": 5},
    2: {"early_workdays": 0, "last_workdays": 0, "every_workdays": 1,
        "head_from": 1, "director_from": 1, "leader_from": 2},
    3: {"early_workdays": 0, "last_workdays": 0, "every_workdays": 1,
        "head_from": 1, "director_from": 1, "leader_from": 1},
}  # fmt: skip


def load_defaults() -> int:
    """Write the rules that are not there yet; return how many. Safe to repeat."""
    return sum(
        Ladder.objects.get_or_create(urgency=urgency, defaults=rule)[1]
        for urgency, rule in DEFAULTS.items()
    )


def ladders() -> dict[int, Ladder]:
    """Return the rule of each urgency; what nobody has entered is as a new institution has it."""
    rules = {urgency: Ladder(urgency=urgency, **rule) for urgency, rule in DEFAULTS.items()}
    return rules | {rule.urgency: rule for rule in Ladder.objects.all()}


def sweep(*, least: int = 0) -> int:
    """Remind of all that has reached a new rung; return how many reminders were written.

    `least` is the urgency from which on to look. Safe to repeat, and to run twice at once: the
    key of a reminder is its item, person and rung. A day that was missed, or a clock set back,
    adds nothing: only the last rung reached is told, and only when none beyond it was. Somebody
    who is working on an item is never kept waiting: the sweep gives way and comes again.
    """
    values = _values(clock.now(), least)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '500ms'")
        cursor.execute(TELL, values)
        count, kinds = cursor.fetchone()
    for kind in kinds:
        if model := ContentType.objects.get_for_id(kind).model_class():
            stamps.change(model)
    return int(count)


def reached(moment: dt.datetime) -> list[dict[str, Any]]:
    """Return what a sweep at `moment` would write, and write nothing."""
    with connection.cursor() as cursor:
        cursor.execute(REACHED, _values(moment, 0))
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _values(moment: dt.datetime, least: int) -> dict[str, Any]:
    today = moment.date()
    return {
        **_day_rungs(today, least),
        **_step_limits(moment),
        "least": least,
        "now": moment,
        "today": today,
        "since": moment - dt.timedelta(days=FRESH_DAYS),
        "officers": list(OFFICERS),
        "system": system_person().pk,
        "comment": _("%(n)s workdays late; urged by rule") % {"n": "#"},
        "bell": _("%(n)s workdays late: ") % {"n": "#"},
    }


def _day_rungs(today: dt.date, least: int) -> dict[str, list[Any]]:
    """Return the rung that each (urgency, due day) has reached, as arrays."""
    rules = ladders()
    horizon = calendar.after(today, max(rule.early_workdays for rule in rules.values()) + 1)
    open_ = WorkItem.objects.open().filter(due_on__lte=horizon, urgency__gte=least)
    lines = []
    pairs: Any = open_.order_by().values_list("urgency", "due_on").distinct()
    for urgency, due_on in pairs:
        late = calendar.between(due_on, today)
        if rung := rules[min(urgency, 3)].rung_at(late):
            lines.append((urgency, due_on, rung.workdays,
                          rung.to_head, rung.to_director, rung.to_leader))  # fmt: skip
    names = ("urgencies", "dues", "rungs", "heads", "directors", "leaders")
    return {name: [line[n] for line in lines] for n, name in enumerate(names)}


def _step_limits(moment: dt.datetime) -> dict[str, list[Any]]:
    """Return for each limit in use since when an item must be open to have used it up, as arrays.

    The last array is the due day beyond which an item has a due day of its own, not its limit's.
    """
    limited = WorkItem.objects.open().filter(limit_minutes__gt=0).order_by()
    used = limited.values_list("limit_minutes", flat=True).distinct()
    limits = sorted(limit for limit in used if limit)
    almost = [limit * ALMOST_PERCENT // 100 for limit in limits]
    return {
        "limits": limits,
        "eighties": [calendar.minutes_ago(moment, part) for part in almost],
        "overs": [calendar.minutes_ago(moment, limit) for limit in limits],
        "untils": [
            calendar.add_minutes(moment, limit - part).date()
            for limit, part in zip(limits, almost, strict=True)
        ],
    }
