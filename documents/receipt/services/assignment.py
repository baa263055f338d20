"""拟办、批分: who proposes, who instructs, who takes it in hand (条例 §24(4))."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from documents.receipt.models import Assist, IncomingDocument, Instruction
from documents.receipt.models.document import Nature
from documents.receipt.plan import Plan, earlier_steps
from documents.receipt.services.circulation import add_readers
from documents.receipt.services.desk import give, next_turn, pass_on, write
from documents.receipt.workflow import MAIN_LINE, State
from office import clock
from office.audit.models import Entry
from office.desk import services as desk
from office.desk.models import WorkItem
from office.errors import NotAllowed, Refused
from office.notifications.services import notify
from office.people.models import Unit, User
from office.workdays import calendar
from office.workflow import lock, move


@transaction.atomic
def propose(
    pk: int, *, actor: User, opinion: str, plan: Plan, leaders: Sequence[User] = ()
) -> IncomingDocument:
    """Propose how to handle a document; leaders instruct in the given order.

    Without a leader the unit receives it at once (条例 §24(4): 或转有关部门办理). Raises Refused
    when nobody would handle it.
    """
    if plan.lead_unit is None:
        raise Refused(_("Name the lead unit."), clause="条例 第二十四条（四）", kept=opinion)
    target = State.PROPOSED if leaders else State.ASSIGNED
    row = move(
        _rows(actor), pk, "propose", actor=actor, to=target,
        nature=Nature.HANDLING, **_plan_facts(plan),
    )  # fmt: skip
    _replace_turns(row, leaders)
    _apply(row, plan, actor)
    write(row, "propose", opinion, actor=actor)
    pass_on(row, by=actor)
    return row


@transaction.atomic
def distribute(pk: int, *, actor: User, opinion: str, readers: Sequence[User]) -> IncomingDocument:
    """Send a document for reading straight into circulation (阅知性, 条例 §24(4))."""
    if not readers:
        raise Refused(_("Name at least one reader."), clause="条例 第二十四条（四）", kept=opinion)
    row = move(_rows(actor), pk, "distribute", actor=actor, nature=Nature.READING, due_on=None)
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
    facts = _plan_facts(plan) if plan else {}
    row = move(_rows(actor), pk, "instruct", actor=actor, to=target, **facts)
    turn.opinion = write(row, "instruct", opinion, actor=actor)
    turn.given_at = clock.now()
    turn.save(update_fields=["opinion", "given_at"])
    if plan:
        _apply(row, plan, actor)
    pass_on(row, by=actor)
    _tell_proposer(row, actor, opinion)
    return row


def _tell_proposer(row: IncomingDocument, actor: User, opinion: str) -> None:
    """A leader's words reach the office at once (the registry and the director watch for them)."""
    proposer = row.opinions.filter(step="propose").select_related("author").last()
    if proposer and proposer.author_id != actor.pk:
        text = _("%(who)s instructs: %(text)s") % {"who": actor.seat.name, "text": opinion}
        notify(
            [proposer.author],
            key=f"instruct-{row.pk}-{clock.now():%s}",
            text=text,
            url=row.get_absolute_url(),
        )


@transaction.atomic
def name_handler(pk: int, *, actor: User, handler: User) -> IncomingDocument:
    """Name the person of the lead unit who handles it."""
    row = lock(_rows(actor), pk)
    if handler.unit_id != row.lead_unit_id:
        raise Refused(
            _("%(who)s does not belong to %(unit)s.") % {"who": handler, "unit": row.lead_unit}
        )
    row = move(_rows(actor), pk, "name_handler", actor=actor, handler=handler)
    pass_on(row, by=actor)
    return row


@transaction.atomic
def claim(pk: int, *, actor: User) -> IncomingDocument:
    """Take a document from the unit's pool; the first one has it."""
    row = move(_rows(actor), pk, "claim", actor=actor, handler=actor.seat)
    pass_on(row, by=actor)
    return row


@transaction.atomic
def send_back(pk: int, *, actor: User, to: str, reason: str) -> IncomingDocument:
    """Send a document back to an earlier step; everything typed stays.

    Raises Refused when `to` is not earlier than where it is.
    """
    row = lock(_rows(actor), pk)
    if to not in [way for way, _label in earlier_steps(row.state)]:
        raise Refused(_("It can only go back to an earlier step."), kept=reason)
    row = move(_rows(actor), pk, "send_back", actor=actor, to=_reachable(row, to), comment=reason)
    write(row, "send_back", reason, actor=actor)
    _step_back(row, actor)
    return row


def _reachable(row: IncomingDocument, to: str) -> str:
    """Without any leader's turn the assigner is the proposer."""
    if to == State.PROPOSED and not row.instructions.exists():
        return State.SCREENED
    return to


