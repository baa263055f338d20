"""拟办、批分: who proposes, who instructs, who takes it in hand (条例 §24(4))."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from documents.receipt.models import Assist, IncomingDocument, Instruction
from documents.receipt.models.choices import Nature
from documents.receipt.models.querysets import IncomingDocumentQuerySet
from documents.receipt.plan import Plan
from documents.receipt.services.circulation import add_readers, read_by_deed
from documents.receipt.services.desk import (
    demand_able,
    demand_manned,
    give,
    lay_elsewhere,
    limit_until,
    next_turn,
    pass_on,
    write,
)
from documents.receipt.workflow import State
from documents.reference.services import due_day
from office import clock
from office.desk import services as desk
from office.desk.models import WorkItem
from office.errors import Refused
from office.notifications.services import notify
from office.people.models import Unit, User
from office.workflow import lock, move

UNDER = "条例 第二十四条（四）"


@transaction.atomic
def propose(
    pk: int, *, actor: User, opinion: str, plan: Plan, leaders: Sequence[User] = ()
) -> IncomingDocument:
    """Propose how to handle a document; leaders instruct in the given order.

    Without a leader the unit receives it at once (条例 §24(4): 或转有关部门办理). Without a day
    the institution's table gives one. Raises Refused when nobody would handle it.
    """
    if plan.lead_unit is None:
        raise Refused(_("Name the lead unit."), clause=UNDER, kept=opinion)
    if actor.pk in {leader.pk for leader in leaders}:
        raise Refused(_("Nobody instructs on his own proposal."), clause=UNDER, kept=opinion)
    row = lock(_rows(actor), pk)
    facts = _plan_facts(row, plan)
    if row.due_on is None and plan.due_on is None:
        facts |= limit_until(due_day(row.urgency, clock.today()))
    target = State.PROPOSED if leaders else State.ASSIGNED
    row = move(_rows(actor), pk, "propose", actor=actor, to=target, nature=Nature.HANDLING, **facts)
    _replace_turns(row, leaders)
    _apply(row, plan, actor)
    write(row, "propose", opinion, actor=actor)
    pass_on(row, by=actor)
    return row


@transaction.atomic
def distribute(pk: int, *, actor: User, opinion: str, readers: Sequence[User]) -> IncomingDocument:
    """Send a document for reading straight into circulation (阅知性, 条例 §24(4)).

    What an earlier proposal had asked of units and leaders is owed no more.
    """
    if not readers:
        raise Refused(_("Name at least one reader."), clause=UNDER, kept=opinion)
    row = move(
        _rows(actor), pk, "distribute", actor=actor,
        nature=Nature.READING, lead_unit=None, due_on=None, limit_workdays=None,
    )  # fmt: skip
    _replace_turns(row, ())
    desk.settle(row, ["propose"], by=actor)  # before the copies: they are what it hands on
    row.assists.filter(given_at=None, cancelled_at=None).update(cancelled_at=clock.now())
    add_readers(row, readers, by=actor)
    if opinion:
        write(row, "propose", opinion, actor=actor)
    pass_on(row, by=actor)
    return row


@transaction.atomic
def instruct(pk: int, *, actor: User, opinion: str, plan: Plan | None = None) -> IncomingDocument:
    """Write one leader's instruction; the last leader's sends the document to its unit.

    `plan` changes lead unit, assistants, readers or limit; None leaves them.
    """
    row = lock(_rows(actor), pk)
    row.workflow.check(row, "instruct", actor)
    turn = next_turn(row)
    more = row.instructions.filter(given_at=None, cancelled_at=None).exclude(pk=turn.pk).exists()
    target = State.PROPOSED if more else State.ASSIGNED
    facts = _plan_facts(row, plan) if plan else {}
    row = move(_rows(actor), pk, "instruct", actor=actor, to=target, **facts)
    turn.opinion = write(row, "instruct", opinion, actor=actor)
    turn.given_at = clock.now()
    turn.save(update_fields=["opinion", "given_at"])
    if plan:
        _apply(row, plan, actor)
    read_by_deed(row, actor=actor)
    pass_on(row, by=actor)
    _tell_proposer(row, turn, actor)
    return row


def _tell_proposer(row: IncomingDocument, turn: Instruction, actor: User) -> None:
    """A leader's words reach the office at once (the registry and the director watch for them)."""
    words = row.opinions.filter(step="propose").select_related("author", "on_behalf_of").last()
    people = {words.author, words.on_behalf_of} - {None, actor} if words else set()
    said = turn.opinion.text if turn.opinion else ""
    about = {"who": actor.seat.name, "text": said, "title": row.desk_title}
    text = _("%(who)s instructs: %(text)s (%(title)s)") % about
    notify(
        [p for p in people if p], key=f"instruct-{turn.pk}", text=text, url=row.get_absolute_url()
    )


