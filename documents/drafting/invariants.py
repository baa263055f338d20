"""What is true of every dispatch at every moment; tests and the living office ask here."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from django.core.exceptions import ValidationError

from documents.drafting.models import Dispatch
from documents.drafting.text import digest, lasting, record_of
from documents.drafting.workflow import DISPATCH, ENDED, NUMBERED, OPEN, State
from office.audit.models import Entry
from office.desk.models import WorkItem
from office.desk.services import pool
from office.people.models import User

# What is owed on the main line in each state, by one person or one pool; review by all heads.
OWED: dict[State, set[str]] = {
    State.DRAFTING: {"submit"},
    State.SUBMITTED: {"review"},
    State.REVIEWED: {"check"},
    State.CHECKED: {"countersign", "note_countersign"},
    State.READY: {"sign", "note_signature"},
    State.SIGNED: {"recheck"},
    State.RECHECKED: {"register"},
    State.REGISTERED: {"print"},
    State.PRINTED: {"seal"},
    State.SEALED: {"distribute"},
    State.DISTRIBUTED: {"close"},
    State.CLOSED: {"file"},
}
SEVERAL = {"review", "countersign"}  # handed to all heads, to every unit that was asked
BESIDE = {"acknowledge"}
# Steps that take a dispatch further, or clear what stands in its way.
ONWARD = {
    "submit", "review", "check", "refuse", "countersign", "note_countersign", "sign",
    "note_signature", "recheck", "revise", "register", "print", "seal", "distribute", "note_sent",
    "close", "file", "send_back",
}  # fmt: skip


class Broken(AssertionError):
    """An invariant does not hold; the message names the dispatch and every fault."""


def check_invariants(row: Dispatch) -> None:
    """Raise Broken when anything about a dispatch is not as it must be."""
    row = Dispatch.objects.get(pk=row.pk)
    if broken := list(faults(row)):
        raise Broken(f"{row.pk} {row.reference} {row.state}: {'; '.join(broken)}")


def faults(row: Dispatch) -> Iterator[str]:
    """Yield every fault of one dispatch."""
    yield from _constraints(row)
    yield from _work(row)
    yield from _signatures(row)
    yield from _number(row)
    yield from _copies(row)
    yield from _trail(row)
    if stuck(row):
        yield "nobody can move it"


def _constraints(row: Dispatch) -> Iterator[str]:
    try:
        row.validate_constraints()
    except ValidationError as error:
        yield from error.messages


def _work(row: Dispatch) -> Iterator[str]:
    """Exactly one group holds the main line; nothing is owed about what has ended."""
    owed = [item for item in row.open_items if item.step not in BESIDE]
    steps = {item.step for item in owed}
    wanted = OWED.get(State(row.state), set())
    if not steps <= wanted or bool(steps) != bool(wanted):
        yield f"owes {sorted(steps)} instead of {sorted(wanted)}"
    if len(owed) > 1 and not steps <= SEVERAL | {"note_countersign"}:
        yield f"lies on {len(owed)} desks"
    if row.state in (State.VOID, State.NOT_ISSUED, State.FILED) and owed:
        yield f"has come to its end and still owes {sorted(steps)}"
    asked = {part.unit_id or "outside" for part in row.open_countersigns}
    lies_with = {item.unit_id or "outside" for item in owed if "countersign" in item.step}
    if row.state == State.CHECKED and not lies_with <= asked:
        yield "countersignatures and the desks of the units differ"
    if row.state in ENDED and (row.open_countersigns or row.open_signatures):
        yield "has come to its end and is still waited for"


def _signatures(row: Dispatch) -> Iterator[str]:
    """Signed by everybody whose signature it needs, and nobody signed what he wrote."""
    given = [each for each in row.signature_list if each.signed_at]
    if row.signed_at and (not given or row.open_signatures):
        yield "is signed and a signature is missing"
    if any(row.drafter_id in (each.person_id, each.signed_by_id) for each in given):
        yield "was signed by who drafted it"
    if not row.is_locked:
        return
    signed = row.versions.filter(step="sign").order_by("-number").first()
    if signed is None or digest(lasting(signed.paper)) != row.signed_digest:
        yield "the signed version is not the one that was locked"
    if digest(lasting(record_of(row))) != row.signed_digest:
        yield "the locked text was changed"


def _number(row: Dispatch) -> Iterator[str]:
    if row.serial and not row.signed_at:
        yield "bears a number and is not signed"
    if row.state in NUMBERED and not row.serial:
        yield "has no number"


def _copies(row: Dispatch) -> Iterator[str]:
    given = sum(copy.count for copy in row.copy_list)
    if row.copies_printed is not None and given > row.copies_printed:
        yield f"hands out {given} of {row.copies_printed} copies"
    if row.state == State.CLOSED and row.open_copies:
        yield "is closed and a copy was not sent"


def _trail(row: Dispatch) -> Iterator[str]:
    """The trail begins with the draft and joins up, step by step, to where it is now."""
    trail = list(Entry.objects.about(row).order_by("pk"))
    if not trail or trail[0].action != "draft":
        yield "the trail does not begin with the draft"
        return
    for one, other in itertools.pairwise(trail):
        if one.after != other.before:
            yield f"the trail breaks between {one.action} and {other.action}"
    if trail[-1].after != row.state:
        yield f"the trail ends at {trail[-1].after}"
    for entry in trail:
        step = DISPATCH.steps.get(entry.action)
        if step and (
            entry.before not in step.sources or entry.after not in (step.targets or {entry.before})
        ):
            yield f"{entry.action} led from {entry.before} to {entry.after}"


def stuck(row: Dispatch) -> bool:
    """Tell whether a dispatch is not at its end and nobody could take it any further."""
    if row.state not in OPEN and row.state != State.CLOSED:
        return False
    return not any(
        {*ONWARD, "edit"} & set(DISPATCH.open_to(row, person))
        for item in row.open_items
        for person in _owners(item)
        if Dispatch.objects.visible_to(person).filter(pk=row.pk).exists()
    )


def _owners(item: WorkItem) -> list[User]:
    if item.assignee:
        return [item.assignee] if item.assignee.is_active else []
    return list(pool(item))
