"""A39: who reads or takes away personal data stands in the trail; A33: content does not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from documents.receipt.workflow import State
from office.audit.models import Entry
from office.people.models import User
from tests.documents.factories import make_office, walk
from tests.office.factories import UserFactory, WorkItemFactory, signed_in

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/office/user/"


def last() -> tuple[str, str, int, dict[str, str]]:
    entry = Entry.objects.order_by("-pk")[0]
    return entry.actor.name, entry.action, entry.object_id, entry.facts


@pytest.mark.parametrize("role", ["system_officer", "security_officer", "audit_officer"])
def test_a39_reading_the_people_is_recorded(role: str) -> None:
    reader = UserFactory(roles=[role])
    people = UserFactory.create_batch(3, phone="8123")
    client = signed_in(reader)
    client.get(PEOPLE, {"q": "8123"})
    assert last() == (reader.name, "read_people", 0, {"page": "list", "n": "3"})
    client.get(f"{PEOPLE}{people[0].pk}/change/")
    assert last() == (reader.name, "read_people", people[0].pk, {"page": "person", "n": "1"})
    count = Entry.objects.count()
    client.get(f"{PEOPLE}{reader.pk}/change/")  # oneself
    signed_in(people[0]).get(PEOPLE)  # nobody is shown anything
    assert Entry.objects.count() == count


def test_a39_reading_anothers_hand_over_is_recorded() -> None:
    leaver, system = UserFactory(), UserFactory(roles=["system_officer"])
    WorkItemFactory(assignee=leaver)
    signed_in(leaver).get(f"/people/{leaver.pk}/handover/")
    assert not Entry.objects.exists()
    signed_in(system).get(f"/people/{leaver.pk}/handover/")
    assert last() == (system.name, "read_people", leaver.pk, {"page": "handover", "n": "1"})


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_a39_a_register_taken_away_is_recorded_with_its_length(form: str) -> None:
    office = make_office()
    walk(None, State.HANDLING, office)
    walk(None, State.REGISTERED, office)
    answer: Any = signed_in(office.clerk).get("/documents/incoming/", {"view": "all", "as": form})
    assert answer.status_code == 200
    facts = {"what": "收文登记簿", "form": form, "n": "2"}
    assert last() == (office.clerk.name, "export", 0, facts)
    page = reverse("admin:office_entry_change", args=[Entry.objects.order_by("-pk")[0].pk])
    assert "收文登记簿" in signed_in(office.audit).get(page).content.decode()


def test_a33_the_trail_tells_the_audit_officer_nothing_of_a_document() -> None:
    """Who, what, when and from which state: no title, no reason, no name of a file."""
    office = make_office()
    row = walk(None, State.HANDLING, office)
    client = signed_in(office.clerk)
    step = reverse("documents:incoming-step", args=[row.pk, "send-back"])
    signed_in(office.staff).post(step, {"reason": "涉及某某案情", "target": "screened"})
    client.post(
        reverse("documents:incoming-step", args=[row.pk, "annotate"]), {"opinion": "某某说明"}
    )
    audit = signed_in(office.audit)
    pages = [reverse("admin:office_entry_changelist")]
    entries = Entry.objects.about(row)
    assert entries.count() > 5
    pages += [reverse("admin:office_entry_change", args=[entry.pk]) for entry in entries]
    for page in pages:
        text = audit.get(page).content.decode()
        for secret in (row.title, row.doc_number, "案情", "某某说明"):
            assert secret not in text, (page, secret)
    assert audit.get(pages[0], {"q": row.title}).content.decode().count("/change/") == 0


def test_a34_only_the_audit_officer_reads_the_trail() -> None:
    entry = None
    people = [UserFactory(roles=[role]) for role in ("system_officer", "security_officer")]
    people += [UserFactory(roles=["office_director"]), UserFactory(roles=["leader"])]
    signed_in(people[0]).get(PEOPLE)
    entry = Entry.objects.get()
    for user in people:
        for page in (
            reverse("admin:office_entry_changelist"),
            reverse("admin:office_entry_change", args=[entry.pk]),
        ):
            assert signed_in(user).get(page).status_code in (403, 404), user.roles
    assert Client().get(reverse("admin:office_entry_changelist")).status_code == 302
    assert User.objects.count() == len(people)
