# ruff: noqa: E501 (the table of cases)
"""A24: double clicks and two people at once: one effect, one line in the trail, a plain refusal."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import translation

from documents.receipt.invariants import check_invariants
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
from documents.receipt.workflow import State
from office.desk import services as desk
from office.errors import Refused
from office.numbering.models import Series
from office.people.models import User
from office.people.services import hand_over
from tests.documents.factories import (
    Office,
    day,
    envelope,
    fresh,
    make_office,
    paper,
    plan,
    signed_for,
    trail,
    walk,
)

pytestmark = pytest.mark.django_db(transaction=True)
S = State
THREADS = 8
Call = Callable[[int, User, Office], Any]


def together(calls: list[Callable[[], Any]]) -> Counter[str]:
    """Run the calls at once, each on its own connection; count how they ended."""
    barrier = threading.Barrier(len(calls))

    def one(call: Callable[[], Any]) -> str:
        with translation.override("en"):
            try:
                connection.ensure_connection()
                barrier.wait()
                call()
            except Refused:
                return "refused"
            except ObjectDoesNotExist:
                return "hidden"
            else:
                return "done"
            finally:
                connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return Counter(threads.map(one, calls))


def before_extension(office: Office) -> IncomingDocument:
    row = walk(None, S.HANDLING, office)
    handling.ask_extension(row.pk, actor=office.staff, until=day(15), reason="需核")
    return row


def assisted(office: Office) -> IncomingDocument:
    row = walk(None, S.SCREENED, office)
    given = plan(office, assist_units=[office.data])
    assignment.propose(row.pk, actor=office.director, opinion="拟", plan=given)
    return row


def all_read(office: Office) -> IncomingDocument:
    row = walk(None, S.CIRCULATING, office)
    for copy in row.open_readers:
        circulation.read(row.pk, actor=copy.reader)
    return row


def file_of(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "正文".encode(), content_type="text/plain")


# step: where it starts (a state, or a function), who, the call. Two names: two people at once.
CASES: dict[str, tuple[Any, tuple[str, ...], Call]] = {
    "collect": (S.SEALED, ("confidential",), lambda pk, a, o: intake.collect(pk, actor=a)),
    "register": (
        S.SIGNED_FOR, ("clerk", "second_clerk"), lambda pk, a, o: intake.register(pk, actor=a, **paper()),
    ),
    "correct": (
        S.SCREENED, ("clerk", "second_clerk"),
        lambda pk, a, o: intake.correct(pk, actor=a, reason="错", title="改正后的标题"),
    ),
    "screen": (
        S.REGISTERED, ("screener", "screener"), lambda pk, a, o: intake.screen(pk, actor=a, points=POINTS),
    ),
    "reject": (
        S.REGISTERED, ("screener",), lambda pk, a, o: intake.reject(pk, actor=a, points=[], opinion="退"),
    ),
    "propose": (
        S.SCREENED, ("director",),
        lambda pk, a, o: assignment.propose(pk, actor=a, opinion="拟", plan=plan(o), leaders=[o.principal]),
    ),
    "distribute": (
        S.SCREENED, ("director",),
        lambda pk, a, o: assignment.distribute(pk, actor=a, opinion="阅", readers=[o.head]),
    ),
    "instruct": (
        S.PROPOSED, ("principal",), lambda pk, a, o: assignment.instruct(pk, actor=a, opinion="同意"),
    ),
    "name_handler": (
        S.ASSIGNED, ("head",), lambda pk, a, o: assignment.name_handler(pk, actor=a, handler=o.staff),
    ),
    "claim": (S.ASSIGNED, ("staff", "colleague"), lambda pk, a, o: assignment.claim(pk, actor=a)),
    "transfer": (
        S.HANDLING, ("staff",),
        lambda pk, a, o: assignment.transfer(pk, actor=a, to=o.colleague, reason="出差"),
    ),
    "progress": (S.HANDLING, ("staff",), lambda pk, a, o: handling.progress(pk, actor=a, opinion="在办")),
    "assist": (
        assisted, ("other_staff", "other_head"), lambda pk, a, o: handling.assist(pk, actor=a, opinion="已核"),
    ),
    "ask_extension": (
        S.HANDLING, ("staff",),
        lambda pk, a, o: handling.ask_extension(pk, actor=a, until=day(15), reason="需核"),
    ),
    "decide_extension": (
        before_extension, ("principal",),
        lambda pk, a, o: handling.decide_extension(pk, actor=a, granted=True),
    ),
    "handle": (S.HANDLING, ("staff",), lambda pk, a, o: handling.handle(pk, actor=a, result="办毕")),
    "circulate": (
        S.HANDLING, ("clerk", "director"),
        lambda pk, a, o: circulation.circulate(pk, actor=a, readers=[o.other_head, o.deputy]),
    ),
    "recall_reader": (
        S.CIRCULATING, ("clerk", "second_clerk"),
        lambda pk, a, o: circulation.recall_reader(pk, actor=a, reader=o.head),
    ),
    "read": (S.CIRCULATING, ("head",), lambda pk, a, o: circulation.read(pk, actor=a, opinion="已阅")),
    "urge": (S.HANDLING, ("clerk",), lambda pk, a, o: handling.urge([pk], actor=a)),
    "answer": (
        S.HANDLED, ("staff",),
        lambda pk, a, o: closing.answer(pk, actor=a, method="none", to="", text="不需答复"),
    ),
    "reply": (
        S.HANDLED, ("clerk", "second_clerk"),
        lambda pk, a, o: closing.reply(pk, actor=a, to="省局", text="以江质信〔2026〕1号答复。"),
    ),
    "close": (all_read, ("clerk", "second_clerk"), lambda pk, a, o: closing.close(pk, actor=a)),
    "file": (
        S.CLOSED, ("clerk", "second_clerk"),
        lambda pk, a, o: closing.file(pk, actor=a, year=2026, unit=o.standards, retention="10年"),
    ),
    "send_back": (
        S.ASSIGNED, ("staff", "colleague"),
        lambda pk, a, o: returning.send_back(pk, actor=a, to=S.SCREENED, reason="不属本科"),
    ),
    "withdraw": (S.HANDLED, ("staff",), lambda pk, a, o: returning.withdraw(pk, actor=a)),
    "void": (S.ASSIGNED, ("clerk", "second_clerk"), lambda pk, a, o: intake.void(pk, actor=a, reason="重复")),
    "attach": (
        S.REGISTERED, ("clerk",), lambda pk, a, o: closing.attach(pk, actor=a, upload=file_of("附件.txt")),
    ),
    "annotate": (S.REGISTERED, ("clerk",), lambda pk, a, o: closing.annotate(pk, actor=a, opinion="另存")),
}  # fmt: skip


def test_a24_eight_at_once_on_every_step_have_one_effect() -> None:
    office = make_office()
    other = walk(None, S.REGISTERED, office)
    cases = CASES | {
        "link": (
            S.REGISTERED, ("clerk", "second_clerk"),
            lambda pk, a, o: closing.link(pk, actor=a, other=other, kind="follows"),
        )
    }  # fmt: skip
    assert set(cases) == set(IncomingDocument.workflow.steps)
    for name, (start, people, call) in cases.items():
        row = start(office) if callable(start) else walk(None, start, office)
        before = trail(row)
        actors = [User.objects.get(username=people[n % len(people)]) for n in range(THREADS)]
        # bound now: the loop goes on
        calls = [lambda pk=row.pk, actor=a, call=call: call(pk, actor, office) for a in actors]
        ends = together(calls)

        assert ends["done"] == 1, (name, ends)
        assert trail(row) == [*before, name], name
        check_invariants(row)


def test_a24_eight_clicks_sign_once_and_open_one_second_document() -> None:
    office = make_office()
    pieces, key = [envelope(), envelope()], uuid4()
    ends = together([lambda: intake.sign_for(pieces, actor=office.clerk, once=key)] * THREADS)
    assert ends == {"done": 1, "refused": 7}
    assert IncomingDocument.objects.count() == 2

    first, key = signed_for(office), uuid4()
    calls = [lambda: intake.register_another(first.pk, actor=office.clerk, once=key)] * THREADS
    assert together(calls) == {"done": 1, "refused": 7}


def test_a24_eight_clicks_on_the_desk_urge_once() -> None:
    office = make_office()
    row = walk(None, S.HANDLING, office)
    item = next(item for item in fresh(row).open_items)
    assert together([lambda: desk.urge([item], actor=office.head)] * THREADS) == {
        "done": 1,
        "refused": 7,
    }
    assert trail(row).count("urge") == item.urges.count() == 1


def test_a24_fifty_register_at_once_without_gap_or_twin() -> None:
    office = make_office()
    sender = signed_for(office).sender
    pks = [signed_for(office, sender=sender).pk for _n in range(50)]
    clerks = [office.clerk, office.second_clerk]
    ends = together(
        [
            lambda pk=pk, n=n: intake.register(pk, actor=clerks[n % 2], **paper())
            for n, pk in enumerate(pks)
        ]
    )
    assert ends == {"done": 50}
    serials = IncomingDocument.objects.filter(pk__in=pks).values_list("serial", flat=True)
    assert sorted(s for s in serials if s) == list(range(1, 51))
    assert Series.objects.get().last == 50


def test_a24_different_steps_at_once_leave_a_sound_document() -> None:
    office = make_office()
    for _round in range(3):
        row = assisted(office)
        assignment.claim(row.pk, actor=office.staff)
        together(everybody_at(row.pk, office))
        check_invariants(row)


def everybody_at(pk: int, office: Office) -> list[Callable[[], Any]]:
    """Return what different people might do to one document at the same moment."""
    return [
        lambda: handling.handle(pk, actor=office.staff, result="办毕"),
        lambda: handling.assist(pk, actor=office.other_staff, opinion="已核"),
        lambda: returning.send_back(pk, actor=office.staff, to=S.SCREENED, reason="退"),
        lambda: intake.void(pk, actor=office.clerk, reason="重复"),
        lambda: assignment.name_handler(pk, actor=office.head, handler=office.colleague),
        lambda: circulation.circulate(pk, actor=office.clerk, readers=[office.deputy]),
        lambda: handling.urge([pk], actor=office.director),
        lambda: hand_over(office.staff.pk, actor=office.staff, successor=office.colleague),
        lambda: handling.ask_extension(pk, actor=office.staff, until=day(15), reason="忙"),
    ]


def test_a24_urging_many_and_handing_over_do_not_lock_each_other_out() -> None:
    """Rows are locked in the order of their keys, people never against the trail."""
    office = make_office()
    pks = [walk(None, S.HANDLING, office).pk for _n in range(4)]
    ends = together([
        lambda: handling.urge(pks, actor=office.clerk),
        lambda: handling.urge(pks[::-1], actor=office.director),
        lambda: hand_over(office.staff.pk, actor=office.staff, successor=office.colleague),
        *[lambda pk=pk: handling.progress(pk, actor=office.staff, opinion="在办") for pk in pks],
    ])  # fmt: skip
    assert set(ends) <= {"done", "refused"}
    for pk in pks:
        check_invariants(fresh(pk))
        assert trail(fresh(pk)).count("hand_over") == 1
