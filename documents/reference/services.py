"""Ask the institution's tables: how long, until when, which words."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from documents.reference.models import (
    WEIGHTS,
    Phrase,
    Relation,
    RetentionClass,
    Sender,
    Skeleton,
    StepLimit,
    Term,
    UrgencyLimit,
)
from office import prepared
from office.locks import briefly
from office.people.models import User
from office.workdays import calendar

DEFAULT_WORKDAYS = {0: 10, 1: 3, 2: 1, 3: 1}


def limit_minutes(step: str, urgency: str) -> int | None:
    """Return the limit of a step in minutes of office hours, or None when there is none."""
    mark = "\N{REPLACEMENT CHARACTER}step"
    rows = prepared.instances(
        ("step limit",), lambda: StepLimit.objects.filter(step=mark), {mark: step}
    )
    return rows[0].minutes_for(urgency) if rows else None


def workdays_for(urgency: str) -> int:
    """Return how many workdays the institution allows a document of this urgency."""
    row = UrgencyLimit.objects.filter(urgency=urgency).first()
    return row.workdays if row else DEFAULT_WORKDAYS[WEIGHTS.get(urgency, 0)]


def due_day(urgency: str, start: dt.date) -> dt.date:
    """Return the due day: the start is not counted."""
    return calendar.after(start, workdays_for(urgency))


def phrases(step: str, user: User) -> list[str]:
    """Return the words offered at a step: one's own first, then the office's."""
    rows = Phrase.objects.filter(Q(owner=user) | Q(owner=None), step=step)
    return list(rows.order_by("owner", "order", "pk").values_list("text", flat=True)[:12])


def skeleton(kind: str) -> Skeleton | None:
    """Return what a draft of this kind starts from, or None when the office has nothing for it."""
    return Skeleton.objects.filter(kind=kind).first()


def sender_named(name: str, relation: str = Relation.OTHER) -> Sender:
    """Return the sender of this name, taking it into the list when it is new.

    Raises Refused when another transaction takes it in and does not end soon.
    """
    name = name.strip()
    if known := Sender.objects.filter(name=name).first():
        return known
    reason = _("Somebody is just taking this sender into the list. Try again in a few minutes.")
    with transaction.atomic(), briefly(reason):
        sender, _is_new = Sender.objects.get_or_create(
            name=name, defaults={"relation": relation or Relation.OTHER}
        )
    return sender


def proposed_term(relation: str) -> str:
    """Return the retention proposed for a document from this side (8号令 第六条)."""
    row = RetentionClass.objects.filter(for_relation=relation).first()
    return row.term if row else Term.TEN
