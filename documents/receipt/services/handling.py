"""承办: progress, inputs, result (条例 §24(4)), more time (实务); 催办 (§24(6))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.receipt.models import Extension, IncomingDocument, Opinion
from documents.receipt.services.desk import (
    ask_assigners,
    demand_words,
    drop_extension,
    pass_on,
    write,
)
from documents.receipt.workflow import State
from office import clock
from office.desk import services as desk
from office.desk.models import WorkItem
from office.errors import Refused
from office.notifications.services import notify
from office.people.models import User
from office.templatetags.office import day as date_words
from office.workdays import calendar
from office.workflow import lock, move


@transaction.atomic
def progress(pk: int, *, actor: User, opinion: str) -> Opinion:
    """Note how far the handling has come."""
    row = move(IncomingDocument.objects.visible_to(actor), pk, "progress", actor=actor)
    return write(row, "progress", opinion, actor=actor, once=True)


@transaction.atomic
def assist(pk: int, *, actor: User, opinion: str) -> IncomingDocument:
    """Give the input of one's unit."""
    row = move(IncomingDocument.objects.visible_to(actor), pk, "assist", actor=actor)
    part = row.assists.select_for_update().get(unit=actor.seat.unit_id, cancelled_at=None)
    part.opinion, part.given_at = write(row, "assist", opinion, actor=actor), clock.now()
    part.save(update_fields=["opinion", "given_at"])
    for item in row.open_items:
        if item.step == "assist" and item.unit_id == part.unit_id:
            desk.settle_item(item, by=actor)
    row.forget()
    return row


@transaction.atomic
def ask_extension(pk: int, *, actor: User, until: dt.date, reason: str) -> Extension:
    """Ask the assigner for more time; both days are kept."""
    row = move(
        IncomingDocument.objects.visible_to(actor), pk, "ask_extension", actor=actor, comment=reason
    )
    assert row.due_on is not None  # noqa: S101  incoming_assigned_has_unit
    demand_words(reason)
    wanted = calendar.after(until, 0)
    if wanted < clock.today():
        raise Refused(_("This day has passed."), kept=reason)
    if wanted <= row.due_on:
        raise Refused(
            _("The new day must be later than %(day)s.") % {"day": row.due_on}, kept=reason
        )
    extension = Extension.objects.create(
        document=row,
        asked_by=actor,
        on_behalf_of=actor.acting_for,
        asked_at=clock.now(),
        reason=reason,
        due_on=row.due_on,
        wanted_on=wanted,
    )
    row.forget()
    ask_assigners(row, by=actor)
    return extension


@transaction.atomic
def decide_extension(pk: int, *, actor: User, granted: bool, opinion: str = "") -> Extension:
    """Grant or refuse more time, the latter with a reason; whoever asked is told."""
    if not granted:
        demand_words(opinion)
    rows = IncomingDocument.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "decide_extension", actor)
    extension = row.extensions.select_for_update().get(decided_at=None, cancelled_at=None)
    facts = _longer(row, extension) if granted else {}
    said = _said(extension, granted, opinion)
    row = move(rows, pk, "decide_extension", actor=actor, comment=said, **facts)
    extension.decided_by, extension.decided_for = actor, actor.acting_for
    extension.decided_at = clock.now()
    extension.is_granted, extension.decision = granted, opinion
    extension.save(
        update_fields=["decided_by", "decided_for", "decided_at", "is_granted", "decision"]
    )
    desk.settle(row, ["decide_extension"], by=actor)
    if granted:
        desk.redate(row, ["handle"], extension.wanted_on)
    people = {extension.asked_by, extension.on_behalf_of, row.handler} - {None, actor}
    notify(
        [person for person in people if person],
        key=f"extension-{extension.pk}",
        text=f"{said}　{row.desk_title}",
        url=row.get_absolute_url(),
    )
    row.forget()
    return extension


def _longer(row: IncomingDocument, extension: Extension) -> dict[str, Any]:
    """Return the new limit: the workdays given at first, and those added."""
    added = calendar.between(extension.due_on, extension.wanted_on)
    return {"due_on": extension.wanted_on, "limit_workdays": (row.limit_workdays or 0) + added}


def _said(extension: Extension, granted: bool, opinion: str) -> str:
    words = {"day": date_words(extension.wanted_on), "words": opinion}
    if granted:
        return (_("More time granted, until %(day)s. %(words)s") % words).rstrip()
    return _("More time until %(day)s refused: %(words)s") % words


@transaction.atomic
def handle(pk: int, *, actor: User, result: str) -> IncomingDocument:
    """Finish the handling with a result; inputs of assisting units must be in."""
    demand_words(result)
    row = move(
        IncomingDocument.objects.visible_to(actor), pk, "handle",
        actor=actor, hidden=["result"], result=result, handled_at=clock.now(),
    )  # fmt: skip
    write(row, "handle", result, actor=actor)
    drop_extension(row, by=actor)
    pass_on(row, by=actor)
    return row


@transaction.atomic
def urge(pks: Iterable[int], *, actor: User, words: str = "") -> int:
    """Urge whoever holds these documents; return how many people were told (条例 §24(6)).

    A copy to read is urged only while the document circulates for reading. Raises NotAllowed, or
    Refused when nothing is waiting or all of it was urged just now.
    """
    rows = IncomingDocument.objects.visible_to(actor).open().filter(pk__in=list(pks))
    items = [
        item for row in rows.select_for_update(of=("self",)).order_by("pk") for item in to_urge(row)
    ]
    if not items:
        raise Refused(_("Nobody owes anything on these documents now."))
    return desk.urge(items, actor=actor, words=words)


def to_urge(row: IncomingDocument) -> list[WorkItem]:
    """Return what is owed about a document and may be urged."""
    is_read_only = row.state == State.CIRCULATING
    return [item for item in row.open_items if is_read_only or not item.reading]
