"""审核、核稿、会签; send back, withdraw, refuse (条例 §19(6), §20, §21)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.drafting.models import Countersign, Dispatch
from documents.drafting.services.desk import (
    drop_everything,
    keep_version,
    pass_on,
    write,
)
from documents.drafting.services.signing import demand_signer, plan_signatures
from documents.drafting.workflow import LOCKED, MAIN_LINE, State
from office import clock
from office.audit.models import Entry
from office.desk import services as desk
from office.desk.models import WorkItem
from office.errors import Refused
from office.notifications.services import notify
from office.people.models import Unit, User
from office.workflow import lock, move

# 条例 §20: what the office looks at before anybody signs; the words are the checklist's.
POINTS = ("reason", "content", "consulted", "form", "other")
DROPPED = WorkItem.Outcome.DROPPED


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
    units: Sequence[Unit] = (),
    bodies: Sequence[str] = (),
    signer: User | None = None,
) -> Dispatch:
    """Pass the draft after checking every point of 条例 §20; ask others to countersign first.

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
    to = State.CHECKED if units or bodies else State.READY
    row = move(rows, pk, "check", actor=actor, to=to, **facts)
    _ask(row, units, bodies)
    plan_signatures(row)
    write(row, "check", opinion, actor=actor)
    keep_version(row, "check", actor=actor)
    pass_on(row, by=actor)
    return row


def _ask(row: Dispatch, units: Sequence[Unit], bodies: Sequence[str]) -> None:
    now = clock.now()
    row.countersigns.filter(given_at=None, cancelled_at=None).update(cancelled_at=now)
    row.countersigns.filter(agrees=True, cancelled_at=None).update(cancelled_at=now)
    wanted = [Countersign(unit=unit) for unit in units] + [Countersign(body=b) for b in bodies]
    for n, part in enumerate(wanted):
        part.dispatch, part.order = row, n
    Countersign.objects.bulk_create(wanted)
    row.forget()


@transaction.atomic
def countersign(pk: int, *, actor: User, agrees: bool, opinion: str) -> Dispatch:
    """Countersign for one's unit; who does not agree sends the draft back with his reason."""
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "countersign", actor)
    part = next((p for p in row.open_countersigns if p.unit_id == actor.seat.unit_id), None)
    if part is None:
        raise Refused(_("Your unit has countersigned already."), kept=opinion)
    return _countersigned(row, part, "countersign", actor=actor, agrees=agrees, opinion=opinion)


@transaction.atomic
def note_countersign(
    pk: int, *, actor: User, body: str, signer: str, agrees: bool, opinion: str
) -> Dispatch:
    """Enter what a body outside has written on its own paper."""
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "note_countersign", actor)
    part = next((p for p in row.open_countersigns if p.body == body), None)
    if part is None:
        raise Refused(_("%(body)s is not waited for.") % {"body": body}, kept=opinion)
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
    if step == "countersign":
        mine = [i for i in row.open_items if i.step == step and i.unit_id == part.unit_id]
        for item in mine:
            desk.settle_item(item, by=actor)
    elif not any(waiting.body for waiting in row.open_countersigns):
        desk.settle(row, ["note_countersign"], by=actor)
    row.forget()
    if is_last:
        pass_on(row, by=actor)
    if not agrees:
        _tell_disagreement(row, part, actor)
    return row


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


def earlier(row: Dispatch) -> list[str]:
    """Return the states it may go back to, nearest first."""
    place = MAIN_LINE.index(State(row.state))
    states = [s for s in MAIN_LINE[:place] if s != State.CHECKED and MAIN_LINE.index(s) < 5]
    return [str(state) for state in reversed(states)]


@transaction.atomic
def send_back(pk: int, *, actor: User, to: str, reason: str) -> Dispatch:
    """Send a draft back to an earlier step; the text stays as it is (条例 §21)."""
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "send_back", actor)
    if to not in earlier(row):
        raise Refused(_("It can only go back to an earlier step."), kept=reason)
    row = move(rows, pk, "send_back", actor=actor, to=to, comment=reason, **_undone(row, to))
    write(row, "send_back", reason, actor=actor)
    _step_back(row, actor)
    return row


@transaction.atomic
def withdraw(pk: int, *, actor: User) -> Dispatch:
    """Take one's last step back, until the next person has opened it."""
    rows = Dispatch.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "withdraw", actor)
    last = Entry.objects.about(row).exclude(before="").order_by("-at", "-pk")
    moved = next((e for e in last if e.before != e.after and e.after == row.state), None)
    if moved is None:
        raise Refused(_("There is nothing to take back."))
    row = move(rows, pk, "withdraw", actor=actor, to=moved.before, **_undone(row, moved.before))
    _step_back(row, actor)
    return row


def _undone(row: Dispatch, to: str) -> dict[str, Any]:
    """Return the columns that no longer hold: what is not signed has no date and no lock."""
    if row.serial is not None:
        raise Refused(_("It bears a number; void it instead."))
    return {} if to in LOCKED else {"signed_at": None, "dated_on": None, "signed_digest": ""}


def _step_back(row: Dispatch, actor: User) -> None:
    if row.is_locked:  # from rechecked to signed: the signatures stand
        pass_on(row, by=actor, outcome=DROPPED)
        return
    desk.settle(row, ["countersign", "note_countersign"], by=actor, outcome=DROPPED)
    now = clock.now()
    row.countersigns.filter(given_at=None, cancelled_at=None).update(cancelled_at=now)
    row.signatures.filter(cancelled_at=None).update(cancelled_at=now)
    row.forget()
    if row.state == State.READY:
        plan_signatures(row)
    pass_on(row, by=actor, outcome=DROPPED)
