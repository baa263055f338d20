"""The register as the director uses it: find, page, decide on several at once, take it away."""

import io
from urllib.parse import parse_qs, urlsplit

from openpyxl import load_workbook
from playwright.sync_api import expect

from documents.receipt.models import IncomingDocument
from documents.receipt.workflow import State
from tests.documents import papers
from tests.documents.factories import Office, fresh, walk
from tests.e2e.conftest import Visit
from tests.e2e.rows import TITLES, bring
from tests.e2e.visitor import Visitor, words


def query(visitor: Visitor) -> dict[str, list[str]]:
    return parse_qs(urlsplit(visitor.page.url).query)


def test_filters_pages_and_sheets(visit: Visit, office: Office) -> None:
    for n in range(3):
        bring(office, State.HANDLING, n)
    for _n in range(27):
        walk(None, State.REGISTERED, office)
    director = visit(office.director)
    page = director.page
    director.press(words("Incoming"), exact=False)
    titles = page.locator("table.register a.title")
    expect(titles).to_have_count(25)
    director.press(words("Older"))
    expect(titles).to_have_count(5)
    page.go_back()
    expect(titles).to_have_count(25)
    page.go_forward()
    director.press(words("Newer"))
    expect(titles).to_have_count(25)

    page.get_by_label(words("State"), exact=True).select_option(label=words("In hand"))
    page.locator("#filters").get_by_role("button", name=words("Filter")).click()
    expect(titles).to_have_count(3)
    assert query(director)["state"] == ["handling"]
    page.reload()  # the address alone gives the same page again
    expect(titles).to_have_count(3)
    page.locator("#filters").get_by_label(words("Words")).fill("节能降耗")
    page.keyboard.press("Enter")
    expect(titles).to_have_count(1)

    page.locator(".head details.menu summary").click()
    sheet = director.fetch(page.get_by_role("link", name=words("XLSX sheet")))
    rows = list(load_workbook(io.BytesIO(sheet)).active.iter_rows(values_only=True))
    found = [row for row in rows if any(TITLES[1] in str(cell) for cell in row)]
    assert len(found) == 1
    assert not any(TITLES[0] in str(cell) for row in rows for cell in row)
    paper = director.fetch(page.get_by_role("link", name=words("PDF register")))
    text = papers.text(paper)
    assert TITLES[1] in text
    assert TITLES[0] not in text


def test_three_instructed_at_once(visit: Visit, office: Office) -> None:
    rows = [bring(office, State.PROPOSED, n) for n in range(3)]
    leader = visit(office.principal)
    leader.open("/documents/incoming/?view=instruct")
    for row in rows:
        leader.page.get_by_role("checkbox", name=row.title).check()
    batch = leader.page.locator(".batch")
    expect(batch).to_be_in_viewport()
    leader.press(words("Instruct"), within=batch)
    form = leader.page.locator("form.form")
    form.get_by_label(words("Instruction for all")).fill("同意。")
    form.locator(f"#id_opinion-{rows[1].pk}").fill("请从严把关。")
    leader.press(words("Instruct"), within=form)
    leader.told(words("Done with %(n)s documents.", n=3))
    said = [fresh(row).opinions.get(step="instruct").text for row in rows]
    assert said == ["同意。", "请从严把关。", "同意。"]
    assert IncomingDocument.objects.filter(state=State.ASSIGNED).count() == 3


def test_what_is_filtered_becomes_a_tab_and_goes_again(visit: Visit, office: Office) -> None:
    bring(office, State.PROPOSED, 0)
    clerk = visit(office.clerk)
    clerk.open("/documents/incoming/?state=proposed&view=all")
    page, bar = clerk.page, clerk.page.locator(".viewbar")
    bar.get_by_text(words("Keep as a view")).first.click()
    bar.get_by_label(words("Name of the view")).fill("等批示")
    page.keyboard.press("Enter")
    here = page.locator(".views a[aria-current=page]")
    expect(here).to_have_text("等批示1")
    bar.get_by_text(words("Rename or remove")).click()
    bar.get_by_label(words("Name of the view")).fill("待批")
    clerk.press(words("Rename"), within=bar)
    expect(here).to_have_text("待批1")
    bar.get_by_text(words("Rename or remove")).click()
    clerk.press(words("Remove"), within=bar)
    expect(bar.get_by_text("待批", exact=True)).to_have_count(0)
