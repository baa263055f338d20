# ruff: noqa: E501 (the state table is aligned by hand)
"""发文: the state table (条例 §19–22 拟制, §25 发文办理). Read this first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from office.workflow import Obstacle, Step, Workflow

if TYPE_CHECKING:
    from documents.drafting.models import Dispatch
    from office.people.models import User


class State(models.TextChoices):
    """What has been done last; the next step is what it waits for."""

    DRAFTING = "drafting", gettext_lazy("Being drafted")
    SUBMITTED = "submitted", gettext_lazy("Submitted")
    REVIEWED = "reviewed", gettext_lazy("Reviewed")
    CHECKED = "checked", gettext_lazy("Checked, in countersignature")
    READY = "ready", gettext_lazy("Ready for signature")
    SIGNED = "signed", gettext_lazy("Signed")
    RECHECKED = "rechecked", gettext_lazy("Rechecked")
    REGISTERED = "registered", pgettext_lazy("dispatch", "Registered")
    PRINTED = "printed", gettext_lazy("Printed")
    SEALED = "sealed", pgettext_lazy("dispatch", "Sealed")
    DISTRIBUTED = "distributed", gettext_lazy("Distributed")
    CLOSED = "closed", gettext_lazy("Closed")
    FILED = "filed", gettext_lazy("Filed")
    NOT_ISSUED = "not_issued", gettext_lazy("Not to be issued")
    VOID = "void", pgettext_lazy("state", "Void")


S = State
MAIN_LINE = (
    S.DRAFTING, S.SUBMITTED, S.REVIEWED, S.CHECKED, S.READY, S.SIGNED, S.RECHECKED, S.REGISTERED,
    S.PRINTED, S.SEALED, S.DISTRIBUTED,
)  # fmt: skip
OPEN = frozenset(MAIN_LINE)
UNSIGNED = frozenset(MAIN_LINE[:5])
LOCKED = frozenset({*MAIN_LINE[5:], S.CLOSED, S.FILED})  # the text is as it was signed
NUMBERED = frozenset({*MAIN_LINE[7:], S.CLOSED, S.FILED})
ENDED = frozenset({S.CLOSED, S.FILED, S.NOT_ISSUED, S.VOID})
# Work beside the main line that never holds it up by itself: inputs are counted by an obstacle.
SIDE_LANES = frozenset({"countersign", "acknowledge"})

STAGES: tuple[tuple[str, Any, str], ...] = (
    ("draft", gettext_lazy("Draft"), "条例 第十九条"),
    ("review", gettext_lazy("Review"), "条例 第二十条"),
    ("check", gettext_lazy("Check by the office"), "条例 第二十条"),
    ("countersign", gettext_lazy("Countersign"), "条例 第十九条（六）"),
    ("sign", gettext_lazy("Sign"), "条例 第二十二条"),
    ("recheck", gettext_lazy("Recheck"), "条例 第二十五条（一）"),
    ("register", pgettext_lazy("dispatch", "Register"), "条例 第二十五条（二）"),
    ("print", gettext_lazy("Print and seal"), "条例 第二十五条（三）"),
    ("distribute", gettext_lazy("Distribute"), "条例 第二十五条（四）"),
    ("file", pgettext_lazy("stage", "Close and file"), "条例 第二十七条"),
)
STAGE_OF = {
    S.DRAFTING: 1, S.SUBMITTED: 2, S.REVIEWED: 3, S.CHECKED: 4, S.READY: 5, S.SIGNED: 6,
    S.RECHECKED: 7, S.REGISTERED: 8, S.PRINTED: 8, S.SEALED: 9, S.DISTRIBUTED: 10, S.CLOSED: 10,
    S.FILED: 10, S.NOT_ISSUED: 3, S.VOID: 1,
}  # fmt: skip
PRACTICE = "实务通常"


def on_desk(*steps: str) -> Obstacle:
    """Make the obstacle: only who owes one of these steps may take it."""

    def not_on_your_desk(row: Dispatch, actor: User) -> str | None:
        if any(item.step in steps and item.held_by(actor.seat) for item in row.open_items):
            return None
        return _("This step lies on another desk: %(who)s.") % {"who": row.holders_text or "—"}

    return not_on_your_desk


def not_drafter(row: Dispatch, actor: User) -> str | None:
    """谁拟稿谁负责: the text is its drafter's until it is submitted, and again when it comes back."""
    if row.drafter_id == actor.seat.pk:
        return None
    return _("Only the drafter, %(who)s, does this.") % {"who": row.drafter}


def not_the_writer(row: Dispatch, actor: User) -> str | None:
    """Who has the draft on his desk may change its text: the drafter, or who reviews it."""
    if row.state == S.DRAFTING:
        return not_drafter(row, actor)
    return on_desk("review", "check", "recheck")(row, actor)


