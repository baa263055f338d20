"""登记到一半: held files, what is read from them, and the draft (A2, A3, A11, A15, A20, A24)."""

from __future__ import annotations

import datetime as dt
import json
import threading
from html.parser import HTMLParser
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from documents.receipt.forms.assignment import ProposeForm
from documents.receipt.models import IncomingDocument
from documents.receipt.services import closing, intake
from documents.receipt.workflow import State
from documents.reference.models import Relation
from office.drafts import services as drafts
from office.drafts.models import Draft
from office.errors import Refused
from office.files import holding
from office.files.models import Attachment, HeldFile
from office.workdays import calendar
from tests.documents.factories import Office, SenderFactory, day, fresh, make_office, signed_for
from tests.documents.factories import paper as facts
from tests.office.factories import signed_in
from tests.office.papers import EXE, HTML, pdf

NEW, HOLD, DRAFT = (reverse(f"documents:incoming-{n}") for n in ("new", "hold", "draft"))
SENDER = "江川省市场监督管理局"
TITLE = f"{SENDER}关于开展年度评估的通知"
LETTER = (
    f"特急\n{SENDER}文件\n江市监质[2026]86号\n{TITLE}\n各市局：\n请按期办理。\n{SENDER}\n"
    "2026年1月18日"
)
XSS = "\"><img src=x onerror=alert(1)>'"


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture
def clerk(office: Office) -> Client:
    return signed_in(office.clerk)


def paper(name: str = "来文.txt", text: str = LETTER) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def send(client: Client, key: UUID, file: Any = None) -> Any:
    return client.post(HOLD, {"once": key, "file": file or paper()})


def fields(key: UUID | None = None, **given: Any) -> dict[str, Any]:
    return {
        "once": key or uuid4(), "title": TITLE, "sender": SENDER,
        "doc_number": "江市监质〔2026〕86号", "kind": "", "urgency": "",
        "written_on": f"{day(-1):%Y-%m-%d}",
        "copies": 1, "nature": "handling", "relation": Relation.SUPERIOR, "piece-channel": "post",
        "piece-pieces": 1, "piece-condition": "good",
        "piece-signed_for_at": f"{day(0):%Y-%m-%d}T00:00",
    } | given  # fmt: skip


# The file


def test_a_chosen_file_is_held_and_read(clerk: Client, office: Office) -> None:
    key = uuid4()
    answer = send(clerk, key)
    held = HeldFile.objects.get()
    assert (held.uploader, held.form_key, held.name) == (office.clerk, key, "来文.txt")
    line = Tags(answer.content.decode()).all("li")[0]
    facts = {name: value for name, value, *_place in json.loads(line["data-found"] or "")}
    assert facts == {
        "title": TITLE, "sender": SENDER, "doc_number": "江市监质〔2026〕86号", "kind": "通知",
        "written_on": "2026-01-18", "urgency": "特急",
    }  # fmt: skip


def test_a_sender_is_given_the_name_of_our_list(clerk: Client) -> None:
    SenderFactory(name="江川省市场监督管理局（本部）", short_name=SENDER)
    assert "（本部）" in send(clerk, uuid4()).content.decode()


def test_a_held_file_goes_with_the_registration(clerk: Client, office: Office) -> None:
    key = uuid4()
    send(clerk, key, paper("一.txt"))
    send(clerk, key, paper("二.txt", "附件"))
    assert clerk.post(NEW, fields(key)).status_code == 302
    row = IncomingDocument.objects.get()
    files = list(Attachment.objects.about(row))
    assert [file.name for file in files] == ["一.txt", "二.txt"]
    assert {file.uploaded_by for file in files} == {office.clerk}
    assert clerk.get(files[0].get_absolute_url()).getvalue().decode() == LETTER
    assert not HeldFile.objects.exists()


