"""Done-when 4: what was signed stays to the character, and what changed is named (A31)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from documents.drafting.models import Dispatch, Measurement
from documents.drafting.services import issuing, reviewing, signing, urging, writing
from documents.drafting.workflow import State
from office.errors import Refused
from office.files import services as files
from office.files.models import Attachment
from tests.documents.dispatching import CALLS, STRIDES, answer_all, fresh
from tests.documents.drafts import drafting_office, words
from tests.documents.factories import Office
from tests.office.factories import signed_in

pytestmark = pytest.mark.django_db
S = State
NAME = "测算表.txt"
TABLE = "documents_dispatch"


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Office:
    settings.MEDIA_ROOT = tmp_path
    return drafting_office()


def to(office: Office, state: State) -> Dispatch:
    """Take a dispatch with everything it can carry to a state."""
    text = words(
        office, copy_to=["江川省财政厅"], urgency="加急",
        annexes=(("设备清单", "一、服务器2台。"), ("测算说明", "按市场价测算。")),
    )  # fmt: skip
    row = writing.draft(text, actor=office.staff)
    urging.attach(row.pk, actor=office.staff, upload=SimpleUploadedFile(NAME, "十万元".encode()))
    answer_all(row.pk, office.staff)
    for each in STRIDES:
        step, person = STRIDES[each]
        CALLS[step](row.pk, getattr(office, person), office)
        if each == state:
            break
    return fresh(row.pk)


def _sql(statement: str, *values: object) -> Callable[[Dispatch], None]:
    def run(row: Dispatch) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, [*values, row.pk])
            assert cursor.rowcount == 1

    return run


def _bytes(step: str) -> Callable[[Dispatch], None]:
    def run(row: Dispatch) -> None:
        path = on_disk(row, step)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    return run


def on_disk(row: Dispatch, step: str) -> Path:
    file = Attachment.objects.about(row).get(step=step)
    return Path(settings.MEDIA_ROOT) / file.path


def _gone(step: str) -> Callable[[Dispatch], None]:
    return lambda row: on_disk(row, step).unlink()


def _swapped(row: Dispatch) -> None:
    """Another file takes the place of the attached one, with a hash that fits it."""
    other = files.keep(ContentFile("百万元".encode(), NAME))
    Attachment.objects.about(row).filter(step="attach").update(
        sha256=other["sha256"], path=other["path"]
    )


def _issued_anew(row: Dispatch) -> None:
    """Another paper takes the place of the issued one, in the row and in the attachment, too."""
    other = files.keep(ContentFile(on_disk(row, "issue").read_bytes() + b"\n%", "x.pdf"))
    Attachment.objects.about(row).filter(step="issue").update(
        sha256=other["sha256"], path=other["path"]
    )
    Dispatch.objects.filter(pk=row.pk).update(issued_sha256=other["sha256"])


def _resigned(row: Dispatch) -> None:
    """The text is changed and the digest in the row is made to fit it."""
    Dispatch.objects.filter(pk=row.pk).update(body=row.body + "。")
    Dispatch.objects.filter(pk=row.pk).update(signed_digest=fresh(row.pk).digest)


ANNEX = "UPDATE documents_annex SET {} WHERE id = (SELECT min(id) FROM documents_annex WHERE dispatch_id = %s)"  # noqa: E501
CHANGES: dict[str, tuple[Callable[[Dispatch], None], str]] = {
    "title": (_sql(f"UPDATE {TABLE} SET title = title || '。' WHERE id = %s"), "title"),
    "body": (_sql(f"UPDATE {TABLE} SET body = replace(body, '现有', '现用') WHERE id = %s"), "text"),
    "space": (_sql(f"UPDATE {TABLE} SET body = body || ' ' WHERE id = %s"), "text"),
    "addressees": (
        _sql(f"UPDATE {TABLE} SET addressees[1] = addressees[1] || '厅' WHERE id = %s"), "addressees",
    ),
    "copy_to": (_sql(f"UPDATE {TABLE} SET copy_to = '{{}}' WHERE id = %s"), "copy recipients"),
    "note": (_sql(f"UPDATE {TABLE} SET note = note || '1' WHERE id = %s"), "note"),
    "urgency": (_sql(f"UPDATE {TABLE} SET urgency = '特急' WHERE id = %s"), "urgency"),
    "kind": (_sql(f"UPDATE {TABLE} SET kind = '报告' WHERE id = %s"), "kind"),
    "co_issuers": (
        _sql(f"UPDATE {TABLE} SET co_issuers = '{{某局}}' WHERE id = %s"), "issuing bodies",
    ),
    "annex title": (_sql(ANNEX.format("title = title || '1'")), "设备清单1"),
    "annex text": (_sql(ANNEX.format("body = replace(body, '2', '9')")), "设备清单"),
    "annex gone": (_sql(ANNEX.format("dispatch_id = dispatch_id").replace("UPDATE documents_annex SET dispatch_id = dispatch_id", "DELETE FROM documents_annex")), "测算说明"),  # noqa: E501
    "file on disk": (_bytes("attach"), NAME),
    "file gone": (_gone("attach"), NAME),
    "file swapped": (_swapped, NAME),
    "file withdrawn": (
        lambda row: Attachment.objects.about(row).filter(step="attach").update(withdrawn_at=row.begun_at) and None, NAME,  # noqa: E501
    ),
    "digest too": (_resigned, "text"),
    "paper on disk": (_bytes("issue"), ".pdf"),
    "paper gone": (_gone("issue"), ".pdf"),
    "paper withdrawn": (
        lambda row: Attachment.objects.about(row).filter(step="issue").update(withdrawn_at=row.begun_at) and None, "issued paper",  # noqa: E501
    ),
    "paper swapped": (_issued_anew, ".pdf"),
}  # fmt: skip


def test_a31_one_changed_character_is_named_shown_and_stops_everything(office: Office) -> None:
    sealed = to(office, S.SEALED)
    assert issuing.verify(sealed) == []
    kept = {path: path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}
    for change, (spoil, name) in CHANGES.items():
        with transaction.atomic():
            spoil(sealed)
            found = [each.what for each in issuing.verify(fresh(sealed.pk))]
            assert [what for what in found if what.endswith(name)], (change, found)
            assert len(found) <= 2, (change, found)
            stopped(sealed.pk, office, found[0])
            transaction.set_rollback(True)
        for path, content in kept.items():
            path.write_bytes(content)
    assert issuing.verify(fresh(sealed.pk)) == []


def stopped(pk: int, office: Office, what: str) -> None:
    """The record says what is wrong, and the dispatch goes no further."""
    page = signed_in(office.clerk).get(fresh(pk).get_absolute_url()).content.decode()
    assert 'class="notice bad"' in page
    with pytest.raises(Refused) as refusal:
        issuing.distribute(pk, actor=office.clerk, ways={})
    assert what in refusal.value.reason or "not the one that was signed" in refusal.value.reason
    assert fresh(pk).state == S.SEALED


@pytest.mark.parametrize("change", ["paper on disk", "file on disk", "digest too", "note"])
def test_a31_what_was_changed_is_not_sealed(office: Office, change: str) -> None:
    row = to(office, S.PRINTED)
    CHANGES[change][0](row)
    with pytest.raises(Refused):
        CALLS["seal"](row.pk, office.screener, office)
    assert not fresh(row.pk).impressions.exists()


@pytest.mark.parametrize(("state", "step", "who"), [
    (S.SIGNED, "recheck", "screener"), (S.RECHECKED, "register", "clerk"),
    (S.REGISTERED, "print", "clerk"),
])  # fmt: skip
def test_a31_what_was_changed_gets_no_number_and_no_paper(
    office: Office, state: State, step: str, who: str
) -> None:
    row = to(office, state)
    CHANGES["file swapped"][0](row)
    with pytest.raises(Refused):
        CALLS[step](row.pk, getattr(office, who), office)


def test_files_of_a_signed_text_stay_and_before_that_come_and_go(office: Office) -> None:
    row = to(office, S.READY)
    file = Attachment.objects.about(row).get(step="attach")
    files.withdraw(file.pk, actor=office.staff)
    signing.sign(row.pk, actor=office.principal, opinion="同意。")
    assert issuing.verify(fresh(row.pk)) == []

    row = to(office, S.SIGNED)
    file = Attachment.objects.about(row).get(step="attach")
    with pytest.raises(Refused, match="signed"):
        files.withdraw(file.pk, actor=office.staff)
    with pytest.raises(Refused):
        urging.attach(row.pk, actor=office.staff, upload=SimpleUploadedFile("b.txt", b"b"))


def test_the_issued_paper_is_nobodys_to_withdraw(office: Office) -> None:
    row = to(office, S.PRINTED)
    issued = Attachment.objects.about(row).get(step="issue")
    with pytest.raises(Refused, match="signed"):
        files.withdraw(issued.pk, actor=office.clerk)


def test_a_paper_that_fails_a_measure_is_not_sealed(office: Office) -> None:
    row = to(office, S.PRINTED)
    Measurement.objects.create(
        dispatch=row, sha256=row.issued_sha256, passed=40, failed=[{"id": "L01"}]
    )
    with pytest.raises(Refused, match="measure"):
        CALLS["seal"](row.pk, office.screener, office)


def test_the_next_signature_locks_the_next_text(office: Office) -> None:
    row = to(office, S.SIGNED)
    first = row.signed_digest
    CALLS["revise"](row.pk, office.screener, office)
    assert fresh(row.pk).signed_digest == ""
    with pytest.raises(Refused):
        CALLS["recheck"](row.pk, office.screener, office)
    signing.sign(row.pk, actor=office.principal, opinion="同意。")
    row = fresh(row.pk)
    assert row.signed_digest not in ("", first)
    assert issuing.verify(row) == []
    reviewing.send_back(row.pk, actor=office.screener, to=S.DRAFTING, reason="再改。")
    assert fresh(row.pk).signed_digest == ""
