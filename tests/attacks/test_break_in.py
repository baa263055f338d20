"""What an hour of trying to break in found: each was possible once, and is not any more."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from documents.receipt.services import assignment
from documents.receipt.workflow import State
from office import clock, sheets
from office.audit.models import Entry
from office.jobs.models import Job
from office.listing import reader_key
from office.notifications.models import Notice
from office.people.models import Acting, User
from tests.documents.factories import (
    Office,
    SenderFactory,
    plan,
    refused,
    signed_for,
    walk,
)
from tests.office.factories import PASSWORD, ActingFactory, UserFactory, hashed, signed_in


def seated_in(person: User, absent: User) -> User:
    actor = User.objects.get(pk=person.pk)
    actor.acting_for = User.objects.get(pk=absent.pk)
    return actor


@pytest.mark.parametrize("who", ["director", "principal"])
def test_a28_the_overview_of_what_units_owe_names_no_sender_of_a_sealed_envelope(
    office: Office, who: str
) -> None:
    row = signed_for(office, sender=SenderFactory(name="江川省密件厅"), is_sealed=True)
    client = signed_in(getattr(office, who))
    assert client.get(row.get_absolute_url()).status_code == 404
    for place in (
        reverse("office:desk-units"),
        reverse("admin:office_workitem_changelist"),
        reverse("admin:office_workitem_change", args=[row.open_items[0].pk]),
    ):
        assert "密件厅" not in client.get(place).content.decode(), place
    mine = signed_in(office.confidential).get(row.get_absolute_url()).content.decode()
    assert "密件厅" in mine


def test_a23_nobody_instructs_on_his_own_proposal_as_a_delegate(office: Office) -> None:
    """The director proposes, then sits in the absent leader's seat."""
    row = walk(None, State.PROPOSED, office)
    ActingFactory(absent=office.principal, deputy=office.director)
    with refused(row, "own proposal"):
        assignment.instruct(
            row.pk, actor=seated_in(office.director, office.principal), opinion="同意"
        )
    assignment.instruct(row.pk, actor=User.objects.get(pk=office.principal.pk), opinion="同意")


def test_a23_nobody_proposes_to_himself(office: Office) -> None:
    """The leader sits in the absent director's seat and names himself."""
    row = walk(None, State.SCREENED, office)
    ActingFactory(absent=office.director, deputy=office.principal)
    actor = seated_in(office.principal, office.director)
    with refused(row, "own proposal"):
        assignment.propose(
            row.pk, actor=actor, opinion="拟办", plan=plan(office), leaders=[office.principal]
        )


def test_a6_the_present_password_is_not_guessed_from_a_stolen_session(office: Office) -> None:
    User.objects.filter(pk=office.staff.pk).update(password=hashed())
    client = signed_in(User.objects.get(pk=office.staff.pk))
    given = {"new": "Ink-on-paper-26", "again": "Ink-on-paper-26"}
    codes = [
        client.post("/password/", {**given, "old": f"guess-{n}"}).status_code for n in range(6)
    ]
    assert codes[:4] == [422] * 4
    assert codes[5] == 429
    assert client.post("/password/", {**given, "old": PASSWORD}).status_code == 429


def test_a6_a_stolen_session_sets_up_no_second_step(office: Office) -> None:
    client = signed_in(office.staff)
    client.get("/second-step/")
    answer = client.post("/second-step/", {"code": "123456"})
    assert 'id="id_old_error"' in answer.content.decode()


def test_a6_who_does_not_know_the_password_learns_nothing_of_the_earlier_ones(
    office: Office,
) -> None:
    User.objects.filter(pk=office.staff.pk).update(password=hashed())
    client = signed_in(User.objects.get(pk=office.staff.pk))
    answers = [
        client.post("/password/", {"old": "wrong", "new": new, "again": new}).content.decode()
        for new in (PASSWORD, "Never-used-26")
    ]
    assert ["id_new_error" in answer for answer in answers] == [False, False]


