"""发文 from the first word to the file: by name, numbered once, locked by the signature."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from documents.drafting.models import Copy, Dispatch
from documents.drafting.plan import POINTS
from documents.drafting.services import issuing, reviewing, signing, writing
from documents.drafting.workflow import DISPATCH, State
from office.errors import NotAllowed, Refused
from office.people.models import User
from tests.documents.drafts import (
    BODY,
    drafting_office,
    scanned,
    to_ready,
    to_sealed,
    to_signed,
    words,
)
from tests.documents.factories import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return drafting_office()


def test_a_request_goes_from_the_first_word_to_the_file(office: Office) -> None:
    row = to_sealed(office)
    assert row.number == f"江质信〔{row.year}〕1号"
    outside = row.copies.get(unit=None)
    issuing.distribute(row.pk, actor=office.clerk, ways={outside.pk: Copy.Way.EXCHANGE})
    issuing.acknowledge(row.pk, actor=office.other_head)
    issuing.close(row.pk, actor=office.clerk)
    issuing.file(row.pk, actor=office.clerk, year=2026, unit=office.standards, retention="30年")

    row = Dispatch.objects.get(pk=row.pk)
    assert row.state == State.FILED
    assert row.open_items == []
    assert all(copy.sent_at for copy in row.copies.all())
    assert row.copies.get(unit=office.data).received_by == office.other_head
    assert row.measurements.get().failed == []
    assert issuing.verify(row) == []
    assert [v.step for v in row.versions.all()] == ["draft", "sign"]


def test_nobody_approves_his_own_draft(office: Office) -> None:
    row = writing.draft(words(office), actor=office.head)
    writing.submit(row.pk, actor=office.head)

    assert [item.assignee for item in Dispatch.objects.get().open_items] == [office.deputy]
    with pytest.raises((Refused, NotAllowed)):
        reviewing.review(row.pk, actor=office.head, opinion="同意")


def test_an_upward_document_is_signed_by_the_principal(office: Office) -> None:
    row = writing.draft(words(office, signer=office.deputy), actor=office.staff)
    with pytest.raises(Refused, match=r"[Pp]rincipal|主要负责人"):
        writing.submit(row.pk, actor=office.staff)


def test_an_error_of_the_proofreader_stops_a_draft_and_a_remark_takes_a_reason(
    office: Office,
) -> None:
    row = writing.draft(words(office, body=BODY + "\n其它事项。XXX"), actor=office.staff)
    with pytest.raises(Refused):
        writing.submit(row.pk, actor=office.staff)
    edition = Dispatch.objects.get().edition
    writing.save(
        row.pk, words(office, body=BODY + "\n其它事项。"), actor=office.staff, edition=edition
    )
    with pytest.raises(Refused):
        writing.submit(row.pk, actor=office.staff)
    for finding in Dispatch.objects.get().unanswered:
        writing.answer_finding(
            row.pk, actor=office.staff, rule=finding.rule, quote=finding.found, reason="引用原文"
        )
    assert writing.submit(row.pk, actor=office.staff).state == State.SUBMITTED


def test_nothing_of_somebody_elses_is_overwritten(office: Office) -> None:
    row = writing.draft(words(office), actor=office.staff)
    writing.submit(row.pk, actor=office.staff)
    writing.save(row.pk, words(office, title="江川省质量技术信息中心关于采购设备的请示"),
                 actor=office.head, edition=0)  # fmt: skip
    with pytest.raises(Refused):
        writing.save(row.pk, words(office), actor=office.head, edition=0)
    kept = [v.paper["title"] for v in Dispatch.objects.get().versions.all()]
    assert "江川省质量技术信息中心关于购置审计设备的请示" in kept


def test_a_signature_locks_the_text_and_every_change_is_named(office: Office) -> None:
    row = to_sealed(office)
    Dispatch.objects.filter(pk=row.pk).update(body=BODY + "。")
    row = Dispatch.objects.get(pk=row.pk)
    assert [each.what for each in issuing.verify(row)]
    with pytest.raises(Refused):
        issuing.distribute(row.pk, actor=office.clerk, ways={})


def test_a_changed_text_goes_back_to_the_signer(office: Office) -> None:
    row = to_signed(office)
    row = signing.revise(
        row.pk, actor=office.screener, title=row.title, body=BODY + "\n补充说明。", reason="漏一段"
    )
    assert row.state == State.READY
    assert (row.signed_at, row.dated_on) == (None, None)
    assert [item.assignee for item in row.open_items] == [office.principal]
    row = signing.sign(row.pk, actor=office.principal, opinion="同意。")
    assert row.signed_digest == row.digest


def test_countersignatures_come_before_the_signature(office: Office) -> None:
    row = writing.draft(words(office), actor=office.staff)
    writing.submit(row.pk, actor=office.staff)
    reviewing.review(row.pk, actor=office.head, opinion="同意。")
    row = reviewing.check(
        row.pk, actor=office.director, points=POINTS, opinion="请会签。",
        asked=[office.data, "江川省财政厅"],
    )  # fmt: skip
    assert row.state == State.CHECKED
    row = reviewing.countersign(row.pk, actor=office.other_head, agrees=True, opinion="无意见。")
    assert row.state == State.CHECKED
    row = reviewing.note_countersign(
        row.pk, actor=office.screener, body="江川省财政厅", signer="王某", agrees=True,
        opinion="同意", papers=[scanned()],
    )  # fmt: skip
    assert row.state == State.READY
    assert [item.step for item in row.open_items] == ["sign"]


def test_a_number_is_given_after_signing_only_and_the_database_says_so(office: Office) -> None:
    row = to_ready(office)
    with pytest.raises(DatabaseError), transaction.atomic():
        Dispatch.objects.filter(pk=row.pk).update(year=2026, serial=1)


@pytest.mark.parametrize("table", ["remark", "version", "impression", "measurement"])
def test_a31_what_was_written_stays(office: Office, table: str) -> None:
    to_sealed(office)
    update, delete = f"UPDATE documents_{table} SET id = id", f"DELETE FROM documents_{table}"  # noqa: S608
    for statement in (update, delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)


def test_every_step_has_a_role(office: Office) -> None:
    held = frozenset().union(*(person.permissions for person in User.objects.all()))
    assert {f"documents.{step.name}_dispatch" for step in DISPATCH} - held == set()