def own_draft(row: Dispatch, actor: User) -> str | None:
    """Nobody reviews, checks or signs what he drafted, in whosever seat he sits or sat (A23)."""
    hands = {item.done_by_id for item in row.items if item.step == "submit"}
    if {row.drafter_id, *hands} & {actor.pk, actor.seat.pk}:
        return _("Nobody approves his own draft.")
    return None


def findings_stand(row: Dispatch, _actor: User) -> str | None:
    """What the proofreader holds for an error stops a draft (校对: 应改)."""
    count = len(row.standing_errors)
    if not count:
        return None
    return _("Mend first: %(n)s errors in the text.") % {"n": count}


def findings_unanswered(row: Dispatch, _actor: User) -> str | None:
    count = len(row.unanswered)
    if not count:
        return None
    return _("Answer first, each with a reason: %(n)s remarks of the proofreader.") % {"n": count}


def countersignatures_open(row: Dispatch, _actor: User) -> str | None:
    """Another body's powers are touched: it must be asked (条例 §19(6))."""
    names = [str(part) for part in row.open_countersigns]
    if not names:
        return None
    return _("Not yet countersigned by %(names)s.") % {"names": "、".join(names)}


def not_countersigner(row: Dispatch, actor: User) -> str | None:
    return on_desk("countersign")(row, actor)


def text_differs(row: Dispatch, _actor: User) -> str | None:
    """From signing on the text is locked: its digest is asked again at every later step."""
    if row.signed_digest and row.digest != row.signed_digest:
        return _("The text is not the one that was signed.")
    return None


def not_original_signer(row: Dispatch, actor: User) -> str | None:
    """A substantive change after signing goes back to who signed (条例 §25(1))."""
    return on_desk("sign")(row, actor)


def not_to_print(row: Dispatch, actor: User) -> str | None:
    """It is printed once, and again only when the ruler faults the paper."""
    if row.state == S.REGISTERED:
        return on_desk("print")(row, actor)
    if row.measured is not None and not row.measured.failed:
        return _("It is printed, and every measure of the paper holds.")
    return None


def not_measured(row: Dispatch, _actor: User) -> str | None:
    """Before sealing the paper itself is measured (GB/T 9704)."""
    return None if row.paper_is_measured else _("The paper has not been measured.")


def seal_is_missing(row: Dispatch, _actor: User) -> str | None:
    if row.impressions.exists():
        return None
    return _("No impression of a seal is entered.")


def nothing_sent(row: Dispatch, _actor: User) -> str | None:
    """A receipt is entered for a copy that has gone to somebody outside and is not confirmed."""
    if any(c.unit_id is None and c.sent_at and not c.received_at for c in row.copy_list):
        return None
    return _("No receipt of a copy is waited for.")


def all_sent(row: Dispatch, _actor: User) -> str | None:
    return None if row.open_copies else _("Every copy has been sent.")


def not_received(row: Dispatch, _actor: User) -> str | None:
    """A dispatch is closed when every copy has left the house."""
    open_ = [str(copy) for copy in row.open_copies]
    if not open_:
        return None
    return _("Not yet sent to %(names)s.") % {"names": "、".join(open_)}


def nothing_to_receive(row: Dispatch, actor: User) -> str | None:
    """A unit receives its own copy, once."""
    unit = actor.seat.unit_id
    if any(copy.unit_id == unit and not copy.received_at for copy in row.copy_list):
        return None
    return _("No copy waits for your unit.")


def too_late(row: Dispatch, actor: User) -> str | None:
    """A step is withdrawn by who took it, until the next person has opened the row."""
    last = row.last_done
    if last is None or (last.on_behalf_of_id or last.done_by_id) != actor.seat.pk:
        return _("Only who took the last step may withdraw it.")
    for item in row.handed_on_since(last):
        if item.assignee_id != actor.seat.pk and (item.opened_at or item.done_at):
            return _("%(who)s has opened it already.") % {"who": item.owner_text}
    return None


def cannot_send_back(row: Dispatch, actor: User) -> str | None:
    main_line = [item for item in row.open_items if item.step not in SIDE_LANES]
    if any(item.held_by(actor.seat) for item in main_line):
        return None
    return _("Only who has it now sends it back.")


