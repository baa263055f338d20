"""签收、登记、初审."""

import pytest

from documents.receipt.invariants import check_invariants
from documents.receipt.workflow import State
from tests.documents.factories import LINE, Office, walk


@pytest.mark.parametrize("state", State.values)
def test_every_state_is_reached_and_sound(office: Office, state: str) -> None:
    row = walk(None, state, office)

    assert row.state == state
    check_invariants(row)
