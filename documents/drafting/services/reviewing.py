"""审核、核稿、会签; send back, withdraw, refuse (条例 §19(6), §20, §21)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.drafting.models import Countersign, Dispatch
from documents.drafting.plan import POINTS, earlier
from documents.drafting.services.desk import (
    ask_countersigners,
    drop_everything,
    keep_papers,
    keep_version,
    pass_on,
    write,
)
from documents.drafting.services.signing import demand_signer, plan_signatures
from documents.drafting.workflow import LOCKED, State
from office import clock
from office.audit.models import Entry
from office.desk import services as desk
from office.desk.models import WorkItem
from office.errors import Refused
from office.notifications.services import notify
from office.people.models import Unit, User
from office.workflow import lock, move

DROPPED = WorkItem.Outcome.DROPPED
# Steps that one can take back; a changed text (revise) has gone to its signer and stays there.
WITHDRAWN = frozenset({"submit", "review", "check", "recheck"})


@transaction.atomic
def review(pk: int, *, actor: User, opinion: str) -> Dispatch:
    """Pass a draft of one's unit on to the office."""
    row = move(Dispatch.objects.visible_to(actor), pk, "review", actor=actor)
    write(row, "review", opinion, actor=actor)
    keep_version(row, "review", actor=actor)
    pass_on(row, by=actor)
    return row


@transaction.atomic
def check(
    pk: int,
    *,
    actor: User,
    points: Sequence[str],
    opinion: str,
    asked: Sequence[Unit | str] = (),
    in_order: bool = False,
    signer: User | None = None,
) -> Dispatch:
    """Pass the draft after checking every point of 条例 §20; ask others to countersign first.

    `asked` are units of ours, and bodies outside by name: all at once, or one after the other.

    Raises Refused when a point is not met: then it goes back, or is not issued at all.
    """
    if set(points) != set(POINTS):
        raise Refused(
            _("A point is not met: send it back, or do not issue it."), clause="条例 第二十条",
            kept=opinion,
        )  # fmt: skip
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "check", actor)
    facts: dict[str, Any] = {"points_met": list(points)}
    if signer is not None and signer.pk != row.signer_id:
        row.signer = signer
        facts["signer"] = signer
    demand_signer(row)
    to = State.CHECKED if asked else State.READY
    row = move(rows, pk, "check", actor=actor, to=to, **facts)
    _ask(row, asked, in_order)
    plan_signatures(row)
    write(row, "check", opinion, actor=actor)
    keep_version(row, "check", actor=actor)
    pass_on(row, by=actor)
    return row


def _ask(row: Dispatch, asked: Sequence[Unit | str], in_order: bool) -> None:
    row.countersigns.filter(cancelled_at=None).update(cancelled_at=clock.now())
    Countersign.objects.bulk_create(
        Countersign(
            dispatch=row, order=n if in_order else 0,
            unit=who if isinstance(who, Unit) else None, body="" if isinstance(who, Unit) else who,
        )
        for n, who in enumerate(asked)
    )  # fmt: skip
    row.forget()


@transaction.atomic
def countersign(pk: int, *, actor: User, agrees: bool, opinion: str) -> Dispatch:
    """Countersign for one's unit; who does not agree sends the draft back with his reason."""
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "countersign", actor)
    part = next((p for p in row.asked_countersigns if p.unit_id == actor.seat.unit_id), None)
    if part is None:
        raise Refused(_("Your unit has countersigned already."), kept=opinion)
    return _countersigned(row, part, "countersign", actor=actor, agrees=agrees, opinion=opinion)


@transaction.atomic
def note_countersign(
    pk: int,
    *,
    actor: User,
    body: str,
    signer: str,
    agrees: bool,
    opinion: str,
    papers: Sequence[Any],
) -> Dispatch:
    """Enter what a body outside has written on its own paper, which is kept with it.

    Raises Refused without the paper, ValidationError when a file is refused.
    """
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "note_countersign", actor)
    part = next((p for p in row.asked_countersigns if p.body == body), None)
    if part is None:
        raise Refused(_("%(body)s is not waited for.") % {"body": body}, kept=opinion)
    keep_papers(row, papers, "note_countersign", actor=actor)
    part.signed_outside_by = signer
    text = _("%(body)s, %(signer)s: %(opinion)s") % {
        "body": body, "signer": signer, "opinion": opinion}  # fmt: skip
    return _countersigned(row, part, "note_countersign", actor=actor, agrees=agrees, opinion=text)


def _countersigned(
    row: Dispatch, part: Countersign, step: str, *, actor: User, agrees: bool, opinion: str
) -> Dispatch:
    rows = Dispatch.objects.visible_to(actor)
    part.remark = write(row, step, opinion, actor=actor)
    part.given_at, part.given_by, part.agrees = clock.now(), actor, agrees
    part.save(update_fields=["remark", "given_at", "given_by", "agrees", "signed_outside_by"])
    row.forget()
    is_last = not row.open_countersigns
    row = move(rows, row.pk, step, actor=actor, to=State.READY if is_last else State.CHECKED)
    _settle_part(row, part, actor)
    if is_last:
        pass_on(row, by=actor)
    elif part.order not in {each.order for each in row.open_countersigns}:
        ask_countersigners(row, by=actor)
    if not agrees:
        _tell_disagreement(row, part, actor)
    return row