@transaction.atomic
def withdraw(pk: int, *, actor: User) -> IncomingDocument:
    """Take one's own last step back, as long as the next person has not opened it."""
    row = lock(_rows(actor), pk)
    row.workflow.check(row, "withdraw", actor)
    last = _last_step(row)
    row = move(_rows(actor), pk, "withdraw", actor=actor, to=last.before, comment=last.action)
    _step_back(row, actor)
    return row


def _last_step(row: IncomingDocument) -> Entry:
    moving = [name for name, step in row.workflow.steps.items() if step.target is not None]
    entry = Entry.objects.about(row).filter(action__in=moving).order_by("-at", "-pk").first()
    if entry is None or entry.action in ("register", "send_back", "withdraw"):
        raise Refused(_("There is nothing to withdraw."))
    return entry


def _step_back(row: IncomingDocument, actor: User) -> None:
    """Undo what the later steps had handed out, and hand out the earlier step again."""
    line = list(MAIN_LINE)
    if State(row.state) in line and line.index(State(row.state)) < line.index(State.ASSIGNED):
        desk.settle(row, ["assist", "decide_extension"], by=actor, outcome=WorkItem.Outcome.DROPPED)
    if row.state in (State.REGISTERED, State.SCREENED):
        row.instructions.filter(given_at=None, cancelled_at=None).update(cancelled_at=clock.now())
    if (
        row.state == State.PROPOSED
        and not row.instructions.filter(given_at=None, cancelled_at=None).exists()
    ):
        _open_turn_again(row)
    row.forget()
    pass_on(row, by=actor, outcome=WorkItem.Outcome.DROPPED)


def _open_turn_again(row: IncomingDocument) -> None:
    last = row.instructions.exclude(given_at=None).select_related("leader").latest("given_at", "pk")
    order = (row.instructions.aggregate(top=Max("order"))["top"] or 0) + 1
    Instruction.objects.create(document=row, leader=last.leader, order=order)


def _rows(actor: User) -> Any:
    return IncomingDocument.objects.visible_to(actor)


def _plan_facts(plan: Plan) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if plan.lead_unit is not None:
        facts["lead_unit"] = plan.lead_unit
    if plan.due_on is not None:
        if plan.due_on < clock.today():
            raise Refused(_("The due day has passed already."))
        facts["due_on"] = calendar.after(plan.due_on, 0)
        facts["limit_workdays"] = calendar.between(clock.today(), facts["due_on"])
    return facts


def _replace_turns(row: IncomingDocument, leaders: Iterable[User]) -> None:
    row.instructions.filter(given_at=None, cancelled_at=None).update(cancelled_at=clock.now())
    start = (row.instructions.aggregate(top=Max("order"))["top"] or 0) + 1
    turns = [Instruction(document=row, leader=p, order=n) for n, p in enumerate(leaders, start)]
    for turn in turns:
        if not turn.leader.has_perm("documents.instruct_incoming"):
            raise NotAllowed(_("%(who)s does not instruct.") % {"who": turn.leader})
    Instruction.objects.bulk_create(turns)


def _apply(row: IncomingDocument, plan: Plan, actor: User) -> None:
    """Write the assisting units and readers of a plan; units dropped from it owe nothing more."""
    wanted = {unit.pk: unit for unit in plan.assist_units if unit.pk != row.lead_unit_id}
    kept = row.assists.filter(cancelled_at=None)
    kept.filter(given_at=None).exclude(unit__in=wanted).update(cancelled_at=clock.now())
    have = set(kept.values_list("unit_id", flat=True))
    due = plan.assist_due_on or row.due_on
    Assist.objects.bulk_create(
        Assist(document=row, unit=unit, due_on=due) for pk, unit in wanted.items() if pk not in have
    )
    if plan.readers:
        add_readers(row, plan.readers, by=actor)
    row.forget()


@transaction.atomic
def transfer(pk: int, *, actor: User, to: User, reason: str) -> IncomingDocument:
    """Give the document to another handler of the same unit."""
    row = lock(_rows(actor), pk)
    if to.unit_id != row.lead_unit_id:
        raise Refused(
            _("%(who)s does not belong to %(unit)s.") % {"who": to, "unit": row.lead_unit}
        )
    row = move(_rows(actor), pk, "transfer", actor=actor, comment=reason, handler=to)
    write(row, "transfer", reason, actor=actor)
    desk.settle(row, ["handle"], by=actor, outcome=WorkItem.Outcome.DROPPED)
    give(row, "handle", by=actor, to=to, due_on=row.due_on)
    row.forget()
    return row
