"""代理: an acting person does it for somebody; A23: nobody approves his own request."""

import datetime as dt

import pytest

from documents.receipt.models import IncomingDocument
from documents.receipt.services import assignment, circulation, closing, handling
from documents.receipt.sheet import build
from documents.receipt.workflow import State
from office import clock
from office.audit.models import Entry
from office.desk.models import WorkItem
from office.errors import Refused
from office.people.deputies import arrange_acting
from office.people.models import User
from tests.documents.factories import (
    Office,
    day,
    fresh,
    not_allowed,
    owed,
    refused,
    seated,
    sitting,
    step,
    walk,
)


def test_an_acting_person_does_it_for_somebody_and_the_sheet_says_so(office: Office) -> None:
    row = walk(None, State.PROPOSED, office)
    actor = seated(office.deputy, office.principal)
    with step(row, "instruct"):
        assignment.instruct(row.pk, actor=actor, opinion="代为批示：同意。")

    words = build(fresh(row)).of("instruct")[0]
    assert (words.name, words.acting_for) == ("Deputy", "Principal")
    entry = Entry.objects.about(row).latest("pk")
    assert (entry.actor, entry.on_behalf_of) == (office.deputy, office.principal)
    item = WorkItem.objects.about(row).get(step="instruct")
    assert (item.done_by, item.on_behalf_of) == (office.deputy, office.principal)


def test_who_was_absent_may_withdraw_what_was_done_for_him(office: Office) -> None:
    row = walk(None, State.PROPOSED, office)
    assignment.instruct(row.pk, actor=seated(office.deputy, office.principal), opinion="同意")
    assert "withdraw" in row.workflow.open_to(fresh(row), office.principal)
    assert "withdraw" not in row.workflow.open_to(fresh(row), office.deputy)


def test_the_seat_has_the_powers_and_only_those(office: Office) -> None:
    row = walk(None, State.PROPOSED, office)
    with refused(row, "another desk"):
        assignment.instruct(row.pk, actor=office.deputy, opinion="越权")
    actor = seated(office.deputy, office.head)
    with pytest.raises(IncomingDocument.DoesNotExist):  # nor does he see what the leader sees
        assignment.instruct(walk(None, State.SCREENED, office).pk, actor=actor, opinion="越权")
    with not_allowed(row):
        assignment.instruct(row.pk, actor=actor, opinion="越权")


def test_an_acting_reader_reads_the_copy_of_the_absent(office: Office) -> None:
    row = walk(None, State.CIRCULATING, office)
    with step(row, "read"):
        circulation.read(row.pk, actor=seated(office.colleague, office.head), opinion="代阅")
    reading = build(fresh(row)).readers[0]
    assert (reading.name, reading.acting, reading.opinion) == ("Head", "Colleague", "代阅")


def test_claimed_for_the_absent_it_is_the_absents_to_handle(office: Office) -> None:
    row = walk(None, State.ASSIGNED, office)
    assignment.claim(row.pk, actor=seated(office.colleague, office.staff))
    assert (fresh(row).handler, owed(row)) == (office.staff, {("handle", "Staff")})
    with refused(row, "Only the handler"):
        handling.progress(row.pk, actor=office.colleague, opinion="自记")
    with step(row, "handle"):
        handling.handle(row.pk, actor=sitting(office.colleague, office.staff), result="代办毕")


def test_signing_registering_and_closing_record_who_did_it(office: Office) -> None:
    actor = seated(office.staff, office.clerk)
    row = walk(None, State.ANSWERED, office)
    with step(row, "close"):
        closing.close(row.pk, actor=actor)
    assert fresh(row).closed_by == office.staff
    assert Entry.objects.about(row).latest("pk").on_behalf_of == office.clerk


def test_what_was_named_with_ones_own_roles_not_the_seats(office: Office) -> None:
    """The head's deputy names himself: his own roles count, not those of the seat."""
    row = walk(None, State.ASSIGNED, office)
    actor = seated(office.staff, office.head)
    with step(row, "name_handler"):
        assignment.name_handler(row.pk, actor=actor, handler=actor)
    assert fresh(row).handler == office.staff


# A23


def asked(office: Office, actor: User | None = None) -> IncomingDocument:
    row = walk(None, State.HANDLING, office)
    handling.ask_extension(row.pk, actor=actor or office.staff, until=day(15), reason="需核")
    return fresh(row)


def test_a23_a_delegate_does_not_grant_what_he_asked_himself(office: Office) -> None:
    row = asked(office)
    with refused(row, "his own"):
        handling.decide_extension(
            row.pk, actor=seated(office.staff, office.principal), granted=True
        )


def test_a23_nobody_grants_what_a_delegate_asked_for_him(office: Office) -> None:
    row = asked(office, seated(office.colleague, office.staff))
    with refused(row, "his own"):
        handling.decide_extension(
            row.pk, actor=seated(office.staff, office.principal), granted=True
        )
    with refused(row, "his own"):
        handling.decide_extension(
            row.pk, actor=seated(office.colleague, office.deputy), granted=True
        )


def test_a23_nobody_grants_by_a_second_post(office: Office) -> None:
    """The director heads the unit that handles it: another leader decides."""
    row = walk(None, State.SCREENED, office)
    assignment.propose(
        row.pk, actor=office.director, opinion="办公室自办",
        plan=assignment.Plan(lead_unit=office.bureau, due_on=day(10)),
    )  # fmt: skip
    assignment.claim(row.pk, actor=office.director)
    with step(row, "ask_extension"):
        handling.ask_extension(row.pk, actor=office.director, until=day(15), reason="需核")
    assert owed(row) == {
        ("handle", "Director"), ("decide_extension", "Principal"), ("decide_extension", "Deputy"),
    }  # fmt: skip
    with refused(row, "his own"):
        handling.decide_extension(row.pk, actor=office.director, granted=True)
    with step(row, "decide_extension"):
        handling.decide_extension(row.pk, actor=office.deputy, granted=True)


def test_a23_an_extension_never_lies_with_a_new_handler(office: Office) -> None:
    User.objects.filter(pk=office.colleague.pk).update(roles=["office_director", "staff"])
    User.objects.filter(pk=office.director.pk).update(roles=["staff"])
    row = walk(None, State.ASSIGNED, office)
    row.instructions.update(cancelled_at=clock.now())
    assignment.claim(row.pk, actor=office.staff)
    handling.ask_extension(row.pk, actor=office.staff, until=day(15), reason="需核")
    assert ("decide_extension", "Colleague") in owed(row)
    colleague = User.objects.get(pk=office.colleague.pk)
    with step(row, "transfer"):
        assignment.transfer(row.pk, actor=office.staff, to=colleague, reason="出差")
    assert ("decide_extension", "Principal") in owed(row)


def test_a23_when_there_is_nobody_else_it_is_not_asked(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    User.objects.filter(roles__overlap=["leader", "office_director"]).update(roles=["staff"])
    with refused(row, "nobody who could decide"):
        handling.ask_extension(row.pk, actor=office.staff, until=day(15), reason="需核")


def test_a23_there_is_no_chain_of_deputies(office: Office) -> None:
    today, week = clock.today(), dt.timedelta(days=7)

    def arrange(absent: User, deputy: User) -> None:
        arrange_acting(
            actor=absent,
            absent=absent,
            deputy=deputy,
            starts_on=today,
            ends_on=today + week,
            reason="出差",
        )

    arrange(office.principal, office.deputy)
    for absent, deputy in ((office.deputy, office.principal), (office.deputy, office.head),
                           (office.head, office.principal)):  # fmt: skip
        with pytest.raises(Refused):
            arrange(absent, deputy)
