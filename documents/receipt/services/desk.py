"""What every move of an incoming document hands out next, and the words it leaves behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.contrib.auth.models import Permission
from django.utils.translation import gettext as _

from documents.receipt.models import (
    IncomingDocument,
    IncomingGrant,
    Instruction,
    Opinion,
    Reader,
)
from documents.receipt.plan import why_no_limit
from documents.receipt.workflow import SIDE_LANES, State
from documents.reference.services import limit_minutes
from office import clock, prepared
from office.access import roles_with
from office.desk import services as desk
from office.desk.models import WorkItem
from office.errors import Refused
from office.people.models import Unit, User
from office.workdays import calendar

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
    """Hand out one item: with a due day of its own, or with the step's limit, which gives it."""
    minutes = limit_minutes(step, row.urgency) if due_on is None else None
    if minutes:
        due_on = calendar.add_minutes(clock.now(), minutes).date()
    if to is not None:
        grant(row, [to])
    return desk.hand_out(
        row, step, by=by, to=to, role=role, unit=unit,
        due_on=due_on, limit_minutes=minutes, reading=reading,
    )  # fmt: skip


def limit_until(day: dt.date) -> dict[str, Any]:
    """Return the columns of a limit given today. Raises Refused: it is a workday to come."""
    if reason := why_no_limit(day):
        raise Refused(reason)
    return {"due_on": day, "limit_workdays": calendar.between(clock.today(), day)}


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


def pass_on_all(rows: Sequence[IncomingDocument], *, by: User) -> None:
    """Do as `pass_on` for many rows of one state, in which a role owes the next step."""
    desk.settle_all(rows, by=by, keep=SIDE_LANES)
    step, role = POOLS[State(rows[0].state)]

    @cache
    def limit(urgency: str) -> tuple[dt.date | None, int | None]:
        minutes = limit_minutes(step, urgency)
        due_on = calendar.add_minutes(clock.now(), minutes).date() if minutes else None
        return due_on, minutes

    desk.hand_out_all(rows, step, by=by, role=role, limit=lambda row: limit(row.urgency))
    for row in rows:
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
    """Close whatever is still owed about a row that has come to its end."""
    moment = clock.now()
    desk.settle(row, by=by, outcome=WorkItem.Outcome.DROPPED)
    row.assists.filter(given_at=None, cancelled_at=None).update(cancelled_at=moment)
    row.instructions.filter(given_at=None, cancelled_at=None).update(cancelled_at=moment)
    row.readers.filter(read_at=None, recalled_at=None).update(recalled_at=moment, recalled_by=by)
    drop_extension(row, by=by)


def drop_extension(row: IncomingDocument, *, by: User) -> None:
    """An extension nobody has decided lapses when the row leaves its handler's hands."""
    row.extensions.filter(decided_at=None, cancelled_at=None).update(cancelled_at=clock.now())
    desk.settle(row, ["decide_extension"], by=by, outcome=WorkItem.Outcome.DROPPED)
    row.forget()


def ask_assigners(row: IncomingDocument, *, by: User) -> None:
    """Lay the open extension on the desks of those who may decide it now.

    Raises Refused when there is nobody but the ones it is asked for.
    """
    asked = row.open_extension
    if asked is None:
        return
    parties = {asked.asked_by_id, asked.on_behalf_of_id, row.handler_id}
    people = [person for person in assigners(row) if person.pk not in parties]
    people = people or [p for p in User.objects.holding("leader") if p.pk not in parties]
    if not people:
        raise Refused(_("There is nobody who could decide on more time."), kept=asked.reason)
    for person in people:
        give(row, "decide_extension", by=by, to=person)
    row.forget()


def assigners(row: IncomingDocument) -> list[User]:
    """Return who assigned the document: the last leader, or else the office directors."""
    given = row.instructions.filter(given_at__isnull=False, cancelled_at=None)
    turn = given.select_related("leader").order_by("-given_at", "-pk").first()
    if turn and may(turn.leader, "decide_extension"):
        return [turn.leader]
    return list(User.objects.holding("office_director"))


def may(person: User, step: str) -> bool:
    """Tell whether a person works here and his own roles carry a step, whoever acts for whom."""
    return person.is_active and f"documents.{step}_incoming" in person.permissions


def demand_able(people: Iterable[User], step: str) -> None:
    """Refuse to hand a step to somebody who could never take it."""
    for person in people:
        if not may(person, step):
            label = IncomingDocument.workflow.steps[step].label
            raise Refused(
                _("%(who)s cannot take this step: %(step)s.") % {"who": person, "step": label}
            )


