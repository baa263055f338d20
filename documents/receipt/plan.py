"""Words that forms and services share: a plan, the five points, the ways back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.receipt.workflow import MAIN_LINE, STAGES, State
from office import clock
from office.people.models import Unit, User
from office.workdays import calendar

YEARS_AHEAD = 5  # a later limit is a slip of the pen
# 初审 five points (条例 §24(3)); keys are kept, labels are shown.
POINTS = ("ours", "rules", "form", "consulted", "drafting")
READ_ONLY = gettext_lazy(
    "A paper that is only read has no limit: choose handling, or leave the day empty."
)


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


def why_no_limit(day: dt.date) -> str:
    """Say why a day cannot be set as a limit, or nothing: it is a workday to come."""
    if day < clock.today():
        return _("The due day has passed already.")
    if day.year > clock.today().year + YEARS_AHEAD:
        return _("That is more than %(n)s years ahead.") % {"n": YEARS_AHEAD}
    if calendar.is_workday(day):
        return ""
    near = calendar.before(day)
    if near < clock.today():
        near = calendar.after(day, 0)
    return _("%(day)s is not a workday; the nearest is %(near)s.") % {"day": day, "near": near}


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
