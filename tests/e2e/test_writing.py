"""拟稿: text, findings and page side by side; Word in and out; two windows at one draft."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from documents.drafting.models import Dispatch, OrganCode
from documents.drafting.services import writing
from documents.proofreading.reading import files
from tests.documents.drafts import prepare
from tests.documents.drafts import words as written
from tests.documents.factories import Office
from tests.documents.test_writing import WORD, in_word
from tests.e2e.conftest import PATIENCE, Visit
from tests.e2e.test_nothing_is_lost import rest_too_long
from tests.e2e.test_phone import PHONE
from tests.e2e.visitor import Visitor, words

KEPT = re.compile("已存")
TITLE = "江川省质量技术信息中心关于开展冬季用电安全检查的通知"


@pytest.fixture
def place(office: Office) -> Office:
    prepare(office)
    OrganCode.objects.create(code="江质信")
    return office


def kept(visitor: Visitor) -> None:
    """Wait until the server says it has what was typed."""
    with visitor.page.expect_response(re.compile(r"/write/$"), timeout=PATIENCE):
        pass
    expect(visitor.page.locator("#autosaved")).to_have_text(KEPT)


def caret(visitor: Visitor) -> tuple[str, int]:
    at, where = visitor.page.evaluate(
        "[document.activeElement.id, document.activeElement.selectionStart]"
    )
    return at, where


def test_a_notice_is_written_beside_its_page(visit: Visit, place: Office) -> None:
    staff = visit(place.staff)
    staff.open("/documents/dispatch/new/")
    page = staff.page

    # the template of the kind fills what is empty; a phrase goes in where the cursor is
    page.locator("#id_kind").select_option("函")
    expect(page.locator("[data-skeleton]")).to_contain_text("函")
    page.locator("#id_kind").select_option("通知")
    expect(page.locator("[data-skeleton]")).to_contain_text("通知")
    page.locator("[data-skeleton]").click()
    assert page.evaluate("getSelection().toString()") == "×××"
    expect(page.locator("#findings li").first).to_be_visible()
    page.locator("#id_title").fill(TITLE)
    page.locator("#id_body").fill("为防范电气火灾，决定开展检查。(一)自查。其他事项如下：\n")
    page.keyboard.press("Control+End")
    page.locator(".phrasebook summary").click()
    page.locator("[data-insert]", has_text="特此通知。").click()
    assert page.locator("#id_body").input_value().endswith("：\n特此通知。")

    # names are picked by the keyboard
    page.locator("#id_addressees").click()
    page.keyboard.type("数据")
    expect(page.get_by_role("option", name="质量数据科")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#id_addressees")).to_have_value("质量数据科")
    assert Dispatch.objects.count() == 0  # Enter has picked, not begun

    staff.press(words("Begin the draft"))
    expect(page).to_have_url(re.compile(r"/write/$"))
    row = Dispatch.objects.get()
    assert (row.title, row.addressees) == (TITLE, ["质量数据科"])

    # what is typed keeps itself; a finding is mended beside it, the cursor stays where it was
    area = page.locator("#id_body")
    area.evaluate("each => { each.focus(); each.setSelectionRange(3, 3); }")
    page.keyboard.type("切实")
    kept(staff)
    page.locator("[data-mend]").first.click()
    assert "（一）自查" in area.input_value()
    assert caret(staff) == ("id_body", 5)
    kept(staff)
    assert caret(staff) == ("id_body", 5)
    row.refresh_from_db()
    assert row.body.startswith("为防范切实电气火灾")
    assert "（一）自查" in row.body
    expect(page.locator("#sheets img")).to_have_count(1)
    drawn = page.locator("#sheets img").evaluate("each => each.complete && each.naturalWidth > 0")
    assert drawn


def test_a_remark_is_answered_while_one_writes_on(visit: Visit, place: Office) -> None:
    row = writing.draft(written(place, body="第一行。\n其它事项。"), actor=place.staff)
    staff = visit(place.staff)
    staff.open(f"/documents/dispatch/{row.pk}/write/")
    page = staff.page
    page.locator("#findings .at", has_text=words("line %(n)s", n=2)).first.click()
    assert page.evaluate("getSelection().toString()") == "其它"
    line = page.locator("#findings li", has=page.locator("[data-found='其它']")).first
    line.locator("details summary").click()
    page.locator("#id_body").focus()
    page.keyboard.press("Control+End")
    with page.expect_response(re.compile("/look/$")):
        page.keyboard.type("再写一句。")
        line.locator("[name=reason]").click()  # the answer comes while the reason is typed
        page.keyboard.type("引用")
    page.wait_for_timeout(300)
    page.keyboard.type("原文")
    expect(line.locator("[name=reason]")).to_have_value("引用原文")
    page.keyboard.press("Enter")
    expect(line.locator(".light-done")).to_be_visible()
    assert row.finding_answers.get().reason == "引用原文"
    expect(page.locator("#id_body")).to_have_value(re.compile("再写一句。$"))


def test_word_in_and_out(visit: Visit, place: Office) -> None:
    staff = visit(place.staff)
    staff.open("/documents/dispatch/new/")
    page = staff.page
    page.locator("#id_note").evaluate("each => each.closest('details').open = true")
    page.locator("#id_note").fill("联系人：丁宁")
    page.locator(".word summary").click()
    page.locator("#id_word").set_input_files(
        {"name": "坏的.docx", "mimeType": WORD, "buffer": b"PK\x03\x04 torn"}
    )
    expect(page.locator(".word .error")).to_be_visible()
    expect(page.locator("#id_note")).to_have_value("联系人：丁宁")
    page.locator("#id_word").set_input_files(
        {"name": "请示稿.docx", "mimeType": WORD, "buffer": in_word()}
    )
    expect(page).to_have_url(re.compile(r"/write/$"))
    staff.told("附件 1 个")
    expect(page.locator("#annex-title-1")).to_have_value("设备购置预算表")
    page.locator(".standing details.menu summary").click()
    with page.expect_download() as begun:
        page.get_by_role("link", name=words("The same for Word (.docx)")).click()
    text = files.of_docx(begun.value.path().read_bytes())
    assert (text.title, len(text.attachments)) == (Dispatch.objects.get().title, 1)


def test_two_at_one_draft_lose_nothing(visit: Visit, place: Office) -> None:
    row = writing.draft(written(place), actor=place.staff)
    first, second = visit(place.staff), visit(place.staff)
    for visitor in (first, second):
        visitor.open(f"/documents/dispatch/{row.pk}/write/")

    def add(visitor: Visitor, text: str) -> None:
        visitor.page.locator("#id_body").focus()
        visitor.page.keyboard.press("Control+End")
        visitor.page.keyboard.type(text)

    add(first, "甲写的。")
    kept(first)
    add(second, "乙写的。")
    expect(second.page.locator(".refused .notice")).to_be_visible()
    expect(second.page.locator("#autosaved")).to_have_text(words("Not kept"))
    assert caret(second)[0] == "id_body"  # one can go on writing
    row.refresh_from_db()
    assert row.body.endswith("甲写的。")
    second.page.locator("#conflict-changes summary").click()
    expect(second.page.locator("#conflict-changes ins").last).to_contain_text("乙")

    second.press(words("Keep mine; theirs stays as a version"))
    second.told(words("Kept."))
    row.refresh_from_db()
    assert row.body.endswith("乙写的。")
    assert any(v.paper["body"].endswith("甲写的。") for v in row.versions.all())

    # and the other way round: theirs is gone on with, one's own can be put back
    add(first, "再写。")
    expect(first.page.locator(".refused .notice")).to_be_visible()
    first.press(words("Go on with theirs; mine can be put back"))
    expect(first.page.locator("#id_body")).to_have_value(re.compile("乙写的。$"))
    first.press(words("Put it back"))
    expect(first.page.locator("#id_body")).to_have_value(re.compile("甲写的。再写。$"))


def test_an_ended_session_gives_the_text_back(visit: Visit, place: Office) -> None:
    staff = visit(place.staff)
    staff.open("/documents/dispatch/new/")
    staff.page.locator("#id_body").fill("写了半天的话。")
    expect(staff.page.locator("#tally")).to_contain_text("7")  # it was looked at; nothing is kept
    rest_too_long(staff)
    staff.press(words("Begin the draft"))
    staff.sees(words("You were signed out after a long rest"))
    staff.enter(place.staff)
    staff.press(words("Put it back"))
    expect(staff.page.locator("#id_body")).to_have_value("写了半天的话。")


def test_on_a_phone_the_findings_are_one_tap_away(visit: Visit, place: Office) -> None:
    row = writing.draft(written(place, body="第一行。\n其它事项。"), actor=place.staff)
    staff = visit(place.staff, **PHONE)
    staff.open(f"/documents/dispatch/{row.pk}/write/")
    page = staff.page
    text, findings = page.locator("#id_body"), page.locator("#findings")
    assert text.bounding_box()["y"] < findings.bounding_box()["y"]  # type: ignore[index]
    page.locator(".glance").get_by_role("link", name=words("Proofreading")).tap()
    expect(findings.locator("h2")).to_be_in_viewport()
    page.locator(".glance").get_by_role("link", name=words("Preview", "pages")).tap()
    expect(page.locator("#sheets img").first).to_be_in_viewport()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
