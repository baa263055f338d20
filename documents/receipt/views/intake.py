"""签收 and 登记: the door, the delivery list, the form beside the paper."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents.receipt.forms.intake import CorrectForm, DocumentForm, EnvelopeForm
from documents.receipt.models import IncomingDocument
from documents.receipt.models.choices import receipt_number
from documents.receipt.services import intake
from documents.receipt.services.closing import attach_held
from documents.receipt.services.intake import Envelope
from documents.receipt.views import begun
from documents.receipt.views.begun import form_key, may
from documents.receipt.views.record import readable, the_paper
from documents.receipt.workflow import INCOMING, State
from documents.reference.models import Sender
from office import clock
from office.drafts import services as drafts
from office.drafts.models import Draft
from office.errors import Refused
from office.files import holding
from office.files.models import Attachment, HeldFile
from office.http import Request, number
from office.numbering.services import peek

LINES, MOST_LINES = 3, 50  # of a delivery list


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
    return _registration(request)


@require_http_methods(["GET", "POST"])
def register(request: Request, pk: int) -> HttpResponse:
    """Register a piece that was signed for."""
    row = readable(request, pk)
    INCOMING.check(row, "register", request.user)
    return _registration(request, row)


def _registration(request: Request, row: IncomingDocument | None = None) -> HttpResponse:
    """Show the form, empty or as it was left; or register what was sent."""
    if request.method == "POST":
        return _sent(request, row)
    kept = begun.find(request, row)
    if kept is None or "draft" not in request.GET:
        return _form(request, DocumentForm(row=row), row=row, piece=_piece(row), offer=kept)
    form = DocumentForm(row=row, initial=begun.initial(kept))
    form.mark_read(kept.values.get("auto", []))
    piece = _piece(row, initial=begun.initial(kept, "piece-"))
    return _form(request, form, row=row, piece=piece, key=kept.form_key, kept=kept)


def _sent(request: Request, row: IncomingDocument | None) -> HttpResponse:
    """Take in what came with the form: register it, keep it as a draft, or give it back."""
    key = form_key(request) or uuid4()
    found, refused = begun.take_in(request, key)
    if gone := number(request.POST.get("remove")):
        holding.let_go(HeldFile.objects.visible_to(request.user).filter(pk=gone))
    data: QueryDict = request.POST
    form, piece = DocumentForm(data, row=row), _piece(row, data)
    as_draft = request.POST.get("then") == "draft" or "remove" in request.POST
    is_whole = all([form.is_valid(), piece is None or piece.is_valid(), not refused])
    if is_whole and not as_draft:
        return _saved(request, form, row=row, piece=piece, key=key)
    if found:
        data = begun.filled(data, found)
        form = DocumentForm(data, row=row)
        form.add_error(None, _("Read from the original: look it over, then register."))
    for error in refused:
        form.add_error("originals", error)
    if as_draft and not refused:
        try:
            begun.keep(request, data, row, key)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The draft is kept."))
            return redirect(f"{request.path}?draft=1")
    form.mark_read(data.getlist("auto"))
    return _form(request, form, row=row, piece=piece, key=key)


def _piece(
    row: IncomingDocument | None, data: QueryDict | None = None, **given: Any
) -> EnvelopeForm | None:
    """Return the form of the envelope, which a piece that was signed for does not need."""
    if row is not None:
        return None
    piece = EnvelopeForm(data, prefix="piece", use_required_attribute=False, **given)
    for name in ("sender", "relation", "is_sealed"):
        del piece.fields[name]
    return piece


def _saved(
    request: Request, form: DocumentForm, *, row: Any, piece: EnvelopeForm | None, key: UUID
) -> HttpResponse:
    """Register, with its files; a doubtful duplicate is asked back first."""
    doubt = form.cleaned_data["duplicate"]
    alike = [] if doubt == "other" else _alike(form, row)
    if alike and doubt == "":
        form.mark_read(request.POST.getlist("auto"))
        return _form(request, form, row=row, piece=piece, alike=alike, key=key)
    with transaction.atomic():
        drafts.drop(begun.FORM, actor=request.user, key=str(row.pk) if row else "")
        if piece is not None:
            seen = envelope(piece, form.the_sender())
            row = intake.sign_for([seen], actor=request.user, once=key)[0]
        if (same := number(doubt)) is not None:
            holding.let_go(HeldFile.objects.visible_to(request.user).of(key))
            return _same(request, row, same)
        row = intake.register(row.pk, actor=request.user, **form.facts())
        attach_held(row.pk, actor=request.user, form_key=key)
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
    request: Request,
    form: DocumentForm,
    *,
    row: IncomingDocument | None = None,
    piece: EnvelopeForm | None = None,
    alike: Any = (),
    key: UUID | None = None,
    kept: Draft | None = None,
    offer: Draft | None = None,
) -> HttpResponse:
    """Draw the form; `kept` is the draft that stands in it, `offer` one to go on with."""
    correcting = isinstance(form, CorrectForm)
    files = list(Attachment.objects.about(row)) if row else []
    held = list(HeldFile.objects.visible_to(request.user).of(key))
    first = next((file for file in held if file.is_previewable), None)
    paper = begun.held_paper(request, first) if first else the_paper(request, row, files)
    context = {
        "form": form,
        "row": row,
        "piece": piece,
        "alike": alike,
        "senders": known_senders(),
        "once": key or uuid4(),
        "next_number": _next_number(row.sender) if row and not correcting else "",
        "correcting": correcting,
        "held": held,
        "limit": settings.UPLOAD_LIMIT_BYTES,
        "kept": kept,
        "offer": offer,
        "paper": paper,
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
