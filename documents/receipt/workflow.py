# ruff: noqa: E501 (the state table is aligned by hand)
"""收文: the state table (条例 §24: seven legal steps; nine on our screens). Read this first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from office.workflow import Step, Workflow

if TYPE_CHECKING:
    from documents.receipt.models import IncomingDocument
    from office.people.models import User


class State(models.TextChoices):
    """What has been done last; the next step is what it waits for."""

    SIGNED_FOR = "signed_for", gettext_lazy("Signed for")
    SEALED = "sealed", gettext_lazy("For the confidential clerk")
    COLLECTED = "collected", gettext_lazy("With the confidential clerk")
    REGISTERED = "registered", gettext_lazy("Registered")
    REJECTED = "rejected", gettext_lazy("Returned to sender")
    SCREENED = "screened", gettext_lazy("Screened")
    PROPOSED = "proposed", gettext_lazy("Proposed")
    ASSIGNED = "assigned", gettext_lazy("Assigned")
    HANDLING = "handling", gettext_lazy("In hand")
    HANDLED = "handled", gettext_lazy("Handled")
    CIRCULATING = "circulating", gettext_lazy("Circulating")
    ANSWERED = "answered", gettext_lazy("Answered")
    CLOSED = "closed", gettext_lazy("Closed")
    FILED = "filed", gettext_lazy("Filed")
    VOID = "void", pgettext_lazy("state", "Void")


S = State
MAIN_LINE = (
    S.SIGNED_FOR, S.REGISTERED, S.SCREENED, S.PROPOSED, S.ASSIGNED, S.HANDLING, S.HANDLED, S.ANSWERED,
)  # fmt: skip
OPEN = frozenset({*MAIN_LINE, S.CIRCULATING, S.SEALED})
NUMBERED = OPEN - {S.SIGNED_FOR, S.SEALED} | {S.CLOSED, S.FILED}
IN_HAND = frozenset({S.ASSIGNED, S.HANDLING})
ENDED = frozenset({S.CLOSED, S.FILED})
RETURNABLE = frozenset({*MAIN_LINE[2:], S.CIRCULATING})
EARLIER = frozenset({*MAIN_LINE[1:-1]})
# Work that goes on beside the main line and never holds it up by itself.
SIDE_LANES = frozenset({"assist", "read", "decide_extension"})

# The nine steps of the screen, as drawn: key, label, and what the 条例 calls it.
STAGES: tuple[tuple[str, Any, str], ...] = (
    ("sign_for", gettext_lazy("Sign for"), "条例 第二十四条（一）"),
    ("register", gettext_lazy("Register"), "条例 第二十四条（二）"),
    ("screen", gettext_lazy("Screen"), "条例 第二十四条（三）"),
    ("propose", gettext_lazy("Propose"), "条例 第二十四条（四）"),
    ("instruct", gettext_lazy("Assign"), "条例 第二十四条（四）"),
    ("handle", gettext_lazy("Handle"), "条例 第二十四条（四）"),
    ("circulate", gettext_lazy("Circulate"), "条例 第二十四条（五）"),
    ("answer", gettext_lazy("Answer"), "条例 第二十四条（七）"),
    ("file", pgettext_lazy("stage", "Close and file"), "条例 第二十七条"),
)
# What somebody is waited for to do, where the step's label says it otherwise.
WAITED = {"collect": pgettext_lazy("waited for to", "collect")}
# Which stage a state waits for (1–9); 9 with FILED means everything is done.
STAGE_OF = {
    S.SIGNED_FOR: 2, S.SEALED: 1, S.COLLECTED: 1, S.REGISTERED: 3, S.REJECTED: 3, S.SCREENED: 4,
    S.PROPOSED: 5, S.ASSIGNED: 6, S.HANDLING: 6, S.CIRCULATING: 7, S.HANDLED: 8, S.ANSWERED: 9,
    S.CLOSED: 9, S.FILED: 9, S.VOID: 1,
}  # fmt: skip

# What offices do and no clause says.
PRACTICE = "实务通常"


def _holds(row: IncomingDocument, actor: User, *steps: str) -> bool:
    return any(item.step in steps and item.held_by(actor.seat) for item in row.open_items)


def on_desk(*steps: str) -> Any:
    """Make the obstacle: only who owes one of these steps may take it."""

    def not_on_your_desk(row: IncomingDocument, actor: User) -> str | None:
        if _holds(row, actor, *steps):
            return None
        return _("This step lies on another desk: %(who)s.") % {"who": row.holders_text or "—"}

    return not_on_your_desk


def own_proposal(row: IncomingDocument, actor: User) -> str | None:
    """Who proposed does not instruct, in whosever seat he sits (A23)."""
    proposed = [item for item in row.items if item.step == "propose" and item.outcome == "done"]
    if proposed and proposed[-1].done_by_id == actor.pk:
        return _("Nobody instructs on his own proposal.")
    return None


def not_your_unit(row: IncomingDocument, actor: User) -> str | None:
    """The head of the lead unit names the handler, also after somebody has taken it in hand."""
    if _holds(row, actor, "name_handler", "claim", "handle") or row.is_led_by(actor.seat):
        return None
    return _("The head of %(unit)s names the handler.") % {"unit": row.lead_unit or "—"}


def not_handler(row: IncomingDocument, actor: User) -> str | None:
    if row.handler_id == actor.seat.pk:
        return None
    return _("Only the handler, %(who)s, does this.") % {"who": row.handler or "—"}


def extension_open(row: IncomingDocument, _actor: User) -> str | None:
    return _("An extension has been asked for already.") if row.open_extension else None


def no_extension(row: IncomingDocument, actor: User) -> str | None:
    """Whoever asked, for whom it was asked and who handles it: none of them grants it."""
    asked = row.open_extension
    if asked is None:
        return _("No extension is waiting for an answer.")
    if {asked.asked_by_id, asked.on_behalf_of_id, row.handler_id} & {actor.pk, actor.seat.pk}:
        return _("Nobody grants his own extension.")
    return None


def inputs_open(row: IncomingDocument, _actor: User) -> str | None:
    units = [str(part.unit) for part in row.open_assists]
    if not units:
        return None
    return _("Input is still owed by %(units)s.") % {"units": "、".join(units)}


def copies_unread(row: IncomingDocument, _actor: User) -> str | None:
    """A document for reading is closed when everybody has read it; others never wait for it."""
    if row.state != S.CIRCULATING or not row.open_readers:
        return None
    names = "、".join(copy.reader.name for copy in row.open_readers)
    return _("Not yet read by %(names)s.") % {"names": names}


def too_late(row: IncomingDocument, actor: User) -> str | None:
    """A step is withdrawn by who took it, until the next person has opened the row."""
    last = row.last_done
    if last is None or (last.on_behalf_of_id or last.done_by_id) != actor.seat.pk:
        return _("Only who took the last step may withdraw it.")
    for item in row.handed_on_since(last):
        if item.assignee_id != actor.seat.pk and (item.opened_at or item.done_at):
            return _("%(who)s has opened it already.") % {"who": item.owner_text}
    return None


def cannot_send_back(row: IncomingDocument, actor: User) -> str | None:
    main_line = [item for item in row.open_items if item.step not in SIDE_LANES]
    if any(item.held_by(actor.seat) for item in main_line):
        return None
    return _("Only who has it now sends it back.")


def not_a_reader(row: IncomingDocument, actor: User) -> str | None:
    if any(r.reader_id == actor.seat.pk and r.read_at is None for r in row.open_readers):
        return None
    return _("It is not in circulation to you, or you have read it.")


# fmt: off
INCOMING = Workflow(
    "incoming",
    #    step               from                  to                         under
    Step("collect",         frozenset({S.SEALED}),       S.COLLECTED,  "保密法 第三十一条", gettext_lazy("Collect"), (on_desk("collect"),)),
    Step("register",        frozenset({S.SIGNED_FOR}),   S.REGISTERED, "条例 第二十四条（二）", gettext_lazy("Register"), (on_desk("register"),)),
    Step("correct",         NUMBERED - {S.CLOSED, S.FILED}, None,      "条例 第二十四条（二）", gettext_lazy("Correct the registration")),
    Step("screen",          frozenset({S.REGISTERED}),   S.SCREENED,   "条例 第二十四条（三）", gettext_lazy("Screen"), (on_desk("screen"),)),
    Step("reject",          frozenset({S.REGISTERED}),   S.REJECTED,   "条例 第二十四条（三）", gettext_lazy("Return to sender"), (on_desk("screen"),)),
    Step("propose",         frozenset({S.SCREENED}),     frozenset({S.PROPOSED, S.ASSIGNED}), "条例 第二十四条（四）", gettext_lazy("Propose"), (on_desk("propose"),)),
    Step("distribute",      frozenset({S.SCREENED}),     S.CIRCULATING, "条例 第二十四条（四）", gettext_lazy("Circulate only"), (on_desk("propose"),)),
    Step("instruct",        frozenset({S.PROPOSED}),     frozenset({S.PROPOSED, S.ASSIGNED}), "条例 第二十四条（四）", gettext_lazy("Instruct"), (on_desk("instruct"), own_proposal)),
    Step("name_handler",    IN_HAND,                     S.HANDLING,   "条例 第二十四条（四）", gettext_lazy("Name a handler"), (not_your_unit,)),
    Step("claim",           frozenset({S.ASSIGNED}),     S.HANDLING,   "条例 第二十四条（四）", gettext_lazy("Claim"), (on_desk("claim", "name_handler"),)),
    Step("transfer",        frozenset({S.HANDLING}),     None,         PRACTICE, gettext_lazy("Give to another handler"), (not_handler,)),
    Step("progress",        frozenset({S.HANDLING}),     None,         "条例 第二十四条（四）", gettext_lazy("Note progress"), (not_handler,)),
    Step("assist",          IN_HAND,                     None,         "条例 第二十四条（四）", gettext_lazy("Give input"), (on_desk("assist"),)),
    Step("ask_extension",   frozenset({S.HANDLING}),     None,         PRACTICE, gettext_lazy("Ask for more time"), (not_handler, extension_open)),
    Step("decide_extension", frozenset({S.HANDLING}),    None,         PRACTICE, gettext_lazy("Decide on more time"), (no_extension, on_desk("decide_extension"))),
    Step("handle",          frozenset({S.HANDLING}),     S.HANDLED,    "条例 第二十四条（四）", gettext_lazy("Handle"), (not_handler, inputs_open)),
    Step("circulate",       NUMBERED - {S.FILED},        None,         "条例 第二十四条（五）", gettext_lazy("Circulate")),
    Step("recall_reader",   NUMBERED,                    None,         PRACTICE, gettext_lazy("Recall a copy")),
    Step("read",            NUMBERED,                    None,         "条例 第二十四条（五）", gettext_lazy("Read"), (not_a_reader,)),
    Step("urge",            OPEN,                        None,         "条例 第二十四条（六）", gettext_lazy("Urge")),
    Step("answer",          frozenset({S.HANDLED}),      S.ANSWERED,   "条例 第二十四条（七）", gettext_lazy("Answer"), (on_desk("answer"),)),
    Step("reply",           frozenset({S.HANDLING, S.HANDLED}), frozenset({S.HANDLING, S.ANSWERED}), "条例 第二十四条（七）", gettext_lazy("Answered by a document of ours")),
    Step("close",           frozenset({S.ANSWERED, S.CIRCULATING}), S.CLOSED, "条例 第二十四条（七）", pgettext_lazy("step", "Close"), (inputs_open, copies_unread)),
    Step("file",            frozenset({S.CLOSED}),       S.FILED,      "条例 第二十七条", pgettext_lazy("step", "File")),
    Step("send_back",       RETURNABLE,                  EARLIER,      PRACTICE, gettext_lazy("Send back"), (cannot_send_back,)),
    Step("withdraw",        RETURNABLE,                  EARLIER,      PRACTICE, gettext_lazy("Withdraw"), (too_late,)),
    Step("void",            OPEN - {S.SEALED},           S.VOID,       PRACTICE, gettext_lazy("Void")),
    Step("attach",          OPEN - {S.SEALED},           None,         "条例 第二十四条（二）", gettext_lazy("Add a file")),
    Step("annotate",        NUMBERED,                    None,         PRACTICE, gettext_lazy("Add a note")),
    Step("link",            NUMBERED,                    None,         PRACTICE, gettext_lazy("Link to another document")),
)
# fmt: on
