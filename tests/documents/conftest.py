"""The institution and the quiet calendar that the tests of documents share."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from documents.receipt.models import IncomingDocument
from documents.receipt.plan import POINTS
from documents.receipt.services import assignment, circulation, closing, handling, intake
from documents.reference import seed as defaults
from office.people.models import User
from office.workdays import calendar
from office.workdays.services import seed
from tests.documents.factories import (
    Office,
    fresh,
    make_office,
    paper,
    plan,
    seated,
    signed_for,
)
from tests.documents.lived import live


@pytest.fixture(autouse=True)
def plain_calendar() -> Iterator[None]:
    """Forget holidays another test may have left in the cache."""
    calendar.forget()
    yield
    calendar.forget()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Read refusals as the code writes them, whatever the catalogue says."""
    with translation.override("en"):
        yield


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Office]:
    """Two months of an office, lived once for a module; each test's own changes are undone."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        seed(range(2026, 2027))
        defaults.load()
        office = make_office()
        live(office)
        User.objects.update(language="en")
        yield office
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)
        calendar.forget()


@pytest.fixture
def told(office: Office) -> IncomingDocument:
    """A document that met everybody: three leaders' words, inputs, a deputy, readers, an answer."""
    row = intake.register(signed_for(office).pk, actor=office.clerk, **paper(
        title="江川省市场监督管理局关于开展2026年质量基础设施“一站式”服务成效评估的通知",
        doc_number="江市监质[2026]86号", urgency="加急"))  # fmt: skip
    pk = row.pk
    intake.screen(pk, actor=office.screener, points=POINTS, opinion="五项均符合，送拟办。")
    assignment.propose(
        pk, actor=office.director, opinion="拟请标准信息科主办，质量数据科协办。",
        plan=plan(office, assist_units=[office.data], readers=[office.head, office.other_head]),
        leaders=[office.deputy, office.principal],
    )  # fmt: skip
    stand_in = seated(office.other_head, office.deputy)
    assignment.instruct(pk, actor=stand_in, opinion="同意拟办意见，抓紧办理。")
    assignment.instruct(pk, actor=office.principal, opinion="请标准信息科牵头，材料要用数据说话。")
    assignment.name_handler(pk, actor=office.head, handler=office.staff)
    circulation.read(pk, actor=office.other_head, opinion="已阅，我科积极配合。")
    handling.assist(pk, actor=office.other_staff, opinion="已提供近三年数据12,486条。")
    handling.progress(pk, actor=office.staff, opinion="自评材料初稿完成。")
    handling.handle(pk, actor=office.staff, result="自评报告已报省局。")
    closing.answer(pk, actor=office.staff, method="document", to="省局质量处", text="已书面报送。")
    return fresh(row)
