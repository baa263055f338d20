"""登记到一半: the files that wait for the form, what is read out of them, the draft."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from documents.receipt.forms.intake import READ_FROM, DocumentForm, EnvelopeForm
from documents.receipt.models import IncomingDocument
from documents.receipt.reading import Found
from documents.receipt.services import beginning
from documents.receipt.typeset import letter
from documents.receipt.views.record import leaf, readable
from documents.receipt.workflow import INCOMING
from office.drafts.models import Draft
from office.errors import NotAllowed
from office.files import holding
from office.files.models import HeldFile
from office.http import Request, number

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
    found = beginning.read_in(upload)
    facts = [(fact.name, fact.value, fact.source, str(READ_FROM[fact.source])) for fact in found]
    context = {"file": held, "found": json.dumps(facts, ensure_ascii=False)}
    return render(request, "documents/receipt/held_file.html", context)


@require_GET
def preview(request: Request, pk: int) -> HttpResponse:
    """Show a page of one's own held file, as the record will show it."""
    held = get_object_or_404(HeldFile.objects.visible_to(request.user), pk=pk)
    if not held.is_previewable:
        raise Http404
    return render(request, "documents/receipt/preview.html", held_paper(request, held))


@require_POST
def draft(request: Request) -> HttpResponse:
    """Keep what was typed so far; the form asks for it by itself."""
    may(request, "register", "条例 第二十四条（二）")
    pk, key = number(request.POST.get("but")), form_key(request)
    row = readable(request, pk) if pk else None
    if row is not None:
        INCOMING.check(row, "register", request.user)
    elif beginning.is_registered(key, actor=request.user):
        return HttpResponse(status=204)  # it came too late: the form was sent meanwhile
    try:
        kept = keep(request, request.POST, row, key)
    except ValidationError as error:
        context = {"why": error.messages}
        return render(request, "components/draft_kept.html", context, status=422)
    if row is None and beginning.is_registered(key, actor=request.user):
        kept.delete()  # the form was sent while this was being kept
        return HttpResponse(status=204)
    answer = render(request, "components/draft_kept.html", {"draft": kept})
    answer["HX-Trigger"] = "draftKept"
    return answer


def keep(
    request: Request, data: QueryDict, row: IncomingDocument | None, key: UUID | None
) -> Draft:
    """Keep the fields of the form as a draft. Raises ValidationError."""
    values = {name: data.getlist(name)[:MARKS] for name in data if name in KEPT}
    return beginning.keep(values, actor=request.user, row=row, key=key)


def initial(begun: Draft, prefix: str = "") -> dict[str, str]:
    """Return what a draft puts into a form."""
    given = {name.removeprefix(prefix): each for name, each in begun.values.items()
             if name.startswith(prefix)}  # fmt: skip
    return {name: each[0] for name, each in given.items() if name != "auto" and each}


def filled(data: QueryDict, found: Iterable[Found]) -> QueryDict:
    """Return the fields with what the paper says where nothing was typed."""
    whole = data.copy()
    for fact in found:
        if not whole.get(fact.name, "").strip():
            whole[fact.name] = fact.value
            whole.appendlist("auto", f"{fact.name}:{fact.source}")
    return whole


def held_paper(request: Request, held: HeldFile) -> dict[str, Any]:
    """Return what the preview shows of a held file: a page of it, or its text set as a letter."""
    row, shown = None, None
    if not held.pages:
        row = beginning.as_read(held)
        shown = letter(row, held.text)
        if not row.sender.name:
            shown = dataclasses.replace(shown, issuer="")
    return {
        "shown": held,
        "row": row,
        "letter": shown,
        **leaf(
            request,
            held,
            turn_to=reverse("documents:incoming-original", args=[held.pk]),
            plain=f"{held.get_absolute_url()}?inline=1#page={{}}",
        ),
    }
