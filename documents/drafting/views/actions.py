"""Which service a step's form goes to, and what the person is told afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from documents.drafting.models import Dispatch
from documents.drafting.services import issuing, reviewing, signing, urging, writing
from office.people.models import User

Action = Callable[[int, User, Any], str]


def _now_with(row: Dispatch, done: str) -> str:
    """Say what happened and where the dispatch lies now."""
    who = row.holders_text
    return _("%(done)s Now with %(who)s.") % {"done": done, "who": who} if who else done


def submit(pk: int, user: User, _form: Any) -> str:
    return _now_with(writing.submit(pk, actor=user), _("Submitted."))


def review(pk: int, user: User, form: Any) -> str:
    row = reviewing.review(pk, actor=user, opinion=form.cleaned_data["opinion"])
    return _now_with(row, _("Reviewed."))


def check(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    row = reviewing.check(
        pk, actor=user, points=data["points"], opinion=data["opinion"], asked=form.asked,
        in_order=bool(data["order"]), signer=data["signer"],
    )  # fmt: skip
    return _now_with(row, _("Checked."))


def refuse(pk: int, user: User, form: Any) -> str:
    reviewing.refuse(pk, actor=user, reason=form.cleaned_data["reason"])
    return _("Not to be issued; the drafter has the reason.")


def countersign(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    row = reviewing.countersign(
        pk, actor=user, agrees=data["agrees"] == "yes", opinion=data["opinion"]
    )
    return _now_with(row, _("Countersigned."))


def note_countersign(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    row = reviewing.note_countersign(
        pk, actor=user, body=data["body"], signer=data["signer"], agrees=data["agrees"] == "yes",
        opinion=data["opinion"], papers=data["file"],
    )  # fmt: skip
    return _now_with(row, _("Entered."))


def sign(pk: int, user: User, form: Any) -> str:
    return _now_with(
        signing.sign(pk, actor=user, opinion=form.cleaned_data["opinion"]), _("Signed.")
    )


def note_signature(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    row = signing.note_signature(
        pk, actor=user, signer=data["signer"], opinion=data["opinion"], papers=data["file"]
    )
    return _now_with(row, _("Entered."))


def recheck(pk: int, user: User, form: Any) -> str:
    row = signing.recheck(pk, actor=user, opinion=form.cleaned_data["opinion"])
    return _now_with(row, _("Rechecked."))


def revise(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    row = signing.revise(
        pk, actor=user, title=data["title"], body=data["body"], reason=data["reason"]
    )
    return _now_with(row, _("Changed; it must be signed again."))


def register(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    row = issuing.register(pk, actor=user, recipients=data["recipients"], spare=data["spare"])
    return _now_with(row, _("Registered: %(number)s.") % {"number": row.number})


def print_(pk: int, user: User, _form: Any) -> str:
    row = issuing.print_(pk, actor=user)
    last = row.measurements.first()
    if last and last.failed:
        return _("Printed; %(n)s measures fail, see the record.") % {"n": len(last.failed)}
    return _now_with(row, _("Printed and measured."))


def seal(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    row = issuing.seal(
        pk, actor=user, seal=data["seal"], count=data["count"], reason=data.get("reason", "")
    )
    return _now_with(row, _("Sealed."))


def distribute(pk: int, user: User, form: Any) -> str:
    issuing.distribute(pk, actor=user, ways=form.ways())
    return _("Distributed; the units have it on their desks.")


def note_sent(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    issuing.note_sent(pk, actor=user, copy=data["copy"].pk, way=data["way"])
    return _("Entered.")


def note_received(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    issuing.note_received(pk, actor=user, copy=data["copy"].pk, by=data["by"], on=data["on"])
    return _("Entered.")


def acknowledge(pk: int, user: User, _form: Any) -> str:
    issuing.acknowledge(pk, actor=user)
    return _("Received.")


def close(pk: int, user: User, _form: Any) -> str:
    issuing.close(pk, actor=user)
    return _("Closed.")


def file(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    issuing.file(pk, actor=user, year=data["year"], unit=data["unit"], retention=data["retention"])
    return _("Filed; it waits to be arranged.")


def send_back(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    row = reviewing.send_back(pk, actor=user, to=data["to"], reason=data["reason"])
    return _now_with(row, _("Sent back."))


def withdraw(pk: int, user: User, _form: Any) -> str:
    return _now_with(reviewing.withdraw(pk, actor=user), _("Withdrawn."))


def void(pk: int, user: User, form: Any) -> str:
    row = issuing.void(pk, actor=user, reason=form.cleaned_data["reason"])
    return _("Void; the number stays in the ledger.") if row.serial else _("Void.")


def annotate(pk: int, user: User, form: Any) -> str:
    issuing.annotate(pk, actor=user, opinion=form.cleaned_data["opinion"])
    return _("Note added.")


def urge(pk: int, user: User, _form: Any) -> str:
    return _("Urged; %(n)s people were told.") % {"n": urging.urge(pk, actor=user)}


def comment(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    writing.suggest(pk, actor=user, text=data["text"], quote=data["quote"])
    return _("Your suggestion stands beside the text.")


def attach(pk: int, user: User, form: Any) -> str:
    for upload in form.cleaned_data["file"]:
        urging.attach(pk, actor=user, upload=upload)
    return _("Files added.")


ACTIONS: dict[str, Action] = {
    function.__name__.rstrip("_"): function
    for function in (
        submit, review, check, refuse, countersign, note_countersign, sign, note_signature,
        recheck, revise, register, print_, seal, distribute, note_sent, note_received,
        acknowledge, close, file, send_back, withdraw, void, annotate, urge, comment, attach,
    )
}  # fmt: skip
