"""What is true of every incoming document at every moment; tests and the living office ask here."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from django.core.exceptions import ValidationError

from documents.receipt import sheet
from documents.receipt.models import IncomingDocument
from documents.receipt.workflow import ENDED, INCOMING, OPEN, SIDE_LANES, State
from office.audit.models import Entry
from office.desk.models import WorkItem
from office.desk.services import pool
from office.people.models import User

# The main-line steps owed in each state: all of the first set, any of the second beside them.
OWED: dict[State, tuple[set[str], set[str]]] = {
    State.SIGNED_FOR: ({"register"}, set()),
    State.SEALED: ({"collect"}, set()),
    State.REGISTERED: ({"screen"}, set()),
    State.SCREENED: ({"propose"}, set()),
    State.PROPOSED: ({"instruct"}, set()),
    State.ASSIGNED: ({"claim"}, {"name_handler"}),
    State.HANDLING: ({"handle"}, set()),
    State.HANDLED: ({"answer"}, set()),
    State.ANSWERED: ({"close"}, set()),
    State.CIRCULATING: (set(), {"close"}),
    State.CLOSED: ({"file"}, set()),
}
ONE_ONLY = {
    "handle",
    "answer",
    "instruct",
    "claim",
    "register",
    "screen",
    "propose",
    "close",
    "file",
}
# Steps that take a document further, or clear what stands in its way.
ONWARD = {
    "collect", "register", "screen", "reject", "propose", "distribute", "instruct", "name_handler",
    "claim", "assist", "handle", "answer", "read", "close", "file", "send_back",
}  # fmt: skip


class Broken(AssertionError):
    """An invariant does not hold; the message names the document and every fault."""


def check_invariants(row: IncomingDocument) -> None:
    """Raise Broken when anything about a document is not as it must be."""
    row = IncomingDocument.objects.get(pk=row.pk)
    if broken := list(faults(row)):
        raise Broken(f"{row.pk} {row.reference} {row.state}: {'; '.join(broken)}")


def faults(row: IncomingDocument) -> Iterator[str]:
    """Yield every fault of one document."""
    yield from _constraints(row)
    yield from _work(row)
    yield from _people(row)
    yield from _papers(row)
    yield from _trail(row)
    yield from _sealed(row)
    if row.closed_at:
        yield from _frozen(row)
    if stuck(row):
        yield "nobody can move it"


def _constraints(row: IncomingDocument) -> Iterator[str]:
    try:
        row.validate_constraints()
    except ValidationError as error:
        yield from error.messages


def _work(row: IncomingDocument) -> Iterator[str]:
    """The open items are exactly those the state needs."""
    open_steps = [item.step for item in row.open_items]
    main_line = {step for step in open_steps if step not in SIDE_LANES}
    must, may = OWED.get(State(row.state), (set(), set()))
    if not must <= main_line <= must | may:
        yield f"owes {sorted(main_line)} instead of {sorted(must)}"
    if doubled := {step for step in ONE_ONLY if open_steps.count(step) > 1}:
        yield f"owes twice: {sorted(doubled)}"
    if row.state not in OPEN | ENDED and open_steps:
        yield f"has come to its end and still owes {open_steps}"
    if row.state in ENDED and set(open_steps) - {"file", "read"}:
        yield f"is closed and still owes {open_steps}"
    if row.state == State.CIRCULATING and ("close" in main_line) == bool(row.open_readers):
        yield "waits for closing and for readers at once, or for neither"


def _people(row: IncomingDocument) -> Iterator[str]:
    """Items, turns, copies and inputs name the same people and units."""
    owed = {
        step: [i for i in row.open_items if i.step == step]
        for step in ("instruct", "read", "assist")
    }
    turn = row.instructions.filter(given_at=None, cancelled_at=None).order_by("order", "pk").first()
    if [item.assignee_id for item in owed["instruct"]] != ([turn.leader_id] if turn else []):
        yield "the turn and the desk name different leaders"
    if row.state in (State.HANDLING, State.HANDLED):
        own = [i.assignee_id for i in row.open_items if i.step in ("handle", "answer")]
        if own != [row.handler_id]:
            yield "the handler is not who owes the handling"
    before = {State.SIGNED_FOR, State.REGISTERED, State.SCREENED, State.PROPOSED, State.ASSIGNED}
    if row.state in before and row.handler_id:
        yield "has a handler before it is in hand"
    copies = sorted(copy.reader_id for copy in row.open_readers)
    if sorted(i.assignee_id or 0 for i in owed["read"]) != copies:
        yield "copies and the desks of the readers differ"
    asked = row.state in (State.ASSIGNED, State.HANDLING)
    units = sorted(part.unit_id for part in row.open_assists) if asked else []
    if sorted(i.unit_id or 0 for i in owed["assist"]) != units:
        yield "inputs and the desks of the units differ"
    yield from _extension(row)


def _extension(row: IncomingDocument) -> Iterator[str]:
    asked = row.open_extension
    deciders = [i for i in row.open_items if i.step == "decide_extension"]
    if bool(asked) != bool(deciders):
        yield "an extension and its deciders do not match"
    if asked and row.state != State.HANDLING:
        yield "an extension is open although nobody has it in hand"
    for item in deciders:
        if asked and item.assignee_id in (asked.asked_by_id, asked.on_behalf_of_id, row.handler_id):
            yield "an extension lies with the one it is asked for"


def _papers(row: IncomingDocument) -> Iterator[str]:
    """Every opinion belongs where it says; nothing given was cancelled away."""
    for part in row.assists.select_related("opinion"):
        if part.opinion and part.opinion.document_id != row.pk:
            yield "an input carries words of another document"
    for turn in row.instructions.select_related("opinion"):
        if turn.opinion and (turn.opinion.document_id, turn.opinion.step) != (row.pk, "instruct"):
            yield "a turn carries other words"
    if row.opinions.filter(is_annex=True).exists() and not row.closed_at:
        yield "has an annex before it is closed"
    late = (
        row.opinions.filter(is_annex=False, written_at__gt=row.closed_at) if row.closed_at else None
    )
    if late is not None and late.exists():
        yield "words after closing stand outside the annex"


def _trail(row: IncomingDocument) -> Iterator[str]:
    """The trail begins with the signature and joins up, step by step, to where it is now."""
    trail = list(Entry.objects.about(row).order_by("pk"))
    if not trail or trail[0].action not in ("sign_for", "import"):
        yield "the trail does not begin at the door"
        return
    for one, other in itertools.pairwise(trail):
        if one.after != other.before:
            yield f"the trail breaks between {one.action} and {other.action}"
    if trail[-1].after != row.state:
        yield f"the trail ends at {trail[-1].after}"
    for entry in trail:
        step = INCOMING.steps.get(entry.action)
        if step and (
            entry.before not in step.sources or entry.after not in (step.targets or {entry.before})
        ):
            yield f"{entry.action} led from {entry.before} to {entry.after}"


def _sealed(row: IncomingDocument) -> Iterator[str]:
    if row.is_sealed and (row.opinions.exists() or row.readers.exists() or row.search_words()):
        yield "a classified envelope carries content"


def _frozen(row: IncomingDocument) -> Iterator[str]:
    """The frozen sheet has the digest it was frozen with."""
    if row.frozen_sheet is None or sheet.digest(row.frozen_sheet) != row.sheet_digest:
        yield "the frozen sheet was changed"


def stuck(row: IncomingDocument) -> bool:
    """Tell whether a document is open and nobody could take it any further."""
    if row.state not in OPEN and row.state != State.CLOSED:
        return False
    return not any(
        ONWARD & set(INCOMING.open_to(row, person))
        for item in row.open_items
        for person in _owners(item)
        if IncomingDocument.objects.visible_to(person).filter(pk=row.pk).exists()
    )


def _owners(item: WorkItem) -> list[User]:
    if item.assignee:
        return [item.assignee] if item.assignee.is_active else []
    return list(pool(item))
