"""The same document comes twice: said while typing, asked before registering, merged at last."""

from playwright.sync_api import expect

from documents.receipt.models import IncomingDocument
from documents.receipt.workflow import State
from office import clock
from tests.documents.factories import Office, day
from tests.e2e.conftest import Visit
from tests.e2e.rows import SENDER, bring
from tests.e2e.visitor import words


def test_second_copy(visit: Visit, office: Office) -> None:
    first = bring(office, State.REGISTERED)
    clerk = visit(office.clerk)
    clerk.open("/documents/incoming/new/")
    form, alike = clerk.page.locator("form.form"), clerk.page.locator("#alike")
    clerk.write(words("Sender"), SENDER, within=form)
    clerk.field(words("Title"), form).press_sequentially(first.title)
    expect(alike).to_contain_text(first.reference)

    clerk.write(words("Title"), first.title.replace("通知", "补充通知"), within=form)
    clerk.write(words("Document number"), "江科发[2026]101号", within=form)
    clerk.write(words("Date written"), f"{day(-1):%Y-%m-%d}", within=form)
    expect(alike).to_contain_text(first.reference)  # by the number alone, too
    clerk.press(words("Register and pass on"))
    expect(alike.get_by_role("radio").first).to_be_visible()  # asked back, nothing registered
    assert IncomingDocument.objects.count() == 1
    expect(clerk.field(words("Title"), form)).to_have_value(first.title.replace("通知", "补充通知"))

    alike.get_by_label(first.reference).check()
    clerk.press(words("Register and pass on"))
    clerk.told(words("Taken as a second copy of %(number)s.", number=first.reference))
    assert clerk.path == first.get_absolute_url()
    second = IncomingDocument.objects.exclude(pk=first.pk).get()
    assert second.state == State.VOID
    assert second.serial is None  # no number was spent on it

    clerk.open("/documents/incoming/new/")
    clerk.write(words("Sender"), SENDER, within=form)
    clerk.write(words("Title"), first.title, within=form)
    clerk.write(words("Date written"), f"{day(-1):%Y-%m-%d}", within=form)
    alike.get_by_label(words("Another one: register it")).check()
    clerk.press(words("Register and pass on"))
    clerk.told(f"收上〔{clock.today().year}〕2号")
    assert IncomingDocument.objects.filter(title=first.title).count() == 2
