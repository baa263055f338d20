"""Two months in a small office: documents of every fate, by hand, day by day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from documents.receipt.models import IncomingDocument
from documents.receipt.services import assignment, circulation, handling, intake, returning
from documents.receipt.workflow import State
from office import clock
from tests.documents.factories import Office, fresh, plan, walk

S = State


def at(day: str, time: str = "09:30") -> Any:
    """Let the clock stand at a moment of 2026: at("10-09", "14:00")."""
    moment = dt.datetime.fromisoformat(f"2026-{day}T{time}")
    return clock.at(timezone.make_aware(moment))


def live(office: Office) -> list[IncomingDocument]:
    """Let October and November pass; return the documents in the order they came."""
    rows = [
        _handled(office, "10-09", "10-12", "10-30"),
        _handled(office, "10-13", "10-14", "11-20"),
    ]
    rows += [_sent_back(office), _read(office), _urged(office)]
    for day, state in (
        ("10-15", S.REJECTED), ("10-20", S.VOID), ("11-03", S.SIGNED_FOR), ("11-04", S.REGISTERED),
        ("11-05", S.SCREENED), ("11-06", S.PROPOSED), ("11-09", S.ASSIGNED), ("11-10", S.HANDLED),
        ("11-11", S.CIRCULATING), ("11-12", S.FILED), ("11-12", S.SEALED), ("11-13", S.VOID),
    ):  # fmt: skip
        with at(day):
            rows.append(walk(None, state, office))
    with at("10-28"):  # it came in October and is voided in November
        late = walk(None, S.REGISTERED, office)
    with at("11-02", "16:00"):
        intake.void(late.pk, actor=office.clerk, reason="重复登记。")
    return [*rows, late]


def _handled(office: Office, came: str, proposed: str, ended: str) -> IncomingDocument:
    with at(came):
        row = walk(None, S.SCREENED, office)
    with at(proposed, "15:00"):
        row = walk(row, S.HANDLING, office)
    with at(ended, "11:15"):
        return walk(row, S.CLOSED, office)


def _sent_back(office: Office) -> IncomingDocument:
    """Twice at the same step: the leader sent it back to be proposed anew."""
    with at("10-14"):
        row = walk(None, S.PROPOSED, office)
    with at("10-15", "10:00"):
        returning.send_back(
            row.pk, actor=office.principal, to=S.SCREENED, reason="请补充协办科室。"
        )
    with at("10-16", "10:40"):
        assignment.propose(
            row.pk, actor=office.director, opinion="拟请标准信息科主办。",
            plan=plan(office, assist_units=[office.data]), leaders=[office.principal],
        )  # fmt: skip
    with at("10-19"):
        row = walk(fresh(row), S.HANDLING, office)
        handling.assist(row.pk, actor=office.other_staff, opinion="无补充。")
    with at("11-02"):
        return walk(fresh(row), S.CLOSED, office)


def _read(office: Office) -> IncomingDocument:
    with at("10-22"):
        row = walk(None, S.CIRCULATING, office)
    with at("10-26", "08:00"):
        circulation.read(row.pk, actor=office.head, opinion="已阅。")
    with at("10-31", "10:00"):  # a Saturday
        return walk(fresh(row), S.CLOSED, office)


def _urged(office: Office) -> IncomingDocument:
    with at("10-27"):
        row = walk(None, S.ASSIGNED, office)
    for day in ("11-09", "11-12"):
        with at(day):
            handling.urge([row.pk], actor=office.clerk, words="请抓紧。")
    return fresh(row)
