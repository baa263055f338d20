"""Everything that must be done can be done without script."""

from documents.receipt.models import IncomingDocument
from documents.receipt.workflow import State
from tests.documents.factories import Office, SenderFactory, day, fresh, walk
from tests.e2e.conftest import Visit
from tests.e2e.rows import SENDER, TITLES
from tests.e2e.visitor import words


def test_scripts_off(visit: Visit, office: Office, tmp_path) -> None:
    SenderFactory(name=SENDER)
    file = tmp_path / "正文.txt"
    file.write_text("各有关单位：请按期申报。", encoding="utf8")
    clerk = visit(office.clerk, java_script_enabled=False)
    clerk.press(words("Register incoming"))
    form = clerk.page.locator("form.form")
    clerk.page.locator("input[type=file]").set_input_files(file)
    clerk.write(words("Title"), TITLES[0], within=form)
    clerk.write(words("Sender"), SENDER, within=form)
    clerk.write(words("Date written"), f"{day(-1):%Y-%m-%d}", within=form)
    clerk.press(words("Register and pass on"))
    clerk.sees("正文.txt")
    row = IncomingDocument.objects.get(title=TITLES[0])
    walk(row, State.SCREENED, office)

    director = visit(office.director, java_script_enabled=False)
    director.take_from_desk(row.title, words("Propose"))
    director.write(words("Proposal"), "拟请标准信息科办理。")
    director.field(words("Lead unit")).select_option(label=office.standards.name)
    director.act.get_by_label(office.principal.name, exact=True).select_option("1")
    director.finish(words("Propose"))
    director.told(office.principal.name)

    leader = visit(office.principal, java_script_enabled=False)
    leader.take_from_desk(row.title, words("Instruct"))
    leader.write(words("Instruction"), "同意，请抓紧办理。")
    leader.finish(words("Instruct and assign"))
    leader.told(words("Instructed."))
    assert fresh(row).state == State.ASSIGNED
