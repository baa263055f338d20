"""Attacks on the logic of receipt: A21 columns from outside, A22 steps out of turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from documents.receipt.models import IncomingDocument
from documents.receipt.plan import POINTS
from documents.receipt.services import (
    assignment,
    circulation,
    closing,
    handling,
    intake,
    returning,
)
from documents.receipt.workflow import INCOMING, State
from office.access import OFFICERS, ROLES
from office.errors import NotAllowed, Refused
from office.people.models import User
from tests.documents.factories import (
    LINE,
    Office,
    day,
    fresh,
    not_allowed,
    paper,
    picture,
    plan,
    refused,
    signed_for,
    walk,
)

Step = Callable[[int, User, Office], Any]
STEPS: dict[str, Step] = {
    "collect": lambda pk, a, o: intake.collect(pk, actor=a),
    "register": lambda pk, a, o: intake.register(pk, actor=a, **paper()),
    "correct": lambda pk, a, o: intake.correct(pk, actor=a, reason="错", title="改"),
    "screen": lambda pk, a, o: intake.screen(pk, actor=a, points=POINTS),
    "reject": lambda pk, a, o: intake.reject(pk, actor=a, points=[], opinion="退"),
    "propose": lambda pk, a, o: assignment.propose(pk, actor=a, opinion="拟", plan=plan(o)),
    "distribute": lambda pk, a, o: assignment.distribute(
        pk, actor=a, opinion="阅", readers=[o.deputy]
    ),
    "instruct": lambda pk, a, o: assignment.instruct(pk, actor=a, opinion="同意"),
    "name_handler": lambda pk, a, o: assignment.name_handler(pk, actor=a, handler=o.colleague),
    "claim": lambda pk, a, o: assignment.claim(pk, actor=a),
    "transfer": lambda pk, a, o: assignment.transfer(pk, actor=a, to=o.colleague, reason="出差"),
    "progress": lambda pk, a, o: handling.progress(pk, actor=a, opinion="在办"),
    "assist": lambda pk, a, o: handling.assist(pk, actor=a, opinion="核"),
    "ask_extension": lambda pk, a, o: handling.ask_extension(
        pk, actor=a, until=day(20), reason="忙"
    ),
    "decide_extension": lambda pk, a, o: handling.decide_extension(pk, actor=a, granted=True),
    "handle": lambda pk, a, o: handling.handle(pk, actor=a, result="办毕"),
    "circulate": lambda pk, a, o: circulation.circulate(pk, actor=a, readers=[o.deputy]),
    "recall_reader": lambda pk, a, o: circulation.recall_reader(pk, actor=a, reader=o.deputy),
    "read": lambda pk, a, o: circulation.read(pk, actor=a),
    "urge": lambda pk, a, o: handling.urge([pk], actor=a),
    "answer": lambda pk, a, o: closing.answer(pk, actor=a, method="none", to="", text="无需"),
    "reply": lambda pk, a, o: closing.reply(pk, actor=a, to="省局", text="以1号答复。"),
    "close": lambda pk, a, o: closing.close(pk, actor=a),
    "file": lambda pk, a, o: closing.file(
        pk, actor=a, year=2026, unit=o.standards, retention="10年"
    ),
    "send_back": lambda pk, a, o: returning.send_back(
        pk, actor=a, to=State.REGISTERED, reason="退"
    ),
    "withdraw": lambda pk, a, o: returning.withdraw(pk, actor=a),
    "void": lambda pk, a, o: intake.void(pk, actor=a, reason="重复"),
    "attach": lambda pk, a, o: closing.attach(
        pk, actor=a, upload=SimpleUploadedFile("a.txt", b"abc")
    ),
    "annotate": lambda pk, a, o: closing.annotate(pk, actor=a, opinion="注"),
    "link": lambda pk, a, o: closing.link(
        pk, actor=a, other=walk(None, State.REGISTERED, o), kind="follows"
    ),
}
NO = (Refused, NotAllowed, IncomingDocument.DoesNotExist)


# A22


@pytest.mark.parametrize("state", State.values)
def test_a22_no_step_is_taken_from_a_state_it_does_not_start_from(
    office: Office, state: str
) -> None:
    """Nobody, whatever his roles, skips a step, repeats one, or acts on what has ended."""
    row = walk(None, state, office)
    almighty = [role for role in ROLES if role not in OFFICERS]
    User.objects.filter(pk=office.director.pk).update(roles=almighty)
    actor = User.objects.get(pk=office.director.pk)
    before = picture(row)
    for name, call in STEPS.items():
        if state not in INCOMING.steps[name].sources:
            with pytest.raises(Refused):
                call(row.pk, actor, office)
    assert picture(row) == before


@pytest.mark.parametrize("state", [S for S in LINE if S != State.SIGNED_FOR])
def test_a22_a_step_is_not_taken_without_its_role(office: Office, state: str) -> None:
    """Whoever lacks the permission, and whoever does not see the row, changes nothing."""
    row = walk(None, state, office)
    before = picture(row)
    for person in (office.system, office.security, office.audit, office.other_staff):
        for call in STEPS.values():
            with pytest.raises(NO):
                call(row.pk, person, office)
    assert picture(row) == before


def test_a22_replayed_steps_are_refused(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    with refused(row, "moved on"):
        intake.screen(row.pk, actor=office.screener, points=POINTS)
    with refused(row, "moved on"):
        intake.register(row.pk, actor=office.clerk, **paper())


def test_a22_a_stale_page_acts_on_the_row_as_it_is_now(office: Office) -> None:
    stale = walk(None, State.ASSIGNED, office)
    assert "claim" in INCOMING.open_to(stale, office.staff)
    assignment.claim(stale.pk, actor=office.colleague)
    with refused(stale, "moved on"):
        assignment.claim(stale.pk, actor=office.staff)
    assert fresh(stale).handler == office.colleague


def test_a22_nothing_is_done_after_a_withdrawal(office: Office) -> None:
    row = walk(None, State.PROPOSED, office)
    returning.withdraw(row.pk, actor=office.director)
    with refused(row, "moved on"):
        assignment.instruct(row.pk, actor=office.principal, opinion="同意")


def test_a22_what_is_filed_takes_only_notes_copies_and_links(office: Office) -> None:
    row = walk(None, State.FILED, office)
    everything = {name for person in office.people for name in INCOMING.open_to(row, person)}
    assert everything <= {"annotate", "link", "recall_reader", "read"}


@pytest.mark.parametrize("state", ["rejected", "void", "collected"])
def test_a22_what_has_ended_takes_nothing(office: Office, state: str) -> None:
    row = walk(None, state, office)
    assert [INCOMING.open_to(row, person) for person in office.people] == [[]] * len(office.people)


def test_a22_a_person_who_has_left_does_nothing(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    User.objects.filter(pk=office.staff.pk).update(is_active=False)
    before = picture(row)
    with pytest.raises(NO):
        handling.handle(row.pk, actor=User.objects.get(pk=office.staff.pk), result="办毕")
    assert picture(row) == before


# A21


@pytest.mark.parametrize(
    "column",
    ["state", "serial", "year", "receipt_class", "registered_by", "registered_at", "is_sealed",
     "handler", "closed_at", "frozen_sheet", "sheet_digest", "id", "signed_for_by", "lead_unit"],
)  # fmt: skip
def test_a21_no_column_but_the_papers_own_is_set_from_outside(office: Office, column: str) -> None:
    row = signed_for(office)
    with pytest.raises(TypeError, match=column):
        intake.register(row.pk, actor=office.clerk, **paper(), **{column: 1})
    row = walk(None, State.REGISTERED, office)
    before = picture(row)
    with pytest.raises(TypeError, match=column):
        intake.correct(row.pk, actor=office.clerk, reason="错", **{column: 1})
    assert picture(row) == before


@pytest.mark.parametrize(
    ("state", "values", "constraint"),
    [
        (State.SIGNED_FOR, {"state": "registered"}, "registered_has_number"),
        (State.SCREENED, {"state": "assigned"}, "assigned_has_unit"),
        (State.ASSIGNED, {"state": "handling"}, "handling_has_handler"),
        (State.HANDLING, {"state": "handled"}, "handled_has_result"),
        (State.HANDLED, {"state": "answered"}, "answered_or_reason"),
        (State.SCREENED, {"state": "circulating"}, "reading_circulates"),
        (State.ANSWERED, {"state": "closed"}, "closed_has_end"),
        (State.CLOSED, {"state": "filed"}, "filed_has_place"),
        (State.REGISTERED, {"is_sealed": True}, "sealed_has_no_content"),
        (State.REGISTERED, {"serial": None}, "number_whole|registered_has_number"),
    ],
)
def test_a21_the_database_itself_refuses_a_state_without_its_facts(
    office: Office, state: str, values: dict[str, Any], constraint: str
) -> None:
    row = walk(None, state, office)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        IncomingDocument.objects.filter(pk=row.pk).update(**values)


# Roles


def test_each_step_belongs_to_its_roles(office: Office) -> None:
    """Who may open a step at all, on the document that waits for it."""
    row = walk(None, State.REGISTERED, office)
    with not_allowed(row):
        intake.screen(row.pk, actor=office.clerk, points=POINTS)
    row = walk(None, State.SCREENED, office)
    with not_allowed(row):
        assignment.propose(row.pk, actor=office.screener, opinion="拟", plan=plan(office))
    row = walk(None, State.PROPOSED, office)
    with not_allowed(row):
        assignment.instruct(row.pk, actor=office.director, opinion="同意")
    row = walk(None, State.CLOSED, office)
    with not_allowed(row):
        STEPS["file"](row.pk, office.director, office)