def test_a29_pages_stay_in_no_shared_cache_and_go_with_signing_out(office: Office) -> None:
    client = signed_in(office.staff)
    row = walk(None, State.HANDLING, office)
    for place in ("/", "/settings/", row.get_absolute_url(), "/nowhere/", "/documents/incoming/"):
        kept = client.get(place).headers["Cache-Control"]
        assert "private" in kept, place
        assert "no-cache" in kept or "no-store" in kept, place
    slip = client.get(reverse("documents:incoming-slip", args=[row.pk]))
    assert "private" in slip.headers["Cache-Control"]
    assert client.post("/sign-out/").headers["Clear-Site-Data"] == '"cache"'


def test_a20_a_link_to_a_long_export_starts_one_job_however_often_it_is_followed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk(None, State.HANDLING, office)
    monkeypatch.setitem(sheets.AT_ONCE, "xlsx", 0)
    client = signed_in(office.clerk)
    asked = {"view": "all", "as": "xlsx"}
    places = {client.get("/documents/incoming/", asked).headers["Location"] for _n in range(5)}
    assert (len(places), Job.objects.count()) == (1, 1)
    client.get("/documents/incoming/", {**asked, "sort": "due"})
    assert Job.objects.count() == 2
    Job.objects.update(state="failed", finished_at=clock.now())
    client.get("/documents/incoming/", asked)
    assert Job.objects.count() == 3


@pytest.mark.parametrize("officer", ["security", "audit"])
def test_a33_no_officer_does_away_with_another(office: Office, officer: str) -> None:
    """The last of a kind stays; before that one goes, all three are told."""
    last = getattr(office, officer)
    leave = f"/people/{last.pk}/leave/"
    grant = reverse("admin:office_user_change", args=[office.audit.pk])
    assert signed_in(office.system).post(leave).status_code == 409
    given = {"roles": ["staff"], "clearance": ""}
    assert signed_in(office.security).post(grant, given).status_code == 409
    assert User.objects.get(pk=last.pk).roles == last.roles
    UserFactory(roles=last.roles)
    assert signed_in(office.system).post(leave).status_code == 302
    told = set(Notice.objects.values_list("recipient", flat=True))
    assert {office.system.pk, office.security.pk, office.audit.pk} <= told


def test_a33_a_new_officer_is_announced_to_the_others(office: Office) -> None:
    page = reverse("admin:office_user_change", args=[office.other_staff.pk])
    signed_in(office.security).post(page, {"roles": ["system_officer"], "clearance": ""})
    assert User.objects.get(pk=office.other_staff.pk).roles == ["system_officer"]
    told = set(Notice.objects.values_list("recipient", flat=True))
    assert {office.system.pk, office.security.pk, office.audit.pk} <= told


def test_a23_an_arrangement_is_not_for_ever(office: Office) -> None:
    today = clock.today()
    given = {"deputy": office.colleague.pk, "starts_on": today, "reason": "长期"}
    client = signed_in(office.staff)
    for last in (today + dt.timedelta(days=400), "9999-12-31"):
        assert client.post("/acting/", {**given, "ends_on": last}).status_code == 409
    assert not Acting.objects.exists()


def test_a23_a_seat_is_left_at_midnight(office: Office) -> None:
    today = clock.today()
    ActingFactory(absent=office.principal, deputy=office.head, starts_on=today, ends_on=today)
    client = signed_in(office.head)
    client.post(reverse("office:seat"), {"seat": office.principal.pk})
    end = clock.now().replace(hour=23, minute=59, second=59)
    with clock.at(end):
        assert client.get("/").context["user"].acting_for == office.principal
    with clock.at(end + dt.timedelta(seconds=1)):
        assert client.get("/").context["user"].acting_for is None
        assert client.get("/acting/").context["user"].seat == office.head


def test_a28_kept_counts_know_who_sits_for_whom(office: Office) -> None:
    """A for B has B's powers, B for A only A's: their counts are two things."""
    one = seated_in(office.staff, office.principal)
    other = seated_in(office.principal, office.staff)
    assert reader_key(one) != reader_key(other)


