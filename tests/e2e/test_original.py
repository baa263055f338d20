"""The original goes up as it is chosen, fills the form, lies beside it, and a draft is kept."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Route, expect

from documents.demo.letters import LETTERS, Letter
from documents.demo.papers import number, scan
from documents.receipt.models import IncomingDocument
from documents.reference.models import Relation
from office.drafts.models import Draft
from office.files.models import Attachment, HeldFile
from tests.documents.factories import Office, SenderFactory, day
from tests.e2e.conftest import Visit
from tests.e2e.test_nothing_is_lost import rest_too_long
from tests.e2e.visitor import words

LETTER: Letter = next(
    each for each in LETTERS if (each.organ_code, each.serial) == ("江网信办", 17)
)
RECORD = re.compile(r"/incoming/\d+/$")


def printed(folder: Path) -> Path:
    file = folder / "来文.pdf"
    file.write_bytes(scan(LETTER))
    return file


def marked(field: Locator) -> Locator:
    return field.locator("xpath=ancestor::*[contains(@class,'field')][1]").locator(".auto")


def test_a_chosen_paper_fills_the_form_and_goes_with_it(
    visit: Visit, office: Office, tmp_path: Path
) -> None:
    SenderFactory(name=LETTER.sender, relation=Relation.SUPERIOR)
    clerk = visit(office.clerk)
    clerk.press(words("Register incoming"))
    form = clerk.page.locator("form.form")
    form.locator("[name=note]").fill("另附光盘1张")
    clerk.page.locator("input[type=file]").set_input_files(printed(tmp_path))

    expect(form.locator("[name=title]")).to_have_value(LETTER.title)
    expect(form.locator("[name=sender]")).to_have_value(LETTER.sender)
    expect(form.locator("[name=doc_number]")).to_have_value(number(LETTER))
    expect(form.locator("[name=urgency]:checked")).to_have_value(LETTER.urgency)
    expect(marked(form.locator("[name=title]"))).to_have_text(words("from page 1 of the original"))
    expect(marked(form.locator("[name=written_on]"))).to_have_text(words("from the signature"))
    expect(form.locator("#held li")).to_contain_text("已识别，填好")
    expect(clerk.page.locator(".with-paper > #doc img")).to_be_visible()
    clerk.press(words("Next page"), within=clerk.page.locator("#doc"))
    expect(clerk.page.locator("#doc nav")).to_contain_text("第 2 页")

    form.locator("[name=title]").fill(LETTER.title + "（试行）")
    expect(marked(form.locator("[name=title]"))).to_have_count(0)
    expect(form.locator("#draft-stamp")).to_contain_text("草稿已存")
    clerk.press(words("Register and pass on"))
    expect(clerk.page).to_have_url(RECORD)
    clerk.sees("来文.pdf")
    row = IncomingDocument.objects.get(title=LETTER.title + "（试行）")
    assert (row.doc_number, row.sender.name) == (number(LETTER), LETTER.sender)
    assert Attachment.objects.about(row).get().name == "来文.pdf"
    assert not HeldFile.objects.exists()
    assert not Draft.objects.exists()


def test_a_refused_file_says_why_in_its_own_line(
    visit: Visit, office: Office, tmp_path: Path
) -> None:
    tool, secret = tmp_path / "指标填报工具.exe", tmp_path / "附件.txt"
    tool.write_bytes(b"MZ\x90\0")
    secret.write_text("机密★5年\n江川省某局文件\n", encoding="utf8")
    clerk = visit(office.clerk)
    clerk.press(words("Register incoming"))
    clerk.page.locator("input[type=file]").set_input_files([tool, secret])
    lines = clerk.page.locator("#held li")
    expect(lines.nth(0)).to_contain_text("EXE")
    expect(lines.nth(1)).to_contain_text("第三十一条")
    clerk.press(words("Understood"), within=lines.nth(1))
    expect(lines).to_have_count(1)
    assert not HeldFile.objects.exists()


def test_a_form_left_half_done_is_found_again(visit: Visit, office: Office, tmp_path: Path) -> None:
    clerk = visit(office.clerk)
    clerk.press(words("Register incoming"))
    clerk.page.locator("input[type=file]").set_input_files(printed(tmp_path))
    expect(clerk.page.locator("#draft-stamp")).to_contain_text("草稿已存")

    clerk.open("/documents/incoming/new/")
    expect(clerk.page.locator("[data-offer]")).to_contain_text(LETTER.title)
    expect(clerk.page.locator(".notice")).to_have_count(1)
    clerk.press(words("Go on with it"))
    form = clerk.page.locator("form.form")
    expect(form.locator("[name=title]")).to_have_value(LETTER.title)
    expect(marked(form.locator("[name=title]"))).to_have_count(1)
    expect(form.locator("#held li")).to_contain_text("来文.pdf")
    expect(clerk.page.locator("#doc img")).to_be_visible()

    clerk.press(words("Take out"), within=form.locator("#held"))
    expect(form.locator("#held li")).to_have_count(0)
    expect(clerk.page.locator("#doc")).to_have_count(0)
    clerk.open("/documents/incoming/new/")
    clerk.press(words("Let it go"))
    clerk.told(words("The draft is gone."))
    assert not Draft.objects.exists()


def test_of_two_things_kept_the_newer_is_offered(
    visit: Visit, office: Office, tmp_path: Path
) -> None:
    """The server's draft and the browser's own memory: one offer, and nothing of either is lost."""
    clerk = visit(office.clerk)
    clerk.press(words("Register incoming"))
    form = clerk.page.locator("form.form")
    clerk.page.locator("input[type=file]").set_input_files(printed(tmp_path))
    expect(form.locator("#draft-stamp")).to_contain_text("草稿已存")
    rest_too_long(clerk)
    form.locator("[name=note]").fill("另附光盘1张")
    clerk.press(words("Register and pass on"))
    clerk.enter(office.clerk)
    expect(
        clerk.page.locator(".notice:visible").filter(has=clerk.page.locator("button"))
    ).to_have_count(1)
    clerk.press(words("Put it back"))
    expect(form.locator("[name=note]")).to_have_value("另附光盘1张")
    expect(form.locator("[name=title]")).to_have_value(LETTER.title)
    expect(form.locator("#held li")).to_contain_text("来文.pdf")
    clerk.press(words("Register and pass on"))
    expect(clerk.page).to_have_url(RECORD)
    clerk.sees("来文.pdf")
    assert IncomingDocument.objects.get().note == "另附光盘1张"


def test_without_script_a_draft_reads_the_paper_too(
    visit: Visit, office: Office, tmp_path: Path
) -> None:
    clerk = visit(office.clerk, java_script_enabled=False)
    clerk.press(words("Register incoming"))
    clerk.page.locator("input[type=file]").set_input_files(printed(tmp_path))
    clerk.press(words("Keep as a draft"))
    clerk.told(words("The draft is kept."))
    form = clerk.page.locator("form.form")
    expect(form.locator("[name=title]")).to_have_value(LETTER.title)
    expect(marked(form.locator("[name=title]"))).to_have_count(1)
    clerk.press(words("Register and pass on"))
    expect(clerk.page).to_have_url(RECORD)
    clerk.sees("来文.pdf")
    assert IncomingDocument.objects.get().title == LETTER.title


def test_registering_waits_for_the_files_on_their_way(
    visit: Visit, office: Office, tmp_path: Path
) -> None:
    clerk = visit(office.clerk)
    clerk.press(words("Register incoming"))
    gates: list[Route] = []
    clerk.page.route("**/originals/", lambda route: gates.append(route))  # noqa: PLW0108
    clerk.page.locator("input[type=file]").set_input_files(printed(tmp_path))
    form = clerk.page.locator("form.form")
    expect(form.locator("#held progress")).to_have_count(1)
    form.locator("[name=title]").fill("关于报送工作总结的通知")
    form.locator("[name=sender]").fill(LETTER.sender)
    form.locator("[name=written_on]").fill(f"{day(-1):%Y-%m-%d}")
    clerk.press(words("Register and pass on"))
    expect(form.locator("#draft-stamp")).to_contain_text(words("registers when the files are up"))
    assert not IncomingDocument.objects.exists()
    gates.pop().continue_()
    expect(clerk.page).to_have_url(RECORD)
    clerk.sees("来文.pdf")
    row = IncomingDocument.objects.get(title="关于报送工作总结的通知")
    assert Attachment.objects.about(row).count() == 1
