"""签收 and 登记: the door, the delivery list, the form beside the paper."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents.receipt.forms.intake import CorrectForm, DocumentForm, EnvelopeForm
from documents.receipt.models import IncomingDocument
from documents.receipt.models.choices import receipt_number
from documents.receipt.services import intake
from documents.receipt.services.closing import attach
from documents.receipt.services.intake import Envelope
from documents.receipt.views.record import readable, the_paper
from documents.receipt.workflow import INCOMING, State
from documents.reference.models import Sender
from office import clock
from office.errors import NotAllowed, Refused
from office.files.models import Attachment
from office.http import Request, number
from office.numbering.services import peek

LINES, MOST_LINES = 3, 50  # of a delivery list


def may(request: Request, step: str, clause: str) -> None:
    if not request.user.has_perm(f"documents.{step}_incoming"):
        raise NotAllowed(_("Only the registry does this."), clause=clause)


@require_http_methods(["GET", "POST"])
def sign_for(request: Request) -> HttpResponse:
    """Sign for several pieces from one delivery list."""
    may(request, "sign_for", "条例 第二十四条（一）")
    pieces = delivery_list(request)
    if request.method == "POST" and pieces.is_valid():
        filled = [form for form in pieces if form.has_changed() and form.cleaned_data.get("sender")]
        if filled:
            rows = intake.sign_for(
                [envelope(form, form.the_sender()) for form in filled],
                actor=request.user,
                delivery_list=request.POST.get("delivery_list", "")[:40],
                once=form_key(request),
            )
            messages.success(request, _("Signed for %(n)s pieces.") % {"n": len(rows)})
            first = next((row for row in rows if not row.is_sealed), None)
            return (
                redirect("documents:incoming-register", first.pk)
                if first
                else redirect("documents:incoming")
            )
    context = {
        "pieces": pieces,
        "senders": known_senders(),
        "once": uuid4(),
        "nothing": request.method == "POST",
        "lengths": (10, 20, MOST_LINES),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "documents/receipt/sign_for.html", context, status=status)


def delivery_list(request: Request) -> BaseFormSet[EnvelopeForm]:
    """Return the lines of a delivery list: as many as were sent, or as the address asks for."""
    lines = min(number(request.GET.get("lines")) or LINES, MOST_LINES)
    formset = formset_factory(EnvelopeForm, extra=lines, max_num=MOST_LINES, validate_max=True)
    pieces: BaseFormSet[EnvelopeForm] = formset(request.POST or None, prefix="piece")
    return pieces


def form_key(request: Request) -> UUID | None:
    """Return the key a form carries, so that a double click signs once."""
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return None


def envelope(form: EnvelopeForm, sender: Sender) -> Envelope:
    """Return what a valid form says of one piece."""
    known = {field.name for field in fields(Envelope)} - {"sender"}
    seen = {name: value for name, value in form.cleaned_data.items() if name in known}
    return Envelope(sender=sender, **seen)


def known_senders() -> list[str]:
    """Return the names offered while a sender is typed."""
    return list(Sender.objects.filter(is_active=True).values_list("name", flat=True)[:500])


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Sign for one piece and register it at once: the clerk's usual way."""
    may(request, "sign_for", "条例 第二十四条（一）")
    may(request, "register", "条例 第二十四条（二）")
    piece = EnvelopeForm(request.POST or None, prefix="piece", use_required_attribute=False)
    for name in ("sender", "relation", "is_sealed"):
        del piece.fields[name]
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and all([piece.is_valid(), form.is_valid()]):
        return _saved(request, form, piece=piece)
    return _form(request, form, piece=piece)


@require_http_methods(["GET", "POST"])
def register(request: Request, pk: int) -> HttpResponse:
    """Register a piece that was signed for."""
    row = readable(request, pk)
    INCOMING.check(row, "register", request.user)
    form = DocumentForm(request.POST or None, request.FILES or None, row=row)
    if request.method == "POST" and form.is_valid():
        return _saved(request, form, row=row)
    return _form(request, form, row=row)


