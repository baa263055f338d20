"""The prints of a dispatch."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from documents.drafting.reading import folder
from documents.issued import printing
from office.http import Request
from office.printing import pdf_answer


@require_GET
def drafting_sheet(request: Request, pk: int) -> HttpResponse:
    """发文稿纸, with every opinion and signature."""
    row = folder(request, pk)
    return pdf_answer(printing.drafting_sheet(row), f"发文稿纸 {row.reference}.pdf")
