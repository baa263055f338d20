# ruff: noqa: E501 (what is sent, line by line)
"""Attacks on 发文: foreign drafts, other rows' keys, words that are more than words, floods."""

from __future__ import annotations

import io
import re
import resource
import time
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pdfminer.high_level import extract_text

from documents.drafting.models import Dispatch, Suggestion
from documents.drafting.services import issuing, signing, writing
from documents.drafting.text import digest, paper_of
from documents.drafting.workflow import DISPATCH, State
from documents.issued import printing
from documents.writing import preview
from office.audit.models import Entry
from office.desk.models import WorkItem
from office.errors import NotAllowed, Refused
from office.notifications.models import Notice
from tests.documents.dispatching import CALLS, fresh, trail, walk
from tests.documents.drafts import BODY, drafting_office, words
from tests.documents.factories import Office, signed_for
from tests.office.factories import signed_in

pytestmark = pytest.mark.django_db
S = State
MARKUP = "<script>alert(1)</script>{{ 7|add:7 }}{% now 'Y' %}&lt;b&gt;"
FORMULA = '=HYPERLINK("http://x","y")'
UNSEEN = "甲\u202e乙\u200b丙\u2066丁\ufeff"
NAMES = ("record", "versions", "trail", "pages", "preview", "sheet", "write")


@pytest.fixture
def office(db: None) -> Office:
    return drafting_office()


def typed(office: Office, **more: Any) -> dict[str, Any]:
    """Return what the writing screen sends."""
    text = words(office)
    form = {
        "title": text.title, "kind": "请示", "direction": "up", "code": text.code.pk,
        "urgency": "", "addressees": "江川省市场监督管理局", "copy_to": "", "co_issuers": "",
        "signer": office.principal.pk, "note": "", "due_on": "", "body": BODY, "edition": 0,
    }  # fmt: skip
    return form | more


def looked(client: Client, office: Office, **more: Any) -> Any:
    return client.post(reverse("documents:dispatch-look"), typed(office, **more))


# --- A2, A3, A28: what one may not see does not exist ---------------------------------------------


def test_a2_a28_a_foreign_draft_is_seen_through_no_address(office: Office) -> None:
    row = walk(S.SUBMITTED, office, title="江川省质量技术信息中心关于购置密钥设备的请示")
    for person in (office.other_staff, office.other_head, office.confidential, office.audit):
        unseen(row, office, signed_in(person))


def unseen(row: Dispatch, office: Office, client: Client) -> None:
    head = row.suggestions.get()
    before = trail(row.pk)
    for name in NAMES:
        url = reverse(f"documents:dispatch-{name}", args=[row.pk])
        assert client.get(url).status_code == 404, name
    posts = {
        "write": typed(office), "answer": {"rule": "X", "quote": "x", "reason": "y"}, "opened": {},
    }  # fmt: skip
    for name, form in posts.items():
        assert (
            client.post(reverse(f"documents:dispatch-{name}", args=[row.pk]), form).status_code
            == 404
        )
    for step in DISPATCH.steps:
        url = reverse("documents:dispatch-step", args=[row.pk, step.replace("_", "-")])
        assert client.post(url).status_code == 404, step
    settle = reverse("documents:dispatch-suggestion", args=[row.pk, head.pk])
    assert client.post(settle, {"text": "x"}).status_code == 404
    if client.get(reverse("documents:dispatch")).status_code == 200:
        assert looked(client, office, row=row.pk).status_code == 404
        for page in ("documents:dispatch?view=all", "office:search?q=密钥设备", "office:desk?"):
            name, _mark, query = page.partition("?")
            shown = client.get(f"{reverse(name)}?{query}").content.decode()
            assert "购置密钥" not in shown, page
    assert trail(row.pk) == before


