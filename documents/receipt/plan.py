"""Words that forms and services share: a plan, the five points, the ways back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from documents.receipt.workflow import MAIN_LINE, STAGES, State
from office.people.models import Unit, User

# 初审 five points (条例 §24(3)); keys are kept, labels are shown.
POINTS = ("ours", "rules", "form", "consulted", "drafting")


@dataclass(frozen=True)
class Plan:
    """Who shall handle a document, with whom, until when, and who reads it; None leaves it.

    `assist_days` gives single units (by key) another day than `assist_due_on`.
    """

    lead_unit: Unit | None = None
    assist_units: Sequence[Unit] | None = None
    due_on: dt.date | None = None
    assist_due_on: dt.date | None = None
    assist_days: Mapping[int, dt.date] = field(default_factory=dict)
    readers: Sequence[User] = ()
    urger: User | None = None


def earlier_steps(state: str) -> list[tuple[str, Any]]:
    """Return the states a document can be sent back to, nearest first, with the step's label."""
    labels = {key: label for key, label, _clause in STAGES}
    ways = [
        (State.HANDLED, labels["answer"]),
        (State.HANDLING, labels["handle"]),
        (State.ASSIGNED, labels["handle"]),
        (State.PROPOSED, labels["instruct"]),
        (State.SCREENED, labels["propose"]),
        (State.REGISTERED, labels["screen"]),
    ]
    here = place(state)
    return [(str(way), label) for way, label in ways if place(way) < here]


def place(state: str) -> int:
    """Return how far along the main line a state lies; circulation lies after screening."""
    line = [str(each) for each in MAIN_LINE]
    return line.index(state) if state in line else line.index(State.SCREENED) + 1