def _settle_part(row: Dispatch, part: Countersign, actor: User) -> None:
    """Close what was owed for it; the papers of several bodies outside are one item."""
    step = "countersign" if part.unit_id else "note_countersign"
    turn = [each for each in row.open_countersigns if each.order == part.order]
    if step == "note_countersign" and any(each.body for each in turn):
        return
    for item in row.open_items:
        if item.step == step and item.unit_id == part.unit_id:
            desk.settle_item(item, by=actor)
    row.forget()


def _tell_disagreement(row: Dispatch, part: Countersign, actor: User) -> None:
    """A disagreement is told to the drafter at once; the signer sees it beside the text."""
    words = _("%(who)s does not agree: %(title)s") % {"who": part, "title": row.desk_title}
    people = [row.drafter, *User.objects.holding("office_director")]
    told = [person for person in people if person.pk != actor.pk]
    notify(told, key=f"disagrees-{part.pk}", text=words, url=row.get_absolute_url())


@transaction.atomic
def refuse(pk: int, *, actor: User, reason: str) -> Dispatch:
    """Give a draft back that is not to be issued, with the reason (条例 §21)."""
    row = move(Dispatch.objects.visible_to(actor), pk, "refuse", actor=actor, comment=reason)
    write(row, "refuse", reason, actor=actor)
    desk.settle(row, ["check"], by=actor)
    drop_everything(row, by=actor)
    return row


# --- back -----------------------------------------------------------------------------------------


@transaction.atomic
def send_back(pk: int, *, actor: User, to: str, reason: str) -> Dispatch:
    """Send a draft back to an earlier step; the text stays as it is (条例 §21).

    Back in countersignature, everybody who was asked is asked again.
    """
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "send_back", actor)
    if to not in earlier(row):
        raise Refused(_("It can only go back to an earlier step."), kept=reason)
    row = move(rows, pk, "send_back", actor=actor, to=to, comment=reason, **_undone(row, to))
    write(row, "send_back", reason, actor=actor)
    if to == State.CHECKED:
        _ask_again(row, row.countersign_list)
    _step_back(row, actor)
    return row


@transaction.atomic
def withdraw(pk: int, *, actor: User) -> Dispatch:
    """Take one's last step back, until the next person has opened it."""
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "withdraw", actor)
    to = _before(row)
    outside = row.last_done is not None and row.last_done.step == "note_countersign"
    row = move(rows, pk, "withdraw", actor=actor, to=to, **_undone(row, to))
    if outside:
        given = [part for part in row.countersign_list if part.given_at and part.body]
        _ask_again(row, given[-1:])
    _step_back(row, actor)
    return row


def _before(row: Dispatch) -> str:
    """Return where the row was before its last step. Raises Refused."""
    last = row.last_done
    if last is not None and last.step in ("sign", "note_signature"):
        return State.READY  # the other signatures of a joint document do not move it
    if last is not None and last.step == "note_countersign":
        return State.CHECKED
    entries = Entry.objects.about(row).exclude(before="").order_by("-pk")
    moved = next((e for e in entries if e.before != e.after and e.after == row.state), None)
    if moved is None or moved.action not in WITHDRAWN:
        raise Refused(_("There is nothing to take back."))
    return str(moved.before)


def _undone(row: Dispatch, to: str) -> dict[str, Any]:
    """Return the columns that no longer hold: what is not signed has no date and no lock."""
    if row.serial is not None:
        raise Refused(_("It bears a number; void it instead."))
    return {} if to in LOCKED else {"signed_at": None, "dated_on": None, "signed_digest": ""}


def _ask_again(row: Dispatch, parts: Sequence[Countersign]) -> None:
    """Ask these to countersign once more; what they gave stays in the track."""
    row.countersigns.filter(pk__in=[part.pk for part in parts]).update(cancelled_at=clock.now())
    Countersign.objects.bulk_create(
        Countersign(dispatch=row, order=part.order, unit=part.unit, body=part.body)
        for part in parts
    )
    row.forget()


def _step_back(row: Dispatch, actor: User) -> None:
    """Undo what the later steps had asked for, and hand out the earlier step again."""
    desk.settle(row, ["countersign", "note_countersign"], by=actor, outcome=DROPPED)
    now = clock.now()
    if row.state != State.CHECKED:
        row.countersigns.filter(given_at=None, cancelled_at=None).update(cancelled_at=now)
    if row.state not in LOCKED:
        row.signatures.filter(cancelled_at=None).update(cancelled_at=now)
    row.forget()
    if row.state in (State.CHECKED, State.READY):
        plan_signatures(row)
    pass_on(row, by=actor, outcome=DROPPED)