def test_a3_a_picture_is_shown_to_who_asked_for_it_and_to_nobody_else(office: Office) -> None:
    row = walk(S.SUBMITTED, office)
    owner, stranger = signed_in(office.head), signed_in(office.other_staff)
    page = owner.get(reverse("documents:dispatch-pages", args=[row.pk])).content.decode()
    [url] = re.findall(r'src="(/documents/dispatch/look/[^"]+)"', page)
    shown = owner.get(url)
    assert shown["Content-Type"] == "image/svg+xml"
    assert "private" in shown["Cache-Control"]
    assert "sandbox" in shown["Content-Security-Policy"]
    assert stranger.get(url).status_code == 404
    for guess in ("1", str(row.pk), "preview", "a" * 500):
        assert owner.get(reverse("documents:dispatch-picture", args=[guess])).status_code == 404
    assert Client().get(url).status_code == 302
    cache.clear()
    assert owner.get(url).status_code == 404


def test_a2_a_suggestion_of_another_dispatch_is_neither_answered_nor_settled(
    office: Office,
) -> None:
    mine, other = walk(S.SUBMITTED, office), walk(S.SUBMITTED, office)
    theirs = other.suggestions.get()
    reply = writing.suggest(
        mine.pk, actor=office.head, text="好。", answers=mine.suggestions.get().pk
    )
    client = signed_in(office.head)
    for pk in (theirs.pk, reply.pk, 10**30, 2**63):
        for form in ({}, {"text": "答"}):
            url = f"/documents/dispatch/{mine.pk}/suggestions/{pk}/"
            assert client.post(url, form).status_code == 404
    assert not Suggestion.objects.exclude(settled_at=None).exists()
    assert not theirs.replies.exists()


def test_a2_a_copy_of_another_dispatch_is_not_sent(office: Office) -> None:
    row, other = (walk(S.SEALED, office) for _n in range(2))
    for each in (row, other):
        issuing.distribute(each.pk, actor=office.clerk, ways={})
    theirs = other.copies.get(unit=None)
    client = signed_in(office.clerk)
    url = reverse("documents:dispatch-step", args=[row.pk, "note-sent"])
    assert client.post(url, {"copy": theirs.pk, "way": "post"}).status_code == 422
    assert other.copies.get(unit=None).sent_at is None


# --- A4, A21, A30: fields from outside, methods, tokens -------------------------------------------


def test_a21_hidden_fields_are_not_believed(office: Office) -> None:
    """The origin of an unseen receipt, a signer who may not sign, a state, a number, a drafter."""
    client = signed_in(office.staff)
    unseen = signed_for(office)
    new = reverse("documents:dispatch-new")
    form = typed(office, origin=unseen.pk, origin_kind="replies")
    assert client.post(new, form).status_code == 404
    assert client.post(new, typed(office, signer=office.other_staff.pk)).status_code == 422
    assert client.post(new, typed(office, code=10**9)).status_code == 422
    assert client.post(new, typed(office, kind="命令")).status_code == 422
    assert not Dispatch.objects.exists()
    forged = {
        "state": "signed", "serial": 9, "year": 2026, "drafter": office.clerk.pk, "unit": office.data.pk,
        "signed_at": "2026-11-02", "signed_digest": "x", "dated_on": "2026-11-02", "once": str(uuid4()),
        "origin": "x", "origin_kind": "nothing", "draft_serial": 77,
    }  # fmt: skip
    assert client.post(new, typed(office, **forged)).status_code == 302
    row = Dispatch.objects.get()
    assert (row.state, row.serial, row.drafter, row.unit) == (
        S.DRAFTING,
        None,
        office.staff,
        office.standards,
    )
    assert (row.signed_at, row.signed_digest, row.origin, row.draft_serial) == (None, "", None, 1)


def test_a21_a22_an_edition_that_is_not_there_overwrites_nothing(office: Office) -> None:
    row = walk(S.DRAFTING, office)
    client = signed_in(office.staff)
    url = reverse("documents:dispatch-write", args=[row.pk])
    for edition in ("", "99", "-1", "x", "9" * 30):
        code = client.post(url, typed(office, edition=edition, body="别的正文。")).status_code
        assert code in (409, 422), edition
    assert fresh(row.pk).body == row.body
    assert (
        client.post(url, typed(office, edition=row.edition, body="别的正文。")).status_code == 302
    )
    assert client.post(url, typed(office, edition=row.edition, body="又一稿。")).status_code == 409