def test_nothing_is_lost_when_the_form_comes_back(clerk: Client) -> None:
    key = uuid4()
    send(clerk, key)
    answer = clerk.post(NEW, fields(key, written_on="", auto=["title:page", "x:y", "note:page"]))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'name="once" value="{key}"' in page
    assert "来文.txt" in page
    assert page.count('name="auto"') == 1  # the mark of a field the machine may fill, no other
    assert HeldFile.objects.count() == 1
    clerk.post(NEW, fields(key))
    assert Attachment.objects.about(IncomingDocument.objects.get()).count() == 1


def test_a_file_of_the_plain_input_survives_a_refused_form(clerk: Client) -> None:
    """Without script: the good file is held, the bad one is named, the paper fills the gaps."""
    given = fields(title="", originals=[paper(), SimpleUploadedFile("工具.exe", EXE)])
    answer = clerk.post(NEW, given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert HeldFile.objects.get().name == "来文.txt"
    assert "工具.exe" in page
    assert TITLE in page
    assert not IncomingDocument.objects.exists()


def test_a_piece_that_was_signed_for_takes_its_held_file(clerk: Client, office: Office) -> None:
    row, key = signed_for(office), uuid4()
    send(clerk, key)
    clerk.post(DRAFT, fields(key, but=row.pk))
    answer = clerk.post(reverse("documents:incoming-register", args=[row.pk]), fields(key))
    assert answer.status_code == 302
    assert fresh(row).state == State.REGISTERED
    assert Attachment.objects.about(row).count() == 1
    assert not Draft.objects.exists()


def test_the_preview_shows_a_held_paper(clerk: Client) -> None:
    key = uuid4()
    send(clerk, key, SimpleUploadedFile("来文.pdf", pdf(pages=3)))
    send(clerk, key)
    scan, text = HeldFile.objects.all()
    page = clerk.get(reverse("documents:incoming-original", args=[scan.pk]), {"page": 2})
    assert scan.picture_url(2) in page.content.decode()
    assert "page=3" in page.content.decode()
    letter = clerk.get(reverse("documents:incoming-original", args=[text.pk])).content.decode()
    assert f"{SENDER}文件" in letter
    assert clerk.get(scan.picture_url(2))["Content-Type"] == "image/png"
    assert clerk.get(scan.picture_url(4)).status_code == 404


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("工具.exe", EXE), ("网页.pdf", HTML), ("【机密】名单.txt", b"x"), ("a.svg", HTML),
        ("空.txt", b""), ("来文.txt", "000001\n机密★5年\n某局文件".encode()),
        ("脚本.pdf", pdf(extra=b"/JavaScript")),
    ],
)  # fmt: skip
def test_a11_what_the_office_does_not_take_is_not_held(
    clerk: Client, name: str, data: bytes
) -> None:
    file = SimpleUploadedFile("x", data)
    file._name = name  # type: ignore[attr-defined]
    answer = send(clerk, uuid4(), file)
    assert answer.status_code == 422
    assert 'class="bad"' in answer.content.decode()
    assert not HeldFile.objects.exists()


def test_a12_a_held_file_is_handed_out_as_a_file(clerk: Client) -> None:
    send(clerk, uuid4())
    held = HeldFile.objects.get()
    answer = clerk.get(held.get_absolute_url(), {"inline": 1})
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert "no-store" in answer["Cache-Control"]
    assert clerk.get(reverse("office:held", args=[held.pk, "别的.txt"])).status_code == 404


def test_a2_a3_nobody_else_reaches_a_held_file(clerk: Client, office: Office) -> None:
    key = uuid4()
    send(clerk, key, SimpleUploadedFile("来文.pdf", pdf()))
    held = HeldFile.objects.get()
    other = signed_in(office.second_clerk)
    for address in (held.get_absolute_url(), held.picture_url(1),
                    reverse("documents:incoming-original", args=[held.pk])):  # fmt: skip
        assert clerk.get(address).status_code == 200
        assert other.get(address).status_code == 404
    assert other.post(reverse("office:held-drop", args=[held.pk])).status_code == 404
    other.post(NEW, fields(key, written_on="", remove=held.pk))
    assert HeldFile.objects.exists()
    other.post(NEW, fields(key))  # the key of another's form takes nothing of his
    assert not Attachment.objects.exists()
    assert HeldFile.objects.exists()
    for pk in (0, 2**63, 10**30):
        assert clerk.get(f"/files/held/{pk}/x.pdf").status_code == 404
        assert clerk.get(f"/documents/incoming/originals/{pk}/").status_code == 404


