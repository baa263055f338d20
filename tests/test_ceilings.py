"""DESIGN §5: a page asks the same few questions for one row and for a hundred."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.drafting.models import Copy, Dispatch, Impression, Signature
from documents.drafting.services import issuing, writing
from documents.drafting.workflow import UNSIGNED
from documents.drafting.workflow import State as Stage
from documents.receipt.models import IncomingDocument
from documents.receipt.services import circulation, closing, handling
from documents.receipt.workflow import State
from office import clock
from office.audit import stamps
from office.desk.models import WorkItem
from office.mail.models import Letter
from office.people.models import User
from office.tabs import services as tabs
from office.tabs.models import Tab
from tests.documents import dispatching
from tests.documents.drafts import drafting_office, prepare, to_sealed, words
from tests.documents.factories import Office, make_office, walk
from tests.office.factories import signed_in

REGISTER, RECORD, DESK, FIGURES = 8, 12, 12, 20
STATES = [state for state in State.values if state not in ("collected", "rejected", "void")]


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


@pytest.fixture
def drafting(db: None) -> Office:
    return drafting_office()


def copies(row: IncomingDocument, count: int) -> None:
    """Multiply a document with its open work: the same rows, other keys and numbers."""
    values = {
        f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "id"
    }
    values.pop("form_key")
    made = IncomingDocument.objects.bulk_create(
        IncomingDocument(**values | {"serial": row.pk * 1000 + n}) for n in range(1, count)
    )
    items = list(WorkItem.objects.about(row).open())
    WorkItem.objects.bulk_create(
        WorkItem(**{
            f.attname: getattr(item, f.attname)
            for f in item._meta.concrete_fields
            if f.name not in ("id", "object_id")
        } | {"object_id": other.pk})
        for other in made
        for item in items
    )  # fmt: skip


def counted(client: Client, url: str) -> tuple[int, list[str]]:
    """Return how many questions a page asks, once what is kept in memory is there."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries), [query["sql"] for query in queries]


def people(office: Office) -> Iterator[User]:
    yield from (office.clerk, office.director, office.principal, office.staff, office.other_head)


@pytest.mark.parametrize("rows", [1, 100])
def test_the_register(office: Office, rows: int) -> None:
    copies(walk(None, State.HANDLING, office), rows)
    for person in people(office):
        for query in ("", "?state=handling", "?q=" + "事项"):
            asked, sql = counted(signed_in(person), reverse("documents:incoming") + query)
            assert asked <= REGISTER, (person, query, "\n".join(sql))


def test_the_register_with_ten_tabs_of_ones_own(office: Office) -> None:
    copies(walk(None, State.HANDLING, office), 10)
    for n in range(10):
        tabs.keep(
            "documents:incoming",
            f"视图{n}",
            f"state=handling&since=2026-01-{n + 10}" if n % 2 else f"q=事项{n}",
            actor=office.clerk,
        )
    client = signed_in(office.clerk)
    for query in ("", "?state=handling", "?since=2026-01-13&state=handling"):
        asked, sql = counted(client, reverse("documents:incoming") + query)
        assert asked <= REGISTER - 3, (query, "\n".join(sql))
    with CaptureQueriesContext(connection) as queries:  # a document has changed, and a tab
        stamps.change(IncomingDocument())
        stamps.change(Tab())
        assert client.get(reverse("documents:incoming")).status_code == 200
    assert len(queries) <= REGISTER


@pytest.mark.parametrize("rows", [1, 100])
def test_what_units_owe(office: Office, rows: int) -> None:
    copies(walk(None, State.HANDLING, office), rows)
    copies(walk(None, State.SCREENED, office), rows)
    client = signed_in(office.director)
    for query in ("", "?late=1", f"?unit={office.standards.pk}"):
        asked, sql = counted(client, reverse("office:desk-units") + query)
        assert asked <= REGISTER, (query, "\n".join(sql))


