"""What the record says of words taken back, and the desk of work one owes in one's own name."""

import pytest
from django.utils import translation

from documents.receipt.plan import Plan
from documents.receipt.services.assignment import propose
from documents.receipt.services.returning import withdraw
from documents.receipt.workflow import State
from office.desk.models import WorkItem
from tests.documents.factories import fresh, walk

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


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.SIGNED_FOR, "Waiting for Registry clerk to register"),
        (State.REGISTERED, "Waiting for Office staff to screen"),
        (State.SCREENED, "Waiting for Office director to propose"),
        (State.PROPOSED, "Waiting for Principal to instruct"),
        (State.ASSIGNED, "Waiting for 标准信息科 to handle"),
        (State.HANDLING, "Waiting for Staff to handle"),
        (State.HANDLED, "Waiting for Staff to answer"),
        (State.ANSWERED, "Waiting for Registry clerk to close"),
        (State.CIRCULATING, "Waiting for 2 readers"),
        (State.CLOSED, "Closed"),
    ],
)
def test_who_owes_nothing_is_told_whom_it_waits_for(client, office, state, words):
    row = walk(None, to=state, office=office)
    client.force_login(office.archivist, backend="office.people.backends.OfficeBackend")
    office.archivist.language = "en"
    office.archivist.save()
    page = client.get(row.get_absolute_url()).content.decode()
    assert f'<span class="step">{words}<small' in page


def test_whom_it_waits_for_in_the_words_of_the_office(office):
    row = walk(None, to=State.PROPOSED, office=office)
    sealed = walk(None, to=State.SEALED, office=office)
    with translation.override("zh-hans"):
        assert row.waits_for == "待Principal批示"
        assert sealed.waits_for == "待机要员领取"


def parts_of(client, row):
    form = client.get(row.get_absolute_url()).context["form"]
    return [(p.unit.name, p.head, p.is_ticked, p.leads) for p in form.proposed]


def test_a_leader_finds_the_proposal_ticked_and_changes_it_in_the_list(client, office):
    row = walk(None, to=State.SCREENED, office=office)
    plan = Plan(lead_unit=office.standards, assist_units=[office.data])
    propose(
        row.pk, actor=office.director, opinion="拟办", plan=plan,
        leaders=[office.principal, office.deputy],
    )  # fmt: skip
    client.force_login(office.principal, backend="office.people.backends.OfficeBackend")
    assert parts_of(client, row) == [
        ("标准信息科", "Head", True, True), ("质量数据科", "Other_Head", True, False),
    ]  # fmt: skip
    form = client.get(row.get_absolute_url()).context["form"]
    assert [part.unit for part in form.others] == [office.bureau]
    assert form.turns_to_come() == "Deputy"

    url = f"{row.get_absolute_url()}instruct/"
    given = {"opinion": "", "lead_unit": office.bureau.pk, "assist_units": [office.data.pk]}
    answer = client.post(url, given | {"due_on": form["due_on"].value()})
    assert answer.status_code == 422  # the words are missing: the ticks stay as they were set
    kept = answer.context["form"]
    assert [(p.unit, p.leads) for p in kept.others if p.is_ticked] == [(office.bureau, True)]
    assert [p.is_ticked for p in kept.proposed] == [False, True]

    given |= {"opinion": "同意", "assist_units": [office.standards.pk, office.bureau.pk]}
    assert client.post(url, given | {"due_on": form["due_on"].value()}).status_code == 302
    row = fresh(row)
    assert row.lead_unit == office.bureau
    assert [part.unit for part in row.open_assists] == [office.standards]


def test_a_head_sees_a_document_once_though_his_unit_may_claim_it(office):
    row = walk(None, to=State.ASSIGNED, office=office)

    mine = WorkItem.objects.about(row).open().owed_by(office.head).filter(reading=False)
    others = WorkItem.objects.about(row).open().owed_by(office.staff).filter(reading=False)

    assert [item.step for item in mine] == ["name_handler"]
    assert [item.step for item in others] == ["claim"]
