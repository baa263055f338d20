"""发文 off the straight line: countersigning in turn, back, taken back, answers of receipts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from documents.drafting.models import Copy, Dispatch, Measurement, OrganCode, Seal
from documents.drafting.plan import POINTS, Recipient
from documents.drafting.services import issuing, reviewing, signing, writing
from documents.drafting.text import paper_of
from documents.drafting.workflow import State
from documents.receipt.models import IncomingDocument
from documents.receipt.services import closing, handling
from documents.receipt.workflow import State as Receipt
from office import clock
from office.errors import Refused
from office.files.models import Attachment
from office.people.models import Unit, User
from tests.documents.drafts import (
    drafting_office,
    scanned,
    to_ready,
    to_reviewed,
    to_sealed,
    to_signed,
    words,
)
from tests.documents.factories import Office, fresh, walk
from tests.office.factories import signed_in

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 1, 1)
TREASURY = "江川省财政厅"


@pytest.fixture
def office() -> Office:
    return drafting_office()


def asked(row: Dispatch) -> list[str]:
    return [str(part) for part in Dispatch.objects.get(pk=row.pk).asked_countersigns]


def checked(office: Office, *who: object, in_order: bool) -> Dispatch:
    row = to_reviewed(office)
    return reviewing.check(
        row.pk, actor=office.director, points=POINTS, opinion="请会签。",
        asked=who, in_order=in_order,  # type: ignore[arg-type]
    )  # fmt: skip


def enter(row: Dispatch, office: Office, body: str = TREASURY) -> Dispatch:
    return reviewing.note_countersign(
        row.pk, actor=office.screener, body=body, signer="王某", agrees=True, opinion="同意",
        papers=[scanned(f"{body}.pdf")],
    )  # fmt: skip


def test_units_countersign_one_after_the_other_when_asked_so(office: Office) -> None:
    row = checked(office, TREASURY, office.data, in_order=True)
    assert asked(row) == [TREASURY]
    with pytest.raises(Refused):
        reviewing.countersign(row.pk, actor=office.other_head, agrees=True, opinion="无意见。")

    row = enter(row, office)
    assert (row.state, asked(row)) == (State.CHECKED, ["质量数据科"])
    assert {item.step for item in row.open_items} == {"countersign"}
    row = reviewing.countersign(row.pk, actor=office.other_head, agrees=True, opinion="无意见。")
    assert row.state == State.READY


def test_two_bodies_outside_are_one_item_until_both_papers_are_in(office: Office) -> None:
    row = checked(office, TREASURY, "江川省档案局", in_order=False)
    row = enter(row, office)
    assert [item.step for item in row.open_items] == ["note_countersign"]
    row = enter(row, office, "江川省档案局")
    assert [item.step for item in row.open_items] == ["sign"]


def test_another_bodys_word_needs_its_paper(office: Office) -> None:
    row = checked(office, TREASURY, in_order=False)
    with pytest.raises(Refused):
        reviewing.note_countersign(
            row.pk, actor=office.screener, body=TREASURY, signer="王某", agrees=True,
            opinion="同意", papers=[],
        )  # fmt: skip
    row = enter(row, office)
    assert [f.name for f in Attachment.objects.about(row)] == [f"{TREASURY}.pdf"]


def test_what_was_entered_for_another_body_is_taken_back_and_asked_again(office: Office) -> None:
    row = checked(office, TREASURY, in_order=False)
    enter(row, office)
    row = reviewing.withdraw(row.pk, actor=office.screener)
    assert (row.state, asked(row)) == (State.CHECKED, [TREASURY])
    assert [item.step for item in row.open_items] == ["note_countersign"]
    assert enter(row, office).state == State.READY


def test_back_in_countersignature_everybody_is_asked_again(office: Office) -> None:
    row = checked(office, office.data, in_order=False)
    reviewing.countersign(row.pk, actor=office.other_head, agrees=True, opinion="无意见。")
    row = reviewing.send_back(
        row.pk, actor=office.principal, to=State.CHECKED, reason="请再核金额。"
    )
    assert asked(row) == ["质量数据科"]
    row = reviewing.countersign(row.pk, actor=office.other_head, agrees=True, opinion="已核。")
    assert [item.step for item in row.open_items] == ["sign"]


def test_nothing_is_sent_back_to_a_countersignature_nobody_gave(office: Office) -> None:
    row = to_ready(office)
    with pytest.raises(Refused):
        reviewing.send_back(row.pk, actor=office.principal, to=State.CHECKED, reason="请会签。")


def test_a_recheck_is_taken_back_and_the_signature_holds(office: Office) -> None:
    row = to_signed(office)
    signing.recheck(row.pk, actor=office.screener)
    row = reviewing.withdraw(row.pk, actor=office.screener)
    assert row.state == State.SIGNED
    assert row.signed_digest == row.digest
    assert row.open_signatures == []
    assert [item.step for item in row.open_items] == ["recheck"]


def test_a_signature_is_taken_back(office: Office) -> None:
    row = to_signed(office)
    row = reviewing.withdraw(row.pk, actor=office.principal)
    assert (row.state, row.signed_digest, row.dated_on) == (State.READY, "", None)
    assert signing.sign(row.pk, actor=office.principal, opinion="同意。").state == State.SIGNED


def test_a_changed_text_is_not_taken_back_from_its_signer(office: Office) -> None:
    row = to_signed(office)
    signing.revise(
        row.pk, actor=office.screener, title=row.title, body=f"{row.body}\n补充。", reason="漏一段"
    )
    with pytest.raises(Refused):
        reviewing.withdraw(row.pk, actor=office.screener)


def test_a_joint_document_is_signed_by_all_and_one_signature_is_taken_back(office: Office) -> None:
    row = to_ready(office, co_issuers=["江川省计量科学研究院"])
    row = signing.sign(row.pk, actor=office.principal, opinion="同意。")
    assert (row.state, [item.step for item in row.open_items]) == (State.READY, ["note_signature"])
    row = reviewing.withdraw(row.pk, actor=office.principal)
    assert [item.step for item in row.open_items] == ["sign"]
    signing.sign(row.pk, actor=office.principal, opinion="同意。")
    row = signing.note_signature(
        row.pk, actor=office.screener, signer="李某", papers=[scanned("签发单.pdf")]
    )
    assert row.state == State.SIGNED
    assert [each.outside for each in row.signature_list] == ["", "李某"]


def test_copies_are_numbered_through(office: Office) -> None:
    row = to_sealed(office)
    numbers = [(copy.first_number, copy.count) for copy in row.copies.all()]
    assert numbers == [(1, 1), (2, 1)]
    assert row.copies_printed == 4


def test_a_receipt_from_outside_is_entered_once(office: Office) -> None:
    row = to_sealed(office)
    outside = row.copies.get(unit=None)
    issuing.distribute(row.pk, actor=office.clerk, ways={outside.pk: Copy.Way.EXCHANGE})
    today = clock.today()
    row = issuing.note_received(
        row.pk, actor=office.clerk, copy=outside.pk, by="省局收发", on=today
    )
    copy = row.copies.get(unit=None)
    assert (copy.received_outside_by, copy.received_by) == ("省局收发", office.clerk)
    with pytest.raises(Refused):
        issuing.note_received(row.pk, actor=office.clerk, copy=outside.pk, by="又一人", on=today)


def test_a_paper_the_ruler_faults_is_printed_again_or_sealed_with_a_reason(
    office: Office,
) -> None:
    row = to_sealed(office)
    Dispatch.objects.filter(pk=row.pk).update(state=State.PRINTED)
    with pytest.raises(Refused):
        issuing.print_(row.pk, actor=office.clerk)
    fault = {"id": "L17", "element": "主送", "clause": "7.3.2", "expected": "1", "found": "2",
             "page": 1}  # fmt: skip
    Measurement.objects.create(dispatch=row, sha256=row.issued_sha256, passed=9, failed=[fault])
    row = issuing.print_(row.pk, actor=office.clerk)
    assert (row.state, row.measured.failed) == (State.PRINTED, [])
    assert [item.step for item in row.open_items] == ["seal"]
    assert len([f for f in row.files if f.step == issuing.ISSUE]) == 1

    Measurement.objects.create(dispatch=row, sha256=row.issued_sha256, passed=9, failed=[fault])
    seal = Seal.objects.create(name="合同专用章", keeper=office.screener, in_use_since=DAY)
    with pytest.raises(Refused):
        issuing.seal(row.pk, actor=office.screener, seal=seal, count=4)
    issuing.seal(row.pk, actor=office.screener, seal=seal, count=4, reason="版式软件误报，已量。")
    assert Dispatch.objects.get().remarks.get(step="seal").text == "版式软件误报，已量。"


def test_what_is_signed_and_numbered_early_bears_the_day_of_the_office(office: Office) -> None:
    early = dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC)  # half past seven in the office
    with clock.at(early):
        row = to_sealed(office)
    paper = paper_of(Dispatch.objects.get(pk=row.pk))
    assert (paper["date"], paper["printed_on"]) == ("2026-11-25", "2026-11-25")
    assert Dispatch.objects.get().search_day == dt.date(2026, 11, 25)


def test_the_directors_own_draft_is_checked_by_the_office(office: Office) -> None:
    row = writing.draft(words(office), actor=office.director)
    Unit.objects.filter(pk=office.bureau.pk).update(leader=office.deputy)
    writing.submit(row.pk, actor=office.director)
    row = reviewing.review(row.pk, actor=office.deputy, opinion="同意。")
    assert [(item.step, item.role) for item in row.open_items] == [("check", "office_staff")]
    row = reviewing.check(row.pk, actor=office.screener, points=POINTS, opinion="已核。")
    assert row.state == State.READY


def test_a_leavers_draft_comes_back_to_the_head_of_his_unit(office: Office) -> None:
    row = to_reviewed(office)
    User.objects.filter(pk=office.staff.pk).update(is_active=False)
    row = reviewing.send_back(row.pk, actor=office.director, to=State.DRAFTING, reason="请补充。")
    assert row.drafter == office.head
    assert [item.assignee for item in row.open_items] == [office.head]


def test_a_new_name_of_the_institution_spoils_no_old_document(
    office: Office, settings: Any
) -> None:
    row = to_sealed(office)
    settings.INSTITUTION = "江川省质量技术研究院"
    OrganCode.objects.update(mark="江川省质量技术研究院文件")
    assert issuing.verify(Dispatch.objects.get(pk=row.pk)) == []


def test_who_received_a_copy_has_the_paper_and_not_what_was_said_about_it(office: Office) -> None:
    row = to_reviewed(office)
    reviewing.check(
        row.pk, actor=office.director, points=POINTS, opinion="金额已核减。", asked=[TREASURY]
    )
    enter(row, office)
    signing.sign(row.pk, actor=office.principal, opinion="同意。")
    signing.recheck(row.pk, actor=office.screener)
    to = [Recipient("质量数据科", office.data)]
    issuing.register(row.pk, actor=office.clerk, recipients=to)
    issuing.print_(row.pk, actor=office.clerk)
    issuing.seal(row.pk, actor=office.screener, seal=Seal.objects.get(), count=1)
    issuing.distribute(row.pk, actor=office.clerk, ways={})

    paper, theirs = (Attachment.objects.about(row).get(step=step)
                     for step in (issuing.ISSUE, "note_countersign"))  # fmt: skip
    inner = [reverse(f"documents:dispatch-{page}", args=[row.pk])
             for page in ("trail", "versions", "sheet", "word")]  # fmt: skip
    inner.append(reverse("office:file", args=[theirs.pk, theirs.name]))
    for person, code in ((office.other_head, 404), (office.other_staff, 404), (office.head, 200)):
        client = signed_in(person)
        page = client.get(row.get_absolute_url())
        assert ("金额已核减。" in page.content.decode()) == (code == 200), person
        assert client.get(reverse("office:file", args=[paper.pk, paper.name])).status_code == 200
        assert {client.get(url).status_code for url in inner} == {code}, person


# --- the answer of a receipt ----------------------------------------------------------------------


def replied(office: Office, origin: IncomingDocument, as_: str = "replies") -> IncomingDocument:
    row = to_sealed(office, origin=origin, as_=as_)
    issuing.distribute(row.pk, actor=office.clerk, ways={})
    return fresh(origin)


def test_distribution_answers_what_is_handled(office: Office) -> None:
    origin = replied(office, walk(None, Receipt.HANDLED, office))
    assert origin.state == Receipt.ANSWERED
    assert origin.answer_method == "document"
    assert origin.answered_to == "江川省市场监督管理局"
    number = Dispatch.objects.get().number
    assert origin.answer_text == f"以{number}《江川省质量技术信息中心关于购置审计设备的请示》答复。"
    assert {item.step for item in origin.open_items} == {"close"}


def test_distribution_fills_in_the_answer_while_it_is_still_handled(office: Office) -> None:
    origin = replied(office, walk(None, Receipt.HANDLING, office))
    assert origin.state == Receipt.HANDLING
    assert origin.answered_at is None
    handling.handle(origin.pk, actor=office.staff, result="已办理。")
    page = signed_in(office.staff).get(fresh(origin).get_absolute_url()).content.decode()
    assert f"以{Dispatch.objects.get().number}" in page
    closing.answer(
        origin.pk, actor=office.staff, method="document", to="省局", text=fresh(origin).answer_text
    )
    assert fresh(origin).state == Receipt.ANSWERED


def test_forwarding_answers_nothing_and_an_answer_stands(office: Office) -> None:
    forwarded = replied(office, walk(None, Receipt.HANDLED, office), as_="forwards")
    assert forwarded.state == Receipt.HANDLED
    closed = walk(None, Receipt.CLOSED, office)
    before = closed.answer_text
    with pytest.raises(Refused):
        closing.reply(closed.pk, actor=office.clerk, to="省局", text="以…答复。")
    assert fresh(closed).answer_text == before


def test_both_records_lead_to_each_other(office: Office) -> None:
    origin = walk(None, Receipt.HANDLED, office)
    row = to_reviewed(office, origin=origin)
    there = signed_in(office.staff).get(origin.get_absolute_url()).content.decode()
    assert row.get_absolute_url() in there
    here = signed_in(office.head).get(row.get_absolute_url()).content.decode()
    assert origin.get_absolute_url() in here
    unasked = signed_in(office.other_head).get(origin.get_absolute_url())
    assert row.get_absolute_url() not in unasked.content.decode()
