"""答复、办结、归档 (条例 §24(7), §27), and notes and links."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from documents.receipt import sheet
from documents.receipt.models import IncomingDocument, Link, Opinion
from documents.receipt.models.choices import AnswerMethod
from documents.receipt.services.desk import assigners, pass_on, write
from documents.receipt.workflow import State
from documents.reference.models import Term
from office import clock
from office.desk import services as desk
from office.errors import Refused
from office.files import holding
from office.files.models import Attachment
from office.files.services import store
from office.notifications.services import notify
from office.people.models import Unit, User
from office.search.services import index
from office.workflow import lock, move


@transaction.atomic
def answer(pk: int, *, actor: User, method: str, to: str, text: str) -> IncomingDocument:
    """Record the answer to the sender, or the reason why none is due; the assigner is told."""
    if not text.strip():
        raise Refused(
            _("Write what was answered, or why no answer is due."), clause="条例 第二十四条（七）"
        )
    if method not in AnswerMethod.values:
        raise Refused(_("Say how it was answered."), clause="条例 第二十四条（七）", kept=text)
    given_at = clock.now()
    row = move(
        IncomingDocument.objects.visible_to(actor), pk, "answer",
        actor=actor, hidden=["answer_text"], answer_method=method, answered_at=given_at,
        answered_to=to, answer_text=text,
    )  # fmt: skip
    write(row, "answer", text, actor=actor)
    pass_on(row, by=actor)
    people = [person for person in assigners(row) if person.pk != actor.pk]
    notify(
        people,
        key=f"answered-{row.pk}-{given_at.timestamp():.0f}",
        text=_("Answered: %(title)s") % {"title": row.desk_title},
        url=row.get_absolute_url(),
    )
    return row


@transaction.atomic
def reply(pk: int, *, actor: User, to: str, text: str) -> IncomingDocument:
    """Fill the answer in from a document of ours that has just gone out (条例 §24(7)).

    A document that is handled is answered by it. One still being handled stays with its handler,
    who is told and finds the words in the form of the answer.
    """
    rows = IncomingDocument.objects.visible_to(actor)
    is_handled, now = lock(rows, pk).state == State.HANDLED, clock.now()
    row = move(
        rows, pk, "reply", actor=actor, to=State.ANSWERED if is_handled else State.HANDLING,
        hidden=["answer_text"], answer_method=AnswerMethod.DOCUMENT, answered_to=to[:100],
        answer_text=text, answered_at=now if is_handled else None,
    )  # fmt: skip
    told = [row.handler] if row.handler else []
    if is_handled:
        write(row, "reply", text, actor=actor)
        pass_on(row, by=actor)
        told += assigners(row)
    people = {person.pk: person for person in told if person.pk != actor.pk}
    notify(
        list(people.values()),
        key=f"replied-{row.pk}-{now.timestamp():.0f}",
        text=_("Our answer has gone out: %(title)s") % {"title": row.desk_title},
        url=row.get_absolute_url(),
    )
    return row


@transaction.atomic
def close(pk: int, *, actor: User) -> IncomingDocument:
    """Close the document: the sheet is frozen; copies still unread stay with their readers.

    Raises Refused while an input is owed, or, for a document for reading, while a copy is unread.
    """
    rows = IncomingDocument.objects.visible_to(actor)
    row = lock(rows, pk)
    row.workflow.check(row, "close", actor)
    row.closed_at, row.closed_by = clock.now(), actor
    frozen, digest = sheet.freeze(row)
    row = move(
        rows, pk, "close", actor=actor, hidden=["frozen_sheet"],
        closed_at=row.closed_at, closed_by=actor, frozen_sheet=frozen, sheet_digest=digest,
    )  # fmt: skip
    pass_on(row, by=actor)
    return row


@transaction.atomic
def file(pk: int, *, actor: User, year: int, unit: Unit, retention: str) -> IncomingDocument:
    """Put a closed document into the pool “to be arranged”."""
    if retention not in Term.values:
        raise Refused(_("Choose a retention period."), clause="国家档案局令第8号 第六条")
    row = move(
        IncomingDocument.objects.visible_to(actor), pk, "file", actor=actor,
        filed_at=clock.now(), filed_by=actor, filing_year=year, filing_unit=unit,
        retention=retention,
    )  # fmt: skip
    desk.settle(row, ["file"], by=actor)
    row.forget()
    return row


@transaction.atomic
def annotate(pk: int, *, actor: User, opinion: str) -> Opinion:
    """Add a note; after closing it goes to the annex of the frozen sheet."""
    row = move(IncomingDocument.objects.visible_to(actor), pk, "annotate", actor=actor)
    return write(row, "annotate", opinion, actor=actor, once=True)


@transaction.atomic
def attach(pk: int, *, actor: User, upload: Any) -> Attachment:
    """Add a file to an open document; its words can be searched.

    Raises ValidationError when the file is refused, Refused when it is there already.
    """
    rows = IncomingDocument.objects.visible_to(actor)
    row = move(rows, pk, "attach", actor=actor, comment=upload.name)
    there = set(Attachment.objects.about(row).values_list("pk", flat=True))
    file = store(row, upload, actor=actor, step="attach")
    if file.pk in there:
        raise Refused(_("This file is there already."))
    index(row)
    return file


@transaction.atomic
def attach_held(pk: int, *, actor: User, form_key: UUID | None) -> None:
    """Put under a document the files that were chosen in the form it was registered with."""
    rows = IncomingDocument.objects.visible_to(actor)
    files = holding.take(form_key, actor=actor)
    for held in files:
        row = move(rows, pk, "attach", actor=actor, comment=held.name)
        holding.put_under(row, held, actor=actor, step="attach")
    if files:
        index(row)


@transaction.atomic
def link(pk: int, *, actor: User, other: IncomingDocument, kind: str) -> Link:
    """Link two documents; it shows on both."""
    rows = IncomingDocument.objects.visible_to(actor)
    if not rows.filter(pk=other.pk).exists() or other.pk == pk:
        raise Refused(_("Choose another document that you can see."))
    row = move(rows, pk, "link", actor=actor, comment=other.reference)
    made, is_new = Link.objects.get_or_create(
        document=row, other=other, kind=kind, defaults={"made_by": actor, "made_at": clock.now()}
    )
    if not is_new:
        raise Refused(_("They are linked already."))
    return made
