"""The frame: rooms, counts, seats, and what it costs."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from office import clock, shell
from office.access import ROLES
from office.desk.models import WorkItem
from office.notifications.models import Notice
from tests.office.factories import (
    ActingFactory,
    NoticeFactory,
    UnitFactory,
    UserFactory,
    WorkItemFactory,
    signed_in,
)

pytestmark = pytest.mark.django_db


def by_hand(user):
    """Count what the frame shows the long way, through the desk's own rules."""
    items = WorkItem.objects.open().owed_by(user.seat)
    work, today = items.filter(reading=False), clock.today()
    return (
        work.count(),
        work.overdue_on(today).count(),
        items.filter(reading=True).count(),
        Notice.objects.filter(recipient=user, read_at=None).count(),
    )


@pytest.mark.parametrize("role", ROLES)
def test_the_one_query_counts_as_the_desk_does(role):
    user = UserFactory(roles=[role])
    late = clock.today() - dt.timedelta(days=3)
    WorkItemFactory.create_batch(2, assignee=user, due_on=late)
    WorkItemFactory(assignee=user, reading=True)
    for pool in ({"role": role}, {"unit": user.unit}, {"unit": user.unit, "role": role}):
        WorkItemFactory(assignee=None, **pool)
    WorkItemFactory(assignee=None, unit=UnitFactory(), role=role)
    WorkItemFactory()
    NoticeFactory.create_batch(3, recipient=user)
    NoticeFactory(recipient=user, read_at=clock.now())
    NoticeFactory()

    found = shell.figures(user)

    counted = (found.count["work"], found.late["work"], found.count["reading"], found.bell)
    assert counted == by_hand(user)
    assert counted[1:] == (2, 1, 3)
    assert found.count["documents.incomingdocument"] == found.count["work"]


def test_while_acting_the_work_is_the_seats_and_the_bell_is_ones_own():
    row = ActingFactory()
    WorkItemFactory(assignee=row.absent)
    NoticeFactory(recipient=row.deputy)
    NoticeFactory(recipient=row.absent)
    row.deputy.acting_for = row.absent

    found = shell.figures(row.deputy)

    assert (found.count["work"], found.bell) == (1, 1)
    assert found.seats == [shell.Seat(row.absent.pk, row.absent.name, row.ends_on)]


def test_the_frame_costs_one_query_on_a_page_and_none_in_a_fragment():
    user = UserFactory()
    WorkItemFactory(assignee=user)
    shell.figures(user)  # content types are known from here on
    with CaptureQueriesContext(connection) as queries:
        shell.figures(user)

    assert len(queries) == 1


@pytest.mark.parametrize(
    ("role", "opens"),
    [("registry_clerk", True), ("system_officer", True), ("staff", False), ("leader", False)],
)
def test_only_rooms_one_may_enter_are_shown(role, opens):
    page = signed_in(UserFactory(roles=[role])).get("/").content.decode()

    assert (f'href="{reverse("admin:index")}"' in page) is opens


def test_a_room_that_is_not_built_is_not_shown(monkeypatch):
    room = shell.Room("office:no-such-room", "Nowhere", "box")
    monkeypatch.setattr(shell, "ROOMS", (("", (*shell.ROOMS[0][1], room)),))

    assert "Nowhere" not in signed_in(UserFactory()).get("/").content.decode()


@pytest.mark.parametrize(("role", "has"), [("registry_clerk", True), ("system_officer", False)])
def test_an_empty_desk_offers_the_register_to_whom_has_one(role, has):
    page = signed_in(UserFactory(roles=[role])).get("/").content.decode()

    assert ('<a class="btn" href="/documents/incoming/">' in page) is has
    assert '<a class="btn" href="/mail/">' not in page


def test_the_room_one_is_in_is_marked():
    page = signed_in(UserFactory()).get("/reading/").content.decode()

    assert page.count('aria-current="page"') == 1
    assert 'href="/reading/" aria-current="page"' in page


def test_pages_carry_no_inline_script_or_style():
    user = UserFactory(roles=["office_director"])
    WorkItemFactory(assignee=user)
    client = signed_in(user)

    for path in (
        "/",
        "/reading/",
        "/notices/",
        "/settings/",
        "/password/",
        "/acting/",
        "/nowhere/",
    ):
        answer = client.get(path)
        page = answer.content.decode()
        assert "style=" not in page
        assert "<style" not in page
        assert page.count("<script ") == page.count("<script src=")
        assert page.count('rel="stylesheet"') == 1
        assert len(answer.content) < 100_000
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_bell_marks_one_or_all_and_leads_only_home():
    user = UserFactory()
    mine, foreign = NoticeFactory(recipient=user), NoticeFactory()
    outward = NoticeFactory(recipient=user, url="https://evil.example/")
    client = signed_in(user)

    assert client.post("/notices/read/", {"notice": mine.pk}).headers["Location"] == "/reading/"
    assert client.post("/notices/read/", {"notice": outward.pk}).headers["Location"] == "/notices/"
    client.post("/notices/read/", {"notice": foreign.pk})
    foreign.refresh_from_db()
    assert foreign.read_at is None
    NoticeFactory.create_batch(30, recipient=user)
    assert "?page=2" in client.get("/notices/").content.decode()
    client.post("/notices/read/")
    assert not user.notices.filter(read_at=None).exists()


def test_errors_say_what_happened_and_what_next(client):
    mine = signed_in(UserFactory())

    for browser in (client, mine):
        answer = browser.get("/no/such/page/")
        assert answer.status_code == 404
        assert 'class="code">404' in answer.content.decode()


def test_a30_a_form_without_its_token_does_nothing_and_gives_the_text_back():
    user = UserFactory()
    browser = signed_in(user)
    browser.handler.enforce_csrf_checks = True

    answer = browser.post("/settings/", {"opinion": "同意，抓紧办理", "phone": "1"})

    assert answer.status_code == 403
    assert "同意，抓紧办理" in answer.content.decode()
    user.refresh_from_db()
    assert user.phone == ""


def test_a_refusal_for_htmx_is_one_notice():
    row = ActingFactory()
    signed_in(row.absent).post(f"/acting/{row.pk}/cancel/")

    answer = signed_in(row.absent).post(
        f"/acting/{row.pk}/cancel/", {"opinion": "写好的话"}, headers={"HX-Request": "true"}
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<html" not in page
    assert 'class="notice bad refusal"' in page
    assert "写好的话" in page


def test_the_error_page_of_our_own_fault_needs_nothing():
    from django.template.loader import get_template

    assert 'class="code">500' in get_template("500.html").render()
