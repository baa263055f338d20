
"""Every step from every state, as every person: exactly what the state table says (A2, A22)."""

from __future__ import annotations

import pytest
from django.db import transaction

from documents.drafting.invariants import check_invariants
from documents.drafting.models import Dispatch
from documents.drafting.workflow import DISPATCH, State
from office.access import OFFICERS, ROLES
from office.errors import NotAllowed, Refused
from office.people.models import User
from tests.documents.dispatching import CALLS, fresh, picture, walk
from tests.documents.drafts import drafting_office
from tests.documents.factories import Office

pytestmark = pytest.mark.django_db

# Who may take which step of the line in each state, of a draft by `staff` that `head` reviews.
MAY = """
drafting     submit            staff
submitted    review            head
reviewed     check             director
reviewed     refuse            director
checked      countersign       director other_head
checked      note_countersign  director screener
ready        sign              principal
signed       recheck           screener
signed       revise            screener
rechecked    register          clerk second_clerk
registered   print             clerk second_clerk
printed      seal              screener
sealed       distribute        clerk second_clerk
distributed  acknowledge       other_head other_staff
distributed  note_sent         clerk second_clerk
distributed  close             clerk second_clerk
closed       acknowledge       other_head other_staff
closed       file              clerk second_clerk
filed        acknowledge       other_head other_staff
drafting     edit              staff
submitted    edit              head
reviewed     edit              director
submitted    send_back         head
reviewed     send_back         director
ready        send_back         principal
signed       send_back         screener
rechecked    send_back         clerk second_clerk
submitted    withdraw          staff
reviewed     withdraw          head
checked      send_back         screener
checked      withdraw          director
ready        withdraw          director
signed       withdraw          principal
rechecked    withdraw          screener
"""
MAY_VOID = {"clerk", "second_clerk", "director"}
ASIDE = {"comment", "resolve", "attach", "urge", "annotate", "answer_finding"}
# What the table says, and how the service may answer: a step that is open may miss something yet.
TELLS = {
    "hidden": {"hidden"}, "forbidden": {"forbidden"}, "refused": {"refused"},
    "open": {"done", "refused"},
}  # fmt: skip
LINES = [line.split() for line in MAY.strip().splitlines()]
TOLD = {(state, step): set(people) for state, step, *people in LINES}


@pytest.fixture
def office() -> Office:
    return drafting_office()


def test_every_step_is_called() -> None:
    assert set(CALLS) == set(DISPATCH.steps)


def verdict(row: Dispatch, step: str, person: User) -> str:
    """Return what the table says to a person: hidden, forbidden, refused or open."""
    if not Dispatch.objects.visible_to(person).filter(pk=row.pk).exists():
        return "hidden"
    try:
        DISPATCH.check(row, step, person)
    except NotAllowed:
        return "forbidden"
    except Refused:
        return "refused"
    return "open"


@pytest.mark.parametrize("state", State.values)
def test_a2_a22_every_step_from_every_state_as_every_person(office: Office, state: str) -> None:
    """The service does what the table says; whatever it refuses has changed nothing."""
    row = walk(state, office)
    assert row.state == state
    check_invariants(row)
    before = picture(row.pk)
    asked: set[tuple[str, str]] = set()
    for step in CALLS:
        able = set()
        for person in office.people:
            says = verdict(row, step, person)
            able |= {person.username} if says == "open" else set()
            if (step, says) not in asked:  # one stands for all whom the table tells the same
                asked.add((step, says))
                ended = attempt(row.pk, step, person, office)
                assert ended in TELLS[says], (state, step, person, says, ended)
        assert step in ASIDE or able == who_may(state, step), (state, step)
    assert picture(row.pk) == before
    skip_nothing(row.pk, state, office)
    assert picture(row.pk) == before


def who_may(state: str, step: str) -> set[str]:
    if step == "void" and state in DISPATCH.steps["void"].sources:
        return MAY_VOID
    return TOLD.get((state, step), set())


def skip_nothing(pk: int, state: str, office: Office) -> None:
    """Whoever holds every role skips no step, repeats none, acts on nothing that has ended."""
    almighty = [role for role in ROLES if role not in OFFICERS]
    User.objects.filter(pk=office.director.pk).update(roles=almighty)
    actor = User.objects.get(pk=office.director.pk)
    for name, call in CALLS.items():
        if state not in DISPATCH.steps[name].sources:
            with pytest.raises(Refused):
                call(pk, actor, office)


def attempt(pk: int, step: str, person: User, office: Office) -> str:
    """Try a step; take it back when it is taken, once what it left is seen to be sound."""
    try:
        with transaction.atomic():
            CALLS[step](pk, person, office)
            check_invariants(fresh(pk))
            transaction.set_rollback(True)
    except Dispatch.DoesNotExist:
        return "hidden"
    except NotAllowed:
        return "forbidden"
    except Refused:
        return "refused"
    return "done"