def test_a22_the_text_is_nobodys_once_it_is_signed(office: Office) -> None:
    row = walk(S.SIGNED, office)
    for person in (office.staff, office.head, office.director, office.principal, office.clerk):
        url = reverse("documents:dispatch-write", args=[row.pk])
        form = typed(office, edition=row.edition, body="别的正文。")
        assert signed_in(person).post(url, form).status_code == 409
    assert fresh(row.pk).body == row.body


def test_a4_a30_a_get_changes_nothing_and_a_post_needs_the_token(office: Office) -> None:
    row = walk(S.READY, office)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(office.principal, backend="office.people.backends.OfficeBackend")
    reader = signed_in(office.principal)
    before, marks = trail(row.pk), Entry.objects.count()
    for step in DISPATCH.steps:
        url = reverse("documents:dispatch-step", args=[row.pk, step.replace("_", "-")])
        assert reader.get(url, {"_method": "POST", "opinion": "同意"}).status_code == 405
        assert strict.post(url, {"opinion": "同意"}).status_code == 403
    for name in NAMES:
        reader.get(
            reverse(f"documents:dispatch-{name}", args=[row.pk]), {"do": "sign", "opinion": "同意"}
        )
    assert (trail(row.pk), Entry.objects.count()) == (before, marks)
    assert not WorkItem.objects.about(row).open().exclude(opened_at=None).exists()


# --- A14, A15, A18: words stay words --------------------------------------------------------------


def test_a14_a15_a18_words_stay_words_on_page_paper_sheet_and_in_the_bell(office: Office) -> None:
    # One nasty thing in every place where somebody types; numbers and signs stay as typed.
    nasty = f"{MARKUP}{FORMULA}"
    row = writing.draft(
        words(office, title=nasty, note=MARKUP[:40], addressees=[f"甲{MARKUP}"[:90], FORMULA],
              copy_to=[FORMULA], body=f"{nasty}\n一、{nasty}\n| {nasty} | 乙 |\n| 丙 | 丁 |",
              annexes=((nasty[:90], nasty),)),
        actor=office.staff,
    )  # fmt: skip
    writing.suggest(row.pk, actor=office.colleague, text=nasty, quote=nasty[:200])
    issuing.annotate(row.pk, actor=office.clerk, opinion=nasty)
    client = signed_in(office.clerk)
    for url in (
        reverse("documents:dispatch"), row.get_absolute_url(), reverse("office:desk"),
        reverse("documents:dispatch-versions", args=[row.pk]), reverse("office:bell"),
        reverse("documents:dispatch-trail", args=[row.pk]),
    ):  # fmt: skip
        page = client.get(url).content.decode()
        assert "<script>alert(1)" not in page, url
    owner = signed_in(office.staff)
    written = owner.get(reverse("documents:dispatch-write", args=[row.pk])).content.decode()
    assert "<script>alert(1)" not in written
    seen = looked(owner, office, title=nasty, body=nasty, note=MARKUP[:40]).content.decode()
    assert "<script>alert(1)" not in seen
    assert "\x0b" not in seen
    on_paper = extract_text(io.BytesIO(issuing.typeset(fresh(row.pk)))).replace("\n", "")
    for piece in ("<script>alert(1)</script>", "{{7|add:7}}", "&lt;b&gt;", "=HYPERLINK"):
        assert piece in on_paper.replace(" ", ""), piece
    assert "=HYPERLINK" in extract_text(io.BytesIO(printing.drafting_sheet(fresh(row.pk))))
    assert MARKUP[:8] in Notice.objects.filter(recipient=office.staff).first().text  # type: ignore[union-attr]


def test_a18_a_formula_in_the_register_is_text(office: Office) -> None:
    walk(S.DRAFTING, office, title=FORMULA, addressees=["@SUM(1)", "+1"])
    answer = signed_in(office.clerk).get(
        reverse("documents:dispatch"), {"view": "all", "as": "xlsx"}
    )
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    cells = [
        cell for line in load_workbook(io.BytesIO(content)).active.iter_rows() for cell in line
    ]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)


