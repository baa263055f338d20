"""A dispatch as it prints."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from documents.drafting.reading import folder, readable
from documents.drafting.services.issuing import typeset
from documents.drafting.text import paper_of
from documents.typesetting import paper as typesetting
from documents.word.writing import docx
from documents.writing import preview
from office.errors import Refused
from office.http import Request
from office.printing import pdf_answer

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_GET
def as_printed(request: Request, pk: int) -> HttpResponse:
    """The document as it prints now."""
    row = readable(request, pk)
    return pdf_answer(typeset(row), f"{row.reference}.pdf")


@require_GET
def as_word(request: Request, pk: int) -> HttpResponse:
    """The same document for Word, with the fonts, sizes, margins and grid of the standard."""
    row = folder(request, pk)
    try:
        content = docx(typesetting.of(preview.whole(paper_of(row))))
    except ValueError as error:  # Unfit: a table that fits no page
        raise Refused(str(error)) from None
    name = content_disposition_header(True, f"{row.title or row.reference}.docx")
    headers = {"Content-Disposition": name or "", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=WORD, headers=headers)


@require_GET
def pages(request: Request, pk: int) -> HttpResponse:
    """The pages of the record as pictures; asked for when the record is there already."""
    row = folder(request, pk)
    looked = preview.look(paper_of(row), request.user, code=row.code.code)
    return render(request, "documents/writing/pages.html", {"preview": looked})