# fmt: off
DISPATCH = Workflow(
    "dispatch",
    #    step            from                      to                        under
    Step("edit",         frozenset({S.DRAFTING, S.SUBMITTED, S.REVIEWED}), None, "条例 第十九条", gettext_lazy("Write"), (not_the_writer,)),
    Step("answer_finding", frozenset({S.DRAFTING}),   None,        PRACTICE, gettext_lazy("Answer the proofreader"), (not_drafter,)),
    Step("submit",       frozenset({S.DRAFTING}),     S.SUBMITTED, "条例 第十九条", gettext_lazy("Submit for review"), (not_drafter, findings_stand, findings_unanswered)),
    Step("review",       frozenset({S.SUBMITTED}),    S.REVIEWED,  "条例 第二十条", gettext_lazy("Review"), (on_desk("review"), own_draft, findings_stand)),
    Step("check",        frozenset({S.REVIEWED}),     frozenset({S.CHECKED, S.READY}), "条例 第二十条", gettext_lazy("Check"), (on_desk("check"), own_draft, findings_stand)),
    Step("refuse",       frozenset({S.REVIEWED}),     S.NOT_ISSUED, "条例 第二十一条", gettext_lazy("Not to be issued"), (on_desk("check"), own_draft)),
    Step("countersign",  frozenset({S.CHECKED}),      frozenset({S.CHECKED, S.READY}), "条例 第十九条（六）", gettext_lazy("Countersign"), (not_countersigner,)),
    Step("note_countersign", frozenset({S.CHECKED}),  frozenset({S.CHECKED, S.READY}), "条例 第十九条（六）", gettext_lazy("Enter an outside countersignature")),
    Step("sign",         frozenset({S.READY}),        frozenset({S.READY, S.SIGNED}), "条例 第二十二条", gettext_lazy("Sign"), (on_desk("sign"), own_draft, countersignatures_open)),
    Step("note_signature", frozenset({S.READY}),      frozenset({S.READY, S.SIGNED}), "条例 第二十二条", gettext_lazy("Enter another body's signature"), (on_desk("note_signature"),)),
    Step("recheck",      frozenset({S.SIGNED}),       S.RECHECKED, "条例 第二十五条（一）", gettext_lazy("Recheck"), (on_desk("recheck"), text_differs)),
    Step("revise",       frozenset({S.SIGNED}),       S.READY,     "条例 第二十五条（一）", gettext_lazy("Change, back to the signer"), (on_desk("recheck"),)),
    Step("register",     frozenset({S.RECHECKED}),    S.REGISTERED, "条例 第二十五条（二）", pgettext_lazy("dispatch", "Register"), (on_desk("register"), text_differs)),
    Step("print",        frozenset({S.REGISTERED, S.PRINTED}), S.PRINTED, "条例 第二十五条（三）", gettext_lazy("Print"), (not_to_print, text_differs)),
    Step("seal",         frozenset({S.PRINTED}),      S.SEALED,    PRACTICE, gettext_lazy("Seal"), (on_desk("seal"), text_differs, not_measured)),
    Step("distribute",   frozenset({S.SEALED}),       S.DISTRIBUTED, "条例 第二十五条（四）", gettext_lazy("Distribute"), (on_desk("distribute"), text_differs)),
    Step("acknowledge",  frozenset({S.DISTRIBUTED, S.CLOSED, S.FILED}), None, "条例 第二十五条（四）", gettext_lazy("Acknowledge receipt"), (nothing_to_receive,)),
    Step("note_sent",    frozenset({S.DISTRIBUTED}),  None,        "条例 第二十五条（四）", gettext_lazy("Enter how a copy was sent"), (all_sent,)),
    Step("note_received", frozenset({S.DISTRIBUTED, S.CLOSED, S.FILED}), None, "条例 第二十五条（四）", gettext_lazy("Enter who received a copy"), (nothing_sent,)),
    Step("close",        frozenset({S.DISTRIBUTED}),  S.CLOSED,    "条例 第二十五条（四）", pgettext_lazy("step", "Close"), (not_received,)),
    Step("file",         frozenset({S.CLOSED}),       S.FILED,     "条例 第二十七条", pgettext_lazy("step", "File")),
    Step("comment",      UNSIGNED,                    None,        PRACTICE, gettext_lazy("Suggest")),
    Step("resolve",      UNSIGNED,                    None,        PRACTICE, gettext_lazy("Settle a suggestion")),
    Step("attach",       UNSIGNED,                    None,        "条例 第十九条", gettext_lazy("Add a file"), (not_the_writer,)),
    Step("urge",         OPEN,                        None,        PRACTICE, gettext_lazy("Urge")),
    Step("send_back",    frozenset(MAIN_LINE[1:7]),   frozenset(MAIN_LINE[:5]), "条例 第二十一条", gettext_lazy("Send back"), (cannot_send_back,)),
    Step("withdraw",     frozenset(MAIN_LINE[1:7]),   frozenset(MAIN_LINE[:6]), PRACTICE, gettext_lazy("Withdraw"), (too_late,)),
    Step("void",         OPEN - {S.DISTRIBUTED},      S.VOID,      PRACTICE, gettext_lazy("Void")),
    Step("annotate",     OPEN | ENDED,                None,        PRACTICE, gettext_lazy("Add a note")),
)
# fmt: on