@pytest.mark.parametrize("sign", ["\x0b", "\x1b", "\u2028"])
def test_a15_control_characters_break_no_page_paper_or_sheet(office: Office, sign: str) -> None:
    """They are refused where they are typed, or they do no harm; nothing answers with an error."""
    client = signed_in(office.staff)
    answer = client.post(
        reverse("documents:dispatch-new"),
        typed(
            office,
            title=f"关于{sign}的请示",
            body=f"一{sign}二。",
            addressees=f"省{sign}局",
            note=f"注{sign}",
        ),
    )
    assert answer.status_code in (302, 422)
    assert looked(client, office, body=f"一{sign}二。", title=f"关于{sign}的请示").status_code in (
        200,
        422,
    )
    if row := Dispatch.objects.first():
        clerk = signed_in(office.clerk)
        for name in ("record", "preview", "sheet", "pages", "versions"):
            url = reverse(f"documents:dispatch-{name}", args=[row.pk])
            assert clerk.get(url).status_code in (200, 409), (name, sign)
        for kind in ("xlsx", "pdf"):
            book = clerk.get(reverse("documents:dispatch"), {"view": "all", "as": kind})
            assert book.status_code == 200, kind


# --- A20: how much, how long ----------------------------------------------------------------------

MOST_SECONDS, MOST_KILOBYTES = 10, 400_000
LONG = "关于进一步做好设备管理工作的有关要求，各单位应当认真落实。"
BODIES = {
    "60,000 signs": (LONG * 2200)[:60_000],
    "10,000 lines": "\n".join(["一、要"] * 10_000),
    "a line without a break": "A" * 60_000,
    "deep tables": "\n".join("|" + " 值 |" * 60 for _n in range(300)),
    "empty cells": "|" * 60_000,
    "books": "《" * 30_000 + "》" * 29_000,
    "signs nobody sees": (UNSEEN * 10_000)[:60_000],
}


@pytest.mark.parametrize("kind", BODIES)
def test_a20_any_body_is_answered_in_bounded_time_and_memory(office: Office, kind: str) -> None:
    client = signed_in(office.staff)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    answer = looked(client, office, body=BODIES[kind])
    assert time.process_time() - began < MOST_SECONDS
    assert answer.status_code in (200, 422)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_KILOBYTES


def test_a20_what_is_too_long_for_one_paper_is_said_before_it_is_set(office: Office) -> None:
    row = writing.draft(words(office, body=BODIES["10,000 lines"]), actor=office.staff)
    began = time.process_time()
    answer = signed_in(office.clerk).get(reverse("documents:dispatch-preview", args=[row.pk]))
    assert answer.status_code == 409
    assert time.process_time() - began < MOST_SECONDS


def test_a20_more_than_a_body_may_be_is_said_beside_it(office: Office) -> None:
    client = signed_in(office.staff)
    answer = client.post(reverse("documents:dispatch-new"), typed(office, body="字" * 60_001))
    assert answer.status_code == 422
    assert "字" * 60_001 in answer.content.decode()  # nothing is lost
    title = client.post(reverse("documents:dispatch-new"), typed(office, title="题" * 201))
    assert title.status_code == 422


def test_a20_a_character_without_a_font_is_named(office: Office) -> None:
    client = signed_in(office.staff)
    rare = "\U0001f600"
    page = looked(client, office, body=f"正文{rare}。").content.decode()
    assert rare in page or "1F600" in page
    row = walk(S.DRAFTING, office, body=f"正文{rare}。")
    answer = signed_in(office.clerk).get(reverse("documents:dispatch-preview", args=[row.pk]))
    assert answer.status_code == 409
    assert "1F600" in answer.content.decode() or rare in answer.content.decode()


def test_a20_who_types_for_hours_fills_no_memory(office: Office) -> None:
    client = signed_in(office.staff)
    first = looked(client, office, body=BODY + "\n首次。").content.decode()
    [url, *_more] = re.findall(r'src="(/documents/dispatch/look/[^"]+)"', first)
    assert client.get(url).status_code == 200
    for n in range(preview.LOOKS):
        assert looked(client, office, body=f"{BODY}\n第{n}次。").status_code == 200
    assert client.get(url).status_code == 404