def test_a2_what_is_kept_for_one_reader_is_shown_to_no_other(office: Office) -> None:
    """Two of one unit and one role, in turns: fragments, prepared queries, counts."""
    row = walk(None, State.HANDLING, office)
    people = {office.staff.name: office.staff, office.colleague.name: office.colleague}
    clients = {name: signed_in(user) for name, user in people.items()}
    keep = {"register": "documents:incoming", "name": "只给我看", "query": "q=只给我看"}
    clients[office.staff.name].post("/tabs/", keep)
    places = ("/", "/reading/", "/notices/", "/documents/incoming/", "/settings/", "/acting/")
    for place in (*places, "/documents/incoming/?q=只给我看", row.get_absolute_url()):
        for _again in range(2):
            for name, client in clients.items():
                text = client.get(place).content.decode()
                other = next(each for each in people if each != name)
                assert f'class="wide">{name}<' in text, place
                assert f'class="wide">{other}<' not in text, place
                if name != office.staff.name and "q=" not in place:
                    assert "只给我看" not in text, place


def test_a33_nothing_is_done_to_an_account_behind_its_owners_back(office: Office) -> None:
    walk(None, State.HANDLING, office)
    page = f"/people/{office.staff.pk}/handover/"
    signed_in(office.director).post(page, {"successor": office.colleague.pk})
    address = f"{reverse('admin:office_user_changelist')}{office.staff.pk}/one-time-password/"
    signed_in(office.system).post(address)
    texts = Notice.objects.filter(recipient=office.staff).values_list("text", flat=True)
    assert sum(office.director.name in text for text in texts) == 1
    assert sum(office.system.name in text for text in texts) == 1


# What the database refuses


@pytest.mark.parametrize(
    "statement",
    ["UPDATE office_entry SET comment = ''", "DELETE FROM office_entry", "TRUNCATE office_entry",
     "TRUNCATE office_entry CASCADE"],
)  # fmt: skip
def test_a31_the_database_refuses_to_change_the_trail(office: Office, statement: str) -> None:
    """Also to the role the application itself signs in as, which owns the table."""
    walk(None, State.REGISTERED, office)
    before = Entry.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # tests with real transactions empty every table, so there this one is switched off
        cursor.execute("ALTER TABLE office_entry ENABLE TRIGGER office_entry_no_truncate")
        cursor.execute("SELECT tableowner = current_user FROM pg_tables WHERE tablename = %s",
                       ["office_entry"])  # fmt: skip
        assert cursor.fetchone() == (True,)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert Entry.objects.count() == before > 0


# What production refuses


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"OFFICE_DEMO": "1"}, "office.E003"), ({"OFFICE_HOSTS": "*"}, "office.E002"),
        ({"OFFICE_DEBUG": "1"}, "security.W018"), ({"OFFICE_SECRET_KEY": "x"}, "security.W009"),
        ({"OFFICE_HTTPS": "0"}, "security.W012"), ({}, ""),
    ],
)  # fmt: skip
def test_a36_an_unsafe_setting_fails_the_check(
    settings: Any, wrong: dict[str, str], said: str
) -> None:
    good = {
        "OFFICE_SECRET_KEY": "k3y-" * 20 + "abcdefghij", "OFFICE_DEBUG": "0", "OFFICE_DEMO": "0",
        "OFFICE_HTTPS": "1", "OFFICE_HOSTS": "office.example.org", "OFFICE_INSTITUTION": "某中心",
        "OFFICE_VAR": str(settings.VAR), "PATH": "/usr/bin:/bin",
    }  # fmt: skip
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING",
               "--tag", "security"]  # fmt: skip
    done = subprocess.run(
        command,
        env=good | wrong,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) == (not wrong), done.stderr
    assert said in done.stderr


def test_a38_every_answer_carries_its_headers(office: Office) -> None:
    clients = [Client(), signed_in(office.director)]
    for client in clients:
        for place in ("/sign-in/", "/nowhere/", "/", "/admin/", "/documents/incoming/"):
            headers = client.get(place).headers
            assert headers["X-Frame-Options"] == "SAMEORIGIN"
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "same-origin"
            assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
            assert "'unsafe-inline'" not in headers["Content-Security-Policy"]
    with override_settings(SECURE_HSTS_SECONDS=365 * 86400):
        secure = Client().get("/sign-in/", secure=True).headers
    assert "max-age=31536000" in secure["Strict-Transport-Security"]


@pytest.mark.parametrize("host", ["evil.example", "localhost@evil.example", "a b"])
def test_a8_a_host_that_is_not_ours_gets_nothing(db: None, host: str) -> None:
    assert Client().get("/sign-in/", headers={"host": host}).status_code == 400
