"""Which service a step's form goes to, and what the person is told afterwards."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.receipt.models import IncomingDocument
from documents.receipt.services import (
    assignment,
    circulation,
    closing,
    handling,
    intake,
    returning,
)
from office.people.models import User

Action = Callable[[int, User, Any], str]


def with_file(action: Action) -> Action:
    """Keep the files that a step may bring, in the step's own transaction."""

    @wraps(action)
    @transaction.atomic
    def take(pk: int, user: User, form: Any) -> str:
        for upload in form.cleaned_data["file"]:
            closing.attach(pk, actor=user, upload=upload)
        return action(pk, user, form)

    return take


def _now_with(row: IncomingDocument, done: str) -> str:
    """Say what happened and where the document lies now."""
    who = row.holders_text
    return _("%(done)s Now with %(who)s.") % {"done": done, "who": who} if who else done


def collect(pk: int, user: User, _form: Any) -> str:
    intake.collect(pk, actor=user)
    return _("Handed over to the confidential clerk.")


def screen(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    return _now_with(
        intake.screen(pk, actor=user, points=data["points"], opinion=data["opinion"]),
        _("Screened."),
    )


def reject(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    intake.reject(pk, actor=user, points=data["points"], opinion=data["opinion"])
    return _("Returned to the sender; print the return slip.")


def propose(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    row = assignment.propose(
        pk, actor=user, opinion=data["opinion"], plan=form.plan(), leaders=data["leaders"]
    )
    done = _("Proposed, to be instructed.") if data["leaders"] else _("Proposed and assigned.")
    return _now_with(row, done)


def distribute(pk: int, user: User, form: Any) -> str:
    assignment.distribute(
        pk, actor=user, opinion=form.cleaned_data["opinion"], readers=form.people()
    )
    return _("In circulation.")


def instruct(pk: int, user: User, form: Any) -> str:
    row = assignment.instruct(
        pk, actor=user, opinion=form.cleaned_data["opinion"], plan=form.plan()
    )
    return _now_with(row, _("Instructed."))


def name_handler(pk: int, user: User, form: Any) -> str:
    row = assignment.name_handler(pk, actor=user, handler=form.cleaned_data["handler"])
    return _now_with(row, _("Handler named."))


def claim(pk: int, user: User, _form: Any) -> str:
    assignment.claim(pk, actor=user)
    return _("It is yours to handle now.")


def transfer(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    return _now_with(
        assignment.transfer(pk, actor=user, to=data["handler"], reason=data["reason"]),
        _("Given on."),
    )


@with_file
def progress(pk: int, user: User, form: Any) -> str:
    handling.progress(pk, actor=user, opinion=form.cleaned_data["opinion"])
    return _("Progress noted.")


@with_file
def assist(pk: int, user: User, form: Any) -> str:
    handling.assist(pk, actor=user, opinion=form.cleaned_data["opinion"])
    return _("Input given.")


def ask_extension(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    handling.ask_extension(pk, actor=user, until=data["until"], reason=data["reason"])
    return _("Asked for more time.")


def decide_extension(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    granted = data["granted"] == "yes"
    handling.decide_extension(pk, actor=user, granted=granted, opinion=data["opinion"])
    return _("More time granted.") if granted else _("More time refused.")


@with_file
def handle(pk: int, user: User, form: Any) -> str:
    return _now_with(
        handling.handle(pk, actor=user, result=form.cleaned_data["result"]), _("Handled.")
    )


def circulate(pk: int, user: User, form: Any) -> str:
    circulation.circulate(pk, actor=user, readers=form.people())
    return _("Copies sent.")


def recall_reader(pk: int, user: User, form: Any) -> str:
    circulation.recall_reader(pk, actor=user, reader=form.cleaned_data["reader"])
    return _("Copy recalled.")


def read(pk: int, user: User, form: Any) -> str:
    circulation.read(pk, actor=user, opinion=form.cleaned_data["opinion"])
    return _("Read.")


def urge(pk: int, user: User, form: Any) -> str:
    told = handling.urge([pk], actor=user, words=form.cleaned_data["words"])
    return _("Urged; %(n)s people were told.") % {"n": told}


@with_file
def answer(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    row = closing.answer(pk, actor=user, method=data["method"], to=data["to"], text=data["text"])
    return _now_with(row, _("Answer recorded."))


def close(pk: int, user: User, _form: Any) -> str:
    closing.close(pk, actor=user)
    return _("Closed; the sheet is frozen.")


def file(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    closing.file(pk, actor=user, year=data["year"], unit=data["unit"], retention=data["retention"])
    return _("Filed; it waits to be arranged.")


def send_back(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    return _now_with(
        returning.send_back(pk, actor=user, to=data["to"], reason=data["reason"]), _("Sent back.")
    )


def withdraw(pk: int, user: User, _form: Any) -> str:
    return _now_with(returning.withdraw(pk, actor=user), _("Withdrawn."))


def void(pk: int, user: User, form: Any) -> str:
    row = intake.void(pk, actor=user, reason=form.cleaned_data["reason"])
    return _("Void; the number stays in the ledger.") if row.serial else _("Void.")


@with_file
def attach(_pk: int, _user: User, _form: Any) -> str:
    return _("Files added.")


def annotate(pk: int, user: User, form: Any) -> str:
    closing.annotate(pk, actor=user, opinion=form.cleaned_data["opinion"])
    return _("Note added.")


def link(pk: int, user: User, form: Any) -> str:
    data = form.cleaned_data
    closing.link(pk, actor=user, other=data["other"], kind=data["kind"])
    return _("Linked.")


ACTIONS: dict[str, Action] = {
    function.__name__: function
    for function in (
        collect, screen, reject, propose, distribute, instruct, name_handler, claim, transfer,
        progress, assist, ask_extension, decide_extension, handle, circulate, recall_reader, read,
        urge, answer, close, file, send_back, withdraw, void, attach, annotate, link,
    )
}  # fmt: skip