def test_a20_long_words_beside_the_text_are_refused_not_broken(office: Office) -> None:
    row = walk(S.DRAFTING, office)
    client = signed_in(office.staff)
    url = reverse("documents:dispatch-answer", args=[row.pk])
    for given in ({"rule": "X" * 99, "quote": "q", "reason": "r"},
                  {"rule": "W01", "quote": "q" * 9999, "reason": "r"},
                  {"rule": "W01", "quote": "q", "reason": "r" * 9999}):  # fmt: skip
        assert client.post(url, given).status_code in (409, 422)
    settle = reverse("documents:dispatch-suggestion", args=[row.pk, row.suggestions.get().pk])
    assert client.post(settle, {"text": "x" * 99_999}).status_code == 422
    assert not Suggestion.objects.exclude(answers=None).exists()


@pytest.mark.parametrize("lines", [
    "甲 99999", "甲 0999999", "甲 0", "甲 -1", "甲 ²", "\n".join(f"局{n} 999" for n in range(40)),
    "甲 1\n甲 2", "字" * 200 + " 1\n" + "字" * 200 + "乙 1", "甲 " + "9" * 5000,
])  # fmt: skip
def test_a20_a25_odd_numbers_of_copies_break_nothing(office: Office, lines: str) -> None:
    row = walk(S.RECHECKED, office)
    url = reverse("documents:dispatch-step", args=[row.pk, "register"])
    code = signed_in(office.clerk).post(url, {"recipients": lines, "spare": 2}).status_code
    assert code in (302, 422)
    if code == 302:
        assert 0 < (fresh(row.pk).copies_printed or 0) <= 10_000


# --- A29: nothing classified is written here ------------------------------------------------------


@pytest.mark.parametrize("field", [
    "title", "body", "note", "addressees", "copy_to", "co_issuers", "annex-title-1", "annex-body-1",
])  # fmt: skip
def test_a29_a_classification_mark_is_refused_wherever_a_draft_is_typed(
    office: Office, field: str
) -> None:
    client = signed_in(office.staff)
    more = {field: "机密★1年", "annex-title-1": "清单"} | (
        {field: "机密★1年"} if "annex" in field else {}
    )
    answer = client.post(reverse("documents:dispatch-new"), typed(office, **more))
    assert answer.status_code == 422
    assert not Dispatch.objects.exists()
    row = walk(S.DRAFTING, office)
    url = reverse("documents:dispatch-write", args=[row.pk])
    assert client.post(url, typed(office, **more, edition=row.edition)).status_code == 422


def test_a29_a_classification_mark_is_refused_in_every_word_of_a_step(office: Office) -> None:
    mark, row = "机密★1年", walk(S.SUBMITTED, office)
    client = signed_in(office.head)
    for step, form in {
        "review": {"opinion": mark}, "send-back": {"to": "drafting", "reason": mark},
        "comment": {"text": mark}, "annotate": {"opinion": mark},
    }.items():  # fmt: skip
        url = reverse("documents:dispatch-step", args=[row.pk, step])
        assert client.post(url, form).status_code == 422, step
    settle = reverse("documents:dispatch-suggestion", args=[row.pk, row.suggestions.get().pk])
    assert client.post(settle, {"text": mark}).status_code == 422
    assert fresh(row.pk).state == S.SUBMITTED
    assert not Suggestion.objects.filter(text__contains="★").exists()
    signed = walk(S.SIGNED, office)
    url = reverse("documents:dispatch-step", args=[signed.pk, "revise"])
    form = {"title": signed.title, "body": f"{mark}\n正文", "reason": "改"}
    assert signed_in(office.screener).post(url, form).status_code == 422
    assert fresh(signed.pk).state == S.SIGNED


# --- A22: the signer signs what he saw ------------------------------------------------------------


def test_a22_what_is_signed_is_what_was_laid_before_the_signer(office: Office) -> None:
    """From the check to the signature nobody changes the text; a change after it unsigns it."""
    row = walk(S.READY, office)
    shown = digest(paper_of(row))
    for person in office.people:
        with pytest.raises((Refused, NotAllowed, Dispatch.DoesNotExist)):
            CALLS["edit"](row.pk, person, office)
    assert digest(paper_of(fresh(row.pk))) == shown
    signing.sign(row.pk, actor=office.principal, opinion="同意。")
    assert fresh(row.pk).body == row.body
