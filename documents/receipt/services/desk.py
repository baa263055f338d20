"""What every move of an incoming document hands out next, and the words it leaves behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.models import Permission
from django.utils.translation import gettext as _

from documents.receipt.models import IncomingDocument, IncomingGrant, Instruction, Opinion
from documents.receipt.workflow import State
from documents.reference.services import limit_minutes
from office import clock
from office.desk import services as desk
from office.desk.models import WorkItem
from office.errors import Refused
from office.people.models import Unit, User
from office.workdays import calendar

SIDE_LANES = ("assist", "read", "decide_extension")
POOLS = {
    State.SIGNED_FOR: ("register", "registry_clerk"),
    State.SEALED: ("collect", "confidential_clerk"),
    State.REGISTERED: ("screen", "office_staff"),
    State.SCREENED: ("propose", "office_director"),
    State.ANSWERED: ("close", "registry_clerk"),
    State.CLOSED: ("file", "registry_clerk"),
}


def give(
    row: IncomingDocument,
    step: str,
    *,
    by: User,
    to: User | None = None,
    role: str = "",
    unit: Unit | int | None = None,
    due_on: dt.date | None = None,
    reading: bool = False,
) -> WorkItem:
    """Hand out one item with the step's limit; without a due day the limit gives it."""
    minutes = limit_minutes(step, row.urgency)
    if due_on is None and minutes:
        due_on = calendar.add_minutes(clock.now(), minutes).date()
    if to is not None:
        grant(row, [to])
    return desk.hand_out(
        row, step, by=by, to=to, role=role, unit=unit,
        due_on=due_on, limit_minutes=minutes, reading=reading,
    )  # fmt: skip


def pass_on(row: IncomingDocument, *, by: User, outcome: str = WorkItem.Outcome.DONE) -> None:
    """Settle what the row's last state was waiting for and hand out what the new one waits for."""
    desk.settle(row, by=by, outcome=outcome, keep=SIDE_LANES)
    state = State(row.state)
    if state in POOLS:
        step, role = POOLS[state]
        give(row, step, by=by, role=role)
    elif state == State.PROPOSED:
        give(row, "instruct", by=by, to=next_turn(row).leader)
    elif state == State.ASSIGNED:
        _to_unit(row, by)
    elif state in (State.HANDLING, State.HANDLED):
        step = "handle" if state == State.HANDLING else "answer"
        give(row, step, by=by, to=row.handler, due_on=row.due_on if step == "handle" else None)
    elif state == State.CIRCULATING and not row.open_readers:
        give(row, "close", by=by, role="registry_clerk")
    row.forget()


def _to_unit(row: IncomingDocument, by: User) -> None:
    assert row.lead_unit is not None  # noqa: S101  incoming_assigned_has_unit
    for head in User.objects.heads_of(row.lead_unit):
        give(row, "name_handler", by=by, to=head)
    give(row, "claim", by=by, unit=row.lead_unit)
    for part in row.open_assists:
        give(row, "assist", by=by, unit=part.unit, due_on=part.due_on)


def next_turn(row: IncomingDocument) -> Instruction:
    """Return the turn of the leader who instructs now."""
    turns = row.instructions.filter(given_at=None, cancelled_at=None)
    return turns.select_related("leader").earliest("order", "pk")


def drop_everything(row: IncomingDocument, *, by: User) -> None:
    """Close every open item of a row that has come to its end."""
    desk.settle(row, by=by, outcome=WorkItem.Outcome.DROPPED)
    row.forget()


def grant(row: IncomingDocument, people: Iterable[User]) -> None:
    """Let these people read the document, whatever unit they sit in."""
    permission = Permission.objects.get(
        content_type__app_label="documents", codename="view_incoming"
    )
    IncomingGrant.objects.bulk_create(
        [IncomingGrant(user=p, permission=permission, content_object=row) for p in people],
        ignore_conflicts=True,
    )


def write(row: IncomingDocument, step: str, text: str, *, actor: User) -> Opinion:
    """Append an opinion; after closing it goes to the annex.

    Raises Refused when the same words were written by the same person within a minute
    (a double click).
    """
    minute_ago = clock.now() - dt.timedelta(minutes=1)
    twice = row.opinions.filter(author=actor, step=step, text=text, written_at__gt=minute_ago)
    if twice.exists():
        raise Refused(_("These words have just been recorded."))
    return Opinion.objects.create(
        document=row,
        step=step,
        author=actor,
        on_behalf_of=actor.acting_for,
        unit_id=actor.seat.unit_id,
        text=text,
        written_at=clock.now(),
        is_annex=row.is_frozen,
    )
