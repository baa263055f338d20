"""The prints of a dispatch."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from documents.drafting.models import Dispatch
from documents.issued import printing
from office.http import Request
from office.printing import pdf_answer


@require_GET
def drafting_sheet(request: Request, pk: int) -> HttpResponse:
    """发文稿纸, with every opinion and signature."""
    row = get_object_or_404(Dispatch.objects.worked_on_by(request.user).for_record(), pk=pk)
    return pdf_answer(printing.drafting_sheet(row), f"发文稿纸 {row.reference}.pdf")
