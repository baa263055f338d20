"""保密法 §31: of a classified envelope only the envelope is recorded, and few see even that."""

from playwright.sync_api import expect

from documents.receipt.models import IncomingDocument
from documents.receipt.workflow import State
from tests.documents.factories import Office, SenderFactory, fresh
from tests.e2e.conftest import Visit
from tests.e2e.rows import SENDER
from tests.e2e.visitor import words


def test_classified_envelope(visit: Visit, office: Office) -> None:
    SenderFactory(name=SENDER)
    clerk = visit(office.clerk)
    clerk.open("/documents/incoming/sign-for/")
    piece = clerk.page.locator(".pieces tbody tr").first
    clerk.write(words("Sender"), SENDER, within=piece)
    clerk.write(words("Envelope number"), "机交第三号", within=piece)
    sealed = words("Classified: envelope only, for the confidential clerk")
    piece.get_by_label(sealed).check()
    clerk.press(words("Sign for"), within=clerk.page.locator("main form .submit"))
    clerk.told(words("Signed for %(n)s pieces.", n=1))
    row = IncomingDocument.objects.get(is_sealed=True)

    clerk.open(row.get_absolute_url())
    expect(clerk.page.locator("input[type=file]")).to_have_count(0)
    expect(clerk.page.get_by_role("link", name=words("Register"), exact=True)).to_have_count(0)
    clerk.open(f"{row.get_absolute_url()}register/")
    expect(clerk.page.locator(".code")).to_have_text("409")
    expect(clerk.page.locator("textarea")).to_have_count(0)

    for person in (office.staff, office.head, office.screener):
        other = visit(person)
        other.open("/documents/incoming/?view=all")
        other.sees_not(SENDER)
        assert other.page.goto(row.get_absolute_url()).status == 404
        other.open("/search/?q=机交第三号")
        other.sees_not(SENDER)

    confidential = visit(office.confidential)
    (item,) = row.open_items
    confidential.take_from_desk(item.title, words("Collect"))
    confidential.finish(words("Collect"))
    confidential.told(words("Handed over to the confidential clerk."))
    row = fresh(row)
    assert row.state == State.COLLECTED
    assert not (row.title or row.doc_number or row.note or row.opinions.exists())
