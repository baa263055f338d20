"""What a hidden row could betray, and text that would like to be markup (A2, A7, A12, A15, A28)."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from documents.receipt.services import closing
from documents.receipt.workflow import State
from office.people.models import User
from tests.documents.factories import Office, SenderFactory, fresh, paper, signed_for, walk
from tests.office.factories import PASSWORD, hashed, signed_in

BLIND = ("other_head", "other_staff", "head", "principal", "screener", "archivist", "system")


@pytest.mark.parametrize("who", BLIND)
def test_a28_a_sealed_envelope_leaves_no_trace_for_who_may_not_see_it(
    office: Office, who: str
) -> None:
    """Neither pages, counts, sheets, search, bells nor error pages tell that it exists."""
    sender = SenderFactory(name="江川省密件厅")
    places = [
        "/",
        "/reading/",
        "/notices/",
        "/search/?q=密件厅",
        "/documents/incoming/?view=all",
        "/documents/incoming/?view=all&q=密件厅",
        "/documents/incoming/?view=today",
        "/documents/incoming/look-alikes/?sender=江川省密件厅&title=关于密件厅的通知",
    ]
    walk(None, State.REGISTERED, office)
    client = signed_in(getattr(office, who))
    before = [client.get(place).status_code for place in places]
    plain = client.get(places[4]).content.decode()
    row = signed_for(office, sender=sender, is_sealed=True, envelope_number="密字7号")
    answers = [client.get(place) for place in places]
    assert [answer.status_code for answer in answers] == before
    for place, answer in zip(places, answers, strict=True):
        text = answer.content.decode().replace('value="密件厅"', "").replace("q=密件厅", "")
        assert "江川省密件厅" not in text.replace("%", ""), place
        assert "密字7号" not in text, place
    counts = [part for part in plain.split("</nav>")[0].split() if part.isdecimal()]
    after = answers[4].content.decode().split("</nav>")[0].split()
    assert [part for part in after if part.isdecimal()] == counts
    for name in ("incoming-record", "incoming-slip", "incoming-trail", "incoming-circulation"):
        assert client.get(reverse(f"documents:{name}", args=[row.pk])).status_code == 404
    kind = ContentType.objects.get_for_model(row).pk
    assert client.get(reverse("office:files", args=[kind, row.pk])).status_code == 404
    for action in ("urge", "instruct", "circulate"):
        given = {"row": row.pk, "action": action}
        answer = client.post(reverse("documents:incoming-batch"), given)
        assert (answer.status_code, "密件厅" in answer.content.decode()) in {
            (409, False), (403, False)}, action  # fmt: skip
    assert fresh(row).state == State.SEALED


@pytest.mark.parametrize("who", ["principal", "archivist", "screener"])
def test_a28_no_sheet_carries_a_sealed_envelope(office: Office, who: str) -> None:
    signed_for(office, sender=SenderFactory(name="江川省密件厅"), is_sealed=True)
    walk(None, State.REGISTERED, office)
    client = signed_in(getattr(office, who))
    answer = client.get("/documents/incoming/", {"view": "all", "as": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(answer))).worksheets[0]
    words = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert len([word for word in words if "密件" in word]) == 0
    assert sheet.max_row == 2


def test_a2_a_batch_takes_no_foreign_rows_along(office: Office) -> None:
    """Only what one sees is shown or done; the others are as if they were not there."""
    mine = walk(None, State.PROPOSED, office)
    foreign = signed_for(office, sender=SenderFactory(name="江川省密件厅"), is_sealed=True)
    client = signed_in(office.principal)
    given = {"row": [mine.pk, foreign.pk], "action": "instruct", "go": "1", "opinion": "同意。"}
    assert client.post(reverse("documents:incoming-batch"), given).status_code == 302
    assert fresh(mine).state == State.ASSIGNED
    assert not foreign.opinions.exists()
    slips = reverse("documents:incoming-slips")
    assert client.post(slips, {"row": [foreign.pk]}).status_code == 404


def test_a22_steps_made_by_hand_change_nothing_out_of_turn(office: Office) -> None:
    """A form of a step sent to a row that is elsewhere, replayed, or sent by somebody else."""
    row = walk(None, State.PROPOSED, office)
    given = {"quick": "同意。", "lead_unit": office.standards.pk, "due_on": row.due_on}
    address = reverse("documents:incoming-step", args=[row.pk, "instruct"])
    for person in (office.deputy, office.director, office.head, office.clerk):
        assert signed_in(person).post(address, given).status_code in (403, 404, 409)
    leader = signed_in(office.principal)
    assert [leader.post(address, given).status_code for _again in range(3)] == [302, 409, 409]
    assert row.opinions.filter(step="instruct").count() == 1
    for step in ("answer", "close", "file", "propose", "screen", "distribute", "collect"):
        answer = leader.post(reverse("documents:incoming-step", args=[row.pk, step]), given)
        assert answer.status_code in (403, 409), step
    assert fresh(row).state == State.ASSIGNED


def test_a21_people_of_a_step_are_chosen_from_those_it_offers(office: Office) -> None:
    row = walk(None, State.ASSIGNED, office)
    address = reverse("documents:incoming-step", args=[row.pk, "name-handler"])
    for person in (office.other_staff, office.principal, office.system):
        answer = signed_in(office.head).post(address, {"handler": person.pk})
        assert answer.status_code in (409, 422)
    assert fresh(row).handler is None
    recall = reverse("documents:incoming-step", args=[row.pk, "recall-reader"])
    answer = signed_in(office.clerk).post(recall, {"reader": office.staff.pk})
    assert answer.status_code in (409, 422)


# Text that would like to be markup

EVIL = '"><img src=x onerror=alert(1)>{{7*7}}'


def test_a15_what_is_typed_anywhere_stays_text_on_every_page(office: Office) -> None:
    row = signed_for(office, sender=SenderFactory(name=f"厅{EVIL}"), envelope_note=EVIL)
    given = paper(title=f"关于{EVIL}的通知", note=EVIL, copy_number='"><b>', doc_number=f"文{EVIL}")
    address = reverse("documents:incoming-register", args=[row.pk])
    clerk = signed_in(office.clerk)
    given |= {"sender": row.sender.name, "nature": "handling", "urgency": "", "duplicate": "other"}
    answer = clerk.post(address, given)
    assert answer.status_code == 302
    upload = SimpleUploadedFile("<img src=x onerror=alert(1)>.txt", EVIL.encode())
    closing.attach(row.pk, actor=office.clerk, upload=upload)
    closing.annotate(row.pk, actor=office.clerk, opinion=EVIL)
    row = walk(fresh(row), State.HANDLING, office)
    User.objects.filter(pk=office.staff.pk).update(name=EVIL[:40], title=EVIL[:40])
    for person in (office.clerk, office.staff, office.director):
        client = signed_in(person)
        for place in ("/", "/documents/incoming/?view=all", row.get_absolute_url(), "/reading/",
                      reverse("documents:incoming-trail", args=[row.pk]), "/notices/", "/acting/",
                      f"/search/?q={'alert'}", "/documents/incoming/?view=all&q=%22%3E%3Cimg",
                      f"/documents/incoming/look-alikes/?title={row.title}&sender={row.sender}",
                      f"/people/{office.staff.pk}/handover/"):  # fmt: skip
            text = client.get(place).content.decode()
            assert "<img src=x" not in text, place
            assert "厅49" not in text, place
    changes = signed_in(office.director).get(reverse("admin:documents_incomingdocument_changelist"))
    assert "<img src=x" not in changes.content.decode()


@pytest.mark.parametrize("name", ["a%22%0D%0AX-Evil: 1.txt", "../../etc/passwd.txt", "a;b=c.txt"])
def test_a12_a_name_writes_no_header_and_no_path(office: Office, name: str) -> None:
    row = walk(None, State.HANDLING, office)
    address = reverse("documents:incoming-step", args=[row.pk, "attach"])
    upload = io.BytesIO(b"abc")
    upload.name = name
    client = signed_in(office.staff)
    client.post(address, {"file": upload})
    upload.seek(0)
    client.post(address, {"files": upload})
    kind = ContentType.objects.get_for_model(row).pk
    answer: Any = client.get(reverse("office:files", args=[kind, row.pk]))
    assert "X-Evil" not in answer.headers
    inside = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert [part for part in inside if "/" in part or "\\" in part or "\n" in part] == []


# Sessions


def test_a7_other_sessions_end_when_a_password_changes_or_an_account_closes(office: Office) -> None:
    User.objects.filter(pk=office.staff.pk).update(password=hashed())
    staff = User.objects.get(pk=office.staff.pk)
    here, there = signed_in(staff), signed_in(staff)
    new = "Another-Horse-8"
    given = {"old": PASSWORD, "new": new, "again": new}
    assert here.post(reverse("office:password"), given).status_code == 302
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)
    User.objects.filter(pk=staff.pk).update(is_active=False)
    assert here.get("/").status_code == 302


def test_a7_a_session_given_by_somebody_else_is_not_kept(office: Office) -> None:
    User.objects.filter(pk=office.staff.pk).update(password=hashed())
    thief = signed_in(office.colleague)
    key = thief.cookies["sessionid"].value
    client = Client()
    client.cookies["sessionid"] = "a" * 32  # nobody's
    client.post("/sign-in/", {"username": "staff", "password": PASSWORD})
    assert client.cookies["sessionid"].value not in {"a" * 32, key}


def test_a6_the_lock_counts_the_visitor_behind_our_proxy(settings: Any, office: Office) -> None:
    """One who guesses behind the proxy locks himself out, not everybody; no claim is believed."""
    settings.OFFICE_PROXIES = 1
    User.objects.filter(pk=office.staff.pk).update(password=hashed())
    for n in range(6):
        claimed = f"198.51.100.{n}, 203.0.113.9"
        given = {"username": f"nobody{n}", "password": "x"}
        AccessAttempt.objects.update(failures_since_start=10)  # as if each were tried ten times
        answer = Client().post("/sign-in/", given, headers={"X-Forwarded-For": claimed})
    assert answer.status_code == 429
    given = {"username": "staff", "password": PASSWORD}
    answer = Client().post("/sign-in/", given, headers={"X-Forwarded-For": "203.0.113.10"})
    assert answer.status_code == 302


# What is written stays


@pytest.mark.parametrize("table", ["documents_opinion", "office_entry"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_a22_words_and_trail_are_not_changed_by_sql(
    office: Office, table: str, statement: str
) -> None:
    walk(None, State.ASSIGNED, office)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement.format(table))


def test_a28_who_may_not_read_a_row_sees_no_title_of_it_among_what_units_owe(
    office: Office,
) -> None:
    walk(None, State.SEALED, office)
    open_row = walk(None, State.SCREENED, office)
    page = signed_in(office.director).get("/desk/units/").content.decode()
    assert open_row.title in page
    assert "密" not in page.split('class="part owes units"')[1].split("</section>")[0]
