"""The prints of receipt as PDF."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from documents.book import printing
from documents.receipt.models import IncomingDocument
from documents.receipt.workflow import State
from office.errors import NotAllowed
from office.http import Request, number
from office.printing import pdf_answer


@require_GET
def slip(request: Request, pk: int) -> HttpResponse:
    """收文处理单."""
    row = readable(request, pk)
    if row.serial is None:
        raise Http404
    return pdf_answer(printing.slip(row), f"收文处理单 {row.reference}.pdf")


@require_GET
def circulation(request: Request, pk: int) -> HttpResponse:
    """传阅单."""
    row = readable(request, pk)
    if row.serial is None:
        raise Http404
    return pdf_answer(printing.circulation(row), f"传阅单 {row.reference}.pdf")


@require_GET
def rejection(request: Request, pk: int) -> HttpResponse:
    """退文单: only of a document that was returned to its sender."""
    row = readable(request, pk)
    if row.state != State.REJECTED:
        raise Http404
    return pdf_answer(printing.rejection(row), f"退文单 {row.reference}.pdf")


@require_GET
def slips(request: Request) -> HttpResponse:
    """收文处理单 of the ticked rows in one file, at most a hundred."""
    if not request.user.has_perm("documents.print_incoming"):
        words = _("Your roles do not include this step: %(step)s.")
        raise NotAllowed(words % {"step": _("Print slips")})
    pks = [pk for pk in map(number, request.GET.getlist("row")) if pk is not None][:100]
    rows = IncomingDocument.objects.visible_to(request.user).for_record().filter(pk__in=pks)
    chosen = [row for row in rows if row.serial is not None]
    if not chosen:
        raise Http404
    return pdf_answer(printing.slips(chosen), "收文处理单.pdf")


def readable(request: Request, pk: int) -> IncomingDocument:
    """Return a document the reader may see, or 404."""
    rows = IncomingDocument.objects.visible_to(request.user).for_record()
    return get_object_or_404(rows, pk=pk)
