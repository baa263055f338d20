"""The overdue list by mail, once a week: heads get their units', leaders theirs, the director all.

It holds only what its recipient may read, and nothing of a classified document: a sealed envelope
is left out, and so is a title that bears a mark of classification (保密法 第三十一条).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from office import clock
from office.desk import services as desk
from office.desk.models import WorkItem
from office.files.names import CLASSIFIED
from office.mail.models import Choice, Letter
from office.mail.services import Draft, Paper, write
from office.overdue.services import TITLE, Section, answering, day_of_list, printed, sections
from office.people.models import User
from office.templatetags.office import day as day_words
from office.workdays import calendar

COMPOSING = 0x4C45_0002  # the advisory lock of who writes the lists


def write_lists() -> int:
    """Write the lists of this week whose hour has come; return how many letters.

    On the first workday of the week; if nobody got one on that day, on the next. Safe to repeat and
    to run twice. Each is written by itself: one that cannot be printed is raised after the others.
    """
    written: list[Letter] = []
    with ExitStack() as each:  # calls them all, the last first, and raises what any has raised
        for draft in reversed(drafts(clock.now())):
            each.callback(_write, draft, written)
    return len(written)


@transaction.atomic
def _write(draft: Draft, written: list[Letter]) -> None:
    with connection.cursor() as cursor:  # others wait here, then find it written
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COMPOSING])
    written += write([draft])


def drafts(moment: dt.datetime) -> list[Draft]:
    """Return the lists that are to be written by a moment and are not there yet."""
    today = moment.date()
    day = day_of_list(today)
    if day is None or not calendar.is_workday(today) or _written_before(today):
        return []
    people = _waiting(day, moment.hour)
    found = sections(None, day) if people else []
    if not found:
        return []
    hidden = _hidden(line.item for section in found for line in section.lines)
    made = (_draft(person, _for(person, units, found, hidden), day) for person, units in people)
    return [draft for draft in made if draft]


def _written_before(today: dt.date) -> bool:
    """Tell whether the lists of a day's week were written on an earlier day."""
    midnight = dt.datetime.combine(today, dt.time.min, clock.now().tzinfo)
    return Letter.objects.filter(key__startswith=_key(today), created_at__lt=midnight).exists()


def _waiting(day: dt.date, hour: int) -> list[tuple[User, set[int] | None]]:
    """Return who gets a list now and has none yet, each with his units (None: all)."""
    mailed = User.objects.active().exclude(email="")
    lists = answering(mailed)
    people = mailed.in_bulk(lists)
    choices = Choice.objects.in_bulk(people.keys())
    keys = {f"{_key(day)}{pk}": pk for pk in people}
    there = Letter.objects.filter(key__in=keys).values_list("key", flat=True)
    done = {keys[key] for key in there}
    waiting = []
    for pk, person in sorted(people.items()):
        choice = choices.get(pk) or Choice(pk=pk)
        if pk not in done and choice.weekly and choice.digest_hour <= hour:
            waiting.append((person, lists[pk]))
    return waiting


def _hidden(items: Iterable[WorkItem]) -> set[int]:
    """Return the keys of the items that no mail names: sealed rows, titles with a mark."""
    hidden: set[int] = set()
    rows: dict[int, dict[int, list[int]]] = {}
    for item in items:
        if CLASSIFIED.search(item.title):
            hidden.add(item.pk)
        rows.setdefault(item.content_type_id, {}).setdefault(item.object_id, []).append(item.pk)
    for kind, found in rows.items():
        model: Any = ContentType.objects.get_for_id(kind).model_class()
        if hasattr(model, "is_sealed"):
            sealed = model._default_manager.filter(pk__in=found, is_sealed=True)
            hidden |= {pk for row in sealed.values_list("pk", flat=True) for pk in found[row]}
    return hidden


def _for(
    person: User, units: set[int] | None, found: list[Section], hidden: set[int]
) -> list[Section]:
    """Return of a whole list what is a person's, and what of it he may read."""
    mine = [s for s in found if units is None or (s.unit is not None and s.unit.pk in units)]
    read = desk.readable_among((line.item for s in mine for line in s.lines), person) - hidden
    kept = [Section(s.unit, [line for line in s.lines if line.item.pk in read]) for s in mine]
    return [section for section in kept if section.lines]


def _draft(person: User, mine: list[Section], day: dt.date) -> Draft | None:
    """Return the letter of one person, or nothing when nothing is late."""
    if not mine:
        return None
    n = sum(len(section.lines) for section in mine)
    one = mine[0].unit if len(mine) == 1 else None
    with translation.override(person.language or settings.LANGUAGE_CODE):
        words = ngettext(
            "Overdue list of %(day)s: %(n)d item", "Overdue list of %(day)s: %(n)d items", n
        )
        subject = words % {"day": day_words(day), "n": n}
    name = f"{TITLE} {day:%Y-%m-%d}{f' {one.short_name}' if one else ''}.pdf"
    context = {
        "day": day, "sections": mine, "total": n,
        "url": f"{settings.OFFICE_URL}{reverse('office:overdue')}",
    }  # fmt: skip
    paper = Paper(name, lambda: printed(mine, day, one))
    return Draft(person, Letter.Kind.WEEKLY, f"{_key(day)}{person.pk}", subject, context, n, paper)


def _key(day: dt.date) -> str:
    """Return how the keys of a day's week begin, whichever day of it turns out to be the first."""
    return f"overdue-list-{day - dt.timedelta(days=day.weekday())}-"
