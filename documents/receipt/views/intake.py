"""签收 and 登记: the door, the delivery list, the form beside the paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
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

from documents.receipt.forms.intake import (
    CorrectForm,
    DeliveryForm,
    DocumentForm,
    EnvelopeForm,
    PieceForm,
)
from documents.receipt.models import IncomingDocument
from documents.receipt.models.choices import receipt_number
from documents.receipt.services import beginning, intake
from documents.receipt.services.closing import attach_held
from documents.receipt.services.intake import Envelope
from documents.receipt.views import begun
from documents.receipt.views.begun import form_key, may
from documents.receipt.views.record import readable, the_paper
from documents.receipt.workflow import INCOMING, State
from documents.reference.models import Sender
from office import clock
from office.drafts.models import Draft
from office.errors import Refused
from office.files import holding
from office.files.models import Attachment, HeldFile
from office.http import Request, number
from office.numbering.services import peek

LINES, MOST_LINES = 5, 50  # of a delivery list
LENGTHS = (10, 20, MOST_LINES)
NOT_NOW = 409


@require_http_methods(["GET", "POST"])
def sign_for(request: Request) -> HttpResponse:
    """Sign for several pieces from one delivery list."""
    may(request, "sign_for", "条例 第二十四条（一）")
    longer = number(request.POST.get("lines"))
    is_sent = request.method == "POST" and longer is None
    shared, pieces = delivery_list(request, longer)
    is_whole = is_sent and all([shared.is_valid(), pieces.is_valid()])
    if filled := [form for form in pieces if form.has_changed()] if is_whole else []:
        rows = intake.sign_for(
            [_of_the_list(form, shared) for form in filled],
            actor=request.user,
            delivery_list=shared.cleaned_data["delivery_list"],
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
        "shared": shared,
        "pieces": pieces,
        "senders": known_senders(),
        "once": (form_key(request) if longer else None) or uuid4(),
        "nothing": is_sent,
        "lengths": [n for n in LENGTHS if n > len(pieces.forms)],
    }
    status = 422 if is_sent else 200
    return render(request, "documents/receipt/sign_for.html", context, status=status)


def delivery_list(
    request: Request, longer: int | None
) -> tuple[DeliveryForm, BaseFormSet[PieceForm]]:
    """Return what the pieces share and the lines: as they were sent, or a longer list of them."""
    sent = request.POST if request.method == "POST" else None
    lines = number(request.GET.get("lines")) or LINES
    typed: list[dict[str, Any]] | None = None
    shared = DeliveryForm(sent)
    if sent is not None and longer is not None:
        typed = _typed(sent)
        lines, sent = longer - len(typed), None
        shared = DeliveryForm(initial=request.POST.dict())
    formset = formset_factory(
        PieceForm, extra=max(min(lines, MOST_LINES), 0), max_num=MOST_LINES, validate_max=True
    )
    empty = {"empty_permitted": True, "use_required_attribute": False}
    return shared, formset(sent, prefix="piece", initial=typed, form_kwargs=empty)


def _typed(sent: QueryDict) -> list[dict[str, Any]]:
    """Return the lines of a list as they were typed, wrong ones and empty ones too."""
    sent_lines = min(number(sent.get("piece-TOTAL_FORMS")) or 0, MOST_LINES)
    names = PieceForm.base_fields
    return [
        {name: sent[key] for name in names if (key := f"piece-{line}-{name}") in sent}
        for line in range(sent_lines)
    ]


def _of_the_list(form: PieceForm, shared: DeliveryForm) -> Envelope:
    """Return one piece, with the time of its list, and its way where it says no other."""
    piece = envelope(form, form.the_sender())
    return replace(
        piece,
        signed_for_at=shared.cleaned_data["signed_for_at"],
        channel=piece.channel or shared.cleaned_data["channel"],
    )


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
    kept = beginning.find(row, actor=request.user)
    if kept is None or (row is None and "draft" not in request.GET):
        return _form(request, DocumentForm(row=row), row=row, piece=_piece(row), offer=kept)
    given = begun.initial(kept)
    form = DocumentForm(row=row, initial=given)
    form.mark_read(kept.values.get("auto", []))
    return _form(
        request, form, row=row, piece=_piece(row, initial=begun.initial(kept, "piece-")),
        alike=_alike(given, row), key=kept.form_key, kept=kept,
    )  # fmt: skip


def _sent(request: Request, row: IncomingDocument | None) -> HttpResponse:
    """Take in what came with the form: register it, keep it as a draft, or give it back."""
    key = form_key(request) or uuid4()
    uploads = request.FILES.getlist("originals")
    found, refused = beginning.take_in(uploads, actor=request.user, key=key)
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
    kept = beginning.find(row, actor=request.user)
    offer = kept if kept and kept.form_key != key else None
    return _form(request, form, row=row, piece=piece, key=key, offer=offer)


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
    alike = [] if doubt == "other" else _alike(form.cleaned_data, row)
    if alike and doubt == "":
        form.add_error(None, _("It may be registered already: say first which it is."))
        form.mark_read(request.POST.getlist("auto"))
        return _form(request, form, row=row, piece=piece, alike=alike, key=key)
    signed_before = row
    try:
        with transaction.atomic():
            row, is_second = _registered(request, form, row=row, piece=piece, key=key)
            beginning.drop(signed_before, actor=request.user, key=key)
    except Refused as refusal:  # not now: what was typed stands
        form.add_error(None, refusal.reason)
        form.mark_read(request.POST.getlist("auto"))
        return _form(request, form, row=signed_before, piece=piece, key=key, status=NOT_NOW)
    if is_second:
        return redirect(row)
    messages.success(
        request, _("Registered: %(number)s. It waits to be screened.") % {"number": row.reference}
    )
    if request.POST.get("then") == "new":
        return redirect("documents:incoming-new")
    return redirect(row)


def _registered(
    request: Request, form: DocumentForm, *, row: Any, piece: EnvelopeForm | None, key: UUID
) -> tuple[IncomingDocument, bool]:
    """Sign for and register what a form says; or go to the first of which it is a second copy."""
    if piece is not None:
        seen = envelope(piece, form.the_sender())
        row = intake.sign_for([seen], actor=request.user, once=key)[0]
    if (same := number(form.cleaned_data["duplicate"])) is not None:
        holding.let_go(HeldFile.objects.visible_to(request.user).of(key))
        return _same(request, row, same), True
    row = intake.register(row.pk, actor=request.user, **form.facts())
    attach_held(row.pk, actor=request.user, form_key=key)
    return row, False


def _same(request: Request, row: IncomingDocument, pk: int) -> IncomingDocument:
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
    return first


def _alike(given: Mapping[str, str], row: IncomingDocument | None) -> list[IncomingDocument]:
    """Return what is registered already under the number or the title of a form."""
    return intake.look_alikes(
        sender=_known(given.get("sender", "")),
        doc_number=given.get("doc_number", "")[:60],
        title=given.get("title", "")[:300],
        but=row.pk if row else None,
    )


def _known(name: str) -> Sender | None:
    return Sender.objects.filter(name=name.strip()).first()


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
    status: int = 422,
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
        "next_number": "" if correcting else _next_number(_known(form["sender"].value() or "")),
        "correcting": correcting,
        "held": held,
        "limit": settings.UPLOAD_LIMIT_BYTES,
        "kept": kept,
        "offer": offer,
        "paper": paper,
        "heading": _("Not registered yet; what you typed stands") if status == NOT_NOW else "",
    }
    status = status if request.method == "POST" else 200
    return render(request, "documents/receipt/register_form.html", context, status=status)


def _next_number(sender: Sender | None) -> str:
    """Return the receipt number that would be given next: a hint, never a promise."""
    if sender is None:
        return ""
    year = clock.today().year
    return receipt_number(sender.relation, year, peek(f"incoming-{sender.relation}", year))


@require_GET
def look_alikes(request: Request) -> HttpResponse:
    """Warn while the number or the title is typed (htmx)."""
    may(request, "register", "条例 第二十四条（二）")
    sender = _known(request.GET.get("sender", ""))
    alike = intake.look_alikes(
        sender=sender,
        doc_number=request.GET.get("doc_number", "")[:60],
        title=request.GET.get("title", "")[:300],
        but=number(request.GET.get("but")),
    )
    context = {"alike": alike, "next_number": _next_number(sender), "is_fragment": True}
    return render(request, "documents/receipt/look_alikes.html", context)


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
