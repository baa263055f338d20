"""The tables that name steps, states and rooms say the same."""

import pytest
from django.urls import reverse

from documents.drafting.forms import steps as drafting_forms
from documents.drafting.views import actions as drafting_actions
from documents.drafting.views import record as drafting_record
from documents.drafting.workflow import DISPATCH
from documents.receipt.forms.steps import FORMS
from documents.receipt.views.actions import ACTIONS
from documents.receipt.views.record import MENU, PRIMARY, WARNINGS
from documents.receipt.workflow import ENDED, INCOMING, OPEN, State
from office.jobs.registry import WORKS, work
from office.shell import NEW, ROOMS

PAGES_OF_THEIR_OWN = {"register", "correct"}
BY_ITSELF = {"reply"}  # taken by the distribution of our answer
ENDS = {State.COLLECTED, State.REJECTED, State.VOID}


def test_every_step_has_a_form_an_action_and_a_place():
    steps = set(INCOMING.steps) - BY_ITSELF
    assert set(FORMS) == steps - PAGES_OF_THEIR_OWN
    assert set(ACTIONS) == steps - PAGES_OF_THEIR_OWN
    offered = {*PRIMARY, *(name for name, _icon in (*MENU, *WARNINGS))}
    assert offered == steps


def test_every_step_of_a_dispatch_has_a_form_an_action_and_a_place():
    steps = set(DISPATCH.steps)
    alone = {"edit", "answer_finding", "resolve"}  # taken beside the text
    assert set(drafting_forms.FORMS) == set(drafting_actions.ACTIONS) == steps - alone
    tables = (drafting_record.MENU, drafting_record.WARNINGS)
    offered = {*drafting_record.PRIMARY, *(name for table in tables for name, _icon in table)}
    assert offered == steps - alone


def test_every_state_is_open_or_an_end():
    assert set(State) == set(OPEN) | set(ENDED) | ENDS
    assert not set(OPEN) & (set(ENDED) | ENDS)


@pytest.mark.parametrize(
    "name", [*(room.url for _title, rooms in ROOMS for room in rooms), NEW.url]
)
def test_every_room_leads_somewhere(name):
    assert reverse(name)


@pytest.mark.parametrize("kind", sorted(WORKS))
def test_every_long_work_can_be_found(kind):
    assert callable(work(kind))