@pytest.mark.parametrize("rows", [1, 100])
def test_the_desk(office: Office, rows: int) -> None:
    copies(walk(None, State.HANDLING, office), rows)
    copies(walk(None, State.SCREENED, office), rows)
    for person in people(office):
        for name in ("office:desk", "office:reading"):
            asked, sql = counted(signed_in(person), reverse(name))
            assert asked <= DESK, (person, name, "\n".join(sql))


@pytest.mark.parametrize("rows", [1, 100])
def test_the_figures(office: Office, rows: int) -> None:
    copies(walk(None, State.HANDLING, office), rows)
    copies(walk(None, State.CLOSED, office), rows)
    for person in (office.clerk, office.director, office.head):
        for name in ("figures", "figures-waiting"):
            asked, sql = counted(signed_in(person), reverse(f"documents:{name}"))
            assert asked <= FIGURES, (person, name, "\n".join(sql))


def dispatched(office: Office, rows: int) -> None:
    """Let one dispatch go out and one wait; multiply them with what lies about them."""
    prepare(office)
    sealed = to_sealed(office)
    outside = sealed.copies.get(unit=None)
    issuing.distribute(sealed.pk, actor=office.clerk, ways={outside.pk: "exchange"})
    waiting = writing.draft(words(office), actor=office.staff)
    writing.submit(waiting.pk, actor=office.staff)
    for row in Dispatch.objects.all():
        values = {
            f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "id"
        } | {"form_key": None}
        names = ("draft_serial", "serial") if row.serial else ("draft_serial",)
        numbers = [dict.fromkeys(names, row.pk * 1000 + n) for n in range(1, rows)]
        made = Dispatch.objects.bulk_create(Dispatch(**values | each) for each in numbers)
        for model in (Copy, Impression, Signature, WorkItem):
            _multiply(model, row, made)


def _multiply(model: Any, row: Dispatch, made: list[Dispatch]) -> None:
    owner = "object_id" if model is WorkItem else "dispatch_id"
    papers = model.objects.about(row) if model is WorkItem else model.objects.filter(dispatch=row)
    names = [f.attname for f in model._meta.concrete_fields if f.name not in ("id", "remark")]
    model.objects.bulk_create(
        model(**{name: getattr(paper, name) for name in names} | {owner: other.pk})
        for other in made
        for paper in papers
    )


@pytest.mark.parametrize("rows", [1, 100])
def test_the_books_of_dispatches(office: Office, rows: int) -> None:
    dispatched(office, rows)
    assert (Copy.objects.count(), Signature.objects.count()) == (2 * rows, 3 * rows)
    for person in people(office):
        for query in ("", "?view=issued", "?state=submitted", "?q=审计设备", "?view=overdue"):
            asked, sql = counted(signed_in(person), reverse("documents:dispatch") + query)
            assert asked <= REGISTER, (person, query, "\n".join(sql))
    for name in ("dispatch-seals", "dispatch-copies"):
        for person in (office.clerk, office.director):
            for query in ("", f"?view=all&unit={office.data.pk}", "?view=all&q=审计设备"):
                asked, sql = counted(signed_in(person), reverse(f"documents:{name}") + query)
                assert asked <= REGISTER, (person, name, query, "\n".join(sql))


@pytest.mark.parametrize("rows", [1, 100])
def test_the_figures_of_dispatches(office: Office, rows: int) -> None:
    dispatched(office, rows)
    for person in (office.clerk, office.director, office.head):
        asked, sql = counted(signed_in(person), reverse("documents:dispatch-figures"))
        assert asked <= FIGURES, (person, "\n".join(sql))


@pytest.mark.parametrize("rows", [1, 100])
def test_the_mail(office: Office, rows: int) -> None:
    Letter.objects.bulk_create(
        Letter(recipient=office.system, kind="digest", key=f"k{n}", subject="提醒", text="提醒",
               state="dead" if n % 2 else "waiting")
        for n in range(rows)
    )  # fmt: skip
    for name in ("office:reminders", "office:letters", "office:mail", "office:mail-next"):
        asked, sql = counted(signed_in(office.system), reverse(name))
        assert asked <= DESK, (name, "\n".join(sql))


