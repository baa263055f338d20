"""What every move of a dispatch hands out next, and the words it leaves behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Max
from django.utils.translation import gettext as _

from documents.drafting.models import Dispatch, DispatchGrant, Remark, Version
from documents.drafting.plan import may, seal_in_use
from documents.drafting.text import digest, record_of
from documents.drafting.workflow import SIDE_LANES, State
from documents.reference.services import limit_minutes
from office import clock
from office.desk import services as desk
from office.desk.models import WorkItem
from office.errors import Refused
from office.files.names import refuse_classified
from office.files.services import store
from office.people.models import Unit, User
from office.workdays import calendar

POOLS = {
    State.REVIEWED: ("check", "office_director"),
    State.SIGNED: ("recheck", "office_staff"),
    State.RECHECKED: ("register", "registry_clerk"),
    State.REGISTERED: ("print", "registry_clerk"),
    State.SEALED: ("distribute", "registry_clerk"),
    State.DISTRIBUTED: ("close", "registry_clerk"),
    State.CLOSED: ("file", "registry_clerk"),
}
REVIEWING = "条例 第二十条"


def give(
    row: Dispatch,
    step: str,
    *,
    by: User,
    to: User | None = None,
    role: str = "",
    unit: Unit | None = None,
    reading: bool = False,
) -> WorkItem:
    """Hand out one item with the step's limit, which gives its due day."""
    minutes = limit_minutes(step, row.urgency)
    due_on = calendar.add_minutes(clock.now(), minutes).date() if minutes else row.due_on
    if to is not None and step != "acknowledge":  # a copy opens the paper, not the folder
        grant(row, [to])
    return desk.hand_out(
        row, step, by=by, to=to, role=role, unit=unit,
        due_on=due_on, limit_minutes=minutes, reading=reading,
    )  # fmt: skip


def pass_on(row: Dispatch, *, by: User, outcome: str = WorkItem.Outcome.DONE) -> None:
    """Settle what the row's last state was waiting for and hand out what the new one waits for."""
    desk.settle(row, by=by, outcome=outcome, keep=SIDE_LANES)
    row.forget()
    state = State(row.state)
    if state in POOLS:
        step, role = POOLS[state]
        give(row, step, by=by, role=_checkers(row) if step == "check" else role)
    elif state == State.DRAFTING:
        _to_drafter(row, by)
    elif state == State.SUBMITTED:
        for person in reviewers(row):
            give(row, "review", by=by, to=person)
    elif state == State.CHECKED:
        ask_countersigners(row, by=by)
    elif state == State.READY:
        _to_signer(row, by)
    elif state == State.PRINTED:
        give(row, "seal", by=by, to=seal_in_use().keeper)
    row.forget()


def _checkers(row: Dispatch) -> str:
    """Return whose role checks it: the office directors', or for their own draft the office's."""
    step, role = POOLS[State.REVIEWED]
    others = User.objects.holding(role).exclude(pk=row.drafter_id)
    return role if any(may(person, step) for person in others) else "office_staff"


def _to_drafter(row: Dispatch, by: User) -> None:
    """Lay it before who drafted it; a leaver's draft goes to the head of his unit (条例 §36)."""
    if not row.drafter.is_active:
        heads = [person for person in User.objects.heads_of(row.unit) if may(person, "submit")]
        if not heads:
            raise Refused(
                _("%(who)s has left: hand the work over first.") % {"who": row.drafter},
                clause="条例 第三十六条",
            )
        row.drafter = heads[0]
        row.save(update_fields=["drafter"])
    give(row, "submit", by=by, to=row.drafter)


def reviewers(row: Dispatch) -> list[User]:
    """Return who reviews the draft: the heads of its unit, or for a head's own draft the leader.

    Raises Refused when nobody else is there (谁审核谁负责).
    """
    heads = [p for p in User.objects.heads_of(row.unit) if p.pk != row.drafter_id]
    leader = row.unit.leader
    if not heads and leader and leader.is_active and leader.pk != row.drafter_id:
        heads = [leader]
    able = [person for person in heads if may(person, "review")]
    if not able:
        raise Refused(
            _("There is nobody in %(unit)s who could review this draft.") % {"unit": row.unit},
            clause=REVIEWING,
        )
    return able


