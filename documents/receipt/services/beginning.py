"""登记到一半: what a registration has before it is sent: its files, what they say, its draft."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models import Q
from django.utils.translation import gettext as _

from documents.receipt import numbers, reading
from documents.receipt.models import IncomingDocument
from documents.receipt.models.choices import Kind
from documents.receipt.reading import Found
from documents.reference.models import Sender
from office.drafts import services as drafts
from office.drafts.models import Draft
from office.files import holding
from office.files.inspection import inspect
from office.files.models import HeldFile
from office.files.papers import Line
from office.people.models import User

FORM = "incoming"


def is_registered(key: UUID | None, *, actor: User) -> bool:
    """Tell whether the form of this key was sent already."""
    rows = IncomingDocument.objects.visible_to(actor)
    return key is not None and rows.filter(form_key=key).exists()


def keep(
    values: Mapping[str, list[str]],
    *,
    actor: User,
    row: IncomingDocument | None,
    key: UUID | None,
) -> Draft:
    """Keep what was typed so far, under its title or its first file. Raises ValidationError."""
    first = HeldFile.objects.visible_to(actor).of(key).first()
    title = " ".join(" ".join(values.get("title", [])).split())
    return drafts.save(
        FORM, values, actor=actor, key=_place(row), form_key=key,
        title=title or (first.name if first else ""),
    )  # fmt: skip


def find(row: IncomingDocument | None, *, actor: User) -> Draft | None:
    """Return the draft a person has of this piece, or of a new one."""
    return drafts.find(FORM, actor=actor, key=_place(row))


def drop(row: IncomingDocument | None, *, actor: User, key: UUID) -> None:
    """Drop the draft of the form that was sent."""
    drafts.drop(FORM, key, actor=actor, key=_place(row))


def _place(row: IncomingDocument | None) -> str:
    return str(row.pk) if row else ""


def take_in(
    uploads: Iterable[File], *, actor: User, key: UUID
) -> tuple[list[Found], list[ValidationError]]:
    """Hold the files that came with a form; return what they say, and why some were refused."""
    found: list[Found] = []
    refused: list[ValidationError] = []
    for upload in uploads:
        try:
            holding.hold(upload, actor=actor, form_key=key)
        except ValidationError as error:
            message = _("%(name)s: %(why)s")
            refused += [
                ValidationError(message, error.code, {"name": upload.name, "why": why})
                for why in error.messages
            ]
        else:
            if len(found) <= 1:  # a scan says no more than its pages
                found = read_in(upload) or found
    return found, refused


def read_in(upload: File) -> list[Found]:
    """Return what a paper says of itself, its sender under the name our list has for it."""
    what = inspect(upload)
    return _known(reading.read(what.lines, what.text, pages=what.pages, kinds=Kind.values))


def _known(found: list[Found]) -> list[Found]:
    names = [fact.value for fact in found if fact.name == "sender"]
    senders = Sender.objects.filter(Q(name__in=names) | Q(short_name__in=names), is_active=True)
    known = list(senders.values_list("name", flat=True)[:2]) if names else []
    if len(known) != 1:
        return found
    return [
        dataclasses.replace(fact, value=known[0]) if fact.name == "sender" else fact
        for fact in found
    ]


def as_read(held: HeldFile) -> IncomingDocument:
    """Return a document nobody saves: what a text says of itself, for its head on the screen."""
    lines = [Line(line) for line in held.text.splitlines()[: reading.MOST_LINES]]
    facts = {f.name: f.value for f in reading.read(lines, held.text, pages=None, kinds=Kind.values)}
    title = facts.get("title", "")
    return IncomingDocument(
        sender=Sender(name=facts.get("sender", "")),
        title=title,
        title_key=numbers.key(title),
        doc_number=facts.get("doc_number", ""),
        kind=facts.get("kind", ""),
        urgency=facts.get("urgency", ""),
    )
