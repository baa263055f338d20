"""拟办、批分: who proposes, who instructs in which order, who takes it in hand (条例 §24(4))."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from documents.receipt.models import IncomingDocument
from documents.receipt.plan import Plan
from documents.receipt.services import assignment, intake
from documents.receipt.workflow import State
from documents.reference.models import UrgencyLimit
from office import clock
from office.errors import NotAllowed, Refused
from office.notifications.models import Notice
from office.people.models import Unit, User
from tests.documents.factories import (
    Office,
    day,
    fresh,
    not_allowed,
    owed,
    paper,
    plan,
    refused,
    signed_for,
    step,
    trail,
    walk,
)


def proposed(office: Office, *leaders: User, **given: object) -> IncomingDocument:
    row = walk(None, State.SCREENED, office)
    assignment.propose(
        row.pk, actor=office.director, opinion="拟办", plan=plan(office, **given), leaders=leaders
    )
    return fresh(row)


def instruct(row: IncomingDocument, leader: User, plan: Plan | None = None) -> None:
    with step(row, "instruct"):
        assignment.instruct(row.pk, actor=leader, opinion="同意。", plan=plan)


# 拟办


def test_a_proposal_goes_to_the_first_leader(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    with step(row, "propose"):
        assignment.propose(
            row.pk, actor=office.director, opinion="拟请标准信息科主办。",
            plan=plan(office, assist_units=[office.data]),
            leaders=[office.principal, office.deputy],
        )  # fmt: skip
    row = fresh(row)

    assert (row.state, row.nature, row.lead_unit) == ("proposed", "handling", office.standards)
    assert (row.due_on, row.limit_workdays) == (day(10), 10)
    assert owed(row) == {("instruct", "Principal")}
    assert [turn.leader for turn in row.instructions.all()] == [office.principal, office.deputy]


def test_without_a_leader_the_unit_has_it_at_once(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    with step(row, "propose"):
        assignment.propose(
            row.pk,
            actor=office.director,
            opinion="转办。",
            plan=plan(office, assist_units=[office.data]),
        )
    assert fresh(row).state == State.ASSIGNED
    assert owed(row) == {
        ("claim", "标准信息科"),
        ("name_handler", "Head"),
        ("assist", "质量数据科"),
    }


def test_a_proposal_needs_a_unit_that_can_take_it(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    empty = Unit.objects.create(code="e", name="空科", short_name="空科", parent=office.top)
    for lead in (None, empty):
        with refused(row):
            assignment.propose(
                row.pk, actor=office.director, opinion="拟办", plan=plan(office, lead_unit=lead)
            )
    with refused(row):
        assignment.propose(
            row.pk, actor=office.director, opinion="拟办", plan=plan(office, assist_units=[empty])
        )


def test_only_leaders_are_asked_to_instruct_each_once(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    with refused(row, "Head"):
        assignment.propose(
            row.pk, actor=office.director, opinion="拟办", plan=plan(office), leaders=[office.head]
        )
    row = proposed(office, office.principal, office.principal)
    assert row.instructions.count() == 1


def test_the_table_of_the_institution_gives_the_day(office: Office) -> None:
    UrgencyLimit.objects.create(urgency="特急", workdays=2)
    row = signed_for(office)
    intake.register(row.pk, actor=office.clerk, **paper(urgency="特急"))
    row = walk(fresh(row), State.SCREENED, office)
    assignment.propose(
        row.pk, actor=office.director, opinion="拟办", plan=Plan(lead_unit=office.standards)
    )
    assert (fresh(row).due_on, fresh(row).limit_workdays) == (day(2), 2)


def test_a_day_that_has_passed_is_refused(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    yesterday = clock.today() - dt.timedelta(days=1)
    with refused(row, "passed"):
        assignment.propose(
            row.pk, actor=office.director, opinion="拟办", plan=plan(office, due_on=yesterday)
        )


def test_a26_a_day_of_rest_is_refused_and_never_moved(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    rest = next(d for n in range(1, 9) if (d := day(0) + dt.timedelta(days=n)).weekday() == 6)
    with refused(row, f"{rest} is not a workday"):
        assignment.propose(
            row.pk, actor=office.director, opinion="拟办", plan=plan(office, due_on=rest)
        )


def test_a_document_for_reading_skips_to_circulation(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    with step(row, "distribute"):
        assignment.distribute(
            row.pk, actor=office.director, opinion="传阅", readers=[office.head, office.head]
        )
    assert (fresh(row).state, fresh(row).nature) == ("circulating", "reading")
    assert owed(row) == {("read", "Head")}


def test_reading_needs_readers_who_read(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    for readers in ([], [office.audit], [office.head, office.system]):
        with refused(row):
            assignment.distribute(row.pk, actor=office.director, opinion="", readers=readers)


@pytest.mark.parametrize("name", ["clerk", "screener", "principal", "head", "audit"])
def test_only_the_director_proposes(office: Office, name: str) -> None:
    row = walk(None, State.SCREENED, office)
    actor = getattr(office, name)
    error = IncomingDocument.DoesNotExist if name in ("head", "audit") else NotAllowed
    with pytest.raises(error):
        assignment.propose(row.pk, actor=actor, opinion="拟办", plan=plan(office))
    assert fresh(row).state == State.SCREENED


# 批示


def test_leaders_instruct_in_order(office: Office) -> None:
    row = proposed(office, office.principal, office.deputy)
    with refused(row, "another desk: Principal"):
        assignment.instruct(row.pk, actor=office.deputy, opinion="先说")

    instruct(row, office.principal)
    assert (fresh(row).state, owed(row)) == ("proposed", {("instruct", "Deputy")})
    with refused(row, "Deputy"):
        assignment.instruct(row.pk, actor=office.principal, opinion="再说")
    instruct(row, office.deputy)
    assert fresh(row).state == State.ASSIGNED
    assert [turn.opinion.author for turn in row.instructions.all() if turn.opinion] == [
        office.principal, office.deputy,
    ]  # fmt: skip


def test_who_instructed_has_read_his_copy(office: Office) -> None:
    row = proposed(office, office.principal, readers=[office.principal, office.other_head])
    assert {who for step_owed, who in owed(row) if step_owed == "read"} == {
        str(office.principal), str(office.other_head),
    }  # fmt: skip
    instruct(row, office.principal)
    assert {who for step_owed, who in owed(row) if step_owed == "read"} == {str(office.other_head)}
    copy = row.readers.get(reader=office.principal)
    assert (copy.read_by, copy.read_at is not None) == (office.principal, True)


def test_an_instruction_has_words(office: Office) -> None:
    row = proposed(office, office.principal)
    with refused(row):
        assignment.instruct(row.pk, actor=office.principal, opinion=" ")


def test_a_leader_changes_unit_assistants_readers_and_limit(office: Office) -> None:
    row = proposed(office, office.principal, assist_units=[office.data])
    change = Plan(
        lead_unit=office.data, assist_units=[office.bureau], due_on=day(3), assist_due_on=day(2),
        readers=[office.deputy],
    )  # fmt: skip
    instruct(row, office.principal, change)
    row = fresh(row)

    assert (row.lead_unit, row.due_on, row.limit_workdays) == (office.data, day(3), 3)
    assert [(part.unit, part.due_on) for part in row.open_assists] == [(office.bureau, day(2))]
    assert owed(row) == {
        ("claim", "质量数据科"),
        ("name_handler", "Other_Head"),
        ("assist", "办公室"),
        ("read", "Deputy"),
    }


def test_what_a_leader_leaves_open_stays(office: Office) -> None:
    row = proposed(office, office.principal, assist_units=[office.data])
    instruct(row, office.principal, Plan(due_on=day(4)))
    row = fresh(row)
    assert (row.lead_unit, row.due_on) == (office.standards, day(4))
    assert [part.unit for part in row.open_assists] == [office.data]


def test_an_assistant_that_becomes_the_lead_owes_no_input(office: Office) -> None:
    row = proposed(office, office.principal, assist_units=[office.data])
    instruct(row, office.principal, Plan(lead_unit=office.data))
    assert fresh(row).open_assists == []


def test_each_assisting_unit_has_its_own_day(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    days = {office.data.pk: day(3)}
    given = plan(
        office, assist_units=[office.data, office.bureau], assist_due_on=day(6), assist_days=days
    )
    assignment.propose(row.pk, actor=office.director, opinion="拟办", plan=given)
    due = {item.unit: item.due_on for item in fresh(row).open_items if item.step == "assist"}
    assert due == {office.data: day(3), office.bureau: day(6)}


def test_an_overdue_document_is_still_instructed_on(office: Office) -> None:
    row = proposed(office, office.principal)
    late = clock.today() - dt.timedelta(days=3)
    IncomingDocument.objects.filter(pk=row.pk).update(due_on=late)
    instruct(row, office.principal, plan(office, due_on=late))
    assert fresh(row).due_on == late


def test_several_documents_at_once_each_recorded_by_itself(office: Office, client: Client) -> None:
    rows = [proposed(office, office.principal) for _n in range(3)]
    others = proposed(office, office.deputy)
    client.force_login(office.principal, "office.people.backends.OfficeBackend")
    ticked = {"action": "instruct", "go": "1", "row": [row.pk for row in [*rows, others]]}
    words = {"opinion": "已阅，同意。", f"opinion-{rows[0].pk}": "请抓紧办理。"}
    answer = client.post(reverse("documents:incoming-batch"), ticked | words)
    assert answer.status_code == 302
    for row in rows:
        assert trail(row)[-1] == "instruct"
    said = [fresh(row).opinions.get(step="instruct").text for row in rows]
    assert said == ["请抓紧办理。", "已阅，同意。", "已阅，同意。"]
    assert fresh(others).state == State.PROPOSED


def test_words_missing_for_one_row_leave_every_row_as_it_is(office: Office, client: Client) -> None:
    first, second = (proposed(office, office.principal) for _n in range(2))
    client.force_login(office.principal, "office.people.backends.OfficeBackend")
    given = {"action": "instruct", "go": "1", "row": [first.pk, second.pk], "opinion": " "}
    answer = client.post(
        reverse("documents:incoming-batch"), given | {f"opinion-{first.pk}": "请抓紧办理。"}
    )
    assert answer.status_code == 422
    assert [fresh(row).state for row in (first, second)] == [State.PROPOSED] * 2
    form = answer.context["form"]
    assert list(form.errors) == [f"opinion-{second.pk}"]
    assert "请抓紧办理。" in answer.content.decode()  # nothing typed is lost


def test_a_row_that_refuses_does_not_stop_the_others(office: Office, client: Client) -> None:
    first, moved, last = (proposed(office, office.principal) for _n in range(3))
    instruct(moved, office.principal)
    client.force_login(office.principal, "office.people.backends.OfficeBackend")
    given = {"action": "instruct", "go": "1", "row": [first.pk, moved.pk, last.pk]}
    answer = client.post(
        reverse("documents:incoming-batch"), given | {"opinion": "已阅，同意。"}, follow=True
    )
    assert [fresh(row).state for row in (first, last)] == [State.ASSIGNED] * 2
    assert fresh(moved).opinions.filter(step="instruct").count() == 1
    assert f"{fresh(moved).reference}：" in answer.content.decode()


def test_copies_go_to_nobody_while_a_reader_is_unknown(office: Office, client: Client) -> None:
    row = proposed(office, office.principal)
    client.force_login(office.director, "office.people.backends.OfficeBackend")
    for readers in ("", "查无此人"):
        given = {"action": "circulate", "go": "1", "row": row.pk, "readers": readers}
        answer = client.post(reverse("documents:incoming-batch"), given)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["readers"]
    assert not fresh(row).readings


def test_the_office_hears_of_an_instruction_at_once(office: Office) -> None:
    row = proposed(office, office.principal, office.deputy)
    instruct(row, office.principal)
    instruct(row, office.deputy)
    told = Notice.objects.filter(recipient=office.director, text__contains="同意。")
    assert told.count() == 2


# 承办人


def test_the_head_names_a_handler_of_the_unit(office: Office) -> None:
    row = walk(None, State.ASSIGNED, office)
    with refused(row, "does not belong"):
        assignment.name_handler(row.pk, actor=office.head, handler=office.other_staff)
    with refused(row, "cannot take"):
        assignment.name_handler(row.pk, actor=office.head, handler=office.audit)
    with not_allowed(row):
        assignment.name_handler(row.pk, actor=office.staff, handler=office.colleague)

    with step(row, "name_handler"):
        assignment.name_handler(row.pk, actor=office.head, handler=office.staff)
    assert (fresh(row).handler, owed(row)) == (office.staff, {("handle", "Staff")})


def test_another_head_names_nobody(office: Office) -> None:
    row = proposed(office)
    with pytest.raises(IncomingDocument.DoesNotExist):
        assignment.name_handler(row.pk, actor=office.other_head, handler=office.staff)
    with refused(row, "head of 标准信息科"):
        assignment.name_handler(row.pk, actor=office.director, handler=office.staff)


def test_the_head_names_somebody_else_when_the_handler_is_away(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    with refused(row, "already"):
        assignment.name_handler(row.pk, actor=office.head, handler=office.staff)
    with step(row, "name_handler"):
        assignment.name_handler(row.pk, actor=office.head, handler=office.colleague)
    assert (fresh(row).handler, owed(row)) == (office.colleague, {("handle", "Colleague")})
    assert [i.outcome for i in fresh(row).items if i.step == "handle"] == ["dropped", ""]


def test_the_first_to_claim_has_it(office: Office) -> None:
    row = walk(None, State.ASSIGNED, office)
    with step(row, "claim"):
        assignment.claim(row.pk, actor=office.colleague)
    assert (fresh(row).handler, owed(row)) == (office.colleague, {("handle", "Colleague")})
    with refused(row, "moved on"):
        assignment.claim(row.pk, actor=office.staff)


def test_an_officer_has_no_part_in_the_pool_of_his_unit(office: Office) -> None:
    row = walk(None, State.ASSIGNED, office)
    assert not IncomingDocument.objects.visible_to(office.audit).exists()
    assert not any(item.held_by(office.audit) for item in row.open_items)
    with pytest.raises(IncomingDocument.DoesNotExist):
        assignment.claim(row.pk, actor=office.audit)


def test_the_handler_gives_it_to_a_colleague(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    for to, match in (
        (office.other_staff, "belong"),
        (office.staff, "already"),
        (office.audit, "cannot"),
    ):
        with refused(row, match):
            assignment.transfer(row.pk, actor=office.staff, to=to, reason="出差")
    with refused(row, "words"):
        assignment.transfer(row.pk, actor=office.staff, to=office.colleague, reason="")
    with refused(row, "Only the handler"):
        assignment.transfer(row.pk, actor=office.head, to=office.colleague, reason="出差")

    with step(row, "transfer"):
        assignment.transfer(row.pk, actor=office.staff, to=office.colleague, reason="出差")
    assert (fresh(row).handler, owed(row)) == (office.colleague, {("handle", "Colleague")})


def test_the_database_refuses_an_assignment_without_a_unit(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    with pytest.raises(IntegrityError, match="assigned_has_unit"), transaction.atomic():
        IncomingDocument.objects.filter(pk=row.pk).update(state=State.ASSIGNED)


def test_refusals_say_what_is_wrong_and_cite_the_rule(office: Office) -> None:
    row = walk(None, State.ASSIGNED, office)
    with pytest.raises(Refused) as error:
        assignment.name_handler(row.pk, actor=office.head, handler=office.other_staff)
    assert error.value.clause == "条例 第二十四条（四）"
