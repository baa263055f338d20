"""One letter, from a reminder to the wire."""

from __future__ import annotations

import datetime as dt

import pytest

from office import clock
from office.audit.models import Entry
from office.desk.models import Urge
from office.mail import delivery
from office.mail.models import Letter
from office.reminders import letters, services
from tests.office.factories import UserFactory, WorkItemFactory
from tests.office.relay import Relay

pytestmark = pytest.mark.django_db


def at(day, hour=9, minute=0):
    return clock.at(dt.datetime.fromisoformat(f"{day} {hour:02}:{minute:02}"))


@pytest.fixture
def relay(settings):
    with Relay() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.DEFAULT_FROM_EMAIL = "中枢 <office@jczx.example>"
        yield server


def test_one_late_item_becomes_one_digest_on_the_wire(relay):
    person = UserFactory(name="王一", email="wang@jczx.example")
    with at("2026-11-20"):
        item = WorkItemFactory(assignee=person, due_on=dt.date(2026, 11, 23))
    with at("2026-11-24"):
        assert services.sweep() == 2  # the owner, and who waits for it
        assert services.sweep() == 0
        assert letters.digests() == 1
        assert letters.digests() == 0
        assert delivery.deliver() == 1
        assert delivery.deliver() == 0
    ((to, mail),) = relay.accepted
    assert to == "wang@jczx.example"
    assert mail["Subject"] == "11月24日待办提醒：逾期 1 件"
    text, html = (part.get_content() for part in mail.iter_parts())
    for words in (item.title, item.reference, "逾期 1 天"):
        assert words in text and words in html
    assert Letter.objects.get().state == Letter.State.SENT
    assert Urge.objects.get().by.name == "系统"
    assert Entry.objects.get(action="urge_by_rule").comment
