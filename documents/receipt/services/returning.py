"""退回、收回: back to an earlier step, with everything typed kept; no clause says how."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.receipt.models import IncomingDocument, Instruction, Opinion
from documents.receipt.plan import earlier_steps, place
from documents.receipt.services.desk import drop_extension, may, pass_on, write
from documents.receipt.workflow import State
from office import clock
from office.audit.models import Entry
from office.desk import services as desk
from office.desk.models import WorkItem
from office.errors import Refused
from office.people.models import User
from office.workflow import lock, move

DROPPED = WorkItem.Outcome.DROPPED


@transaction.atomic
def send_back(pk: int, *, actor: User, to: str, reason: str) -> IncomingDocument:
    """Send a document back to an earlier step; everything typed stays.

    Raises Refused when `to` is not earlier than where it is.
    """
    rows = IncomingDocument.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "send_back", actor)
    if to not in [way for way, _label in earlier_steps(row.state)]:
        raise Refused(_("It can only go back to an earlier step."), kept=reason)
    target = _reachable(row, to)
    row = move(rows, pk, "send_back", actor=actor, to=target, comment=reason, **_undone(target))
    write(row, "send_back", reason, actor=actor)
    _step_back(row, actor)
    return row


def _reachable(row: IncomingDocument, to: str) -> str:
    """Return `to`, or the nearest earlier state at which somebody is there to go on."""
    if to in (State.HANDLING, State.HANDLED):
        return to if row.handler and may(row.handler, "handle") else _reachable(row, State.ASSIGNED)
    if to == State.PROPOSED:
        turn = _last_turn(row)
        return to if turn and may(turn.leader, "instruct") else State.SCREENED
    return to


def _undone(target: str) -> dict[str, Any]:
    """Return the columns that no longer hold: before it is in hand nobody handles it."""
    return {} if place(target) >= place(State.HANDLING) else {"handler": None}


@transaction.atomic
def withdraw(pk: int, *, actor: User) -> IncomingDocument:
    """Take one's own last step back, as long as the next person has not opened it.

    The words of that step stay in the record, marked as taken back, and leave the sheet.
    """
    rows = IncomingDocument.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "withdraw", actor)
    last = _last_step(row)
    facts = _undone(last.before)
    said = _("Took back: %(step)s.") % {"step": row.workflow.steps[last.action].label}
    row = move(rows, pk, "withdraw", actor=actor, to=last.before, comment=said, **facts)
    write(row, "withdraw", said, actor=actor, withdraws=_words(row, last))
    if last.action == "instruct":
        given = row.instructions.filter(cancelled_at=None, given_at__isnull=False)
        turn = given.latest("given_at", "pk")
        turn.cancelled_at = clock.now()
        turn.save(update_fields=["cancelled_at"])
        Instruction.objects.create(document=row, leader=turn.leader, order=turn.order)
    if last.action == "distribute":
        _call_copies_in(row, last, actor)
    _step_back(row, actor)
    return row


def _last_step(row: IncomingDocument) -> Entry:
    moving = [name for name, step in row.workflow.steps.items() if step.target is not None]
    entry = Entry.objects.about(row).filter(action__in=moving).order_by("-pk").first()
    if entry is None or entry.action in ("register", "send_back", "withdraw"):
        raise Refused(_("There is nothing to withdraw."))
    return entry


def _words(row: IncomingDocument, last: Entry) -> Opinion | None:
    """Return the opinion that was written with a step."""
    step = "propose" if last.action == "distribute" else last.action
    said = row.opinions.filter(step=step, author=last.actor, written_at__gte=last.at)
    return said.filter(withdrawn_by=None).last()


def _call_copies_in(row: IncomingDocument, last: Entry, actor: User) -> None:
    """Take back the copies a withdrawn distribution had sent out; nobody has opened one."""
    copies = row.readers.filter(read_at=None, recalled_at=None, added_at__gte=last.at)
    people = list(copies.values_list("reader", flat=True))
    copies.update(recalled_at=clock.now(), recalled_by=actor)
    for item in row.open_items:
        if item.step == "read" and item.assignee_id in people:
            desk.settle_item(item, by=actor, outcome=DROPPED)


def _step_back(row: IncomingDocument, actor: User) -> None:
    """Undo what the later steps had handed out, and hand out the earlier step again."""
    here = place(row.state)
    if here < place(State.ASSIGNED):
        desk.settle(row, ["assist"], by=actor, outcome=DROPPED)
    if here < place(State.PROPOSED):
        row.instructions.filter(cancelled_at=None).update(cancelled_at=clock.now())
    if row.state == State.PROPOSED:
        _open_turn_again(row)
    if row.state != State.HANDLING:
        drop_extension(row, by=actor)
    row.forget()
    pass_on(row, by=actor, outcome=DROPPED)


def _open_turn_again(row: IncomingDocument) -> None:
    turn = _last_turn(row)
    open_turns = row.instructions.filter(given_at=None, cancelled_at=None)
    if turn and not open_turns.exists():
        Instruction.objects.create(document=row, leader=turn.leader, order=turn.order)


def _last_turn(row: IncomingDocument) -> Instruction | None:
    """Return the turn of this round that was given last."""
    given = row.instructions.filter(given_at__isnull=False, cancelled_at=None)
    return given.select_related("leader").order_by("given_at", "pk").last()
