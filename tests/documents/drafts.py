"""A draft and how far it has come, for every test that needs a dispatch."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.base import ContentFile

from documents.drafting.models import Dispatch, OrganCode, Seal
from documents.drafting.plan import POINTS, Recipient, Words
from documents.drafting.services import issuing, reviewing, signing, writing
from documents.receipt.models import IncomingDocument
from office.people.models import Unit, User
from tests.documents.factories import Office, make_office
from tests.office.papers import pdf

BODY = (
    "根据省局部署，现将有关事项请示如下：\n一、基本情况\n现有设备不能满足需要。\n"
    "二、经费来源\n在年度预算中列支。\n妥否，请批示。"
)


def drafting_office() -> Office:
    """Return the office with who reads the standards unit's drafts, and the seal."""
    made = make_office()
    prepare(made)
    return made


def prepare(made: Office) -> None:
    Unit.objects.filter(pk=made.standards.pk).update(leader=made.deputy)
    User.objects.filter(pk=made.principal.pk).update(name="陈国梁")
    made.principal.refresh_from_db()
    Seal.objects.create(name="中心印章", keeper=made.screener, in_use_since=dt.date(2020, 1, 1))


def words(office: Office, **more: Any) -> Words:
    code, _made = OrganCode.objects.get_or_create(code="江质信")
    facts: dict[str, Any] = {
        "kind": "请示", "direction": "up", "code": code,
        "title": "江川省质量技术信息中心关于购置审计设备的请示", "body": BODY,
        "addressees": ["江川省市场监督管理局"], "signer": office.principal,
        "note": "联系人：王敏，电话：0571-88001234",
    }  # fmt: skip
    return Words(**{**facts, **more})


def scanned(name: str = "回函.pdf") -> Any:
    """Return the paper of another body as it is uploaded; each is unlike the others."""
    return ContentFile(pdf(name), name)


def to_reviewed(
    office: Office, origin: IncomingDocument | None = None, as_: str = "replies", **more: Any
) -> Dispatch:
    row = writing.draft(words(office, **more), actor=office.staff, origin=origin, origin_kind=as_)
    writing.submit(row.pk, actor=office.staff)
    return reviewing.review(row.pk, actor=office.head, opinion="同意。")


def to_ready(office: Office, **more: Any) -> Dispatch:
    row = to_reviewed(office, **more)
    return reviewing.check(row.pk, actor=office.director, points=POINTS, opinion="已核。")


def to_signed(office: Office, **more: Any) -> Dispatch:
    row = to_ready(office, **more)
    return signing.sign(row.pk, actor=office.principal, opinion="同意。")


def to_sealed(office: Office, **more: Any) -> Dispatch:
    row = to_signed(office, **more)
    signing.recheck(row.pk, actor=office.screener)
    to = [Recipient("江川省市场监督管理局"), Recipient("质量数据科", office.data, is_main=False)]
    issuing.register(row.pk, actor=office.clerk, recipients=to, spare=2)
    issuing.print_(row.pk, actor=office.clerk)
    return issuing.seal(row.pk, actor=office.screener, seal=Seal.objects.get(), count=4)


def suggested_on(office: Office) -> Dispatch:
    """Return a draft that lies with the head for review, with a suggestion beside it."""
    prepare(office)
    row = writing.draft(words(office), actor=office.staff)
    writing.suggest(row.pk, actor=office.colleague, text="日期写全。")
    return writing.submit(row.pk, actor=office.staff)