@pytest.mark.parametrize("much", [False, True])
@pytest.mark.parametrize("state", STATES)
def test_the_record(office: Office, state: str, much: bool) -> None:
    row = walk(None, state, office)
    if much and row.serial:
        fill(row, office)
    for person in (*people(office), office.head, office.screener):
        if IncomingDocument.objects.visible_to(person).filter(pk=row.pk).exists():
            asked, sql = counted(signed_in(person), row.get_absolute_url())
            assert asked <= RECORD, (person, state, "\n".join(sql))


def fill(row: IncomingDocument, office: Office) -> None:
    """Let much be said and read about a document."""
    if row.state != State.FILED:
        readers = [person for person in office.people if "staff" in person.roles]
        circulation.circulate(row.pk, actor=office.clerk, readers=readers)
    for n in range(20):
        closing.annotate(row.pk, actor=office.clerk, opinion=f"第{n}次说明")
    if row.state == State.HANDLING:
        until = clock.today().replace(year=clock.today().year + 1)
        handling.ask_extension(row.pk, actor=office.staff, until=until, reason="需核")


# --- dispatches -----------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 100])
def test_the_register_of_dispatches(drafting: Office, rows: int) -> None:
    for state in (Stage.SUBMITTED, Stage.REGISTERED):
        dispatching.copies(dispatching.walk(state, drafting), rows)
    for person in people(drafting):
        for query in ("", "?view=all", "?view=issued"):
            asked, sql = counted(signed_in(person), reverse("documents:dispatch") + query)
            assert asked <= REGISTER, (person, query, "\n".join(sql))


@pytest.mark.parametrize("rows", [1, 100])
def test_the_desk_with_dispatches(drafting: Office, rows: int) -> None:
    for state in (Stage.SUBMITTED, Stage.READY, Stage.SIGNED):
        dispatching.copies(dispatching.walk(state, drafting), rows)
    for person in (*people(drafting), drafting.head, drafting.screener):
        asked, sql = counted(signed_in(person), reverse("office:desk"))
        assert asked <= DESK, (person, "\n".join(sql))


@pytest.mark.parametrize("state", Stage.values)
def test_the_record_of_a_dispatch(drafting: Office, state: str) -> None:
    """With little about it, then with much: every word is written and read at once."""
    row = dispatching.walk(state, drafting)
    readers = (*people(drafting), drafting.head, drafting.screener)
    for much in (False, True):
        if much:
            speak(row, drafting)
        for person in readers:
            if not Dispatch.objects.visible_to(person).filter(pk=row.pk).exists():
                continue
            for page in pages_of(row, person):
                asked, sql = counted(signed_in(person), page)
                assert asked <= RECORD, (person, state, page, "\n".join(sql))


def pages_of(row: Dispatch, person: User) -> Iterator[str]:
    """Yield the pages about a dispatch that a person reads."""
    if "edit" in row.workflow.open_to(row, person):
        yield reverse("documents:dispatch-write", args=[row.pk])
    yield row.get_absolute_url() + "?do=annotate"
    yield reverse("documents:dispatch-trail", args=[row.pk])
    yield reverse("documents:dispatch-versions", args=[row.pk])


def speak(row: Dispatch, office: Office) -> None:
    """Let much be said about a dispatch."""
    for n in range(20):
        issuing.annotate(row.pk, actor=office.clerk, opinion=f"第{n}次说明")
    if row.state in UNSIGNED:
        for n in range(10):
            made = writing.suggest(row.pk, actor=office.head, text=f"第{n}处请改。")
            writing.suggest(row.pk, actor=office.staff, text=f"已改第{n}处。", answers=made.pk)