@transaction.atomic
def name_handler(pk: int, *, actor: User, handler: User) -> IncomingDocument:
    """Name the person of the lead unit who handles it; also instead of who has it in hand."""
    row = lock(_rows(actor), pk)
    row.workflow.check(row, "name_handler", actor)
    _demand_handler(row, handler)
    row = move(_rows(actor), pk, "name_handler", actor=actor, handler=handler)
    desk.settle(row, ["handle"], by=actor, outcome=WorkItem.Outcome.DROPPED)
    pass_on(row, by=actor)
    lay_elsewhere(row, by=actor)
    return row


@transaction.atomic
def claim(pk: int, *, actor: User) -> IncomingDocument:
    """Take a document from the unit's pool; the first one has it."""
    row = move(_rows(actor), pk, "claim", actor=actor, handler=actor.seat)
    pass_on(row, by=actor)
    return row


@transaction.atomic
def transfer(pk: int, *, actor: User, to: User, reason: str) -> IncomingDocument:
    """Give the document to another handler of the same unit."""
    row = lock(_rows(actor), pk)
    row.workflow.check(row, "transfer", actor)
    _demand_handler(row, to)
    row = move(_rows(actor), pk, "transfer", actor=actor, comment=reason, handler=to)
    write(row, "transfer", reason, actor=actor)
    desk.settle(row, ["handle"], by=actor, outcome=WorkItem.Outcome.DROPPED)
    give(row, "handle", by=actor, to=to, due_on=row.due_on)
    row.forget()
    lay_elsewhere(row, by=actor)
    return row


def _demand_handler(row: IncomingDocument, person: User) -> None:
    """A handler works in the lead unit, may handle, and does not have it in hand already."""
    if person.unit_id != row.lead_unit_id:
        words = {"who": person, "unit": row.lead_unit}
        raise Refused(_("%(who)s does not belong to %(unit)s.") % words, clause=UNDER)
    demand_able([person], "handle")
    if row.state == State.HANDLING and row.handler_id == person.pk:
        raise Refused(_("%(who)s handles it already.") % {"who": person}, clause=UNDER)


def _rows(actor: User) -> IncomingDocumentQuerySet:
    return IncomingDocument.objects.visible_to(actor)


def _plan_facts(row: IncomingDocument, plan: Plan) -> dict[str, Any]:
    """Return the columns a plan sets; a day that has passed may only stand, not be set."""
    facts: dict[str, Any] = {}
    if plan.lead_unit is not None:
        demand_manned(plan.lead_unit, "claim")
        facts["lead_unit"] = plan.lead_unit
    if plan.due_on is not None and plan.due_on != row.due_on:
        facts |= limit_until(plan.due_on)
    if plan.urger is not None:
        facts["urger"] = plan.urger
    elif row.desk_urgency and row.urger is None:
        facts["urger"] = row.registered_by  # 条例 §24(6): a named person urges what is urgent
    return facts


def _replace_turns(row: IncomingDocument, leaders: Iterable[User]) -> None:
    """Begin a new round: earlier turns, given or not, count no more; the words stay."""
    people = list({leader.pk: leader for leader in leaders}.values())
    demand_able(people, "instruct")
    row.instructions.filter(cancelled_at=None).update(cancelled_at=clock.now())
    start = (row.instructions.aggregate(top=Max("order"))["top"] or 0) + 1
    turns = [Instruction(document=row, leader=p, order=n) for n, p in enumerate(people, start)]
    Instruction.objects.bulk_create(turns)


def _apply(row: IncomingDocument, plan: Plan, actor: User) -> None:
    """Write the assisting units and readers of a plan; units dropped from it owe nothing more."""
    owed = row.assists.filter(cancelled_at=None, given_at=None)
    owed.filter(unit=row.lead_unit).update(cancelled_at=clock.now())
    if plan.assist_units is not None:
        wanted = {unit.pk: unit for unit in plan.assist_units if unit.pk != row.lead_unit_id}
        owed.exclude(unit__in=wanted).update(cancelled_at=clock.now())
        _ask_units(row, plan, wanted)
    if plan.readers:
        add_readers(row, plan.readers, by=actor)
    row.forget()


def _ask_units(row: IncomingDocument, plan: Plan, wanted: dict[int, Unit]) -> None:
    """Ask units for input, each by its own day: its own, the common one, or the document's."""
    kept = {part.unit_id: part for part in row.assists.filter(cancelled_at=None)}
    for pk, unit in wanted.items():
        part = kept.get(pk)
        if part is None:
            demand_manned(unit, "assist")
            day = plan.assist_days.get(pk) or plan.assist_due_on or row.due_on
            Assist.objects.create(document=row, unit=unit, due_on=day)
        elif part.given_at is None and (day := plan.assist_days.get(pk) or plan.assist_due_on):
            part.due_on = day
            part.save(update_fields=["due_on"])
