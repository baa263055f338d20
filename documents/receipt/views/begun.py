"""登记到一半: the files that wait for the form, what is read out of them, the draft."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models import Q
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from documents.receipt import numbers, reading
from documents.receipt.forms.intake import READ_FROM, DocumentForm, EnvelopeForm
from documents.receipt.models import IncomingDocument
from documents.receipt.models.choices import Kind
from documents.receipt.reading import Found
from documents.receipt.typeset import letter
from documents.receipt.views.record import readable
from documents.receipt.workflow import INCOMING
from documents.reference.models import Sender
from office.drafts import services as drafts
from office.drafts.models import Draft
from office.errors import NotAllowed
from office.files import holding
from office.files.inspection import inspect
from office.files.models import HeldFile
from office.files.papers import Line
from office.http import Request, number

FORM = "incoming"
KEPT = frozenset({
    *DocumentForm.base_fields, *(f"piece-{name}" for name in EnvelopeForm.base_fields), "auto",
} - {"originals", "duplicate"})  # fmt: skip
MARKS = len(DocumentForm.base_fields)


def may(request: Request, step: str, clause: str) -> None:
    if not request.user.has_perm(f"documents.{step}_incoming"):
        raise NotAllowed(_("Only the registry does this."), clause=clause)


def form_key(request: Request) -> UUID | None:
    """Return the key a form carries, so that a double click signs once."""
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return None


@require_POST
def hold(request: Request) -> HttpResponse:
    """Take one file in as soon as it is chosen; answer with its line, and what was read in it."""
    may(request, "register", "条例 第二十四条（二）")
    upload, key = request.FILES.get("file"), form_key(request)
    if upload is None or key is None:
        context: dict[str, Any] = {"why": [_("No file came with this.")], "name": ""}
        return render(request, "documents/receipt/refused_file.html", context, status=422)
    try:
        held = holding.hold(upload, actor=request.user, form_key=key)
    except ValidationError as error:
        context = {"why": error.messages, "name": (upload.name or "")[:255]}
        return render(request, "documents/receipt/refused_file.html", context, status=422)
    facts = [(f.name, f.value, f.source, str(READ_FROM[f.source])) for f in read_in(upload)]
    context = {"file": held, "found": json.dumps(facts, ensure_ascii=False)}
    return render(request, "documents/receipt/held_file.html", context)


@require_GET
def preview(request: Request, pk: int) -> HttpResponse:
    """Show a page of one's own held file, as the record will show it."""
    files = HeldFile.objects.visible_to(request.user)
    held = files.filter(pk=pk).first() if number(str(pk)) is not None else None
    if held is None or not held.is_previewable:
        raise Http404
    return render(request, "documents/receipt/preview.html", held_paper(request, held))


@require_POST
def draft(request: Request) -> HttpResponse:
    """Keep what was typed so far; the form asks for it by itself."""
    may(request, "register", "条例 第二十四条（二）")
    pk = number(request.POST.get("but"))
    row = readable(request, pk) if pk else None
    if row is not None:
        INCOMING.check(row, "register", request.user)
    elif is_registered(request):
        return HttpResponse(status=204)  # it came too late: the form was sent meanwhile
    try:
        kept = keep(request, request.POST, row, form_key(request))
    except ValidationError as error:
        context = {"why": error.messages}
        return render(request, "components/draft_kept.html", context, status=422)
    if row is None and is_registered(request):  # sent while this was being kept
        kept.delete()
        return HttpResponse(status=204)
    answer = render(request, "components/draft_kept.html", {"draft": kept})
    answer["HX-Trigger"] = "draftKept"
    return answer


def is_registered(request: Request) -> bool:
    rows = IncomingDocument.objects.visible_to(request.user)
    key = form_key(request)
    return key is not None and rows.filter(form_key=key).exists()


def keep(
    request: Request, data: QueryDict, row: IncomingDocument | None, key: UUID | None
) -> Draft:
    """Keep the fields of the form as a draft. Raises ValidationError."""
    first = HeldFile.objects.visible_to(request.user).of(key).first()
    title = " ".join(data.get("title", "").split())
    return drafts.save(
        FORM,
        {name: data.getlist(name)[:MARKS] for name in data if name in KEPT},
        actor=request.user,
        key=str(row.pk) if row else "",
        title=title or (first.name if first else ""),
        form_key=key,
    )


def find(request: Request, row: IncomingDocument | None) -> Draft | None:
    return drafts.find(FORM, actor=request.user, key=str(row.pk) if row else "")


def initial(begun: Draft, prefix: str = "") -> dict[str, str]:
    """Return what a draft puts into a form."""
    given = {name.removeprefix(prefix): each for name, each in begun.values.items()
             if name.startswith(prefix)}  # fmt: skip
    return {name: each[0] for name, each in given.items() if name != "auto" and each}


def take_in(request: Request, key: UUID) -> tuple[list[Found], list[ValidationError]]:
    """Hold the files that came with the form itself, without script; return facts, refusals."""
    found: list[Found] = []
    refused: list[ValidationError] = []
    for upload in request.FILES.getlist("originals"):
        try:
            holding.hold(upload, actor=request.user, form_key=key)
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


def filled(data: QueryDict, found: Iterable[Found]) -> QueryDict:
    """Return the fields with what the paper says where nothing was typed."""
    whole = data.copy()
    for fact in found:
        if not whole.get(fact.name, "").strip():
            whole[fact.name] = fact.value
            whole.appendlist("auto", f"{fact.name}:{fact.source}")
    return whole


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


def held_paper(request: Request, held: HeldFile) -> dict[str, Any]:
    """Return what the preview shows of a held file: a page of it, or its text set as a letter."""
    last = held.pages or 1
    sheet = min(number(request.GET.get("page")) or 1, last)
    row, shown = None, None
    if not held.pages:
        row = _as_read(held)
        shown = letter(row, held.text)
        if not row.sender.name:
            shown = dataclasses.replace(shown, issuer="")
    return {
        "shown": held,
        "row": row,
        "sheet": sheet,
        "letter": shown,
        "picture": held.picture_url(sheet) if held.pages else "",
        "turn_to": reverse("documents:incoming-original", args=[held.pk]),
    }


def _as_read(held: HeldFile) -> IncomingDocument:
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
