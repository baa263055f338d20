"""What somebody typed survives an ended session and a stale page; two clicks are one."""

from importlib import import_module

from django.conf import settings
from playwright.sync_api import expect

from documents.receipt.workflow import State
from tests.documents.factories import Office, fresh
from tests.e2e.conftest import Visit
from tests.e2e.rows import bring
from tests.e2e.visitor import Visitor, words

TYPED = "请标准信息科牵头，三日内提出方案，材料要用数据说话。"


def rest_too_long(visitor: Visitor) -> None:
    """Let the session grow as old as if nobody had touched it all day."""
    key = next(c["value"] for c in visitor.context.cookies() if c["name"] == "sessionid")
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key=key)
    session["seen"] -= settings.SESSION_IDLE_SECONDS + 60
    session.save()


def test_an_ended_session_keeps_what_was_typed(visit: Visit, office: Office) -> None:
    row = bring(office, State.PROPOSED)
    leader = visit(office.principal)
    leader.take_from_desk(row.title, words("Instruct"))
    leader.write(words("Instruction"), TYPED)
    rest_too_long(leader)
    leader.finish(words("Instruct and assign"))
    leader.sees(words("You were signed out after a long rest"))
    leader.enter(office.principal)
    leader.press(words("Put it back"))
    expect(leader.field(words("Instruction"))).to_have_value(TYPED)
    leader.finish(words("Instruct and assign"))
    leader.told(words("Instructed."))
    assert fresh(row).opinions.get(step="instruct").text == TYPED


def test_a_stale_page_gives_the_words_back(visit: Visit, office: Office) -> None:
    row = bring(office, State.HANDLING)
    staff = visit(office.staff)
    old = staff.window()
    old.goto(row.get_absolute_url())
    staff.take_from_desk(row.title, words("Handle"))
    staff.write(words("Result"), "已办理完毕。")
    staff.finish(words("Hand in the result"))
    staff.told(words("Handled."))

    staff.page = old
    staff.write(words("Result"), TYPED)
    staff.finish(words("Hand in the result"))
    expect(old.locator(".code")).to_have_text("409")
    staff.sees(TYPED)
    staff.press(words("See how it stands now"))
    staff.sees("已办理完毕。")
    assert fresh(row).result == "已办理完毕。"


def test_two_clicks_are_one(visit: Visit, office: Office) -> None:
    row = bring(office, State.HANDLING)
    staff = visit(office.staff)
    staff.take_from_desk(row.title, words("Handle"))
    staff.choose_step(words("Note progress"))
    staff.write(words("Opinion"), TYPED)
    staff.act.locator("footer button").first.dblclick()
    staff.told(words("Progress noted."))
    assert fresh(row).opinions.filter(step="progress").count() == 1
    staff.take_from_desk(row.title, words("Handle"))
    staff.write(words("Result"), TYPED)
    staff.act.locator("footer button").first.dblclick()
    staff.told(words("Handled."))
    assert fresh(row).opinions.filter(step="handle").count() == 1
