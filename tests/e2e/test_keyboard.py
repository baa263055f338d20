"""No mouse from the sign-in to a proposal; the focus is always seen."""

from playwright.sync_api import Locator, expect

from documents.receipt.workflow import State
from tests.documents.factories import Office, fresh
from tests.e2e.conftest import Visit
from tests.e2e.rows import bring
from tests.e2e.visitor import Visitor, words
from tests.office.factories import PASSWORD

# Focus is seen when an outline is drawn round the element or round the label that holds it.
SEEN = """at => {
  const shown = (e) => e && getComputedStyle(e).outlineStyle !== "none"
    && parseFloat(getComputedStyle(e).outlineWidth) >= 1;
  return shown(at) || shown(at.closest("label"));
}"""
FOCUSED = "([at]) => at === document.activeElement"


def tab_to(visitor: Visitor, target: Locator, key: str = "Tab") -> None:
    """Press Tab until the target has the focus; every stop on the way must show it."""
    handle = target.element_handle()
    for _stop in range(80):
        visitor.page.keyboard.press(key)
        at = visitor.page.evaluate_handle("document.activeElement").as_element()
        if at and at.evaluate("at => at !== document.body"):
            assert at.evaluate(SEEN), f"no visible focus on {at.evaluate('at => at.outerHTML')}"
        if visitor.page.evaluate(FOCUSED, [handle]):
            return
    raise AssertionError(f"Tab never reaches {target}")


def test_keyboard_only(visit: Visit, office: Office) -> None:
    row = bring(office, State.SCREENED)
    director = visit()
    page, keys = director.page, director.page.keyboard
    page.goto("/")
    tab_to(director, page.get_by_label(words("Account or name")))
    keys.type(office.director.username)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.locator(".owes")).to_be_visible()

    _skip_and_search(director)
    _change_the_theme(director)

    page.wait_for_load_state()  # the keys are there when the script is
    keys.press("g")
    keys.press("d")
    tab_to(director, page.locator(".owes").get_by_role("link", name=row.title))
    keys.press("Enter")
    expect(director.field(words("Proposal"))).to_be_focused()
    keys.type("拟请标准信息科办理。")
    tab_to(director, director.field(words("Lead unit")))
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    tab_to(director, director.act.get_by_label(office.principal.name, exact=True))
    keys.press("ArrowDown")
    tab_to(director, director.act.get_by_role("button", name=words("Propose"), exact=True))
    keys.press("Enter")

    director.told(office.principal.name)
    assert fresh(row).state == State.PROPOSED


def _skip_and_search(director: Visitor) -> None:
    page, keys = director.page, director.page.keyboard
    keys.press("Tab")
    skip = page.get_by_role("link", name=words("Skip to the text"))
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    keys.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    keys.press("/")
    expect(page.locator("#q")).to_be_focused()
    keys.type("科技计划")
    keys.press("Enter")
    expect(page.locator("main").get_by_role("link", name="科技计划").first).to_be_visible()
    page.wait_for_load_state()
    keys.press("g")
    keys.press("r")
    page.wait_for_url("**/documents/incoming/")


def _change_the_theme(director: Visitor) -> None:
    """Open the menu, choose in it, change a radio button, send the form."""
    page, keys = director.page, director.page.keyboard
    menu = page.locator(".bar details.menu").last
    tab_to(director, menu.locator("summary"))
    keys.press("Enter")
    expect(menu).to_have_attribute("open", "")
    keys.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    keys.press("Enter")
    tab_to(director, menu.get_by_role("link", name=words("My settings")))
    keys.press("Enter")
    radios = page.get_by_role("group", name=words("theme")).get_by_role("radio")
    tab_to(director, radios.first)
    keys.press("ArrowDown")
    expect(radios.nth(1)).to_be_checked()
    tab_to(director, page.get_by_role("button", name=words("Save")))
    keys.press("Enter")
    director.told(words("Your settings are saved."))
