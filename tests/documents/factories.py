"""A small institution, senders and documents in any state; every step goes through the services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any

import factory
import pytest

from documents.receipt.invariants import check_invariants
from documents.receipt.models import IncomingDocument
from documents.receipt.plan import POINTS, Plan
from documents.receipt.services import (
    assignment,
    circulation,
    closing,
    handling,
    intake,
)
from documents.receipt.services.intake import Envelope
from documents.receipt.workflow import State
from documents.reference.models import Relation, Sender
from office import clock
from office.audit.models import Entry
from office.desk.models import WorkItem
from office.errors import NotAllowed, Refused
from office.people.models import Post, Unit, User
from office.workdays import calendar
from tests.office.factories import ActingFactory

S = State


@dataclass
class Office:
    """The people of a small institution, by what they do."""

    top: Unit
    bureau: Unit
    standards: Unit
    data: Unit
    principal: User
    deputy: User
    director: User
    clerk: User
    second_clerk: User
    screener: User
    confidential: User
    archivist: User
    head: User
    staff: User
    colleague: User
    other_head: User
    other_staff: User
    system: User
    security: User
    audit: User

    @property
    def people(self) -> list[User]:
        values = [getattr(self, each.name) for each in fields(self)]
        return [value for value in values if isinstance(value, User)]


# name: unit, roles, duty
CAST: dict[str, tuple[str, list[str], str]] = {
    "principal": ("top", ["leader", "staff"], Post.Duty.PRINCIPAL),
    "deputy": ("top", ["leader", "staff"], Post.Duty.LEADER),
    "director": ("bureau", ["office_director", "section_head", "staff"], Post.Duty.HEAD),
    "clerk": ("bureau", ["registry_clerk", "staff"], Post.Duty.STAFF),
    "second_clerk": ("bureau", ["registry_clerk", "staff"], Post.Duty.STAFF),
    "screener": ("bureau", ["office_staff", "staff"], Post.Duty.STAFF),
    "confidential": ("bureau", ["confidential_clerk", "staff"], Post.Duty.STAFF),
    "archivist": ("bureau", ["archivist", "staff"], Post.Duty.STAFF),
    "head": ("standards", ["section_head", "staff"], Post.Duty.HEAD),
    "staff": ("standards", ["staff"], Post.Duty.STAFF),
    "colleague": ("standards", ["staff"], Post.Duty.STAFF),
    "other_head": ("data", ["section_head", "staff"], Post.Duty.HEAD),
    "other_staff": ("data", ["staff"], Post.Duty.STAFF),
    "system": ("data", ["system_officer"], Post.Duty.STAFF),
    "security": ("bureau", ["security_officer"], Post.Duty.STAFF),
    "audit": ("standards", ["audit_officer"], Post.Duty.STAFF),
}
UNITS = {"top": "中心领导", "bureau": "办公室", "standards": "标准信息科", "data": "质量数据科"}


def make_office() -> Office:
    """Make the institution in a handful of statements."""
    units: dict[str, Unit] = {}
    for order, (code, name) in enumerate(UNITS.items()):
        parent = units.get("top")
        units[code] = Unit.objects.create(
            code=code, name=name, short_name=name, parent=parent, order=order
        )
    people = User.objects.bulk_create(
        User(
            username=name,
            name=name.title(),
            unit=units[unit],
            roles=roles,
            rank=10 + n,
            password="!",
            must_change_password=False,
        )
        for n, (name, (unit, roles, _duty)) in enumerate(CAST.items())
    )
    since = dt.date(2020, 1, 1)
    Post.objects.bulk_create(
        Post(
            user=person, unit=person.unit, title="岗", duty=CAST[person.username][2], since_on=since
        )
        for person in people
    )
    return Office(**units, **{person.username: person for person in people})


def seated(deputy: User, absent: User) -> User:
    """Return a fresh copy of a person acting for another, under an arrangement in force."""
    ActingFactory(absent=absent, deputy=deputy)
    return sitting(deputy, absent)


def sitting(deputy: User, absent: User) -> User:
    """Return the deputy as the middleware would seat him."""
    person = User.objects.get(pk=deputy.pk)
    person.acting_for = User.objects.get(pk=absent.pk)
    return person


class SenderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Sender

    name = factory.Sequence("江川省第{}厅".format)
    relation = Relation.SUPERIOR


def envelope(**given: Any) -> Envelope:
    """Return an envelope as it comes through the door."""
    sender = given.pop("sender", None) or SenderFactory()
    return Envelope(sender=sender, channel=given.pop("channel", "exchange"), **given)


_titles = iter(range(1, 10**9))


def paper(**given: Any) -> dict[str, Any]:
    """Return the facts of a document as they are registered; every title is unlike the others."""
    n = next(_titles)
    sign = chr(0x4E00 + n % 20000) * 9
    facts = {
        "title": f"关于{sign}第{n}号事项的通知",
        "doc_number": f"江科发〔2026〕{n}号",
        "kind": "通知",
        "written_on": dt.date(2026, 11, 2),
        "copies": 1,
        "sheet_count": 4,
    }
    return facts | given


def day(workdays: int) -> dt.date:
    """Return the day some workdays from today."""
    return calendar.after(clock.today(), workdays)


def plan(office: Office, **given: Any) -> Plan:
    """Return the usual plan: standards leads, data assists, ten workdays."""
    usual: dict[str, Any] = {
        "lead_unit": office.standards,
        "assist_units": [],
        "due_on": day(10),
    }
    return Plan(**(usual | given))


def _read_and_close(pk: int, office: Office) -> IncomingDocument:
    row = fresh(pk)
    for copy in row.open_readers:
        circulation.read(pk, actor=copy.reader)
    return closing.close(pk, actor=office.clerk)


# How a document usually gets from one state to the next, by the person whose step it is.
Stride = Callable[[int, Office], Any]
STRIDES: dict[tuple[str, str], Stride] = {
    (S.SEALED, S.COLLECTED): lambda pk, o: intake.collect(pk, actor=o.confidential),
    (S.SIGNED_FOR, S.REGISTERED): lambda pk, o: intake.register(pk, actor=o.clerk, **paper()),
    (S.REGISTERED, S.SCREENED): lambda pk, o: intake.screen(pk, actor=o.screener, points=POINTS),
    (S.REGISTERED, S.REJECTED): lambda pk, o: intake.reject(
        pk, actor=o.screener, points=POINTS[:3], opinion="未经会签，退回。"
    ),
    (S.SCREENED, S.PROPOSED): lambda pk, o: assignment.propose(
        pk, actor=o.director, opinion="拟请标准信息科办理。", plan=plan(o), leaders=[o.principal]
    ),
    (S.SCREENED, S.CIRCULATING): lambda pk, o: assignment.distribute(
        pk, actor=o.director, opinion="请传阅。", readers=[o.head, o.other_head]
    ),
    (S.PROPOSED, S.ASSIGNED): lambda pk, o: assignment.instruct(
        pk, actor=o.principal, opinion="同意拟办意见。"
    ),
    (S.ASSIGNED, S.HANDLING): lambda pk, o: assignment.name_handler(
        pk, actor=o.head, handler=o.staff
    ),
    (S.HANDLING, S.HANDLED): lambda pk, o: handling.handle(pk, actor=o.staff, result="已办理。"),
    (S.HANDLED, S.ANSWERED): lambda pk, o: closing.answer(
        pk, actor=o.staff, method="document", to="来文单位", text="已书面答复。"
    ),
    (S.ANSWERED, S.CLOSED): lambda pk, o: closing.close(pk, actor=o.clerk),
    (S.CIRCULATING, S.CLOSED): _read_and_close,
    (S.CLOSED, S.FILED): lambda pk, o: closing.file(
        pk, actor=o.clerk, year=2026, unit=o.standards, retention="30年"
    ),
}
BRANCHES: dict[str, str] = {  # the state before one that lies off the usual line
    S.REJECTED: S.REGISTERED,
    S.CIRCULATING: S.SCREENED,
    S.VOID: S.REGISTERED,
}
LINE = [
    S.SIGNED_FOR, S.REGISTERED, S.SCREENED, S.PROPOSED, S.ASSIGNED, S.HANDLING, S.HANDLED,
    S.ANSWERED, S.CLOSED, S.FILED,
]  # fmt: skip


def signed_for(office: Office, **given: Any) -> IncomingDocument:
    """Sign for one piece."""
    return intake.sign_for([envelope(**given)], actor=office.clerk)[0]


def walk(row: IncomingDocument | None, to: str, office: Office) -> IncomingDocument:
    """Take a document to a state through the services, as the usual people; None makes one."""
    sealed = to in (S.SEALED, S.COLLECTED)
    row = row or signed_for(office, is_sealed=sealed)
    while row.state != to:
        before = BRANCHES.get(to)
        if to == S.VOID and row.state == before:
            intake.void(row.pk, actor=office.clerk, reason="重复登记。")
        elif (row.state, to) in STRIDES:
            STRIDES[row.state, to](row.pk, office)
        elif row.state == S.CIRCULATING:
            STRIDES[S.CIRCULATING, S.CLOSED](row.pk, office)
        else:
            STRIDES[row.state, _next(row.state)](row.pk, office)
        row = fresh(row.pk)
    return row


def _next(state: str) -> str:
    return LINE[LINE.index(State(state)) + 1]


def fresh(row: IncomingDocument | int) -> IncomingDocument:
    """Return the document as the database has it now."""
    return IncomingDocument.objects.get(pk=row if isinstance(row, int) else row.pk)


def steps_open(row: IncomingDocument, people: Iterable[User]) -> dict[str, list[str]]:
    """Return who could take which steps now."""
    return {person.username: row.workflow.open_to(fresh(row), person) for person in people}


def trail(row: IncomingDocument) -> list[str]:
    """Return what was done with a document, in order."""
    return list(Entry.objects.about(row).order_by("pk").values_list("action", flat=True))


def owed(row: IncomingDocument) -> set[tuple[str, str]]:
    """Return what is owed about a document, and by whom."""
    return {(item.step, item.owner_text) for item in fresh(row).open_items}


@contextmanager
def step(row: IncomingDocument, action: str) -> Iterator[None]:
    """Expect exactly one line in the trail from the block, and a sound document after it."""
    before = trail(row)
    yield
    assert trail(row) == [*before, action]
    check_invariants(row)


@contextmanager
def refused(row: IncomingDocument, match: str = "") -> Iterator[None]:
    """Expect the block to be refused (not now), and nothing at all to have changed."""
    yield from _unchanged(row, Refused, match)


@contextmanager
def not_allowed(row: IncomingDocument) -> Iterator[None]:
    """Expect the block to be forbidden (never you), and nothing at all to have changed."""
    yield from _unchanged(row, NotAllowed, "")


def _unchanged(row: IncomingDocument, error: type[Exception], match: str) -> Iterator[None]:
    before = picture(row)
    with pytest.raises(error, match=match or None):
        yield
    assert picture(row) == before


def picture(row: IncomingDocument) -> Any:
    """Return everything a step could change, for comparing before and after."""
    values = IncomingDocument.objects.filter(pk=row.pk).values().get()
    papers = [
        list(related.order_by("pk").values())
        for related in (row.opinions, row.instructions, row.assists, row.readers, row.extensions)
    ]
    items = WorkItem.objects.about(row).values("pk", "done_at", "assignee", "due_on", "urged")
    return values, papers, list(items), trail(row)