def test_a15_names_and_words_of_a_file_stay_words(clerk: Client) -> None:
    key = uuid4()
    text = LETTER.replace("年度评估", f"年度{XSS}评估")
    send(clerk, key, paper(f"{XSS}.txt", text))
    answers = [
        send(clerk, key, paper(f"{XSS}2.txt", text)),
        send(clerk, key, SimpleUploadedFile(f"{XSS}.exe", EXE)),
        clerk.post(NEW, fields(key, title="")),
        clerk.post(DRAFT, fields(key, title=f"关于{XSS}的通知")),
        clerk.get(NEW),
        clerk.get(NEW, {"draft": 1}),
        clerk.get(reverse("documents:incoming-original", args=[HeldFile.objects.all()[0].pk])),
    ]
    for answer in answers:
        tags = Tags(answer.content.decode())
        assert not [each for each in tags.all("img") if "onerror" in each]


def test_a20_what_waits_is_limited(
    clerk: Client, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "MOST_FILES", 2)
    for name in "甲乙丙":
        code = send(clerk, uuid4(), paper(f"{name}.txt", name)).status_code
    assert code == 422
    assert HeldFile.objects.count() == 2


def test_a20_a_request_without_a_file_or_a_key_is_an_error_to_read(clerk: Client) -> None:
    for given in ({}, {"once": "x", "file": paper()}, {"once": uuid4(), "file": "text"}):
        assert clerk.post(HOLD, given).status_code == 422
    assert not HeldFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a24_the_same_file_at_once_is_held_once() -> None:
    office, key = make_office(), uuid4()
    gate = threading.Barrier(4)

    def choose() -> None:
        gate.wait()
        try:
            holding.hold(paper(), actor=office.clerk, form_key=key)
        finally:
            connection.close()

    clicks = [threading.Thread(target=choose) for _n in range(4)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert HeldFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a24_two_registrations_take_a_held_file_once() -> None:
    office, key = make_office(), uuid4()
    holding.hold(paper(), actor=office.clerk, form_key=key)
    rows = [signed_for(office), signed_for(office)]
    gate = threading.Barrier(2)

    def take(pk: int) -> None:
        gate.wait()
        try:
            closing.attach_held(pk, actor=office.clerk, form_key=key)
        finally:
            connection.close()

    clicks = [threading.Thread(target=take, args=[row.pk]) for row in rows]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert Attachment.objects.count() == 1


# The draft


def test_a_draft_is_kept_and_offered(clerk: Client) -> None:
    key = uuid4()
    send(clerk, key)
    answer = clerk.post(DRAFT, fields(key, note="另附光盘", auto=["title:page"]))
    assert answer["HX-Trigger"] == "draftKept"
    kept = Draft.objects.get()
    assert (kept.title, kept.form_key) == (TITLE, key)
    assert not {"csrfmiddlewaretoken", "once", "originals"} & set(kept.values)
    offer = clerk.get(NEW).content.decode()
    assert "?draft=1" in offer
    assert "另附光盘" not in offer
    page = clerk.get(NEW, {"draft": 1}).content.decode()
    for words in (TITLE, "另附光盘", "来文.txt", f'value="{key}"', 'value="title:page"'):
        assert words in page
    assert clerk.post(NEW, fields(key)).status_code == 302
    assert not Draft.objects.exists()


def test_a_draft_of_a_piece_is_its_own(clerk: Client, office: Office) -> None:
    row = signed_for(office)
    clerk.post(DRAFT, fields(but=row.pk, note="甲"))
    clerk.post(DRAFT, fields(note="乙"))
    assert Draft.objects.count() == 2
    page = clerk.get(reverse("documents:incoming-register", args=[row.pk]), {"draft": 1})
    assert "甲" in page.content.decode()


def test_a_draft_that_comes_after_the_form_is_not_kept(clerk: Client) -> None:
    key = uuid4()
    clerk.post(NEW, fields(key))
    assert clerk.post(DRAFT, fields(key)).status_code == 204
    assert not Draft.objects.exists()


def test_without_script_a_button_keeps_the_draft(clerk: Client) -> None:
    key = uuid4()
    given = {"once": key, "then": "draft", "note": "稍后再登", "originals": [paper()]}
    answer = clerk.post(NEW, given)
    assert answer.url == f"{NEW}?draft=1"
    assert Draft.objects.get().values["title"] == [TITLE]
    held = HeldFile.objects.get()
    clerk.post(NEW, fields(key, remove=held.pk))
    assert not HeldFile.objects.exists()
    assert not IncomingDocument.objects.exists()


@pytest.mark.parametrize("field", ["title", "note", "piece-envelope_note"])
def test_nothing_classified_is_kept_in_a_draft(clerk: Client, field: str) -> None:
    answer = clerk.post(DRAFT, fields(**{field: "机密★1年关于某事的通知"}))
    assert answer.status_code == 422
    assert "第三十一条" in answer.content.decode()
    assert not Draft.objects.exists()


def test_a20_a_draft_has_a_size(clerk: Client) -> None:
    assert clerk.post(DRAFT, fields(note="长" * 100_000)).status_code == 422
    assert clerk.post(DRAFT, {f"junk{n}": n for n in range(500)} | fields()).status_code == 200
    assert set(Draft.objects.get().values) < set(fields())
    for value in ("9" * 5000, "-1", "²", str(2**63)):
        assert clerk.post(DRAFT, fields(but=value)).status_code < 500


def test_a2_a_draft_is_its_authors(clerk: Client, office: Office) -> None:
    clerk.post(DRAFT, fields(note="只给自己看"))
    other = signed_in(office.second_clerk)
    assert "?draft=1" not in other.get(NEW).content.decode()
    assert "只给自己看" not in other.get(NEW, {"draft": 1}).content.decode()
    address = reverse("office:draft-drop", args=[Draft.objects.get().pk])
    assert other.post(address).status_code == 404
    assert clerk.post(address, {"next": NEW}).url == NEW
    assert clerk.post(address).status_code == 404
    assert not Draft.objects.exists()


def test_a9_a_dropped_draft_leads_nowhere_else(clerk: Client) -> None:
    clerk.post(DRAFT, fields())
    address = reverse("office:draft-drop", args=[Draft.objects.get().pk])
    assert clerk.post(address, {"next": "https://example.org/"}).url == reverse("office:desk")


def test_a_row_of_another_is_no_place_for_a_draft(office: Office) -> None:
    row = signed_for(office)
    assert signed_in(office.staff).post(DRAFT, fields(but=row.pk)).status_code == 403
    clerk = signed_in(office.clerk)
    assert clerk.post(DRAFT, fields(but=999_999)).status_code == 404
    drafts.drop("incoming", uuid4(), actor=office.clerk)  # nothing there: nothing happens


def test_a_draft_that_waits_for_an_answer_is_not_written_over(clerk: Client) -> None:
    key = uuid4()
    send(clerk, key)
    clerk.post(DRAFT, fields(key, note="昨天的"))
    answer = clerk.post(DRAFT, fields(note="今天的"))
    assert answer.status_code == 422
    assert "另有一份草稿" in answer.content.decode()
    assert clerk.post(NEW, fields(then="draft", note="今天的")).status_code == 422
    assert clerk.post(NEW, fields(doc_number="", title="关于另一件事的通知")).status_code == 302
    kept = Draft.objects.get()
    assert (kept.form_key, kept.values["note"]) == (key, ["昨天的"])
    assert HeldFile.objects.get().form_key == key


def test_a_piece_is_reopened_as_it_was_left(clerk: Client, office: Office) -> None:
    row, key = signed_for(office), uuid4()
    clerk.post(DRAFT, fields(key, but=row.pk, note="稍后再登"))
    page = clerk.get(reverse("documents:incoming-register", args=[row.pk])).content.decode()
    for words in ("稍后再登", f'value="{key}"', "草稿，今天", "不要了"):
        assert words in page
    assert "data-offer" not in page


def test_a_resumed_draft_warns_of_what_is_registered_already(clerk: Client) -> None:
    clerk.post(NEW, fields())
    key = uuid4()
    clerk.post(DRAFT, fields(key))
    page = clerk.get(NEW, {"draft": 1}).content.decode()
    assert 'name="duplicate"' in page
    answer = clerk.post(NEW, fields(key))
    assert answer.status_code == 422
    assert "可能已经登记过，请先选定" in answer.content.decode()


def test_the_next_number_is_shown_once_the_sender_is_known(clerk: Client) -> None:
    SenderFactory(name=SENDER)
    look = reverse("documents:incoming-look-alikes")
    assert "下一号" not in clerk.get(NEW).content.decode()
    assert "下一号" in clerk.get(look, {"sender": SENDER}).content.decode()
    assert "下一号" not in clerk.get(look, {"sender": "无此单位"}).content.decode()


# 来文要求的时限


def test_the_day_the_paper_asks_for_stands_until_it_is_proposed(clerk: Client) -> None:
    SenderFactory(name=SENDER)
    asked = day(5)
    assert clerk.post(NEW, fields(due_on=f"{asked:%Y-%m-%d}")).status_code == 302
    row = IncomingDocument.objects.get()
    assert (row.due_on, row.limit_workdays) == (asked, 5)
    form = ProposeForm(row=fresh(row), actor=row.registered_by)
    assert form.initial["due_on"] == asked
    page = clerk.get(reverse("documents:incoming-correct", args=[row.pk])).content.decode()
    assert 'name="due_on"' not in page  # a limit that stands is changed by a step


def test_what_is_only_read_has_no_limit_of_its_own(clerk: Client, office: Office) -> None:
    SenderFactory(name=SENDER)
    answer = clerk.post(NEW, fields(due_on=f"{day(5):%Y-%m-%d}", nature="reading"))
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"due_on"}
    assert "阅知件不设时限" in answer.content.decode()
    assert not IncomingDocument.objects.exists()
    assert clerk.post(NEW, fields(nature="reading")).status_code == 302
    assert IncomingDocument.objects.get().due_on is None
    row = signed_for(office)
    with pytest.raises(Refused, match="only read"):
        intake.register(
            row.pk, actor=office.clerk, due_on=day(5), **facts() | {"nature": "reading"}
        )


def test_a26_a_limit_is_a_workday_to_come(clerk: Client, office: Office) -> None:
    SenderFactory(name=SENDER)
    rest = next(d for n in range(1, 9) if (d := day(0) + dt.timedelta(days=n)).weekday() == 6)
    yesterday = day(0) - dt.timedelta(days=1)
    for wrong in (yesterday, rest):
        answer = clerk.post(NEW, fields(due_on=f"{wrong:%Y-%m-%d}"))
        assert (answer.status_code, TITLE in answer.content.decode()) == (422, True)
        assert answer.context["form"].errors.keys() == {"due_on"}
    assert not IncomingDocument.objects.exists()
    row = signed_for(office)
    near = calendar.before(rest)
    for wrong, why in ((yesterday, "passed"), (rest, f"{near}" if near >= day(0) else f"{rest}")):
        with pytest.raises(Refused, match=why):
            intake.register(row.pk, actor=office.clerk, due_on=wrong, **facts())
