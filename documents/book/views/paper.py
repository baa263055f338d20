"""The prints of receipt as PDF."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from documents.book import exports, printing
from documents.receipt.models import IncomingDocument
from documents.receipt.workflow import State
from office.http import Request
from office.jobs import services as jobs
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


@require_POST
def slips(request: Request) -> HttpResponse:
    """收文处理单 of the ticked rows or of all that is filtered; many are printed by a job."""
    arguments = {"rows": ",".join(request.POST.getlist("row"))}
    if "all" in request.POST:
        arguments = {"query": request.GET.urlencode()}
    pks = exports.slips_asked(arguments, request.user)
    if not pks:
        raise Http404
    if len(pks) <= exports.SLIPS_AT_ONCE:
        return pdf_answer(exports.slips_of(pks, request.user), f"{exports.SLIPS}.pdf")
    if "rows" in arguments:
        arguments["rows"] = ",".join(map(str, pks))
    title = f"{exports.SLIPS}（{len(pks)} 份）"
    return redirect(jobs.start(exports.SLIPS_WORK, title, arguments, actor=request.user))


def readable(request: Request, pk: int) -> IncomingDocument:
    """Return a document the reader may see, or 404."""
    rows = IncomingDocument.objects.visible_to(request.user).for_record()
    return get_object_or_404(rows, pk=pk)
