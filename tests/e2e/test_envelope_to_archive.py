"""A document from the door to the archive, as the people of an office."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from weasyprint import HTML

from documents.receipt.invariants import check_invariants
from documents.receipt.models import IncomingDocument
from documents.receipt.workflow import State
from office import clock
from tests.documents import papers
from tests.documents.factories import Office, SenderFactory, day
from tests.e2e.conftest import Visit
from tests.e2e.visitor import Visitor, words

SENDER = "江川省市场监督管理局"
TITLE = "江川省市场监督管理局关于开展质量基础设施“一站式”服务成效评估的通知"
PROPOSAL = "拟请标准信息科主办，质量数据科协办，按期报送自评材料。请国梁主任、志远副主任阅示。"
FIRST, SECOND = "同意拟办意见。请标准信息科牵头，材料要用数据说话。", "同意拟办意见。"
INPUT = "检测数据已核对一致，请主办科室采用。"
PROGRESS = "已完成初稿，送质量数据科核对。"
REASON = "省局补发评估指标，需重新采集两项数据。"
GRANTED = "抓紧采集，不再延期。"
RESULT = "已按要求完成自评，材料一式两份。"
ANSWER = "已书面报送自评报告，附指标表。"
READ = "请各科室对照指标自查。"
WORDS = [PROPOSAL, FIRST, SECOND, INPUT, PROGRESS, REASON, GRANTED, RESULT, ANSWER, READ]


@pytest.fixture
def scan(tmp_path):
    """A letter as the scanner gives it."""
    file = tmp_path / "正文（扫描件）.pdf"
    HTML(string=f"<h1>{TITLE}</h1><p>各直属单位：</p>").write_pdf(file)
    return file


def test_envelope_to_archive(visit: Visit, office: Office, scan) -> None:
    SenderFactory(name=SENDER)
    clerk = visit(office.clerk)
    _sign_for_two_pieces(clerk)
    _register(clerk, scan)
    row = IncomingDocument.objects.get(title=TITLE)

    _screen(visit(office.screener))
    _propose(visit(office.director), office)
    _instruct(visit(office.principal))
    deputy = visit(office.deputy)
    deputy.take_from_desk(TITLE, words("Instruct"))
    deputy.finish(words("Agree and assign"))
    deputy.told(words("Instructed."))
    _name_the_handler(visit(office.head), office)
    _give_input(visit(office.other_staff))
    staff = visit(office.staff)
    _note_progress_and_ask(staff)
    _grant(deputy)
    _read(visit(office.other_head))
    _handle_and_answer(staff)
    _close_and_file(clerk)

    row.refresh_from_db()
    assert row.state == State.FILED
    check_invariants(row)
    _slip_says_everything(clerk, office)
    _trail_lists_every_step(clerk)


def _sign_for_two_pieces(clerk: Visitor) -> None:
    clerk.open("/documents/incoming/sign-for/")
    page = clerk.page
    clerk.press(words("%(n)s lines", n=10))
    expect(page.locator(".pieces tbody tr")).to_have_count(10)
    for piece, number in enumerate(["省机交〔2026〕11-1320", "省机交〔2026〕11-1321"]):
        line = page.locator(".pieces tbody tr").nth(piece)
        clerk.write(words("Sender"), SENDER, within=line)
        clerk.write(words("Envelope number"), number, within=line)
    clerk.press(words("Sign for"), within=page.locator("main form .submit"))
    clerk.told(words("Signed for %(n)s pieces.", n=2))
    expect(page.get_by_label(words("Sender"), exact=True)).to_have_value(SENDER)


def _register(clerk: Visitor, scan) -> None:
    page, form = clerk.page, clerk.page.locator("form.form")
    page.locator("input[type=file]").set_input_files(scan)
    expect(page.locator("#held")).to_contain_text(scan.name)
    clerk.write(words("Title"), TITLE, within=form)
    clerk.write(words("Document number"), "江市监质[2026]86号", within=form)
    clerk.write(words("Date written"), f"{day(-1):%Y-%m-%d}", within=form)
    clerk.write(words("Pages", "document"), "6", within=form)
    form.get_by_label(words("Urgent"), exact=True).check()
    clerk.press(words("Register and pass on"))
    clerk.sees("江市监质〔2026〕86号")  # the brackets were put right
    expect(page.locator("img.paper-image")).to_be_visible()


def _screen(screener: Visitor) -> None:
    screener.take_from_desk(TITLE, words("Screen"))
    points = screener.act.get_by_role("checkbox")
    for n in range(points.count()):
        points.nth(n).check()
    screener.finish(words("It complies"))
    screener.told(words("Screened."))


def _propose(director: Visitor, office: Office) -> None:
    director.take_from_desk(TITLE, words("Propose"))
    act = director.act
    director.write(words("Proposal"), PROPOSAL)
    act.get_by_label(words("Lead unit")).select_option(label=office.standards.name)
    act.get_by_role("group", name=words("Assisting units")).get_by_label(office.data.name).check()
    director.write(words("Due"), f"{day(6):%Y-%m-%d}")
    act.get_by_label(office.principal.name, exact=True).select_option("1")
    act.get_by_label(office.deputy.name, exact=True).select_option("2")
    act.locator("summary", has_text=words("Readers")).click()
    act.get_by_role("group", name=words("Readers")).get_by_label(office.other_head.name).check()
    director.finish(words("Propose"))
    director.told(office.principal.name)  # it says with whom the document is now


def _instruct(principal: Visitor) -> None:
    principal.take_from_desk(TITLE, words("Instruct"))
    principal.sees(PROPOSAL, within=principal.act)
    principal.press("同意拟办意见", within=principal.act.locator(".phrases"))
    box = principal.act.get_by_label(words("Instruction"))
    expect(box).to_have_value(re.compile("^同意拟办意见"))
    box.fill(FIRST)
    principal.finish(words("Instruct and pass on"))
    principal.told(words("Instructed."))


def _name_the_handler(head: Visitor, office: Office) -> None:
    head.take_from_desk(TITLE, words("Name a handler"))
    head.sees(SECOND, within=head.act)
    handler = head.act.get_by_label(words("Handler"))
    handler.select_option(label=f"{office.staff.name}　{office.staff.title}")
    head.finish(words("Name a handler"))
    head.told(words("Handler named."))


def _give_input(assistant: Visitor) -> None:
    assistant.take_from_desk(TITLE, words("Give input"))
    assistant.write(words("Opinion"), INPUT)
    assistant.finish(words("Give the input"))
    assistant.told(words("Input given."))


def _note_progress_and_ask(staff: Visitor) -> None:
    staff.take_from_desk(TITLE, words("Handle"))
    staff.choose_step(words("Note progress"))
    staff.write(words("Opinion"), PROGRESS)
    staff.finish(words("Note progress"))
    staff.told(words("Progress noted."))
    staff.choose_step(words("Ask for more time"))
    staff.write(words("New due day"), f"{day(9):%Y-%m-%d}")
    staff.write(words("Reason"), REASON)
    staff.finish(words("Ask for more time"))
    staff.told(words("Asked for more time."))


def _grant(deputy: Visitor) -> None:
    deputy.take_from_desk(TITLE, words("Decide on more time"))
    deputy.sees(REASON)
    deputy.act.get_by_label(words("Granted"), exact=True).check()
    deputy.write(words("Words"), GRANTED)
    deputy.finish(words("Decide on more time"))
    deputy.told(words("More time granted."))


def _read(reader: Visitor) -> None:
    reader.open("/reading/")
    reader.page.get_by_role("link", name=TITLE).click()
    reader.write(words("Opinion"), READ)
    reader.finish(words("Read"))
    reader.told(words("Read."))


def _handle_and_answer(staff: Visitor) -> None:
    staff.take_from_desk(TITLE, words("Handle"))
    staff.write(words("Result"), RESULT)
    staff.finish(words("Hand in the result"))
    staff.told(words("Handled."))
    expect(staff.act.get_by_label(words("To whom"))).to_have_value(SENDER)
    staff.write(words("What was answered, or why no answer is due"), ANSWER)
    staff.finish(words("Answer"))
    staff.told(words("Answer recorded."))


def _close_and_file(clerk: Visitor) -> None:
    clerk.take_from_desk(TITLE, words("Close", "step"))
    clerk.finish(words("Close", "step"))
    clerk.told(words("Closed; the sheet is frozen."))
    clerk.finish(words("File", "step"))
    clerk.told(words("Filed; it waits to be arranged."))


def _slip_says_everything(clerk: Visitor, office: Office) -> None:
    clerk.page.locator(".standing details.menu summary").click()
    paper = clerk.fetch(clerk.page.get_by_role("link", name=words("Print the slip")))
    text = papers.text(paper)
    for said in [*WORDS, TITLE, SENDER, "江市监质〔2026〕86号"]:
        assert said in text, said
    people = [office.director, office.principal, office.deputy, office.other_staff,
              office.staff, office.other_head, office.clerk]  # fmt: skip
    for person in people:
        assert person.name in text, person.name
    row = IncomingDocument.objects.get(title=TITLE)
    for opinion in row.opinions.all():
        moment = timezone.localtime(opinion.written_at)
        assert f"{moment.year}年{moment.month}月{moment.day}日{moment:%H:%M}" in text, opinion
    assert row.sheet_digest in text


def _trail_lists_every_step(clerk: Visitor) -> None:
    clerk.page.keyboard.press("Escape")
    clerk.press(words("Trail"))
    rows = clerk.page.locator("table.plain tbody tr")
    steps = ["Register", "Screen", "Propose", "Instruct", "Name a handler", "Give input",
             "Note progress", "Ask for more time", "Decide on more time", "Read", "Handle",
             "Answer"]  # fmt: skip
    for step in steps:
        expect(rows.filter(has_text=words(step)).first).to_be_visible()
    for step in ("Close", "File"):
        expect(rows.filter(has_text=words(step, "step")).first).to_be_visible()
    today = clock.today()
    expect(rows.first).to_contain_text(f"{today.month}月{today.day}日")
