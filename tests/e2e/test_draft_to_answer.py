"""A request from the first word to the recipient's desk, as nine people of an office."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from documents.drafting.models import Dispatch
from documents.drafting.services import issuing
from documents.drafting.workflow import State
from documents.receipt.workflow import State as Receipt
from tests.documents import drafts, papers
from tests.documents.factories import Office, fresh
from tests.e2e.conftest import Visit
from tests.e2e.rows import bring
from tests.e2e.test_phone import PHONE
from tests.e2e.visitor import Visitor, words

SUPERIOR = "江川省市场监督管理局"
TITLE = "江川省质量技术信息中心关于申请安排标准馆藏更新经费的请示"
FAULTY = (
    "按照工作部署，现将有关事项请示如下：\n一、基本情况\n"
    "根据《标准文献管理办法规定，馆藏1150册已被替代的文献应当更新。。\n二、经费需求\n"
    "更新馆藏共需经费16万元，拟于2026年12月05日前完成。\n妥否，请批示。"
)
REVIEW, CHECK, SIGN = "情况属实，同意上报。", "已核，请质量数据科会签后呈签。", "同意上报。"
HINT = "经费来源宜写明。"
COUNTERSIGN = "数据核对无误。"


@pytest.fixture
def origin(office: Office) -> Any:
    drafts.prepare(office)
    drafts.words(office)  # the organ code is entered
    return bring(office, Receipt.HANDLING)


def test_from_an_incoming_document_to_its_answer(visit: Visit, office: Office, origin: Any) -> None:
    staff = visit(office.staff)
    _begin(staff, origin)
    row = Dispatch.objects.get()
    _mend_and_submit(staff)

    _suggest(visit(office.colleague), row)
    head = visit(office.head)
    _settle(head, row)
    _take(head, "Review", words("Review"), REVIEW)
    director = visit(office.director)
    _check(director, office)
    other_head = visit(office.other_head)
    _countersign(other_head)
    _sign_on_the_phone(visit(office.principal, **PHONE), row)
    screener = visit(office.screener)
    _take(screener, "Recheck", words("Recheck"), "")
    clerk = visit(office.clerk)
    _register_and_print(clerk, office)
    _seal(screener)
    _distribute(clerk)

    _receive(other_head)
    _the_receipt_is_answered(staff, origin, row)
    _close_and_file(clerk)
    row = Dispatch.objects.get()
    assert row.state == State.FILED
    assert issuing.verify(row) == []
    _the_sheet_says_who_is_accountable(visit(office.archivist), row, office)


def _begin(staff: Visitor, origin: Any) -> None:
    """Write a request from the incoming document; the text has two errors in it."""
    staff.take_from_desk(origin.title, words("Handle"))
    staff.choose_step(words("Write a reply"))
    staff.sees(origin.title)
    form = staff.page.locator("#writing")
    form.get_by_label(words("Kind"), exact=True).select_option("请示")
    staff.write(words("Title"), TITLE, within=form)
    staff.write(words("Addressees"), SUPERIOR, within=form)
    form.locator("textarea[name=body]").fill(FAULTY)
    form.locator("summary", has_text=words("Jointly, important, note, day")).click()
    staff.write(words("Note below the date"), "联系人：宋恺，电话：0571-88001234", within=form)
    staff.press(words("Begin the draft"))
    expect(staff.page.locator("#findings")).to_be_visible()


def _mend_and_submit(staff: Visitor) -> None:
    """The draft is stopped by two errors: one is mended by a click, one by hand."""
    page = staff.page
    findings = page.locator("#findings li")
    errors = findings.filter(has_text=words("must be mended"))
    expect(errors).to_have_count(2)
    staff.press(words("Submit for review"))
    staff.told(words("Mend first: %(n)s errors in the text.", n=2))
    mend = words("Mend")
    errors.get_by_role("button", name=mend).click()
    expect(errors).to_have_count(1)
    body = page.locator("textarea[name=body]")
    text = body.input_value()
    assert "更新。\n二" in text
    body.fill(text.replace("《标准文献管理办法规定", "《标准文献管理办法》规定"))
    expect(errors).to_have_count(0)
    findings.get_by_role("button", name=mend).click()  # 12月05日: a remark, mended too
    expect(findings).to_have_count(0)
    expect(body).to_have_value(re.compile("12月5日"))
    staff.press(words("Submit for review"))
    staff.told(words("Submitted."))


def _suggest(colleague: Visitor, row: Dispatch) -> None:
    colleague.open(row.get_absolute_url())
    colleague.choose_step(words("Suggest"))
    colleague.act.get_by_label(words("About")).select_option(label="二、经费需求")
    colleague.write(words("Suggestion"), HINT)
    colleague.finish(words("Suggest"))
    colleague.told(words("Your suggestion stands beside the text."))


def _settle(head: Visitor, row: Dispatch) -> None:
    head.open(row.get_absolute_url())
    thread = head.page.locator(".readers li").filter(has_text=HINT)
    expect(thread).to_contain_text("二、经费需求")
    thread.get_by_role("button", name=words("Answer, or settle without words")).click()
    expect(thread).to_contain_text(words("settled"))


def _take(person: Visitor, step: str, button: str, opinion: str) -> None:
    person.take_from_desk(TITLE, words(step))
    if opinion:
        person.write(words("Opinion"), opinion)
    person.finish(button)
    expect(person.page.locator(".told")).to_be_visible()


def _check(director: Visitor, office: Office) -> None:
    director.take_from_desk(TITLE, words("Check"))
    director.sees(REVIEW, within=director.act)
    points = director.act.get_by_role("group", name=words("The five points", "dispatch"))
    boxes = points.get_by_role("checkbox")
    for n in range(boxes.count()):
        boxes.nth(n).check()
    director.write(words("Opinion"), CHECK)
    director.act.get_by_label(office.data.name, exact=True).check()
    director.finish(words("Check"))
    director.told(office.data.short_name)


def _countersign(head: Visitor) -> None:
    head.take_from_desk(TITLE, words("Countersign"))
    head.act.get_by_label(words("Agrees"), exact=True).check()
    head.write(words("Opinion"), COUNTERSIGN)
    head.finish(words("Countersign"))
    head.told(words("Countersigned."))


def _sign_on_the_phone(principal: Visitor, row: Dispatch) -> None:
    page = principal.page
    page.locator(".owes").get_by_role("link", name=TITLE).tap()
    expect(principal.act).to_be_in_viewport()
    expect(principal.act.get_by_text(CHECK)).to_be_in_viewport()
    principal.write(words("Opinion"), SIGN)
    principal.act.get_by_role("button", name=words("Sign"), exact=True).tap()
    principal.told(words("Signed."))
    row.refresh_from_db()
    assert row.signed_digest == row.digest


def _register_and_print(clerk: Visitor, office: Office) -> None:
    clerk.take_from_desk(TITLE, words("Register", "dispatch"))
    recipients = clerk.field(words("Distribution list"))
    expect(recipients).to_have_value(f"{SUPERIOR} 1")
    recipients.fill(f"{SUPERIOR} 3\n{office.data.name} 1")
    clerk.finish(words("Register", "dispatch"))
    clerk.told("江质信〔")
    clerk.finish(words("Print"))
    clerk.told(words("Printed and measured."))
    expect(clerk.page.locator(".desktop nav .light-done")).to_be_visible()  # every measure holds


def _seal(keeper: Visitor) -> None:
    keeper.take_from_desk(TITLE, words("Seal"))
    expect(keeper.page.locator(".desktop nav .light-done")).to_be_visible()
    keeper.finish(words("Seal"))
    keeper.told(words("Sealed."))


def _distribute(clerk: Visitor) -> None:
    clerk.take_from_desk(TITLE, words("Distribute"))
    clerk.sees("质量数据科", within=clerk.act)
    clerk.finish(words("Distribute"))
    clerk.told(words("Distributed; the units have it on their desks."))


def _receive(head: Visitor) -> None:
    """The recipient finds it on his list and acknowledges it."""
    head.open("/reading/")
    head.page.get_by_role("link", name=TITLE).click()
    head.finish(words("Acknowledge receipt"))
    head.told(words("Received."))


def _the_receipt_is_answered(staff: Visitor, origin: Any, row: Dispatch) -> None:
    """The handler finds the answer filled in when he has handed in the result."""
    row.refresh_from_db()
    staff.take_from_desk(origin.title, words("Handle"))
    staff.sees(row.number)
    staff.write(words("Result"), "已行文请示。")
    staff.finish(words("Hand in the result"))
    box = staff.field(words("What was answered, or why no answer is due"))
    expect(box).to_have_value(re.compile(re.escape(row.number)))
    staff.finish(words("Answer"))
    staff.told(words("Answer recorded."))
    assert fresh(origin).state == Receipt.ANSWERED


def _close_and_file(clerk: Visitor) -> None:
    clerk.take_from_desk(TITLE, words("Close", "step"))
    clerk.finish(words("Close", "step"))
    clerk.told(words("Closed."))
    clerk.finish(words("File", "step"))
    clerk.told(words("Filed; it waits to be arranged."))


def _the_sheet_says_who_is_accountable(archivist: Visitor, row: Dispatch, office: Office) -> None:
    archivist.open(row.get_absolute_url())
    archivist.page.locator(".standing details.menu summary").click()
    link = archivist.page.get_by_role("link", name=words("Drafting sheet"))
    text = papers.text(archivist.fetch(link))
    for said in (TITLE, REVIEW, CHECK, COUNTERSIGN, SIGN, row.number):
        assert said in text, said
    for person in (office.staff, office.head, office.director, office.other_head, office.principal):
        assert person.name in text, person.name