def ask_countersigners(row: Dispatch, *, by: User) -> None:
    """Lay it before those whose turn it is to countersign."""
    for part in row.asked_countersigns:
        if part.unit is not None:
            give(row, "countersign", by=by, role="section_head", unit=part.unit)
        else:
            give(row, "note_countersign", by=by, role="office_staff")
    row.forget()


def _to_signer(row: Dispatch, by: User) -> None:
    """Lay it before the next who signs; another body's signature is entered by the office."""
    following = next(iter(row.open_signatures), None)
    if following is not None and following.person is not None:
        give(row, "sign", by=by, to=following.person)
    elif following is not None:
        give(row, "note_signature", by=by, role="office_staff")


def drop_everything(row: Dispatch, *, by: User) -> None:
    """Close whatever is still owed about a row that has come to its end."""
    moment = clock.now()
    desk.settle(row, by=by, outcome=WorkItem.Outcome.DROPPED)
    row.countersigns.filter(given_at=None, cancelled_at=None).update(cancelled_at=moment)
    row.signatures.filter(signed_at=None, cancelled_at=None).update(cancelled_at=moment)
    row.forget()


def demand_able(people: Iterable[User], step: str) -> None:
    """Refuse to hand a step to somebody who could never take it."""
    for person in people:
        if not may(person, step):
            label = Dispatch.workflow.steps[step].label
            raise Refused(
                _("%(who)s cannot take this step: %(step)s.") % {"who": person, "step": label}
            )


def take_over(row: Dispatch, item: WorkItem, *, to: User, by: User) -> WorkItem | None:
    """Write the successor of a leaver into the row and give him the item (条例 §36)."""
    demand_able([to], item.step)
    if item.step == "submit":
        row.drafter, row.unit = to, to.unit
        row.save(update_fields=["drafter", "unit"])
    elif item.step == "sign":
        mine = row.signatures.filter(person=item.assignee, signed_at=None, cancelled_at=None)
        mine.update(person=to)
    row.forget()
    if not Dispatch.objects.visible_to(to).filter(pk=row.pk).exists():
        grant(row, [to])
    return give(row, item.step, by=by, to=to)


def grant(row: Dispatch, people: Iterable[User]) -> None:
    """Let these people read the dispatch, whatever unit they sit in."""
    permission = Permission.objects.get(
        content_type__app_label="documents", codename="view_dispatch"
    )
    DispatchGrant.objects.bulk_create(
        [DispatchGrant(user=p, permission=permission, content_object=row) for p in people],
        ignore_conflicts=True,
    )


def write(row: Dispatch, step: str, text: str, *, actor: User, once: bool = False) -> Remark:
    """Append an opinion. `once` is for steps that leave the row where it is.

    Raises Refused when the words are missing, or were written by the same person a minute ago;
    ValidationError when they carry a classification mark (保密法 §31).
    """
    if not text.strip():
        raise Refused(_("A reason or a few words are needed here."))
    refuse_classified(text)
    minute_ago = clock.now() - dt.timedelta(minutes=1)
    same = row.remarks.filter(author=actor, step=step, text=text, written_at__gt=minute_ago)
    if once and same.exists():
        raise Refused(_("These words have just been recorded."), kept=text)
    return Remark.objects.create(
        dispatch=row, step=step, author=actor, on_behalf_of=actor.acting_for,
        unit_id=actor.seat.unit_id, text=text, written_at=clock.now(),
    )  # fmt: skip


def keep_papers(row: Dispatch, papers: Iterable[Any], step: str, *, actor: User) -> None:
    """Keep the papers another body has written on. Raises Refused when there is none."""
    found = list(papers)
    if not found:
        raise Refused(_("Its paper is kept with the document: choose the scanned file."))
    for upload in found:
        store(row, upload, actor=actor, step=step)
    row.forget()


def keep_version(row: Dispatch, step: str, *, actor: User) -> Version:
    """Keep the text as it stands, unless the last version is the same."""
    value: dict[str, Any] = record_of(row)
    mark = digest(value)
    last = row.versions.order_by("-number").first()
    if last is not None and last.digest == mark:
        return last
    number = (row.versions.aggregate(n=Max("number"))["n"] or 0) + 1
    return Version.objects.create(
        dispatch=row, number=number, step=step, author=actor, on_behalf_of=actor.acting_for,
        made_at=clock.now(), paper=value, digest=mark,
    )  # fmt: skip