def _saved(
    request: Request, form: DocumentForm, *, row: Any = None, piece: Any = None
) -> HttpResponse:
    """Register, with its files; a doubtful duplicate is asked back first."""
    doubt = form.cleaned_data["duplicate"]
    alike = [] if doubt == "other" else _alike(form, row)
    if alike and doubt == "":
        return _form(request, form, row=row, piece=piece, alike=alike)
    try:
        with transaction.atomic():
            if row is None:
                seen = envelope(piece, form.the_sender())
                row = intake.sign_for([seen], actor=request.user, once=form_key(request))[0]
            if (same := number(doubt)) is not None:
                return _same(request, row, same)
            row = intake.register(row.pk, actor=request.user, **form.facts())
            for upload in form.cleaned_data["originals"]:
                attach(row.pk, actor=request.user, upload=upload)
    except ValidationError as error:
        form.add_error(None, error)
        return _form(request, form, row=row if row and row.pk and not piece else None, piece=piece)
    messages.success(
        request, _("Registered: %(number)s. It waits to be screened.") % {"number": row.reference}
    )
    if request.POST.get("then") == "new":
        return redirect("documents:incoming-new")
    return redirect(row)


def _same(request: Request, row: IncomingDocument, pk: int) -> HttpResponse:
    """The piece is a second copy of a document we have: void it, and go to the first."""
    first = IncomingDocument.objects.visible_to(request.user).filter(pk=pk).first()
    if first is None:
        raise Refused(_("That document is not there."))
    intake.void(
        row.pk,
        actor=request.user,
        reason=_("The same document as %(number)s") % {"number": first.reference},
    )
    messages.success(
        request, _("Taken as a second copy of %(number)s.") % {"number": first.reference}
    )
    return redirect(first)


def _alike(form: DocumentForm, row: IncomingDocument | None) -> list[IncomingDocument]:
    data = form.cleaned_data
    sender = Sender.objects.filter(name=data["sender"]).first()
    return intake.look_alikes(
        sender=sender,
        doc_number=data["doc_number"],
        title=data["title"],
        but=row.pk if row else None,
    )


def _form(
    request: Request, form: DocumentForm, *, row: Any = None, piece: Any = None, alike: Any = ()
) -> HttpResponse:
    correcting = isinstance(form, CorrectForm)
    files = list(Attachment.objects.about(row)) if row else []
    context = {
        "form": form,
        "piece": piece,
        "row": row,
        "alike": alike,
        "senders": known_senders(),
        "once": uuid4(),
        "next_number": _next_number(row.sender) if row and not correcting else "",
        "correcting": correcting,
        **(the_paper(request, row, files) if row else {}),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "documents/receipt/register_form.html", context, status=status)


def _next_number(sender: Sender) -> str:
    """Return the receipt number that would be given next: a hint, never a promise."""
    year = clock.today().year
    return receipt_number(sender.relation, year, peek(f"incoming-{sender.relation}", year))


@require_GET
def look_alikes(request: Request) -> HttpResponse:
    """Warn while the number or the title is typed (htmx)."""
    may(request, "register", "条例 第二十四条（二）")
    sender = Sender.objects.filter(name=request.GET.get("sender", "").strip()).first()
    alike = intake.look_alikes(
        sender=sender,
        doc_number=request.GET.get("doc_number", "")[:60],
        title=request.GET.get("title", "")[:300],
        but=number(request.GET.get("but")),
    )
    return render(request, "documents/receipt/look_alikes.html", {"alike": alike})


@require_http_methods(["GET", "POST"])
def correct(request: Request, pk: int) -> HttpResponse:
    """Correct what was registered."""
    row = readable(request, pk)
    INCOMING.check(row, "correct", request.user)
    form = CorrectForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        intake.correct(pk, actor=request.user, reason=form.cleaned_data["reason"], **form.facts())
        messages.success(request, _("Corrected."))
        return redirect(row)
    return _form(request, form, row=row)


@require_POST
def another(request: Request, pk: int) -> HttpResponse:
    """Register a further document of the same envelope."""
    row = readable(request, pk)
    if row.state == State.SEALED:
        raise Refused(_("A classified envelope is not opened here."), clause="保密法 第三十一条")
    made = intake.register_another(pk, actor=request.user, once=form_key(request))
    return redirect("documents:incoming-register", made.pk)
