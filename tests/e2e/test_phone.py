"""A leader on a phone: learns nothing, decides in seconds."""

from playwright.sync_api import expect

from documents.receipt.workflow import State
from tests.documents.factories import Office, fresh
from tests.e2e.conftest import Visit
from tests.e2e.rows import bring
from tests.e2e.visitor import words

PHONE = {
    "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True,
    "device_scale_factor": 2,
}  # fmt: skip


def test_two_taps_from_the_desk_to_the_instruction(visit: Visit, office: Office) -> None:
    row = bring(office, State.PROPOSED)
    leader = visit(office.principal, **PHONE)
    page = leader.page

    page.locator(".owes").get_by_role("link", name=row.title).tap()
    expect(leader.act).to_be_in_viewport()
    expect(leader.act.get_by_text("拟请标准信息科办理。")).to_be_in_viewport()
    agree = leader.act.get_by_role("button", name=words("Agree and assign"))
    expect(agree).to_be_in_viewport(ratio=1)  # no scrolling, and no keyboard in the way
    assert page.evaluate("document.activeElement.tagName") != "TEXTAREA"
    agree.tap()

    leader.told(words("Instructed."))
    assert fresh(row).state == State.ASSIGNED
    assert fresh(row).opinions.get(step="instruct").text == "同意拟办意见。"


def test_the_bottom_bar_leads_everywhere(visit: Visit, office: Office) -> None:
    row = bring(office, State.PROPOSED)
    leader = visit(office.principal, **PHONE)
    page, rail = leader.page, leader.page.locator(".rail")

    rail.get_by_role("link", name=words("Incoming")).tap()
    page.get_by_role("link", name=row.title).tap()
    page.get_by_role("link", name=words("Instruct"), exact=True).tap()
    expect(leader.act).to_be_in_viewport()
    leader.act.get_by_role("link", name=words("Put away")).tap()
    expect(leader.act).not_to_be_in_viewport()
    rail.get_by_role("link", name=words("All")).tap()
    expect(rail.get_by_text(words("Documents"))).to_be_visible()
    rail.get_by_role("link", name=words("Desk")).tap()
    expect(page.locator(".owes")).to_be_visible()