def demand_manned(unit: Unit, step: str) -> None:
    """Refuse to hand a step to a unit in which nobody could take it."""
    roles = roles_with(f"documents.{step}_incoming")
    people = User.objects.active().filter(unit=unit, roles__overlap=roles)
    if not (unit.is_active and people.exists()):
        raise Refused(_("Nobody in %(unit)s could take this.") % {"unit": unit})


def demand_words(text: str) -> None:
    """Refuse a step whose words are missing."""
    if not text.strip():
        raise Refused(_("A reason or a few words are needed here."))


def take_over(row: IncomingDocument, item: WorkItem, *, to: User, by: User) -> WorkItem | None:
    """Write the successor of a leaver into the row and give him the item (条例 §36)."""
    demand_able([to], item.step)
    if item.step == "read":
        return _take_copy(row, item, to, by)
    if item.step in ("handle", "answer"):
        row.handler = to
        row.save(update_fields=["handler"])
    elif item.step == "decide_extension":
        _demand_no_party(row, to)
    elif item.step == "instruct":
        turns = row.instructions.filter(given_at=None, cancelled_at=None)
        turns.filter(leader=to).update(cancelled_at=clock.now())
        turns.filter(leader=item.assignee).update(leader=to)
    row.forget()
    taken = give(row, item.step, by=by, to=to, due_on=item.due_on)
    if item.step == "handle":
        lay_elsewhere(row, by=by)
    return taken


def lay_elsewhere(row: IncomingDocument, *, by: User) -> None:
    """After a change of handler, take the open extension off the new handler's own desk."""
    own = [
        i
        for i in row.open_items
        if i.step == "decide_extension" and i.assignee_id == row.handler_id
    ]
    for item in own:
        desk.settle_item(item, by=by, outcome=WorkItem.Outcome.DROPPED)
    row.forget()
    if own and not any(item.step == "decide_extension" for item in row.open_items):
        ask_assigners(row, by=by)


def _demand_no_party(row: IncomingDocument, person: User) -> None:
    asked = row.open_extension
    if asked and person.pk in {asked.asked_by_id, asked.on_behalf_of_id, row.handler_id}:
        raise Refused(_("Nobody grants his own extension."))


def _take_copy(row: IncomingDocument, item: WorkItem, to: User, by: User) -> WorkItem | None:
    """A leaver's unread copy goes to the successor, unless he has one of his own."""
    unread = row.readers.filter(reader=item.assignee, read_at=None, recalled_at=None)
    unread.update(recalled_at=clock.now(), recalled_by=by)
    taken: WorkItem | None = None
    if not row.readers.filter(reader=to, recalled_at=None).exists():
        Reader.objects.create(document=row, reader=to, added_by=by, added_at=clock.now())
        taken = give(row, "read", by=by, to=to, due_on=item.due_on, reading=True)
    row.forget()
    if row.state == State.CIRCULATING and not row.open_readers:
        pass_on(row, by=by)
    return taken


def grant(row: IncomingDocument, people: Iterable[User]) -> None:
    """Let these people read the document, whatever unit they sit in."""
    (permission,) = prepared.instances(
        ("view_incoming",),
        lambda: Permission.objects.filter(
            content_type__app_label="documents", codename="view_incoming"
        ),
        {},
    )
    IncomingGrant.objects.bulk_create(
        [IncomingGrant(user=p, permission=permission, content_object=row) for p in people],
        ignore_conflicts=True,
    )


def write(
    row: IncomingDocument, step: str, text: str, *, actor: User, once: bool = False, **more: Any
) -> Opinion:
    """Append an opinion; after closing it goes to the annex.

    `once` is for steps that leave the row where it is: there a double click would write twice.
    Raises Refused when the words are missing, or were written by the same person a minute ago.
    """
    demand_words(text)
    minute_ago = clock.now() - dt.timedelta(minutes=1)
    twice = row.opinions.filter(author=actor, step=step, text=text, written_at__gt=minute_ago)
    if once and twice.exists():
        raise Refused(_("These words have just been recorded."), kept=text)
    return Opinion.objects.create(
        **more,
        document=row,
        step=step,
        author=actor,
        on_behalf_of=actor.acting_for,
        unit_id=actor.seat.unit_id,
        text=text,
        written_at=clock.now(),
        is_annex=row.is_frozen,
    )
