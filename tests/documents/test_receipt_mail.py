"""A29: nothing of a classified document is ever mailed; what is mailed of others is theirs."""

from __future__ import annotations

import datetime as dt

import pytest

from documents.receipt.workflow import State
from office import clock
from office.desk.models import WorkItem
from office.mail.models import Letter
from office.people.models import User
from office.reminders import letters
from office.workdays import calendar
from tests.documents.factories import make_office, signed_for, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    place = make_office()
    for person in place.people:
        User.objects.filter(pk=person.pk).update(email=f"{person.username}@jczx.example")
    return place


def late_morning() -> dt.datetime:
    """Return the morning of the fifth workday from today."""
    day = calendar.after(clock.today(), 5)
    return dt.datetime.combine(day, dt.time(9), clock.now().tzinfo)


def test_a29_a_sealed_envelope_is_mailed_without_a_word_of_what_is_in_it(office):
    inside = {"envelope_note": "外壳上的字", "envelope_number": "机〔2026〕9号"}
    row = signed_for(office, is_sealed=True, **inside)
    WorkItem.objects.about(row).update(due_on=clock.today())
    with clock.at(late_morning()):
        letters.remind()
    written = Letter.objects.filter(recipient=office.confidential).get()
    assert row.desk_title in written.text
    for words in inside.values():
        assert words not in f"{written.subject}{written.text}{written.html}"


def test_what_is_late_is_mailed_to_who_holds_it_and_to_those_above_him(office):
    row = walk(None, State.HANDLING, office)
    item = row.open_items[0]
    WorkItem.objects.filter(pk=item.pk).update(due_on=clock.today())
    with clock.at(late_morning()):
        letters.remind()
    told = dict(Letter.objects.values_list("recipient__username", "subject"))
    assert "逾期 1 件" in told[office.staff.username]
    assert "所辖逾期 1 件" in told[office.head.username]
    assert all(row.title in letter.text for letter in Letter.objects.all())
    assert office.other_staff.username not in told


def test_a_mail_leads_to_a_page_that_asks_who_one_is(office, client):
    """A40: no address in a mail does anything, or lets anybody in."""
    walk(None, State.HANDLING, office)
    with clock.at(late_morning()):
        letters.remind()
    for letter in Letter.objects.all():
        for address in {w for w in letter.text.split() if w.startswith("http")}:
            path = address.removeprefix("http://localhost:8000").partition("#")[0]
            assert "?" not in path
            answer = client.get(path)
            assert answer.status_code == 302
            assert "/sign-in/" in answer.url
