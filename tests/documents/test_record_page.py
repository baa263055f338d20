"""What the record says of words taken back, and the desk of work one owes in one's own name."""

import pytest

from documents.receipt.plan import Plan
from documents.receipt.services.assignment import propose
from documents.receipt.services.returning import withdraw
from documents.receipt.workflow import State
from office.desk.models import WorkItem
from tests.documents.factories import walk

pytestmark = pytest.mark.django_db


def test_words_that_were_taken_back_are_struck_out(client, office):
    row = walk(None, to=State.SCREENED, office=office)
    plan = Plan(lead_unit=office.standards)
    propose(
        row.pk, actor=office.director, opinion="写错了的意见", plan=plan, leaders=[office.principal]
    )
    withdraw(row.pk, actor=office.director)
    client.force_login(office.director, backend="office.people.backends.OfficeBackend")

    page = client.get(row.get_absolute_url()).content.decode()

    assert "<s>写错了的意见</s>" in page


def test_a_head_sees_a_document_once_though_his_unit_may_claim_it(office):
    row = walk(None, to=State.ASSIGNED, office=office)

    mine = WorkItem.objects.about(row).open().owed_by(office.head).filter(reading=False)
    others = WorkItem.objects.about(row).open().owed_by(office.staff).filter(reading=False)

    assert [item.step for item in mine] == ["name_handler"]
    assert [item.step for item in others] == ["claim"]
