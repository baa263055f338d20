"""A dispatch as it prints."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from documents.drafting import preview
from documents.drafting.services.issuing import typeset
from documents.drafting.text import paper_of
from documents.drafting.views.record import readable
from office.http import Request
from office.printing import pdf_answer


@require_GET
def as_printed(request: Request, pk: int) -> HttpResponse:
    """The document as it prints now."""
    row = readable(request, pk)
    return pdf_answer(typeset(row), f"{row.reference}.pdf")


@require_GET
def pages(request: Request, pk: int) -> HttpResponse:
    """The pages of the record as pictures; asked for when the record is there already."""
    row = readable(request, pk)
    looked = preview.look(paper_of(row))
    return render(request, "documents/drafting/pages.html", {"preview": looked})
